//! The input of an engine: dealt splits of one source under one model.

use std::sync::atomic::AtomicBool;

use crate::data::DataSet;
use crate::experiment::{Experiment, Model, Runnable};
use crate::model::Scaling;
use crate::model::units::Units;
use crate::record::Keep;
use crate::split::{Scheme, Split};

/// A dealt split, and the data whose rows it deals.
#[derive(Clone, Copy)]
pub struct Dealt<'a> {
    /// The split.
    pub split: &'a Split,
    /// The data, with the model's features. Neighbours may share them.
    pub data: &'a DataSet,
}

/// Dealt splits of one source under one model, all of data with the same columns in the same units.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    /// The experiment.
    pub experiment: &'a Experiment,
    /// Place of the source in the experiment.
    pub source: usize,
    /// Place of the model.
    pub model: usize,
    /// The units of the data's columns, in which coefficients are, where they are not the model's own.
    pub units: Option<&'a Units>,
    /// Number of the first split.
    pub first: u64,
    /// The splits.
    pub splits: &'a [Dealt<'a>],
    /// Per solver of the experiment, the reason why its fits must not start; `None` where they may.
    pub refused: &'a [Option<String>],
    /// Set when the run is to end.
    pub interrupt: &'a AtomicBool,
}

impl<'a> Batch<'a> {
    /// The model.
    pub fn model(&self) -> &'a Model {
        &self.experiment.models[self.model]
    }

    /// The solvers that are run under the model, with their places in the experiment.
    pub fn solvers(&self) -> impl Iterator<Item = (usize, &'a Runnable)> + Clone + use<'a> {
        self.experiment.runnable_under(self.model)
    }

    /// Fills `weights` with λ_j for these columns of the design, of which the first is the intercept's if there is one.
    pub fn fill_weights(&self, columns: &[usize], weights: &mut Vec<f64>) {
        let Model { penalty, intercept, .. } = *self.model();
        match self.units {
            Some(units) => units.fill_weights(penalty, intercept, columns, weights),
            None => penalty.fill_weights(columns.len(), intercept, weights),
        }
    }

    /// Brings coefficients of all columns to the model's own units.
    pub fn to_own_units(&self, coefficients: &mut [f64]) {
        let (Some(units), intercept) = (self.units, self.model().intercept) else { return };
        coefficients.iter_mut().enumerate().for_each(|(column, b)| *b = units.undo(column, intercept, *b));
    }

    /// Brings coefficients of all columns from the model's own units to those of the batch.
    pub fn to_units(&self, coefficients: &mut [f64]) {
        let (Some(units), intercept) = (self.units, self.model().intercept) else { return };
        coefficients.iter_mut().enumerate().for_each(|(column, b)| *b = units.redo(column, intercept, *b));
    }

    /// Number of columns of the design of a split, dependent ones included.
    pub fn columns(&self) -> usize {
        self.experiment.columns(self.source, self.model)
    }

    /// Whether the training rows of each split make its features.
    pub fn has_features_of_training_rows(&self) -> bool {
        self.experiment.has_features_of_training_rows(self.source, self.model)
    }

    /// The scheme by which the rows are dealt.
    pub fn scheme(&self) -> Scheme {
        self.experiment.splitters[self.source].scheme()
    }

    /// The true coefficients of the features of the split at a place of the batch, on the scale of the fits; `None` if they are
    /// unknown, or if the model scales the features and so changes their slopes.
    pub fn truth(&self, place: usize) -> Option<&'a [f64]> {
        let own_scale = self.model().scaling == Scaling::None;
        self.splits[place].data.slopes().filter(|_| own_scale)
    }

    /// The parts of the traces to keep for the split at a place of the batch.
    pub fn keep(&self, place: usize) -> Keep {
        self.experiment.trace.keep(self.first + place as u64)
    }
}
