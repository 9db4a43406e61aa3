//! The members of a report that compare solvers.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::INTERVAL_LEVEL;

/// The meaning of intervals of the report: their population, method and assumptions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IntervalMeaning {
    /// The members of the report that are such intervals.
    pub members: Vec<String>,
    /// The population that the intervals are about.
    pub about: String,
    /// The method that finds them.
    pub method: String,
    /// The assumptions of the method.
    pub assumes: String,
    /// Why the method was chosen: what of the design asks for it. Absent where the design leaves no choice, and in older reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// Two solvers on the same splits of one data set under one model. Differences are first minus second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// The data set.
    pub dataset: String,
    /// The model.
    pub model: String,
    /// The first and the second solver.
    pub solvers: [String; 2],
    /// Their thresholds, where these differ: a number, or how each fit chooses its own. Metrics of predicted classes, as accuracy, then tell
    /// as much of the thresholds as of the solvers, and no conclusion, rank or adjusted p-value goes by them. Absent where both are one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thresholds: Option<[String; 2]>,
    /// Test accuracy.
    pub test_accuracy: PairedMetric,
    /// The other metrics of test rows that say which fit is better, by name; absent in reports of older versions.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub metrics: IndexMap<String, PairedMetric>,
    /// McNemar's test of two classifiers; null without fits that are kept whole (`[trace] whole`), or without test rows.
    pub mcnemar: Option<McNemar>,
    /// Tests of the same two classifiers on the test rows of split 0, by their probabilities; absent as `mcnemar` is null, where a fit
    /// gave no probabilities, and in reports of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_rows: Option<OnRows>,
    /// Numbers of splits on which both solvers, one, or none is proved optimal.
    pub optimal: BothOptimal,
    /// Iterations, on the splits on which both are proved optimal.
    pub iterations: PairedCost,
    /// Oracle calls, on the same splits.
    pub oracle_calls: PairedCost,
    /// Whether the two agree where they must; null if no split has an optimum.
    pub same_minimiser: Option<SameMinimiser>,
    /// The comparison in words.
    pub conclusion: String,
}

/// Two models on the same splits of one data set, fitted by one solver. Differences are first minus second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ModelComparison {
    /// The data set.
    pub dataset: String,
    /// The solver.
    pub solver: String,
    /// The first and the second model.
    pub models: [String; 2],
    /// The keys of `models` that differ, as `strength`; several where the two differ in more than one thing, so that no difference is
    /// due to one of them alone.
    pub differ_in: Vec<String>,
    /// Test accuracy. Adjusted p-values are for all pairs of models of this solver on this data set.
    pub test_accuracy: PairedMetric,
    /// The other metrics of test rows that say which fit is better, by name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub metrics: IndexMap<String, PairedMetric>,
    /// The comparison in words.
    pub conclusion: String,
}

/// A metric on the same splits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PairedMetric {
    /// Mean difference.
    pub mean_difference: Option<f64>,
    /// Mean difference in standard deviations of the differences: Cohen's d for pairs.
    pub effect_size: Option<f64>,
    /// Splits on which the first is larger.
    pub first_larger: usize,
    /// Splits on which the second is larger.
    pub second_larger: usize,
    /// Splits on which both are equal.
    pub equal: usize,
    /// Splits on which the metric is not defined: all splits, if there are no test rows.
    pub undefined: usize,
    /// Splits on which either fit failed. A failed fit counts with the metric's worst value, as classifying no row correctly; where
    /// that is infinite, see `left_out`.
    pub failed: usize,
    /// Splits without a finite difference: a fit has no value and the metric no worst one, or the value is infinite. Such a fit is the
    /// worse one in `first_larger`, `second_larger` and the sign test; means, intervals, t-tests and posterior leave the split out.
    /// Absent where there is none.
    #[serde(default, skip_serializing_if = "super::is_zero")]
    pub left_out: usize,
    /// Splits on which a fit of each solver has no value and counts with the metric's worst one, which is finite. Absent where there is
    /// none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_worst: Option<[usize; 2]>,
    /// Splits on which the two differ although both are proved to be at the optimum, which is unique: such differences come of what the
    /// tolerance leaves open, or of other thresholds. Absent where there is none.
    #[serde(default, skip_serializing_if = "super::is_zero")]
    pub at_one_optimum: usize,
    /// Exact two-sided sign test over the splits, ties left out; null where splits are no independent draws, given the data.
    pub sign_test_p: Option<f64>,
    /// The mean difference over random splits of this data set: the ordinary t; null for fewer than 3 splits, and where the
    /// difference is the same on all, which leaves no spread to go by: the sign test is exact there. Null too where splits are no
    /// independent draws, given the data, as folds are none.
    pub over_splits: Option<Inference>,
    /// The expected difference on new data: the corrected resampled t of Nadeau & Bengio, or that of Bouckaert & Frank for folds of random
    /// partitions, each of which must have a result; null for other schemes, for fewer than 3 splits, and without spread.
    pub on_new_data: Option<Inference>,
    /// The Bayesian correlated t-test, also about new data.
    pub posterior: Option<Equivalence>,
}

/// McNemar's exact test on the test rows of the first split that is kept whole. It compares the two classifiers fitted there, not the
/// methods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct McNemar {
    /// Splits whose test rows are counted: 1, since rows of several splits are not independent. Earlier versions pooled splits where
    /// the data are drawn afresh for each, which rejects far too often.
    pub splits: usize,
    /// Rows that only the first classifies correctly.
    pub only_first_right: usize,
    /// Rows that only the second classifies correctly.
    pub only_second_right: usize,
    /// Two-sided p-value.
    pub p_value: f64,
}

/// Two classifiers, fitted on split 0, on its test rows: they are compared, not the methods, since another split has other fits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OnRows {
    /// Whether both are proved to be at the optimum, which is unique: what they differ by is left open by the tolerance.
    pub at_one_optimum: bool,
    /// The areas under the ROC curves; null with fewer than two test rows of a class.
    pub auc: Option<AreasOnRows>,
    /// Log loss of a row, by the paired t-test, the Diebold-Mariano test of independent losses; null for fewer than 3 rows, for equal
    /// differences, and where a loss is infinite.
    pub log_loss: Option<OnRowsTest>,
    /// Squared difference of probability and outcome, by the same test.
    pub brier_score: Option<OnRowsTest>,
}

/// Areas under two ROC curves of the same rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AreasOnRows {
    /// The area of the first and of the second.
    pub areas: [f64; 2],
    /// Their intervals on the logit scale, by DeLong's variance; null where an area is 0 or 1.
    pub intervals: [Option<[f64; 2]>; 2],
    /// DeLong's paired test; null where no row tells the two apart.
    pub test: Option<OnRowsTest>,
}

/// A test on rows, of two classifiers that are given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OnRowsTest {
    /// First minus second.
    pub difference: f64,
    /// The interval of the difference over test rows, at the report's `interval_level`.
    pub interval: [f64; 2],
    /// Two-sided p-value of no difference.
    pub p_value: f64,
}

/// An interval and a test of no difference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Inference {
    /// The interval of the difference, at the report's `interval_level`.
    pub interval: [f64; 2],
    /// Two-sided p-value.
    pub p_value: f64,
    /// The p-value with Holm's adjustment for all pairs of solvers on this data set under this model, by the same metric: it is not
    /// adjusted for the number of metrics. Words in the report go by it.
    pub p_adjusted: f64,
}

impl Inference {
    /// Whether the test shows a difference, adjusted for all pairs, at the report's `interval_level`.
    pub fn shows_difference(&self) -> bool {
        self.p_adjusted <= 1.0 - INTERVAL_LEVEL
    }
}

/// Probabilities of a difference of practical importance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Equivalence {
    /// Differences from −rope to rope are equivalent.
    pub rope: f64,
    /// Probability that the first is larger by more than rope.
    pub first_larger: f64,
    /// Probability that the two are equivalent.
    pub equivalent: f64,
    /// Probability that the second is larger by more than rope.
    pub second_larger: f64,
    /// The smallest rope with which the two are equivalent with probability 0.95; absent in reports of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equivalent_from: Option<f64>,
    /// The same probabilities with half and with twice the rope; absent in reports of older versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub at_other_ropes: Vec<OtherRope>,
}

/// Probabilities of a difference beyond another rope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OtherRope {
    /// Differences from −rope to rope are equivalent.
    pub rope: f64,
    /// Probability that the first is larger by more than rope.
    pub first_larger: f64,
    /// Probability that the two are equivalent.
    pub equivalent: f64,
    /// Probability that the second is larger by more than rope.
    pub second_larger: f64,
}

/// Numbers of splits by which of two fits are proved optimal. They add up to all splits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BothOptimal {
    /// Both are proved optimal.
    pub both: usize,
    /// Only the first is proved optimal.
    pub only_first: usize,
    /// Only the second is proved optimal.
    pub only_second: usize,
    /// Neither is proved optimal.
    pub neither: usize,
    /// The split is proved to have no optimum.
    pub no_optimum: usize,
}

/// Paired costs over the splits where both fits are proved optimal; other fits have no cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PairedCost {
    /// Mean difference.
    pub mean_difference: Option<f64>,
    /// Splits on which the first is larger.
    pub first_larger: usize,
    /// Splits on which the second is larger.
    pub second_larger: usize,
    /// Splits on which both are equal.
    pub equal: usize,
    /// The Hodges-Lehmann estimate of the difference.
    pub shift: Option<f64>,
    /// The interval of the estimate; null where splits are no independent draws, given the data.
    pub shift_interval: Option<[f64; 2]>,
    /// Two-sided p-value of Wilcoxon's signed-rank test; null as `shift_interval` is.
    pub wilcoxon_p: Option<f64>,
    /// Effect size of that test from −1 to 1: the matched-pairs rank-biserial correlation.
    pub rank_biserial: Option<f64>,
    /// Two-sided p-value of the exact sign test over all splits on which a fit is proved optimal; a fit that is not loses. Null as
    /// `shift_interval` is.
    pub sign_test_p: Option<f64>,
}

/// Two solvers on splits that have an optimum. They must agree where both are proved to be at the optimum, because it is unique.
///
/// Disagreements over all splits are lower bounds, because most records hold no coefficients and no predictions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SameMinimiser {
    /// Whether both have the same threshold. With other thresholds accuracies may differ at the same coefficients.
    pub same_threshold: bool,
    /// Whether a threshold is chosen on the training rows of each split. Two that are chosen are the same if the criterion is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub threshold_is_chosen: bool,
    /// Splits on which both are optimal.
    pub splits: usize,
    /// The largest difference of `coefficient_norm` on these splits: coefficients differ by this or more.
    pub coefficient_norm_difference: Option<f64>,
    /// The largest difference of a coefficient, on the splits whose traces are kept whole (`[trace] whole`).
    pub coefficient_difference: Option<f64>,
    /// The largest difference in the number of rows, training and test, classified correctly: at least this many predicted
    /// classes differ.
    pub classes_that_differ: Option<usize>,
    /// The largest number of rows whose predicted classes differ, on the splits whose traces are kept whole.
    pub predictions_that_differ: Option<usize>,
    /// Splits on which test accuracies differ although both are optimal.
    pub accuracy_differs: usize,
    /// Splits on which test accuracies differ although an optimum exists, because a fit or both fits are not at it.
    pub under_converged: usize,
}

/// Costs over all problems of a model. A problem is a split of any data set, unless the split is proved to have no optimum. Shares and
/// means are means over data sets, which weigh the same, however many problems each has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Profile {
    /// The model.
    pub model: String,
    /// `iterations` or `oracle_calls`; infinite for a fit that is not proved optimal.
    pub cost: String,
    /// The solvers that were run.
    pub solvers: Vec<String>,
    /// The data sets with problems. Empty in reports of earlier versions, in which problems weigh the same and not data sets.
    #[serde(default)]
    pub datasets: Vec<String>,
    /// Number of problems.
    pub problems: usize,
    /// Number of splits left out, because no maximum exists.
    pub without_optimum: usize,
    /// Share of the problems that each solver solves.
    pub solved: Vec<f64>,
    /// Intervals of these shares; null as those of `performance` are.
    #[serde(default)]
    pub solved_interval: Vec<Option<[f64; 2]>>,
    /// Shifted geometric mean of each solver's cost; null for infinite.
    pub shifted_geometric_mean: Vec<Option<f64>>,
    /// The shift.
    pub shift: f64,
    /// Performance profiles (Dolan & Moré 2002): the share of the problems with a cost of at most τ times the least cost.
    pub performance: Steps,
    /// Data profiles (Moré & Wild 2009): the share of the problems with a cost of at most κ (p + 1), p being the number of
    /// coefficients.
    pub data: Steps,
    /// Distribution functions of the cost to targets, over the problems whose traces are kept whole (`[trace] whole`).
    pub targets: Vec<CostToTarget>,
    /// The conclusion in words.
    pub conclusion: String,
}

/// The costs at which solvers are within a target of the infimum for the first time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CostToTarget {
    /// The target: F minus its infimum is at most this.
    pub objective_gap: f64,
    /// Number of problems whose traces are kept whole.
    pub problems: usize,
    /// Costs.
    pub cost: Vec<f64>,
    /// A row per solver: for each cost the share of these problems on which the solver reaches the target with at most that cost.
    pub share: Vec<Vec<f64>>,
    /// Intervals of the shares, as those of `performance`.
    pub interval: Option<Vec<Vec<Option<[f64; 2]>>>>,
}

/// Shares of problems against a factor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Steps {
    /// The factors τ or κ.
    pub factor: Vec<f64>,
    /// A row per solver, a share per factor.
    pub share: Vec<Vec<f64>>,
    /// For each share the interval, at the report's `interval_level`, of the share over all data sets of such a kind, from which these
    /// are a random sample: expanded percentiles of bootstrap means of whole data sets (Hesterberg 2015), for each factor by itself.
    /// Null for fewer than 6 data sets, and where the shares of all data sets are equal.
    pub interval: Option<Vec<Vec<Option<[f64; 2]>>>>,
}
