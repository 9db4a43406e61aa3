//! Test rows after training rows: scikit-learn's `TimeSeriesSplit`, step by step.

use super::{Dealing, Split, SplitError};

/// The rows in the order of time; those of equal time, and all where there is no time, in the order of the rows.
pub fn in_order(rows: usize, time: Option<&[f64]>) -> Vec<u32> {
    let mut order: Vec<u32> = (0..rows as u32).collect();
    if let Some(time) = time {
        order.sort_by(|&a, &b| time[a as usize].total_cmp(&time[b as usize]));
    }
    order
}

/// The rows of each test block.
fn test_rows(dealing: &Dealing, rows: usize) -> usize {
    dealing.test_rows.unwrap_or(rows / (dealing.folds + 1))
}

/// Checks that every block of test rows has rows before it.
///
/// # Errors
/// When there are too few rows.
pub fn check(dealing: &Dealing, rows: usize) -> Result<(), SplitError> {
    let (folds, gap, test_rows) = (dealing.folds, dealing.gap, test_rows(dealing, rows));
    if folds + 1 > rows {
        return Err(SplitError::ManyFolds { folds, what: "rows, the first of which only train", count: rows });
    }
    let needed = (folds as u128) * (test_rows as u128) + gap as u128;
    if needed >= rows as u128 { Err(SplitError::NoRowsBefore { folds, test_rows, gap, rows }) } else { Ok(()) }
}

/// Test block `fold` of the last rows, and the rows before it, less the gap: all of them, or those in the window.
pub fn deal(dealing: &Dealing, order: &[u32], fold: usize, into: &mut Split) {
    let rows = order.len();
    let size = test_rows(dealing, rows);
    let start = rows - (dealing.folds - fold) * size;
    let end = start - dealing.gap;
    let first = dealing.window.map_or(0, |window| end.saturating_sub(window));
    into.is_partition = first == 0 && dealing.gap == 0 && start + size == rows;
    into.train.clear();
    into.train.extend_from_slice(&order[first..end]);
    into.test.clear();
    into.test.extend_from_slice(&order[start..start + size]);
}
