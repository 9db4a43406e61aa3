//! CSV and its relatives: text tables with a header.
//!
//! A file is read once, as a stream of chunks of whole rows; threads share the chunks of a large one. From its first bytes it is found what
//! the table is (encoding, delimiter, decimal mark, columns without a name), and what contradicts that further down is refused with its
//! place. What is open is refused or said, never guessed in silence.

mod chunks;
mod dialect;
mod fields;
pub(super) mod number;
mod rows;
mod text;

use std::sync::{Mutex, PoisonError};

use super::columns::FileColumn;
use super::file::{Contents, Input};
use super::format::Format;
use super::table::{self, Layout, Part, Told};
use super::{DataError, DataSet, MOST_CLASSES, listed, shown};
use crate::parameter::{Parameter, Settings, ValueKind};
use chunks::Chunks;
use dialect::{DECIMAL_NAMES, DELIMITER_NAMES, Dialect, Sample, Unnamed, is_enough, separator_line};
use fields::WrongQuote;
use rows::{Outcome, Rows, Wrong};
pub use table::{Chosen, Wanted};
use text::ENCODINGS;

const OWN_KEYS: [Parameter; 5] = [
    choice_key("delimiter", DELIMITER_NAMES, "between columns (default: recognised)"),
    choice_key("decimal", DECIMAL_NAMES, "the decimal mark (default: recognised)"),
    choice_key("encoding", ENCODINGS, "of the text (default: recognised)"),
    Parameter {
        name: "header_line",
        kind: ValueKind::Whole(1, 1_000_000),
        default: None,
        about: "the line with the names of the columns; what stands above it is passed over (default: the first)",
    },
    Parameter {
        name: "comment",
        kind: ValueKind::Text,
        default: None,
        about: "lines that begin with this character are passed over, as # (default: no line)",
    },
];

/// The format.
pub const FORMAT: Format = Format {
    name: "csv",
    extensions: &["csv", "tsv"],
    about: "text tables with a header; delimiter, decimal mark and encoding are recognised",
    keys: &table::keys::with::<{ OWN_KEYS.len() }, { OWN_KEYS.len() + table::KEYS.len() }>(OWN_KEYS),
    required: &["target"],
    columns,
    parse: |input, settings| read(input, &Keys::of(settings)),
};

const fn choice_key(name: &'static str, names: &'static [&'static str], about: &'static str) -> Parameter {
    Parameter { name, kind: ValueKind::Choice(names), default: None, about }
}

/// The keys of a file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keys<'a> {
    /// What the columns are.
    pub table: table::Keys<'a>,
    /// Between columns; `None` to recognise it.
    pub delimiter: Option<&'a str>,
    /// The decimal mark; `None` to recognise it.
    pub decimal: Option<&'a str>,
    /// Of the text; `None` to recognise it.
    pub encoding: Option<&'a str>,
    /// The line of the header, from 1.
    pub header_line: Option<u64>,
    /// What lines begin with that are no rows.
    pub comment: Option<&'a str>,
}

impl<'a> Keys<'a> {
    /// Those that say which column is the target.
    pub fn target(target: &'a str) -> Keys<'a> {
        Keys { table: table::Keys { target, ..table::Keys::default() }, ..Keys::default() }
    }

    /// The keys in checked settings.
    fn of(settings: &'a Settings) -> Keys<'a> {
        let some = |name: &str| Some(settings.text(name)).filter(|text| !text.is_empty());
        Keys {
            table: table::Keys::of(settings),
            delimiter: some("delimiter"),
            decimal: some("decimal"),
            encoding: some("encoding"),
            header_line: settings.whole("header_line"),
            comment: some("comment"),
        }
    }
}

/// How a file is written, found from its beginning.
struct Opened {
    names: Vec<String>,
    delimiter: u8,
    comment: Option<u8>,
    /// Places of columns whose fields mark decimals by commas, and whether these do.
    decimal: Decimals,
    /// Rows per byte, about.
    density: f64,
}

/// The sampled fields from which the decimal mark is found.
type Decimals = Box<dyn Fn(&[usize]) -> Result<bool, DataError>>;

/// Finds out how a file is written, and passes over its header.
fn open(chunks: &mut Chunks<'_>, path: &str, keys: &Keys<'_>) -> Result<Opened, DataError> {
    let malformed = |reason: String| DataError::Malformed { path: path.to_owned(), reason };
    let comment = match keys.comment.map(str::as_bytes) {
        None => None,
        Some([mark]) => Some(*mark),
        Some(_) => return Err(malformed("comment must be one character of ASCII, as comment = \"#\"".to_owned())),
    };
    let text = chunks.ahead(is_enough)?;
    let (mut skipped, said) = separator_line(text);
    if let Some(line) = keys.header_line {
        skipped = beginning_of(text, line).ok_or_else(|| {
            malformed(format!(
                "header_line = {line} is beyond its beginning: name the line with the names of the columns"
            ))
        })?;
    }
    while comment.is_some() && text.as_bytes().get(skipped) == comment.as_ref() {
        skipped = beginning_of(&text[skipped..], 2).map_or(text.len(), |next| skipped + next);
    }
    chunks.skip(skipped);
    let lines_before = chunks.lines_before();
    let text = chunks.ahead(is_enough)?;
    let whole = text.len() < 1 << 17;
    let uncommented = comment.map(|mark| without_lines(text, mark));
    let body = uncommented.as_deref().unwrap_or(text);
    let named = keys.delimiter.and_then(Sample::named).or(said);
    let sample = Sample::of(body, whole, named);
    if sample.header.is_empty() || (sample.header.len() == 1 && sample.header[0].is_empty()) {
        return match body.trim().is_empty() {
            true => Err(DataError::Empty { path: path.to_owned() }),
            false => Err(malformed(
                "its first line has a quote that is not closed: close it, or write a quote within quotes twice"
                    .to_owned(),
            )),
        };
    }
    refuse_no_header(&sample, body, path, lines_before)?;
    let mut names: Vec<String> = sample.header.iter().map(|name| name.clone().into_owned()).collect();
    match sample.unnamed() {
        Unnamed::None => {}
        Unnamed::First => names.insert(0, String::new()),
        Unnamed::Last => names.push(String::new()),
    }
    let begin = text.len() - text.trim_start_matches(['\n', '\r', ' ']).len();
    let end = fields::row(text, begin, sample.delimiter).map_or(text.len(), |(_, end)| end);
    let sampled: usize = sample.rows.iter().flatten().map(|field| field.len() + 1).sum();
    let density = sample.rows.len() as f64 / sampled.max(1) as f64;
    let delimiter = sample.delimiter;
    let decimal: Decimals = match keys.decimal {
        Some(mark) => {
            let comma = mark == ",";
            Box::new(move |_| Ok(comma))
        }
        None => {
            let (body, path) = (body.to_owned(), path.to_owned());
            Box::new(move |places| Sample::of(&body, whole, Some(delimiter)).has_decimal_commas(places, &path))
        }
    };
    chunks.skip(end);
    Ok(Opened { names, delimiter, comment, decimal, density })
}

/// Where a line begins, from 1.
fn beginning_of(text: &str, line: u64) -> Option<usize> {
    let mut at = 0;
    for _ in 1..line {
        let end = at + text[at..].find(['\n', '\r'])?;
        at = end + if text[end..].starts_with("\r\n") { 2 } else { 1 };
    }
    Some(at)
}

/// A text without the lines that begin with a mark.
fn without_lines(text: &str, mark: u8) -> String {
    text.split_inclusive('\n').filter(|line| line.as_bytes().first() != Some(&mark)).collect()
}

/// Refuses a table whose first line is a row, or a title or comment above the header.
fn refuse_no_header(sample: &Sample<'_>, text: &str, path: &str, lines_before: u64) -> Result<(), DataError> {
    let finite = |name: &str| name.parse::<f64>().is_ok_and(f64::is_finite);
    let numbers = sample.header.iter().filter(|name| name.parse::<f64>().is_ok()).count();
    let decimals = sample.header.iter().any(|name| name.contains('.') && finite(name));
    // It has only numbers, or mostly numbers of which one has decimals, as no name has.
    if numbers == sample.header.len() || 2 * numbers > sample.header.len() && decimals {
        return Err(DataError::NoHeader {
            path: path.to_owned(),
            first: listed(sample.header.iter().map(|name| name.as_ref())),
        });
    }
    if sample.fits() || sample.rows.is_empty() {
        return Ok(());
    }
    let above = |line: usize, because: &str, remedy: String| {
        let number = lines_before + line as u64;
        Err(DataError::AboveHeader { path: path.to_owned(), line: number, because: because.to_owned(), remedy })
    };
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let Some((place, first)) = lines.next() else { return Ok(()) };
    if first.trim_start().starts_with(['#', '%']) || first.trim_start().starts_with("//") {
        let mark = &first.trim_start()[..1];
        return above(
            place + 1,
            "is a comment",
            format!(
                "comment = \"{mark}\" passes over all lines that begin with {mark} (on the command line: --comment)"
            ),
        );
    }
    // From which line on a delimiter gives all lines the same number of fields?
    for (place, _) in lines.take(20) {
        let from = beginning_of(text, place as u64 + 1).unwrap_or(text.len());
        let below = Sample::of(&text[from..], false, None);
        let more = below.header.len() > sample.header.len().max(1);
        if more && below.fits() && !below.rows.is_empty() && below.header.iter().any(|name| !finite(name)) {
            let header = lines_before + place as u64 + 1;
            return above(
                1,
                "is no header",
                format!(
                    "the names of the columns seem to be in line {header}: header_line = {header} says so (on the command line: --header-line)"
                ),
            );
        }
    }
    Ok(())
}

/// A chunk of a file and what it gives.
struct Slot<'l> {
    text: Vec<u8>,
    part: Part<'l>,
    outcome: Outcome,
}

/// Reads a table whose column `target` has two classes.
///
/// # Errors
/// When the table, its columns or the labels leave open what is meant, or a value is missing or no finite number.
pub fn read(input: Input<'_>, keys: &Keys<'_>) -> Result<DataSet, DataError> {
    match read_as(input, keys, keys.encoding) {
        // Nothing but ASCII came before: it is Latin-1.
        Err(Stopped::NotUtf8 { ascii: true, .. }) if keys.encoding.is_none() => read_as(input, keys, Some("latin-1")),
        other => other,
    }
    .map_err(|stopped| match stopped {
        Stopped::Error(error) => *error,
        Stopped::NotUtf8 { line, .. } => DataError::NotEncoded { path: input.shown(), line, encoding: "UTF-8" },
    })
}

/// Why a reading ends.
enum Stopped {
    Error(Box<DataError>),
    NotUtf8 { line: u64, ascii: bool },
}

impl From<DataError> for Stopped {
    fn from(error: DataError) -> Stopped {
        Stopped::Error(Box::new(error))
    }
}

fn read_as(input: Input<'_>, keys: &Keys<'_>, encoding: Option<&str>) -> Result<DataSet, Stopped> {
    let path = input.shown();
    let mut chunks = Chunks::open(input, encoding)?;
    let opened = open(&mut chunks, &path, keys)?;
    let layout = Layout::new(&path, opened.names, &keys.table)?;
    let read_places: Vec<usize> =
        layout.features.iter().copied().chain(layout.roles.iter().map(|(_, place)| *place)).collect();
    let dialect = Dialect { delimiter: opened.delimiter, decimal_comma: (opened.decimal)(&read_places)? };
    let rows = Rows { dialect, layout: &layout, comment: opened.comment };
    let expected = if chunks.packed().is_none() { opened.density * input.contents.size() as f64 * 1.02 } else { 0.0 };
    let mut table = table::Table::new(&layout, expected as usize);
    stream(input, &mut chunks, &rows, keys.table.wanted, &mut table, &path)?;
    let how = chunks.packed().into_iter().chain(chunks.encoded.word).chain(dialect.words());
    let told = Told { dialect: how.collect::<Vec<_>>().join(", "), decimal_comma: dialect.decimal_comma };
    Ok(table.finish(input, &keys.table, &told)?)
}

/// Reads all rows into a table.
fn stream<'l>(
    input: Input<'_>,
    chunks: &mut Chunks<'_>,
    rows: &Rows<'l>,
    wanted: Wanted<'l>,
    table: &mut table::Table<'l>,
    path: &str,
) -> Result<(), Stopped> {
    let slots = || -> Vec<Mutex<Slot<'l>>> {
        let slot = || Slot { text: Vec::new(), part: Part::new(rows.layout, wanted), outcome: Outcome::default() };
        (0..2 * input.workers.threads()).map(|_| Mutex::new(slot())).collect()
    };
    let delimiter = rows.dialect.delimiter;
    let fill = |chunks: &mut Chunks<'_>, slots: &[Mutex<Slot<'l>>]| -> Result<usize, DataError> {
        for (filled, slot) in slots.iter().enumerate() {
            if !chunks.next(&mut slot.lock().unwrap_or_else(PoisonError::into_inner).text, delimiter)? {
                return Ok(filled);
            }
        }
        Ok(slots.len())
    };
    let (mut now, mut next) = (slots(), slots());
    let (mut lines, mut uneven, mut uneven_rows, mut ascii) = (chunks.lines_before(), None, 0, true);
    let mut filled = fill(chunks, &now)?;
    while filled > 0 {
        // The next chunks are read while these are made numbers.
        let reader = Mutex::new((&mut *chunks, Ok(0)));
        input.workers.each(filled + 1, &|task| match task.checked_sub(1) {
            None => {
                let (chunks, filled) = &mut *reader.lock().unwrap_or_else(PoisonError::into_inner);
                *filled = fill(chunks, &next);
            }
            Some(place) => {
                let slot = &mut *now[place].lock().unwrap_or_else(PoisonError::into_inner);
                slot.outcome = rows.read(&slot.text, &mut slot.part);
            }
        });
        let coming = reader.into_inner().unwrap_or_else(PoisonError::into_inner).1;
        for slot in &now[..filled] {
            let Slot { part, outcome, .. } = &mut *slot.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((line, wrong)) = &outcome.wrong {
                return Err(match wrong {
                    Wrong::Encoding => Stopped::NotUtf8 { line: lines + line, ascii: ascii && !outcome.beyond_ascii },
                    other => refused(path, lines + line, other).into(),
                });
            }
            ascii &= !outcome.beyond_ascii;
            if let Some((line, found)) = outcome.uneven {
                uneven.get_or_insert((lines + line, found));
                uneven_rows += outcome.uneven_rows;
            }
            table.append(part, lines, wanted);
            lines += outcome.lines;
        }
        filled = coming?;
        std::mem::swap(&mut now, &mut next);
    }
    match uneven {
        None => Ok(()),
        Some((line, found)) => Err(DataError::UnevenRow {
            path: path.to_owned(),
            line,
            found,
            expected: rows.layout.names.len(),
            rows: uneven_rows,
            delimiter: rows.dialect.delimiter_in_words(),
        }
        .into()),
    }
}

fn refused(path: &str, line: u64, wrong: &Wrong) -> DataError {
    let path = path.to_owned();
    match wrong {
        Wrong::OpenQuote(swallowed) => DataError::OpenQuote { path, line, swallowed: shown(swallowed) },
        Wrong::BehindQuote(text) => DataError::BehindQuote { path, line, text: shown(text) },
        Wrong::Zero => DataError::Malformed {
            path,
            reason: format!("line {line} has a byte 0, so it is no text: save the table as CSV"),
        },
        Wrong::Encoding => DataError::NotEncoded { path, line, encoding: "UTF-8" },
    }
}

/// Parses a table with commas that ships, whose last column is the target, into the classes coded by `code`.
///
/// # Errors
/// When there are too many classes, or the text is no table of numbers.
pub fn parse(
    text: &str,
    name: &str,
    classes: &[&str],
    code: impl Fn(&str) -> Option<u8>,
) -> Result<DataSet, DataError> {
    if classes.len() > MOST_CLASSES {
        return Err(DataError::ManyClasses { path: name.to_owned(), count: classes.len() });
    }
    let contents = Contents::Memory(text.as_bytes().to_vec());
    let input = Input::new(&contents, std::path::Path::new(name));
    let keys = Keys { delimiter: Some(","), decimal: Some("."), ..Keys::default() };
    let mut chunks = Chunks::open(input, Some("utf-8"))?;
    let opened = open(&mut chunks, name, &keys)?;
    let layout = Layout::new(name, opened.names, &keys.table)?;
    let rows = Rows { dialect: Dialect { delimiter: b',', decimal_comma: false }, layout: &layout, comment: None };
    let mut table = table::Table::new(&layout, 0);
    match stream(input, &mut chunks, &rows, keys.table.wanted, &mut table, name) {
        Ok(()) => table.into_classes(name, classes, code),
        Err(Stopped::Error(error)) => Err(*error),
        Err(Stopped::NotUtf8 { line, .. }) => {
            Err(DataError::NotEncoded { path: name.to_owned(), line, encoding: "UTF-8" })
        }
    }
}

/// What the columns of a table have in them.
///
/// # Errors
/// When the text is no table, has no rows, or has no header (its first line has only numbers).
fn columns(input: Input<'_>, settings: &Settings) -> Result<Vec<FileColumn>, DataError> {
    let keys = Keys::of(settings);
    match columns_as(input, &keys, keys.encoding) {
        Err(Stopped::NotUtf8 { ascii: true, .. }) if keys.encoding.is_none() => {
            columns_as(input, &keys, Some("latin-1"))
        }
        other => other,
    }
    .map_err(|stopped| match stopped {
        Stopped::Error(error) => *error,
        Stopped::NotUtf8 { line, .. } => DataError::NotEncoded { path: input.shown(), line, encoding: "UTF-8" },
    })
}

fn columns_as(input: Input<'_>, keys: &Keys<'_>, encoding: Option<&str>) -> Result<Vec<FileColumn>, Stopped> {
    let path = input.shown();
    let mut chunks = Chunks::open(input, encoding)?;
    let opened = open(&mut chunks, &path, keys)?;
    let names = opened.names.iter().enumerate();
    let mut columns: Vec<(usize, FileColumn)> = names
        .filter(|(_, name)| !name.is_empty())
        .map(|(place, name)| (place, FileColumn { name: name.clone(), values: Vec::new(), numeric: true }))
        .collect();
    let places: Vec<usize> = columns.iter().map(|(place, _)| *place).collect();
    let decimal_comma = (opened.decimal)(&places)?;
    let (mut chunk, mut rows, mut lines, mut ascii) = (Vec::new(), 0, chunks.lines_before(), true);
    while chunks.next(&mut chunk, opened.delimiter)? {
        let Ok(text) = std::str::from_utf8(&chunk) else {
            return Err(Stopped::NotUtf8 { line: lines + 1, ascii });
        };
        ascii &= text.is_ascii();
        let mut at = 0;
        while let Some(begin) = next_row(text, at, opened.comment) {
            let line = || lines + 1 + fields::lines(&text.as_bytes()[..begin]);
            let (row, end) = fields::row(text, begin, opened.delimiter).map_err(|wrong| {
                let shown_text = text[begin..].lines().next().unwrap_or_default().to_owned();
                let wrong = match wrong {
                    WrongQuote::Open => Wrong::OpenQuote(shown_text),
                    WrongQuote::Behind => Wrong::BehindQuote(shown_text),
                };
                refused(&path, line(), &wrong)
            })?;
            at = end;
            if row.iter().all(|field| field.is_empty()) {
                continue;
            }
            if row.len() != opened.names.len() {
                let (found, expected) = (row.len(), opened.names.len());
                let delimiter = Dialect { delimiter: opened.delimiter, decimal_comma }.delimiter_in_words();
                let uneven = DataError::UnevenRow { path, line: line(), found, expected, rows: 1, delimiter };
                return Err(uneven.into());
            }
            rows += 1;
            for (place, column) in &mut columns {
                let value = &row[*place];
                column.see(value, number::number(value, decimal_comma));
            }
        }
        lines += fields::lines(&chunk);
    }
    if rows == 0 {
        return Err(DataError::Empty { path }.into());
    }
    Ok(columns.into_iter().map(|(_, column)| column).collect())
}

/// Where the next row begins, behind lines without text and comments.
fn next_row(text: &str, mut at: usize, comment: Option<u8>) -> Option<usize> {
    loop {
        let rest = &text[at..];
        at += rest.len() - rest.trim_start_matches(['\n', '\r', ' ']).len();
        match text.as_bytes().get(at) {
            first if first.is_some() && first == comment.as_ref() => {
                at = fields::unquoted_end(text.as_bytes(), at, b'\n')
            }
            first => return first.map(|_| at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_coded_in_the_order_given_and_there_are_at_most_255() {
        let text = "x,y\n1,c\n2,a\n3,b\n4,?\n";
        let code = |value: &str| ["a", "b", "c"].iter().position(|class| *class == value).map(|class| class as u8);
        let read = |classes: &[&str]| parse(text, "d.csv", classes, code);
        let data = read(&["a", "b", "c"]).unwrap();
        assert_eq!((data.labels, data.classes), (vec![2, 0, 1], ["a", "b", "c"].map(str::to_owned).to_vec()));
        assert!(read(&["a"; 255]).is_ok());
        assert!(
            read(&["a"; 256]).unwrap_err().to_string().contains("256 classes, and a data set may have at most 255")
        );
    }
}
