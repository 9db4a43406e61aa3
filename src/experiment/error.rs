//! What can be wrong with an experiment file.

use crate::data::DataError;
use crate::split::SplitError;

/// A mistake in an experiment file, with its place.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {kind}")]
pub struct ExperimentError {
    /// File, line and table.
    pub place: Place,
    /// What is wrong.
    pub kind: Box<Mistake>,
}

/// Where a mistake is.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The file as it was given.
    pub file: String,
    /// The line, from 1; 0 if the mistake has none.
    pub line: usize,
    /// The table, as `[split]`; empty at the top.
    pub table: String,
}

impl std::fmt::Display for Place {
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

/// What is wrong: the value found, what is allowed, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Mistake {
    /// The file cannot be read.
    #[error("cannot read the file: {0}")]
    Unreadable(std::io::Error),
    /// The text is not TOML.
    #[error("not valid TOML: {0}")]
    NotToml(String),
    /// A key that no table of this kind has.
    #[error("unknown key \"{key}\"{}; known keys: {known}", crate::data::did_you_mean(.nearest))]
    UnknownKey {
        /// The key.
        key: String,
        /// The nearest known one.
        nearest: Option<String>,
        /// All known ones.
        known: String,
    },
    /// A name that is not known.
    #[error("unknown {what} \"{name}\"{}; known: {known}", crate::data::did_you_mean(.nearest))]
    UnknownName {
        /// What kind of name.
        what: &'static str,
        /// The name.
        name: String,
        /// The nearest known one.
        nearest: Option<String>,
        /// All known ones.
        known: String,
    },
    /// A value of a wrong type or out of range.
    #[error("{key} = {found}: must be {allowed}{}", hint(.nearest))]
    BadValue {
        /// The key.
        key: String,
        /// The value as written.
        found: String,
        /// What is allowed.
        allowed: String,
        /// The nearest allowed text.
        nearest: Option<String>,
    },
    /// A key that must be there is not.
    #[error("the key \"{key}\" is missing: {about}")]
    Missing {
        /// The key.
        key: &'static str,
        /// What it means.
        about: &'static str,
    },
    /// A table that must be there is not.
    #[error("there is no {0}: an experiment needs at least one")]
    NoTable(&'static str),
    /// A table that may stand only once stands several times.
    #[error("[{0}] stands several times, but there is only one")]
    NotOnce(&'static str),
    /// Two entries have the same name.
    #[error("two {what}s are called \"{name}\": give one of them another {key} = \"...\"")]
    SameName {
        /// What they are.
        what: &'static str,
        /// The name.
        name: String,
        /// The key that names them.
        key: &'static str,
    },
    /// Settings that contradict each other.
    #[error("{0}")]
    Conflict(String),
    /// The data are wrong.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The split is impossible.
    #[error(transparent)]
    Split(#[from] SplitError),
}

fn hint(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|name| format!("; did you mean \"{name}\"?")).unwrap_or_default()
}
