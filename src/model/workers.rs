//! Who makes a pass over many rows: one thread, or those that a run lends.

use std::fmt::Debug;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Threads that share out the tasks of a pass. A sum never depends on them: tasks are fixed by the rows alone, and their
/// results are added in their order.
pub trait Workers: Sync + Debug {
    /// Calls `work` once with each number below `tasks`, in any order, and returns when all are done.
    fn each(&self, tasks: usize, work: &(dyn Fn(usize) + Sync));
}

/// The calling thread alone.
#[derive(Clone, Copy, Debug)]
pub struct Serial;

impl Workers for Serial {
    fn each(&self, tasks: usize, work: &(dyn Fn(usize) + Sync)) {
        (0..tasks).for_each(work);
    }
}

/// Calls `work` once with the number of each chunk of `size` values and the chunk, in any order.
pub fn each_chunk<T: Send>(
    workers: &dyn Workers,
    values: &mut [T],
    size: usize,
    work: impl Fn(usize, &mut [T]) + Sync,
) {
    let chunks: Vec<Mutex<&mut [T]>> = values.chunks_mut(size).map(Mutex::new).collect();
    workers.each(chunks.len(), &|chunk| {
        // A task is called once, so nobody else asks for its chunk.
        work(chunk, &mut chunks[chunk].lock().unwrap_or_else(PoisonError::into_inner));
    });
}

/// Results of all tasks, in their order.
pub fn collect<T: Send + Sync>(workers: &dyn Workers, tasks: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let results: Vec<OnceLock<T>> = (0..tasks).map(|_| OnceLock::new()).collect();
    workers.each(tasks, &|task| {
        // A task is called once, so its place is empty.
        let _ = results[task].set(work(task));
    });
    results.into_iter().filter_map(OnceLock::into_inner).collect()
}
