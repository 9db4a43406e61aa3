//! A limit on memory, checked before memory is asked for.
//!
//! The need of each fit is estimated from the shape of its problem, and a fit that needs more than its share of the limit is
//! not begun, because a failed allocation ends the whole program.

use crate::data::Source;
use crate::experiment::{Experiment, Model};
use crate::model::Expansion;
use crate::record::{FitRecord, MOST_PREDICTED, WrongRows};
use crate::solver::Solver;

/// A limit on the memory of a run.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Bytes that the fits of one thread may need.
    pub per_thread: u64,
}

/// The data and the records alone are above the limit.
#[derive(Debug, thiserror::Error)]
#[error(
    "the data and the records of {fits} fits need about {}, and the limit is {}: raise --memory-limit, or run the experiment in parts with --shard",
    in_words(*.needed), in_words(*.limit)
)]
pub struct TooLittle {
    fits: u64,
    needed: u64,
    limit: u64,
}

const NUMBER: u64 = size_of::<f64>() as u64;

/// Most numbers in data sets that a thread draws before it fits them together: 8 MiB, a few packs of the largest splits in lanes.
const MOST_NUMBERS_DRAWN: u64 = 1 << 20;

/// How many data sets of a source a thread draws before it fits them together, at least one.
pub fn drawn_together(experiment: &Experiment, source: usize) -> u64 {
    let bytes_of_one = of_rows(largest_shape(experiment, source));
    (MOST_NUMBERS_DRAWN * NUMBER / bytes_of_one.max(1)).max(1)
}

/// The memory that a run needs, estimated.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// Bytes for data and records.
    pub kept: u64,
    /// Bytes for a fit at a time, the largest, on each thread.
    pub of_thread: u64,
}

impl Need {
    /// That of so many fits of an experiment.
    pub fn of(experiment: &Experiment, fits: u64) -> Need {
        let data = experiment.sources.iter().filter(|source| matches!(source, Source::Fixed(_)));
        let data: u64 = data.map(Source::bytes).sum();
        let records = fits.saturating_mul(size_of::<FitRecord>() as u64);
        let kept = data
            .saturating_add(records)
            .saturating_add(of_predictions(experiment))
            .saturating_add(of_wrong_rows(experiment, fits));
        let solvers = (0..experiment.models.len()).flat_map(|model| experiment.runnable_under(model));
        let solvers: Vec<&dyn Solver> = solvers.map(|(_, runnable)| &*runnable.solver).collect();
        let of_fit = |source: usize| {
            let (rows, features) = largest_shape(experiment, source);
            let states = solvers.iter().map(|solver| solver.memory(rows as u64, features as u64 + 1));
            of_split(experiment, source).saturating_add(states.max().unwrap_or(0))
        };
        Need { kept, of_thread: (0..experiment.sources.len()).map(of_fit).max().unwrap_or(0) }
    }
}

impl Budget {
    /// The bytes that a limit leaves to each of the threads that make an experiment's fits.
    ///
    /// # Errors
    /// When the limit leaves nothing.
    pub fn new(experiment: &Experiment, fits: u64, limit: u64, threads: usize) -> Result<Budget, TooLittle> {
        let needed = Need::of(experiment, fits).kept;
        if needed >= limit {
            return Err(TooLittle { fits, needed, limit });
        }
        Ok(Budget { per_thread: (limit - needed) / threads as u64 })
    }

    /// Why a split of a source, with the state of a solver if one is given, needs too much memory for a thread; `None` if it fits.
    pub fn refusal(self, experiment: &Experiment, source: usize, solver: Option<&dyn Solver>) -> Option<String> {
        let (rows, features) = largest_shape(experiment, source);
        let state = solver.map_or(0, |solver| solver.memory(rows as u64, features as u64 + 1));
        let needed = of_split(experiment, source).saturating_add(state);
        (needed > self.per_thread).then(|| {
            let (needed, left) = (in_words(needed), in_words(self.per_thread));
            format!("needs about {needed} of memory, and the limit leaves {left} to a thread")
        })
    }

    /// The number of splits of a source that a thread can hold at a time, at least one.
    pub fn most_splits(self, experiment: &Experiment, source: usize) -> u64 {
        (self.per_thread / of_split(experiment, source).max(1)).max(1)
    }
}

/// Bytes for the predictions that are kept: one per row and fit, and on split 0 a number for each test row.
fn of_predictions(experiment: &Experiment) -> u64 {
    let kept = experiment.trace.whole.min(MOST_PREDICTED).min(experiment.most_splits());
    let under_model = |model| experiment.runnable_under(model).count() as u64;
    // A single solver has no other to be compared with.
    let compared: u64 = (0..experiment.models.len()).map(under_model).filter(|solvers| *solvers > 1).sum();
    let rows: u64 = experiment.sources.iter().map(|source| source.shape().0 as u64).sum();
    let scores = if kept > 0 { NUMBER } else { 0 };
    rows.saturating_mul(compared).saturating_mul(kept.saturating_add(scores))
}

/// Bytes for the wrongly classified rows that are kept of the draws of a bootstrap. `fits` may be those of a part of the experiment.
fn of_wrong_rows(experiment: &Experiment, fits: u64) -> u64 {
    let of_source = |source: usize| {
        let of_fit = size_of::<Option<WrongRows>>() + WrongRows::bytes(experiment.sources[source].shape().0);
        let all = experiment.split_counts[source].saturating_mul(experiment.fits_per_split());
        all.min(fits).saturating_mul(of_fit as u64)
    };
    experiment.bootstrapped().map(of_source).fold(0, u64::saturating_add)
}

fn of_rows((rows, features): (usize, usize)) -> u64 {
    (rows as u64).saturating_mul(features as u64 + 1).saturating_mul(NUMBER)
}

/// Rows and features of a source under the model that makes the most.
fn largest_shape(experiment: &Experiment, source: usize) -> (usize, usize) {
    let (rows, features) = experiment.sources[source].shape();
    let of_model = |model: &Model| model.expansion.count(features) as usize;
    (rows, experiment.models.iter().map(of_model).max().unwrap_or(features))
}

/// Bytes for the data of one split: training and test rows on the data's own scale and on the model's, plus the data where they
/// are drawn or their features are made for the split. Of several splits that are fitted together lanes hold all rows once, and the
/// general engine those of one split twice.
fn of_split(experiment: &Experiment, source: usize) -> u64 {
    let is_redrawn = matches!(experiment.sources[source], Source::Redrawn { .. });
    let makes_features = experiment.models.iter().any(|model| model.expansion != Expansion::None);
    let copies = 2 + u64::from(is_redrawn) + u64::from(makes_features);
    of_rows(largest_shape(experiment, source)).saturating_mul(copies)
}

/// Bytes in words.
pub fn in_words(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// Bytes from words: a number with one of the units KB, MB, GB, TB (powers of 1,000), KiB, MiB, GiB, TiB (powers of 1,024) or
/// none.
pub fn from_words(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let number: f64 = text[..digits].parse().ok()?;
    let unit: u64 = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        "tib" => 1 << 40,
        _ => return None,
    };
    let bytes = number * unit as f64;
    (bytes >= 1.0 && bytes < 2f64.powi(63)).then_some(bytes as u64)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::experiment::Overrides;

    #[test]
    fn data_sets_drawn_together_fill_eight_megabytes_at_most() {
        let text = "[[dataset]]\nsimulate = \"gaussian\"\nrows = [100, 4000, 200000]\nfeatures = 3\nredraw = true\n[split]\n\
                    [[model]]\n[[model]]\ndegree = 2\n[[solver]]\nmethod = \"newton\"\n";
        let experiment = Experiment::parse(text, "test.toml", Path::new(""), Overrides::default()).unwrap();
        // Three features become nine, and labels count as one more.
        let together = [0, 1, 2].map(|source| drawn_together(&experiment, source));
        assert_eq!(together, [(1 << 20) / 1_000, (1 << 20) / 40_000, 1]);
    }

    #[test]
    fn sizes_are_read_and_written() {
        for (text, bytes) in [("1", 1), ("2GiB", 2 << 30), ("1.5 MB", 1_500_000), ("64kib", 65_536), (" 3 b ", 3)] {
            assert_eq!(from_words(text), Some(bytes), "{text}");
        }
        for text in ["", "GiB", "-1", "1e3", "0", "1 giga", "99999999999999999999", "1.2.3"] {
            assert_eq!(from_words(text), None, "{text}");
        }
        assert_eq!((in_words(512), in_words(3 << 29)), ("0.5 KiB".to_owned(), "1.5 GiB".to_owned()));
    }
}
