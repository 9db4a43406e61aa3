//! Rows that are mostly zeros: only the other numbers are stored.

use std::ops::Range;

/// n rows of p numbers in compressed form (CSR): of each row the places of its numbers, in order, and the numbers. What is not stored
/// is 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SparseRows {
    columns: usize,
    /// Where each row ends in `places` and `values`.
    ends: Vec<usize>,
    places: Vec<u32>,
    values: Vec<f64>,
}

impl SparseRows {
    /// No rows yet.
    pub fn new() -> SparseRows {
        SparseRows::default()
    }

    /// Adds a number to the row that [`end_row`](SparseRows::end_row) will end; zeros are not kept.
    #[inline]
    pub fn push(&mut self, place: u32, value: f64) {
        if value != 0.0 {
            self.places.push(place);
            self.values.push(value);
        }
    }

    /// Ends a row, and brings its numbers into the order of their places.
    ///
    /// # Errors
    /// When a place has two numbers: the place.
    pub fn end_row(&mut self) -> Result<(), u32> {
        let begin = self.ends.last().copied().unwrap_or(0);
        let places = &self.places[begin..];
        if !places.is_sorted_by(|a, b| a < b) {
            let mut row: Vec<(u32, f64)> = places.iter().copied().zip(self.values[begin..].iter().copied()).collect();
            row.sort_by_key(|(place, _)| *place);
            if let Some(twice) = row.windows(2).find(|two| two[0].0 == two[1].0) {
                return Err(twice[0].0);
            }
            for (at, (place, value)) in (begin..).zip(row) {
                (self.places[at], self.values[at]) = (place, value);
            }
        }
        self.ends.push(self.places.len());
        Ok(())
    }

    /// Calls `see` with the column and the number of each number that is stored.
    pub fn each(&self, mut see: impl FnMut(usize, f64)) {
        self.places.iter().zip(&self.values).for_each(|(&place, &value)| see(place as usize, value));
    }

    /// The rows with their numbers replaced by a function of column and number that is 0 for none of them.
    pub fn map(&self, new: impl Fn(usize, f64) -> f64) -> SparseRows {
        let values = self.places.iter().zip(&self.values).map(|(&place, &value)| new(place as usize, value)).collect();
        SparseRows { columns: self.columns, ends: self.ends.clone(), places: self.places.clone(), values }
    }

    /// The rows of which `keep` is true.
    pub fn with_rows(self, keep: impl Fn(usize) -> bool) -> SparseRows {
        let mut kept = SparseRows { columns: self.columns, ..SparseRows::default() };
        for row in (0..self.nrows()).filter(|&row| keep(row)) {
            let (places, values) = self.row(row);
            kept.places.extend(places);
            kept.values.extend(values);
            kept.ends.push(kept.places.len());
        }
        kept
    }

    /// The columns of which `keep` is true.
    pub fn with_chosen_columns(self, keep: &[bool]) -> SparseRows {
        let mut chosen = SparseRows { columns: keep.iter().filter(|kept| **kept).count(), ..SparseRows::default() };
        let mut before = 0;
        let new_places: Vec<Option<u32>> = keep
            .iter()
            .map(|&kept| {
                before += u32::from(kept);
                kept.then(|| before - 1)
            })
            .collect();
        for row in 0..self.nrows() {
            let (places, values) = self.row(row);
            for (&place, &value) in places.iter().zip(values) {
                if let Some(new) = new_places.get(place as usize).copied().flatten() {
                    chosen.push(new, value);
                }
            }
            chosen.ends.push(chosen.places.len());
        }
        chosen
    }

    /// The rows, which have so many columns, or as many as the last place needs if that is more.
    pub fn with_columns(mut self, columns: usize) -> SparseRows {
        let least = self.places.iter().max().map_or(0, |&place| place as usize + 1);
        self.columns = columns.max(least);
        self
    }

    /// The rows with every place `change` lower: indices of a file may begin at 1.
    pub fn with_places_lowered(mut self, change: u32) -> SparseRows {
        self.places.iter_mut().for_each(|place| *place -= change);
        self
    }

    /// n.
    pub fn nrows(&self) -> usize {
        self.ends.len()
    }

    /// p.
    pub fn ncols(&self) -> usize {
        self.columns
    }

    /// How many numbers are stored.
    pub fn stored(&self) -> usize {
        self.values.len()
    }

    fn range(&self, row: usize) -> Range<usize> {
        row.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[row]
    }

    /// The places and the numbers of a row.
    pub fn row(&self, row: usize) -> (&[u32], &[f64]) {
        let range = self.range(row);
        (&self.places[range.clone()], &self.values[range])
    }

    /// x_ij.
    pub fn at(&self, row: usize, column: usize) -> f64 {
        let (places, values) = self.row(row);
        places.binary_search_by(|place| (*place as usize).cmp(&column)).map_or(0.0, |found| values[found])
    }

    /// Adds all p numbers of a row to the end of `numbers`.
    pub fn append_row_to(&self, row: usize, numbers: &mut Vec<f64>) {
        let first = numbers.len();
        numbers.resize(first + self.columns, 0.0);
        let (places, values) = self.row(row);
        places.iter().zip(values).for_each(|(&place, &value)| numbers[first + place as usize] = value);
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> u64 {
        let (of_row, of_number) = (size_of::<usize>(), size_of::<u32>() + size_of::<f64>());
        (self.ends.len() * of_row + self.values.len() * of_number) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_what_was_pushed_and_zeros_elsewhere() {
        let dense = [[0.0, 2.0, 0.0, -1.0], [0.0; 4], [3.0, 0.0, 0.0, 0.0]];
        let mut rows = SparseRows::new();
        for row in &dense {
            row.iter().enumerate().rev().for_each(|(place, &value)| rows.push(place as u32, value));
            rows.end_row().unwrap();
        }
        let rows = rows.with_columns(2);
        assert_eq!((rows.nrows(), rows.ncols(), rows.stored()), (3, 4, 3), "as many columns as the numbers need");
        for (i, row) in dense.iter().enumerate() {
            let mut appended = vec![7.0];
            rows.append_row_to(i, &mut appended);
            assert_eq!(appended[1..], row[..]);
            assert!(row.iter().enumerate().all(|(j, &value)| rows.at(i, j) == value));
        }
        assert_eq!(rows.row(0), (&[1, 3][..], &[2.0, -1.0][..]));
        let kept = rows.clone().with_rows(|row| row != 1);
        assert_eq!((kept.nrows(), kept.ncols(), kept.row(1)), (2, 4, rows.row(2)));
        let mut twice = SparseRows::new();
        [3, 1, 3].into_iter().for_each(|place| twice.push(place, 1.0));
        assert_eq!(twice.end_row(), Err(3));
    }
}
