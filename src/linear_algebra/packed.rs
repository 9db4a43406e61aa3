//! Symmetric matrices as their lower triangle, row after row: entry (i, j), j ≤ i, at `i(i+1)/2 + j`.

use super::Real;

/// Numbers in the lower triangle of a symmetric matrix with `columns` columns: `p(p+1)/2`.
#[inline(always)]
pub const fn len(columns: usize) -> usize {
    columns * (columns + 1) / 2
}

/// Place of entry (row, column); the two may come in either order.
#[inline(always)]
pub const fn at(row: usize, column: usize) -> usize {
    if column <= row { row * (row + 1) / 2 + column } else { column * (column + 1) / 2 + row }
}

/// Product `out = A v` of a packed symmetric matrix and a vector.
#[inline(always)]
pub fn multiply<R: Real>(matrix: &[R], vector: &[R], out: &mut [R]) {
    let columns = vector.len();
    for (i, value) in out.iter_mut().enumerate() {
        let mut sum = R::splat(0.0);
        for j in 0..columns {
            sum = sum + matrix[at(i, j)] * vector[j];
        }
        *value = sum;
    }
}

/// v'Av of a packed symmetric matrix and a vector.
#[inline(always)]
pub fn quadratic_form<R: Real>(matrix: &[R], vector: &[R]) -> R {
    let mut sum = R::splat(0.0);
    for (i, &v) in vector.iter().enumerate() {
        for (j, &other) in vector.iter().enumerate() {
            sum = (matrix[at(i, j)] * other).mul_add(v, sum);
        }
    }
    sum
}

/// Adds `weight` · v v'.
#[inline(always)]
pub fn add_square(matrix: &mut [f64], weight: f64, vector: &[f64]) {
    let mut place = matrix.iter_mut();
    for (i, x) in vector.iter().enumerate() {
        let weighted = weight * x;
        for (sum, other) in place.by_ref().take(i + 1).zip(vector) {
            *sum += weighted * other;
        }
    }
}

/// The full square matrix, row by row, of a packed symmetric one.
#[inline(always)]
pub fn unpack<R: Real>(matrix: &[R], columns: usize, full: &mut [R]) {
    for i in 0..columns {
        for j in 0..columns {
            full[i * columns + j] = matrix[at(i, j)];
        }
    }
}

/// An upper bound on the largest eigenvalue of a positive semidefinite matrix.
///
/// λmax(A) ≤ ‖Aᵐ‖_F^(1/m) with m = 2⁶ by repeated squaring, at most a factor p^(1/128) too large (1.3 % at p = 5).
/// A power iteration would cost less but converges from below, and a step length from it could be too long.
#[inline(always)]
pub fn largest_eigenvalue_bound<R: Real>(matrix: &[R], columns: usize, scratch: &mut Vec<R>) -> R {
    const SQUARINGS: i32 = 6;
    let size = columns * columns;
    scratch.clear();
    scratch.resize(2 * size, R::splat(0.0));
    let (mut power, mut square) = scratch.split_at_mut(size);
    unpack(matrix, columns, power);
    // The bound is kept as a product of roots, each matrix being scaled to norm 1 before it is squared.
    let mut bound = R::splat(1.0);
    for squaring in 0..=SQUARINGS {
        let frobenius = super::norm(power);
        let mut root = frobenius;
        for _ in 0..squaring {
            root = root.sqrt();
        }
        bound = bound * root;
        if squaring == SQUARINGS {
            break;
        }
        let scale = R::splat(1.0) / frobenius;
        for value in power.iter_mut() {
            *value = *value * scale;
        }
        for i in 0..columns {
            for j in 0..columns {
                let mut sum = R::splat(0.0);
                for k in 0..columns {
                    sum = sum + power[i * columns + k] * power[k * columns + j];
                }
                square[i * columns + j] = sum;
            }
        }
        std::mem::swap(&mut power, &mut square);
    }
    // Rounding of the squarings, p·ε each, must not take the bound below the eigenvalue.
    bound * R::splat(1.0 + 16.0 * columns as f64 * f64::EPSILON)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eigenvalue_bound_is_above_and_close() {
        // [[2, 1], [1, 2]] has eigenvalues 1 and 3.
        let bound = largest_eigenvalue_bound(&[2.0, 1.0, 2.0], 2, &mut Vec::new());
        assert!((3.0..3.0 * 2.0f64.powf(1.0 / 128.0)).contains(&bound), "{bound}");
        // A multiple of the identity is the worst case: every eigenvalue is the largest.
        let bound = largest_eigenvalue_bound(&[1e-9, 0.0, 1e-9, 0.0, 0.0, 1e-9], 3, &mut Vec::new());
        assert!((1e-9..=1e-9 * 3.0f64.powf(1.0 / 128.0) * (1.0 + 1e-12)).contains(&bound), "{bound}");
    }

    #[test]
    fn packing_and_products_agree() {
        let packed = [4.0, 1.0, 5.0, 2.0, 3.0, 6.0];
        let mut full = [0.0; 9];
        unpack(&packed, 3, &mut full);
        assert_eq!(full, [4.0, 1.0, 2.0, 1.0, 5.0, 3.0, 2.0, 3.0, 6.0]);
        let mut product = [0.0; 3];
        multiply(&packed, &[1.0, 10.0, 100.0], &mut product);
        assert_eq!(product, [214.0, 351.0, 632.0]);
        assert_eq!(quadratic_form(&packed, &[1.0, 10.0, 100.0]), 214.0 + 3_510.0 + 63_200.0);
    }
}
