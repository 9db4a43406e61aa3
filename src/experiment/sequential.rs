//! `repeats = "until-decided"`: claims are looked at after every [`BATCH`] splits, and the run ends when all are decided.
//!
//! Intervals that may be looked at so often are those of [`confidence_sequence`]: a wrong decision has probability at most
//! 1 − level over all looks together. A look sees the first splits of each cell, whoever made them and when; so where a run
//! ends depends neither on threads nor on interruptions.

use super::{Claim, Experiment, OnAverage, OnShare, Statement};
use crate::record::{Cell, CellRecords};
use crate::statistics::confidence_sequence::{self, Capital, Decision, Look, MeanSequence};

/// Splits of each data set from one look to the next.
pub const BATCH: u64 = 100;

/// A claim at a level in one of so many cells: the look that decided it, or the last.
///
/// It is supported at the first look whose interval at the claim's level lies in the claimed range, and refuted at the first
/// whose interval at 1 − (1 − level)/cells lies outside: one cell among many is easily refuted by chance.
pub fn decide(claim: &OnShare, level: f64, records: &CellRecords, cells: usize) -> (Look, Decision) {
    let corrected = 1.0 - (1.0 - level) / cells as f64;
    let range = claim.share.range();
    let at_look = |look: Look| {
        match (look.trials, confidence_sequence::decide(look, range, level)) {
            // Any range that has all shares would be supported before the first split.
            (0, _) => Decision::Undecided,
            (_, Decision::Refuted) => confidence_sequence::decide(look, range, corrected),
            (_, decision) => decision,
        }
    };
    let outcomes = (0..records.len()).map(|fit| claim.outcome(records, fit));
    confidence_sequence::first_decision(outcomes, BATCH, u64::MAX, at_look)
}

/// A claim about a mean at a level in one of so many cells: the splits up to the look that decided it, looks being `batch` splits
/// apart, or all of them; the sequence that has the mean's interval there; and the decision, which is made as that of a share is.
pub fn decide_mean(
    claim: &OnAverage,
    level: f64,
    records: &CellRecords,
    cells: usize,
    batch: u64,
) -> (Vec<f64>, MeanSequence, Decision) {
    let corrected = 1.0 - (1.0 - level) / cells as f64;
    let (mut sequence, mut wider) = (MeanSequence::new(level), MeanSequence::new(corrected));
    let above = claim.is_lower_bound();
    let mut supporting = sequence.capital(claim.bound, above);
    let mut refuting = wider.capital(claim.bound, !above);
    let decide = |supporting: &Capital, refuting: &Capital| {
        if supporting.is_enough() {
            Decision::Supported
        } else if refuting.is_enough() {
            Decision::Refuted
        } else {
            Decision::Undecided
        }
    };
    let mut values = Vec::new();
    for value in claim.values(records) {
        values.push(value);
        supporting.bet(sequence.push(value));
        refuting.bet(wider.push(value));
        let is_look = (values.len() as u64).is_multiple_of(batch);
        if is_look && decide(&supporting, &refuting) != Decision::Undecided {
            break;
        }
    }
    (values, sequence, decide(&supporting, &refuting))
}

/// Whether the splits made so far decide every claim that splits decide: refuted in one of its cells, or supported in all.
pub fn all_decided(experiment: &Experiment, cells: &[Cell]) -> bool {
    let is_decided = |claim: &Claim| {
        let concerned: Vec<&Cell> = cells.iter().filter(|cell| claim.speaks_of(cell)).collect();
        let decide = |cell: &&Cell| match &claim.statement {
            Statement::OnShare(of) => decide(of, claim.level, &cell.records, concerned.len()).1,
            Statement::OnAverage(of) => decide_mean(of, claim.level, &cell.records, concerned.len(), BATCH).2,
            // No number of splits changes it.
            Statement::AboveChance(_) => Decision::Undecided,
        };
        let decisions: Vec<Decision> = concerned.iter().map(decide).collect();
        decisions.contains(&Decision::Refuted) || decisions.iter().all(|&decision| decision == Decision::Supported)
    };
    experiment.claims.iter().filter(|claim| claim.is_about_splits()).all(is_decided)
}
