//! `logitbench compare OLD.json NEW.json`

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::{Failure, Success, layout, print, report};
use crate::data::did_you_mean;
use crate::parameter::nearest;
use crate::report::compare::difference::Deterioration;
use crate::report::compare::{self, ChangeTolerances, account};
use crate::report::phrases::quoted;
use crate::report::{Report, json, markdown, terminal};

/// Which changes count as worse, and the exit codes.
pub const WORSE: &str = "\
These changes count as worse: a claim that left `supported` or became `refuted` (claims); a claim, data set, model, solver or cell \
of the old report that the new one lacks, unless --allow-missing names it or a part of it (missing); a solver that was run and is \
skipped (skipped); fewer fits proved optimal, or more undecided (proofs); more fits that stalled, were singular, became \
non-finite, or failed (breakdowns); a lower test accuracy, or fewer fits with all test rows right (accuracy); mean iterations \
or oracle calls that rose by more than --costs (costs); with --timings, solver time that rose by more than that (timings).

On the same splits of the same data (same seed, data digest, scheme and number of splits) every difference counts. On other \
splits or data only differences count that are significant after Holm's adjustment for all measures.

Reports without a common cell are NOT COMPARABLE: no data set, model and solver of the same names, or of the same names and with other \
data or another model. Data from files that are others and dealt otherwise have nothing in common; where only one of the two differs \
they are compared.

Exit codes: 0 nothing got worse; 5 something did that --fail-on names, or nothing can be compared; 1 a file cannot be read or is no report; 2 wrong usage.";

/// Arguments of `compare`.
#[derive(Debug, Args)]
#[command(after_help = WORSE)]
pub struct Arguments {
    /// The report before
    old: PathBuf,
    /// The report now
    new: PathBuf,
    /// Print Markdown, for a pull request
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    /// Print JSON, with every measure of every cell
    #[arg(long)]
    json: bool,
    /// Share by which mean iterations and oracle calls may rise
    #[arg(long, value_name = "SHARE", default_value = "0.1", value_parser = share)]
    costs: f64,
    /// Also judge solver time, which may rise by this share; only for runs on one thread of the same machine
    #[arg(long, value_name = "SHARE", value_parser = share)]
    timings: Option<f64>,
    /// Kinds of worsening that give exit code 5, separated by commas [default: all]
    #[arg(long, value_name = "KIND", value_parser = kinds(), value_delimiter = ',')]
    fail_on: Vec<FailOn>,
    /// A claim, data set, model or solver that the new report may lack; give it once for each
    #[arg(long, value_name = "NAME")]
    allow_missing: Vec<String>,
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share: &f64| share.is_finite() && *share >= 0.0);
    share.ok_or_else(|| "a share is a number from 0, such as 0.1 for 10 %".to_owned())
}

/// Parses the name of a kind, or "nothing".
fn kinds() -> impl TypedValueParser<Value = FailOn> {
    let names = Deterioration::ALL.map(Deterioration::name).into_iter().chain(["nothing"]);
    PossibleValuesParser::new(names).map(|name| FailOn(Deterioration::ALL.into_iter().find(|kind| kind.name() == name)))
}

/// A kind of worsening that gives exit code 5; none for "nothing".
#[derive(Clone, Copy, Debug)]
struct FailOn(Option<Deterioration>);

/// Compares two reports.
pub fn run(arguments: &Arguments) -> Result<Success, Failure> {
    let (old, new) = (report::read(&arguments.old)?, report::read(&arguments.new)?);
    check_names(&arguments.allow_missing, &old, &new)?;
    let tolerances =
        ChangeTolerances { cost: arguments.costs, timing: arguments.timings, missing: &arguments.allow_missing };
    let difference = compare::compare(&old, &new, &tolerances);
    let names = [&arguments.old, &arguments.new].map(|path| path.display().to_string());
    let [old, new] = &names;
    let text = if arguments.json {
        json::of(&difference).map_err(|error| Failure::Internal(error.to_string()))?
    } else if arguments.markdown {
        markdown::document(&account::blocks(&difference, old, new))
    } else {
        terminal::document(&account::blocks(&difference, old, new), layout())
    };
    print(&text)?;
    let fails =
        |kind| arguments.fail_on.is_empty() || arguments.fail_on.iter().any(|FailOn(other)| *other == Some(kind));
    let worse = difference.worse.iter().any(|worse| fails(worse.kind));
    let unjudged = !difference.comparable && Deterioration::ALL.into_iter().any(fails);
    Ok(if worse || unjudged { Success::GotWorse } else { Success::Done })
}

/// Refuses a name that neither report has, because it would allow nothing.
fn check_names(names: &[String], old: &Report, new: &Report) -> Result<(), Failure> {
    let known = || compare::names(old, new);
    let Some(wrong) = names.iter().find(|name| known().all(|other| other != *name)) else { return Ok(()) };
    let nearest = did_you_mean(&nearest(wrong, known()).map(str::to_owned));
    Err(Failure::Usage(format!(
        "--allow-missing {}: neither report has a claim, data set, model or solver of this name{nearest}",
        quoted(wrong)
    )))
}
