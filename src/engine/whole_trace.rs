//! Whole traces, kept of the first fits of a cell.

use super::batch::Batch;
use super::designs::Designs;
use super::existence::Existence;
use super::fitted::Fitted;
use super::predicted::each_prediction;
use crate::experiment::Runnable;
use crate::model::Scaling;
use crate::record::{KeptTrace, MOST_PREDICTED, Predicted};

/// The whole trace of a fit, with the direction that separates the rows, if there is one on the scale of the coefficients, and
/// with its predictions, if there are other solvers to compare them with.
pub fn whole_trace(
    batch: &Batch<'_>,
    place: usize,
    (fitted, runnable): (&Fitted, &Runnable),
    existence: &Existence,
    designs: &mut Designs<'_>,
) -> KeptTrace {
    let infimum = existence.infimum().unwrap_or(f64::NAN);
    let mut direction = Vec::new();
    // It may have been found on the data's own scale.
    if let (Existence::Separated { direction: found, .. }, Scaling::None) = (existence, batch.model().scaling) {
        if found.len() == fitted.coefficients.len() {
            direction.clone_from(found);
        } else {
            designs.of(batch, place).of_all_columns(found, &mut direction);
        }
        batch.to_own_units(&mut direction);
    }
    let (split, dealt) = (batch.first + place as u64, &batch.splits[place]);
    let mut test_scores = Vec::new();
    let is_compared = split < MOST_PREDICTED && batch.solvers().nth(1).is_some();
    if is_compared && split == 0 {
        let designs = designs.of(batch, place);
        let coefficients = designs.of_kept_columns(&fitted.coefficients);
        test_scores.resize(designs.test.loss().rows(), f64::NAN);
        designs
            .test
            .matrix()
            .each_predictor(&coefficients, |i, score| test_scores[i] = designs.test.loss().predictor(i, score));
    }
    let mut coefficients = fitted.coefficients.clone();
    batch.to_own_units(&mut coefficients);
    KeptTrace {
        split,
        coefficients,
        direction,
        points: fitted.seen.iter().map(|seen| (*seen, seen.objective - infimum)).collect(),
        predicted: if is_compared {
            predictions(batch, (fitted, runnable), designs.of(batch, place))
        } else {
            Vec::new()
        },
        // Tests on rows take each for one independent observation, so those of weighted rows are not made.
        test_rows: if dealt.data.roles.weights.is_some() { 0 } else { dealt.split.test.len() as u32 },
        test_scores,
    }
}

/// The predictions of a fit for the test rows and the training rows.
fn predictions(batch: &Batch<'_>, fit: (&Fitted, &Runnable), designs: &Designs<'_>) -> Vec<Predicted> {
    let mut predicted = Vec::with_capacity(designs.test.loss().rows() + designs.train.design.loss().rows());
    for design in [&designs.test, &designs.train.design] {
        each_prediction(batch, fit, designs, design, |_, prediction| predicted.push(prediction));
    }
    predicted
}
