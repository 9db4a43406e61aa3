//! Power of a planned number of repeats.

use super::distribution::{beta_quantile, normal, normal_quantile, student_t_quantile};

/// The probability with which a difference, or a share, is to be found.
pub const POWER: f64 = 0.8;

/// The power of a two-sided t-test of J results with error rate α against a true mean of `effect` standard errors:
/// P(|T| > t(1 − α/2; J − 1)) for T with the noncentral t distribution. With S² = χ²/(J − 1) it is
///
/// ```text
/// E[Φ(effect − t S) + Φ(−effect − t S)],
/// ```
///
/// integrated over u = ln S by the trapezoidal rule, which converges exponentially for this integrand.
pub fn t_test_power(effect: f64, results: u64, alpha: f64) -> f64 {
    if results < 2 {
        return f64::NAN;
    }
    let degrees = (results - 1) as f64;
    let critical = student_t_quantile(1.0 - 0.5 * alpha, degrees);
    // The density of u = ln S: 2 (ν/2)^(ν/2) / Γ(ν/2) · exp(ν u − ν e^{2u}/2), scaled to 1 at its mode u = 0.
    let density = |u: f64| (degrees * (u - 0.5 * ((2.0 * u).exp_m1()))).exp();
    let width = 1.0 / (2.0 * degrees).sqrt();
    let step = (0.25 * width).min(0.05);
    let (start, end) = (-(40.0 / degrees).max(12.0 * width), (12.0 * width).min(3.0));
    let (mut sum, mut total) = (0.0, 0.0);
    for place in 0..=((end - start) / step) as u32 {
        let u = start + f64::from(place) * step;
        let (weight, reach) = (density(u), critical * u.exp());
        sum += weight * (normal(effect - reach) + normal(-effect - reach));
        total += weight;
    }
    sum / total
}

/// The smallest true mean, in standard deviations of one result, that the corrected resampled t-test of J results detects
/// with probability `power` (see [`super::resampled_t::ResampledT`]; `ratio` = 0 for the ordinary t-test). With `ratio` > 0
/// it does not tend to 0 as J grows, because more splits of one data set add no data.
pub fn smallest_difference(results: u64, ratio: f64, alpha: f64, power: f64) -> f64 {
    if results < 2 || !(power > alpha && power < 1.0) {
        return f64::NAN;
    }
    let (mut low, mut high) = (0.0, 1.0);
    while t_test_power(high, results, alpha) < power {
        (low, high) = (high, 2.0 * high);
        if high > 1e6 {
            return f64::INFINITY;
        }
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if t_test_power(middle, results, alpha) < power { low = middle } else { high = middle }
    }
    high * (1.0 / results as f64 + ratio).sqrt()
}

/// The smallest share p at which `needed` or more of n trials succeed with probability `power`: the p-quantile of
/// P(X ≥ k | p) = I(p; k, n − k + 1).
pub fn smallest_share(needed: u64, trials: u64, power: f64) -> f64 {
    match needed {
        0 => 0.0,
        needed if needed > trials => f64::NAN,
        needed => beta_quantile(needed as f64, (trials - needed) as f64 + 1.0, power),
    }
}

/// The smallest number N of data sets at which Wilcoxon's exact test over data sets, with Holm's adjustment for all pairs of
/// k solvers, can find a difference at all, namely where one solver of a pair is better on every data set:
/// 2 · 2⁻ᴺ · k(k − 1)/2 ≤ α.
pub fn fewest_datasets(solvers: usize, alpha: f64) -> usize {
    let pairs = (solvers * solvers.saturating_sub(1) / 2).max(1) as f64;
    (2.0 * pairs / alpha).log2().ceil() as usize
}

/// The limit of [`smallest_difference`] as J → ∞, from the normal distribution: (Φ⁻¹(1 − α/2) + Φ⁻¹(power)) √ratio.
pub fn smallest_difference_of_any_number(ratio: f64, alpha: f64, power: f64) -> f64 {
    (normal_quantile(1.0 - 0.5 * alpha) + normal_quantile(power)) * ratio.sqrt()
}

/// The spread over splits of the difference δ of the accuracies of two fits on the same m test rows, a share f of all rows.
///
/// Where the fits disagree on a share d of the rows, a row counts 1, −1 or 0, with variance d − δ². Of m rows without replacement the mean
/// has variance (1 − f)(d − δ²)/m. It is a lower bound as a rule: that other training rows change the fits adds to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AccuracySpread {
    /// m.
    pub test_rows: f64,
    /// f; 0 for rows that are drawn afresh.
    pub share: f64,
}

impl AccuracySpread {
    /// The difference δ that is `effect` standard deviations, where the fits disagree on a share d of the rows: with
    /// k = effect² (1 − f)/m it is √(k d/(1 + k)). None where that is above d, so that no such difference exists.
    pub fn difference(self, effect: f64, disagreeing: f64) -> Option<f64> {
        let k = self.k(effect);
        let difference = (k * disagreeing / (1.0 + k)).sqrt();
        (difference <= disagreeing).then_some(difference)
    }

    /// The smallest δ that can be `effect` standard deviations, k/(1 + k): that of fits which disagree only where the same one of the two is right,
    /// d = δ.
    pub fn least_difference(self, effect: f64) -> f64 {
        let k = self.k(effect);
        k / (1.0 + k)
    }

    fn k(self, effect: f64) -> f64 {
        effect * effect * (1.0 - self.share) / self.test_rows
    }
}

/// The mean of any number of results on splits of one data set that is significant, in standard deviations of one result:
/// Φ⁻¹(1 − α/2) √ratio. A smaller one is not, however many splits there are.
pub fn least_significant_of_any_number(ratio: f64, alpha: f64) -> f64 {
    normal_quantile(1.0 - 0.5 * alpha) * ratio.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 100 rows, a quarter of them test rows: the corrected t of p = 100 δ rows on which one fit alone is right is √(n δ/(1 − δ)).
    #[test]
    fn the_least_difference_of_accuracies_by_hand() {
        let spread = AccuracySpread { test_rows: 25.0, share: 0.25 };
        let least = spread.least_difference(least_significant_of_any_number(1.0 / 3.0, 0.05));
        assert!((least - 1.959963985f64.powi(2) / (100.0 + 1.959963985f64.powi(2))).abs() < 1e-9);
        let effect = 1.7;
        let found = spread.difference(effect, 0.2).unwrap();
        assert!((found - effect * (0.75 * (0.2 - found * found) / 25.0).sqrt()).abs() < 1e-15);
        let at_least = spread.least_difference(effect);
        assert!((spread.difference(effect, at_least).unwrap() - at_least).abs() < 1e-15);
        assert_eq!(spread.difference(effect, 0.9 * at_least), None);
    }
}
