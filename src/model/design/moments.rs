//! Ranges, means and standard deviations of all features on some rows.
//!
//! Rows are passed over as they lie in memory, with the sums of all columns side by side; each sum adds its terms in the order of the
//! rows, so its bits are those of a loop over the column alone.

use crate::data::DataSet;
use crate::linear_algebra::{InstructionSet, Pack, Task};

/// What is found of each feature.
#[derive(Clone, Debug, Default)]
pub(super) struct Moments {
    /// min x.
    pub least: Vec<f64>,
    /// max x.
    pub largest: Vec<f64>,
    /// Σ c x / Σ c, c the row weights.
    pub mean: Vec<f64>,
    /// The standard deviation with divisor Σ c; NaN for a constant feature.
    pub deviation: Vec<f64>,
}

impl Moments {
    /// Finds least and largest values.
    pub fn find_ranges(&mut self, data: &DataSet, rows: &[u32]) {
        self.clear(data);
        InstructionSet::widest().run(Ranges { data, rows, moments: self });
    }

    /// Finds all moments.
    pub fn find(&mut self, data: &DataSet, rows: &[u32]) {
        self.clear(data);
        let sum = data.roles.weights.as_ref().map(|weights| rows.iter().map(|&row| weights[row as usize]).sum());
        let set = InstructionSet::widest();
        set.run(Means { data, rows, sum, moments: self });
        set.run(Deviations { data, rows, sum, moments: self });
    }

    fn clear(&mut self, data: &DataSet) {
        let of_columns = [&mut self.least, &mut self.largest, &mut self.mean, &mut self.deviation];
        for (values, start) in of_columns.into_iter().zip([f64::INFINITY, f64::NEG_INFINITY, 0.0, 0.0]) {
            values.clear();
            values.resize(data.features.ncols(), start);
        }
    }
}

/// Mean and standard deviation (divisor n) of the values of one column, which have this range.
pub(super) fn of_column(values: &[f64], range: f64) -> (f64, f64) {
    let count = values.len() as f64;
    let mean: f64 = values.iter().map(|x| x / count).sum();
    let deviation = range * values.iter().map(|x| ((x - mean) / range).powi(2) / count).sum::<f64>().sqrt();
    (mean, deviation)
}

/// Calls `see` with the values of each row, and with its number in the data.
#[inline(always)]
fn each_row(data: &DataSet, rows: &[u32], mut see: impl FnMut(usize, &[f64])) {
    let mut values = Vec::with_capacity(data.features.ncols());
    for &row in rows {
        values.clear();
        data.features.append_row_to(row as usize, &mut values);
        see(row as usize, &values);
    }
}

/// Calls `add` with each sum and its term: a row's `part` of its column, times the row's share of all.
#[inline(always)]
fn add_shares(
    data: &DataSet,
    (row, rows): (usize, usize),
    sum: Option<f64>,
    sums: &mut [f64],
    part: impl Fn(usize) -> f64,
) {
    match (sum, &data.roles.weights) {
        (Some(sum), Some(weights)) => {
            let share = weights[row] / sum;
            sums.iter_mut().enumerate().for_each(|(j, sum)| *sum += part(j) * share);
        }
        _ => {
            let count = rows as f64;
            sums.iter_mut().enumerate().for_each(|(j, sum)| *sum += part(j) / count);
        }
    }
}

struct Ranges<'a> {
    data: &'a DataSet,
    rows: &'a [u32],
    moments: &'a mut Moments,
}

impl Task for Ranges<'_> {
    type Output = ();
    #[inline(always)]
    fn run<R: Pack>(self) {
        let Moments { least, largest, .. } = self.moments;
        each_row(
            self.data,
            self.rows,
            #[inline(always)]
            |_, values| widen(values, least, largest),
        );
    }
}

/// Widens the range of each feature to a row's value.
#[inline(always)]
fn widen(values: &[f64], least: &mut [f64], largest: &mut [f64]) {
    for ((x, least), largest) in values.iter().zip(least).zip(largest) {
        *least = if x < least { *x } else { *least };
        *largest = if x > largest { *x } else { *largest };
    }
}

struct Means<'a> {
    data: &'a DataSet,
    rows: &'a [u32],
    /// Σ c, if rows have weights.
    sum: Option<f64>,
    moments: &'a mut Moments,
}

impl Task for Means<'_> {
    type Output = ();
    #[inline(always)]
    fn run<R: Pack>(self) {
        let Means { data, rows, sum, moments: Moments { least, largest, mean, .. } } = self;
        each_row(
            data,
            rows,
            #[inline(always)]
            |row, values| {
                let values = &values[..mean.len()];
                widen(values, least, largest);
                // Each is divided before it is added, because the sum of all may overflow.
                add_shares(
                    data,
                    (row, rows.len()),
                    sum,
                    mean,
                    #[inline(always)]
                    |j| values[j],
                );
            },
        );
    }
}

struct Deviations<'a> {
    data: &'a DataSet,
    rows: &'a [u32],
    /// Σ c, if rows have weights.
    sum: Option<f64>,
    moments: &'a mut Moments,
}

impl Task for Deviations<'_> {
    type Output = ();
    #[inline(always)]
    fn run<R: Pack>(self) {
        let Deviations { data, rows, sum, moments: Moments { least, largest, mean, deviation } } = self;
        let columns = deviation.len();
        // Divides by the range first, because squares of the deviations may overflow.
        let ranges: Vec<f64> = least.iter().zip(&*largest).map(|(least, largest)| largest - least).collect();
        let (mean, ranges) = (&mean[..columns], &ranges[..columns]);
        each_row(
            data,
            rows,
            #[inline(always)]
            |row, values| {
                let values = &values[..columns];
                add_shares(
                    data,
                    (row, rows.len()),
                    sum,
                    deviation,
                    #[inline(always)]
                    |j| {
                        let scaled = (values[j] - mean[j]) / ranges[j];
                        scaled * scaled
                    },
                );
            },
        );
        deviation.iter_mut().zip(ranges).for_each(|(sum, range)| *sum = range * sum.sqrt());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear_algebra::{Storage, StoredRows};

    #[test]
    fn columns_are_summed_as_if_alone() {
        let value = |(i, j): (usize, usize)| ((i * 37 + j * 101) % 53) as f64 / 7.0 - 3.0 * j as f64;
        let rows: Vec<u32> = (0..40).filter(|i| i % 3 != 0).collect();
        let weights: Vec<f64> = (0..40).map(|i| f64::from(1 + i % 4)).collect();
        for weights in [None, Some(weights)] {
            for columns in [1, 4, 13] {
                let features = StoredRows::from_fn(Storage::Double, (40, columns), value);
                let mut data = DataSet { features, ..DataSet::default() };
                data.roles.weights.clone_from(&weights);
                let mut moments = Moments::default();
                moments.find(&data, &rows);
                let count = rows.len() as f64;
                let sum: f64 = rows.iter().map(|&i| weights.as_ref().map_or(1.0, |c| c[i as usize])).sum();
                for j in 0..columns {
                    let column = || rows.iter().map(|&i| (i as usize, value((i as usize, j))));
                    let least = column().fold(f64::INFINITY, |least, (_, x)| least.min(x));
                    let range = column().fold(f64::NEG_INFINITY, |largest, (_, x)| largest.max(x)) - least;
                    let mean_of = |part: &dyn Fn(f64) -> f64| -> f64 {
                        let terms = column().map(|(i, x)| match &weights {
                            Some(weights) => part(x) * (weights[i] / sum),
                            None => part(x) / count,
                        });
                        terms.sum()
                    };
                    let mean = mean_of(&|x| x);
                    let deviation = range * mean_of(&|x| ((x - mean) / range) * ((x - mean) / range)).sqrt();
                    assert_eq!((moments.least[j], moments.largest[j]), (least, least + range), "{columns}: {j}");
                    assert_eq!((moments.mean[j], moments.deviation[j]), (mean, deviation), "{columns}: {j}");
                }
            }
        }
    }
}
