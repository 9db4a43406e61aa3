//! A file as a stream of texts of whole rows, so that neither its bytes nor its text are ever in memory as a whole.

use std::io::Read;

use encoding_rs::{CoderResult, Decoder, UTF_8};

use super::fields::{last_row_end, lines};
use super::text::{Encoded, recognise};
use crate::data::DataError;
use crate::data::file::Input;
use crate::data::packed::Unpacked;

/// Bytes of a chunk, about.
const CHUNK: usize = 1 << 20;

/// Bytes from which the encoding and the dialect are recognised.
const FIRST: usize = 1 << 18;

/// Most bytes of a row.
const LONGEST_ROW: usize = 1 << 28;

/// A file, chunk after chunk.
pub struct Chunks<'a> {
    unpacked: Unpacked<'a>,
    /// What the text is encoded in.
    pub encoded: Encoded,
    /// For encodings other than UTF-8.
    decoder: Option<Decoder>,
    /// Text that is read and not handed out.
    rest: Vec<u8>,
    /// Lines before `rest`.
    before: u64,
    ended: bool,
    path: String,
}

impl<'a> Chunks<'a> {
    /// Reads the beginning of a file.
    ///
    /// # Errors
    /// When the file cannot be read, or is no text of a table.
    pub fn open(input: Input<'a>, named: Option<&str>) -> Result<Chunks<'a>, DataError> {
        let path = input.shown();
        let mut unpacked = Unpacked::open(input)?;
        let mut first = Vec::new();
        let read = unpacked.reader.by_ref().take(FIRST as u64).read_to_end(&mut first);
        let read = read.map_err(|error| unpacked.error(error))?;
        let encoded = recognise(&first, read < FIRST, named);
        first.drain(..encoded.mark);
        let decoder = (encoded.encoding != UTF_8).then(|| encoded.encoding.new_decoder_without_bom_handling());
        let ended = read < FIRST;
        let mut chunks = Chunks { unpacked, encoded, decoder, rest: Vec::new(), before: 0, ended, path };
        chunks.take_in(first)?;
        Ok(chunks)
    }

    /// How the file was packed, if it was.
    pub fn packed(&self) -> Option<&'static str> {
        self.unpacked.how
    }

    /// Text from here on: all that is left, or so many whole lines that a dialect can be recognised.
    ///
    /// # Errors
    /// When the file cannot be read or is no text of a table.
    pub fn ahead(&mut self, enough: impl Fn(&str) -> bool) -> Result<&str, DataError> {
        let mut wanted = FIRST;
        while !self.ended && !enough(valid(&self.rest)) && wanted < LONGEST_ROW {
            wanted *= 4;
            self.read_until(wanted)?;
        }
        let text = valid(&self.rest);
        if text.len() + 3 < self.rest.len() {
            return Err(self.not_text());
        }
        Ok(text)
    }

    /// Passes over so many bytes of text.
    pub fn skip(&mut self, bytes: usize) {
        self.before += lines(&self.rest[..bytes]);
        self.rest.drain(..bytes);
    }

    /// Lines before what comes next.
    pub fn lines_before(&self) -> u64 {
        self.before
    }

    /// Puts the next whole rows into `chunk`; false at the end of the file.
    ///
    /// # Errors
    /// When the file cannot be read or a row has no end.
    pub fn next(&mut self, chunk: &mut Vec<u8>, delimiter: u8) -> Result<bool, DataError> {
        let mut wanted = CHUNK;
        loop {
            self.read_until(wanted)?;
            let end = match last_row_end(&self.rest, delimiter) {
                _ if self.ended => self.rest.len(),
                Some(end) => end,
                // The quote that is not closed is found by whoever reads the row.
                None if self.rest.len() >= LONGEST_ROW => self.rest.len(),
                None => {
                    wanted *= 4;
                    continue;
                }
            };
            std::mem::swap(chunk, &mut self.rest);
            self.rest.clear();
            self.rest.extend_from_slice(&chunk[end..]);
            chunk.truncate(end);
            if self.decoder.is_some() {
                self.before += lines(chunk);
            }
            return Ok(end > 0);
        }
    }

    fn read_until(&mut self, wanted: usize) -> Result<(), DataError> {
        while !self.ended && self.rest.len() < wanted {
            let missing = (wanted - self.rest.len()) as u64;
            let read = match &self.decoder {
                None => {
                    let read = self.unpacked.reader.by_ref().take(missing).read_to_end(&mut self.rest);
                    read.map_err(|error| self.unpacked.error(error))?
                }
                Some(_) => {
                    let mut bytes = Vec::new();
                    let read = self.unpacked.reader.by_ref().take(missing).read_to_end(&mut bytes);
                    let read = read.map_err(|error| self.unpacked.error(error))?;
                    self.ended = (read as u64) < missing;
                    self.take_in(bytes)?;
                    read
                }
            };
            self.ended = (read as u64) < missing;
        }
        Ok(())
    }

    /// Decodes bytes behind what is read.
    fn take_in(&mut self, bytes: Vec<u8>) -> Result<(), DataError> {
        let Some(decoder) = &mut self.decoder else {
            self.rest = bytes;
            return Ok(());
        };
        let most = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(4 * bytes.len() + 16);
        let mut text = String::with_capacity(most);
        let (result, _, wrong) = decoder.decode_to_string(&bytes, &mut text, self.ended);
        debug_assert_eq!(result, CoderResult::InputEmpty);
        if wrong {
            let before = text.split('\u{fffd}').next().unwrap_or_default();
            let line = 1 + self.before + lines(&self.rest) + lines(before.as_bytes());
            return Err(self.not_encoded(line));
        }
        self.rest.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn not_text(&self) -> DataError {
        self.not_encoded(1 + self.before + lines(valid(&self.rest).as_bytes()))
    }

    /// The refusal of a line that is not of the encoding.
    pub fn not_encoded(&self, line: u64) -> DataError {
        DataError::NotEncoded { path: self.path.clone(), line, encoding: self.encoded.encoding.name() }
    }
}

/// The text at the beginning of some bytes.
fn valid(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}
