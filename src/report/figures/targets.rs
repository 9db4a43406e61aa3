//! The share of fits within a target of the infimum, against iterations.

use super::super::figure::{Figure, Series};
use super::super::{Report, percent};
use super::{CellGroup, colour, line, linear, listed};

/// A figure per data set, model and target that a solver reaches.
pub fn figures(report: &Report) -> Vec<Figure> {
    let mut figures = Vec::new();
    for group in CellGroup::all(report) {
        let reached = group.cells.iter().filter_map(|cell| cell.trace.as_ref()).flat_map(|trace| &trace.reached);
        let mut targets: Vec<f64> = reached.map(|reached| reached.objective_gap).collect();
        targets.sort_unstable_by(|a, b| b.total_cmp(a));
        targets.dedup();
        figures.extend(targets.into_iter().filter_map(|target| figure(&group, target)));
    }
    figures
}

fn figure(group: &CellGroup<'_>, target: f64) -> Option<Figure> {
    let mut series = Vec::new();
    let mut at_the_end = Vec::new();
    for cell in &group.cells {
        let Some(trace) = &cell.trace else { continue };
        let Some(reached) = trace.reached.iter().find(|reached| reached.objective_gap == target) else { continue };
        let iterations: Vec<f64> = trace.iteration.iter().map(|&iteration| f64::from(iteration)).collect();
        let marks = line(&iterations, &reached.share, true);
        at_the_end.push((cell.solver.clone(), reached.share.last().copied().unwrap_or(0.0)));
        series.push(Series { name: cell.solver.clone(), colour: colour(group.report, &cell.solver), marks });
    }
    at_the_end.iter().any(|(_, share)| *share > 0.0).then(|| Figure {
        kind: "targets",
        variant: group.variant(&format!("within {target:e}")),
        dataset: Some(group.dataset.to_owned()),
        model: Some(group.model.to_owned()),
        title: format!("Fits within {target:e} of the infimum: {}", group.place()),
        description: format!(
            "The share of all fits whose objective is within {target:e} of its infimum, against iterations. A fit whose \
             infimum is unknown does not count as within. At the end: {}",
            listed(at_the_end.iter().map(|(solver, share)| (solver.clone(), percent(*share)))),
        ),
        x: linear("iterations"),
        y: linear("share of the fits"),
        series,
    })
}
