//! The training and test rows of one split as solvers see them, under one model after another.

use crate::data::DataSet;
use crate::experiment::Model;
use crate::model::design::Transformation;
use crate::model::identifiable::{self, identifiable};
use crate::model::{Design, Penalty, Problem, Scaling, Workers, fill_penalties};
use crate::split::Split;

/// Rows, designs and penalties; all storage is kept from split to split.
#[derive(Default)]
pub struct Designs {
    transformation: Transformation,
    /// The training rows.
    pub train: Design,
    /// The training rows on the data's own scale, where the model has another.
    unscaled: Design,
    /// The test rows.
    pub test: Design,
    penalties: Vec<f64>,
    no_penalties: Vec<f64>,
    /// Columns kept, and storage for finding them.
    kept: Vec<usize>,
    columns: identifiable::Workspace,
    firth: bool,
    /// Whether the rows on the data's own scale have an optimum exactly if those of the problem have.
    equivalent: bool,
}

impl Designs {
    /// Fills the designs and penalties of the split under a model.
    ///
    /// Columns that the training rows cannot tell apart are left out, unless a penalty does it. They are looked for on the
    /// data's own scale, where a dependence between columns is exact.
    pub fn prepare(&mut self, data: &DataSet, split: &Split, model: &Model, workers: &dyn Workers) {
        self.transformation.fit(data, &split.train, Scaling::None);
        self.train.gather(data, &split.train, model.intercept, &self.transformation);
        let scaled = model.scaling != Scaling::None;
        if scaled {
            std::mem::swap(&mut self.unscaled, &mut self.train);
            self.transformation.fit(data, &split.train, model.scaling);
            self.train.gather(data, &split.train, model.intercept, &self.transformation);
        }
        // Without an intercept it is the centred columns that matter.
        let looked_at = if scaled && model.intercept { &self.unscaled } else { &self.train };
        if matches!(model.penalty, Penalty::L2 { .. }) {
            self.kept.clear();
            self.kept.extend(0..looked_at.columns);
        } else {
            identifiable(looked_at.rows(), looked_at.columns, workers, &mut self.columns, &mut self.kept);
        }
        self.test.gather(data, &split.test, model.intercept, &self.transformation);
        if scaled {
            self.unscaled.keep(&self.kept);
        }
        for design in [&mut self.train, &mut self.test] {
            design.keep(&self.kept);
        }
        fill_penalties(model.penalty, self.train.columns, model.intercept, &mut self.penalties);
        fill_penalties(Penalty::None, self.train.columns, model.intercept, &mut self.no_penalties);
        self.firth = model.penalty == Penalty::Firth;
        self.equivalent = scaled && model.penalty == Penalty::None && model.intercept;
    }

    /// The problem of the training rows.
    pub fn problem(&self) -> Problem<'_> {
        self.train.problem(&self.penalties, self.firth)
    }

    /// Coefficients of the columns kept as those of all columns, NaN where one was left out.
    pub fn of_all_columns(&self, coefficients: &[f64], columns: usize) -> Vec<f64> {
        let mut all = vec![f64::NAN; columns];
        self.kept.iter().zip(coefficients).for_each(|(&column, &value)| all[column] = value);
        all
    }

    /// The problem of the same rows without penalty on the data's own scale, where it has an optimum exactly if
    /// [`Designs::problem`] has: with an intercept, and but for the rounding of the scaling.
    pub fn on_own_scale(&self) -> Option<Problem<'_>> {
        self.equivalent.then(|| self.unscaled.problem(&self.no_penalties, false))
    }
}
