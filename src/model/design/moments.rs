//! Ranges, means and standard deviations of all features on some rows.
//!
//! Rows are passed over as they lie in memory, with the sums of all columns side by side; each sum adds its terms in the order of the
//! rows, so its bits are those of a loop over the column alone.

use crate::data::DataSet;
use crate::linear_algebra::{InstructionSet, Pack, Task, power_of_two_near};

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
        let Moments { least, largest, .. } = self;
        each_row(
            data,
            rows,
            #[inline(always)]
            |_, values: &[f64]| widen(values, least, largest),
        );
    }

    /// Finds all moments.
    pub fn find(&mut self, data: &DataSet, rows: &[u32]) {
        self.clear(data);
        let share = Share::of(data, rows);
        let Moments { least, largest, mean, deviation } = self;
        // Each term is a share before it is added, because the sum of all may overflow.
        each_row(
            data,
            rows,
            #[inline(always)]
            |row, values: &[f64]| {
                widen(values, least, largest);
                let values = &values[..mean.len()];
                share.add(
                    row,
                    mean,
                    #[inline(always)]
                    |j| values[j],
                );
            },
        );
        // Scales by a power of two near the range first, because squares of the deviations may overflow.
        let units: Vec<f64> = least.iter().zip(&*largest).map(|(least, largest)| unit(largest - least)).collect();
        let inverses: Vec<f64> = units.iter().map(|unit| 1.0 / unit).collect();
        each_row(
            data,
            rows,
            #[inline(always)]
            |row, values: &[f64]| {
                let columns = deviation.len();
                let (values, mean, inverses) = (&values[..columns], &mean[..columns], &inverses[..columns]);
                share.add(
                    row,
                    deviation,
                    #[inline(always)]
                    |j| {
                        let scaled = (values[j] - mean[j]) * inverses[j];
                        scaled * scaled
                    },
                );
            },
        );
        deviation.iter_mut().zip(units).for_each(|(sum, unit)| *sum = unit * sum.sqrt());
    }

    fn clear(&mut self, data: &DataSet) {
        let of_columns = [&mut self.least, &mut self.largest, &mut self.mean, &mut self.deviation];
        for (values, start) in of_columns.into_iter().zip([f64::INFINITY, f64::NEG_INFINITY, 0.0, 0.0]) {
            values.clear();
            values.resize(data.features.ncols(), start);
        }
    }
}

/// The power of two near a range; NaN where there is none, as of a constant feature.
fn unit(range: f64) -> f64 {
    if range.is_finite() && range > 0.0 { power_of_two_near(range) } else { f64::NAN }
}

/// Mean and standard deviation (divisor n) of the values of one column, which have this range.
pub(super) fn of_column(values: &[f64], range: f64) -> (f64, f64) {
    let count = values.len() as f64;
    let mean: f64 = values.iter().map(|x| x / count).sum();
    let deviation = range * values.iter().map(|x| ((x - mean) / range).powi(2) / count).sum::<f64>().sqrt();
    (mean, deviation)
}

/// Calls `see` with each row's number in the data and its values.
fn each_row(data: &DataSet, rows: &[u32], see: impl FnMut(usize, &[f64])) {
    InstructionSet::widest().run(Pass { data, rows, see });
}

/// [`each_row`] on an instruction set.
struct Pass<'a, S> {
    data: &'a DataSet,
    rows: &'a [u32],
    see: S,
}

impl<S: FnMut(usize, &[f64])> Task for Pass<'_, S> {
    type Output = ();
    #[inline(always)]
    fn run<R: Pack>(self) {
        let Pass { data, rows, mut see } = self;
        let mut copy = Vec::new();
        for &row in rows {
            let row = row as usize;
            see(row, data.features.row_or_copy(row, &mut copy));
        }
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

/// The share of a row in a mean: one among equals, or its weight among all.
enum Share<'a> {
    Equal(f64),
    Weighted { weights: &'a [f64], sum: f64 },
}

impl Share<'_> {
    fn of<'a>(data: &'a DataSet, rows: &[u32]) -> Share<'a> {
        match &data.roles.weights {
            None => Share::Equal(1.0 / rows.len() as f64),
            Some(weights) => Share::Weighted { weights, sum: rows.iter().map(|&row| weights[row as usize]).sum() },
        }
    }

    /// Adds a row's share of its `part` of each column.
    #[inline(always)]
    fn add(&self, row: usize, sums: &mut [f64], part: impl Fn(usize) -> f64) {
        let share = match self {
            Share::Equal(share) => *share,
            Share::Weighted { weights, sum } => weights[row] / sum,
        };
        sums.iter_mut().enumerate().for_each(|(j, sum)| *sum += part(j) * share);
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
                        let share = |i: usize| weights.as_ref().map_or(1.0 / count, |weights| weights[i] / sum);
                        column().map(|(i, x)| part(x) * share(i)).sum()
                    };
                    let mean = mean_of(&|x| x);
                    let unit = 2f64.powi(range.log2().round() as i32);
                    let deviation = unit * mean_of(&|x| ((x - mean) / unit) * ((x - mean) / unit)).sqrt();
                    assert_eq!((moments.least[j], moments.largest[j]), (least, least + range), "{columns}: {j}");
                    assert_eq!((moments.mean[j], moments.deviation[j]), (mean, deviation), "{columns}: {j}");
                }
            }
        }
    }
}
