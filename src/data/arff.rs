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
//! behind a row is its weight.
//!
//! Source: Weka 3.9, "Attribute-Relation File Format", stable version.

use std::borrow::Cow;

use super::columns::FileColumn;
use super::csv_file::ENCODING;
use super::csv_file::text::{NotEncoded, decoded};
use super::file::Input;
use super::format::Format;
use super::table::{self, Keys, Layout, Part, Row, Table, Told};
use super::{DataError, DataSet, Storage, packed, shown};
use crate::parameter::{Setting, Settings};

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

/// Numbers that go into the table together, about.
const NUMBERS_TOGETHER: usize = 1 << 18;

/// An attribute.
struct Attribute<'t> {
    name: Cow<'t, str>,
    /// The values of a nominal attribute.
    values: Option<Vec<Cow<'t, str>>>,
    is_numeric: bool,
}

/// What stands above the rows.
struct Header<'t> {
    attributes: Vec<Attribute<'t>>,
    /// Bytes and lines up to the first row.
    length: usize,
    lines: u64,
}

/// The name of a column that holds the weights that stand in braces behind rows.
const WEIGHT: &str = "{weight}";

impl<'t> Header<'t> {
    fn parse(text: &'t str) -> Result<Header<'t>, String> {
        let mut header = Header { attributes: Vec::new(), length: 0, lines: 0 };
        for line in text.split_inclusive('\n') {
            header.length += line.len();
            header.lines += 1;
            let at = |reason: String| format!("line {}: {reason}", header.lines);
            let line = line.trim();
            if line.is_empty() || line.starts_with('%') {
                continue;
            }
            let (word, rest) = line.split_once(|c: char| c.is_whitespace()).unwrap_or((line, ""));
            match word.to_ascii_lowercase().as_str() {
                "@relation" => {}
                "@data" if header.attributes.is_empty() => {
                    return Err(at("no @attribute stands above @data".to_owned()));
                }
                "@data" => return Ok(header),
                "@attribute" => header.attributes.push(attribute(rest.trim()).map_err(at)?),
                _ => return Err(at(format!("{} is neither @relation, @attribute nor @data", shown(word)))),
            }
        }
        Err("it has no @data, so no rows: it may be cut off".to_owned())
    }

    fn names(&self) -> Vec<String> {
        self.attributes.iter().map(|attribute| attribute.name.clone().into_owned()).collect()
    }

    /// The target: the one named, else `class`, else the last.
    fn target(&self, named: &str) -> String {
        let class = || self.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case("class"));
        match named {
            "" => class().or(self.attributes.last()).map_or(String::new(), |target| target.name.clone().into_owned()),
            named => named.to_owned(),
        }
    }
}

/// `'name' type`
fn attribute(text: &str) -> Result<Attribute<'_>, String> {
    let (name, rest) = token(text, |c| c.is_whitespace() || c == '{')?;
    let kind = rest.trim();
    if name.is_empty() {
        return Err("@attribute has no name".to_owned());
    }
    if let Some(inside) = kind.strip_prefix('{') {
        let inside =
            inside.trim_end().strip_suffix('}').ok_or("the values of a nominal attribute have no closing brace")?;
        let mut values = Vec::new();
        fields(inside, |_, value| values.push(value))?;
        return Ok(Attribute { name, values: Some(values), is_numeric: false });
    }
    let word = kind.split(|c: char| c.is_whitespace()).next().unwrap_or_default().to_ascii_lowercase();
    let is_numeric = match word.as_str() {
        "numeric" | "real" | "integer" => true,
        "string" | "date" => false,
        "relational" => return Err("relational attributes are not read: write one row per instance".to_owned()),
        other => {
            return Err(format!(
                "the type {} is none of numeric, real, integer, string, date and {{nominal values}}",
                shown(other)
            ));
        }
    };
    Ok(Attribute { name, values: None, is_numeric })
}

/// The first token of a text, quoted or up to what ends it, and the rest.
fn token(text: &str, ends: impl Fn(char) -> bool) -> Result<(Cow<'_, str>, &str), String> {
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '\'' | '"')) else {
        let end = text.find(ends).unwrap_or(text.len());
        return Ok((Cow::Borrowed(text[..end].trim()), &text[end..]));
    };
    let mut escaped = false;
    for (place, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => {
                let inside = &text[1..place];
                let plain = if inside.contains('\\') { Cow::Owned(unescaped(inside)) } else { Cow::Borrowed(inside) };
                return Ok((plain, &text[place + 1..]));
            }
            _ => {}
        }
    }
    Err(format!("the quote in {} is not closed", shown(text)))
}

fn unescaped(text: &str) -> String {
    let mut characters = text.chars();
    let mut plain = String::new();
    while let Some(c) = characters.next() {
        plain.extend(if c == '\\' { characters.next() } else { Some(c) });
    }
    plain
}

/// Calls `see` with the number and the value of each field of a row; returns how many there are.
fn fields<'t>(text: &'t str, mut see: impl FnMut(usize, Cow<'t, str>)) -> Result<usize, String> {
    let mut rest = text;
    for count in 0.. {
        rest = rest.trim_start();
        let (value, behind) = token(rest, |c| c == ',')?;
        see(count, value);
        let behind = behind.trim_start();
        if behind.is_empty() {
            return Ok(count + 1);
        }
        rest =
            behind.strip_prefix(',').ok_or_else(|| format!("text stands behind a closing quote: {}", shown(behind)))?;
    }
    Ok(0)
}

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

/// Calls `see` with the line and the values of each row.
fn each_row<'t>(
    text: &'t str,
    header: &Header<'t>,
    mut see: impl FnMut(u64, &mut Vec<Cow<'t, str>>, Option<&'t str>) -> Result<(), String>,
) -> Result<(), String> {
    let zero = |attribute: &Attribute<'t>| match &attribute.values {
        Some(values) => values.first().cloned().unwrap_or(Cow::Borrowed("?")),
        None => Cow::Borrowed("0"),
    };
    let zeros: Vec<Cow<'t, str>> = header.attributes.iter().map(zero).collect();
    let mut values = Vec::new();
    for (line, number) in text[header.length..].split('\n').zip(header.lines + 1..) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('%') {
            continue;
        }
        let at = |reason: String| format!("line {number}: {reason}");
        let (row, weight) = weighted(line).map_err(at)?;
        values.clear();
        let sparse = row
            .strip_prefix('{')
            .map(|row| row.strip_suffix('}').ok_or_else(|| at("its brace is not closed".to_owned())));
        match sparse.transpose()? {
            Some(pairs) => {
                values.extend(zeros.iter().cloned());
                let mut wrong = None;
                if !pairs.trim().is_empty() {
                    let mut one = |pair: &'t str| -> Result<(), String> {
                        let (index, value) = pair.split_once(|c: char| c.is_whitespace()).unwrap_or((pair, ""));
                        let place = index.parse::<usize>().ok().and_then(|index| values.get_mut(index));
                        let place = place.ok_or_else(|| {
                            format!(
                                "{} does not begin with the number of an attribute, 0 to {}",
                                shown(pair),
                                zeros.len() - 1
                            )
                        })?;
                        *place = token(value.trim(), |_| false)?.0;
                        Ok(())
                    };
                    for pair in split_pairs(pairs) {
                        wrong = wrong.or(one(pair.trim()).err());
                    }
                }
                if let Some(reason) = wrong {
                    return Err(at(reason));
                }
            }
            None => {
                fields(row, |_, value| values.push(value)).map_err(at)?;
            }
        }
        if values.len() != header.attributes.len() {
            return Err(at(format!(
                "it has {} values, and there are {} attributes",
                values.len(),
                header.attributes.len()
            )));
        }
        see(number, &mut values, weight).map_err(at)?;
    }
    Ok(())
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
    let mut part = Part::new(&layout, keys.wanted);
    // Rows that go into the table together have their zeros.
    let most_together = (NUMBERS_TOGETHER / layout.features.len().max(1)).max(1);
    let mut together = 0;
    each_row(text, &header, |line, values, weight| {
        let mut row = Row::default();
        part.start_row();
        let values: std::vec::Drain<'_, Cow<'_, str>> = values.drain(..);
        for ((value, attribute), of) in values.zip(&header.attributes).zip(&layout.uses) {
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
            part.push(*of, value, number, &mut row);
        }
        if first_weight {
            let weight = weight.unwrap_or("1");
            let of = layout.uses.last().copied().unwrap_or(table::Use::Unused);
            part.push(of, Cow::Borrowed(weight), weight.parse().ok(), &mut row);
        }
        part.end_row(&mut row, line);
        together += 1;
        if together == most_together {
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
    each_row(text, &header, |_, values, _| {
        for (column, value) in columns.iter_mut().zip(values.drain(..)) {
            column.see(&value, value.parse().ok());
        }
        Ok(())
    })
    .map_err(malformed)?;
    Ok(columns)
}
