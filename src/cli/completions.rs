//! `logitbench completions SHELL`

use clap::Args;
use clap_complete::Shell;

use super::{Failure, Success, examples, print};

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The shell
    shell: Shell,
}

/// Prints a script that completes this program's verbs, options and values.
pub fn run(arguments: &Arguments) -> Result<Success, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut examples::command(), "logitbench", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Success::Done)
}
