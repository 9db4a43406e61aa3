//! The rows that a fit has put into the wrong class.

use serde::{Deserialize, Serialize};

/// The test rows that a fit has put into another class than their own: a bit per row of the data, because every draw of a bootstrap
/// has such a set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongRows {
    /// Row i is bit i mod 8 of byte ⌊i / 8⌋.
    bits: Vec<u8>,
}

impl WrongRows {
    /// No row, of so many.
    pub fn none_of(rows: usize) -> WrongRows {
        WrongRows { bits: vec![0; WrongRows::bytes(rows)] }
    }

    /// Bytes of a set of so many rows.
    pub fn bytes(rows: usize) -> usize {
        rows.div_ceil(8)
    }

    /// Adds a row.
    pub fn add(&mut self, row: u32) {
        self.bits[row as usize / 8] |= 1 << (row % 8);
    }

    /// Whether a row is among them.
    pub fn has(&self, row: usize) -> bool {
        self.bits[row / 8] & (1 << (row % 8)) != 0
    }

    /// Number of them.
    pub fn count(&self) -> usize {
        self.bits.iter().map(|byte| byte.count_ones() as usize).sum()
    }

    /// Whether it can be a set of so many rows. A set read from a file needs this check, because its bytes may be anything.
    pub fn is_valid(&self, rows: usize) -> bool {
        self.bits.len() == WrongRows::bytes(rows) && (rows..8 * self.bits.len()).all(|row| !self.has(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_the_rows_that_were_added() {
        for rows in [1, 8, 9, 20] {
            let mut wrong = WrongRows::none_of(rows);
            assert_eq!((wrong.count(), wrong.is_valid(rows)), (0, true));
            let added: Vec<usize> = (0..rows).filter(|row| row % 3 == 0).collect();
            added.iter().for_each(|&row| wrong.add(row as u32));
            assert_eq!((0..rows).filter(|&row| wrong.has(row)).collect::<Vec<_>>(), added);
            assert_eq!((wrong.count(), wrong.is_valid(rows)), (added.len(), true));
            assert!(!wrong.is_valid(rows + 8));
        }
        let mut wrong = WrongRows::none_of(8);
        wrong.add(6);
        assert!(!wrong.is_valid(6), "a row that the data do not have");
    }
}
