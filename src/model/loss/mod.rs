//! The loss of a problem: the cost of the rows' linear predictors, given the rows' classes.
//!
//! A [`Loss`] holds the classes of the rows as its formula codes them. Evaluation, certificate, separation and solvers ask it
//! about a row by its number, and know neither the code of a class nor a formula.

pub mod in_lanes;
mod logistic;

pub use logistic::{RowLoss, Sigmoid, logistic, loss_and_sigmoids, predictor};

use super::design::DesignMatrix;

/// The logistic loss c_i log(1 + exp(−m_i)) of rows with margins m_i = s_i z_i, z_i = x_i'β + o_i the linear predictor of row i.
///
/// The weight c_i > 0 says how many rows row i stands for, and the offset o_i is a part of its predictor that is known. Without
/// them, c_i = 1 and o_i = 0.
///
/// In the dual, log(1 + exp(−m)) is the largest h(u) − u m over 0 ≤ u ≤ 1, with the entropy h(u) = −u ln u − (1 − u) ln(1 − u). So
/// c log(1 + exp(−m)) is the largest c h(v/c) − v m over 0 ≤ v ≤ c.
#[derive(Clone, Copy, Debug)]
pub struct Loss<'a> {
    signs: &'a [f64],
    weights: Option<&'a [f64]>,
    offset: Option<&'a [f64]>,
}

/// s = +1 for a row of class 1, −1 for a row of class 0.
#[inline(always)]
pub fn sign(class: u8) -> f64 {
    if class == 1 { 1.0 } else { -1.0 }
}

impl<'a> Loss<'a> {
    /// The loss of rows with these signs s_i = ±1.
    pub fn logistic(signs: &'a [f64]) -> Loss<'a> {
        Loss { signs, weights: None, offset: None }
    }

    /// The loss with these row weights, finite and above 0, or with none.
    pub fn weighted(self, weights: Option<&'a [f64]>) -> Loss<'a> {
        Loss { weights, ..self }
    }

    /// The loss with this offset, or with none.
    pub fn with_offset(self, offset: Option<&'a [f64]>) -> Loss<'a> {
        Loss { offset, ..self }
    }

    /// Whether rows have neither weights nor an offset, so that passes in SIMD lanes compute the loss.
    pub fn is_plain(self) -> bool {
        self.weights.is_none() && self.offset.is_none()
    }

    /// Whether rows have an offset, so that coefficients 0 need not mean probabilities ½.
    pub fn has_offset(self) -> bool {
        self.offset.is_some()
    }

    /// The row weights, if there are any.
    pub fn weights(self) -> Option<&'a [f64]> {
        self.weights
    }

    /// c_i.
    #[inline(always)]
    pub fn row_weight(self, i: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[i])
    }

    /// o_i.
    #[inline(always)]
    pub fn offset(self, i: usize) -> f64 {
        self.offset.map_or(0.0, |offset| offset[i])
    }

    /// Σ_i c_i: how many rows the rows stand for.
    pub fn weight_sum(self) -> f64 {
        self.weights.map_or(self.signs.len() as f64, |weights| weights.iter().sum())
    }

    /// max_i |o_i|.
    pub fn largest_offset(self) -> f64 {
        self.offset.map_or(0.0, |offset| offset.iter().fold(0.0, |largest, o| largest.max(o.abs())))
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

    /// s_i x_i'd of a direction d, positive where the row is on its class's side of the hyperplane x'd = 0. No offset enters.
    #[inline(always)]
    pub fn margin(self, i: usize, product: f64) -> f64 {
        self.signs[i] * product
    }

    /// z_i = x_i'β + o_i, given x_i'β.
    #[inline(always)]
    pub fn predictor(self, i: usize, product: f64) -> f64 {
        self.offset.map_or(product, |offset| product + offset[i])
    }

    /// The loss of row i and its derivatives by the predictor, given x_i'β: all times c_i.
    #[inline(always)]
    pub fn of_row(self, i: usize, product: f64, sigmoid: Sigmoid) -> RowLoss {
        let of_unit = self.of_unit(i, product, sigmoid);
        self.weights.map_or(of_unit, |weights| of_unit.times(weights[i]))
    }

    /// The same for one of the c_i rows that row i stands for.
    #[inline(always)]
    pub fn of_unit(self, i: usize, product: f64, sigmoid: Sigmoid) -> RowLoss {
        sigmoid.row_loss(self.signs[i], self.margin(i, self.predictor(i, product)))
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

    /// The dual weights v_i = c_i σ(−m_i) at a point, one an inequality; at an optimum they attain the bound of the dual.
    pub fn dual_weights(self, design: DesignMatrix<'_>, coefficients: &[f64]) -> Vec<f64> {
        let mut weights = Vec::with_capacity(self.rows());
        design.each_predictor(coefficients, |i, predictor| {
            let residual = self.of_row(i, predictor, Sigmoid::Stable).slope.abs();
            // A weight must be positive, even if the residual has underflowed.
            weights.push(residual.max(f64::MIN_POSITIVE).min(self.row_weight(i)));
        });
        weights
    }

    /// Σ_i c_i h(v_i/c_i) of positive dual weights, and a bound on what the rounding of the weights makes of it; `None` if one is
    /// above c_i.
    pub fn entropy(self, weights: &[f64]) -> Option<(f64, f64)> {
        let (mut sum, mut error) = (0.0, 0.0);
        for (i, &v) in weights.iter().enumerate() {
            let rest = self.row_weight(i) - v;
            if rest < 0.0 {
                return None;
            }
            // A weight that has been rounded to c_i has an entropy of at least 0.
            if rest > 0.0 {
                let [of_weight, of_rest] = self.logarithms(i, v);
                sum += v * of_weight + rest * of_rest;
                error += f64::EPSILON * v * (of_weight - of_rest).abs();
            }
        }
        Some((sum, error))
    }

    /// −ln(v/c_i) and −ln(1 − v/c_i) of a dual weight 0 < v < c_i, correct to a few units in the last place.
    pub fn logarithms(self, i: usize, v: f64) -> [f64; 2] {
        let Some(weights) = self.weights else { return [-v.ln(), -(-v).ln_1p()] };
        let c = weights[i];
        // The difference is exact where v ≥ c/2.
        let rest = c - v;
        if v > 0.5 * c { [-(-rest / c).ln_1p(), -(rest / c).ln()] } else { [-(v / c).ln(), -(-v / c).ln_1p()] }
    }
}
