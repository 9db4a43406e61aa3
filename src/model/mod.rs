//! The logistic model: its objective and derivatives, and what can be proved about a point.
//!
//! Rows x_i (a leading 1 for the intercept), signs s_i = 2y_i − 1, margins m_i = s_i·x_i'β. The objective, which every
//! solver minimises, is the negative penalised log-likelihood on the sum scale,
//!
//! ```text
//! F(β) = Σ_i log(1 + exp(−m_i)) + ½ Σ_j λ_j β_j²
//! g(β) = −Σ_i s_i σ(−m_i) x_i + Λβ,        σ(t) = 1/(1 + exp(−t))
//! H(β) = Σ_i w_i x_i x_i' + Λ,             w_i = σ(m_i) σ(−m_i)
//! ```
//!
//! H is the Fisher information of β plus the penalty's curvature; Λ leaves the intercept alone. Firth's penalty, which does
//! not, is in [`firth`].

pub mod certificate;
pub mod design;
pub mod evaluation;
pub mod evaluator;
pub mod identifiable;
pub mod lanes;
pub mod loss;
pub mod panels;
pub mod penalty;
pub mod prepared;
pub mod separation;
pub mod workers;

pub use design::{Design, Scaling};
pub use evaluation::{Evaluation, Order};
pub use evaluator::Evaluator;
pub use loss::Sigmoid;
pub use penalty::{Penalty, firth};
pub use prepared::Prepared;
pub use workers::{Serial, Workers};

use std::borrow::Cow;

use crate::linear_algebra::Matrix;

/// A logistic-regression problem: the design, and the penalty on each coefficient.
#[derive(Clone, Copy, Debug)]
pub struct Problem<'a> {
    /// n × p, row after row, with the intercept's column of ones first if there is one.
    pub rows: Matrix<'a>,
    /// p, the number of coefficients.
    pub columns: usize,
    /// s_i = +1 for rows coded 1, −1 for rows coded 0.
    pub signs: &'a [f64],
    /// λ_j per coefficient, 0 where it is not penalised.
    pub penalties: &'a [f64],
    /// Whether −½ log det(X'WX) is added to the objective (see [`firth`]).
    pub firth: bool,
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

    /// The rows in f64 with their signs. Rows in single precision are copied one by one, so long passes go through [`panels`].
    pub fn signed_rows(&self) -> impl Iterator<Item = (Cow<'a, [f64]>, f64)> + Clone + use<'a> {
        self.rows.rows(self.columns, self.len()).zip(self.signs.iter().copied())
    }
}
