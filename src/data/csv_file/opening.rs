//! How a file is written, found from its beginning: delimiter, decimal mark, header, and what stands above it.

use super::Keys;
use super::chunks::Chunks;
use super::dialect::{Sample, Unnamed, is_enough, separator_line};
use super::fields;
use crate::data::{DataError, listed};

/// How a file is written, found from its beginning.
pub struct Opened {
    /// Names of the columns, empty where a column has none.
    pub names: Vec<String>,
    /// What stands between columns.
    pub delimiter: u8,
    /// What lines begin with that are no rows.
    pub comment: Option<u8>,
    /// Places of columns whose fields mark decimals by commas, and whether these do.
    pub decimal: Decimals,
    /// Rows per byte, about.
    pub density: f64,
}

/// The sampled fields from which the decimal mark is found.
pub type Decimals = Box<dyn Fn(&[usize]) -> Result<bool, DataError>>;

/// Finds out how a file is written, and passes over its header.
pub fn open(chunks: &mut Chunks<'_>, path: &str, keys: &Keys<'_>) -> Result<Opened, DataError> {
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
