//! Nesterov's accelerated gradient method with restart (Nesterov 1983; O'Donoghue & Candès 2015, Foundations of
//! Computational Mathematics 15, 715-732, gradient scheme).

use super::{At, Direction, Start, StartCurvature};
use crate::linear_algebra::{Mask, Real};
use crate::model::Order;

/// Gradient steps from extrapolated points y. The engine sees the points y:
///
/// ```text
/// b⁺ = y − g(y)/L,    y⁺ = b⁺ + (θ − 1)/θ⁺ · (b⁺ − b),    θ⁺ = (1 + √(1 + 4θ²))/2,
/// ```
///
/// with θ reset to 1 whenever g(y)'(b⁺ − b) > 0, that is when the momentum points uphill. L ≥ λmax(H(0)) bounds the curvature
/// everywhere, because no weight exceeds ¼, its value at β = 0.
#[derive(Clone, Copy, Debug)]
pub struct Nesterov {
    /// Whether momentum that points uphill is dropped.
    pub restart: bool,
}

impl Direction for Nesterov {
    const ORDER: Order = Order::Gradient;
    const START: StartCurvature = StartCurvature::Largest;

    /// 1/L, θ, and the last b.
    fn memory(&self, columns: usize) -> usize {
        2 + columns
    }

    #[inline(always)]
    fn start<R: Real>(&self, Start { at: start, largest, .. }: Start<'_, R>, memory: &mut [R], _: &mut Vec<R>) {
        memory[0] = R::splat(1.0) / largest;
        memory[1] = R::splat(1.0);
        memory[2..].copy_from_slice(start.coefficients);
    }

    #[inline(always)]
    fn direction<R: Real>(&self, now: At<'_, R>, memory: &mut [R], _: &mut Vec<R>, direction: &mut [R]) -> R::Mask {
        let one = R::splat(1.0);
        let (head, last) = memory.split_at_mut(2);
        let (inverse_l, theta) = (head[0], head[1]);
        let mut uphill = R::splat(0.0);
        for ((&y, &g), &b) in now.coefficients.iter().zip(now.gradient).zip(last.iter()) {
            uphill = uphill + g * (y - inverse_l * g - b);
        }
        let drop = R::Mask::splat(self.restart).and(R::splat(0.0).less(uphill));
        let theta = R::select(drop, one, theta);
        let next_theta = (one + (one + R::splat(4.0) * theta * theta).sqrt()) * R::splat(0.5);
        let momentum = (theta - one) / next_theta;
        head[1] = next_theta;
        for (((d, &y), &g), b) in direction.iter_mut().zip(now.coefficients).zip(now.gradient).zip(last) {
            let next = y - inverse_l * g;
            *d = next + momentum * (next - *b) - y;
            *b = next;
        }
        R::Mask::splat(true)
    }
}
