//! The mean loss of the probabilities given to the true classes.

use super::properties::{Better, Metric, Needs, Sample, Value};
use super::sums::RowSums;

/// Mean of −ln of the probability given to the true class.
fn of(sums: &RowSums) -> f64 {
    sums.losses / sums.rows
}

/// On the test rows.
pub const TEST: Metric = Metric {
    name: "test_log_loss",
    about: "mean of -log of the probability given to the true class, natural logarithm",
    sample: Sample::Test,
    range: (0.0, f64::INFINITY),
    better: Better::Smaller,
    best: Some(0.0),
    needs: Needs::Row,
    value: Value::OfSums(|fit| of(&fit.test)),
};

/// On the training rows.
pub const TRAIN: Metric = Metric {
    name: "train_log_loss",
    about: "the same on the training rows, without penalty",
    sample: Sample::Train,
    value: Value::OfSums(|fit| of(&fit.train)),
    ..TEST
};
