//! The figures of a report: one file per kind. A figure without data is not made.
//!
//! Builders pair lists up and stop at the end of the shortest, because a report read from a file may have lists that are empty or
//! of unequal lengths.

mod accuracy;
mod coefficients;
pub mod convergence;
pub mod outcomes;
mod overview;
mod profile_curves;
mod ranks;
mod reliability_curves;
pub mod selection;
mod separation;
mod spent;
mod targets;

use super::Report;
use super::figure::{Axis, Colour, Figure, Marks, Scale};
use super::schema::CellSummary;

/// All figures of a report, those of one kind together.
pub fn all(report: &Report) -> Vec<Figure> {
    let of_kinds: [fn(&Report) -> Vec<Figure>; 11] = [
        overview::figures,
        outcomes::figures,
        accuracy::figures,
        reliability_curves::figures,
        convergence::figures,
        targets::figures,
        spent::figures,
        separation::figures,
        profile_curves::figures,
        ranks::figures,
        coefficients::figures,
    ];
    of_kinds.iter().flat_map(|of_kind| of_kind(report)).collect()
}

/// The figures of the objective above its infimum against iterations: one per data set and model.
pub fn gaps(report: &Report) -> Vec<Figure> {
    convergence::gaps(report)
}

/// The cells of one data set under one model, which share a figure of each kind.
struct CellGroup<'r> {
    report: &'r Report,
    dataset: &'r str,
    model: &'r str,
    cells: Vec<&'r CellSummary>,
}

impl<'r> CellGroup<'r> {
    /// The groups of a report that have cells.
    fn all(report: &'r Report) -> impl Iterator<Item = CellGroup<'r>> {
        let pairs = report.datasets.iter().flat_map(|dataset| report.models.iter().map(move |model| (dataset, model)));
        pairs.filter_map(move |(dataset, model)| {
            let (dataset, model) = (dataset.name.as_str(), model.name.as_str());
            let cells: Vec<&CellSummary> =
                report.cells.iter().filter(|cell| cell.dataset == dataset && cell.model == model).collect();
            (!cells.is_empty()).then_some(CellGroup { report, dataset, model, cells })
        })
    }

    /// The name of a figure of this group within its kind.
    fn variant(&self, rest: &str) -> String {
        let rest = if rest.is_empty() { String::new() } else { format!(" · {rest}") };
        format!("{} · {}{rest}", self.dataset, self.model)
    }

    /// The data set, and the model if there are several, for a title.
    fn place(&self) -> String {
        if self.report.models.len() > 1 { format!("{}, {}", self.dataset, self.model) } else { self.dataset.to_owned() }
    }

    /// An axis with a place for each solver.
    fn solvers(&self) -> Axis {
        names("solver", self.cells.iter().map(|cell| cell.solver.clone()).collect())
    }
}

/// The colour of a solver.
fn colour(report: &Report, solver: &str) -> Colour {
    let place = report.solvers.iter().position(|other| other.name == solver);
    Colour::Solver(place.unwrap_or(report.solvers.len()))
}

/// An axis of names.
fn names(label: &str, names: Vec<String>) -> Axis {
    Axis { label: label.to_owned(), scale: Scale::Names(names) }
}

/// An axis of numbers.
fn linear(label: impl Into<String>) -> Axis {
    Axis { label: label.into(), scale: Scale::Linear }
}

/// An axis of magnitudes.
fn logarithmic(label: impl Into<String>) -> Axis {
    Axis { label: label.into(), scale: Scale::Logarithmic }
}

/// A line through points; ends with the shorter list.
fn line(x: &[f64], y: &[f64], stepped: bool) -> Marks {
    let (x, y) = x.iter().zip(y).map(|(&x, &y)| (x, Some(y))).unzip();
    Marks::Line { x, y, stepped }
}

/// A value in a sentence: three digits are enough to hear.
fn short(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if (1e-3..1e5).contains(&size) => {
            let text = format!("{value:.3}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => format!("{value:.1e}"),
    }
}

/// "a: 1; b: 2.", or "all 3: 1."
fn listed(items: impl Iterator<Item = (String, String)>) -> String {
    let items: Vec<(String, String)> = items.collect();
    match &items[..] {
        // Many solvers often have one value.
        [(_, first), _, _, ..] if items.iter().all(|(_, value)| value == first) => {
            format!("all {}: {first}.", items.len())
        }
        _ => items.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("; ") + ".",
    }
}
