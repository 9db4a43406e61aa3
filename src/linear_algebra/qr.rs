//! Least squares by Householder QR with the limited column exchange of LINPACK's `dqrdc2`, which R's `glm.fit` uses.

/// Reusable storage for least-squares problems of one size.
#[derive(Default)]
pub struct LeastSquares {
    /// The design, column by column; after the factorisation R above the diagonal and the reflectors below.
    columns: Vec<f64>,
    /// The right-hand side; after the factorisation Q'b.
    right: Vec<f64>,
    order: Vec<usize>,
    original_norms: Vec<f64>,
}

/// Columns whose norm falls below this share of its original value count as collinear, as in `glm.fit`
/// (min(1e-7, epsilon / 1000) with epsilon = 1e-8).
pub const COLLINEARITY_TOLERANCE: f64 = 1e-11;

impl LeastSquares {
    /// Minimises ‖b − A x‖₂ and returns the rank; `entry(i, j)` is A's entry, `right(i)` that of b.
    ///
    /// Collinear columns are moved behind the others and get coefficient 0 (R prints NA for them).
    pub fn solve(
        &mut self,
        rows: usize,
        columns: usize,
        entry: impl Fn(usize, usize) -> f64,
        right: impl Fn(usize) -> f64,
        solution: &mut [f64],
    ) -> usize {
        self.columns.clear();
        self.columns.extend((0..columns).flat_map(|j| (0..rows).map(move |i| (i, j))).map(|(i, j)| entry(i, j)));
        self.right.clear();
        self.right.extend((0..rows).map(right));
        self.order.clear();
        self.order.extend(0..columns);
        self.original_norms.clear();
        self.original_norms.extend((0..columns).map(|j| norm(&self.columns[j * rows..(j + 1) * rows])));

        let rank = self.factor(rows, columns);
        solution.fill(0.0);
        for i in (0..rank).rev() {
            let mut sum = self.right[i];
            for k in i + 1..rank {
                sum -= self.columns[k * rows + i] * solution[self.order[k]];
            }
            solution[self.order[i]] = sum / self.columns[i * rows + i];
        }
        rank
    }

    fn factor(&mut self, rows: usize, columns: usize) -> usize {
        let mut candidates = columns;
        let mut k = 0;
        while k < candidates.min(rows) {
            let remaining = norm(&self.columns[k * rows + k..(k + 1) * rows]);
            if remaining <= self.original_norms[k] * COLLINEARITY_TOLERANCE {
                // The collinear column goes behind all others, which keep their order.
                self.columns[k * rows..].rotate_left(rows);
                self.order[k..].rotate_left(1);
                self.original_norms[k..].rotate_left(1);
                candidates -= 1;
                continue;
            }
            self.reflect(rows, columns, k, remaining);
            k += 1;
        }
        k
    }

    /// Applies the Householder reflection that turns column k below its diagonal into zeros.
    fn reflect(&mut self, rows: usize, columns: usize, k: usize, length: f64) {
        let (head, tail) = self.columns.split_at_mut((k + 1) * rows);
        let pivot = &mut head[k * rows + k..];
        let alpha = if pivot[0] > 0.0 { -length } else { length };
        pivot[0] -= alpha;
        let squared: f64 = pivot.iter().map(|v| v * v).sum();
        let apply = |column: &mut [f64]| {
            let product: f64 = pivot.iter().zip(column.iter()).map(|(v, c)| v * c).sum();
            let factor = 2.0 * product / squared;
            for (c, v) in column.iter_mut().zip(pivot.iter()) {
                *c -= factor * v;
            }
        };
        for j in 0..columns - k - 1 {
            apply(&mut tail[j * rows + k..(j + 1) * rows]);
        }
        apply(&mut self.right[k..]);
        pivot[0] = alpha;
    }
}

fn norm(values: &[f64]) -> f64 {
    values.iter().map(|v| v * v).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fits_a_line_and_drops_a_collinear_column() {
        let x: [f64; 4] = [0.0, 1.0, 2.0, 4.0];
        let y = [1.0, 3.0, 5.0, 9.0];
        let mut solution = [f64::NAN; 3];
        let entry = |i: usize, j: usize| [1.0, 2.0 * x[i], x[i]][j];
        let rank = LeastSquares::default().solve(4, 3, entry, |i| y[i], &mut solution);
        assert_eq!(rank, 2);
        for (value, expected) in solution.iter().zip([1.0, 1.0, 0.0]) {
            assert!((value - expected).abs() < 1e-14, "{solution:?}");
        }
    }

    #[test]
    fn a_wide_design_has_at_most_its_rows_as_rank() {
        let mut solution = [0.0; 3];
        let entry = |i: usize, j: usize| [[1.0, 2.0, 5.0], [1.0, 3.0, 7.0]][i][j];
        assert_eq!(LeastSquares::default().solve(2, 3, entry, |i| [1.0, 2.0][i], &mut solution), 2);
        assert!((solution[0] + 1.0).abs() < 1e-13 && (solution[1] - 1.0).abs() < 1e-13);
    }
}
