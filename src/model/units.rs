//! Units of columns: powers of two by which columns are divided before anything is computed from their numbers.
//!
//! Squares of numbers beyond 2^±511 overflow or underflow, and so does the information matrix of such columns, although the model has the
//! same fit in any units. A column divided by 2^k has a coefficient 2^k times as large and, with a quadratic penalty, a strength
//! 4^k times as small. No digit of any of them changes by that, so that results in other units are the same bits.

use std::ops::RangeInclusive;

use super::Penalty;
use super::penalty::Capability;
use crate::data::DataSet;
use crate::linear_algebra::{Storage, StoredRows, times_power_of_two};

/// Exponents of the largest number of a column with which all arithmetic stays far from underflow and overflow.
const ORDINARY: RangeInclusive<i32> = -200..=200;

/// Least exponent of a strength that is far enough from underflow to keep its digits through sums and squares of coefficients.
const LEAST_OF_STRENGTH: i32 = -1020;

/// A power of two 2^k per feature.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Units {
    exponents: Vec<i32>,
}

impl Units {
    /// The units in which the largest number of every column is at least 1 and below 2, as far as that changes no digit.
    ///
    /// A quadratic penalty sets limits: a column that is small beside the root of its strength is left so small, because the
    /// strength would overflow; and a strength is not divided further than it keeps its digits.
    pub fn of(features: &StoredRows, penalty: Penalty) -> Units {
        let strength = penalty.strength().filter(|strength| penalty.has(Capability::Quadratic) && *strength > 0.0);
        let floor = match features.storage() {
            Storage::Double => f64::MIN_POSITIVE,
            Storage::Single => f64::from(f32::MIN_POSITIVE),
        };
        let of_column = |(least, largest): (f64, f64)| {
            if largest == 0.0 || !largest.is_finite() {
                return 0;
            }
            let mut exponent = exponent_of(largest);
            if let Some(strength) = strength.map(exponent_of) {
                exponent = exponent.max(strength.div_euclid(2)).min((strength - LEAST_OF_STRENGTH).div_euclid(2));
            }
            // Digits of the least number are lost below the floor; a number below it already has no more than it keeps.
            exponent.min((exponent_of(least) - exponent_of(floor)).max(0))
        };
        Units { exponents: features.column_ranges().into_iter().map(of_column).collect() }
    }

    /// The same, but that columns of ordinary sizes keep their units; `None` where all are.
    pub fn of_extreme(features: &StoredRows, penalty: Penalty) -> Option<Units> {
        let mut units = Units::of(features, penalty);
        units.exponents.iter_mut().filter(|exponent| ORDINARY.contains(exponent)).for_each(|exponent| *exponent = 0);
        units.exponents.iter().any(|&exponent| exponent != 0).then_some(units)
    }

    /// The data in these units.
    pub fn of_data(&self, data: &DataSet) -> DataSet {
        if self.exponents.iter().all(|&exponent| exponent == 0) {
            return data.clone();
        }
        let powers: Vec<i32> = self.exponents.iter().map(|exponent| -exponent).collect();
        DataSet { features: data.features.times_powers_of_two(&powers), ..data.clone() }
    }

    /// k of a column of the design.
    fn exponent(&self, column: usize, intercept: bool) -> i32 {
        column.checked_sub(usize::from(intercept)).map_or(0, |feature| self.exponents[feature])
    }

    /// A coefficient, or its error, on the data's own scale, from that in these units.
    pub fn undo(&self, column: usize, intercept: bool, value: f64) -> f64 {
        times_power_of_two(value, -self.exponent(column, intercept))
    }

    /// A coefficient in these units from that on the data's own scale.
    pub fn redo(&self, column: usize, intercept: bool, value: f64) -> f64 {
        times_power_of_two(value, self.exponent(column, intercept))
    }

    /// Fills `weights` with λ_j in these units for some columns of the design, of which the first is the intercept's if there is one.
    pub fn fill_weights(&self, penalty: Penalty, intercept: bool, columns: &[usize], weights: &mut Vec<f64>) {
        penalty.fill_weights(columns.len(), intercept, weights);
        for (weight, &column) in weights.iter_mut().zip(columns) {
            *weight = penalty.rescaled(*weight, times_power_of_two(1.0, self.exponent(column, intercept)));
        }
    }
}

/// ⌊log₂ x⌋ of a number above 0.
fn exponent_of(x: f64) -> i32 {
    // A subnormal number times 2^64 is none.
    let (x, lowered) = if x.is_normal() { (x, 0) } else { (x * 2f64.powi(64), 64) };
    (x.to_bits() >> 52 & 0x7ff) as i32 - 1023 - lowered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(values: &[f64], penalty: Penalty) -> i32 {
        let features = StoredRows::from_fn(Storage::Double, (values.len(), 1), |(i, _)| values[i]);
        Units::of(&features, penalty).exponents[0]
    }

    #[test]
    fn the_largest_number_is_brought_to_1_as_far_as_no_digit_is_lost() {
        assert_eq!(units(&[0.0, -5.0, 2.0], Penalty::NONE), 2);
        assert_eq!(units(&[1e300, 1e290], Penalty::NONE), 996);
        assert_eq!(units(&[0.0, 5e-324], Penalty::NONE), -1074);
        assert_eq!(units(&[0.0, 0.0], Penalty::NONE), 0);
        // 2^900 and 2^-900: the smaller one becomes 2^-1022.
        assert_eq!(units(&[2f64.powi(900), 2f64.powi(-900)], Penalty::NONE), 122);
        assert_eq!(units(&[2f64.powi(900), 5e-324], Penalty::NONE), 0);
    }

    #[test]
    fn a_strength_neither_overflows_nor_loses_digits() {
        let l2 = |strength| Penalty::named("l2", Some(strength)).unwrap().unwrap();
        assert_eq!(units(&[1e-155], l2(1.0)), 0, "the penalty alone decides");
        assert_eq!(units(&[1e-155], l2(1e-100)), -167);
        assert_eq!(units(&[3.0], l2(1.0)), 1);
        assert_eq!(units(&[1e200], l2(1.0)), 510);
        assert_eq!(units(&[1e200], Penalty::FIRTH), 664);
    }

    #[test]
    fn ordinary_columns_keep_their_units() {
        let features = StoredRows::from_fn(Storage::Double, (2, 2), |(i, j)| [[1.0, 2.0], [1e30, 1e-30]][i][j]);
        assert_eq!(Units::of_extreme(&features, Penalty::NONE), None);
        let features = StoredRows::from_fn(Storage::Double, (2, 2), |(i, j)| [[1.0, 2e90], [1e30, 1e-30]][i][j]);
        assert_eq!(Units::of_extreme(&features, Penalty::NONE).unwrap().exponents, [0, 299]);
    }

    #[test]
    fn coefficients_go_there_and_back() {
        let units = Units { exponents: vec![600, -1074] };
        for (column, value) in [(0, 0.3), (1, 0.7), (2, 0.9)] {
            assert_eq!(
                units.redo(column, true, units.undo(column, true, value)),
                if column == 2 { f64::INFINITY } else { value }
            );
        }
        assert_eq!(units.undo(0, false, 1.5), 1.5 * 2f64.powi(-600));
    }
}
