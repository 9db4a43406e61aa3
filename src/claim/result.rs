//! Decided claims, as they stand in reports.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ClaimKind, Observed};
use crate::statistics::confidence_sequence::Decision;
use crate::statistics::summary::Distribution;

/// A claim, decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimResult {
    /// What was claimed.
    pub name: String,
    /// The claim in full.
    pub statement: String,
    /// What it is about: `share` of the splits, `mean` over them, or `chance`.
    pub kind: String,
    /// The metric, or what else is measured.
    pub metric: String,
    /// What the metric is compared with; null for a claim against chance, and for one with `better_than`.
    pub bound: Option<f64>,
    /// The fits that the metric is better in than those are; absent where it is compared with a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub better_than: Option<BetterThan>,
    /// Share of the splits on which it holds (or the mean; or the share of shuffled labellings that do worse), in the cell
    /// that is worst for the claim; null where that cell has nothing to decide by, or no cell was run.
    pub observed: Option<f64>,
    /// Interval of that share, or mean: Clopper-Pearson, or that of a confidence sequence for means and for runs that end
    /// when claims are decided.
    pub interval: Option<[f64; 2]>,
    /// Level of the interval.
    pub level: f64,
    /// The largest chance that the claim is given a wrong verdict at this level: half of 1 − level where only one end of the interval
    /// can mislead. Absent in reports of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chance_of_error: Option<f64>,
    /// `supported`, `refuted` or `undecided`.
    pub verdict: ClaimVerdict,
    /// The verdict in words, with what the fits' verdicts add to it.
    pub explanation: String,
    /// The claim in each cell it speaks of.
    pub cells: Vec<ClaimCell>,
}

impl ClaimResult {
    /// What the observed value is; `None` in a report with a kind of claim that this version does not know.
    pub fn shows(&self) -> Option<Observed> {
        ClaimKind::named(&self.kind).map(|kind| kind.observed)
    }
}

/// The fits that a claim compares with, on the same splits: what is null is the same as in the claim's cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BetterThan {
    /// The other solver.
    pub solver: Option<String>,
    /// The other model.
    pub model: Option<String>,
}

/// What became of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimCell {
    /// The data set.
    pub dataset: String,
    /// The solver.
    pub solver: String,
    /// The model.
    pub model: String,
    /// Splits on which it holds; for a claim against chance, shuffled labellings that do worse than the true one.
    pub holds: usize,
    /// All splits that count, which leaves out those set apart; for a claim against chance, the shuffled labellings that leave
    /// the metric defined.
    pub splits: usize,
    /// Share of the splits, or labellings; for a claim about a mean, the mean. Null where the metric is defined on none of
    /// them: `set_apart` says why, or `permutation.undefined`.
    pub observed: Option<f64>,
    /// Interval of that share, or mean; null where that is null.
    pub interval: Option<[f64; 2]>,
    /// What became of it here.
    pub verdict: ClaimVerdict,
    /// The first splits on which it does not hold, 20 at most.
    #[serde(default)]
    pub exceptions: Vec<u64>,
    /// The permutation test that decides a claim against chance.
    pub permutation: Option<PermutationTest>,
    /// Splits that do not count, because their rows leave the metric without a value, whatever the solver; absent where there
    /// are none.
    #[serde(default, skip_serializing_if = "SetApart::is_empty")]
    pub set_apart: SetApart,
    /// For a claim about a mean, fits that failed, so that each counts with the metric's worst value for the claim; against
    /// chance, fits that failed and leave the mean undefined. Absent where there are none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub failed: usize,
    /// Splits on which it is not known whether it holds, because it is not proved whether a maximum exists: they widen the interval at
    /// both ends. Absent where there are none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unknown: usize,
}

impl ClaimCell {
    /// The splits whose metric decides the claim here: those that are not set apart.
    pub fn defined_on(&self) -> usize {
        self.permutation.as_ref().map_or(self.splits, |test| test.splits)
    }

    /// Whether there is anything to decide by: a split on which the metric is defined and, against chance, such a labelling.
    /// Reports of older versions have numbers in place of null where there is not.
    pub fn has_evidence(&self) -> bool {
        self.defined_on() > 0 && self.splits > 0
    }
}

/// Splits whose rows leave a metric without a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SetApart {
    /// Their number.
    pub splits: usize,
    /// Why, with the number of splits.
    pub reasons: BTreeMap<String, usize>,
}

impl SetApart {
    /// Whether every split counts.
    pub fn is_empty(&self) -> bool {
        self.splits == 0
    }
}

/// A permutation test: the mean of a metric over the first splits, and the same of fits of shuffled labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PermutationTest {
    /// The metric.
    pub metric: String,
    /// Splits over which means are taken, those set apart left out.
    pub splits: usize,
    /// The mean with the true labels.
    pub mean: Option<f64>,
    /// The means with shuffled labels.
    pub shuffled: Distribution,
    /// Labellings that leave the metric undefined on every split, which do not count; absent where there are none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub undefined: usize,
    /// (1 + labellings that do as well) / (1 + labellings), counting labellings that leave the metric defined; null where no
    /// split, or no labelling, leaves it defined.
    pub p_value: Option<f64>,
    /// Clopper-Pearson interval, at the claim's level, of the p-value that all labellings would give; null where that is null.
    pub p_value_interval: Option<[f64; 2]>,
    /// The smallest improvement on chance that is worth a name, if the claim has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub negligible: Option<f64>,
    /// The p-value of the hypothesis that the metric is better than chance by that or more: a small one refutes the claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p_value_of_more: Option<f64>,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl From<Decision> for ClaimVerdict {
    fn from(decision: Decision) -> ClaimVerdict {
        match decision {
            Decision::Supported => ClaimVerdict::Supported,
            Decision::Refuted => ClaimVerdict::Refuted,
            Decision::Undecided => ClaimVerdict::Undecided,
        }
    }
}
