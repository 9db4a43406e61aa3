//! Cholesky factorisation and triangular solves of large matrices, by blocks (Golub & Van Loan, Matrix Computations, 4.2.9).
//!
//! The lower triangle of A is halved again and again,
//!
//! ```text
//! A₁₁ = L₁₁ L₁₁',   L₂₁ = A₂₁ L₁₁⁻ᵀ,   A₂₂ − L₂₁ L₂₁' = L₂₂ L₂₂',
//! ```
//!
//! so that nearly all work is products of matrices, which a library computes from its caches. A sum's terms are those of the
//! textbook's loop in another order, so that bounds on rounding that hold for any order hold here.

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewMut2, Axis};

use super::{InstructionSet, Pack, Task, packed};

/// Columns from which factors are computed by blocks: below, unpacking costs more than it saves.
pub const LARGE: usize = 96;

/// Columns of a block that is not halved.
const BLOCK: usize = 32;

/// Replaces the packed lower triangle of A by L; whether each pivot is above `smallest` times the diagonal entry it came from.
pub fn factor(matrix: &mut [f64], columns: usize, smallest: f64) -> bool {
    let mut square = lower_square(matrix, columns);
    let diagonal: Vec<f64> = (0..columns).map(|i| matrix[packed::at(i, i)]).collect();
    let is_definite = match ArrayViewMut2::from_shape((columns, columns), &mut square) {
        Ok(view) => factor_part(view, &diagonal, smallest),
        Err(_) => false,
    };
    pack_lower(&square, columns, matrix);
    is_definite
}

/// A packed lower triangle as a square matrix, row after row, with zeros above the diagonal.
fn lower_square(matrix: &[f64], columns: usize) -> Vec<f64> {
    let mut square = vec![0.0; columns * columns];
    for (i, row) in square.chunks_exact_mut(columns).enumerate() {
        row[..=i].copy_from_slice(&matrix[packed::at(i, 0)..][..=i]);
    }
    square
}

/// The reverse, whatever is above the diagonal.
fn pack_lower(square: &[f64], columns: usize, matrix: &mut [f64]) {
    for (i, row) in square.chunks_exact(columns).enumerate() {
        matrix[packed::at(i, 0)..][..=i].copy_from_slice(&row[..=i]);
    }
}

/// (A⁻¹)_jj for all j, from the packed factor of A = L L': the squared lengths of the rows of L⁻ᵀ.
pub fn inverse_diagonal(factor: &[f64], columns: usize) -> Vec<f64> {
    let mut identity = vec![0.0; columns * columns];
    identity.iter_mut().step_by(columns + 1).for_each(|one| *one = 1.0);
    solve_rows(factor, columns, &mut identity);
    identity.chunks_exact(columns).map(|row| row.iter().map(|v| v * v).sum()).collect()
}

/// Replaces each row b of a matrix by L⁻¹b, L a packed lower triangle.
pub fn solve_rows(factor: &[f64], columns: usize, rows: &mut [f64]) {
    let square = lower_square(factor, columns);
    let count = rows.len() / columns.max(1);
    let factor = ArrayView2::from_shape((columns, columns), &square);
    if let (Ok(factor), Ok(rows)) = (factor, ArrayViewMut2::from_shape((count, columns), rows)) {
        solve_transposed(factor, rows);
    }
}

/// The columns of the first of two halves, a multiple of [`BLOCK`].
fn half(columns: usize) -> usize {
    columns.div_ceil(2 * BLOCK) * BLOCK
}

fn factor_part(matrix: ArrayViewMut2<'_, f64>, diagonal: &[f64], smallest: f64) -> bool {
    let columns = diagonal.len();
    if columns <= BLOCK {
        return factor_block(matrix, diagonal, smallest);
    }
    let k = half(columns);
    let (top, bottom) = matrix.split_at(Axis(0), k);
    let (mut a11, _) = top.split_at(Axis(1), k);
    let (mut a21, mut a22) = bottom.split_at(Axis(1), k);
    if !factor_part(a11.view_mut(), &diagonal[..k], smallest) {
        return false;
    }
    solve_transposed(a11.view(), a21.view_mut());
    add_square(-1.0, a21.view(), a22.view_mut());
    factor_part(a22, &diagonal[k..], smallest)
}

/// The textbook's loop.
fn factor_block(mut matrix: ArrayViewMut2<'_, f64>, diagonal: &[f64], smallest: f64) -> bool {
    let mut is_definite = true;
    for j in 0..diagonal.len() {
        let mut pivot = matrix[[j, j]];
        for k in 0..j {
            pivot -= matrix[[j, k]] * matrix[[j, k]];
        }
        is_definite &= smallest * diagonal[j] < pivot;
        let root = pivot.sqrt();
        matrix[[j, j]] = root;
        for i in j + 1..diagonal.len() {
            let mut sum = matrix[[i, j]];
            for k in 0..j {
                sum -= matrix[[i, k]] * matrix[[j, k]];
            }
            matrix[[i, j]] = sum / root;
        }
    }
    is_definite
}

/// Solves V L' = B in place for the rows of B, all against one factor.
fn solve_transposed(factor: ArrayView2<'_, f64>, mut rows: ArrayViewMut2<'_, f64>) {
    let columns = factor.ncols();
    if columns <= BLOCK {
        return InstructionSet::widest().run(SolveBlock { factor, rows });
    }
    let k = half(columns);
    let (l11, _) = factor.split_at(Axis(0), k).0.split_at(Axis(1), k);
    let (l21, l22) = factor.split_at(Axis(0), k).1.split_at(Axis(1), k);
    let (mut left, mut right) = rows.view_mut().split_at(Axis(1), k);
    solve_transposed(l11, left.view_mut());
    general_mat_mul(-1.0, &left, &l21.t(), 1.0, &mut right);
    solve_transposed(l22, right);
}

/// [`solve_block`] on an instruction set.
struct SolveBlock<'a> {
    factor: ArrayView2<'a, f64>,
    rows: ArrayViewMut2<'a, f64>,
}

impl Task for SolveBlock<'_> {
    type Output = ();
    #[inline(always)]
    fn run<R: Pack>(self) {
        solve_block::<R>(self.factor, self.rows);
    }
}

/// Solves V L' = B in place by substitution, many rows at once and column by column, so that their numbers lie beside each other.
#[inline(always)]
fn solve_block<R: Pack>(factor: ArrayView2<'_, f64>, mut rows: ArrayViewMut2<'_, f64>) {
    /// Packs of rows whose sums are in registers at once.
    const PACKS: usize = 4;
    /// Rows, as many as these packs hold on the widest instruction set.
    const TOGETHER: usize = PACKS * 8;
    let columns = factor.ncols();
    let mut of_columns = [[0.0; TOGETHER]; BLOCK];
    for mut chunk in rows.axis_chunks_iter_mut(Axis(0), TOGETHER) {
        for (r, row) in chunk.rows().into_iter().enumerate() {
            for (j, &x) in row.iter().enumerate() {
                of_columns[j][r] = x;
            }
        }
        for j in 0..columns {
            let (done, rest) = of_columns.split_at_mut(j);
            let pivot = R::splat(factor[[j, j]]);
            for first in (0..TOGETHER).step_by(PACKS * R::LANES) {
                let mut sums = [R::splat(0.0); PACKS];
                for (q, sum) in sums.iter_mut().enumerate() {
                    sum.lanes_mut().copy_from_slice(&rest[0][first + q * R::LANES..][..R::LANES]);
                }
                for (k, earlier) in done.iter().enumerate() {
                    let minus = R::splat(-factor[[j, k]]);
                    for (q, sum) in sums.iter_mut().enumerate() {
                        let mut v = R::splat(0.0);
                        v.lanes_mut().copy_from_slice(&earlier[first + q * R::LANES..][..R::LANES]);
                        *sum = minus.mul_add(v, *sum);
                    }
                }
                for (q, sum) in sums.iter().enumerate() {
                    rest[0][first + q * R::LANES..][..R::LANES].copy_from_slice((*sum / pivot).lanes());
                }
            }
        }
        for (r, mut row) in chunk.rows_mut().into_iter().enumerate() {
            for (j, x) in row.iter_mut().enumerate() {
                *x = of_columns[j][r];
            }
        }
    }
}

/// Fills a packed lower triangle with V V', the products of all pairs of rows of V.
pub fn square_of_rows(rows: &[f64], columns: usize, square: &mut [f64]) {
    let n = rows.len() / columns.max(1);
    let mut full = vec![0.0; n * n];
    if let (Ok(rows), Ok(matrix)) =
        (ArrayView2::from_shape((n, columns), rows), ArrayViewMut2::from_shape((n, n), &mut full))
    {
        add_square(1.0, rows, matrix);
    }
    pack_lower(&full, n, square);
}

/// Adds V V' times a factor to the lower triangle of A; what is above its diagonal blocks is not touched.
fn add_square(factor: f64, rows: ArrayView2<'_, f64>, mut matrix: ArrayViewMut2<'_, f64>) {
    /// Rows of a block on the diagonal, whose upper half is computed in vain.
    const DIAGONAL: usize = 128;
    let n = rows.nrows();
    if n <= DIAGONAL {
        return general_mat_mul(factor, &rows, &rows.t(), 1.0, &mut matrix);
    }
    let k = half(n);
    let (first, last) = rows.split_at(Axis(0), k);
    let (top, bottom) = matrix.split_at(Axis(0), k);
    let (a11, _) = top.split_at(Axis(1), k);
    let (mut a21, a22) = bottom.split_at(Axis(1), k);
    add_square(factor, first, a11);
    general_mat_mul(factor, &last, &first.t(), 1.0, &mut a21);
    add_square(factor, last, a22);
}

#[cfg(test)]
mod tests {
    use super::super::cholesky;
    use super::*;

    /// A = B B' + I of numbers without a pattern.
    fn definite(columns: usize) -> Vec<f64> {
        let number = |i: usize, j: usize| ((i * 7919 + j * 104_729) % 1009) as f64 / 1009.0 - 0.5;
        let mut matrix = Vec::new();
        for i in 0..columns {
            for j in 0..=i {
                let sum: f64 = (0..columns).map(|k| number(i, k) * number(j, k)).sum();
                matrix.push(sum + f64::from(u8::from(i == j)));
            }
        }
        matrix
    }

    #[test]
    fn the_factor_multiplied_out_is_the_matrix() {
        for columns in [1, 31, 32, 33, 64, 65, 97, 200, 331] {
            let matrix = definite(columns);
            let mut factor = matrix.clone();
            assert!(super::factor(&mut factor, columns, columns as f64 * f64::EPSILON));
            for i in 0..columns {
                for j in 0..=i {
                    let terms = (0..=j).map(|k| factor[packed::at(i, k)] * factor[packed::at(j, k)]);
                    let (sum, size) = terms.fold((0.0, 0.0), |(sum, size), term: f64| (sum + term, size + term.abs()));
                    let error = (sum - matrix[packed::at(i, j)]).abs();
                    // Higham, Accuracy and Stability, theorem 10.3, and the rounding of this sum.
                    assert!(error <= 2.0 * (columns + 1) as f64 * f64::EPSILON * size, "{columns}: {i} {j} {error}");
                }
            }
        }
    }

    #[test]
    fn singular_matrices_are_refused() {
        for columns in [100, 150, 257] {
            let mut matrix = definite(columns);
            // The last column is the first.
            for j in 0..columns {
                matrix[packed::at(columns - 1, j)] = matrix[packed::at(0, j)];
            }
            matrix[packed::at(columns - 1, columns - 1)] = matrix[0];
            assert!(!cholesky::factor(&mut matrix.clone(), columns), "{columns}");
            matrix[packed::at(columns / 2, columns / 2)] = f64::NAN;
            assert!(!cholesky::factor(&mut matrix, columns), "{columns}");
        }
    }

    #[test]
    fn rows_are_solved_as_one_by_one() {
        let (columns, count) = (150, 41);
        let mut factor = definite(columns);
        assert!(cholesky::factor(&mut factor, columns));
        let numbers: Vec<f64> = (0..count * columns).map(|k| (k * 31 % 97) as f64 / 97.0).collect();
        let mut solved = numbers.clone();
        solve_rows(&factor, columns, &mut solved);
        for (row, solved) in numbers.chunks(columns).zip(solved.chunks(columns)) {
            let mut one = row.to_vec();
            cholesky::solve_lower(&factor, &mut one);
            for (a, b) in one.iter().zip(solved) {
                assert!((a - b).abs() <= 1e-12 * (1.0 + a.abs()), "{a} {b}");
            }
        }
    }
}
