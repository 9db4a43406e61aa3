//! Records as Parquet, which pandas, polars, R and DuckDB read directly: names as dictionaries, a number that is not finite as
//! null, the range of each column with every group of rows.

use std::io::{self, Write};
use std::sync::Arc;

use ::parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use ::parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::schema::types::Type;

use super::{ColumnType, FieldValue, FitRow};

/// The writer's name and version, in the footer of the file.
pub(super) const WRITTEN_BY: &str = concat!("logitbench version ", env!("CARGO_PKG_VERSION"));

/// Rows of a group, which a reader takes in at once and the writer gathers before it writes (about 16 MiB).
const ROWS_OF_A_GROUP: usize = 100_000;

pub(super) struct ParquetTable<W: Write + Send> {
    file: SerializedFileWriter<W>,
    columns: Vec<UnwrittenColumn>,
    rows: usize,
}

/// Values of a column, gathered and not written yet.
enum UnwrittenColumn {
    Names(Vec<ByteArray>),
    Splits(Vec<i64>),
    Counts(Vec<i32>),
    /// The finite numbers, and for each row whether it has one (1) or not (0).
    Numbers(Vec<f64>, Vec<i16>),
}

impl<W: Write + Send> ParquetTable<W> {
    pub(super) fn new(
        into: W,
        columns: impl Iterator<Item = (&'static str, ColumnType)> + Clone,
    ) -> io::Result<ParquetTable<W>> {
        let properties = WriterProperties::builder()
            .set_created_by(WRITTEN_BY.to_owned())
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .build();
        let file = SerializedFileWriter::new(into, Arc::new(schema(columns.clone())?), Arc::new(properties))?;
        Ok(ParquetTable { file, columns: columns.map(|(_, kind)| UnwrittenColumn::of(kind)).collect(), rows: 0 })
    }

    pub(super) fn push(&mut self, row: &FitRow<'_>) -> io::Result<()> {
        for (column, value) in self.columns.iter_mut().zip(row.values()) {
            column.push(value)?;
        }
        self.rows += 1;
        if self.rows == ROWS_OF_A_GROUP { self.write_group() } else { Ok(()) }
    }

    pub(super) fn finish(mut self) -> io::Result<W> {
        self.write_group()?;
        self.file.into_inner().map_err(reason)
    }

    fn write_group(&mut self) -> io::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        self.rows = 0;
        let mut write = || {
            let mut group = self.file.next_row_group()?;
            let mut columns = self.columns.iter_mut();
            while let (Some(mut writer), Some(column)) = (group.next_column()?, columns.next()) {
                column.write(&mut writer)?;
                writer.close()?;
            }
            group.close()
        };
        write().map(drop).map_err(reason)
    }
}

impl UnwrittenColumn {
    fn of(kind: ColumnType) -> UnwrittenColumn {
        match kind {
            ColumnType::Name => UnwrittenColumn::Names(Vec::new()),
            ColumnType::Split => UnwrittenColumn::Splits(Vec::new()),
            ColumnType::Count => UnwrittenColumn::Counts(Vec::new()),
            ColumnType::Number => UnwrittenColumn::Numbers(Vec::new(), Vec::new()),
        }
    }

    fn push(&mut self, value: FieldValue<'_>) -> io::Result<()> {
        // Signed integers, because differences of unsigned columns wrap around in most programs that read them.
        let too_large = |error| io::Error::new(io::ErrorKind::InvalidData, format!("a count of a fit: {error}"));
        match (self, value) {
            (UnwrittenColumn::Names(names), FieldValue::Name(name)) => names.push(name.into()),
            (UnwrittenColumn::Splits(splits), FieldValue::Split(split)) => {
                splits.push(i64::try_from(split).map_err(too_large)?)
            }
            (UnwrittenColumn::Counts(counts), FieldValue::Count(count)) => {
                counts.push(i32::try_from(count).map_err(too_large)?)
            }
            (UnwrittenColumn::Numbers(numbers, present), FieldValue::Number(number)) => {
                present.push(i16::from(number.is_finite()));
                numbers.extend(Some(number).filter(|number| number.is_finite()));
            }
            (_, value) => return Err(io::Error::other(format!("{value:?} is in another column than its own"))),
        }
        Ok(())
    }

    /// Writes the values and forgets them.
    fn write(&mut self, into: &mut SerializedColumnWriter<'_>) -> Result<()> {
        match self {
            UnwrittenColumn::Names(names) => {
                into.typed::<ByteArrayType>().write_batch(names, None, None)?;
                names.clear();
            }
            UnwrittenColumn::Splits(splits) => {
                into.typed::<Int64Type>().write_batch(splits, None, None)?;
                splits.clear();
            }
            UnwrittenColumn::Counts(counts) => {
                into.typed::<Int32Type>().write_batch(counts, None, None)?;
                counts.clear();
            }
            UnwrittenColumn::Numbers(numbers, present) => {
                into.typed::<DoubleType>().write_batch(numbers, Some(present), None)?;
                numbers.clear();
                present.clear();
            }
        }
        Ok(())
    }
}

fn schema(columns: impl Iterator<Item = (&'static str, ColumnType)>) -> Result<Type> {
    let field = |(name, kind)| {
        let (physical, logical, repetition) = match kind {
            ColumnType::Name => (Physical::BYTE_ARRAY, Some(LogicalType::String), Repetition::REQUIRED),
            ColumnType::Split => (Physical::INT64, None, Repetition::REQUIRED),
            ColumnType::Count => (Physical::INT32, None, Repetition::REQUIRED),
            ColumnType::Number => (Physical::DOUBLE, None, Repetition::OPTIONAL),
        };
        Type::primitive_type_builder(name, physical)
            .with_logical_type(logical)
            .with_repetition(repetition)
            .build()
            .map(Arc::new)
    };
    Type::group_type_builder("fits").with_fields(columns.map(field).collect::<Result<_>>()?).build()
}

/// The error beneath the format's, so that a full disk is called so.
fn reason(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => error.downcast::<io::Error>().map_or_else(io::Error::other, |error| *error),
        error => error.into(),
    }
}
