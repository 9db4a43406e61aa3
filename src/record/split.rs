//! Records of splits: properties of their rows, whatever the solver.

use serde::{Deserialize, Serialize};

use super::Separation;
use crate::metric::{Metric, Undefined};
use crate::split::SplitClasses;

/// The rows of one split under one model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitRecord {
    /// Whether the likelihood of the training rows has a maximum, and if not, how they are separated; `None` where neither is
    /// proved.
    pub separation: Option<Separation>,
    /// Columns that were fitted: the rank of the design, or all of them where a penalty tells them apart.
    pub rank: u32,
    /// The classes present among the training rows and among the test rows.
    pub classes: SplitClasses,
    /// Numbers of training and test rows.
    pub rows: [u32; 2],
}

/// All splits of one source under one model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SplitRecords {
    /// Place of the source in the experiment.
    pub source: usize,
    /// Place of the model.
    pub model: usize,
    /// Columns of the design, the intercept included.
    pub columns: u32,
    /// Whether fitted slopes can be compared with true ones.
    pub truth_known: bool,
    /// The separation status of each split.
    pub separations: Vec<Option<Separation>>,
    /// The rank of each split.
    pub ranks: Vec<u32>,
    /// The classes present in each split.
    pub classes: Vec<SplitClasses>,
    /// The numbers of training and test rows of each split.
    pub rows: Vec<[u32; 2]>,
}

impl SplitRecords {
    /// Appends a split.
    pub fn push(&mut self, record: SplitRecord) {
        self.separations.push(record.separation);
        self.ranks.push(record.rank);
        self.classes.push(record.classes);
        self.rows.push(record.rows);
    }

    /// The records, split by split.
    pub fn iter(&self) -> impl Iterator<Item = SplitRecord> + '_ {
        let columns = self.separations.iter().zip(&self.ranks).zip(&self.classes).zip(&self.rows);
        columns.map(|(((&separation, &rank), &classes), &rows)| SplitRecord { separation, rank, classes, rows })
    }

    /// Splits with a status.
    pub fn count(&self, separation: Option<Separation>) -> usize {
        self.separations.iter().filter(|&&other| other == separation).count()
    }

    /// Why the rows of a split, or the data, leave a metric undefined under every solver; `None` where they define it. A
    /// fit without a value on a split where this is `None` has failed.
    pub fn undefined(&self, metric: &Metric, split: usize) -> Option<Undefined> {
        let all_fitted = self.ranks[split] == self.columns;
        metric.undefined(self.classes[split], self.truth_known, all_fitted)
    }
}
