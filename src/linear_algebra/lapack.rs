//! The same systems solved by LAPACK through ndarray-linalg: an independent back-end that solvers can name.
//!
//! A BLAS under rayon must not start threads of its own. The matrices here are far below the size at which OpenBLAS
//! would; for large designs set `OPENBLAS_NUM_THREADS=1`.

use ndarray::{Array1, Array2};
use ndarray_linalg::{Cholesky, Eigh, Inverse, QR, SolveTriangular, UPLO};

use super::packed;

fn square(matrix: &[f64], columns: usize) -> Array2<f64> {
    Array2::from_shape_fn((columns, columns), |(i, j)| matrix[packed::at(i, j)])
}

fn vector(values: &[f64]) -> Array1<f64> {
    Array1::from_vec(values.to_vec())
}

/// Solves `A v = b`, A packed and symmetric, by Cholesky (`dpotrf`); `None` where A is not positive definite.
pub fn solve_cholesky(matrix: &[f64], right: &[f64]) -> Option<Vec<f64>> {
    let factor = square(matrix, right.len()).cholesky(UPLO::Lower).ok()?;
    let half = factor.solve_triangular(UPLO::Lower, ndarray_linalg::Diag::NonUnit, &vector(right)).ok()?;
    let solution = factor.t().solve_triangular(UPLO::Upper, ndarray_linalg::Diag::NonUnit, &half).ok()?;
    Some(solution.to_vec())
}

/// `A⁻¹ b` with the explicit inverse by LU (`dgetrf`, `dgetri`); `None` where a pivot is exactly zero.
pub fn solve_inverse(matrix: &[f64], right: &[f64]) -> Option<Vec<f64>> {
    let inverse = square(matrix, right.len()).inv().ok()?;
    Some(inverse.dot(&vector(right)).to_vec())
}

/// Minimises ‖b − A x‖₂ by Householder QR without pivoting (`dgeqrf`); `None` where R is exactly singular.
pub fn least_squares(
    rows: usize,
    columns: usize,
    entry: impl Fn(usize, usize) -> f64,
    right: impl Fn(usize) -> f64,
) -> Option<Vec<f64>> {
    if rows < columns {
        return None;
    }
    let design = Array2::from_shape_fn((rows, columns), |(i, j)| entry(i, j));
    let (q, r) = design.qr().ok()?;
    let projected = q.t().dot(&Array1::from_shape_fn(rows, right));
    // Back substitution would divide by it without a word.
    if r.diag().iter().any(|&pivot| pivot == 0.0) {
        return None;
    }
    let solution = r.solve_triangular(UPLO::Upper, ndarray_linalg::Diag::NonUnit, &projected).ok()?;
    Some(solution.to_vec())
}

/// The eigenvalues of a packed symmetric matrix in ascending order (`dsyev`); `None` if they do not converge.
pub fn eigenvalues(matrix: &[f64], columns: usize) -> Option<Vec<f64>> {
    let (values, _) = square(matrix, columns).eigh(UPLO::Lower).ok()?;
    Some(values.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear_algebra::{cholesky, qr::LeastSquares};

    /// The Gram matrix of a Hilbert-like design: condition number about 1e5.
    fn gram() -> Vec<f64> {
        let x = |i: usize, j: usize| 1.0 / (i + j + 1) as f64;
        let mut packed = Vec::new();
        for i in 0..4 {
            for j in 0..=i {
                packed.push((0..9).map(|k| x(k, i) * x(k, j)).sum());
            }
        }
        packed
    }

    #[test]
    fn every_solution_is_that_of_our_own_kernels() {
        let (matrix, right) = (gram(), [1.0, -2.0, 0.5, 3.0]);
        let mut own = right;
        let mut factor = matrix.clone();
        assert!(cholesky::factor(&mut factor, 4));
        cholesky::solve(&factor, &mut own);
        for solution in [solve_cholesky(&matrix, &right).unwrap(), solve_inverse(&matrix, &right).unwrap()] {
            for (a, b) in solution.iter().zip(&own) {
                assert!((a / b - 1.0).abs() < 1e-6, "{solution:?} and {own:?}");
            }
        }
        let entry = |i: usize, j: usize| 1.0 / (i + j + 1) as f64;
        let right = |i: usize| (i as f64).sin();
        let mut own = [0.0; 4];
        LeastSquares::<f64>::default().solve((9, 4), entry, right, &mut own);
        for (a, b) in least_squares(9, 4, entry, right).unwrap().iter().zip(&own) {
            assert!((a / b - 1.0).abs() < 1e-8);
        }
    }

    #[test]
    fn the_bound_on_the_largest_eigenvalue_is_above_it_and_close() {
        let matrix = gram();
        let largest = eigenvalues(&matrix, 4).unwrap()[3];
        let bound = packed::largest_eigenvalue_bound(&matrix, 4, &mut Vec::new());
        assert!(bound >= largest && bound < largest * 4f64.powf(1.0 / 128.0), "{largest} and {bound}");
    }

    #[test]
    fn singular_systems_have_no_solution() {
        assert_eq!(solve_cholesky(&[1.0, 2.0, 4.0], &[1.0, 1.0]), None);
        assert_eq!(solve_inverse(&[1.0, 2.0, 4.0], &[1.0, 1.0]), None);
        assert_eq!(least_squares(2, 2, |_, _| 0.0, |_| 1.0), None);
    }
}
