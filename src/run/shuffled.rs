//! The fits of shuffled labels, which decide claims against chance.
//!
//! No journal keeps them: a resumed run, or one joined from shards, makes them anew, because they follow from the experiment
//! alone.

use std::sync::atomic::AtomicBool;

use super::collect::Collected;
use super::crew::Crew;
use super::{Event, Options, RunError, Shard};
use crate::experiment::Experiment;
use crate::metric::METRICS;
use crate::record::ShuffledFits;
use crate::statistics::summary::mean_and_deviation;

/// Makes the fits of all claims against chance. `observe` gets their number only, because they are not the experiment's fits.
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
        // An interrupted run keeps the experiment's own fits, which are all made by now.
        made.map_err(|_| RunError::Interrupted { done: experiment.fits(), fits: experiment.fits() })?;
        all.extend(collected.cells.iter().map(|cell| {
            let splits = cell.splits_in(&collected.splits);
            let column = &cell.records.metrics[shuffling.metric];
            // Splits whose rows leave the metric undefined are set apart; the missing value of a failed fit makes the mean NaN.
            let counts = |split: &usize| {
                let undefined = || splits.and_then(|of| of.undefined(&METRICS[shuffling.metric], *split));
                !column.get(*split).is_nan() || undefined().is_none()
            };
            let all: Vec<usize> = (0..column.len()).collect();
            let mean = |labelling: &[usize]| {
                let values: Vec<f64> =
                    labelling.iter().copied().filter(counts).map(|split| column.get(split)).collect();
                (!values.is_empty()).then(|| mean_and_deviation(&values).0)
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
