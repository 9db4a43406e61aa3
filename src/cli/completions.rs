//! `logitbench completions SHELL`

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Failure, Success, print};

/// Arguments of `completions`.
#[derive(Debug, Args)]
#[command(after_help = PLACES)]
pub struct Arguments {
    /// The shell
    shell: Shell,
}

const PLACES: &str = "\
Where shells look for completion scripts:
  bash    logitbench completions bash > ~/.local/share/bash-completion/completions/logitbench
  zsh     logitbench completions zsh > ~/.zfunc/_logitbench   (with fpath+=~/.zfunc before compinit in ~/.zshrc)
  fish    logitbench completions fish > ~/.config/fish/completions/logitbench.fish";

/// Prints a script that completes this program's verbs, options and values.
pub fn run(arguments: &Arguments) -> Result<Success, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "logitbench", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Success::Done)
}
