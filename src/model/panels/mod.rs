//! Passes over many rows in SIMD lanes: predictors, losses, gradient and Hessian of one panel of rows after another.
//!
//! A panel is packed into strips of eight columns, padded with zeros, while its predictors are computed; so X is read from
//! memory once per pass and never copied as a whole. The Hessian X'WX is computed strip by strip, a tile of it in registers
//! while the rows of the panel go by.
//!
//! # Order of sums
//!
//! It is fixed by the numbers of rows and columns alone: a predictor is eight sums over the columns k, k + 8, k + 16, …, added
//! as a tree; an entry of gradient or Hessian is a sum over the rows of a panel in their order, added to those of the panels
//! before it in its group; and groups are added in their order. So the bits are the same on every instruction set and with any
//! number of threads.

mod group;
mod hessian;
#[cfg(test)]
mod tests;

use std::ops::{Deref, DerefMut};

use group::{Group, stride};

use super::evaluation::Order;
use super::workers::{Workers, collect};
use crate::linear_algebra::lanes::InstructionSet;
use crate::linear_algebra::{Matrix, packed};

/// Columns of a strip: the lanes of the widest instruction set.
const STRIP: usize = 8;
/// Rows of a panel: few enough to stay in the nearest caches with their strips, and many enough that loading and storing the
/// Hessian between panels costs little.
const PANEL: usize = 64;
/// Rows of a panel whose gradient is added at once: few, so that they and the next, which the processor fetches meanwhile, stay
/// in the nearest caches. A multiple of [`STRIP`] and a divisor of [`PANEL`].
const BLOCK: usize = 32;
/// Rows of a group, which is one task: some milliseconds of work at most.
const GROUP: usize = 128 * PANEL;
/// Numbers of X below which a single thread is faster than waking others.
const SHARED: usize = 1 << 18;

type Columns = [f64; STRIP];

/// Rows with what is summed over them.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// n × p, row after row.
    pub rows: Matrix<'a>,
    /// p.
    pub columns: usize,
    /// s_i = ±1; n of them.
    pub signs: &'a [f64],
}

/// What a pass gives, without penalties.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// Σ log(1 + exp(−m_i)).
    pub losses: f64,
    /// min m_i, NaN if any is.
    pub smallest_margin: f64,
}

/// What a certificate asks of the rows, beside losses and gradient.
#[derive(Clone, Debug, Default)]
pub struct Sizes {
    /// Σ_i |r_i x_ij|.
    pub gradient: Vec<f64>,
    /// Σ_i w_i x_ij².
    pub diagonal: Vec<f64>,
    /// max_i |x_ij|.
    pub largest: Vec<f64>,
    /// m_i.
    pub margins: Vec<f64>,
    /// |r_i|.
    pub residuals: Vec<f64>,
    /// Σ_j |x_ij β_j|.
    pub predictors: Vec<f64>,
    /// max_i |x_i'd|, infinite if any is NaN; 0 without a change d.
    pub change: f64,
}

/// Storage for the passes of one thread.
#[derive(Debug, Default)]
pub struct Scratch {
    panel: Panel,
    sums: Sums,
}

/// Storage is not part of a value.
impl Clone for Scratch {
    fn clone(&self) -> Scratch {
        Scratch::default()
    }
}

/// A panel's rows, each a row of strips, and what is known of them.
#[derive(Debug, Default)]
struct Panel {
    strips: Aligned,
    /// The same, each row times its weight.
    weighted: Aligned,
    margins: Vec<Columns>,
    /// Σ_j |x_ij β_j|, where it is asked for.
    sizes: Vec<Columns>,
    losses: Vec<Columns>,
    slopes: Vec<Columns>,
    weights: Vec<Columns>,
}

/// Strips that begin where lines of a cache do: loads across two of them cost twice as much.
#[derive(Debug, Default)]
struct Aligned(Vec<f64>);

impl Aligned {
    /// Makes room for so many strips; what was there is lost.
    fn resize(&mut self, strips: usize) {
        self.0.resize((strips + 1) * STRIP, 0.0);
    }

    fn start(&self) -> usize {
        self.0.as_ptr().align_offset(size_of::<Columns>()).min(STRIP)
    }
}

impl Deref for Aligned {
    type Target = [Columns];
    fn deref(&self) -> &[Columns] {
        self.0[self.start()..].as_chunks().0
    }
}

impl DerefMut for Aligned {
    fn deref_mut(&mut self) -> &mut [Columns] {
        let start = self.start();
        self.0[start..].as_chunks_mut().0
    }
}

/// Sums over the rows of a group.
#[derive(Debug, Default)]
struct Sums {
    losses: Columns,
    /// The smallest margin of rows 0, 8, 16, …, and so on.
    smallest: Columns,
    smallest_margin: f64,
    /// A strip of columns each.
    gradient: Vec<Columns>,
    /// A tile of 8 × 8 for each pair of strips, as [`packed`] has entries.
    hessian: Vec<Columns>,
    /// Strips of columns, as those of [`Sizes`].
    gradient_sizes: Vec<Columns>,
    diagonal: Vec<Columns>,
    largest: Vec<Columns>,
    /// Per row.
    margins: Vec<f64>,
    residuals: Vec<f64>,
    predictors: Vec<f64>,
    change: f64,
}

impl Sums {
    fn clear(&mut self, strips: usize, order: Order) {
        for sums in [&mut self.gradient_sizes, &mut self.diagonal, &mut self.largest] {
            sums.clear();
            sums.resize(strips, [0.0; STRIP]);
        }
        for of_rows in [&mut self.margins, &mut self.residuals, &mut self.predictors] {
            of_rows.clear();
        }
        self.change = 0.0;
        self.losses = [0.0; STRIP];
        self.smallest = [f64::INFINITY; STRIP];
        self.smallest_margin = f64::INFINITY;
        self.gradient.clear();
        self.gradient.resize(strips, [0.0; STRIP]);
        self.hessian.clear();
        if order == Order::Hessian {
            self.hessian.resize(packed::len(strips) * STRIP, [0.0; STRIP]);
        }
    }

    fn add(&mut self, other: &Sums) {
        add(std::slice::from_mut(&mut self.losses), std::slice::from_ref(&other.losses));
        self.smallest_margin = smaller(self.smallest_margin, other.smallest_margin);
        add(&mut self.gradient, &other.gradient);
        add(&mut self.hessian, &other.hessian);
        add(&mut self.gradient_sizes, &other.gradient_sizes);
        add(&mut self.diagonal, &other.diagonal);
        for (a, b) in self.largest.as_flattened_mut().iter_mut().zip(other.largest.as_flattened()) {
            *a = -smaller(-*a, -b);
        }
        self.margins.extend_from_slice(&other.margins);
        self.residuals.extend_from_slice(&other.residuals);
        self.predictors.extend_from_slice(&other.predictors);
        self.change = self.change.max(other.change);
    }
}

fn add(sums: &mut [Columns], others: &[Columns]) {
    for (sum, other) in sums.as_flattened_mut().iter_mut().zip(others.as_flattened()) {
        *sum += other;
    }
}

/// The smaller number; NaN if either is.
#[inline(always)]
fn smaller(a: f64, b: f64) -> f64 {
    if a < b || a.is_nan() { a } else { b }
}

/// Eight sums added as a tree.
#[inline(always)]
fn tree(sums: &Columns) -> f64 {
    let [a, b, c, d, e, f, g, h] = *sums;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// What multiplies each row in the sums.
#[derive(Clone, Copy)]
enum Terms<'a> {
    /// The logistic model's at these coefficients, padded to whole strips.
    Logistic(&'a [Columns]),
    /// The same, with what a certificate asks for, of which a part is the largest predictor of a change of coefficients.
    Sizes(&'a [Columns], &'a [Columns]),
    /// 1 in the Hessian, which is then X'X.
    Ones,
}

/// Losses, gradient and Hessian of the logistic model up to `order`, penalties left out.
pub fn logistic(
    rows: Rows<'_>,
    coefficients: &[f64],
    order: Order,
    workers: &dyn Workers,
    scratch: &mut Scratch,
    gradient: &mut [f64],
    hessian: &mut [f64],
) -> Totals {
    pass(InstructionSet::widest(), rows, Terms::Logistic(&padded(coefficients)), order, workers, scratch);
    let sums = &scratch.sums;
    if order >= Order::Gradient {
        gradient.copy_from_slice(&sums.gradient.as_flattened()[..rows.columns]);
    }
    if order == Order::Hessian {
        unpack(&sums.hessian, rows.columns, hessian);
    }
    Totals { losses: tree(&sums.losses), smallest_margin: sums.smallest_margin }
}

/// Losses and gradient with the sizes that a certificate needs, and the largest predictor of a change of coefficients, if
/// there is one.
pub fn sizes(
    rows: Rows<'_>,
    coefficients: &[f64],
    change: &[f64],
    workers: &dyn Workers,
    scratch: &mut Scratch,
    gradient: &mut [f64],
) -> (f64, Sizes) {
    pass(
        InstructionSet::widest(),
        rows,
        Terms::Sizes(&padded(coefficients), &padded(change)),
        Order::Gradient,
        workers,
        scratch,
    );
    let sums = &mut scratch.sums;
    let take = |strips: &[Columns]| strips.as_flattened()[..rows.columns].to_vec();
    gradient.copy_from_slice(&sums.gradient.as_flattened()[..rows.columns]);
    let sizes = Sizes {
        gradient: take(&sums.gradient_sizes),
        diagonal: take(&sums.diagonal),
        largest: take(&sums.largest),
        margins: std::mem::take(&mut sums.margins),
        residuals: std::mem::take(&mut sums.residuals),
        predictors: std::mem::take(&mut sums.predictors),
        change: sums.change,
    };
    (tree(&sums.losses), sizes)
}

/// Numbers in whole strips.
fn padded(numbers: &[f64]) -> Vec<Columns> {
    let mut strips = vec![[0.0; STRIP]; numbers.len().div_ceil(STRIP)];
    strips.as_flattened_mut()[..numbers.len()].copy_from_slice(numbers);
    strips
}

/// X'X as a packed lower triangle.
pub fn gram(matrix: Matrix<'_>, columns: usize, workers: &dyn Workers, scratch: &mut Scratch, gram: &mut [f64]) {
    let rows = Rows { rows: matrix, columns, signs: &[] };
    pass(InstructionSet::widest(), rows, Terms::Ones, Order::Hessian, workers, scratch);
    unpack(&scratch.sums.hessian, columns, gram);
}

/// Takes the lower triangle from the tiles.
fn unpack(tiles: &[Columns], columns: usize, hessian: &mut [f64]) {
    let mut place = hessian.iter_mut();
    for i in 0..columns {
        for (j, value) in place.by_ref().take(i + 1).enumerate() {
            let tile = packed::at(i / STRIP, j / STRIP);
            *value = tiles[tile * STRIP + i % STRIP][j % STRIP];
        }
    }
}

/// Sums over all rows, left in `scratch.sums`.
fn pass(
    set: InstructionSet,
    rows: Rows<'_>,
    terms: Terms<'_>,
    order: Order,
    workers: &dyn Workers,
    scratch: &mut Scratch,
) {
    let (columns, strips) = (rows.columns, rows.columns.div_ceil(STRIP));
    let count = rows.rows.len() / columns.max(1);
    let groups = count.div_ceil(GROUP);
    let group = |g: usize, panel: &mut Panel, sums: &mut Sums| {
        let (first, last) = (g * GROUP, count.min((g + 1) * GROUP));
        let signs = if rows.signs.is_empty() { rows.signs } else { &rows.signs[first..last] };
        let rows = Rows { rows: rows.rows.part(first * columns..last * columns), columns, signs };
        sums.clear(strips, order);
        panel.resize(stride(columns));
        set.run(Group { rows, terms, order, panel, sums });
        sums.smallest_margin = sums.smallest.iter().copied().fold(sums.smallest_margin, smaller);
        if sums.losses.iter().any(|loss| loss.is_nan()) {
            sums.smallest_margin = f64::NAN;
        }
    };
    if groups == 1 || rows.rows.len() < SHARED {
        // The same sums in the same order, with two sets of storage.
        let mut later = Sums::default();
        scratch.sums.clear(strips, order);
        for g in 0..groups {
            if g == 0 {
                group(g, &mut scratch.panel, &mut scratch.sums);
            } else {
                group(g, &mut scratch.panel, &mut later);
                scratch.sums.add(&later);
            }
        }
        return;
    }
    let all = collect(workers, groups, |g| {
        let (mut panel, mut sums) = (Panel::default(), Sums::default());
        group(g, &mut panel, &mut sums);
        sums
    });
    scratch.sums.clear(strips, order);
    for (g, sums) in all.into_iter().enumerate() {
        if g == 0 {
            scratch.sums = sums;
        } else {
            scratch.sums.add(&sums);
        }
    }
}

impl Panel {
    fn resize(&mut self, stride: usize) {
        for storage in [&mut self.strips, &mut self.weighted] {
            storage.resize(stride * PANEL);
        }
        for storage in [&mut self.margins, &mut self.sizes, &mut self.losses, &mut self.slopes, &mut self.weights] {
            storage.resize(PANEL / STRIP, [0.0; STRIP]);
        }
    }
}
