//! Splits of one data set as lanes see them.

use crate::data::DataSet;
use crate::linear_algebra::Pack;
use crate::linear_algebra::width::{DYNAMIC, of_width};
use crate::model::{Prepared, Scaling};

/// Training and test rows of a batch of splits of one data set under one model. Splits of one shape, the same numbers of training and
/// test rows, are fitted together.
#[derive(Clone, Debug, Default)]
pub struct LaneSplits {
    /// All rows of the data, each times its sign s_i, the intercept's s_i first if there is one.
    signed: Vec<f64>,
    signs: Vec<f64>,
    /// max_i |x_ij| of all rows.
    largest: Vec<f64>,
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
    train_rows: Vec<u32>,
    test_rows: Vec<u32>,
    /// Where the rows of each split begin, and those of the next one would.
    starts: Vec<[usize; 2]>,
    /// Mean and reciprocal deviation per split and column, where features are standardized.
    scales: Vec<(f64, f64)>,
    in_test: Vec<bool>,
    /// The true slopes, if they are known and on the scale of the fits.
    pub truth: Option<Vec<f64>>,
    means: Vec<f64>,
    squares: Vec<f64>,
    intercept: bool,
}

impl LaneSplits {
    /// Takes the rows of a data set, and forgets all splits.
    pub fn load(&mut self, data: &DataSet, intercept: bool) {
        self.intercept = intercept;
        self.truth = data.slopes().map(<[f64]>::to_vec);
        let rows = data.all_rows();
        let design = Prepared::new(data, &rows, intercept, Scaling::None).design;
        self.columns = design.columns;
        self.signed.clear();
        design.loss().each_inequality(design.matrix(), |_, signed| self.signed.extend_from_slice(signed));
        self.largest.resize(self.columns, 0.0);
        design.matrix().column_sizes(&mut self.largest);
        self.signs = design.loss().signs().to_vec();
        self.forget();
    }

    /// Forgets all splits.
    pub fn forget(&mut self) {
        self.count = 0;
        self.train_rows.clear();
        self.test_rows.clear();
        self.starts.clear();
        self.starts.push([0, 0]);
        self.scales.clear();
    }

    /// Makes room for `splits` splits of this shape.
    pub fn reserve(&mut self, splits: usize, train: &[u32], test: &[u32]) {
        // One place more, because `push` writes each row before it keeps it.
        self.train_rows.reserve(splits * train.len() + 1);
        self.test_rows.reserve(splits * test.len());
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

    /// Adds a split, in which each row is in one of the two sets. Its training rows are taken in the data's order, as in the general
    /// engine.
    pub fn push(&mut self, train: &[u32], test: &[u32]) {
        self.in_test.clear();
        self.in_test.resize(self.signs.len(), false);
        for &row in test {
            self.in_test[row as usize] = true;
        }
        let start = self.train_rows.len();
        // Each row is written and then kept or not, without a branch; hence one place more than there are rows.
        self.train_rows.resize(start + train.len() + 1, 0);
        let (into, mut kept) = (&mut self.train_rows[start..], 0);
        for (row, &in_test) in (0u32..).zip(&self.in_test) {
            into[kept] = row;
            kept += usize::from(!in_test);
        }
        self.train_rows.truncate(start + train.len());
        self.test_rows.extend_from_slice(test);
        self.starts.push([self.train_rows.len(), self.test_rows.len()]);
        self.count += 1;
    }

    /// Finds means and deviations of the training rows of every split, for features that are to be standardized. The
    /// splits that rounding may spoil (a constant column, one far from 0 or of extreme size) are listed in `delicate`, for the
    /// general engine.
    pub fn standardize(&mut self, delicate: &mut Vec<usize>) {
        /// Mean over deviation up to which standardizing keeps enough digits to tell independent columns.
        const FAR: f64 = 1e4;
        self.scales.clear();
        // Standardizing changes the slopes, so the true slopes no longer apply.
        self.truth = None;
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

    /// Upper bound of Σ_j |x_ij β_j| over the rows of a split, for these β, up to rounding.
    pub fn largest_size(&self, split: usize, coefficients: impl Iterator<Item = f64>) -> f64 {
        let coefficients = self.largest.iter().zip(coefficients);
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
