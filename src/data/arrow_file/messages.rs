//! The messages of an Arrow file or stream: where each stands, checked before the library reads it, because the library trusts lengths.
//!
//! A message is four bytes `ff`, the length of its metadata, the metadata (a flatbuffer), and a body that the metadata measures. A stream
//! is a schema, then dictionaries and batches of rows, and a message of length 0 at its end. A file has `ARROW1` at both ends, and before
//! the last one a footer with the schema and the places of all messages.

use std::ops::Range;

use arrow_buffer::Buffer;
use arrow_ipc::{CompressionType, Footer, MessageHeader, RecordBatch, root_as_footer, root_as_message};

use crate::data::shown;

/// At both ends of a file.
const MAGIC: &[u8] = b"ARROW1";

/// Before the length of a message; files older than 2019 have none.
const CONTINUATION: [u8; 4] = [0xff; 4];

/// Bytes that one byte packed by lz4 stands for at most.
const MOST_UNPACKED: usize = 255;

/// A message.
pub struct Message<'b> {
    /// What it says.
    pub metadata: arrow_ipc::Message<'b>,
    /// Its body.
    pub body: Buffer,
}

/// What is wrong with a file that was cut, or changed on its way.
pub fn damaged(what: &str) -> String {
    format!("it is damaged ({what}): write or copy it again")
}

/// The footer of a file; `None` of a stream.
pub fn footer(bytes: &[u8]) -> Result<Option<Footer<'_>>, String> {
    if !bytes.starts_with(MAGIC) {
        return Ok(None);
    }
    let cut = || "it is cut off: an Arrow file ends as it begins; write or copy it again".to_owned();
    let before = bytes.strip_suffix(MAGIC).filter(|before| before.len() > MAGIC.len()).ok_or_else(cut)?;
    let (before, length) = before.split_last_chunk::<4>().ok_or_else(cut)?;
    let length = usize::try_from(i32::from_le_bytes(*length)).ok().filter(|length| *length <= before.len());
    let length = length.ok_or_else(|| damaged("the length of its footer"))?;
    let footer = root_as_footer(&before[before.len() - length..]);
    footer.map(Some).map_err(|error| damaged(&format!("its footer: {}", shown(&error.to_string()))))
}

/// The message at a place, and the place behind it; `None` at the end of a stream.
pub fn at(bytes: &Buffer, place: usize) -> Result<Option<(Message<'_>, usize)>, String> {
    let four = |place: usize| -> Result<[u8; 4], String> {
        let end =
            "it ends without the mark of its end, so it may be cut off; close the writer, and write or copy it again";
        bytes.get(place..).and_then(|from| from.first_chunk::<4>()).copied().ok_or_else(|| end.to_owned())
    };
    let begin = if four(place)? == CONTINUATION { place + 4 } else { place };
    let length = i32::from_le_bytes(four(begin)?);
    if length == 0 {
        return Ok(None);
    }
    let part = |from: usize, length: i64| -> Option<Range<usize>> {
        let end = from.checked_add(usize::try_from(length).ok()?)?;
        (end <= bytes.len()).then_some(from..end)
    };
    let cut = || damaged("a message is longer than the file");
    let metadata = part(begin + 4, i64::from(length)).ok_or_else(cut)?;
    let message = root_as_message(&bytes[metadata.clone()])
        .map_err(|error| damaged(&format!("a message: {}", shown(&error.to_string()))))?;
    let body = part(metadata.end, message.bodyLength()).ok_or_else(cut)?;
    let message = Message { metadata: message, body: bytes.slice_with_length(body.start, body.len()) };
    message.check()?;
    Ok(Some((message, body.end)))
}

impl<'b> Message<'b> {
    /// The columns of a batch of rows or of a dictionary.
    fn batch(&self) -> Option<RecordBatch<'b>> {
        match self.metadata.header_type() {
            MessageHeader::RecordBatch => self.metadata.header_as_record_batch(),
            MessageHeader::DictionaryBatch => self.metadata.header_as_dictionary_batch().and_then(|batch| batch.data()),
            _ => None,
        }
    }

    /// Refuses what would have the library reach outside of the body, or take more memory than the body can stand for.
    fn check(&self) -> Result<(), String> {
        let Some(batch) = self.batch() else { return Ok(()) };
        let packing = batch.compression().map(|packing| packing.codec());
        if packing.is_some_and(|codec| codec != CompressionType::LZ4_FRAME) {
            return Err("its columns are packed by zstd, of which only whole files are unpacked here: write it with lz4 or \"uncompressed\" \
                        (pandas: to_feather(FILE, compression=\"lz4\"))"
                .to_owned());
        }
        // A truth value takes a bit.
        let most_rows = self.body.len().saturating_mul(8 * MOST_UNPACKED);
        let of_rows = |rows: i64| usize::try_from(rows).is_ok_and(|rows| rows <= most_rows);
        let nodes = batch.nodes().into_iter().flatten();
        if !of_rows(batch.length())
            || nodes
                .into_iter()
                .any(|node| !of_rows(node.length()) || !(0..=node.length()).contains(&node.null_count()))
        {
            return Err(damaged("a number of rows"));
        }
        for buffer in batch.buffers().into_iter().flatten() {
            let range = usize::try_from(buffer.offset()).ok().zip(usize::try_from(buffer.length()).ok());
            let part = range.and_then(|(from, length)| self.body.get(from..from.checked_add(length)?));
            let part = part.ok_or_else(|| damaged("values outside of their message"))?;
            // A packed part begins with its length when unpacked, or with -1 where it is not packed after all.
            let unpacked = part.first_chunk::<8>().map(|size| i64::from_le_bytes(*size));
            if packing.is_some() && unpacked.is_some_and(|size| size > part.len().saturating_mul(MOST_UNPACKED) as i64)
            {
                return Err(damaged("the length of packed values"));
            }
        }
        Ok(())
    }
}
