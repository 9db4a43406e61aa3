//! The input of an engine: dealt splits of one data set under one model.

use std::sync::atomic::AtomicBool;

use crate::data::{DataSet, Source};
use crate::experiment::{Experiment, Model, Runnable};
use crate::model::units::Units;
use crate::model::{Scaling, design};
use crate::record::Keep;
use crate::split::{Scheme, Split};

/// Dealt splits of one data set under one model.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    /// The experiment.
    pub experiment: &'a Experiment,
    /// Place of the source in the experiment.
    pub source: usize,
    /// Place of the model.
    pub model: usize,
    /// The data, with the model's features.
    pub data: &'a DataSet,
    /// The units of the data's columns, in which coefficients are, where they are not the model's own.
    pub units: Option<&'a Units>,
    /// Number of the first split.
    pub first: u64,
    /// The splits.
    pub splits: &'a [Split],
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

    /// Number of columns of the design, dependent ones included.
    pub fn columns(&self) -> usize {
        design::columns(self.data, self.model().intercept)
    }

    /// Whether each split has data of its own: drawn afresh, or made by its training rows.
    pub fn has_own_data(&self) -> bool {
        let source = &self.experiment.sources[self.source];
        let redrawn = matches!(source, Source::Redrawn { .. });
        redrawn || source.coding().is_some() || self.model().expansion.needs_training_rows()
    }

    /// The scheme by which the rows are dealt.
    pub fn scheme(&self) -> Scheme {
        self.experiment.splitters[self.source].scheme()
    }

    /// The true coefficients of the features on the scale of the fits; `None` if they are unknown, or if the model scales the
    /// features and so changes their slopes.
    pub fn truth(&self) -> Option<&'a [f64]> {
        let own_scale = self.model().scaling == Scaling::None;
        self.data.truth.as_deref().filter(|_| own_scale).and_then(|truth| truth.get(1..))
    }

    /// The parts of the traces to keep for the split at a place of the batch.
    pub fn keep(&self, place: usize) -> Keep {
        self.experiment.trace.keep(self.first + place as u64)
    }
}
