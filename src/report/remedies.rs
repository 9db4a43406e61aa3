//! What helps where fits end without an optimum, in an experiment's words.

use super::phrases::penalty_of;
use super::schema::{CellSummary, Report, SplitSummary};
use crate::record::Verdict;
use crate::solver::Stop;

/// The remedies for the fits of a table, a sentence each.
pub fn remedies(report: &Report, cells: &[&CellSummary]) -> Vec<String> {
    let penalty = no_optimum(report, cells);
    penalty.into_iter().chain(out_of_iterations(report, cells)).collect()
}

fn no_optimum(report: &Report, cells: &[&CellSummary]) -> Option<String> {
    let separated: Vec<_> =
        cells.iter().filter(|cell| cell.verdict(Verdict::Separated) > 0 && is_plain(report, cell)).collect();
    // An l2 penalty leaves the intercept free, which rows of one class drive to infinity.
    let may_have_one_class = separated.iter().any(|cell| {
        let mut own = report.splits.iter().filter(|splits| is_of(splits, cell));
        own.any(|splits| splits.training_rows_of_one_class > 0)
    });
    (!separated.is_empty()).then(|| {
        let which = if may_have_one_class { "each split with training rows of both classes" } else { "each split" };
        format!("Where coefficients do not exist: a penalty (l2 or firth) gives {which} an optimum.")
    })
}

fn is_of(splits: &SplitSummary, cell: &CellSummary) -> bool {
    splits.dataset == cell.dataset && splits.model == cell.model
}

fn is_plain(report: &Report, cell: &CellSummary) -> bool {
    penalty_of(report, &cell.model) == "none"
}

fn out_of_iterations(report: &Report, cells: &[&CellSummary]) -> Option<String> {
    let ran_out = |cell: &CellSummary| {
        let at_most = cell.stops.get(Stop::MaxIterations.name()).is_some_and(|fits| *fits > 0);
        at_most && cell.verdict(Verdict::Suboptimal).saturating_add(cell.verdict(Verdict::Undecided)) > 0
    };
    let concerned: Vec<&CellSummary> = cells.iter().copied().filter(|cell| ran_out(cell)).collect();
    // Under an l2 penalty another scale is another model.
    let may_scale = |cell: &CellSummary| {
        let model = report.models.iter().find(|model| model.name == cell.model);
        model.is_some_and(|model| model.scaling == "none" && model.penalty != "l2")
    };
    let scaling = match concerned.iter().any(|cell| may_scale(cell)) {
        true => ", or scaling = \"standardize\" of the model",
        false => "",
    };
    (!concerned.is_empty()).then(|| {
        format!("Where fits ended at max-iterations and are not proved optimal: raise max_iterations{scaling}.")
    })
}
