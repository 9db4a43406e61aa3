//! The problem as a solver sees it: it answers questions and counts them.

use serde::{Deserialize, Serialize};

use crate::model::{Evaluation, Order, Problem, Sigmoid};

/// Questions asked, each counted once by its highest derivative: a Hessian comes with its gradient and objective.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calls {
    /// Evaluations of the objective alone.
    pub objective: u32,
    /// Evaluations of objective and gradient.
    pub gradient: u32,
    /// Evaluations of objective, gradient and Hessian (or of the weights, for methods that factor the design).
    pub hessian: u32,
}

impl Calls {
    /// All evaluations together.
    pub fn total(&self) -> u32 {
        self.objective + self.gradient + self.hessian
    }
}

/// A problem that counts what it is asked.
pub struct Oracle<'a> {
    problem: &'a Problem<'a>,
    sigmoid: Sigmoid,
    calls: Calls,
    /// Rows seen in evaluations up to the Hessian of a part of them.
    rows_of_parts: u64,
    /// max_i |x_ij| for each column, once an evaluation has found them.
    largest: Vec<f64>,
}

impl<'a> Oracle<'a> {
    /// An oracle for one fit.
    pub fn new(problem: &'a Problem<'a>) -> Oracle<'a> {
        Oracle { problem, sigmoid: Sigmoid::Stable, calls: Calls::default(), rows_of_parts: 0, largest: Vec::new() }
    }

    /// Computes residuals and weights with this sigmoid from now on.
    pub fn use_sigmoid(&mut self, sigmoid: Sigmoid) {
        self.sigmoid = sigmoid;
    }

    /// The problem, for methods that need its rows. Passes over them are to be counted with [`Oracle::count`].
    pub fn problem(&self) -> &'a Problem<'a> {
        self.problem
    }

    /// Evaluates at a point.
    pub fn evaluate(&mut self, coefficients: &[f64], order: Order, into: &mut Evaluation) {
        self.count(order);
        into.compute_with(self.problem, coefficients, order, self.sigmoid, &mut self.largest);
    }

    /// Estimates the problem up to the Hessian at a point from one row in `share` (see [`Evaluation::estimate`]). Such questions
    /// together are counted by the rows they see, as so many of all rows, rounded up.
    pub fn estimate(&mut self, coefficients: &[f64], share: usize, into: &mut Evaluation) {
        self.rows_of_parts += (self.problem.len() / share) as u64;
        into.estimate(self.problem, coefficients, share);
    }

    /// Counts a pass over the rows that a method makes itself.
    pub fn count(&mut self, order: Order) {
        match order {
            Order::Objective => self.calls.objective += 1,
            Order::Gradient => self.calls.gradient += 1,
            Order::Hessian => self.calls.hessian += 1,
        }
    }

    /// The questions asked so far.
    pub fn calls(&self) -> Calls {
        let parts = self.rows_of_parts.div_ceil(self.problem.len().max(1) as u64) as u32;
        Calls { hessian: self.calls.hessian + parts, ..self.calls }
    }
}
