//! The arrays in an archive of NumPy (`.npz`), which is a zip file whose members are `NAME.npy`.
//!
//! Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3 (zip64).

use std::borrow::Cow;
use std::io::Read;

use super::shown;

/// Most bytes that a member may unpack to.
const MOST: u64 = 16 << 30;

/// An array's name, and its bytes as a `.npy` file has them.
pub type NamedArray<'a> = (String, Cow<'a, [u8]>);

/// The names and bytes of all arrays.
pub fn arrays(bytes: &[u8]) -> Result<Vec<NamedArray<'_>>, String> {
    let broken = || "its directory is cut off or broken: write it again with numpy.savez".to_owned();
    let end = end_of_directory(bytes).ok_or_else(broken)?;
    let count = short(bytes, end + 10).ok_or_else(broken)?;
    let mut at = word(bytes, end + 16).ok_or_else(broken)? as usize;
    if at == u32::MAX as usize {
        // The place is in the record of zip64, whose own place stands 20 bytes before.
        let locator = end.checked_sub(20).and_then(|at| long(bytes, at + 8)).ok_or_else(broken)?;
        at = usize::try_from(locator).ok().and_then(|at| long(bytes, at.checked_add(48)?)).ok_or_else(broken)? as usize;
    }
    let mut arrays = Vec::new();
    for _ in 0..count {
        let (member, next) = Member::parse(bytes, at).ok_or_else(broken)?;
        at = next;
        let Some(name) = member.name.strip_suffix(".npy") else {
            return Err(format!(
                "its member \"{}\" is no array (.npy): write the archive with numpy.savez",
                shown(&member.name)
            ));
        };
        let of = |reason: &str| format!("array \"{}\" {reason}", shown(name));
        let data = member.data(bytes).ok_or_else(|| of("is cut off: write the archive again"))?;
        let unpacked = match member.method {
            0 => Cow::Borrowed(data),
            8 => {
                let mut unpacked = Vec::new();
                let read =
                    flate2::read::DeflateDecoder::new(data).take(MOST.min(member.size)).read_to_end(&mut unpacked);
                read.map_err(|error| of(&format!("cannot be unpacked ({error}): write the archive again")))?;
                Cow::Owned(unpacked)
            }
            _ => return Err(of("is packed in a way that numpy does not use: write the archive with numpy.savez")),
        };
        if crc32fast::hash(&unpacked) != member.checksum {
            return Err(of("is not what was written, by its checksum: write the archive again"));
        }
        arrays.push((name.to_owned(), unpacked));
    }
    if arrays.is_empty() {
        return Err("it has no array: write it with numpy.savez(FILE, X=X, y=y)".to_owned());
    }
    Ok(arrays)
}

/// A member as the directory has it.
struct Member {
    name: String,
    method: u16,
    checksum: u32,
    packed: u64,
    size: u64,
    header: u64,
}

impl Member {
    /// The member whose entry is at a place, and the place of the next.
    fn parse(bytes: &[u8], at: usize) -> Option<(Member, usize)> {
        bytes.get(at..)?.starts_with(b"PK\x01\x02").then_some(())?;
        let lengths = [28, 30, 32].map(|place| short(bytes, at + place).map(usize::from));
        let [name, extra, comment] = [lengths[0]?, lengths[1]?, lengths[2]?];
        let begin = at + 46;
        let mut member = Member {
            name: String::from_utf8_lossy(bytes.get(begin..begin + name)?).into_owned(),
            method: short(bytes, at + 10)?,
            checksum: word(bytes, at + 16)?,
            packed: u64::from(word(bytes, at + 20)?),
            size: u64::from(word(bytes, at + 24)?),
            header: u64::from(word(bytes, at + 42)?),
        };
        member.widen(bytes.get(begin + name..begin + name + extra)?);
        Some((member, begin + name + extra + comment))
    }

    /// Takes what is too large for 32 bits from the field of zip64.
    fn widen(&mut self, extra: &[u8]) {
        let mut at = 0;
        while let (Some(id), Some(length)) = (short(extra, at), short(extra, at + 2)) {
            let mut field = at + 4;
            if id == 1 {
                for value in [&mut self.size, &mut self.packed, &mut self.header] {
                    if let (true, Some(wide)) = (*value == u64::from(u32::MAX), long(extra, field)) {
                        *value = wide;
                        field += 8;
                    }
                }
            }
            at += 4 + usize::from(length);
        }
    }

    fn data<'b>(&self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        let header = usize::try_from(self.header).ok()?;
        bytes.get(header..)?.starts_with(b"PK\x03\x04").then_some(())?;
        let lengths = usize::from(short(bytes, header + 26)?) + usize::from(short(bytes, header + 28)?);
        let begin = header + 30 + lengths;
        bytes.get(begin..begin.checked_add(usize::try_from(self.packed).ok()?)?)
    }
}

/// The place of the record that ends the directory; a comment may follow.
fn end_of_directory(bytes: &[u8]) -> Option<usize> {
    let from = bytes.len().saturating_sub(22 + usize::from(u16::MAX));
    bytes[from..].windows(4).rposition(|four| four == b"PK\x05\x06").map(|at| from + at)
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}
