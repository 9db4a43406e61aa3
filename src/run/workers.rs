//! Threads for the passes of one large fit.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::model::{Serial, Workers};

/// The threads of the pool that the calling thread belongs to.
///
/// A thread with nothing left to do waits awake: the others finish within a task's time, and the system may wake a sleeping
/// thread on the processor of the thread that wakes it, where both take turns for milliseconds.
#[derive(Debug)]
struct Pool;

impl Workers for Pool {
    fn threads(&self) -> usize {
        rayon::current_num_threads()
    }

    fn each(&self, tasks: usize, work: &(dyn Fn(usize) + Sync)) {
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let share = || {
            loop {
                let task = next.fetch_add(1, Ordering::Relaxed);
                if task >= tasks {
                    break;
                }
                // Counted even if it panics, so that no thread waits for ever.
                let _counted = Counted(&done);
                work(task);
            }
        };
        rayon::scope(|scope| {
            for _ in 1..rayon::current_num_threads().min(tasks) {
                scope.spawn(|_| share());
            }
            share();
            while done.load(Ordering::Acquire) < tasks {
                std::thread::yield_now();
            }
        });
    }
}

/// Counts when it is dropped.
pub struct Counted<'a>(pub &'a AtomicUsize);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Release);
    }
}

/// Keeps a thread awake for the tasks of other threads of its pool. A thread must not call it within a task that others wait for.
pub fn stand_by(needed: impl Fn() -> bool) {
    while needed() {
        if rayon::yield_now() == Some(rayon::Yield::Idle) {
            std::thread::yield_now();
        }
    }
}

/// The workers of fits in a run of this many units: with fewer units than threads, the idle threads share the passes; else each
/// thread makes its passes alone, because it has splits of its own.
pub fn for_units(units: usize, threads: usize) -> &'static dyn Workers {
    if units < threads { &Pool } else { &Serial }
}

/// Calls `work` on a pool of so many threads (0 for one per processor) and lends it the pool's.
pub fn with_threads<T: Send>(threads: usize, work: impl FnOnce(&dyn Workers) -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(|| work(&Pool)),
        // The system gives no threads: one is enough.
        Err(_) => work(&Serial),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn every_task_is_done_once_also_beside_a_panic_and_with_a_thread_that_stands_by() {
        let threads = 3;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let helpers = for_units(1, threads);
        for (tasks, bad) in [(0, None), (1, None), (2, None), (1000, None), (1000, Some(400)), (3, Some(0))] {
            let calls: Vec<AtomicUsize> = (0..tasks).map(|_| AtomicUsize::new(0)).collect();
            let left = AtomicUsize::new(0);
            let outcomes = pool.broadcast(|thread| {
                if thread.index() > 0 {
                    stand_by(|| left.load(Ordering::Acquire) < 1);
                    return bad.is_none();
                }
                let _left = Counted(&left);
                let all = || {
                    helpers.each(tasks, &|task| {
                        calls[task].fetch_add(1, Ordering::Relaxed);
                        assert_ne!(Some(task), bad, "a bad task");
                    });
                };
                catch_unwind(AssertUnwindSafe(all)).is_ok()
            });
            assert_eq!(outcomes, [bad.is_none(); 3]);
            let calls = calls.iter().map(|calls| calls.load(Ordering::Relaxed));
            assert!(if bad.is_none() { calls.eq((0..tasks).map(|_| 1)) } else { calls.max() == Some(1) });
        }
    }
}
