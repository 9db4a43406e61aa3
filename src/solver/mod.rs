//! A solver is one step. The loop around it (stopping rules, clock, trace, counting) belongs to `engine`.
//!
//! Most methods are a [`Direction`] with a [`StepRule`], two small functions generic over [`Real`] that read like the method's
//! page in the textbook; [`Composed`] makes a solver of any such pair. A method that needs the rows themselves, or an inner
//! loop of varying length, implements [`State`] instead. To add a method, write its file with its [`Method`], and add the
//! constant to the list in [`catalogue`].

mod article;
pub mod catalogue;
mod common;
mod composed;
mod fixed_hessian;
mod gradient;
mod irls;
mod irls_qr;
mod lanes;
mod lbfgs;
mod line_search;
mod many_rows;
mod method;
mod nesterov;
mod newton;
mod oracle;
mod path;
mod step_rule;
mod stop;
mod wide;

pub use common::Common;
pub use fixed_hessian::FixedHessian;
pub use gradient::Gradient;
pub use irls::Irls;
pub use irls_qr::IrlsQr;
pub use lanes::{LaneMethod, LaneMethods, LanePoint, LaneProblem, LaneState};
pub use lbfgs::Lbfgs;
pub use line_search::is_lost;
pub use many_rows::ManyRows;
pub use method::{BuildError, Built, Method, Need};
pub use nesterov::Nesterov;
pub use newton::{Factorization, Newton};
pub use oracle::{Calls, Oracle};
pub use step_rule::{Backtracking, BarzilaiBorwein, Fixed, Halving, SufficientDecrease, Unit};
pub use stop::{Change, Combine, Stop, StopRules, Tolerances};

use crate::linear_algebra::Real;
use crate::model::{Evaluation, Order, Sigmoid};

/// The objective and its derivatives at a point, in one lane or many.
#[derive(Clone, Copy, Debug)]
pub struct At<'a, R> {
    /// β.
    pub coefficients: &'a [R],
    /// F(β).
    pub objective: R,
    /// The magnitude to which the rounding of F(β) is relative (see [`Evaluation::magnitude`]).
    pub magnitude: R,
    /// g(β).
    pub gradient: &'a [R],
    /// H(β), a packed lower triangle; valid if the direction's order asks for it, and at the start if anything asks for it there.
    pub hessian: &'a [R],
}

/// What of the curvature at the starting point a method reads there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartCurvature {
    /// Nothing beyond the direction's order.
    Unread,
    /// L, an upper bound on the curvature of the objective anywhere.
    Largest,
    /// g'Hg: a product with the Hessian, which needs no matrix.
    AlongGradient,
    /// H.
    Hessian,
}

/// The starting point of a fit.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a, R> {
    /// The objective and its derivatives there, but that the Hessian is that of the problem without its offset at β = 0, which bounds the
    /// curvature everywhere.
    pub at: At<'a, R>,
    /// g'Hg, the curvature along the gradient, if the direction reads it.
    pub along_gradient: R,
    /// L, an upper bound on the curvature of the objective anywhere, if direction or step rule reads it.
    pub largest: R,
}

/// The direction of a step: a function of the objective's derivatives at the present point and of a memory.
pub trait Direction: Send + Sync {
    /// The highest derivative needed at every point.
    const ORDER: Order;

    /// What [`start`](Direction::start) reads of the curvature.
    const START: StartCurvature = StartCurvature::Unread;

    /// Number of values that the method carries from step to step, for `columns` coefficients. The engine stores them, starts
    /// them at zero and, in lanes, blends them; the method gives them their meaning.
    fn memory(&self, _columns: usize) -> usize {
        0
    }

    /// Whether the direction is Newton's, d = −H⁻¹g, and no way of solving for it is prescribed, so that a problem with fewer rows than
    /// columns may take a system of n equations.
    fn is_newton(&self) -> bool {
        false
    }

    /// Whether lanes of many fits can compute the direction. They cannot if it calls a library for `f64`.
    fn in_lanes(&self) -> bool {
        true
    }

    /// Prepares the memory at the starting point.
    fn start<R: Real>(&self, _start: Start<'_, R>, _memory: &mut [R], _scratch: &mut Vec<R>) {}

    /// Fills `direction`; false in lanes where the linear system is singular.
    fn direction<R: Real>(
        &self,
        now: At<'_, R>,
        memory: &mut [R],
        scratch: &mut Vec<R>,
        direction: &mut [R],
    ) -> R::Mask;
}

/// The length of a step: gives the first length to try, accepts or refuses the point there, and gives the next length if it
/// refuses.
pub trait StepRule: Send + Sync {
    /// As for [`Direction::memory`].
    fn memory(&self) -> usize {
        0
    }

    /// Whether [`start`](StepRule::start) reads L.
    fn reads_largest_curvature(&self) -> bool {
        false
    }

    /// As for [`Direction::start`].
    fn start<R: Real>(&self, _start: Start<'_, R>, _memory: &mut [R]) {}

    /// The first length to try along `direction`. `previous` is the point before `now`, or `now` itself at the start; its
    /// Hessian is not kept.
    fn first<R: Real>(&self, previous: At<'_, R>, now: At<'_, R>, direction: &[R], memory: &mut [R]) -> R;

    /// Whether to move to the point `length` along a direction with slope g'd, where the objective is `trial`.
    fn accept<R: Real>(&self, now: At<'_, R>, slope: R, length: R, trial: R, memory: &mut [R]) -> R::Mask;

    /// The next length to try after `length` was refused.
    fn shorten<R: Real>(&self, length: R) -> R {
        length * R::splat(0.5)
    }
}

/// A solver that goes along `direction` as far as `step_rule` says.
pub struct Composed<D, S> {
    /// The direction.
    pub direction: D,
    /// The rule for the length.
    pub step_rule: S,
    /// How probabilities are computed.
    pub sigmoid: Sigmoid,
}

impl<D: Direction, S: StepRule> Composed<D, S> {
    /// Whether direction or step rule reads L when it starts.
    fn reads_largest_curvature(&self) -> bool {
        D::START == StartCurvature::Largest || self.step_rule.reads_largest_curvature()
    }

    /// Whether direction or step rule reads the Hessian at β = 0 when it starts, or L, which follows from it.
    fn reads_starting_hessian(&self) -> bool {
        D::START == StartCurvature::Hessian || self.reads_largest_curvature()
    }

    /// Whether a start at β = 0 is evaluated up to the Hessian.
    fn starts_with_hessian(&self) -> bool {
        D::ORDER == Order::Hessian || self.reads_starting_hessian()
    }

    /// Counts the evaluations of a start at β = 0, or of one anywhere if nothing reads the Hessian at 0.
    fn count_start(&self, calls: &mut Calls) {
        if self.starts_with_hessian() {
            // With H at hand a product with it is no pass.
            calls.hessian += 1;
        } else {
            calls.gradient += 1;
            calls.hessian_product += u32::from(D::START == StartCurvature::AlongGradient);
        }
    }
}

/// The outcome of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The point moved.
    Moved,
    /// The step rule accepted no point along the direction, so the solver can go no further.
    Stalled,
    /// The linear system of the step is singular.
    Singular,
}

/// A point of a solver's path.
#[derive(Clone, Debug, Default)]
pub struct Point {
    /// β.
    pub coefficients: Vec<f64>,
    /// The objective and its derivatives at β.
    pub evaluation: Evaluation,
    /// Length t of the last step.
    pub step_length: f64,
    /// ‖β_k − β_{k−1}‖₂ of the last step.
    pub step_norm: f64,
}

impl Point {
    /// Goes to the start of a fit, with room for an evaluation.
    pub(crate) fn go_to_start(&mut self, oracle: &Oracle<'_>) {
        let columns = oracle.columns();
        self.coefficients.clear();
        self.coefficients.extend_from_slice(oracle.start());
        self.coefficients.resize(columns, 0.0);
        self.evaluation.resize(columns, Order::Gradient);
        (self.step_length, self.step_norm) = (0.0, 0.0);
    }

    /// The point as directions and step rules see it.
    fn at(&self) -> At<'_, f64> {
        let Evaluation { objective, magnitude, gradient, hessian, .. } = &self.evaluation;
        At { coefficients: &self.coefficients, objective: *objective, magnitude: *magnitude, gradient, hessian }
    }

    /// Goes to b + t d, with nothing evaluated there yet.
    #[inline(always)]
    fn go(&mut self, from: &[f64], length: f64, direction: &[f64]) {
        for ((coefficient, b), d) in self.coefficients.iter_mut().zip(from).zip(direction) {
            *coefficient = b + length * d;
        }
    }
}

/// A solver at work on one problem after another. Its storage is reused from fit to fit.
pub trait State: Send {
    /// Goes to the starting point of a problem and evaluates it.
    fn start(&mut self, oracle: &mut Oracle<'_>);
    /// Takes one step. After [`Step::Moved`] the point is new and evaluated; else it is the old point.
    fn step(&mut self, oracle: &mut Oracle<'_>) -> Step;
    /// The present point.
    fn point(&self) -> &Point;
}

/// A method with its parameters.
pub trait Solver: Send + Sync {
    /// A state that can start on any problem.
    fn state(&self) -> Box<dyn State + '_>;

    /// Estimate of the most bytes that the state holds for a problem of this shape, beside the problem. The default counts four
    /// matrices and 32 vectors of p numbers, and eight numbers per row, which is enough for its part of [`Common`] too.
    fn memory(&self, rows: u64, columns: u64) -> u64 {
        8 * (8 * rows + columns * (4 * columns + 32))
    }

    /// The method for many fits in lockstep, if it is one direction and one step rule.
    fn lanes(&self) -> Option<LaneMethods<'_>> {
        None
    }

    /// Whether [`lanes`](Solver::lanes) can start at coefficients other than 0. They cannot if they read the Hessian at 0, because lanes
    /// evaluate the start alone.
    fn lanes_start_anywhere(&self) -> bool {
        false
    }

    /// Why fits cannot start where a model says, and what to do instead; `None` if they can.
    fn own_start(&self) -> Option<&'static str> {
        None
    }
}
