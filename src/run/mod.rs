//! Runs of experiments: all splits of all data sets, on all threads, without repeating earlier work.

mod bootstrap;
mod collect;
mod crew;
mod dataset;
mod features;
pub mod journal;
pub mod memory;
pub mod merge;
mod profile;
mod schedule;
mod shuffled;
pub mod single;
mod unit;
mod workers;

pub use workers::with_threads;

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use collect::Collected;
use crew::Crew;
use memory::Budget;
pub use schedule::Shard;
use unit::Worker;

use crate::claim::sequential;
use crate::data::Source;
use crate::engine::Interrupted;
use crate::experiment::{Experiment, Model};
use crate::linear_algebra::lanes::InstructionSet;
use crate::model::separation::Separation;
use crate::model::{Expansion, Penalty, Scaling, design};
use crate::record::{Results, SplitRecord, SplitRecords, UnitRecords};
use crate::split::Scheme;

/// What happens during a run: all that progress bars, journals and tests see of it.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The run begins.
    Started {
        /// All fits of the run, including fits done before.
        fits: u64,
        /// Fits done before.
        done: u64,
    },
    /// More fits are done.
    Progress {
        /// Fits done so far.
        done: u64,
        /// Done fits whose loop broke down (`stalled`, `singular`, `non-finite`, `failed`).
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
    /// The instruction set of the lanes; every set gives the same results. `None` leaves all fits to the general engine, whose
    /// results differ by rounding.
    pub instruction_set: Option<InstructionSet>,
    /// Limit in bytes on the estimated memory of data, records and fits; a fit that would exceed it is reported as failed.
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

/// Runs the missing part of an experiment: `earlier` are records of the same experiment, in the order of its splits, as a
/// [`journal`] gives them back. The results equal the results of a whole run.
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
    // Earlier fits may have run beside others.
    let shared = threads > 1 || !earlier.is_empty();
    let mut collected = Collected::new(experiment);
    let mut crew = Crew::new(experiment, options, &pool, interrupt, Shard::WHOLE, earlier, observe)?;
    if experiment.until_decided {
        let mut looks = schedule::looks(experiment);
        while let Some(part) =
            looks.next().filter(|_| !sequential::all_decided(&experiment.claims, &collected.cells, &collected.splits))
        {
            crew.make(&part, &mut |records| collected.add(records))?;
        }
    } else {
        crew.make(&[Shard::WHOLE.splits(experiment)], &mut |records| collected.add(records))?;
    }
    let shuffled = shuffled::fits(experiment, options, &pool, interrupt, observe)?;
    let Collected { mut cells, splits, .. } = collected;
    let interrupted = |_: Interrupted| RunError::Interrupted { done: experiment.fits(), fits: experiment.fits() };
    pool.install(|| {
        if experiment.bootstrapped().next().is_none() {
            return Ok(());
        }
        let budget =
            options.memory_limit.map(|limit| Budget::new(experiment, experiment.fits(), limit, 1)).transpose()?;
        let mut worker = Worker::new(experiment, options, budget, interrupt, workers::for_units(1, threads));
        bootstrap::estimate(experiment, &mut worker, &mut cells).map_err(interrupted)
    })?;
    let summaries: Result<_, Interrupted> = pool.install(|| {
        let helpers = workers::for_units(1, threads);
        let summary = |(place, source)| {
            let known = of_all_rows(experiment, place, &splits);
            dataset::summary(source, known, experiment.data_digest(place), helpers, interrupt)
        };
        experiment.sources.iter().enumerate().map(summary).collect()
    });
    let datasets = summaries.map_err(interrupted)?;
    observe(Event::Finished);
    Ok(Results { cells, splits, shuffled, datasets, threads, shared, elapsed: started.elapsed() })
}

/// Runs the missing part of a shard; its records go to `observe` alone.
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

/// Makes all fits of one split of the source at place `source`, bit for bit as in a run.
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

/// The record of all rows of a source, if its splits prove it, from a model with an intercept, no scaling and no penalty.
///
/// A split of all rows is that record. Otherwise one split with full rank and an optimum is enough, because a direction that
/// separated all rows would separate its rows too.
fn of_all_rows(experiment: &Experiment, source: usize, splits: &[SplitRecords]) -> Option<SplitRecord> {
    let as_it_is = |model: &Model| {
        let Model { intercept, penalty, expansion, scaling, .. } = model;
        *intercept && (*penalty, *expansion, *scaling) == (Penalty::NONE, Expansion::None, Scaling::None)
    };
    let mut shown = splits
        .iter()
        .filter(|records| records.source == source && as_it_is(&experiment.models[records.model]))
        .flat_map(SplitRecords::iter);
    match &experiment.sources[source] {
        _ if experiment.splitters[source].scheme() == Scheme::AllRows => shown.next(),
        // The features of a split are no others' where they are made by its training rows.
        source if source.coding().is_some() => None,
        Source::Fixed(data) => {
            let columns = design::columns(data, true) as u32;
            shown.find(|of| of.separation == Some(Separation::Overlap) && of.rank == columns)
        }
        Source::Redrawn { .. } | Source::Shuffled(_) => None,
    }
}
