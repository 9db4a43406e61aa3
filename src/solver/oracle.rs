//! The problem as a solver sees it: through evaluations that are counted.

use std::time::Duration;

use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

use super::Common;
use crate::linear_algebra::{lanczos, packed};
use crate::model::evaluator::can_be_estimated;
use crate::model::penalty::Capability;
use crate::model::wide::WideDesign;
use crate::model::{Evaluation, Evaluator, Order, Problem, Serial, Sigmoid, Workers};
use crate::random::stream::{Purpose, Streams};

/// Numbers of evaluations. Each counts once, by its highest derivative: a Hessian comes with its gradient and objective.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calls {
    /// Evaluations of the objective alone.
    pub objective: u32,
    /// Evaluations of objective and gradient.
    pub gradient: u32,
    /// Evaluations of objective, gradient and Hessian (or of the weights, for methods that factor the design).
    pub hessian: u32,
    /// Products of the Hessian and a vector, each a pass without forming the Hessian.
    pub hessian_product: u32,
    /// Evaluations up to the Hessian from a part of the rows: ⌈rows seen / n⌉.
    pub part: u32,
}

impl Calls {
    /// All evaluations together.
    pub fn total(&self) -> u32 {
        self.objective + self.gradient + self.hessian_product + self.hessians()
    }

    /// Evaluations up to the Hessian, from all rows or a part of them.
    pub fn hessians(&self) -> u32 {
        self.hessian + self.part
    }
}

/// A problem that counts its evaluations.
///
/// A value that fits of the problem have in common is formed once, but counted, and its time charged, in every fit that reads it: the
/// count tells what the method asks for, and no fit gains by coming after another.
pub struct Oracle<'a> {
    problem: &'a Problem<'a>,
    /// The coefficients at which the fit starts; empty for 0.
    start: &'a [f64],
    evaluator: Evaluator<'a>,
    calls: Calls,
    /// Rows seen in evaluations from a part of the rows.
    rows_of_parts: u64,
    /// max_i |x_ij| for each column, once an evaluation has found them.
    column_sizes: Vec<f64>,
    /// What the fits of this problem have in common, where there may be several; else this fit has its own.
    common: Option<&'a Common>,
    own: Common,
    /// The time that values formed by other fits have spared this one.
    spared: Duration,
}

impl<'a> Oracle<'a> {
    /// An oracle for one fit, on the calling thread alone.
    pub fn new(problem: &'a Problem<'a>) -> Oracle<'a> {
        Oracle::shared(problem, &Serial)
    }

    /// An oracle for one fit; `workers` share long passes over the rows.
    pub fn shared(problem: &'a Problem<'a>, workers: &'a dyn Workers) -> Oracle<'a> {
        let evaluator = Evaluator::new(workers);
        Oracle {
            problem,
            start: &[],
            evaluator,
            calls: Calls::default(),
            rows_of_parts: 0,
            column_sizes: Vec::new(),
            common: None,
            own: Common::default(),
            spared: Duration::ZERO,
        }
    }

    /// The same, but that it reads and leaves what fits of this problem have in common.
    pub fn with_common(self, common: Option<&'a Common>) -> Oracle<'a> {
        Oracle { common, ..self }
    }

    /// The same, but that the fit starts at these coefficients; at 0 if there are none.
    pub fn starting_at(self, start: &'a [f64]) -> Oracle<'a> {
        Oracle { start, ..self }
    }

    /// The coefficients at which the fit starts; empty for 0.
    pub fn start(&self) -> &'a [f64] {
        self.start
    }

    /// Computes residuals and weights with this sigmoid from now on.
    pub fn use_sigmoid(&mut self, sigmoid: Sigmoid) {
        self.evaluator.use_sigmoid(sigmoid);
    }

    /// n, the number of rows.
    pub fn rows(&self) -> usize {
        self.problem.len()
    }

    /// p, the number of coefficients.
    pub fn columns(&self) -> usize {
        self.problem.unknowns()
    }

    /// Whether [`estimate`](Oracle::estimate) may be asked with one row in `share`.
    pub fn can_estimate(&self, share: usize) -> bool {
        can_be_estimated(self.problem, share)
    }

    /// A pass over the rows by the method's own code, counted as an evaluation of this order. The problem is lent to `work`
    /// only, so that no pass goes uncounted.
    pub fn pass<T>(&mut self, order: Order, work: impl FnOnce(&Problem<'_>) -> T) -> T {
        self.count(order);
        work(self.problem)
    }

    /// Evaluates at a point.
    pub fn evaluate(&mut self, coefficients: &[f64], order: Order, into: &mut Evaluation) {
        self.count(order);
        self.find(coefficients, order, into);
    }

    /// Evaluates at a point, or copies what another fit has found there.
    fn find(&mut self, coefficients: &[f64], order: Order, into: &mut Evaluation) {
        let Oracle { problem, evaluator, column_sizes, .. } = self;
        let is_at_zero = coefficients.iter().all(|b| b.to_bits() == 0) && evaluator.sigmoid() == Sigmoid::Stable;
        let kept = self.common.filter(|_| is_at_zero).and_then(|common| common.evaluation_at_zero(order));
        let Some(kept) = kept else {
            evaluator.evaluate_knowing(problem, coefficients, order, column_sizes, into);
            return;
        };
        let (found, spared) =
            kept.get(|found| evaluator.evaluate_knowing(problem, coefficients, order, column_sizes, found));
        self.spared += spared;
        into.copy_from(found);
        into.column_sizes().clone_into(column_sizes);
    }

    /// Evaluates at a point up to the gradient, and hands the weights of the rows there to `use_weights`, with the problem. Counts as an
    /// evaluation up to the Hessian X'WX + ∇²P, which the weights stand for where a method does not form it.
    pub fn evaluate_weights<T>(
        &mut self,
        coefficients: &[f64],
        into: &mut Evaluation,
        use_weights: impl FnOnce(&[f64]) -> T,
    ) -> T {
        self.count(Order::Hessian);
        self.find(coefficients, Order::Gradient, into);
        use_weights(self.evaluator.row_weights(self.problem, into))
    }

    /// The problem, for linear algebra that belongs to an evaluation already counted, as the factorisation of a Hessian does.
    pub fn problem(&self) -> &'a Problem<'a> {
        self.problem
    }

    /// g'Hg at the point of an evaluation, H never being formed for it.
    pub fn curvature_along_gradient(&mut self, here: &Evaluation) -> f64 {
        if !here.holds_hessian() {
            self.calls.hessian_product += 1;
        }
        self.evaluator.curvature_along(self.problem, here, &here.gradient)
    }

    /// Evaluates the problem without its offset at coefficients 0 up to the Hessian, which bounds the curvature everywhere, because all
    /// probabilities are ½ there; false, and nothing is done, if the fit itself starts there.
    pub fn evaluate_curvature_bound(&mut self, into: &mut Evaluation) -> bool {
        if self.start.is_empty() && !self.problem.loss.has_offset() {
            return false;
        }
        self.count(Order::Hessian);
        if !self.problem.loss.has_offset() {
            self.find(&vec![0.0; self.columns()], Order::Hessian, into);
            return true;
        }
        let problem = Problem { loss: self.problem.loss.with_offset(None), ..*self.problem };
        self.evaluator.evaluate(&problem, &vec![0.0; problem.unknowns()], Order::Hessian, into);
        true
    }

    /// Whether [`largest_curvature`](Oracle::largest_curvature) costs less than the Hessian and its powers: it takes 60 products, and p/4
    /// of them are the multiplications of the Hessian, p²/n more those of each power.
    pub fn has_many_columns(&self) -> bool {
        const MANY: usize = 256;
        self.columns() > MANY && self.problem.penalty.has(Capability::IndependentOfRows)
    }

    /// L, an upper bound on the curvature of the objective anywhere, except with a chance of 1e-12: on the largest eigenvalue of the Hessian
    /// at coefficients 0 of the problem without its offset, from products with it.
    pub fn largest_curvature(&mut self) -> f64 {
        let problem = self.problem;
        let ((bound, products), spared) = self.common().largest_by_products.get(|found| {
            let (loss, zeros) = (problem.loss.with_offset(None), vec![0.0; problem.unknowns()]);
            let weights: Vec<f64> = (0..problem.len()).map(|i| loss.of_row(i, 0.0, Sigmoid::Stable).weight).collect();
            // Normal numbers, because their directions are uniform. The same for all problems, which know nothing of them.
            let mut generator = Streams::new(0, "", Purpose::Curvature).stream(0);
            let start: Vec<f64> = zeros.iter().map(|_| StandardNormal.sample(&mut generator)).collect();
            *found = lanczos::largest_eigenvalue_bound(start, |vector, into| {
                problem.hessian_product(&weights, &zeros, vector, into);
            });
        });
        let (bound, products) = (*bound, *products);
        self.calls.hessian_product += products;
        self.spared += spared;
        bound
    }

    /// L from that Hessian itself, computed with the stable sigmoid; `scratch` is storage.
    pub fn largest_curvature_of(&mut self, hessian: &[f64], scratch: &mut Vec<f64>) -> f64 {
        let columns = self.columns();
        let (bound, spared) = self
            .common()
            .largest_by_hessian
            .get(|bound| *bound = packed::largest_eigenvalue_bound(hessian, columns, scratch));
        let bound = *bound;
        self.spared += spared;
        bound
    }

    /// Whether Newton's system is smaller in n unknowns, and as exact. Forms what the system takes of the problem.
    pub fn suits_wide_system(&mut self) -> bool {
        let problem = self.problem;
        let (design, spared) = self.common().wide.get(|design| design.prepare(problem));
        let suits = design.if_it_suits().is_some();
        self.spared += spared;
        suits
    }

    /// What Newton's system in n unknowns takes of a problem that suits.
    pub fn wide_design(&self) -> &WideDesign {
        let problem = self.problem;
        self.common().wide.get(|design| design.prepare(problem)).0
    }

    /// What fits of this problem have in common.
    fn common(&self) -> &Common {
        self.common.unwrap_or(&self.own)
    }

    /// The time that values formed by other fits have spared this one since it was last taken.
    pub fn take_spared(&mut self) -> Duration {
        std::mem::take(&mut self.spared)
    }

    /// F at coefficients 0 without penalty, where it is known without a pass: Σ_i c_i ln 2, but for an offset.
    pub fn objective_at_zero(&self) -> Option<f64> {
        let loss = self.problem.loss;
        (!loss.has_offset()).then(|| loss.weight_sum() * std::f64::consts::LN_2)
    }

    /// Estimates the problem up to the Hessian at a point from one row in `share` (see [`Evaluator::estimate`]).
    pub fn estimate(&mut self, coefficients: &[f64], share: usize, into: &mut Evaluation) {
        self.rows_of_parts += (self.problem.len() / share) as u64;
        self.evaluator.estimate(self.problem, coefficients, share, into);
    }

    fn count(&mut self, order: Order) {
        match order {
            Order::Objective => self.calls.objective += 1,
            Order::Gradient => self.calls.gradient += 1,
            Order::Hessian => self.calls.hessian += 1,
        }
    }

    /// The evaluations so far.
    pub fn calls(&self) -> Calls {
        let part = self.rows_of_parts.div_ceil(self.problem.len().max(1) as u64) as u32;
        Calls { part, ..self.calls }
    }
}
