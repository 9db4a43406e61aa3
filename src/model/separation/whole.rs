//! A separating direction in whole numbers, which is a proof as printed.
//!
//! A direction rounded to binary64 or to printed digits need not separate, because a row exactly on the hyperplane may then lie
//! a rounding error on its wrong side. So exact elimination keeps these rows on the hyperplane; the entries that it leaves free
//! are rounded to the fewest decimal digits that keep every other row strictly on its side; and a common factor makes all
//! entries whole. A positive factor does not change what a direction separates.

use std::sync::atomic::AtomicBool;

use num_bigint::{BigInt, Sign};

use super::exact::{IntegerRows, decompose, without_common_divisor};
use super::{decide_exactly, free_rows, strictly_separates};
use crate::model::Problem;

/// A direction d with s_i x_i'd ≥ 0 on all rows and > 0 on some, exactly.
#[derive(Clone, Debug, PartialEq)]
pub struct WholeDirection {
    /// d, one whole number per column.
    pub entries: Vec<BigInt>,
    /// Rows with x_i'd = 0.
    pub on_hyperplane: Vec<u32>,
}

/// Most decimal digits of free entries: enough to distinguish all binary64 numbers.
const MOST_DIGITS: i32 = 17;

/// The shortest direction in whole numbers that separates exactly: near `near` if that has every row strictly on its side in
/// spite of rounding, else near a direction with the most rows strictly on their sides. `None` if no direction is found, or
/// `interrupt` is set.
pub fn whole_direction(problem: &Problem<'_>, near: &[f64], interrupt: &AtomicBool) -> Option<WholeDirection> {
    if !problem.design.is_finite() || !near.iter().all(|d| d.is_finite()) {
        return None;
    }
    if strictly_separates(problem, near)
        && let Some(entries) = strict(problem, near)
    {
        return Some(WholeDirection { entries, on_hyperplane: Vec::new() });
    }
    let (free, rows) = free_rows(problem);
    let exact = IntegerRows::new(rows.iter().map(|row| &row[..]), free.len());
    let found = decide_exactly(&exact, &rows, interrupt).1?;
    let zero: Vec<usize> = (0..rows.len()).filter(|&i| exact.side(i, &found) == Sign::NoSign).collect();
    if !stands(&exact, &found, &zero) {
        return None;
    }
    let shortest = shortest(&exact, &column_sizes(problem, &free), &found, &zero);
    let mut entries = vec![BigInt::ZERO; problem.unknowns()];
    free.iter().zip(shortest).for_each(|(&j, value)| entries[j] = value);
    Some(WholeDirection { entries, on_hyperplane: zero.iter().map(|&i| i as u32).collect() })
}

/// The shortest direction with all rows strictly on their sides by more than the rounding of floating point, so that the test
/// needs no exact arithmetic. `None` if no such direction has entries that binary64 holds.
fn strict(problem: &Problem<'_>, near: &[f64]) -> Option<Vec<BigInt>> {
    let all: Vec<usize> = (0..problem.unknowns()).collect();
    let sizes = column_sizes(problem, &all);
    (1..=MOST_DIGITS).find_map(|digits| {
        let entries = of_digits(near, &sizes, digits)?;
        let as_floats = entries.iter().map(binary64).collect::<Option<Vec<f64>>>()?;
        strictly_separates(problem, &as_floats).then_some(entries)
    })
}

/// max_i |x_ij| of some columns.
fn column_sizes(problem: &Problem<'_>, columns: &[usize]) -> Vec<f64> {
    let mut sizes = vec![0.0; problem.unknowns()];
    problem.design.column_sizes(&mut sizes);
    columns.iter().map(|&j| sizes[j]).collect()
}

/// Whether a direction has exactly the rows `zero`, which are in order, on its hyperplane, and at least one other row, all
/// strictly on their sides.
fn stands(exact: &IntegerRows, direction: &[BigInt], zero: &[usize]) -> bool {
    let expected = |i: &usize| if zero.binary_search(i).is_ok() { Sign::NoSign } else { Sign::Plus };
    !direction.is_empty()
        && zero.len() < exact.len()
        && (0..exact.len()).all(|i| exact.side(i, direction) == expected(&i))
}

/// The shortest direction of the design with the same rows on its hyperplane.
fn shortest(exact: &IntegerRows, sizes: &[f64], found: &[BigInt], zero: &[usize]) -> Vec<BigInt> {
    let near = exact.rounded(found);
    let of_digits = |digits| {
        let rounded = exact.of_whole(&of_digits(&near, sizes, digits)?);
        let direction = if zero.is_empty() { rounded } else { exact.project(zero, &rounded) };
        stands(exact, &direction, zero).then(|| exact.whole(&direction))
    };
    (1..=MOST_DIGITS).find_map(of_digits).unwrap_or_else(|| exact.whole(found))
}

/// The direction with each entry rounded to a decimal place, times the power of ten that makes all of them whole. The places are
/// such that what rounding does to a row is alike for all columns, and the entry that moves rows most has so many digits.
fn of_digits(direction: &[f64], sizes: &[f64], digits: i32) -> Option<Vec<BigInt>> {
    let magnitude = |value: f64| value.abs().log10();
    let effects = direction.iter().zip(sizes).filter(|(d, size)| **d != 0.0 && **size > 0.0);
    let largest = effects.map(|(&d, &size)| magnitude(d) + magnitude(size)).reduce(f64::max)?;
    // Entry j is rounded to multiples of 10^place_j.
    let places: Vec<i32> = sizes
        .iter()
        .map(|&size| if size > 0.0 { (largest - magnitude(size)).floor() as i32 - digits + 1 } else { 0 })
        .collect();
    let least = *places.iter().min()?;
    let entries = direction.iter().zip(&places).map(|(&d, &place)| {
        let ten = |power: i32| BigInt::from(10).pow(power.unsigned_abs());
        nearest_multiple(d, place) * ten(place - least)
    });
    Some(without_common_divisor(entries.collect()))
}

/// d/10^place, rounded to the nearest whole number.
fn nearest_multiple(d: f64, place: i32) -> BigInt {
    let (mantissa, exponent) = decompose(d);
    let (mut above, mut below) = (BigInt::from(mantissa), BigInt::from(1));
    let two = exponent.unsigned_abs() as usize;
    if exponent >= 0 {
        above <<= two
    } else {
        below <<= two
    }
    let ten = BigInt::from(10).pow(place.unsigned_abs());
    if place >= 0 {
        below *= ten
    } else {
        above *= ten
    }
    // Halves are rounded away from 0.
    let half: BigInt = &below >> 1usize;
    if mantissa < 0 { (above - half) / below } else { (above + half) / below }
}

/// The whole number as binary64, if it is one.
fn binary64(number: &BigInt) -> Option<f64> {
    let zeros = number.trailing_zeros().unwrap_or(0);
    if number.bits() - zeros > 53 || number.bits() > 1000 {
        return None;
    }
    let odd: i64 = i64::try_from(number >> zeros as usize).ok()?;
    Some(odd as f64 * 2f64.powi(zeros as i32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DesignMatrix, Loss, PenaltyTerm};

    fn whole(rows: &[f64], signs: &[f64], near: &[f64]) -> Option<(Vec<i64>, Vec<u32>)> {
        let design = DesignMatrix::dense(rows, near.len());
        let problem = Problem { design, loss: Loss::logistic(signs), penalty: PenaltyTerm::NONE };
        let found = whole_direction(&problem, near, &AtomicBool::new(false))?;
        Some((found.entries.iter().map(|d| i64::try_from(d.clone()).unwrap()).collect(), found.on_hyperplane))
    }

    #[test]
    fn the_shortest_direction_that_separates_is_found() {
        let rows = [1.0, 0.1, 1.0, 0.3];
        assert_eq!(whole(&rows, &[-1.0, 1.0], &[-0.987_654_3, 4.938_271_5]), Some((vec![-1, 5], vec![])));
        // Few digits do not tell the classes apart.
        let (low, high) = (0.300_000_000_000_4, 0.300_000_000_000_6);
        let rows = [1.0, low, 1.0, high];
        let (found, zero) = whole(&rows, &[-1.0, 1.0], &[-0.3, 1.0]).unwrap();
        assert!(zero.is_empty() && found[1] > 1_000_000_000, "{found:?}");
    }

    #[test]
    fn rows_on_the_hyperplane_stay_there() {
        // x = 0.1 has both classes; all others are on their sides of it.
        let rows = [1.0, 0.1, 1.0, 0.1, 1.0, 0.7, 1.0, -3.0];
        let (found, zero) = whole(&rows, &[1.0, -1.0, 1.0, -1.0], &[-0.1, 1.0]).unwrap();
        assert_eq!(zero, [0, 1]);
        // 0.1 is m·2^-55 as a double.
        assert_eq!(i128::from(found[0]) * (1 << 55), -i128::from(found[1]) * 3_602_879_701_896_397);
    }

    #[test]
    fn what_does_not_separate_is_refused() {
        assert_eq!(whole(&[1.0, 0.0, 1.0, 1.0, 1.0, 2.0], &[1.0, -1.0, 1.0], &[0.0, 1.0]), None);
        assert_eq!(whole(&[1.0, 0.0, 1.0, 1.0], &[-1.0, 1.0], &[f64::NAN, 1.0]), None);
    }

    #[test]
    fn decimal_places_are_rounded_to_the_nearest() {
        for (d, place, expected) in [(0.25, -1, 3), (-0.25, -1, -3), (1234.0, 2, 12), (1e-3, -3, 1), (0.049, -1, 0)] {
            assert_eq!(nearest_multiple(d, place), BigInt::from(expected), "{d}, {place}");
        }
    }
}
