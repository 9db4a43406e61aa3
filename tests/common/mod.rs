//! What several tests need.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::path::PathBuf;

/// The pairs of iris classes in `tests/reference/article/`.
pub const ARTICLE_PAIRS: [&str; 3] = ["setosa-versicolor", "setosa-virginica", "versicolor-virginica"];

/// A file below `tests/reference/`.
pub fn reference(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(path)
}

/// A JSON file below `tests/reference/`.
pub fn json(path: &str) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(reference(path)).unwrap()).unwrap()
}
