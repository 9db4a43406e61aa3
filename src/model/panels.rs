//! Passes over many rows in SIMD lanes: predictors, losses, gradient and Hessian of one panel of rows after another.
//!
//! A panel is packed into strips of [`STRIP`] columns, padded with zeros, while its predictors are computed; so X is read from
//! memory once per pass and never copied as a whole. The Hessian X'WX is computed strip by strip, a tile of it in registers
//! while the rows of the panel go by.
//!
//! # Order of sums
//!
//! It is fixed by the numbers of rows and columns alone: a predictor is eight sums over the columns k, k + 8, k + 16, …, added
//! as a tree; an entry of gradient or Hessian is a sum over the rows of a panel in their order, added to those of the panels
//! before it in its group; and groups are added in their order. So the bits are the same on every instruction set and with any
//! number of threads.

use std::ops::Range;

use super::evaluation::Order;
use super::workers::{Workers, collect};
use crate::linear_algebra::elementary::{exp_of_negative, ln_1p};
use crate::linear_algebra::lanes::{InstructionSet, Task};
use crate::linear_algebra::{Pack, packed};

/// Columns of a strip: the lanes of the widest instruction set.
const STRIP: usize = 8;
/// Rows of a panel: few enough to stay in the nearest caches with their strips, and many enough that loading and storing the
/// Hessian between panels costs little.
const PANEL: usize = 128;
/// Rows of a panel whose gradient is added at once: few, so that the processor fetches the next from memory meanwhile. A
/// multiple of [`STRIP`] and a divisor of [`PANEL`].
const BLOCK: usize = 16;
/// Rows of a group, which is one task: some milliseconds of work at most.
const GROUP: usize = 64 * PANEL;
/// Numbers of X below which a single thread is faster than waking others.
const SHARED: usize = 1 << 18;

type Columns = [f64; STRIP];

/// Rows with what is summed over them.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// n × p, row after row.
    pub rows: &'a [f64],
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
    strips: Vec<Columns>,
    /// The same, each row times its weight.
    weighted: Vec<Columns>,
    margins: Vec<Columns>,
    /// Σ_j |x_ij β_j|, where it is asked for.
    sizes: Vec<Columns>,
    losses: Vec<Columns>,
    slopes: Vec<Columns>,
    weights: Vec<Columns>,
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
        self.residuals.clear();
        self.predictors.clear();
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
pub fn gram(matrix: &[f64], columns: usize, workers: &dyn Workers, scratch: &mut Scratch, gram: &mut [f64]) {
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
        let rows = Rows { rows: &rows.rows[first * columns..last * columns], columns, signs };
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
            storage.resize(stride * PANEL, [0.0; STRIP]);
        }
        for storage in [&mut self.margins, &mut self.sizes, &mut self.losses, &mut self.slopes, &mut self.weights] {
            storage.resize(PANEL / STRIP, [0.0; STRIP]);
        }
    }
}

/// The rows of a group, panel after panel.
struct Group<'a> {
    rows: Rows<'a>,
    terms: Terms<'a>,
    order: Order,
    panel: &'a mut Panel,
    sums: &'a mut Sums,
}

impl Task for Group<'_> {
    type Output = ();

    #[inline(always)]
    fn run<R: Pack>(self) {
        let Group { rows: Rows { rows, columns, signs }, terms, order, panel, sums } = self;
        let count = rows.len() / columns;
        // Without the Hessian, what a block needs stays in the nearest cache.
        let step = if order == Order::Hessian { PANEL } else { BLOCK };
        for first in (0..count).step_by(step) {
            let last = count.min(first + step);
            let rows = &rows[first * columns..];
            match terms {
                Terms::Ones => {
                    pack::<R, false>(rows, columns, 0..last - first, None, panel);
                    hessian::<R>(last - first, columns, false, panel, sums);
                }
                Terms::Sizes(coefficients, change) => {
                    for start in (first..last).step_by(BLOCK) {
                        let block = start - first..last.min(start + BLOCK) - first;
                        pack::<R, true>(rows, columns, block.clone(), Some(coefficients), panel);
                        losses::<R>(&signs[first..last], block.clone(), panel, sums);
                        gradient::<R>(block.clone(), columns, panel, sums);
                        if !change.is_empty() {
                            changes::<R>(block, columns, change, panel, sums);
                        }
                    }
                    add_sizes::<R>(last - first, columns, panel, sums);
                }
                Terms::Logistic(coefficients) => {
                    for start in (first..last).step_by(BLOCK) {
                        let block = start - first..last.min(start + BLOCK) - first;
                        pack::<R, false>(rows, columns, block.clone(), Some(coefficients), panel);
                        losses::<R>(&signs[first..last], block.clone(), panel, sums);
                        if order >= Order::Gradient {
                            gradient::<R>(block, columns, panel, sums);
                        }
                    }
                    if order == Order::Hessian {
                        weigh::<R>(last - first, columns, panel);
                        hessian::<R>(last - first, columns, true, panel, sums);
                    }
                }
            }
        }
    }
}

/// A pack of the first numbers of a slice.
#[inline(always)]
fn load<R: Pack>(from: &[f64]) -> R {
    let mut pack = R::splat(0.0);
    pack.lanes_mut().copy_from_slice(&from[..R::LANES]);
    pack
}

#[inline(always)]
fn store<R: Pack>(pack: R, into: &mut [f64]) {
    into[..R::LANES].copy_from_slice(pack.lanes());
}

/// Packs rows into strips and, with coefficients, fills `margins` with their predictors.
#[inline(always)]
fn pack<R: Pack, const SIZES: bool>(
    rows: &[f64],
    columns: usize,
    block: Range<usize>,
    coefficients: Option<&[Columns]>,
    panel: &mut Panel,
) {
    let whole = columns / STRIP;
    let tail = columns % STRIP;
    let packs = STRIP / R::LANES;
    let zero = R::splat(0.0);
    let in_tail: [R; STRIP] = std::array::from_fn(
        #[inline(always)]
        |k| indicator(tail.saturating_sub(k * R::LANES)),
    );
    let stride = stride(columns);
    let (predictors, all_sizes) = (panel.margins.as_flattened_mut(), panel.sizes.as_flattened_mut());
    for (r, into) in panel.strips.chunks_exact_mut(stride).enumerate().take(block.end).skip(block.start) {
        let row = &rows[r * columns..];
        let (mut sums, mut sizes) = ([zero; STRIP], [zero; STRIP]);
        let (numbers, rest) = row.as_chunks::<STRIP>();
        for (s, (from, into)) in numbers.iter().zip(&mut *into).take(whole).enumerate() {
            for k in 0..packs {
                let x = load::<R>(&from[k * R::LANES..]);
                store(x, &mut into[k * R::LANES..]);
                if let Some(coefficients) = coefficients {
                    let b = load::<R>(&coefficients[s][k * R::LANES..]);
                    sums[k] = x.mul_add(b, sums[k]);
                    if SIZES {
                        sizes[k] = x.abs().mul_add(b.abs(), sizes[k]);
                    }
                }
            }
        }
        if tail > 0 {
            let mut last = [0.0; STRIP];
            // Unless these are the last numbers of the matrix, those of the next row follow.
            let from = numbers.get(whole).unwrap_or_else(|| {
                last[..tail].copy_from_slice(&rest[..tail]);
                &last
            });
            for k in 0..packs {
                let x = R::select(zero.less(in_tail[k]), load(&from[k * R::LANES..]), zero);
                store(x, &mut into[whole][k * R::LANES..]);
                if let Some(coefficients) = coefficients {
                    let b = load::<R>(&coefficients[whole][k * R::LANES..]);
                    sums[k] = x.mul_add(b, sums[k]);
                    if SIZES {
                        sizes[k] = x.abs().mul_add(b.abs(), sizes[k]);
                    }
                }
            }
        }
        if coefficients.is_some() {
            let mut all = [0.0; STRIP];
            for k in 0..packs {
                store(sums[k], &mut all[k * R::LANES..]);
            }
            predictors[r] = tree(&all);
            if SIZES {
                for k in 0..packs {
                    store(sizes[k], &mut all[k * R::LANES..]);
                }
                all_sizes[r] = tree(&all);
            }
        }
    }
}

/// 1 in the first lanes, 0 in the others.
#[inline(always)]
fn indicator<R: Pack>(first: usize) -> R {
    let mut pack = R::splat(0.0);
    for lane in pack.lanes_mut().iter_mut().take(first) {
        *lane = 1.0;
    }
    pack
}

/// Strips from one packed row to the next: an odd number, so that rows do not fall on the same few lines of a cache.
#[inline(always)]
fn stride(columns: usize) -> usize {
    columns.div_ceil(STRIP) | 1
}

/// Losses, slopes and weights of a panel from its predictors, as [`super::evaluation::logistic`] has them.
#[inline(always)]
fn losses<R: Pack>(signs: &[f64], block: Range<usize>, panel: &mut Panel, sums: &mut Sums) {
    let (zero, one) = (R::splat(0.0), R::splat(1.0));
    let count = block.end;
    let blocks = block.start / STRIP..block.end.div_ceil(STRIP);
    for block in blocks.clone() {
        let mut padded = [0.0; STRIP];
        let here = &signs[block * STRIP..];
        let sign: &Columns = here.first_chunk().unwrap_or_else(|| {
            padded[..here.len()].copy_from_slice(here);
            &padded
        });
        for k in (0..STRIP).step_by(R::LANES) {
            let sign = load::<R>(&sign[k..]);
            let margin = sign * load::<R>(&panel.margins[block][k..]);
            let exponential = exp_of_negative(-margin.abs());
            let reciprocal = one / (one + exponential);
            let small = exponential * reciprocal;
            let negative = R::select(margin.less(zero), -margin, zero);
            let residual = R::select(zero.less(margin), small, reciprocal);
            // The comparisons send a NaN margin to finite branches; the exponential carries it.
            let nan = zero * exponential;
            store(margin, &mut panel.margins[block][k..]);
            store(ln_1p(exponential) + negative, &mut panel.losses[block][k..]);
            store(-(sign * (residual + nan)), &mut panel.slopes[block][k..]);
            store(small * reciprocal, &mut panel.weights[block][k..]);
        }
    }
    if !count.is_multiple_of(STRIP) {
        let last = count / STRIP;
        for k in count % STRIP..STRIP {
            panel.losses[last][k] = 0.0;
            panel.margins[last][k] = f64::INFINITY;
        }
    }
    for (losses, margins) in panel.losses[blocks.clone()].iter().zip(&panel.margins[blocks]) {
        for k in 0..STRIP {
            sums.losses[k] += losses[k];
        }
        for k in 0..STRIP {
            // A NaN is passed over here, and found in the losses.
            sums.smallest[k] = if margins[k] < sums.smallest[k] { margins[k] } else { sums.smallest[k] };
        }
    }
}

/// Adds slope times row.
#[inline(always)]
fn gradient<R: Pack>(block: Range<usize>, columns: usize, panel: &Panel, sums: &mut Sums) {
    let packs = STRIP / R::LANES;
    let slopes = &panel.slopes.as_flattened()[block.clone()];
    let (strips, stride) = (columns.div_ceil(STRIP), stride(columns));
    let rows = &panel.strips[block.start * stride..];
    // Strips that are summed at once, so that an addition does not wait for the one before it.
    const CHAINS: usize = 4;
    for first in (0..strips).step_by(CHAINS) {
        let mut all = [[R::splat(0.0); STRIP]; CHAINS];
        for (row, &slope) in rows.chunks_exact(stride).zip(slopes) {
            let slope = R::splat(slope);
            for c in 0..CHAINS {
                // Where strips are fewer, the last is summed again, for nothing.
                let strip = &row[(first + c).min(strips - 1)];
                for k in 0..packs {
                    all[c][k] = load::<R>(&strip[k * R::LANES..]).mul_add(slope, all[c][k]);
                }
            }
        }
        for (into, sum) in sums.gradient[first..].iter_mut().zip(&all) {
            for k in 0..packs {
                let place = &mut into[k * R::LANES..];
                store(load::<R>(place) + sum[k], place);
            }
        }
    }
}

/// Looks for the largest |x'd|.
#[inline(always)]
fn changes<R: Pack>(block: Range<usize>, columns: usize, change: &[Columns], panel: &Panel, sums: &mut Sums) {
    let stride = stride(columns);
    for row in panel.strips[block.start * stride..].chunks_exact(stride).take(block.len()) {
        let mut all = [0.0; STRIP];
        for k in (0..STRIP).step_by(R::LANES) {
            let mut sum = R::splat(0.0);
            for (x, d) in row.iter().zip(change) {
                sum = load::<R>(&x[k..]).mul_add(load::<R>(&d[k..]), sum);
            }
            store(sum, &mut all[k..]);
        }
        let predictor = tree(&all).abs();
        // A NaN is as large as can be.
        if !(predictor <= sums.change) {
            sums.change = if predictor.is_nan() { f64::INFINITY } else { predictor };
        }
    }
}

/// Adds what a certificate asks for.
#[inline(always)]
fn add_sizes<R: Pack>(count: usize, columns: usize, panel: &Panel, sums: &mut Sums) {
    let packs = STRIP / R::LANES;
    let (strips, stride) = (columns.div_ceil(STRIP), stride(columns));
    let slopes = &panel.slopes.as_flattened()[..count];
    let weights = &panel.weights.as_flattened()[..count];
    sums.residuals.extend(slopes.iter().map(|slope| slope.abs()));
    sums.predictors.extend_from_slice(&panel.sizes.as_flattened()[..count]);
    for s in 0..strips {
        let mut all = [[R::splat(0.0); 3]; STRIP];
        for ((row, &slope), &weight) in panel.strips.chunks_exact(stride).zip(slopes).zip(weights) {
            let (residual, weight) = (R::splat(slope).abs(), R::splat(weight));
            for k in 0..packs {
                let x = load::<R>(&row[s][k * R::LANES..]);
                let [size, square, largest] = all[k];
                all[k] = [x.abs().mul_add(residual, size), (weight * x).mul_add(x, square), largest.larger(x.abs())];
            }
        }
        for k in 0..packs {
            let range = k * R::LANES..;
            let [size, square, largest] = all[k];
            let place = &mut sums.gradient_sizes[s][range.clone()];
            store(load::<R>(place) + size, place);
            let place = &mut sums.diagonal[s][range.clone()];
            store(load::<R>(place) + square, place);
            let place = &mut sums.largest[s][range];
            store(load::<R>(place).larger(largest), place);
        }
    }
}

/// Fills `weighted`.
#[inline(always)]
fn weigh<R: Pack>(count: usize, columns: usize, panel: &mut Panel) {
    let weights = &panel.weights.as_flattened()[..count];
    let stride = stride(columns);
    let rows = panel.strips.chunks_exact(stride).zip(panel.weighted.chunks_exact_mut(stride));
    for ((from, into), &weight) in rows.zip(weights) {
        let weight = R::splat(weight);
        for (from, into) in from.iter().zip(into) {
            for k in (0..STRIP).step_by(R::LANES) {
                store(load::<R>(&from[k..]) * weight, &mut into[k..]);
            }
        }
    }
}

/// Adds the products of all pairs of strips. Tiles are as large as the registers of the instruction set hold.
#[inline(always)]
fn hessian<R: Pack>(count: usize, columns: usize, weighted: bool, panel: &Panel, sums: &mut Sums) {
    let stride = stride(columns);
    let right = &panel.strips[..count * stride];
    let left = if weighted { &panel.weighted[..count * stride] } else { right };
    for a in 0..columns.div_ceil(STRIP) {
        let used = STRIP.min(columns - a * STRIP);
        let tiles = &mut sums.hessian[packed::at(a, 0) * STRIP..][..(a + 1) * STRIP];
        let mut b = 0;
        while b <= a {
            let into = &mut tiles[b * STRIP..];
            let rows = left.chunks_exact(stride).zip(right.chunks_exact(stride));
            let rows = rows.map(
                #[inline(always)]
                |(left, right)| (&left[a], &right[b..=a]),
            );
            match R::LANES {
                8 => {
                    let wide = (a + 1 - b).min(3);
                    match (wide, used <= 4) {
                        (3, false) => tile::<R, 8, 3>(rows, 0, into),
                        (3, true) => tile::<R, 4, 3>(rows, 0, into),
                        (2, false) => tile::<R, 8, 2>(rows, 0, into),
                        (2, true) => tile::<R, 4, 2>(rows, 0, into),
                        (_, false) => tile::<R, 8, 1>(rows, 0, into),
                        (_, true) => tile::<R, 4, 1>(rows, 0, into),
                    }
                    b += wide;
                }
                4 => {
                    for i in (0..used).step_by(4) {
                        tile::<R, 4, 2>(rows.clone(), i, into);
                    }
                    b += 1;
                }
                2 => {
                    for i in (0..used).step_by(4) {
                        tile::<R, 4, 4>(rows.clone(), i, into);
                    }
                    b += 1;
                }
                _ => {
                    for i in 0..used {
                        tile::<R, 1, 8>(rows.clone(), i, into);
                    }
                    b += 1;
                }
            }
        }
    }
}

/// Adds, over the rows, the products of numbers `first..first + M` of the left strip with P packs of the right ones.
#[inline(always)]
fn tile<'a, R: Pack, const M: usize, const P: usize>(
    rows: impl Iterator<Item = (&'a Columns, &'a [Columns])>,
    first: usize,
    into: &mut [Columns],
) {
    let packs = STRIP / R::LANES;
    let mut sums = [[R::splat(0.0); P]; M];
    for (left, right) in rows {
        let right = &right[..P.div_ceil(packs)];
        let left = &left[first..first + M];
        let numbers: [R; P] = std::array::from_fn(
            #[inline(always)]
            |q| load::<R>(&right[q / packs][q % packs * R::LANES..]),
        );
        for i in 0..M {
            let factor = R::splat(left[i]);
            for q in 0..P {
                sums[i][q] = numbers[q].mul_add(factor, sums[i][q]);
            }
        }
    }
    for i in 0..M {
        for q in 0..P {
            let place = &mut into[q / packs * STRIP + first + i][q % packs * R::LANES..];
            store(load::<R>(place) + sums[i][q], place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Serial;
    use crate::model::evaluation::{logistic as plain, predictor};

    /// Rows of any numbers between −1 and 1.
    fn numbers(count: usize) -> Vec<f64> {
        let next = |x: &u64| Some(x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
        let random = std::iter::successors(Some(7), next);
        random.skip(1).map(|x| (x >> 11) as f64 / 2f64.powi(52) - 1.0).take(count).collect()
    }

    struct Case {
        matrix: Vec<f64>,
        columns: usize,
        signs: Vec<f64>,
        coefficients: Vec<f64>,
    }

    fn case(rows: usize, columns: usize) -> Case {
        let matrix = numbers(rows * columns);
        let signs = (0..rows).map(|i| if matrix[i * columns] > 0.1 { 1.0 } else { -1.0 }).collect();
        Case { matrix, columns, signs, coefficients: numbers(columns) }
    }

    #[derive(Debug, PartialEq)]
    struct Found {
        losses: f64,
        margin: f64,
        gradient: Vec<f64>,
        hessian: Vec<f64>,
    }

    fn in_panels(case: &Case, set: InstructionSet, workers: &dyn Workers, order: Order) -> Found {
        let p = case.columns;
        let mut padded = vec![[0.0; STRIP]; p.div_ceil(STRIP)];
        padded.as_flattened_mut()[..p].copy_from_slice(&case.coefficients);
        let mut scratch = Scratch::default();
        let rows = Rows { rows: &case.matrix, columns: p, signs: &case.signs };
        pass(set, rows, Terms::Logistic(&padded), order, workers, &mut scratch);
        let mut hessian = vec![0.0; packed::len(p)];
        if order == Order::Hessian {
            unpack(&scratch.sums.hessian, p, &mut hessian);
        }
        let Sums { losses, smallest_margin: margin, gradient, .. } = &scratch.sums;
        let gradient = gradient.as_flattened()[..p].to_vec();
        Found { losses: tree(losses), margin: *margin, gradient, hessian }
    }

    fn one_by_one(case: &Case) -> Found {
        let p = case.columns;
        let (mut losses, mut margin, mut gradient, mut hessian) =
            (0.0, f64::INFINITY, vec![0.0; p], vec![0.0; packed::len(p)]);
        for (row, sign) in case.matrix.chunks(p).zip(&case.signs) {
            let m = sign * predictor(row, &case.coefficients);
            let (loss, residual, weight) = plain(m);
            losses += loss;
            margin = m.min(margin);
            for i in 0..p {
                gradient[i] -= sign * residual * row[i];
                for j in 0..=i {
                    hessian[packed::at(i, j)] += weight * row[i] * row[j];
                }
            }
        }
        Found { losses, margin, gradient, hessian }
    }

    const ORDERS: [Order; 3] = [Order::Objective, Order::Gradient, Order::Hessian];
    /// Columns and rows that fill strips, tiles, panels and groups, and do not.
    const SHAPES: [(usize, usize); 8] =
        [(1, 1), (7, 3), (128, 8), (129, 9), (300, 12), (1000, 31), (2 * GROUP + 77, 13), (GROUP + 5, 40)];

    #[test]
    fn panels_give_what_rows_one_by_one_give() {
        for (rows, columns) in SHAPES {
            let case = case(rows, columns);
            let expected = one_by_one(&case);
            for order in ORDERS {
                let found = in_panels(&case, InstructionSet::widest(), &Serial, order);
                // Relative to the sum of the sizes of the terms, which is at most the number of rows.
                let near = |a: f64, b: f64| (a - b).abs() <= 1e-13 * rows as f64;
                assert!((found.losses / expected.losses - 1.0).abs() < 1e-13, "{rows} x {columns}");
                assert!((found.margin - expected.margin).abs() < 1e-13);
                if order >= Order::Gradient {
                    assert!(found.gradient.iter().zip(&expected.gradient).all(|(&a, &b)| near(a, b)));
                }
                if order == Order::Hessian {
                    assert!(found.hessian.iter().zip(&expected.hessian).all(|(&a, &b)| near(a, b)));
                }
            }
        }
    }

    /// Every task on a thread of its own, the last first.
    #[derive(Debug)]
    struct Threads;
    impl Workers for Threads {
        fn each(&self, tasks: usize, work: &(dyn Fn(usize) + Sync)) {
            std::thread::scope(|scope| {
                for task in (0..tasks).rev() {
                    scope.spawn(move || work(task));
                }
            });
        }
    }

    #[test]
    fn bits_depend_neither_on_the_instruction_set_nor_on_threads() {
        for (rows, columns) in SHAPES {
            let case = case(rows, columns);
            for order in ORDERS {
                let expected = in_panels(&case, InstructionSet::Scalar, &Serial, order);
                for set in InstructionSet::available() {
                    let found = in_panels(&case, set, &Serial, order);
                    assert_eq!(found, expected, "{set:?}, {rows} x {columns}");
                    assert_eq!(in_panels(&case, set, &Threads, order), expected, "{set:?}, {rows} x {columns}");
                }
            }
        }
    }

    #[test]
    fn a_nan_is_seen_wherever_it_is() {
        for place in [0, 5, 699] {
            let mut case = case(100, 7);
            case.matrix[place] = f64::NAN;
            let found = in_panels(&case, InstructionSet::widest(), &Serial, Order::Hessian);
            assert!(found.losses.is_nan() && found.margin.is_nan());
            assert!(found.gradient.iter().chain(&found.hessian).all(|x| x.is_nan()));
        }
    }

    #[test]
    fn gram_matrix_of_whole_numbers_is_exact() {
        let (rows, columns) = (GROUP + 333, 11);
        let matrix: Vec<f64> = numbers(rows * columns).iter().map(|x| (8.0 * x).round()).collect();
        let mut found = vec![0.0; packed::len(columns)];
        gram(&matrix, columns, &Serial, &mut Scratch::default(), &mut found);
        for i in 0..columns {
            for j in 0..=i {
                let expected: f64 = matrix.chunks(columns).map(|row| row[i] * row[j]).sum();
                assert_eq!(found[packed::at(i, j)], expected);
            }
        }
    }
}
