//! What the old report has and the new one lacks: worse, because a result that is not there any longer could hide any other change.

use std::collections::HashSet;

use super::difference::{CellName, Deterioration, Worse};
use crate::report::schema::Report;

/// The claims and cells of the old report that the new one lacks, but for those whose names may be missing. Of a data set, model or solver
/// without any cell it is said once.
pub fn vanished(old: &Report, new: &Report, may_be_missing: &[String]) -> Vec<Worse> {
    let may = |name: &String| may_be_missing.contains(name);
    let may_be_without = |place: &CellName| [&place.dataset, &place.model, &place.solver].into_iter().any(&may);
    let claims = old.claims.iter().filter(|claim| {
        let is_there = new.claims.iter().any(|other| other.name == claim.name);
        let place = |cell: &crate::report::schema::ClaimCell| cell_name(&cell.dataset, &cell.model, &cell.solver);
        let of_missing = !claim.cells.is_empty() && claim.cells.iter().all(|cell| may_be_without(&place(cell)));
        !is_there && !may(&claim.name) && !of_missing
    });
    let claims =
        claims.map(|claim| format!("the claim \"{}\" was {} and is missing", claim.name, claim.verdict.name()));
    let there: HashSet<CellName> =
        new.cells.iter().map(|cell| cell_name(&cell.dataset, &cell.model, &cell.solver)).collect();
    let places = old.cells.iter().map(|cell| cell_name(&cell.dataset, &cell.model, &cell.solver));
    let lost = places.filter(|place| !there.contains(place) && !may_be_without(place));
    let mut said = HashSet::new();
    let cells = lost.filter_map(|place| what_is_missing(new, &place)).filter(|text| said.insert(text.clone()));
    claims.chain(cells).map(|text| Worse { kind: Deterioration::Missing, text }).collect()
}

fn cell_name(dataset: &str, model: &str, solver: &str) -> CellName {
    CellName { dataset: dataset.to_owned(), model: model.to_owned(), solver: solver.to_owned() }
}

/// The largest part of the report that is missing with a cell; `None` where its solver is skipped, which is said as such.
fn what_is_missing(new: &Report, place: &CellName) -> Option<String> {
    let CellName { dataset, model, solver } = place;
    if new.datasets.iter().all(|other| other.name != *dataset) {
        return Some(format!("the data set {dataset} is missing"));
    }
    if new.models.iter().all(|other| other.name != *model) {
        return Some(format!("the model {model} is missing"));
    }
    let Some(known) = new.solvers.iter().find(|other| other.name == *solver) else {
        return Some(format!("the solver {solver} is missing"));
    };
    let is_skipped = known.skipped.is_some()
        || new.skipped.iter().any(|skipped| skipped.model == *model && skipped.solver == *solver);
    (!is_skipped).then(|| format!("the cell {place} is missing"))
}
