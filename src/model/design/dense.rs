//! Dense designs: all numbers, row after row.

use super::panels::{self, PassOutput, Rows, Totals};
use super::{Pass, PassBuffers};
use crate::linear_algebra::{Matrix, blocked, cholesky, packed};
use crate::model::evaluation::Order;
use crate::model::loss::predictor;
use crate::model::workers::Workers;

/// A dense n × p matrix in double or single precision. All arithmetic is done in f64.
#[derive(Clone, Copy, Debug)]
pub struct Dense<'a> {
    numbers: Matrix<'a>,
    rows: usize,
    columns: usize,
}

/// Size of X from which sums over the rows go through panels. Smaller designs keep the simplest order of sums, row after row,
/// although panels would be faster there too (75 × 5: 1.6 instead of 3.7 µs up to the Hessian).
pub(super) const PANELS: usize = 1 << 10;

/// Rows that are widened together, so that their precision is not asked for each row.
const WIDENED: usize = 64;

impl<'a> Dense<'a> {
    /// A matrix of `rows` × `columns` numbers.
    pub fn new(numbers: Matrix<'a>, rows: usize, columns: usize) -> Dense<'a> {
        debug_assert_eq!(numbers.len(), rows * columns);
        Dense { numbers, rows, columns }
    }

    /// n.
    pub fn rows(self) -> usize {
        self.rows
    }

    /// p.
    pub fn columns(self) -> usize {
        self.columns
    }

    /// The numbers as they are stored, row after row.
    pub fn numbers(self) -> Matrix<'a> {
        self.numbers
    }

    pub(super) fn stored(self) -> usize {
        self.numbers.len()
    }

    pub(super) fn is_finite(self) -> bool {
        self.numbers.is_finite()
    }

    #[inline(always)]
    pub(super) fn entry(self, i: usize, j: usize) -> f64 {
        self.numbers.at(i * self.columns + j)
    }

    /// Whether `holds` is true of all rows; stops at the first row for which it is false.
    #[inline(always)]
    pub(super) fn all_rows(self, mut holds: impl FnMut(usize, &[f64]) -> bool) -> bool {
        let p = self.columns;
        for first in (0..self.rows).step_by(WIDENED) {
            let last = self.rows.min(first + WIDENED);
            let numbers = self.numbers.part(first * p..last * p).widened();
            for i in first..last {
                let start = (i - first) * p;
                if !holds(i, &numbers[start..start + p]) {
                    return false;
                }
            }
        }
        true
    }

    #[inline(always)]
    fn each_row(self, mut see: impl FnMut(usize, &[f64])) {
        self.all_rows(
            #[inline(always)]
            |i, row| {
                see(i, row);
                true
            },
        );
    }

    #[inline(always)]
    pub(super) fn each_predictor(self, coefficients: &[f64], mut see: impl FnMut(usize, f64)) {
        self.each_row(
            #[inline(always)]
            |i, row| see(i, predictor(row, coefficients)),
        );
    }

    #[inline(always)]
    pub(super) fn all_predictors(self, coefficients: &[f64], mut holds: impl FnMut(usize, f64, f64) -> bool) -> bool {
        self.all_rows(
            #[inline(always)]
            |i, row| {
                let (sum, size) = predictor_and_size(row, coefficients);
                holds(i, sum, size)
            },
        )
    }

    pub(super) fn add_transpose_product(self, vector: &[f64], into: &mut [f64]) {
        self.each_row(|i, row| add_scaled(into, vector[i], row));
    }

    pub(super) fn add_weighted_gram(self, weights: &[f64], into: &mut [f64]) {
        self.each_row(|i, row| packed::add_square(into, weights[i], row));
    }

    pub(super) fn add_hessian_product(self, weights: &[f64], vector: &[f64], into: &mut [f64]) {
        self.each_row(|i, row| add_scaled(into, weights[i] * predictor(row, vector), row));
    }

    #[inline(always)]
    pub(super) fn accumulate(
        self,
        coefficients: &[f64],
        order: Order,
        mut terms: impl FnMut(usize, f64) -> (f64, f64),
        gradient: &mut [f64],
        hessian: &mut [f64],
    ) {
        self.each_row(
            #[inline(always)]
            |i, row| {
                let (slope, weight) = terms(i, predictor(row, coefficients));
                if order >= Order::Gradient {
                    add_scaled(gradient, slope, row);
                }
                if order == Order::Hessian {
                    packed::add_square(hessian, weight, row);
                }
            },
        );
    }

    pub(super) fn suits_panels(self) -> bool {
        self.stored() >= PANELS
    }

    pub(super) fn logistic_pass(
        self,
        pass: Pass<'_>,
        workers: &dyn Workers,
        storage: &mut panels::PanelScratch,
        found: PassOutput<'_>,
    ) -> Totals {
        let Pass { signs, coefficients, order, sigmoid, share } = pass;
        let rows = Rows { rows: self.numbers, columns: self.columns, signs, share, before: 0 };
        panels::logistic(rows, coefficients, (order, sigmoid), workers, storage, found)
    }

    pub(super) fn gram(self, step: usize, workers: &dyn Workers, buffers: &mut PassBuffers, into: &mut [f64]) {
        let PassBuffers { panels, sample } = buffers;
        if step > 1 {
            let p = self.columns;
            sample.clear();
            sample.reserve(self.rows.div_ceil(step) * p);
            for i in (0..self.rows).step_by(step) {
                self.numbers.part(i * p..(i + 1) * p).append_to(sample);
            }
            Dense::new(Matrix::Double(sample), self.rows.div_ceil(step), p).gram_of_all(workers, panels, into);
        } else {
            self.gram_of_all(workers, panels, into);
        }
    }

    fn gram_of_all(self, workers: &dyn Workers, storage: &mut panels::PanelScratch, into: &mut [f64]) {
        into.fill(0.0);
        if self.suits_panels() {
            panels::gram(self.numbers, self.columns, workers, storage, into);
        } else {
            self.each_row(|_, row| packed::add_square(into, 1.0, row));
        }
    }

    pub(super) fn find_column_sizes(self, into: &mut [f64]) {
        self.each_row(|_, row| into.iter_mut().zip(row).for_each(|(largest, x)| *largest = largest.max(x.abs())));
    }

    #[inline(always)]
    pub(super) fn each_row_in_factor(self, factor: &[f64], vector: &mut Vec<f64>, mut see: impl FnMut(usize, &[f64])) {
        let p = self.columns;
        if p < blocked::LARGE {
            return self.each_row(
                #[inline(always)]
                |i, row| {
                    vector.clear();
                    vector.extend_from_slice(row);
                    cholesky::solve_lower(factor, vector);
                    see(i, vector);
                },
            );
        }
        /// Rows that share a pass over the factor.
        const TOGETHER: usize = 512;
        for first in (0..self.rows).step_by(TOGETHER) {
            let last = self.rows.min(first + TOGETHER);
            vector.clear();
            self.numbers.part(first * p..last * p).append_to(vector);
            blocked::solve_rows(factor, p, vector);
            vector.chunks_exact(p).zip(first..).for_each(|(row, i)| see(i, row));
        }
        // Callers' storage has the length of a row.
        vector.truncate(p);
    }
}

/// x'b and Σ_j |x_j b_j|, each as eight sums, so that an addition does not wait for the one before it.
#[inline(always)]
fn predictor_and_size(row: &[f64], coefficients: &[f64]) -> (f64, f64) {
    const CHAINS: usize = 8;
    let (mut sums, mut sizes) = ([0.0; CHAINS], [0.0; CHAINS]);
    let ((rows, last), (bs, last_b)) = (row.as_chunks::<CHAINS>(), coefficients.as_chunks::<CHAINS>());
    for (x, b) in rows.iter().zip(bs) {
        for k in 0..CHAINS {
            let term: f64 = x[k] * b[k];
            sums[k] += term;
            sizes[k] += term.abs();
        }
    }
    for (k, (x, b)) in last.iter().zip(last_b).enumerate() {
        let term = x * b;
        sums[k] += term;
        sizes[k] += term.abs();
    }
    (sums.iter().sum(), sizes.iter().sum())
}

/// Adds `factor` · row.
#[inline(always)]
fn add_scaled(sums: &mut [f64], factor: f64, row: &[f64]) {
    for (sum, x) in sums.iter_mut().zip(row) {
        *sum += factor * x;
    }
}
