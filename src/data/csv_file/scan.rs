//! What the columns of a file have in them, before any is chosen as target.

use super::chunks::Chunks;
use super::dialect::Dialect;
use super::fields::{self, WrongQuote};
use super::opening::open;
use super::rows::Wrong;
use super::{Keys, Stopped, in_its_encoding, number, refused};
use crate::data::DataError;
use crate::data::columns::FileColumn;
use crate::data::file::Input;
use crate::parameter::Settings;

/// What the columns of a table have in them.
///
/// # Errors
/// When the text is no table, has no rows, or has no header (its first line has only numbers).
pub fn columns(input: Input<'_>, settings: &Settings) -> Result<Vec<FileColumn>, DataError> {
    let keys = Keys::of(settings);
    in_its_encoding(input, &keys, |encoding| columns_as(input, &keys, encoding))
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
            if row.iter().zip(&opened.names).all(|(field, name)| field == name) {
                return Err(DataError::HeaderAgain { path, line: line(), rows: 1 }.into());
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
