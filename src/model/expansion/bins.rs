//! Quantile bins.

use crate::data::DataSet;
use crate::linear_algebra::quantile;

/// The bins of each feature.
pub struct Bins {
    /// Per feature the values at which its second bin begins, its third, and so on: at most one less than there are bins.
    starts: Vec<Vec<f64>>,
    /// Bins of a feature.
    count: u32,
}

impl Bins {
    /// Finds bins that hold shares of the training rows as equal as the values allow: their edges are the quantiles i/`count`, and a
    /// value on an edge belongs to the upper bin, as with scikit-learn's `KBinsDiscretizer(strategy="quantile")`. Equal edges are
    /// one. Other than there, a feature with at most `count` distinct values has a bin for each value, and one whose edges are all equal
    /// has two bins, so that no feature is lost that varies.
    pub fn find(data: &DataSet, train: &[u32], count: u32) -> Bins {
        let mut values = Vec::with_capacity(train.len());
        let of_feature = |feature| {
            values.clear();
            values.extend(train.iter().map(|&row| data.features.at(row as usize, feature)));
            starts(&mut values, count as usize)
        };
        Bins { starts: (0..data.features.ncols()).map(of_feature).collect(), count }
    }

    /// The indicators of a row, in place of `values`.
    pub fn of_row(&self, row: &[f64], values: &mut Vec<f64>) {
        let of_each = self.count as usize - 1;
        values.clear();
        values.resize(row.len() * of_each, 0.0);
        for ((x, starts), indicators) in row.iter().zip(&self.starts).zip(values.chunks_exact_mut(of_each)) {
            let bin = starts.partition_point(|start| start <= x);
            if let Some(indicator) = bin.checked_sub(1).and_then(|place| indicators.get_mut(place)) {
                *indicator = 1.0;
            }
        }
    }
}

/// The starts of all bins but the lowest; sorts the values.
fn starts(values: &mut [f64], count: usize) -> Vec<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let mut distinct: Vec<f64> = Vec::with_capacity(count + 1);
    for &value in &*values {
        if distinct.last() != Some(&value) {
            distinct.push(value);
            if distinct.len() > count {
                break;
            }
        }
    }
    if distinct.len() <= count {
        return distinct.split_off(distinct.len().min(1));
    }
    let quantiles: Vec<f64> = (0..=count).map(|i| quantile(values, i as f64 / count as f64)).collect();
    let mut edges = quantiles.clone();
    edges.dedup();
    edges.pop();
    let starts = edges.split_off(1);
    if starts.is_empty() {
        // Nearly all values are the least or the largest one: they are told from the others.
        let above = |value: &&f64| **value > quantiles[0];
        return quantiles[1..count]
            .iter()
            .find(above)
            .or_else(|| values.iter().find(above))
            .copied()
            .into_iter()
            .collect();
    }
    starts
}

/// The names of the indicators, as `x1=bin 2`.
pub fn names(of: &[String], count: u32) -> Vec<String> {
    of.iter().flat_map(|name| (2..=count).map(move |bin| format!("{name}=bin {bin}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_begin_at_quantiles_and_equal_edges_are_one() {
        let starts = |values: &[f64], count| starts(&mut values.to_vec(), count);
        assert_eq!(starts(&[4.0, 1.0, 3.0, 2.0, 5.0], 2), [3.0]);
        assert_eq!(starts(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3), [2.0, 4.0]);
        assert_eq!(starts(&[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0], 2), [1.0]);
        assert_eq!(starts(&[0.0, 1.0, 2.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0], 2), [3.0]);
        assert_eq!(starts(&[0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 4), [2.0, 4.0]);
    }

    #[test]
    fn a_feature_with_few_values_has_a_bin_for_each() {
        let starts = |values: &[f64], count| starts(&mut values.to_vec(), count);
        assert_eq!(starts(&[0.0, 0.0, 0.0, 0.0, 1.0], 4), [1.0]);
        assert_eq!(starts(&[0.0, -0.0, 7.0, 3.0], 3), [3.0, 7.0]);
        assert_eq!(starts(&[2.0; 5], 3), [] as [f64; 0]);
        assert_eq!(starts(&[], 3), [] as [f64; 0]);
    }

    #[test]
    fn a_value_on_an_edge_belongs_to_the_upper_bin() {
        let bins = Bins { starts: vec![vec![1.0, 2.0], vec![5.0]], count: 3 };
        let of = |row: [f64; 2]| {
            let mut values = vec![7.0];
            bins.of_row(&row, &mut values);
            values
        };
        assert_eq!(of([0.9, 4.0]), [0.0, 0.0, 0.0, 0.0]);
        assert_eq!(of([1.0, 5.0]), [1.0, 0.0, 1.0, 0.0]);
        assert_eq!(of([1e9, 1e9]), [0.0, 1.0, 1.0, 0.0]);
    }
}
