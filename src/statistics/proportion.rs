//! Intervals for a proportion.

use statrs::function::beta::inv_beta_reg;

/// The exact interval of Clopper & Pearson (1934, Biometrika 26, 404-413) for `successes` of `trials` at `level`.
///
/// ```text
/// lower = B⁻¹(α/2; k, n − k + 1),   upper = B⁻¹(1 − α/2; k + 1, n − k),   α = 1 − level,
/// ```
///
/// with B⁻¹ the quantile of the beta distribution; 0 at k = 0 and 1 at k = n. It assumes that the trials are independent
/// with one probability of success: for splits, given the data set. Without trials nothing is known: (0, 1).
pub fn clopper_pearson(successes: u64, trials: u64, level: f64) -> (f64, f64) {
    let (k, n) = (successes as f64, trials as f64);
    let tail = 0.5 * (1.0 - level);
    let lower = if successes == 0 { 0.0 } else { beta_quantile(k, n - k + 1.0, tail) };
    let upper = if successes >= trials { 1.0 } else { beta_quantile(k + 1.0, n - k, 1.0 - tail) };
    (lower, upper)
}

fn beta_quantile(a: f64, b: f64, probability: f64) -> f64 {
    // With one parameter 1 there is a closed form, exact where a series must work hardest (k = n, k = 0).
    if b == 1.0 {
        probability.powf(1.0 / a)
    } else if a == 1.0 {
        -((-probability).ln_1p() / b).exp_m1()
    } else {
        inv_beta_reg(a, b, probability)
    }
}
