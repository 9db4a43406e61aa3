//! Files that are packed: what a format sees of them is unpacked.

use std::borrow::Cow;
use std::io::{self, Read};

use super::DataError;
use super::file::{Contents, Input};
use super::zstd;

/// Most bytes that a packed file may unpack to, since a few can stand for as many as one pleases.
const MOST_UNPACKED: u64 = 64 << 30;

/// Ways to pack a file.
const PACKINGS: &[Packing] = &[
    Packing {
        name: "gzip",
        begins: b"\x1f\x8b",
        unpack: |packed| Ok(Box::new(flate2::read::MultiGzDecoder::new(packed))),
    },
    Packing { name: "zstd", begins: b"\x28\xb5\x2f\xfd", unpack: |packed| Ok(Box::new(zstd::Frames::new(packed))) },
    // A frame to be skipped, with which pzstd begins.
    Packing { name: "zstd", begins: b"\x50\x2a\x4d\x18", unpack: |packed| Ok(Box::new(zstd::Frames::new(packed))) },
];

/// Bytes, from the first on.
pub type Bytes<'a> = Box<dyn Read + Send + 'a>;

/// A way to pack a file.
struct Packing {
    /// Its name.
    name: &'static str,
    /// The bytes that such a file begins with.
    begins: &'static [u8],
    /// What unpacks it.
    unpack: for<'p> fn(Bytes<'p>) -> io::Result<Bytes<'p>>,
}

/// A file as its format sees it.
pub struct Unpacked<'a> {
    /// Its bytes, from the first on.
    pub reader: Bytes<'a>,
    /// How it was packed, if it was.
    pub how: Option<&'static str>,
    input: Input<'a>,
}

impl<'a> Unpacked<'a> {
    /// The bytes of a file from the first on.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(input: Input<'a>) -> Result<Unpacked<'a>, DataError> {
        let unreadable = |error| DataError::unreadable(input.path, error);
        let open = || input.contents.open().map_err(unreadable);
        let mut first = Vec::new();
        open()?.take(8).read_to_end(&mut first).map_err(unreadable)?;
        let Some(packing) = PACKINGS.iter().find(|packing| first.starts_with(packing.begins)) else {
            return Ok(Unpacked { reader: open()?, how: None, input });
        };
        let unpacked = (packing.unpack)(open()?).map_err(|error| broken(input, packing.name, &error))?;
        Ok(Unpacked { reader: Box::new(unpacked.take(MOST_UNPACKED)), how: Some(packing.name), input })
    }

    /// What an error of the reader means.
    pub fn error(&self, error: io::Error) -> DataError {
        match self.how {
            Some(name) => broken(self.input, name, &error),
            None => DataError::unreadable(self.input.path, error),
        }
    }
}

/// All bytes of a file, unpacked, and how it was packed, if it was.
///
/// # Errors
/// When it cannot be read or unpacked.
pub fn bytes(input: Input<'_>) -> Result<(Cow<'_, [u8]>, Option<&'static str>), DataError> {
    let mut unpacked = Unpacked::open(input)?;
    if unpacked.how.is_none()
        && let Contents::Memory(bytes) = input.contents
    {
        return Ok((Cow::Borrowed(bytes), None));
    }
    let mut bytes = Vec::with_capacity(if unpacked.how.is_none() { input.contents.size() as usize } else { 0 });
    match unpacked.reader.read_to_end(&mut bytes) {
        Ok(_) => Ok((Cow::Owned(bytes), unpacked.how)),
        Err(error) => Err(unpacked.error(error)),
    }
}

fn broken(input: Input<'_>, name: &str, error: &io::Error) -> DataError {
    let reason = format!("it is packed by {name} and cannot be unpacked ({error}): pack it again");
    DataError::Malformed { path: input.shown(), reason }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::Path;

    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn unpacked(packed: Vec<u8>) -> Result<(Vec<u8>, Option<&'static str>), String> {
        let contents = Contents::Memory(packed);
        let unpacked = bytes(Input::new(&contents, Path::new("d.csv")));
        unpacked.map(|(bytes, how)| (bytes.into_owned(), how)).map_err(|error| error.to_string())
    }

    #[test]
    fn gzip_is_unpacked_and_broken_gzip_is_refused() {
        let text = b"x,y\n1,0\n".to_vec();
        assert_eq!(unpacked(text.clone()), Ok((text.clone(), None)));
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(&text).unwrap();
        let packed = packer.finish().unwrap();
        assert_eq!(unpacked(packed.clone()), Ok((text.clone(), Some("gzip"))));
        let twice = [&packed[..], &packed].concat();
        assert_eq!(unpacked(twice), Ok(([&text[..], &text].concat(), Some("gzip"))));
        assert!(unpacked(packed[..packed.len() - 9].to_vec()).unwrap_err().contains("gzip"));
    }

    #[test]
    fn zstd_is_unpacked_and_broken_zstd_is_refused() {
        let text: Vec<u8> = (0..20_000).flat_map(|i| format!("{},{}\n", i * i % 977, i % 2).into_bytes()).collect();
        let packed = compress_to_vec(&text[..], CompressionLevel::Fastest);
        assert_eq!(unpacked(packed.clone()), Ok((text.clone(), Some("zstd"))));
        let skipped = [&b"\x50\x2a\x4d\x18\x03\0\0\0abc"[..], &packed, &packed].concat();
        assert_eq!(unpacked(skipped), Ok(([&text[..], &text].concat(), Some("zstd"))));
        for length in [5, 9, packed.len() / 2, packed.len() - 1] {
            let message = unpacked(packed[..length].to_vec()).unwrap_err();
            assert!(message.contains("zstd") && !message.contains('\n'), "{message}");
        }
        let mut changed = packed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(unpacked(changed).unwrap_err().contains("checksum"), "the last four bytes are the checksum");
        let after = [&packed[..], b"more"].concat();
        assert!(unpacked(after).unwrap_err().contains("zstd"));
    }
}
