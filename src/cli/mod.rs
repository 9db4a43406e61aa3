//! The command line: one file per verb. Here: the verbs, exit codes, and what several verbs share.

mod check;
mod compare;
mod completions;
mod conclude;
mod environment;
mod examples;
mod experiment;
mod figures;
mod feature_options;
mod file_options;
mod find;
mod fit;
mod init;
mod list;
mod man;
mod merge;
mod open;
mod plot;
mod progress;
mod replay;
mod report;
mod schema;
mod splits;
mod watch;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, FromArgMatches, Parser, Subcommand};

use crate::contain;
use crate::data::{DataError, Supplies};
use crate::experiment::{Experiment, ExperimentError, Overrides, synonyms};
use crate::report::file::WriteError;
use crate::run::journal::JournalError;
use crate::run::merge::MergeError;
use crate::run::{RunError, memory, with_threads};

/// Decides claims about logistic-regression solvers: many random splits, many solvers, and a certificate for each fit.
#[derive(Debug, Parser)]
#[command(name = "logitbench", version, about, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

const EXIT_CODES: &str = "Exit codes: 0 done and no claim refuted; 1 internal or IO failure, or a fit failed; 2 wrong usage; 3 the experiment \
                          file or its data is wrong; 4 a claim was refuted, or an estimate not proved (fit --strict); 5 something got worse or nothing can be compared (compare); 130 interrupted.";

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run an experiment, write its report and decide its claims
    Experiment(experiment::Arguments),
    /// Show the summary of a report again, and render its page, without running anything
    Report(report::Arguments),
    /// Open the page of a report in a browser
    Open(open::Arguments),
    /// Show what changed between two reports, and whether anything got worse
    Compare(compare::Arguments),
    /// Join the shards of an experiment into the report that one run would have written
    Merge(merge::Arguments),
    /// Fit one data set and print coefficients, verdict and certificate
    Fit(Box<fit::Arguments>),
    /// Write a commented experiment file to start from, for a data file
    Init(Box<init::Arguments>),
    /// Validate an experiment file and print its plan and estimated cost; runs nothing
    Check(check::Arguments),
    /// Write the rows of every split of an experiment, so that others can use the same splits, and scheme = "listed" can
    Splits(splits::Arguments),
    /// List the solvers, penalties, data sets, metrics and schemes that an experiment file can name
    List(list::Arguments),
    /// Print the JSON Schema of experiment files or of reports, for editors and other programs
    Schema(schema::Arguments),
    /// Print a shell script that completes verbs, options and values
    Completions(completions::Arguments),
    /// Print the manual page of the program or of a verb, or write all of them
    Man(man::Arguments),
}

/// Options that override values of the experiment file.
#[derive(Clone, Copy, Debug, Args)]
struct OverrideArguments {
    /// Repetitions (splits, or partitions into folds), instead of the file's
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    repeats: Option<u64>,
    /// Seed of all randomness, instead of the file's
    #[arg(long, value_name = "S", allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// Memory for data, records and fits, such as 8GiB; fits that would exceed it are reported as failed
    #[arg(long, value_name = "SIZE", value_parser = size)]
    memory_limit: Option<u64>,
}

fn size(text: &str) -> Result<u64, String> {
    if text.trim().parse::<f64>().is_ok() {
        let number = text.trim();
        return Err(format!(
            "{number} what? A size has a unit: {number}GiB, {number}MiB or {number}KiB, or GB, MB or KB"
        ));
    }
    memory::from_words(text)
        .ok_or_else(|| "a size is a number with KB, MB, GB, KiB, MiB or GiB, such as 8GiB".to_owned())
}

impl From<OverrideArguments> for Overrides {
    fn from(arguments: OverrideArguments) -> Overrides {
        Overrides { repeats: arguments.repeats, seed: arguments.seed, memory_limit: arguments.memory_limit }
    }
}

/// Why a verb failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// The experiment file or its data is wrong.
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
    /// The data are wrong.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Arguments that contradict each other.
    #[error("{0}")]
    Usage(String),
    /// There is no such experiment file.
    #[error("there is no experiment file {name}{nearest}; {known}")]
    NoExperiment { name: String, nearest: String, known: String },
    /// The run was interrupted, and can be resumed.
    #[error(
        "interrupted after {done} of {fits} fits, which are in {journal}: give the same command again to go on from there"
    )]
    Interrupted { done: u64, fits: u64, journal: String },
    /// The run did not end.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A journal cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Shards do not fit together.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// A result could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A report could not be read.
    #[error("{path}: {reason}")]
    Report { path: String, reason: String },
    /// The terminal, or the pipe behind it, could not be written to.
    #[error("cannot print: {0}")]
    Print(#[from] io::Error),
    /// A mistake in the program.
    #[error("{0}")]
    Internal(String),
}

impl Failure {
    fn exit_code(&self) -> u8 {
        match self {
            Failure::Usage(_) | Failure::Merge(_) => 2,
            Failure::Journal(
                JournalError::Foreign { .. } | JournalError::OtherFormat { .. } | JournalError::NotAJournal { .. },
            ) => 2,
            Failure::Experiment(_) | Failure::Data(_) | Failure::NoExperiment { .. } => 3,
            Failure::Interrupted { .. } | Failure::Run(RunError::Interrupted { .. }) => 130,
            Failure::Run(_)
            | Failure::Journal(_)
            | Failure::Write(_)
            | Failure::Report { .. }
            | Failure::Print(_)
            | Failure::Internal(_) => 1,
        }
    }
}

/// The outcome of a verb that did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Success {
    Done,
    ClaimRefuted,
    /// The report is there, and says which fits failed.
    FitsFailed(usize),
    /// The fit is not proved to be optimal, and was to be.
    NotProved,
    /// A report is worse than another, or cannot be compared with it.
    GotWorse,
}

/// Runs the program.
pub fn main() -> ExitCode {
    let default_hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !contain::is_contained() {
            default_hook(panic);
        }
    }));
    let result = match parsed().verb {
        Verb::Experiment(arguments) => experiment::run(&arguments),
        Verb::Merge(arguments) => merge::run(&arguments),
        Verb::Report(arguments) => report::run(&arguments),
        Verb::Open(arguments) => open::run(&arguments),
        Verb::Compare(arguments) => compare::run(&arguments),
        Verb::Fit(arguments) => fit::run(&arguments),
        Verb::Init(arguments) => init::run(&arguments),
        Verb::Check(arguments) => check::run(&arguments),
        Verb::Splits(arguments) => splits::run(&arguments),
        Verb::List(arguments) => list::run(&arguments),
        Verb::Schema(arguments) => schema::run(&arguments),
        Verb::Completions(arguments) => completions::run(&arguments),
        Verb::Man(arguments) => man::run(&arguments),
    };
    match result {
        Ok(Success::Done) => ExitCode::SUCCESS,
        Ok(Success::ClaimRefuted | Success::NotProved) => ExitCode::from(4),
        Ok(Success::GotWorse) => ExitCode::from(5),
        Ok(Success::FitsFailed(fits)) => {
            tell(&format!("error: {fits} fits failed; the report says which and why"));
            ExitCode::from(1)
        }
        Err(failure) => {
            tell(&format!("error: {failure}"));
            ExitCode::from(failure.exit_code())
        }
    }
}

/// The arguments; ends the program where they are wrong or ask for help.
fn parsed() -> Cli {
    let matches = examples::command().try_get_matches();
    matches.and_then(|matches| Cli::from_arg_matches(&matches)).unwrap_or_else(|error| {
        if let Some(note) = of_other_programs(&error) {
            tell(&format!("note: {note}\n"));
        }
        error.exit()
    })
}

/// What an option, or the value of one, is here that other programs call so.
fn of_other_programs(error: &clap::Error) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let argument = text(ContextKind::InvalidArg)?;
    match error.kind() {
        ErrorKind::UnknownArgument => {
            synonyms::advice(argument).map(|ours| format!("what other programs call so is here {ours}"))
        }
        ErrorKind::InvalidValue => {
            let option =
                argument.trim_start_matches('-').split([' ', '=']).next().unwrap_or_default().replace('-', "_");
            let key = if option == "solver" { "method" } else { &option };
            match synonyms::value(key, text(ContextKind::InvalidValue)?, None) {
                (Some(ours), _) => Some(format!("what other programs call so is here {ours}")),
                (None, Some(near)) => Some(near.to_owned()),
                (None, None) => in_other_case(error),
            }
        }
        _ => None,
    }
}

/// The value that is meant where the one written differs from it in case alone.
fn in_other_case(error: &clap::Error) -> Option<String> {
    let (Some(ContextValue::String(written)), Some(ContextValue::Strings(known))) =
        (error.get(ContextKind::InvalidValue), error.get(ContextKind::ValidValue))
    else {
        return None;
    };
    let meant = known.iter().find(|value| value.eq_ignore_ascii_case(written))?;
    Some(format!("{written} is written {meant} here"))
}

/// Writes a line to standard error. Ignores errors, because standard error may be closed.
fn tell(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Prints to standard output. A closed pipe (`| head`) is no error, because its reader has all it wanted.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// The layout for standard output: the terminal's width and colours, or 120 plain columns into a file or pipe.
fn layout() -> crate::report::terminal::Layout {
    let terminal = console::Term::stdout();
    let width = terminal.size_checked().map_or(120, |(_, columns)| columns.max(40));
    crate::report::terminal::Layout { width, colour: console::colors_enabled() }
}

/// An experiment whose data are read by so many threads, 0 for one per processor.
fn load(file: &Path, overrides: Overrides, threads: usize) -> Result<Experiment, ExperimentError> {
    with_threads(threads, |workers| {
        Experiment::load_with(file, overrides, Supplies { workers, ..Supplies::OF_THE_MACHINE })
    })
}
