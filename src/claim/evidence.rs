//! The evidence about a claim in one cell, and the decision on it.

use std::collections::BTreeMap;

use super::{Claim, ClaimVerdict, Measure, PermutationTest, SetApart};
use crate::metric::{METRICS, Undefined};
use crate::record::{Cell, CellRecords, SplitRecords, Verdict};
use crate::split::ClassesPresent;

/// The evidence that decides a claim in one cell.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The fits of the cell.
    pub records: &'a CellRecords,
    /// The fits that they are compared with, of a claim about an improvement.
    pub rival: Option<&'a CellRecords>,
    /// The splits of the fits.
    pub splits: Option<&'a SplitRecords>,
    /// For each shuffled labelling the mean of the metric, `None` if no split defines the metric; empty without shuffled labels.
    pub shuffled: &'a [Option<f64>],
    /// The level of the claim.
    pub level: f64,
    /// Number of cells of the claim.
    pub cells: usize,
    /// Whether the claim is looked at after every [`BATCH`](super::sequential::BATCH) splits, instead of once at the end.
    pub at_looks: bool,
}

impl<'a> Evidence<'a> {
    /// Why the rows of a split leave a measure undefined, whatever the solver. Such a split says nothing about the claim and is set
    /// apart. A fit without a value has failed if this is `None`.
    pub fn undefined(&self, measure: Measure, split: usize) -> Option<Undefined> {
        match measure {
            Measure::Metric(place) if self.fits().any(|fits| fits.metrics[place].get(split).is_nan()) => {
                self.splits?.undefined(&METRICS[place], split)
            }
            Measure::Iterations | Measure::OracleCalls | Measure::Gap
                if self.rival.is_some() && self.fits().any(|fits| fits.verdicts[split] == Verdict::Separated) =>
            {
                Some(Undefined::NoMaximum)
            }
            Measure::Metric(_) | Measure::Iterations | Measure::OracleCalls | Measure::Gap | Measure::Separated => None,
        }
    }

    /// The splits whose rows leave a measure defined, in their order.
    pub fn defined(self, measure: Measure) -> impl Iterator<Item = usize> + use<'a> {
        (0..self.len()).filter(move |&split| self.undefined(measure, split).is_none())
    }

    /// The fits of the cell, and those that they are compared with.
    fn fits(&self) -> impl Iterator<Item = &'a CellRecords> + use<'a> {
        [Some(self.records), self.rival].into_iter().flatten()
    }

    /// Number of splits made; while a run goes on, of those that both cells have.
    fn len(&self) -> usize {
        self.fits().map(CellRecords::len).min().unwrap_or(0)
    }

    /// Whether all training rows of a split are of one class.
    pub fn trains_on_one_class(&self, split: usize) -> bool {
        let classes = self.splits.and_then(|splits| splits.classes.get(split));
        classes.is_some_and(|classes| classes.train == ClassesPresent::One)
    }

    /// Number of splits that a look has seen at which `counted` splits count; all splits if no more count.
    pub fn looked_at(&self, measure: Measure, counted: usize) -> usize {
        // A look comes right after a split that counts; the last look comes at the end.
        match self.defined(measure).nth(counted) {
            None => self.len(),
            Some(_) => self.defined(measure).nth(counted - 1).map_or(0, |last| last + 1),
        }
    }

    /// The number of splits set apart among the first `first` splits, and the reasons.
    pub fn set_apart(&self, measure: Measure, first: usize) -> SetApart {
        let mut reasons = BTreeMap::new();
        for reason in (0..first).filter_map(|split| self.undefined(measure, split)) {
            *reasons.entry(reason.to_string()).or_insert(0) += 1;
        }
        SetApart { splits: reasons.values().sum(), reasons }
    }

    /// The level of an interval that refutes the claim in one cell.
    pub fn refuting_level(&self) -> f64 {
        refuting_level(self.level, self.cells)
    }
}

/// The cells that a claim speaks of, each with the one that it is compared with, if it is; a cell whose rival was not run is left out.
pub fn concerned<'r>(claim: &Claim, cells: &'r [Cell]) -> Vec<(&'r Cell, Option<&'r Cell>)> {
    let with_rival = |cell: &'r Cell| match claim.rival {
        None => Some((cell, None)),
        Some(rival) => Some((cell, Some(rival.cell(cell, cells)?))),
    };
    cells.iter().filter(|cell| claim.speaks_of(cell)).filter_map(with_rival).collect()
}

/// The level of an interval that refutes in one cell: 1 − (1 − level)/m for a claim about m cells, because chance easily refutes one
/// among many.
pub fn refuting_level(level: f64, cells: usize) -> f64 {
    1.0 - (1.0 - level) / cells.max(1) as f64
}

/// A claim decided in one cell: the numbers of a [`ClaimCell`](super::ClaimCell).
#[derive(Clone, Debug)]
pub struct Decided {
    /// Splits, or labellings, on which the claim holds.
    pub holds: usize,
    /// All splits, or labellings, that count.
    pub splits: usize,
    /// The value that [`ClaimKind::observed`](super::ClaimKind::observed) describes; `None` if no split counts.
    pub observed: Option<f64>,
    /// The interval of the value; `None` if no split counts.
    pub interval: Option<[f64; 2]>,
    /// The verdict.
    pub verdict: ClaimVerdict,
    /// The first splits on which the claim does not hold.
    pub exceptions: Vec<u64>,
    /// The permutation test that decides the claim, if one does.
    pub permutation: Option<PermutationTest>,
    /// Splits that are set apart.
    pub set_apart: SetApart,
    /// Fits without a value that count in a mean, because they failed.
    pub failed: usize,
    /// Splits on which it is not known whether the claim holds.
    pub unknown: usize,
}
