//! Predicted classes, of the fits whose coefficients are kept.

use super::super::schema::McNemar;
use crate::experiment::{Experiment, Source};
use crate::metric::Classifier;
use crate::model::Design;
use crate::model::design::Transformation;
use crate::record::{Cell, Verdict};
use crate::split::Split;
use crate::statistics::sign::sign_test;

/// The predictions of one fit.
pub struct Predictions {
    split: u64,
    verdict: Option<Verdict>,
    /// The predicted classes, test rows first; None where the probability is no number.
    classes: Vec<Option<bool>>,
    /// The true classes.
    truth: Vec<bool>,
    test_rows: usize,
}

/// Fits per cell that are predicted with, if so many are kept.
const MOST: usize = 100;

/// The predictions of the fits of a cell whose traces are kept whole. What has no coefficients predicts nothing.
pub fn of(experiment: &Experiment, cell: &Cell) -> Vec<Predictions> {
    let Ok(runnable) = &experiment.solvers[cell.solver].solver else { return Vec::new() };
    let (source, model) = (&experiment.sources[cell.source], &experiment.models[cell.model]);
    let (mut split, mut design, mut transformation) = (Split::default(), Design::default(), Transformation::default());
    let of_trace = |trace: &crate::record::WholeTrace| {
        let data = source.data(trace.split);
        experiment.splitters[cell.source].split(source.dealt_as(trace.split), &data.labels, &mut split);
        transformation.fit(&data, &split.train, model.scaling);
        let rows = [&split.test[..], &split.train].concat();
        design.gather(&data, &rows, model.intercept, &transformation);
        // Columns that depend on others were left out, and count nothing; a fit that failed has no coefficient at all.
        let failed = trace.coefficients.iter().all(|b| b.is_nan());
        let known = |&b: &f64| if b.is_nan() && !failed { 0.0 } else { b };
        let coefficients: Vec<f64> = trace.coefficients.iter().map(known).collect();
        let classifier = Classifier {
            coefficients: &coefficients,
            intercept: model.intercept,
            threshold: runnable.threshold,
            sigmoid: runnable.sigmoid,
            truth: None,
        };
        let rows = design.rows();
        let classes = rows.rows(design.columns, design.signs.len()).map(|row| classifier.class(&row)).collect();
        Predictions {
            split: trace.split,
            verdict: cell.records.verdicts.get(trace.split as usize).copied(),
            classes,
            truth: design.signs.iter().map(|&sign| sign > 0.0).collect(),
            test_rows: split.test.len(),
        }
    };
    cell.records.traces.iter().take(MOST).map(of_trace).collect()
}

/// Splits that both have predicted.
fn both<'p>(first: &'p [Predictions], second: &'p [Predictions]) -> impl Iterator<Item = [&'p Predictions; 2]> {
    first.iter().filter_map(|a| Some([a, second.iter().find(|b| b.split == a.split)?]))
}

/// McNemar's exact test on test rows, none of which may come twice: of the first split that is kept, or, where the data are
/// drawn afresh for each, of all that are.
pub fn mcnemar(
    experiment: &Experiment,
    source: usize,
    first: &[Predictions],
    second: &[Predictions],
) -> Option<McNemar> {
    let most = if matches!(experiment.sources[source], Source::Redrawn { .. }) { MOST } else { 1 };
    let (mut splits, mut only_first_right, mut only_second_right) = (0, 0, 0);
    for [a, b] in both(first, second).filter(|[a, _]| a.test_rows > 0).take(most) {
        splits += 1;
        for ((a, b), truth) in a.classes.iter().zip(&b.classes).zip(&a.truth).take(a.test_rows) {
            let right = [a, b].map(|class| *class == Some(*truth));
            only_first_right += usize::from(right == [true, false]);
            only_second_right += usize::from(right == [false, true]);
        }
    }
    let p_value = sign_test(only_first_right as u64, only_second_right as u64);
    (splits > 0).then_some(McNemar { splits, only_first_right, only_second_right, p_value })
}

/// The largest number of rows, training and test, whose predicted classes differ on a split on which both are optimal.
pub fn classes_that_differ(first: &[Predictions], second: &[Predictions]) -> Option<usize> {
    let optimal = |predictions: &Predictions| predictions.verdict == Some(Verdict::Optimal);
    let of_split = |[a, b]: [&Predictions; 2]| a.classes.iter().zip(&b.classes).filter(|(a, b)| a != b).count();
    both(first, second).filter(|[a, b]| optimal(a) && optimal(b)).map(of_split).max()
}
