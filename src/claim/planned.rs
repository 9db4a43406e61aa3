//! The splits that a claim is planned to have, in numbers and words.

use super::evidence::refuting_level;
use crate::statistics::words::{counted, expected};

/// The planned splits of a claim's cells, from which `check` tells before the run what decides the claim.
#[derive(Clone, Copy, Debug)]
pub struct Planned {
    /// The level of the claim.
    pub level: f64,
    /// Splits per data set; the most of them if the run ends once all claims are decided.
    pub splits: u64,
    /// Whether the claim is looked at after every [`BATCH`](super::sequential::BATCH) splits.
    pub at_looks: bool,
    /// Number of cells of the claim that will be run.
    pub cells: u64,
    /// The share of splits on which the measure is expected to be defined.
    pub defined: f64,
}

impl Planned {
    /// The level of an interval that refutes the claim in one cell.
    pub fn refuting_level(&self) -> f64 {
        refuting_level(self.level, self.cells as usize)
    }

    /// Number of splits, of `splits`, that are expected to count; at least 1.
    pub fn counted(&self, splits: u64) -> u64 {
        ((self.defined * splits as f64).round() as u64).max(1)
    }

    /// The splits that are expected to count, in words: `500 splits`, or `about 303 splits on which it is defined`.
    pub fn splits_in_words(&self) -> String {
        match self.counted(self.splits) {
            all if all == self.splits => counted(all, "split"),
            _ if self.defined * (self.splits as f64) < 1.0 => {
                format!("about {} splits on which it is defined", expected(self.defined * self.splits as f64))
            }
            number => format!("about {} on which it is defined", counted(number, "split")),
        }
    }

    /// `counted` splits that count, and the splits made until then, in words: `368`, or `368 such splits, about 607 in all`.
    pub fn made_in_words(&self, counted: u64) -> String {
        if self.counted(self.splits) == self.splits {
            return counted.to_string();
        }
        format!("{counted} such splits, about {} in all", (counted as f64 / self.defined).ceil())
    }
}
