//! Threads for the passes of one large fit.

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use crate::model::{Serial, Workers};

/// The threads of the pool that the calling thread belongs to.
#[derive(Debug)]
struct Pool;

impl Workers for Pool {
    fn each(&self, tasks: usize, work: &(dyn Fn(usize) + Sync)) {
        (0..tasks).into_par_iter().with_max_len(1).for_each(work);
    }
}

/// Who makes the passes of fits when this many units are all the work there is: with fewer units than threads,
/// those that would be idle help. With more, every thread has its own splits, and their order of work costs nothing.
pub fn for_units(units: usize, threads: usize) -> &'static dyn Workers {
    if units < threads { &Pool } else { &Serial }
}
