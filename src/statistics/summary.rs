//! Summaries of a sample.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::linear_algebra::quantile;

/// Mean and standard deviation (divisor n − 1; 0 for one value) of a sample, in the order given.
pub fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (mean, if values.len() > 1 { (squares / (n - 1.0)).sqrt() } else { 0.0 })
}

/// Whether not all values are equal. Of equal values the deviation need not be 0, by rounding.
pub fn have_spread(values: &[f64]) -> bool {
    values.iter().any(|&value| value != values[0])
}

/// The distribution of a number over fits. A statistic that is not finite is null.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Distribution {
    /// Mean.
    pub mean: Option<f64>,
    /// Standard deviation, divisor n − 1.
    pub sd: Option<f64>,
    /// Smallest.
    pub min: Option<f64>,
    /// First quartile (linear interpolation).
    pub q25: Option<f64>,
    /// Median.
    pub median: Option<f64>,
    /// Third quartile.
    pub q75: Option<f64>,
    /// Largest.
    pub max: Option<f64>,
}

impl Distribution {
    /// The distribution of the values that are finite, and the sorted list of them.
    pub fn of(values: impl Iterator<Item = f64>) -> (Distribution, Vec<f64>) {
        let finite = |value: f64| value.is_finite().then_some(value);
        let defined: Vec<f64> = values.filter(|value| value.is_finite()).collect();
        let (mean, sd) = mean_and_deviation(&defined);
        let mut sorted = defined;
        sorted.sort_unstable_by(f64::total_cmp);
        let at = |q| finite(quantile(&sorted, q));
        let (min, q25, median, q75, max) = (at(0.0), at(0.25), at(0.5), at(0.75), at(1.0));
        let sd = finite(sd).filter(|_| !sorted.is_empty());
        (Distribution { mean: finite(mean), sd, min, q25, median, q75, max }, sorted)
    }
}
