//! What changed between two reports, as data: `logitbench compare --json`.

use serde::Serialize;

use crate::report::schema::ClaimVerdict;

/// The schema's name and version.
pub const SCHEMA: &str = "logitbench/comparison/1";

/// What changed from an old report to a new one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Whether any cell of one report can be compared with one of the other.
    pub comparable: bool,
    /// What got worse, worst first; empty if nothing did.
    pub worse: Vec<Worse>,
    /// Whether both answer the same question: nothing in `asked`.
    pub same_experiment: bool,
    /// What differs in what was asked.
    pub asked: Vec<Asked>,
    /// What else there is to know, in sentences: other machines, time limits, timings.
    pub notes: Vec<String>,
    /// The claims of both reports.
    pub claims: Vec<ClaimChange>,
    /// The cells of both reports.
    pub cells: Vec<CellChange>,
    /// What only one of the two has, or what has one name and two meanings.
    pub not_compared: Vec<NotCompared>,
    /// Number of cells that are not among `cells`.
    pub cells_left_out: CellsLeftOut,
    /// Level of intervals, and 1 − the error rate of tests, all tests of judged measures together.
    pub level: f64,
    /// Share by which costs may rise without being worse.
    pub cost_tolerance: f64,
    /// The same of timings; null where they are not judged.
    pub timing_tolerance: Option<f64>,
}

/// A kind of getting worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deterioration {
    /// A claim left `supported` or became `refuted`.
    Claims,
    /// A claim, cell, data set, model or solver of the old report is not in the new one.
    Missing,
    /// A solver that was run is skipped.
    Skipped,
    /// Fewer fits are proved optimal, or more are undecided.
    Proofs,
    /// More fits broke down or failed.
    Breakdowns,
    /// The test accuracy is lower, or fewer fits classify all test rows rightly.
    Accuracy,
    /// Iterations or oracle calls rose by more than the tolerance.
    Costs,
    /// Solver time rose by more than the tolerance.
    Timings,
}

impl Deterioration {
    /// All kinds, the worst first.
    pub const ALL: [Deterioration; 8] = [
        Deterioration::Claims,
        Deterioration::Missing,
        Deterioration::Skipped,
        Deterioration::Proofs,
        Deterioration::Breakdowns,
        Deterioration::Accuracy,
        Deterioration::Costs,
        Deterioration::Timings,
    ];

    /// The name in JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Deterioration::Claims => "claims",
            Deterioration::Missing => "missing",
            Deterioration::Skipped => "skipped",
            Deterioration::Proofs => "proofs",
            Deterioration::Breakdowns => "breakdowns",
            Deterioration::Accuracy => "accuracy",
            Deterioration::Costs => "costs",
            Deterioration::Timings => "timings",
        }
    }
}

/// Something that got worse.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Worse {
    /// How.
    pub kind: Deterioration,
    /// In a sentence.
    pub text: String,
}

/// A difference in what was asked, or in what it was asked of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Asked {
    /// What.
    pub what: String,
    /// In the old report.
    pub old: String,
    /// In the new one.
    pub new: String,
}

/// A claim in both reports, or in one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClaimChange {
    /// Its name.
    pub name: String,
    /// Its verdict in the old report; null if it has no such claim.
    pub old: Option<ClaimVerdict>,
    /// Its verdict in the new one.
    pub new: Option<ClaimVerdict>,
    /// Whether the two say the same: a claim whose statement changed is not compared.
    pub same_statement: bool,
    /// What became of it.
    pub judgement: Judgement,
    /// Splits on which it holds, in the cells of both.
    pub cells: Vec<ClaimCellChange>,
}

/// A claim in one cell of both reports.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClaimCellChange {
    /// The cell.
    #[serde(flatten)]
    pub place: CellName,
    /// Splits on which it holds.
    pub holds: Measured,
}

/// A cell's name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct CellName {
    /// The data set.
    pub dataset: String,
    /// The model.
    pub model: String,
    /// The solver.
    pub solver: String,
}

/// A cell of both reports.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CellChange {
    /// Which.
    #[serde(flatten)]
    pub place: CellName,
    /// What the comparison rests on.
    pub basis: Basis,
    /// Fits in the old and in the new report.
    pub fits: [usize; 2],
    /// Fits per verdict that occurs in either.
    pub verdicts: Vec<Measured>,
    /// Fits per stop that occurs in either.
    pub stops: Vec<Measured>,
    /// Accuracy, breakdowns, costs and the other metrics.
    pub measures: Vec<Measured>,
    /// Seconds in the solver; null where times are not to be compared. Judged only if that is asked for.
    pub solver_seconds: Option<Measured>,
}

impl CellChange {
    /// All that counts: times only where they are judged.
    pub fn judged(&self) -> impl Iterator<Item = &Measured> {
        let seconds = self.solver_seconds.iter().filter(|seconds| seconds.kind.is_some());
        self.verdicts.iter().chain(&self.stops).chain(&self.measures).chain(seconds)
    }
}

/// What a comparison of two cells rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The same splits of the same data: fits are paired and nothing is random, so every difference is one of the program or
    /// the solver.
    SameSplits,
    /// Other splits of the same data: two independent samples, given the data.
    OtherSplits,
    /// Other data, or data that are not known to be the same: two independent samples, whose splits share rows.
    OtherData,
}

/// One measure in both reports.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// Its name.
    pub name: String,
    /// What kind of getting worse it could show; null for a measure that has no better and no worse.
    pub kind: Option<Deterioration>,
    /// In the old report; null where it is not defined.
    pub old: Option<f64>,
    /// In the new one.
    pub new: Option<f64>,
    /// For counts: of how many, in either.
    pub of: Option<[usize; 2]>,
    /// Interval of the difference, of shares for counts; null on the same splits, where there is no chance in it.
    pub interval: Option<[f64; 2]>,
    /// Two-sided p-value that the two are equal but for chance; null on the same splits.
    pub p_value: Option<f64>,
    /// Holm's adjustment for all judged measures, or for all that are not, of the whole comparison.
    pub p_adjusted: Option<f64>,
    /// The same test about new data, where the other is about these.
    pub p_on_new_data: Option<f64>,
    /// What became of it.
    pub judgement: Judgement,
}

/// What became of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Judgement {
    /// No difference.
    Equal,
    /// A difference that chance explains: splits are others.
    WithinChance,
    /// A difference, neither better nor worse, or too small to be either.
    Changed,
    /// Better.
    Better,
    /// Worse.
    Worse,
    /// Not to be compared.
    NotCompared,
}

/// Numbers of cells that are not compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CellsLeftOut {
    /// Cells that only one of the two reports has.
    pub of_one_report: usize,
    /// Cells of both whose names are the same and whose data or models are not.
    pub of_two_meanings: usize,
}

/// What was left out, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NotCompared {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}
