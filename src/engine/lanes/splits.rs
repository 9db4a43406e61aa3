//! Splits of one source as lanes see them.

use crate::data::DataSet;
use crate::engine::batch::Dealt;
use crate::linear_algebra::Pack;
use crate::linear_algebra::width::{DYNAMIC, of_width};
use crate::model::{Prepared, Scaling};
use crate::split::Split;

/// Training and test rows of a batch of splits under one model. Splits of one shape, the same numbers of training and test rows, are
/// fitted together, whether they share their data or not.
#[derive(Clone, Debug, Default)]
pub struct LaneSplits {
    /// All rows of all data sets, one set after the other, each row times its sign s_i, the intercept's s_i first if there is one.
    signed: Vec<f64>,
    signs: Vec<f64>,
    sets: Vec<LoadedSet>,
    /// Per split, the place of its data set in `sets`.
    set_of: Vec<usize>,
    /// p.
    pub columns: usize,
    /// Training rows of a split of the shape at work.
    pub train: usize,
    /// Test rows of such a split.
    pub test: usize,
    /// λ_j.
    pub penalties: Vec<f64>,
    /// Splits so far.
    pub count: usize,
    /// Rows of the splits, numbered through all data sets.
    train_rows: Vec<u32>,
    test_rows: Vec<u32>,
    /// Where the rows of each split begin, and those of the next one would.
    starts: Vec<[usize; 2]>,
    /// Mean and reciprocal deviation per split and column, where features are standardized.
    scales: Vec<(f64, f64)>,
    in_test: Vec<bool>,
    prepared: Prepared,
    means: Vec<f64>,
    squares: Vec<f64>,
    intercept: bool,
}

/// What is known of the rows of a data set.
#[derive(Clone, Debug)]
struct LoadedSet {
    /// max_i |x_ij|.
    largest: Vec<f64>,
    /// The true slopes, if they are known.
    slopes: Option<Vec<f64>>,
}

impl LaneSplits {
    /// Takes splits and the rows of their data, and forgets all others.
    pub fn load(&mut self, dealt: &[Dealt<'_>], intercept: bool) {
        self.forget();
        self.intercept = intercept;
        let [train, test] = [|split: &Split| split.train.len(), |split: &Split| split.test.len()]
            .map(|rows| dealt.iter().map(|dealt| rows(dealt.split)).sum::<usize>());
        // One place more, because `push` writes each row before it keeps it.
        self.train_rows.reserve(train + 1);
        self.test_rows.reserve(test);
        for of_set in dealt.chunk_by(|a, b| std::ptr::eq(a.data, b.data)) {
            let first_row = self.signs.len();
            self.load_rows(of_set[0].data);
            of_set.iter().for_each(|dealt| self.push(dealt.split, first_row));
        }
    }

    /// Takes the rows of a data set.
    fn load_rows(&mut self, data: &DataSet) {
        self.prepared.prepare(data, &data.all_rows(), self.intercept, Scaling::None);
        let design = &self.prepared.design;
        self.columns = design.columns;
        design.loss().each_inequality(design.matrix(), |_, signed| self.signed.extend_from_slice(signed));
        self.signs.extend_from_slice(design.loss().signs());
        let mut largest = vec![0.0; self.columns];
        design.matrix().column_sizes(&mut largest);
        self.sets.push(LoadedSet { largest, slopes: data.slopes().map(<[f64]>::to_vec) });
    }

    fn forget(&mut self) {
        self.count = 0;
        self.signed.clear();
        self.signs.clear();
        self.sets.clear();
        self.set_of.clear();
        self.train_rows.clear();
        self.test_rows.clear();
        self.starts.clear();
        self.starts.push([0, 0]);
        self.scales.clear();
    }

    /// Numbers of training and test rows of a split.
    pub fn shape(&self, split: usize) -> [usize; 2] {
        let ([train, test], [next_train, next_test]) = (self.starts[split], self.starts[split + 1]);
        [next_train - train, next_test - test]
    }

    /// Turns to the splits of a shape.
    pub fn turn_to(&mut self, [train, test]: [usize; 2]) {
        (self.train, self.test) = (train, test);
    }

    /// Adds a split of the last data set, whose rows begin at `first_row`. Each row is in training or test set; training rows are taken
    /// in the data's order, as in the general engine.
    fn push(&mut self, Split { train, test, .. }: &Split, first_row: usize) {
        self.in_test.clear();
        self.in_test.resize(self.signs.len() - first_row, false);
        for &row in test {
            self.in_test[row as usize] = true;
        }
        let first_row = first_row as u32;
        let start = self.train_rows.len();
        // Each row is written and then kept or not, without a branch; hence one place more than there are rows.
        self.train_rows.resize(start + train.len() + 1, 0);
        let (into, mut kept) = (&mut self.train_rows[start..], 0);
        for (row, &in_test) in (first_row..).zip(&self.in_test) {
            into[kept] = row;
            kept += usize::from(!in_test);
        }
        self.train_rows.truncate(start + train.len());
        self.test_rows.extend(test.iter().map(|row| first_row + row));
        self.starts.push([self.train_rows.len(), self.test_rows.len()]);
        self.set_of.push(self.sets.len() - 1);
        self.count += 1;
    }

    /// Finds means and deviations of the training rows of every split, for features that are to be standardized. The
    /// splits that rounding may spoil (a constant column, one far from 0 or of extreme size) are listed in `delicate`, for the
    /// general engine.
    pub fn standardize(&mut self, delicate: &mut Vec<usize>) {
        /// Mean over deviation up to which standardizing keeps enough digits to tell independent columns.
        const FAR: f64 = 1e4;
        self.scales.clear();
        let p = self.columns;
        for split in 0..self.count {
            let rows = &self.train_rows[self.starts[split][0]..self.starts[split + 1][0]];
            let n = rows.len() as f64;
            for sums in [&mut self.means, &mut self.squares] {
                sums.clear();
                sums.resize(p, 0.0);
            }
            for &row in rows {
                let (row, sign) = (&self.signed[row as usize * p..][..p], self.signs[row as usize]);
                self.means.iter_mut().zip(row).for_each(|(sum, x)| *sum += sign * x);
            }
            self.means.iter_mut().for_each(|sum| *sum /= n);
            for &row in rows {
                let (row, sign) = (&self.signed[row as usize * p..][..p], self.signs[row as usize]);
                for ((sum, mean), x) in self.squares.iter_mut().zip(&self.means).zip(row) {
                    let deviation = sign * x - mean;
                    *sum += deviation * deviation;
                }
            }
            self.scales.push((0.0, 1.0));
            for (mean, squares) in self.means.iter().zip(&self.squares).skip(1) {
                let deviation = (squares / n).sqrt();
                if !(deviation * FAR > mean.abs() && deviation > 1e-100 && deviation < 1e100) {
                    delicate.push(split);
                }
                self.scales.push((*mean, 1.0 / deviation));
            }
        }
        delicate.dedup();
    }

    /// Whether any coefficient is penalised: then an optimum exists, and columns need not be independent.
    pub fn penalised(&self) -> bool {
        self.penalties.iter().any(|&penalty| penalty > 0.0)
    }

    /// Place of the first coefficient that is not the intercept.
    pub fn first_slope(&self) -> usize {
        usize::from(self.intercept)
    }

    /// The true slopes of a split, if they are known and on the scale of the fits: standardizing changes slopes.
    pub fn truth(&self, split: usize) -> Option<&[f64]> {
        self.sets[self.set_of[split]].slopes.as_deref().filter(|_| !self.scaled())
    }

    /// Upper bound of Σ_j |x_ij β_j| over the rows of a split, for these β, up to rounding.
    pub fn largest_size(&self, split: usize, coefficients: impl Iterator<Item = f64>) -> f64 {
        let coefficients = self.sets[self.set_of[split]].largest.iter().zip(coefficients);
        if self.scaled() {
            let scales = &self.scales[split * self.columns..];
            coefficients.zip(scales).map(|((x, b), (mean, reciprocal))| (x + mean.abs()) * reciprocal * b.abs()).sum()
        } else {
            coefficients.map(|(x, b)| x * b.abs()).sum()
        }
    }

    /// Whether features are standardized.
    fn scaled(&self) -> bool {
        !self.scales.is_empty()
    }

    /// Puts the signed training rows of a split into a lane, and their signs as far as `signs` has room.
    pub fn put_train<R: Pack>(&self, split: usize, lane: usize, into: &mut [R], signs: &mut [R]) {
        let rows = &self.train_rows[self.starts[split][0]..][..self.train];
        of_width!(self.columns, P => self.put_rows::<P, R>(rows, split, lane, into));
        self.put_signs(rows, lane, signs);
    }

    fn put_signs<R: Pack>(&self, rows: &[u32], lane: usize, into: &mut [R]) {
        for (sign, &row) in into.iter_mut().zip(rows) {
            sign.lanes_mut()[lane] = self.signs[row as usize];
        }
    }

    /// Puts the signed rows and the signs of a pack of splits.
    pub fn put_all<R: Pack>(&self, splits: &[usize], train: &mut [R], test: &mut [R], signs: &mut [R]) {
        let (train_signs, test_signs) = signs.split_at_mut(self.train);
        of_width!(self.columns, P => {
            let starts = &self.starts;
            self.put_blocks::<P, R>(splits, |split| &self.train_rows[starts[split][0]..], train, train_signs);
            self.put_blocks::<P, R>(splits, |split| &self.test_rows[starts[split][1]..], test, test_signs);
        });
    }

    /// Puts blocks of few rows, one lane after another: a block is still in the nearest cache when its next lane is written.
    fn put_blocks<'r, const P: usize, R: Pack>(
        &self,
        splits: &[usize],
        rows_of: impl Fn(usize) -> &'r [u32],
        into: &mut [R],
        signs: &mut [R],
    ) {
        const BLOCK: usize = 16;
        let p = if P == DYNAMIC { self.columns } else { P };
        let blocks = into.chunks_mut(BLOCK * p).zip(signs.chunks_mut(BLOCK));
        for (place, (into, signs)) in blocks.enumerate() {
            for (lane, &split) in splits.iter().enumerate() {
                let rows = &rows_of(split)[place * BLOCK..][..signs.len()];
                self.put_rows::<P, R>(rows, split, lane, into);
                if !self.intercept {
                    self.put_signs(rows, lane, signs);
                }
            }
            if self.intercept {
                // Times its sign, the intercept's column of ones is the column of signs.
                for (sign, packs) in signs.iter_mut().zip(into.chunks_exact(p)) {
                    *sign = packs[0];
                }
            }
        }
    }

    #[inline(always)]
    fn put_rows<const P: usize, R: Pack>(&self, rows: &[u32], split: usize, lane: usize, into: &mut [R]) {
        let p = if P == DYNAMIC { self.columns } else { P };
        let scaled = self.scaled();
        for (packs, &row) in into.chunks_exact_mut(p).zip(rows) {
            let (values, packs) = (&self.signed[row as usize * p..][..p], &mut packs[..p]);
            if scaled {
                let scales = &self.scales[split * p..(split + 1) * p];
                for ((pack, value), (mean, reciprocal)) in packs.iter_mut().zip(values).zip(scales) {
                    // Scaled models have an intercept: values[0] is the sign.
                    pack.lanes_mut()[lane] = (value - values[0] * mean) * reciprocal;
                }
            } else {
                for j in 0..p {
                    packs[j].lanes_mut()[lane] = values[j];
                }
            }
        }
    }
}
