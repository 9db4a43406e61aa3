//! Splits as lists of row numbers: reading them from a file, and writing them.
//!
//! JSON is what `write` makes; a bare list of `[train, test]` pairs, as a program in Python would dump its splits, is read too. CSV has
//! the columns `split`, `set` (`train` or `test`) and `row`, and `dataset` where there are several. ARFF is that of the splits of an
//! OpenML task: `type` (`TRAIN` or `TEST`), `rowid`, `repeat` and `fold`. Rows are numbered from 0 in the order of the file, those
//! included that were left out of the data.

mod table;
mod write;

pub use write::{ListsFormat, write_csv, write_json};

use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The name and version of the format.
pub const FORMAT: &str = "logitbench/splits/1";

/// The rows of one listed split, numbered from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedSplit {
    /// Training rows; a row that is there several times is fitted as often.
    pub train: Vec<u32>,
    /// Test rows.
    pub test: Vec<u32>,
}

/// The listed splits of one data set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lists {
    /// The data set; `None` where the file is of any.
    #[serde(default)]
    pub name: Option<String>,
    /// Its number of rows, if the file says it.
    #[serde(default)]
    pub rows: Option<usize>,
    /// Its digest, if the file says it.
    #[serde(default)]
    pub digest: Option<String>,
    /// The splits, in their order.
    pub splits: Vec<ListedSplit>,
}

/// Why lists cannot be read or used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListsError {
    /// The text is not what a reader of its format expects.
    #[error("{place}: {reason}")]
    Malformed {
        /// Line, and column where it is known.
        place: String,
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// The file is of another format or version.
    #[error("\"format\" is \"{found}\", and this version reads \"{FORMAT}\"")]
    OtherFormat {
        /// The format that it names.
        found: String,
    },
    /// The file has no lists for a data set.
    #[error("it has no splits of \"{dataset}\"; it has those of {known}: give the data set one of these labels")]
    NoDataSet {
        /// The data set.
        dataset: String,
        /// Those that it has.
        known: String,
    },
    /// The lists were made for other data.
    #[error("its splits are of data with {what} {listed}, and \"{dataset}\" has {found}{remedy}")]
    OtherData {
        /// The data set.
        dataset: String,
        /// What differs.
        what: &'static str,
        /// What the file says.
        listed: String,
        /// What the data have.
        found: String,
        /// What to do.
        remedy: &'static str,
    },
    /// A split cannot be fitted or tested.
    #[error("split {split}: {reason}")]
    BadSplit {
        /// The split.
        split: usize,
        /// What is wrong.
        reason: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    datasets: Vec<Lists>,
}

/// Reads the lists of a file; its text says the format.
///
/// # Errors
/// When the text is none of the formats.
pub fn read(text: &str) -> Result<Vec<Lists>, ListsError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.trim_start().chars().next() {
        Some('{') => {
            let Document { format, datasets } = json(text)?;
            if format == FORMAT {
                Ok(datasets)
            } else {
                Err(ListsError::OtherFormat { found: crate::data::shown(&format) })
            }
        }
        Some('[') => {
            let pairs: Vec<(Vec<u32>, Vec<u32>)> = json(text)?;
            let splits = pairs.into_iter().map(|(train, test)| ListedSplit { train, test }).collect();
            Ok(vec![Lists { splits, ..Lists::default() }])
        }
        Some('@' | '%') => table::arff(text),
        _ => table::csv(text),
    }
}

fn json<T: for<'d> Deserialize<'d>>(text: &str) -> Result<T, ListsError> {
    serde_json::from_str(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        let told = error.to_string();
        let reason = told.split(" at line ").next().unwrap_or(&told);
        let reason = format!(
            "{}; rows are whole numbers from 0, as {{\"train\": [0, 1], \"test\": [2]}}",
            crate::data::shown(reason)
        );
        ListsError::Malformed { place, reason }
    })
}

/// The lists of the data set of this name: those that bear the name, or the only ones of a file that names none.
///
/// # Errors
/// When there are none.
pub fn of_dataset(all: &[Lists], dataset: &str) -> Result<Lists, ListsError> {
    let by_name = all.iter().find(|lists| lists.name.as_deref() == Some(dataset));
    let unnamed = || all.iter().find(|lists| lists.name.is_none());
    by_name.or_else(unnamed).cloned().ok_or_else(|| ListsError::NoDataSet {
        dataset: crate::data::shown(dataset),
        known: crate::data::listed(all.iter().filter_map(|lists| lists.name.as_deref())),
    })
}

impl Lists {
    /// SHA-256 of the rows of every split: equal digests mean equal splits.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for split in &self.splits {
            for rows in [&split.train, &split.test] {
                hash.update((rows.len() as u64).to_le_bytes());
                rows.iter().for_each(|row| hash.update(row.to_le_bytes()));
            }
        }
        crate::data::hexadecimal(&hash.finalize())
    }

    /// The same splits without the rows that were left out of the data, whose other rows have new numbers. The lists must be checked.
    ///
    /// # Errors
    /// When no training row of a split is left, or none of its test rows.
    pub fn without(mut self, left_out: &[u32]) -> Result<Lists, ListsError> {
        if left_out.is_empty() {
            return Ok(self);
        }
        // The number of rows left out before a row, unless it is left out itself.
        let renumbered = |row: &u32| left_out.binary_search(row).err().map(|before| row - before as u32);
        for (place, split) in self.splits.iter_mut().enumerate() {
            for (rows, which) in [(&mut split.train, "training"), (&mut split.test, "test")] {
                let had_some = !rows.is_empty();
                *rows = rows.iter().filter_map(renumbered).collect();
                if had_some && rows.is_empty() {
                    let reason = format!("all its {which} rows were left out of the data when the file was read");
                    return Err(ListsError::BadSplit { split: place, reason });
                }
            }
        }
        Ok(self)
    }

    /// Checks that the lists are of data with this name, so many rows and this digest, and that each split can be fitted.
    ///
    /// # Errors
    /// When rows or digest are others, or a split has no training row, a row that the data do not have, a row that trains and tests, or
    /// a test row twice.
    pub fn check(&self, dataset: &str, rows: usize, digest: Option<&str>) -> Result<(), ListsError> {
        let other = |what, listed: String, found: String, remedy| {
            Err(ListsError::OtherData { dataset: crate::data::shown(dataset), what, listed, found, remedy })
        };
        if let Some(listed) = self.rows.filter(|listed| *listed != rows) {
            return other("rows:", listed.to_string(), rows.to_string(), "");
        }
        if let (Some(listed), Some(found)) = (&self.digest, digest)
            && listed != found
        {
            let remedy = ": remove \"digest\" from the lists to use them nevertheless";
            return other("digest", crate::data::shown(listed), found.to_owned(), remedy);
        }
        let mut in_train = vec![0u32; rows];
        let mut in_test = vec![0u32; rows];
        for (place, split) in (1u32..).zip(&self.splits) {
            split.check(rows, place, &mut in_train, &mut in_test).map_err(|reason| {
                let split = place as usize - 1;
                ListsError::BadSplit { split, reason }
            })?;
        }
        Ok(())
    }
}

impl ListedSplit {
    /// Checks one split; `in_train` and `in_test` have, per row, the mark of the last split that had it there.
    fn check(&self, rows: usize, mark: u32, in_train: &mut [u32], in_test: &mut [u32]) -> Result<(), String> {
        if self.train.is_empty() {
            return Err("it has no training rows".to_owned());
        }
        if let Some(row) = self.train.iter().chain(&self.test).find(|&&row| row as usize >= rows) {
            return Err(format!(
                "there is no row {row}: the data have {rows} rows, numbered from 0 to {}",
                rows.saturating_sub(1)
            ));
        }
        self.train.iter().for_each(|&row| in_train[row as usize] = mark);
        for &row in &self.test {
            if in_train[row as usize] == mark {
                return Err(format!("row {row} is a training and a test row"));
            }
            if std::mem::replace(&mut in_test[row as usize], mark) == mark {
                return Err(format!("row {row} is a test row twice"));
            }
        }
        Ok(())
    }
}
