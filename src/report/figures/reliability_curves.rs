//! Reliability curves: the share of class 1 against the fitted probability, with consistency bars.

use super::super::figure::{Colour, Figure, Marks, Series};
use super::super::schema::{CellSummary, Reliability};
use super::super::{Report, percent};
use super::{CellGroup, colour, linear, listed, short};
use crate::statistics::words::counted;

/// A figure per cell that has a reliability curve.
pub fn figures(report: &Report) -> Vec<Figure> {
    let of_group = |group: &CellGroup<'_>| -> Vec<Figure> {
        group.cells.iter().filter_map(|cell| figure(group, cell, cell.reliability.as_ref()?)).collect()
    };
    CellGroup::all(report).flat_map(|group| of_group(&group)).collect()
}

fn figure(group: &CellGroup<'_>, cell: &CellSummary, reliability: &Reliability) -> Option<Figure> {
    let bins = &reliability.bins;
    if bins.is_empty() {
        return None;
    }
    let diagonal = Marks::Line { x: vec![0.0, 1.0], y: vec![Some(0.0), Some(1.0)], stepped: false };
    let mut series = vec![
        Series {
            name: cell.solver.clone(),
            colour: colour(group.report, &cell.solver),
            marks: Marks::Points {
                x: bins.iter().map(|bin| bin.mean_probability).collect(),
                y: bins.iter().map(|bin| bin.share).collect(),
                interval: vec![None; bins.len()],
            },
        },
        Series { name: "probabilities are right".to_owned(), colour: Colour::Guide, marks: diagonal },
    ];
    let level = percent(group.report.experiment.interval_level);
    // Each bar is a line of its own, from its lower end to its upper one.
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for (at, [low, high]) in bins.iter().filter_map(|bin| Some((bin.mean_probability, bin.consistency?))) {
        x.extend([at; 3]);
        y.extend([Some(low), Some(high), None]);
    }
    let has_bars = !x.is_empty();
    if has_bars {
        let name = format!("{level} consistency bars");
        series.push(Series { name, colour: Colour::Guide, marks: Marks::Line { x, y, stepped: false } });
    }
    let in_words = bins.iter().map(|bin| {
        let range = format!("{} to {} ({})", short(bin.from), short(bin.to), counted(bin.rows, "row"));
        (range, format!("mean {}, share {}", short(bin.mean_probability), short(bin.share)))
    });
    Some(Figure {
        kind: "reliability",
        variant: group.variant(&cell.solver),
        dataset: Some(group.dataset.to_owned()),
        model: Some(group.model.to_owned()),
        title: format!("Reliability of probabilities on test rows: {}, {}", cell.solver, group.place()),
        description: format!(
            "The share of class 1 among test rows against the mean of their fitted probabilities, in bins of width 0.1 that have \
             rows; the test rows of {} are pooled. {}Bins: {}",
            counted(reliability.fits, "fit"),
            bars(reliability, &level, has_bars),
            listed(in_words),
        ),
        x: linear("mean fitted probability of class 1"),
        y: linear("share of class 1"),
        series,
    })
}

/// What the bars are, and what they assume.
fn bars(reliability: &Reliability, level: &str, has_bars: bool) -> String {
    match (has_bars, reliability.independent_splits || reliability.fits == 1) {
        (false, _) => "No bin has a row per split, as a consistency bar needs. ".to_owned(),
        (true, true) => format!(
            "The share of a bin lies within its bar with a probability of at least {level}, for each bin by itself, if the \
             probabilities are right. "
        ),
        (true, false) => format!(
            "Splits share rows, so the pooled rows are not independent: the bars are those of the rows that a bin has in one split \
             on average. The share of one such test set lies within them with a probability of at least {level}, for each bin by \
             itself, if the probabilities are right; the pooled share varies no more than that. "
        ),
    }
}
