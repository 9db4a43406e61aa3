//! CSV with a header: every column numeric but the target.

use std::path::Path;

use super::columns::{FileColumn, same_value};
use super::file::name_of;
use super::format::Format;
use super::{DataError, DataSet, MOST_CLASSES, Storage, listed, shown};
use crate::linear_algebra::RowCollector;
use crate::parameter::{Parameter, ValueKind, nearest};

/// The format.
pub const FORMAT: Format = Format {
    name: "csv",
    extensions: &["csv"],
    about: "CSV with a header, all columns numeric but the target",
    keys: &[
        Parameter { name: "target", kind: ValueKind::Text, default: None, about: "the column to predict" },
        Parameter {
            name: "positive",
            kind: ValueKind::Text,
            default: None,
            about: "the target's value coded 1; without it the target must be 0 and 1",
        },
        Storage::KEY,
    ],
    required: &["target"],
    columns,
    parse: |text, path, settings| {
        let positive = Some(settings.text("positive")).filter(|positive| !positive.is_empty());
        read(text, path, settings.text("target"), positive, Storage::named(settings.text("storage")))
    },
};

/// How the target column is read.
pub struct Target<'a> {
    /// Its name; `None` for the last column.
    pub column: Option<&'a str>,
    /// The class of a value, as an index into `classes`; `None` leaves the row out.
    pub code: &'a dyn Fn(&str) -> Option<u8>,
    /// Names of the classes, in the order of their codes.
    pub classes: &'a [&'a str],
}

/// Reads CSV text whose column `target` has two classes; `path` names the data set and the place of a mistake.
///
/// `positive` names the value coded 1, all others being coded 0; without it the values must be 0 and 1.
///
/// # Errors
/// When a value is missing or no finite number, or the target is not binary.
pub fn read(
    text: &[u8],
    path: &Path,
    target: &str,
    positive: Option<&str>,
    storage: Storage,
) -> Result<DataSet, DataError> {
    let (file, path) = (path, path.display().to_string());
    let values = target_values(text, &path, target, positive)?;
    let listed = || {
        let more = if values.len() > 6 { ", ..." } else { "" };
        listed(values.iter().take(6).map(String::as_str)) + more
    };
    if values.len() == 1 {
        return Err(DataError::OneClass { path, column: shown(target), value: shown(&values[0]) });
    }
    let positive_value = match positive {
        Some(positive) if !values.iter().any(|value| same_value(value, positive)) => {
            let column = shown(target);
            return Err(DataError::NoPositive { path, column, positive: shown(positive), values: listed() });
        }
        Some(positive) => positive,
        None if values.iter().all(|value| same_value(value, "0") || same_value(value, "1")) => "1",
        None => return Err(DataError::TargetNotBinary { path, column: shown(target), values: listed() }),
    };
    let negative_value = match values.iter().filter(|value| !same_value(value, positive_value)).collect::<Vec<_>>()[..]
    {
        [only] => only.clone(),
        _ => format!("not {positive_value}"),
    };
    let code = |value: &str| Some(u8::from(same_value(value, positive_value)));
    let mut data = parse(
        text,
        &path,
        &Target { column: Some(target), code: &code, classes: &[&negative_value, positive_value] },
        storage,
    )?;
    data.name = name_of(file);
    Ok(data)
}

/// Most distinct values of the target that are collected for a message.
const LISTED: usize = 8;

/// Collects the first distinct values of the target, in the order of their first rows, and `positive` wherever it occurs.
fn target_values(text: &[u8], path: &str, target: &str, positive: Option<&str>) -> Result<Vec<String>, DataError> {
    let mut reader = reader(text);
    let index = column_index(&mut reader, path, target)?;
    let mut values: Vec<String> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| not_csv(path, &error))?;
        let value = record.get(index).unwrap_or_default();
        if value.is_empty() {
            return Err(missing(path, &record, target, value));
        }
        let wanted = values.len() < LISTED || positive.is_some_and(|positive| same_value(positive, value));
        if wanted && !values.iter().any(|known| same_value(known, value)) {
            values.push(value.to_owned());
        }
    }
    if values.is_empty() {
        return Err(DataError::Empty { path: path.to_owned() });
    }
    Ok(values)
}

/// Parses CSV text; the data set is called `path` until the caller names it.
///
/// # Errors
/// When there are too many classes, the text is not CSV, the target column is not there, or a feature is no finite number or
/// cannot be stored.
pub fn parse(text: &[u8], path: &str, target: &Target<'_>, storage: Storage) -> Result<DataSet, DataError> {
    if target.classes.len() > MOST_CLASSES {
        return Err(DataError::ManyClasses { path: path.to_owned(), count: target.classes.len() });
    }
    let mut reader = reader(text);
    let header = reader.headers().map_err(|error| not_csv(path, &error))?.clone();
    let target_index = match target.column {
        Some(column) => column_index(&mut reader, path, column)?,
        None => header.len().saturating_sub(1),
    };
    if header.len() < 2 {
        return Err(DataError::NoFeatures { path: path.to_owned() });
    }
    let is_feature = |index: &usize| *index != target_index;
    let feature_names: Vec<String> = (0..header.len()).filter(is_feature).map(|index| plain(&header[index])).collect();
    // Room for all rows at once, but at most a number per byte, because a file may be all empty lines.
    let lines = text.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let mut features = RowCollector::new(storage, feature_names.len(), lines.min(text.len() / header.len()));
    let mut labels = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| not_csv(path, &error))?;
        let Some(label) = (target.code)(&record[target_index]) else { continue };
        labels.push(label);
        features.start_row();
        for index in (0..header.len()).filter(is_feature) {
            match record[index].parse::<f64>() {
                Ok(value) if value.is_finite() && storage.holds(value) => features.push(value),
                Ok(value) if value.is_finite() => return Err(too_large(path, &record, &header[index], &record[index])),
                _ => return Err(missing(path, &record, &header[index], &record[index])),
            }
        }
    }
    if labels.is_empty() {
        return Err(DataError::Empty { path: path.to_owned() });
    }
    let features =
        features.finish().map_err(|error| DataError::Malformed { path: path.to_owned(), reason: error.to_string() })?;
    let classes = target.classes.iter().map(|class| plain(class)).collect();
    Ok(DataSet { name: path.to_owned(), feature_names, features, labels, classes, truth: None })
}

/// What the columns of a CSV text have in them; `path` names it in messages.
///
/// # Errors
/// When the text is not CSV, has no rows, or has no header (its first line has only numbers).
fn columns(text: &[u8], path: &str) -> Result<Vec<FileColumn>, DataError> {
    let mut reader = reader(text);
    let header = reader.headers().map_err(|error| not_csv(path, &error))?;
    if !header.is_empty() && header.iter().all(|name| name.parse::<f64>().is_ok()) {
        return Err(DataError::NoHeader { path: path.to_owned(), first: listed(header.iter()) });
    }
    let mut columns: Vec<FileColumn> =
        header.iter().map(|name| FileColumn { name: name.to_owned(), values: Vec::new(), numeric: true }).collect();
    let mut rows = 0;
    for record in reader.records() {
        let record = record.map_err(|error| not_csv(path, &error))?;
        rows += 1;
        for (column, value) in columns.iter_mut().zip(&record) {
            column.numeric &= value.parse::<f64>().is_ok_and(f64::is_finite);
            if column.values.len() < 3 && !column.values.iter().any(|known| same_value(known, value)) {
                column.values.push(value.to_owned());
            }
        }
    }
    if rows == 0 { Err(DataError::Empty { path: path.to_owned() }) } else { Ok(columns) }
}

/// A name safe to print: control characters become spaces, because a terminal could take them for commands.
fn plain(name: &str) -> String {
    name.replace(char::is_control, " ")
}

fn reader(text: &[u8]) -> csv::Reader<&[u8]> {
    // A byte-order mark, which spreadsheets write, would become part of the first column's name.
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text)
}

fn column_index(reader: &mut csv::Reader<&[u8]>, path: &str, column: &str) -> Result<usize, DataError> {
    let header = reader.headers().map_err(|error| not_csv(path, &error))?;
    if header.is_empty() {
        return Err(DataError::Empty { path: path.to_owned() });
    }
    header.iter().position(|name| name == column).ok_or_else(|| DataError::NoSuchColumn {
        path: path.to_owned(),
        column: shown(column),
        nearest: nearest(column, header).map(shown),
        known: listed(header),
    })
}

fn not_csv(path: &str, error: &csv::Error) -> DataError {
    DataError::Malformed { path: path.to_owned(), reason: error.to_string() }
}

fn too_large(path: &str, record: &csv::StringRecord, column: &str, value: &str) -> DataError {
    DataError::TooLarge {
        path: path.to_owned(),
        line: record.position().map_or(0, csv::Position::line),
        column: column.to_owned(),
        value: value.to_owned(),
    }
}

fn missing(path: &str, record: &csv::StringRecord, column: &str, value: &str) -> DataError {
    let remedy = if value.is_empty() || value.eq_ignore_ascii_case("na") || value.eq_ignore_ascii_case("nan") {
        "a missing value: drop the row or fill it in"
    } else {
        "code it as a number (a category as 0/1 columns) or remove the column"
    };
    DataError::NotANumber {
        path: path.to_owned(),
        line: record.position().map_or(0, csv::Position::line),
        column: shown(column),
        value: shown(value),
        remedy,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_coded_in_the_order_given_and_there_are_at_most_255() {
        let text = b"x,y\n1,c\n2,a\n3,b\n4,?\n";
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
