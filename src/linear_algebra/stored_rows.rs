//! The features of a data set, stored so that a fit of all rows can read them where they are.

use std::borrow::Cow;

use ndarray::{ArcArray2, ShapeError};

use crate::linear_algebra::Matrix;
use crate::linear_algebra::memory::with_large_pages;
use crate::parameter::{Kind, Parameter, Value};

/// The type of the numbers that features are stored in; all arithmetic is done in f64.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Storage {
    /// f64.
    #[default]
    Double,
    /// f32: half the memory, about 7 digits. The rounded values are the data set then.
    Single,
}

/// Names of the ways to store features, as files and arguments have them.
pub const STORAGES: &[&str] = &["double", "single"];

impl Storage {
    /// The key that chooses it.
    pub const KEY: Parameter = Parameter {
        name: "storage",
        kind: Kind::Choice(STORAGES),
        default: Some(Value::Text("double")),
        about: "single: numbers rounded to about 7 digits, in half the memory; all arithmetic stays in double precision",
    };

    /// The storage of this name; `Double` for any other name.
    pub fn named(name: &str) -> Storage {
        if name == "single" { Storage::Single } else { Storage::Double }
    }

    /// Whether a finite number is within the range of the type.
    pub fn holds(self, value: f64) -> bool {
        self == Storage::Double || (value as f32).is_finite()
    }

    /// No numbers yet, and room for so many.
    pub fn numbers(self, capacity: usize) -> Numbers {
        match self {
            Storage::Double => Numbers::Double(with_large_pages(capacity)),
            Storage::Single => Numbers::Single(with_large_pages(capacity)),
        }
    }
}

/// Numbers collected row after row, a 1 before each row's features.
#[derive(Clone, Debug)]
pub enum Numbers {
    /// In double precision.
    Double(Vec<f64>),
    /// In single precision.
    Single(Vec<f32>),
}

impl Numbers {
    /// Adds a number, rounded to the nearest number of the type.
    pub fn push(&mut self, value: f64) {
        match self {
            Numbers::Double(numbers) => numbers.push(value),
            Numbers::Single(numbers) => numbers.push(value as f32),
        }
    }
}

/// The features of all rows behind a column of ones: the design of a model with an intercept and without scaling, n × (1 + p),
/// stored row after row. Clones share it.
#[derive(Clone, Debug)]
pub enum Features {
    /// In double precision.
    Double(ArcArray2<f64>),
    /// In single precision.
    Single(ArcArray2<f32>),
}

impl Features {
    /// Features from a function of row and feature.
    pub fn from_fn(
        storage: Storage,
        (rows, features): (usize, usize),
        mut value: impl FnMut((usize, usize)) -> f64,
    ) -> Features {
        let shape = (rows, features + 1);
        let mut behind_one = |(i, j): (usize, usize)| j.checked_sub(1).map_or(1.0, |j| value((i, j)));
        match storage {
            Storage::Double => Features::Double(ArcArray2::from_shape_fn(shape, behind_one)),
            Storage::Single => Features::Single(ArcArray2::from_shape_fn(shape, |place| behind_one(place) as f32)),
        }
    }

    /// Features from collected rows.
    ///
    /// # Errors
    /// When there are not `rows` × (1 + `features`) numbers.
    pub fn from_rows(numbers: Numbers, rows: usize, features: usize) -> Result<Features, ShapeError> {
        let shape = (rows, features + 1);
        Ok(match numbers {
            Numbers::Double(numbers) => Features::Double(ArcArray2::from_shape_vec(shape, numbers)?),
            Numbers::Single(numbers) => Features::Single(ArcArray2::from_shape_vec(shape, numbers)?),
        })
    }

    /// How they are stored.
    pub fn storage(&self) -> Storage {
        match self {
            Features::Double(_) => Storage::Double,
            Features::Single(_) => Storage::Single,
        }
    }

    /// n.
    pub fn nrows(&self) -> usize {
        match self {
            Features::Double(design) => design.nrows(),
            Features::Single(design) => design.nrows(),
        }
    }

    /// The number of features: the column of ones is not counted.
    pub fn ncols(&self) -> usize {
        match self {
            Features::Double(design) => design.ncols() - 1,
            Features::Single(design) => design.ncols() - 1,
        }
    }

    /// All rows, each behind its 1.
    pub fn design(&self) -> Matrix<'_> {
        // as_slice needs row-major order, and both constructors make it.
        match self {
            Features::Double(design) => Matrix::Double(design.as_slice().unwrap_or_default()),
            Features::Single(design) => Matrix::Single(design.as_slice().unwrap_or_default()),
        }
    }

    /// The features of a row as they are stored.
    #[inline(always)]
    pub fn stored(&self, row: usize) -> Matrix<'_> {
        let columns = self.ncols() + 1;
        self.design().part(row * columns + 1..(row + 1) * columns)
    }

    /// The features of a row.
    pub fn row(&self, row: usize) -> Cow<'_, [f64]> {
        self.stored(row).widened()
    }

    /// The features of all rows, one row after another.
    pub fn rows(&self) -> impl Iterator<Item = Cow<'_, [f64]>> {
        (0..self.nrows()).map(|row| self.row(row))
    }

    /// A feature of a row.
    pub fn at(&self, row: usize, feature: usize) -> f64 {
        match self {
            Features::Double(design) => design[[row, feature + 1]],
            Features::Single(design) => f64::from(design[[row, feature + 1]]),
        }
    }
}
