//! A logistic-regression problem.

use super::design::{Design, DesignMatrix};

/// A logistic-regression problem: the design, the classes of its rows, and the penalty on each coefficient.
#[derive(Clone, Copy, Debug)]
pub struct Problem<'a> {
    /// X, n × p, with the intercept's column of ones first if there is one.
    pub design: DesignMatrix<'a>,
    /// s_i = +1 for rows coded 1, −1 for rows coded 0.
    pub signs: &'a [f64],
    /// λ_j per coefficient, 0 where it is not penalised.
    pub penalties: &'a [f64],
    /// Whether −½ log det(X'WX) is added to the objective (see [`firth`](super::firth)).
    pub firth: bool,
}

impl Problem<'_> {
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
}

impl Design {
    /// The problem of these rows.
    pub fn problem<'a>(&'a self, penalties: &'a [f64], firth: bool) -> Problem<'a> {
        Problem { design: self.matrix(), signs: &self.signs, penalties, firth }
    }
}
