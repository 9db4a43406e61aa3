//! How a table is written: what stands between columns, and how decimals are marked.

use super::super::DataError;
use super::super::columns::is_missing;

/// Characters that may stand between columns, with their names in files and in words.
const DELIMITERS: [(u8, &str, &str); 4] = [
    (b',', ",", "commas between columns"),
    (b';', ";", "semicolons between columns"),
    (b'\t', "tab", "tabs between columns"),
    (b'|', "|", "bars between columns"),
];

/// Names of the characters that may stand between columns.
pub const DELIMITER_NAMES: &[&str] = &[",", ";", "tab", "|"];

/// Names of the decimal marks.
pub const DECIMAL_NAMES: &[&str] = &[".", ","];

/// Bytes and records by which a dialect is recognised.
const SAMPLE: (usize, usize) = (1 << 16, 100);

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
    /// Bytes of lines before the header, such as `sep=;`.
    pub skipped: usize,
    /// A field that the header lacks.
    pub unnamed: Unnamed,
}

impl Dialect {
    /// The dialect of a text, as far as `delimiter` and `decimal` do not name it.
    ///
    /// The delimiter is the one by which all rows of the sample have as many fields as the header, and more than one; if there are
    /// several, the one by which most fields are numbers, then the one with most fields.
    ///
    /// # Errors
    /// When decimals are marked in both ways, or commas may as well be thousands separators.
    pub fn of(text: &str, path: &str, delimiter: Option<&str>, decimal: Option<&str>) -> Result<Dialect, DataError> {
        let (skipped, said) = separator_line(text);
        let sample = sample(&text[skipped..]);
        let named = DELIMITERS.iter().find(|(_, name, _)| Some(*name) == delimiter).map(|(byte, ..)| *byte).or(said);
        let candidates =
            DELIMITERS.iter().map(|(byte, ..)| *byte).filter(|byte| named.is_none_or(|named| named == *byte));
        let tables = candidates.map(|byte| SampledTable::of(sample, byte));
        // Of equals the first in the list.
        let better =
            |best: SampledTable, other: SampledTable| if other.fitness() > best.fitness() { other } else { best };
        let table = tables.reduce(better).unwrap_or_else(|| SampledTable::of(sample, b','));
        let decimal_comma = match decimal {
            Some(mark) => mark == ",",
            None => table.has_decimal_commas(path)?,
        };
        Ok(Dialect { delimiter: table.delimiter, decimal_comma, skipped, unnamed: table.unnamed() })
    }

    /// In words, for what differs from CSV.
    pub fn words(self) -> Vec<&'static str> {
        let delimiter = DELIMITERS[1..].iter().find(|(byte, ..)| *byte == self.delimiter).map(|(.., words)| *words);
        delimiter.into_iter().chain(self.decimal_comma.then_some("decimal commas")).collect()
    }

    /// What stands between columns, for a message.
    pub fn delimiter_in_words(self) -> &'static str {
        DELIMITERS.iter().find(|(byte, ..)| *byte == self.delimiter).map_or("", |(.., words)| *words)
    }

    /// A reader of the fields of a text from its header on, rows of any length.
    pub fn reader<'t>(&self, text: &'t str) -> csv::Reader<&'t [u8]> {
        let mut builder = csv::ReaderBuilder::new();
        builder.delimiter(self.delimiter).trim(csv::Trim::All).flexible(true).has_headers(false);
        builder.from_reader(&text.as_bytes()[self.skipped..])
    }

    /// The number in a field.
    #[inline]
    pub fn number(self, field: &str) -> Option<f64> {
        if !self.decimal_comma {
            return field.parse().ok();
        }
        if field.contains('.') { None } else { field.replacen(',', ".", 1).parse().ok() }
    }
}

/// Spreadsheets read and write a first line `sep=;`: its length in bytes, and the delimiter it names.
fn separator_line(text: &str) -> (usize, Option<u8>) {
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

/// Whole lines from the beginning: as many as the sample holds, and three at least, because a header may be long.
fn sample(text: &str) -> &str {
    const FEWEST_LINES: usize = 3;
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let mut ends = text.bytes().enumerate().filter(|(_, byte)| is_end(byte)).map(|(place, _)| place + 1);
    let mut end = 0;
    for count in 0.. {
        match ends.next() {
            Some(next) if next <= SAMPLE.0 || count < FEWEST_LINES => end = next,
            Some(_) => break,
            None if text.len() <= SAMPLE.0 || count < FEWEST_LINES => end = text.len(),
            None => break,
        }
        if end == text.len() {
            break;
        }
    }
    &text[..end]
}

/// The sample by one delimiter.
struct SampledTable {
    delimiter: u8,
    header: usize,
    rows: Vec<Vec<String>>,
    /// Whether the first row begins with a quote, as a row name of R does.
    begins_quoted: bool,
}

impl SampledTable {
    fn of(sample: &str, delimiter: u8) -> SampledTable {
        let dialect = Dialect { delimiter, decimal_comma: false, skipped: 0, unnamed: Unnamed::None };
        let mut reader = dialect.reader(sample);
        let mut records = reader.records().map_while(Result::ok);
        let header = records.next().map_or(0, |header| header.len());
        let rows = records.take(SAMPLE.1).map(|record| record.iter().map(str::to_owned).collect()).collect();
        let begins_quoted = sample.lines().nth(1).is_some_and(|line| line.starts_with('"'));
        SampledTable { delimiter, header, rows, begins_quoted }
    }

    /// Whether all rows have so many fields.
    fn all_have(&self, fields: usize) -> bool {
        self.rows.iter().all(|row| row.len() == fields)
    }

    fn unnamed(&self) -> Unnamed {
        if self.rows.is_empty() || self.all_have(self.header) || !self.all_have(self.header + 1) {
            return Unnamed::None;
        }
        let ends_empty = |row: &Vec<String>| row.last().is_some_and(String::is_empty);
        match () {
            () if self.rows.iter().all(ends_empty) => Unnamed::Last,
            // Without the quote an unquoted decimal comma may be what makes a field more.
            () if self.begins_quoted => Unnamed::First,
            () => Unnamed::None,
        }
    }

    /// How well the delimiter fits: larger is better.
    fn fitness(&self) -> (bool, u64, usize) {
        let fits = self.header > 1 && (self.all_have(self.header) || self.unnamed() != Unnamed::None);
        let fields = || self.rows.iter().flatten();
        let number = |field: &&String| {
            field.parse::<f64>().is_ok() || (self.delimiter != b',' && comma_number(field)) || is_missing(field)
        };
        let share = fields().filter(number).count() as f64 / fields().count().max(1) as f64;
        (fits, if fits { (1e6 * share) as u64 } else { 0 }, self.header)
    }

    fn has_decimal_commas(&self, path: &str) -> Result<bool, DataError> {
        if self.delimiter == b',' {
            return Ok(false);
        }
        let fields = || self.rows.iter().flatten();
        let Some(comma) = fields().find(|field| comma_number(field)) else { return Ok(false) };
        let point = fields().find(|field| field.contains('.') && field.parse::<f64>().is_ok_and(f64::is_finite));
        if let Some(point) = point {
            return Err(DataError::TwoDecimalMarks {
                path: path.to_owned(),
                comma: comma.clone(),
                point: point.clone(),
            });
        }
        // 1,234 is 1.234 here and 1234 there.
        let thousands = |field: &String| {
            let mut groups = field.trim_start_matches(['-', '+']).split(',');
            let first = groups.next().unwrap_or_default();
            (1..=3).contains(&first.len()) && !first.starts_with('0') && groups.all(|group| group.len() == 3)
        };
        if fields().filter(|field| comma_number(field)).all(thousands) {
            return Err(DataError::DecimalOrThousands { path: path.to_owned(), value: comma.clone() });
        }
        Ok(true)
    }
}

/// Whether a field is a number with one decimal comma, or with commas between thousands.
fn comma_number(field: &str) -> bool {
    field.contains(',')
        && !field.contains('.')
        && (field.replacen(',', ".", 1).parse::<f64>().is_ok_and(f64::is_finite)
            || field.replace(',', "").parse::<f64>().is_ok_and(f64::is_finite))
}
