//! The squared norm of the coefficients (ridge; Hoerl & Kennard 1970, Technometrics 12, 55-67).

use super::form::{Capability, Form, Strength};
use super::formula::Formula;
use crate::linear_algebra::packed;

/// F = −l(β) + ½ λ Σ β_j² over all coefficients except the intercept, beside the loss summed over rows (λ is scikit-learn's 1/C).
///
/// The optimum exists on any rows and is unique. The penalty gives no standard errors, because it draws estimates towards 0 by an
/// unknown bias that they would ignore.
pub const FORM: Form = Form {
    name: "l2",
    about: "ridge: P(b) = 1/2 strength * sum of b_j^2 without the intercept, beside the loss summed over the rows",
    estimator: "l2-penalised maximum likelihood",
    model: "l2",
    strength: Strength::Needed { missing: "penalty = \"l2\" needs a strength, as strength = 1.0" },
    weight: |strength| strength,
    formula: &Squares,
    capabilities: &[
        Capability::Smooth,
        Capability::Convex,
        Capability::CurvatureBound,
        Capability::Quadratic,
        Capability::ProximalStep,
        Capability::IndependentOfRows,
        Capability::Identifies,
    ],
};

/// P(β) = ½ Σ λ_j β_j².
#[derive(Debug)]
struct Squares;

impl Formula for Squares {
    fn is_free(&self, weights: &[f64], j: usize) -> bool {
        weights.get(j).is_none_or(|&weight| weight == 0.0)
    }

    fn add_value(&self, weights: &[f64], coefficients: &[f64], objective: &mut f64) {
        for (weight, b) in weights.iter().zip(coefficients) {
            *objective += 0.5 * weight * b * b;
        }
    }

    fn add_gradient(&self, weights: &[f64], coefficients: &[f64], gradient: &mut [f64]) {
        for ((sum, weight), b) in gradient.iter_mut().zip(weights).zip(coefficients) {
            *sum += weight * b;
        }
    }

    fn add_curvature(&self, weights: &[f64], _: &[f64], hessian: &mut [f64]) {
        for (j, weight) in weights.iter().enumerate() {
            hessian[packed::at(j, j)] += weight;
        }
    }

    fn add_curvature_product(&self, weights: &[f64], _: &[f64], vector: &[f64], product: &mut [f64]) {
        for ((sum, weight), v) in product.iter_mut().zip(weights).zip(vector) {
            *sum += weight * v;
        }
    }

    fn quadratic<'a>(&self, weights: &'a [f64]) -> Option<&'a [f64]> {
        Some(weights)
    }

    /// v_j/(1 + tλ_j).
    fn proximal_step(&self, weights: &[f64], t: f64, point: &mut [f64]) -> bool {
        for (v, weight) in point.iter_mut().zip(weights) {
            *v /= 1.0 + t * weight;
        }
        true
    }

    /// Σ u_j²/(2λ_j).
    fn conjugate(&self, weights: &[f64], dual: &[f64]) -> Option<f64> {
        let of = |(j, &u): (usize, &f64)| match weights.get(j) {
            Some(&weight) if weight > 0.0 => u * u / (2.0 * weight),
            Some(_) | None if u == 0.0 => 0.0,
            Some(_) | None => f64::INFINITY,
        };
        Some(dual.iter().enumerate().map(of).sum())
    }

    fn rescaled(&self, weight: f64, deviation: f64) -> f64 {
        weight / (deviation * deviation)
    }
}
