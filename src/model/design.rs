//! The design of some rows of a data set: intercept, scaling, and contiguous storage for the kernels.

use super::{Problem, Serial};
use crate::data::DataSet;

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
    /// n × p, row after row.
    pub rows: Vec<f64>,
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
            let values = || rows.iter().map(|&row| data.features[[row as usize, j]]);
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
}

impl Design {
    /// The problem of these rows.
    pub fn problem<'a>(&'a self, penalties: &'a [f64], firth: bool) -> Problem<'a> {
        Problem { rows: &self.rows, columns: self.columns, signs: &self.signs, penalties, firth, workers: &Serial }
    }

    /// Leaves out all columns but those in `kept`, which are in order.
    pub fn keep(&mut self, kept: &[usize]) {
        let columns = self.columns;
        if kept.len() == columns {
            return;
        }
        for (i, place) in (0..self.signs.len()).flat_map(|i| kept.iter().map(move |&j| (i, j))).enumerate() {
            self.rows[i] = self.rows[place.0 * columns + place.1];
        }
        self.rows.truncate(self.signs.len() * kept.len());
        self.columns = kept.len();
    }

    /// Takes the given rows of the data set, in the order given.
    pub fn gather(&mut self, data: &DataSet, rows: &[u32], intercept: bool, transformation: &Transformation) {
        self.columns = data.features.ncols() + usize::from(intercept);
        self.rows.clear();
        self.signs.clear();
        self.rows.reserve(rows.len() * self.columns);
        for &row in rows {
            if intercept {
                self.rows.push(1.0);
            }
            let features = data.features.row(row as usize);
            if let (false, Some(features)) = (transformation.changes, features.as_slice()) {
                self.rows.extend_from_slice(features);
                self.signs.push(if data.labels[row as usize] { 1.0 } else { -1.0 });
                continue;
            }
            for ((value, mean), deviation) in features.iter().zip(&transformation.means).zip(&transformation.deviations)
            {
                self.rows.push((value - mean) / deviation);
            }
            self.signs.push(if data.labels[row as usize] { 1.0 } else { -1.0 });
        }
    }
}
