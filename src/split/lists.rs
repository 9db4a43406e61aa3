//! Splits as lists of row numbers.

/// The rows of one listed split, numbered from 0 in the order of the data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedSplit {
    /// Training rows.
    pub train: Vec<u32>,
    /// Test rows.
    pub test: Vec<u32>,
}

/// Splits as lists of row numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// The splits, in their order.
    pub splits: Vec<ListedSplit>,
}

impl Lists {
    /// The first split that names a row which data of so many rows do not have, and that row.
    pub fn beyond(&self, rows: usize) -> Option<(usize, u32)> {
        let of_split = |(place, split): (usize, &ListedSplit)| {
            split.train.iter().chain(&split.test).find(|&&row| row as usize >= rows).map(|&row| (place, row))
        };
        self.splits.iter().enumerate().find_map(of_split)
    }
}
