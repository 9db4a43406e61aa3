//! Bounds on the errors of what is computed from estimates and standard errors, and the digits that they leave certain.
//!
//! With an estimate b off by at most e and a standard error s off by at most f < s:
//!
//! * z = b/s is off by at most (e + |z| f)/(s − f);
//! * p = 2Φ(−|z|) falls as |z| grows, so it lies between its values at |z| ∓ the error of z;
//! * an end b ∓ q s of a Wald interval, q a normal quantile, is off by at most e + q f.
//!
//! Each gets a few units in the last place for the arithmetic of its own formula.

use super::numbers::{no_more, p_value, significant};
use crate::statistics::distribution::normal;

/// Relative error of a computed normal quantile.
const OF_QUANTILE: f64 = 8.0 * f64::EPSILON;

/// A bound on the error of z = b/s; `None` if s may be 0.
pub fn of_z((b, of_b): (f64, f64), (s, of_s): (f64, f64)) -> Option<f64> {
    let z = (b / s).abs();
    let bound = (of_b + z * of_s) / (s - of_s) * (1.0 + 1e-12) + f64::EPSILON * z;
    (of_s < s && bound.is_finite()).then_some(bound)
}

/// A bound on the error of p = 2Φ(−|z|).
pub fn of_p(z: f64, of_z: f64) -> f64 {
    let p = |z: f64| 2.0 * normal(-z.abs());
    let least = (z.abs() - of_z).max(0.0);
    let most = z.abs() + of_z;
    // The argument's rounding changes Φ(−z) by a share of z² ε.
    let rounding = |z: f64| (32.0 + 2.0 * z * z) * f64::EPSILON * p(z);
    (p(least) - p(z) + rounding(least)).max(p(z) - p(most) + rounding(z))
}

/// A bound on the error of the square root of a number off by at most `error`.
pub fn of_root(value: f64, error: f64) -> f64 {
    (value.sqrt() - (value - error).max(0.0).sqrt()) * (1.0 + 1e-9) + 4.0 * f64::EPSILON * value.sqrt()
}

/// A bound on the error of an end b ± q s.
pub fn of_end((b, of_b): (f64, f64), (s, of_s): (f64, f64), quantile: f64) -> f64 {
    let half = quantile * s;
    (of_b + quantile * of_s) * (1.0 + 1e-12) + OF_QUANTILE * half + 2.0 * f64::EPSILON * (b.abs() + half)
}

/// A printed number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The number.
    pub text: String,
    /// Whether fewer digits are certain than were asked for.
    pub is_short: bool,
}

/// Prints a number to `most` digits, or to as many as every number within `error` of it shares: one if it shares none, and 0
/// where not even the sign is certain. Without a bound all digits are printed.
pub fn printed(value: f64, error: Option<f64>, most: usize, show: impl Fn(f64, usize) -> String) -> Printed {
    let Some(error) = error.filter(|_| value.is_finite()) else {
        return Printed { text: show(value, most), is_short: false };
    };
    let certain = (1..=most).rev().find(|&digits| {
        let text = show(value, digits);
        show(value - error, digits) == text && show(value + error, digits) == text
    });
    match certain {
        Some(digits) => Printed { text: show(value, digits), is_short: digits < most },
        None if value.abs() <= error => Printed { text: show(0.0, 1), is_short: true },
        None => Printed { text: show(value, 1), is_short: true },
    }
}

/// Digits of p-values.
const P_DIGITS: usize = 4;

/// Prints a p-value, of which only an upper bound is certain where its error is as large as itself.
pub fn p_value_within(p: f64, error: Option<f64>) -> Printed {
    match error.filter(|error| p <= *error && p + error >= f64::EPSILON) {
        Some(error) => Printed { text: below(p + error), is_short: true },
        None => printed(p, error, P_DIGITS, p_value),
    }
}

/// That a probability is below a bound, rounded up to one digit; `-` if that says nothing.
fn below(bound: f64) -> String {
    let power = 10f64.powi(bound.log10().floor() as i32);
    let rounded = ((bound / power).floor() + 1.0) * power;
    if rounded < 1.0 { format!("<{}", significant(rounded, 1)) } else { "-".to_owned() }
}

/// Digits of estimates, standard errors and intervals.
pub const DIGITS: usize = 6;

/// Prints an estimate, a standard error or an end of an interval.
pub fn estimate(value: f64, error: Option<f64>) -> Printed {
    let show = |value: f64, digits: usize| {
        if digits == DIGITS { significant(value, digits) } else { no_more(value, digits) }
    };
    printed(value, error, DIGITS, show)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_certain_digits_are_printed() {
        for (value, error, text, is_short) in [
            (0.736_024_6, 1e-12, "0.736025", false),
            (0.736_024_6, 2e-5, "0.7360", true),
            (43_370.9, 15.0, "4.34e4", true),
            (-0.000_123_456, 1e-6, "-0.00012", true),
            (2.6, 0.7, "3", true),
            (1e-17, 1e-15, "0", true),
            (0.0, 0.0, "0", false),
            // Both neighbours of a tie are possible to six digits, and one number to five.
            (2.499_995, 1e-9, "2.5000", true),
            (123_456.7, 1e5, "1e5", true),
            (1_185_416.2, 1e-3, "1185416", false),
        ] {
            let found = estimate(value, Some(error));
            assert_eq!((found.text.as_str(), found.is_short), (text, is_short), "{value} ± {error}");
        }
        assert_eq!(estimate(0.1, None).text, "0.100000");
    }

    #[test]
    fn a_p_value_within_its_error_is_a_bound() {
        for (p, error, text) in [
            (8.2e-4, 8.7e-3, "<0.01"),
            (1e-20, 3e-3, "<0.004"),
            (0.3, 0.9, "-"),
            (1e-20, 1e-20, "<2e-16"),
            (0.012_346, 1e-9, "0.01235"),
            (0.012_345, 0.001, "0.01"),
        ] {
            assert_eq!(p_value_within(p, Some(error)).text, text, "{p} ± {error}");
        }
    }

    #[test]
    fn bounds_contain_the_extremes() {
        let (b, s) = ((-2.0, 0.1), (0.5, 0.01));
        let bound = of_z(b, s).unwrap();
        for (b, s) in [(-2.1, 0.49), (-1.9, 0.51)] {
            assert!((b / s - -4.0f64).abs() <= bound);
        }
        assert_eq!(of_z(b, (0.5, 0.5)), None);
        let p = |z: f64| 2.0 * normal(-z);
        assert!(p(3.5) - p(4.0) <= of_p(-4.0, 0.5) && of_p(-4.0, 0.5) < 1.001 * (p(3.5) - p(4.0)));
        assert!((of_p(0.3, 0.3) - (1.0 - p(0.3))).abs() < 1e-14, "z may be 0");
        assert!((of_root(4.0, 3.0) - 1.0).abs() < 1e-8 && (of_root(1e-9, 1e-8) / 1e-9f64.sqrt() - 1.0).abs() < 1e-8);
        assert!((of_end(b, s, 2.0) - 0.12).abs() < 1e-12);
    }
}
