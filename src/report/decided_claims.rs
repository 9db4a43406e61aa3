//! Decides the claims of an experiment through [`crate::claim`], which needs the experiment's names.

use super::percent;
use super::schema::{ClaimResult, Report};
use crate::claim::{self, Claim, Subjects};
use crate::experiment::{Experiment, SolverEntry};
use crate::record::Results;

/// All claims of an experiment, decided.
pub fn decide_all(experiment: &Experiment, results: &Results) -> Vec<ClaimResult> {
    let (subjects, claims) = (subjects(experiment), &experiment.claims);
    let levels = match experiment.error_rate() {
        None => claims.iter().map(|claim| claim.level).collect(),
        Some(rate) => {
            rate.levels(claims, |place, level| claim::verdict_at(place, &claims[place], level, &subjects, results))
        }
    };
    let decide = |((place, claim), level)| claim::decide_claim(place, claim, level, &subjects, results);
    claims.iter().enumerate().zip(levels).map(decide).collect()
}

/// The chance that any claim of a report is decided wrongly, in a sentence; `None` without claims, and for reports of older versions.
pub fn wrong_in_words(report: &Report) -> Option<String> {
    let chances: Vec<f64> = report.claims.iter().map(|claim| claim.chance_of_error).collect::<Option<_>>()?;
    wrong(report.experiment.error_rate, report.experiment.most_repeats.is_some(), &chances)
}

/// The same before the run, with the levels that claims have until others are decided.
pub fn wrong_before_the_run(experiment: &Experiment) -> Option<String> {
    let at_looks = experiment.until_decided;
    let chance = |claim: &Claim| claim::chance_of_error(claim, claim.level, at_looks);
    let chances: Vec<f64> = experiment.claims.iter().map(chance).collect();
    wrong(experiment.claims_error_rate, at_looks, &chances)
}

fn wrong(rate: Option<f64>, at_looks: bool, chances: &[f64]) -> Option<String> {
    let count = chances.len();
    match (rate, chances) {
        (_, []) => None,
        // Only what counting decides has no chance of error.
        _ if chances.iter().all(|chance| *chance == 0.0) => Some(format!(
            "{} about these splits themselves, so that counting decides: nothing is inferred about other splits or new data.",
            if count == 1 { "The claim is" } else { "All claims are" }
        )),
        (None, [chance]) => {
            Some(format!("The chance that the claim is decided wrongly is at most {}.", at_most(*chance)))
        }
        (None, _) => Some(format!(
            "Each claim is decided at its own level; the chance that any of the {count} is decided wrongly may be up to {} \
             (error_rate would bound it).",
            at_most(chances.iter().sum::<f64>().min(1.0))
        )),
        (Some(rate), [_]) => Some(format!(
            "The claim is decided at a level that keeps the chance that this is wrong at {} or below.",
            percent(rate)
        )),
        (Some(rate), _) => Some(format!(
            "Claims are decided at levels that keep the chance that any of the {count} is decided wrongly at {} or below: {}.",
            percent(rate),
            match at_looks {
                true => "an equal share for each (Bonferroni), since they are looked at during the run",
                false => "by Holm's procedure, half of it for supporting and half for refuting",
            }
        )),
    }
}

/// A bound in percent, rounded up to two decimals.
fn at_most(chance: f64) -> String {
    // A bound of 2.5 % may be computed as a little more.
    // Rounded up, nothing is -0, to which 0 is added.
    percent((1e4 * chance - 1e-6).ceil() / 1e4 + 0.0)
}

/// The statement of a claim in words.
pub fn statement(claim: &Claim, experiment: &Experiment) -> String {
    claim::statement(claim, &subjects(experiment))
}

fn subjects(experiment: &Experiment) -> Subjects<'_> {
    Subjects {
        solvers: experiment.solvers.iter().map(|entry| entry.name.as_str()).collect(),
        sources: experiment.sources.iter().map(|source| source.name()).collect(),
        models: experiment.models.iter().map(|model| model.name.as_str()).collect(),
        thresholds: experiment.solvers.iter().map(threshold).collect(),
        at_looks: experiment.until_decided,
    }
}

/// The threshold of a solver; empty for one that is not run.
fn threshold(entry: &SolverEntry) -> String {
    entry.solver.as_ref().map(|solver| solver.threshold.to_string()).unwrap_or_default()
}
