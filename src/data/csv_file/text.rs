//! The encoding of a text: recognised or named.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Names of the encodings that a file can be said to have.
pub const ENCODINGS: &[&str] = &["utf-8", "utf-16", "latin-1"];

/// How a text is encoded.
#[derive(Clone, Copy, Debug)]
pub struct Encoded {
    /// The encoding.
    pub encoding: &'static Encoding,
    /// Its name for a person, unless it is UTF-8.
    pub word: Option<&'static str>,
    /// Bytes of the byte-order mark.
    pub mark: usize,
}

/// The encoding of a text by its first bytes, which are all of it if it is `whole`: as its byte-order mark says, else as it is named, else
/// UTF-16 if every other byte is mostly 0, UTF-8 if it is that, and Latin-1 (Windows-1252) otherwise.
pub fn recognise(first: &[u8], whole: bool, named: Option<&str>) -> Encoded {
    let utf_16 = |encoding| Encoded { encoding, word: Some("UTF-16"), mark: 0 };
    let utf_8 = Encoded { encoding: UTF_8, word: None, mark: 0 };
    let latin_1 = Encoded { encoding: WINDOWS_1252, word: Some("Latin-1"), mark: 0 };
    if let Some((encoding, mark)) = Encoding::for_bom(first) {
        return Encoded { mark, ..if encoding == UTF_8 { utf_8 } else { utf_16(encoding) } };
    }
    let is_utf_8 = match std::str::from_utf8(first) {
        Ok(_) => true,
        // The last character may go on behind the first bytes.
        Err(error) => !whole && error.error_len().is_none(),
    };
    match named {
        Some("latin-1") => latin_1,
        Some("utf-8") => utf_8,
        Some("utf-16") => utf_16(if zeros(first, 0) > zeros(first, 1) { UTF_16BE } else { UTF_16LE }),
        _ if zeros(first, 1) > 0.3 => utf_16(UTF_16LE),
        _ if zeros(first, 0) > 0.3 => utf_16(UTF_16BE),
        _ if is_utf_8 => utf_8,
        _ => latin_1,
    }
}

/// A line that is not of the encoding.
#[derive(Clone, Copy, Debug)]
pub struct NotEncoded {
    /// Its number, from 1.
    pub line: u64,
    /// The encoding.
    pub encoding: &'static str,
}

/// A whole text decoded, and the word for its encoding, unless it is UTF-8.
///
/// # Errors
/// When a line is not of the encoding.
pub fn decoded<'t>(bytes: &'t [u8], named: Option<&str>) -> Result<(Cow<'t, str>, Option<&'static str>), NotEncoded> {
    let Encoded { encoding, word, mark } = recognise(bytes, true, named);
    let bytes = &bytes[mark..];
    let not_encoded =
        |before: &str| Err(NotEncoded { line: 1 + before.matches('\n').count() as u64, encoding: encoding.name() });
    if encoding == UTF_8 {
        return match std::str::from_utf8(bytes) {
            Ok(text) => Ok((Cow::Borrowed(text), word)),
            Err(error) => {
                let before = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
                not_encoded(before)
            }
        };
    }
    let (text, is_wrong) = encoding.decode_without_bom_handling(bytes);
    match text.split_once('\u{fffd}') {
        Some((before, _)) if is_wrong => not_encoded(before),
        _ => Ok((text, word)),
    }
}

/// The share of zeros among the first bytes at even (`0`) or odd (`1`) places.
fn zeros(bytes: &[u8], odd: usize) -> f64 {
    let first = || bytes[..bytes.len().min(1_000)].iter().skip(odd).step_by(2);
    first().filter(|byte| **byte == 0).count() as f64 / first().count().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_may_go_on_behind_the_first_bytes() {
        let text = "gr\u{f6}\u{df}e,y\n1,0\n".as_bytes();
        assert_eq!(recognise(&text[..3], false, None).encoding, UTF_8);
        assert_eq!(recognise(&text[..3], true, None).encoding, WINDOWS_1252);
    }
}
