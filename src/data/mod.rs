//! Data sets and where they come from: embedded in the binary, read from a file, or simulated.

mod alike;
pub mod coding;
pub mod arff;
pub mod arrow_file;
pub mod columns;
pub mod content;
mod error;
pub mod csv_file;
pub mod embedded;
pub mod file;
pub mod format;
pub mod formats;
mod identifiers;
pub mod libsvm;
pub mod npy;
mod npz;
pub mod packed;
pub mod parquet_file;
pub mod reading;
pub mod roles;
pub mod simulated;
pub mod source;
mod storage;
pub mod table;
pub mod typed;
mod zstd;

pub use crate::linear_algebra::Storage;
pub use coding::Coding;
pub use error::DataError;
pub use reading::{Counts, Reading};
pub use roles::{Groups, Roles};
pub use source::{Origin, Source, Supplies};
pub use storage::STORAGES;

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::linear_algebra::{RowCollector, StoredRows};

/// Features without an intercept, and the class of each row.
#[derive(Clone, Debug, Default)]
pub struct DataSet {
    /// The name used in the report.
    pub name: String,
    /// Names of the features, in the order of the columns.
    pub feature_names: Vec<String>,
    /// rows × features.
    pub features: StoredRows,
    /// How `features` become features; `None` where they are.
    pub coding: Option<Arc<Coding>>,
    /// The class of each row: an index into `classes`.
    pub labels: Vec<u8>,
    /// Names of the classes, in the order of their codes 0, 1, …; at most [`MOST_CLASSES`].
    pub classes: Vec<String>,
    /// The coefficients of the logistic model that the labels were drawn from, on the scale of the features, the intercept
    /// first; None where there is no such model or it is not known.
    pub truth: Option<Vec<f64>>,
    /// How a file became these data; `None` for data that are from no file of a person's.
    pub reading: Option<Box<Reading>>,
    /// What rows have beside features and a label.
    pub roles: Roles,
    /// Rows of the file that were left out, in its order; its rows are numbered from 0, those that were left out included.
    pub left_out: Vec<u32>,
}

/// Most trials that become rows of their own.
pub const MOST_TRIALS: u64 = 10_000_000;

/// Most classes that a data set may have, because a label is one byte and 255 marks none.
pub const MOST_CLASSES: usize = 255;

impl DataSet {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.labels.len()
    }

    /// The data set with raw columns coded by all rows.
    pub fn coded_by_all_rows(&self) -> DataSet {
        let rows = self.all_rows();
        // All levels have training rows then, so that none can be refused.
        match self.coding.as_ref().map(|coding| coding.apply(self, &rows)) {
            Some(Ok(coded)) => DataSet { reading: self.reading.clone(), ..coded },
            Some(Err(_)) | None => self.clone(),
        }
    }

    /// Becomes another data set with features made row by row, in its own storage. The true coefficients are dropped, because they
    /// belong to the other's features.
    pub fn remake(
        &mut self,
        of: &DataSet,
        feature_names: Vec<String>,
        mut features_of_row: impl FnMut(&[f64], &mut Vec<f64>),
    ) {
        let (columns, earlier) = (feature_names.len(), std::mem::take(&mut self.features));
        let mut collected = RowCollector::reusing(earlier, of.features.storage(), columns, of.rows());
        let mut values = Vec::with_capacity(columns);
        for row in of.features.rows() {
            features_of_row(&row, &mut values);
            collected.start_row();
            values.iter().for_each(|&value| collected.push(value));
        }
        self.features = collected.finish().unwrap_or_default();
        self.feature_names = feature_names;
        self.name.clone_from(&of.name);
        self.labels.clone_from(&of.labels);
        self.classes.clone_from(&of.classes);
        self.roles.assign(&of.roles);
        (self.truth, self.reading, self.coding) = (None, None, None);
    }

    /// The places of all rows.
    pub fn all_rows(&self) -> Vec<u32> {
        (0..self.rows() as u32).collect()
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

    /// How many rows the rows stand for: the sum of their weights, or their number.
    pub fn weight_sum(&self) -> f64 {
        self.roles.weights.as_ref().map_or(self.rows() as f64, |weights| weights.iter().sum())
    }

    /// How many rows the rows of a class stand for.
    pub fn weight_of_class(&self, class: u8) -> f64 {
        let of_row = |row: usize| self.roles.weights.as_ref().map_or(1.0, |weights| weights[row]);
        (0..self.rows()).filter(|&row| self.labels[row] == class).map(of_row).sum()
    }

    /// The data set of some rows, in their order; a row may come several times.
    pub fn of_rows(&self, rows: &[u32]) -> DataSet {
        let mut collected = RowCollector::new(self.features.storage(), self.features.ncols(), rows.len());
        for &row in rows {
            collected.start_row();
            self.features.row(row as usize).iter().for_each(|&value| collected.push(value));
        }
        DataSet {
            name: self.name.clone(),
            feature_names: self.feature_names.clone(),
            features: collected.finish().unwrap_or_default(),
            coding: self.coding.clone(),
            labels: rows.iter().map(|&row| self.labels[row as usize]).collect(),
            classes: self.classes.clone(),
            truth: self.truth.clone(),
            reading: self.reading.clone(),
            roles: self.roles.of_rows(rows),
            left_out: self.left_out.clone(),
        }
    }

    /// Leaves out the rows of weight 0, which stand for no rows; how many these were.
    pub fn leave_out_rows_of_weight_0(&mut self) -> usize {
        let Some(weights) = &self.roles.weights else { return 0 };
        let kept: Vec<u32> = (0..self.rows() as u32).filter(|&row| weights[row as usize] > 0.0).collect();
        let left_out = self.rows() - kept.len();
        if left_out > 0 {
            let weightless = self.rows_in_file().zip(weights).filter(|(_, weight)| **weight == 0.0).map(|(row, _)| row);
            let mut all: Vec<u32> = self.left_out.iter().copied().chain(weightless).collect();
            all.sort_unstable();
            self.left_out = all;
            *self = self.of_rows(&kept);
        }
        left_out
    }

    /// The number of each row in the file, from 0, with the rows that were left out counted.
    pub fn rows_in_file(&self) -> impl Iterator<Item = u32> + '_ {
        let mut left_out = self.left_out.iter().peekable();
        (0..).filter(move |row| left_out.next_if_eq(&row).is_none()).take(self.labels.len())
    }

    /// What columns of counts say, where they take the place of a target.
    pub fn counts(&self) -> Option<&Counts> {
        self.reading.as_deref().and_then(|reading| reading.counts.as_ref())
    }

    /// The data set with a row for each trial, where its rows are counts; else itself. Splits deal trials, because trials and not the
    /// rows of the file are what is independent.
    ///
    /// # Errors
    /// When there are more than [`MOST_TRIALS`].
    pub fn with_trials_as_rows(self, path: &str) -> Result<DataSet, DataError> {
        let (Some(counts), Some(weights)) = (self.counts(), &self.roles.weights) else { return Ok(self) };
        if counts.trial_count > MOST_TRIALS {
            return Err(DataError::ManyTrials { path: path.to_owned(), trials: counts.trial_count });
        }
        let rows: Vec<u32> =
            (0u32..).zip(weights).flat_map(|(row, &count)| std::iter::repeat_n(row, count as usize)).collect();
        let mut trials = self.of_rows(&rows);
        trials.roles.weights = None;
        // A trial has no number in the file but its own among the trials.
        trials.left_out.clear();
        Ok(trials)
    }

    /// Number of features of the file, and number of the columns that they are coded as.
    pub fn feature_counts(&self) -> (usize, usize) {
        if let Some(coding) = &self.coding {
            let features = coding.columns.iter().filter(|column| column.kind != coding::Kind::LeftOut);
            return (features.count(), coding.count());
        }
        let coded = self.reading.iter().flat_map(|reading| &reading.coded);
        let by_indicators = coded.filter(|column| column.reference.is_some());
        // All levels but the reference have an indicator.
        let more: usize = by_indicators.map(|column| column.levels.len().saturating_sub(2)).sum();
        (self.features.ncols().saturating_sub(more), self.features.ncols())
    }

    /// The true coefficients without the intercept, if they are known.
    pub fn slopes(&self) -> Option<&[f64]> {
        self.truth.as_deref().and_then(|truth| truth.get(1..))
    }

    /// SHA-256 over names, labels, the bits of every stored feature, and the roles: equal digests mean equal data.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let coded = self.coding.as_ref().map(|coding| coding.names()).unwrap_or_default();
        for text in self.feature_names.iter().chain(&self.classes).chain(&coded) {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        }
        // A row at a time: the hash is much slower on eight bytes.
        let mut bytes = Vec::new();
        for (row, &label) in self.labels.iter().enumerate() {
            bytes.clear();
            self.features.append_bits_to(row, &mut bytes);
            bytes.push(label);
            hash.update(&bytes);
        }
        self.roles.add_to(&mut hash);
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
