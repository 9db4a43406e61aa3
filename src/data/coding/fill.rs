//! What replaces a missing value, by the values of training rows.

use super::{DataSet, Fill};
use crate::linear_algebra::quantile;

/// The values of a raw column in some rows, each with the weight of its row.
pub struct Values {
    all: Vec<(f64, f64)>,
}

impl Values {
    /// Those of the column at a place.
    pub fn of(raw: &DataSet, place: usize, rows: &[u32]) -> Values {
        let weights = raw.roles.weights.as_deref();
        let value = |&row: &u32| {
            let row = row as usize;
            (raw.features.at(row, place), weights.map_or(1.0, |weights| weights[row]))
        };
        // In the order of the data, so that sums do not depend on the order in which a scheme draws rows.
        let mut rows = rows.to_vec();
        rows.sort_unstable();
        Values { all: rows.iter().map(value).filter(|(value, weight)| !value.is_nan() && *weight > 0.0).collect() }
    }

    /// The sum of the weights of each of so many levels.
    pub fn of_levels(&self, levels: usize) -> Vec<f64> {
        let mut weights = vec![0.0; levels];
        for (level, weight) in &self.all {
            if let Some(sum) = weights.get_mut(*level as usize) {
                *sum += weight;
            }
        }
        weights
    }

    /// What replaces missing numbers; 0 where there is no number at all.
    pub fn replacement(mut self, fill: Fill) -> f64 {
        if self.all.is_empty() {
            return 0.0;
        }
        match fill {
            Fill::Mean | Fill::Indicator => self.mean(),
            Fill::Median => self.median(),
            Fill::MostFrequent => self.most_frequent(),
        }
    }

    fn total(&self) -> f64 {
        self.all.iter().map(|(_, weight)| weight).sum()
    }

    fn mean(&self) -> f64 {
        let total = self.total();
        let sum: f64 = self.all.iter().map(|(value, weight)| value * weight).sum();
        // A sum of large values may overflow where their mean does not.
        if sum.is_finite() {
            sum / total
        } else {
            self.all.iter().map(|(value, weight)| value * (weight / total)).sum()
        }
    }

    fn sort(&mut self) {
        self.all.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    }

    /// The median of rows repeated as often as their weights say.
    fn median(&mut self) -> f64 {
        self.sort();
        if self.all.iter().all(|(_, weight)| *weight == 1.0) {
            let values: Vec<f64> = self.all.iter().map(|(value, _)| *value).collect();
            return quantile(&values, 0.5);
        }
        let middle = 0.5 * (self.total() - 1.0).max(0.0);
        let at = |place: f64| {
            let mut before = 0.0;
            let above = |(_, weight): &&(f64, f64)| {
                before += weight;
                before > place
            };
            self.all.iter().find(above).or(self.all.last()).map_or(0.0, |(value, _)| *value)
        };
        quantile(&[at(middle.floor()), at(middle.ceil())], 0.5)
    }

    /// Of equally frequent values the least.
    fn most_frequent(&mut self) -> f64 {
        self.sort();
        let (mut best, mut most) = (0.0, 0.0);
        for run in self.all.chunk_by(|a, b| a.0 == b.0) {
            let weight: f64 = run.iter().map(|(_, weight)| weight).sum();
            if weight > most {
                (best, most) = (run[0].0, weight);
            }
        }
        best
    }
}
