//! Numbers of twice the precision of binary64: the sum of two of them that do not overlap.
//!
//! Algorithms of Dekker (1971), Numerische Mathematik 18, 224-242, with the error bounds of Joldes, Muller & Popescu (2017), ACM
//! Transactions on Mathematical Software 44, 15: with u = 2⁻⁵³ a sum is off by at most 3u² + 13u³ of itself, a product by 5u², a
//! quotient by 15u² + 56u³ and a square root by 4u², all below [`EPSILON`](Real::EPSILON) as long as nothing overflows or underflows.

use std::ops::{Add, Div, Mul, Neg, Sub};

use super::Real;

/// high + low, |low| at most half a unit in the last place of high.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DoubleDouble {
    high: f64,
    low: f64,
}

/// a + b without rounding (Knuth).
#[inline(always)]
fn two_sum(a: f64, b: f64) -> DoubleDouble {
    let high = a + b;
    let of_b = high - a;
    DoubleDouble { high, low: (a - (high - of_b)) + (b - of_b) }
}

/// a + b without rounding where |a| ≥ |b|.
#[inline(always)]
fn quick_two_sum(a: f64, b: f64) -> DoubleDouble {
    let high = a + b;
    DoubleDouble { high, low: b - (high - a) }
}

/// The upper 26 bits of a number, and the rest (Veltkamp).
#[inline(always)]
fn split(a: f64) -> (f64, f64) {
    let product = 134_217_729.0 * a;
    let upper = product - (product - a);
    (upper, a - upper)
}

/// a · b without rounding.
#[inline(always)]
fn two_product(a: f64, b: f64) -> DoubleDouble {
    let high = a * b;
    let ((a_upper, a_lower), (b_upper, b_lower)) = (split(a), split(b));
    let low = ((a_upper * b_upper - high) + a_upper * b_lower + a_lower * b_upper) + a_lower * b_lower;
    DoubleDouble { high, low }
}

impl DoubleDouble {
    /// 0.
    pub const ZERO: DoubleDouble = DoubleDouble { high: 0.0, low: 0.0 };
    /// ln 2, off by 2⁻¹¹⁰.
    const LN_2: DoubleDouble = DoubleDouble { high: std::f64::consts::LN_2, low: 2.319_046_813_846_299_6e-17 };
    /// Largest relative error of [`exp`](DoubleDouble::exp).
    pub const EXP_ERROR: f64 = 1.0 / (1u128 << 90) as f64;
    /// The argument below which [`exp`](DoubleDouble::exp) is 0.
    pub const LEAST_EXPONENT: f64 = -650.0;

    /// a − b without rounding.
    pub fn difference(a: f64, b: f64) -> DoubleDouble {
        two_sum(a, -b)
    }

    /// The nearest binary64 number.
    pub fn rounded(self) -> f64 {
        self.high
    }

    /// This times a power of two, without rounding.
    pub fn scaled(self, power: f64) -> DoubleDouble {
        DoubleDouble { high: self.high * power, low: self.low * power }
    }

    /// exp(x) for x ≤ 0; 0 below [`LEAST_EXPONENT`](DoubleDouble::LEAST_EXPONENT).
    ///
    /// x = k ln 2 + 2⁹t; exp(t) − 1 by its Taylor series, whose terms after the ninth are below 2⁻¹¹⁶ of it, and then nine times
    /// e ↦ 2e + e². The error of k ln 2, at most 2⁻⁹⁴, is the largest.
    pub fn exp(self) -> DoubleDouble {
        if self.high < DoubleDouble::LEAST_EXPONENT {
            return DoubleDouble::ZERO;
        }
        let twos = (self.high / DoubleDouble::LN_2.high).round();
        let t = (self - DoubleDouble::LN_2 * DoubleDouble::splat(twos)).scaled(1.0 / 512.0);
        let mut series = DoubleDouble::ZERO;
        for n in (1..10).rev() {
            // t (1 + t/2 (1 + t/3 (…))).
            series = t / DoubleDouble::splat(f64::from(n)) * (series + DoubleDouble::splat(1.0));
        }
        for _ in 0..9 {
            series = series.scaled(2.0) + series * series;
        }
        (series + DoubleDouble::splat(1.0)).scaled(2f64.powi(twos as i32))
    }
}

impl Add for DoubleDouble {
    type Output = DoubleDouble;
    #[inline(always)]
    fn add(self, other: DoubleDouble) -> DoubleDouble {
        let (sum, lost) = (two_sum(self.high, other.high), two_sum(self.low, other.low));
        let sum = quick_two_sum(sum.high, sum.low + lost.high);
        quick_two_sum(sum.high, sum.low + lost.low)
    }
}

impl Sub for DoubleDouble {
    type Output = DoubleDouble;
    #[inline(always)]
    fn sub(self, other: DoubleDouble) -> DoubleDouble {
        self + -other
    }
}

impl Neg for DoubleDouble {
    type Output = DoubleDouble;
    #[inline(always)]
    fn neg(self) -> DoubleDouble {
        DoubleDouble { high: -self.high, low: -self.low }
    }
}

impl Mul for DoubleDouble {
    type Output = DoubleDouble;
    #[inline(always)]
    fn mul(self, other: DoubleDouble) -> DoubleDouble {
        let product = two_product(self.high, other.high);
        quick_two_sum(product.high, product.low + (self.high * other.low + self.low * other.high))
    }
}

impl Div for DoubleDouble {
    type Output = DoubleDouble;
    #[inline(always)]
    fn div(self, other: DoubleDouble) -> DoubleDouble {
        let quotient = self.high / other.high;
        let rest = self - other * DoubleDouble::splat(quotient);
        quick_two_sum(quotient, rest.high / other.high)
    }
}

impl Real for DoubleDouble {
    type Mask = bool;
    const EPSILON: f64 = 1.0 / (1u128 << 102) as f64;

    #[inline(always)]
    fn splat(value: f64) -> DoubleDouble {
        DoubleDouble { high: value, low: 0.0 }
    }
    #[inline(always)]
    fn sqrt(self) -> DoubleDouble {
        if self.high == 0.0 {
            return self;
        }
        let root = self.high.sqrt();
        let rest = self - two_product(root, root);
        quick_two_sum(root, rest.high / (2.0 * root))
    }
    #[inline(always)]
    fn abs(self) -> DoubleDouble {
        if self.high < 0.0 { -self } else { self }
    }
    #[inline(always)]
    fn mul_add(self, factor: DoubleDouble, term: DoubleDouble) -> DoubleDouble {
        self * factor + term
    }
    #[inline(always)]
    fn less(self, other: DoubleDouble) -> bool {
        self.high < other.high || (self.high == other.high && self.low < other.low)
    }
    #[inline(always)]
    fn less_or_equal(self, other: DoubleDouble) -> bool {
        self.less(other) || self == other
    }
    #[inline(always)]
    fn select(mask: bool, yes: DoubleDouble, no: DoubleDouble) -> DoubleDouble {
        if mask { yes } else { no }
    }
    fn single_lane(_: &[DoubleDouble]) -> Option<&[f64]> {
        None
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;
    use num_rational::BigRational;
    use num_traits::{Signed, ToPrimitive};

    use super::*;

    fn exact(value: DoubleDouble) -> BigRational {
        BigRational::from_float(value.high).unwrap() + BigRational::from_float(value.low).unwrap()
    }

    fn error(found: DoubleDouble, expected: &BigRational) -> f64 {
        ((exact(found) - expected) / expected).abs().to_f64().unwrap()
    }

    /// Numbers of any sign, size and length.
    fn numbers() -> Vec<DoubleDouble> {
        let mut state = 1u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
        };
        (0..60)
            .map(|i| {
                DoubleDouble::splat(next()) * DoubleDouble::splat(10f64.powi(i % 9 - 4))
                    + DoubleDouble::splat(next() * 1e-18)
            })
            .collect()
    }

    #[test]
    fn operations_are_within_their_errors() {
        let all = numbers();
        for (&a, &b) in all.iter().zip(all.iter().skip(1)).chain([(&all[0], &-all[0].scaled(1.0 - 1e-16))]) {
            assert!(error(a + b, &(exact(a) + exact(b))) < DoubleDouble::EPSILON, "{a:?} + {b:?}");
            assert!(error(a * b, &(exact(a) * exact(b))) < DoubleDouble::EPSILON, "{a:?} · {b:?}");
            assert!(error(a / b, &(exact(a) / exact(b))) < DoubleDouble::EPSILON, "{a:?} / {b:?}");
            let root = exact(a.abs().sqrt());
            assert!(
                ((&root * &root / exact(a.abs())) - BigRational::from_float(1.0).unwrap()).abs().to_f64().unwrap()
                    < 2.0 * DoubleDouble::EPSILON
            );
        }
        assert_eq!(DoubleDouble::ZERO.sqrt(), DoubleDouble::ZERO);
    }

    /// exp(x/2¹⁰) by its Taylor series in rational numbers, squared ten times; rounded to 300 bits on the way.
    fn exponential(x: &BigRational) -> BigRational {
        let unit = BigInt::from(1) << 300usize;
        let rounded = |value: BigRational| BigRational::new((value * &unit).to_integer(), unit.clone());
        let t = rounded(x / BigInt::from(1024));
        let (mut sum, mut term) = (BigRational::from_float(1.0).unwrap(), BigRational::from_float(1.0).unwrap());
        for n in 1..60 {
            term = rounded(term * &t / BigInt::from(n));
            sum += &term;
        }
        (0..10).fold(sum, |power, _| rounded(&power * &power))
    }

    #[test]
    fn the_exponential_is_within_its_error() {
        for x in numbers().into_iter().map(|x| -x.abs()).filter(|x| x.high > -100.0).chain([
            DoubleDouble::splat(0.0),
            DoubleDouble::splat(-0.35),
            DoubleDouble::splat(-100.25),
        ]) {
            assert!(error(x.exp(), &exponential(&exact(x))) < 0.1 * DoubleDouble::EXP_ERROR, "{x:?}");
        }
        // exp(a) exp(b) = exp(a + b) where the rational series has too few bits.
        let (a, b) = (DoubleDouble::splat(-300.5), DoubleDouble::splat(-349.0));
        assert!(error(a.exp() * b.exp(), &exact((a + b).exp())) < 0.3 * DoubleDouble::EXP_ERROR);
        assert_eq!(DoubleDouble::splat(-651.0).exp(), DoubleDouble::ZERO);
    }
}
