//! Data sets and where they come from: embedded in the binary, read from a file, or simulated.

pub mod columns;
pub mod csv_file;
pub mod embedded;
pub mod file;
pub mod format;
pub mod formats;
pub mod simulated;
pub mod source;
mod storage;

pub use crate::linear_algebra::Storage;
pub use source::{Origin, Source, Supplies};
pub use storage::STORAGES;

use sha2::{Digest, Sha256};

use crate::linear_algebra::{Matrix, StoredRows};

/// Features without an intercept, and the class of each row.
#[derive(Clone, Debug)]
pub struct DataSet {
    /// The name used in the report.
    pub name: String,
    /// Names of the features, in the order of the columns.
    pub feature_names: Vec<String>,
    /// rows × features.
    pub features: StoredRows,
    /// The class of each row: an index into `classes`.
    pub labels: Vec<u8>,
    /// Names of the classes, in the order of their codes 0, 1, …; at most [`MOST_CLASSES`].
    pub classes: Vec<String>,
    /// The coefficients of the logistic model that the labels were drawn from, on the scale of the features, the intercept
    /// first; None where there is no such model or it is not known.
    pub truth: Option<Vec<f64>>,
}

/// Most classes that a data set may have, because a label is one byte and 255 marks none.
pub const MOST_CLASSES: usize = 255;

impl DataSet {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.labels.len()
    }

    /// Number of rows of each class.
    pub fn class_sizes(&self) -> Vec<usize> {
        let mut sizes = vec![0; self.classes.len()];
        self.labels.iter().for_each(|&label| sizes[usize::from(label)] += 1);
        sizes
    }

    /// Number of rows coded 1.
    pub fn positives(&self) -> usize {
        self.labels.iter().filter(|&&label| label == 1).count()
    }

    /// The true coefficients without the intercept, if they are known.
    pub fn slopes(&self) -> Option<&[f64]> {
        self.truth.as_deref().and_then(|truth| truth.get(1..))
    }

    /// SHA-256 over names, labels and the bits of every stored feature: equal digests mean equal data.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for text in self.feature_names.iter().chain(&self.classes) {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        }
        // A row at a time: the hash is much slower on eight bytes.
        let mut bytes = Vec::new();
        for (row, &label) in self.labels.iter().enumerate() {
            bytes.clear();
            match self.features.stored(row) {
                Matrix::Double(values) => values.iter().for_each(|value| bytes.extend(value.to_bits().to_le_bytes())),
                Matrix::Single(values) => values.iter().for_each(|value| bytes.extend(value.to_bits().to_le_bytes())),
            }
            bytes.push(label);
            hash.update(&bytes);
        }
        hexadecimal(&hash.finalize())
    }
}

/// Bytes as lower-case hexadecimal text.
pub fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        text
    })
}

/// What can be wrong with data; the message names place, value, what is allowed and what to do.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The path as written.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The bytes are not what the file's format asks for.
    #[error("{path}: {reason}")]
    Malformed {
        /// The path as written.
        path: String,
        /// What is wrong, with the line.
        reason: String,
    },
    /// The first line has no names.
    #[error("{path} has no header: its first line is {first}; put a line with the names of the columns above it")]
    NoHeader {
        /// The path as written.
        path: String,
        /// The first line.
        first: String,
    },
    /// No column can be the target.
    #[error(
        "{path}: no column has two values, so none is the target as it is; name it with --target and the value coded 1 with \
         --positive (its columns are {columns})"
    )]
    NoTarget {
        /// The path as written.
        path: String,
        /// The columns there are.
        columns: String,
    },
    /// Several columns may be the target.
    #[error("{path}: {columns} have two values each, and the last column has not; name the target with --target")]
    SeveralTargets {
        /// The path as written.
        path: String,
        /// The columns with two values.
        columns: String,
    },
    /// No rows below the header.
    #[error("{path} has no rows below its header: give at least one row of each class")]
    Empty {
        /// The path as written.
        path: String,
    },
    /// No column but the target.
    #[error("{path} has no column but the target: give at least one numeric feature")]
    NoFeatures {
        /// The path as written.
        path: String,
    },
    /// The target column is not in the header.
    #[error("{path} has no column \"{column}\"{}; its columns are {known}", did_you_mean(nearest))]
    NoSuchColumn {
        /// The path as written.
        path: String,
        /// The column asked for.
        column: String,
        /// The nearest column.
        nearest: Option<String>,
        /// The columns there are.
        known: String,
    },
    /// A feature is not a finite number.
    #[error("{path}, line {line}, column \"{column}\": \"{value}\" is not a finite number; {remedy}")]
    NotANumber {
        /// The path as written.
        path: String,
        /// The line, counted from 1 for the header.
        line: u64,
        /// The column's name.
        column: String,
        /// The text found.
        value: String,
        /// What to do.
        remedy: &'static str,
    },
    /// A feature is beyond the range of the type it is to be stored in.
    #[error(
        "{path}, line {line}, column \"{column}\": {value} is beyond the range of single precision, whose largest number is \
         3.4028235e38; store the data in double precision (the default) or change the column's unit"
    )]
    TooLarge {
        /// The path as written.
        path: String,
        /// The line, counted from 1 for the header.
        line: u64,
        /// The column's name.
        column: String,
        /// The text found.
        value: String,
    },
    /// The target has more values than two, or others than 0 and 1, and no `positive` was named.
    #[error(
        "{path}: the target \"{column}\" has the values {values}; name the one coded 1 with positive = \"...\" (on the command line: --positive); all others are coded 0"
    )]
    TargetNotBinary {
        /// The path as written.
        path: String,
        /// The target column.
        column: String,
        /// Some of the values found.
        values: String,
    },
    /// The value named as positive does not occur.
    #[error("{path}: the target \"{column}\" is never \"{positive}\"; its values are {values}")]
    NoPositive {
        /// The path as written.
        path: String,
        /// The target column.
        column: String,
        /// The value named.
        positive: String,
        /// Some of the values found.
        values: String,
    },
    /// All rows have the same class.
    #[error("{path}: all rows have \"{column}\" = \"{value}\"; a binary problem needs both classes")]
    OneClass {
        /// The path as written.
        path: String,
        /// The target column.
        column: String,
        /// The only value.
        value: String,
    },
    /// More classes than a label can tell apart.
    #[error("{path} has {count} classes, and a data set may have at most {MOST_CLASSES}: join the rarest into one")]
    ManyClasses {
        /// The path as written.
        path: String,
        /// How many.
        count: usize,
    },
    /// A class is not in the data set.
    #[error(
        "data set \"{dataset}\" has no class \"{class}\"{}; its classes are {known}, or \"rest\" for all but the other one",
        did_you_mean(nearest)
    )]
    NoSuchClass {
        /// The data set.
        dataset: String,
        /// The class asked for.
        class: String,
        /// The nearest class.
        nearest: Option<String>,
        /// The classes there are.
        known: String,
    },
    /// More numbers to simulate than are kept.
    #[error(
        "rows times features of all simulated data sets together may be {most}, at 8 bytes each, or what --memory-limit allows: \
         simulate fewer"
    )]
    ManyNumbers {
        /// The most.
        most: u64,
    },
    /// More multiplications to simulate than may be spent.
    #[error(
        "drawing this data set takes {work} multiplications, and drawing all of them may take {most}: simulate fewer rows or \
         features, or use a correlation instead of a condition_number"
    )]
    MuchWork {
        /// What it takes.
        work: u64,
        /// The most.
        most: u64,
    },
    /// Both classes are the same.
    #[error("the classes are both \"{class}\"; name two different ones, coded 0 and 1 in that order")]
    SameClass {
        /// The class.
        class: String,
    },
}

/// The first 100 characters of a text for a message, control characters as spaces.
pub fn shown(written: &str) -> String {
    const MOST: usize = 100;
    let mut characters = written.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut text: String = characters.by_ref().take(MOST).collect();
    if characters.next().is_some() {
        text.push_str(" ...");
    }
    text
}

/// The first 30 names for a message, in quotes.
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 30;
    let mut names = names.into_iter();
    let mut quoted: Vec<String> = names.by_ref().take(MOST).map(|name| format!("\"{}\"", shown(name))).collect();
    if names.next().is_some() {
        quoted.push("...".to_owned());
    }
    quoted.join(", ")
}

/// ` (did you mean "…"?)` for a message, or nothing.
pub fn did_you_mean(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|name| format!(" (did you mean \"{name}\"?)")).unwrap_or_default()
}
