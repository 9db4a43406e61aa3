//! The mean of results on overlapping splits, as evidence about new data.

use super::distribution::{student_t_quantile, student_t_upper};
use super::score_interval::score_interval;
use super::summary::{have_spread, mean_and_deviation};

/// The fewest results whose spread is measured: of two, one difference would be all there is to go by.
pub const FEWEST_RESULTS: usize = 3;

/// An interval ends fewer standard errors from its mean, at any level that is asked for. Log losses can be so large that its ends
/// would be no numbers.
const MOST_STANDARD_ERRORS: f64 = 1e6;

/// Student's t for the mean of J results on random splits of one data set, corrected for the rows they share.
///
/// ```text
/// t = mean / √(s² (1/J + n_test/n_train)),   J − 1 degrees of freedom
/// ```
///
/// Nadeau & Bengio (2003, Machine Learning 52, 239-281). Results on splits are independent *given the data*, but as draws
/// from the population the data came from they are correlated. The correction assumes that the correlation of two results
/// is n_test/(n_train + n_test), whatever the solver and the data, and that their mean is normal. With `ratio` = 0 it is
/// the ordinary t, valid for independent results, such as results on splits given the data.
///
/// The statistic measures the mean by the spread of the results, so results without spread have none: accuracies are whole
/// numbers of rows, and under a true null hypothesis a few of them are often equal and not 0, which t = ∞ would call proof. With
/// at least [`FEWEST_RESULTS`] results that are not all equal the test keeps its level on such differences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ResampledT {
    /// Mean of the results.
    pub mean: f64,
    /// Their variance, divisor J − 1.
    pub variance: f64,
    /// √(s² (1/J + n_test/n_train)).
    pub standard_error: f64,
    /// J − 1.
    pub degrees: f64,
}

impl ResampledT {
    /// From results with `ratio` = n_test/n_train; None for fewer than [`FEWEST_RESULTS`] results, if all are equal, or if a result is
    /// not finite or so large that no interval is.
    pub fn new(results: &[f64], ratio: f64) -> Option<ResampledT> {
        if results.len() < FEWEST_RESULTS || !have_spread(results) || !results.iter().all(|result| result.is_finite()) {
            return None;
        }
        let (mean, deviation) = mean_and_deviation(results);
        // Not the root of the variance, which overflows and underflows long before.
        let standard_error = deviation * (1.0 / results.len() as f64 + ratio).sqrt();
        let farthest = mean.abs() + MOST_STANDARD_ERRORS * standard_error;
        let degrees = (results.len() - 1) as f64;
        farthest.is_finite().then_some(ResampledT { mean, variance: deviation * deviation, standard_error, degrees })
    }

    /// The t statistic.
    pub fn t(&self) -> f64 {
        self.mean / self.standard_error
    }

    /// P(|T| ≥ |t|) if the expected result is 0.
    pub fn p_two_sided(&self) -> f64 {
        2.0 * student_t_upper(self.t().abs(), self.degrees)
    }

    /// P(T ≥ t) if the expected result is 0.
    pub fn p_greater(&self) -> f64 {
        student_t_upper(self.t(), self.degrees)
    }

    /// Confidence interval of the expected result.
    pub fn interval(&self, level: f64) -> (f64, f64) {
        let half = self.half_width(level);
        (self.mean - half, self.mean + half)
    }

    /// Confidence interval of the expected result where results lie in `range`: the [`score_interval`] of the half width.
    pub fn interval_within(&self, range: (f64, f64), level: f64) -> (f64, f64) {
        score_interval(self.mean, self.half_width(level), range)
    }

    fn half_width(&self, level: f64) -> f64 {
        student_t_quantile(0.5 * (1.0 + level), self.degrees) * self.standard_error
    }
}
