//! Arrow IPC: typed columns in batches of rows, as a file with a footer (Feather version 2) or as a stream.
//!
//! Source: Apache Arrow, "Arrow Columnar Format", version 1.5, section "Serialization and Interprocess Communication".

#[cfg(feature = "arrow")]
mod batches;
#[cfg(feature = "arrow")]
mod messages;
#[cfg(feature = "arrow")]
mod values;

use super::DataError;
use super::file::Input;
use super::format::Format;
use super::table;
use super::typed::TypedColumns;

/// The format.
pub const FORMAT: Format = Format {
    name: "arrow",
    extensions: &["arrow", "feather", "ipc", "arrows"],
    about: "Arrow files (Feather 2) and streams, packed by lz4 or not, in a build with --features arrow; elsewhere write Parquet",
    keys: &table::KEYS,
    required: table::keys::REQUIRED,
    columns: |input, _| Ok(columns_of(input)?.0.file_columns()),
    parse: |input, settings| {
        let (columns, how) = columns_of(input)?;
        columns.data_set(input, settings, how.unwrap_or_default())
    },
};

/// All columns, and how the file was packed, if it was.
#[cfg(feature = "arrow")]
fn columns_of(input: Input<'_>) -> Result<(TypedColumns, Option<&'static str>), DataError> {
    let (bytes, how) = super::packed::bytes(input)?;
    let bytes = arrow_buffer::Buffer::from_vec(bytes.into_owned());
    // What the library does not check ends in a panic of its own.
    let columns = crate::contain::contain(|| batches::all_columns(&bytes));
    let columns = columns.unwrap_or_else(|_| Err("it is damaged: write it again".to_owned()));
    Ok((columns.map_err(|reason| DataError::Malformed { path: input.shown(), reason })?, how))
}

#[cfg(not(feature = "arrow"))]
fn columns_of(input: Input<'_>) -> Result<(TypedColumns, Option<&'static str>), DataError> {
    let reason = "it is an Arrow file, which this build does not read: build the program with --features arrow, or write the file as Parquet \
                  (pandas.read_feather(FILE).to_parquet(...))";
    Err(DataError::Malformed { path: input.shown(), reason: reason.to_owned() })
}
