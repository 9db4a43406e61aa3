//! Rows of numbers, stored so that affine functions of them are linear in what is stored.

use std::borrow::Cow;
use std::sync::Arc;

use ndarray::{ArcArray2, ShapeError};

use super::memory::with_large_pages;
use super::{Matrix, SparseRows, times_power_of_two};

/// The type of the numbers that rows are stored in; all arithmetic is done in f64.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Storage {
    /// f64.
    #[default]
    Double,
    /// f32: half the memory, about 7 digits. The rounded values are the data set then.
    Single,
}

impl Storage {
    /// Whether a finite number is within the range of the type.
    pub fn holds(self, value: f64) -> bool {
        self == Storage::Double || (value as f32).is_finite()
    }
}

/// n rows x_i of p numbers each, stored in homogeneous coordinates, (1, x_i), row after row. Clones share them.
///
/// The 1s are stored because the design of a model with an intercept and without scaling is then these rows where they are: a
/// copy of a large matrix costs more than a pass over it. Who wants the x_i alone passes over one number a row.
#[derive(Clone, Debug)]
pub enum StoredRows {
    /// In double precision.
    Double(ArcArray2<f64>),
    /// In single precision.
    Single(ArcArray2<f32>),
    /// Only the numbers that are not 0, in double precision, and no 1s.
    Sparse(Arc<SparseRows>),
}

impl StoredRows {
    /// `rows` rows of `columns` numbers from a function of row and column.
    pub fn from_fn(
        storage: Storage,
        (rows, columns): (usize, usize),
        mut value: impl FnMut((usize, usize)) -> f64,
    ) -> StoredRows {
        let shape = (rows, columns + 1);
        let mut behind_one = |(i, j): (usize, usize)| j.checked_sub(1).map_or(1.0, |j| value((i, j)));
        match storage {
            Storage::Double => StoredRows::Double(ArcArray2::from_shape_fn(shape, behind_one)),
            Storage::Single => StoredRows::Single(ArcArray2::from_shape_fn(shape, |place| behind_one(place) as f32)),
        }
    }

    /// The numbers of rows that are needed no longer, if no clone shares them: storage for others.
    fn into_numbers(self) -> Numbers {
        // Numbers of a clone would have to be copied, and new ones cost less.
        match self {
            StoredRows::Double(numbers) => {
                let own = numbers.try_into_owned_nocopy().map(|own| own.into_raw_vec_and_offset().0);
                Numbers::Double(own.unwrap_or_default())
            }
            StoredRows::Single(numbers) => {
                let own = numbers.try_into_owned_nocopy().map(|own| own.into_raw_vec_and_offset().0);
                Numbers::Single(own.unwrap_or_default())
            }
            StoredRows::Sparse(_) => Numbers::Double(Vec::new()),
        }
    }

    /// Replaces the numbers of a column by a function of them; NaN stays.
    pub fn replace(&mut self, column: usize, new: impl Fn(f64) -> f64) {
        if let StoredRows::Sparse(_) = self {
            // A function of 0 need not be 0.
            *self = self.with_zeros();
        }
        let new = |old: f64| if old.is_nan() { old } else { new(old) };
        match self {
            StoredRows::Double(numbers) => numbers.column_mut(column + 1).mapv_inplace(new),
            StoredRows::Single(numbers) => {
                numbers.column_mut(column + 1).mapv_inplace(|old| new(f64::from(old)) as f32);
            }
            StoredRows::Sparse(_) => {}
        }
    }

    /// How they are stored.
    pub fn storage(&self) -> Storage {
        match self {
            StoredRows::Double(_) | StoredRows::Sparse(_) => Storage::Double,
            StoredRows::Single(_) => Storage::Single,
        }
    }

    /// n.
    pub fn nrows(&self) -> usize {
        match self {
            StoredRows::Double(numbers) => numbers.nrows(),
            StoredRows::Single(numbers) => numbers.nrows(),
            StoredRows::Sparse(rows) => rows.nrows(),
        }
    }

    /// p.
    pub fn ncols(&self) -> usize {
        match self {
            StoredRows::Double(numbers) => numbers.ncols() - 1,
            StoredRows::Single(numbers) => numbers.ncols() - 1,
            StoredRows::Sparse(rows) => rows.ncols(),
        }
    }

    /// All rows (1, x_i), n × (1 + p); `None` where zeros are not stored.
    pub fn behind_ones(&self) -> Option<Matrix<'_>> {
        // as_slice needs row-major order, and all constructors make it.
        match self {
            StoredRows::Double(numbers) => Some(Matrix::Double(numbers.as_slice().unwrap_or_default())),
            StoredRows::Single(numbers) => Some(Matrix::Single(numbers.as_slice().unwrap_or_default())),
            StoredRows::Sparse(_) => None,
        }
    }

    /// x_i as it is stored, unless zeros are not.
    #[inline(always)]
    pub fn stored(&self, row: usize) -> Option<Matrix<'_>> {
        let columns = self.ncols() + 1;
        self.behind_ones().map(|numbers| numbers.part(row * columns + 1..(row + 1) * columns))
    }

    /// x_i.
    pub fn row(&self, row: usize) -> Cow<'_, [f64]> {
        self.stored(row).map_or_else(|| Cow::Owned(self.copied(row)), Matrix::widened)
    }

    /// x_i where it lies if it is stored in double precision, or its copy in `copy`, which takes no new memory from row to row.
    #[inline(always)]
    pub fn row_or_copy<'a>(&'a self, row: usize, copy: &'a mut Vec<f64>) -> &'a [f64] {
        if let Some(Matrix::Double(stored)) = self.stored(row) {
            return stored;
        }
        copy.clear();
        self.append_row_to(row, copy);
        copy
    }

    fn copied(&self, row: usize) -> Vec<f64> {
        let mut numbers = Vec::with_capacity(self.ncols());
        self.append_row_to(row, &mut numbers);
        numbers
    }

    /// Adds x_i to the end of `numbers`.
    #[inline]
    pub fn append_row_to(&self, row: usize, numbers: &mut Vec<f64>) {
        match self {
            StoredRows::Sparse(rows) => rows.append_row_to(row, numbers),
            dense => dense.stored(row).into_iter().for_each(|row| row.append_to(numbers)),
        }
    }

    /// Adds the bits of x_i as it is stored to the end of `bytes`: of sparse rows the places and the numbers.
    pub fn append_bits_to(&self, row: usize, bytes: &mut Vec<u8>) {
        if let StoredRows::Sparse(rows) = self {
            let (places, values) = rows.row(row);
            for (place, value) in places.iter().zip(values) {
                bytes.extend(place.to_le_bytes());
                bytes.extend(value.to_bits().to_le_bytes());
            }
        }
        match self.stored(row) {
            Some(Matrix::Double(values)) => values.iter().for_each(|value| bytes.extend(value.to_bits().to_le_bytes())),
            Some(Matrix::Single(values)) => values.iter().for_each(|value| bytes.extend(value.to_bits().to_le_bytes())),
            None => {}
        }
    }

    /// The same rows with their zeros.
    fn with_zeros(&self) -> StoredRows {
        StoredRows::from_fn(self.storage(), (self.nrows(), self.ncols()), |(i, j)| self.at(i, j))
    }

    /// The same rows without their zeros.
    pub fn without_zeros(self) -> StoredRows {
        if let StoredRows::Sparse(_) = self {
            return self;
        }
        let mut sparse = SparseRows::new();
        for row in self.rows() {
            (0..).zip(row.iter()).for_each(|(place, &value)| sparse.push(place, value));
            // The places ascend.
            let _ = sparse.end_row();
        }
        StoredRows::Sparse(Arc::new(sparse.with_columns(self.ncols())))
    }

    /// Least and largest of the |x_ij| that are not 0, of each column j; (0, 0) where all are. A NaN counts as infinite.
    pub fn column_ranges(&self) -> Vec<(f64, f64)> {
        let mut ranges = vec![(f64::INFINITY, 0.0); self.ncols()];
        let mut see = |j: usize, x: f64| {
            let size = if x.is_nan() { f64::INFINITY } else { x.abs() };
            if size != 0.0 {
                let (least, largest) = &mut ranges[j];
                (*least, *largest) = (f64::min(*least, size), f64::max(*largest, size));
            }
        };
        match self {
            StoredRows::Sparse(rows) => rows.each(see),
            dense => dense.rows().for_each(|row| row.iter().enumerate().for_each(|(j, &x)| see(j, x))),
        }
        ranges.iter_mut().filter(|(_, largest)| *largest == 0.0).for_each(|range| *range = (0.0, 0.0));
        ranges
    }

    /// The rows with each column j times 2^e_j. In single precision the products have to be within its range.
    pub fn times_powers_of_two(&self, exponents: &[i32]) -> StoredRows {
        match self {
            StoredRows::Sparse(rows) => {
                StoredRows::Sparse(Arc::new(rows.map(|j, x| times_power_of_two(x, exponents[j]))))
            }
            dense => StoredRows::from_fn(dense.storage(), (dense.nrows(), dense.ncols()), |(i, j)| {
                times_power_of_two(dense.at(i, j), exponents[j])
            }),
        }
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> u64 {
        let numbers = self.nrows() as u64 * (self.ncols() as u64 + 1);
        match self {
            StoredRows::Double(_) => numbers * size_of::<f64>() as u64,
            StoredRows::Single(_) => numbers * size_of::<f32>() as u64,
            StoredRows::Sparse(rows) => rows.bytes(),
        }
    }

    /// The x_i, one after another.
    pub fn rows(&self) -> impl Iterator<Item = Cow<'_, [f64]>> {
        (0..self.nrows()).map(|row| self.row(row))
    }

    /// x_ij.
    pub fn at(&self, row: usize, column: usize) -> f64 {
        match self {
            StoredRows::Double(numbers) => numbers[[row, column + 1]],
            StoredRows::Single(numbers) => f64::from(numbers[[row, column + 1]]),
            StoredRows::Sparse(rows) => rows.at(row, column),
        }
    }
}

impl Default for StoredRows {
    fn default() -> StoredRows {
        StoredRows::Double(ArcArray2::from_shape_fn((0, 1), |_| 1.0))
    }
}

/// Rows that are collected number by number.
#[derive(Clone, Debug)]
pub struct RowCollector {
    numbers: Numbers,
    rows: usize,
    columns: usize,
}

#[derive(Clone, Debug)]
enum Numbers {
    Double(Vec<f64>),
    Single(Vec<f32>),
    /// Without zeros, and the place of the next number in its row, behind a 1 that is not kept.
    Sparse(SparseRows, usize),
}

impl RowCollector {
    /// No rows yet, and room for `capacity` rows of `columns` numbers.
    pub fn new(storage: Storage, columns: usize, capacity: usize) -> RowCollector {
        let capacity = capacity * (columns + 1);
        let numbers = match storage {
            Storage::Double => Numbers::Double(with_large_pages(capacity)),
            Storage::Single => Numbers::Single(with_large_pages(capacity)),
        };
        RowCollector { numbers, rows: 0, columns }
    }

    /// No rows yet, of `columns` numbers of which the zeros are not kept.
    pub fn sparse(columns: usize) -> RowCollector {
        RowCollector { numbers: Numbers::Sparse(SparseRows::new(), 0), rows: 0, columns }
    }

    /// As [`new`](RowCollector::new), in the storage of earlier rows if it is large enough.
    pub fn reusing(earlier: StoredRows, storage: Storage, columns: usize, capacity: usize) -> RowCollector {
        let mut numbers = earlier.into_numbers();
        let needed = capacity * (columns + 1);
        let fits = match &mut numbers {
            Numbers::Double(numbers) => {
                numbers.clear();
                storage == Storage::Double && numbers.capacity() >= needed
            }
            Numbers::Single(numbers) => {
                numbers.clear();
                storage == Storage::Single && numbers.capacity() >= needed
            }
            Numbers::Sparse(..) => false,
        };
        if fits { RowCollector { numbers, rows: 0, columns } } else { RowCollector::new(storage, columns, capacity) }
    }

    /// Begins the next row.
    pub fn start_row(&mut self) {
        self.push(1.0);
        self.rows += 1;
    }

    /// Adds a number to the row, rounded to the nearest number of the type.
    pub fn push(&mut self, value: f64) {
        match &mut self.numbers {
            Numbers::Double(numbers) => numbers.push(value),
            Numbers::Single(numbers) => numbers.push(value as f32),
            Numbers::Sparse(rows, place) => {
                if let Some(place) = place.checked_sub(1) {
                    rows.push(place as u32, value);
                }
                *place += 1;
                if *place > self.columns {
                    // The places ascend.
                    let _ = rows.end_row();
                    *place = 0;
                }
            }
        }
    }

    /// Adds whole rows, each with its 1 in front.
    pub fn append(&mut self, behind_ones: &[f64]) {
        match &mut self.numbers {
            Numbers::Double(numbers) => numbers.extend_from_slice(behind_ones),
            Numbers::Single(numbers) => numbers.extend(behind_ones.iter().map(|&value| value as f32)),
            Numbers::Sparse(..) => behind_ones.iter().for_each(|&value| self.push(value)),
        }
        self.rows += behind_ones.len() / (self.columns + 1);
    }

    /// Adds whole rows of mostly zeros: (place, number) of the others, row after row, and where those of each row end. A place comes once
    /// in a row.
    pub fn append_pairs(&mut self, pairs: &[(u32, f64)], ends: &[usize]) {
        let begins = std::iter::once(0).chain(ends.iter().copied());
        for row in begins.zip(ends).map(|(begin, &end)| &pairs[begin..end]) {
            if let Numbers::Sparse(rows, _) = &mut self.numbers {
                row.iter().for_each(|&(place, value)| rows.push(place, value));
                // The places differ.
                let _ = rows.end_row();
                self.rows += 1;
            } else {
                let mut numbers = vec![0.0; self.columns + 1];
                numbers[0] = 1.0;
                row.iter().for_each(|&(place, value)| numbers[1 + place as usize] = value);
                self.append(&numbers);
            }
        }
    }

    /// The rows.
    ///
    /// # Errors
    /// When they have more or fewer numbers than there are columns.
    pub fn finish(self) -> Result<StoredRows, ShapeError> {
        let shape = (self.rows, self.columns + 1);
        Ok(match self.numbers {
            Numbers::Double(numbers) => StoredRows::Double(ArcArray2::from_shape_vec(shape, numbers)?),
            Numbers::Single(numbers) => StoredRows::Single(ArcArray2::from_shape_vec(shape, numbers)?),
            Numbers::Sparse(rows, _) => StoredRows::Sparse(Arc::new(rows.with_columns(self.columns))),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collected_rows_are_those_of_a_function() {
        let value = |(i, j): (usize, usize)| (i as f64 - 1.5) / (j as f64 + 3.0);
        for storage in [Storage::Double, Storage::Single] {
            for shape in [(0, 2), (1, 0), (1, 1), (4, 3)] {
                let mut collected = RowCollector::new(storage, shape.1, 1);
                for i in 0..shape.0 {
                    collected.start_row();
                    (0..shape.1).for_each(|j| collected.push(value((i, j))));
                }
                let (collected, filled) = (collected.finish().unwrap(), StoredRows::from_fn(storage, shape, value));
                for rows in [&collected, &filled] {
                    assert_eq!((rows.storage(), rows.nrows(), rows.ncols()), (storage, shape.0, shape.1));
                    let rounded = |place| match storage {
                        Storage::Double => value(place),
                        Storage::Single => f64::from(value(place) as f32),
                    };
                    let expected: Vec<Vec<f64>> =
                        (0..shape.0).map(|i| (0..shape.1).map(|j| rounded((i, j))).collect()).collect();
                    assert_eq!(rows.rows().map(Cow::into_owned).collect::<Vec<_>>(), expected);
                    let behind_ones: Vec<f64> = expected.iter().flat_map(|row| [&[1.0], &row[..]].concat()).collect();
                    assert_eq!(*rows.behind_ones().unwrap().widened(), behind_ones);
                    for (i, row) in expected.iter().enumerate() {
                        assert!(row.iter().enumerate().all(|(j, &x)| rows.at(i, j) == x));
                    }
                }
            }
        }
        let mut sparse = RowCollector::sparse(3);
        sparse.append(&[1.0, 0.0, 2.0, 0.0, 1.0, 0.0, -1.0, 0.5]);
        let rows = sparse.finish().unwrap();
        assert_eq!((rows.nrows(), rows.ncols(), rows.storage()), (2, 3, Storage::Double));
        assert_eq!(rows.rows().map(Cow::into_owned).collect::<Vec<_>>(), [[0.0, 2.0, 0.0], [0.0, -1.0, 0.5]]);
        assert!(rows.behind_ones().is_none() && rows.at(1, 2) == 0.5 && rows.at(0, 2) == 0.0);
        for mut of_pairs in [RowCollector::sparse(3), RowCollector::new(Storage::Double, 3, 2)] {
            of_pairs.append_pairs(&[(1, 2.0), (2, 0.5), (0, 0.0), (1, -1.0)], &[1, 4, 4]);
            let rows = of_pairs.finish().unwrap();
            let expected = [[0.0, 2.0, 0.0], [0.0, -1.0, 0.5], [0.0; 3]];
            assert_eq!(rows.rows().map(Cow::into_owned).collect::<Vec<_>>(), expected);
        }
        let earlier = StoredRows::from_fn(Storage::Double, (4, 3), value);
        let clone = earlier.clone();
        let mut again = RowCollector::reusing(earlier, Storage::Double, 1, 2);
        again.start_row();
        again.push(0.5);
        assert_eq!(*again.finish().unwrap().behind_ones().unwrap().widened(), [1.0, 0.5]);
        assert_eq!(clone.at(0, 0), value((0, 0)), "a clone keeps its numbers");
        let mut short = RowCollector::new(Storage::Double, 2, 1);
        short.start_row();
        short.push(0.5);
        assert!(short.finish().is_err());
    }
}
