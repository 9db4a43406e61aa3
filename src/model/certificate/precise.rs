//! F at a point with predictors in twice the precision, for points whose large coefficients of opposite sign cancel in them.
//!
//! # Rounding
//!
//! x_i'β is off by at most (p + 2)ε₂ Σ_j |x_ij β_j|, ε₂ that of twice the precision, and by ε of itself when it is rounded to binary64, as
//! is its sum with the offset; no loss changes by more than its predictor does. Its own rounding is a few ε of it, that of their compensated sum
//! 2ε, and that of the penalty (p + 4)ε of it.

use super::Certificate;
use crate::linear_algebra::{CompensatedSum, DoubleDouble, Real};
use crate::model::{Problem, Sigmoid};

/// Absolute error of a predictor by underflow, generously: 2⁻³⁰⁰.
const UNDERFLOW: f64 = 4.909_093_465_297_727e-91;

/// F at a point, and a bound on its rounding.
pub fn objective(problem: &Problem<'_>, coefficients: &[f64]) -> (f64, f64) {
    let (mut losses, mut error) = (CompensatedSum::default(), 0.0);
    let terms = problem.unknowns() as f64 + 2.0;
    problem.design.each_row(|i, row| {
        let (mut product, mut size) = (DoubleDouble::ZERO, 0.0);
        for (&x, &b) in row.iter().zip(coefficients) {
            product = DoubleDouble::splat(x).mul_add(DoubleDouble::splat(b), product);
            size += (x * b).abs();
        }
        let (product, offset) = (product.rounded(), problem.loss.offset(i));
        let loss = problem.loss.of_row(i, product, Sigmoid::Stable).loss;
        losses.add(loss);
        let of_predictor = terms * DoubleDouble::EPSILON * size + 2.0 * f64::EPSILON * (product.abs() + offset.abs());
        error += problem.loss.row_weight(i) * (of_predictor + UNDERFLOW) + 8.0 * f64::EPSILON * loss;
    });
    let (mut value, mut penalty) = (losses.value(), 0.0);
    problem.penalty.add_value(coefficients, &mut penalty);
    value += penalty;
    (value, (error + 2.0 * f64::EPSILON * value.abs() + (terms + 2.0) * f64::EPSILON * penalty.abs()) * (1.0 + 1e-6))
}

/// The certificate with an objective in twice the precision, where that is known better.
pub fn refine(certificate: Certificate, problem: &Problem<'_>, coefficients: &[f64]) -> Certificate {
    let (value, error) = objective(problem, coefficients);
    if value.is_finite() && error < certificate.objective_error {
        Certificate { objective: value, objective_error: error, ..certificate }
    } else {
        certificate
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::certificate::{CertificateWorkspace, certify_by_products};
    use crate::model::{DesignMatrix, Loss, PenaltyTerm};

    /// Two columns that agree in 8 digits, with coefficients ±1e8: predictors are the sum of products that cancel.
    #[test]
    fn what_cancels_in_predictors_is_known() {
        let x = [0.3, -1.1, 0.7, 2.0];
        let apart = [1.0, -2.0, 0.5, -0.25].map(|d| d * 2f64.powi(-27));
        let rows: Vec<f64> = x.iter().zip(apart).flat_map(|(&x, d)| [x, x + d]).collect();
        let signs = [1.0, -1.0, -1.0, 1.0];
        let design = DesignMatrix::dense(&rows, 2);
        let problem = Problem { design, loss: Loss::logistic(&signs), penalty: PenaltyTerm::NONE };
        let b = 2f64.powi(27);
        let exact = |i: usize| (rows[2 * i + 1] - rows[2 * i]) * b;
        let truth: f64 = (0..4).map(|i| (-signs[i] * exact(i)).exp().ln_1p()).sum();
        let (value, error) = objective(&problem, &[-b, b]);
        assert!((value - truth).abs() <= error && error < 1e-13, "{value} {error} {truth}");
        let rounded = certify_by_products(&problem, &[-b, b], None, &mut CertificateWorkspace::default());
        assert!(rounded.objective_error > 1e-8);
        assert_eq!(refine(rounded, &problem, &[-b, b]).objective, value);
    }
}
