//! How a table is written: what stands between columns, and how decimals are marked.

use std::borrow::Cow;

use super::fields;
use super::number::number;
use crate::data::DataError;
use crate::data::columns::is_missing;

/// Characters that may stand between columns, with their names in files and in words.
const DELIMITERS: [(u8, &str, &str); 5] = [
    (b',', ",", "commas between columns"),
    (b';', ";", "semicolons between columns"),
    (b'\t', "tab", "tabs between columns"),
    (b'|', "|", "bars between columns"),
    (b' ', "blank", "blanks between columns"),
];

/// Names of the characters that may stand between columns.
pub const DELIMITER_NAMES: &[&str] = &[",", ";", "tab", "|", "blank"];

/// Names of the decimal marks.
pub const DECIMAL_NAMES: &[&str] = &[".", ","];

/// Rows by which a dialect is recognised, and bytes of them, about.
const SAMPLE: (usize, usize) = (100, 1 << 16);

/// A field that rows have and the header has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unnamed {
    /// None.
    None,
    /// The first, as R's `write.table` writes row names.
    First,
    /// An empty one at the end, after a delimiter that ends each row.
    Last,
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Between columns.
    pub delimiter: u8,
    /// Whether decimals are marked by commas.
    pub decimal_comma: bool,
}

impl Dialect {
    /// In words, for what differs from CSV.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        let delimiter = DELIMITERS[1..].iter().find(|(byte, ..)| *byte == self.delimiter).map(|(.., words)| *words);
        delimiter.into_iter().chain(self.decimal_comma.then_some("decimal commas"))
    }

    /// What stands between columns, for a message.
    pub fn delimiter_in_words(self) -> &'static str {
        DELIMITERS.iter().find(|(byte, ..)| *byte == self.delimiter).map_or("", |(.., words)| *words)
    }
}

/// Spreadsheets read and write a first line `sep=;`: its length in bytes, and the delimiter it names.
pub fn separator_line(text: &str) -> (usize, Option<u8>) {
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    let said = text[..end].trim_matches('"');
    let Some((_, mark)) = said.split_once('=').filter(|(key, _)| key.trim().eq_ignore_ascii_case("sep")) else {
        return (0, None);
    };
    let ending = if text[end..].starts_with("\r\n") { 2 } else { usize::from(end < text.len()) };
    match mark.as_bytes() {
        [mark] if DELIMITERS.iter().any(|(byte, ..)| byte == mark) => (end + ending, Some(*mark)),
        _ => (0, None),
    }
}

/// Whether a text from its header on is long enough to recognise a dialect: three rows, because a header may be long.
pub fn is_enough(text: &str) -> bool {
    text.bytes().filter(|byte| matches!(byte, b'\n' | b'\r')).count() > 3
}

/// The first rows by one delimiter.
pub struct Sample<'t> {
    /// The delimiter.
    pub delimiter: u8,
    /// The fields of the first line.
    pub header: Vec<Cow<'t, str>>,
    /// The rows below.
    pub rows: Vec<Vec<Cow<'t, str>>>,
    /// Whether the first row begins with a quote, as a row name of R does.
    begins_quoted: bool,
}

impl<'t> Sample<'t> {
    /// The sample of a text from its header on, which is all of it if it is `whole`; by the delimiter that is named, or that fits best.
    ///
    /// One fits by which all rows have as many fields as the header, and more than one. Of several, the one by which most fields are
    /// numbers, then the one with most fields, then the first in the list. Blanks are tried if none of the others fits.
    pub fn of(text: &'t str, whole: bool, named: Option<u8>) -> Sample<'t> {
        let candidates =
            DELIMITERS.iter().map(|(byte, ..)| *byte).filter(|byte| named.is_none_or(|named| named == *byte));
        let samples = candidates.map(|byte| Sample::by(text, whole, byte));
        let better = |best: Sample<'t>, other: Sample<'t>| {
            let blanks = other.delimiter == b' ';
            let is_better = if blanks { !best.fits() && other.fits() } else { other.fitness() > best.fitness() };
            if is_better { other } else { best }
        };
        samples.reduce(better).unwrap_or_else(|| Sample::by(text, whole, b','))
    }

    /// The delimiter of a name.
    pub fn named(name: &str) -> Option<u8> {
        DELIMITERS.iter().find(|(_, known, _)| *known == name).map(|(byte, ..)| *byte)
    }

    fn by(text: &'t str, whole: bool, delimiter: u8) -> Sample<'t> {
        let mut bytes = 0;
        let mut records = fields::rows(text, delimiter);
        let header = records.next().unwrap_or_default();
        let mut few = |row: &Vec<Cow<'_, str>>| {
            bytes += row.iter().map(|field| field.len() + 1).sum::<usize>();
            bytes < SAMPLE.1
        };
        let mut rows: Vec<_> = records
            .take(SAMPLE.0)
            .enumerate()
            .filter_map(|(place, row)| (few(&row) || place < 2).then_some(row))
            .collect();
        // The last row of a part of the text may go on behind it.
        if !whole && rows.len() > 1 && rows.len() < SAMPLE.0 {
            rows.pop();
        }
        let begins_quoted = text.lines().nth(1).is_some_and(|line| line.starts_with('"'));
        Sample { delimiter, header, rows, begins_quoted }
    }

    /// Whether all rows have so many fields.
    fn all_have(&self, fields: usize) -> bool {
        self.rows.iter().all(|row| row.len() == fields)
    }

    /// Whether all rows have the fields of the header, and there are several.
    pub fn fits(&self) -> bool {
        self.header.len() > 1 && (self.all_have(self.header.len()) || self.unnamed() != Unnamed::None)
    }

    /// A field that the header lacks.
    pub fn unnamed(&self) -> Unnamed {
        let header = self.header.len();
        if self.rows.is_empty() || self.all_have(header) || !self.all_have(header + 1) {
            return Unnamed::None;
        }
        let ends_empty = |row: &Vec<Cow<'_, str>>| row.last().is_some_and(|field| field.is_empty());
        match () {
            () if self.rows.iter().all(ends_empty) => Unnamed::Last,
            // Without the quote an unquoted decimal comma may be what makes a field more.
            () if self.begins_quoted || self.delimiter != b',' && self.counts_rows() => Unnamed::First,
            () => Unnamed::None,
        }
    }

    /// Whether the first fields number the rows.
    fn counts_rows(&self) -> bool {
        let numbers = || self.rows.iter().map(|row| row[0].parse::<u64>().ok());
        self.rows.len() > 1
            && numbers().all(|number| number.is_some())
            && numbers().flatten().is_sorted_by(|a, b| a + 1 == *b)
    }

    /// How well the delimiter fits: larger is better.
    fn fitness(&self) -> (bool, u64, usize) {
        let fits = self.fits();
        let fields = || self.rows.iter().flatten();
        let number = |field: &&Cow<'_, str>| {
            field.parse::<f64>().is_ok() || (self.delimiter != b',' && comma_number(field)) || is_missing(field)
        };
        let share = fields().filter(number).count() as f64 / fields().count().max(1) as f64;
        (fits, if fits { (1e6 * share) as u64 } else { 0 }, self.header.len())
    }

    /// Whether decimals are marked by commas in the columns at these places.
    ///
    /// # Errors
    /// When decimals are marked in both ways, or commas may as well be thousands separators.
    pub fn has_decimal_commas(&self, places: &[usize], path: &str) -> Result<bool, DataError> {
        let fields = || self.rows.iter().flat_map(|row| places.iter().filter_map(|&place| row.get(place)));
        let point = || fields().find(|field| field.contains('.') && number(field, false).is_some_and(f64::is_finite));
        let commas = || fields().filter(|field| comma_number(field));
        // A comma within quotes may mark decimals, but stands between thousands as often.
        if self.delimiter == b',' {
            return Ok(false);
        }
        let Some(comma) = commas().next() else {
            // Where columns are parted by semicolons, points often part thousands.
            let points = || fields().filter(|field| field.contains('.') && number(field, false).is_some());
            let all = self.delimiter == b';' && points().count() > 0 && points().all(|field| thousands(field, '.'));
            return match points().next().filter(|_| all) {
                Some(point) => {
                    Err(DataError::PointOrThousands { path: path.to_owned(), value: point.clone().into_owned() })
                }
                None => Ok(false),
            };
        };
        if let Some(point) = point() {
            // A comma between thousands is refused with its place.
            if commas().all(|field| thousands(field, ',')) {
                return Ok(false);
            }
            return Err(DataError::TwoDecimalMarks {
                path: path.to_owned(),
                comma: comma.clone().into_owned(),
                point: point.clone().into_owned(),
            });
        }
        // 1,234 is 1.234 here and 1234 there.
        if commas().all(|field| thousands(field, ',')) {
            return Err(DataError::DecimalOrThousands { path: path.to_owned(), value: comma.clone().into_owned() });
        }
        Ok(true)
    }
}

/// Whether a mark in a number may stand between thousands.
fn thousands(field: &str, mark: char) -> bool {
    let mut groups = field.trim_start_matches(['-', '+']).split(mark);
    let first = groups.next().unwrap_or_default();
    let is_group = |group: &str| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
    (1..=3).contains(&first.len()) && !first.starts_with('0') && groups.all(is_group)
}

/// Whether a field is a number with one decimal comma, or with commas between thousands.
fn comma_number(field: &str) -> bool {
    field.contains(',')
        && !field.contains('.')
        && (field.replacen(',', ".", 1).parse::<f64>().is_ok_and(f64::is_finite)
            || field.replace(',', "").parse::<f64>().is_ok_and(f64::is_finite))
}
