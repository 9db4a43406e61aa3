//! `repeats = "until-decided"`: claims are looked at after every [`BATCH`] splits, and the run ends when all are decided.
//!
//! Intervals that may be looked at so often belong to a [confidence sequence](crate::statistics::confidence_sequence): a wrong
//! decision has probability at most 1 − level over all looks together. A look sees the first splits of each cell, whoever made
//! them and when; so where a run ends depends neither on threads nor on interruptions.

use super::evidence::concerned;
use super::{Claim, ClaimVerdict, Evidence};
use crate::record::{Cell, SplitRecords};

/// Splits of each data set from one look to the next.
pub const BATCH: u64 = 100;

/// Whether the splits made so far decide every claim that splits decide: refuted in one of its cells, or supported in all.
pub fn all_decided(claims: &[Claim], cells: &[Cell], splits: &[SplitRecords]) -> bool {
    let is_decided = |claim: &Claim| {
        let concerned = concerned(claim, cells);
        let verdict = |(cell, rival): &(&Cell, Option<&Cell>)| {
            claim.statement.verdict(&Evidence {
                records: &cell.records,
                rival: rival.map(|rival| &rival.records),
                splits: cell.splits_in(splits),
                shuffled: &[],
                level: claim.level,
                cells: concerned.len(),
                at_looks: true,
            })
        };
        let verdicts: Vec<ClaimVerdict> = concerned.iter().map(verdict).collect();
        verdicts.contains(&ClaimVerdict::Refuted) || verdicts.iter().all(|&verdict| verdict == ClaimVerdict::Supported)
    };
    claims.iter().filter(|claim| claim.statement.is_decided_by_splits()).all(is_decided)
}
