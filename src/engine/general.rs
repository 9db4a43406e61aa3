//! The general engine: every solver, one split at a time.

use std::ops::Range;

use super::batch::Batch;
use super::clock::SystemClock;
use super::contract::Engine;
use super::designs::Designs;
use super::existence::Shown;
use super::fitted::{Fits, Fitted};
use super::iteration::{Interrupted, Loop};
use super::proving::Proving;
use crate::contain::contain;
use crate::experiment::{Experiment, Runnable};
use crate::metric::{self, Classifier};
use crate::model::certificate::{CertificateWorkspace, Refusal, certify, certify_by_products, has_share};
use crate::model::{Problem, Workers};
use crate::record::Keep;
use crate::solver::{Point, State};

/// States of all solvers of an experiment, kept from fit to fit.
pub struct GeneralEngine<'e> {
    /// Per solver of the experiment, its state if it can be run.
    states: Vec<Option<Box<dyn State + 'e>>>,
    experiment: &'e Experiment,
    workers: &'e dyn Workers,
    clock: SystemClock,
    workspace: CertificateWorkspace<'e>,
    scratch: metric::Scratch,
    /// Training rows, for the choice of a threshold.
    rows: Vec<(f64, bool, u64)>,
    nowhere: Vec<f64>,
}

impl<'e> GeneralEngine<'e> {
    /// States for the fits of an experiment; `workers` share long passes over the rows.
    pub fn new(experiment: &'e Experiment, workers: &'e dyn Workers) -> GeneralEngine<'e> {
        let state = |solver: usize| Some(experiment.solvers[solver].solver.as_ref().ok()?.solver.state());
        GeneralEngine {
            states: (0..experiment.solvers.len()).map(state).collect(),
            experiment,
            workers,
            clock: SystemClock::default(),
            workspace: CertificateWorkspace::within(experiment.tolerance, workers),
            scratch: metric::Scratch::default(),
            rows: Vec::new(),
            nowhere: Vec::new(),
        }
    }

    /// Makes one fit, with its metrics.
    fn make(
        &mut self,
        batch: &Batch<'_>,
        (solver, runnable): (usize, &Runnable),
        place: usize,
        designs: &Designs<'_>,
        fits: &mut Fits,
    ) -> Result<(), Interrupted> {
        let Some(state) = &mut self.states[solver] else { return Ok(()) };
        let problem = designs.problem();
        let (fitted, shown) = fits.place(solver, place);
        let start = if fitted.start.is_empty() { Vec::new() } else { designs.of_kept_columns(&fitted.start) };
        fitted.seen.clear();
        fitted.failure = None;
        let ended = match &batch.refused[solver] {
            Some(reason) => Err(reason.clone()),
            None => {
                let rules = &runnable.rules;
                let around = Loop {
                    rules,
                    clock: &self.clock,
                    interrupt: batch.interrupt,
                    workers: self.workers,
                    start: &start,
                    common: Some(&designs.common),
                };
                let keep = batch.keep(place);
                contain(|| run(&mut **state, &problem, &around, keep, fitted, shown, &mut self.workspace))
            }
        };
        let (coefficients, margins) = match ended {
            Ok(interrupted) => {
                interrupted?;
                let Point { coefficients, evaluation, .. } = state.point();
                (&coefficients[..], evaluation.margins(coefficients))
            }
            Err(reason) => {
                fitted.fail(reason);
                // A solver that broke off may be in any state, so the next fit gets a new one.
                if let Ok(runnable) = &self.experiment.solvers[solver].solver {
                    *state = runnable.solver.state();
                }
                self.nowhere.clear();
                self.nowhere.resize(problem.unknowns(), f64::NAN);
                (&self.nowhere[..], &[][..])
            }
        };
        designs.of_all_columns(coefficients, &mut fitted.coefficients);
        let Designs { test, train, .. } = designs;
        let Runnable { threshold, sigmoid, .. } = *runnable;
        fitted.threshold = threshold.of_fit(coefficients, sigmoid, &train.design, &mut self.rows);
        // At a chosen threshold training rows may be next to the boundary, where probabilities from margins have another rounding.
        let margins = if threshold.number().is_some() { margins } else { &[] };
        let classifier = Classifier {
            coefficients,
            intercept: batch.model().intercept,
            threshold: fitted.threshold,
            sigmoid,
            truth: batch.truth(place),
        };
        fitted.metrics = metric::compute(classifier, test, &train.design, margins, self.workers, &mut self.scratch);
        fits.set_made(solver, place);
        Ok(())
    }
}

impl Engine for GeneralEngine<'_> {
    fn fit(
        &mut self,
        batch: &Batch<'_>,
        places: Range<usize>,
        designs: &mut Designs<'_>,
        fits: &mut Fits,
    ) -> Result<(), Interrupted> {
        for place in places {
            for (solver, runnable) in batch.solvers() {
                if !fits.is_made(solver, place) {
                    self.make(batch, (solver, runnable), place, designs.of(batch, place), fits)?;
                }
            }
        }
        Ok(())
    }
}

/// Runs the loop, and certifies the last point.
///
/// Tries a proof at once where it costs little: with a Hessian at hand, where a share of the rows may be enough, and for a
/// solver that computes Hessians anyway. Otherwise forms no Hessian, because another fit may show the optimum.
fn run(
    state: &mut dyn State,
    problem: &Problem<'_>,
    around: &Loop<'_>,
    keep: Keep,
    fitted: &mut Fitted,
    shown: &mut Shown,
    workspace: &mut CertificateWorkspace<'_>,
) -> Result<(), Interrupted> {
    let seen = &mut fitted.seen;
    let mut proving = Proving::new(around.rules.tolerances.gap, problem, workspace);
    fitted.outcome = around.fit_until_proved(
        state,
        problem,
        &mut |observation| keep.note(seen, *observation),
        &mut |point, fall| proving.relative_gap(problem, point, fall),
    )?;
    let found = proving.found();
    let Point { coefficients, evaluation, .. } = state.point();
    let costs_little = evaluation.has_stable_hessian() || has_share(problem) || fitted.outcome.calls.hessians() > 1;
    let certify = if costs_little { certify } else { certify_by_products };
    fitted.certificate = found.unwrap_or_else(|| certify(problem, coefficients, Some(evaluation), workspace));
    fitted.may_be_proved = fitted.certificate.gap == Err(Refusal::NotTried);
    shown.see(problem, coefficients, &fitted.certificate);
    Ok(())
}
