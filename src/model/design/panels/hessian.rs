//! The weighted Gram matrix X'WX of a panel, a tile of it in registers while the rows go by.

use super::{Columns, GroupSums, Panel, STRIP};
use crate::linear_algebra::{Pack, packed};

/// Fills `weighted`: each row of strips times its weight.
#[inline(always)]
pub(super) fn weigh<R: Pack>(count: usize, columns: usize, panel: &mut Panel) {
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
pub(super) fn hessian<R: Pack>(count: usize, columns: usize, weighted: bool, panel: &Panel, sums: &mut GroupSums) {
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

/// A pack of the first numbers of a slice.
#[inline(always)]
pub(super) fn load<R: Pack>(from: &[f64]) -> R {
    let mut pack = R::splat(0.0);
    pack.lanes_mut().copy_from_slice(&from[..R::LANES]);
    pack
}

/// Writes a pack over the first numbers of a slice.
#[inline(always)]
pub(super) fn store<R: Pack>(pack: R, into: &mut [f64]) {
    into[..R::LANES].copy_from_slice(pack.lanes());
}

/// Strips from one packed row to the next: an odd number, so that rows do not fall on the same few lines of a cache.
#[inline(always)]
pub(super) fn stride(columns: usize) -> usize {
    columns.div_ceil(STRIP) | 1
}
