//! Identifiable columns of a design: the columns that are linearly independent on the rows at hand.

use super::design::{DesignMatrix, PassBuffers};
use super::separation::Echelon;
use super::workers::Workers;
use crate::linear_algebra::{cholesky, packed};

/// Storage for the check, reused from split to split.
#[derive(Debug, Default)]
pub struct RankWorkspace {
    gram: Vec<f64>,
    buffers: PassBuffers,
}

/// Rows per column, spread over all rows, with which the check begins if there are many more.
const SAMPLE: usize = 32;

/// Pivot of the Gram matrix, as a share of its diagonal entry, above which a column is independent of earlier columns: the
/// rounding of sums over n rows and of the factorisation stays below.
pub fn safe_pivot(rows: usize, columns: usize) -> f64 {
    f64::max(1e-10, 64.0 * (rows + columns) as f64 * f64::EPSILON)
}

/// Fills `kept` with the columns that are not linear combinations of earlier kept columns, in order. Leaves out constant,
/// duplicate and collinear columns, and keeps at most as many columns as there are rows. The fitted probabilities are the same
/// as with all columns, and the coefficients of the columns left out are 0.
///
/// Exact arithmetic (modulo a prime, see [`Echelon`]) decides if the Cholesky factorisation of X'X leaves the question open. So a
/// nearly dependent column is kept, and the certificate has to deal with it.
pub fn identifiable(
    design: DesignMatrix<'_>,
    workers: &dyn Workers,
    workspace: &mut RankWorkspace,
    kept: &mut Vec<usize>,
) {
    kept.clear();
    let (rows, columns) = (design.rows(), design.columns());
    // No more columns than rows are independent, so that the others are left out if so many of the first are.
    if columns > rows {
        let mut first = Vec::with_capacity(rows * rows);
        design.each_row(|_, row| first.extend_from_slice(&row[..rows]));
        if certainly_independent(DesignMatrix::dense(&first, rows), workers, workspace) {
            kept.extend(0..rows);
            return;
        }
    } else if certainly_independent(design, workers, workspace) {
        kept.extend(0..columns);
        return;
    }
    let mut echelon = Echelon::default();
    kept.extend((0..columns).filter(|&j| echelon.rank() < rows && echelon.add(design.column(j))));
}

/// Whether column j is no linear combination of the others, so that a fit of these rows determines its coefficient.
pub fn determined(design: DesignMatrix<'_>, j: usize) -> bool {
    let mut echelon = Echelon::default();
    for k in (0..design.columns()).filter(|&k| k != j) {
        echelon.add(design.column(k));
    }
    echelon.add(design.column(j))
}

fn certainly_independent(design: DesignMatrix<'_>, workers: &dyn Workers, workspace: &mut RankWorkspace) -> bool {
    // Columns that are independent on some rows are independent on all.
    let step = design.rows() / (SAMPLE * design.columns()).max(1);
    (step >= 16 && has_safe_pivots(design, step, workers, workspace)) || has_safe_pivots(design, 1, workers, workspace)
}

/// Whether the factorisation of X'X over one row in every `step` proves the columns independent in spite of rounding.
fn has_safe_pivots(
    design: DesignMatrix<'_>,
    step: usize,
    workers: &dyn Workers,
    workspace: &mut RankWorkspace,
) -> bool {
    let RankWorkspace { gram, buffers } = workspace;
    let columns = design.columns();
    gram.resize(packed::len(columns), 0.0);
    design.gram(step, workers, buffers, gram);
    let diagonal: Vec<f64> = (0..columns).map(|j| gram[packed::at(j, j)]).collect();
    let safe = safe_pivot(design.rows().div_ceil(step), columns);
    // Sums of subnormal numbers have no relative accuracy.
    diagonal.iter().all(|&value| value >= f64::MIN_POSITIVE / f64::EPSILON)
        && cholesky::factor(gram, columns)
        && (0..columns).all(|j| {
            let pivot = gram[packed::at(j, j)];
            pivot * pivot > safe * diagonal[j]
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Serial;

    fn kept(rows: &[f64], columns: usize) -> Vec<usize> {
        let mut kept = Vec::new();
        identifiable(DesignMatrix::dense(rows, columns), &Serial, &mut RankWorkspace::default(), &mut kept);
        kept
    }

    #[test]
    fn dependent_columns_go_and_nearly_dependent_ones_stay() {
        // Intercept, x, its double, a constant, a column of zeros, and x with one bit changed.
        let rows: Vec<f64> = [0.1f64, 0.7, -0.3, 2.0]
            .iter()
            .enumerate()
            .flat_map(|(i, &x)| [1.0, x, 2.0 * x, 5.0, 0.0, if i == 2 { x.next_up() } else { x }])
            .collect();
        assert_eq!(kept(&rows, 6), [0, 1, 5]);
        assert_eq!(kept(&[1.0, 0.0, 1.0, 1.0], 2), [0, 1]);
    }

    #[test]
    fn all_rows_decide_if_a_part_of_many_rows_is_not_enough() {
        // The third column is 1 in one row only, the fourth the sum of the second and the third.
        let numbers = |i: usize| {
            let (x, rare) = ((i * i % 101) as f64, if i == 4_321 { 1.0 } else { 0.0 });
            [1.0, x, rare, x + rare]
        };
        let rows: Vec<f64> = (0..5_000).flat_map(numbers).collect();
        assert_eq!(kept(&rows, 4), [0, 1, 2]);
    }

    #[test]
    fn more_columns_than_rows() {
        assert_eq!(kept(&[1.0, 2.0, 3.0, 1.0, 5.0, 6.0], 3), [0, 1]);
        assert_eq!(kept(&[1.0, 2.0, 3.0, 1.0, 2.0, 6.0], 3), [0, 2]);
        assert_eq!(kept(&[1.0, 2.0, 3.0, 1.0, 2.0, 3.0], 3), [0]);
    }
}
