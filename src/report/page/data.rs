//! What the page's script reads: the figures, the fits that were kept whole, and the tables that are brought on demand.

use serde_json::{Value, json};

use super::super::Report;
use super::super::coincide;
use super::super::figure::{Axis, Colour, Figure, Marks, Scale, Series, Side};
use super::super::phrases::{coefficient_names, quoted};
use super::super::schema::{CellSummary, WholeTrace};
use super::heat;

/// The data of a page. `parts` is the HTML of the tables on demand.
pub fn of(report: &Report, figures: &[Figure], parts: &[String]) -> Value {
    json!({
        "figures": figures.iter().map(figure).collect::<Vec<_>>(),
        "cells": report.cells.iter().map(|cell| of_cell(report, cell)).collect::<Vec<_>>(),
        "parts": parts,
    })
}

fn figure(figure: &Figure) -> Value {
    let common = json!({
        "kind": figure.kind,
        "what": figure.what(),
        "dataset": figure.dataset,
        "model": figure.model,
        "title": figure.title,
        "description": figure.description,
    });
    let (own, names) = coincide::merged(figure);
    let drawn = match heat::is_table(figure) {
        true => json!({"table": heat::table(figure)}),
        false => json!({
            "x": axis(&figure.x),
            "y": axis(&figure.y),
            "series": own.series.iter().zip(&names).map(|(own, names)| series(own, names)).collect::<Vec<_>>(),
        }),
    };
    let members = [common, drawn].into_iter().filter_map(|part| match part {
        Value::Object(members) => Some(members),
        _ => None,
    });
    Value::Object(members.flatten().collect())
}

fn axis(axis: &Axis) -> Value {
    match &axis.scale {
        Scale::Linear => json!({"label": axis.label, "scale": "linear"}),
        Scale::Logarithmic => json!({"label": axis.label, "scale": "log"}),
        Scale::Names(names) => json!({"label": axis.label, "scale": "names", "names": names}),
    }
}

/// `names`: the series that this one stands for.
fn series(series: &Series, names: &[String]) -> Value {
    let colour = match series.colour {
        Colour::Solver(place) => json!(place),
        Colour::Good => json!("good"),
        Colour::Doubtful => json!("doubtful"),
        Colour::Bad => json!("bad"),
        Colour::Notable => json!("notable"),
        Colour::Guide => json!("guide"),
    };
    let marks = match &series.marks {
        Marks::Line { x, y, stepped } => json!({"line": {"x": x, "y": y, "stepped": stepped}}),
        Marks::Band { x, low, middle, high, stepped } => {
            json!({"band": {"x": x, "low": low, "middle": middle, "high": high, "stepped": stepped}})
        }
        Marks::Bars { y, length } => json!({"bars": {"y": y, "length": length}}),
        Marks::Points { x, y, interval } => json!({"points": {"x": x, "y": y, "interval": interval}}),
        Marks::Strip { y, whole, half } => json!({"strip": {"y": y, "whole": whole, "half": half}}),
        Marks::Bound { x, beyond } => {
            json!({"bound": {"x": x, "beyond": beyond.map(|side| if side == Side::Left { "left" } else { "right" })}})
        }
        // A table of its own.
        Marks::Cells { .. } => Value::Null,
    };
    json!({"name": series.name, "names": names, "colour": colour, "marks": marks})
}

fn of_cell(report: &Report, cell: &CellSummary) -> Value {
    let columns = cell.whole_traces.iter().map(|trace| trace.coefficients.len()).max().unwrap_or(0);
    let intercept = report.models.iter().any(|model| model.name == cell.model && model.intercept);
    json!({
        "dataset": cell.dataset,
        "model": cell.model,
        "solver": cell.solver,
        "splits": cell.fits,
        "command": command(report, cell),
        "coefficients": coefficient_names(report.feature_names(&cell.dataset, &cell.model), intercept, columns),
        "fits": cell.whole_traces.iter().map(fit).collect::<Vec<_>>(),
    })
}

/// The command that makes one fit of a cell again, up to the number of the split.
pub fn command(report: &Report, cell: &CellSummary) -> String {
    let experiment = &report.experiment;
    let repeats = experiment.most_repeats.unwrap_or(experiment.repeats);
    let named = [("dataset", &cell.dataset), ("model", &cell.model), ("solver", &cell.solver)];
    let named: Vec<String> = named.iter().map(|(key, name)| format!("{key}={}", quoted(name))).collect();
    format!(
        "logitbench experiment {} --seed {} --repeats {repeats} --only {} split=",
        quoted(&experiment.file),
        experiment.seed,
        named.join(" "),
    )
}

/// The page shows all iterations up to this one, then `PER_DOUBLING` per doubling, as bands do.
const ALL_UP_TO: u32 = 32;
const PER_DOUBLING: f64 = 8.0;

fn fit(trace: &WholeTrace) -> Value {
    let places = thinned(&trace.iteration);
    let column = |values: &[Option<f64>]| {
        places.iter().map(|&place| values.get(place).copied().flatten().map(six_digits)).collect::<Vec<_>>()
    };
    json!({
        "split": trace.split,
        "stop": trace.stop,
        "verdict": trace.verdict,
        "undecided_because": trace.undecided_because,
        "no_gap_because": trace.no_gap_because,
        "gap": trace.gap,
        "metrics": trace.metrics,
        "coefficients": trace.coefficients,
        "direction": trace.direction,
        "thinned": places.len() < trace.iteration.len(),
        "iteration": places.iter().filter_map(|&place| trace.iteration.get(place)).collect::<Vec<_>>(),
        "objective": column(&trace.objective),
        "objective_gap": column(&trace.objective_gap),
        "gradient_norm": column(&trace.gradient_norm),
        "step_length": column(&trace.step_length),
        "oracle_calls": places.iter().map(|&place| trace.oracle_calls.get(place)).collect::<Vec<_>>(),
    })
}

/// The places that the page shows: the last place of each class, and so the last of all.
fn thinned(iterations: &[u32]) -> Vec<usize> {
    let class = |iteration: u32| (PER_DOUBLING * f64::from(iteration).log2()).ceil() as u32;
    let mut places: Vec<usize> = Vec::new();
    let mut last = None;
    for (place, &iteration) in iterations.iter().enumerate() {
        let own = (iteration > ALL_UP_TO).then(|| class(iteration));
        if own.is_some() && own == last {
            places.pop();
        }
        places.push(place);
        last = own;
    }
    places
}

/// A number to six digits, enough for a drawing; the JSON report has all digits.
fn six_digits(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_trace_is_thinned_and_keeps_its_end() {
        let iterations: Vec<u32> = (0..=10_000).collect();
        let places = thinned(&iterations);
        assert_eq!(places[..33], (0..33).collect::<Vec<_>>()[..]);
        assert!(places.len() < 110 && places.last() == Some(&10_000));
    }
}
