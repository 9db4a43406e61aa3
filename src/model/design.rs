//! The design of some rows of a data set: intercept, scaling, and contiguous storage for the kernels.

use super::Problem;
use super::evaluator::PANELS;
use crate::data::{DataSet, Features, Storage};
use crate::linear_algebra::Matrix;
use crate::linear_algebra::pages::with_large_pages;

/// What is done to the features before the fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scaling {
    /// Nothing.
    None,
    /// Mean 0 and standard deviation 1 (divisor n) on the training rows; a column whose spread is that of rounding is only
    /// centred.
    Standardize,
}

/// Rows of a data set as a solver sees them. Buffers are kept from one split to the next.
#[derive(Clone, Debug, Default)]
pub struct Design {
    /// n × p, row after row, unless they are shared.
    own: Vec<f64>,
    /// The data set's own rows, where the design is all of them as they are.
    shared: Option<Features>,
    /// p: the features, and the intercept if there is one.
    pub columns: usize,
    /// s_i = 2y_i − 1.
    pub signs: Vec<f64>,
}

/// A change of scale and origin per feature, found on training rows.
#[derive(Clone, Debug, Default)]
pub struct Transformation {
    means: Vec<f64>,
    deviations: Vec<f64>,
    /// Whether it changes anything.
    changes: bool,
}

impl Transformation {
    /// Finds the transformation on the given rows.
    pub fn fit(&mut self, data: &DataSet, rows: &[u32], scaling: Scaling) {
        let features = data.features.ncols();
        self.means.clear();
        self.means.resize(features, 0.0);
        self.deviations.clear();
        self.deviations.resize(features, 1.0);
        self.changes = scaling != Scaling::None;
        if scaling == Scaling::None {
            return;
        }
        let count = rows.len() as f64;
        for (j, (mean, deviation)) in self.means.iter_mut().zip(&mut self.deviations).enumerate() {
            let values = || rows.iter().map(|&row| data.features.at(row as usize, j));
            let (least, largest) = values().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
            if least == largest {
                // Exactly, so that the column becomes one of zeros.
                *mean = least;
                continue;
            }
            *mean = values().map(|x| x / count).sum();
            // Squares of the deviations themselves may overflow.
            let range = largest - least;
            let spread = range * values().map(|x| ((x - *mean) / range).powi(2) / count).sum::<f64>().sqrt();
            if !(spread.is_finite() && mean.is_finite()) {
                // The range of binary64 is used up from end to end: dividing by it is all that can be done.
                (*mean, *deviation) = (0.0, largest.abs().max(least.abs()));
            } else if spread > 8.0 * f64::EPSILON * mean.abs() {
                *deviation = spread;
            }
        }
    }

    /// The mean that each feature is freed of.
    pub fn means(&self) -> &[f64] {
        &self.means
    }

    /// What each feature is divided by.
    pub fn deviations(&self) -> &[f64] {
        &self.deviations
    }

    /// Forgets the features of all columns but those in `kept`, which are in order and have the intercept's, 0, first.
    pub fn keep(&mut self, kept: &[usize]) {
        for values in [&mut self.means, &mut self.deviations] {
            *values = kept.iter().skip(1).map(|&j| values[j - 1]).collect();
        }
    }

    /// The coefficients on the data's own scale of those on the transformed scale.
    pub fn undo(&self, coefficients: &[f64], intercept: bool) -> Vec<f64> {
        let first = usize::from(intercept);
        let mut raw = coefficients.to_vec();
        for (value, deviation) in raw[first..].iter_mut().zip(&self.deviations) {
            *value /= deviation;
        }
        if intercept {
            let shift: f64 = raw[1..].iter().zip(&self.means).map(|(value, mean)| value * mean).sum();
            raw[0] -= shift;
        }
        raw
    }

    /// The row t by which [`undo`](Transformation::undo) makes coefficient k, with an intercept: β_k = t'γ.
    pub fn row(&self, k: usize) -> Vec<f64> {
        let mut row = vec![0.0; self.means.len() + 1];
        if k == 0 {
            row[0] = 1.0;
            for (value, (mean, deviation)) in row[1..].iter_mut().zip(self.means.iter().zip(&self.deviations)) {
                *value = -mean / deviation;
            }
        } else {
            row[k] = 1.0 / self.deviations[k - 1];
        }
        row
    }
}

impl Design {
    /// A design of n × p numbers, row after row, and their n signs.
    pub fn new(rows: Vec<f64>, columns: usize, signs: Vec<f64>) -> Design {
        Design { own: rows, shared: None, columns, signs }
    }

    /// n × p, row after row.
    pub fn rows(&self) -> Matrix<'_> {
        self.shared.as_ref().map_or(Matrix::Double(&self.own), Features::design)
    }

    /// The problem of these rows.
    pub fn problem<'a>(&'a self, penalties: &'a [f64], firth: bool) -> Problem<'a> {
        Problem { rows: self.rows(), columns: self.columns, signs: &self.signs, penalties, firth }
    }

    /// Leaves out all columns but those in `kept`, which are in order.
    pub fn keep(&mut self, kept: &[usize]) {
        let columns = self.columns;
        if kept.len() == columns {
            return;
        }
        if let Some(shared) = self.shared.take() {
            shared.design().append_to(&mut self.own);
        }
        for (i, place) in (0..self.signs.len()).flat_map(|i| kept.iter().map(move |&j| (i, j))).enumerate() {
            self.own[i] = self.own[place.0 * columns + place.1];
        }
        self.own.truncate(self.signs.len() * kept.len());
        self.columns = kept.len();
    }

    /// Takes the given rows of the data set, in the order given. All rows in the data's order, with an intercept and on the
    /// data's own scale, are not copied but shared, and stay in the precision they are stored in; others are in f64.
    pub fn gather(&mut self, data: &DataSet, rows: &[u32], intercept: bool, transformation: &Transformation) {
        self.columns = data.features.ncols() + usize::from(intercept);
        self.own.clear();
        self.signs.clear();
        let sign = |&label: &u8| if label == 1 { 1.0 } else { -1.0 };
        let all = rows.len() == data.rows() && rows.iter().zip(0..).all(|(&row, i)| row == i);
        if all {
            self.signs.extend(data.labels.iter().map(sign));
        } else {
            self.signs.extend(rows.iter().map(|&row| sign(&data.labels[row as usize])));
        }
        // Single precision is for the panels; fewer numbers do not go through them.
        let readable = data.features.storage() == Storage::Double || rows.len() * self.columns >= PANELS;
        self.shared = (all && intercept && !transformation.changes && readable).then(|| data.features.clone());
        if self.shared.is_some() {
            return;
        }
        let count = rows.len() * self.columns;
        if count > self.own.capacity() {
            self.own = with_large_pages(count);
        }
        for &row in rows {
            if intercept {
                self.own.push(1.0);
            }
            let features = data.features.stored(row as usize);
            if !transformation.changes {
                features.append_to(&mut self.own);
                continue;
            }
            let scales = transformation.means.iter().zip(&transformation.deviations);
            self.own.extend(features.widened().iter().zip(scales).map(|(value, (mean, sd))| (value - mean) / sd));
        }
    }
}
