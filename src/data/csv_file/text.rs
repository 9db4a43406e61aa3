//! From the bytes of a file to text: encoding, recognised or named.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::super::DataError;

/// Names of the encodings that a file can be said to have.
pub const ENCODINGS: &[&str] = &["utf-8", "utf-16", "latin-1"];

/// The text of a file.
pub struct Decoded<'t> {
    /// The text, without a byte-order mark.
    pub text: Cow<'t, str>,
    /// The encoding, for a person, unless it is UTF-8.
    pub how: Option<&'static str>,
}

/// Decodes the text: by the encoding that is named, else by its byte-order mark, else as UTF-16 if every other byte
/// is mostly 0, as UTF-8 if it is that, and as Latin-1 (Windows-1252) otherwise.
///
/// # Errors
/// When the bytes are no text, or not of the encoding named.
pub fn decode<'t>(bytes: &'t [u8], path: &str, encoding: Option<&str>) -> Result<Decoded<'t>, DataError> {
    decode_plain(bytes, encoding).map_err(|reason| DataError::Malformed { path: path.to_owned(), reason })
}

fn decode_plain<'t>(bytes: &'t [u8], named: Option<&str>) -> Result<Decoded<'t>, String> {
    let marked = Encoding::for_bom(bytes);
    let body = &bytes[marked.map_or(0, |(_, length)| length)..];
    let (encoding, word) = match (marked, named) {
        (Some((mark, _)), _) if mark == UTF_8 => (UTF_8, None),
        (Some((mark, _)), _) => (mark, Some("UTF-16")),
        (None, Some("latin-1")) => (WINDOWS_1252, Some("Latin-1")),
        (None, Some("utf-8")) => (UTF_8, None),
        (None, Some("utf-16")) => (if zeros(bytes, 0) > zeros(bytes, 1) { UTF_16BE } else { UTF_16LE }, Some("UTF-16")),
        (None, _) if zeros(bytes, 1) > 0.3 => (UTF_16LE, Some("UTF-16")),
        (None, _) if zeros(bytes, 0) > 0.3 => (UTF_16BE, Some("UTF-16")),
        (None, _) if std::str::from_utf8(bytes).is_ok() => (UTF_8, None),
        (None, _) => (WINDOWS_1252, Some("Latin-1")),
    };
    let (text, wrong) = encoding.decode_without_bom_handling(body);
    if wrong {
        let line = 1 + text.split('\u{fffd}').next().unwrap_or_default().matches('\n').count();
        return Err(format!(
            "line {line} is not {}: say encoding = \"latin-1\" or \"utf-16\", or save the file as UTF-8",
            encoding.name()
        ));
    }
    if let Some(place) = text.find('\0') {
        let line = 1 + text[..place].matches('\n').count();
        return Err(format!("line {line} has a byte 0, so it is no text: save the table as CSV"));
    }
    Ok(Decoded { text, how: word })
}

/// The share of zeros among the first bytes at even (`0`) or odd (`1`) places.
fn zeros(bytes: &[u8], odd: usize) -> f64 {
    let first = || bytes[..bytes.len().min(1_000)].iter().skip(odd).step_by(2);
    first().filter(|byte| **byte == 0).count() as f64 / first().count().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "größe,y\n1,0\n2,1\n";

    fn read(bytes: &[u8], encoding: Option<&str>) -> Result<(String, Option<&'static str>), String> {
        let decoded = decode(bytes, "d.csv", encoding).map_err(|error| error.to_string())?;
        Ok((decoded.text.into_owned(), decoded.how))
    }

    fn utf_16(big: bool, mark: bool) -> Vec<u8> {
        let text = if mark { format!("\u{feff}{TEXT}") } else { TEXT.to_owned() };
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn encodings_are_recognised() {
        let of = |how: Option<&'static str>| Ok((TEXT.to_owned(), how));
        assert_eq!(read(TEXT.as_bytes(), None), of(None));
        assert_eq!(read(format!("\u{feff}{TEXT}").as_bytes(), None), of(None));
        for big in [false, true] {
            for mark in [false, true] {
                assert_eq!(read(&utf_16(big, mark), None), of(Some("UTF-16")), "{big} {mark}");
                assert_eq!(read(&utf_16(big, mark), Some("utf-16")), of(Some("UTF-16")), "{big} {mark}");
            }
        }
        let latin: Vec<u8> = TEXT.chars().map(|c| u32::from(c) as u8).collect();
        assert_eq!(read(&latin, None), of(Some("Latin-1")));
        assert!(read(&latin, Some("utf-8")).unwrap_err().contains("line 1 is not UTF-8"));
    }

    #[test]
    fn a_byte_0_is_refused_with_its_line() {
        assert!(read(b"x,y\n1,\0\n", None).unwrap_err().contains("line 2 has a byte 0"));
    }
}
