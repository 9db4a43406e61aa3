//! `logitbench man [VERB]`

use std::io;
use std::path::PathBuf;

use clap::{Args, Command};
use clap_mangen::Man;

use super::{Failure, Success, examples, print};
use crate::data::did_you_mean;
use crate::parameter::nearest;
use crate::report::file;

/// Arguments of `man`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The verb whose page is printed [default: the program's own]
    #[arg(conflicts_with = "out")]
    verb: Option<String>,
    /// Write all pages, the program's and each verb's, to this folder instead, as logitbench.1 and logitbench-VERB.1
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

/// Prints a manual page, or writes all of them.
pub fn run(arguments: &Arguments) -> Result<Success, Failure> {
    let mut program = examples::command().disable_help_subcommand(true);
    // Gives the verbs their full names.
    program.build();
    if let Some(folder) = &arguments.out {
        for command in std::iter::once(&program).chain(program.get_subcommands()) {
            let name = command.get_display_name().unwrap_or(command.get_name());
            let (page, path) = (page(command)?, folder.join(format!("{name}.1")));
            file::check_writable(&path, BEGINNING)?;
            file::write(&path, |file| file.write_all(&page))?;
        }
        return Ok(Success::Done);
    }
    let command = match &arguments.verb {
        None => &program,
        Some(verb) => program.find_subcommand(verb).ok_or_else(|| {
            let verbs: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
            let nearest = did_you_mean(&nearest(verb, verbs.iter().copied()).map(str::to_owned));
            Failure::Usage(format!("there is no verb \"{verb}\"{nearest}; there are {}", verbs.join(", ")))
        })?,
    };
    print(&String::from_utf8_lossy(&page(command)?))?;
    Ok(Success::Done)
}

/// The first bytes of every page.
const BEGINNING: &str = ".ie \\n(.g";

fn page(command: &Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    Ok(page)
}
