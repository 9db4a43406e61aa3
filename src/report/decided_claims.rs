//! Decides the claims of an experiment through [`crate::claim`], which needs the experiment's names.

use super::schema::ClaimResult;
use crate::claim::{self, Claim, Subjects};
use crate::experiment::Experiment;
use crate::record::Results;

/// All claims of an experiment, decided.
pub fn decide_all(experiment: &Experiment, results: &Results) -> Vec<ClaimResult> {
    let subjects = subjects(experiment);
    let claims = experiment.claims.iter().enumerate();
    claims.map(|(place, claim)| claim::decide_claim(place, claim, &subjects, results)).collect()
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
        at_looks: experiment.until_decided,
    }
}
