//! From the columns of a table to features: categories become indicators, missing values are filled.
//!
//! Until then the features of a [`DataSet`] are raw: NaN where a value is missing, and in a column of categories the place of the
//! value among the sorted levels. What depends on values is found on the training rows of each split, unless the levels are those of
//! all rows and nothing is missing: then rows are coded once, when they are read.
//!
//! Every split has the same features. One that no training row varies (a level that only test rows have) is a column of zeros there,
//! which fits leave out.

mod column;
mod fill;

pub use column::{Column, Kind, Reference};

use super::DataSet;
use crate::parameter::choices;

choices! {
    /// By what missing values are replaced. Categories always get their most frequent level, or with `Indicator` one of their own; columns
    /// of true and false always their most frequent value.
    pub enum Fill {
        /// The mean.
        Mean = "mean",
        /// The median.
        Median = "median",
        /// The most frequent value, of equally frequent ones the least.
        MostFrequent = "most-frequent",
        /// The mean, and an indicator beside it tells that the value is missing.
        Indicator = "indicator",
    }
}

choices! {
    /// Where the levels of categories come from.
    pub enum LevelsOf {
        /// All rows: every split has the same reference. A level without training rows counts as the reference.
        AllRows = "all-rows",
        /// The training rows of a split.
        TrainingRows = "training-rows",
    }
}

choices! {
    /// What a level is taken for that no training row has.
    pub enum Unseen {
        /// The reference.
        Reference = "reference",
        /// The most frequent level of the training rows.
        MostFrequent = "most-frequent",
        /// Nothing: the fits of the split fail.
        Refuse = "refuse",
    }
}

/// How raw columns become features.
#[derive(Clone, Debug, PartialEq)]
pub struct Coding {
    /// The raw columns, in their order.
    pub columns: Vec<Column>,
    /// By what missing values are replaced.
    pub fill: Fill,
    /// Where levels come from.
    pub levels: LevelsOf,
    /// What an unseen level is taken for.
    pub unseen: Unseen,
}

/// A level of a test row that no training row has, where that is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "row {row} of the data set, a test row, has {column} = \"{level}\", which no training row has; unseen = \"reference\" takes it for the \
     reference"
)]
pub struct UnseenLevel {
    /// The row, counted from 1.
    pub row: usize,
    /// The column.
    pub column: String,
    /// The level.
    pub level: String,
}

impl Coding {
    /// Whether the features are the raw columns.
    pub fn is_trivial(&self) -> bool {
        let is_raw = |column: &Column| column.missing == 0 && matches!(column.kind, Kind::Number | Kind::Truth);
        self.columns.iter().all(is_raw)
    }

    /// Whether the features of a row depend on the training rows.
    pub fn needs_training_rows(&self) -> bool {
        let of_training_rows = self.levels == LevelsOf::TrainingRows;
        let needs = |column: &Column| {
            let is_category = matches!(column.kind, Kind::Categories { .. });
            column.kind != Kind::LeftOut && (column.missing > 0 || of_training_rows && is_category)
        };
        self.columns.iter().any(needs)
    }

    /// Number of features.
    pub fn count(&self) -> usize {
        self.columns.iter().map(|column| column.count(self)).sum()
    }

    /// Names of the features: `colour=red` for a level, `age is missing` for an indicator of missing values.
    pub fn names(&self) -> Vec<String> {
        self.columns.iter().flat_map(|column| column.names(self)).collect()
    }

    /// Codes the rows of a raw data set by its training rows.
    ///
    /// # Errors
    /// When a test row has a level that no training row has, and that is refused.
    pub fn apply(&self, raw: &DataSet, train: &[u32]) -> Result<DataSet, UnseenLevel> {
        let mut coded = DataSet::default();
        self.apply_into(raw, train, &mut coded)?;
        Ok(coded)
    }

    /// As [`apply`](Coding::apply), in the storage of an earlier data set.
    ///
    /// # Errors
    /// As [`apply`](Coding::apply).
    pub fn apply_into(&self, raw: &DataSet, train: &[u32], into: &mut DataSet) -> Result<(), UnseenLevel> {
        let fitted: Vec<_> =
            self.columns.iter().enumerate().map(|(place, column)| column.fit(self, raw, place, train)).collect();
        if self.unseen == Unseen::Refuse {
            for row in 0..raw.rows() {
                for (place, (column, fitted)) in self.columns.iter().zip(&fitted).enumerate() {
                    if let Some(level) = fitted.refused(raw.features.at(row, place)) {
                        return Err(UnseenLevel {
                            row: row + 1,
                            column: column.name.clone(),
                            level: column.level(level),
                        });
                    }
                }
            }
        }
        into.remake(raw, self.names(), |row, values| {
            values.clear();
            for (fitted, &value) in fitted.iter().zip(row) {
                fitted.push(value, values);
            }
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests;
