//! The summary of a data set as a whole.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::Reading;
use crate::model::separation::Separation;

/// A data set in the report. Members that differ from draw to draw are null for simulated data that are redrawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DataSetSummary {
    /// Its name.
    pub name: String,
    /// Rows.
    pub rows: usize,
    /// Features, the intercept not counted.
    pub features: usize,
    /// The features' names.
    #[serde(default)]
    pub feature_names: Vec<String>,
    /// The classes, in the order of their codes 0, 1.
    pub classes: Vec<String>,
    /// Rows coded 1.
    pub positives: Option<usize>,
    /// Rank of the design with an intercept.
    pub rank: Option<usize>,
    /// Whether a maximum-likelihood fit of all rows with intercept exists: `overlap` if it does.
    pub separation: Option<Separation>,
    /// SHA-256 of the data.
    pub digest: Option<String>,
    /// What was done to the file; null for data from no file.
    #[serde(default)]
    pub read: Option<Reading>,
}
