//! Losses and gradient of rows where they lie: a pass without a Hessian reads rows in double precision once and copies nothing.
//!
//! Eight rows at a time give their predictors, losses and part of the gradient while they are in the nearest cache. The order of sums
//! is that of packed rows.

use std::ops::Range;

use super::hessian::{load, store};
use super::losses::{losses, summed};
use super::tail::Tail;
use super::{Columns, GroupSums, Panel, Rows, STRIP};
use crate::linear_algebra::Pack;
use crate::model::Order;

/// Rows whose predictors are computed at once, so that an addition does not wait for the one before it.
const CHAINS: usize = 4;

/// A block of rows in their place.
pub(super) struct Block<'a> {
    pub(super) rows: Rows<'a>,
    /// X, row after row.
    pub(super) numbers: &'a [f64],
    /// β in strips.
    pub(super) coefficients: &'a [Columns],
    /// The number of the block's first row in its group.
    pub(super) first: usize,
    /// Rows of the block.
    pub(super) count: usize,
}

impl Block<'_> {
    /// Adds losses and, if `order` asks for it, gradient; finds the largest numbers if `largest`.
    #[inline(always)]
    pub(super) fn add<R: Pack>(&self, order: Order, largest: bool, panel: &mut Panel, sums: &mut GroupSums) {
        sums.of_block.fill([0.0; STRIP]);
        for start in (0..self.count).step_by(STRIP) {
            let chunk = start..self.count.min(start + STRIP);
            self.predict::<R>(chunk.clone(), panel);
            losses::<R>(self.rows, self.first, chunk.clone(), panel, sums);
            if order < Order::Gradient {
                continue;
            }
            match (chunk.len() == STRIP, largest) {
                (true, false) => self.add_slopes::<R, STRIP, false>(start, panel, sums),
                (true, true) => self.add_slopes::<R, STRIP, true>(start, panel, sums),
                (false, false) => chunk.for_each(|r| self.add_slopes::<R, 1, false>(r, panel, sums)),
                (false, true) => chunk.for_each(|r| self.add_slopes::<R, 1, true>(r, panel, sums)),
            }
        }
        for (into, sum) in sums.gradient.iter_mut().zip(&sums.of_block) {
            for k in (0..STRIP).step_by(R::LANES) {
                let place = &mut into[k..];
                store(load::<R>(place) + load(&sum[k..]), place);
            }
        }
    }

    /// The numbers of a row of the block, and those of the next row behind them, if there is one.
    #[inline(always)]
    fn numbers_from(&self, r: usize) -> &[f64] {
        &self.numbers[self.rows.place(self.first + r) * self.rows.columns..]
    }

    /// Predictors of rows, into `margins`.
    #[inline(always)]
    fn predict<R: Pack>(&self, rows: Range<usize>, panel: &mut Panel) {
        let (zero, packs) = (R::splat(0.0), STRIP / R::LANES);
        let whole = self.rows.columns / STRIP;
        let coefficients = &self.coefficients[..whole];
        let tail = Tail::<R>::new(self.rows.columns);
        for first in rows.clone().step_by(CHAINS) {
            let (mut row, mut strips) = ([&[] as &[f64]; CHAINS], [&[] as &[Columns]; CHAINS]);
            for c in 0..CHAINS {
                row[c] = self.numbers_from((first + c).min(rows.end - 1));
                strips[c] = &row[c].as_chunks::<STRIP>().0[..whole];
            }
            let mut sums = [[zero; STRIP]; CHAINS];
            for s in 0..whole {
                for k in 0..packs {
                    let coefficient = load::<R>(&coefficients[s][k * R::LANES..]);
                    for c in 0..CHAINS {
                        sums[c][k] = load::<R>(&strips[c][s][k * R::LANES..]).mul_add(coefficient, sums[c][k]);
                    }
                }
            }
            if tail.columns > 0 {
                for c in 0..CHAINS {
                    let numbers = tail.of_row(row[c]);
                    for k in 0..packs {
                        let coefficient = load::<R>(&self.coefficients[whole][k * R::LANES..]);
                        sums[c][k] = numbers[k].mul_add(coefficient, sums[c][k]);
                    }
                }
            }
            let predictors = panel.margins.as_flattened_mut();
            for (c, r) in (first..rows.end.min(first + CHAINS)).enumerate() {
                predictors[r] = summed(&sums[c]);
            }
        }
    }

    /// Adds slope times row of N rows, and looks for the largest numbers if it is to.
    #[inline(always)]
    fn add_slopes<R: Pack, const N: usize, const LARGEST: bool>(
        &self,
        first: usize,
        panel: &Panel,
        sums: &mut GroupSums,
    ) {
        let packs = STRIP / R::LANES;
        let whole = self.rows.columns / STRIP;
        let tail = Tail::<R>::new(self.rows.columns);
        let (mut row, mut strips) = ([&[] as &[f64]; N], [&[] as &[Columns]; N]);
        let mut slopes = [R::splat(0.0); N];
        for c in 0..N {
            row[c] = self.numbers_from(first + c);
            strips[c] = &row[c].as_chunks::<STRIP>().0[..whole];
            slopes[c] = R::splat(panel.slopes.as_flattened()[first + c]);
        }
        let of_block = &mut sums.of_block[..];
        for s in 0..whole {
            for k in 0..packs {
                let place = &mut of_block[s][k * R::LANES..];
                let mut sum = load::<R>(place);
                for c in 0..N {
                    sum = load::<R>(&strips[c][s][k * R::LANES..]).mul_add(slopes[c], sum);
                }
                store(sum, place);
            }
        }
        if LARGEST {
            for s in 0..whole {
                for k in 0..packs {
                    let place = &mut sums.largest[s][k * R::LANES..];
                    let mut largest = load::<R>(place);
                    for c in 0..N {
                        largest = largest.larger(load::<R>(&strips[c][s][k * R::LANES..]).abs());
                    }
                    store(largest, place);
                }
            }
        }
        if tail.columns > 0 {
            for c in 0..N {
                let numbers = tail.of_row(row[c]);
                for k in 0..packs {
                    let place = &mut of_block[whole][k * R::LANES..];
                    store(numbers[k].mul_add(slopes[c], load(place)), place);
                    if LARGEST {
                        let place = &mut sums.largest[whole][k * R::LANES..];
                        store(load::<R>(place).larger(numbers[k].abs()), place);
                    }
                }
            }
        }
    }
}
