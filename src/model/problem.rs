//! A logistic-regression problem.

use super::PenaltyTerm;
use super::design::{Design, DesignMatrix};

/// A logistic-regression problem: the design, the classes of its rows, and the penalty.
#[derive(Clone, Copy, Debug)]
pub struct Problem<'a> {
    /// X, n × p, with the intercept's column of ones first if there is one.
    pub design: DesignMatrix<'a>,
    /// s_i = +1 for rows coded 1, −1 for rows coded 0.
    pub signs: &'a [f64],
    /// What is added to the negative log-likelihood.
    pub penalty: PenaltyTerm<'a>,
}

impl<'a> Problem<'a> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.signs.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.signs.is_empty()
    }

    /// Number of coefficients that are to be found: with two classes, one for each column of the design.
    pub fn unknowns(&self) -> usize {
        self.design.columns()
    }

    /// The problem of the same rows without penalty.
    pub fn without_penalty(self) -> Problem<'a> {
        Problem { penalty: PenaltyTerm::NONE, ..self }
    }
}

impl Design {
    /// The problem of these rows with a penalty.
    pub fn problem<'a>(&'a self, penalty: PenaltyTerm<'a>) -> Problem<'a> {
        Problem { design: self.matrix(), signs: &self.signs, penalty }
    }
}
