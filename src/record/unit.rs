//! What one unit of a run hands over.

use serde::{Deserialize, Serialize};

use super::{BandCounts, FitRecord, SplitRecord, WholeTrace};

/// The results of some consecutive splits of one source. The records of a split under a model stand together, a record per
/// solver that was run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UnitRecords {
    /// Place of the source in the experiment.
    pub source: usize,
    /// The first split.
    pub first: u64,
    /// The records: models outermost, then splits, then solvers.
    pub fits: Vec<FitRecord>,
    /// What is known of the splits: models outermost.
    pub splits: Vec<SplitRecord>,
    /// Traces kept whole, with the place of their fit among `fits`.
    pub traces: Vec<(usize, WholeTrace)>,
    /// Why fits failed, with their places among `fits`.
    pub failures: Vec<(usize, String)>,
    /// The bands of the fits: models outermost, then solvers. Empty where none are kept.
    pub bands: Vec<BandCounts>,
}

impl UnitRecords {
    /// One unit of the records of each model.
    pub fn join(of_models: Vec<UnitRecords>) -> UnitRecords {
        let mut models = of_models.into_iter();
        let mut all = models.next().unwrap_or_default();
        for model in models {
            let before = all.fits.len();
            all.traces.extend(model.traces.into_iter().map(|(fit, trace)| (before + fit, trace)));
            all.failures.extend(model.failures.into_iter().map(|(fit, reason)| (before + fit, reason)));
            all.fits.extend(model.fits);
            all.splits.extend(model.splits);
            all.bands.extend(model.bands);
        }
        all
    }
}
