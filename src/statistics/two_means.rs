//! Two means of independent samples, as of the random splits of two runs.

use super::distribution::{student_t_quantile, student_t_upper};

/// A sample in three numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Its size.
    pub count: f64,
    /// Its mean.
    pub mean: f64,
    /// Its variance, divisor `count` − 1.
    pub variance: f64,
}

/// Welch's t for the difference of two means, second minus first, corrected for results that share rows.
///
/// ```text
/// t = (m₂ − m₁) / √(v₁ + v₂),   v = s² (1/J + ratio),   (v₁ + v₂)²/(v₁²/(J₁ − 1) + v₂²/(J₂ − 1)) degrees of freedom
/// ```
///
/// Welch (1947, Biometrika 34, 28-35), and with `ratio` = n_test/n_train the variance of Nadeau & Bengio (2003), as in
/// [`resampled_t`](super::resampled_t): the difference then speaks of new data. Two runs on the same data are correlated, which
/// makes their difference more certain than this; how much is not known, so it is left out, and the test is conservative. With
/// `ratio` = 0 it is right for independent results: for splits, given the data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Welch {
    /// m₂ − m₁.
    pub difference: f64,
    /// √(v₁ + v₂).
    pub standard_error: f64,
    /// Degrees of freedom.
    pub degrees: f64,
}

impl Welch {
    /// From two samples; None if one has fewer than two results, if a number is not finite, or if there is no spread to go by
    /// although the means differ.
    pub fn new(first: Sample, second: Sample, ratio: f64) -> Option<Welch> {
        let v = |sample: Sample| sample.variance * (1.0 / sample.count + ratio);
        let (v1, v2, difference) = (v(first), v(second), second.mean - first.mean);
        let sum = v1 + v2;
        let enough = first.count >= 2.0 && second.count >= 2.0 && sum.is_finite() && difference.is_finite();
        if !enough || !(sum > 0.0 || sum == 0.0 && difference == 0.0) {
            return None;
        }
        // Of the shares of v in the sum: squares of v could leave binary64.
        let (share1, share2) = if sum > 0.0 { (v1 / sum, v2 / sum) } else { (0.5, 0.5) };
        let degrees = 1.0 / (share1 * share1 / (first.count - 1.0) + share2 * share2 / (second.count - 1.0));
        Some(Welch { difference, standard_error: sum.sqrt(), degrees })
    }

    /// P(|T| ≥ |t|) if the expected values are equal.
    pub fn p_two_sided(&self) -> f64 {
        let t = if self.difference == 0.0 { 0.0 } else { self.difference / self.standard_error };
        2.0 * student_t_upper(t.abs(), self.degrees)
    }

    /// The interval of the difference.
    pub fn interval(&self, level: f64) -> [f64; 2] {
        let half = student_t_quantile(0.5 * (1.0 + level), self.degrees) * self.standard_error;
        [self.difference - half, self.difference + half]
    }
}
