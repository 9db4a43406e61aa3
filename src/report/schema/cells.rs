//! What the report says of a cell: its fits in numbers, and their traces.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::Verdict;
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
    /// Why fits are undecided, with their numbers.
    pub undecided_because: IndexMap<String, usize>,
    /// Why suboptimal fits have no bound on the gap, with their numbers; absent where all have one.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub no_gap_because: IndexMap<String, usize>,
    /// Why fits failed, with their numbers.
    pub failed_because: IndexMap<String, usize>,
    /// The first splits whose fits failed, 20 at most.
    pub failures: Vec<Failure>,
    /// A summary per metric, by name, in the order of `logitbench list metrics`.
    pub metrics: IndexMap<String, MetricSummary>,
    /// The same for the fits of each verdict alone, where there are several.
    pub metrics_by_verdict: IndexMap<String, IndexMap<String, Distribution>>,
    /// Iterations.
    pub iterations: Counts,
    /// Oracle calls.
    pub oracle_calls: Counts,
    /// Proved bounds on the gap, over the fits that have one.
    pub gap: Distribution,
    /// Bands of the trace over all fits.
    pub trace: Option<Trace>,
    /// Traces kept whole.
    pub whole_traces: Vec<WholeTrace>,
}

/// A fit that failed: its solver broke off, or needed more memory than it was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// The split's index.
    pub split: u64,
    /// Why.
    pub reason: String,
}

impl CellSummary {
    /// Fits with this verdict.
    pub fn verdict(&self, verdict: Verdict) -> usize {
        self.verdicts.get(verdict.name()).copied().unwrap_or(0)
    }
}

/// A metric over the fits of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MetricSummary {
    /// Over the fits for which the metric is defined.
    #[serde(flatten)]
    pub distribution: Distribution,
    /// Share of the fits that reach the metric's best value, if it has one; null where it is defined on no split. Splits whose
    /// rows leave the metric undefined are set apart; a fit that failed has not reached it.
    pub perfect: Option<f64>,
    /// Clopper-Pearson interval of that share over random splits of this data set.
    pub interval: Option<[f64; 2]>,
    /// Student's t interval of the mean over random splits of this data set; null for fewer than 3 values, and where all are
    /// equal, which leaves no spread to go by.
    pub mean_interval: Option<[f64; 2]>,
    /// Corrected resampled t interval of the expected value on new data, for metrics of test rows; null likewise.
    pub new_data_interval: Option<[f64; 2]>,
    /// Fits without a value: on splits that leave the metric undefined, and those that failed or whose value is not finite.
    pub undefined: usize,
    /// Why splits leave the metric undefined whatever the solver, with their numbers. The other fits without a value failed.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub undefined_because: IndexMap<String, usize>,
}

impl MetricSummary {
    /// The splits, of so many, on which the metric is defined.
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
    /// How often which count occurs.
    pub histogram: CountHistogram,
}

/// A histogram of counts: exact up to 32, then 8 classes to each doubling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CountHistogram {
    /// The largest count of each class that has fits.
    pub up_to: Vec<u32>,
    /// Fits in the class.
    pub fits: Vec<usize>,
}

/// Quantiles over all fits along the iterations. A fit that has ended keeps its last value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trace {
    /// The iterations: all up to 32, then 8 to each doubling.
    pub iteration: Vec<u32>,
    /// F.
    pub objective: BandSummary,
    /// F minus its infimum on the training rows of the split: the certified optimum, or 0 for complete separation. Else
    /// the infimum is not known, and the fit counts as the worst.
    pub objective_gap: BandSummary,
    /// ‖g‖₂.
    pub gradient_norm: BandSummary,
    /// ‖β_k − β_{k−1}‖₂.
    pub step_norm: BandSummary,
    /// Length of the step.
    pub step_length: BandSummary,
    /// Oracle calls so far.
    pub oracle_calls: BandSummary,
    /// Shares of all fits that are within targets of the infimum, along the iterations; `oracle_calls` has what these cost.
    pub reached: Vec<Reached>,
}

/// How many fits are near their infimum, along the iterations: for a method that never goes uphill the distribution function
/// of the iterations it needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reached {
    /// The target: F minus its infimum is at most this, to 3 %.
    pub objective_gap: f64,
    /// The share of the fits that is there, per iteration of the trace. A fit whose infimum is not known is not.
    pub share: Vec<f64>,
}

/// One quantity along the iterations, exact to 3 %.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BandSummary {
    /// 10 % quantile.
    pub q10: Vec<Option<f64>>,
    /// Median.
    pub median: Vec<Option<f64>>,
    /// 90 % quantile.
    pub q90: Vec<Option<f64>>,
}

/// One fit, whole, with its trace: a number per iteration, the start included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WholeTrace {
    /// The split's index.
    pub split: u64,
    /// Why the solver's loop ended.
    #[serde(default)]
    pub stop: String,
    /// What is proved.
    #[serde(default)]
    pub verdict: Option<Verdict>,
    /// Why nothing is proved, where nothing is.
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
    /// The coefficients at the end on the model's scale, the intercept first; null for a column that depends on those before
    /// it.
    pub coefficients: Vec<Option<f64>>,
    /// The certificate of a split without an optimum: d with (2y − 1) x'd ≥ 0 on every training row and > 0 on some, as the
    /// coefficients are. Null where there is an optimum or that is not known, and for scaled features.
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
