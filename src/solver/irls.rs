//! Iteratively reweighted least squares by the normal equations (McCullagh & Nelder, Generalized Linear Models, 2.5).

use super::newton::solve;
use super::{At, Direction, Factorization};
use crate::linear_algebra::{Real, packed};
use crate::model::Order;

/// The direction β⁺ − β to the weighted least-squares fit β⁺ of the working response z = Xβ + W⁻¹(y − p):
///
/// ```text
/// (X'WX + Λ) β⁺ = X'W z,     X'W z = X'WX β + X'(y − p) = H β − g.
/// ```
///
/// In exact arithmetic this is Newton's direction. It is computed here as IRLS computes it, from the new coefficients
/// themselves, so their rounding is that of IRLS.
#[derive(Clone, Copy, Debug)]
pub struct Irls {
    /// How the normal equations are solved.
    pub factorization: Factorization,
}

impl Direction for Irls {
    const ORDER: Order = Order::Hessian;

    fn in_lanes(&self) -> bool {
        self.factorization.in_lanes()
    }

    #[inline(always)]
    fn direction<R: Real>(&self, now: At<'_, R>, _: &mut [R], scratch: &mut Vec<R>, direction: &mut [R]) -> R::Mask {
        packed::multiply(now.hessian, now.coefficients, direction);
        for (right, &g) in direction.iter_mut().zip(now.gradient) {
            *right = *right - g;
        }
        let definite = solve(self.factorization, now.hessian, scratch, direction);
        for (d, &b) in direction.iter_mut().zip(now.coefficients) {
            *d = *d - b;
        }
        definite
    }
}
