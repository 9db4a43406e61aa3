//! Evaluation of objective, gradient and Hessian at a point, in one pass over the rows.

use super::design::{Pass, PassBuffers, PassOutput};
use super::evaluation::{Evaluation, Order};
use super::loss::{RowLoss, Sigmoid};
use super::penalty::{Capability, RowWeights};
use super::{Problem, Serial, Workers};
use crate::linear_algebra::{dot, packed};

/// Evaluates problems. Its storage is reused from pass to pass, whatever the problem.
#[derive(Debug)]
pub struct Evaluator<'w> {
    workers: &'w dyn Workers,
    sigmoid: Sigmoid,
    buffers: PassBuffers,
    /// Weights of the rows, for penalties that depend on them.
    row_weights: RowWeights,
    /// W's diagonal, for products with the Hessian.
    weights: Vec<f64>,
    /// A product with the Hessian.
    product: Vec<f64>,
}

impl Default for Evaluator<'static> {
    fn default() -> Evaluator<'static> {
        Evaluator::new(&Serial)
    }
}

impl<'w> Evaluator<'w> {
    /// An evaluator with the stable sigmoid; `workers` share its long passes.
    pub fn new(workers: &'w dyn Workers) -> Evaluator<'w> {
        Evaluator {
            workers,
            sigmoid: Sigmoid::Stable,
            buffers: PassBuffers::default(),
            row_weights: RowWeights::default(),
            weights: Vec::new(),
            product: Vec::new(),
        }
    }

    /// The workers that share its long passes.
    pub fn workers(&self) -> &'w dyn Workers {
        self.workers
    }

    /// Computes probabilities with this sigmoid from now on.
    ///
    /// A naive sigmoid enters gradient and Hessian only. Objective and margins always use the stable sigmoid, because the
    /// article's code does not compute them.
    pub fn use_sigmoid(&mut self, sigmoid: Sigmoid) {
        self.sigmoid = sigmoid;
    }

    /// The sigmoid that probabilities are computed with.
    pub fn sigmoid(&self) -> Sigmoid {
        self.sigmoid
    }

    /// Evaluates the problem at `coefficients` up to `order`.
    ///
    /// A problem whose penalty depends on the rows is always evaluated up to the Hessian, because the penalty needs it.
    pub fn evaluate(&mut self, problem: &Problem<'_>, coefficients: &[f64], order: Order, into: &mut Evaluation) {
        self.evaluate_knowing(problem, coefficients, order, &mut Vec::new(), into);
    }

    /// [`evaluate`](Evaluator::evaluate) that computes max_i |x_ij| of each column only once per problem: `column_sizes` is empty
    /// before the first evaluation that finds them, and holds them afterwards.
    pub fn evaluate_knowing(
        &mut self,
        problem: &Problem<'_>,
        coefficients: &[f64],
        order: Order,
        column_sizes: &mut Vec<f64>,
        into: &mut Evaluation,
    ) {
        let order = if depends_on_rows(problem) { Order::Hessian } else { order };
        into.resize(problem.unknowns(), order);
        into.holds = Some((order, self.sigmoid));
        into.at.clear();
        into.at.extend_from_slice(coefficients);
        into.column_sizes.clear();
        if in_lanes(problem) {
            // The pass overwrites all margins. New memory stays untouched here, so that the threads of the pass touch its pages
            // first.
            if into.margins.capacity() < problem.len() {
                into.margins = vec![0.0; problem.len()];
            }
            into.margins.resize(problem.len(), 0.0);
            if column_sizes.is_empty() && order >= Order::Gradient {
                into.column_sizes.resize(problem.unknowns(), 0.0);
            }
            self.in_lanes(problem, coefficients, (order, self.sigmoid), 1, into);
            if into.column_sizes.is_empty() {
                into.column_sizes.clone_from(column_sizes);
            } else {
                column_sizes.clone_from(&into.column_sizes);
            }
        } else {
            into.margins.clear();
            self.row_by_row(problem, coefficients, order, into);
        }
        let Evaluation { hessian, gradient, .. } = into;
        let of_rows = problem.penalty.add_row_terms(problem.design, &mut self.row_weights, hessian, gradient);
        problem.penalty.add_to(coefficients, order, into);
        into.magnitude = into.objective;
        if let Some(penalty) = of_rows {
            into.objective += penalty.value;
            into.magnitude += penalty.magnitude;
        }
    }

    /// Estimates the problem at `coefficients` up to the Hessian from one row in `share`, with the stable sigmoid: sums over
    /// these rows times `share`, plus the penalty. `smallest_margin` is the smallest margin of these rows. [`can_be_estimated`]
    /// must hold.
    ///
    /// The estimate of H divided by `share` bounds H(β) from below, because it sums fewer rows.
    pub fn estimate(&mut self, problem: &Problem<'_>, coefficients: &[f64], share: usize, into: &mut Evaluation) {
        into.resize(problem.unknowns(), Order::Hessian);
        into.margins.clear();
        into.column_sizes.clear();
        self.in_lanes(problem, coefficients, (Order::Hessian, Sigmoid::Stable), share, into);
        // An estimate is no evaluation at a point.
        into.holds = None;
        into.at.clear();
        let scale = share as f64;
        into.objective *= scale;
        into.gradient.iter_mut().chain(&mut into.hessian).for_each(|sum| *sum *= scale);
        problem.penalty.add_to(coefficients, Order::Hessian, into);
        into.magnitude = into.objective;
    }

    /// d'H(β)d, the curvature along a direction, without forming H where the penalty does not need it.
    ///
    /// `here` is the evaluation at β.
    pub fn curvature_along(&mut self, problem: &Problem<'_>, here: &Evaluation, direction: &[f64]) -> f64 {
        if here.holds_hessian() {
            return packed::quadratic_form(&here.hessian, direction);
        }
        self.find_row_weights(problem, here);
        let Evaluator { product, weights, .. } = self;
        product.clear();
        product.resize(problem.unknowns(), 0.0);
        problem.hessian_product(weights, &here.at, direction, product);
        dot(product, direction)
    }

    /// w_i of all rows at the point of an evaluation.
    pub fn row_weights(&mut self, problem: &Problem<'_>, here: &Evaluation) -> &[f64] {
        self.find_row_weights(problem, here);
        &self.weights
    }

    fn find_row_weights(&mut self, problem: &Problem<'_>, here: &Evaluation) {
        let Evaluator { sigmoid, weights, .. } = self;
        weights.clear();
        let mut see = |i: usize, z: f64| weights.push(problem.loss.of_row(i, z, *sigmoid).weight);
        if here.margins.is_empty() {
            problem.design.each_predictor(&here.at, see);
        } else {
            // Margins are kept only where rows have no offset: s_i m_i is x_i'β.
            here.margins.iter().enumerate().for_each(|(i, &margin)| see(i, problem.loss.margin(i, margin)));
        }
    }

    /// Sums over one row in `share`, in SIMD lanes.
    fn in_lanes(
        &mut self,
        problem: &Problem<'_>,
        coefficients: &[f64],
        (order, sigmoid): (Order, Sigmoid),
        share: usize,
        into: &mut Evaluation,
    ) {
        let pass = Pass { signs: problem.loss.signs(), coefficients, order, sigmoid, share };
        let Evaluation { margins, gradient, column_sizes, hessian, .. } = into;
        let found = PassOutput { margins, gradient, largest: column_sizes, hessian };
        let totals = problem.design.logistic_pass(pass, self.workers, &mut self.buffers, found);
        (into.objective, into.smallest_margin) = (totals.losses, totals.smallest_margin);
    }

    /// Sums over the rows in their order; keeps the weights of the rows for a penalty that depends on them.
    fn row_by_row(&mut self, problem: &Problem<'_>, coefficients: &[f64], order: Order, into: &mut Evaluation) {
        let Evaluator { sigmoid, row_weights, .. } = self;
        let keeps_weights = depends_on_rows(problem);
        row_weights.clear();
        into.gradient.fill(0.0);
        if order == Order::Hessian {
            into.hessian.fill(0.0);
        }
        let (mut losses, mut smallest_margin) = (0.0, f64::INFINITY);
        let terms = |i: usize, predictor: f64| {
            let margin = problem.loss.margin(i, predictor);
            let RowLoss { loss, slope, weight } = problem.loss.of_row(i, predictor, *sigmoid);
            losses += loss;
            // Written so that a NaN margin replaces the minimum and stays.
            if !(margin >= smallest_margin) {
                smallest_margin = margin;
            }
            if keeps_weights {
                let half_minus_probability = sigmoid.half_minus_probability(problem.loss.predictor(i, predictor));
                row_weights.push(weight, half_minus_probability, problem.loss.row_weight(i));
            }
            (slope, weight)
        };
        problem.design.accumulate(coefficients, order, terms, &mut into.gradient, &mut into.hessian);
        (into.objective, into.smallest_margin) = (losses, smallest_margin);
    }
}

/// Whether the penalty needs the weights of all rows.
fn depends_on_rows(problem: &Problem<'_>) -> bool {
    !problem.penalty.has(Capability::IndependentOfRows)
}

/// Whether one row in `share` is enough for an [`estimate`](Evaluator::estimate) with a Hessian close to the Hessian of all rows.
pub fn can_be_estimated(problem: &Problem<'_>, share: usize) -> bool {
    /// Rows per coefficient.
    const ENOUGH: usize = 32;
    in_lanes(problem) && problem.len() >= share * ENOUGH * problem.unknowns()
}

/// Whether a problem's sums over the rows are computed in SIMD lanes.
fn in_lanes(problem: &Problem<'_>) -> bool {
    problem.design.has_logistic_pass() && problem.loss.is_plain() && !depends_on_rows(problem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear_algebra::packed;
    use crate::model::{DesignMatrix, Loss, PenaltyTerm};

    #[test]
    fn derivatives_are_those_of_the_objective() {
        let rows = [1.0, 0.5, 1.0, -1.5, 1.0, 2.5];
        let problem = Problem {
            design: DesignMatrix::dense(&rows, 2),
            loss: Loss::logistic(&[1.0, 1.0, -1.0]),
            penalty: PenaltyTerm::l2(&[0.0, 0.7]),
        };
        let mut evaluator = Evaluator::default();
        let mut at = |b: [f64; 2]| {
            let mut evaluation = Evaluation::default();
            evaluator.evaluate(&problem, &b, Order::Hessian, &mut evaluation);
            evaluation
        };
        let (b, h) = ([0.3, -0.4], 1e-5);
        let here = at(b);
        for j in 0..2 {
            let (mut up, mut down) = (b, b);
            up[j] += h;
            down[j] -= h;
            let (up, down) = (at(up), at(down));
            assert!(((up.objective - down.objective) / (2.0 * h) - here.gradient[j]).abs() < 1e-9);
            for k in 0..2 {
                let slope = (up.gradient[k] - down.gradient[k]) / (2.0 * h);
                assert!((slope - here.hessian[packed::at(j, k)]).abs() < 1e-9);
            }
        }
        let mut naive = Evaluation::default();
        evaluator.use_sigmoid(Sigmoid::Naive);
        evaluator.evaluate(&problem, &b, Order::Hessian, &mut naive);
        for (a, b) in naive.gradient.iter().zip(&here.gradient) {
            assert!((a - b).abs() < 1e-15);
        }
    }
}
