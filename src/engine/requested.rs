//! Metrics that an experiment asks for beside those that engines compute: from the coefficients of a fit, whichever engine made it.

use super::batch::Batch;
use super::designs::Designs;
use super::fitted::Fitted;
use crate::experiment::Runnable;
use crate::metric::{self, Classifier, Predictions, ReliabilityCounts, Values};

/// Fills in the metrics on request of the fit of a solver on the split at a place of the batch, and counts its test rows in
/// `reliability` if a curve is wanted. `predictions` is storage.
pub fn fill_in_requested(
    batch: &Batch<'_>,
    place: usize,
    (fitted, runnable): (&Fitted, &Runnable),
    designs: &mut Designs<'_>,
    predictions: &mut Predictions,
    reliability: &mut ReliabilityCounts,
    metrics: &mut Values,
) {
    let wanted = batch.experiment.metrics;
    if wanted.on_request().next().is_none() {
        return;
    }
    let designs = designs.of(batch, place);
    let classifier = Classifier {
        coefficients: &designs.of_kept_columns(&fitted.coefficients),
        intercept: batch.model().intercept,
        threshold: fitted.threshold,
        sigmoid: runnable.sigmoid,
        truth: batch.truth(place),
    };
    metric::fill_in_requested(
        wanted,
        classifier,
        &designs.test,
        &designs.train.design,
        predictions,
        reliability,
        metrics,
    );
}
