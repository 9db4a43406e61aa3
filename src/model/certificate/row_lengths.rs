//! The rows' lengths in the norm of H⁻¹, and bounds on them.

use std::ops::Deref;

use crate::linear_algebra::{Real, cholesky};
use crate::model::DesignMatrix;

/// Rows as the proof measures them, with any sign.
pub trait RowLengths<R> {
    /// max_i Σ_j |x_ij| sizes_j.
    fn largest_bound(&self, sizes: &[R]) -> R;
    /// max_i ‖L⁻¹x_i‖₂; `vector` is storage for p numbers.
    fn largest_in_factor(&self, factor: &[R], vector: &mut Vec<R>) -> R;
}

impl RowLengths<f64> for DesignMatrix<'_> {
    #[inline(always)]
    fn largest_bound(&self, sizes: &[f64]) -> f64 {
        self.largest_row(
            #[inline(always)]
            |row| length_bound(row, sizes),
        )
    }

    #[inline(always)]
    fn largest_in_factor(&self, factor: &[f64], vector: &mut Vec<f64>) -> f64 {
        let mut largest = 0.0;
        self.each_row_in_factor(
            factor,
            vector,
            #[inline(always)]
            |_, in_factor| {
                let length = crate::linear_algebra::norm(in_factor);
                largest = if largest < length { length } else { largest };
            },
        );
        largest
    }
}

/// Rows in lanes, one after the other.
impl<R: Real, I: Iterator<Item: Deref<Target = [R]>> + Clone> RowLengths<R> for I {
    #[inline(always)]
    fn largest_bound(&self, sizes: &[R]) -> R {
        largest_of(
            self.clone(),
            #[inline(always)]
            |row| length_bound(row, sizes),
        )
    }

    #[inline(always)]
    fn largest_in_factor(&self, factor: &[R], vector: &mut Vec<R>) -> R {
        let vector = &mut vector[..];
        largest_of(
            self.clone(),
            #[inline(always)]
            |row| {
                vector.copy_from_slice(row);
                cholesky::solve_lower(factor, vector);
                crate::linear_algebra::norm(vector)
            },
        )
    }
}

/// The largest `length` of a row.
#[inline(always)]
fn largest_of<R: Real>(rows: impl Iterator<Item: Deref<Target = [R]>>, mut length: impl FnMut(&[R]) -> R) -> R {
    let mut largest = R::splat(0.0);
    for row in rows {
        let length = length(&row);
        largest = R::select(largest.less(length), length, largest);
    }
    largest
}

/// Σ_j |x_j| |sizes_j|.
#[inline(always)]
pub fn length_bound<R: Real>(row: &[R], sizes: &[R]) -> R {
    let mut length = R::splat(0.0);
    for (&x, &size) in row.iter().zip(sizes) {
        length = x.abs().mul_add(size.abs(), length);
    }
    length
}
