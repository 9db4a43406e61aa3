//! The threads that make a pass over many rows: the calling thread, or threads that a run lends.

use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};

/// Threads that share the tasks of a pass. Sums never depend on the threads, because the rows alone fix the tasks, and results
/// are added in the order of the tasks.
pub trait Workers: Sync + Debug {
    /// Calls `work` once with each number below `tasks`, in any order, and returns when all tasks are done.
    fn each(&self, tasks: usize, work: &(dyn Fn(usize) + Sync));

    /// How many threads there are.
    fn threads(&self) -> usize {
        1
    }
}

/// The calling thread alone.
#[derive(Clone, Copy, Debug)]
pub struct Serial;

impl Workers for Serial {
    fn each(&self, tasks: usize, work: &(dyn Fn(usize) + Sync)) {
        (0..tasks).for_each(work);
    }
}

/// Calls `work` once with the place of each value and the value, in any order.
pub fn each_value<T: Send>(workers: &dyn Workers, values: &mut [T], work: impl Fn(usize, &mut T) + Sync) {
    let values: Vec<Mutex<&mut T>> = values.iter_mut().map(Mutex::new).collect();
    workers.each(values.len(), &|place| {
        // A task is called once, so nobody else asks for its value.
        work(place, &mut values[place].lock().unwrap_or_else(PoisonError::into_inner));
    });
}

/// Results of all tasks, in their order.
pub fn collect<T: Send>(workers: &dyn Workers, tasks: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let mut results: Vec<Option<T>> = (0..tasks).map(|_| None).collect();
    each_value(workers, &mut results, |task, result| *result = Some(work(task)));
    results.into_iter().flatten().collect()
}
