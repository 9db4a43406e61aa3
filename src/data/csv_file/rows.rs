//! The rows of a chunk of text: from fields to numbers and labels.

use super::dialect::Dialect;
use super::fields::{self, Next, WrongQuote, behind, unquoted_end};
use super::number::{number, plain};
use crate::data::table::{Layout, Part, Row, Use};

/// How the rows of a table are read.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'l> {
    /// How they are written.
    pub dialect: Dialect,
    /// What the columns are.
    pub layout: &'l Layout,
    /// The byte that lines which are no rows begin with.
    pub comment: Option<u8>,
}

/// What is wrong with a chunk, so that it has no rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is not of the encoding.
    Encoding,
    /// It has a byte 0.
    Zero,
    /// A quote is not closed, and the text behind it holds what looks like a row.
    OpenQuote(String),
    /// Text stands behind a closing quote.
    BehindQuote(String),
}

/// What a chunk of text has shown. Lines count from its first.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Its lines.
    pub lines: u64,
    /// The first row with another number of fields than the header: its line, and the fields.
    pub uneven: Option<(u64, usize)>,
    /// How many such rows there are.
    pub uneven_rows: u64,
    /// What ends the reading, and where.
    pub wrong: Option<(u64, Wrong)>,
    /// Whether a character beyond ASCII was seen.
    pub beyond_ascii: bool,
}

impl Rows<'_> {
    /// Reads the rows of a chunk into a part of the table.
    pub fn read(&self, bytes: &[u8], part: &mut Part<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let before = &bytes[..error.valid_up_to()];
                outcome.beyond_ascii = !before.is_ascii();
                outcome.wrong = Some((1 + fields::lines(before), Wrong::Encoding));
                return outcome;
            }
        };
        if let Some(place) = memchr::memchr(0, bytes) {
            outcome.wrong = Some((1 + fields::lines(&bytes[..place]), Wrong::Zero));
            return outcome;
        }
        outcome.beyond_ascii = !bytes.is_ascii();
        let (mut at, mut line, mut row) = (0, 1, Row::default());
        while let Some(begin) = self.next_row(text, at, &mut line, part) {
            let first_line = line;
            match self.read_row(text, begin, part, &mut row, &mut line) {
                Ok((end, found)) => {
                    at = end;
                    if found == self.layout.names.len() {
                        part.end_row(&mut row, first_line);
                    } else {
                        part.drop_row(&mut row);
                        outcome.uneven.get_or_insert((first_line, found));
                        outcome.uneven_rows += 1;
                    }
                }
                Err(wrong) => {
                    outcome.wrong = Some((first_line, wrong));
                    return outcome;
                }
            }
        }
        outcome.lines = line - 1;
        outcome
    }

    /// Where the next row begins, behind lines without text and comments.
    #[inline]
    fn next_row(&self, text: &str, mut at: usize, line: &mut u64, part: &mut Part<'_>) -> Option<usize> {
        let (bytes, delimiter) = (text.as_bytes(), self.dialect.delimiter);
        loop {
            let first = *bytes.get(at)?;
            let is_comment = Some(first) == self.comment;
            // Most rows begin with something else.
            if !is_comment && !matches!(first, b'\n' | b'\r' | b' ' | b'\t' | b'"') && first != delimiter {
                return Some(at);
            }
            let end = unquoted_end(bytes, at, b'\n');
            let line_of_text = &text[at..end];
            let is_blank = line_of_text.trim().is_empty() && (delimiter != b'\t' || !line_of_text.contains('\t'));
            let of_marks = |c: char| c == char::from(delimiter) || c.is_whitespace() || c == '"';
            let is_empty = !is_blank
                && self.layout.names.len() > 1
                && line_of_text.chars().all(of_marks)
                && !line_of_text.contains("\"\"\"");
            if !is_comment && !is_blank && !is_empty {
                let blanks =
                    if delimiter == b' ' { line_of_text.len() - line_of_text.trim_start_matches(' ').len() } else { 0 };
                return Some(at + blanks);
            }
            if is_empty && !is_comment {
                part.skip_empty_row();
            }
            at = match behind(bytes, end, b'\n') {
                Next::Row(next) | Next::Field(next) => next,
            };
            *line += u64::from(at > end);
        }
    }

    /// Reads a row: where the next may begin, and how many fields this one has.
    #[inline]
    fn read_row<'t>(
        &self,
        text: &'t str,
        mut at: usize,
        part: &mut Part<'_>,
        row: &mut Row<'t>,
        line: &mut u64,
    ) -> Result<(usize, usize), Wrong> {
        let Dialect { delimiter, decimal_comma } = self.dialect;
        // A comma between columns marks decimals within quotes alone, and these are no plain numbers.
        let decimal = if !decimal_comma {
            b'.'
        } else if delimiter == b',' {
            0
        } else {
            b','
        };
        let bytes = text.as_bytes();
        part.start_row();
        let mut place = 0;
        loop {
            let of = self.layout.uses.get(place).copied().unwrap_or(Use::Unused);
            let exact = match of {
                Use::Feature(feature) if !part.must_look_at(feature) => plain(text, at, delimiter, decimal),
                _ => None,
            };
            let end = match exact {
                Some((number, end)) => {
                    part.push_exact(number);
                    end
                }
                None => {
                    let field =
                        fields::field(text, at, delimiter).map_err(|wrong| self.wrong_quote(text, at, wrong))?;
                    if field.lines > 0 {
                        if let Some(swallowed) = self.swallowed_row(&field.text) {
                            return Err(Wrong::OpenQuote(swallowed));
                        }
                        *line += field.lines;
                    }
                    let number = match of {
                        Use::Feature(_) | Use::Role(_) => number(&field.text, decimal_comma),
                        _ => None,
                    };
                    part.push(of, field.text, number, row);
                    field.end
                }
            };
            match behind(bytes, end, delimiter) {
                Next::Field(next) => at = next,
                Next::Row(next) => {
                    *line += u64::from(next > end);
                    return Ok((next, place + 1));
                }
            }
            place += 1;
        }
    }

    fn wrong_quote(&self, text: &str, at: usize, wrong: WrongQuote) -> Wrong {
        let rest = &text[at..];
        let first_line = || rest.lines().next().unwrap_or_default().to_owned();
        match wrong {
            WrongQuote::Behind => Wrong::BehindQuote(first_line()),
            WrongQuote::Open => Wrong::OpenQuote(self.swallowed_row(rest).unwrap_or_else(first_line)),
        }
    }

    /// A line within a field that looks like a row, as where a quote is not closed: as many fields as the header, and a number among them.
    fn swallowed_row(&self, field: &str) -> Option<String> {
        let Dialect { delimiter, decimal_comma } = self.dialect;
        let looks_like_a_row = |line: &&str| {
            let fields: Vec<&str> = line.split(char::from(delimiter)).map(str::trim).collect();
            fields.len() == self.layout.names.len() && fields.iter().any(|field| number(field, decimal_comma).is_some())
        };
        field.lines().skip(1).filter(|line| !line.is_empty()).find(looks_like_a_row).map(str::to_owned)
    }
}
