//! The rows of a group in lanes: packing, losses, gradient, and what a certificate asks for.

use std::ops::Range;

use super::hessian::{hessian, weigh};
use super::{BLOCK, Columns, PANEL, Panel, Rows, STRIP, Sums, Terms, tree};
use crate::linear_algebra::elementary::ln_1p;
use crate::linear_algebra::lanes::{CACHE_LINE, Task, prefetch};
use crate::linear_algebra::{Matrix, Pack};
use crate::model::Order;
use crate::model::lanes::{LaneRow, logistic};

/// The rows of a group, panel after panel.
pub(super) struct Group<'a> {
    pub(super) rows: Rows<'a>,
    pub(super) terms: Terms<'a>,
    pub(super) order: Order,
    pub(super) panel: &'a mut Panel,
    pub(super) sums: &'a mut Sums,
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
            let rows = rows.part(first * columns..rows.len());
            match terms {
                Terms::Ones => {
                    pack::<R, Alone>(rows, columns, 0..last - first, &[], panel);
                    hessian::<R>(last - first, columns, false, panel, sums);
                }
                Terms::Sizes(coefficients, change) => {
                    for start in (first..last).step_by(BLOCK) {
                        let block = start - first..last.min(start + BLOCK) - first;
                        pack::<R, WithSizes>(rows, columns, block.clone(), coefficients, panel);
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
                        pack::<R, WithPredictors>(rows, columns, block.clone(), coefficients, panel);
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
pub(super) fn load<R: Pack>(from: &[f64]) -> R {
    let mut pack = R::splat(0.0);
    pack.lanes_mut().copy_from_slice(&from[..R::LANES]);
    pack
}

#[inline(always)]
pub(super) fn store<R: Pack>(pack: R, into: &mut [f64]) {
    into[..R::LANES].copy_from_slice(pack.lanes());
}

/// What a number of X is stored in.
trait Number: Copy + Default {
    /// A pack of the first numbers of a slice.
    fn load<R: Pack>(from: &[Self]) -> R;
}

impl Number for f64 {
    #[inline(always)]
    fn load<R: Pack>(from: &[f64]) -> R {
        load(from)
    }
}

impl Number for f32 {
    #[inline(always)]
    fn load<R: Pack>(from: &[f32]) -> R {
        let mut pack = R::splat(0.0);
        for (lane, &x) in pack.lanes_mut().iter_mut().zip(&from[..R::LANES]) {
            *lane = f64::from(x);
        }
        pack
    }
}

/// Rows from one that is packed to one that is fetched from memory meanwhile: what a block does with its rows afterwards needs
/// no memory, so its time is there for the next block's.
const AHEAD: usize = BLOCK;

/// What is done with rows while they are packed.
trait Packing {
    /// Whether their predictors are computed.
    const PREDICTORS: bool;
    /// Whether Σ_j |x_ij β_j| is.
    const SIZES: bool;

    /// Adds the products of pack k of a strip to a predictor and to its size.
    #[inline(always)]
    fn add<R: Pack>(x: R, coefficients: &[Columns], strip: usize, k: usize, predictor: &mut R, size: &mut R) {
        if Self::PREDICTORS {
            let b = load::<R>(&coefficients[strip][k * R::LANES..]);
            *predictor = x.mul_add(b, *predictor);
            if Self::SIZES {
                *size = x.abs().mul_add(b.abs(), *size);
            }
        }
    }
}

struct Alone;
impl Packing for Alone {
    const PREDICTORS: bool = false;
    const SIZES: bool = false;
}

struct WithPredictors;
impl Packing for WithPredictors {
    const PREDICTORS: bool = true;
    const SIZES: bool = false;
}

struct WithSizes;
impl Packing for WithSizes {
    const PREDICTORS: bool = true;
    const SIZES: bool = true;
}

/// Packs rows into strips, in f64, and fills `margins` with their predictors if it is to.
#[inline(always)]
fn pack<R: Pack, P: Packing>(
    rows: Matrix<'_>,
    columns: usize,
    block: Range<usize>,
    coefficients: &[Columns],
    panel: &mut Panel,
) {
    match rows {
        Matrix::Double(rows) => pack_numbers::<R, f64, P>(rows, columns, block, coefficients, panel),
        Matrix::Single(rows) => pack_numbers::<R, f32, P>(rows, columns, block, coefficients, panel),
    }
}

#[inline(always)]
fn pack_numbers<R: Pack, T: Number, P: Packing>(
    rows: &[T],
    columns: usize,
    block: Range<usize>,
    coefficients: &[Columns],
    panel: &mut Panel,
) {
    let (whole, tail) = (columns / STRIP, columns % STRIP);
    let packs = STRIP / R::LANES;
    let zero = R::splat(0.0);
    let in_tail: [R; STRIP] = std::array::from_fn(
        #[inline(always)]
        |k| indicator(tail.saturating_sub(k * R::LANES)),
    );
    let stride = stride(columns);
    let (predictors, all_sizes) = (panel.margins.as_flattened_mut(), panel.sizes.as_flattened_mut());
    let strips = &mut panel.strips[block.start * stride..block.end * stride];
    for (r, into) in block.zip(strips.chunks_exact_mut(stride)) {
        let (numbers, rest) = rows[r * columns..].as_chunks::<STRIP>();
        for j in (0..columns).step_by(CACHE_LINE / size_of::<T>()) {
            prefetch(rows, (r + AHEAD) * columns + j);
        }
        let (mut sums, mut sizes) = ([zero; STRIP], [zero; STRIP]);
        for (s, (from, into)) in numbers[..whole].iter().zip(&mut *into).enumerate() {
            for k in 0..packs {
                let x = T::load::<R>(&from[k * R::LANES..]);
                store(x, &mut into[k * R::LANES..]);
                P::add(x, coefficients, s, k, &mut sums[k], &mut sizes[k]);
            }
        }
        if tail > 0 {
            let mut last = [T::default(); STRIP];
            // Unless these are the last numbers of the matrix, those of the next row follow.
            let from = numbers.get(whole).unwrap_or_else(|| {
                last[..tail].copy_from_slice(&rest[..tail]);
                &last
            });
            for k in 0..packs {
                let x = R::select(zero.less(in_tail[k]), T::load(&from[k * R::LANES..]), zero);
                store(x, &mut into[whole][k * R::LANES..]);
                P::add(x, coefficients, whole, k, &mut sums[k], &mut sizes[k]);
            }
        }
        if P::PREDICTORS {
            predictors[r] = summed(&sums);
            if P::SIZES {
                all_sizes[r] = summed(&sizes);
            }
        }
    }
}

/// Eight sums in packs added as a tree.
#[inline(always)]
fn summed<R: Pack>(sums: &[R; STRIP]) -> f64 {
    let mut all = [0.0; STRIP];
    for k in 0..STRIP / R::LANES {
        store(sums[k], &mut all[k * R::LANES..]);
    }
    tree(&all)
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
pub(super) fn stride(columns: usize) -> usize {
    columns.div_ceil(STRIP) | 1
}

/// Losses, slopes and weights of a panel from its predictors, as [`logistic`](crate::model::evaluation::logistic) has them.
#[inline(always)]
fn losses<R: Pack>(signs: &[f64], block: Range<usize>, panel: &mut Panel, sums: &mut Sums) {
    let zero = R::splat(0.0);
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
            let LaneRow { exponential, residual, weight, .. } = logistic(margin);
            let negative = R::select(margin.less(zero), -margin, zero);
            // The comparisons send a NaN margin to finite branches; the exponential carries it.
            let nan = zero * exponential;
            store(margin, &mut panel.margins[block][k..]);
            store(ln_1p(exponential) + negative, &mut panel.losses[block][k..]);
            store(-(sign * (residual + nan)), &mut panel.slopes[block][k..]);
            store(weight, &mut panel.weights[block][k..]);
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
    sums.margins.extend_from_slice(&panel.margins.as_flattened()[..count]);
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
