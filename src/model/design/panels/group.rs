//! The rows of a group in lanes: packing, losses and gradient.

use std::ops::Range;

use super::hessian::{hessian, load, store, stride, weigh};
use super::{BLOCK, Columns, GroupSums, PANEL, Panel, Rows, STRIP, Sweep, Terms, tree};
use crate::linear_algebra::elementary::ln_1p;
use crate::linear_algebra::lanes::Task;
use crate::linear_algebra::memory::{CACHE_LINE, prefetch};
use crate::linear_algebra::{Matrix, Pack};
use crate::model::Order;
use crate::model::loss::in_lanes::{LaneRow, logistic};

/// The rows of a group, panel after panel.
pub(super) struct Group<'a> {
    pub(super) sweep: Sweep<'a>,
    pub(super) panel: &'a mut Panel,
    pub(super) sums: &'a mut GroupSums,
    /// The place for the margins of its rows; empty if the caller does not want them.
    pub(super) margins: &'a mut [f64],
}

impl Task for Group<'_> {
    type Output = ();

    #[inline(always)]
    fn run<R: Pack>(self) {
        let Group { sweep: Sweep { rows, terms, order }, panel, sums, margins } = self;
        let (count, columns) = (rows.count(), rows.columns);
        // Without the Hessian a block is enough: its data stay in the nearest cache.
        let step = if order == Order::Hessian { PANEL } else { BLOCK };
        for first in (0..count).step_by(step) {
            let size = step.min(count - first);
            match terms {
                Terms::Ones => {
                    pack::<R, false>(rows, first, 0..size, &[], panel);
                    hessian::<R>(size, columns, false, panel, sums);
                }
                Terms::Logistic(coefficients, largest) => {
                    for start in (0..size).step_by(BLOCK) {
                        let block = start..size.min(start + BLOCK);
                        pack::<R, true>(rows, first, block.clone(), coefficients, panel);
                        losses::<R>(rows, first, block.clone(), panel, sums);
                        if !margins.is_empty() {
                            let found = &panel.margins.as_flattened()[block.clone()];
                            margins[first + block.start..first + block.end].copy_from_slice(found);
                        }
                        if order >= Order::Gradient {
                            if largest {
                                gradient::<R, true>(block, columns, panel, sums);
                            } else {
                                gradient::<R, false>(block, columns, panel, sums);
                            }
                        }
                    }
                    if order == Order::Hessian {
                        weigh::<R>(size, columns, panel);
                        hessian::<R>(size, columns, true, panel, sums);
                    }
                }
            }
        }
    }
}

/// A type in which numbers of X are stored.
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

/// Distance, in rows, from the row that is packed to the row that is fetched from memory meanwhile. The later work on a block
/// needs no memory, so the next block is fetched during it.
const AHEAD: usize = BLOCK;

/// Packs rows into strips, in f64; with `PREDICTORS`, also fills `margins` with their predictors. `first` is the number of the
/// panel's first row in its group.
#[inline(always)]
fn pack<R: Pack, const PREDICTORS: bool>(
    rows: Rows<'_>,
    first: usize,
    block: Range<usize>,
    coefficients: &[Columns],
    panel: &mut Panel,
) {
    match rows.rows {
        Matrix::Double(numbers) => pack_numbers::<R, f64, PREDICTORS>(numbers, rows, first, block, coefficients, panel),
        Matrix::Single(numbers) => pack_numbers::<R, f32, PREDICTORS>(numbers, rows, first, block, coefficients, panel),
    }
}

#[inline(always)]
fn pack_numbers<R: Pack, T: Number, const PREDICTORS: bool>(
    numbers: &[T],
    rows: Rows<'_>,
    first: usize,
    block: Range<usize>,
    coefficients: &[Columns],
    panel: &mut Panel,
) {
    let columns = rows.columns;
    let (whole, tail) = (columns / STRIP, columns % STRIP);
    let packs = STRIP / R::LANES;
    let zero = R::splat(0.0);
    let in_tail: [R; STRIP] = std::array::from_fn(
        #[inline(always)]
        |k| indicator(tail.saturating_sub(k * R::LANES)),
    );
    let stride = stride(columns);
    let predictors = panel.margins.as_flattened_mut();
    let strips = &mut panel.strips[block.start * stride..block.end * stride];
    for (r, into) in block.zip(strips.chunks_exact_mut(stride)) {
        let (from_strips, rest) = numbers[rows.place(first + r) * columns..].as_chunks::<STRIP>();
        let ahead = rows.place(first + r + AHEAD) * columns;
        for j in (0..columns).step_by(CACHE_LINE / size_of::<T>()) {
            prefetch(numbers, ahead + j);
        }
        let mut sums = [zero; STRIP];
        for (s, (from, into)) in from_strips[..whole].iter().zip(&mut *into).enumerate() {
            for k in 0..packs {
                let x = T::load::<R>(&from[k * R::LANES..]);
                store(x, &mut into[k * R::LANES..]);
                if PREDICTORS {
                    sums[k] = x.mul_add(load(&coefficients[s][k * R::LANES..]), sums[k]);
                }
            }
        }
        if tail > 0 {
            let mut last = [T::default(); STRIP];
            // Numbers of the next row follow, unless these are the last numbers of the matrix.
            let from = from_strips.get(whole).unwrap_or_else(|| {
                last[..tail].copy_from_slice(&rest[..tail]);
                &last
            });
            for k in 0..packs {
                let x = R::select(zero.less(in_tail[k]), T::load(&from[k * R::LANES..]), zero);
                store(x, &mut into[whole][k * R::LANES..]);
                if PREDICTORS {
                    sums[k] = x.mul_add(load(&coefficients[whole][k * R::LANES..]), sums[k]);
                }
            }
        }
        if PREDICTORS {
            predictors[r] = summed(&sums);
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

/// Losses, slopes and weights of a panel from its predictors, as in [`logistic`](crate::model::loss::logistic).
#[inline(always)]
fn losses<R: Pack>(rows: Rows<'_>, first: usize, block: Range<usize>, panel: &mut Panel, sums: &mut GroupSums) {
    let zero = R::splat(0.0);
    let count = block.end;
    let blocks = block.start / STRIP..block.end.div_ceil(STRIP);
    for block in blocks.clone() {
        let row = first + block * STRIP;
        let mut picked = [0.0; STRIP];
        let in_their_order = rows.signs[row * rows.share..].first_chunk().filter(|_| rows.share == 1);
        let sign: &Columns = in_their_order.unwrap_or_else(|| {
            for (k, sign) in picked.iter_mut().enumerate().take(count - block * STRIP) {
                *sign = rows.signs[rows.place(row + k)];
            }
            &picked
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

/// Adds slope times row, and looks for the largest numbers if it is to.
#[inline(always)]
fn gradient<R: Pack, const LARGEST: bool>(block: Range<usize>, columns: usize, panel: &Panel, sums: &mut GroupSums) {
    let packs = STRIP / R::LANES;
    let slopes = &panel.slopes.as_flattened()[block.clone()];
    let (strips, stride) = (columns.div_ceil(STRIP), stride(columns));
    let rows = &panel.strips[block.start * stride..];
    // Strips that are summed at once, so that an addition does not wait for the one before it.
    const CHAINS: usize = 4;
    for first in (0..strips).step_by(CHAINS) {
        let mut all = [[R::splat(0.0); STRIP]; CHAINS];
        let mut largest = all;
        for (row, &slope) in rows.chunks_exact(stride).zip(slopes) {
            let slope = R::splat(slope);
            for c in 0..CHAINS {
                // With fewer strips, sums the last one again, for nothing.
                let strip = &row[(first + c).min(strips - 1)];
                for k in 0..packs {
                    let x = load::<R>(&strip[k * R::LANES..]);
                    all[c][k] = x.mul_add(slope, all[c][k]);
                    if LARGEST {
                        largest[c][k] = largest[c][k].larger(x.abs());
                    }
                }
            }
        }
        for (into, sum) in sums.gradient[first..].iter_mut().zip(&all) {
            for k in 0..packs {
                let place = &mut into[k * R::LANES..];
                store(load::<R>(place) + sum[k], place);
            }
        }
        let of_strips = if LARGEST { &mut sums.largest[first..] } else { &mut [] };
        for (into, largest) in of_strips.iter_mut().zip(&largest) {
            for k in 0..packs {
                let place = &mut into[k * R::LANES..];
                store(load::<R>(place).larger(largest[k]), place);
            }
        }
    }
}
