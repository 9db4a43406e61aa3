//! The one parallel place: all splits of all data sets on rayon's threads, results collected in the order of the splits.

mod batch;
mod collect;
pub mod contain;
mod dataset;
mod designs;
mod fit;
pub mod journal;
pub mod memory;
pub mod merge;
mod schedule;
pub mod single;
mod unit;
mod workers;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Instant;

use collect::Collected;
use memory::Budget;
pub use schedule::Shard;
use unit::Worker;

use crate::engine::Interrupted;
use crate::experiment::{Experiment, Model, sequential};
use crate::linear_algebra::lanes::InstructionSet;
use crate::model::{Penalty, Scaling};
use crate::record::{Results, SplitRecord, SplitRecords, UnitRecords};
use crate::split::Scheme;

/// What happens during a run. Progress bars, journals and tests all live on these.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The run begins.
    Started {
        /// Fits to be made, those done before included.
        fits: u64,
        /// Fits done before.
        done: u64,
    },
    /// More fits are done.
    Progress {
        /// Fits done so far.
        done: u64,
        /// Of these, fits whose loop broke down (`stalled`, `singular`, `non-finite`, `failed`).
        broken: u64,
    },
    /// Some splits are done; they come as they end, in any order.
    UnitDone(&'a UnitRecords),
    /// The next splits, done now or before; they come in order, sources outermost.
    Records(&'a UnitRecords),
    /// All fits are done.
    Finished,
}

/// How to run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Threads; 0 for one per core.
    pub threads: usize,
    /// The lanes that fits are made in, which results do not depend on; `None` leaves all fits to the general engine, whose
    /// results differ by rounding.
    pub instruction_set: Option<InstructionSet>,
    /// The most bytes of memory for data, records and fits, as far as they can be told before; a fit beyond it fails.
    pub memory_limit: Option<u64>,
}

impl Default for Options {
    fn default() -> Options {
        Options { threads: 0, instruction_set: Some(InstructionSet::widest()), memory_limit: None }
    }
}

/// Why a run did not end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The user ended it.
    #[error("interrupted after {done} of {fits} fits")]
    Interrupted {
        /// Fits done.
        done: u64,
        /// Fits planned.
        fits: u64,
    },
    /// The memory limit leaves nothing to the fits.
    #[error(transparent)]
    Memory(#[from] memory::TooLittle),
    /// The threads could not be started.
    #[error("cannot start {threads} threads: {reason}; ask for fewer with --threads")]
    Threads {
        /// Threads asked for.
        threads: usize,
        /// Why.
        reason: String,
    },
}

/// Runs an experiment.
///
/// # Errors
/// When the threads cannot be started, or `interrupt` is set before the end.
pub fn run(
    experiment: &Experiment,
    options: Options,
    interrupt: &AtomicBool,
    observe: &mut dyn FnMut(Event<'_>),
) -> Result<Results, RunError> {
    resume(experiment, options, Vec::new(), interrupt, observe)
}

/// Runs what is missing of an experiment: `earlier` are records of the same experiment, in the order of its splits, as a
/// [`journal`] gives them back. The results are those of a run of the whole.
///
/// # Errors
/// As [`run`].
pub fn resume(
    experiment: &Experiment,
    options: Options,
    earlier: Vec<UnitRecords>,
    interrupt: &AtomicBool,
    observe: &mut dyn FnMut(Event<'_>),
) -> Result<Results, RunError> {
    let started = Instant::now();
    let pool = pool(options.threads)?;
    let threads = pool.current_num_threads();
    // Of earlier fits nobody knows what ran beside them.
    let shared = threads > 1 || !earlier.is_empty();
    let mut collected = Collected::new(experiment);
    let mut crew = Crew::new(experiment, options, &pool, interrupt, Shard::WHOLE, earlier, observe)?;
    if experiment.until_decided {
        let mut looks = schedule::looks(experiment);
        while let Some(part) = looks.next().filter(|_| !sequential::all_decided(experiment, &collected.cells)) {
            crew.make(&part, &mut |records| collected.add(records))?;
        }
    } else {
        crew.make(&[Shard::WHOLE.splits(experiment)], &mut |records| collected.add(records))?;
    }
    let Collected { cells, splits, .. } = collected;
    let summaries: Result<_, Interrupted> = pool.install(|| {
        let helpers = workers::for_units(1, threads);
        let summary = |(place, source)| {
            let known = of_all_rows(experiment, place, &splits);
            dataset::summary(source, known, experiment.data_digest(place), helpers, interrupt)
        };
        experiment.sources.iter().enumerate().map(summary).collect()
    });
    let fits = experiment.fits();
    let datasets = summaries.map_err(|_| RunError::Interrupted { done: fits, fits })?;
    observe(Event::Finished);
    Ok(Results { cells, splits, datasets, threads, shared, elapsed: started.elapsed() })
}

/// Runs what is missing of a part of an experiment; its records are what `observe` sees.
///
/// # Errors
/// As [`run`].
pub fn shard(
    experiment: &Experiment,
    options: Options,
    shard: Shard,
    earlier: Vec<UnitRecords>,
    interrupt: &AtomicBool,
    observe: &mut dyn FnMut(Event<'_>),
) -> Result<(), RunError> {
    let pool = pool(options.threads)?;
    let mut crew = Crew::new(experiment, options, &pool, interrupt, shard, earlier, observe)?;
    crew.make(&[shard.splits(experiment)], &mut |_| ())?;
    observe(Event::Finished);
    Ok(())
}

/// Makes all fits of one split of the source at place `source`, to the bits that they have in a run.
///
/// # Errors
/// As [`run`].
pub fn replay(
    experiment: &Experiment,
    options: Options,
    source: usize,
    split: u64,
    interrupt: &AtomicBool,
) -> Result<Vec<UnitRecords>, RunError> {
    let pool = pool(options.threads)?;
    let threads = pool.current_num_threads();
    let fits = experiment.fits_per_split();
    let limit = options.memory_limit.map(|limit| Budget::new(experiment, fits, limit, 1));
    let budget = limit.transpose()?;
    let records = pool.install(|| {
        let helpers = workers::for_units(1, threads);
        Worker::new(experiment, options, budget, interrupt, helpers).unit(source, split..split + 1)
    });
    records.map_err(|_| RunError::Interrupted { done: 0, fits })
}

fn pool(threads: usize) -> Result<rayon::ThreadPool, RunError> {
    let error = |error: rayon::ThreadPoolBuildError| RunError::Threads { threads, reason: error.to_string() };
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(error)
}

/// Threads at work on a part of an experiment.
struct Crew<'a> {
    experiment: &'a Experiment,
    options: Options,
    budget: Option<Budget>,
    pool: &'a rayon::ThreadPool,
    interrupt: &'a AtomicBool,
    observe: &'a mut dyn FnMut(Event<'_>),
    /// Units that wait to be collected, by the number of their first split; at first those of an earlier run.
    waiting: BTreeMap<u64, UnitRecords>,
    /// Fits to be made, fits done, and those of them that broke down.
    fits: u64,
    done: u64,
    broken: u64,
}

impl<'a> Crew<'a> {
    fn new(
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
    fn make(&mut self, part: &[Range<u64>], collect: &mut dyn FnMut(UnitRecords)) -> Result<(), RunError> {
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
        let most = |source| budget.map_or(u64::MAX, |budget| budget.most_splits(&experiment.sources[source]));
        let length_in = |source| schedule::unit_length(splits, threads).min(most(source));
        let units = schedule::units(experiment, &missing, length_in);

        let helpers = workers::for_units(units.len(), threads);
        let next = AtomicUsize::new(0);
        let (sender, receiver) = mpsc::sync_channel::<UnitRecords>(4 * threads);
        let work = |sender: mpsc::SyncSender<UnitRecords>| {
            let mut worker = Worker::new(experiment, options, budget, interrupt, helpers);
            // In the order of the splits, so that what waits to be collected stays small.
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
            let work = &work;
            for _ in 0..threads.min(units.len()) {
                let sender = sender.clone();
                scope.spawn(move |_| work(sender));
            }
            // Beside the fits: where they are large, this takes as long as several passes over the rows, and cannot be shared out.
            for source in 0..experiment.sources.len() {
                scope.spawn(move |_| drop(experiment.data_digest(source)));
            }
            drop(sender);
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

/// What a split has shown of all rows of a source with an intercept and no penalty that tells columns apart, if there is one.
fn of_all_rows(experiment: &Experiment, source: usize, splits: &[SplitRecords]) -> Option<SplitRecord> {
    let every_row = experiment.splitters[source].scheme == Scheme::AllRows;
    let as_it_is = |model: &Model| model.intercept && model.scaling == Scaling::None && model.penalty == Penalty::None;
    let fits = |records: &&SplitRecords| records.source == source && as_it_is(&experiment.models[records.model]);
    let records = splits.iter().filter(|_| every_row).find(fits)?;
    Some(SplitRecord { separation: *records.separations.first()?, rank: *records.ranks.first()? })
}
