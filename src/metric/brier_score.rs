//! The mean squared error of probabilities (Brier 1950, Monthly Weather Review 78, 1-3).

use super::properties::{Better, Metric, Needs, Sample, Value};
use super::sums::RowSums;

/// Mean of (probability − outcome)².
fn of(sums: &RowSums) -> f64 {
    sums.squares / sums.rows
}

/// On the test rows.
pub const TEST: Metric = Metric {
    name: "test_brier_score",
    about: "mean squared difference of probability and outcome",
    sample: Sample::Test,
    range: (0.0, 1.0),
    better: Better::Smaller,
    best: Some(0.0),
    needs: Needs::Row,
    value: Value::OfSums(|fit| of(&fit.test)),
};

/// On the training rows.
pub const TRAIN: Metric = Metric {
    name: "train_brier_score",
    about: "the same on the training rows",
    sample: Sample::Train,
    value: Value::OfSums(|fit| of(&fit.train)),
    ..TEST
};
