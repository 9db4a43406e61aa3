//! The one parallel place: all splits of all data sets on rayon's threads, results collected in the order of the splits.

mod batch;
mod dataset;
mod designs;
mod fit;
pub mod single;
mod unit;
mod workers;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{OnceLock, mpsc};
use std::time::Instant;

use unit::Worker;

use crate::engine::Interrupted;
use crate::experiment::{Experiment, Model};
use crate::linear_algebra::lanes::InstructionSet;
use crate::model::{Penalty, Scaling};
use crate::record::{Bands, Cell, CellRecords, Results, SplitRecord, SplitRecords, UnitRecords};
use crate::split::Scheme;

/// What happens during a run. Progress bars, journals and tests all live on these.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The run begins.
    Started {
        /// Fits to be made.
        fits: u64,
    },
    /// More fits are done.
    Progress {
        /// Fits done so far.
        done: u64,
        /// Of these, fits whose loop broke down (`stalled`, `singular`, `non-finite`, `failed`).
        broken: u64,
    },
    /// The next splits are done; they come in order, sources outermost.
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
}

impl Default for Options {
    fn default() -> Options {
        Options { threads: 0, instruction_set: Some(InstructionSet::widest()) }
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
    /// The threads could not be started.
    #[error("cannot start {threads} threads: {reason}; ask for fewer with --threads")]
    Threads {
        /// Threads asked for.
        threads: usize,
        /// Why.
        reason: String,
    },
}

/// Splits handed to a thread at a time.
///
/// Large enough that the hand-over, and lanes that wait for the last fits of a batch, cost little beside fits of microseconds;
/// small enough that threads end together and
/// an interruption is heeded soon. Results do not depend on it.
fn chunk_length(repeats: u64, threads: usize) -> u64 {
    (repeats / (4 * threads as u64)).clamp(1, 256)
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
    let started = Instant::now();
    let threads_error =
        |error: rayon::ThreadPoolBuildError| RunError::Threads { threads: options.threads, reason: error.to_string() };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build().map_err(threads_error)?;
    let threads = pool.current_num_threads();
    let fits = experiment.fits();
    observe(Event::Started { fits });

    let chunk = chunk_length(experiment.repeats, threads);
    let chunks_per_source = experiment.repeats.div_ceil(chunk) as usize;
    let chunks = chunks_per_source * experiment.sources.len();
    let helpers = workers::for_chunks(chunks, threads);
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::sync_channel::<(usize, UnitRecords)>(4 * threads);
    let (bands_sender, bands_receiver) = mpsc::channel::<Vec<Bands>>();

    let solvers: Vec<usize> = experiment.runnable().map(|(place, _)| place).collect();
    let mut cells: Vec<Cell> = Vec::new();
    for source in 0..experiment.sources.len() {
        for model in 0..experiment.models.len() {
            cells.extend(solvers.iter().map(|&solver| Cell {
                source,
                model,
                solver,
                records: CellRecords::with_capacity(experiment.repeats as usize),
                bands: Bands::default(),
            }));
        }
    }
    let mut splits: Vec<SplitRecords> = (0..experiment.sources.len())
        .flat_map(|source| (0..experiment.models.len()).map(move |model| (source, model)))
        .map(|(source, model)| SplitRecords { source, model, ..SplitRecords::default() })
        .collect();
    let per_source = experiment.models.len() * solvers.len();

    let work = |sender: mpsc::SyncSender<(usize, UnitRecords)>, bands: mpsc::Sender<Vec<Bands>>| {
        let mut worker = Worker::new(experiment, options.instruction_set, interrupt, helpers);
        loop {
            // In the order of the splits, so that what waits to be collected stays small.
            let place = next.fetch_add(1, Ordering::Relaxed);
            if place >= chunks || interrupt.load(Ordering::Relaxed) {
                break;
            }
            let source = place / chunks_per_source;
            let first = (place % chunks_per_source) as u64 * chunk;
            let last = (first + chunk).min(experiment.repeats);
            let Ok(records) = worker.unit(source, first..last) else { break };
            if sender.send((place, records)).is_err() {
                break;
            }
        }
        // The receiver lives until every worker has sent.
        let _ = bands.send(worker.bands);
    };

    let digests: Vec<OnceLock<Option<String>>> = experiment.sources.iter().map(|_| OnceLock::new()).collect();
    let (mut done, mut broken) = (0, 0);
    pool.in_place_scope(|scope| {
        let work = &work;
        for _ in 0..threads.min(chunks) {
            let (sender, bands) = (sender.clone(), bands_sender.clone());
            scope.spawn(move |_| work(sender, bands));
        }
        // Beside the fits: where they are large, this takes as long as several passes over the rows, and cannot be shared out.
        for (source, digest) in experiment.sources.iter().zip(&digests) {
            scope.spawn(move |_| digest.set(source.digest()).unwrap_or_default());
        }
        drop((sender, bands_sender));
        let mut waiting = BTreeMap::new();
        let mut collected = 0;
        for (place, records) in receiver {
            waiting.insert(place, records);
            while let Some(records) = waiting.remove(&collected) {
                let first_cell = collected / chunks_per_source * per_source;
                let first_split = collected / chunks_per_source * experiment.models.len();
                let length = records.splits.len() / experiment.models.len();
                for (place, record) in records.splits.iter().enumerate() {
                    splits[first_split + place / length].push(*record);
                }
                // Fits stand models outermost, then splits, then solvers.
                let cell_of = |place: usize| {
                    first_cell + place / (length * solvers.len()) * solvers.len() + place % solvers.len()
                };
                for (place, record) in records.fits.iter().enumerate() {
                    broken += u64::from(record.stop.broke_down());
                    cells[cell_of(place)].records.push(record);
                }
                done += records.fits.len() as u64;
                observe(Event::Records(&records));
                for (place, trace) in records.traces {
                    cells[cell_of(place)].records.traces.push(trace);
                }
                collected += 1;
                observe(Event::Progress { done, broken });
            }
        }
    });
    if interrupt.load(Ordering::Relaxed) && done < fits {
        return Err(RunError::Interrupted { done, fits });
    }
    for worker in bands_receiver {
        for (cell, bands) in cells.iter_mut().zip(&worker) {
            cell.bands.merge(bands);
        }
    }
    let summaries: Result<_, Interrupted> = pool.install(|| {
        let helpers = workers::for_chunks(1, threads);
        let summary = |(place, source)| {
            let known = of_all_rows(experiment, place, &splits);
            let digest = digests[place].get().cloned().flatten();
            dataset::summary(source, known, digest, helpers, interrupt)
        };
        experiment.sources.iter().enumerate().map(summary).collect()
    });
    let datasets = summaries.map_err(|_| RunError::Interrupted { done, fits })?;
    observe(Event::Finished);
    Ok(Results { cells, splits, datasets, threads, elapsed: started.elapsed() })
}

/// What a split has shown of all rows of a source with an intercept and no penalty that tells columns apart, if there is one.
fn of_all_rows(experiment: &Experiment, source: usize, splits: &[SplitRecords]) -> Option<SplitRecord> {
    let every_row = experiment.splitters[source].scheme == Scheme::AllRows;
    let as_it_is = |model: &Model| model.intercept && model.scaling == Scaling::None && model.penalty == Penalty::None;
    let fits = |records: &&SplitRecords| records.source == source && as_it_is(&experiment.models[records.model]);
    let records = splits.iter().filter(|_| every_row).find(fits)?;
    Some(SplitRecord { separation: *records.separations.first()?, rank: *records.ranks.first()? })
}
