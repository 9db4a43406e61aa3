//! The records of single fits: a row per fit, with the names of its cell, written while the run goes on. CSV (`csv.rs`) and
//! Parquet (`parquet.rs`) have the same rows in the same order.

mod csv;
mod parquet;

use std::io::{self, Write};

use super::file::FileMark;
use crate::experiment::Experiment;
use crate::metric::Selection;
use crate::record::{FitRecord, UnitRecords};

/// The format of a file of fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FitsFormat {
    /// Text: a line per fit.
    Csv,
    /// Columns, for programs that read tables of many rows.
    Parquet,
}

impl FitsFormat {
    /// All formats, the usual one first.
    pub const ALL: [FitsFormat; 2] = [FitsFormat::Csv, FitsFormat::Parquet];

    /// The name on the command line, in reports, and at the end of a file's name.
    pub fn name(self) -> &'static str {
        match self {
            FitsFormat::Csv => "csv",
            FitsFormat::Parquet => "parquet",
        }
    }

    /// The mark of a file of this format written by logitbench.
    pub fn mark(self) -> FileMark {
        match self {
            FitsFormat::Csv => "dataset,model,solver,split,".into(),
            FitsFormat::Parquet => FileMark { beginning: b"PAR1", signature: parquet::WRITTEN_BY.as_bytes() },
        }
    }
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ColumnType {
    /// One of few names.
    Name,
    /// The number of a split.
    Split,
    /// A count of steps or calls.
    Count,
    /// A number, missing if it is not finite.
    Number,
}

/// The columns before those of the metrics.
const COLUMNS: [(&str, ColumnType); 14] = [
    ("dataset", ColumnType::Name),
    ("model", ColumnType::Name),
    ("solver", ColumnType::Name),
    ("split", ColumnType::Split),
    ("stop", ColumnType::Name),
    ("verdict", ColumnType::Name),
    ("iterations", ColumnType::Count),
    ("objective_calls", ColumnType::Count),
    ("gradient_calls", ColumnType::Count),
    ("hessian_calls", ColumnType::Count),
    ("objective", ColumnType::Number),
    ("objective_error", ColumnType::Number),
    ("gradient_norm", ColumnType::Number),
    ("gap", ColumnType::Number),
];

/// All columns of an experiment with these metrics, in order.
fn columns(metrics: Selection) -> impl Iterator<Item = (&'static str, ColumnType)> + Clone {
    COLUMNS.into_iter().chain(metrics.metrics().map(|(_, metric)| (metric.name, ColumnType::Number)))
}

/// The value of one column in a row.
#[derive(Clone, Copy, Debug, PartialEq)]
enum FieldValue<'r> {
    Name(&'r str),
    Split(u64),
    Count(u32),
    Number(f64),
}

/// A fit with the names of its cell.
struct FitRow<'r> {
    dataset: &'r str,
    model: &'r str,
    solver: &'r str,
    split: u64,
    metrics: Selection,
    record: &'r FitRecord,
}

impl<'r> FitRow<'r> {
    /// The rows of some splits, in the order of splits, models and solvers.
    fn of(experiment: &'r Experiment, records: &'r UnitRecords) -> impl Iterator<Item = FitRow<'r>> {
        let layout = experiment.layout();
        let splits = records.splits.len() / layout.models();
        let dataset = experiment.sources[records.source].name();
        let under =
            |model| experiment.runnable_under(model).enumerate().map(move |(own, (solver, _))| (model, solver, own));
        let pairs: Vec<_> = (0..layout.models()).flat_map(under).collect();
        (0..splits * pairs.len()).map(move |row| {
            let (split, (model, solver, own)) = (row / pairs.len(), pairs[row % pairs.len()]);
            FitRow {
                dataset,
                model: &experiment.models[model].name,
                solver: &experiment.solvers[solver].name,
                split: records.first + split as u64,
                metrics: experiment.metrics,
                record: &records.fits[layout.of_split(model, split, splits).start + own],
            }
        })
    }

    /// The values of the row, in the order of the columns.
    fn values(&self) -> impl Iterator<Item = FieldValue<'r>> {
        let FitRecord {
            stop,
            verdict,
            iterations,
            calls,
            objective,
            objective_error,
            gradient_norm,
            gap,
            ref metrics,
            ..
        } = *self.record;
        [
            FieldValue::Name(self.dataset),
            FieldValue::Name(self.model),
            FieldValue::Name(self.solver),
            FieldValue::Split(self.split),
            FieldValue::Name(stop.name()),
            FieldValue::Name(verdict.name()),
            FieldValue::Count(iterations),
            FieldValue::Count(calls.objective),
            FieldValue::Count(calls.gradient),
            FieldValue::Count(calls.hessians()),
            FieldValue::Number(objective),
            FieldValue::Number(objective_error),
            FieldValue::Number(gradient_norm),
            FieldValue::Number(gap),
        ]
        .into_iter()
        .chain(self.metrics.metrics().map(|(place, _)| FieldValue::Number(metrics[place])))
    }
}

/// Writes records as they come: a row per fit, in the order of sources, splits, models and solvers.
pub struct FitsWriter<'e, W: Write + Send> {
    experiment: &'e Experiment,
    table: FitsTable<W>,
}

enum FitsTable<W: Write + Send> {
    Csv(Box<csv::CsvTable<W>>),
    Parquet(Box<parquet::ParquetTable<W>>),
}

impl<'e, W: Write + Send> FitsWriter<'e, W> {
    /// Begins the file.
    ///
    /// # Errors
    /// When `into` cannot be written to.
    pub fn new(experiment: &'e Experiment, format: FitsFormat, into: W) -> io::Result<FitsWriter<'e, W>> {
        let table = match format {
            FitsFormat::Csv => FitsTable::Csv(Box::new(csv::CsvTable::new(into, columns(experiment.metrics))?)),
            FitsFormat::Parquet => {
                FitsTable::Parquet(Box::new(parquet::ParquetTable::new(into, columns(experiment.metrics))?))
            }
        };
        Ok(FitsWriter { experiment, table })
    }

    /// Appends the fits of some splits. A number that is not finite is a missing value.
    ///
    /// # Errors
    /// When the rows cannot be written.
    pub fn write(&mut self, records: &UnitRecords) -> io::Result<()> {
        let mut rows = FitRow::of(self.experiment, records);
        match &mut self.table {
            FitsTable::Csv(table) => rows.try_for_each(|row| table.push(&row)),
            FitsTable::Parquet(table) => rows.try_for_each(|row| table.push(&row)),
        }
    }

    /// Writes the rest and returns the writer.
    ///
    /// # Errors
    /// When the rest cannot be written.
    pub fn finish(self) -> io::Result<W> {
        match self.table {
            FitsTable::Csv(table) => table.finish(),
            FitsTable::Parquet(table) => table.finish(),
        }
    }
}
