//! The records of single fits: a row per fit, with the names of its cell, written as the fits are made. As CSV (`csv.rs`), or
//! in columns as Parquet (`parquet.rs`); both have the same rows in the same order.

mod csv;
mod parquet;

use std::io::{self, Write};

use super::file::Mark;
use crate::experiment::Experiment;
use crate::metric::METRICS;
use crate::record::{FitRecord, UnitRecords};

/// What such a file is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text: a line per fit.
    Csv,
    /// Columns, for programs that read tables of many rows.
    Parquet,
}

impl Format {
    /// All formats, the usual one first.
    pub const ALL: [Format; 2] = [Format::Csv, Format::Parquet];

    /// The name on the command line, in reports, and at the end of a file's name.
    pub fn name(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Parquet => "parquet",
        }
    }

    /// How a file of this format that logitbench has written is told from others.
    pub fn mark(self) -> Mark {
        match self {
            Format::Csv => "dataset,model,solver,split,".into(),
            Format::Parquet => Mark { beginning: b"PAR1", signature: parquet::WRITTEN_BY.as_bytes() },
        }
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ColumnType {
    /// One of few names.
    Name,
    /// The number of a split.
    Split,
    /// How often something was done.
    Count,
    /// A number, missing where it is not finite.
    Number,
}

/// The columns before those of the metrics.
const COLUMNS: [(&str, ColumnType); 13] = [
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
    ("gradient_norm", ColumnType::Number),
    ("gap", ColumnType::Number),
];

/// All columns, in order.
fn columns() -> impl Iterator<Item = (&'static str, ColumnType)> {
    COLUMNS.into_iter().chain(METRICS.iter().map(|metric| (metric.name, ColumnType::Number)))
}

/// What stands in one column of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Value<'r> {
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
                record: &records.fits[layout.of_split(model, split, splits).start + own],
            }
        })
    }

    /// Its values, in the order of the columns.
    fn values(&self) -> impl Iterator<Item = Value<'r>> {
        let FitRecord { stop, verdict, iterations, calls, objective, gradient_norm, gap, ref metrics, .. } =
            *self.record;
        [
            Value::Name(self.dataset),
            Value::Name(self.model),
            Value::Name(self.solver),
            Value::Split(self.split),
            Value::Name(stop.name()),
            Value::Name(verdict.name()),
            Value::Count(iterations),
            Value::Count(calls.objective),
            Value::Count(calls.gradient),
            Value::Count(calls.hessians()),
            Value::Number(objective),
            Value::Number(gradient_norm),
            Value::Number(gap),
        ]
        .into_iter()
        .chain(metrics.iter().map(|&metric| Value::Number(metric)))
    }
}

/// Writes the records as they come: a row per fit, in the order of sources, splits, models and solvers.
pub struct FitsWriter<'e, W: Write + Send> {
    experiment: &'e Experiment,
    table: FitsTable<W>,
}

enum FitsTable<W: Write + Send> {
    Csv(Box<csv::CsvTable<W>>),
    Parquet(Box<parquet::ParquetTable<W>>),
}

impl<'e, W: Write + Send> FitsWriter<'e, W> {
    /// Begins with what comes before the first row.
    ///
    /// # Errors
    /// When `into` cannot be written to.
    pub fn new(experiment: &'e Experiment, format: Format, into: W) -> io::Result<FitsWriter<'e, W>> {
        let table = match format {
            Format::Csv => FitsTable::Csv(Box::new(csv::CsvTable::new(into)?)),
            Format::Parquet => FitsTable::Parquet(Box::new(parquet::ParquetTable::new(into)?)),
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

    /// Writes what is left.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> io::Result<W> {
        match self.table {
            FitsTable::Csv(table) => table.finish(),
            FitsTable::Parquet(table) => table.finish(),
        }
    }
}
