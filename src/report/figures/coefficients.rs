//! Whether solvers agree on the coefficients, on splits whose traces are kept whole.

use std::collections::BTreeMap;

use super::super::Report;
use super::super::figure::{Figure, Marks, Series};
use super::super::schema::CellSummary;
use super::{CellGroup, colour, linear, names, short};

/// Most splits drawn per data set and model: one shows agreement, a few more show that it is no accident.
const MOST_SPLITS: usize = 3;

/// Most coefficients drawn: the eye does not distinguish more.
const MOST_COEFFICIENTS: usize = 40;

/// A figure per data set, model and one of the first splits kept whole.
pub fn figures(report: &Report) -> Vec<Figure> {
    let mut figures = Vec::new();
    for group in CellGroup::all(report) {
        let mut splits: Vec<u64> =
            group.cells.iter().flat_map(|cell| &cell.whole_traces).map(|trace| trace.split).collect();
        splits.sort_unstable();
        splits.dedup();
        figures.extend(splits.into_iter().take(MOST_SPLITS).filter_map(|split| figure(&group, split)));
    }
    figures
}

/// A solver's coefficients at the end of a fit.
struct Coefficients<'r> {
    solver: &'r str,
    columns: usize,
    /// The finite coefficients, with their places.
    values: Vec<(usize, f64)>,
}

impl<'r> Coefficients<'r> {
    fn of(cell: &'r CellSummary, split: u64) -> Option<Coefficients<'r>> {
        let trace = cell.whole_traces.iter().find(|trace| trace.split == split)?;
        let values: Vec<(usize, f64)> =
            trace.coefficients.iter().enumerate().filter_map(|(j, b)| Some((j, (*b)?))).collect();
        (!values.is_empty()).then(|| Coefficients { solver: &cell.solver, columns: trace.coefficients.len(), values })
    }
}

fn figure(group: &CellGroup<'_>, split: u64) -> Option<Figure> {
    let fits: Vec<Coefficients<'_>> = group.cells.iter().filter_map(|cell| Coefficients::of(cell, split)).collect();
    let columns = fits.iter().map(|fit| fit.columns).max()?;
    let shown = columns.min(MOST_COEFFICIENTS);
    let count = fits.len() as f64;
    let series: Vec<Series> = fits
        .iter()
        .enumerate()
        .map(|(number, fit)| {
            // Shifted, so that no point hides another.
            let shift = 0.6 * ((number as f64 + 0.5) / count - 0.5);
            let drawn = || fit.values.iter().filter(|(j, _)| *j < shown);
            let x: Vec<f64> = drawn().map(|(_, b)| *b).collect();
            let y = drawn().map(|(j, _)| *j as f64 + shift).collect();
            let interval = vec![None; x.len()];
            let colour = colour(group.report, fit.solver);
            Series { name: fit.solver.to_owned(), colour, marks: Marks::Points { x, y, interval } }
        })
        .collect();
    if series.len() < 2 {
        return None;
    }
    let rest = if shown < columns { format!(" The first {shown} of {columns} are drawn.") } else { String::new() };
    Some(Figure {
        kind: "coefficients",
        variant: group.variant(&format!("split {split}")),
        dataset: Some(group.dataset.to_owned()),
        model: Some(group.model.to_owned()),
        title: format!("Coefficients on split {split}: {}", group.place()),
        description: format!(
            "The coefficients that each solver ended with, on the model's scale.{rest} {} Where a maximum exists it is \
             unique, so fits that reach it agree; where none exists, coefficients grow until the solver stops.",
            spread(&fits),
        ),
        x: linear("coefficient"),
        y: names("", labels(group, columns).into_iter().take(shown).collect()),
        series,
    })
}

/// The largest difference between solvers, in words.
fn spread(fits: &[Coefficients<'_>]) -> String {
    let mut ranges: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    for &(j, b) in fits.iter().flat_map(|fit| &fit.values) {
        let range = ranges.entry(j).or_insert((b, b));
        *range = (range.0.min(b), range.1.max(b));
    }
    let largest = ranges.values().map(|(low, high)| high - low).fold(0.0, f64::max);
    format!("The largest difference between two solvers in one coefficient is {}.", short(largest))
}

/// Names of the coefficients.
fn labels(group: &CellGroup<'_>, columns: usize) -> Vec<String> {
    let report = group.report;
    let intercept = report.models.iter().any(|model| model.name == group.model && model.intercept);
    super::super::phrases::coefficient_names(report.feature_names(group.dataset, group.model), intercept, columns)
}
