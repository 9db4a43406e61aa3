//! Rows of a data set as solvers see them: transformed, contiguous, with an intercept or without.

use super::design::Transformation;
use super::identifiable::{self, identifiable};
use super::{Design, Scaling, Workers};
use crate::data::DataSet;

/// The design of some rows, and the transformation of the features that was found on these rows.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// The transformation of each feature.
    pub transformation: Transformation,
    /// The rows, transformed.
    pub design: Design,
}

impl Prepared {
    /// Prepares some rows of a data set.
    pub fn new(data: &DataSet, rows: &[u32], intercept: bool, scaling: Scaling) -> Prepared {
        let mut prepared = Prepared::default();
        prepared.prepare(data, rows, intercept, scaling);
        prepared
    }

    /// Prepares all rows of a data set, with an intercept.
    pub fn all_rows(data: &DataSet, scaling: Scaling) -> Prepared {
        let rows = data.all_rows();
        Prepared::new(data, &rows, true, scaling)
    }

    /// Prepares other rows, in the same storage.
    pub fn prepare(&mut self, data: &DataSet, rows: &[u32], intercept: bool, scaling: Scaling) {
        self.transformation.fit(data, rows, scaling);
        self.design.gather(data, rows, intercept, &self.transformation);
    }

    /// Gathers further rows, such as test rows, under the same transformation.
    pub fn gather(&self, data: &DataSet, rows: &[u32], intercept: bool, into: &mut Design) {
        into.gather(data, rows, intercept, &self.transformation);
    }

    /// The columns that are independent on the rows: each column that is no linear combination of earlier ones.
    pub fn independent_columns(&self, workers: &dyn Workers) -> Vec<usize> {
        let mut kept = Vec::new();
        let (design, mut workspace) = (&self.design, identifiable::RankWorkspace::default());
        identifiable(design.matrix(), workers, &mut workspace, &mut kept);
        kept
    }

    /// Leaves out all columns except `kept`, which are in order and begin with the intercept's column, 0.
    pub fn keep(&mut self, kept: &[usize]) {
        self.design.keep(kept);
        self.transformation.keep(kept);
    }
}
