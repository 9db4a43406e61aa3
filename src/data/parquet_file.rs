//! Parquet: typed columns in groups of rows.

mod pages;

use bytes::Bytes;
use pages::Pages;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::schema::types::ColumnDescriptor;

use super::columns::FileColumn;
use super::file::Input;
use super::format::Format;
use super::npy::half;
use super::typed::{TypedColumns, Values, decimals, iso_date, iso_time};
use super::{DataError, DataSet, packed, shown, table};
use crate::contain::contain;
use crate::parameter::Settings;

/// The format.
pub const FORMAT: Format = Format {
    name: "parquet",
    extensions: &["parquet", "pq"],
    about: "Parquet: columns of numbers, truth values, texts and dates, packed by snappy, zstd, gzip or not",
    keys: &table::KEYS,
    required: table::keys::REQUIRED,
    columns: |input, _| columns(input),
    parse: read,
};

fn read(input: Input<'_>, settings: &Settings) -> Result<DataSet, DataError> {
    let (columns, how) = columns_of(input)?;
    columns.data_set(input, settings, how.unwrap_or_default())
}

fn columns(input: Input<'_>) -> Result<Vec<FileColumn>, DataError> {
    Ok(columns_of(input)?.0.file_columns())
}

fn columns_of(input: Input<'_>) -> Result<(TypedColumns, Option<&'static str>), DataError> {
    let malformed = |reason: String| DataError::Malformed { path: input.shown(), reason };
    let (bytes, how) = packed::bytes(input)?;
    let bytes = Bytes::from(bytes.into_owned());
    // The library panics on some files that are damaged.
    let columns = contain(|| all_columns(&bytes)).unwrap_or_else(|_| Err("it is damaged".to_owned()));
    Ok((columns.map_err(|reason| malformed(format!("{reason}: write it again")))?, how))
}

fn all_columns(bytes: &Bytes) -> Result<TypedColumns, String> {
    let told = |error: ParquetError| shown(&error.to_string());
    let file = SerializedFileReader::new(bytes.clone()).map_err(told)?;
    let metadata = file.metadata();
    let mut all = TypedColumns::default();
    for (place, column) in metadata.file_metadata().schema_descr().columns().iter().enumerate() {
        let of = |reason: String| format!("column \"{}\": {reason}", shown(&column.path().string()));
        if column.max_rep_level() > 0 || column.path().parts().len() > 1 {
            return Err(of(
                "it is nested, and a table has one value per row and column; write its parts as columns".to_owned()
            ));
        }
        let mut found: Option<Values> = None;
        let mut rows = 0;
        for group in metadata.row_groups() {
            let count =
                usize::try_from(group.num_rows()).map_err(|_| of("its group has fewer rows than none".to_owned()))?;
            let pages = Pages::open(bytes, (column, group.column(place)), count).map_err(of)?;
            let reader = get_column_reader(column.clone(), Box::new(pages));
            let values = values(reader, column, count).map_err(of)?;
            rows += count;
            found = Some(match found {
                None => values,
                Some(before) => before.followed_by(values),
            });
        }
        let empty = Values::Numbers(Vec::new());
        all.push(&column.path().string(), found.unwrap_or(empty));
        all.rows = rows;
    }
    Ok(all)
}

/// The values of a column in one group of rows.
fn values(reader: ColumnReader, column: &ColumnDescriptor, rows: usize) -> Result<Values, String> {
    let logical = column.logical_type_ref();
    let converted = column.converted_type();
    let scale = match logical {
        Some(LogicalType::Decimal(decimal)) => Some(decimal.scale),
        _ if converted == ConvertedType::DECIMAL => Some(column.type_scale()),
        _ => None,
    };
    let unit = match logical {
        Some(LogicalType::Timestamp(stamp)) => Some(match stamp.unit {
            TimeUnit::MILLIS => 1_000,
            TimeUnit::MICROS => 1_000_000,
            TimeUnit::NANOS => 1_000_000_000,
        }),
        _ if converted == ConvertedType::TIMESTAMP_MILLIS => Some(1_000),
        _ if converted == ConvertedType::TIMESTAMP_MICROS => Some(1_000_000),
        _ => None,
    };
    let is_date = matches!(logical, Some(LogicalType::Date)) || converted == ConvertedType::DATE;
    let is_unsigned = matches!(logical, Some(LogicalType::Integer(kind)) if !kind.is_signed)
        || matches!(
            converted,
            ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64
        );
    let or_nan = |value: Option<f64>| value.unwrap_or(f64::NAN);
    Ok(match reader {
        ColumnReader::BoolColumnReader(reader) => {
            Values::Numbers(cells(reader, column, rows)?.map(|v| or_nan(v.map(|v| f64::from(u8::from(v))))).collect())
        }
        ColumnReader::Int32ColumnReader(reader) => {
            let cells = cells(reader, column, rows)?;
            match scale {
                Some(scale) => decimals(cells.map(|v| v.map(i128::from)), scale),
                None if is_date => Values::of_texts(cells.map(|days| days.map(|days| iso_date(i64::from(days))))),
                None if is_unsigned => Values::Numbers(cells.map(|v| or_nan(v.map(|v| f64::from(v as u32)))).collect()),
                None => Values::Numbers(cells.map(|v| or_nan(v.map(f64::from))).collect()),
            }
        }
        ColumnReader::Int64ColumnReader(reader) => {
            let cells = cells(reader, column, rows)?;
            match (unit, scale) {
                (Some(unit), _) => Values::of_texts(cells.map(|ticks| ticks.map(|ticks| iso_time(ticks, unit)))),
                (None, Some(scale)) => decimals(cells.map(|v| v.map(i128::from)), scale),
                (None, None) if is_unsigned => Values::Large(cells.map(|v| v.map(|v| i128::from(v as u64))).collect()),
                (None, None) => Values::Wholes(cells.collect()),
            }
        }
        ColumnReader::FloatColumnReader(reader) => {
            Values::Numbers(cells(reader, column, rows)?.map(|v| or_nan(v.map(f64::from))).collect())
        }
        ColumnReader::DoubleColumnReader(reader) => Values::Numbers(cells(reader, column, rows)?.map(or_nan).collect()),
        ColumnReader::ByteArrayColumnReader(reader) => {
            let cells = cells(reader, column, rows)?;
            match scale {
                Some(scale) => decimals(wholes(cells.map(|v| v.map(|v| whole(v.data()))))?, scale),
                None => Values::of_texts(cells.map(|v| v.map(|v| String::from_utf8_lossy(v.data()).into_owned()))),
            }
        }
        ColumnReader::FixedLenByteArrayColumnReader(reader) => {
            let cells = cells(reader, column, rows)?;
            let of_half = |data: &[u8]| data.first_chunk().map_or(f64::NAN, |two| half(u16::from_le_bytes(*two)));
            match (scale, logical) {
                (Some(scale), _) => decimals(wholes(cells.map(|v| v.map(|v| whole(v.data()))))?, scale),
                (None, Some(LogicalType::Float16)) => {
                    Values::Numbers(cells.map(|v| or_nan(v.map(|v| of_half(v.data())))).collect())
                }
                _ => return Err("it has bytes, which are no numbers; leave it out of the file".to_owned()),
            }
        }
        ColumnReader::Int96ColumnReader(_) => {
            return Err(
                "its times have 96 bits, as old writers have them; write it with times in milliseconds".to_owned()
            );
        }
    })
}

/// A whole number in two's complement, the largest byte first; `None` beyond 128 bits.
fn whole(bytes: &[u8]) -> Option<i128> {
    let sign = if bytes.first().is_some_and(|byte| *byte > 127) { -1 } else { 0 };
    bytes.iter().try_fold(sign, |sum: i128, byte| sum.checked_mul(256).map(|sum| sum | i128::from(*byte)))
}

/// The digits of decimals, if none has too many.
fn wholes(all: impl Iterator<Item = Option<Option<i128>>>) -> Result<std::vec::IntoIter<Option<i128>>, String> {
    let digits: Option<Vec<Option<i128>>> =
        all.map(|cell| cell.map_or(Some(None), |digits| digits.map(Some))).collect();
    let many = "it has decimals of more than 38 digits; write them as doubles, or leave the column out of the file";
    digits.map(Vec::into_iter).ok_or_else(|| many.to_owned())
}

/// The values of a column in one group, none where a row has none.
fn cells<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    column: &ColumnDescriptor,
    rows: usize,
) -> Result<impl Iterator<Item = Option<T::T>>, String> {
    let (mut present, mut values) = (Vec::new(), Vec::new());
    let optional = column.max_def_level() > 0;
    let mut read = 0;
    while read < rows {
        let levels = optional.then_some(&mut present);
        let (records, ..) = reader
            .read_records((rows - read).min(1 << 16), levels, None, &mut values)
            .map_err(|error| shown(&error.to_string()))?;
        if records == 0 {
            return Err(format!("it has {read} of {rows} rows"));
        }
        read += records;
    }
    let mut values = values.into_iter();
    Ok((0..rows).map(move |row| match present.get(row) {
        Some(0) => None,
        _ => values.next(),
    }))
}
