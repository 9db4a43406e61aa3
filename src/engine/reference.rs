//! The harness's own solver: finds a problem's optimum, or proves that there is none, before any solver is judged.

use std::sync::atomic::{AtomicBool, Ordering};

use super::clock::SystemClock;
use super::existence::{CLOSE, Existence, GOOD_ENOUGH, Shown, normalized};
use super::iteration::{Interrupted, Loop};
use crate::model::certificate::{
    Certificate, CertificateWorkspace, Refusal, SMALL_IF_LARGE, certify, certify_by_products, is_costly,
};
use crate::model::enclosure::{self, Objective};
use crate::model::penalty::Capability;
use crate::model::separation::{self, Separation, SeparationDecision};
use crate::model::{Problem, Serial, Sigmoid, Workers};
use crate::solver::{
    Combine, Common, Composed, Factorization, Halving, Newton, Solver, State, Stop, StopRules, Tolerances,
};

/// Newton's method with step-halving to the limit of rounding, followed by the certificate. It is the same code as the
/// solver `newton`, but its result counts only with a proof: a certified gap, or a direction checked on every row.
pub static NEWTON: Composed<Newton, Halving> = Composed {
    direction: Newton { factorization: Factorization::Cholesky },
    step_rule: Halving,
    sigmoid: Sigmoid::Stable,
};

/// Runs until the objective stops changing in double precision.
pub const TO_THE_LIMIT: StopRules = StopRules {
    tolerances: Tolerances {
        coefficient_change: None,
        gradient_norm: None,
        objective_change: Some(0.0),
        deviance_change: None,
        gap: None,
    },
    combine: Combine::Any,
    max_iterations: 500,
    time_limit: None,
    separated: true,
};

/// Storage for the reference fits of one thread.
pub struct ReferenceSolver<'w> {
    state: Box<dyn State>,
    clock: SystemClock,
    workers: &'w dyn Workers,
    workspace: CertificateWorkspace<'w>,
}

impl Default for ReferenceSolver<'static> {
    fn default() -> ReferenceSolver<'static> {
        ReferenceSolver::new(&Serial)
    }
}

impl<'w> ReferenceSolver<'w> {
    /// A reference solver; `workers` share long passes over the rows.
    pub fn new(workers: &'w dyn Workers) -> ReferenceSolver<'w> {
        let workspace = CertificateWorkspace::within(SMALL_IF_LARGE, workers);
        ReferenceSolver { state: NEWTON.state(), clock: SystemClock::default(), workers, workspace }
    }

    /// Decides whether the problem, whose fits may have left something `common`, has an optimum, by the first of these steps that gives
    /// an answer:
    ///
    /// 1. the evidence of the fits, `shown`;
    /// 2. Newton's method, run to the limit of rounding, and the certificate of its last point;
    /// 3. certificates of `untried`, the last points of fits without one;
    /// 4. where none of these bounds is small, a linear programme that decides existence, unless a bound has proved it, with a bound on
    ///    the gap from residuals; and Newton's method in twice the precision on columns at right angles, with its proof: columns that
    ///    agree in 8 to 16 digits, or whose sizes are so far apart that rounding hides the small ones.
    ///
    /// The linear programme runs on `alone`, the rows on the data's own scale, if given, because standardizing rounds and the
    /// existence of a maximum may depend on the last bit. Firth's penalty gets no answer, because its penalised likelihood need
    /// not be concave.
    ///
    /// # Errors
    /// When the run is interrupted.
    pub fn decide_existence(
        &mut self,
        (problem, common): (&Problem<'_>, Option<&Common>),
        alone: Option<&Problem<'_>>,
        mut shown: Shown,
        untried: &mut dyn Iterator<Item = Vec<f64>>,
        interrupt: &AtomicBool,
    ) -> Result<Existence, Interrupted> {
        if !problem.penalty.has(Capability::Convex) {
            return Ok(Existence::Unknown(Refusal::NotConcave));
        }
        if let Some(decided) = shown.decided(if is_costly(problem) { SMALL_IF_LARGE } else { GOOD_ENOUGH }) {
            return Ok(decided);
        }
        let refusal = match self.newton(problem, &mut shown, (common, interrupt))? {
            Existence::Unknown(refusal) => refusal,
            decided => return Ok(decided),
        };
        for coefficients in untried {
            let certificate = certify(problem, &coefficients, None, &mut self.workspace);
            shown.see(problem, &coefficients, &certificate);
            shown.remember(&coefficients, certificate.objective);
        }
        if let Some(decided) = shown.decided(CLOSE) {
            return Ok(decided);
        }
        // A bound that leaves verdicts open still proves that an optimum exists.
        if let Some(decided) = shown.decided(f64::INFINITY) {
            return Ok(in_twice_the_precision(problem, &shown).unwrap_or(decided));
        }
        match separation::decide_separation(alone.unwrap_or(problem), interrupt) {
            SeparationDecision::Separated { kind, direction } => Ok(Existence::Separated { kind, direction }),
            SeparationDecision::Undecided if interrupt.load(Ordering::Relaxed) => Err(Interrupted),
            SeparationDecision::Undecided => {
                Ok(in_twice_the_precision(problem, &shown).unwrap_or(Existence::Unknown(refusal)))
            }
            SeparationDecision::Overlap => {
                let near = self.near_the_lowest(problem, &shown);
                let is_close =
                    matches!(near, Existence::Optimum { objective, gap, .. } if gap <= GOOD_ENOUGH * objective);
                Ok(if is_close { near } else { in_twice_the_precision(problem, &shown).unwrap_or(near) })
            }
        }
    }

    /// An optimum that is known to exist, by the lowest point that any fit has seen.
    fn near_the_lowest(&mut self, problem: &Problem<'_>, shown: &Shown) -> Existence {
        let Some((_, coefficients)) = &shown.lowest else { return Existence::Somewhere { at_most: f64::INFINITY } };
        let Certificate { objective, objective_error, .. } =
            certify_by_products(problem, coefficients, None, &mut self.workspace);
        let at_most = objective + objective_error;
        match separation::lower_bound(problem, coefficients) {
            Some(bound) => Existence::Optimum { objective, gap: (objective - bound).max(0.0), at_most },
            None => Existence::Somewhere { at_most },
        }
    }

    /// What Newton's method shows: no optimum, one whose objective is known, or the reason why it shows neither.
    fn newton(
        &mut self,
        problem: &Problem<'_>,
        shown: &mut Shown,
        (common, interrupt): (Option<&Common>, &AtomicBool),
    ) -> Result<Existence, Interrupted> {
        let fit =
            Loop { rules: &TO_THE_LIMIT, clock: &self.clock, interrupt, workers: self.workers, start: &[], common };
        let outcome = fit.fit(&mut *self.state, problem, &mut |_| ())?;
        let point = self.state.point();
        if outcome.stop == Stop::Separated {
            let direction = normalized(&point.coefficients);
            return Ok(Existence::Separated { kind: Some(Separation::Complete), direction });
        }
        let certificate = certify(problem, &point.coefficients, Some(&point.evaluation), &mut self.workspace);
        shown.see_certificate(&certificate);
        shown.remember(&point.coefficients, point.evaluation.objective);
        let refusal = certificate.gap.err().unwrap_or(Refusal::TooFar);
        Ok(shown.decided(CLOSE).unwrap_or(Existence::Unknown(refusal)))
    }
}

/// Most multiplications of a Hessian for which arithmetic of twice the precision is tried: a second for ten steps.
const MOST_WORK: usize = 1 << 22;

/// The optimum, where arithmetic of twice the precision proves it, from the lowest point that any fit has seen.
fn in_twice_the_precision(problem: &Problem<'_>, shown: &Shown) -> Option<Existence> {
    let origin = vec![0.0; problem.unknowns()];
    sharpened(problem, shown.lowest.as_ref().map_or(&origin, |(_, coefficients)| coefficients))
}

/// The optimum, where arithmetic of twice the precision proves it, from the point `start`.
pub fn sharpened(problem: &Problem<'_>, start: &[f64]) -> Option<Existence> {
    let Objective { value, error, gap } = enclosure::optimum(problem, start, MOST_WORK).ok()?;
    Some(Existence::Optimum { objective: value, gap: gap + error, at_most: value + error })
}
