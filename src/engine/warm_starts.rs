//! Warm starts: fits that begin where the fits of the same solver on the same split under another model have ended.

use std::collections::HashMap;

use super::batch::Batch;
use super::fitted::{Fits, Fitted};
use crate::solver::Stop;

/// The ends of fits from which others will start.
#[derive(Default)]
pub struct WarmStarts {
    /// Coefficients of all columns in the model's own units, by model, solver and split. A model has no more than one that starts from
    /// it, which takes them.
    ends: HashMap<(usize, usize, u64), Vec<f64>>,
}

impl WarmStarts {
    /// Sets the starts of the fits of a batch, which are at 0. A fit stays there if the one before it has left no end.
    pub fn set(&mut self, batch: &Batch<'_>, fits: &mut Fits) {
        let Some(model) = batch.model().starts_from else { return };
        for (solver, _) in batch.solvers() {
            for (fit, split) in fits.of_solver(solver).iter_mut().zip(batch.first..) {
                if let Some(mut end) = self.ends.remove(&(model, solver, split)) {
                    batch.to_units(&mut end);
                    fit.start = end;
                }
            }
        }
    }

    /// Keeps the ends of the fits of a batch, if a model starts from them.
    pub fn keep(&mut self, batch: &Batch<'_>, fits: &mut Fits) {
        let experiment = batch.experiment;
        let next = experiment.models.iter().position(|model| model.starts_from == Some(batch.model));
        let Some(next) = next else { return };
        for (solver, _) in experiment.runnable_under(next) {
            for (fit, split) in fits.of_solver(solver).iter().zip(batch.first..) {
                let place = (batch.model, solver, split);
                match end(fit) {
                    Some(coefficients) => {
                        let mut coefficients = coefficients.to_vec();
                        batch.to_own_units(&mut coefficients);
                        self.ends.insert(place, coefficients);
                    }
                    // That of another data set.
                    None => _ = self.ends.remove(&place),
                }
            }
        }
    }
}

/// The coefficients from which another fit can start: finite ones, unless they are on their way to infinity.
fn end(fit: &Fitted) -> Option<&[f64]> {
    let leads_nowhere = matches!(fit.outcome.stop, Stop::Separated | Stop::NonFinite | Stop::Failed);
    (!leads_nowhere && fit.coefficients.iter().all(|b| b.is_finite())).then_some(&fit.coefficients)
}
