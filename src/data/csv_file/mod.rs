//! CSV and its relatives: text tables with a header, every feature numeric.
//!
//! A file is read in two passes. The first finds what the table is (encoding, delimiter, decimal mark, columns without a name) and which
//! labels the target has; the second reads the numbers. Whatever is open is refused or said, never guessed in silence.

mod dialect;
mod header;
mod labels;
mod rows;
mod text;

use super::columns::FileColumn;
use super::file::{Input, name_of};
use super::format::Format;
use super::packed;
use super::reading::{LeftOutRows, Reading};
use super::{DataError, DataSet, MOST_CLASSES, Storage, listed, shown};
use crate::parameter::{Parameter, Settings, Value, ValueKind};
use dialect::{DECIMAL_NAMES, DELIMITER_NAMES, Dialect};
pub use header::Chosen;
use header::{Header, UnnamedColumn};
use labels::Labels;
pub use labels::{Coding, Wanted};
use rows::{Columns, Table, table_rows};
use text::ENCODINGS;

/// What is done with rows that have missing values.
const MISSING: &[&str] = &["refuse", "drop-rows"];

/// The format.
pub const FORMAT: Format = Format {
    name: "csv",
    extensions: &["csv", "tsv"],
    about: "text tables with a header, all features numeric; delimiter, decimal mark and encoding are recognised",
    keys: &[
        text_key("target", "the column to predict"),
        text_key("positive", "the target's value coded 1; without it the target must be 0 and 1"),
        Parameter {
            name: "negative",
            kind: ValueKind::TextOrTexts,
            default: None,
            about: "the values coded 0, or [\"rest\"] for all but the positive one; needed where the target has more than two",
        },
        Parameter {
            name: "features",
            kind: ValueKind::TextOrTexts,
            default: None,
            about: "names or patterns (x*, q?) of the columns that are features (default all)",
        },
        Parameter {
            name: "exclude",
            kind: ValueKind::TextOrTexts,
            default: None,
            about: "names or patterns of columns that are no features",
        },
        Parameter {
            name: "missing",
            kind: ValueKind::Choice(MISSING),
            default: Some(Value::Text("refuse")),
            about: "drop-rows: leave out rows with a missing label or feature (empty, NA, NaN, null, ?, ...)",
        },
        choice_key("delimiter", DELIMITER_NAMES, "between columns (default: recognised)"),
        choice_key("decimal", DECIMAL_NAMES, "the decimal mark (default: recognised)"),
        choice_key("encoding", ENCODINGS, "of the text (default: recognised)"),
        Storage::KEY,
    ],
    required: &["target"],
    columns,
    parse: |input, settings| read(input, &Keys::of(settings)),
};

const fn text_key(name: &'static str, about: &'static str) -> Parameter {
    Parameter { name, kind: ValueKind::Text, default: None, about }
}

const fn choice_key(name: &'static str, names: &'static [&'static str], about: &'static str) -> Parameter {
    Parameter { name, kind: ValueKind::Choice(names), default: None, about }
}

/// The keys of a file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keys<'a> {
    /// The column to predict.
    pub target: &'a str,
    /// Its labels.
    pub wanted: Wanted<'a>,
    /// The columns that are features.
    pub chosen: Chosen<'a>,
    /// Between columns; `None` to recognise it.
    pub delimiter: Option<&'a str>,
    /// The decimal mark; `None` to recognise it.
    pub decimal: Option<&'a str>,
    /// Of the text; `None` to recognise it.
    pub encoding: Option<&'a str>,
    /// How the features are stored.
    pub storage: Storage,
}

impl<'a> Keys<'a> {
    /// The keys in checked settings.
    fn of(settings: &'a Settings) -> Keys<'a> {
        let some = |name: &str| Some(settings.text(name)).filter(|text| !text.is_empty());
        Keys {
            target: settings.text("target"),
            wanted: Wanted {
                positive: some("positive"),
                negative: settings.texts("negative"),
                drop_missing: settings.text("missing") == MISSING[1],
            },
            chosen: Chosen { features: settings.texts("features"), exclude: settings.texts("exclude") },
            delimiter: some("delimiter"),
            decimal: some("decimal"),
            encoding: some("encoding"),
            storage: Storage::named(settings.text("storage")),
        }
    }
}

/// How the target column is read.
pub struct Target<'a> {
    /// Its name; `None` for the last column.
    pub column: Option<&'a str>,
    /// The class of a value, as an index into `classes`; `None` leaves the row out.
    pub code: &'a dyn Fn(&str) -> Option<u8>,
    /// Names of the classes, in the order of their codes.
    pub classes: &'a [&'a str],
}

/// Reads a table whose column `target` has two classes.
///
/// # Errors
/// When the table, its columns or the labels leave open what is meant, or a value is missing or no finite number.
pub fn read(input: Input<'_>, keys: &Keys<'_>) -> Result<DataSet, DataError> {
    let path = &*input.shown();
    let (bytes, packed) = packed::bytes(input)?;
    let decoded = text::decode(&bytes, path, keys.encoding)?;
    let text = &decoded.text;
    let dialect = Dialect::of(text, path, keys.delimiter, keys.decimal)?;
    let mut table = Table::new(text, dialect, path)?;
    if is_headless(&table.header) {
        return Err(headless(path, &table.header));
    }
    let target = table.header.target(path, Some(keys.target))?;
    let (mut labels, mut unnamed) = (Labels::default(), vec![UnnamedColumn::default(); table.header.unnamed.len()]);
    let places = table.header.unnamed.clone();
    while let Some((record, line)) = table.next()? {
        labels.count(&record[target], line);
        for (column, place) in unnamed.iter_mut().zip(&places) {
            column.see(&record[*place]);
        }
    }
    let (features, columns_left_out) = table.header.features(path, target, keys.chosen, &unnamed)?;
    let coding = Coding::new(labels, keys.wanted, path, keys.target)?;
    let [negative, positive] = &coding.classes;
    let code = |label: &str| coding.code(label);
    let wanted = Target { column: Some(keys.target), code: &code, classes: &[negative, positive] };
    let columns = Columns { target, features: &features, drop_missing: keys.wanted.drop_missing };
    let (mut data, incomplete) = table_rows(text, dialect, path, &wanted, &columns, keys.storage)?;
    if let Some(class) = data.class_sizes().iter().position(|size| *size == 0) {
        let value = data.classes[1 - class].clone();
        return Err(DataError::OneClass { path: path.to_owned(), column: shown(keys.target), value });
    }
    let left_out = |rows: u64, because: &str| (rows > 0).then(|| LeftOutRows { rows, because: because.to_owned() });
    let how: Vec<&str> = packed.into_iter().chain(decoded.how).chain(dialect.words()).collect();
    data.name = name_of(input.path);
    data.reading = Some(Box::new(Reading {
        may_identify_rows: data
            .whole_and_distinct()
            .into_iter()
            .map(|place| data.feature_names[place].clone())
            .collect(),
        dialect: how.join(", "),
        columns_left_out,
        rows_left_out: [
            left_out(coding.missing, "the target is missing"),
            left_out(coding.others, "the target is neither class"),
            left_out(incomplete, "a feature is missing"),
        ]
        .into_iter()
        .flatten()
        .collect(),
        labels: coding.told(),
    }));
    Ok(data)
}

/// Parses CSV text with commas; the data set is called `path` until the caller names it.
///
/// # Errors
/// When there are too many classes, the text is not CSV, the target column is not there, or a feature is no finite number or
/// cannot be stored.
pub fn parse(text: &str, path: &str, target: &Target<'_>, storage: Storage) -> Result<DataSet, DataError> {
    if target.classes.len() > MOST_CLASSES {
        return Err(DataError::ManyClasses { path: path.to_owned(), count: target.classes.len() });
    }
    let dialect = Dialect::of(text, path, Some(","), Some("."))?;
    let header = Table::new(text, dialect, path)?.header;
    let place = header.target(path, target.column)?;
    let (features, _) = header.features(path, place, Chosen::default(), &[])?;
    let columns = Columns { target: place, features: &features, drop_missing: false };
    Ok(table_rows(text, dialect, path, target, &columns, storage)?.0)
}

/// Whether the first line is a row: it has only numbers, or mostly numbers of which one has decimals, as no name has.
fn is_headless(header: &Header) -> bool {
    let numbers = || header.names.iter().filter(|name| name.parse::<f64>().is_ok());
    let decimals =
        || header.names.iter().any(|name| name.contains('.') && name.parse::<f64>().is_ok_and(f64::is_finite));
    let count = numbers().count();
    count == header.names.len() || 2 * count > header.names.len() && decimals()
}

fn headless(path: &str, header: &Header) -> DataError {
    DataError::NoHeader { path: path.to_owned(), first: listed(header.names.iter().map(String::as_str)) }
}

/// What the columns of a table have in them.
///
/// # Errors
/// When the text is no table, has no rows, or has no header (its first line has only numbers).
fn columns(input: Input<'_>, settings: &Settings) -> Result<Vec<FileColumn>, DataError> {
    let (path, keys) = (&*input.shown(), Keys::of(settings));
    let (bytes, _) = packed::bytes(input)?;
    let decoded = text::decode(&bytes, path, keys.encoding)?;
    let dialect = Dialect::of(&decoded.text, path, keys.delimiter, keys.decimal)?;
    let mut table = Table::new(&decoded.text, dialect, path)?;
    if is_headless(&table.header) {
        return Err(headless(path, &table.header));
    }
    let names = table.header.names.iter().enumerate();
    let mut columns: Vec<(usize, FileColumn)> = names
        .filter(|(_, name)| !name.is_empty())
        .map(|(place, name)| (place, FileColumn { name: name.clone(), values: Vec::new(), numeric: true }))
        .collect();
    let mut rows = 0;
    while let Some((record, _)) = table.next()? {
        rows += 1;
        for (place, column) in &mut columns {
            let value = &record[*place];
            column.see(value, dialect.number(value));
        }
    }
    if rows == 0 {
        return Err(DataError::Empty { path: path.to_owned() });
    }
    Ok(columns.into_iter().map(|(_, column)| column).collect())
}

/// A name safe to print: control characters become spaces, because a terminal could take them for commands.
fn plain(name: &str) -> String {
    name.replace(char::is_control, " ")
}

fn not_csv(path: &str, error: &csv::Error) -> DataError {
    DataError::Malformed { path: path.to_owned(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_coded_in_the_order_given_and_there_are_at_most_255() {
        let text = "x,y\n1,c\n2,a\n3,b\n4,?\n";
        let code = |value: &str| ["a", "b", "c"].iter().position(|class| *class == value).map(|class| class as u8);
        let read = |classes: &[&str]| {
            parse(text, "d.csv", &Target { column: Some("y"), code: &code, classes }, Storage::Double)
        };
        let data = read(&["a", "b", "c"]).unwrap();
        assert_eq!((data.labels, data.classes), (vec![2, 0, 1], ["a", "b", "c"].map(str::to_owned).to_vec()));
        assert!(read(&["a"; 255]).is_ok());
        assert!(
            read(&["a"; 256]).unwrap_err().to_string().contains("256 classes, and a data set may have at most 255")
        );
    }
}
