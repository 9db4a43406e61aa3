//! How well the one setting to use classifies new rows.

use indexmap::IndexMap;

use super::super::comparisons::listed;
use super::super::phrases::threshold_of;
use super::super::schema::{CellSummary, MetricSummary, Report};
use crate::metric::{HEADLINE, METRICS};
use crate::statistics::words::named_in_sentence as quoted;

/// Most thresholds that are named.
const MOST_THRESHOLDS: usize = 4;

/// The accuracy on new data of a solver under a model, where there is one data set: the solver to use, or the first. Where solvers have
/// other thresholds, the accuracy of the first solver at each.
pub fn sentence(report: &Report, model: Option<&str>, solver: Option<&str>) -> Option<String> {
    let [_] = &report.datasets[..] else { return None };
    let own: Vec<&CellSummary> = report.cells.iter().filter(|cell| Some(cell.model.as_str()) == model).collect();
    let thresholds = thresholds(report, &own);
    let at_each = thresholds
        .iter()
        .filter_map(|(threshold, cell)| Some((threshold, percent_of_rows(accuracy(cell)?.distribution.mean?))));
    let at_each: Vec<(&String, String)> = at_each.take(MOST_THRESHOLDS).collect();
    if at_each.iter().any(|(_, share)| *share != at_each[0].1) {
        let told: Vec<String> = at_each.iter().map(|(threshold, share)| format!("{share} at {threshold}")).collect();
        return Some(format!("Test rows classified rightly depend on the threshold: {}.", listed(&told)));
    }
    let cell = own.iter().find(|cell| Some(cell.solver.as_str()) == solver).or(own.first())?;
    let accuracy = accuracy(cell)?;
    let mean = percent_of_rows(accuracy.distribution.mean?);
    let under = if report.models.len() > 1 { format!(" under {}", quoted(&cell.model)) } else { String::new() };
    let solver = &cell.solver;
    Some(match accuracy.new_data_interval {
        Some([low, high]) => format!(
            "{solver}{under} classifies {mean} of test rows rightly, and between {:.1} and {:.1} % of new rows (95 % confidence){}.",
            100.0 * low,
            100.0 * high,
            of_one_class(report)
        ),
        None => {
            format!(
                "{solver}{under} classifies {mean} of test rows rightly{}; what that says of new rows these splits do not tell.",
                of_one_class(report)
            )
        }
    })
}

/// The share of rows that always naming the larger class gets right; empty where the classes of all rows are not one sample.
fn of_one_class(report: &Report) -> String {
    let Some((dataset, positives)) = report.datasets.first().and_then(|of| Some((of, of.positives?))) else {
        return String::new();
    };
    let [of_zero, of_one] = [dataset.rows.saturating_sub(positives), positives];
    let (larger, class) =
        if of_one > of_zero { (of_one, dataset.classes.get(1)) } else { (of_zero, dataset.classes.first()) };
    let share = percent_of_rows(larger as f64 / dataset.rows.max(1) as f64);
    class.map_or_else(String::new, |class| format!("; always saying {class} is right on {share} of the rows"))
}

fn accuracy(cell: &CellSummary) -> Option<&MetricSummary> {
    cell.metrics.get(METRICS[HEADLINE].name)
}

/// A share of rows with one decimal; all only where it is all.
fn percent_of_rows(share: f64) -> String {
    match format!("{:.1} %", 100.0 * share) {
        all if all == "100.0 %" && share < 1.0 => "just under 100 %".to_owned(),
        all if all == "100.0 %" => "100 %".to_owned(),
        share => share,
    }
}

/// The thresholds of the solvers of some cells in their order, each with its first cell.
fn thresholds<'r>(report: &'r Report, cells: &[&'r CellSummary]) -> IndexMap<String, &'r CellSummary> {
    let mut thresholds = IndexMap::new();
    for cell in cells {
        if let Some(threshold) = threshold_of(report, &cell.solver) {
            thresholds.entry(threshold).or_insert(*cell);
        }
    }
    thresholds
}
