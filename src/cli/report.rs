//! `logitbench report RESULT.json`

use std::path::PathBuf;

use clap::Args;

use super::figures::FiguresArgument;
use super::{Failure, Success, layout, print};
use crate::report::schema::SCHEMA;
use crate::report::{json, terminal};

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A report that `experiment` wrote
    report: PathBuf,
    #[command(flatten)]
    figures: FiguresArgument,
}

/// Shows a report.
pub fn run(arguments: &Arguments) -> Result<Success, Failure> {
    let failure = |reason: String| Failure::Report { path: arguments.report.display().to_string(), reason };
    let text =
        std::fs::read_to_string(&arguments.report).map_err(|error| failure(format!("cannot read it: {error}")))?;
    let report = json::parse(&text).map_err(|error| failure(format!("not a report ({SCHEMA}): {error}")))?;
    if report.schema != SCHEMA {
        return Err(failure(format!("its schema is \"{}\", and this version reads \"{SCHEMA}\"", report.schema)));
    }
    print(&terminal::render(&report, layout()))?;
    print(&arguments.figures.write(&report)?)?;
    Ok(Success::Done)
}
