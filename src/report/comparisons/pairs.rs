//! Two solvers on the same splits.

use super::super::schema::{BothOptimal, Comparison, INTERVAL_LEVEL, Inference, PairedCost, PairedMetric};
use super::super::{Names, finite};
use super::{Cost, conclusions, equivalence, new_data_ratio, predictions, same_minimiser, sizes, splits_of};
use crate::experiment::Experiment;
use crate::metric::{HEADLINE, METRICS};
use crate::record::{Cell, CellRecords, Results, SplitRecords, Verdict};
use crate::solver::Stop;
use crate::statistics::bayesian::{correlated_t, correlated_t_equivalent_from};
use crate::statistics::holm::holm;
use crate::statistics::resampled_t::ResampledT;
use crate::statistics::sign::sign_test;
use crate::statistics::summary::{have_spread, mean_and_deviation};
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
        adjust(group, |comparison| comparison.test_accuracy.over_splits.as_mut());
        adjust(group, |comparison| comparison.test_accuracy.on_new_data.as_mut());
        let solvers = cells.len();
        for comparison in group {
            comparison.conclusion = conclusions::pair(comparison, solvers * (solvers - 1) / 2);
        }
    }
    comparisons
}

/// Holm's adjustment of the tests that `of` picks.
fn adjust(group: &mut [Comparison], of: impl Fn(&mut Comparison) -> Option<&mut Inference>) {
    let mut tests: Vec<&mut Inference> = group.iter_mut().filter_map(of).collect();
    let p_values: Vec<f64> = tests.iter().map(|test| test.p_value).collect();
    for (test, adjusted) in tests.iter_mut().zip(holm(&p_values)) {
        test.p_adjusted = adjusted;
    }
}

fn compare(experiment: &Experiment, splits: Option<&SplitRecords>, first: &Cell, second: &Cell) -> Comparison {
    let (Names { dataset, model, solver }, other) = (Names::of(experiment, first), Names::of(experiment, second));
    let (a, b) = (&first.records, &second.records);
    let optimal = both_optimal(a, b);
    Comparison {
        dataset,
        model,
        solvers: [solver, other.solver],
        test_accuracy: test_accuracy(experiment, splits, first, second),
        mcnemar: predictions::mcnemar(a, b),
        optimal,
        iterations: cost(Cost::Iterations, a, b, optimal),
        oracle_calls: cost(Cost::OracleCalls, a, b, optimal),
        same_minimiser: same_minimiser::check(experiment, (first, second), predictions::classes_that_differ(a, b)),
        conclusion: String::new(),
    }
}

/// The differences in test accuracy, over the splits that define it. Accuracies are whole numbers of rows over the same number, and
/// so are their differences, which rounding would make unequal where they are equal.
fn test_accuracy(experiment: &Experiment, splits: Option<&SplitRecords>, first: &Cell, second: &Cell) -> PairedMetric {
    let rows = sizes(experiment, first.source).1 as f64;
    // What has failed altogether classifies no row rightly.
    let right = |value: f64| if value.is_nan() { 0.0 } else { value };
    let pairs = first.records.metrics[HEADLINE].iter().zip(second.records.metrics[HEADLINE].iter());
    let undefined = |split: usize| splits.and_then(|splits| splits.undefined(&METRICS[HEADLINE], split));
    let defined = pairs.enumerate().filter(|(split, _)| undefined(*split).is_none());
    let differences: Vec<f64> = defined.map(|(_, (a, b))| ((right(a) - right(b)) * rows).round() / rows).collect();
    let stops = first.records.stops.iter().zip(&second.records.stops);
    let failed = stops.filter(|(a, b)| **a == Stop::Failed || **b == Stop::Failed).count();
    let (first_larger, second_larger, equal) = counts(&differences);
    let (mean, deviation) = mean_and_deviation(&differences);
    let inference = |ratio: f64| {
        let test = ResampledT::new(&differences, ratio)?;
        let p_value = test.p_two_sided();
        Some(Inference { interval: test.interval(INTERVAL_LEVEL).into(), p_value, p_adjusted: p_value })
    };
    let ratio = new_data_ratio(experiment, first.source);
    PairedMetric {
        mean_difference: finite(mean),
        effect_size: finite(mean / deviation).filter(|_| have_spread(&differences)),
        first_larger,
        second_larger,
        equal,
        undefined: first.records.len() - differences.len(),
        failed,
        sign_test_p: sign_test(first_larger as u64, second_larger as u64),
        over_splits: inference(0.0),
        on_new_data: ratio.and_then(inference),
        posterior: ratio.zip(experiment.ropes[HEADLINE]).and_then(|(ratio, rope)| {
            let equivalent_from = correlated_t_equivalent_from(&differences, ratio);
            equivalence(rope, |rope| correlated_t(&differences, ratio, rope), equivalent_from)
        }),
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

fn cost(cost: Cost, a: &CellRecords, b: &CellRecords, optimal: BothOptimal) -> PairedCost {
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
        shift_interval: shift.and_then(|shift| shift.interval).map(Into::into),
        wilcoxon_p: ranks.as_ref().map(SignedRanks::p_two_sided),
        rank_biserial: ranks.as_ref().map(SignedRanks::rank_biserial),
        sign_test_p: sign_test(lost(first_larger, optimal.only_second), lost(second_larger, optimal.only_first)),
    }
}

/// Differences above 0, below, and at 0.
fn counts(differences: &[f64]) -> (usize, usize, usize) {
    let count = |holds: fn(&&f64) -> bool| differences.iter().filter(holds).count();
    (count(|value| **value > 0.0), count(|value| **value < 0.0), count(|value| **value == 0.0))
}
