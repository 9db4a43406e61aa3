//! How good a fit is at what it was made for: accuracy and its kin, log loss, AUC, Brier score, the size of its coefficients, and how
//! they compare with the true ones where those are known.
//!
//! Each metric is declared once, in the file of its family, with its properties and its value as a function of [`FitSums`], which
//! both engines fill. Everything else asks the declaration: nothing goes by a metric's name or its place in the list.

mod accuracy;
mod area;
mod average_precision;
mod brier_score;
mod calibration;
mod calibration_error;
mod coefficient_norm;
mod confusion;
mod log_loss;
mod ordinal;
mod predictions;
mod properties;
mod reliability;
mod rows;
mod selection;
mod sums;
mod threshold;
mod truth;

use crate::linear_algebra::norm;
use crate::model::{Design, Workers};

pub use area::{ScoresByClass, area_from_between};
pub use ordinal::ordinal;
pub use predictions::{Prediction, Predictions};
pub use properties::{Better, Metric, Needs, Sample, Undefined, Value};
pub use reliability::{ReliabilityBin, ReliabilityCounts};
pub use rows::{Classifier, is_right};
pub use selection::Selection;
pub use sums::{FitSums, RowSums, TruthSums};
pub use threshold::{Criterion, Threshold};

/// Number of metrics.
pub const COUNT: usize = 25;

/// A value of each metric, in the order of [`METRICS`]; NaN where it is not defined.
pub type Values = [f64; COUNT];

/// All metrics, in the order of reports.
pub const METRICS: [Metric; COUNT] = [
    accuracy::TEST,
    accuracy::TRAIN,
    confusion::BALANCED_TEST,
    confusion::BALANCED_TRAIN,
    confusion::F1_TEST,
    confusion::F1_TRAIN,
    confusion::MATTHEWS_TEST,
    confusion::MATTHEWS_TRAIN,
    log_loss::TEST,
    log_loss::TRAIN,
    area::TEST,
    area::TRAIN,
    average_precision::TEST,
    average_precision::TRAIN,
    brier_score::TEST,
    brier_score::TRAIN,
    calibration::SLOPE_TEST,
    calibration::SLOPE_TRAIN,
    calibration::INTERCEPT_TEST,
    calibration::INTERCEPT_TRAIN,
    calibration_error::TEST,
    threshold::THRESHOLD,
    coefficient_norm::NORM,
    truth::INFLATION,
    truth::DEVIATION,
];

/// Place in [`METRICS`] of the metric that reports put first, compare solvers by and rank them by: accuracy on test rows, which
/// is what a classifier is for, and which has a value wherever there are test rows.
pub const HEADLINE: usize = place_of(accuracy::TEST.name);

/// Place of the log loss of the test rows, which the page shows beside accuracy.
pub const TEST_LOG_LOSS: usize = place_of(log_loss::TEST.name);

/// Place of accuracy on the training rows.
pub const TRAIN_ACCURACY: usize = place_of(accuracy::TRAIN.name);

/// Place of the size of the coefficients.
pub const COEFFICIENT_NORM: usize = place_of(coefficient_norm::NORM.name);

/// Places of the metrics of the calibration of test rows; an experiment that takes one has a reliability curve of each cell.
const CALIBRATION: [usize; 3] = [
    place_of(calibration::SLOPE_TEST.name),
    place_of(calibration::INTERCEPT_TEST.name),
    place_of(calibration_error::TEST.name),
];

/// Place of a metric, found by the compiler.
const fn place_of(name: &str) -> usize {
    let mut place = 0;
    while !same(METRICS[place].name, name) {
        place += 1;
    }
    place
}

/// Whether two texts are equal, found by the compiler, which cannot compare texts yet.
const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut k = 0;
    while k < a.len() && k < b.len() && a[k] == b[k] {
        k += 1;
    }
    k == a.len() && k == b.len()
}

/// Place of a metric in [`METRICS`].
pub fn index(name: &str) -> Option<usize> {
    METRICS.iter().position(|metric| metric.name == name)
}

/// The metric with a name.
pub fn named(name: &str) -> Option<&'static Metric> {
    index(name).map(|place| &METRICS[place])
}

impl FitSums {
    /// The sums over the rows of a sample; those of the training rows for metrics of the coefficients.
    fn of(&self, sample: Sample) -> &RowSums {
        match sample {
            Sample::Test => &self.test,
            Sample::Train | Sample::Coefficients => &self.train,
        }
    }

    /// The values of all metrics of sums; NaN for the others.
    #[inline]
    pub fn values(&self) -> Values {
        METRICS.map(|metric| match metric.value {
            Value::OfSums(value) => value(self),
            Value::OfClasses(_) if self.of(metric.sample).losses.is_nan() => f64::NAN,
            Value::OfClasses(value) => value(self),
            Value::OnRequest(_) | Value::Threshold => f64::NAN,
        })
    }
}

/// Storage for the scores of a set of rows.
#[derive(Debug, Default)]
pub struct Scratch {
    scores: ScoresByClass,
}

/// Computes all metrics of sums over test and training rows; the others are NaN. `margins` are the s_i x_i'β of the training rows, if they are known; else
/// empty. `workers` share what is long.
pub fn compute(
    classifier: Classifier<'_>,
    test: &Design,
    train: &Design,
    margins: &[f64],
    workers: &dyn Workers,
    scratch: &mut Scratch,
) -> Values {
    let slopes = &classifier.coefficients[usize::from(classifier.intercept)..];
    let sums = FitSums {
        test: rows::sums(classifier, test, &[], workers, &mut scratch.scores),
        train: rows::sums(classifier, train, margins, workers, &mut scratch.scores),
        norm: norm(slopes),
        truth: TruthSums::new(slopes, classifier.truth, train.loss().rows()),
    };
    sums.values()
}

/// Fills in the metrics that `wanted` has on request, from the `test` and the `train` rows. The same for all engines: those that
/// work in lanes need not know these metrics. Counts the test rows in `reliability` if a curve is wanted. `predictions` is storage.
pub fn fill_in_requested(
    wanted: Selection,
    classifier: Classifier<'_>,
    test: &Design,
    train: &Design,
    predictions: &mut Predictions,
    reliability: &mut ReliabilityCounts,
    values: &mut Values,
) {
    for (sample, rows) in [(Sample::Test, test), (Sample::Train, train)] {
        let mut is_filled = false;
        for (place, metric) in wanted.on_request().filter(|(_, metric)| metric.sample == sample) {
            values[place] = match metric.value {
                Value::OfSums(_) | Value::OfClasses(_) => continue,
                Value::Threshold => classifier.threshold,
                Value::OnRequest(value) => {
                    if !is_filled {
                        predictions.fill(classifier.coefficients, rows);
                        is_filled = true;
                    }
                    value(predictions)
                }
            };
        }
        if sample == Sample::Test && wanted.has_reliability() {
            reliability.add(predictions);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Serial, Sigmoid};

    fn of(values: &Values, name: &str) -> f64 {
        values[index(name).unwrap()]
    }

    #[test]
    fn a_fit_without_probabilities_has_no_metrics() {
        let design = Design::new(vec![1.0, 1.0], 1, vec![1.0, -1.0]);
        for sigmoid in [Sigmoid::Stable, Sigmoid::Naive] {
            let classifier =
                Classifier { coefficients: &[f64::NAN], intercept: true, threshold: 0.5, sigmoid, truth: None };
            let values = compute(classifier, &design, &design, &[], &Serial, &mut Scratch::default());
            for metric in METRICS.iter().filter(|metric| metric.sample != Sample::Coefficients) {
                assert!(of(&values, metric.name).is_nan(), "{}", metric.name);
            }
        }
    }

    #[test]
    fn metrics_by_hand() {
        let design = Design::new(vec![1.0, 0.0, 1.0, 2.0], 2, vec![1.0, -1.0]);
        let classifier = Classifier {
            coefficients: &[1.0, -1.0],
            intercept: true,
            threshold: 0.5,
            sigmoid: Sigmoid::Stable,
            truth: None,
        };
        let values = compute(classifier, &design, &design, &[], &Serial, &mut Scratch::default());
        let p = 1.0 / (1.0 + (-1f64).exp());
        assert_eq!(
            (of(&values, "test_accuracy"), of(&values, "test_auc"), of(&values, "coefficient_norm")),
            (1.0, 1.0, 1.0)
        );
        assert!((of(&values, "test_log_loss") + p.ln()).abs() < 1e-15);
        assert!((of(&values, "test_brier_score") - (1.0 - p) * (1.0 - p)).abs() < 1e-15);
    }

    #[test]
    fn the_intercept_is_left_out_of_the_slopes() {
        let design = Design::new(vec![1.0, 0.0, 1.0, 2.0], 2, vec![1.0, -1.0]);
        let classifier = Classifier {
            coefficients: &[9.0, 3.0],
            intercept: true,
            threshold: 0.5,
            sigmoid: Sigmoid::Stable,
            truth: Some(&[2.0]),
        };
        let values = compute(classifier, &design, &design, &[], &Serial, &mut Scratch::default());
        assert_eq!((of(&values, "slope_inflation"), of(&values, "slope_deviation")), (1.5, 0.0));
    }

    #[test]
    fn every_metric_is_found_by_its_name() {
        for (k, metric) in METRICS.iter().enumerate() {
            assert_eq!(index(metric.name), Some(k));
        }
    }
}
