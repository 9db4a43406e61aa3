//! Records as CSV: a number that is not finite is an empty field.

use std::io::{self, Write};

use super::{ColumnType, FieldValue, FitRow};

pub(super) struct CsvTable<W: Write> {
    csv: ::csv::Writer<W>,
    fields: ::csv::StringRecord,
}

impl<W: Write> CsvTable<W> {
    /// Begins the file with a row of names.
    pub(super) fn new(into: W, columns: impl Iterator<Item = (&'static str, ColumnType)>) -> io::Result<CsvTable<W>> {
        let mut csv = ::csv::Writer::from_writer(into);
        csv.write_record(columns.map(|(name, _)| name))?;
        Ok(CsvTable { csv, fields: ::csv::StringRecord::new() })
    }

    pub(super) fn push(&mut self, row: &FitRow<'_>) -> io::Result<()> {
        self.fields.clear();
        for value in row.values() {
            match value {
                FieldValue::Name(name) => self.fields.push_field(name),
                FieldValue::Split(split) => self.fields.push_field(&split.to_string()),
                FieldValue::Count(count) => self.fields.push_field(&count.to_string()),
                FieldValue::Number(number) if number.is_finite() => self.fields.push_field(&format!("{number:?}")),
                FieldValue::Number(_) => self.fields.push_field(""),
            }
        }
        Ok(self.csv.write_record(self.fields.iter())?)
    }

    pub(super) fn finish(self) -> io::Result<W> {
        self.csv.into_inner().map_err(|error| error.into_error())
    }
}
