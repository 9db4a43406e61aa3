//! Two solvers on the same splits.

use indexmap::IndexMap;

use super::super::schema::{BothOptimal, Comparison, INTERVAL_LEVEL, PairedCost, PairedMetric};
use super::super::{Names, finite};
use super::paired::{Paired, adjust_all, other_metrics, paired_metric};
use super::{Cost, conclusions, counts, draws_independently, predictions, same_minimiser, splits_of};
use crate::experiment::Experiment;
use crate::metric::{HEADLINE, Metric};
use crate::record::{Cell, CellRecords, Results, SplitRecords, Verdict};
use crate::statistics::sign::sign_test;
use crate::statistics::summary::mean_and_deviation;
use crate::statistics::wilcoxon::{SignedRanks, hodges_lehmann};

/// Every pair of solvers on each data set under each model.
pub fn pairs(experiment: &Experiment, results: &Results) -> Vec<Comparison> {
    let mut comparisons = Vec::new();
    for cells in results.cells.chunk_by(|a, b| (a.source, a.model) == (b.source, b.model)) {
        let of_cells = comparisons.len();
        let splits = splits_of(results, &cells[0]);
        for (place, first) in cells.iter().enumerate() {
            comparisons.extend(cells[place + 1..].iter().map(|second| compare(experiment, splits, first, second)));
        }
        let group = &mut comparisons[of_cells..];
        adjust_all(experiment.metrics, group);
        let solvers = cells.len();
        for comparison in group {
            comparison.conclusion = conclusions::pair(comparison, solvers * (solvers - 1) / 2);
        }
    }
    comparisons
}

impl Paired for Comparison {
    fn metrics(&mut self) -> (&mut PairedMetric, &mut IndexMap<String, PairedMetric>) {
        (&mut self.test_accuracy, &mut self.metrics)
    }

    fn is_compared_by(&self, metric: &Metric) -> bool {
        self.thresholds.is_none() || !metric.goes_by_threshold()
    }
}

/// The thresholds of two cells, where they differ.
fn thresholds(experiment: &Experiment, cells: [&Cell; 2]) -> Option<[String; 2]> {
    let of = |cell: &Cell| experiment.solvers[cell.solver].solver.as_ref().ok().map(|solver| solver.threshold);
    let [first, second] = cells.map(of);
    (first != second).then(|| [first?.to_string(), second?.to_string()].into()).flatten()
}

fn compare(experiment: &Experiment, splits: Option<&SplitRecords>, first: &Cell, second: &Cell) -> Comparison {
    let (Names { dataset, model, solver }, other) = (Names::of(experiment, first), Names::of(experiment, second));
    let (a, b) = (&first.records, &second.records);
    let optimal = both_optimal(a, b);
    let is_sample = draws_independently(experiment, first.source);
    Comparison {
        dataset,
        model,
        solvers: [solver, other.solver],
        thresholds: thresholds(experiment, [first, second]),
        test_accuracy: paired_metric(experiment, splits, [first, second], HEADLINE),
        metrics: other_metrics(experiment, splits, [first, second]),
        mcnemar: predictions::mcnemar(a, b),
        on_rows: predictions::on_rows(a, b),
        optimal,
        iterations: cost(Cost::Iterations, [a, b], optimal, is_sample),
        oracle_calls: cost(Cost::OracleCalls, [a, b], optimal, is_sample),
        same_minimiser: same_minimiser::check(
            experiment,
            splits,
            (first, second),
            predictions::classes_that_differ(a, b),
        ),
        conclusion: String::new(),
    }
}

fn both_optimal(a: &CellRecords, b: &CellRecords) -> BothOptimal {
    let mut counted = BothOptimal::default();
    for (a, b) in a.verdicts.iter().zip(&b.verdicts) {
        let count = match (a, b) {
            (Verdict::Optimal, Verdict::Optimal) => &mut counted.both,
            (Verdict::Optimal, _) => &mut counted.only_first,
            (_, Verdict::Optimal) => &mut counted.only_second,
            (Verdict::Separated, Verdict::Separated) => &mut counted.no_optimum,
            _ => &mut counted.neither,
        };
        *count += 1;
    }
    counted
}

/// Paired costs; tested only if the splits are a sample.
fn cost(cost: Cost, [a, b]: [&CellRecords; 2], optimal: BothOptimal, is_sample: bool) -> PairedCost {
    let both = |fit: &usize| a.verdicts[*fit] == Verdict::Optimal && b.verdicts[*fit] == Verdict::Optimal;
    let differences: Vec<f64> =
        (0..a.len().min(b.len())).filter(both).map(|fit| cost.spent(a, fit) - cost.spent(b, fit)).collect();
    let (first_larger, second_larger, equal) = counts(&differences);
    let shift = hodges_lehmann(&differences, INTERVAL_LEVEL);
    let ranks = (!differences.is_empty()).then(|| SignedRanks::of(&differences));
    let lost = |larger: usize, only_other: usize| (larger + only_other) as u64;
    PairedCost {
        mean_difference: finite(mean_and_deviation(&differences).0),
        first_larger,
        second_larger,
        equal,
        shift: shift.map(|shift| shift.estimate),
        shift_interval: shift.and_then(|shift| shift.interval).filter(|_| is_sample).map(Into::into),
        wilcoxon_p: ranks.as_ref().filter(|_| is_sample).map(SignedRanks::p_two_sided),
        rank_biserial: ranks.as_ref().map(SignedRanks::rank_biserial),
        sign_test_p: is_sample
            .then(|| sign_test(lost(first_larger, optimal.only_second), lost(second_larger, optimal.only_first))),
    }
}
