//! The distinct texts of a column.

use std::collections::HashMap;

/// Most distinct texts that are kept of a column. One with more names its rows.
const MOST: usize = 100_000;

/// A distinct text of a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// The text.
    pub name: String,
    /// Rows that have it.
    pub rows: u64,
    /// The line of the first of them.
    pub first_line: u64,
}

/// The distinct texts of a column, in the order of their first rows.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    /// The texts.
    pub all: Vec<Level>,
    places: HashMap<String, u32>,
    /// Rows with a text beyond those that are kept.
    pub untold: u64,
}

impl Levels {
    /// Counts texts, and returns the code: the place among the distinct ones.
    pub fn count(&mut self, text: &str, line: u64, rows: u64) -> u32 {
        if let Some(&place) = self.places.get(text) {
            self.all[place as usize].rows += rows;
            return place;
        }
        if self.all.len() >= MOST {
            self.untold += rows;
            return u32::MAX;
        }
        let place = self.all.len() as u32;
        self.places.insert(text.to_owned(), place);
        self.all.push(Level { name: text.to_owned(), rows, first_line: line });
        place
    }

    /// Adds the texts of rows further down, whose lines begin after `lines`, and returns their codes here.
    pub fn append(&mut self, other: &Levels, lines: u64) -> Vec<u32> {
        self.untold += other.untold;
        other.all.iter().map(|level| self.count(&level.name, level.first_line + lines, level.rows)).collect()
    }

    /// Rows with a text.
    pub fn rows(&self) -> u64 {
        self.all.iter().map(|level| level.rows).sum::<u64>() + self.untold
    }
}
