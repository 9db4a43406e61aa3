//! What is known of a data set as a whole.

use serde::{Deserialize, Serialize};

/// A data set in the report. Members that differ from draw to draw are null for simulated data that are redrawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataSetSummary {
    /// Its name.
    pub name: String,
    /// Rows.
    pub rows: usize,
    /// Features, the intercept not counted.
    pub features: usize,
    /// The classes coded 0 and 1.
    pub classes: [String; 2],
    /// Rows coded 1.
    pub positives: Option<usize>,
    /// Rank of the design with an intercept.
    pub rank: Option<usize>,
    /// Whether a maximum-likelihood fit with intercept exists: `overlap` if it does, else `complete`.
    pub separation: Option<Separation>,
    /// SHA-256 of the data.
    pub digest: Option<String>,
}

/// The separation status of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Separation {
    /// A hyperplane has every row strictly on its class's side.
    Complete,
    /// The maximum exists.
    Overlap,
}
