//! Splits on which no optimum exists, and fits that failed.

use super::super::percent;
use super::super::phrases::{penalty_of, total};
use super::super::schema::{Report, SplitSummary};
use crate::claim::no_maximum_because;
use crate::statistics::words::counted;

/// Splits of the models without a penalty, and how many of them have no maximum.
fn unpenalised(report: &Report) -> [usize; 2] {
    let own = || report.splits.iter().filter(|splits| penalty_of(report, &splits.model) == "none");
    let without = |splits: &SplitSummary| {
        total(["complete", "quasi-complete"].iter().filter_map(|kind| splits.separation.get(*kind).copied()))
    };
    [total(own().map(|splits| splits.splits)), total(own().map(without))]
}

/// Whether every model is without a penalty, and no split has a maximum.
pub fn is_nowhere(report: &Report) -> bool {
    let [splits, without] = unpenalised(report);
    let all = report.splits.iter().all(|splits| penalty_of(report, &splits.model) == "none");
    all && splits > 0 && without == splits
}

/// The share of splits without a maximum, and what to do; `None` where all have one.
pub fn sentence(report: &Report) -> Option<String> {
    let [splits, without] = unpenalised(report);
    if without == 0 {
        return None;
    }
    let extent = match without == splits {
        true => "No maximum exists on any split".to_owned(),
        false => {
            format!("No maximum exists on {} of the splits without a penalty", percent(without as f64 / splits as f64))
        }
    };
    let has_penalty = report.models.iter().any(|model| model.penalty != "none");
    let remedy = match has_penalty {
        true => "the models with a penalty have one",
        false => "a penalty gives one (penalty = \"l2\" and strength = 1 in [model])",
    };
    let has_one_class = report.splits.iter().any(|splits| splits.training_rows_of_one_class > 0);
    let because = no_maximum_because(has_one_class);
    Some(format!(
        "{extent}, because {because}: do not interpret the coefficients there, which depend \
         on when the solver stops; {remedy}."
    ))
}

/// The number of fits that failed; `None` where none did.
pub fn failures(report: &Report) -> Option<String> {
    let failed = total(report.cells.iter().flat_map(|cell| cell.failed_because.values().copied()));
    let fits = total(report.cells.iter().map(|cell| cell.fits));
    let cells = report.cells.iter().filter(|cell| !cell.failed_because.is_empty()).count();
    let reasons: Vec<&String> = report.cells.iter().flat_map(|cell| cell.failed_because.keys()).collect();
    let reason = match &reasons[..] {
        [first, rest @ ..] if rest.iter().all(|reason| reason == first) => format!(": {first}"),
        _ => String::new(),
    };
    (failed > 0).then(|| format!("{failed} of {} failed, in {}{reason}.", counted(fits, "fit"), counted(cells, "cell")))
}
