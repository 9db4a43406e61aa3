//! The one parallel place: units of splits on rayon's threads, their records collected in the order of the splits.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Barrier, mpsc};

use super::memory::Budget;
use super::unit::Worker;
use super::workers::Counted;
use super::{Event, Options, RunError, Shard, schedule, workers};
use crate::experiment::Experiment;
use crate::record::UnitRecords;

/// Threads at work on a part of an experiment.
pub struct Crew<'a> {
    experiment: &'a Experiment,
    options: Options,
    budget: Option<Budget>,
    pool: &'a rayon::ThreadPool,
    interrupt: &'a AtomicBool,
    observe: &'a mut dyn FnMut(Event<'_>),
    /// Units that wait to be collected, by the number of their first split; at first, the units of an earlier run.
    waiting: BTreeMap<u64, UnitRecords>,
    /// Fits to be made, fits done, and done fits that broke down.
    fits: u64,
    done: u64,
    broken: u64,
}

impl<'a> Crew<'a> {
    /// Threads of `pool` for a part of an experiment; `earlier` are its units that are done.
    ///
    /// # Errors
    /// When the memory limit leaves nothing to the fits.
    pub fn new(
        experiment: &'a Experiment,
        options: Options,
        pool: &'a rayon::ThreadPool,
        interrupt: &'a AtomicBool,
        part: Shard,
        earlier: Vec<UnitRecords>,
        observe: &'a mut dyn FnMut(Event<'_>),
    ) -> Result<Crew<'a>, RunError> {
        let splits = part.splits(experiment);
        let fits = (splits.end - splits.start) * experiment.fits_per_split();
        let threads = pool.current_num_threads();
        let budget = options.memory_limit.map(|limit| Budget::new(experiment, fits, limit, threads)).transpose()?;
        let done = earlier.iter().map(|records| records.fits.len() as u64).sum();
        let waiting = earlier.into_iter().map(|records| (schedule::number_of(experiment, &records), records)).collect();
        observe(Event::Started { fits, done });
        Ok(Crew { experiment, options, budget, pool, interrupt, observe, waiting, fits, done, broken: 0 })
    }

    /// Makes the fits of some splits that are not done, and gives all records of these splits to `collect`, in their order.
    ///
    /// # Errors
    /// When the run is interrupted.
    pub fn make(&mut self, part: &[Range<u64>], collect: &mut dyn FnMut(UnitRecords)) -> Result<(), RunError> {
        let Crew { experiment, options, budget, interrupt, pool, .. } = *self;
        let threads = pool.current_num_threads();
        let length = |records: &UnitRecords| schedule::length_of(experiment, records);
        let missing: Vec<Range<u64>> = part
            .iter()
            .flat_map(|range| {
                let done = self.waiting.range(range.clone()).map(|(&number, records)| number..number + length(records));
                schedule::missing(range.clone(), done)
            })
            .collect();
        let splits = missing.iter().map(|range| range.end - range.start).sum();
        let most = |source| budget.map_or(u64::MAX, |budget| budget.most_splits(experiment, source));
        let length_in = |source| schedule::unit_length(splits, threads).min(most(source));
        let units = schedule::units(experiment, &missing, length_in);

        let helpers = workers::for_units(units.len(), threads);
        let next = AtomicUsize::new(0);
        let (sender, receiver) = mpsc::sync_channel::<UnitRecords>(4 * threads);
        let at_work = threads.min(units.len());
        let (all_here, left) = (Barrier::new(threads), AtomicUsize::new(0));
        let work = |sender: &mpsc::SyncSender<UnitRecords>| {
            let _left = Counted(&left);
            let mut worker = Worker::new(experiment, options, budget, interrupt, helpers);
            // In the order of the splits, so that few units wait to be collected.
            while let Some(unit) = units.get(next.fetch_add(1, Ordering::Relaxed)) {
                if interrupt.load(Ordering::Relaxed) {
                    break;
                }
                let Ok(records) = worker.unit(unit.source, unit.splits.clone()) else { break };
                if records.into_iter().any(|records| sender.send(records).is_err()) {
                    break;
                }
            }
        };
        let mut to_collect = part.iter().cloned();
        let mut range = to_collect.next().unwrap_or(0..0);
        pool.in_place_scope(|scope| {
            let (work, all_here, left) = (&work, &all_here, &left);
            // Roles are fixed by thread index, because a thread that waits in the middle of a unit may steal any job.
            scope.spawn_broadcast(move |_, thread| {
                if at_work < threads {
                    // The system may start several threads on one processor and spread them only milliseconds later, when the
                    // passes that they should share are over.
                    all_here.wait();
                }
                if thread.index() < at_work {
                    work(&sender);
                } else {
                    workers::stand_by(|| left.load(Ordering::Acquire) < at_work);
                }
            });
            // Beside the fits, because a digest of large data takes as long as several passes over the rows and cannot be shared out.
            for source in 0..experiment.sources.len() {
                scope.spawn(move |_| drop(experiment.data_digest(source)));
            }
            let mut receiver = receiver.into_iter();
            loop {
                while let Some(records) = self.waiting.remove(&range.start) {
                    range.start += length(&records);
                    self.broken += records.fits.iter().filter(|fit| fit.stop.broke_down()).count() as u64;
                    (self.observe)(Event::Records(&records));
                    collect(records);
                    if range.is_empty() {
                        range = to_collect.next().unwrap_or(0..0);
                    }
                }
                (self.observe)(Event::Progress { done: self.done, broken: self.broken });
                let Some(records) = receiver.next() else { break };
                self.done += records.fits.len() as u64;
                (self.observe)(Event::UnitDone(&records));
                self.waiting.insert(schedule::number_of(experiment, &records), records);
            }
        });
        // Only an interruption leaves splits behind.
        let Crew { done, fits, .. } = *self;
        if range.is_empty() { Ok(()) } else { Err(RunError::Interrupted { done, fits }) }
    }
}
