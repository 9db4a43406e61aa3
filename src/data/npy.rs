//! NumPy's arrays: `.npy`, one array, and `.npz`, an archive of several.
//!
//! The columns of an array of two dimensions are x1, x2, ...; of a `.npz` they are named after their array. An array of one dimension is a
//! column. scikit-learn's habit is arrays X and y in one `.npz`: y is the target then.
//!
//! Source: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays", and `numpy/lib/format.py`.

use super::file::Input;
use super::format::Format;
use super::typed::{TypedColumns, Values};
use super::{DataError, DataSet, npz, packed, shown, table};
use crate::parameter::Settings;

/// The format of one array.
pub const NPY: Format = Format {
    name: "npy",
    extensions: &["npy"],
    about: "an array of NumPy; its columns are x1, x2, ..., and the last is the target unless `target` names another",
    keys: &table::KEYS,
    required: &[],
    columns: |input, _| Ok(columns_of(input)?.0.file_columns()),
    parse: read,
};

/// The format of several.
pub const NPZ: Format = Format {
    name: "npz",
    extensions: &["npz"],
    about: "arrays of NumPy, as numpy.savez(FILE, X=X, y=y) writes them; y is the target unless `target` names another column",
    keys: &table::KEYS,
    required: &[],
    columns: |input, _| Ok(columns_of(input)?.0.file_columns()),
    parse: read,
};

fn read(input: Input<'_>, settings: &Settings) -> Result<DataSet, DataError> {
    let (columns, dialect) = columns_of(input)?;
    let mut settings = settings.clone();
    if settings.text("target").is_empty() && !table::Keys::of(&settings).has_counts() {
        let named = |name: &str| columns.columns.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        let target = named("y").or(named("target")).or(named("labels")).or(columns.columns.last());
        if let Some((name, _)) = target {
            settings.set("target", crate::parameter::Setting::Text(name.clone()));
        }
    }
    columns.data_set(input, &settings, &dialect)
}

/// The columns of all arrays of a file.
fn columns_of(input: Input<'_>) -> Result<(TypedColumns, String), DataError> {
    let path = &*input.shown();
    let malformed = |reason: String| DataError::Malformed { path: path.to_owned(), reason };
    let (bytes, how) = packed::bytes(input)?;
    let mut columns = TypedColumns::default();
    if !bytes.starts_with(b"PK") {
        Array::parse(&bytes).and_then(|array| array.add_to("x", &mut columns)).map_err(malformed)?;
        return Ok((columns, how.unwrap_or_default().to_owned()));
    }
    let arrays = npz::arrays(&bytes).map_err(malformed)?;
    let mut told = Vec::new();
    for (name, bytes) in &arrays {
        let of = |reason: String| malformed(format!("array \"{}\": {reason}", shown(name)));
        let array = Array::parse(bytes).map_err(of)?;
        if array.shape.is_empty() {
            told.push(format!("array {} without rows left out", shown(name)));
            continue;
        }
        array.add_to(name, &mut columns).map_err(of)?;
    }
    told.extend(how.map(str::to_owned));
    Ok((columns, told.join(", ")))
}

/// An array as the file has it.
struct Array<'b> {
    kind: u8,
    size: usize,
    is_big: bool,
    is_fortran: bool,
    shape: Vec<usize>,
    numbers: &'b [u8],
}

impl<'b> Array<'b> {
    fn parse(bytes: &'b [u8]) -> Result<Array<'b>, String> {
        let cut = || "it is cut off: write it again".to_owned();
        if !bytes.starts_with(b"\x93NUMPY") {
            return Err("it is no NumPy array: write it with numpy.save".to_owned());
        }
        let long = *bytes.get(6).ok_or_else(cut)? >= 2;
        let (length, begin) = match (long, bytes.get(8..12)) {
            (false, _) => (bytes.get(8..10).map(|two| usize::from(u16::from_le_bytes([two[0], two[1]]))), 10),
            (true, four) => (four.map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize), 12),
        };
        let end = length.and_then(|length| length.checked_add(begin)).ok_or_else(cut)?;
        let header = String::from_utf8_lossy(bytes.get(begin..end).ok_or_else(cut)?).into_owned();
        let numbers = &bytes[end..];
        let (kind, size, is_big) = dtype(&header)?;
        let is_fortran = value_of(&header, "fortran_order").is_some_and(|value| value.starts_with("True"));
        let shape = shape(&header).ok_or_else(|| format!("its header has no shape: {}", shown(&header)))?;
        let array = Array { kind, size, is_big, is_fortran, shape, numbers };
        let needed = array.shape.iter().try_fold(size, |all, length| all.checked_mul(*length));
        match needed {
            Some(needed) if needed <= numbers.len() => Ok(array),
            _ => Err(format!(
                "it is cut off: shape {:?} needs {} numbers of {size} bytes, and {} bytes are there",
                array.shape,
                array.shape.iter().map(|length| length.to_string()).collect::<Vec<_>>().join(" x "),
                numbers.len()
            )),
        }
    }

    /// Adds the columns of the array.
    fn add_to(&self, name: &str, columns: &mut TypedColumns) -> Result<(), String> {
        let (rows, width) = match self.shape[..] {
            [rows] => (rows, 1),
            [rows, width] => (rows, width),
            _ => {
                return Err(format!(
                    "it has {} dimensions ({:?}), and a table has rows and columns: reshape it with a.reshape(len(a), -1)",
                    self.shape.len(),
                    self.shape
                ));
            }
        };
        if !columns.columns.is_empty() && columns.rows != rows {
            return Err(format!(
                "it has {rows} rows, and \"{}\" has {}: all arrays need the same",
                shown(&columns.columns[0].0),
                columns.rows
            ));
        }
        if rows == 0 {
            return Err("it has no rows".to_owned());
        }
        columns.rows = rows;
        for column in 0..width {
            let named = match self.shape.len() {
                1 if name == "x" && columns.columns.is_empty() => "x1".to_owned(),
                1 => name.to_owned(),
                _ => format!("{name}{}", column + 1),
            };
            let place = |row: usize| if self.is_fortran { column * rows + row } else { row * width + column };
            columns.columns.push((named, self.values(rows, place)));
        }
        Ok(())
    }

    fn values(&self, rows: usize, place: impl Fn(usize) -> usize) -> Values {
        let cells = (0..rows).map(|row| &self.numbers[place(row) * self.size..][..self.size]);
        match (self.kind, self.size) {
            (b'S', _) => Values::of_texts(cells.map(|cell| {
                let end = cell.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
                Some(String::from_utf8_lossy(&cell[..end]).into_owned())
            })),
            (b'U', _) => Values::of_texts(cells.map(|cell| {
                let one = |four: &[u8]| char::from_u32(self.whole(four) as u32).unwrap_or('\u{fffd}');
                Some(cell.chunks_exact(4).map(one).collect::<String>().trim_end_matches('\0').to_owned())
            })),
            (b'i', 8) => Values::Wholes(cells.map(|cell| Some(self.whole(cell) as i64)).collect()),
            (b'u', 8) => Values::Large(cells.map(|cell| Some(i128::from(self.whole(cell)))).collect()),
            _ => Values::Numbers(cells.map(|cell| self.number(cell)).collect()),
        }
    }

    /// The bits of a number.
    fn whole(&self, cell: &[u8]) -> u64 {
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        if self.is_big { cell.iter().fold(0, add) } else { cell.iter().rev().fold(0, add) }
    }

    fn number(&self, cell: &[u8]) -> f64 {
        let bits = self.whole(cell);
        match (self.kind, self.size) {
            (b'f', 8) => f64::from_bits(bits),
            (b'f', 4) => f64::from(f32::from_bits(bits as u32)),
            (b'f', _) => half(bits as u16),
            (b'i', 1) => f64::from(bits as i8),
            (b'i', 2) => f64::from(bits as i16),
            (b'i', _) => f64::from(bits as i32),
            _ => bits as f64,
        }
    }
}

/// The number in 16 bits (IEEE 754 binary16).
pub(super) fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    let size = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2f64.powi(exponent - 25),
    };
    if bits >> 15 == 1 { -size } else { size }
}

/// What stands behind a key of the header, which is a literal of Python.
fn value_of<'h>(header: &'h str, key: &str) -> Option<&'h str> {
    let quoted = |quote: char| header.split_once(&format!("{quote}{key}{quote}"));
    let (_, behind) = quoted('\'').or_else(|| quoted('"'))?;
    Some(behind.trim_start().strip_prefix(':')?.trim_start())
}

fn shape(header: &str) -> Option<Vec<usize>> {
    let (inside, _) = value_of(header, "shape")?.strip_prefix('(')?.split_once(')')?;
    let lengths =
        inside.split(',').map(|length| length.trim().trim_end_matches('L')).filter(|length| !length.is_empty());
    lengths.map(|length| length.parse().ok()).collect()
}

/// Kind, bytes, and whether the largest byte comes first.
fn dtype(header: &str) -> Result<(u8, usize, bool), String> {
    let descr = value_of(header, "descr").ok_or_else(|| format!("its header has no descr: {}", shown(header)))?;
    if descr.starts_with('[') {
        return Err(
            "its rows are structured (a dtype with named fields): write the fields as columns of one array, with \
                    numpy.lib.recfunctions.structured_to_unstructured"
                .to_owned(),
        );
    }
    let name: String = descr.chars().skip(1).take_while(|c| !matches!(c, '\'' | '"')).collect();
    let (order, rest) = match name.chars().next() {
        Some(order @ ('<' | '>' | '|' | '=')) => (order, &name[1..]),
        _ => ('<', &name[..]),
    };
    let kind = rest.bytes().next().unwrap_or(b'?');
    let size: usize = rest.get(1..).and_then(|size| size.parse().ok()).unwrap_or(1);
    let size = if kind == b'U' { size.saturating_mul(4) } else { size };
    let allowed = match kind {
        b'f' => matches!(size, 2 | 4 | 8),
        b'i' | b'u' => matches!(size, 1 | 2 | 4 | 8),
        b'b' | b'?' => size == 1,
        b'S' | b'U' => (1..=1 << 16).contains(&size),
        _ => false,
    };
    if allowed {
        return Ok((kind, size, order == '>'));
    }
    Err(match kind {
        b'O' => "its values are Python objects, which are not read: convert it with a.astype(float), or write the data frame with \
                 to_csv or to_parquet"
            .to_owned(),
        b'c' => "its numbers are complex: write their real and imaginary parts as columns".to_owned(),
        b'M' | b'm' => "its values are times: convert them with a.astype('int64')".to_owned(),
        _ => format!("its dtype {} is not read: convert it with a.astype(float)", shown(&name)),
    })
}
