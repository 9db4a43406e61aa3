//! What a file is by its content, whatever its name says.

use std::io::Read;

use super::DataError;
use super::file::Input;
use super::packed::Unpacked;

/// How many bytes are looked at.
const LOOKED_AT: u64 = 4096;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A file of the format of this name, in words.
    Of(&'static str, &'static str),
    /// Something that no format reads: what it is, and what to do.
    Foreign(&'static str, &'static str),
}

use Content::{Foreign, Of};

const AS_CSV: &str = "write its table as CSV or Parquet";
const AS_PARQUET: &str = "write it as Parquet: pandas.read_feather(FILE).to_parquet(...)";
const UNPACK: &str = "unpack it, or pack it with gzip or zstd, which are read as they are";

/// Bytes at a place of a file, and what the file is that has them.
const SIGNATURES: &[(usize, &[u8], Content)] = &[
    (0, b"PAR1", Of("parquet", "a Parquet file")),
    (0, b"ARROW1", Of("arrow", "an Arrow file (Feather)")),
    (0, b"\xff\xff\xff\xff", Of("arrow", "an Arrow stream")),
    (0, b"\x93NUMPY", Of("npy", "a NumPy array")),
    (0, b"BZh", Foreign("packed by bzip2", "unpack it with `bunzip2`, or pack it with gzip or zstd")),
    (0, b"\xfd7zXZ\x00", Foreign("packed by xz", "unpack it with `unxz`, or pack it with gzip or zstd")),
    (0, b"\x04\x22\x4d\x18", Foreign("packed by lz4", "unpack it with `unlz4`, or pack it with gzip or zstd")),
    (0, b"\x1f\x9d", Foreign("packed by compress (.Z)", "unpack it with `uncompress`, or pack it with gzip or zstd")),
    (0, b"7z\xbc\xaf\x27\x1c", Foreign("a 7-Zip archive", UNPACK)),
    (0, b"Rar!\x1a\x07", Foreign("a RAR archive", UNPACK)),
    (257, b"ustar", Foreign("a tar archive", "unpack it with `tar -xf`, and name the file within")),
    (0, b"\xd0\xcf\x11\xe0", Foreign("an old spreadsheet (.xls)", "save the sheet as CSV")),
    (0, b"FEA1", Foreign("an old Feather file (version 1)", AS_PARQUET)),
    (
        0,
        b"\x89HDF\r\n\x1a\n",
        Foreign("an HDF5 file (.h5, or .mat of MATLAB 7.3)", "write its arrays with numpy.savez, or its table as CSV"),
    ),
    (0, b"MATLAB 5.0", Foreign("a MATLAB file (.mat)", "write its matrix with writematrix as CSV")),
    (
        0,
        b"SQLite format 3\0",
        Foreign("an SQLite database", "write the table as CSV: sqlite3 -header -csv FILE 'select * from TABLE'"),
    ),
    (0, b"RDX2\n", Foreign("an R data file (.RData)", "write the data frame with write.csv")),
    (0, b"RDX3\n", Foreign("an R data file (.RData)", "write the data frame with write.csv")),
    (0, b"X\n\0\0\0\x02", Foreign("an R data file (.rds)", "write the data frame with write.csv")),
    (0, b"X\n\0\0\0\x03", Foreign("an R data file (.rds)", "write the data frame with write.csv")),
    (
        12,
        b"\xc2\xea\x81\x60\xb3\x14\x11\xcf",
        Foreign("a SAS data set (.sas7bdat)", "write it with proc export as CSV"),
    ),
    (0, b"HEADER RECORD*******", Foreign("a SAS transport file (.xpt)", "write it with proc export as CSV")),
    (0, b"$FL2", Foreign("an SPSS file (.sav)", "save it as CSV")),
    (0, b"$FL3", Foreign("an SPSS file (.zsav)", "save it as CSV")),
    (0, b"<stata_dta>", Foreign("a Stata file (.dta)", "write it with export delimited")),
    (
        0,
        b"\x80\x02",
        Foreign("a Python pickle", "write the data frame with to_csv or to_parquet, the array with numpy.save"),
    ),
    (
        0,
        b"\x80\x03",
        Foreign("a Python pickle", "write the data frame with to_csv or to_parquet, the array with numpy.save"),
    ),
    (
        0,
        b"\x80\x04\x95",
        Foreign("a Python pickle", "write the data frame with to_csv or to_parquet, the array with numpy.save"),
    ),
    (
        0,
        b"\x80\x05\x95",
        Foreign("a Python pickle", "write the data frame with to_csv or to_parquet, the array with numpy.save"),
    ),
    (0, b"Obj\x01", Foreign("an Avro file", AS_CSV)),
    (0, b"ORC\n", Foreign("an ORC file", AS_CSV)),
    (0, b"%PDF-", Foreign("a PDF document", AS_CSV)),
    (0, b"{\\rtf", Foreign("a document (.rtf)", AS_CSV)),
    (0, b"\x89PNG\r\n", Foreign("a picture", "name the file of its data")),
    (0, b"\xff\xd8\xff", Foreign("a picture", "name the file of its data")),
    (0, b"GIF8", Foreign("a picture", "name the file of its data")),
    (0, b"\x7fELF", Foreign("a program", "name a file of data")),
    (
        0,
        b"version https://git-lfs",
        Foreign("a pointer of Git LFS and not the file itself", "fetch the file with `git lfs pull`"),
    ),
];

/// What the beginning of a file tells; `None` if it may be a table in text.
pub fn of(beginning: &[u8]) -> Option<Content> {
    let by_bytes =
        SIGNATURES.iter().find(|(place, bytes, _)| beginning.get(*place..).is_some_and(|from| from.starts_with(bytes)));
    by_bytes.map(|(.., content)| *content).or_else(|| of_zip(beginning)).or_else(|| of_text(beginning))
}

/// A zip archive by the name of its first file.
fn of_zip(beginning: &[u8]) -> Option<Content> {
    const NAME: usize = 30;
    let is_zip = beginning.starts_with(b"PK\x03\x04") || beginning.starts_with(b"PK\x05\x06");
    let length = beginning.get(26..28).map_or(0, |two| usize::from(u16::from_le_bytes([two[0], two[1]])));
    let name = beginning.get(NAME..NAME + length).unwrap_or_default();
    is_zip.then(|| match name {
        _ if name.ends_with(b".npy") => Of("npz", "an archive of NumPy arrays"),
        b"[Content_Types].xml" | b"_rels/.rels" | b"mimetype" => {
            Foreign("a spreadsheet or document (.xlsx, .ods)", "save the sheet as CSV")
        }
        _ if name.starts_with(b"xl/") => Foreign("a spreadsheet (.xlsx)", "save the sheet as CSV"),
        b"" => Foreign("a zip archive or a spreadsheet (.xlsx, .ods)", "unpack it, or save the sheet as CSV"),
        _ => Foreign("a zip archive", "unpack it with `unzip`, and name the file within"),
    })
}

/// What a text is by its first line, if that is no line of a CSV file.
fn of_text(beginning: &[u8]) -> Option<Content> {
    let text = String::from_utf8_lossy(beginning);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let starts = |word: &str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let mut signs = text.chars().filter(|c| !c.is_whitespace());
    match (signs.next(), signs.next()) {
        (Some('{'), Some('"' | '}')) | (Some('['), Some('{' | '[' | '"')) => {
            return Some(Foreign("JSON", "write its records as CSV"));
        }
        (Some('<'), _) if starts("<!doctype html") || starts("<html") => {
            return Some(Foreign(
                "a page of HTML, perhaps an error of the server that it was loaded from",
                "load the file itself",
            ));
        }
        (Some('<'), _) if starts("<?xml") => return Some(Foreign("XML", "write its records as CSV")),
        _ => {}
    }
    let line = |skipped: char| text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with(skipped));
    if line('%').is_some_and(|line| line.get(..9).is_some_and(|word| word.eq_ignore_ascii_case("@relation"))) {
        return Some(Of("arff", "an ARFF file"));
    }
    line('#').filter(|line| is_libsvm(line)).map(|_| Of("libsvm", "a LIBSVM file"))
}

/// Whether a line is a label and `index:value` pairs.
fn is_libsvm(line: &str) -> bool {
    let is_pair = |pair: &str| {
        pair.split_once(':').is_some_and(|(index, value)| {
            (index == "qid" || index.parse::<u32>().is_ok()) && value.parse::<f64>().is_ok()
        })
    };
    let line = line.split('#').next().unwrap_or_default();
    let mut words = line.split_ascii_whitespace();
    let labelled = words.next().is_some_and(|label| label.parse::<f64>().is_ok());
    let pairs: Vec<&str> = words.collect();
    // The last pair may be cut off.
    labelled && !pairs.is_empty() && pairs[..pairs.len().saturating_sub(1).max(1)].iter().all(|pair| is_pair(pair))
}

/// The beginning of a file, unpacked.
fn beginning(input: Input<'_>) -> Result<Vec<u8>, DataError> {
    let mut unpacked = Unpacked::open(input)?;
    let mut bytes = Vec::new();
    match unpacked.reader.by_ref().take(LOOKED_AT).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(unpacked.error(error)),
    }
}

/// The name of the format of a file by its content, if that tells.
///
/// # Errors
/// When it cannot be read or unpacked.
pub fn format_of(input: Input<'_>) -> Result<Option<&'static str>, DataError> {
    Ok(match of(&beginning(input)?) {
        Some(Of(name, _)) => Some(name),
        _ => None,
    })
}

/// Refuses a file that is something else than the format that it is to be read as.
///
/// # Errors
/// When it is, with what it is and what to do.
pub fn check(input: Input<'_>, format: &str) -> Result<(), DataError> {
    let bytes = beginning(input)?;
    let refuse = |reason: String| Err(DataError::Malformed { path: input.shown(), reason });
    if bytes.is_empty() {
        return refuse("it is empty: no header and no rows".to_owned());
    }
    match of(&bytes) {
        Some(Of(name, what)) if name != format => refuse(format!(
            "it is {what}, and was to be read as {format}: say format = \"{name}\" (on the command line: --format {name})"
        )),
        Some(Foreign(what, remedy)) => refuse(format!("it is {what}, which is not read: {remedy}")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::file::Contents;
    use super::*;

    fn refusal(bytes: &[u8]) -> Result<(), String> {
        let contents = Contents::Memory(bytes.to_vec());
        check(Input::new(&contents, Path::new("d.csv")), "csv").map_err(|error| error.to_string())
    }

    #[test]
    fn what_no_format_reads_is_called_what_it_is() {
        for (place, bytes, content) in SIGNATURES {
            let file = [&vec![b' '; *place], *bytes, &b" and more"[..]].concat();
            let (Foreign(what, remedy) | Of(what, remedy)) = content;
            let message = refusal(&file).unwrap_err();
            assert!(message.contains(what) && (message.contains(remedy) || message.contains("format = ")), "{message}");
        }
        for (text, what) in [
            ("", "empty"),
            ("\u{feff}<!DOCTYPE html><p>404", "HTML"),
            ("\n <HTML>", "HTML"),
            ("<?xml version=\"1.0\"?><a/>", "XML"),
            ("{\"a\": [1, 2]}", "JSON"),
            ("[\n {\"a\": 1}]", "JSON"),
        ] {
            assert!(refusal(text.as_bytes()).unwrap_err().contains(what), "{text}");
        }
        for table in ["x,y\n1,0\n", "<a>,y\n", "1 2\n3 4\n", "[a],y\n1,0\n", "1,2\n", "time 12:30\n", "\u{1f4c8},y\n"] {
            assert_eq!(refusal(table.as_bytes()), Ok(()), "{table}");
        }
    }

    #[test]
    fn archives_are_told_by_their_first_file() {
        let zip = |name: &str| {
            let mut header = b"PK\x03\x04".to_vec();
            header.resize(26, 0);
            header.extend([name.len() as u8, 0, 0, 0]);
            header.extend(name.as_bytes());
            header
        };
        for (name, what) in [("[Content_Types].xml", ".xlsx"), ("x.csv", "a zip archive"), ("", "a zip archive")] {
            assert!(refusal(&zip(name)).unwrap_err().contains(what), "{name}");
        }
        assert!(refusal(&zip("x.csv")[..20]).unwrap_err().contains("a zip archive"), "cut off");
    }

    #[test]
    fn a_first_line_of_pairs_is_libsvm() {
        for line in ["+1 1:0.5 3:2", "0 qid:4 1:1", "# made by hand\n-1 7:1e-3 # note", "1 1:0.5 2:", "2.5 4:1"] {
            assert!(refusal(line.as_bytes()).unwrap_err().contains("LIBSVM"), "{line}");
        }
        for line in ["1 12:30", "date 1:2", "a:1 b:2", "1:2 3:4"].into_iter().skip(1) {
            assert_eq!(refusal(line.as_bytes()), Ok(()), "{line}");
        }
    }
}
