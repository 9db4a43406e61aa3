//! The members of a report about a cell: numbers of its fits, and their traces.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::Verdict;
use crate::solver::Stop;
use crate::statistics::summary::Distribution;

/// All fits of one solver on one data set under one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CellSummary {
    /// The data set.
    pub dataset: String,
    /// The solver.
    pub solver: String,
    /// The model.
    pub model: String,
    /// Number of fits.
    pub fits: usize,
    /// Fits per stop, all stops; they add up to `fits`.
    pub stops: IndexMap<String, usize>,
    /// Fits per verdict, all verdicts; they add up to `fits`.
    pub verdicts: IndexMap<String, usize>,
    /// Reasons why fits are undecided, with numbers of fits.
    pub undecided_because: IndexMap<String, usize>,
    /// Reasons why suboptimal fits have no bound on the gap, with numbers of fits; absent if all have a bound.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub no_gap_because: IndexMap<String, usize>,
    /// Reasons why fits failed, with numbers of fits.
    pub failed_because: IndexMap<String, usize>,
    /// The first failed fits, 20 at most.
    pub failures: Vec<FailedFit>,
    /// A summary per metric, by name, in the order of `logitbench list metrics`.
    pub metrics: IndexMap<String, MetricSummary>,
    /// A distribution per verdict and metric, over the fits of the verdict; empty if all fits have one verdict.
    pub metrics_by_verdict: IndexMap<String, IndexMap<String, Distribution>>,
    /// Iterations.
    pub iterations: Counts,
    /// Oracle calls.
    pub oracle_calls: Counts,
    /// Proved bounds on the gap, over the fits with a bound.
    pub gap: Distribution,
    /// How often test rows are of class 1, by their fitted probabilities; absent unless a metric of their calibration is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reliability: Option<Reliability>,
    /// The error rate on new data by the bootstrap; absent unless the splits are draws of `scheme = "bootstrap"` from rows without
    /// weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bootstrap: Option<BootstrapSummary>,
    /// Bands of the trace over all fits.
    pub trace: Option<Trace>,
    /// Traces kept whole.
    pub whole_traces: Vec<WholeTrace>,
}

/// The error rate (1 − accuracy) on new data of the solver trained on all rows, by the estimators .632 and .632+ (Efron & Tibshirani
/// 1997, JASA 92, 548-560).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BootstrapSummary {
    /// Draws whose fits did not fail; the others are left out.
    pub draws: usize,
    /// The error rate of the fit on all rows on these rows; null if that fit failed.
    pub apparent: Option<f64>,
    /// γ: the error rate of its predictions if they were independent of the classes.
    pub no_information: Option<f64>,
    /// Err₁: the mean over rows of the error rate of the fits on draws without the row.
    pub leave_one_out: Option<f64>,
    /// R, the relative overfitting rate, from 0 to 1.
    pub overfitting: Option<f64>,
    /// The estimate .632: 0.368 apparent + 0.632 Err₁.
    pub estimate: Option<f64>,
    /// The estimate .632+, which gives Err₁ the more weight the larger R is.
    pub estimate_plus: Option<f64>,
    /// The standard error of .632+; null where no row is ever in error.
    pub standard_error: Option<f64>,
    /// The interval of the error rate on new data about .632+.
    pub interval: Option<[f64; 2]>,
    /// Why there is no estimate; absent where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_because: Option<String>,
}

/// How often test rows are of class 1, by their fitted probabilities: a reliability curve. The rows of all fits are pooled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reliability {
    /// Number of fits. Those without finite probabilities are left out.
    pub fits: u64,
    /// Whether each split has rows of its own, drawn afresh. Else splits share rows.
    pub independent_splits: bool,
    /// The bins of width 0.1 that have rows, from low probabilities to high ones.
    pub bins: Vec<ReliabilityBin>,
}

/// Test rows with about one fitted probability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReliabilityBin {
    /// The lowest probability of the bin.
    pub from: f64,
    /// The end of the bin: its probabilities are below that, or in the last bin at most that.
    pub to: f64,
    /// Number of rows.
    pub rows: u64,
    /// The mean of their fitted probabilities.
    pub mean_probability: f64,
    /// The share of class 1 among them.
    pub share: f64,
    /// The consistency bar: where the share of that many independent rows lies with the report's level, if the probabilities are
    /// right. Where splits share rows, the bar of rows / fits rows, rounded down; null if that is 0.
    pub consistency: Option<[f64; 2]>,
}

/// A fit that failed: its solver broke off, or would have needed more memory than the limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FailedFit {
    /// The split's index.
    pub split: u64,
    /// The reason.
    pub reason: String,
}

impl CellSummary {
    /// Fits with this verdict.
    pub fn verdict(&self, verdict: Verdict) -> usize {
        self.verdicts.get(verdict.name()).copied().unwrap_or(0)
    }

    /// Fits that ended so.
    pub fn stop(&self, stop: Stop) -> usize {
        self.stops.get(stop.name()).copied().unwrap_or(0)
    }

    /// Fits that broke down. A report from elsewhere may have numbers of any size.
    pub fn broke_down(&self) -> usize {
        let stops = Stop::ALL.into_iter().filter(|stop| stop.broke_down());
        stops.map(|stop| self.stop(stop)).fold(0, usize::saturating_add)
    }
}

/// A metric over the fits of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MetricSummary {
    /// Distribution over the fits with a value.
    #[serde(flatten)]
    pub distribution: Distribution,
    /// Share of the fits that reach the metric's best value; null if the metric has no best value or is defined on no split.
    /// Splits whose rows leave the metric undefined are set apart; a failed fit counts as not reaching it.
    pub perfect: Option<f64>,
    /// Clopper-Pearson interval of the share `perfect` over random splits of this data set; null where splits are no independent draws,
    /// given the data.
    pub interval: Option<[f64; 2]>,
    /// Student's t interval of the mean over random splits of this data set; null for fewer than 3 values, and where all are
    /// equal, which leaves no spread to go by; and where splits are no independent draws, given the data.
    pub mean_interval: Option<[f64; 2]>,
    /// Corrected resampled t interval of the expected value on new data, for metrics of test rows, or that of Bouckaert & Frank for folds
    /// of random partitions; null for other schemes, for fewer than 3 values, and where all are equal. Of `test_accuracy` on a fixed test
    /// set of rows without weights and groups, the Clopper-Pearson interval of the accuracy of that fit.
    pub new_data_interval: Option<[f64; 2]>,
    /// Number of fits without a value: fits on splits that leave the metric undefined, failed fits, and fits whose value is not
    /// finite.
    pub undefined: usize,
    /// Reasons why splits leave the metric undefined whatever the solver, with numbers of splits. Other fits without a value
    /// failed.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub undefined_because: IndexMap<String, usize>,
}

impl MetricSummary {
    /// Number of splits, of `splits`, on which the metric is defined.
    pub fn defined_on(&self, splits: usize) -> usize {
        self.undefined_because.values().fold(splits, |left, &apart| left.saturating_sub(apart))
    }
}

/// Counts over the fits of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Smallest.
    pub min: u32,
    /// Median.
    pub median: f64,
    /// Largest.
    pub max: u32,
    /// Mean.
    pub mean: f64,
    /// How often each count occurs.
    pub histogram: CountHistogram,
}

/// A histogram of counts: exact up to 32, then 8 classes per doubling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CountHistogram {
    /// The largest count of each class that has fits.
    pub up_to: Vec<u32>,
    /// Number of fits in each class.
    pub fits: Vec<usize>,
}

/// Quantiles over all fits, iteration by iteration. A fit that has ended keeps its last value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trace {
    /// The iterations: all up to 32, then 8 per doubling.
    pub iteration: Vec<u32>,
    /// F.
    pub objective: BandSummary,
    /// F minus its infimum on the training rows of the split: the certified optimum, or 0 for complete separation. A fit whose
    /// infimum is unknown counts as the worst.
    pub objective_gap: BandSummary,
    /// ‖g‖₂.
    pub gradient_norm: BandSummary,
    /// ‖β_k − β_{k−1}‖₂.
    pub step_norm: BandSummary,
    /// Length of the step.
    pub step_length: BandSummary,
    /// Oracle calls so far.
    pub oracle_calls: BandSummary,
    /// Shares of all fits within targets of the infimum, iteration by iteration; `oracle_calls` has the cost of the iterations.
    pub reached: Vec<Reached>,
}

/// The share of fits near their infimum, iteration by iteration. For a method that never goes uphill this is the distribution
/// function of the iterations it needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reached {
    /// The target: F minus its infimum is at most this, to 3 %.
    pub objective_gap: f64,
    /// The share of the fits within the target, per iteration of the trace. A fit whose infimum is unknown counts as outside.
    pub share: Vec<f64>,
}

/// Quantiles of one quantity, iteration by iteration, exact to 3 %.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BandSummary {
    /// 10 % quantile.
    pub q10: Vec<Option<f64>>,
    /// Median.
    pub median: Vec<Option<f64>>,
    /// 90 % quantile.
    pub q90: Vec<Option<f64>>,
}

/// One fit with its whole trace: a number per iteration, the start included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WholeTrace {
    /// The split's index.
    pub split: u64,
    /// Why the solver's loop ended.
    #[serde(default)]
    pub stop: String,
    /// The verdict: what is proved of the fit.
    #[serde(default)]
    pub verdict: Option<Verdict>,
    /// Why the fit is `undecided`; else null.
    #[serde(default)]
    pub undecided_because: Option<String>,
    /// Why a suboptimal fit has no bound on the gap; absent where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_gap_because: Option<String>,
    /// Proved upper bound on the objective's distance from its optimum.
    #[serde(default)]
    pub gap: Option<f64>,
    /// The metrics.
    #[serde(default)]
    pub metrics: IndexMap<String, Option<f64>>,
    /// The coefficients at the end on the model's scale, the intercept first; null for a column that depends on earlier columns.
    pub coefficients: Vec<Option<f64>>,
    /// The certificate of a split without an optimum: d with (2y − 1) x'd ≥ 0 on every training row and > 0 on some, in the order
    /// of the coefficients. Null if an optimum exists or may exist, and for scaled features.
    #[serde(default)]
    pub direction: Option<Vec<Option<f64>>>,
    /// The iterations.
    pub iteration: Vec<u32>,
    /// F.
    pub objective: Vec<Option<f64>>,
    /// F minus its infimum.
    pub objective_gap: Vec<Option<f64>>,
    /// ‖g‖₂.
    pub gradient_norm: Vec<Option<f64>>,
    /// ‖β_k − β_{k−1}‖₂.
    pub step_norm: Vec<Option<f64>>,
    /// Length of the step.
    pub step_length: Vec<Option<f64>>,
    /// Oracle calls so far.
    pub oracle_calls: Vec<u32>,
}
