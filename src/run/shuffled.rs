//! The fits of shuffled labels that claims against chance go by.
//!
//! They follow from the experiment as all fits do, and no journal keeps them: a run that is gone on with, or joined from
//! shards, makes them anew.

use std::sync::atomic::AtomicBool;

use super::collect::Collected;
use super::crew::Crew;
use super::{Event, Options, RunError, Shard};
use crate::experiment::Experiment;
use crate::metric::METRICS;
use crate::record::ShuffledFits;
use crate::statistics::summary::mean_and_deviation;

/// Makes the fits of all claims against chance. `observe` is told of their number only: they are not the experiment's fits.
///
/// # Errors
/// When the run is interrupted, or the memory limit leaves nothing to the fits.
pub fn fits(
    experiment: &Experiment,
    options: Options,
    pool: &rayon::ThreadPool,
    interrupt: &AtomicBool,
    observe: &mut dyn FnMut(Event<'_>),
) -> Result<Vec<ShuffledFits>, RunError> {
    let mut all = Vec::new();
    for (place, claim) in experiment.claims.iter().enumerate() {
        let (Some(shuffling), Some(shuffled)) = (claim.statement.shuffling(), experiment.shuffled(claim)) else {
            continue;
        };
        let mut numbers = |event: Event<'_>| {
            if let Event::Started { .. } | Event::Progress { .. } = event {
                observe(event);
            }
        };
        let mut collected = Collected::new(&shuffled);
        let mut crew = Crew::new(&shuffled, options, pool, interrupt, Shard::WHOLE, Vec::new(), &mut numbers)?;
        let made = crew.make(&[Shard::WHOLE.splits(&shuffled)], &mut |records| collected.add(records));
        // What a person has of an interrupted run is the experiment's own fits, all of which are made by now.
        made.map_err(|_| RunError::Interrupted { done: experiment.fits(), fits: experiment.fits() })?;
        all.extend(collected.cells.iter().map(|cell| {
            let splits = cell.splits_in(&collected.splits);
            let column = &cell.records.metrics[shuffling.metric];
            // A value that the rows of a split leave undefined is set apart; one that a failed fit is missing makes the mean NaN.
            let counts = |split: &usize| {
                let undefined = || splits.and_then(|of| of.undefined(&METRICS[shuffling.metric], *split));
                !column.get(*split).is_nan() || undefined().is_none()
            };
            let all: Vec<usize> = (0..column.len()).collect();
            let mean = |labelling: &[usize]| {
                let values: Vec<f64> =
                    labelling.iter().copied().filter(counts).map(|split| column.get(split)).collect();
                mean_and_deviation(&values).0
            };
            ShuffledFits {
                claim: place,
                source: claim.sources[cell.source],
                model: claim.models[cell.model],
                solver: claim.solvers[cell.solver],
                means: all.chunks(shuffling.splits as usize).map(mean).collect(),
            }
        }));
    }
    Ok(all)
}
