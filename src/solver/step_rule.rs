//! Step rules, which set the length of a step along a direction.

use super::{At, Start, StepRule};
use crate::linear_algebra::{Mask, Real};

/// t = 1, always accepted.
#[derive(Clone, Copy, Debug)]
pub struct Unit;

impl StepRule for Unit {
    #[inline(always)]
    fn first<R: Real>(&self, _: At<'_, R>, _: At<'_, R>, _: &[R], _: &mut [R]) -> R {
        R::splat(1.0)
    }

    #[inline(always)]
    fn accept<R: Real>(&self, _: At<'_, R>, _: R, _: R, _: R, _: &mut [R]) -> R::Mask {
        R::Mask::splat(true)
    }
}

/// t = 1, halved until the objective does not rise; refuses a NaN.
///
/// "Does not rise" allows for the rounding of a sum of losses. Near the optimum a full step changes the objective by less than
/// that; to refuse it for a rise in the last digit would end in ever shorter steps instead of convergence.
#[derive(Clone, Copy, Debug)]
pub struct Halving;

/// Rounding of the objective, relative to its magnitude, for which a comparison of two values allows: 32 ε. A loss is wrong by
/// a few ε, and a sum of n losses by at most nε, but typically by about √n ε because signs differ, which is 32 ε at a thousand
/// rows. More would accept real rises near the optimum; less would refuse full steps there.
pub(super) const OBJECTIVE_ROUNDING: f64 = 32.0 * f64::EPSILON;

impl StepRule for Halving {
    #[inline(always)]
    fn first<R: Real>(&self, _: At<'_, R>, _: At<'_, R>, _: &[R], _: &mut [R]) -> R {
        R::splat(1.0)
    }

    #[inline(always)]
    fn accept<R: Real>(&self, now: At<'_, R>, _: R, _: R, trial: R, _: &mut [R]) -> R::Mask {
        trial.less_or_equal(now.objective + now.magnitude * R::splat(OBJECTIVE_ROUNDING))
    }
}

/// A given t, or t = 1/L with L ≥ λmax(H(0)), which bounds the curvature everywhere, because no weight exceeds ¼, its value at
/// β = 0.
#[derive(Clone, Copy, Debug)]
pub struct Fixed {
    /// The length; `None` for 1/L.
    pub length: Option<f64>,
}

impl StepRule for Fixed {
    fn memory(&self) -> usize {
        1
    }

    fn reads_largest_curvature(&self) -> bool {
        self.length.is_none()
    }

    #[inline(always)]
    fn start<R: Real>(&self, start: Start<'_, R>, memory: &mut [R]) {
        memory[0] = match self.length {
            Some(length) => R::splat(length),
            None => R::splat(1.0) / start.largest,
        };
    }

    #[inline(always)]
    fn first<R: Real>(&self, _: At<'_, R>, _: At<'_, R>, _: &[R], memory: &mut [R]) -> R {
        memory[0]
    }

    #[inline(always)]
    fn accept<R: Real>(&self, _: At<'_, R>, _: R, _: R, _: R, _: &mut [R]) -> R::Mask {
        R::Mask::splat(true)
    }
}

/// Sufficient decrease F(β + td) ≤ F(β) + c t g'd, up to the rounding of F (Armijo 1966; Nocedal & Wright, 3.1).
#[inline(always)]
fn decreases<R: Real>(from: R, magnitude: R, slope: R, length: R, trial: R) -> R::Mask {
    const SUFFICIENT: f64 = 1e-4;
    trial.less_or_equal(from + R::splat(SUFFICIENT) * length * slope + magnitude * R::splat(OBJECTIVE_ROUNDING))
}

/// t = 1, halved until the decrease is sufficient.
#[derive(Clone, Copy, Debug)]
pub struct SufficientDecrease;

impl StepRule for SufficientDecrease {
    #[inline(always)]
    fn first<R: Real>(&self, _: At<'_, R>, _: At<'_, R>, _: &[R], _: &mut [R]) -> R {
        R::splat(1.0)
    }

    #[inline(always)]
    fn accept<R: Real>(&self, now: At<'_, R>, slope: R, length: R, trial: R, _: &mut [R]) -> R::Mask {
        decreases(now.objective, now.magnitude, slope, length, trial)
    }
}

/// Backtracking: tries twice the last accepted t first (2/L at the start), and halves it until the decrease is sufficient.
#[derive(Clone, Copy, Debug)]
pub struct Backtracking;

impl StepRule for Backtracking {
    /// Half the first length to try.
    fn memory(&self) -> usize {
        1
    }

    fn reads_largest_curvature(&self) -> bool {
        true
    }

    #[inline(always)]
    fn start<R: Real>(&self, start: Start<'_, R>, memory: &mut [R]) {
        memory[0] = R::splat(1.0) / start.largest;
    }

    #[inline(always)]
    fn first<R: Real>(&self, _: At<'_, R>, _: At<'_, R>, _: &[R], memory: &mut [R]) -> R {
        memory[0] * R::splat(2.0)
    }

    #[inline(always)]
    fn accept<R: Real>(&self, now: At<'_, R>, slope: R, length: R, trial: R, memory: &mut [R]) -> R::Mask {
        let accepted = decreases(now.objective, now.magnitude, slope, length, trial);
        memory[0] = R::select(accepted, length, memory[0]);
        accepted
    }
}

/// Barzilai & Borwein (1988), IMA Journal of Numerical Analysis 8, 141-148: t = s's / s'v with s = β − β₋ and
/// v = g − g₋, made safe by Raydan's (1997, SIAM Journal on Optimization 7, 26-33) nonmonotone line search: sufficient
/// decrease from the largest of the last ten objectives.
#[derive(Clone, Copy, Debug)]
pub struct BarzilaiBorwein;

/// Number of objectives that the nonmonotone search compares with: Raydan's M.
const LOOK_BACK: usize = 10;

impl StepRule for BarzilaiBorwein {
    /// 1/L for the first step, then the last ten objectives, newest last.
    fn memory(&self) -> usize {
        1 + LOOK_BACK
    }

    fn reads_largest_curvature(&self) -> bool {
        true
    }

    #[inline(always)]
    fn start<R: Real>(&self, start: Start<'_, R>, memory: &mut [R]) {
        memory.fill(start.at.objective);
        memory[0] = R::splat(1.0) / start.largest;
    }

    #[inline(always)]
    fn first<R: Real>(&self, previous: At<'_, R>, now: At<'_, R>, _: &[R], memory: &mut [R]) -> R {
        let zero = R::splat(0.0);
        let (mut ss, mut sv) = (zero, zero);
        for i in 0..now.coefficients.len() {
            let s = now.coefficients[i] - previous.coefficients[i];
            ss = ss + s * s;
            sv = sv + s * (now.gradient[i] - previous.gradient[i]);
        }
        // s'v is 0 at the start. Later s'v > 0 by convexity, unless it is lost in rounding or the penalty is Firth's.
        R::select(zero.less(sv), ss / sv, memory[0])
    }

    #[inline(always)]
    fn accept<R: Real>(&self, now: At<'_, R>, slope: R, length: R, trial: R, memory: &mut [R]) -> R::Mask {
        let recent = &mut memory[1..];
        let mut largest = recent[0];
        for &objective in recent.iter().skip(1) {
            largest = R::select(largest.less(objective), objective, largest);
        }
        let accepted = decreases(largest, now.magnitude, slope, length, trial);
        for i in 0..LOOK_BACK {
            let newer = if i + 1 < LOOK_BACK { recent[i + 1] } else { trial };
            recent[i] = R::select(accepted, newer, recent[i]);
        }
        accepted
    }
}
