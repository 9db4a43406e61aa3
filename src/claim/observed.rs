//! What the observed value of a claim is.

use crate::statistics::words::percent;

/// What the observed value of a claim is, and so how it and its interval are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed {
    /// The share of splits on which the claim holds, in percent.
    ShareOfSplits,
    /// The share of shuffled labellings that do worse than the true one, in percent.
    ShareOfLabellings,
    /// The mean of the metric over the splits, in the metric's own unit.
    Mean,
}

impl Observed {
    /// The heading of a column of such values.
    pub fn heading(self) -> &'static str {
        match self {
            Observed::ShareOfSplits => "share",
            Observed::ShareOfLabellings => "share of labellings",
            Observed::Mean => "mean",
        }
    }

    /// A value in words: `96 %`, or `0.9600`.
    pub fn shown(self, value: f64) -> String {
        match self {
            Observed::ShareOfSplits | Observed::ShareOfLabellings => percent(value),
            Observed::Mean => format!("{value:.4}"),
        }
    }
}
