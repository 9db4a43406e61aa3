//! The records of single fits as CSV: a row per fit, with the names of its cell, in the order of the cells.

use std::io::{self, Write};

use super::Names;
use crate::experiment::Experiment;
use crate::metric::METRICS;
use crate::record::Results;

const COLUMNS: [&str; 13] = [
    "dataset",
    "model",
    "solver",
    "split",
    "stop",
    "verdict",
    "iterations",
    "objective_calls",
    "gradient_calls",
    "hessian_calls",
    "objective",
    "gradient_norm",
    "gap",
];

/// Writes all records. A number that is not finite is an empty field.
///
/// # Errors
/// When `into` cannot be written to.
pub fn write(experiment: &Experiment, results: &Results, into: &mut dyn Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(into);
    csv.write_record(COLUMNS.into_iter().chain(METRICS.iter().map(|metric| metric.name)))?;
    let number = |value: f64| if value.is_finite() { format!("{value:?}") } else { String::new() };
    for cell in &results.cells {
        let (names, records) = (Names::of(experiment, cell), &cell.records);
        for fit in 0..records.len() {
            for name in [&names.dataset, &names.model, &names.solver] {
                csv.write_field(name)?;
            }
            let calls = records.calls[fit];
            csv.write_field(fit.to_string())?;
            csv.write_field(records.stops[fit].name())?;
            csv.write_field(records.verdicts[fit].name())?;
            for count in [records.iterations[fit], calls.objective, calls.gradient, calls.hessian] {
                csv.write_field(count.to_string())?;
            }
            for value in [records.objectives[fit], records.gradient_norms[fit], records.gaps[fit]] {
                csv.write_field(number(value))?;
            }
            csv.write_record(records.metrics.iter().map(|column| number(column.get(fit))))?;
        }
    }
    csv.flush()
}
