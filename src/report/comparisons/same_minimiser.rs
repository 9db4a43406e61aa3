//! Certified fits of one problem must agree.

use super::super::schema::SameMinimiser;
use super::trace_of;
use crate::experiment::Experiment;
use crate::metric::{COEFFICIENT_NORM, HEADLINE, TRAIN_ACCURACY, Threshold};
use crate::record::{Cell, CellRecords, SplitRecords, Verdict};

/// Compares two solvers on the splits that have an optimum. It is unique (that is part of the proof), so where both are
/// proved to be within the tolerance of it they have the same coefficients and, with one threshold, or one rule that chooses it, the same predictions,
/// but for what the tolerance leaves open. None if there is no such split. `predicted` is what is known of predictions.
pub fn check(
    experiment: &Experiment,
    splits_of: Option<&SplitRecords>,
    (first, second): (&Cell, &Cell),
    predicted: Option<usize>,
) -> Option<SameMinimiser> {
    let (a, b) = (&first.records, &second.records);
    let of = |metric: usize, fit| (a.metrics[metric].get(fit), b.metrics[metric].get(fit));
    let sizes = |fit: usize| splits_of.and_then(|splits| splits.rows.get(fit)).copied().unwrap_or_default();
    let rows = |accuracy, count: u32, fit| {
        let (a, b) = of(accuracy, fit);
        // Of no rows the accuracy is NaN, and the cast makes that no difference.
        ((a - b).abs() * f64::from(count)).round() as usize
    };
    let (mut with_optimum, mut splits, mut classes, mut accuracy_differs, mut under_converged) = (0, 0, 0, 0, 0);
    let mut norms = 0.0f64;
    for fit in 0..a.len().min(b.len()) {
        let verdicts = [a.verdicts[fit], b.verdicts[fit]];
        if !verdicts.iter().any(|verdict| matches!(verdict, Verdict::Optimal | Verdict::Suboptimal)) {
            continue;
        }
        with_optimum += 1;
        let [train, test] = sizes(fit);
        let test_rows = rows(HEADLINE, test, fit);
        if verdicts == [Verdict::Optimal; 2] {
            splits += 1;
            let (norm, other) = of(COEFFICIENT_NORM, fit);
            norms = norms.max((norm - other).abs());
            classes = classes.max(test_rows + rows(TRAIN_ACCURACY, train, fit));
            accuracy_differs += usize::from(test_rows > 0);
        } else if verdicts.contains(&Verdict::Suboptimal) {
            // Of an undecided fit it is not proved that it misses the optimum.
            under_converged += usize::from(test_rows > 0);
        }
    }
    let threshold = |cell: &Cell| experiment.solvers[cell.solver].solver.as_ref().ok().map(|solver| solver.threshold);
    (with_optimum > 0).then(|| SameMinimiser {
        same_threshold: threshold(first) == threshold(second),
        threshold_is_chosen: [first, second].iter().any(|cell| matches!(threshold(cell), Some(Threshold::Chosen(_)))),
        splits,
        coefficient_difference: coefficient_difference(a, b),
        coefficient_norm_difference: (splits > 0 && norms.is_finite()).then_some(norms),
        classes_that_differ: (splits > 0).then_some(classes),
        predictions_that_differ: predicted,
        accuracy_differs,
        under_converged,
    })
}

/// The largest difference of a coefficient, over the splits whose traces are kept and on which both are optimal.
fn coefficient_difference(a: &CellRecords, b: &CellRecords) -> Option<f64> {
    let optimal = |records: &CellRecords, split: u64| records.verdicts.get(split as usize) == Some(&Verdict::Optimal);
    let kept = a.traces.iter().filter_map(|trace| Some((trace, trace_of(b, trace.split)?)));
    let both = kept.filter(|(trace, _)| optimal(a, trace.split) && optimal(b, trace.split));
    let differences = both.flat_map(|(a, b)| a.coefficients.iter().zip(&b.coefficients)).map(|(a, b)| (a - b).abs());
    // NaN, a column that was left out, is passed over.
    differences.filter(|difference| difference.is_finite()).reduce(f64::max)
}
