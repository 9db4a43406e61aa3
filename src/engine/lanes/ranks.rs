//! Whether the columns of training rows are independent, for a pack of fits at a time.

use crate::linear_algebra::{Mask, Pack, cholesky, packed};
use crate::model::identifiable::safe_pivot;

/// Hessians at the start of fits, queued until a pack is full.
pub struct Ranks<R> {
    /// The queued splits.
    queue: Vec<usize>,
    hessians: Vec<R>,
    factor: Vec<R>,
}

impl<R> Default for Ranks<R> {
    fn default() -> Ranks<R> {
        Ranks { queue: Vec::new(), hessians: Vec::new(), factor: Vec::new() }
    }
}

impl<R: Pack> Ranks<R> {
    /// Empties the queue, and makes room for `columns` coefficients.
    pub fn prepare(&mut self, columns: usize) {
        self.queue.clear();
        self.hessians.clear();
        self.hessians.resize(packed::len(columns), R::splat(0.0));
    }

    /// Queues a split's Hessian at the start, which is in a lane of `hessian`; true if the pack is full.
    pub fn push(&mut self, split: usize, lane: usize, hessian: &[R]) -> bool {
        let own = self.queue.len();
        self.queue.push(split);
        for (pack, other) in self.hessians.iter_mut().zip(hessian) {
            pack.lanes_mut()[own] = other.lanes()[lane];
        }
        self.queue.len() == R::LANES
    }

    /// Tells `say` for each queued split whether its columns are certainly independent, by the pivots of the Hessian at the start,
    /// ¼X'X (see [`identifiable`](crate::model::identifiable)), and empties the queue.
    pub fn all(&mut self, rows: usize, columns: usize, mut say: impl FnMut(usize, bool)) {
        let safe = R::splat(safe_pivot(rows, columns));
        let (hessian, factor) = (&self.hessians, &mut self.factor);
        let independent = R::vectorize(
            #[inline(always)]
            || {
                factor.clone_from(hessian);
                let mut independent = cholesky::factor(factor, columns);
                for j in 0..columns {
                    let (pivot, diagonal) = (factor[packed::at(j, j)], hessian[packed::at(j, j)]);
                    let large = R::splat(f64::MIN_POSITIVE / f64::EPSILON).less(diagonal);
                    independent = independent.and(large).and((safe * diagonal).less(pivot * pivot));
                }
                independent
            },
        );
        let independent = R::bits(independent);
        for (own, split) in self.queue.drain(..).enumerate() {
            say(split, independent >> own & 1 == 1);
        }
    }
}
