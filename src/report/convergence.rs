//! The convergence of all solvers on one data set under one model, as a figure of medians.

use super::Report;
use super::figure::{Axis, Colour, Figure, Marks, Scale, Series};
use super::schema::CellSummary;

/// A figure per data set and model: the median objective above its infimum against the iterations, a line per solver.
pub fn figures(report: &Report) -> Vec<Figure> {
    let pairs = report.datasets.iter().flat_map(|dataset| report.models.iter().map(move |model| (dataset, model)));
    let figure = |dataset: &String, model: &String| {
        let cells = report.cells.iter().filter(|cell| cell.dataset == *dataset && cell.model == *model);
        let series: Vec<Series> = cells.filter_map(|cell| line(report, cell)).collect();
        let place = if report.models.len() > 1 { format!("{dataset}, {model}") } else { dataset.clone() };
        (!series.is_empty()).then(|| Figure {
            kind: "convergence",
            variant: format!("{dataset} · {model} · gap against iterations"),
            title: format!("{place}: objective above its infimum against iterations, medians over all fits"),
            description: "A fit that has ended keeps its last value; 0 is not drawn.".to_owned(),
            x: Axis { label: "iterations".to_owned(), scale: Scale::Linear },
            y: Axis { label: "objective above its infimum".to_owned(), scale: Scale::Logarithmic },
            series,
        })
    };
    pairs.filter_map(|(dataset, model)| figure(&dataset.name, &model.name)).collect()
}

fn line(report: &Report, cell: &CellSummary) -> Option<Series> {
    let trace = cell.trace.as_ref()?;
    let x = trace.iteration.iter().map(|&iteration| f64::from(iteration)).collect();
    let place = report.solvers.iter().position(|solver| solver.name == cell.solver)?;
    let marks = Marks::Line { x, y: trace.objective_gap.median.clone(), stepped: false };
    Some(Series { name: cell.solver.clone(), colour: Colour::Solver(place), marks })
}
