//! The transformation of features before a fit: a change of scale and origin.

use crate::data::DataSet;

/// The scaling of features before a fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scaling {
    /// No scaling.
    None,
    /// Mean 0 and standard deviation 1 (divisor n) on the training rows. A column whose spread may be mere rounding is only
    /// centred.
    Standardize,
}

/// A change of scale and origin per feature, found on training rows.
#[derive(Clone, Debug, Default)]
pub struct Transformation {
    means: Vec<f64>,
    deviations: Vec<f64>,
    /// Whether the transformation changes anything.
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
                // Subtracts the exact value, so that the column becomes all zeros.
                *mean = least;
                continue;
            }
            *mean = values().map(|x| x / count).sum();
            // Divides by the range first, because squares of the deviations may overflow.
            let range = largest - least;
            let spread = range * values().map(|x| ((x - *mean) / range).powi(2) / count).sum::<f64>().sqrt();
            if !(spread.is_finite() && mean.is_finite()) {
                // The values span the range of binary64, so a division by their size is all that can be done.
                (*mean, *deviation) = (0.0, largest.abs().max(least.abs()));
            } else if spread > 8.0 * f64::EPSILON * mean.abs() {
                *deviation = spread;
            }
        }
    }

    /// No change, for a design of so many columns whose first need not be an intercept's.
    pub fn none(columns: usize) -> Transformation {
        let features = columns.saturating_sub(1);
        Transformation { means: vec![0.0; features], deviations: vec![1.0; features], changes: false }
    }

    /// Whether the transformation changes anything.
    pub(super) fn changes(&self) -> bool {
        self.changes
    }

    /// The mean subtracted from each feature.
    pub fn means(&self) -> &[f64] {
        &self.means
    }

    /// The deviation by which each feature is divided.
    pub fn deviations(&self) -> &[f64] {
        &self.deviations
    }

    /// Forgets the features of all columns except `kept`, which are in order and begin with the intercept's column, 0.
    pub fn keep(&mut self, kept: &[usize]) {
        for values in [&mut self.means, &mut self.deviations] {
            *values = kept.iter().skip(1).map(|&j| values[j - 1]).collect();
        }
    }

    /// The coefficients on the data's own scale, from coefficients on the transformed scale.
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

    /// The row t with which [`undo`](Transformation::undo) computes coefficient k of a model with an intercept: β_k = t'γ.
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
