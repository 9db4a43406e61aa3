//! The loss of the rows of a panel, and numbers in lanes that packed rows and rows in their place both need.

use std::ops::Range;

use super::hessian::{load, store};
use super::{Columns, GroupSums, Panel, Rows, STRIP, tree};
use crate::linear_algebra::Pack;
use crate::linear_algebra::elementary::ln_1p;
use crate::model::loss::in_lanes::{LaneRow, logistic, naive_terms};

/// Losses, slopes and weights of a panel from its predictors, as in [`logistic`](crate::model::loss::logistic).
#[inline(always)]
pub(super) fn losses<R: Pack>(
    rows: Rows<'_>,
    first: usize,
    block: Range<usize>,
    panel: &mut Panel,
    sums: &mut GroupSums,
) {
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

/// Replaces slopes and weights of a block of all rows by those of the naive sigmoid. Not inlined, so that code for the stable one has
/// all registers.
#[inline(never)]
pub(super) fn replace_by_naive<R: Pack>(rows: Rows<'_>, first: usize, block: Range<usize>, panel: &mut Panel) {
    R::vectorize(
        #[inline(always)]
        || {
            let signs = &rows.signs[first..];
            for start in block.clone().step_by(STRIP) {
                let (place, count) = (start / STRIP, STRIP.min(block.end - start));
                let (mut sign, mut slopes, mut weights) = ([1.0; STRIP], [0.0; STRIP], [0.0; STRIP]);
                sign[..count].copy_from_slice(&signs[start..start + count]);
                for k in (0..STRIP).step_by(R::LANES) {
                    let sign = load::<R>(&sign[k..]);
                    let (residual, weight) = naive_terms(sign, load::<R>(&panel.margins[place][k..]));
                    store(-(sign * residual), &mut slopes[k..]);
                    store(weight, &mut weights[k..]);
                }
                panel.slopes[place][..count].copy_from_slice(&slopes[..count]);
                panel.weights[place][..count].copy_from_slice(&weights[..count]);
            }
        },
    );
}

/// Eight sums in packs added as a tree.
#[inline(always)]
pub(super) fn summed<R: Pack>(sums: &[R; STRIP]) -> f64 {
    let mut all = [0.0; STRIP];
    for k in 0..STRIP / R::LANES {
        store(sums[k], &mut all[k * R::LANES..]);
    }
    tree(&all)
}
