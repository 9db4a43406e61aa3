//! Test rows after training rows: scikit-learn's `TimeSeriesSplit`, step by step, where no two rows have one time.
//!
//! Rows of the time of a block's first test row train in none of its fits, because they are not before it: a block may begin in the
//! middle of a day.

use super::{Dealing, Split, SplitError};

/// The rows in the order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InTime {
    /// The rows; those of equal time, and all where there is no time, in the order of the data.
    rows: Vec<u32>,
    /// For each place of `rows`, the first place of the same time.
    first_of_time: Vec<u32>,
}

impl InTime {
    /// The order of so many rows by their times, if they have some.
    pub fn new(count: usize, time: Option<&[f64]>) -> InTime {
        let mut rows: Vec<u32> = (0..count as u32).collect();
        let mut first_of_time = rows.clone();
        if let Some(time) = time {
            rows.sort_by(|&a, &b| time[a as usize].total_cmp(&time[b as usize]));
            for place in 1..count {
                // As numbers, because 0 and −0 are one time.
                if time[rows[place] as usize] == time[rows[place - 1] as usize] {
                    first_of_time[place] = first_of_time[place - 1];
                }
            }
        }
        InTime { rows, first_of_time }
    }

    /// The first place of test block `fold`.
    fn start(&self, dealing: &Dealing, fold: usize) -> usize {
        self.rows.len() - (dealing.folds - fold) * test_rows(dealing, self.rows.len())
    }

    /// The number of rows that may train the fit of test block `fold`: those before the gap, and before the time of its first row.
    fn before(&self, dealing: &Dealing, fold: usize) -> usize {
        let start = self.start(dealing, fold);
        (start - dealing.gap).min(self.first_of_time[start] as usize)
    }

    /// Number of test blocks that begin amid rows of one time.
    pub fn cut_times(&self, dealing: &Dealing) -> usize {
        (0..dealing.folds)
            .filter(|&fold| {
                let start = self.start(dealing, fold);
                (self.first_of_time[start] as usize) < start
            })
            .count()
    }

    /// Checks that every block of test rows has rows before it.
    ///
    /// # Errors
    /// When a block has none.
    pub fn check(&self, dealing: &Dealing) -> Result<(), SplitError> {
        let (rows, folds, gap) = (self.rows.len(), dealing.folds, dealing.gap);
        let test_rows = test_rows(dealing, rows);
        if folds + 1 > rows {
            return Err(SplitError::ManyFolds { folds, what: "rows, the first of which only train", count: rows });
        }
        let needed = (folds as u128) * (test_rows as u128) + gap as u128;
        if needed >= rows as u128 {
            return Err(SplitError::NoRowsBefore { folds, test_rows, gap, rows });
        }
        let first = self.first_of_time[self.start(dealing, 0)];
        if self.before(dealing, 0) == 0 {
            let ties = self.first_of_time.iter().filter(|&&other| other == first).count();
            return Err(SplitError::NoEarlierTime { folds, test_rows, ties });
        }
        Ok(())
    }

    /// Test block `fold` of the last rows, and the rows before it, less the gap: all of them, or those in the window.
    pub fn deal(&self, dealing: &Dealing, fold: usize, into: &mut Split) {
        let rows = self.rows.len();
        let (size, start, end) = (test_rows(dealing, rows), self.start(dealing, fold), self.before(dealing, fold));
        let first = dealing.window.map_or(0, |window| end.saturating_sub(window));
        into.is_partition = first == 0 && end == start && start + size == rows;
        into.train.clear();
        into.train.extend_from_slice(&self.rows[first..end]);
        into.test.clear();
        into.test.extend_from_slice(&self.rows[start..start + size]);
    }
}

/// The rows of each test block.
fn test_rows(dealing: &Dealing, rows: usize) -> usize {
    dealing.test_rows.unwrap_or(rows / (dealing.folds + 1))
}

#[cfg(test)]
mod tests {
    use super::super::Scheme;
    use super::*;

    fn splits(dealing: &Dealing, time: Option<&[f64]>, rows: usize) -> Vec<(Vec<u32>, Vec<u32>)> {
        let in_time = InTime::new(rows, time);
        in_time.check(dealing).unwrap();
        let mut split = Split::default();
        let mut of = |fold| {
            in_time.deal(dealing, fold, &mut split);
            (split.train.clone(), split.test.clone())
        };
        (0..dealing.folds).map(&mut of).collect()
    }

    #[test]
    fn no_row_trains_that_is_not_before_the_test_rows_in_time() {
        let dealing = Dealing { folds: 2, ..Dealing::of(Scheme::Time) };
        // Sorted: 3 (day 1), 0 (day 2), 1, 4 and 5 (day 3), 2 (day 4).
        let time = [2.0, 3.0, 4.0, 1.0, 3.0, 3.0];
        assert_eq!(splits(&dealing, Some(&time), 6), [(vec![3, 0], vec![1, 4]), (vec![3, 0], vec![5, 2])]);
        assert_eq!(InTime::new(6, Some(&time)).cut_times(&dealing), 1);
        let in_order: Vec<f64> = (0..6).map(f64::from).collect();
        assert_eq!(splits(&dealing, Some(&in_order), 6), splits(&dealing, None, 6));
        assert_eq!(InTime::new(6, None).cut_times(&dealing), 0);
        // The window and the gap count rows of the order, as without ties.
        let dealing = Dealing { window: Some(1), gap: 1, ..dealing };
        assert_eq!(splits(&dealing, Some(&time), 6), [(vec![3], vec![1, 4]), (vec![0], vec![5, 2])]);
    }

    #[test]
    fn a_block_that_begins_at_the_earliest_time_has_nothing_to_train_it() {
        let dealing = Dealing { folds: 2, ..Dealing::of(Scheme::Time) };
        let error = InTime::new(6, Some(&[1.0, -0.0, 0.0, 0.0, 0.0, 2.0])).check(&dealing).unwrap_err();
        assert_eq!(error, SplitError::NoEarlierTime { folds: 2, test_rows: 2, ties: 4 });
    }
}
