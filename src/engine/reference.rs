//! What the harness itself knows of a problem before any solver is judged: its optimum, or that there is none.

use super::{Interrupted, Loop, SystemClock};
use crate::model::certificate::{Refusal, Workspace, certify};
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
    /// It has none: the reference point separates the rows.
    Separated,
    /// Neither was proved.
    Unknown(Refusal),
}

impl Existence {
    /// The infimum of the objective, if known: what the gap of a trace is measured against.
    pub fn infimum(&self) -> Option<f64> {
        match self {
            Existence::Optimum { objective, .. } => Some(*objective),
            // Along a direction that separates completely every loss tends to 0.
            Existence::Separated => Some(0.0),
            Existence::Unknown(_) => None,
        }
    }
}

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
    /// Decides whether the problem has an optimum; the point that proves it is in [`ReferenceSolver::coefficients`].
    ///
    /// # Errors
    /// When the run is interrupted.
    pub fn solve(
        &mut self,
        problem: &Problem<'_>,
        interrupt: &std::sync::atomic::AtomicBool,
    ) -> Result<Existence, Interrupted> {
        if problem.firth {
            return Ok(Existence::Unknown(Refusal::NotConcave));
        }
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
        if outcome.stop == Stop::Separated {
            return Ok(Existence::Separated);
        }
        let certificate = certify(problem, &self.state.point().coefficients, &mut self.workspace);
        Ok(match certificate.gap {
            Ok(gap) => Existence::Optimum { objective: certificate.objective, gap },
            Err(refusal) => Existence::Unknown(refusal),
        })
    }

    /// The point of the last problem that was fitted: its optimum, or a separating direction.
    pub fn coefficients(&self) -> &[f64] {
        &self.state.point().coefficients
    }
}
