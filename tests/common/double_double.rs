//! Numbers of 106 bits, as a sum of two of binary64: what tests check fits by, written for them alone (Dekker 1971, Numerische
//! Mathematik 18, 224-242).

use std::ops::{Add, Div, Mul, Neg, Sub};

/// `high` + `low`, where `low` is at most half a unit in the last place of `high`.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct DoubleDouble {
    high: f64,
    low: f64,
}

/// Terms of the exponential's series on [−2⁻¹⁰, 2⁻¹⁰].
const TERMS: u32 = 11;
/// The series is taken at x/2⁹ and squared nine times.
const SQUARINGS: i32 = 9;

impl DoubleDouble {
    pub const ZERO: DoubleDouble = DoubleDouble { high: 0.0, low: 0.0 };
    pub const ONE: DoubleDouble = DoubleDouble { high: 1.0, low: 0.0 };
    const LN_2: DoubleDouble = DoubleDouble { high: std::f64::consts::LN_2, low: 2.319_046_813_846_299_6e-17 };

    pub fn value(self) -> f64 {
        self.high
    }

    fn of_sum(a: f64, b: f64) -> DoubleDouble {
        let high = a + b;
        let of_b = high - a;
        DoubleDouble { high, low: (a - (high - of_b)) + (b - of_b) }
    }

    pub fn abs(self) -> DoubleDouble {
        if self.high < 0.0 { -self } else { self }
    }

    fn halved(self, times: i32) -> DoubleDouble {
        let factor = 0.5f64.powi(times);
        DoubleDouble { high: self.high * factor, low: self.low * factor }
    }

    /// exp x.
    pub fn exp(self) -> DoubleDouble {
        if self.high < -745.0 {
            return DoubleDouble::ZERO;
        }
        let doublings = (self.high / std::f64::consts::LN_2).round();
        let rest = (self - DoubleDouble::from(doublings) * DoubleDouble::LN_2).halved(SQUARINGS);
        // exp(x) − 1, so that squaring keeps its digits: (1 + s)² − 1 = 2s + s².
        let mut less_one = DoubleDouble::ZERO;
        for k in (1..=TERMS).rev() {
            less_one = rest * (DoubleDouble::ONE + less_one) / DoubleDouble::from(f64::from(k));
        }
        for _ in 0..SQUARINGS {
            less_one = less_one + less_one + less_one * less_one;
        }
        let one_more = DoubleDouble::ONE + less_one;
        // In two steps, since 2^−1074 is the smallest power there is.
        let half = (doublings / 2.0).trunc() as i32;
        one_more.halved(-half).halved(half - doublings as i32)
    }

    /// ln(1 + x) of x from 0 to 1.
    pub fn ln_1p(self) -> DoubleDouble {
        // Below, ln(1 + x) is small beside the 1 that the other way adds: 2 artanh(x/(2 + x)) keeps its digits.
        if self.high < 0.1 {
            let z = self / (DoubleDouble::from(2.0) + self);
            let odd = (0..=12).rev().map(|k| DoubleDouble::ONE / DoubleDouble::from(f64::from(2 * k + 1)));
            let series = odd.fold(DoubleDouble::ZERO, |sum, term| sum * z * z + term);
            return z * series + z * series;
        }
        let near = DoubleDouble::from(self.high.ln_1p());
        let ratio = (DoubleDouble::ONE + self) * (-near).exp() - DoubleDouble::ONE;
        near + ratio - (ratio * ratio).halved(1)
    }
}

impl From<f64> for DoubleDouble {
    fn from(high: f64) -> DoubleDouble {
        DoubleDouble { high, low: 0.0 }
    }
}

impl Neg for DoubleDouble {
    type Output = DoubleDouble;

    fn neg(self) -> DoubleDouble {
        DoubleDouble { high: -self.high, low: -self.low }
    }
}

impl Add for DoubleDouble {
    type Output = DoubleDouble;

    fn add(self, other: DoubleDouble) -> DoubleDouble {
        let (high, low) = (DoubleDouble::of_sum(self.high, other.high), DoubleDouble::of_sum(self.low, other.low));
        let sum = DoubleDouble::of_sum(high.high, high.low + low.high);
        DoubleDouble::of_sum(sum.high, sum.low + low.low)
    }
}

impl Sub for DoubleDouble {
    type Output = DoubleDouble;

    fn sub(self, other: DoubleDouble) -> DoubleDouble {
        self + -other
    }
}

impl Mul for DoubleDouble {
    type Output = DoubleDouble;

    fn mul(self, other: DoubleDouble) -> DoubleDouble {
        let high = self.high * other.high;
        let error = self.high.mul_add(other.high, -high);
        DoubleDouble::of_sum(high, error + (self.high * other.low + self.low * other.high))
    }
}

impl Div for DoubleDouble {
    type Output = DoubleDouble;

    fn div(self, other: DoubleDouble) -> DoubleDouble {
        let first = self.high / other.high;
        let rest = self - other * DoubleDouble::from(first);
        let second = rest.high / other.high;
        let rest = rest - other * DoubleDouble::from(second);
        DoubleDouble::of_sum(first, second) + DoubleDouble::from(rest.high / other.high)
    }
}

impl std::iter::Sum for DoubleDouble {
    fn sum<I: Iterator<Item = DoubleDouble>>(numbers: I) -> DoubleDouble {
        numbers.fold(DoubleDouble::ZERO, Add::add)
    }
}
