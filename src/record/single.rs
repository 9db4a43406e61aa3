//! One fit of a whole data set.

use num_bigint::BigInt;

use super::{Separation, Verdict};
use crate::model::certificate::Refusal;
use crate::solver::Stop;

/// The result of fitting all rows of a data set. Coefficients are listed intercept first, if there is one, then the
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
    /// Whether the coefficients are the optimum that arithmetic of twice the precision found, because the solver ended elsewhere.
    pub is_refined: bool,
    /// The coefficients on the data's own scale, each `None` for a column that depends on earlier ones; all together
    /// `None` where no maximum exists or the fit broke down.
    pub coefficients: Option<Vec<Option<f64>>>,
    /// For each a proved bound on its distance from the optimum's.
    pub coefficient_errors: Option<Vec<Option<f64>>>,
    /// Standard errors, from the inverse of X'WX: at the optimum where it is enclosed, else at the solver's point; `None` with a
    /// penalty other than Firth's.
    pub standard_errors: Option<Vec<Option<f64>>>,
    /// For each a proved bound on its distance from the one at the optimum.
    pub standard_error_errors: Option<Vec<Option<f64>>>,
    /// Coefficients of the optimum itself, each with a proved bound on its error: as exact as binary64 has them, if the data allow.
    pub optimum: Option<Vec<Option<[f64; 2]>>>,
    /// Why nothing bounds the errors, if nothing does.
    pub no_bound: Option<Refusal>,
    /// l(β), without penalty.
    pub log_likelihood: Option<f64>,
    /// l of the intercept alone; without one, l of all coefficients at 0.
    pub null_log_likelihood: f64,
    /// Whether the model has an intercept.
    pub intercept: bool,
    /// Coefficients that were fitted.
    pub fitted: usize,
    /// Rank of the design.
    pub rank: usize,
    /// Proved upper bound on the objective's distance from its optimum; infinite where there is none.
    pub gap: f64,
    /// Proved lower bound on that distance, at least 0.
    pub gap_at_least: f64,
    /// Whether the data have a maximum-likelihood fit without penalty; `None` where neither is proved.
    pub separation: Option<Separation>,
    /// For separated data: a direction d in whole numbers with s_i x_i'd ≥ 0 on all rows and > 0 on some, exactly.
    pub direction: Option<Vec<BigInt>>,
    /// For quasi-completely separated data: the limit of the fit.
    pub limit: Option<Limit>,
    /// Columns of the design that each separate the classes completely, alone.
    pub separating_columns: Vec<usize>,
    /// Columns of the design that depend on earlier ones and were left out.
    pub dropped: Vec<usize>,
    /// Likelihood-ratio tests of each coefficient against 0, if they were made; `None` for a column that was left out.
    pub likelihood_ratios: Option<Vec<Option<Result<LikelihoodRatio, NoEnd>>>>,
    /// Columns of the design whose z falls as the coefficient moves away from 0; none without standard errors.
    pub hauck_donner: Vec<usize>,
    /// Lower and upper ends of profile-likelihood intervals, if they were asked for; `None` for a column that was left out.
    pub profile: Option<Vec<Option<[ProfileEnd; 2]>>>,
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
    /// For each a proved bound on its error, if there is one.
    pub coefficient_errors: Vec<Option<f64>>,
    /// Standard errors of the limits.
    pub standard_errors: Vec<Option<f64>>,
    /// For each a proved bound on its error, if there is one.
    pub standard_error_errors: Vec<Option<f64>>,
}

/// A likelihood-ratio test of a coefficient against 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LikelihoodRatio {
    /// Twice the log-likelihood's distance from its supremum, the coefficient held at 0.
    pub statistic: f64,
    /// Proved bound on its error; `None` where nothing is proved.
    pub error: Option<f64>,
}

/// An end of a coefficient's interval by its profile likelihood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ProfileEnd {
    /// The deviance rises there by the quantile.
    At(f64),
    /// There is none, which is proved: however far the coefficient goes, the deviance rises by less.
    Infinite,
    /// None is given.
    Missing(NoEnd),
}

/// Why an end of an interval is not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoEnd {
    /// The estimate is no maximum, because the search found a higher likelihood.
    Higher,
    /// The search did not come to an end.
    Search,
    /// The search came to an end, but nothing proves that the deviance rises by the quantile there.
    Unproved,
}

impl ProfileEnd {
    /// The end, where it is given.
    pub fn value(self) -> Option<f64> {
        match self {
            ProfileEnd::At(value) => Some(value),
            ProfileEnd::Infinite | ProfileEnd::Missing(_) => None,
        }
    }

    /// Why there is none, for reports.
    pub fn reason(self) -> Option<&'static str> {
        match self {
            ProfileEnd::At(_) => None,
            ProfileEnd::Infinite => Some("infinite"),
            ProfileEnd::Missing(NoEnd::Higher) => Some("higher-likelihood"),
            ProfileEnd::Missing(NoEnd::Search) => Some("search-failed"),
            ProfileEnd::Missing(NoEnd::Unproved) => Some("unproved"),
        }
    }
}
