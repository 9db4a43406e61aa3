//! What is said of test accuracy on new data.

use super::percent;
use super::schema::{CellSummary, INTERVAL_LEVEL, Report};
use crate::data::Source;
use crate::experiment::Experiment;
use crate::metric::{HEADLINE, METRICS};
use crate::record::{Cell, SplitRecords};
use crate::split::Scheme;
use crate::statistics::proportion::clopper_pearson;

/// Most intervals that the line names; the report has all.
const MOST_INTERVALS: usize = 6;

/// The interval of Clopper and Pearson of a fit's accuracy on new rows, from the rows of the one fixed test set, which are independent
/// draws as far as is known: none has a weight, or is of a group with others.
pub fn of_test_rows(experiment: &Experiment, cell: &Cell, splits: Option<&SplitRecords>) -> Option<[f64; 2]> {
    let roles = match &experiment.sources[cell.source] {
        Source::Fixed(data) => &data.roles,
        Source::Redrawn { .. } | Source::Shuffled(_) => return None,
    };
    let is_fixed = experiment.splitters[cell.source].scheme() == Scheme::Fixed;
    if !is_fixed || roles.weights.is_some() || roles.groups.is_some() {
        return None;
    }
    let [_, rows] = *splits?.rows.first()?;
    let accuracy = cell.records.metrics[HEADLINE].iter().next().filter(|accuracy| accuracy.is_finite())?;
    let right = (accuracy * f64::from(rows)).round() as u64;
    (rows > 0).then(|| clopper_pearson(right, u64::from(rows), INTERVAL_LEVEL).into())
}

/// The intervals of test accuracy on new data of the solvers of a table, those with the same ends together; `None` where there are none.
pub fn accuracy(report: &Report, cells: &[&CellSummary]) -> Option<String> {
    let mut intervals: Vec<(String, Vec<&str>)> = Vec::new();
    for cell in cells {
        let Some([low, high]) = cell.metrics.get(METRICS[HEADLINE].name).and_then(|metric| metric.new_data_interval)
        else {
            continue;
        };
        let ends = format!("{low:.4} to {high:.4}");
        match intervals.iter_mut().find(|(known, _)| *known == ends) {
            Some((_, solvers)) => solvers.push(&cell.solver),
            None => intervals.push((ends, vec![&cell.solver])),
        }
    }
    let more = intervals.len().saturating_sub(MOST_INTERVALS);
    let mut told: Vec<String> = match &intervals[..] {
        [] => return None,
        [(ends, solvers)] if cells.len() > 1 && solvers.len() == cells.len() => vec![format!("{ends} of all solvers")],
        several => several
            .iter()
            .take(MOST_INTERVALS)
            .map(|(ends, solvers)| format!("{ends} of {}", solvers.join(", ")))
            .collect(),
    };
    told.extend((more > 0).then(|| format!("{more} more intervals are in the report")));
    let of_one_fit = report.experiment.scheme == Scheme::Fixed.name();
    let about = if of_one_fit {
        "of these fits, by the rows of the fixed test set"
    } else {
        "of fits to as many training rows"
    };
    Some(format!("test accuracy on new data {about} ({} confidence): {}", percent(INTERVAL_LEVEL), told.join("; ")))
}
