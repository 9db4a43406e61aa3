//! The words of a report that not every reader knows.

use super::super::schema::{CellSummary, Report};
use crate::record::Verdict;
use crate::statistics::words::expected;

/// The words that a report uses, each with its meaning: one line of text. Empty without fits.
pub fn words(report: &Report) -> Option<String> {
    let has = |verdict: Verdict| report.cells.iter().any(|cell: &CellSummary| cell.verdict(verdict) > 0);
    let tolerance = report.experiment.tolerance;
    let entries = [
        has(Verdict::Optimal).then(|| {
            format!("optimal, proved to be within {} % of the least objective there is", expected(100.0 * tolerance))
        }),
        has(Verdict::Suboptimal).then(|| "suboptimal, proved to be farther from it".to_owned()),
        has(Verdict::Separated).then(|| "separated, proved to have no maximum".to_owned()),
        has(Verdict::Undecided).then(|| "undecided, neither is proved".to_owned()),
    ];
    let entries: Vec<String> = entries.into_iter().flatten().collect();
    (!entries.is_empty()).then(|| format!("Words: {}.", entries.join("; ")))
}
