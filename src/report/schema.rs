//! The report: one JSON object, `logitbench/report/1`. Names are relied on by readers; they change only with the schema.
//!
//! A number that is not finite is null. Outside [`Report::environment`] and [`Report::timings`] a report depends on the
//! experiment alone: two runs of one experiment give the same bytes, whatever the machine's threads. (Unless a `time_limit`
//! ends fits: that is the machine's doing.)

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::record::{DataSetSummary, Verdict};

/// The schema's name and version.
pub const SCHEMA: &str = "logitbench/report/1";

/// The level of the intervals of metrics.
pub const INTERVAL_LEVEL: f64 = 0.95;

/// What an experiment found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
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
    /// What is known of the training rows of the splits, whatever the solver: an entry per data set and model.
    pub splits: Vec<SplitSummary>,
    /// The results: a cell per data set, model and solver.
    pub cells: Vec<CellSummary>,
    /// Solvers against each other on the same splits.
    pub comparisons: Vec<Comparison>,
    /// The claims, decided.
    pub claims: Vec<ClaimResult>,
    /// Where the records of single fits are.
    pub fits: Option<FitsFile>,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExperimentSummary {
    /// The question in a sentence.
    pub title: String,
    /// The file's name.
    pub file: String,
    /// SHA-256 of the file's text.
    pub digest: String,
    /// The seed.
    pub seed: u64,
    /// Splits per data set.
    pub repeats: u64,
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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

/// The training rows of all splits of one data set under one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
}

/// All fits of one solver on one data set under one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

impl CellSummary {
    /// Fits with this verdict.
    pub fn verdict(&self, verdict: Verdict) -> usize {
        self.verdicts.get(verdict.name()).copied().unwrap_or(0)
    }
}

/// The distribution of numbers over fits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// Mean.
    pub mean: Option<f64>,
    /// Standard deviation, divisor n − 1.
    pub sd: Option<f64>,
    /// Smallest.
    pub min: Option<f64>,
    /// First quartile (linear interpolation).
    pub q25: Option<f64>,
    /// Median.
    pub median: Option<f64>,
    /// Third quartile.
    pub q75: Option<f64>,
    /// Largest.
    pub max: Option<f64>,
}

/// A metric over the fits of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricSummary {
    /// Over the fits for which the metric is defined.
    #[serde(flatten)]
    pub distribution: Distribution,
    /// Share of all fits that reach the metric's best value, if it has one.
    pub perfect: Option<f64>,
    /// Clopper-Pearson interval of that share over random splits of this data set.
    pub interval: Option<[f64; 2]>,
    /// Student's t interval of the mean over random splits of this data set.
    pub mean_interval: Option<[f64; 2]>,
    /// Fits for which the metric is not defined (coefficients not finite, one class only).
    pub undefined: usize,
}

/// Counts over the fits of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CountHistogram {
    /// The largest count of each class that has fits.
    pub up_to: Vec<u32>,
    /// Fits in the class.
    pub fits: Vec<usize>,
}

/// Quantiles over all fits along the iterations. A fit that has ended keeps its last value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
}

/// One quantity along the iterations, exact to 3 %.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BandSummary {
    /// 10 % quantile.
    pub q10: Vec<Option<f64>>,
    /// Median.
    pub median: Vec<Option<f64>>,
    /// 90 % quantile.
    pub q90: Vec<Option<f64>>,
}

/// The trace of one fit: a number per iteration, the start included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WholeTrace {
    /// The split's index.
    pub split: u64,
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

/// Two solvers on the same splits of one data set under one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The data set.
    pub dataset: String,
    /// The model.
    pub model: String,
    /// The first and the second solver.
    pub solvers: [String; 2],
    /// Test accuracy, first minus second.
    pub test_accuracy: Paired,
    /// Iterations, first minus second.
    pub iterations: Paired,
}

/// Differences on the same splits, first minus second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paired {
    /// Mean difference.
    pub mean_difference: Option<f64>,
    /// Splits on which the first is larger.
    pub first_larger: usize,
    /// Splits on which the second is larger.
    pub second_larger: usize,
    /// Splits on which both are equal.
    pub equal: usize,
}

/// A claim, decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimResult {
    /// What was claimed.
    pub name: String,
    /// The claim in full.
    pub statement: String,
    /// Share of the splits on which it holds, in the cell that is worst for the claim.
    pub observed: Option<f64>,
    /// Clopper-Pearson interval of that share.
    pub interval: Option<[f64; 2]>,
    /// Level of the interval.
    pub level: f64,
    /// `supported`, `refuted` or `undecided`.
    pub verdict: ClaimVerdict,
    /// The verdict in words, with what the fits' verdicts add to it.
    pub explanation: String,
    /// The claim in each cell it speaks of.
    pub cells: Vec<ClaimCell>,
}

/// What became of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimVerdict {
    /// The interval lies in the claimed range of shares, in every cell.
    Supported,
    /// The interval lies partly in the claimed range, in some cell, and outside in none.
    Undecided,
    /// The interval lies outside the claimed range, in some cell.
    Refuted,
}

impl ClaimVerdict {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            ClaimVerdict::Supported => "supported",
            ClaimVerdict::Undecided => "undecided",
            ClaimVerdict::Refuted => "refuted",
        }
    }
}

/// A claim in one cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimCell {
    /// The data set.
    pub dataset: String,
    /// The solver.
    pub solver: String,
    /// The model.
    pub model: String,
    /// Splits on which it holds.
    pub holds: usize,
    /// All splits.
    pub splits: usize,
    /// Share of the splits.
    pub observed: f64,
    /// Clopper-Pearson interval of the share.
    pub interval: [f64; 2],
    /// What became of it here.
    pub verdict: ClaimVerdict,
}

/// Where the records of single fits are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FitsFile {
    /// File name, beside the report.
    pub file: String,
    /// `csv`.
    pub format: String,
    /// SHA-256 of the file.
    pub digest: String,
}
