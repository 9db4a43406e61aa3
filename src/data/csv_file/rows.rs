//! The rows of a table: from fields to numbers and labels, with the place of every mistake.

use super::super::columns::{EXACT_BELOW, is_missing};
use super::super::{DataError, DataSet, Roles, Storage, shown};
use super::dialect::Dialect;
use super::header::Header;
use super::{Target, not_csv, plain};
use crate::linear_algebra::RowCollector;

/// A table, row by row.
pub struct Table<'t> {
    /// Its header.
    pub header: Header,
    dialect: Dialect,
    reader: csv::Reader<&'t [u8]>,
    record: csv::StringRecord,
    skipped_lines: u64,
    path: &'t str,
}

impl<'t> Table<'t> {
    /// The table in a text; its header is read.
    pub fn new(text: &'t str, dialect: Dialect, path: &'t str) -> Result<Table<'t>, DataError> {
        let mut reader = dialect.reader(text);
        let mut record = csv::StringRecord::new();
        let found = reader.read_record(&mut record).map_err(|error| not_csv(path, &error))?;
        if !found {
            return Err(DataError::Empty { path: path.to_owned() });
        }
        let header = Header::new(record.iter().map(str::to_owned), dialect.unnamed);
        let skipped_lines = u64::from(dialect.skipped > 0);
        Ok(Table { header, dialect, reader, record, skipped_lines, path })
    }

    /// The next row and its line, counted from 1 for the header.
    pub fn next(&mut self) -> Result<Option<(&csv::StringRecord, u64)>, DataError> {
        if !self.reader.read_record(&mut self.record).map_err(|error| not_csv(self.path, &error))? {
            return Ok(None);
        }
        let line = self.record.position().map_or(0, csv::Position::line) + self.skipped_lines;
        if self.record.as_slice().contains('\n')
            && let Some(swallowed) = self.swallowed_row()
        {
            return Err(DataError::OpenQuote { path: self.path.to_owned(), line, swallowed: shown(&swallowed) });
        }
        if self.record.len() != self.header.names.len() {
            return Err(DataError::UnevenRow {
                path: self.path.to_owned(),
                line,
                found: self.record.len(),
                expected: self.header.names.len(),
                delimiter: self.dialect.delimiter_in_words(),
            });
        }
        Ok(Some((&self.record, line)))
    }

    /// A line within a field that looks like a row, as where a quote is not closed: as many fields as the header, and a number among them.
    fn swallowed_row(&self) -> Option<String> {
        let looks_like_a_row = |line: &&str| {
            let fields: Vec<&str> = line.split(char::from(self.dialect.delimiter)).map(str::trim).collect();
            fields.len() == self.header.names.len() && fields.iter().any(|field| self.dialect.number(field).is_some())
        };
        let within = self.record.iter().filter(|field| field.contains('\n')).flat_map(|field| field.lines().skip(1));
        within.filter(|line| !line.is_empty()).find(looks_like_a_row).map(str::to_owned)
    }
}

/// The columns that are read, and what is done where they have no value.
pub struct Columns<'a> {
    /// Place of the target.
    pub target: usize,
    /// Places of the features.
    pub features: &'a [usize],
    /// Whether rows with a missing feature are left out instead of refused.
    pub drop_missing: bool,
}

/// The data set in the rows of a table, and how many rows of its classes are left out because a feature is missing.
pub fn table_rows(
    text: &str,
    dialect: Dialect,
    path: &str,
    target: &Target<'_>,
    columns: &Columns<'_>,
    storage: Storage,
) -> Result<(DataSet, u64), DataError> {
    let mut table = Table::new(text, dialect, path)?;
    let names = table.header.names.clone();
    // Room for all rows at once, but at most a number per byte, because a file may be all empty lines.
    let lines = text.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let mut features = RowCollector::new(storage, columns.features.len(), lines.min(text.len() / names.len()));
    let (mut labels, mut row, mut incomplete) = (Vec::new(), Vec::with_capacity(columns.features.len()), 0);
    while let Some((record, line)) = table.next()? {
        let Some(label) = (target.code)(&record[columns.target]) else { continue };
        row.clear();
        for &place in columns.features {
            let field = &record[place];
            match dialect.number(field) {
                Some(value) if value.is_finite() => {
                    refuse_unfit(value, field, storage, || Place { path, line, column: &names[place] })?;
                    row.push(value);
                }
                _ if is_missing(field) && columns.drop_missing => break,
                _ if is_missing(field) => return Err(missing_values(text, dialect, path, target, columns)),
                _ => return Err(Place { path, line, column: &names[place] }.not_a_number(field)),
            }
        }
        if row.len() < columns.features.len() {
            incomplete += 1;
            continue;
        }
        labels.push(label);
        features.start_row();
        row.iter().for_each(|&value| features.push(value));
    }
    if labels.is_empty() {
        return Err(DataError::Empty { path: path.to_owned() });
    }
    let features =
        features.finish().map_err(|error| DataError::Malformed { path: path.to_owned(), reason: error.to_string() })?;
    let classes = target.classes.iter().map(|class| plain(class)).collect();
    let feature_names = columns.features.iter().map(|&place| plain(&names[place])).collect();
    let data = DataSet {
        name: path.to_owned(),
        feature_names,
        features,
        labels,
        classes,
        truth: None,
        reading: None,
        roles: Roles::default(),
        coding: None,
    };
    Ok((data, incomplete))
}

/// Where a field stands.
struct Place<'a> {
    path: &'a str,
    line: u64,
    column: &'a str,
}

impl Place<'_> {
    fn not_a_number(self, field: &str) -> DataError {
        let remedy = match (field.parse::<f64>(), field.replace(',', "").parse::<f64>()) {
            (Ok(value), _) if value.is_finite() => {
                "decimals have commas here: write it with a comma, without points between thousands, or say decimal = \".\" if points mark \
                 decimals (on the command line: --decimal)"
            }
            (Ok(_), _) => {
                "it is infinite or beyond the range of numbers: change the column's unit, or leave the column out with `exclude` (--exclude)"
            }
            (Err(_), Ok(_)) => {
                "if its comma marks decimals say decimal = \",\" (on the command line: --decimal); if it stands between thousands write the \
                 number without it"
            }
            (Err(_), Err(_)) if field.replace('.', "").parse::<f64>().is_ok() => {
                "if its points stand between thousands write the number without them"
            }
            (Err(_), Err(_)) => {
                "write a number without units, blanks and signs such as %, code a category as 0/1 columns, or leave the column out with `exclude` (on the command line: --exclude)"
            }
        };
        DataError::NotANumber {
            path: self.path.to_owned(),
            line: self.line,
            column: shown(self.column),
            value: shown(field),
            remedy,
        }
    }
}

/// Refuses numbers that are finite and yet would not be the numbers of the file.
#[inline]
fn refuse_unfit<'a>(
    value: f64,
    field: &str,
    storage: Storage,
    place: impl FnOnce() -> Place<'a>,
) -> Result<(), DataError> {
    if value.abs() >= EXACT_BELOW && is_rounded(field, value) {
        let Place { path, line, column } = place();
        return Err(DataError::RoundedWhole {
            path: path.to_owned(),
            line,
            column: shown(column),
            value: shown(field),
        });
    }
    let vanishes = match storage {
        Storage::Double => value == 0.0,
        Storage::Single => value as f32 == 0.0,
    };
    let is_zero =
        |field: &str| !field.split(['e', 'E']).next().unwrap_or_default().contains(|c: char| ('1'..='9').contains(&c));
    if vanishes && !is_zero(field) {
        let Place { path, line, column } = place();
        return Err(DataError::TooSmall { path: path.to_owned(), line, column: shown(column), value: shown(field) });
    }
    if !storage.holds(value) {
        let Place { path, line, column } = place();
        return Err(DataError::TooLarge { path: path.to_owned(), line, column: shown(column), value: shown(field) });
    }
    Ok(())
}

/// Whether a whole number, written with all its digits, is not the number that it is read as. A measurement of that size is written
/// with fewer digits, or by a program with those of the very number.
fn is_rounded(field: &str, value: f64) -> bool {
    let (digits, exponent) = field.split_once(['e', 'E']).unwrap_or((field, "0"));
    let digits = digits.trim_start_matches(['-', '+']);
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let Some((moved, rest)) = exponent.parse().ok().and_then(|exponent| fraction.split_at_checked(exponent)) else {
        return false;
    };
    let written = format!("{whole}{moved}");
    rest.bytes().all(|byte| byte == b'0') && written.trim_start_matches('0') != format!("{:.0}", value.abs())
}

/// The refusal of missing features, with how many there are in which columns.
fn missing_values(text: &str, dialect: Dialect, path: &str, target: &Target<'_>, columns: &Columns<'_>) -> DataError {
    let mut table = match Table::new(text, dialect, path) {
        Ok(table) => table,
        Err(error) => return error,
    };
    let names = table.header.names.clone();
    let (mut counts, mut rows) = (vec![(0_u64, 0_u64); names.len()], 0);
    loop {
        let (record, line) = match table.next() {
            Ok(Some(row)) => row,
            Ok(None) => break,
            Err(error) => return error,
        };
        if (target.code)(&record[columns.target]).is_none() {
            continue;
        }
        let absent = columns.features.iter().filter(|&&place| is_missing(&record[place])).copied().collect::<Vec<_>>();
        rows += u64::from(!absent.is_empty());
        for place in absent {
            let (count, first) = &mut counts[place];
            *first = if *count == 0 { line } else { *first };
            *count += 1;
        }
    }
    const LISTED: usize = 20;
    let of_columns = counts.iter().zip(&names).filter(|((count, _), _)| *count > 0);
    let mut listed: Vec<String> = of_columns
        .clone()
        .take(LISTED)
        .map(|((count, line), name)| format!("{count} in \"{}\" (first in line {line})", shown(name)))
        .collect();
    listed.extend((of_columns.count() > LISTED).then(|| "...".to_owned()));
    DataError::MissingValues { path: path.to_owned(), counts: listed.join(", "), rows }
}
