//! Newton's method with a fixed Hessian (Böhning & Lindsay 1988, Annals of the Institute of Statistical Mathematics 40,
//! 641-663).

use super::method::SMOOTH;
use super::{At, Built, Composed, Direction, Method, Need, Start, StartCurvature, Unit};
use crate::linear_algebra::{Mask, Real, cholesky, packed};
use crate::model::penalty::Capability;
use crate::model::{Order, Sigmoid};

/// Newton-Raphson with a fixed Hessian. The start costs one Hessian and its factor; a step costs one gradient and p²
/// multiplications for the solve. The convergence is linear, the slower the farther the weights at the optimum are below ¼.
pub const METHOD: Method = Method {
    name: "fixed-hessian",
    about: "Newton-Raphson with the Hessian at the start in every step: X'X/4 d = -g (Boehning & Lindsay)",
    parameters: &[],
    needs: |_| {
        const NEEDS: &[Need] = &[
            SMOOTH,
            Need {
                capability: Capability::CurvatureBound,
                otherwise: "X'X/4 bounds the curvature of the likelihood alone; take method = \"newton\"",
            },
        ];
        NEEDS
    },
    build: |_| Ok(Built::new(Composed { direction: FixedHessian, step_rule: Unit, sigmoid: Sigmoid::Stable })),
};

/// The direction to the minimum of a quadratic that lies above the objective:
///
/// ```text
/// B d = −g,     B = ¼ X'X + Λ = H(0) ≥ H(β) for all β,
/// ```
///
/// because no weight exceeds ¼, its value at β = 0. So a full step never raises the objective, and B is factored once.
#[derive(Clone, Copy, Debug)]
pub struct FixedHessian;

impl Direction for FixedHessian {
    const ORDER: Order = Order::Gradient;
    const START: StartCurvature = StartCurvature::Hessian;

    /// The Cholesky factor of B, then 1 if B is definite, else 0.
    fn memory(&self, columns: usize) -> usize {
        packed::len(columns) + 1
    }

    #[inline(always)]
    fn start<R: Real>(&self, Start { at: start, .. }: Start<'_, R>, memory: &mut [R], _: &mut Vec<R>) {
        let (factor, definite) = memory.split_at_mut(packed::len(start.coefficients.len()));
        factor.copy_from_slice(start.hessian);
        let is_definite = cholesky::factor(factor, start.coefficients.len());
        definite[0] = R::select(is_definite, R::splat(1.0), R::splat(0.0));
    }

    #[inline(always)]
    fn direction<R: Real>(&self, now: At<'_, R>, memory: &mut [R], _: &mut Vec<R>, direction: &mut [R]) -> R::Mask {
        let (factor, definite) = memory.split_at(packed::len(now.coefficients.len()));
        for (d, &g) in direction.iter_mut().zip(now.gradient) {
            *d = -g;
        }
        cholesky::solve(factor, direction);
        definite[0].less_or_equal(R::splat(0.0)).not()
    }
}
