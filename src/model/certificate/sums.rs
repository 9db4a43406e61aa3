//! The sums of one pass over the rows that a proof needs.

use super::row_lengths::length_bound;
use crate::linear_algebra::Real;

pub(super) const EPSILON: f64 = f64::EPSILON;

/// Reusable storage of [`prove`](super::prove).
#[derive(Clone, Debug)]
pub struct ProofStorage<R> {
    /// H at the point, or a matrix that is at most H, as a packed lower triangle; after the proof its Cholesky factor.
    pub hessian: Vec<R>,
    pub(super) diagonal: Vec<R>,
    pub(super) inverse_diagonal: Vec<R>,
    pub(super) gradient: Vec<R>,
    pub(super) gradient_sizes: Vec<R>,
    /// max_i |x_ij|.
    pub(super) largest: Vec<R>,
    pub(super) vector: Vec<R>,
}

impl<R> Default for ProofStorage<R> {
    fn default() -> ProofStorage<R> {
        ProofStorage {
            hessian: Vec::new(),
            diagonal: Vec::new(),
            inverse_diagonal: Vec::new(),
            gradient: Vec::new(),
            gradient_sizes: Vec::new(),
            largest: Vec::new(),
            vector: Vec::new(),
        }
    }
}

/// A row at the point to certify, in one lane or many.
#[derive(Clone, Copy, Debug)]
pub struct ProofRow<'a, R> {
    /// x_i, with any sign.
    pub row: &'a [R],
    /// The factor of `row` in the gradient.
    pub slope: R,
    /// |r_i| = |y_i − p_i|.
    pub residual: R,
}

/// Sums and bounds of one pass over the rows, beside the vectors that the pass leaves in [`ProofStorage`].
#[derive(Clone, Copy, Debug)]
pub struct ProofSums<R> {
    /// ½ Σ λ_j β_j².
    pub penalty: R,
    /// ‖g‖₂.
    pub gradient_norm: R,
    /// Bound on the error of the objective from the rounding of predictors: Σ_i |r_i| δ_i.
    pub(super) predictor_errors: R,
    /// Σ_i |e_i|, the errors of residuals.
    pub(super) residual_errors: R,
    /// max δ_i.
    pub(super) largest_predictor_error: R,
    /// Bound on the rounding of an entry of H, scaled to unit diagonal.
    pub(super) theta: R,
}

impl<R: Real> ProofSums<R> {
    /// Sums over `rows`.
    #[inline(always)]
    pub fn of<'a>(
        rows: impl Iterator<Item = ProofRow<'a, R>>,
        penalties: &[f64],
        coefficients: &[R],
        w: &mut ProofStorage<R>,
    ) -> ProofSums<R>
    where
        R: 'a,
    {
        let zero = R::splat(0.0);
        let p = coefficients.len();
        for buffer in [&mut w.gradient, &mut w.largest] {
            buffer.clear();
            buffer.resize(p, zero);
        }
        let (mut residuals, mut n) = (zero, 0);
        let (gradient, largest) = (&mut w.gradient[..p], &mut w.largest[..p]);
        for ProofRow { row, slope, residual } in rows {
            n += 1;
            for j in 0..p {
                let size = row[j].abs();
                gradient[j] = slope.mul_add(row[j], gradient[j]);
                largest[j] = R::select(largest[j].less(size), size, largest[j]);
            }
            residuals = residuals + residual;
        }
        for ((sum, &strength), &b) in gradient.iter_mut().zip(penalties).zip(coefficients) {
            *sum = *sum + R::splat(strength) * b;
        }
        ProofSums::bounded(n, residuals, penalties, (coefficients, zero), w)
    }

    /// Bounds on sums over n rows, from Σ_i |r_i|, the coefficients and max_i |o_i|, and from g and max_i |x_ij| in `w`.
    #[inline(always)]
    pub(super) fn bounded(
        n: usize,
        residuals: R,
        penalties: &[f64],
        (coefficients, largest_offset): (&[R], R),
        w: &mut ProofStorage<R>,
    ) -> ProofSums<R> {
        let (constant, p) = (R::splat, coefficients.len() as f64);
        let predictor_error = constant((p + 2.0) * EPSILON) * (length_bound(&w.largest, coefficients) + largest_offset);
        let mut penalty = R::splat(0.0);
        w.gradient_sizes.clear();
        for ((&strength, &b), &largest) in penalties.iter().zip(coefficients).zip(&w.largest) {
            let strength = constant(strength);
            penalty = penalty + constant(0.5) * strength * b * b;
            w.gradient_sizes.push(largest * residuals + strength * b.abs());
        }
        let predictor_errors = constant(1.1) * residuals * predictor_error;
        ProofSums {
            penalty,
            gradient_norm: crate::linear_algebra::norm(&w.gradient),
            predictor_errors,
            residual_errors: residuals.mul_add(constant(8.0 * EPSILON), predictor_errors),
            largest_predictor_error: predictor_error,
            theta: constant((n as f64 + 2.0 * p + 16.0) * EPSILON) + constant(1.1) * predictor_error,
        }
    }

    /// One lane of many.
    pub fn map(self, lane: impl Fn(R) -> f64) -> ProofSums<f64> {
        ProofSums {
            penalty: lane(self.penalty),
            gradient_norm: lane(self.gradient_norm),
            predictor_errors: lane(self.predictor_errors),
            residual_errors: lane(self.residual_errors),
            largest_predictor_error: lane(self.largest_predictor_error),
            theta: lane(self.theta),
        }
    }
}
