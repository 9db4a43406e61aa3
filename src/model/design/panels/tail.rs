//! The columns of a row behind its last whole strip, and the types in which numbers are stored.

use super::STRIP;
use super::hessian::load;
use crate::linear_algebra::Pack;

/// A type in which numbers of X are stored.
pub(super) trait Number: Copy + Default {
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

/// The columns behind the last whole strip.
pub(super) struct Tail<R> {
    /// Columns before it.
    before: usize,
    pub(super) columns: usize,
    /// 1 for each of them, 0 behind them.
    holds: [R; STRIP],
}

impl<R: Pack> Tail<R> {
    #[inline(always)]
    pub(super) fn new(all: usize) -> Tail<R> {
        let columns = all % STRIP;
        let mut holds = [R::splat(0.0); STRIP];
        for k in 0..STRIP / R::LANES {
            holds[k] = indicator(columns.saturating_sub(k * R::LANES));
        }
        Tail { before: all - columns, columns, holds }
    }

    /// The numbers of a row there, with zeros behind them.
    #[inline(always)]
    pub(super) fn of_row<T: Number>(&self, from_row: &[T]) -> [R; STRIP] {
        let zero = R::splat(0.0);
        let mut last = [T::default(); STRIP];
        // Numbers of the next row follow, unless these are the last numbers of the matrix.
        let from: &[T; STRIP] = from_row[self.before..].first_chunk().unwrap_or_else(|| {
            last[..self.columns].copy_from_slice(&from_row[self.before..][..self.columns]);
            &last
        });
        let mut numbers = [zero; STRIP];
        for k in 0..STRIP / R::LANES {
            numbers[k] = R::select(zero.less(self.holds[k]), T::load(&from[k * R::LANES..]), zero);
        }
        numbers
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
