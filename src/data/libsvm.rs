//! LIBSVM and svmlight: a row is a label and `index:value` pairs; what is not written is 0, and not stored either.
//!
//! ```text
//! +1 qid:3 1:0.43 3:0.12 # a comment
//! ```
//!
//! Indices begin at 1 unless one of them is 0. The larger of two numbers is coded 1 (`+1` of ±1, `1` of 0 and 1, `2` of 1 and 2).

use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

use memchr::memchr as find_byte;

use super::columns::{EXACT_BELOW, plain_number};
use super::csv_file::number;
use super::file::{Input, name_of};
use super::format::Format;
use super::packed::Unpacked;
use super::reading::{LeftOutRows, Reading};
use super::table::{self, Chosen, LabelCoding, LabelPlace, Labels, Wanted, is_rounded};
use super::{DataError, DataSet, Groups, Roles, shown};
use crate::linear_algebra::{SparseRows, StoredRows};
use crate::parameter::{Parameter, Settings, ValueKind};

/// Numbers that the first feature may have.
const FIRST: &[&str] = &["0", "1"];

/// The format.
pub const FORMAT: Format = Format {
    name: "libsvm",
    extensions: &["libsvm", "svmlight", "svm"],
    about: "LIBSVM and svmlight: a label and index:value pairs per row; zeros are not stored",
    keys: &[
        Parameter {
            name: "positive",
            kind: ValueKind::Text,
            default: None,
            about: "the label coded 1 (default: the larger of two numbers)",
        },
        Parameter {
            name: "negative",
            kind: ValueKind::TextOrTexts,
            default: None,
            about: "the labels coded 0, or [\"rest\"] for all but the positive one; needed where there are more than two",
        },
        table::keys::FEATURES,
        table::keys::EXCLUDE,
        Parameter {
            name: "first_index",
            kind: ValueKind::Choice(FIRST),
            default: None,
            about: "the index of the first feature (default: 0 if an index is 0, else 1)",
        },
    ],
    required: &[],
    columns: |_, _| Ok(Vec::new()),
    parse: read,
};

/// The largest index: a short line may name any, and every column needs a name and a coefficient.
const LARGEST: u32 = 1 << 24;

/// Bytes that are read at a time.
const CHUNK: usize = 1 << 22;

/// The rows read so far.
#[derive(Default)]
struct Rows {
    features: SparseRows,
    labels: Labels,
    codes: Vec<LabelPlace>,
    groups: Groups,
    known: HashMap<String, u32>,
    /// The line of the first index 0.
    zero: Option<u64>,
}

fn read(input: Input<'_>, settings: &Settings) -> Result<DataSet, DataError> {
    let path = &*input.shown();
    let malformed = |reason: String| DataError::Malformed { path: path.to_owned(), reason };
    let wanted = Wanted {
        positive: Some(settings.text("positive")).filter(|text| !text.is_empty()),
        negative: settings.texts("negative"),
        drop_missing: false,
    };
    let mut unpacked = Unpacked::open(input)?;
    let packed = unpacked.how;
    let mut rows = Rows::default();
    let (mut text, mut line, mut filled) = (vec![0; CHUNK], 0, 0);
    loop {
        if filled == text.len() {
            // A row is longer than all that was read.
            text.resize(2 * filled, 0);
        }
        let count = match unpacked.reader.read(&mut text[filled..]) {
            Ok(count) => count,
            Err(error) => return Err(unpacked.error(error)),
        };
        filled += count;
        let mut at = 0;
        while let Some(length) = find_byte(b'\n', &text[at..filled]) {
            line += 1;
            rows.add(&text[at..at + length], line, wanted).map_err(malformed)?;
            at += length + 1;
        }
        if count == 0 {
            rows.add(&text[at..filled], line + 1, wanted).map_err(malformed)?;
            break;
        }
        text.copy_within(at..filled, 0);
        filled -= at;
    }
    rows.finish(input, settings, wanted, packed)
}

impl Rows {
    /// Adds a line, without the byte that ends it.
    fn add(&mut self, line: &[u8], number: u64, wanted: Wanted<'_>) -> Result<(), String> {
        let line = line.strip_prefix(b"\xef\xbb\xbf").filter(|_| number == 1).unwrap_or(line);
        let text = String::from_utf8_lossy(line);
        let mut words = Words { text: &text, line: text.as_bytes(), at: 0 };
        let Some(label) = words.next() else { return Ok(()) };
        let at = |reason: String| format!("line {number}: {reason}");
        let label = &*String::from_utf8_lossy(label);
        if label.contains(',') && label.split(',').all(|label| label.parse::<f64>().is_ok()) {
            return Err(at(format!(
                "it has several labels ({}), or columns with commas between them; a row has one label, and a CSV file is read with \
                 format = \"csv\" (on the command line: --format csv)",
                shown(label)
            )));
        }
        // Bytes that are no text would make different labels the same.
        if !is_utf_8(label.as_bytes()) {
            return Err(at(not_utf_8(label)));
        }
        if label.contains(':') {
            return Err(at(format!("it begins with {} and has no label: write one before the pairs", shown(label))));
        }
        let mut group = None;
        loop {
            if let Some((index, value)) = words.plain_pair() {
                self.features.push(index, value);
                continue;
            }
            let Some(word) = words.next() else { break };
            match pair(word) {
                Some((index, value)) if index <= LARGEST => {
                    if index == 0 {
                        self.zero.get_or_insert(number);
                    }
                    if value.abs() >= EXACT_BELOW || value == 0.0 {
                        refuse_unfit(word, value).map_err(at)?;
                    }
                    self.features.push(index, value);
                }
                Some((index, _)) => {
                    return Err(at(format!(
                        "index {index} is beyond {LARGEST}, the largest that is read: number the features without large gaps"
                    )));
                }
                None => match word.strip_prefix(b"qid:") {
                    Some(name) if group.is_none() && is_utf_8(name) => group = Some(self.group(name)),
                    _ => return Err(at(no_pair(word))),
                },
            }
        }
        if let Err(index) = self.features.end_row() {
            return Err(at(format!("index {index} stands twice: write every feature once")));
        }
        if self.codes.len() == self.groups.codes.len() && (group.is_some() || self.codes.is_empty()) {
            self.groups.codes.extend(group);
        } else if group.is_some() || !self.groups.codes.is_empty() {
            return Err(at("some rows have a qid and some have none: give all rows one, or none".to_owned()));
        }
        self.codes.push(self.labels.count(label, number, |label| wanted.tells(label)));
        Ok(())
    }

    fn group(&mut self, name: &[u8]) -> u32 {
        let name = String::from_utf8_lossy(name);
        if let Some(&code) = self.known.get(&*name) {
            return code;
        }
        let code = self.groups.names.len() as u32;
        self.groups.names.push(shown(&name));
        self.known.insert(name.into_owned(), code);
        code
    }

    fn finish(
        self,
        input: Input<'_>,
        settings: &Settings,
        wanted: Wanted<'_>,
        packed: Option<&'static str>,
    ) -> Result<DataSet, DataError> {
        let path = &*input.shown();
        let malformed = |reason: String| DataError::Malformed { path: path.to_owned(), reason };
        let first = match (settings.text("first_index"), self.zero) {
            ("1", Some(line)) => {
                let reason = "index 0 stands there, and first_index = \"1\" says that indices begin at 1";
                return Err(malformed(format!("line {line}: {reason}: leave the key out")));
            }
            ("0", _) | ("", Some(_)) => 0,
            _ => 1,
        };
        let larger = larger_of_two(&self.labels);
        let wanted = Wanted { positive: wanted.positive.or(larger.as_deref()), ..wanted };
        let coding = LabelCoding::new(self.labels, wanted, path, "the label")?;
        let codes: Vec<Option<u8>> = self.codes.iter().map(|place| coding.code(*place)).collect();
        let labels: Vec<u8> = codes.iter().copied().flatten().collect();
        let mut features = self.features.with_places_lowered(first).with_columns(0);
        let mut groups = self.groups;
        if labels.len() < codes.len() {
            features = features.with_rows(|row| codes[row].is_some());
            let mut row = 0..;
            groups.codes.retain(|_| row.next().is_some_and(|row| codes[row].is_some()));
        }
        if features.ncols() == 0 {
            return Err(malformed("no row has a number that is not 0: give at least one feature".to_owned()));
        }
        let mut feature_names: Vec<String> =
            (0..features.ncols()).map(|place| format!("x{}", place + first as usize)).collect();
        let chosen = Chosen { features: settings.texts("features"), exclude: settings.texts("exclude") };
        let mut choice = None;
        if !(chosen.features.is_empty() && chosen.exclude.is_empty()) {
            let keep = chosen.among(path, &feature_names)?;
            features = features.with_chosen_columns(&keep);
            choice = Some(format!("{} of {} features are chosen", features.ncols(), keep.len()));
            let mut kept = keep.iter();
            feature_names.retain(|_| kept.next() == Some(&true));
        }
        let sizes = [0, 1].map(|code| labels.iter().filter(|label| **label == code).count());
        if let Some(class) = sizes.iter().position(|size| *size == 0) {
            let value = shown(&coding.classes[1 - class]);
            return Err(DataError::OneClass { path: path.to_owned(), column: "the label".to_owned(), value });
        }
        let others = (coding.others > 0)
            .then(|| LeftOutRows { rows: coding.others, because: "the label is neither class".to_owned() });
        let indices = if first == 0 { "LIBSVM with indices from 0" } else { "LIBSVM with indices from 1" };
        let dialect = packed.into_iter().chain([indices]).chain(choice.as_deref()).collect::<Vec<_>>().join(", ");
        let mut data = DataSet {
            name: name_of(input.path),
            feature_names,
            features: StoredRows::Sparse(Arc::new(features)),
            labels,
            classes: coding.classes.iter().map(|class| shown(class)).collect(),
            left_out: (0..).zip(&codes).filter(|(_, code)| code.is_none()).map(|(row, _)| row).collect(),
            roles: Roles { groups: (!groups.codes.is_empty()).then_some(groups), ..Roles::default() },
            ..DataSet::default()
        };
        data.reading = Some(Box::new(Reading {
            dialect,
            rows_left_out: others.into_iter().collect(),
            labels: coding.told(),
            may_identify_rows: data.whole_and_distinct().into_iter().map(|j| data.feature_names[j].clone()).collect(),
            ..Reading::default()
        }));
        Ok(data)
    }
}

/// The larger of two labels that are numbers.
fn larger_of_two(labels: &Labels) -> Option<String> {
    let mut texts: Vec<&str> = labels.texts().collect();
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    if texts.len() != 2 || !texts.iter().all(|text| number(text).is_some()) {
        return None;
    }
    texts.sort_by(|a, b| number(a).partial_cmp(&number(b)).unwrap_or(std::cmp::Ordering::Equal));
    texts.pop().map(str::to_owned)
}

/// The words of a line, up to a comment.
struct Words<'l> {
    text: &'l str,
    line: &'l [u8],
    at: usize,
}

impl Words<'_> {
    /// The next word, if it is a pair as most are: an index of a few digits that is not 0, and a plain number that is not 0.
    #[inline]
    fn plain_pair(&mut self) -> Option<(u32, f64)> {
        const DIGITS: usize = 7;
        let mut at = self.at;
        while self.line.get(at) == Some(&b' ') {
            at += 1;
        }
        let (begin, mut index) = (at, 0);
        while let Some(digit) = self.line.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit <= 9) {
            if at - begin == DIGITS {
                return None;
            }
            index = 10 * index + u32::from(digit);
            at += 1;
        }
        if at == begin || index == 0 || self.line.get(at) != Some(&b':') {
            return None;
        }
        let (value, end) = number::plain(self.text, at + 1, b' ', b'.')?;
        // Zeros may be numbers that are too small.
        if value == 0.0 {
            return None;
        }
        self.at = end;
        Some((index, value))
    }
}

impl<'l> Iterator for Words<'l> {
    type Item = &'l [u8];

    #[inline]
    fn next(&mut self) -> Option<&'l [u8]> {
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r');
        let begin = self.at + self.line[self.at..].iter().position(|byte| !is_blank(byte))?;
        if self.line[begin] == b'#' {
            return None;
        }
        let rest = &self.line[begin..];
        let length = rest.iter().position(is_blank).unwrap_or(rest.len());
        self.at = begin + length;
        Some(&rest[..length])
    }
}

/// The index and the finite value of a pair.
#[inline]
fn pair(word: &[u8]) -> Option<(u32, f64)> {
    let mut index: u64 = 0;
    let mut at = 0;
    while let Some(digit) = word.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit <= 9) {
        index = index.saturating_mul(10).saturating_add(u64::from(digit));
        at += 1;
    }
    if at == 0 || word.get(at) != Some(&b':') {
        return None;
    }
    let value: f64 = std::str::from_utf8(&word[at + 1..]).ok()?.parse().ok()?;
    value.is_finite().then_some((u32::try_from(index).unwrap_or(u32::MAX), value))
}

/// Refuses numbers that would be others than those of the file.
fn refuse_unfit(word: &[u8], value: f64) -> Result<(), String> {
    let text = String::from_utf8_lossy(word);
    let written = text.split_once(':').map_or("", |(_, value)| value);
    let mantissa = written.split(['e', 'E']).next().unwrap_or_default();
    if value == 0.0 && mantissa.contains(|c: char| ('1'..='9').contains(&c)) {
        return Err(format!("{} is too small a number to be told from 0: change the feature's unit", shown(&text)));
    }
    if value != 0.0 && is_rounded(written, value) {
        return Err(format!(
            "{} has more digits than a number keeps (whole numbers below 2^53 = 9007199254740992 are exact): a number that identifies \
             rows is no feature",
            shown(&text)
        ));
    }
    Ok(())
}

/// Whether a word of a decoded line was UTF-8 in the file.
fn is_utf_8(word: &[u8]) -> bool {
    std::str::from_utf8(word).is_ok_and(|word| !word.contains(char::REPLACEMENT_CHARACTER))
}

fn not_utf_8(word: &str) -> String {
    format!("{} is not UTF-8: save the file as UTF-8, or write numbers as labels and groups", shown(word))
}

/// What to do about a word that is no pair.
fn no_pair(word: &[u8]) -> String {
    let text = String::from_utf8_lossy(word);
    if !is_utf_8(word) {
        return not_utf_8(&text);
    }
    let word = shown(&text);
    match text.split_once(':') {
        Some((index, value)) if index.parse::<u64>().is_ok() => match value.parse::<f64>() {
            Ok(_) => format!(
                "the value of {word} is not finite, and missing values cannot be told from zeros here: write a number"
            ),
            Err(_) => format!("{word} has no number behind the colon: write index:value without blanks"),
        },
        Some(_) => format!("the index of {word} is no whole number: number the features from 1"),
        None if plain_number(&text).is_some() => format!(
            "{word} is no pair index:value; if the columns have no indices this is a table: say format = \"csv\" (on the command line: \
             --format csv)"
        ),
        None => format!("{word} is no pair index:value: write pairs with blanks between them, and comments behind #"),
    }
}
