//! The results of one unit of a run.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{BandCounts, FitRecord, KeptTrace, SplitRecord, WrongRows};
use crate::metric::ReliabilityCounts;

/// How the fits of a unit are laid out: models outermost, then splits, then the solvers that are run under the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitLayout {
    /// Per model, the number of (model, solver) pairs under the models before it; last, the number of all pairs.
    before: Vec<usize>,
}

impl UnitLayout {
    /// The layout for these numbers of solvers, one per model.
    pub fn new(solvers: impl Iterator<Item = usize>) -> UnitLayout {
        let mut before = vec![0];
        for (model, count) in solvers.enumerate() {
            before.push(before[model] + count);
        }
        UnitLayout { before }
    }

    /// Number of models.
    pub fn models(&self) -> usize {
        self.before.len() - 1
    }

    /// Number of (model, solver) pairs, which is also the number of fits of a split and of cells of a source.
    pub fn pairs(&self) -> usize {
        self.before[self.models()]
    }

    /// The places of a model's pairs among all pairs.
    pub fn of_model(&self, model: usize) -> Range<usize> {
        self.before[model]..self.before[model + 1]
    }

    /// The places of the fits of one split under a model, in a unit of `splits` splits.
    pub fn of_split(&self, model: usize, split: usize, splits: usize) -> Range<usize> {
        let Range { start, end } = self.of_model(model);
        let first = start * splits + split * (end - start);
        first..first + (end - start)
    }

    /// The pair and the split of the fit at a place, in a unit of `splits` splits.
    pub fn pair_and_split(&self, fit: usize, splits: usize) -> (usize, usize) {
        let model = self.before.partition_point(|before| before * splits <= fit).saturating_sub(1);
        let Range { start, end } = self.of_model(model);
        let (within, solvers) = (fit - start * splits, end - start);
        (start + within % solvers, within / solvers)
    }
}

/// The results of some consecutive splits of one source. The records of a split under a model are adjacent, a record per
/// solver that was run ([`UnitLayout`]).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UnitRecords {
    /// Place of the source in the experiment.
    pub source: usize,
    /// The first split.
    pub first: u64,
    /// The records: models outermost, then splits, then solvers.
    pub fits: Vec<FitRecord>,
    /// The records of the splits: models outermost.
    pub splits: Vec<SplitRecord>,
    /// Traces kept whole, with the place of their fit among `fits`.
    pub traces: Vec<(usize, KeptTrace)>,
    /// Why fits failed, with their places among `fits`.
    pub failures: Vec<(usize, String)>,
    /// The bands of the fits: models outermost, then solvers. Empty where none are kept.
    pub bands: Vec<BandCounts>,
    /// The reliability of the fits, in the same order. Empty where none is kept.
    pub reliability: Vec<ReliabilityCounts>,
    /// Per fit, the test rows that it puts into the wrong class, `None` for one that failed. Empty unless the splits are the draws of
    /// a bootstrap.
    pub wrong_rows: Vec<Option<WrongRows>>,
}

impl UnitRecords {
    /// Joins the records of each model into one unit.
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
            all.reliability.extend(model.reliability);
            all.wrong_rows.extend(model.wrong_rows);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_with_unequal_numbers_of_solvers_lie_end_to_end() {
        let layout = UnitLayout::new([2, 0, 3].into_iter());
        assert_eq!((layout.models(), layout.pairs()), (3, 5));
        let mut expected = 0;
        for (model, solvers) in [2, 0, 3].into_iter().enumerate() {
            for split in 0..4 {
                let places = layout.of_split(model, split, 4);
                assert_eq!(places, expected..expected + solvers);
                expected = places.end;
                for (fit, pair) in places.zip(layout.of_model(model)) {
                    assert_eq!(layout.pair_and_split(fit, 4), (pair, split));
                }
            }
        }
        assert_eq!(expected, 20);
    }
}
