//! The transformation of features before a fit: a change of scale and origin.

use super::DesignMatrix;
use super::moments::{self, Moments};
use crate::data::DataSet;
use crate::linear_algebra::quantile;
use crate::parameter::choices;

choices! {
    /// The scaling of features before a fit: (x - center) / scale, both found on the training rows. A column whose spread may be mere
    /// rounding is only centred.
    pub enum Scaling {
        /// No scaling.
        None = "none",
        /// The mean, and the standard deviation with divisor n.
        Standardize = "standardize",
        /// The least value, and the range: training values become 0 to 1.
        MinMax = "min-max",
        /// The median, and the distance of the quartiles, which outliers do not move.
        Robust = "robust",
    }
}

/// A change of scale and origin per feature, found on training rows.
#[derive(Clone, Debug, Default)]
pub struct Transformation {
    centers: Vec<f64>,
    scales: Vec<f64>,
    /// Whether the transformation changes anything.
    changes: bool,
    moments: Moments,
    /// Storage for the values of a feature.
    values: Vec<f64>,
}

impl Transformation {
    /// Finds the transformation on the given rows.
    pub fn fit(&mut self, data: &DataSet, rows: &[u32], scaling: Scaling) {
        let features = data.features.ncols();
        self.centers.clear();
        self.centers.resize(features, 0.0);
        self.scales.clear();
        self.scales.resize(features, 1.0);
        self.changes = scaling != Scaling::None;
        if !self.changes {
            return;
        }
        let moments = &mut self.moments;
        match scaling {
            Scaling::Standardize => moments.find(data, rows),
            Scaling::None | Scaling::MinMax | Scaling::Robust => moments.find_ranges(data, rows),
        }
        for (j, (center, scale)) in self.centers.iter_mut().zip(&mut self.scales).enumerate() {
            let (least, largest) = (moments.least[j], moments.largest[j]);
            if least == largest {
                // Subtracts the exact value, so that the column becomes all zeros.
                *center = least;
                continue;
            }
            let (middle, spread) = match scaling {
                Scaling::None => (0.0, 1.0),
                Scaling::Standardize => (moments.mean[j], moments.deviation[j]),
                Scaling::MinMax => (least, largest - least),
                Scaling::Robust => {
                    self.values.clear();
                    self.values.extend(rows.iter().map(|&row| data.features.at(row as usize, j)));
                    median_and_quartiles(&mut self.values)
                }
            };
            if !(spread.is_finite() && middle.is_finite()) {
                // The values span the range of binary64, so a division by their size is all that can be done.
                (*center, *scale) = (0.0, largest.abs().max(least.abs()));
                continue;
            }
            *center = middle;
            if spread > 8.0 * f64::EPSILON * middle.abs() {
                *scale = spread;
            }
        }
    }

    /// The transformation that standardizes the columns of a design behind an intercept; none if the first column is not of ones.
    pub fn of_design(design: DesignMatrix<'_>) -> Transformation {
        let mut found = Transformation::none(design.columns());
        if !design.column(0).all(|x| x == 1.0) {
            return found;
        }
        for (j, (center, scale)) in found.centers.iter_mut().zip(&mut found.scales).enumerate() {
            let values: Vec<f64> = design.column(j + 1).collect();
            let (least, largest) =
                values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), &x| (a.min(x), b.max(x)));
            let (mean, deviation) = moments::of_column(&values, largest - least);
            if deviation.is_normal() && mean.is_finite() {
                (*center, *scale) = (mean, deviation);
            }
        }
        found
    }

    /// The data set with transformed features. The true coefficients are dropped, because they belong to the features as they were.
    pub fn apply(&self, data: &DataSet) -> DataSet {
        let mut transformed = DataSet::default();
        transformed.remake(data, data.feature_names.clone(), |row, values| {
            let of_columns = self.centers.iter().zip(&self.scales);
            values.clear();
            values.extend(row.iter().zip(of_columns).map(|(x, (center, scale))| (x - center) / scale));
        });
        transformed
    }

    /// No change, for a design of so many columns whose first need not be an intercept's.
    pub fn none(columns: usize) -> Transformation {
        let features = columns.saturating_sub(1);
        Transformation { centers: vec![0.0; features], scales: vec![1.0; features], ..Transformation::default() }
    }

    /// Divides each feature by at least so much.
    pub fn keep_scales_above(&mut self, least: impl IntoIterator<Item = f64>) {
        self.scales.iter_mut().zip(least).for_each(|(scale, least)| *scale = scale.max(least));
    }

    /// Whether the transformation changes anything.
    pub(super) fn changes(&self) -> bool {
        self.changes
    }

    /// The number subtracted from each feature.
    pub fn centers(&self) -> &[f64] {
        &self.centers
    }

    /// The number by which each feature is then divided.
    pub fn scales(&self) -> &[f64] {
        &self.scales
    }

    /// Forgets the features of all columns except `kept`, which are in order and begin with the intercept's column, 0.
    pub fn keep(&mut self, kept: &[usize]) {
        for values in [&mut self.centers, &mut self.scales] {
            *values = kept.iter().skip(1).map(|&j| values[j - 1]).collect();
        }
    }

    /// The coefficients on the data's own scale, from coefficients on the transformed scale.
    pub fn undo(&self, coefficients: &[f64], intercept: bool) -> Vec<f64> {
        let first = usize::from(intercept);
        let mut raw = coefficients.to_vec();
        for (value, scale) in raw[first..].iter_mut().zip(&self.scales) {
            *value /= scale;
        }
        if intercept {
            let shift: f64 = raw[1..].iter().zip(&self.centers).map(|(value, center)| value * center).sum();
            raw[0] -= shift;
        }
        raw
    }

    /// The coefficients of a model with an intercept on the transformed scale, from those on the data's own: [`undo`] undone.
    ///
    /// [`undo`]: Transformation::undo
    pub fn redo(&self, coefficients: &[f64]) -> Vec<f64> {
        let mut scaled = coefficients.to_vec();
        for (j, (center, scale)) in self.centers.iter().zip(&self.scales).enumerate() {
            scaled[0] += coefficients[j + 1] * center;
            scaled[j + 1] *= scale;
        }
        scaled
    }

    /// The row t with which [`undo`](Transformation::undo) computes coefficient k of a model with an intercept: β_k = t'γ.
    pub fn row(&self, k: usize) -> Vec<f64> {
        let mut row = vec![0.0; self.centers.len() + 1];
        if k == 0 {
            row[0] = 1.0;
            for (value, (center, scale)) in row[1..].iter_mut().zip(self.centers.iter().zip(&self.scales)) {
                *value = -center / scale;
            }
        } else {
            row[k] = 1.0 / self.scales[k - 1];
        }
        row
    }
}

/// The median, and the distance of the quartiles; sorts the values.
fn median_and_quartiles(values: &mut [f64]) -> (f64, f64) {
    values.sort_unstable_by(f64::total_cmp);
    (quantile(values, 0.5), quantile(values, 0.75) - quantile(values, 0.25))
}
