//! Mistakes in an experiment file.

use crate::data::{DataError, did_you_mean};
use crate::model::expansion::ExpansionError;
use crate::split::{ListsError, SplitError};

/// Most bytes of an experiment file.
pub const MOST_BYTES: usize = 1 << 20;

/// Most data sets, models or solvers of an experiment, and most points of a grid.
pub const MOST_ENTRIES: usize = 1000;

/// A mistake in an experiment file, with its place.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {kind}")]
pub struct ExperimentError {
    /// File, line and table.
    pub place: MistakePlace,
    /// The mistake.
    pub kind: Box<Mistake>,
}

impl ExperimentError {
    /// All of these mistakes of a file as one; `None` where there is none.
    pub fn all_of(mistakes: Vec<ExperimentError>) -> Option<ExperimentError> {
        let mut all = Vec::new();
        for mistake in mistakes {
            match *mistake.kind {
                Mistake::Several(several) => all.extend(several),
                kind => all.push(ExperimentError { kind: kind.into(), ..mistake }),
            }
        }
        if all.len() < 2 {
            return all.pop();
        }
        let place = MistakePlace { file: all[0].place.file.clone(), ..MistakePlace::default() };
        Some(ExperimentError { place, kind: Mistake::Several(all).into() })
    }
}

/// The place of a mistake.
#[derive(Clone, Debug, Default)]
pub struct MistakePlace {
    /// The path of the file, as the user gave it.
    pub file: String,
    /// The line, from 1; 0 if the mistake has none.
    pub line: usize,
    /// The table, as `[split]`; empty at the top.
    pub table: String,
}

impl std::fmt::Display for MistakePlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if !self.table.is_empty() {
            write!(f, ": {}", self.table)?;
        }
        Ok(())
    }
}

/// A mistake. Its message names the value found, the values allowed, and a remedy.
#[derive(Debug, thiserror::Error)]
pub enum Mistake {
    /// Several mistakes, none of which hides another.
    #[error("{} mistakes:{}", .0.len(), numbered(.0))]
    Several(Vec<ExperimentError>),
    /// The file cannot be read.
    #[error("cannot read the file: {0}")]
    Unreadable(std::io::Error),
    /// The text is not TOML.
    #[error("not valid TOML: {0}")]
    NotToml(String),
    /// The file is longer than a person would write.
    #[error("the file has {0} bytes, but an experiment may have at most {most}: is it an experiment file?", most = MOST_BYTES)]
    LargeFile(usize),
    /// A grid of too many points.
    #[error(
        "the lists of this table span a grid of at least {0} points, but a grid may have at most {most}: shorten the lists",
        most = MOST_ENTRIES
    )]
    LargeGrid(usize),
    /// More entries of a kind than an experiment may have.
    #[error("there are more than {most} {0}s: split the file into two experiments", most = MOST_ENTRIES)]
    ManyEntries(&'static str),
    /// More fits than can be kept.
    #[error(
        "{data} data sets, {models} models, {solvers} solvers and {splits} splits make {fits} fits in {cells} cells, but an \
         experiment may have at most {MOST_FITS} fits in {MOST_CELLS} cells: use fewer repeats or solvers"
    )]
    ManyFits {
        /// Data sets.
        data: u64,
        /// Models.
        models: u64,
        /// Solvers.
        solvers: u64,
        /// Splits per data set.
        splits: u64,
        /// Fits.
        fits: u64,
        /// Cells.
        cells: u64,
    },
    /// A key that no table of this kind has.
    #[error("unknown key \"{key}\"{}; known keys: {known}", .elsewhere.clone().unwrap_or_else(|| did_you_mean(.nearest)))]
    UnknownKey {
        /// The key.
        key: String,
        /// The table that it belongs into, or what is called so elsewhere, for the message.
        elsewhere: Option<String>,
        /// The nearest known key.
        nearest: Option<String>,
        /// All known keys.
        known: String,
    },
    /// An unknown name.
    #[error("unknown {what} \"{name}\"{}; known: {known}", did_you_mean(.nearest))]
    UnknownName {
        /// The kind of thing named.
        what: &'static str,
        /// The name.
        name: String,
        /// The nearest known name.
        nearest: Option<String>,
        /// All known names.
        known: String,
    },
    /// A value of a wrong type or out of range.
    #[error("{key} = {found}: must be {allowed}{}", did_you_mean(.nearest))]
    BadValue {
        /// The key.
        key: String,
        /// The value as written.
        found: String,
        /// The values allowed, in words.
        allowed: String,
        /// The nearest allowed text.
        nearest: Option<String>,
    },
    /// A value stands twice in a list that spans a grid.
    #[error("{found} stands twice in the list of {key}: leave one of them out")]
    Twice {
        /// The key.
        key: &'static str,
        /// The value as written.
        found: String,
    },
    /// A required key is missing.
    #[error("the key \"{key}\" is missing: {about}")]
    Missing {
        /// The key.
        key: &'static str,
        /// The meaning of the key.
        about: &'static str,
    },
    /// A required table is missing.
    #[error("there is no {0}: an experiment needs at least one")]
    NoTable(&'static str),
    /// A table that may appear only once appears several times.
    #[error("[{0}] may appear only once; merge the tables")]
    NotOnce(&'static str),
    /// Two entries have the same name.
    #[error("two {what}s are called \"{name}\": give one of them another {key} = \"...\"")]
    SameName {
        /// The kind of entry.
        what: &'static str,
        /// The name.
        name: String,
        /// The key that names them.
        key: &'static str,
    },
    /// Settings contradict each other.
    #[error("{0}")]
    Conflict(String),
    /// The data are wrong.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A model cannot make its features.
    #[error("model \"{model}\": {error}")]
    Expansion {
        /// The model.
        model: String,
        /// Why.
        error: ExpansionError,
    },
    /// The split is impossible.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// Lists of splits cannot be read or used.
    #[error("lists = \"{file}\": {error}")]
    Lists {
        /// The file.
        file: String,
        /// Why.
        error: ListsError,
    },
}

/// Mistakes of a file, a line each.
fn numbered(mistakes: &[ExperimentError]) -> String {
    const LISTED: usize = 10;
    let line = |(number, ExperimentError { place, kind }): (usize, &ExperimentError)| {
        let table = if place.table.is_empty() { String::new() } else { format!(", {}", place.table) };
        format!("\n  {number}. line {}{table}: {kind}", place.line)
    };
    let mut lines: String = (1..).zip(mistakes).take(LISTED).map(line).collect();
    if mistakes.len() > LISTED {
        lines.push_str(&format!("\n  and {} more", mistakes.len() - LISTED));
    }
    lines
}

/// Most fits of an experiment: their records take 184 GB, and 8 GB more for each metric on request.
pub const MOST_FITS: u64 = 1_000_000_000;

/// Most cells of an experiment.
pub const MOST_CELLS: u64 = 100_000;
