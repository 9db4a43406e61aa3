//! Confidence intervals for a proportion when the number of trials is fixed beforehand.

use std::fmt::Display;

use super::distribution::{beta_quantile, normal_quantile};

/// The exact interval of Clopper & Pearson (1934, Biometrika 26, 404-413) for `successes` of `trials` at `level`.
///
/// ```text
/// lower = B⁻¹(α/2; k, n − k + 1),   upper = B⁻¹(1 − α/2; k + 1, n − k),   α = 1 − level,
/// ```
///
/// with B⁻¹ the quantile of the beta distribution; 0 at k = 0 and 1 at k = n. Assumes independent trials with one
/// probability of success, which holds for splits given the data set. (0, 1) without trials.
pub fn clopper_pearson(successes: u64, trials: u64, level: f64) -> (f64, f64) {
    let (k, n) = (successes as f64, trials as f64);
    let tail = 0.5 * (1.0 - level);
    let lower = if successes == 0 { 0.0 } else { beta_quantile(k, n - k + 1.0, tail) };
    let upper = if successes >= trials { 1.0 } else { beta_quantile(k + 1.0, n - k, 1.0 - tail) };
    (lower, upper)
}

/// The score interval of Wilson (1927, JASA 22, 209-212), without continuity correction.
///
/// ```text
/// (k + z²/2 ± z √(k(n − k)/n + z²/4)) / (n + z²),   z = Φ⁻¹(1 − α/2)
/// ```
///
/// Its coverage is nearer to the nominal level on average; the coverage of [`clopper_pearson`] is never below it. Same
/// assumptions.
pub fn wilson(successes: u64, trials: u64, level: f64) -> (f64, f64) {
    if trials == 0 {
        return (0.0, 1.0);
    }
    let (k, n) = (successes as f64, trials as f64);
    let z = normal_quantile(0.5 * (1.0 + level));
    let half = z * (k * (n - k) / n + 0.25 * z * z).sqrt();
    let middle = k + 0.5 * z * z;
    // The bound is exactly 0 at k = 0 and 1 at k = n; rounding must not move it.
    let lower = if successes == 0 { 0.0 } else { (middle - half) / (n + z * z) };
    let upper = if successes >= trials { 1.0 } else { (middle + half) / (n + z * z) };
    (lower, upper)
}

/// A number of things, as "1 split" or "2 splits".
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, thing: &str) -> String {
    let plural = if count == N::from(1) { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

/// A number that is expected, with one decimal, or two digits of one below 1.
pub fn expected(number: f64) -> String {
    let decimals = if number > 0.0 && number < 1.0 { 1 + (-number.log10().floor()) as usize } else { 1 };
    let text = format!("{number:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A p-value with three decimals: none reads as 0 or 1 that is neither.
pub fn p_value(p: f64) -> String {
    match p {
        1.0 => "1".to_owned(),
        p if p < 0.001 => "< 0.001".to_owned(),
        p if p > 0.999 => "> 0.999".to_owned(),
        p => format!("{p:.3}"),
    }
}

/// The same behind its symbol, as "p = 0.012" or "p < 0.001".
pub fn p_is(p: f64) -> String {
    let value = p_value(p);
    if value.starts_with(['<', '>']) { format!("p {value}") } else { format!("p = {value}") }
}

/// A share as a percentage with as many digits as it needs, up to two.
pub fn percent(share: f64) -> String {
    let text = format!("{:.2}", 100.0 * share);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    // 99.998 % must not read as 100 %, nor 0.002 % as 0 %.
    match text {
        "100" if share < 1.0 => "just under 100 %".to_owned(),
        "0" if share > 0.0 => "just over 0 %".to_owned(),
        _ => format!("{text} %"),
    }
}
