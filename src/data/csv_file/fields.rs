//! The fields of a row: what stands between two delimiters, within quotes or not.

use std::borrow::Cow;

/// A field.
#[derive(Clone, Debug, PartialEq)]
pub struct Field<'t> {
    /// Its text, without quotes and the blanks around it.
    pub text: Cow<'t, str>,
    /// Where it ends: at a delimiter, at the end of a line, or at the end of the text.
    pub end: usize,
    /// Ends of lines within its quotes.
    pub lines: u64,
}

/// Why the quotes of a field are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongQuote {
    /// A quote that is not closed.
    Open,
    /// Text behind the closing quote.
    Behind,
}

/// The field that begins at a place of a text.
///
/// # Errors
/// When its quotes are wrong.
pub fn field(text: &str, at: usize, delimiter: u8) -> Result<Field<'_>, WrongQuote> {
    let bytes = text.as_bytes();
    let is_blank = |byte: &u8| *byte == b' ' || (*byte == b'\t' && delimiter != b'\t');
    let first = at + bytes[at..].iter().take_while(|byte| is_blank(byte)).count();
    if bytes.get(first) != Some(&b'"') {
        let end = unquoted_end(bytes, first, delimiter);
        return Ok(Field { text: Cow::Borrowed(text[first..end].trim()), end, lines: 0 });
    }
    let mut from = first + 1;
    let close = loop {
        let close = from + memchr::memchr(b'"', &bytes[from..]).ok_or(WrongQuote::Open)?;
        if bytes.get(close + 1) != Some(&b'"') {
            break close;
        }
        from = close + 2;
    };
    let within = &text[first + 1..close];
    let end = unquoted_end(bytes, close + 1, delimiter);
    if !text[close + 1..end].trim().is_empty() {
        return Err(WrongQuote::Behind);
    }
    let written =
        if from > first + 1 { Cow::Owned(within.trim().replace("\"\"", "\"")) } else { Cow::Borrowed(within.trim()) };
    Ok(Field { text: written, end, lines: lines(within.as_bytes()) })
}

/// Where a field without quotes ends.
#[inline]
pub fn unquoted_end(bytes: &[u8], from: usize, delimiter: u8) -> usize {
    memchr::memchr3(delimiter, b'\n', b'\r', &bytes[from..]).map_or(bytes.len(), |length| from + length)
}

/// What stands behind a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// A field of the same row begins here.
    Field(usize),
    /// The row ends, and the next may begin here.
    Row(usize),
}

/// What stands behind a field that ends here. Several blanks between columns are as good as one.
#[inline(always)]
pub fn behind(bytes: &[u8], end: usize, delimiter: u8) -> Next {
    match bytes.get(end) {
        None => Next::Row(end),
        Some(b'\n') => Next::Row(end + 1),
        Some(b'\r') => Next::Row(end + 1 + usize::from(bytes.get(end + 1) == Some(&b'\n'))),
        Some(_) if delimiter == b' ' => {
            let next = end + bytes[end..].iter().take_while(|byte| **byte == b' ').count();
            match bytes.get(next) {
                None | Some(b'\n' | b'\r') => behind(bytes, next, b','),
                Some(_) => Next::Field(next),
            }
        }
        Some(_) => Next::Field(end + 1),
    }
}

/// Ends of lines in a text: `\n`, `\r\n` or `\r`.
pub fn lines(bytes: &[u8]) -> u64 {
    let alone = memchr::memchr_iter(b'\r', bytes).filter(|place| bytes.get(place + 1) != Some(&b'\n')).count();
    (memchr::memchr_iter(b'\n', bytes).count() + alone) as u64
}

/// The fields of the rows of a text, as far as their quotes are right; lines without text are no rows.
pub fn rows(text: &str, delimiter: u8) -> impl Iterator<Item = Vec<Cow<'_, str>>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += text.as_bytes()[at..].iter().take_while(|byte| matches!(byte, b'\n' | b'\r' | b' ')).count();
        if at >= text.len() {
            return None;
        }
        let (fields, next) = row(text, at, delimiter).ok()?;
        at = next;
        Some(fields)
    })
}

/// The fields of the row that begins at a place, and where the next may begin.
///
/// # Errors
/// When quotes are wrong.
pub fn row(text: &str, mut at: usize, delimiter: u8) -> Result<(Vec<Cow<'_, str>>, usize), WrongQuote> {
    let mut fields = Vec::new();
    loop {
        let field = field(text, at, delimiter)?;
        fields.push(field.text);
        match behind(text.as_bytes(), field.end, delimiter) {
            Next::Field(next) => at = next,
            Next::Row(next) => return Ok((fields, next)),
        }
    }
}

/// Where the last whole row of some bytes ends; `None` if no row is whole.
pub fn last_row_end(bytes: &[u8], delimiter: u8) -> Option<usize> {
    let end_in = |from: usize, to: usize| {
        // A \r at the end may have its \n in the next bytes.
        let line = memchr::memrchr(b'\n', &bytes[from..to]);
        line.or_else(|| memchr::memrchr(b'\r', &bytes[from..to.min(bytes.len().saturating_sub(1)).max(from)]))
            .map(|place| from + place + 1)
    };
    let mut end = None;
    let mut at = 0;
    while let Some(quote) = memchr::memchr(b'"', &bytes[at..]).map(|place| at + place) {
        end = end_in(at, quote).or(end);
        let before = bytes[..quote].iter().rposition(|byte| *byte != b' ' && (*byte != b'\t' || delimiter == b'\t'));
        let opens = before.is_none_or(|place| [delimiter, b'\n', b'\r'].contains(&bytes[place])) || delimiter == b' ';
        at = quote + 1;
        if opens {
            loop {
                let Some(close) = memchr::memchr(b'"', &bytes[at..]).map(|place| at + place) else { return end };
                at = close + 1;
                if bytes.get(at) != Some(&b'"') {
                    break;
                }
                at += 1;
            }
        }
    }
    end_in(at, bytes.len()).or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<Vec<String>> {
        rows(text, b',').map(|row| row.into_iter().map(Cow::into_owned).collect()).collect()
    }

    #[test]
    fn fields_are_without_quotes_and_blanks() {
        for (text, expected) in [
            ("a,b\n1,2\n", vec![vec!["a", "b"], vec!["1", "2"]]),
            ("a,b\r\n1,2", vec![vec!["a", "b"], vec!["1", "2"]]),
            ("a,b\r1,2\r", vec![vec!["a", "b"], vec!["1", "2"]]),
            (" a , \"b\" \n\n  \n1,\n", vec![vec!["a", "b"], vec!["1", ""]]),
            ("\"a,\"\"b\"\"\",\"c\nd\"\n", vec![vec!["a,\"b\"", "c\nd"]]),
            ("a\"b,c\n", vec![vec!["a\"b", "c"]]),
            (",\n", vec![vec!["", ""]]),
        ] {
            assert_eq!(all(text), expected, "{text:?}");
        }
        assert_eq!(field("\"a", 0, b','), Err(WrongQuote::Open));
        assert_eq!(field("\"a\"b,c", 0, b','), Err(WrongQuote::Behind));
        let blanks = |text| row(text, 0, b' ').map(|(row, _)| row.len());
        assert_eq!((blanks("1   2 3  \n4"), blanks("\"a b\" 2")), (Ok(3), Ok(2)));
    }

    #[test]
    fn rows_end_outside_of_quotes() {
        for (text, expected) in [
            ("a,b\nc", Some(4)),
            ("a,b", None),
            ("a,\"b\nc", None),
            ("x\na,\"b\nc", Some(2)),
            ("a,\"b\nc\"\nd", Some(8)),
            ("a, \"b\nc\"\nd", Some(9)),
            ("a,5\" b\nc", Some(7)),
            ("a,\"b\"\"\n\"\nd", Some(9)),
            ("a\rb", Some(2)),
            ("a\r", None),
        ] {
            assert_eq!(last_row_end(text.as_bytes(), b','), expected, "{text:?}");
        }
    }
}
