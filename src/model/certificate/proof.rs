//! The proof: upper bounds on ν and R with rounding included, and the bound on the gap that follows.

use super::inverse::{invert_diagonal, solve_comparison};
use super::row_lengths::{RowLengths, length_bound};
use super::sums::{EPSILON, ProofStorage, ProofSums};
use super::{Certificate, Refusal};
use crate::linear_algebra::{Mask, Real, cholesky, packed};

/// νR up to which the cheap bound on R is good enough, because its gap is at most 2 % larger.
const SMALL: f64 = 0.05;

/// Columns up to which the comparison matrix bounds the rounding of the gradient, more sharply than the trace of the inverse does.
const FEW: usize = 64;

/// Upper bounds on ν and R, rounding included, and whether they hold.
#[derive(Clone, Copy, Debug)]
pub struct Proof<R: Real> {
    nu: R,
    radius: R,
    /// The lanes in which H is numerically positive definite.
    pub definite: R::Mask,
    /// The lanes in which H is so in spite of rounding.
    pub well_conditioned: R::Mask,
}

impl<R: Real> Proof<R> {
    /// One lane of many.
    pub fn map(self, lane: impl Fn(R) -> f64, definite: bool, well_conditioned: bool) -> Proof<f64> {
        Proof { nu: lane(self.nu), radius: lane(self.radius), definite, well_conditioned }
    }
}

/// Computes ν and R at a point from `sums`, their vectors in `w`, and the Hessian in `w`, which its factor replaces. In lanes where
/// `wanted` is false the cheap bound is enough.
#[inline(always)]
pub fn prove<R: Real>(
    rows: impl RowLengths<R>,
    count: usize,
    sums: &ProofSums<R>,
    wanted: R::Mask,
    w: &mut ProofStorage<R>,
) -> Proof<R> {
    let (zero, constant) = (R::splat(0.0), R::splat);
    let p = w.gradient.len();
    for buffer in [&mut w.vector, &mut w.diagonal, &mut w.inverse_diagonal] {
        buffer.clear();
        buffer.resize(p, zero);
    }
    for (j, value) in w.diagonal.iter_mut().enumerate() {
        *value = w.hessian[packed::at(j, j)];
    }
    // The bounds below assume relative accuracy, which sums of subnormal numbers do not have.
    let mut definite = R::Mask::splat(true);
    for &value in &w.diagonal {
        definite = definite.and(constant(f64::MIN_POSITIVE / EPSILON).less_or_equal(value));
    }
    definite = definite.and(cholesky::factor(&mut w.hessian, p));
    let factor = &w.hessian;
    invert_diagonal(factor, &mut w.inverse_diagonal, &mut w.vector);
    let spread = crate::linear_algebra::dot(&w.diagonal, &w.inverse_diagonal);
    let rho = constant(2.0 * p as f64) * sums.theta * spread;
    let well_conditioned =
        rho.less_or_equal(constant(0.1)).and(sums.largest_predictor_error.less_or_equal(constant(0.01)));
    // Relative errors of the norms below are under ρ, which contains (n + p)ε times a factor of at least p.
    let one = constant(1.0);
    let inflation = (one + rho) / (one - rho).sqrt();

    for (value, &size) in w.vector.iter_mut().zip(&w.gradient_sizes) {
        *value = constant((count as f64 + 2.0) * EPSILON) * size;
    }
    let summation_error = if p <= FEW {
        solve_comparison(factor, &mut w.vector);
        crate::linear_algebra::norm(&w.vector)
    } else {
        for (value, &diagonal) in w.vector.iter_mut().zip(&w.diagonal) {
            *value = *value / diagonal.sqrt();
        }
        crate::linear_algebra::norm(&w.vector) * spread.sqrt()
    };
    cholesky::solve_lower(factor, &mut w.gradient);
    let decrement = crate::linear_algebra::norm(&w.gradient) + summation_error;

    let unrounded = Unrounded { decrement, residual_errors: sums.residual_errors, inflation };

    // (x'H⁻¹x)^½ = ‖Σ_j x_j L⁻¹e_j‖ ≤ Σ_j |x_j| ((H⁻¹)_jj)^½.
    w.inverse_diagonal.iter_mut().for_each(|value| *value = value.sqrt());
    let sizes = &w.inverse_diagonal[..p];
    // A bound without a pass over the rows: every row as large as the largest in every column.
    let (mut nu, mut radius) = unrounded.bounds(length_bound(&w.largest, sizes));
    let small = constant(SMALL);
    // Each lane gets what it needs itself, so that other lanes do not change its bits.
    let mut needed = wanted.and(definite).and(well_conditioned).and((nu * radius).less_or_equal(small).not());
    if needed.any() {
        let row_by_row = unrounded.bounds(rows.largest_bound(sizes));
        nu = R::select(needed, row_by_row.0, nu);
        radius = R::select(needed, row_by_row.1, radius);
        needed = needed.and((nu * radius).less_or_equal(small).not());
    }
    if needed.any() {
        let exactly = unrounded.bounds(rows.largest_in_factor(factor, &mut w.vector));
        nu = R::select(needed, exactly.0, nu);
        radius = R::select(needed, exactly.1, radius);
    }
    Proof { nu, radius, definite, well_conditioned }
}

/// Numbers of a certificate that are known before the proof.
#[derive(Clone, Copy, Debug)]
pub struct Ends {
    objective: f64,
    objective_error: f64,
    gradient_norm: f64,
}

impl Ends {
    /// `rounding` bounds the relative rounding error of `objective` apart from the error of the predictors.
    pub fn new(objective: f64, rounding: f64, sums: &ProofSums<f64>) -> Ends {
        let objective_error = sums.predictor_errors + rounding * objective;
        Ends { objective, objective_error, gradient_norm: sums.gradient_norm }
    }

    /// Whether objective and gradient are finite.
    pub fn is_finite(&self) -> bool {
        self.objective.is_finite() && self.gradient_norm.is_finite()
    }

    /// The certificate that proves nothing, with the reason.
    pub fn refuse(self, refusal: Refusal) -> Certificate {
        let Ends { objective, objective_error, gradient_norm } = self;
        Certificate { objective, objective_error, gradient_norm, gap: Err(refusal) }
    }

    /// The certificate with the bound of a proof, or with the reason why it proves nothing.
    pub fn certificate(self, proof: Proof<f64>) -> Certificate {
        if !self.is_finite() {
            self.refuse(Refusal::NotFinite)
        } else if !proof.definite {
            self.refuse(Refusal::Singular)
        } else if !proof.well_conditioned {
            self.refuse(Refusal::IllConditioned)
        } else {
            let gap = gap_bound(proof.nu, proof.radius).ok_or(Refusal::TooFar);
            Certificate { gap, ..self.refuse(Refusal::TooFar) }
        }
    }
}

/// The parts of ν and R before rounding is added.
struct Unrounded<R> {
    decrement: R,
    residual_errors: R,
    inflation: R,
}

impl<R: Real> Unrounded<R> {
    /// Upper bounds on ν and R with rounding, from a bound on R without.
    #[inline(always)]
    fn bounds(&self, radius: R) -> (R, R) {
        (radius.mul_add(self.residual_errors, self.decrement) * self.inflation, radius * self.inflation)
    }
}

/// ν² s(νR), the bound on the gap; `None` unless νR < 1.
pub fn gap_bound(decrement: f64, radius: f64) -> Option<f64> {
    let x = decrement * radius;
    // A NaN must not pass.
    if !(x < 1.0) {
        return None;
    }
    let shape = if x < 0.1 {
        // Σ x^k/((k+1)(k+2)): the terms after the first 16 sum to less than 1e-18.
        (0..16).rev().fold(0.0, |sum, k| sum * x + 1.0 / f64::from((k + 1) * (k + 2)))
    } else {
        (x + (1.0 - x) * (-x).ln_1p()) / (x * x)
    };
    Some(decrement * decrement * shape * (1.0 + 1e-13))
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
}
