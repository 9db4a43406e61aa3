//! Explicit inverse by LU with partial pivoting, the way NumPy's `linalg.inv` has LAPACK do it (`gesv` on the identity).

use super::{Mask, Real};

/// Replaces the square `matrix` (row by row) by its factors and fills `inverse`; false where a pivot is exactly zero.
///
/// Only an exact zero stops LAPACK too, so a nearly singular matrix gives an inverse with no correct digits. That is
/// what the article's method lives with, and why no other method here uses an inverse. As in OpenBLAS's `getf2` the
/// factorisation looks left: an entry's products are added up first and subtracted at once, so that a column which
/// depends on the others leaves an exact zero more often than if they were subtracted one by one. The exchanges of
/// rows are selections by lane, so lanes may pivot differently.
#[inline(always)]
pub fn invert<R: Real>(matrix: &mut [R], inverse: &mut [R], columns: usize) -> R::Mask {
    let p = columns;
    let (zero, one) = (R::splat(0.0), R::splat(1.0));
    for i in 0..p {
        for j in 0..p {
            inverse[i * p + j] = if i == j { one } else { zero };
        }
    }
    let mut regular = R::Mask::splat(true);
    for j in 0..p {
        for i in 1..p {
            let mut sum = zero;
            for k in 0..i.min(j) {
                sum = sum + matrix[i * p + k] * matrix[k * p + j];
            }
            matrix[i * p + j] = matrix[i * p + j] - sum;
        }
        for i in j + 1..p {
            // Exchanging whenever a larger entry turns up leaves the largest in place j.
            let larger = matrix[j * p + j].abs().less(matrix[i * p + j].abs());
            exchange_rows(matrix, p, j, i, larger);
            exchange_rows(inverse, p, j, i, larger);
        }
        let pivot = matrix[j * p + j];
        regular = regular.and(pivot.less_or_equal(zero).and(zero.less_or_equal(pivot)).not());
        let reciprocal = one / pivot;
        for i in j + 1..p {
            matrix[i * p + j] = matrix[i * p + j] * reciprocal;
        }
    }
    for j in 0..p {
        for i in 1..p {
            let mut sum = zero;
            for k in 0..i {
                sum = sum + matrix[i * p + k] * inverse[k * p + j];
            }
            inverse[i * p + j] = inverse[i * p + j] - sum;
        }
        for i in (0..p).rev() {
            let mut sum = zero;
            for k in i + 1..p {
                sum = sum + matrix[i * p + k] * inverse[k * p + j];
            }
            inverse[i * p + j] = (inverse[i * p + j] - sum) / matrix[i * p + i];
        }
    }
    regular
}

#[inline(always)]
fn exchange_rows<R: Real>(matrix: &mut [R], columns: usize, a: usize, b: usize, mask: R::Mask) {
    for j in 0..columns {
        let (x, y) = (matrix[a * columns + j], matrix[b * columns + j]);
        matrix[a * columns + j] = R::select(mask, y, x);
        matrix[b * columns + j] = R::select(mask, x, y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverts_with_pivoting() {
        // The first pivot is zero, so it needs an exchange.
        let matrix = [0.0, 2.0, 1.0, 1.0, 1.0, 1.0, 4.0, 0.0, 3.0];
        let (mut factors, mut inverse) = (matrix, [0.0; 9]);
        assert!(invert(&mut factors, &mut inverse, 3));
        for i in 0..3 {
            for j in 0..3 {
                let product: f64 = (0..3).map(|k| matrix[i * 3 + k] * inverse[k * 3 + j]).sum();
                assert!((product - f64::from(u8::from(i == j))).abs() < 1e-14, "({i}, {j}) {product}");
            }
        }
    }

    #[test]
    fn an_exact_zero_pivot_is_singular_and_nan_is_not() {
        assert!(!invert(&mut [1.0, 2.0, 2.0, 4.0], &mut [0.0; 4], 2));
        // NaN is left to the rule for non-finite steps: LAPACK does not call it singular either.
        assert!(invert(&mut [f64::NAN], &mut [0.0; 1], 1));
    }
}
