//! The error rate on new data, estimated from the draws of a bootstrap.

use std::fmt;

use crate::statistics::bootstrap_632::Bootstrap632;

/// The error rate of one solver on new data, by the fits on the draws of a bootstrap and the fit on all rows.
#[derive(Clone, Debug, PartialEq)]
pub struct BootstrapError {
    /// Draws whose fits did not fail.
    pub draws: usize,
    /// The share of rows that the fit on all rows puts into the wrong class; `None` if it failed.
    pub apparent: Option<f64>,
    /// The error rate of the same predictions if they were independent of the classes; `None` if that fit failed.
    pub no_information: Option<f64>,
    /// The estimates.
    pub estimate: Result<Bootstrap632, NoEstimate>,
}

/// Why there is no estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoEstimate {
    /// There is no apparent error rate.
    FitOfAllRowsFailed,
    /// Fewer than two draws, or some row is in all of them.
    TooFewDraws,
}

impl fmt::Display for NoEstimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NoEstimate::FitOfAllRowsFailed => "the fit on all rows failed",
            NoEstimate::TooFewDraws => "too few draws: each row must be left out by one of them (raise repeats)",
        })
    }
}
