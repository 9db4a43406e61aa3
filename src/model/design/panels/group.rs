//! The rows of a group in lanes: packing, losses and gradient.

use std::ops::Range;

use super::direct::Block;
use super::hessian::{hessian, load, store};
use super::losses::{losses, replace_by_naive, summed};
use super::tail::{Number, Tail};
use super::{BLOCK, Columns, GroupSums, PANEL, Panel, Rows, STRIDE, STRIP, Sweep, Terms};
use crate::linear_algebra::lanes::Task;
use crate::linear_algebra::memory::{CACHE_LINE, prefetch};
use crate::linear_algebra::{Matrix, Pack};
use crate::model::{Order, Sigmoid};

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
        let Group { sweep, panel, sums, margins } = self;
        let (Sweep { rows, terms, order }, in_place) = (sweep, sweep.reads_in_place());
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
                Terms::Logistic { coefficients, largest, sigmoid } => {
                    for start in (0..size).step_by(BLOCK) {
                        let block = start..size.min(start + BLOCK);
                        if let (true, Matrix::Double(numbers)) = (in_place, rows.rows) {
                            let in_place = Block { rows, numbers, coefficients, first, count: block.len() };
                            in_place.add::<R>(order, largest, panel, sums);
                            keep_margins(margins, first, block, panel);
                            continue;
                        }
                        pack::<R, true>(rows, first, block.clone(), coefficients, panel);
                        losses::<R>(rows, first, block.clone(), panel, sums);
                        if sigmoid == Sigmoid::Naive {
                            replace_by_naive::<R>(rows, first, block.clone(), panel);
                        }
                        keep_margins(margins, first, block.clone(), panel);
                        if order >= Order::Gradient {
                            if largest {
                                gradient::<R, true>(block, columns, panel, sums);
                            } else {
                                gradient::<R, false>(block, columns, panel, sums);
                            }
                        }
                    }
                    if order == Order::Hessian {
                        hessian::<R>(size, columns, true, panel, sums);
                    }
                }
            }
        }
    }
}

/// Copies the margins of a block to their place, if there is one.
fn keep_margins(margins: &mut [f64], first: usize, block: Range<usize>, panel: &Panel) {
    if !margins.is_empty() {
        margins[first + block.start..first + block.end].copy_from_slice(&panel.margins.as_flattened()[block]);
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
    let (whole, tail) = (columns / STRIP, Tail::<R>::new(columns));
    let packs = STRIP / R::LANES;
    let predictors = panel.margins.as_flattened_mut();
    for r in block {
        let mut into = panel.strips[r..].iter_mut().step_by(STRIDE);
        let from_row = &numbers[rows.place(first + r) * columns..];
        let ahead = rows.place(first + r + AHEAD) * columns;
        for j in (0..columns).step_by(CACHE_LINE / size_of::<T>()) {
            prefetch(numbers, ahead + j);
        }
        let mut sums = [R::splat(0.0); STRIP];
        for (s, (from, into)) in from_row.as_chunks::<STRIP>().0[..whole].iter().zip(into.by_ref()).enumerate() {
            for k in 0..packs {
                let x = T::load::<R>(&from[k * R::LANES..]);
                store(x, &mut into[k * R::LANES..]);
                if PREDICTORS {
                    sums[k] = x.mul_add(load(&coefficients[s][k * R::LANES..]), sums[k]);
                }
            }
        }
        if let (true, Some(into)) = (tail.columns > 0, into.next()) {
            let numbers = tail.of_row(from_row);
            for k in 0..packs {
                let x = numbers[k];
                store(x, &mut into[k * R::LANES..]);
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

/// Adds slope times row, and looks for the largest numbers if it is to.
#[inline(always)]
fn gradient<R: Pack, const LARGEST: bool>(block: Range<usize>, columns: usize, panel: &Panel, sums: &mut GroupSums) {
    let packs = STRIP / R::LANES;
    let slopes = &panel.slopes.as_flattened()[block.clone()];
    let strips = columns.div_ceil(STRIP);
    // Strips that are summed at once, so that an addition does not wait for the one before it.
    const CHAINS: usize = 4;
    for first in (0..strips).step_by(CHAINS) {
        let mut all = [[R::splat(0.0); STRIP]; CHAINS];
        let mut largest = all;
        let rows: [&[Columns]; CHAINS] = std::array::from_fn(
            #[inline(always)]
            // With fewer strips, sums the last one again, for nothing.
            |c| &panel.strips[(first + c).min(strips - 1) * STRIDE + block.start..][..slopes.len()],
        );
        for (r, &slope) in slopes.iter().enumerate() {
            let slope = R::splat(slope);
            for c in 0..CHAINS {
                for k in 0..packs {
                    let x = load::<R>(&rows[c][r][k * R::LANES..]);
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
