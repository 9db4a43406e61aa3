//! What can be wrong with a claim.

/// A mistake in a `[[claim]]`, with the key to blame. Files and lines are known to the reader of the file alone.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ClaimError {
    /// The claim contradicts itself, or says too little.
    #[error("{reason}")]
    Conflict {
        /// The key that could be removed or changed; `None` where a key is missing.
        key: Option<&'static str>,
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// The metric is none that this kind of claim can speak of.
    #[error("unknown {what} \"{name}\"")]
    UnknownMetric {
        /// What kind of metric is needed.
        what: &'static str,
        /// The name found.
        name: String,
        /// The nearest name that would do.
        nearest: Option<String>,
        /// All names that would do.
        known: String,
    },
    /// A value is out of the range that other keys leave it.
    #[error("{key} = {found}: must be {allowed}")]
    BadValue {
        /// The key.
        key: &'static str,
        /// The value found.
        found: String,
        /// What is allowed.
        allowed: String,
    },
}

impl ClaimError {
    /// A conflict that removing or changing `key` would solve.
    pub fn conflict(key: &'static str, reason: impl Into<String>) -> ClaimError {
        ClaimError::Conflict { key: Some(key), reason: reason.into() }
    }

    /// A conflict of the claim as a whole.
    pub fn incomplete(reason: impl Into<String>) -> ClaimError {
        ClaimError::Conflict { key: None, reason: reason.into() }
    }
}
