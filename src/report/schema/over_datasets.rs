//! The members of a report that rank solvers, and models, over data sets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::comparisons::Equivalence;

/// A comparison of solvers over data sets, under one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ranking {
    /// The model.
    pub model: String,
    /// `test_accuracy` (the mean over the splits), or `iterations` or `oracle_calls` (the median over the splits with an optimum,
    /// infinite for a fit that is not proved optimal).
    pub measure: String,
    /// The solvers that were run; by test accuracy, those of them that share the most common threshold.
    pub solvers: Vec<String>,
    /// The solvers with other thresholds, which a ranking by test accuracy leaves out. Absent where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_thresholds: Vec<String>,
    /// The data sets that rank the solvers.
    pub datasets: Vec<String>,
    /// Data sets that cannot rank them: without test rows, or without a split with an optimum.
    pub left_out: Vec<String>,
    /// Data sets on which all fits of all solvers failed, which rank none. Absent where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub all_failed_on: Vec<String>,
    /// A row per data set, a number per solver; null for infinite. Numbers of a row that differ by rounding are the same.
    pub scores: Vec<Vec<Option<f64>>>,
    /// The solvers all of whose fits on a data set failed. Their scores there are the worst possible, and so are their ranks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<FailedCell>,
    /// A rating per solver; empty without data sets, and in reports of earlier versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ratings: Vec<Rating>,
    /// The smallest number of data sets on which two solvers could differ significantly.
    pub needed: usize,
    /// The tests; null if data sets are too few.
    pub tests: Option<RankTests>,
    /// The conclusion in words.
    pub conclusion: String,
}

/// The rating of a solver over data sets, on the scale of Elo with mean 0 over the solvers compared, on which it depends: the model of
/// Bradley & Terry, with one more data set on which all tie, so that who always wins has a finite rating.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rating {
    /// The solver.
    pub solver: String,
    /// Share of the data sets on which it is better than each solver, in their order, ties counting half; null against itself.
    pub win_rates: Vec<Option<f64>>,
    /// Points: 400 more are odds of 10 to 1 of being better on a data set.
    pub points: f64,
    /// Interval of the points at `interval_level`: expanded percentiles of resamples of whole data sets (Hesterberg 2015). Null for
    /// fewer than 6 data sets, and without spread.
    pub interval: Option<[f64; 2]>,
}

/// A comparison of models over data sets, fitted by one solver.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ModelRanking {
    /// The solver.
    pub solver: String,
    /// `test_accuracy` or `test_log_loss`: the mean over the splits, a fit without a value counting with the worst one.
    pub measure: String,
    /// The models.
    pub models: Vec<String>,
    /// The data sets that rank the models.
    pub datasets: Vec<String>,
    /// Data sets that cannot rank them: without test rows, or where all fits failed.
    pub left_out: Vec<String>,
    /// A row per data set, a number per model; null for infinite. Numbers of a row that differ by rounding are the same.
    pub scores: Vec<Vec<Option<f64>>>,
    /// The smallest number of data sets on which two models could differ significantly.
    pub needed: usize,
    /// Mean rank of each model, 1 being best; null for fewer data sets than needed, as all that follow.
    pub average_ranks: Option<Vec<f64>>,
    /// The p-value of Iman & Davenport's version of Friedman's test that all models rank alike; null for two models too.
    pub p_iman_davenport: Option<f64>,
    /// Nemenyi's critical difference of mean ranks at an error rate of 1 − `interval_level`; null for two models too.
    pub critical_difference: Option<f64>,
    /// All pairs of models.
    pub pairs: Vec<RankedModels>,
    /// The conclusion in words.
    pub conclusion: String,
}

/// A comparison of two models over data sets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RankedModels {
    /// The first and the second model.
    pub models: [String; 2],
    /// The p-value of Wilcoxon's signed-rank test over the data sets.
    pub wilcoxon_p: f64,
    /// The effect size of that test from −1 to 1, the matched-pairs rank-biserial correlation: above 0 where the first is better.
    pub rank_biserial: Option<f64>,
    /// That p-value with Holm's adjustment for all pairs of this ranking.
    pub wilcoxon_p_adjusted: f64,
}

/// A solver all of whose fits on a data set failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FailedCell {
    /// The data set.
    pub dataset: String,
    /// The solver.
    pub solver: String,
}

/// Tests over data sets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RankTests {
    /// Mean rank of each solver, 1 being best.
    pub average_ranks: Vec<f64>,
    /// Friedman's test; null for two solvers, which Wilcoxon's test compares.
    pub friedman: Option<Friedman>,
    /// Skillings & Mack's test, which ranks only the solvers that have a score on a data set, where a solver has `failed` on one; null
    /// where none has, for two solvers, and where the scores that are left do not link all solvers.
    pub skillings_mack: Option<SkillingsMack>,
    /// Nemenyi's critical difference of mean ranks at an error rate of 1 − `interval_level`.
    pub critical_difference: Option<f64>,
    /// Groups of solvers whose mean ranks differ by less than that: the bars of a critical-difference diagram.
    pub groups: Vec<Vec<String>>,
    /// All pairs of solvers.
    pub pairs: Vec<RankedPair>,
}

/// Friedman's test and Iman & Davenport's version of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Friedman {
    /// χ², corrected for ties.
    pub chi_squared: f64,
    /// The p-value of χ².
    pub p_chi_squared: f64,
    /// F; null for infinite.
    pub f: Option<f64>,
    /// Degrees of freedom of F; χ² has the first of the two.
    pub degrees: [f64; 2],
    /// The p-value of F.
    pub p_iman_davenport: f64,
}

/// Skillings & Mack's test: Friedman's for data sets that do not score all solvers. It takes a failure for a score that is missing by
/// chance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SkillingsMack {
    /// Data sets that score two solvers or more.
    pub datasets: usize,
    /// χ², by ranks with ties.
    pub chi_squared: f64,
    /// Degrees of freedom.
    pub degrees: f64,
    /// The p-value of χ².
    pub p_value: f64,
}

/// A comparison of two solvers over data sets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RankedPair {
    /// The first and the second solver.
    pub solvers: [String; 2],
    /// Nemenyi's p-value; null for two solvers.
    pub nemenyi_p: Option<f64>,
    /// The p-value of Wilcoxon's signed-rank test over the data sets.
    pub wilcoxon_p: f64,
    /// The effect size of that test from −1 to 1, the matched-pairs rank-biserial correlation: above 0 where the first is better.
    pub rank_biserial: Option<f64>,
    /// That p-value with Holm's adjustment for all pairs.
    pub wilcoxon_p_adjusted: f64,
    /// The Bayesian signed-rank test, for accuracies.
    pub posterior: Option<Equivalence>,
    /// The hierarchical Bayesian correlated t-test, for accuracies; null without a rope, for fewer than 6 data sets with 3 splits or
    /// more, and where on every data set the difference is the same on all splits.
    pub hierarchical: Option<Hierarchical>,
}

/// The hierarchical Bayesian correlated t-test (Corani et al. 2017): what the differences on single splits say of the mean difference on
/// a further data set, from the population that these are a random sample of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Hierarchical {
    /// Data sets.
    pub datasets: usize,
    /// Data sets on which the difference is the same on all splits; each is given the spread of differences uniform over the rope.
    pub without_spread: usize,
    /// Data sets on which all fits of both failed, which are left out. Absent where there is none.
    #[serde(default, skip_serializing_if = "super::is_zero")]
    pub both_failed: usize,
    /// Probabilities for the mean difference on a further data set.
    pub further_dataset: Equivalence,
    /// Probabilities that each of the three is the most probable for a further data set: what baycomp's test prints.
    pub most_probable: Equivalence,
    /// The interval of the centre of the mean differences on data sets, between equal tails of the posterior, at `interval_level`. The
    /// centre of a distribution with long tails is not pulled by a data set far away, as a mean is.
    pub mean_interval: [f64; 2],
    /// R̂ of the chains that draw from the posterior; above 1.01 they do not agree, and nothing may be concluded.
    pub r_hat: f64,
}
