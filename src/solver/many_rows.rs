//! Newton's method for many rows, with few passes over all rows.

use super::line_search::{SHORTEST, search};
use super::step_rule::OBJECTIVE_ROUNDING;
use super::wide::ByShape;
use super::{Halving, Oracle, Point, Solver, State, Step, StepRule};
use crate::linear_algebra::{cholesky, dot, norm};
use crate::model::{Evaluation, Order, Sigmoid};

/// Newton's method with step-halving, H by Cholesky, that saves passes over the rows:
///
/// * from a subsample: the first iterations see one row in 64, then one in 8, as far as a subsample is accurate;
/// * with a kept factor: H is kept while each step divides the Newton decrement by at least four, so that a step costs one
///   gradient (Shamanskii 1967, Ukrainian Mathematical Journal 19, 133-138);
/// * with both: the subsample's H, times the share, is kept under the same condition (Erdogdu & Montanari 2015, NIPS 28,
///   3052-3060).
///
/// Where an L2 penalty leaves fewer equations than coefficients, rows are few and H is never formed: there it is Newton's method from a
/// system of n equations.
#[derive(Clone, Copy, Debug, Default)]
pub struct ManyRows {
    /// Whether to start from a subsample's optimum instead of 0.
    pub subsample: bool,
    /// Whether to keep H while its steps divide the Newton decrement by at least four.
    pub keep: bool,
}

impl Solver for ManyRows {
    fn state(&self) -> Box<dyn State + '_> {
        Box::new(ByShape::new(ManyRowsState { method: *self, ..ManyRowsState::default() }, &Halving))
    }

    fn own_start(&self) -> Option<&'static str> {
        self.subsample.then_some("its first steps lead to the optimum of a subsample; take its start = \"zero\"")
    }
}

#[derive(Default)]
struct ManyRowsState {
    method: ManyRows,
    now: Point,
    trial: Point,
    direction: Vec<f64>,
    /// The kept Hessian, and its factor.
    hessian: Vec<f64>,
    factor: Vec<f64>,
    /// Whether the kept Hessian belongs to the present point.
    is_here: bool,
    /// g'H⁻¹g at the last point; `None` after a shortened step, because its decrement says nothing about H.
    decrement: Option<f64>,
}

/// Smallest factor by which a step must divide g'H⁻¹g, the square of the Newton decrement, for H to be kept: if steps are
/// slower, an H at the present point soon pays for itself.
const WORTH_KEEPING: f64 = 16.0;
/// Subsamples, one after another: one row in 64, then one in 8.
const SHARES: [usize; 2] = [64, 8];
/// Most steps on a subsample.
const STEPS: usize = 20;
/// Largest g'H⁻¹g per coefficient before the last step on a subsample: the step leaves much less, and the subsample's optimum
/// itself is off by about 1 on this scale.
const ACCURATE: f64 = 10.0;
/// Largest g'H⁻¹g per row before the last step on a subsample. It is the mean square of the weighted change of the predictors,
/// which must be small, so that H changes little.
const SMALL_CHANGE: f64 = 0.002;

/// The next length to try.
fn halve(length: f64) -> f64 {
    0.5 * length
}

impl State for ManyRowsState {
    fn start(&mut self, oracle: &mut Oracle<'_>) {
        let columns = oracle.columns();
        oracle.use_sigmoid(Sigmoid::Stable);
        for point in [&mut self.now, &mut self.trial] {
            point.go_to_start(oracle);
        }
        self.direction.clear();
        self.direction.resize(columns, 0.0);
        self.decrement = None;
        let started = self.method.subsample && self.fit_subsamples(oracle);
        if started && self.method.keep {
            oracle.evaluate(&self.now.coefficients, Order::Gradient, &mut self.now.evaluation);
            self.decrement = Some(f64::INFINITY);
        } else {
            self.take_hessian_here(oracle);
        }
        // A misleading subsample costs only one pass, because F(0) is known without a pass.
        let is_worse = |at_zero: f64| !(self.now.evaluation.objective <= at_zero * (1.0 + OBJECTIVE_ROUNDING));
        if oracle.objective_at_zero().is_some_and(is_worse) {
            self.now.coefficients.fill(0.0);
            self.take_hessian_here(oracle);
        }
    }

    fn step(&mut self, oracle: &mut Oracle<'_>) -> Step {
        if !self.solve() {
            return Step::Singular;
        }
        let mut slope = dot(&self.now.evaluation.gradient, &self.direction);
        let serves = self.decrement.is_some_and(|before| -slope <= before / WORTH_KEEPING);
        if !(self.is_here || serves) && -slope > 1e-13 * self.now.evaluation.magnitude {
            self.take_hessian_here(oracle);
            if !self.solve() {
                return Step::Singular;
            }
            slope = dot(&self.now.evaluation.gradient, &self.direction);
        }
        let order = if self.method.keep { Order::Gradient } else { Order::Hessian };
        let ManyRowsState { now, trial, direction, .. } = self;
        let length = search(1.0, SHORTEST, direction, halve, |length| {
            trial.go(&now.coefficients, length, direction);
            oracle.evaluate(&trial.coefficients, order, &mut trial.evaluation);
            Halving.accept(now.at(), slope, length, trial.evaluation.objective, &mut [])
        });
        let Some(length) = length else { return Step::Stalled };
        self.decrement = (length == 1.0).then_some(-slope);
        self.trial.step_length = length;
        self.trial.step_norm = length * norm(&self.direction);
        std::mem::swap(&mut self.now, &mut self.trial);
        self.is_here = order == Order::Hessian;
        if self.is_here {
            self.take_hessian();
        }
        Step::Moved
    }

    fn point(&self) -> &Point {
        &self.now
    }
}

impl ManyRowsState {
    /// Evaluates the present point up to the Hessian, and keeps the Hessian.
    fn take_hessian_here(&mut self, oracle: &mut Oracle<'_>) {
        oracle.evaluate(&self.now.coefficients, Order::Hessian, &mut self.now.evaluation);
        self.take_hessian();
        self.is_here = true;
    }

    /// Keeps the last evaluated Hessian; [`solve`](Self::solve) factors it on first use.
    fn take_hessian(&mut self) {
        self.hessian.clone_from(&self.now.evaluation.hessian);
        self.factor.clear();
    }

    /// d = −H⁻¹g with the kept Hessian; false if it is singular.
    fn solve(&mut self) -> bool {
        if self.factor.is_empty() {
            self.factor.clone_from(&self.hessian);
            if !cholesky::factor(&mut self.factor, self.direction.len()) {
                return false;
            }
        }
        for (d, g) in self.direction.iter_mut().zip(&self.now.evaluation.gradient) {
            *d = -g;
        }
        cholesky::solve(&self.factor, &mut self.direction);
        true
    }

    /// Goes from 0 to about the optimum of each subsample that is large enough, one after the other, and keeps the last
    /// Hessian. If no subsample is large enough, or one has no optimum, returns false with all coefficients 0.
    fn fit_subsamples(&mut self, oracle: &mut Oracle<'_>) -> bool {
        let shares: Vec<usize> = SHARES.into_iter().filter(|&share| oracle.can_estimate(share)).collect();
        if shares.is_empty() {
            return false;
        }
        let found = shares.into_iter().all(|share| self.fit_subsample(oracle, share));
        if !found {
            self.now.coefficients.fill(0.0);
        }
        self.is_here = false;
        found
    }

    /// Goes from `now` to about the optimum of one row in `share`; false if it does not get there.
    fn fit_subsample(&mut self, oracle: &mut Oracle<'_>, share: usize) -> bool {
        let (rows, columns) = (oracle.rows() / share, oracle.columns());
        let usable = |evaluation: &Evaluation| evaluation.objective.is_finite() && !(evaluation.smallest_margin > 0.0);
        oracle.estimate(&self.now.coefficients, share, &mut self.now.evaluation);
        for _ in 0..STEPS {
            if !usable(&self.now.evaluation) {
                return false;
            }
            self.take_hessian();
            if !self.solve() {
                return false;
            }
            let decrement = -dot(&self.now.evaluation.gradient, &self.direction) / share as f64;
            if decrement <= ACCURATE * columns as f64 && decrement <= SMALL_CHANGE * rows as f64 {
                self.trial.go(&self.now.coefficients, 1.0, &self.direction);
                self.now.coefficients.clone_from(&self.trial.coefficients);
                return self.now.coefficients.iter().all(|b| b.is_finite());
            }
            let ManyRowsState { now, trial, direction, .. } = self;
            let length = search(1.0, f64::EPSILON, direction, halve, |length| {
                trial.go(&now.coefficients, length, direction);
                oracle.estimate(&trial.coefficients, share, &mut trial.evaluation);
                trial.evaluation.objective <= now.evaluation.objective
            });
            if length.is_none() {
                return false;
            }
            std::mem::swap(&mut self.now, &mut self.trial);
        }
        false
    }
}
