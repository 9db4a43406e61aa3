//! Predicted classes, of the fits whose predictions are kept.

use super::super::schema::{AreasOnRows, INTERVAL_LEVEL, McNemar, OnRows, OnRowsTest};
use super::paired::row_differences;
use super::trace_of;
use crate::model::loss::loss_and_sigmoids;
use crate::record::{CellRecords, KeptTrace, Predicted, Verdict};
use crate::statistics::delong::{Area, AreaDifference};
use crate::statistics::resampled_t::ResampledT;
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

/// Tests of the two classifiers fitted on split 0, on its test rows, by their probabilities. Given the classifiers, rows are independent,
/// as for [`mcnemar`].
pub fn on_rows(first: &CellRecords, second: &CellRecords) -> Option<OnRows> {
    let [a, b] = both(first, second).find(|[a, b]| {
        let rows = a.test_rows as usize;
        rows > 0 && [a, b].iter().all(|trace| trace.test_scores.len() == rows && trace.predicted.len() >= rows)
    })?;
    let positive: Vec<bool> =
        a.predicted.iter().zip(&b.predicted).take(a.test_rows as usize).map(truth).collect::<Option<_>>()?;
    let sign = |positive: &bool| if *positive { 1.0 } else { -1.0 };
    let of_rows = |scores: &[f64], loss: fn(f64) -> f64| -> Vec<f64> {
        positive.iter().zip(scores).map(|(positive, score)| loss(sign(positive) * score)).collect()
    };
    let paired = |loss: fn(f64) -> f64| {
        let pairs = of_rows(&a.test_scores, loss).into_iter().zip(of_rows(&b.test_scores, loss));
        let test = ResampledT::new(&row_differences(&pairs.map(|(a, b)| [a, b]).collect::<Vec<_>>()), 0.0)?;
        let interval = test.interval(INTERVAL_LEVEL).into();
        Some(OnRowsTest { difference: test.mean, interval, p_value: test.p_two_sided() })
    };
    let areas = Area::new(&a.test_scores, &positive).zip(Area::new(&b.test_scores, &positive));
    let is_optimal = |records: &CellRecords| records.verdicts.get(a.split as usize) == Some(&Verdict::Optimal);
    Some(OnRows {
        at_one_optimum: is_optimal(first) && is_optimal(second),
        auc: areas.map(|(a, b)| AreasOnRows {
            areas: [a.area, b.area],
            intervals: [a.logit_interval(INTERVAL_LEVEL), b.logit_interval(INTERVAL_LEVEL)],
            test: AreaDifference::new(&a, &b).map(|test| OnRowsTest {
                difference: test.difference,
                interval: test.interval(INTERVAL_LEVEL),
                p_value: test.p_two_sided(),
            }),
        }),
        log_loss: paired(|margin| loss_and_sigmoids(margin).0),
        brier_score: paired(|margin| loss_and_sigmoids(margin).1[0].powi(2)),
    })
}

/// Whether a row is of class 1, by the prediction of it that has a class; None where there is none, or another class than 0 and 1.
fn truth((a, b): (&Predicted, &Predicted)) -> Option<bool> {
    let predicted = [a, b].into_iter().find(|predicted| predicted.class().is_some())?;
    match predicted.class() {
        Some(class @ (0 | 1)) => Some((class == 1) == predicted.is_right()),
        _ => None,
    }
}

/// The largest number of rows, training and test, whose predicted classes differ on a split on which both are optimal.
pub fn classes_that_differ(first: &CellRecords, second: &CellRecords) -> Option<usize> {
    let optimal = |records: &CellRecords, split: u64| records.verdicts.get(split as usize) == Some(&Verdict::Optimal);
    let differing = |[a, b]: [&KeptTrace; 2]| a.predicted.iter().zip(&b.predicted).filter(|(a, b)| a != b).count();
    both(first, second).filter(|[a, _]| optimal(first, a.split) && optimal(second, a.split)).map(differing).max()
}
