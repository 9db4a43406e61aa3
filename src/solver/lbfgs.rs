//! L-BFGS (Liu & Nocedal 1989, Mathematical Programming 45, 503-528; Nocedal & Wright, Numerical Optimization, 2nd ed.,
//! algorithm 7.4).

use super::method::SMOOTH;
use super::{At, Built, Composed, Direction, Method, Start, StartCurvature, SufficientDecrease};
use crate::linear_algebra::{Mask, Real, dot};
use crate::model::{Order, Sigmoid};
use crate::parameter::{Parameter, Value, ValueKind};

/// The default of m: 3 to 7 pairs do best in Liu & Nocedal's experiments, and each pair costs 4p multiplications per step.
const PAIRS: u64 = 5;

/// L-BFGS. A step costs one gradient for each length tried, and 4mp multiplications for the direction. The convergence is linear.
pub const METHOD: Method = Method {
    name: "l-bfgs",
    about: "limited-memory BFGS, full steps halved to a sufficient decrease",
    parameters: &[Parameter {
        name: "pairs",
        // At most 100 pairs, to bound the memory of a lane; more have no use.
        kind: ValueKind::Whole(1, 100),
        default: Some(Value::Whole(PAIRS)),
        about: "number of remembered pairs of a step and its change of the gradient",
    }],
    needs: |_| &[SMOOTH],
    build: |settings| {
        let direction = Lbfgs { pairs: settings.whole("pairs").unwrap_or(PAIRS) as usize };
        Ok(Built::new(Composed { direction, step_rule: SufficientDecrease, sigmoid: Sigmoid::Stable }))
    },
};

/// The quasi-Newton direction from the last m steps s = β − β₋ and changes v = g − g₋ of the gradient, ρ = 1/(s'v):
///
/// ```text
/// q ← g;   newest to oldest:  α_i = ρ_i s_i'q,  q ← q − α_i v_i
/// r ← γ q; oldest to newest:  b = ρ_i v_i'r,    r ← r + (α_i − b) s_i
/// d = −r,   γ = s'v / v'v of the newest pair, g'g / g'Hg before the first pair.
/// ```
///
/// The objective is convex, so s'v > 0 up to rounding; a pair without s'v > 0 is dropped. g'g / g'Hg is the length
/// that minimises the quadratic model along −g (Cauchy's): a product with H, which is never formed.
#[derive(Clone, Copy, Debug)]
pub struct Lbfgs {
    /// m, the number of pairs.
    pub pairs: usize,
}

impl Lbfgs {
    /// Layout of the memory: γ, the last β and g, then ρ_i, s_i, v_i for each pair, newest first.
    fn pair(i: usize, columns: usize) -> usize {
        1 + 2 * columns + i * (1 + 2 * columns)
    }
}

impl Direction for Lbfgs {
    const ORDER: Order = Order::Gradient;
    const START: StartCurvature = StartCurvature::AlongGradient;

    fn memory(&self, columns: usize) -> usize {
        Lbfgs::pair(self.pairs, columns)
    }

    #[inline(always)]
    fn start<R: Real>(&self, Start { at: start, along_gradient, .. }: Start<'_, R>, memory: &mut [R], _: &mut Vec<R>) {
        let (zero, p) = (R::splat(0.0), start.coefficients.len());
        // A pair with ρ = 0 adds nothing.
        memory.fill(zero);
        // At an optimum g and g'Hg are 0, and any γ will do.
        let squared = dot(start.gradient, start.gradient);
        memory[0] = R::select(zero.less(along_gradient), squared / along_gradient, R::splat(1.0));
        memory[1..1 + p].copy_from_slice(start.coefficients);
        memory[1 + p..1 + 2 * p].copy_from_slice(start.gradient);
    }

    #[inline(always)]
    fn direction<R: Real>(
        &self,
        now: At<'_, R>,
        memory: &mut [R],
        scratch: &mut Vec<R>,
        direction: &mut [R],
    ) -> R::Mask {
        let (zero, p, size) = (R::splat(0.0), now.coefficients.len(), 1 + 2 * now.coefficients.len());
        // The newest pair, in scratch: ρ, s, v.
        scratch.clear();
        scratch.resize(size + self.pairs, zero);
        let (pair, alphas) = scratch.split_at_mut(size);
        for j in 0..p {
            pair[1 + j] = now.coefficients[j] - memory[1 + j];
            pair[1 + p + j] = now.gradient[j] - memory[1 + p + j];
        }
        let curvature = dot(&pair[1..1 + p], &pair[1 + p..]);
        let length = dot(&pair[1 + p..], &pair[1 + p..]);
        let taken = zero.less(curvature);
        pair[0] = R::splat(1.0) / curvature;
        memory[0] = R::select(taken, curvature / length, memory[0]);
        memory[1..1 + p].copy_from_slice(now.coefficients);
        memory[1 + p..1 + 2 * p].copy_from_slice(now.gradient);
        let pairs = &mut memory[Lbfgs::pair(0, p)..];
        for i in (0..self.pairs).rev() {
            for k in 0..size {
                let newer = if i > 0 { pairs[(i - 1) * size + k] } else { pair[k] };
                pairs[i * size + k] = R::select(taken, newer, pairs[i * size + k]);
            }
        }

        direction.copy_from_slice(now.gradient);
        for (pair, alpha) in pairs.chunks_exact(size).zip(alphas.iter_mut()) {
            *alpha = pair[0] * dot(&pair[1..1 + p], direction);
            for j in 0..p {
                direction[j] = direction[j] - *alpha * pair[1 + p + j];
            }
        }
        for d in direction.iter_mut() {
            *d = *d * memory[0];
        }
        let pairs = &memory[Lbfgs::pair(0, p)..];
        for (pair, &alpha) in pairs.chunks_exact(size).zip(alphas.iter()).rev() {
            let b = pair[0] * dot(&pair[1 + p..], direction);
            for j in 0..p {
                direction[j] = direction[j] + (alpha - b) * pair[1 + j];
            }
        }
        for d in direction.iter_mut() {
            *d = -*d;
        }
        R::Mask::splat(true)
    }
}
