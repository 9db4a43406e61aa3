//! What one unit of a run hands over.

use super::{FitRecord, SplitRecord, WholeTrace};

/// The results of some consecutive splits of one source. The records of a split under a model stand together, a record per
/// solver that was run.
#[derive(Clone, Debug, Default, PartialEq)]
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
}

impl UnitRecords {
    /// Puts the records of another model behind these.
    pub fn append(&mut self, other: UnitRecords) {
        let before = self.fits.len();
        self.traces.extend(other.traces.into_iter().map(|(fit, trace)| (before + fit, trace)));
        self.fits.extend(other.fits);
        self.splits.extend(other.splits);
    }
}
