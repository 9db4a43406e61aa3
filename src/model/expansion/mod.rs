//! Basis expansions: features that a model makes from those of the data set, before they are scaled.
//!
//! What an expansion needs to know of the values (the edges of bins) it finds on the training rows alone, so no test row has a
//! part in a fit. The number of features and their names follow from the data set's features and the expansion: every split has
//! the same. A feature that the training rows leave without variation (an empty bin) is a column of zeros there, which rank
//! detection leaves out or a penalty keeps at 0.

mod bins;
mod terms;

use crate::data::DataSet;

use bins::Bins;
use terms::Terms;

/// The features of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expansion {
    /// Those of the data set.
    #[default]
    None,
    /// Products of up to `degree` features, those of the data set first, then by degree, each in the order of the data set's
    /// columns; with `interactions` of distinct features alone.
    Terms {
        /// Most factors of a product.
        degree: u32,
        /// Whether powers are left out.
        interactions: bool,
    },
    /// For each feature an indicator for each of its quantile bins but the lowest.
    Bins {
        /// Bins of a feature.
        count: u32,
    },
}

/// Most features that an expansion may make; a Hessian of so many columns takes 3 GB.
const MOST: u64 = 20_000;

/// Why features cannot be expanded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpansionError {
    /// There would be too many.
    #[error(
        "{from} features would become {to}, and at most {MOST} are made: name fewer with `features`, or ask for a lower degree or fewer bins"
    )]
    Many {
        /// Features of the data set.
        from: usize,
        /// Features of the model.
        to: u64,
    },
    /// A product is beyond the range of the numbers.
    #[error(
        "the product {term} is beyond the largest number in row {row} of the data set: give the columns another unit, or leave them out \
         with exclude"
    )]
    Overflow {
        /// The product.
        term: String,
        /// The row, counted from 1.
        row: usize,
    },
}

impl Expansion {
    /// Whether the features of a row depend on the training rows.
    pub fn needs_training_rows(self) -> bool {
        match self {
            Expansion::None | Expansion::Terms { .. } => false,
            Expansion::Bins { .. } => true,
        }
    }

    /// It in words, as `degree 2`; `None` for the features of the data set.
    pub fn words(self) -> Option<String> {
        match self {
            Expansion::None => None,
            Expansion::Terms { degree: 2, interactions: true } => Some("interactions".to_owned()),
            Expansion::Terms { degree, interactions: true } => Some(format!("interactions of up to {degree} features")),
            Expansion::Terms { degree, interactions: false } => Some(format!("degree {degree}")),
            Expansion::Bins { count } => Some(format!("{count} bins")),
        }
    }

    /// Number of features made from this many.
    pub fn count(self, features: usize) -> u64 {
        match self {
            Expansion::None => features as u64,
            Expansion::Terms { degree, interactions } => terms::count(features as u64, degree, interactions),
            Expansion::Bins { count } => (features as u64).saturating_mul(u64::from(count) - 1),
        }
    }

    /// Names of the features: `x1^2*x2` for a product, `x1=bin 2` for a bin.
    pub fn names(self, of: &[String]) -> Vec<String> {
        match self {
            Expansion::None => of.to_vec(),
            Expansion::Terms { degree, interactions } => Terms::new(of.len(), degree, interactions).names(of),
            Expansion::Bins { count } => bins::names(of, count),
        }
    }

    /// Checks that the features of a data set can be expanded.
    ///
    /// # Errors
    /// When there would be too many, or one would be beyond the range of the numbers.
    pub fn check(self, data: &DataSet) -> Result<(), ExpansionError> {
        let from = data.features.ncols();
        let to = self.count(from);
        if to > MOST && self != Expansion::None {
            return Err(ExpansionError::Many { from, to });
        }
        let Expansion::Terms { degree, interactions } = self else { return Ok(()) };
        let terms = Terms::new(from, degree, interactions);
        let (storage, mut values) = (data.features.storage(), Vec::new());
        for (row, features) in data.features.rows().enumerate() {
            terms.of_row(&features, &mut values);
            if let Some(place) = values.iter().position(|value| !storage.holds(*value) || !value.is_finite()) {
                let term = terms.names(&data.feature_names).swap_remove(place);
                return Err(ExpansionError::Overflow { term, row: row + 1 });
            }
        }
        Ok(())
    }

    /// The data set with the model's features, by these training rows. The true coefficients are dropped, because they belong to the
    /// features of the data set.
    pub fn apply(self, data: &DataSet, train: &[u32]) -> DataSet {
        let mut expanded = DataSet::default();
        self.apply_into(data, train, &mut expanded);
        expanded
    }

    /// As [`apply`](Expansion::apply), in the storage of an earlier data set.
    pub fn apply_into(self, data: &DataSet, train: &[u32], into: &mut DataSet) {
        let names = self.names(&data.feature_names);
        match self {
            Expansion::None => *into = DataSet { truth: None, reading: None, ..data.clone() },
            Expansion::Terms { degree, interactions } => {
                let terms = Terms::new(data.features.ncols(), degree, interactions);
                into.remake(data, names, |row, values| terms.of_row(row, values));
            }
            Expansion::Bins { count } => {
                let bins = Bins::find(data, train, count);
                into.remake(data, names, |row, values| bins.of_row(row, values));
            }
        }
    }
}
