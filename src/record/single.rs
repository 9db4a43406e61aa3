//! One fit of a whole data set.

use super::{Separation, Verdict};
use crate::model::certificate::Refusal;
use crate::solver::Stop;

/// The result of fitting all rows of a data set with an intercept. Coefficients are listed intercept first, then the
/// features in the order of the data.
#[derive(Clone, Debug, PartialEq)]
pub struct SingleFit {
    /// What is proved.
    pub verdict: Verdict,
    /// Why the coefficients prove nothing themselves, where they do not.
    pub refusal: Option<Refusal>,
    /// Why the loop ended.
    pub stop: Stop,
    /// Steps taken.
    pub iterations: u32,
    /// The coefficients on the data's own scale, each `None` for a column that depends on those before it; all together
    /// `None` where no maximum exists or the fit broke down.
    pub coefficients: Option<Vec<Option<f64>>>,
    /// Their standard errors, from the inverse of X'WX; `None` with a penalty other than Firth's.
    pub standard_errors: Option<Vec<Option<f64>>>,
    /// l(β), without penalty.
    pub log_likelihood: Option<f64>,
    /// l of the intercept alone.
    pub null_log_likelihood: f64,
    /// Coefficients that were fitted.
    pub fitted: usize,
    /// Rank of the design.
    pub rank: usize,
    /// Proved upper bound on the objective's distance from its optimum; infinite where there is none.
    pub gap: f64,
    /// Whether the data have a maximum-likelihood fit without penalty; `None` where that is not proved.
    pub separation: Option<Separation>,
    /// For separated data: a direction d with s_i x_i'd ≥ 0 on all rows and > 0 on some, each entry rounded once.
    pub direction: Option<Vec<f64>>,
}
