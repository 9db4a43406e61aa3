//! The loss of a problem: the cost of the rows' linear predictors, given the rows' classes.
//!
//! A [`Loss`] holds the classes of the rows as its formula codes them. Evaluation, certificate, separation and solvers ask it
//! about a row by its number, and know neither the code of a class nor a formula.

pub mod in_lanes;
mod logistic;

pub use logistic::{RowLoss, Sigmoid, logistic, loss_and_sigmoids, predictor};

use super::design::DesignMatrix;

/// The logistic loss log(1 + exp(−m_i)) of rows with margins m_i = s_i z_i, z_i the linear predictor of row i.
///
/// In the dual, log(1 + exp(−m)) is the largest h(u) − u m over 0 ≤ u ≤ 1, with the entropy h(u) = −u ln u − (1 − u) ln(1 − u).
#[derive(Clone, Copy, Debug)]
pub struct Loss<'a> {
    signs: &'a [f64],
}

/// s = +1 for a row of class 1, −1 for a row of class 0.
#[inline(always)]
pub fn sign(class: u8) -> f64 {
    if class == 1 { 1.0 } else { -1.0 }
}

impl<'a> Loss<'a> {
    /// The loss of rows with these signs s_i = ±1.
    pub fn logistic(signs: &'a [f64]) -> Loss<'a> {
        Loss { signs }
    }

    /// Number of rows.
    pub fn rows(self) -> usize {
        self.signs.len()
    }

    /// The class of row i.
    pub fn class(self, i: usize) -> u8 {
        u8::from(self.signs[i] > 0.0)
    }

    /// s_i, for passes in SIMD lanes.
    pub fn signs(self) -> &'a [f64] {
        self.signs
    }

    /// m_i, positive where the row is on its class's side of the hyperplane.
    #[inline(always)]
    pub fn margin(self, i: usize, predictor: f64) -> f64 {
        self.signs[i] * predictor
    }

    /// The loss of row i and its derivatives by the predictor.
    #[inline(always)]
    pub fn of_row(self, i: usize, predictor: f64, sigmoid: Sigmoid) -> RowLoss {
        sigmoid.row_loss(self.signs[i], self.margin(i, predictor))
    }

    /// Whether `holds` is true of the margin of each row with a direction d, and of Σ_j |x_ij d_j|, to which the margin's
    /// rounding is relative.
    #[inline(always)]
    pub fn all_margins(
        self,
        design: DesignMatrix<'_>,
        direction: &[f64],
        mut holds: impl FnMut(f64, f64) -> bool,
    ) -> bool {
        design.all_predictors(direction, |i, predictor, size| holds(self.margin(i, predictor), size))
    }

    /// Calls `see` with number and vector a of each inequality a'd ≥ 0 that a direction d has to satisfy to separate the classes:
    /// a_i = s_i x_i.
    pub fn each_inequality(self, design: DesignMatrix<'_>, mut see: impl FnMut(usize, &[f64])) {
        let mut signed = Vec::with_capacity(design.columns());
        design.each_row(|i, row| {
            signed.clear();
            signed.extend(row.iter().map(|&x| self.margin(i, x)));
            see(i, &signed);
        });
    }

    /// The dual weights u_i = σ(−m_i) at a point, one an inequality; at an optimum they attain the bound of the dual.
    pub fn dual_weights(self, design: DesignMatrix<'_>, coefficients: &[f64]) -> Vec<f64> {
        let mut weights = Vec::with_capacity(self.rows());
        design.each_predictor(coefficients, |i, predictor| {
            let residual = self.of_row(i, predictor, Sigmoid::Stable).slope.abs();
            // A weight must be positive, even if the residual has underflowed.
            weights.push(residual.max(f64::MIN_POSITIVE));
        });
        weights
    }

    /// Σ_i h(u_i) of positive dual weights; `None` if one is above 1.
    pub fn entropy(weights: &[f64]) -> Option<f64> {
        let of = |&u: &f64| -u * u.ln() - if u < 1.0 { (1.0 - u) * (-u).ln_1p() } else { 0.0 };
        weights.iter().all(|&u| u <= 1.0).then(|| weights.iter().map(of).sum())
    }
}
