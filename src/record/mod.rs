//! The results of a run, from which reports are made: a record of every fit and split. Plain data; nothing here computes a fit.

pub mod bands;
mod bootstrap;
mod column;
mod dataset;
mod fit;
mod predicted;
mod present;
mod single;
mod split;
mod unit;
mod verdict;
mod wrong_rows;

pub use crate::model::separation::Separation;
pub use bands::{BandCounts, Bands, Keep};
pub use bootstrap::{BootstrapError, NoEstimate};
pub use column::FitColumn;
pub use dataset::{DataSetSummary, WeightSums};
pub use fit::{CellRecords, FitRecord, KeptTrace};
pub use predicted::{MOST_PREDICTED, Predicted};
pub use single::{LikelihoodRatio, Limit, NoEnd, ProfileEnd, SingleFit};
pub use split::{SplitRecord, SplitRecords};
pub use unit::{UnitLayout, UnitRecords};
pub use verdict::Verdict;
pub use wrong_rows::WrongRows;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::metric::ReliabilityCounts;

/// An observation of a fit after an iteration (or before the first, as iteration 0).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Iterations done.
    pub iteration: u32,
    /// F at the point.
    pub objective: f64,
    /// ‖g‖₂ there.
    pub gradient_norm: f64,
    /// ‖β_k − β_{k−1}‖₂; 0 at iteration 0.
    pub step_norm: f64,
    /// Length t of the step; 0 at iteration 0.
    pub step_length: f64,
    /// Oracle calls so far.
    pub calls: u32,
}

/// All results of a run.
pub struct Results {
    /// A cell per source, model and solver that is run under it, in that order.
    pub cells: Vec<Cell>,
    /// The records of the splits: an entry per source and model, in that order.
    pub splits: Vec<SplitRecords>,
    /// The fits of shuffled labels, which claims against chance are decided by: an entry per claim and cell that it speaks of.
    pub shuffled: Vec<ShuffledFits>,
    /// A summary of each data set as a whole.
    pub datasets: Vec<DataSetSummary>,
    /// Threads that were used.
    pub threads: usize,
    /// Whether fits may have run on several threads at once.
    pub shared: bool,
    /// Time from start to end.
    pub elapsed: Duration,
}

/// All fits of one solver on one data set under one model.
pub struct Cell {
    /// Place of the source in the experiment.
    pub source: usize,
    /// Place of the model.
    pub model: usize,
    /// Place of the solver.
    pub solver: usize,
    /// The fits.
    pub records: CellRecords,
    /// Their traces.
    pub bands: Bands,
    /// The reliability of their probabilities on test rows, if it is kept.
    pub reliability: ReliabilityCounts,
    /// The wrongly classified test rows of each fit ([`UnitRecords::wrong_rows`]); empty once `bootstrap` is computed.
    pub wrong_rows: Vec<Option<WrongRows>>,
    /// The error rate on new data by the bootstrap, where the splits are its draws.
    pub bootstrap: Option<BootstrapError>,
}

impl Cell {
    /// The records of the cell's splits, from the split records of all sources and models.
    pub fn splits_in<'r>(&self, all: &'r [SplitRecords]) -> Option<&'r SplitRecords> {
        all.iter().find(|of| (of.source, of.model) == (self.source, self.model))
    }
}

/// The fits of shuffled labels in one cell that a claim speaks of.
#[derive(Clone, Debug, PartialEq)]
pub struct ShuffledFits {
    /// Place of the claim in the experiment.
    pub claim: usize,
    /// Place of the source.
    pub source: usize,
    /// Place of the model.
    pub model: usize,
    /// Place of the solver.
    pub solver: usize,
    /// For each labelling, the mean of the claim's metric over the splits whose rows leave it defined: NaN where a fit failed, and
    /// `None` where no split leaves it defined.
    pub means: Vec<Option<f64>>,
}
