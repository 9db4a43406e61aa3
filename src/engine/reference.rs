//! What the harness itself knows of a problem before any solver is judged: its optimum, or that there is none.

use std::sync::atomic::AtomicBool;

use super::{Interrupted, Loop, SystemClock};
use crate::model::certificate::{Certificate, Refusal, Workspace, certify};
use crate::model::separation::{self, Decision, Separation, strictly_separates};
use crate::model::{Problem, Sigmoid};
use crate::solver::{Combine, Composed, Factorization, Halving, Newton, Solver, State, Stop, StopRules, Tolerances};

/// Whether a problem has an optimum.
#[derive(Clone, Debug, PartialEq)]
pub enum Existence {
    /// It has: `objective` is within `gap` of F(β*), certified.
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
            Existence::Optimum { objective, .. } => Some(*objective),
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

/// What the fits of a problem have shown of it.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    best: Option<(f64, f64)>,
    direction: Option<Vec<f64>>,
}

impl Shown {
    /// Takes note of a point and its certificate.
    pub fn see(&mut self, problem: &Problem<'_>, coefficients: &[f64], certificate: &Certificate) {
        match certificate.gap {
            Ok(gap) => {
                if self.best.is_none_or(|(objective, known)| certificate.objective + gap < objective + known) {
                    self.best = Some((certificate.objective, gap));
                }
            }
            Err(_) => {
                if self.direction.is_none() && strictly_separates(problem, coefficients) {
                    self.direction = Some(normalized(coefficients));
                }
            }
        }
    }
}

/// A direction with largest entry about 1; divided by a power of two, so that it is exactly the same direction.
fn normalized(direction: &[f64]) -> Vec<f64> {
    let largest = direction.iter().fold(0.0, |largest: f64, d| largest.max(d.abs()));
    let power = 2f64.powi(largest.log2().floor() as i32);
    direction.iter().map(|d| d / power).collect()
}

/// A certified gap, as a share of the objective, at which a fit's point is good enough to be the reference.
const GOOD_ENOUGH: f64 = 1e-13;

/// Newton's method with step-halving to the limit of rounding, followed by the certificate. It is the same code as the
/// solver `newton`, but its result is believed only for its proof: a certified gap, or a direction checked on every row.
static NEWTON: Composed<Newton, Halving> = Composed {
    direction: Newton { factorization: Factorization::Cholesky },
    step_rule: Halving,
    sigmoid: Sigmoid::Stable,
};

/// Storage for the reference fits of one thread.
pub struct ReferenceSolver {
    state: Box<dyn State>,
    clock: SystemClock,
    workspace: Workspace,
}

impl Default for ReferenceSolver {
    fn default() -> ReferenceSolver {
        ReferenceSolver { state: NEWTON.state(), clock: SystemClock::default(), workspace: Workspace::default() }
    }
}

impl ReferenceSolver {
    /// Decides whether the problem has an optimum.
    ///
    /// What the fits have shown is asked first; if that is not enough, Newton's method is run to the limit of rounding; and
    /// if its end proves nothing, a linear programme decides, and its duals bound the gap.
    ///
    /// # Errors
    /// When the run is interrupted.
    pub fn decide(
        &mut self,
        problem: &Problem<'_>,
        shown: Shown,
        interrupt: &AtomicBool,
    ) -> Result<Existence, Interrupted> {
        if problem.firth {
            return Ok(Existence::Unknown(Refusal::NotConcave));
        }
        if let Some(direction) = shown.direction {
            return Ok(Existence::Separated { kind: Some(Separation::Complete), direction });
        }
        if let Some((objective, gap)) = shown.best.filter(|(objective, gap)| *gap <= GOOD_ENOUGH * objective) {
            return Ok(Existence::Optimum { objective, gap });
        }
        let by_newton = self.newton(problem, interrupt)?;
        Ok(match (by_newton, shown.best) {
            (Existence::Unknown(_), Some((objective, gap))) => Existence::Optimum { objective, gap },
            (Existence::Unknown(refusal), None) => self.by_programme(problem, refusal),
            (decided, _) => decided,
        })
    }

    /// The point that Newton's method ended at in the last problem it was run on.
    pub fn coefficients(&self) -> &[f64] {
        &self.state.point().coefficients
    }

    fn by_programme(&self, problem: &Problem<'_>, refusal: Refusal) -> Existence {
        match separation::decide(problem) {
            Decision::Separated { kind, direction } => Existence::Separated { kind, direction },
            Decision::Undecided => Existence::Unknown(refusal),
            Decision::Overlap => {
                let objective = self.state.point().evaluation.objective;
                match separation::lower_bound(problem, self.coefficients()) {
                    Some(bound) if objective.is_finite() => {
                        let rounding = (problem.len() as f64 + 8.0) * f64::EPSILON * objective;
                        Existence::Optimum { objective, gap: (objective - bound).max(0.0) + rounding }
                    }
                    _ => Existence::Somewhere,
                }
            }
        }
    }

    fn newton(&mut self, problem: &Problem<'_>, interrupt: &AtomicBool) -> Result<Existence, Interrupted> {
        let rules = StopRules {
            // The loop goes on until the objective has stopped to change in double precision.
            tolerances: Tolerances { objective_change: Some(0.0), ..Tolerances::default() },
            combine: Combine::Any,
            max_iterations: 500,
            time_limit: None,
            separated: true,
        };
        let fit = Loop { rules: &rules, clock: &self.clock, interrupt };
        let outcome = fit.fit(&mut *self.state, problem, &mut |_| ())?;
        let point = self.state.point();
        if outcome.stop == Stop::Separated {
            let direction = normalized(&point.coefficients);
            return Ok(Existence::Separated { kind: Some(Separation::Complete), direction });
        }
        let certificate = certify(problem, &point.coefficients, Some(&point.evaluation), &mut self.workspace);
        Ok(match certificate.gap {
            Ok(gap) => Existence::Optimum { objective: certificate.objective, gap },
            Err(refusal) => Existence::Unknown(refusal),
        })
    }
}
