//! The records of single fits as CSV: a row per fit, with the names of its cell, written as the fits are made.

use std::io::{self, Write};

use crate::experiment::Experiment;
use crate::metric::METRICS;
use crate::record::{FitRecord, UnitRecords};

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

/// What every such file begins with.
pub const BEGINNING: &str = "dataset,model,solver,split,";

/// Writes the records as they come: a row per fit, in the order of sources, splits, models and solvers.
pub struct FitsWriter<'e, W: Write> {
    experiment: &'e Experiment,
    csv: csv::Writer<W>,
    row: csv::StringRecord,
}

impl<'e, W: Write> FitsWriter<'e, W> {
    /// Begins with a row of names.
    ///
    /// # Errors
    /// When `into` cannot be written to.
    pub fn new(experiment: &'e Experiment, into: W) -> io::Result<FitsWriter<'e, W>> {
        let mut csv = csv::Writer::from_writer(into);
        csv.write_record(COLUMNS.into_iter().chain(METRICS.iter().map(|metric| metric.name)))?;
        Ok(FitsWriter { experiment, csv, row: csv::StringRecord::new() })
    }

    /// Appends the fits of some splits. A number that is not finite is an empty field.
    ///
    /// # Errors
    /// When the rows cannot be written.
    pub fn write(&mut self, records: &UnitRecords) -> io::Result<()> {
        let experiment = self.experiment;
        let solvers: Vec<&str> =
            experiment.runnable().map(|(place, _)| experiment.solvers[place].name.as_str()).collect();
        let splits = records.splits.len() / experiment.models.len();
        let dataset = experiment.sources[records.source].name();
        for split in 0..splits {
            for (model, of_model) in experiment.models.iter().enumerate() {
                let first = (model * splits + split) * solvers.len();
                for (solver, record) in solvers.iter().zip(&records.fits[first..first + solvers.len()]) {
                    self.row.clear();
                    [dataset, &of_model.name, solver].into_iter().for_each(|name| self.row.push_field(name));
                    self.row.push_field(&(records.first + split as u64).to_string());
                    self.fit(record)?;
                }
            }
        }
        Ok(())
    }

    fn fit(&mut self, record: &FitRecord) -> io::Result<()> {
        let row = &mut self.row;
        row.push_field(record.stop.name());
        row.push_field(record.verdict.name());
        let calls = record.calls;
        for count in [record.iterations, calls.objective, calls.gradient, calls.hessian] {
            row.push_field(&count.to_string());
        }
        for value in [record.objective, record.gradient_norm, record.gap].iter().chain(&record.metrics) {
            row.push_field(&if value.is_finite() { format!("{value:?}") } else { String::new() });
        }
        Ok(self.csv.write_record(row.iter())?)
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> io::Result<W> {
        self.csv.into_inner().map_err(|error| error.into_error())
    }
}
