//! Rows of a data set, gathered for a fit.

use super::dense::PANELS;
use super::{Dense, DesignMatrix, Transformation};
use crate::data::DataSet;
use crate::linear_algebra::memory::with_large_pages;
use crate::linear_algebra::{InstructionSet, Matrix, Pack, Storage, StoredRows, Task};
use crate::model::loss::{Loss, sign};

/// Columns of the design of a data set's rows, before any is left out: the features, behind the column of ones if there is an
/// intercept.
pub fn columns(data: &DataSet, intercept: bool) -> usize {
    data.features.ncols() + usize::from(intercept)
}

/// Rows of a data set as a solver sees them. Buffers are reused from split to split.
#[derive(Clone, Debug, Default)]
pub struct Design {
    /// n × p numbers, row after row, unless `shared` holds them.
    own: Vec<f64>,
    /// The data set's own rows, each behind its 1, if the design is all of them without change.
    shared: Option<StoredRows>,
    /// p: the features, and the intercept if there is one.
    pub columns: usize,
    /// The classes as the loss codes them.
    signs: Vec<f64>,
    /// How many rows each row stands for; empty if each stands for itself.
    frequencies: Vec<f64>,
    /// The frequencies times the weights of the rows' classes; empty if classes have no weights.
    class_weighted: Vec<f64>,
    /// A known part of each row's predictor; empty if there is none.
    offset: Vec<f64>,
}

/// The numbers, unless there are none.
fn unless_empty(numbers: &[f64]) -> Option<&[f64]> {
    (!numbers.is_empty()).then_some(numbers)
}

impl Design {
    /// A design of n × p numbers, row after row, and their n signs.
    pub fn new(rows: Vec<f64>, columns: usize, signs: Vec<f64>) -> Design {
        Design { own: rows, columns, signs, ..Design::default() }
    }

    /// The same design with row weights and an offset, or without.
    pub fn with_roles(self, weights: Option<Vec<f64>>, offset: Option<Vec<f64>>) -> Design {
        Design { frequencies: weights.unwrap_or_default(), offset: offset.unwrap_or_default(), ..self }
    }

    /// How many rows those of class 0 and of class 1 stand for.
    pub fn rows_by_class(&self) -> [f64; 2] {
        let loss = self.loss_by_frequency();
        (0..loss.rows()).fold([0.0; 2], |mut sums, i| {
            sums[usize::from(loss.class(i))] += loss.row_weight(i);
            sums
        })
    }

    /// From now on the objective counts a row of a class so often, beside the row's own weight.
    pub fn weigh_classes(&mut self, factors: Option<[f64; 2]>) {
        let mut weighted = std::mem::take(&mut self.class_weighted);
        weighted.clear();
        if let Some(factors) = factors {
            let loss = self.loss_by_frequency();
            weighted.extend((0..loss.rows()).map(|i| loss.row_weight(i) * factors[usize::from(loss.class(i))]));
        }
        self.class_weighted = weighted;
    }

    /// The loss of the rows, whose weights are their frequencies times the weights of their classes.
    pub fn loss(&self) -> Loss<'_> {
        let weights = unless_empty(&self.class_weighted).or(unless_empty(&self.frequencies));
        Loss::logistic(&self.signs).weighted(weights).with_offset(unless_empty(&self.offset))
    }

    /// The loss of the rows with their frequencies alone as weights: that by which metrics measure a fit.
    pub fn loss_by_frequency(&self) -> Loss<'_> {
        self.loss().weighted(unless_empty(&self.frequencies))
    }

    /// X.
    pub fn matrix(&self) -> DesignMatrix<'_> {
        let numbers = self.shared.as_ref().and_then(StoredRows::behind_ones).unwrap_or(Matrix::Double(&self.own));
        DesignMatrix::Dense(Dense::new(numbers, self.signs.len(), self.columns))
    }

    /// Leaves out all columns except `kept`, which are in order.
    pub fn keep(&mut self, kept: &[usize]) {
        let columns = self.columns;
        if kept.len() == columns {
            return;
        }
        if let Some(shared) = self.shared.take() {
            shared.behind_ones().into_iter().for_each(|numbers| numbers.append_to(&mut self.own));
        }
        for (i, place) in (0..self.signs.len()).flat_map(|i| kept.iter().map(move |&j| (i, j))).enumerate() {
            self.own[i] = self.own[place.0 * columns + place.1];
        }
        self.own.truncate(self.signs.len() * kept.len());
        self.columns = kept.len();
    }

    /// Takes the given rows of the data set, in the order given. Shares all rows in the data's order, with an intercept and on
    /// the data's own scale, in the precision of their storage; copies other rows as f64.
    pub fn gather(&mut self, data: &DataSet, rows: &[u32], intercept: bool, transformation: &Transformation) {
        self.columns = columns(data, intercept);
        self.own.clear();
        self.signs.clear();
        self.class_weighted.clear();
        for (of_data, own) in [(&data.roles.weights, &mut self.frequencies), (&data.roles.offset, &mut self.offset)] {
            own.clear();
            own.extend(of_data.iter().flat_map(|of_data| rows.iter().map(|&row| of_data[row as usize])));
        }
        let all = rows.len() == data.rows() && rows.iter().zip(0..).all(|(&row, i)| row == i);
        if all {
            self.signs.extend(data.labels.iter().map(|&class| sign(class)));
        } else {
            self.signs.extend(rows.iter().map(|&row| sign(data.labels[row as usize])));
        }
        // Only panels read single precision, and small designs do not go through panels.
        let readable = data.features.storage() == Storage::Double || rows.len() * self.columns >= PANELS;
        let shares = all && intercept && !transformation.changes() && readable && data.features.behind_ones().is_some();
        self.shared = shares.then(|| data.features.clone());
        if self.shared.is_some() {
            return;
        }
        let count = rows.len() * self.columns;
        if count > self.own.capacity() {
            self.own = with_large_pages(count);
        }
        InstructionSet::widest().run(Gather { data, rows, intercept, transformation, into: &mut self.own });
    }
}

/// Appends rows of a data set, transformed.
struct Gather<'a> {
    data: &'a DataSet,
    rows: &'a [u32],
    intercept: bool,
    transformation: &'a Transformation,
    into: &'a mut Vec<f64>,
}

impl Task for Gather<'_> {
    type Output = ();
    #[inline(always)]
    fn run<R: Pack>(self) {
        let Gather { data, rows, intercept, transformation, into } = self;
        let mut copy = Vec::new();
        for &row in rows {
            if intercept {
                into.push(1.0);
            }
            let row = data.features.row_or_copy(row as usize, &mut copy);
            if transformation.changes() {
                let scaled = transformation.centers().iter().zip(transformation.scales());
                into.extend(row.iter().zip(scaled).map(|(x, (center, scale))| (x - center) / scale));
            } else {
                into.extend_from_slice(row);
            }
        }
    }
}
