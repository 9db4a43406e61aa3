//! The claims of two reports.

use super::asked::both;
use super::cell_changes::{Bases, draws_independently};
use super::difference::{Basis, CellName, ClaimCellChange, ClaimChange, Judgement};
use super::measures::{By, MeasureRule};
use crate::report::schema::{ClaimCell, ClaimResult, ClaimVerdict, Report};

/// All claims of both reports, those of the old one first.
pub fn compare(old: &Report, new: &Report, bases: &Bases<'_>, level: f64) -> Vec<ClaimChange> {
    let pairs = both(&old.claims, &new.claims, |claim| &claim.name);
    let is_sample = [old, new].into_iter().all(draws_independently);
    let mut changes: Vec<ClaimChange> =
        pairs.iter().map(|(was, is)| change(was, is, bases, (level, is_sample))).collect();
    let names: std::collections::HashSet<&String> = pairs.iter().map(|(was, _)| &was.name).collect();
    let alone = |claim: &ClaimResult, old, new| ClaimChange {
        name: claim.name.clone(),
        old,
        new,
        same_statement: false,
        judgement: Judgement::NotCompared,
        cells: Vec::new(),
    };
    let single = |claim: &&ClaimResult| !names.contains(&claim.name);
    changes.extend(old.claims.iter().filter(single).map(|claim| alone(claim, Some(claim.verdict), None)));
    changes.extend(new.claims.iter().filter(single).map(|claim| alone(claim, None, Some(claim.verdict))));
    changes
}

fn change(was: &ClaimResult, is: &ClaimResult, bases: &Bases<'_>, (level, is_sample): (f64, bool)) -> ClaimChange {
    // The level is a part of the claim that its statement leaves out.
    let same_statement = was.statement == is.statement && was.level == is.level;
    let cell = |was: &ClaimCell| {
        let is = is.cells.iter().find(|is| place(is) == place(was))?;
        let basis = *bases.get(&(was.dataset.as_str(), was.model.as_str()))?.as_ref().ok()?;
        let basis = if basis == Basis::SameSplits && was.splits != is.splits { Basis::OtherSplits } else { basis };
        // Whether more is better is for the claim's verdict to say: a claim can be about a range of shares.
        let by = By { basis, ratio: Some(0.0), is_sample, level };
        let holds = MeasureRule::neutral("holds").count(by, [was.holds, was.splits], [is.holds, is.splits]);
        Some(ClaimCellChange { place: place(was), holds })
    };
    let cells: Vec<ClaimCellChange> = was.cells.iter().filter(|_| same_statement).filter_map(cell).collect();
    ClaimChange {
        name: was.name.clone(),
        old: Some(was.verdict),
        new: Some(is.verdict),
        same_statement,
        judgement: judge(was, is, same_statement, !cells.is_empty()),
        cells,
    }
}

/// Leaving `supported` and becoming `refuted` are worse, the other way round is better. A claim that is no longer refuted only
/// because the cell that refuted it was not run, or has no split on which the metric is defined, is not better.
///
/// Without a common cell the two verdicts are about different things, unless one of the claims had no cell at all: a claim that is no
/// longer supported because nothing of it was run is worse.
fn judge(was: &ClaimResult, is: &ClaimResult, same_statement: bool, has_common_cell: bool) -> Judgement {
    let one_has_none = was.cells.is_empty() || is.cells.is_empty();
    // In the order supported, undecided, refuted.
    match is.verdict.cmp(&was.verdict) {
        _ if !same_statement || !has_common_cell && !one_has_none => Judgement::NotCompared,
        std::cmp::Ordering::Equal if !has_common_cell => Judgement::NotCompared,
        std::cmp::Ordering::Equal => Judgement::Equal,
        std::cmp::Ordering::Greater => Judgement::Worse,
        std::cmp::Ordering::Less if refutation_is_not_examined(was, is) => Judgement::Changed,
        std::cmp::Ordering::Less => Judgement::Better,
    }
}

/// Whether a cell that refuted the old claim has nothing to decide the new one by.
fn refutation_is_not_examined(was: &ClaimResult, is: &ClaimResult) -> bool {
    let refuting = was.cells.iter().filter(|cell| cell.verdict == ClaimVerdict::Refuted);
    let now = |cell: &ClaimCell| is.cells.iter().find(|other| place(other) == place(cell));
    refuting.map(now).any(|now| now.is_none_or(|cell| !cell.has_evidence()))
}

fn place(cell: &ClaimCell) -> CellName {
    CellName { dataset: cell.dataset.clone(), model: cell.model.clone(), solver: cell.solver.clone() }
}
