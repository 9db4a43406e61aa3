//! A logistic-regression problem.

use super::design::{Design, DesignMatrix};
use super::{Loss, PenaltyTerm};

/// A logistic-regression problem: the design, the loss of its rows, and the penalty.
#[derive(Clone, Copy, Debug)]
pub struct Problem<'a> {
    /// X, n × p, with the intercept's column of ones first if there is one.
    pub design: DesignMatrix<'a>,
    /// The loss of the rows, which holds their classes.
    pub loss: Loss<'a>,
    /// The penalty, which is added to the negative log-likelihood.
    pub penalty: PenaltyTerm<'a>,
}

impl<'a> Problem<'a> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.loss.rows()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of unknown coefficients: with two classes, one for each column of the design.
    pub fn unknowns(&self) -> usize {
        self.design.columns()
    }

    /// H v into `product`, without forming H = X'WX + ∇²P(β). `weights` is the diagonal of W at β.
    pub fn hessian_product(&self, weights: &[f64], coefficients: &[f64], vector: &[f64], product: &mut [f64]) {
        self.design.hessian_product(weights, vector, product);
        self.penalty.add_curvature_product(coefficients, vector, product);
    }

    /// The problem of the same rows without penalty.
    pub fn without_penalty(self) -> Problem<'a> {
        Problem { penalty: PenaltyTerm::NONE, ..self }
    }
}

impl Design {
    /// The problem of these rows with a penalty.
    pub fn problem<'a>(&'a self, penalty: PenaltyTerm<'a>) -> Problem<'a> {
        Problem { design: self.matrix(), loss: self.loss(), penalty }
    }
}
