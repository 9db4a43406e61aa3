//! `logitbench report RESULT.json`

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::conclude::{page_path, write_page};
use super::figures::FiguresArgument;
use super::plot::{Plot, summary};
use super::watch::Watched;
use super::{Failure, Success, find, print, watch};
use crate::report::schema::{Report, SCHEMA};
use crate::report::summary::Extent;
use crate::report::{file, json, latex, markdown, page};

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A report that `experiment` wrote
    report: PathBuf,
    /// Print a table for every data set and model, however many there are
    #[arg(long, visible_alias = "all", conflicts_with_all = ["markdown", "latex"])]
    details: bool,
    /// Plot convergence as text
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, conflicts_with_all = ["markdown", "latex"])]
    plot: Plot,
    /// Print all tables, with solvers in pairs and their ranks, as Markdown
    #[arg(long, conflicts_with = "latex")]
    markdown: bool,
    /// Print the same tables as LaTeX, for a document that loads booktabs
    #[arg(long)]
    latex: bool,
    /// Where the page goes [default: beside the report]
    #[arg(long, value_name = "PATH")]
    html: Option<PathBuf>,
    #[command(flatten)]
    figures: FiguresArgument,
    /// While the run goes on: show what it has found so far, every so many seconds, and the report when it ends
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true, default_missing_value = "2", value_parser = seconds)]
    watch: Option<Duration>,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds: &f64| (0.1..=86_400.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| "a number of seconds from 0.1 to 86400, such as 2".to_owned())
}

/// Shows a report, and renders its page.
pub fn run(arguments: &Arguments) -> Result<Success, Failure> {
    if let Some(every) = arguments.watch
        && watch::watch(&arguments.report, every)? == Watched::Interrupted
    {
        return Ok(Success::Done);
    }
    let report = read(&arguments.report)?;
    let extent = if arguments.details { Extent::All } else { Extent::Summary };
    print(&match (arguments.markdown, arguments.latex) {
        (true, _) => markdown::render(&report),
        (_, true) => latex::render(&report),
        _ => summary(&report, extent, arguments.plot),
    })?;
    let path = arguments.html.clone().unwrap_or_else(|| page_path(&arguments.report));
    file::check_writable(&path, page::BEGINNING)?;
    write_page(&report, &path)?;
    print(&arguments.figures.write(&report)?)?;
    Ok(Success::Done)
}

/// Reads a report.
pub fn read(path: &Path) -> Result<Report, Failure> {
    let failure = |reason: String| Failure::Report { path: path.display().to_string(), reason };
    let why_not = find::why_data(path, "a report").or_else(|| find::why_experiment(path));
    if let Some(reason) = why_not.or_else(|| find::why_page(path)) {
        return Err(failure(reason));
    }
    let text = std::fs::read_to_string(path).map_err(|error| failure(format!("cannot read it: {error}")))?;
    let report = json::parse(&text).map_err(|error| failure(format!("not a report ({SCHEMA}): {error}")))?;
    if report.schema != SCHEMA {
        return Err(failure(format!("its schema is \"{}\", and this version reads \"{SCHEMA}\"", report.schema)));
    }
    Ok(report)
}
