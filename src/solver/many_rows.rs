//! Newton's method where rows are many: few passes over all of them.

use super::composed::at;
use super::step_rule::OBJECTIVE_ROUNDING;
use super::{Halving, Oracle, Point, SHORTEST, Solver, State, Step, StepRule};
use crate::linear_algebra::{Matrix, cholesky, dot, norm};
use crate::model::{Evaluation, Order, Problem, Sigmoid};

/// Newton's method with step-halving, H by Cholesky, that saves passes over the rows:
///
/// * from a subsample: the first iterations see one row in 64, then one in 8, up to the accuracy that a subsample can have;
/// * with a kept factor: H stays as long as each step divides the Newton decrement by ten at least, and a step costs one
///   gradient (Shamanskii 1967, Ukrainian Mathematical Journal 19, 133-138).
#[derive(Clone, Copy, Debug, Default)]
pub struct ManyRows {
    /// Whether to start from a subsample's optimum instead of 0.
    pub subsample: bool,
    /// Whether to keep H while it serves.
    pub keep: bool,
}

impl Solver for ManyRows {
    fn state(&self) -> Box<dyn State + '_> {
        Box::new(Walk { method: *self, ..Walk::default() })
    }
}

#[derive(Default)]
struct Walk {
    method: ManyRows,
    now: Point,
    trial: Point,
    direction: Vec<f64>,
    /// The last Hessian, its point, and its factor.
    hessian: Vec<f64>,
    hessian_at: Vec<f64>,
    factor: Vec<f64>,
    /// g'H⁻¹g at the last point, if the next should be measured by it.
    decrement: Option<f64>,
    rows: Vec<f64>,
    signs: Vec<f64>,
    penalties: Vec<f64>,
}

/// One row in so many, one subsample after another.
const SHARES: [usize; 2] = [64, 8];
/// Rows per coefficient that a subsample has at least.
const ROWS_PER_COLUMN: usize = 32;
/// Steps on a subsample at most.
const STEPS: usize = 20;
/// g'H⁻¹g per coefficient before a step that is a subsample's last. Its optimum is off by about 1 on the same scale, and the
/// step leaves much less than that,
const ACCURATE: f64 = 10.0;
/// provided that predictors change little: the most of g'H⁻¹g per row, which is the mean square of a weighted change.
const SMALL_CHANGE: f64 = 0.02;

impl State for Walk {
    fn start(&mut self, oracle: &mut Oracle<'_>) {
        let problem = oracle.problem();
        oracle.use_sigmoid(Sigmoid::Stable);
        for point in [&mut self.now, &mut self.trial] {
            point.coefficients.clear();
            point.coefficients.resize(problem.columns, 0.0);
            (point.step_length, point.step_norm) = (0.0, 0.0);
        }
        self.direction.clear();
        self.direction.resize(problem.columns, 0.0);
        self.decrement = None;
        if self.method.subsample {
            for share in SHARES {
                if problem.len() / share >= ROWS_PER_COLUMN * problem.columns && !self.fit_subsample(oracle, share) {
                    self.now.coefficients.fill(0.0);
                    break;
                }
            }
        }
        oracle.evaluate(&self.now.coefficients, Order::Hessian, &mut self.now.evaluation);
        // F(0) is known: where a subsample misleads, nothing is lost but a pass.
        let at_zero = problem.len() as f64 * std::f64::consts::LN_2;
        if !(self.now.evaluation.objective <= at_zero * (1.0 + OBJECTIVE_ROUNDING)) {
            self.now.coefficients.fill(0.0);
            oracle.evaluate(&self.now.coefficients, Order::Hessian, &mut self.now.evaluation);
        }
        self.take_hessian();
    }

    fn step(&mut self, oracle: &mut Oracle<'_>) -> Step {
        if !self.solve() {
            return Step::Singular;
        }
        let mut slope = dot(&self.now.evaluation.gradient, &self.direction);
        let at_its_point = self.hessian_at == self.now.coefficients;
        let worth_it = -slope > 1e-13 * self.now.evaluation.magnitude;
        if !at_its_point && worth_it && self.decrement.is_none_or(|before| !(-slope <= 0.01 * before)) {
            oracle.evaluate(&self.now.coefficients, Order::Hessian, &mut self.now.evaluation);
            self.take_hessian();
            if !self.solve() {
                return Step::Singular;
            }
            slope = dot(&self.now.evaluation.gradient, &self.direction);
        }
        let order = if self.method.keep { Order::Gradient } else { Order::Hessian };
        let mut length = 1.0;
        loop {
            self.go(length);
            oracle.evaluate(&self.trial.coefficients, order, &mut self.trial.evaluation);
            if Halving.accept(at(&self.now), slope, length, self.trial.evaluation.objective, &mut []) {
                break;
            }
            length *= 0.5;
            if !(length > SHORTEST) || self.direction.iter().any(|d| !d.is_finite()) {
                return Step::Stalled;
            }
        }
        self.decrement = (length == 1.0).then_some(-slope);
        self.trial.step_length = length;
        self.trial.step_norm = length * norm(&self.direction);
        std::mem::swap(&mut self.now, &mut self.trial);
        if order == Order::Hessian {
            self.take_hessian();
        } else {
            self.now.evaluation.lend_hessian(&self.hessian, &self.hessian_at);
        }
        Step::Moved
    }

    fn point(&self) -> &Point {
        &self.now
    }
}

impl Walk {
    /// Keeps the present point's Hessian; its factor is made when it is needed.
    fn take_hessian(&mut self) {
        self.hessian.clone_from(&self.now.evaluation.hessian);
        self.hessian_at.clone_from(&self.now.coefficients);
        self.factor.clear();
    }

    /// d = −H⁻¹g with the Hessian kept; false where it is singular.
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

    /// trial = now + t d.
    fn go(&mut self, length: f64) {
        let from = self.now.coefficients.iter().zip(&self.direction);
        for (trial, (b, d)) in self.trial.coefficients.iter_mut().zip(from) {
            *trial = b + length * d;
        }
    }

    /// Goes from `now` to about the optimum of one row in `share`; false where there is none.
    fn fit_subsample(&mut self, oracle: &mut Oracle<'_>, share: usize) -> bool {
        let problem = oracle.problem();
        self.draw(problem, share);
        let (rows, signs, penalties) =
            (std::mem::take(&mut self.rows), std::mem::take(&mut self.signs), std::mem::take(&mut self.penalties));
        let part = Problem { rows: Matrix::Double(&rows), signs: &signs, penalties: &penalties, ..*problem };
        let found = self.newton(oracle, &part);
        (self.rows, self.signs, self.penalties) = (rows, signs, penalties);
        found
    }

    fn newton(&mut self, oracle: &mut Oracle<'_>, part: &Problem<'_>) -> bool {
        let usable = |evaluation: &Evaluation| evaluation.objective.is_finite() && !(evaluation.smallest_margin > 0.0);
        oracle.evaluate_part(part, &self.now.coefficients, &mut self.now.evaluation);
        for _ in 0..STEPS {
            if !usable(&self.now.evaluation) {
                return false;
            }
            self.take_hessian();
            if !self.solve() {
                return false;
            }
            let decrement = -dot(&self.now.evaluation.gradient, &self.direction);
            self.go(1.0);
            if decrement <= ACCURATE * part.columns as f64 && decrement <= SMALL_CHANGE * part.len() as f64 {
                self.now.coefficients.clone_from(&self.trial.coefficients);
                return self.now.coefficients.iter().all(|b| b.is_finite());
            }
            let mut length = 1.0;
            loop {
                oracle.evaluate_part(part, &self.trial.coefficients, &mut self.trial.evaluation);
                if self.trial.evaluation.objective <= self.now.evaluation.objective {
                    break;
                }
                length *= 0.5;
                if !(length > f64::EPSILON) {
                    return false;
                }
                self.go(length);
            }
            std::mem::swap(&mut self.now, &mut self.trial);
        }
        false
    }

    /// One row of every `share` rows that follow each other, at a place that looks random: data may be in any order, or have a
    /// period. Penalties are scaled to the number of rows.
    fn draw(&mut self, problem: &Problem<'_>, share: usize) {
        let Problem { rows, columns, signs, .. } = *problem;
        let count = problem.len() / share;
        self.rows.clear();
        self.signs.clear();
        self.rows.reserve(count * columns);
        for block in 0..count {
            let i = block * share + (scramble(block as u64) % share as u64) as usize;
            rows.part(i * columns..(i + 1) * columns).append_to(&mut self.rows);
            self.signs.push(signs[i]);
        }
        let scale = count as f64 / problem.len() as f64;
        self.penalties.clear();
        self.penalties.extend(problem.penalties.iter().map(|penalty| penalty * scale));
    }
}

/// SplitMix64's output function (Steele, Lea & Flood 2014).
fn scramble(number: u64) -> u64 {
    let mut z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
