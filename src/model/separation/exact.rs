//! Exact arithmetic on the rows of a design: every binary64 number is an integer times a power of two.

use num_bigint::{BigInt, Sign};

/// The least power of two of a binary64 number.
pub const LEAST_POWER: i32 = -1074;

/// The integers m and e with `value` = m·2^e, where m has all 53 bits or e is [`LEAST_POWER`]. The value must be finite.
pub fn decompose_as_stored(value: f64) -> (i64, i32) {
    let bits = value.to_bits();
    let field = (bits >> 52 & 0x7ff) as i32;
    let fraction = (bits & ((1 << 52) - 1)) as i64;
    let (mantissa, exponent) = if field == 0 { (fraction, LEAST_POWER) } else { (fraction | 1 << 52, field - 1075) };
    (if value < 0.0 { -mantissa } else { mantissa }, exponent)
}

/// The integers m and e with `value` = m·2^e, m odd or 0. The value must be finite.
pub fn decompose(value: f64) -> (i64, i32) {
    if value == 0.0 {
        return (0, 0);
    }
    let (mantissa, exponent) = decompose_as_stored(value);
    let zeros = mantissa.trailing_zeros();
    (mantissa >> zeros, exponent + zeros as i32)
}

/// Numbers m·2^e as integers, divided by the smallest of their powers of two.
fn common_power_left_out(parts: Vec<(i64, i32)>) -> Vec<BigInt> {
    let least = parts.iter().filter(|part| part.0 != 0).map(|part| part.1).min().unwrap_or(0);
    parts.into_iter().map(|part| above(part, least)).collect()
}

/// m·2^e as a multiple of 2^least; for m = 0 the exponent means nothing.
pub fn above((mantissa, exponent): (i64, i32), least: i32) -> BigInt {
    if mantissa == 0 { BigInt::ZERO } else { BigInt::from(mantissa) << (exponent - least) as usize }
}

/// Integer rows whose products with a direction have the signs of the design's rows' products.
///
/// Column j is divided by the power of two of its finest entry, so a direction in these coordinates has d_j multiplied by that
/// power.
pub struct IntegerRows {
    rows: Vec<Vec<BigInt>>,
    /// Column j of the integers times 2^e_j, e_j being its exponent, is column j of the design.
    exponents: Vec<i32>,
}

impl IntegerRows {
    /// Takes rows a_i, which a separating direction d has on one side, a_i'd ≥ 0.
    pub fn new<'a>(rows: impl Iterator<Item = &'a [f64]> + Clone, columns: usize) -> IntegerRows {
        let mut exponents = vec![i32::MAX; columns];
        for row in rows.clone() {
            for (least, &x) in exponents.iter_mut().zip(row) {
                let (mantissa, exponent) = decompose(x);
                if mantissa != 0 {
                    *least = exponent.min(*least);
                }
            }
        }
        // A column of zeros has no finest entry.
        exponents.iter_mut().filter(|exponent| **exponent == i32::MAX).for_each(|exponent| *exponent = 0);
        let integers =
            |row: &[f64]| row.iter().zip(&exponents).map(|(&x, &least)| above(decompose(x), least)).collect();
        let rows = rows.map(integers).collect();
        IntegerRows { rows, exponents }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.exponents.len()
    }

    /// Row i.
    pub fn row(&self, i: usize) -> &[BigInt] {
        &self.rows[i]
    }

    /// The sign of row i's product with a direction in the integers' coordinates.
    pub fn side(&self, i: usize, direction: &[BigInt]) -> Sign {
        self.rows[i].iter().zip(direction).map(|(a, d)| a * d).sum::<BigInt>().sign()
    }

    /// A direction of the design, in the integers' coordinates.
    pub fn direction(&self, direction: &[f64]) -> Vec<BigInt> {
        let scaled = |(&d, &scale): (&f64, &i32)| {
            let (mantissa, exponent) = decompose(d);
            (mantissa, exponent.saturating_add(scale))
        };
        let parts = direction.iter().zip(&self.exponents).map(scaled).collect();
        common_power_left_out(parts)
    }

    /// A direction of the design in whole numbers, in the integers' coordinates.
    pub fn of_whole(&self, direction: &[BigInt]) -> Vec<BigInt> {
        let least = self.exponents.iter().copied().min().unwrap_or(0);
        direction.iter().zip(&self.exponents).map(|(d, &scale)| d << (scale - least) as usize).collect()
    }

    /// A direction in the integers' coordinates as one of the design in whole numbers, without a common divisor.
    pub fn whole(&self, direction: &[BigInt]) -> Vec<BigInt> {
        let most = self.exponents.iter().copied().max().unwrap_or(0);
        let whole: Vec<BigInt> =
            direction.iter().zip(&self.exponents).map(|(d, &scale)| d << (most - scale) as usize).collect();
        without_common_divisor(whole)
    }

    /// A direction of the design from the integers' coordinates, with largest entry about 1, each entry rounded once.
    pub fn rounded(&self, direction: &[BigInt]) -> Vec<f64> {
        let parts: Vec<(f64, i64)> = direction
            .iter()
            .zip(&self.exponents)
            .map(|(d, &scale)| {
                let spare = d.bits().saturating_sub(64) as i64;
                // 64 bits and the rounding of their conversion: within two units in the last place.
                (f64_of(&(d >> spare as usize)), spare - i64::from(if d.sign() == Sign::NoSign { 0 } else { scale }))
            })
            .collect();
        let magnitude =
            |&(value, exponent): &(f64, i64)| (value != 0.0).then(|| exponent + value.abs().log2().floor() as i64);
        let largest = parts.iter().filter_map(magnitude).max().unwrap_or(0);
        parts
            .iter()
            .map(|&(value, exponent)| value * 2f64.powi((exponent - largest).clamp(-2000, 2000) as i32))
            .collect()
    }

    /// The direction whose products with the rows in `zero` are exactly zero and which is closest to `near` in its free
    /// coordinates; empty if only the direction 0 has such products.
    pub fn project(&self, zero: &[usize], near: &[BigInt]) -> Vec<BigInt> {
        let columns = self.exponents.len();
        let mut matrix: Vec<Vec<BigInt>> = zero.iter().map(|&i| self.rows[i].clone()).collect();
        let Reduced { pivots, scale } = reduce(&mut matrix, columns);
        if pivots.len() == columns {
            return Vec::new();
        }
        let mut direction: Vec<BigInt> = near.iter().map(|d| d * &scale).collect();
        for &(row, pivot) in &pivots {
            let sum: BigInt = (0..columns)
                .filter(|j| pivots.iter().all(|(_, other)| other != j))
                .map(|j| &matrix[row][j] * &near[j])
                .sum();
            direction[pivot] = -sum;
        }
        // A negative multiple would point the other way.
        if scale.sign() == Sign::Minus {
            direction.iter_mut().for_each(|d| *d = -&*d);
        }
        direction
    }
}

/// Whole numbers divided by their greatest common divisor.
pub fn without_common_divisor(mut numbers: Vec<BigInt>) -> Vec<BigInt> {
    let mut divisor = BigInt::ZERO;
    for number in &numbers {
        let mut rest = number.clone();
        // Euclid's algorithm.
        while rest.sign() != Sign::NoSign {
            let remainder = &divisor % &rest;
            divisor = std::mem::replace(&mut rest, remainder);
        }
    }
    if divisor.sign() == Sign::Minus {
        divisor = -divisor;
    }
    if divisor.bits() > 1 {
        numbers.iter_mut().for_each(|number| *number /= &divisor);
    }
    numbers
}

/// a/b, rounded.
pub fn ratio(a: &BigInt, b: &BigInt) -> f64 {
    let leading = |value: &BigInt| {
        let spare = value.bits().saturating_sub(64);
        (f64_of(&(value >> spare as usize)), spare as i64)
    };
    let ((a, more), (b, less)) = (leading(a), leading(b));
    a / b * 2f64.powi((more - less).clamp(-2000, 2000) as i32)
}

fn f64_of(value: &BigInt) -> f64 {
    let (sign, digits) = value.to_u64_digits();
    let size = digits.iter().rev().fold(0.0, |sum, &digit| sum * 18_446_744_073_709_551_616.0 + digit as f64);
    if sign == Sign::Minus { -size } else { size }
}

/// What [`reduce`] finds.
pub struct Reduced {
    /// Rows and columns of the pivots.
    pub pivots: Vec<(usize, usize)>,
    /// The value that every pivot has.
    pub scale: BigInt,
}

/// Fraction-free Gauss-Jordan elimination (Bareiss 1968) with the largest pivots among the first `columns` columns.
pub fn reduce(matrix: &mut [Vec<BigInt>], columns: usize) -> Reduced {
    let mut pivots: Vec<(usize, usize)> = Vec::new();
    let mut scale = BigInt::from(1);
    loop {
        let free_rows = (0..matrix.len()).filter(|row| pivots.iter().all(|(other, _)| other != row));
        let candidate = free_rows
            .flat_map(|row| (0..columns).map(move |column| (row, column)))
            .max_by_key(|&(row, column)| (matrix[row][column].bits(), std::cmp::Reverse((row, column))));
        let Some((row, column)) = candidate.filter(|&(row, column)| matrix[row][column].sign() != Sign::NoSign) else {
            return Reduced { pivots, scale };
        };
        let pivot_row = matrix[row].clone();
        for (_, other) in matrix.iter_mut().enumerate().filter(|(place, _)| *place != row) {
            let factor = other[column].clone();
            for (value, pivot_value) in other.iter_mut().zip(&pivot_row) {
                *value = (&*value * &pivot_row[column] - &factor * pivot_value) / &scale;
            }
        }
        scale = pivot_row[column].clone();
        pivots.push((row, column));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_apart_and_put_together() {
        for value in [1.0, -0.1, 3e300, 5e-324, -2.5e-310, 1e-8, 0.0] {
            let (mantissa, exponent) = decompose(value);
            assert_eq!(mantissa as f64 * 2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2), value);
        }
        let parts = [0.5, -3.0, 0.0].map(decompose).to_vec();
        assert_eq!(common_power_left_out(parts), [BigInt::from(1), BigInt::from(-6), BigInt::ZERO]);
    }

    fn rows(values: &[[f64; 3]]) -> IntegerRows {
        IntegerRows::new(values.iter().map(|row| &row[..]), 3)
    }

    #[test]
    fn projection_is_exact() {
        let rows = rows(&[[0.1, 0.2, 0.3], [1e8, -3.0, 1e-8], [1.0, 1.0, 1.0]]);
        let direction = rows.project(&[0, 1], &rows.direction(&[0.5, -1.0, 0.5]));
        assert!(rows.side(0, &direction) == Sign::NoSign && rows.side(1, &direction) == Sign::NoSign);
        assert_ne!(rows.side(2, &direction), Sign::NoSign);
        assert!(rows.project(&[0, 1, 2], &rows.direction(&[1.0, 1.0, 1.0])).is_empty());
        let rounded = rows.rounded(&rows.direction(&[0.5, -0.25, 1e-9]));
        assert!(rounded.iter().zip([0.5, -0.25, 1e-9]).all(|(a, b)| (a / b / (rounded[0] / 0.5) - 1.0).abs() < 1e-15));
    }
}
