//! The report: one JSON object, `logitbench/report/1`. Names change only with the schema, because readers rely on them.
//!
//! A number that is not finite is null. Outside [`Report::environment`] and [`Report::timings`] a report depends on the
//! experiment alone: two runs of one experiment give the same bytes, whatever the number of threads. (Fits that a `time_limit`
//! ends are the exception, because they depend on the machine's speed.)

mod cells;
mod comparisons;
mod over_datasets;

pub use crate::claim::{ClaimCell, ClaimResult, ClaimVerdict, PermutationTest};
pub use crate::statistics::summary::Distribution;
pub use cells::{
    BandSummary, BootstrapSummary, CellSummary, CountHistogram, Counts, FailedFit, MetricSummary, Reached, Reliability,
    ReliabilityBin, Trace, WholeTrace,
};
pub use comparisons::{
    AreasOnRows, BothOptimal, Comparison, CostToTarget, Equivalence, Inference, IntervalMeaning, McNemar,
    ModelComparison, OnRows, OnRowsTest, OtherRope, PairedCost, PairedMetric, Profile, SameMinimiser, Steps,
};
pub use over_datasets::{
    FailedCell, Friedman, Hierarchical, ModelRanking, RankTests, RankedModels, RankedPair, Ranking, Rating,
    SkillingsMack,
};

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::record::DataSetSummary;

/// The schema's name and version.
pub const SCHEMA: &str = "logitbench/report/1";

/// The level of the intervals of metrics.
pub const INTERVAL_LEVEL: f64 = 0.95;

/// The results of an experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The name and version of the schema.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: String,
    /// The answer in plain words, the deciding sentence first: which model and solver to use, what does not matter, what is not known.
    /// Absent in reports of older versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answer: Vec<String>,
    /// The experiment.
    pub experiment: ExperimentSummary,
    /// The conditions of the run.
    pub environment: Environment,
    /// Time per cell.
    pub timings: Vec<Timing>,
    /// The data.
    pub datasets: Vec<DataSetSummary>,
    /// The models.
    pub models: Vec<ModelSummary>,
    /// The solvers, including solvers that could not run.
    pub solvers: Vec<SolverSummary>,
    /// Pairs of a solver and a model under which it was not run; absent if every solver was run under every model.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<SkippedSummary>,
    /// Facts about the training rows of the splits that hold for every solver: an entry per data set and model.
    pub splits: Vec<SplitSummary>,
    /// The results: a cell per data set, model and solver.
    pub cells: Vec<CellSummary>,
    /// The meanings of the intervals.
    pub intervals: Vec<IntervalMeaning>,
    /// Comparisons of two solvers on the same splits: an entry per pair, data set and model.
    pub comparisons: Vec<Comparison>,
    /// Comparisons of two models on the same splits: an entry per pair, data set and solver. Absent with one model, and in reports of
    /// older versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub model_comparisons: Vec<ModelComparison>,
    /// Comparisons of all solvers over data sets: an entry per model and measure.
    pub rankings: Vec<Ranking>,
    /// Comparisons of all models over data sets: an entry per solver and measure. Absent with one model or one data set, and in reports of
    /// older versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub model_rankings: Vec<ModelRanking>,
    /// Costs over all problems: an entry per model and cost.
    pub profiles: Vec<Profile>,
    /// The claims, decided.
    pub claims: Vec<ClaimResult>,
    /// The file with the records of single fits; null if none was written.
    pub fits: Option<FitsFile>,
}

impl Report {
    /// Names of the features that a model makes from a data set, or of the data set's own.
    pub fn feature_names(&self, dataset: &str, model: &str) -> &[String] {
        let made = self.splits.iter().find(|of| of.dataset == dataset && of.model == model);
        let made = made.and_then(|of| of.feature_names.as_ref());
        let own = || self.datasets.iter().find(|of| of.name == dataset).map(|of| &of.feature_names);
        made.or_else(own).map_or(&[], Vec::as_slice)
    }
}

/// The experiment, as its file and the command line set it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExperimentSummary {
    /// The question in a sentence.
    pub title: String,
    /// The file's name.
    pub file: String,
    /// SHA-256 of the file's text.
    pub digest: String,
    /// The seed.
    pub seed: u64,
    /// Number of repetitions that were made: splits, or partitions into folds.
    pub repeats: u64,
    /// Number of splits per data set, of the one that has most; absent where each repetition is one split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub splits: Option<u64>,
    /// Most repetitions of a run that ends once all claims are decided; null for other runs.
    pub most_repeats: Option<u64>,
    /// The scheme by which rows are dealt to the training and test set.
    pub scheme: String,
    /// The parameters of the scheme beside `test_fraction`; absent where it has none.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub scheme_parameters: IndexMap<String, Value>,
    /// Share of test rows, or of test groups; 0 if every row is a training row, null where the scheme deals no share.
    pub test_fraction: Option<f64>,
    /// The generator of the splits' random numbers.
    pub generator: String,
    /// The random state of repetition 0, with `generator = "numpy"`.
    pub first_random_state: Option<u32>,
    /// The one random state of all repetitions, where the file sets one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub random_state: Option<u32>,
    /// A fit is optimal if its objective is proved to lie within this share of the optimal objective.
    pub tolerance: f64,
    /// Level of the intervals of metrics.
    pub interval_level: f64,
    /// The largest chance that any claim is decided wrongly, if the file sets one (`error_rate`); absent where each claim is decided at
    /// its own level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_rate: Option<f64>,
}

impl ExperimentSummary {
    /// Number of splits per data set, of the one that has most.
    pub fn splits(&self) -> u64 {
        self.splits.unwrap_or(self.repeats)
    }
}

/// The conditions of a run: program, time and machine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Environment {
    /// Version of logitbench.
    pub version: String,
    /// When the run began (RFC 3339, UTC).
    pub started: String,
    /// Seconds from start to end.
    pub elapsed_seconds: f64,
    /// Threads used.
    pub threads: usize,
    /// The processor's name.
    pub cpu: String,
    /// The instruction set of the kernels.
    pub simd: String,
    /// The linear algebra that factors matrices.
    pub back_end: String,
}

/// Time per cell. Times with `shared` do not compare speed, because other fits ran at the same time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Timing {
    /// The data set.
    pub dataset: String,
    /// The model.
    pub model: String,
    /// The solver.
    pub solver: String,
    /// Seconds in the solver and its stopping rules, summed over all fits; splitting, tracing and proving are not counted.
    pub solver_seconds: f64,
    /// Whether fits ran on several threads at once.
    pub shared: bool,
}

/// A model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ModelSummary {
    /// Its name.
    pub name: String,
    /// Whether the model has an intercept.
    pub intercept: bool,
    /// The penalty: `none`, `l2` or `firth`.
    pub penalty: String,
    /// The strength of an `l2` penalty, beside the loss summed over rows.
    pub strength: Option<f64>,
    /// The model from whose last coefficients the fits of the same solver on the same split start (`start = "previous"`); absent where they
    /// start at 0. Iterations, oracle calls and seconds are counted from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_from: Option<String>,
    /// Weights of the classes in the objective of the training rows, as `balanced` or `no=1, yes=3`; absent without such weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_weight: Option<String>,
    /// The most factors of a product of features, if the model makes products.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub degree: Option<u32>,
    /// Whether its products are of distinct features alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interactions: bool,
    /// Quantile bins of each feature, if the model makes bins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bins: Option<u32>,
    /// The scaling of the features: `none`, `standardize`, `min-max` or `robust`.
    pub scaling: String,
}

/// A solver.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SolverSummary {
    /// Its name.
    pub name: String,
    /// The method.
    pub method: String,
    /// The method's parameters, the threshold and the stopping rules.
    pub parameters: IndexMap<String, Value>,
    /// Why the solver was not run; null if it was.
    pub skipped: Option<String>,
}

/// A solver that was not run under a model, on any data set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SkippedSummary {
    /// The model.
    pub model: String,
    /// The solver.
    pub solver: String,
    /// The reason, and a remedy.
    pub reason: String,
}

/// Facts about the splits of one data set under one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SplitSummary {
    /// The data set.
    pub dataset: String,
    /// The model.
    pub model: String,
    /// Number of splits.
    pub splits: usize,
    /// Number of splits per separation status: `overlap` (the likelihood has a maximum), `quasi-complete`, `complete`,
    /// `undecided`. Under an `l2` penalty whether the rows are separated is not looked at: `overlap` means that the penalised likelihood
    /// has an optimum. Under `firth` no proof is known and splits are `undecided`; only where columns depend on others the status is that
    /// of the likelihood without the penalty.
    pub separation: IndexMap<String, usize>,
    /// Share of the splits that count as `overlap`: proved to have an optimum.
    pub with_optimum: f64,
    /// Clopper-Pearson interval of the share `with_optimum` over random splits of this data set; null where splits are no independent
    /// draws, given the data.
    pub interval: Option<[f64; 2]>,
    /// The smallest and the largest number of training rows; absent in reports of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training_rows: Option<[u32; 2]>,
    /// The smallest and the largest number of test rows; absent in reports of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_rows: Option<[u32; 2]>,
    /// Number of columns of the design, the intercept included.
    pub columns: usize,
    /// Names of the features, if the model makes others than those of the data set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feature_names: Option<Vec<String>>,
    /// Smallest and largest rank of the design on the training rows. Columns that depend on earlier columns were left out.
    pub rank: [u32; 2],
    /// Splits whose training rows all have the same class.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub training_rows_of_one_class: usize,
    /// Splits whose test rows all have the same class.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub test_rows_of_one_class: usize,
}

/// Whether a count is 0: such counts are left out of the file.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// The file with the records of single fits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FitsFile {
    /// File name, beside the report.
    pub file: String,
    /// `csv` or `parquet`.
    pub format: String,
    /// SHA-256 of the file.
    pub digest: String,
}
