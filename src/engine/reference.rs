//! What the harness itself knows of a problem before any solver is judged: its optimum, or that there is none.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{Interrupted, Loop, SystemClock};
use crate::model::certificate::{Certificate, Refusal, SMALL_IF_LARGE, Workspace, certify, is_large};
use crate::model::separation::{self, Decision, Separation, strictly_separates};
use crate::model::{Problem, Serial, Sigmoid, Workers};
use crate::solver::{Combine, Composed, Factorization, Halving, Newton, Solver, State, Stop, StopRules, Tolerances};

/// Whether a problem has an optimum.
#[derive(Clone, Debug, PartialEq)]
pub enum Existence {
    /// It has: F(β*) is at least `objective` − `gap`, proved, rounding of `objective` included.
    Optimum {
        /// F at the reference point.
        objective: f64,
        /// Upper bound on what is left to F(β*).
        gap: f64,
    },
    /// It has, but no point near it was found.
    Somewhere,
    /// It has none.
    Separated {
        /// Whether completely; `None` if only the existence of a direction was proved.
        kind: Option<Separation>,
        /// A direction along which the objective never rises and somewhere falls.
        direction: Vec<f64>,
    },
    /// Neither was proved.
    Unknown(Refusal),
}

impl Existence {
    /// The infimum of the objective, if known: what the gap of a trace is measured against.
    pub fn infimum(&self) -> Option<f64> {
        match self {
            Existence::Optimum { objective, gap } => (*gap <= CLOSE * objective).then_some(*objective),
            // Along a direction that separates completely every loss tends to 0.
            Existence::Separated { kind: Some(Separation::Complete), .. } => Some(0.0),
            // Else the infimum is that of the rows left on the hyperplane, which no fit here looks for.
            Existence::Separated { .. } | Existence::Somewhere | Existence::Unknown(_) => None,
        }
    }

    /// The separation status that was proved.
    pub fn separation(&self) -> Option<Separation> {
        match self {
            Existence::Optimum { .. } | Existence::Somewhere => Some(Separation::Overlap),
            Existence::Separated { kind, .. } => *kind,
            Existence::Unknown(_) => None,
        }
    }
}

/// A gap, as a share of the objective, up to which a reference point stands for the optimum.
const CLOSE: f64 = 1e-8;

/// A certified point: F there, the gap, and what rounding of F adds to it.
#[derive(Clone, Copy, Debug)]
struct Certified {
    objective: f64,
    gap: f64,
    error: f64,
}

/// What the fits of a problem have shown of it.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    best: Option<Certified>,
    direction: Option<Vec<f64>>,
    lowest: Option<(f64, Vec<f64>)>,
}

impl Shown {
    /// Takes note of a point and its certificate.
    pub fn see(&mut self, problem: &Problem<'_>, coefficients: &[f64], certificate: &Certificate) {
        if certificate.gap.is_ok() {
            self.see_certificate(certificate);
        } else if self.direction.is_none() && strictly_separates(problem, coefficients) {
            self.see_direction(coefficients);
        }
    }

    /// Takes note of a certificate, wherever its point is.
    pub fn see_certificate(&mut self, certificate: &Certificate) {
        let Certificate { objective, objective_error: error, gap: Ok(gap), .. } = *certificate else { return };
        if self.best.is_none_or(|best| gap + error < best.gap + best.error) {
            self.best = Some(Certified { objective, gap, error });
        }
    }

    /// Takes note of a direction that is known to separate all rows strictly.
    pub fn see_direction(&mut self, direction: &[f64]) {
        self.direction.get_or_insert_with(|| normalized(direction));
    }

    /// What follows, if it is enough: a direction, or a gap so small that its point stands for the optimum.
    pub fn enough(&mut self) -> Option<Existence> {
        self.decided(GOOD_ENOUGH)
    }

    /// What follows, if a certified gap is at most this share of the objective.
    fn decided(&mut self, share: f64) -> Option<Existence> {
        if let Some(direction) = self.direction.take() {
            return Some(Existence::Separated { kind: Some(Separation::Complete), direction });
        }
        let best = self.best.filter(|best| best.gap <= share * best.objective)?;
        Some(Existence::Optimum { objective: best.objective, gap: best.gap + best.error })
    }

    /// Takes note of a point that nothing is proved of, from whose residuals a bound may still follow.
    fn remember(&mut self, coefficients: &[f64], objective: f64) {
        if objective.is_finite() && self.lowest.as_ref().is_none_or(|(lowest, _)| objective < *lowest) {
            self.lowest = Some((objective, coefficients.to_vec()));
        }
    }
}

/// A direction with largest entry about 1; divided by a power of two, which changes no digit of it.
fn normalized(direction: &[f64]) -> Vec<f64> {
    let largest = direction.iter().fold(0.0, |largest: f64, d| largest.max(d.abs()));
    let power = 2f64.powi(largest.log2().floor() as i32);
    direction.iter().map(|d| d / power).collect()
}

/// A certified gap, as a share of the objective, at which a fit's point is good enough to be the reference.
const GOOD_ENOUGH: f64 = 1e-13;

/// Newton's method with step-halving to the limit of rounding, followed by the certificate. It is the same code as the
/// solver `newton`, but its result is believed only for its proof: a certified gap, or a direction checked on every row.
pub static NEWTON: Composed<Newton, Halving> = Composed {
    direction: Newton { factorization: Factorization::Cholesky },
    step_rule: Halving,
    sigmoid: Sigmoid::Stable,
};

/// The loop goes on until the objective has stopped to change in double precision.
pub const TO_THE_LIMIT: StopRules = StopRules {
    tolerances: Tolerances {
        coefficient_change: None,
        gradient_norm: None,
        objective_change: Some(0.0),
        deviance_change: None,
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
    workspace: Workspace<'w>,
}

impl Default for ReferenceSolver<'static> {
    fn default() -> ReferenceSolver<'static> {
        ReferenceSolver::new(&Serial)
    }
}

impl<'w> ReferenceSolver<'w> {
    /// A solver whose long passes over the rows `workers` make.
    pub fn new(workers: &'w dyn Workers) -> ReferenceSolver<'w> {
        let workspace = Workspace::within(SMALL_IF_LARGE, workers);
        ReferenceSolver { state: NEWTON.state(), clock: SystemClock::default(), workers, workspace }
    }

    /// Decides whether the problem has an optimum.
    ///
    /// What the fits have shown is asked first; if that is not enough, Newton's method is run to the limit of rounding; if its
    /// end proves nothing, `untried`, the points of fits that have no certificate yet, are certified; and if that is not
    /// enough either, a linear programme decides, and residuals bound the gap. The programme looks at `alone`, the rows on the
    /// data's own scale, if they are not those of the problem: standardizing rounds, and whether a maximum exists may depend
    /// on the last bit. (Firth's penalised likelihood need not be concave, and nothing here speaks of it.)
    ///
    /// # Errors
    /// When the run is interrupted.
    pub fn decide(
        &mut self,
        problem: &Problem<'_>,
        alone: Option<&Problem<'_>>,
        mut shown: Shown,
        untried: &mut dyn Iterator<Item = &[f64]>,
        interrupt: &AtomicBool,
    ) -> Result<Existence, Interrupted> {
        if problem.firth {
            return Ok(Existence::Unknown(Refusal::NotConcave));
        }
        if let Some(decided) = shown.decided(if is_large(problem) { SMALL_IF_LARGE } else { GOOD_ENOUGH }) {
            return Ok(decided);
        }
        let refusal = match self.newton(problem, interrupt)? {
            Existence::Unknown(refusal) => refusal,
            decided => return Ok(decided),
        };
        let newton = self.state.point();
        shown.remember(&newton.coefficients, newton.evaluation.objective);
        for coefficients in untried {
            let certificate = certify(problem, coefficients, None, &mut self.workspace);
            shown.see(problem, coefficients, &certificate);
            shown.remember(coefficients, certificate.objective);
        }
        if let Some(decided) = shown.decided(f64::INFINITY) {
            return Ok(decided);
        }
        match separation::decide(alone.unwrap_or(problem), interrupt) {
            Decision::Separated { kind, direction } => Ok(Existence::Separated { kind, direction }),
            Decision::Undecided if interrupt.load(Ordering::Relaxed) => Err(Interrupted),
            Decision::Undecided => Ok(Existence::Unknown(refusal)),
            Decision::Overlap => {
                Ok(shown.lowest.map_or(
                    Existence::Somewhere,
                    |(objective, coefficients)| match separation::lower_bound(problem, &coefficients) {
                        Some(bound) => Existence::Optimum { objective, gap: (objective - bound).max(0.0) },
                        None => Existence::Somewhere,
                    },
                ))
            }
        }
    }

    fn newton(&mut self, problem: &Problem<'_>, interrupt: &AtomicBool) -> Result<Existence, Interrupted> {
        let fit = Loop { rules: &TO_THE_LIMIT, clock: &self.clock, interrupt, workers: self.workers };
        let outcome = fit.fit(&mut *self.state, problem, &mut |_| ())?;
        let point = self.state.point();
        if outcome.stop == Stop::Separated {
            let direction = normalized(&point.coefficients);
            return Ok(Existence::Separated { kind: Some(Separation::Complete), direction });
        }
        let certificate = certify(problem, &point.coefficients, Some(&point.evaluation), &mut self.workspace);
        Ok(match certificate.gap {
            Ok(gap) => Existence::Optimum { objective: certificate.objective, gap: gap + certificate.objective_error },
            Err(refusal) => Existence::Unknown(refusal),
        })
    }
}
