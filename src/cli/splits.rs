//! `logitbench splits FILE`

use std::borrow::Cow;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Failure, OverrideArguments, Success, find, print};
use crate::data::{DataSet, Source};
use crate::experiment::Experiment;
use crate::report::file;
use crate::split::lists::{ListsFormat, write_csv, write_json};

/// Arguments of `splits`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The experiment file; a bare name is also looked for in experiments/
    file: PathBuf,
    /// Where the lists go [default: standard output]
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// The format [default: csv for a PATH that ends so, else json]
    #[arg(long)]
    format: Option<Format>,
    #[command(flatten)]
    overrides: OverrideArguments,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// {"format": "logitbench/splits/1", "datasets": [{"name", "rows", "digest", "splits": [{"train", "test"}]}]}
    Json,
    /// The columns dataset, split, set (train or test) and row
    Csv,
}

/// Writes the splits of an experiment.
pub fn run(arguments: &Arguments) -> Result<Success, Failure> {
    let file = find::experiment(&arguments.file)?;
    let experiment = Experiment::load(&file, arguments.overrides.into())?;
    if let Some(source) = experiment.sources.iter().find(|source| !matches!(source, Source::Fixed(_))) {
        return Err(Failure::Usage(format!(
            "the rows of \"{}\" are drawn afresh for each split, so that their numbers mean nothing elsewhere: remove redraw = true",
            source.name()
        )));
    }
    let data: Vec<Cow<'_, DataSet>> = experiment.sources.iter().map(|source| source.uncoded(0)).collect();
    let dealt: Vec<_> = data
        .iter()
        .zip(&experiment.splitters)
        .zip(&experiment.split_counts)
        .map(|((data, splitter), &count)| (&**data, splitter, count))
        .collect();
    let ends_in_csv =
        arguments.out.as_ref().is_some_and(|path| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("csv")));
    let format = match (arguments.format, ends_in_csv) {
        (Some(Format::Csv), _) | (None, true) => ListsFormat::Csv,
        _ => ListsFormat::Json,
    };
    let write = |into: &mut dyn std::io::Write| match format {
        ListsFormat::Json => write_json(&dealt, into),
        ListsFormat::Csv => write_csv(&dealt, into),
    };
    match &arguments.out {
        Some(path) => file::write(path, write)?,
        None => {
            let mut bytes = Vec::new();
            write(&mut bytes).map_err(|error| Failure::Internal(error.to_string()))?;
            print(&String::from_utf8_lossy(&bytes))?;
        }
    }
    Ok(Success::Done)
}
