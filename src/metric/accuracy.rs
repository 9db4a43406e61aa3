//! The share of rows classified rightly.

use super::properties::{Better, Metric, Needs, Sample, Value};
use super::sums::RowSums;

/// Rows classified rightly / rows.
fn of(sums: &RowSums) -> f64 {
    sums.right / sums.rows
}

/// On the test rows.
pub const TEST: Metric = Metric {
    name: "test_accuracy",
    about: "share of test rows classified rightly at the solver's threshold",
    sample: Sample::Test,
    range: (0.0, 1.0),
    better: Better::Larger,
    best: Some(1.0),
    needs: Needs::Row,
    value: Value::OfClasses(|fit| of(&fit.test)),
};

/// On the training rows.
pub const TRAIN: Metric = Metric {
    name: "train_accuracy",
    about: "the same on the training rows",
    sample: Sample::Train,
    value: Value::OfClasses(|fit| of(&fit.train)),
    ..TEST
};
