//! The numbers a method is written in: one `f64`, or a pack of lanes that hold one fit each.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A truth value per lane.
pub trait Mask: Copy {
    /// The same truth in every lane.
    fn splat(value: bool) -> Self;
    /// True where both are.
    fn and(self, other: Self) -> Self;
    /// True where either is.
    fn or(self, other: Self) -> Self;
    /// True where this is not.
    fn not(self) -> Self;
    /// Whether any lane is true.
    fn any(self) -> bool;
}

/// A real number, or one per lane.
///
/// Methods are written with these operations alone, so the same source computes one fit or a pack of fits.
pub trait Real:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// A truth value per lane.
    type Mask: Mask;
    /// Bound on the relative error of an operation.
    const EPSILON: f64 = f64::EPSILON;

    /// The same number in every lane.
    fn splat(value: f64) -> Self;
    /// Square root.
    fn sqrt(self) -> Self;
    /// Absolute value.
    fn abs(self) -> Self;
    /// `self * factor + term`: rounded once in lanes, on every instruction set, and twice in a single `f64`, where one rounding
    /// is a slow library call on machines without the instruction. So results never depend on the machine.
    fn mul_add(self, factor: Self, term: Self) -> Self;
    /// `self < other`; false where either is NaN.
    fn less(self, other: Self) -> Self::Mask;
    /// `self <= other`; false where either is NaN.
    fn less_or_equal(self, other: Self) -> Self::Mask;
    /// `yes` where `mask` is true, else `no`.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;
    /// The numbers themselves if there is one lane, for back-ends that know `f64` only (LAPACK).
    fn single_lane(values: &[Self]) -> Option<&[f64]>;
    /// The same, to be changed.
    fn single_lane_mut(_values: &mut [Self]) -> Option<&mut [f64]> {
        None
    }
}

impl Mask for bool {
    #[inline(always)]
    fn splat(value: bool) -> bool {
        value
    }
    #[inline(always)]
    fn and(self, other: bool) -> bool {
        self & other
    }
    #[inline(always)]
    fn or(self, other: bool) -> bool {
        self | other
    }
    #[inline(always)]
    fn not(self) -> bool {
        !self
    }
    #[inline(always)]
    fn any(self) -> bool {
        self
    }
}

impl Real for f64 {
    type Mask = bool;

    #[inline(always)]
    fn splat(value: f64) -> f64 {
        value
    }
    #[inline(always)]
    fn sqrt(self) -> f64 {
        f64::sqrt(self)
    }
    #[inline(always)]
    fn abs(self) -> f64 {
        f64::abs(self)
    }
    #[inline(always)]
    fn mul_add(self, factor: f64, term: f64) -> f64 {
        self * factor + term
    }
    #[inline(always)]
    fn less(self, other: f64) -> bool {
        self < other
    }
    #[inline(always)]
    fn less_or_equal(self, other: f64) -> bool {
        self <= other
    }
    #[inline(always)]
    fn select(mask: bool, yes: f64, no: f64) -> f64 {
        if mask { yes } else { no }
    }
    fn single_lane(values: &[f64]) -> Option<&[f64]> {
        Some(values)
    }
    fn single_lane_mut(values: &mut [f64]) -> Option<&mut [f64]> {
        Some(values)
    }
}
