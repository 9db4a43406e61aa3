//! ARFF, the format of Weka and OpenML: attributes with types, then rows as in CSV, or sparse ones in braces.
//!
//! ```text
//! @relation 'two flowers'
//! @attribute 'sepal length' numeric
//! @attribute class {setosa, virginica}
//! @data
//! 5.1,setosa
//! {0 5.1, 1 virginica}, {2.5}
//! ```
//!
//! In a sparse row attributes count from 0, and what is not written is 0, or the first value of a nominal attribute. A number in braces
//! behind a row is its weight. A sparse row takes time for the values that it has, and not for all attributes.
//!
//! Source: Weka 3.9, "Attribute-Relation File Format", stable version.

mod header;

use std::borrow::Cow;

use super::columns::FileColumn;
use super::csv_file::ENCODING;
use super::csv_file::text::{NotEncoded, decoded};
use super::file::Input;
use super::format::Format;
use super::table::{self, Keys, Layout, Part, Row, Table, Told};
use super::{DataError, DataSet, Storage, packed, shown};
use crate::parameter::{Setting, Settings};
use header::{Attribute, Header, fields, token};

/// The format.
pub const FORMAT: Format = Format {
    name: "arff",
    extensions: &["arff"],
    about: "ARFF of Weka and OpenML, dense or sparse; the target is the attribute `class`, or the last, unless `target` names another",
    keys: &table::keys::with::<1, { 1 + table::KEYS.len() }>([ENCODING]),
    required: &[],
    columns: |input, settings| with_text(input, settings, |text, path, _| columns(text, path)),
    parse: |input, settings| {
        with_text(input, settings, |text, path, dialect| read(text, path, input, settings, dialect))
    },
};

fn with_text<T>(
    input: Input<'_>,
    settings: &Settings,
    read: impl FnOnce(&str, &str, &str) -> Result<T, DataError>,
) -> Result<T, DataError> {
    let (bytes, packed) = packed::bytes(input)?;
    let path = input.shown();
    let named = Some(settings.text(ENCODING.name)).filter(|name| !name.is_empty());
    let (text, encoding) = decoded(&bytes, named).map_err(|NotEncoded { line, encoding }| DataError::NotEncoded {
        path: path.clone(),
        line,
        encoding,
    })?;
    read(&text, &path, &Vec::from_iter(packed.into_iter().chain(encoding)).join(", "))
}

/// Values that go into the table together, about.
const NUMBERS_TOGETHER: usize = 1 << 18;

/// The name of a column that holds the weights that stand in braces behind rows.
const WEIGHT: &str = "{weight}";

/// A row without its weight, and the weight.
fn weighted(line: &str) -> Result<(&str, Option<&str>), String> {
    let Some((before, weight)) = line.strip_suffix('}').and_then(|line| line.rsplit_once('{')) else {
        return Ok((line, None));
    };
    let before = before.trim_end();
    match before.strip_suffix(',') {
        // `{0 1}` is a sparse row, and `1,{2}` a row with a weight.
        Some(row) if weight.trim().parse::<f64>().is_ok() => Ok((row.trim_end(), Some(weight.trim()))),
        _ => Ok((line, None)),
    }
}

/// The values that a row has written.
struct Values<'r, 't> {
    /// The line.
    line: u64,
    /// Columns and their values: all in their order, or those that a sparse row has.
    written: &'r mut Vec<(usize, Cow<'t, str>)>,
    is_sparse: bool,
    weight: Option<&'t str>,
    /// The last line in which a sparse row has each column.
    last_written: &'r [u64],
}

impl Values<'_, '_> {
    /// Whether the row has a value of a column.
    fn has(&self, column: usize) -> bool {
        !self.is_sparse || self.last_written[column] == self.line
    }
}

/// Calls `see` with the values of each row.
fn each_row<'t>(
    text: &'t str,
    header: &Header<'t>,
    mut see: impl FnMut(Values<'_, 't>) -> Result<(), String>,
) -> Result<(), String> {
    let columns = header.attributes.len();
    let (mut written, mut last_written) = (Vec::new(), vec![0; columns]);
    for (text, line) in text[header.length..].split('\n').zip(header.lines + 1..) {
        let text = text.trim();
        if text.is_empty() || text.starts_with('%') {
            continue;
        }
        let at = |reason: String| format!("line {line}: {reason}");
        let (row, weight) = weighted(text).map_err(at)?;
        written.clear();
        let pairs = row
            .strip_prefix('{')
            .map(|row| row.strip_suffix('}').ok_or_else(|| at("its brace is not closed".to_owned())));
        let pairs = pairs.transpose()?;
        match pairs {
            Some(pairs) => {
                for one in split_pairs(pairs).map(str::trim).filter(|_| !pairs.trim().is_empty()) {
                    let (column, value) = pair(one, columns).map_err(at)?;
                    if std::mem::replace(&mut last_written[column], line) == line {
                        return Err(at(format!("attribute {column} has two values")));
                    }
                    written.push((column, value));
                }
            }
            None => {
                let found = fields(row, |column, value| written.push((column, value))).map_err(at)?;
                if found != columns {
                    let apart = if columns > 1 && row.split_whitespace().count() == columns {
                        "; commas stand between values, not blanks or tabs"
                    } else {
                        ""
                    };
                    return Err(at(format!("it has {found} values, and there are {columns} attributes{apart}")));
                }
            }
        }
        let (written, last_written) = (&mut written, &last_written[..]);
        see(Values { line, written, is_sparse: pairs.is_some(), weight, last_written }).map_err(at)?;
    }
    Ok(())
}

/// The column and the value of a pair of a sparse row.
fn pair(text: &str, columns: usize) -> Result<(usize, Cow<'_, str>), String> {
    let (index, value) = text.split_once(|c: char| c.is_whitespace()).unwrap_or((text, ""));
    let column = index.parse::<usize>().ok().filter(|column| *column < columns).ok_or_else(|| {
        format!("{} does not begin with the number of an attribute, 0 to {}", shown(text), columns - 1)
    })?;
    Ok((column, token(value.trim(), |_| false)?.0))
}

/// What an attribute is in a sparse row that does not have it.
fn absent<'t>(attribute: &Attribute<'t>) -> Cow<'t, str> {
    match &attribute.values {
        Some(values) => values.first().cloned().unwrap_or(Cow::Borrowed("?")),
        None => Cow::Borrowed("0"),
    }
}

/// The pairs of a sparse row: commas within quotes do not part them.
fn split_pairs(text: &str) -> impl Iterator<Item = &str> {
    let mut quote = None;
    text.split(move |c: char| match (quote, c) {
        (None, '\'' | '"') => {
            quote = Some(c);
            false
        }
        (Some(open), c) if c == open => {
            quote = None;
            false
        }
        (None, ',') => true,
        _ => false,
    })
}

fn read(text: &str, path: &str, input: Input<'_>, settings: &Settings, dialect: &str) -> Result<DataSet, DataError> {
    let malformed = |reason: String| DataError::Malformed { path: path.to_owned(), reason };
    let header = Header::parse(text).map_err(malformed)?;
    let mut settings = settings.clone();
    if !Keys::of(&settings).has_counts() {
        settings.set("target", Setting::Text(header.target(settings.text("target"))));
    }
    let first_weight = first_weight(text, &header).map_err(malformed)?;
    let mut names = header.names();
    if first_weight {
        names.push(WEIGHT.to_owned());
        if settings.text("weights").is_empty() {
            settings.set("weights", Setting::Text(WEIGHT.to_owned()));
        }
    }
    let keys = Keys::of(&settings);
    let layout = Layout::new(path, names, &keys)?;
    let is_sparse = text[header.length..].trim_start().starts_with('{');
    let without_zeros = is_sparse && layout.storage == Storage::Double;
    let mut table = if without_zeros { Table::sparse(&layout) } else { Table::new(&layout, 0) };
    let mut part = if without_zeros { Part::of_pairs(&layout, keys.wanted) } else { Part::new(&layout, keys.wanted) };
    // What a sparse row does not have is mostly the number 0, which is not kept: only other columns are looked at in every row.
    let always: Vec<usize> = (0..header.attributes.len())
        .filter(|&column| !without_zeros || !is_nothing(&header.attributes[column], layout.uses[column], &part))
        .collect();
    let mut together = 0;
    each_row(text, &header, |values| {
        let mut row = Row::default();
        part.start_row();
        if values.is_sparse {
            let defaults = always.iter().filter(|column| !values.has(**column));
            let defaults = defaults.map(|&column| (column, absent(&header.attributes[column])));
            let defaults: Vec<_> = defaults.collect();
            values.written.extend(defaults);
            if !without_zeros {
                values.written.sort_unstable_by_key(|(column, _)| *column);
            }
        }
        together += values.written.len();
        for (column, value) in values.written.drain(..) {
            let attribute = &header.attributes[column];
            if let Some(nominal) = &attribute.values
                && *value != *"?"
                && !nominal.contains(&value)
            {
                return Err(format!(
                    "{} is no value of \"{}\"; declare it in its @attribute",
                    shown(&value),
                    shown(&attribute.name)
                ));
            }
            let number = if attribute.is_numeric || attribute.values.is_some() { value.parse().ok() } else { None };
            part.push(layout.uses[column], value, number, &mut row);
        }
        if first_weight {
            let weight = values.weight.unwrap_or("1");
            let of = layout.uses.last().copied().unwrap_or(table::Use::Unused);
            part.push(of, Cow::Borrowed(weight), weight.parse().ok(), &mut row);
        }
        part.end_row(&mut row, values.line);
        if together >= NUMBERS_TOGETHER {
            table.append(&mut part, 0, keys.wanted);
            together = 0;
        }
        Ok(())
    })
    .map_err(malformed)?;
    table.append(&mut part, 0, keys.wanted);
    let mut data = table.finish(input, &keys, &Told { dialect: dialect.to_owned(), decimal_comma: false })?;
    if is_sparse && data.coding.is_none() {
        data.features = data.features.without_zeros();
    }
    Ok(data)
}

/// Whether a column is nothing to a sparse row that does not have it: no feature, or one that is 0 there.
fn is_nothing(attribute: &Attribute<'_>, of: table::Use, part: &Part<'_>) -> bool {
    let absent = absent(attribute);
    let is_number = attribute.is_numeric || attribute.values.is_some();
    match of {
        table::Use::Feature(place) => {
            is_number && absent.parse::<f64>().is_ok_and(|zero| zero == 0.0) && part.takes_for_number(place, &absent)
        }
        table::Use::Unused => true,
        table::Use::Target | table::Use::Role(_) | table::Use::Unnamed(_) => false,
    }
}

/// Whether a row has a weight.
fn first_weight(text: &str, header: &Header<'_>) -> Result<bool, String> {
    let mut any = false;
    for line in text[header.length..].lines().map(str::trim).filter(|line| line.ends_with('}')) {
        any |= weighted(line)?.1.is_some();
    }
    Ok(any)
}

fn columns(text: &str, path: &str) -> Result<Vec<FileColumn>, DataError> {
    let malformed = |reason: String| DataError::Malformed { path: path.to_owned(), reason };
    let header = Header::parse(text).map_err(malformed)?;
    let column = |name| FileColumn { name, values: Vec::new(), numeric: true };
    let mut columns: Vec<FileColumn> = header.names().into_iter().map(column).collect();
    // How many sparse rows there are, and how many of them have each column.
    let (mut sparse_rows, mut having) = (0u64, vec![0u64; columns.len()]);
    each_row(text, &header, |values| {
        sparse_rows += u64::from(values.is_sparse);
        for (column, value) in values.written.drain(..) {
            columns[column].see(&value, value.parse().ok());
            having[column] += u64::from(values.is_sparse);
        }
        Ok(())
    })
    .map_err(malformed)?;
    for ((column, attribute), having) in columns.iter_mut().zip(&header.attributes).zip(having) {
        if having < sparse_rows {
            let value = absent(attribute);
            column.see(&value, value.parse().ok());
        }
    }
    Ok(columns)
}
