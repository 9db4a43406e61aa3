//! Compares the means of two independent samples, for example results on the random splits of two runs.

use super::distribution::{student_t_quantile, student_t_upper};

/// Size, mean and variance of a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
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
/// The variance is pooled, because under the null hypothesis both samples come from one distribution. Welch's t, with a
/// variance for each sample, rejects too often for skewed distributions, where one sample may happen to hold few of the rare
/// values (accuracies of 1 except on one split in a hundred). With `ratio` = n_test/n_train the variance has the correction
/// of Nadeau & Bengio (2003), as in [`resampled_t`](super::resampled_t), so that the conclusion holds for new data. The test
/// is conservative for two runs on the same data, because it ignores their correlation, which is not known. With `ratio` = 0
/// it is valid for independent results, such as results on splits given the data.
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
    /// From two samples; None if one has fewer than two results, if a number is not finite, or if the variance is 0, because a
    /// difference without spread to measure it by would be called certain.
    pub fn new(first: Moments, second: Moments, ratio: f64) -> Option<PooledT> {
        let degrees = first.count + second.count - 2.0;
        let squares = (first.count - 1.0) * first.variance + (second.count - 1.0) * second.variance;
        let variance = squares / degrees * (1.0 / first.count + 1.0 / second.count + 2.0 * ratio);
        let difference = second.mean - first.mean;
        let enough = first.count >= 2.0 && second.count >= 2.0 && variance.is_finite() && difference.is_finite();
        (enough && variance > 0.0).then_some(PooledT { difference, standard_error: variance.sqrt(), degrees })
    }

    /// P(|T| ≥ |t|) if the expected values are equal.
    pub fn p_two_sided(&self) -> f64 {
        2.0 * student_t_upper((self.difference / self.standard_error).abs(), self.degrees)
    }

    /// Confidence interval of the difference.
    pub fn interval(&self, level: f64) -> [f64; 2] {
        let half = student_t_quantile(0.5 * (1.0 + level), self.degrees) * self.standard_error;
        [self.difference - half, self.difference + half]
    }
}
