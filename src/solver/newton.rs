//! Newton-Raphson: H d = −g (Nocedal & Wright, Numerical Optimization, 2nd ed., 3.3; for a logistic model also Fisher
//! scoring, since the observed information is the expected one).

use super::{At, Direction};
use crate::linear_algebra::{Real, cholesky, lu, packed};
use crate::model::Order;

/// How the Newton system is solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factorization {
    /// Cholesky factorisation of H.
    Cholesky,
    /// The explicit inverse of H by LU, multiplied by −g: the article's way.
    Inverse,
    /// Cholesky factorisation of H by LAPACK.
    #[cfg(feature = "lapack")]
    LapackCholesky,
    /// The explicit inverse of H by LAPACK.
    #[cfg(feature = "lapack")]
    LapackInverse,
}

impl Factorization {
    /// LAPACK factors one matrix of `f64` at a time.
    pub(super) fn in_lanes(self) -> bool {
        matches!(self, Factorization::Cholesky | Factorization::Inverse)
    }
}

/// The Newton direction d = −H⁻¹g.
#[derive(Clone, Copy, Debug)]
pub struct Newton {
    /// How the system is solved.
    pub factorization: Factorization,
}

impl Direction for Newton {
    const ORDER: Order = Order::Hessian;

    fn in_lanes(&self) -> bool {
        self.factorization.in_lanes()
    }

    #[inline(always)]
    fn direction<R: Real>(&self, now: At<'_, R>, _: &mut [R], scratch: &mut Vec<R>, direction: &mut [R]) -> R::Mask {
        for (d, &g) in direction.iter_mut().zip(now.gradient) {
            *d = -g;
        }
        solve(self.factorization, now.hessian, scratch, direction)
    }
}

/// Solves H v = b in place, H packed; false where H is singular.
#[inline(always)]
pub(super) fn solve<R: Real>(how: Factorization, hessian: &[R], scratch: &mut Vec<R>, vector: &mut [R]) -> R::Mask {
    let p = vector.len();
    match how {
        Factorization::Cholesky => {
            scratch.clear();
            scratch.extend_from_slice(hessian);
            let definite = cholesky::factor(scratch, p);
            cholesky::solve(scratch, vector);
            definite
        }
        Factorization::Inverse => {
            scratch.clear();
            scratch.resize(2 * p * p + p, R::splat(0.0));
            let (matrix, rest) = scratch.split_at_mut(p * p);
            let (inverse, right) = rest.split_at_mut(p * p);
            packed::unpack(hessian, p, matrix);
            let regular = lu::invert(matrix, inverse, p);
            right.copy_from_slice(vector);
            for (i, v) in vector.iter_mut().enumerate() {
                *v = crate::linear_algebra::dot(&inverse[i * p..(i + 1) * p], right);
            }
            regular
        }
        #[cfg(feature = "lapack")]
        Factorization::LapackCholesky | Factorization::LapackInverse => {
            use crate::linear_algebra::{Mask, lapack};
            let solution = match (R::single_lane(hessian), R::single_lane(vector)) {
                (Some(hessian), Some(vector)) if how == Factorization::LapackCholesky => {
                    lapack::solve_cholesky(hessian, vector)
                }
                (Some(hessian), Some(vector)) => lapack::solve_inverse(hessian, vector),
                _ => None,
            };
            for (v, &s) in vector.iter_mut().zip(solution.iter().flatten()) {
                *v = R::splat(s);
            }
            R::Mask::splat(solution.is_some())
        }
    }
}
