//! The training and test rows of one split as solvers see them, under one model after another.

use super::batch::{Batch, Dealt};
use crate::model::identifiable::{self, identifiable};
use crate::model::penalty::Capability;
use crate::model::{Design, Penalty, PenaltyTerm, Prepared, Problem, Scaling, Workers};
use crate::solver::Common;

/// Rows, designs and penalties of one split of a batch. All storage is kept from split to split.
pub struct Designs<'w> {
    workers: &'w dyn Workers,
    /// Place of the prepared split in the batch.
    prepared: Option<usize>,
    train_rows: Vec<u32>,
    /// The training rows.
    pub train: Prepared,
    /// The training rows on the data's own scale; unused where the model does not scale.
    unscaled: Prepared,
    /// The test rows.
    pub test: Design,
    weights: Vec<f64>,
    /// Number of columns before any is left out.
    all: usize,
    /// The coefficient of a column that is left out.
    left_out: f64,
    /// Columns kept, and storage for finding them.
    kept: Vec<usize>,
    columns: identifiable::RankWorkspace,
    penalty: Penalty,
    /// Whether scaling cannot change the existence of an optimum.
    equivalent: bool,
    /// What the fits of the [problem](Designs::problem) have in common.
    pub common: Common,
}

impl<'w> Designs<'w> {
    /// Storage for the designs of splits; `workers` share long passes over the rows.
    pub fn new(workers: &'w dyn Workers) -> Designs<'w> {
        Designs {
            workers,
            prepared: None,
            train_rows: Vec::new(),
            train: Prepared::default(),
            unscaled: Prepared::default(),
            test: Design::default(),
            weights: Vec::new(),
            all: 0,
            left_out: f64::NAN,
            kept: Vec::new(),
            columns: identifiable::RankWorkspace::default(),
            penalty: Penalty::NONE,
            equivalent: false,
            common: Common::default(),
        }
    }

    /// Forgets which split is prepared: another batch begins.
    pub fn forget(&mut self) {
        self.prepared = None;
    }

    /// The designs of the split at a place of the batch, prepared on first use.
    pub fn of(&mut self, batch: &Batch<'_>, place: usize) -> &Designs<'w> {
        if self.prepared != Some(place) {
            self.prepare(batch, place);
            self.prepared = Some(place);
        }
        self
    }

    /// Fills the designs and penalties of a split.
    ///
    /// Leaves out columns that depend on others in the training rows, unless a penalty tells them apart. Tests dependence on the
    /// data's own scale, where it is exact.
    fn prepare(&mut self, batch: &Batch<'_>, place: usize) {
        let (Dealt { split, data }, model, workers) = (batch.splits[place], batch.model(), self.workers);
        // The order in which a scheme draws rows must not decide how sums are rounded.
        self.train_rows.clone_from(&split.train);
        self.train_rows.sort_unstable();
        let rows = &self.train_rows;
        let scaled = model.scaling != Scaling::None;
        // A penalty that tells all columns apart leaves no question that needs the data's own scale.
        let needs_unscaled = scaled && !model.penalty.has(Capability::Identifies);
        if needs_unscaled {
            self.unscaled.prepare(data, rows, model.intercept, Scaling::None);
        }
        self.train.prepare(data, rows, model.intercept, model.scaling);
        let factors = model.class_weight.factors(&data.classes, self.train.design.rows_by_class());
        self.train.design.weigh_classes(factors);
        self.all = self.train.design.columns;
        // Without an intercept, centring can change which columns are independent, so the centred columns are tested.
        let looked_at = if needs_unscaled && model.intercept { &self.unscaled.design } else { &self.train.design };
        if model.penalty.has(Capability::Identifies) {
            self.kept.clear();
            self.kept.extend(0..looked_at.columns);
            if batch.has_features_of_training_rows() {
                // A column that no training row varies must not decide how the others' sums are rounded.
                let design = self.train.design.matrix();
                self.kept.retain(|&column| design.column(column).any(|x| x != 0.0));
            }
        } else {
            identifiable(looked_at.matrix(), workers, &mut self.columns, &mut self.kept);
        }
        // Under a penalty the optimum has a coefficient of 0 for a column of zeros.
        self.left_out = if model.penalty.has(Capability::Identifies) { 0.0 } else { f64::NAN };
        self.train.gather(data, &split.test, model.intercept, &mut self.test);
        if needs_unscaled {
            self.unscaled.design.keep(&self.kept);
        }
        for design in [&mut self.train.design, &mut self.test] {
            design.keep(&self.kept);
        }
        batch.fill_weights(&self.kept, &mut self.weights);
        self.penalty = model.penalty;
        self.common.reset(batch.solvers().nth(1).is_some());
        self.equivalent = scaled && model.penalty == Penalty::NONE && model.intercept;
    }

    /// The problem of the training rows.
    pub fn problem(&self) -> Problem<'_> {
        self.train.design.problem(self.penalty.on(&self.weights))
    }

    /// Expands coefficients of the kept columns to all columns, with NaN for columns left out, or 0 under a penalty.
    pub fn of_all_columns(&self, coefficients: &[f64], all: &mut Vec<f64>) {
        all.clear();
        all.resize(self.all, self.left_out);
        self.kept.iter().zip(coefficients).for_each(|(&column, &value)| all[column] = value);
    }

    /// Selects the coefficients of the kept columns.
    pub fn of_kept_columns(&self, all: &[f64]) -> Vec<f64> {
        self.kept.iter().map(|&column| all[column]).collect()
    }

    /// The unpenalised problem of the same rows on the data's own scale; `None` where scaling can change the existence of an
    /// optimum.
    ///
    /// With an intercept and no penalty, standardizing changes the coordinates only, so both problems have an optimum or neither
    /// has; the data's own scale is free of the rounding of the standardized features.
    pub fn on_own_scale(&self) -> Option<Problem<'_>> {
        self.equivalent.then(|| self.unscaled.design.problem(PenaltyTerm::NONE))
    }
}
