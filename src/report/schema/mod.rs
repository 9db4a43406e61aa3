//! The report: one JSON object, `logitbench/report/1`. Names are relied on by readers; they change only with the schema.
//!
//! A number that is not finite is null. Outside [`Report::environment`] and [`Report::timings`] a report depends on the
//! experiment alone: two runs of one experiment give the same bytes, whatever the machine's threads. (Unless a `time_limit`
//! ends fits: that is the machine's doing.)

mod cells;
mod comparisons;

pub use crate::claim::{ClaimCell, ClaimResult, ClaimVerdict, PermutationTest};
pub use crate::statistics::summary::Distribution;
pub use cells::{BandSummary, CellSummary, CountHistogram, Counts, Failure, MetricSummary, Reached, Trace, WholeTrace};
pub use comparisons::{
    BothOptimal, Comparison, CostToTarget, Equivalence, Friedman, Inference, IntervalMeaning, McNemar, PairedCost,
    PairedMetric, Profile, RankTests, RankedPair, Ranking, SameMinimiser, Steps,
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

/// What an experiment found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The name and version of the schema.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: String,
    /// What was asked.
    pub experiment: ExperimentSummary,
    /// Where and when it ran.
    pub environment: Environment,
    /// Time per cell.
    pub timings: Vec<Timing>,
    /// The data.
    pub datasets: Vec<DataSetSummary>,
    /// The models.
    pub models: Vec<ModelSummary>,
    /// The solvers, those that could not run too.
    pub solvers: Vec<SolverSummary>,
    /// The solvers that were not run under one of the models; absent where each was run under all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<SkippedSummary>,
    /// What is known of the training rows of the splits, whatever the solver: an entry per data set and model.
    pub splits: Vec<SplitSummary>,
    /// The results: a cell per data set, model and solver.
    pub cells: Vec<CellSummary>,
    /// What the intervals are about.
    pub intervals: Vec<IntervalMeaning>,
    /// Solvers against each other on the same splits: an entry per pair, data set and model.
    pub comparisons: Vec<Comparison>,
    /// Solvers against each other over data sets: an entry per model and measure.
    pub rankings: Vec<Ranking>,
    /// Costs over all problems: an entry per model and cost.
    pub profiles: Vec<Profile>,
    /// The claims, decided.
    pub claims: Vec<ClaimResult>,
    /// Where the records of single fits are.
    pub fits: Option<FitsFile>,
}

/// What was asked.
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
    /// Splits per data set that were made.
    pub repeats: u64,
    /// The most splits per data set, where the claims decided when the run ended; else null.
    pub most_repeats: Option<u64>,
    /// How rows are dealt out.
    pub scheme: String,
    /// Share of test rows; 0 if every row is a training row.
    pub test_fraction: f64,
    /// Where the splits' random numbers come from.
    pub generator: String,
    /// The random state of split 0, with `generator = "numpy"`.
    pub first_random_state: Option<u32>,
    /// A fit is optimal within this share of the optimum's objective.
    pub tolerance: f64,
    /// Level of the intervals of metrics.
    pub interval_level: f64,
}

/// Where and when it ran.
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
    /// Who factors matrices.
    pub back_end: String,
}

/// Time per cell. Measured while other fits ran on other cores when `shared` is true: not to be compared as speed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Timing {
    /// The data set.
    pub dataset: String,
    /// The model.
    pub model: String,
    /// The solver.
    pub solver: String,
    /// Seconds in the solver and its stopping rules, all fits together; splitting, tracing and proving not counted.
    pub solver_seconds: f64,
    /// Whether fits ran on several threads at once.
    pub shared: bool,
}

/// A model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ModelSummary {
    /// Its name.
    pub name: String,
    /// Whether there is an intercept.
    pub intercept: bool,
    /// The penalty: `none`, `l2` or `firth`.
    pub penalty: String,
    /// Its strength on the sum scale, with `l2`.
    pub strength: Option<f64>,
    /// What is done to the features.
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
    /// Why it was not run.
    pub skipped: Option<String>,
}

/// A solver that was not run under a model, on any data set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SkippedSummary {
    /// The model.
    pub model: String,
    /// The solver.
    pub solver: String,
    /// Why, and what to do instead.
    pub reason: String,
}

/// The training rows of all splits of one data set under one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SplitSummary {
    /// The data set.
    pub dataset: String,
    /// The model.
    pub model: String,
    /// Number of splits.
    pub splits: usize,
    /// Splits per separation status: `overlap` (the likelihood has a maximum), `quasi-complete`, `complete`, `undecided`.
    pub separation: IndexMap<String, usize>,
    /// Share of the splits that are proved to have an optimum.
    pub with_optimum: f64,
    /// Clopper-Pearson interval of that share over random splits of this data set.
    pub interval: [f64; 2],
    /// Columns of the design, the intercept included.
    pub columns: usize,
    /// Smallest and largest number of columns that the training rows could tell apart; the others were left out.
    pub rank: [u32; 2],
    /// Splits whose training rows all have the same class.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub training_rows_of_one_class: usize,
    /// Splits whose test rows all have the same class.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub test_rows_of_one_class: usize,
}

/// Counts of what does not occur are left out of the file.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Where the records of single fits are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FitsFile {
    /// File name, beside the report.
    pub file: String,
    /// `csv` or `parquet`.
    pub format: String,
    /// SHA-256 of the file.
    pub digest: String,
}
