//! `logitbench report RESULT.json`

use std::path::PathBuf;

use clap::Args;

use super::conclude::{page_path, write_page};
use super::{Failure, Success, layout, print};
use crate::report::schema::SCHEMA;
use crate::report::{file, json, page, terminal};

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A report that `experiment` wrote
    report: PathBuf,
    /// Where the page goes [default: beside the report]
    #[arg(long, value_name = "PATH")]
    html: Option<PathBuf>,
}

/// Shows a report, and renders its page.
pub fn run(arguments: &Arguments) -> Result<Success, Failure> {
    let failure = |reason: String| Failure::Report { path: arguments.report.display().to_string(), reason };
    let text =
        std::fs::read_to_string(&arguments.report).map_err(|error| failure(format!("cannot read it: {error}")))?;
    let report = json::parse(&text).map_err(|error| failure(format!("not a report ({SCHEMA}): {error}")))?;
    if report.schema != SCHEMA {
        return Err(failure(format!("its schema is \"{}\", and this version reads \"{SCHEMA}\"", report.schema)));
    }
    print(&terminal::render(&report, layout()))?;
    let path = arguments.html.clone().unwrap_or_else(|| page_path(&arguments.report));
    file::check_writable(&path, page::BEGINNING)?;
    write_page(&report, &path)?;
    Ok(Success::Done)
}
