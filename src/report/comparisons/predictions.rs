//! Predicted classes, of the fits whose predictions are kept.

use super::super::schema::McNemar;
use super::trace_of;
use crate::record::{CellRecords, KeptTrace, Verdict};
use crate::statistics::sign::sign_test;

/// The fits of splits that both have predicted.
fn both<'r>(first: &'r CellRecords, second: &'r CellRecords) -> impl Iterator<Item = [&'r KeptTrace; 2]> {
    let pairs = first.traces.iter().filter_map(|a| Some([a, trace_of(second, a.split)?]));
    pairs.filter(|pair| pair.iter().all(|trace| !trace.predicted.is_empty()))
}

/// McNemar's exact test of the two classifiers fitted on the first split that is kept, on its test rows.
///
/// Given the classifiers, test rows are independent. Rows of several splits are not, even where the data are drawn afresh for each:
/// those of one split are classified by the same two fits, and a test that pooled them would take the luck of a few fits for
/// evidence from many rows. Differences over splits have the t-test.
pub fn mcnemar(first: &CellRecords, second: &CellRecords) -> Option<McNemar> {
    let [a, b] = both(first, second).find(|[a, _]| a.test_rows > 0)?;
    let rows = || a.predicted.iter().zip(&b.predicted).take(a.test_rows as usize);
    let count = |wanted: [bool; 2]| rows().filter(|(a, b)| [a.is_right(), b.is_right()] == wanted).count();
    let (only_first_right, only_second_right) = (count([true, false]), count([false, true]));
    let p_value = sign_test(only_first_right as u64, only_second_right as u64);
    Some(McNemar { splits: 1, only_first_right, only_second_right, p_value })
}

/// The largest number of rows, training and test, whose predicted classes differ on a split on which both are optimal.
pub fn classes_that_differ(first: &CellRecords, second: &CellRecords) -> Option<usize> {
    let optimal = |records: &CellRecords, split: u64| records.verdicts.get(split as usize) == Some(&Verdict::Optimal);
    let differing = |[a, b]: [&KeptTrace; 2]| a.predicted.iter().zip(&b.predicted).filter(|(a, b)| a != b).count();
    both(first, second).filter(|[a, _]| optimal(first, a.split) && optimal(second, a.split)).map(differing).max()
}
