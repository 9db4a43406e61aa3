//! Cholesky factorisation `A = L L'` of a packed symmetric matrix (Golub & Van Loan, Matrix Computations, 4.2).

use super::{Mask, Real, blocked, packed};

/// Replaces the packed lower triangle of `A` by that of `L`; true where `A` is numerically positive definite.
///
/// A pivot counts only if it is above p·ε of the diagonal entry it came from: below that, cancellation has left it no
/// correct digit. The test does not change when a column of the design is rescaled. Where the answer is false the
/// contents are not a factor.
#[inline(always)]
pub fn factor<R: Real>(matrix: &mut [R], columns: usize) -> R::Mask {
    let smallest = columns as f64 * R::EPSILON;
    if columns >= blocked::LARGE
        && let Some(matrix) = R::single_lane_mut(matrix)
    {
        return R::Mask::splat(blocked::factor(matrix, columns, smallest));
    }
    let smallest = R::splat(smallest);
    let mut definite = R::Mask::splat(true);
    for j in 0..columns {
        let row_j = packed::at(j, 0);
        let diagonal = matrix[row_j + j];
        let mut pivot = diagonal;
        for &l in &matrix[row_j..row_j + j] {
            pivot = (-l).mul_add(l, pivot);
        }
        // A zero column has pivot 0 = diagonal 0 and must not pass: 0 < 0 is false.
        definite = definite.and((smallest * diagonal).less(pivot));
        let root = pivot.sqrt();
        matrix[row_j + j] = root;
        let reciprocal = R::splat(1.0) / root;
        for i in j + 1..columns {
            let row_i = packed::at(i, 0);
            let mut sum = matrix[row_i + j];
            for (&l, &of_j) in matrix[row_i..row_i + j].iter().zip(&matrix[row_j..row_j + j]) {
                sum = (-l).mul_add(of_j, sum);
            }
            matrix[row_i + j] = sum * reciprocal;
        }
    }
    definite
}

/// Solves `L v = b` in place.
#[inline(always)]
pub fn solve_lower<R: Real>(factor: &[R], vector: &mut [R]) {
    for i in 0..vector.len() {
        let row = packed::at(i, 0);
        let mut sum = vector[i];
        for (&l, &v) in factor[row..row + i].iter().zip(&vector[..i]) {
            sum = (-l).mul_add(v, sum);
        }
        // The reciprocal does not wait for the sum, as a quotient would.
        vector[i] = sum * (R::splat(1.0) / factor[row + i]);
    }
}

/// Solves `L' v = b` in place.
#[inline(always)]
pub fn solve_upper<R: Real>(factor: &[R], vector: &mut [R]) {
    for i in (0..vector.len()).rev() {
        let mut sum = vector[i];
        for k in i + 1..vector.len() {
            sum = (-factor[packed::at(k, i)]).mul_add(vector[k], sum);
        }
        vector[i] = sum * (R::splat(1.0) / factor[packed::at(i, i)]);
    }
}

/// Solves `A v = L L' v = b` in place.
#[inline(always)]
pub fn solve<R: Real>(factor: &[R], vector: &mut [R]) {
    solve_lower(factor, vector);
    solve_upper(factor, vector);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_a_system() {
        let matrix = [4.0, 2.0, 5.0, 1.0, 3.0, 6.0];
        let mut l = matrix;
        assert!(factor(&mut l, 3));
        let mut v = [1.0, -2.0, 3.0];
        solve(&l, &mut v);
        let mut back = [0.0; 3];
        packed::multiply(&matrix, &v, &mut back);
        for (b, expected) in back.iter().zip([1.0, -2.0, 3.0]) {
            assert!((b - expected).abs() < 1e-14);
        }
    }

    #[test]
    fn refuses_what_is_not_definite() {
        assert!(!factor(&mut [1.0, 1.0, 1.0], 2), "singular");
        assert!(!factor(&mut [1.0, 2.0, 1.0], 2), "indefinite");
        assert!(!factor(&mut [0.0], 1), "zero");
        assert!(!factor(&mut [f64::NAN], 1), "NaN");
        // Duplicated columns: rounding may leave a pivot just above zero.
        assert!(!factor(&mut [0.1f64 * 0.1, 0.1 * 0.3, 0.3 * 0.3], 2), "rank one");
    }
}
