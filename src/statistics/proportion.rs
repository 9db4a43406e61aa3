//! Confidence intervals for a proportion when the number of trials is fixed beforehand.

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
