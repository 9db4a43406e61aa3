//! Predicted classes, of the fits whose predictions are kept.

use super::super::schema::McNemar;
use super::trace_of;
use crate::data::Source;
use crate::experiment::Experiment;
use crate::record::{CellRecords, MOST_PREDICTED, Verdict, WholeTrace};
use crate::statistics::sign::sign_test;

/// The fits of splits that both have predicted.
fn both<'r>(first: &'r CellRecords, second: &'r CellRecords) -> impl Iterator<Item = [&'r WholeTrace; 2]> {
    let pairs = first.traces.iter().filter_map(|a| Some([a, trace_of(second, a.split)?]));
    pairs.filter(|pair| pair.iter().all(|trace| !trace.predicted.is_empty()))
}

/// McNemar's exact test on test rows, none of which may come twice: of the first split that is kept, or, where the data are
/// drawn afresh for each, of all that are.
pub fn mcnemar(experiment: &Experiment, source: usize, first: &CellRecords, second: &CellRecords) -> Option<McNemar> {
    let most = if matches!(experiment.sources[source], Source::Redrawn { .. }) { MOST_PREDICTED as usize } else { 1 };
    let (mut splits, mut only_first_right, mut only_second_right) = (0, 0, 0);
    for [a, b] in both(first, second).filter(|[a, _]| a.test_rows > 0).take(most) {
        splits += 1;
        for (a, b) in a.predicted.iter().zip(&b.predicted).take(a.test_rows as usize) {
            let right = [a.is_right(), b.is_right()];
            only_first_right += usize::from(right == [true, false]);
            only_second_right += usize::from(right == [false, true]);
        }
    }
    let p_value = sign_test(only_first_right as u64, only_second_right as u64);
    (splits > 0).then_some(McNemar { splits, only_first_right, only_second_right, p_value })
}

/// The largest number of rows, training and test, whose predicted classes differ on a split on which both are optimal.
pub fn classes_that_differ(first: &CellRecords, second: &CellRecords) -> Option<usize> {
    let optimal = |records: &CellRecords, split: u64| records.verdicts.get(split as usize) == Some(&Verdict::Optimal);
    let differing = |[a, b]: [&WholeTrace; 2]| a.predicted.iter().zip(&b.predicted).filter(|(a, b)| a != b).count();
    both(first, second).filter(|[a, _]| optimal(first, a.split) && optimal(second, a.split)).map(differing).max()
}
