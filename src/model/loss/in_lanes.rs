//! The logistic loss in lanes: a margin per lane.

use crate::linear_algebra::Pack;
use crate::linear_algebra::elementary::{exp, exp_of_negative, ln_1p};

/// What a pass knows of one row per lane.
#[derive(Clone, Copy, Debug)]
pub struct LaneRow<R> {
    /// exp(−|m|).
    pub exponential: R,
    /// σ(−m).
    pub residual: R,
    /// σ(m).
    pub opposite: R,
    /// σ(m) σ(−m).
    pub weight: R,
}

/// The functions of a margin m, as [`logistic`](super::logistic()) has them, but for the loss.
#[inline(always)]
pub fn logistic<R: Pack>(margin: R) -> LaneRow<R> {
    let one = R::splat(1.0);
    let exponential = exp_of_negative(-margin.abs());
    let reciprocal = one / (one + exponential);
    let small = exponential * reciprocal;
    let negative = margin.less(R::splat(0.0));
    LaneRow {
        exponential,
        residual: R::select(negative, reciprocal, small),
        opposite: R::select(negative, small, reciprocal),
        weight: small * reciprocal,
    }
}

/// p = e^z / (1 + e^z) of a predictor z, evaluated literally, as [`Sigmoid::Naive`](super::Sigmoid::Naive) has it: NaN where e^z
/// overflows.
#[inline(always)]
pub fn naive_probability<R: Pack>(predictor: R) -> R {
    let exponential = exp(predictor);
    exponential / (R::splat(1.0) + exponential)
}

/// Residual s(y − p) and weight p(1 − p) of a row with the sign s and the margin m, by the [`naive_probability`] of z = s m. The
/// stable ones are in [`LaneRow`]; the loss is always stable.
#[inline(always)]
pub fn naive_terms<R: Pack>(sign: R, margin: R) -> (R, R) {
    let probability = naive_probability(sign * margin);
    let rest = R::splat(1.0) - probability;
    (R::select(sign.less(R::splat(0.0)), probability, rest), probability * rest)
}

/// Rows whose 1 + e_i are multiplied before a logarithm is taken: the product stays below 2¹²⁸.
pub const ROWS_TO_A_LOGARITHM: usize = 128;

/// Σ log(1 + exp(−m_i)) = Σ log(1 + exp(−|m_i|)) + Σ max(−m_i, 0).
#[derive(Clone, Copy, Debug)]
pub struct Losses<R> {
    logarithms: R,
    /// Σ max(−m_i, 0).
    pub perceptron: R,
    /// Π(1 + e_i) − 1 of the rows since the last logarithm: kept without the 1, so that small e_i are not rounded away.
    excess: R,
}

impl<R: Pack> Losses<R> {
    /// Of no rows.
    #[inline(always)]
    pub fn new() -> Losses<R> {
        let zero = R::splat(0.0);
        Losses { logarithms: zero, perceptron: zero, excess: zero }
    }

    /// Adds a row; its residual and weight.
    #[inline(always)]
    pub fn add(&mut self, margin: R) -> (R, R) {
        let LaneRow { exponential, residual, weight, .. } = logistic(margin);
        self.add_known(margin, exponential);
        (residual, weight)
    }

    /// Adds a row whose exponential is known.
    #[inline(always)]
    pub fn add_known(&mut self, margin: R, exponential: R) {
        self.excess = self.excess.mul_add(exponential, self.excess + exponential);
        self.perceptron = R::select(margin.less(R::splat(0.0)), self.perceptron - margin, self.perceptron);
    }

    /// To be called after at most [`ROWS_TO_A_LOGARITHM`] rows, and at the end.
    #[inline(always)]
    pub fn take_logarithm(&mut self) {
        self.logarithms = self.logarithms + ln_1p(self.excess);
        self.excess = R::splat(0.0);
    }

    /// The sum, after a logarithm is taken.
    #[inline(always)]
    pub fn sum(&self) -> R {
        self.logarithms + self.perceptron
    }
}

impl<R: Pack> Default for Losses<R> {
    fn default() -> Losses<R> {
        Losses::new()
    }
}
