//! Passes over the rows of a dense design in SIMD lanes: predictors, losses, gradient and Hessian of one panel of rows after
//! another.
//!
//! For the Hessian a panel is packed into strips of eight columns, padded with zeros, while its predictors are computed, so that a
//! pass reads X from memory once and never copies it as a whole. X'WX is computed strip by strip, with a tile of it in registers
//! while the rows of the panel go by. Passes without a Hessian leave rows in double precision where they lie (`direct.rs`).
//!
//! # Order of sums
//!
//! Only the numbers of rows and columns fix the order. A predictor is eight sums over the columns k, k + 8, k + 16, …, added as
//! a tree. An entry of gradient or Hessian is a sum over the rows of a panel in their order, added to the sums of earlier
//! panels of its group. Groups are added in their order. So the bits are the same on every instruction set and with any number
//! of threads.

mod direct;
mod group;
mod hessian;
mod losses;
mod tail;

use std::ops::{Deref, DerefMut, Range};

use group::Group;

use crate::linear_algebra::lanes::InstructionSet;
use crate::linear_algebra::{Matrix, packed};
use crate::model::evaluation::Order;
use crate::model::loss::Sigmoid;
use crate::model::workers::{Workers, each_value};

/// Columns of a strip: the lanes of the widest instruction set.
const STRIP: usize = 8;
/// Rows of a panel: few enough that the strips of a tile stay in the nearest cache, and many enough that loading and storing the
/// Hessian between panels costs little.
const PANEL: usize = 128;
/// Distance between the beginnings of strips in a panel: odd, so that a row's numbers do not fall on the same few lines of a cache.
const STRIDE: usize = PANEL + 1;
/// Rows of a panel whose gradient is added at once: few, so that they and the next block, which the processor fetches
/// meanwhile, stay in the nearest caches. A multiple of [`STRIP`] and a divisor of [`PANEL`].
const BLOCK: usize = 32;
/// Most rows of a group. A group is one task: some milliseconds of work.
const GROUP: usize = 64 * PANEL;
/// Numbers of X below which a single thread is faster than waking others.
const SHARED: usize = 1 << 17;

type Columns = [f64; STRIP];

/// The rows of a sum.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// n × p, row after row.
    pub rows: Matrix<'a>,
    /// p.
    pub columns: usize,
    /// s_i = ±1; n of them.
    pub signs: &'a [f64],
    /// k, if the sums take one row of every k successive rows, at a pseudorandom place among them, because data may be ordered or
    /// periodic. 1 for all rows; fewer than k rows at the end are left out.
    pub share: usize,
    /// Number of rows summed over before these, if these are a part, so that the choice of rows does not depend on parts.
    pub before: usize,
}

impl<'a> Rows<'a> {
    /// Number of rows that are summed over.
    fn count(&self) -> usize {
        self.rows.len() / (self.columns * self.share).max(1)
    }

    /// The part with the numbers in `range` among the rows that are summed over.
    fn part(&self, range: Range<usize>) -> Rows<'a> {
        let Rows { rows, columns, signs, share, before } = *self;
        let before = before + range.start;
        let range = range.start * share..range.end * share;
        let signs = if signs.is_empty() { signs } else { &signs[range.clone()] };
        Rows { rows: rows.part(range.start * columns..range.end * columns), columns, signs, share, before }
    }

    /// The place, among all rows, of the r-th row that is summed over.
    #[inline(always)]
    fn place(&self, r: usize) -> usize {
        if self.share == 1 {
            r
        } else {
            r * self.share + (scramble((self.before + r) as u64) % self.share as u64) as usize
        }
    }
}

/// SplitMix64's output function (Steele, Lea & Flood 2014).
fn scramble(number: u64) -> u64 {
    let mut z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Numbers that a pass returns, beside [`PassOutput`] and without penalties.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    /// Σ log(1 + exp(−m_i)).
    pub losses: f64,
    /// min m_i; NaN if any m_i is NaN.
    pub smallest_margin: f64,
}

/// The places where a pass writes its vectors.
#[derive(Debug)]
pub struct PassOutput<'a> {
    /// The n numbers m_i; empty if the caller does not want them.
    pub margins: &'a mut [f64],
    /// The gradient, p numbers, written if the order asks for it.
    pub gradient: &'a mut [f64],
    /// The p numbers max_i |x_ij|, written with the gradient; empty if the caller does not want them.
    pub largest: &'a mut [f64],
    /// The Hessian as a packed lower triangle, written if the order asks for it.
    pub hessian: &'a mut [f64],
}

/// Storage for the passes of one thread.
#[derive(Debug, Default)]
pub struct PanelScratch {
    panel: Panel,
    sums: GroupSums,
    /// Sums of a group after the first.
    later: GroupSums,
}

/// A clone gets storage of its own, because contents do not matter.
impl Clone for PanelScratch {
    fn clone(&self) -> PanelScratch {
        PanelScratch::default()
    }
}

/// The rows of a panel, one strip after another, with their margins, losses, slopes and weights.
#[derive(Debug, Default)]
struct Panel {
    strips: Aligned,
    /// One strip, each row times its weight.
    left: Aligned,
    margins: Vec<Columns>,
    losses: Vec<Columns>,
    slopes: Vec<Columns>,
    weights: Vec<Columns>,
}

/// Strips aligned to cache lines, because loads across two lines cost twice as much.
#[derive(Debug, Default)]
struct Aligned(Vec<f64>);

impl Aligned {
    /// Makes room for `strips` strips; contents are lost.
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
struct GroupSums {
    losses: Columns,
    /// The smallest margin of rows 0, 8, 16, …, and so on.
    smallest: Columns,
    smallest_margin: f64,
    /// The gradient in strips.
    gradient: Vec<Columns>,
    /// A tile of 8 × 8 for each pair of strips, in the order of entries in [`packed`].
    hessian: Vec<Columns>,
    /// max_i |x_ij| in strips.
    largest: Vec<Columns>,
    /// The gradient of a block under way.
    of_block: Vec<Columns>,
}

impl GroupSums {
    fn clear(&mut self, strips: usize, order: Order) {
        self.losses = [0.0; STRIP];
        self.smallest = [f64::INFINITY; STRIP];
        self.smallest_margin = f64::INFINITY;
        for of_columns in [&mut self.gradient, &mut self.largest, &mut self.of_block] {
            of_columns.clear();
            of_columns.resize(strips, [0.0; STRIP]);
        }
        self.hessian.clear();
        if order == Order::Hessian {
            self.hessian.resize(packed::len(strips) * STRIP, [0.0; STRIP]);
        }
    }

    fn add(&mut self, other: &GroupSums) {
        add(std::slice::from_mut(&mut self.losses), std::slice::from_ref(&other.losses));
        self.smallest_margin = smaller(self.smallest_margin, other.smallest_margin);
        add(&mut self.gradient, &other.gradient);
        add(&mut self.hessian, &other.hessian);
        for (a, b) in self.largest.as_flattened_mut().iter_mut().zip(other.largest.as_flattened()) {
            *a = -smaller(-*a, -b);
        }
    }
}

fn add(sums: &mut [Columns], others: &[Columns]) {
    for (sum, other) in sums.as_flattened_mut().iter_mut().zip(others.as_flattened()) {
        *sum += other;
    }
}

/// The smaller number; NaN if either is NaN.
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

/// The factors of the rows in the sums.
#[derive(Clone, Copy)]
enum Terms<'a> {
    /// The factors of the logistic model.
    Logistic {
        /// β, padded to whole strips.
        coefficients: &'a [Columns],
        /// Whether the pass finds max_i |x_ij| with the gradient, which takes a quarter of the gradient's time.
        largest: bool,
        /// How slopes and weights are computed; a naive one only of all rows.
        sigmoid: Sigmoid,
    },
    /// The factor 1 in the Hessian, which is then X'X.
    Ones,
}

/// A sweep over rows: what is summed over them, and up to which derivative.
#[derive(Clone, Copy)]
struct Sweep<'a> {
    rows: Rows<'a>,
    terms: Terms<'a>,
    order: Order,
}

impl Sweep<'_> {
    /// Whether rows stay where they lie, so that no strips are packed.
    fn reads_in_place(&self) -> bool {
        let stable = |terms| matches!(terms, Terms::Logistic { sigmoid: Sigmoid::Stable, .. });
        self.order < Order::Hessian && matches!(self.rows.rows, Matrix::Double(_)) && stable(self.terms)
    }
}

/// Losses, gradient and Hessian of the logistic model up to `order`, penalties left out. `sigmoid` computes the derivatives.
pub fn logistic(
    rows: Rows<'_>,
    coefficients: &[f64],
    (order, sigmoid): (Order, Sigmoid),
    workers: &dyn Workers,
    scratch: &mut PanelScratch,
    found: PassOutput<'_>,
) -> Totals {
    let PassOutput { margins, gradient, largest, hessian } = found;
    let padded = padded(coefficients);
    let terms = Terms::Logistic { coefficients: &padded, largest: !largest.is_empty(), sigmoid };
    pass(InstructionSet::widest(), Sweep { rows, terms, order }, workers, scratch, margins);
    let sums = &scratch.sums;
    if order >= Order::Gradient {
        gradient.copy_from_slice(&sums.gradient.as_flattened()[..rows.columns]);
        largest.copy_from_slice(&sums.largest.as_flattened()[..largest.len()]);
    }
    if order == Order::Hessian {
        unpack(&sums.hessian, rows.columns, hessian);
    }
    Totals { losses: tree(&sums.losses), smallest_margin: sums.smallest_margin }
}

/// Numbers padded to whole strips.
fn padded(numbers: &[f64]) -> Vec<Columns> {
    let mut strips = vec![[0.0; STRIP]; numbers.len().div_ceil(STRIP)];
    strips.as_flattened_mut()[..numbers.len()].copy_from_slice(numbers);
    strips
}

/// X'X as a packed lower triangle.
pub fn gram(matrix: Matrix<'_>, columns: usize, workers: &dyn Workers, scratch: &mut PanelScratch, gram: &mut [f64]) {
    let rows = Rows { rows: matrix, columns, signs: &[], share: 1, before: 0 };
    let sweep = Sweep { rows, terms: Terms::Ones, order: Order::Hessian };
    pass(InstructionSet::widest(), sweep, workers, scratch, &mut []);
    unpack(&scratch.sums.hessian, columns, gram);
}

/// Takes the lower triangle from the tiles.
fn unpack(tiles: &[Columns], columns: usize, hessian: &mut [f64]) {
    let mut rest = hessian;
    for i in 0..columns {
        let (row, after) = rest.split_at_mut(i + 1);
        for (strip, values) in row.chunks_mut(STRIP).enumerate() {
            let from = &tiles[packed::at(i / STRIP, strip) * STRIP + i % STRIP];
            match values.first_chunk_mut() {
                Some(whole) => *whole = *from,
                None => values.iter_mut().zip(from).for_each(|(value, from)| *value = *from),
            }
        }
        rest = after;
    }
}

/// Sums over all rows into `scratch.sums`; writes the margins of the rows unless `margins` is empty.
fn pass(set: InstructionSet, sweep: Sweep<'_>, workers: &dyn Workers, scratch: &mut PanelScratch, margins: &mut [f64]) {
    let Sweep { rows, order, .. } = sweep;
    let (columns, strips) = (rows.columns, rows.columns.div_ceil(STRIP));
    let packed_strips = if sweep.reads_in_place() { 0 } else { strips };
    let count = rows.count();
    let size = group_size(count, columns);
    let groups = count.div_ceil(size);
    let group = |g: usize, margins: &mut [f64], panel: &mut Panel, sums: &mut GroupSums| {
        let rows = rows.part(g * size..count.min((g + 1) * size));
        sums.clear(strips, order);
        panel.resize(packed_strips);
        set.run(Group { sweep: Sweep { rows, ..sweep }, panel, sums, margins });
        sums.smallest_margin = sums.smallest.iter().copied().fold(sums.smallest_margin, smaller);
        if sums.losses.iter().any(|loss| loss.is_nan()) {
            sums.smallest_margin = f64::NAN;
        }
    };
    let mut margins = margins.chunks_mut(size);
    let PanelScratch { panel, sums: all, later } = scratch;
    all.clear(strips, order);
    if groups == 1 || count * columns < SHARED || workers.threads() == 1 {
        // The same sums in the same order, with two sets of storage.
        for g in 0..groups {
            let margins = margins.next().unwrap_or_default();
            if g == 0 {
                group(g, margins, panel, all);
            } else {
                group(g, margins, panel, later);
                all.add(later);
            }
        }
        return;
    }
    let mut found: Vec<_> = (0..groups).map(|_| (margins.next().unwrap_or_default(), GroupSums::default())).collect();
    each_value(workers, &mut found, |g, (margins, sums)| group(g, margins, &mut Panel::default(), sums));
    for (g, (_, sums)) in found.into_iter().enumerate() {
        if g == 0 {
            *all = sums;
        } else {
            all.add(&sums);
        }
    }
}

/// Rows of a group. All groups have about the same number, so that threads share evenly; if there is work for threads, the
/// number of groups is a multiple of four.
fn group_size(count: usize, columns: usize) -> usize {
    let groups = count.div_ceil(GROUP).max(1);
    let groups = if groups > 1 || count * columns >= SHARED { groups.next_multiple_of(4) } else { groups };
    count.div_ceil(groups).next_multiple_of(PANEL).max(PANEL)
}

impl Panel {
    /// Makes room for the rows of a panel, and for them packed into so many strips.
    fn resize(&mut self, strips: usize) {
        if strips > 0 {
            self.strips.resize(strips * STRIDE);
            self.left.resize(PANEL);
        }
        for storage in [&mut self.margins, &mut self.losses, &mut self.slopes, &mut self.weights] {
            storage.resize(PANEL / STRIP, [0.0; STRIP]);
        }
    }
}

#[cfg(test)]
mod tests;
