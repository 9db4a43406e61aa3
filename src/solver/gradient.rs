//! Gradient ascent on the log-likelihood, which is descent on the objective: d = −g.

use super::{At, Direction};
use crate::linear_algebra::{Mask, Real};
use crate::model::Order;

/// The direction of steepest ascent of the log-likelihood.
#[derive(Clone, Copy, Debug)]
pub struct Gradient;

impl Direction for Gradient {
    const ORDER: Order = Order::Gradient;

    #[inline(always)]
    fn direction<R: Real>(&self, now: At<'_, R>, _: &mut [R], _: &mut Vec<R>, direction: &mut [R]) -> R::Mask {
        for (d, &g) in direction.iter_mut().zip(now.gradient) {
            *d = -g;
        }
        R::Mask::splat(true)
    }
}
