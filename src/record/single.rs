//! One fit of a whole data set.

use super::{Separation, Verdict};
use crate::model::certificate::Refusal;
use crate::solver::Stop;

/// The result of fitting all rows of a data set with an intercept. Coefficients are listed intercept first, then the
/// features in the order of the data.
#[derive(Clone, Debug, PartialEq)]
pub struct SingleFit {
    /// The verdict, which is proved.
    pub verdict: Verdict,
    /// Why the coefficients have no certificate of their own, if they have none.
    pub refusal: Option<Refusal>,
    /// Why the loop ended.
    pub stop: Stop,
    /// Steps taken.
    pub iterations: u32,
    /// The coefficients on the data's own scale, each `None` for a column that depends on earlier ones; all together
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
    /// Whether the data have a maximum-likelihood fit without penalty; `None` where neither is proved.
    pub separation: Option<Separation>,
    /// For separated data: a direction d with s_i x_i'd ≥ 0 on all rows and > 0 on some, each entry rounded once.
    pub direction: Option<Vec<f64>>,
    /// For quasi-completely separated data: the limit of the fit.
    pub limit: Option<Limit>,
    /// Columns of the design that each separate the classes completely, alone.
    pub separating_columns: Vec<usize>,
    /// Columns of the design that depend on earlier ones and were left out.
    pub dropped: Vec<usize>,
    /// Profile-likelihood intervals, if they were asked for.
    pub profile: Option<Vec<Option<Profiled>>>,
}

/// The limit of a likelihood without a maximum, under quasi-complete separation: the fit of the rows that lie on every
/// separating hyperplane.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// Supremum of the log-likelihood.
    pub log_likelihood: f64,
    /// Rows on the hyperplane.
    pub rows: usize,
    /// Limits of the coefficients; `None` for a coefficient that these rows do not determine, which has no finite limit.
    pub coefficients: Vec<Option<f64>>,
    /// Standard errors of the limits.
    pub standard_errors: Vec<Option<f64>>,
}

/// The interval of a coefficient by its profile likelihood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Profiled {
    /// Lower and upper end; infinite where the profile never falls far enough.
    Interval(f64, f64),
    /// The estimate is no maximum, because the search found a higher likelihood.
    Higher,
    /// The search did not end.
    Failed,
}
