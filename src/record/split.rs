//! What is known of the training rows of every split, whatever the solver.

use serde::{Deserialize, Serialize};

use super::Separation;

/// The training rows of one split under one model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitRecord {
    /// Whether the likelihood has a maximum, and if not, how the rows are separated; `None` where that is not proved.
    pub separation: Option<Separation>,
    /// Columns that were fitted: the rank of the design, or all of them where a penalty tells them apart.
    pub rank: u32,
}

/// All splits of one source under one model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SplitRecords {
    /// Place of the source in the experiment.
    pub source: usize,
    /// Place of the model.
    pub model: usize,
    /// The separation status of each split.
    pub separations: Vec<Option<Separation>>,
    /// The rank of each split.
    pub ranks: Vec<u32>,
}

impl SplitRecords {
    /// Appends a split.
    pub fn push(&mut self, record: SplitRecord) {
        self.separations.push(record.separation);
        self.ranks.push(record.rank);
    }

    /// Splits with a status.
    pub fn count(&self, separation: Option<Separation>) -> usize {
        self.separations.iter().filter(|&&other| other == separation).count()
    }
}
