//! `logitbench schema experiment|report`

use clap::{Args, ValueEnum};

use super::{Failure, Success, print};
use crate::experiment;
use crate::report::json;

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The kind of file that the schema describes
    of: SchemaOf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SchemaOf {
    /// An experiment file; name it in the file's first line, as #:schema experiment.schema.json
    Experiment,
    /// A report
    Report,
}

/// Prints the JSON Schema of a kind of file.
pub fn run(arguments: &Arguments) -> Result<Success, Failure> {
    let schema = match arguments.of {
        SchemaOf::Experiment => experiment::json_schema(),
        SchemaOf::Report => json::schema(),
    };
    print(&json::pretty(&schema))?;
    Ok(Success::Done)
}
