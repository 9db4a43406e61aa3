//! The design X of a problem, used through operations, so that only its kind knows how its numbers are stored.
//!
//! | operation | what it gives |
//! | --- | --- |
//! | [`each_predictor`](DesignMatrix::each_predictor), [`all_predictors`](DesignMatrix::all_predictors) | x_i'b, the latter with Σ_j abs(x_ij b_j) |
//! | [`add_transpose_product`](DesignMatrix::add_transpose_product) | X'v |
//! | [`add_weighted_gram`](DesignMatrix::add_weighted_gram), [`gram`](DesignMatrix::gram) | X'WX, X'X |
//! | [`hessian_product`](DesignMatrix::hessian_product) | X'W(Xv), without the Gram matrix |
//! | [`each_row_in_factor`](DesignMatrix::each_row_in_factor), [`largest_row`](DesignMatrix::largest_row) | sizes of rows in the norm of a matrix, and bounds on them |
//! | [`column_sizes`](DesignMatrix::column_sizes) | max_i abs(x_ij) |
//! | [`accumulate`](DesignMatrix::accumulate), [`logistic_pass`](DesignMatrix::logistic_pass) | gradient and Hessian of a loss in one sweep |
//! | [`each_row`](DesignMatrix::each_row), [`column`](DesignMatrix::column), [`entry`](DesignMatrix::entry) | the numbers themselves, for exact arithmetic and QR |
//!
//! A kind is a file here and a variant of [`DesignMatrix`]. Callers bring the factors of the rows (losses, signs, penalties);
//! operations are generic over them, so that loops over rows contain no dynamic call. The column of ones of a model with an
//! intercept is the design's first column; data sets hold only features.
//!
//! An operation adds the terms of the rows in their order, unless its documentation says otherwise.

mod dense;
mod gathered;
mod moments;
pub mod panels;
mod transformation;

pub use dense::Dense;
pub use gathered::{Design, columns};
pub use panels::{PassOutput, Totals};
pub use transformation::{Scaling, Transformation};

use super::evaluation::Order;
use super::loss::Sigmoid;
use super::workers::Workers;
use crate::linear_algebra::Matrix;

/// X, n × p, of any kind.
#[derive(Clone, Copy, Debug)]
pub enum DesignMatrix<'a> {
    /// All numbers, row after row.
    Dense(Dense<'a>),
}

/// Storage for passes over designs of any kind, reused from pass to pass.
#[derive(Debug, Default)]
pub struct PassBuffers {
    panels: panels::PanelScratch,
    sample: Vec<f64>,
}

/// A pass over rows in SIMD lanes: its rows, its point, and its order.
#[derive(Clone, Copy, Debug)]
pub struct Pass<'a> {
    /// s_i = ±1 of every row.
    pub signs: &'a [f64],
    /// β.
    pub coefficients: &'a [f64],
    /// The highest derivative.
    pub order: Order,
    /// How derivatives are computed; the loss is always stable. Naive only where the pass takes all rows.
    pub sigmoid: Sigmoid,
    /// The pass takes one row in `share`.
    pub share: usize,
}

impl<'a> DesignMatrix<'a> {
    /// A dense design of rows in double precision, one after the other; without rows if there are no columns.
    pub fn dense(numbers: &'a [f64], columns: usize) -> DesignMatrix<'a> {
        DesignMatrix::Dense(Dense::new(Matrix::Double(numbers), numbers.len() / columns.max(1), columns))
    }

    /// n.
    pub fn rows(self) -> usize {
        match self {
            DesignMatrix::Dense(dense) => dense.rows(),
        }
    }

    /// p.
    pub fn columns(self) -> usize {
        match self {
            DesignMatrix::Dense(dense) => dense.columns(),
        }
    }

    /// Number of stored numbers, all of which a pass reads.
    pub fn stored(self) -> usize {
        match self {
            DesignMatrix::Dense(dense) => dense.stored(),
        }
    }

    /// Whether all numbers are finite.
    pub fn is_finite(self) -> bool {
        match self {
            DesignMatrix::Dense(dense) => dense.is_finite(),
        }
    }

    /// Calls `see` with i and the p numbers of each row, for the few callers that need whole rows.
    #[inline(always)]
    pub fn each_row(self, mut see: impl FnMut(usize, &[f64])) {
        match self {
            DesignMatrix::Dense(dense) => dense.all_rows(|i, row| {
                see(i, row);
                true
            }),
        };
    }

    /// The numbers of column j, one per row.
    pub fn column(self, j: usize) -> impl Iterator<Item = f64> + use<'a> {
        (0..self.rows()).map(move |i| self.entry(i, j))
    }

    /// x_ij.
    #[inline(always)]
    pub fn entry(self, i: usize, j: usize) -> f64 {
        match self {
            DesignMatrix::Dense(dense) => dense.entry(i, j),
        }
    }

    /// Calls `see` with i and x_i'b of each row.
    #[inline(always)]
    pub fn each_predictor(self, coefficients: &[f64], see: impl FnMut(usize, f64)) {
        match self {
            DesignMatrix::Dense(dense) => dense.each_predictor(coefficients, see),
        }
    }

    /// Whether `holds` is true of i, x_i'b and Σ_j |x_ij b_j| for all rows; stops at the first row for which it is false. The
    /// rounding of x_i'b is at most (p + 1)ε Σ_j |x_ij b_j|.
    #[inline(always)]
    pub fn all_predictors(self, coefficients: &[f64], holds: impl FnMut(usize, f64, f64) -> bool) -> bool {
        match self {
            DesignMatrix::Dense(dense) => dense.all_predictors(coefficients, holds),
        }
    }

    /// Adds X'v to `into`.
    pub fn add_transpose_product(self, vector: &[f64], into: &mut [f64]) {
        match self {
            DesignMatrix::Dense(dense) => dense.add_transpose_product(vector, into),
        }
    }

    /// Adds X'WX to `into`, a packed lower triangle.
    pub fn add_weighted_gram(self, weights: &[f64], into: &mut [f64]) {
        match self {
            DesignMatrix::Dense(dense) => dense.add_weighted_gram(weights, into),
        }
    }

    /// X'W(Xv), the product of a Hessian and a vector, into `into`.
    pub fn hessian_product(self, weights: &[f64], vector: &[f64], into: &mut [f64]) {
        into.fill(0.0);
        match self {
            DesignMatrix::Dense(dense) => dense.add_hessian_product(weights, vector, into),
        }
    }

    /// One sweep over the rows: `terms` gives slope and weight of a row from i and x_i'b; adds slope · x_i to `gradient` and
    /// weight · x_i x_i' to `hessian`, as far as `order` asks for them.
    #[inline(always)]
    pub fn accumulate(
        self,
        coefficients: &[f64],
        order: Order,
        terms: impl FnMut(usize, f64) -> (f64, f64),
        gradient: &mut [f64],
        hessian: &mut [f64],
    ) {
        match self {
            DesignMatrix::Dense(dense) => dense.accumulate(coefficients, order, terms, gradient, hessian),
        }
    }

    /// Whether sums over the rows should use [`logistic_pass`](DesignMatrix::logistic_pass).
    pub fn has_logistic_pass(self) -> bool {
        match self {
            DesignMatrix::Dense(dense) => dense.suits_panels(),
        }
    }

    /// One sweep over the rows for the logistic loss, in SIMD lanes and on many threads: its sum, gradient and Hessian, margins
    /// and column sizes. [`panels`] fixes the order of sums.
    pub fn logistic_pass(
        self,
        pass: Pass<'_>,
        workers: &dyn Workers,
        buffers: &mut PassBuffers,
        found: PassOutput<'_>,
    ) -> Totals {
        match self {
            DesignMatrix::Dense(dense) => dense.logistic_pass(pass, workers, &mut buffers.panels, found),
        }
    }

    /// X'X over one row in every `step` as a packed lower triangle, into `into`. [`panels`] fixes the order of long sums.
    pub fn gram(self, step: usize, workers: &dyn Workers, buffers: &mut PassBuffers, into: &mut [f64]) {
        match self {
            DesignMatrix::Dense(dense) => dense.gram(step, workers, buffers, into),
        }
    }

    /// max_i |x_ij| of each column, into `into`.
    pub fn column_sizes(self, into: &mut [f64]) {
        into.fill(0.0);
        match self {
            DesignMatrix::Dense(dense) => dense.find_column_sizes(into),
        }
    }

    /// max_i of `length(x_i)`, at least 0.
    #[inline(always)]
    pub fn largest_row(self, mut length: impl FnMut(&[f64]) -> f64) -> f64 {
        let mut largest = 0.0;
        self.each_row(
            #[inline(always)]
            |_, row| {
                let length = length(row);
                largest = if largest < length { length } else { largest };
            },
        );
        largest
    }

    /// Calls `see` with i and L⁻¹x_i of each row, whose squared length is x_i'(LL')⁻¹x_i; L is a packed lower triangle, and
    /// `vector` storage.
    #[inline(always)]
    pub fn each_row_in_factor(self, factor: &[f64], vector: &mut Vec<f64>, see: impl FnMut(usize, &[f64])) {
        match self {
            DesignMatrix::Dense(dense) => dense.each_row_in_factor(factor, vector, see),
        }
    }
}

#[cfg(test)]
mod tests;
