//! The pages of a column. The library reads them; those packed by zstd and gzip are unpacked here, by the same code as files, because
//! the library's own unpackers need a C compiler or double what this one builds.
//!
//! The library makes room for as many values as a page claims to have before it looks at them, and memory for billions ends the program.
//! So the claims are checked against the bytes that are there.

use std::io::{self, Read};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, Encoding};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::schema::types::ColumnDescriptor;

use crate::data::{shown, zstd};

/// Unpacks a page.
type Unpack = fn(&[u8]) -> io::Result<Vec<u8>>;

/// The pages of a column in one group, unpacked.
pub(super) struct Pages {
    pages: SerializedPageReader<Bytes>,
    unpack: Option<Unpack>,
    /// Whether values may be missing, so that levels stand before them.
    optional: bool,
}

/// Most bytes of a page.
const LARGEST_PAGE: u64 = 1 << 31;

fn all(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut unpacked = Vec::new();
    reader.take(LARGEST_PAGE).read_to_end(&mut unpacked)?;
    Ok(unpacked)
}

impl Pages {
    /// The pages of a column's chunk in a group of so many rows.
    pub(super) fn open(
        bytes: &Bytes,
        (column, chunk): (&ColumnDescriptor, &ColumnChunkMetaData),
        rows: usize,
    ) -> Result<Pages, String> {
        let unpack: Option<Unpack> = match chunk.compression() {
            Compression::UNCOMPRESSED | Compression::SNAPPY => None,
            Compression::ZSTD(_) => Some(|packed| all(zstd::Frames::new(packed))),
            Compression::GZIP(_) => Some(|packed| all(flate2::read::MultiGzDecoder::new(packed))),
            other => {
                return Err(format!(
                    "it is packed by {other}, which is not read; write the file with snappy, zstd or gzip"
                ));
            }
        };
        let told = |error: ParquetError| shown(&error.to_string());
        let plain;
        let chunk = match unpack {
            None => chunk,
            // The library then gives the pages as they are.
            Some(_) => {
                plain =
                    chunk.clone().into_builder().set_compression(Compression::UNCOMPRESSED).build().map_err(told)?;
                &plain
            }
        };
        let pages = SerializedPageReader::new(Arc::new(bytes.clone()), chunk, rows, None).map_err(told)?;
        Ok(Pages { pages, unpack, optional: column.max_def_level() > 0 })
    }

    fn unpacked(&self, mut page: Page) -> ParquetResult<Page> {
        let Some(unpack) = self.unpack else { return Ok(page) };
        let unpack = |buf: &[u8]| -> ParquetResult<Vec<u8>> {
            if buf.is_empty() {
                Ok(Vec::new())
            } else {
                unpack(buf).map_err(|error| ParquetError::General(error.to_string()))
            }
        };
        match &mut page {
            Page::DataPage { buf, .. } | Page::DictionaryPage { buf, .. } => *buf = unpack(buf)?.into(),
            Page::DataPageV2 { buf, def_levels_byte_len, rep_levels_byte_len, is_compressed, .. } if *is_compressed => {
                let levels = *def_levels_byte_len as usize + *rep_levels_byte_len as usize;
                let (levels, packed) = buf.split_at_checked(levels).ok_or_else(damaged)?;
                *buf = [levels, &unpack(packed)?].concat().into();
                *is_compressed = false;
            }
            Page::DataPageV2 { .. } => {}
        }
        Ok(page)
    }
}

impl Iterator for Pages {
    type Item = ParquetResult<Page>;

    fn next(&mut self) -> Option<ParquetResult<Page>> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> ParquetResult<Option<Page>> {
        let Some(page) = self.pages.get_next_page()? else { return Ok(None) };
        let page = self.unpacked(page)?;
        if holds_its_values(&page, self.optional) { Ok(Some(page)) } else { Err(damaged()) }
    }

    fn peek_next_page(&mut self) -> ParquetResult<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> ParquetResult<()> {
        self.pages.skip_next_page()
    }
}

fn damaged() -> ParquetError {
    ParquetError::General("a page is cut off or damaged".to_owned())
}

/// Whether a page has bytes for the values that it claims: a dictionary one for each, and lists of lengths at most as many as the page
/// has values.
fn holds_its_values(page: &Page, optional: bool) -> bool {
    let (buf, most, encoding, levels) = match page {
        Page::DictionaryPage { buf, num_values, .. } => return *num_values as usize <= buf.len(),
        Page::DataPage { buf, num_values, encoding, .. } => {
            let levels = match buf.first_chunk() {
                Some(length) if optional => 4 + u32::from_le_bytes(*length) as usize,
                _ => 0,
            };
            (buf, *num_values, *encoding, levels)
        }
        Page::DataPageV2 { buf, num_values, encoding, def_levels_byte_len, rep_levels_byte_len, .. } => {
            (buf, *num_values, *encoding, *def_levels_byte_len as usize + *rep_levels_byte_len as usize)
        }
    };
    let lists = match encoding {
        Encoding::DELTA_LENGTH_BYTE_ARRAY => 1,
        Encoding::DELTA_BYTE_ARRAY => 2,
        _ => 0,
    };
    let Some(mut rest) = buf.get(levels..) else { return lists == 0 };
    (0..lists).all(|_| match list_of_whole_numbers(&mut rest) {
        Some(count) => count <= u64::from(most),
        None => false,
    })
}

/// The claimed count of a list of whole numbers by their differences, over which `rest` is moved; `None` where it is cut off.
///
/// The encoding DELTA_BINARY_PACKED of the format: the size of a block, its number of miniblocks, the count, and the first number; then
/// blocks of the least difference, the bits that each miniblock has for a number, and the miniblocks.
fn list_of_whole_numbers(rest: &mut &[u8]) -> Option<u64> {
    let (block, miniblocks, count) = (varint(rest)?, varint(rest)?, varint(rest)?);
    varint(rest)?;
    let of_miniblock = block.checked_div(miniblocks).filter(|&of_miniblock| of_miniblock > 0)?;
    let mut left = count.saturating_sub(1);
    while left > 0 {
        varint(rest)?;
        let (widths, after) = rest.split_at_checked(usize::try_from(miniblocks).ok()?)?;
        *rest = after;
        for &width in widths {
            if left > 0 {
                let bytes = of_miniblock.checked_mul(u64::from(width))? / 8;
                *rest = rest.get(usize::try_from(bytes).ok()?..)?;
                left = left.saturating_sub(of_miniblock);
            }
        }
    }
    Some(count)
}

/// A number of 7 bits a byte, the lowest first, over which `rest` is moved.
fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 127) << shift;
        if byte < 128 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary(num_values: u32, bytes: &'static [u8]) -> Page {
        Page::DictionaryPage { buf: bytes.into(), num_values, encoding: Encoding::PLAIN, is_sorted: false }
    }

    fn texts(num_values: u32, encoding: Encoding, bytes: &'static [u8]) -> Page {
        let (def_level_encoding, rep_level_encoding) = (Encoding::RLE, Encoding::RLE);
        Page::DataPage {
            buf: bytes.into(),
            num_values,
            encoding,
            def_level_encoding,
            rep_level_encoding,
            statistics: None,
        }
    }

    #[test]
    fn pages_that_claim_more_values_than_they_have_bytes_are_damaged() {
        assert!(holds_its_values(&dictionary(1, &[1, 0, 0, 0, b'a']), false));
        assert!(!holds_its_values(&dictionary(1_000_000_000, &[1, 0, 0, 0, b'a']), false));
        // Two lengths, 3 and 3 + 1: blocks of 128 in 4 miniblocks, the least difference 1, no bits for what is above it.
        const LENGTHS: &[u8] = &[0x80, 1, 4, 2, 6, 2, 0, 0, 0, 0, b'a', b'b', b'c', b'd', b'e', b'f', b'g'];
        let by = Encoding::DELTA_LENGTH_BYTE_ARRAY;
        assert!(holds_its_values(&texts(2, by, LENGTHS), false));
        assert!(!holds_its_values(&texts(1, by, LENGTHS), false), "more lengths than values");
        assert!(!holds_its_values(&texts(2, by, &LENGTHS[..6]), false), "cut off");
        assert!(
            !holds_its_values(&texts(u32::MAX, by, &[0x80, 1, 4, 0xff, 0xff, 0xff, 0xff, 7, 6, 2]), false),
            "2^31 lengths"
        );
        assert!(
            !holds_its_values(&texts(2, Encoding::DELTA_BYTE_ARRAY, LENGTHS), false),
            "the list of suffixes is missing"
        );
        // Levels of two values stand before them.
        const OPTIONAL: &[u8] = &[2, 0, 0, 0, 4, 1, 0x80, 1, 4, 2, 6, 2, 0, 0, 0, 0];
        assert!(holds_its_values(&texts(2, by, OPTIONAL), true));
        assert!(!holds_its_values(&texts(2, by, OPTIONAL), false));
    }
}
