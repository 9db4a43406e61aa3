//! The summary of a data set as a whole.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::data::Reading;
use crate::model::separation::Separation;

/// How many rows the rows of a data set stand for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WeightSums {
    /// All rows.
    pub all: f64,
    /// Rows coded 1.
    pub positives: f64,
}

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
    /// How many rows the rows stand for, and those coded 1: the sums of their weights, which are the n of objectives and metrics;
    /// absent for rows without weights. Splits deal rows, whatever their weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight_sums: Option<WeightSums>,
    /// Whether the rows have an offset.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_offset: bool,
    /// Number of groups that rows belong to; absent where no groups are named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<usize>,
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
