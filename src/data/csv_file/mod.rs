//! CSV and its relatives: text tables with a header.
//!
//! A file is read once, as a stream of chunks of whole rows; threads share the chunks of a large one. From its first bytes it is found what
//! the table is (encoding, delimiter, decimal mark, columns without a name), and what contradicts that further down is refused with its
//! place. What is open is refused or said, never guessed in silence.

mod chunks;
mod dialect;
mod fields;
pub(super) mod number;
mod opening;
mod rows;
mod scan;
pub(super) mod text;

use std::sync::{Mutex, PoisonError};

use super::file::{Contents, Input};
use super::format::{Format, refuse_what_no_fit_can_hold};
use super::table::{self, Layout, Part, Told};
use super::{DataError, DataSet, MOST_CLASSES, shown};
use crate::parameter::{Parameter, Settings, ValueKind};
use chunks::Chunks;
use dialect::{DECIMAL_NAMES, DELIMITER_NAMES, Dialect};
use opening::open;
use rows::{Outcome, Rows, Wrong};
pub use table::{Chosen, Wanted};
use text::ENCODINGS;

const OWN_KEYS: [Parameter; 5] = [
    choice_key("delimiter", DELIMITER_NAMES, "between columns (default: recognised)"),
    choice_key("decimal", DECIMAL_NAMES, "the decimal mark (default: recognised)"),
    ENCODING,
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

/// The key that names the encoding of a text.
pub(super) const ENCODING: Parameter = choice_key("encoding", ENCODINGS, "of the text (default: recognised)");

/// The format.
pub const FORMAT: Format = Format {
    name: "csv",
    extensions: &["csv", "tsv"],
    about: "text tables with a header; delimiter, decimal mark and encoding are recognised",
    keys: &table::keys::with::<{ OWN_KEYS.len() }, { OWN_KEYS.len() + table::KEYS.len() }>(OWN_KEYS),
    required: table::keys::REQUIRED,
    columns: scan::columns,
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
    in_its_encoding(input, keys, |encoding| read_as(input, keys, encoding))
}

/// What a reading gives in the encoding that the keys name, or in UTF-8, or, where nothing but ASCII comes before what is not UTF-8, in
/// Latin-1.
fn in_its_encoding<T>(
    input: Input<'_>,
    keys: &Keys<'_>,
    read: impl Fn(Option<&str>) -> Result<T, Stopped>,
) -> Result<T, DataError> {
    match read(keys.encoding) {
        Err(Stopped::NotUtf8 { ascii: true, .. }) if keys.encoding.is_none() => read(Some("latin-1")),
        other => other,
    }
    .map_err(|stopped| stopped.error(&input.shown()))
}

/// Why a reading ends.
enum Stopped {
    Error(Box<DataError>),
    NotUtf8 { line: u64, ascii: bool },
}

impl Stopped {
    /// The message.
    fn error(self, path: &str) -> DataError {
        match self {
            Stopped::Error(error) => *error,
            Stopped::NotUtf8 { line, .. } => DataError::NotEncoded { path: path.to_owned(), line, encoding: "UTF-8" },
        }
    }
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
    // The table takes its memory at once, and a failed allocation would end the program.
    refuse_what_no_fit_can_hold(input, expected as u64, layout.features.len() as u64, false)?;
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
    stream(input, &mut chunks, &rows, keys.table.wanted, &mut table, name).map_err(|stopped| stopped.error(name))?;
    table.into_classes(name, classes, code)
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
