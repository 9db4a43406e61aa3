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

/// Student's t for the difference of two means, second minus first, corrected for results that share rows.
///
/// ```text
/// t = (m₂ − m₁) / √(s² (1/J₁ + 1/J₂ + 2 ratio)),   s² = ((J₁ − 1) s₁² + (J₂ − 1) s₂²)/(J₁ + J₂ − 2),   J₁ + J₂ − 2 degrees of freedom
/// ```
///
/// The question is whether chance alone explains the difference, so both samples are taken to be of one distribution, with one
/// variance. Welch's t, which has one for each, finds differences that are none where one of two samples of a skewed
/// distribution happens to hold few of its rare values: accuracies of 1 but for one split in a hundred. With `ratio` =
/// n_test/n_train the variance is that of Nadeau & Bengio (2003), as in [`resampled_t`](super::resampled_t): the difference
/// then speaks of new data. Two runs on the same data are correlated, which makes their difference more certain than this; how
/// much is not known, so it is left out, and the test is conservative. With `ratio` = 0 it is right for independent results:
/// for splits, given the data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PooledT {
    /// m₂ − m₁.
    pub difference: f64,
    /// √(s² (1/J₁ + 1/J₂ + 2 ratio)).
    pub standard_error: f64,
    /// Degrees of freedom.
    pub degrees: f64,
}

impl PooledT {
    /// From two samples; None if one has fewer than two results, if a number is not finite, or if there is no spread to go by
    /// although the means differ.
    pub fn new(first: Sample, second: Sample, ratio: f64) -> Option<PooledT> {
        let degrees = first.count + second.count - 2.0;
        let squares = (first.count - 1.0) * first.variance + (second.count - 1.0) * second.variance;
        let variance = squares / degrees * (1.0 / first.count + 1.0 / second.count + 2.0 * ratio);
        let difference = second.mean - first.mean;
        let enough = first.count >= 2.0 && second.count >= 2.0 && variance.is_finite() && difference.is_finite();
        let spread = variance > 0.0 || variance == 0.0 && difference == 0.0;
        (enough && spread).then_some(PooledT { difference, standard_error: variance.sqrt(), degrees })
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
