//! The formulas of a penalty, given its weights on the columns at hand.

use std::fmt;

use super::row_weights::{RowTerms, RowWeights};
use crate::model::DesignMatrix;

/// The formulas of a penalty P(β). `weights` has λ_j per column; columns beyond its end have the weight 0.
///
/// Each is called once per pass, never per row. The defaults add nothing.
pub trait Formula: fmt::Debug + Sync {
    /// Whether P leaves coefficient j free, as it leaves the intercept: P then does not change along it.
    fn is_free(&self, weights: &[f64], j: usize) -> bool;

    /// Adds P(β) to `objective`.
    fn add_value(&self, _weights: &[f64], _coefficients: &[f64], _objective: &mut f64) {}

    /// Adds ∇P(β) to `gradient`.
    fn add_gradient(&self, _weights: &[f64], _coefficients: &[f64], _gradient: &mut [f64]) {}

    /// Adds ∇²P(β) to `hessian`, a packed lower triangle.
    fn add_curvature(&self, _weights: &[f64], _coefficients: &[f64], _hessian: &mut [f64]) {}

    /// Adds ∇²P(β)v to `product`.
    fn add_curvature_product(&self, _weights: &[f64], _coefficients: &[f64], _vector: &[f64], _product: &mut [f64]) {}

    /// The λ_j if P(β) = ½ Σ λ_j β_j², else `None`. Columns beyond the end of the list have λ_j = 0.
    fn quadratic<'a>(&self, weights: &'a [f64]) -> Option<&'a [f64]>;

    /// For a penalty that depends on the rows: adds its gradient to `gradient`, turns X'WX in `hessian` into the matrix that
    /// stands for the Hessian, and gives its value. `rows` has the weights of all rows of `design` at β.
    fn add_row_terms(
        &self,
        _design: DesignMatrix<'_>,
        _rows: &mut RowWeights,
        _hessian: &mut [f64],
        _gradient: &mut [f64],
    ) -> Option<RowTerms> {
        None
    }

    /// Replaces v in `point` by its proximal step, argmin_β P(β) + ‖β − v‖²/(2t); false if no formula is known.
    #[must_use]
    fn proximal_step(&self, weights: &[f64], t: f64, point: &mut [f64]) -> bool;

    /// The conjugate P*(u) = sup_β u'β − P(β), for lower bounds by Fenchel's dual; +∞ if u is not 0 at a free coefficient, and
    /// `None` if no formula is known. It depends only on the sizes |u_j| and grows with each.
    fn conjugate(&self, weights: &[f64], dual: &[f64]) -> Option<f64>;

    /// The weight that replaces λ_j once its column is divided by `deviation`, so that the problem is the same in other
    /// coordinates.
    fn rescaled(&self, weight: f64, deviation: f64) -> f64;
}
