//! The fits of one solver, one after another: each from its loop to its record.

use std::time::Duration;

use crate::engine::lanes::LaneFit;
use crate::engine::reference::{Existence, Shown};
use crate::engine::{Interrupted, Loop, Outcome, judge};
use crate::experiment::{Experiment, Runnable};
use crate::metric;
use crate::model::Problem;
use crate::model::certificate::{Certificate, Refusal, Workspace, certify, has_share, measure};
use crate::record::{FitRecord, Keep, Observation, Verdict};
use crate::solver::{Calls, Point, State, Stop};

/// A solver's state, and the fit it has made last.
pub struct Fit<'e> {
    /// Place of the solver in the experiment.
    pub solver: usize,
    /// The solver.
    pub runnable: &'e Runnable,
    state: Box<dyn State + 'e>,
    /// The trace, as far as it is kept, and the last observation.
    pub seen: Vec<Observation>,
    end: Option<(Outcome, Certificate)>,
    /// Where a fit that failed has ended: nowhere. Empty after others.
    nowhere: Vec<f64>,
}

impl<'e> Fit<'e> {
    /// Storage for the fits of a solver.
    pub fn new(solver: usize, runnable: &'e Runnable) -> Fit<'e> {
        let state = runnable.solver.state();
        Fit { solver, runnable, state, seen: Vec::new(), end: None, nowhere: Vec::new() }
    }

    /// Whether the solver is run under the model at a place.
    pub fn runs_under(&self, experiment: &Experiment, model: usize) -> bool {
        experiment.solvers[self.solver].under(model).is_some()
    }

    /// Runs the loop, and shows what the point it ended at proves.
    ///
    /// With a Hessian at hand a proof costs little, as it does where a share of the rows may be enough; and a solver that asks for
    /// Hessians can spare one. Without, it waits until no other fit has shown the optimum.
    ///
    /// # Errors
    /// When the run is interrupted.
    pub fn run(
        &mut self,
        problem: &Problem<'_>,
        fit: &Loop<'_>,
        keep: Keep,
        shown: &mut Shown,
        workspace: &mut Workspace<'_>,
    ) -> Result<(), Interrupted> {
        self.nowhere.clear();
        let seen = &mut self.seen;
        seen.clear();
        let outcome = fit.fit(&mut *self.state, problem, &mut |observation| {
            keep.note(seen, *observation);
        })?;
        let Point { coefficients, evaluation, .. } = self.state.point();
        let costs_little = evaluation.has_stable_hessian() || has_share(problem) || outcome.calls.hessians() > 1;
        let certificate = if costs_little || problem.firth {
            certify(problem, coefficients, Some(evaluation), workspace)
        } else {
            measure(problem, coefficients, workspace)
        };
        shown.see(problem, coefficients, &certificate);
        self.end = Some((outcome, certificate));
        Ok(())
    }

    /// Ends a fit that its solver has not, and that was not begun (`begun` false) or broke off. The solver's state is made anew.
    pub fn fail(&mut self, columns: usize, begun: bool) {
        if !begun {
            self.seen.clear();
        }
        self.state = self.runnable.solver.state();
        self.nowhere.clear();
        self.nowhere.resize(columns, f64::NAN);
        let last = self.seen.last().copied().unwrap_or_default();
        let lost = Observation { objective: f64::NAN, gradient_norm: f64::NAN, ..last };
        self.seen.push(lost);
        let outcome =
            Outcome { stop: Stop::Failed, iterations: last.iteration, calls: Calls::default(), time: Duration::ZERO };
        let certificate = Certificate {
            objective: f64::NAN,
            objective_error: f64::NAN,
            gradient_norm: f64::NAN,
            gap: Err(Refusal::NotFinite),
        };
        self.end = Some((outcome, certificate));
    }

    /// Where the fit ended.
    pub fn coefficients(&self) -> &[f64] {
        if self.nowhere.is_empty() { &self.state.point().coefficients } else { &self.nowhere }
    }

    /// s_i x_i'β of the training rows where the fit ended, if its solver has left them; else empty.
    pub fn margins(&self) -> &[f64] {
        self.state.point().evaluation.margins(self.coefficients())
    }

    /// Where the fit ended, if no proof was tried there.
    pub fn untried(&self) -> Option<&[f64]> {
        let (_, certificate) = self.end.as_ref()?;
        (certificate.gap == Err(Refusal::NotTried)).then(|| self.coefficients())
    }

    /// Judges the fit by what is known of the problem; `None` if it has not been run.
    pub fn record(
        &mut self,
        problem: &Problem<'_>,
        existence: &Existence,
        tolerance: f64,
        metrics: metric::Values,
        workspace: &mut Workspace<'_>,
    ) -> Option<FitRecord> {
        let (outcome, mut certificate) = self.end.take()?;
        if needs_own_proof(certificate.gap, existence) {
            certificate = certify(problem, self.coefficients(), None, workspace);
        }
        Some(record(&outcome, &certificate, existence, tolerance, metrics))
    }
}

/// Whether a fit of which no proof was tried can be judged only by one.
pub fn needs_own_proof(gap: Result<f64, Refusal>, existence: &Existence) -> bool {
    gap == Err(Refusal::NotTried) && !matches!(existence, Existence::Separated { .. }) && existence.infimum().is_none()
}

/// Judges a fit made in lanes. `problem` is needed if it needs its own proof.
pub fn record_of(
    fit: &LaneFit,
    problem: Option<Problem<'_>>,
    against_truth: (f64, f64),
    existence: &Existence,
    tolerance: f64,
    workspace: &mut Workspace<'_>,
) -> FitRecord {
    let mut metrics = fit.metrics;
    (metrics[9], metrics[10]) = against_truth;
    let certificate = problem.map_or(fit.certificate, |problem| certify(&problem, &fit.coefficients, None, workspace));
    record(&fit.outcome, &certificate, existence, tolerance, metrics)
}

fn record(
    outcome: &Outcome,
    certificate: &Certificate,
    existence: &Existence,
    tolerance: f64,
    metrics: metric::Values,
) -> FitRecord {
    let judgement = judge(certificate, existence, tolerance);
    FitRecord {
        stop: outcome.stop,
        verdict: judgement.verdict,
        refusal: certificate.gap.err().filter(|_| judgement.verdict == Verdict::Undecided),
        iterations: outcome.iterations,
        calls: outcome.calls,
        objective: certificate.objective,
        gradient_norm: certificate.gradient_norm,
        gap: judgement.gap,
        metrics,
        seconds: outcome.time.as_secs_f64(),
    }
}
