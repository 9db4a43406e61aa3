//! The classes that a fit predicts, row by row.

use super::batch::{Batch, Dealt};
use super::designs::Designs;
use super::fitted::Fitted;
use crate::experiment::Runnable;
use crate::metric::Classifier;
use crate::model::Design;
use crate::record::{Predicted, WrongRows};

/// Gives the prediction of a fit for each row of `design`, one of `designs`, to `take`, with the place of the row there.
pub fn each_prediction(
    batch: &Batch<'_>,
    (fitted, runnable): (&Fitted, &Runnable),
    designs: &Designs<'_>,
    design: &Design,
    mut take: impl FnMut(usize, Predicted),
) {
    let classifier = Classifier {
        coefficients: &designs.of_kept_columns(&fitted.coefficients),
        intercept: batch.model().intercept,
        threshold: fitted.threshold,
        sigmoid: runnable.sigmoid,
        truth: None,
    };
    let loss = design.loss();
    design.matrix().each_row(|i, row| {
        take(i, Predicted::new(classifier.class(row, loss.offset(i)), loss.class(i)));
    });
}

/// The test rows of the split at a place of the batch that a fit puts into the wrong class. As in the accuracy, a row whose
/// probability is not a number counts as one of them.
pub fn wrong_rows(batch: &Batch<'_>, place: usize, fit: (&Fitted, &Runnable), designs: &mut Designs<'_>) -> WrongRows {
    let Dealt { split, data } = batch.splits[place];
    let (mut wrong, designs) = (WrongRows::none_of(data.rows()), designs.of(batch, place));
    each_prediction(batch, fit, designs, &designs.test, |i, prediction| {
        if !prediction.is_right() {
            wrong.add(split.test[i]);
        }
    });
    wrong
}
