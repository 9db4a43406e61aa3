//! The proof that an optimum exists near a point, and how far above it the objective there can be.
//!
//! # Derivation
//!
//! F is the negative penalised log-likelihood, g and H its gradient and Hessian at β, ν² = g'H⁻¹g, and
//! R = max_i (x_i'H⁻¹x_i)^½ over the rows. Take a direction u with u'Hu = 1 and φ(t) = F(β + tu). The logistic loss ψ
//! has |ψ'''| ≤ ψ'', and |x_i'u| ≤ R by Cauchy and Schwarz, so |φ'''| ≤ R φ'' (the quadratic penalty only helps) and
//!
//! ```text
//! φ''(t) ≥ exp(−R t),      φ'(t) ≥ −ν + (1 − exp(−R t))/R.
//! ```
//!
//! If νR < 1 the right-hand side is 0 at t* = −ln(1 − νR)/R and positive beyond. So F grows along every ray from β
//! outside the ellipsoid (v − β)'H(v − β) ≤ t*²: a minimiser lies inside, and it is the only one since H is positive
//! definite. Integrating the bound gives
//!
//! ```text
//! F(β) − F(β*) ≤ ν/R − t*(1 − νR)/R = ν² s(νR),      s(x) = (x + (1 − x) ln(1 − x))/x² = Σ_k x^k/((k+1)(k+2)).
//! ```
//!
//! This is generalised self-concordance: Bach (2010), Electronic Journal of Statistics 4, 384-414,
//! doi 10.1214/09-EJS521.
//!
//! # Rounding
//!
//! Separated data have no optimum, yet far out the computed g is tiny and the computed H nearly singular; a bound that
//! ignored rounding would sooner or later certify them. So ν and R are replaced by upper bounds:
//!
//! * a predictor is off by at most δ_i = (p+2)ε Σ_j|x_ij β_j|, which changes residual and weight by at most a factor
//!   exp(δ_i); a residual's own rounding is a few ε. These errors enter g as Σ_i e_i x_i with
//!   |e_i| ≤ |r_i|(8ε + 1.1 δ_i), so they change ν by at most Σ_i |e_i| (x_i'H⁻¹x_i)^½;
//! * adding up g is off by (n+2)ε G_j per entry, G_j = Σ_i|x_ij r_i| + λ_j|β_j|, which changes ν by at most
//!   ‖ |L⁻¹| (n+2)ε G ‖ where H = LL', and |L⁻¹| is bounded by the inverse of the comparison matrix of L;
//! * H, scaled to unit diagonal, is off by at most θ per entry with θ = (n + 2p + 16)ε + 1.1 max δ_i, rounding of the
//!   factorisation included, so H⁻¹ by a factor within 1 ± ρ, ρ = 2 θ p Σ_j H_jj (H⁻¹)_jj. Where ρ > ⅒ nothing is certified.

use super::evaluation::{Evaluation, logistic, predictor};
use super::{Problem, firth};
use crate::linear_algebra::{cholesky, packed};

/// What is proved about a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Certificate {
    /// F(β).
    pub objective: f64,
    /// ‖g‖₂.
    pub gradient_norm: f64,
    /// The upper bound on F(β) − F(β*), or why there is none.
    pub gap: Result<f64, Refusal>,
}

/// Why a point proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The coefficients, or the objective there, are not finite.
    NotFinite,
    /// The information matrix is numerically singular there.
    Singular,
    /// Rounding alone could explain what the information matrix says.
    IllConditioned,
    /// νR ≥ 1: the point is too far from an optimum, if there is one.
    TooFar,
    /// The objective has Firth's penalty and need not be convex, which the bound needs.
    NotConcave,
}

impl Refusal {
    /// The reason in words, for reports.
    pub fn name(self) -> &'static str {
        match self {
            Refusal::NotFinite => "coefficients not finite",
            Refusal::Singular => "information matrix singular",
            Refusal::IllConditioned => "information matrix too ill-conditioned",
            Refusal::TooFar => "too far from an optimum",
            Refusal::NotConcave => "Firth's penalised likelihood need not be concave",
        }
    }
}

/// Reusable storage for certificates.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    hessian: Vec<f64>,
    diagonal: Vec<f64>,
    gradient: Vec<f64>,
    gradient_sizes: Vec<f64>,
    residual_errors: Vec<f64>,
    vector: Vec<f64>,
    evaluation: Evaluation,
}

const EPSILON: f64 = f64::EPSILON;

/// Certifies a point: one pass over the rows, one Cholesky factorisation and n triangular solves.
pub fn certify(problem: &Problem<'_>, coefficients: &[f64], workspace: &mut Workspace) -> Certificate {
    if problem.firth {
        return firth::certificate(problem, coefficients, &mut workspace.evaluation);
    }
    let p = problem.columns;
    let n = problem.len();
    let w = workspace;
    w.hessian.clear();
    w.hessian.resize(packed::len(p), 0.0);
    for buffer in [&mut w.gradient, &mut w.gradient_sizes, &mut w.vector, &mut w.diagonal] {
        buffer.clear();
        buffer.resize(p, 0.0);
    }
    w.residual_errors.clear();

    let mut objective = 0.0;
    let mut largest_predictor_error: f64 = 0.0;
    for (row, sign) in problem.signed_rows() {
        let (loss, residual, weight) = logistic(sign * predictor(row, coefficients));
        objective += loss;
        let size: f64 = row.iter().zip(coefficients).map(|(x, b)| (x * b).abs()).sum();
        let predictor_error = (p as f64 + 2.0) * EPSILON * size;
        largest_predictor_error = largest_predictor_error.max(predictor_error);
        w.residual_errors.push(residual * (8.0 * EPSILON + 1.1 * predictor_error));
        let mut place = w.hessian.iter_mut();
        for (j, x) in row.iter().enumerate() {
            w.gradient[j] -= sign * residual * x;
            w.gradient_sizes[j] += residual * x.abs();
            let weighted = weight * x;
            for (sum, other) in place.by_ref().take(j + 1).zip(row) {
                *sum += weighted * other;
            }
        }
    }
    for (j, (&penalty, &b)) in problem.penalties.iter().zip(coefficients).enumerate() {
        objective += 0.5 * penalty * b * b;
        w.gradient[j] += penalty * b;
        w.gradient_sizes[j] += penalty * b.abs();
        w.hessian[packed::at(j, j)] += penalty;
    }
    let gradient_norm = crate::linear_algebra::norm(&w.gradient);
    let refuse = |refusal| Certificate { objective, gradient_norm, gap: Err(refusal) };
    if !(objective.is_finite() && gradient_norm.is_finite()) {
        return refuse(Refusal::NotFinite);
    }

    for j in 0..p {
        w.diagonal[j] = w.hessian[packed::at(j, j)];
    }
    // Sums of subnormal numbers have no relative accuracy, and the bounds below assume it.
    if w.diagonal.iter().any(|&value| value < f64::MIN_POSITIVE / EPSILON) {
        return refuse(Refusal::Singular);
    }
    if !cholesky::factor(&mut w.hessian, p) {
        return refuse(Refusal::Singular);
    }
    let factor = &w.hessian;
    let theta = (n as f64 + 2.0 * p as f64 + 16.0) * EPSILON + 1.1 * largest_predictor_error;
    let spread = scaled_inverse_trace(factor, &w.diagonal, &mut w.vector);
    let rho = 2.0 * theta * p as f64 * spread;
    if !(rho <= 0.1) || largest_predictor_error > 0.01 {
        return refuse(Refusal::IllConditioned);
    }

    let mut radius: f64 = 0.0;
    let mut decrement_error = 0.0;
    for ((row, _), error) in problem.signed_rows().zip(&w.residual_errors) {
        w.vector.copy_from_slice(row);
        cholesky::solve_lower(factor, &mut w.vector);
        let length = crate::linear_algebra::norm(&w.vector);
        radius = radius.max(length);
        decrement_error += error * length;
    }
    for (value, size) in w.vector.iter_mut().zip(&w.gradient_sizes) {
        *value = (n as f64 + 2.0) * EPSILON * size;
    }
    solve_comparison(factor, &mut w.vector);
    decrement_error += crate::linear_algebra::norm(&w.vector);
    cholesky::solve_lower(factor, &mut w.gradient);
    let decrement = crate::linear_algebra::norm(&w.gradient);

    // Relative errors of the norms themselves are below ρ, which contains (n + p)ε times a factor of at least p.
    let inflation = (1.0 + rho) / (1.0 - rho).sqrt();
    let decrement = (decrement + decrement_error) * inflation;
    match gap_bound(decrement, radius * inflation) {
        Some(gap) => Certificate { objective, gradient_norm, gap: Ok(gap) },
        None => refuse(Refusal::TooFar),
    }
}

/// ν² s(νR), the bound on the gap, where νR < 1.
pub fn gap_bound(decrement: f64, radius: f64) -> Option<f64> {
    let x = decrement * radius;
    // A NaN must not pass.
    if !(x < 1.0) {
        return None;
    }
    let shape = if x < 0.1 {
        // Σ x^k/((k+1)(k+2)); what is left out after 16 terms is below 1e-18.
        (0..16).rev().fold(0.0, |sum, k| sum * x + 1.0 / f64::from((k + 1) * (k + 2)))
    } else {
        (x + (1.0 - x) * (-x).ln_1p()) / (x * x)
    };
    Some(decrement * decrement * shape * (1.0 + 1e-13))
}

/// Σ_j H_jj (H⁻¹)_jj: the trace of the inverse of H scaled to unit diagonal, p for uncorrelated columns.
fn scaled_inverse_trace(factor: &[f64], diagonal: &[f64], column: &mut [f64]) -> f64 {
    // H⁻¹ = L⁻ᵀ L⁻¹, so (H⁻¹)_jj is the squared length of column j of L⁻¹, which is zero above j.
    let p = diagonal.len();
    let mut trace = 0.0;
    for j in 0..p {
        let mut squared = 0.0;
        for i in j..p {
            let row = packed::at(i, 0);
            let mut sum = if i == j { 1.0 } else { 0.0 };
            for k in j..i {
                sum -= factor[row + k] * column[k];
            }
            column[i] = sum / factor[row + i];
            squared += column[i] * column[i];
        }
        trace += diagonal[j] * squared;
    }
    trace
}

/// Solves M v = b in place, M being L with its off-diagonal entries replaced by minus their sizes: v ≥ |L⁻¹| b.
fn solve_comparison(factor: &[f64], vector: &mut [f64]) {
    for i in 0..vector.len() {
        let row = packed::at(i, 0);
        let mut sum = vector[i];
        for k in 0..i {
            sum += factor[row + k].abs() * vector[k];
        }
        vector[i] = sum / factor[row + i];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gap_bound_is_continuous_and_has_its_limits() {
        // s(0) = 1/2: the quadratic model's gap; s(1) = 1.
        assert!((gap_bound(1e-3, 0.0).unwrap() / 0.5e-6 - 1.0).abs() < 1e-12);
        let (below, above) = (gap_bound(0.1 - 1e-12, 1.0).unwrap(), gap_bound(0.1, 1.0).unwrap());
        assert!((below / above - 1.0).abs() < 1e-10);
        assert!(gap_bound(0.999_999, 1.0).unwrap() < 1.0);
        assert_eq!(gap_bound(1.0, 1.0), None);
        assert_eq!(gap_bound(f64::NAN, 1.0), None);
    }

    #[test]
    fn one_parameter_by_hand() {
        // Two rows of one class and one of the other, intercept only: β* = ln 2, F(β*) = 3 ln 3 − 2 ln 2.
        let problem =
            Problem { rows: &[1.0; 3], columns: 1, signs: &[1.0, 1.0, -1.0], penalties: &[0.0], firth: false };
        let optimum = 3.0 * 3f64.ln() - 2.0 * 2f64.ln();
        for b in [0.0, 0.5, 0.69, 0.693, 0.9] {
            let certificate = certify(&problem, &[b], &mut Workspace::default());
            let gap = certificate.gap.unwrap();
            let truth = certificate.objective - optimum;
            assert!(gap >= truth && gap <= 1.5 * truth + 1e-15, "at {b}: bound {gap}, true {truth}");
        }
    }

    #[test]
    fn separated_data_are_never_certified() {
        // x = ±1, labels by sign: F decreases for ever along (0, 1).
        let problem = Problem {
            rows: &[1.0, -1.0, 1.0, 1.0],
            columns: 2,
            signs: &[-1.0, 1.0],
            penalties: &[0.0; 2],
            firth: false,
        };
        for exponent in -3..12 {
            let certificate = certify(&problem, &[0.0, 2f64.powi(exponent)], &mut Workspace::default());
            assert!(certificate.gap.is_err(), "2^{exponent}: {certificate:?}");
        }
    }
}
