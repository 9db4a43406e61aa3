//! Paired comparisons by direction only: the sign test, and McNemar's test, which is the sign test on rows of a test set.

use super::distribution::{binomial_lower, chi_squared_upper};

/// The exact two-sided sign test: p = min(1, 2 P(X ≤ min(b, c))), X ~ Binomial(b + c, 1/2), for b pairs in which the first
/// is larger and c pairs in which the second is larger. Ties carry no information about the direction and are left out; the
/// test is conditional on their number (Conover 1999, Practical Nonparametric Statistics, section 3.4). Assumes independent
/// pairs. p = 1 if no pair differs.
///
/// On the rows of one test set, with b rows that only the first classifier classifies correctly and c rows that only the
/// second does, it is McNemar's exact test (1947, Psychometrika 12, 153-157). No row may appear twice, so predictions
/// pooled over random splits must not be used.
pub fn sign_test(first: u64, second: u64) -> f64 {
    // The lower half of a symmetric distribution, which rounding would leave a little less than all.
    if first.abs_diff(second) <= 1 {
        return 1.0;
    }
    (2.0 * binomial_lower(first.min(second), first + second, 0.5)).min(1.0)
}

/// The mid-p value of the same test, which gives the observed result weight ½: p − P(X = min(b, c)), less conservative
/// (Fagerland, Lydersen & Laake 2013, BMC Medical Research Methodology 13, 91).
pub fn mid_p(first: u64, second: u64) -> f64 {
    let (low, n) = (first.min(second), first + second);
    let below = if low == 0 { 0.0 } else { binomial_lower(low - 1, n, 0.5) };
    let point = binomial_lower(low, n, 0.5) - below;
    // With b = c the two tails share the observed result.
    if n == 0 {
        1.0
    } else if first == second {
        1.0 - point
    } else {
        2.0 * (below + point) - point
    }
}

/// McNemar's chi-squared approximation (|b − c| − c₀)²/(b + c) with one degree of freedom, c₀ = 1 with `corrected`, else 0;
/// statistic and p-value. The statistic is 0 where |b − c| ≤ c₀.
pub fn mcnemar_chi_squared(first: u64, second: u64, corrected: bool) -> (f64, f64) {
    let difference = (first.abs_diff(second) as f64 - f64::from(u8::from(corrected))).max(0.0);
    let statistic = if difference == 0.0 { 0.0 } else { difference * difference / (first + second) as f64 };
    (statistic, chi_squared_upper(statistic, 1.0))
}
