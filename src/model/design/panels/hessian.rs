//! The weighted Gram matrix X'WX of a panel, a tile of it in registers while the rows go by.

use super::{Columns, GroupSums, Panel, STRIDE, STRIP};
use crate::linear_algebra::{Pack, packed};

/// Adds the products of all pairs of strips, each row times its weight if `weighted`. Tiles are as large as the registers of the
/// instruction set hold.
#[inline(always)]
pub(super) fn hessian<R: Pack>(count: usize, columns: usize, weighted: bool, panel: &mut Panel, sums: &mut GroupSums) {
    let Panel { strips, left, weights, .. } = panel;
    let strips: &[Columns] = strips;
    let of_strip = |strip: usize| &strips[strip * STRIDE..][..count];
    for a in 0..columns.div_ceil(STRIP) {
        let used = STRIP.min(columns - a * STRIP);
        let tiles = &mut sums.hessian[packed::at(a, 0) * STRIP..][..(a + 1) * STRIP];
        let left = if weighted {
            weigh::<R>(of_strip(a), weights.as_flattened(), &mut left[..count]);
            &left[..count]
        } else {
            of_strip(a)
        };
        let mut b = 0;
        while b <= a {
            let into = &mut tiles[b * STRIP..];
            let one = left.iter().zip(of_strip(b)).map(
                #[inline(always)]
                |(left, right)| (left, [right]),
            );
            match R::LANES {
                8 => {
                    let wide = (a + 1 - b).min(3);
                    let two = || {
                        left.iter().zip(of_strip(b)).zip(of_strip(b + 1)).map(
                            #[inline(always)]
                            |((left, first), second)| (left, [first, second]),
                        )
                    };
                    let three = || {
                        left.iter().zip(of_strip(b)).zip(of_strip(b + 1)).zip(of_strip(b + 2)).map(
                            #[inline(always)]
                            |(((left, first), second), third)| (left, [first, second, third]),
                        )
                    };
                    match (wide, used <= 4) {
                        (3, false) => tile::<R, 8, 3, 3>(three(), 0, into),
                        (3, true) => tile::<R, 4, 3, 3>(three(), 0, into),
                        (2, false) => tile::<R, 8, 2, 2>(two(), 0, into),
                        (2, true) => tile::<R, 4, 2, 2>(two(), 0, into),
                        (_, false) => tile::<R, 8, 1, 1>(one, 0, into),
                        (_, true) => tile::<R, 4, 1, 1>(one, 0, into),
                    }
                    b += wide;
                }
                4 => {
                    for i in (0..used).step_by(4) {
                        tile::<R, 4, 2, 1>(one.clone(), i, into);
                    }
                    b += 1;
                }
                2 => {
                    for i in (0..used).step_by(4) {
                        tile::<R, 4, 4, 1>(one.clone(), i, into);
                    }
                    b += 1;
                }
                _ => {
                    for i in 0..used {
                        tile::<R, 1, 8, 1>(one.clone(), i, into);
                    }
                    b += 1;
                }
            }
        }
    }
}

/// Fills `into` with the rows of a strip, each times its weight.
#[inline(always)]
fn weigh<R: Pack>(strip: &[Columns], weights: &[f64], into: &mut [Columns]) {
    for ((from, into), &weight) in strip.iter().zip(into).zip(weights) {
        let weight = R::splat(weight);
        for k in (0..STRIP).step_by(R::LANES) {
            store(load::<R>(&from[k..]) * weight, &mut into[k..]);
        }
    }
}

/// Adds, over the rows, the products of numbers `first..first + M` of the left strip with P packs of the S right ones.
#[inline(always)]
fn tile<'a, R: Pack, const M: usize, const P: usize, const S: usize>(
    rows: impl Iterator<Item = (&'a Columns, [&'a Columns; S])>,
    first: usize,
    into: &mut [Columns],
) {
    let packs = STRIP / R::LANES;
    let mut sums = [[R::splat(0.0); P]; M];
    for (left, right) in rows {
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
