//! Statistics and metrics against high-precision values.

mod common;

use logitbench::metric::{self, Classifier, Scratch};
use logitbench::model::{Design, Sigmoid};
use logitbench::statistics::proportion::clopper_pearson;
use logitbench::statistics::summary::mean_interval;
use serde_json::Value;

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| value.as_str().unwrap().parse().unwrap())
}

fn cases(entry: &str) -> Vec<Value> {
    common::json("statistics.json")["entries"][entry]["cases"].as_array().unwrap().clone()
}

#[test]
fn clopper_pearson_intervals() {
    let cases = cases("clopper_pearson");
    assert!(cases.len() > 5);
    for case in &cases {
        let count = |key: &str| number(&case[key]) as u64;
        let (low, high) = clopper_pearson(count("k"), count("n"), number(&case["level"]));
        let (expected_low, expected_high) = (number(&case["lower"]), number(&case["upper"]));
        assert!((low - expected_low).abs() < 1e-9 && (high - expected_high).abs() < 1e-9, "{case} gives {low}, {high}");
    }
}

#[test]
fn intervals_shrink_and_contain_the_share() {
    for (successes, trials) in [(0, 1), (1, 1), (3, 10), (30, 100), (300, 1000), (9_999, 10_000), (500_000, 1_000_000)]
    {
        let share = successes as f64 / trials as f64;
        let (low, high) = clopper_pearson(successes, trials, 0.95);
        let (wide_low, wide_high) = clopper_pearson(successes, trials, 0.999);
        assert!(
            0.0 <= wide_low
                && wide_low <= low
                && low <= share
                && share <= high
                && high <= wide_high
                && wide_high <= 1.0
        );
    }
    assert_eq!(clopper_pearson(0, 0, 0.95), (0.0, 1.0));
}

#[test]
fn metrics_of_given_probabilities() {
    let cases = cases("metrics");
    assert!(cases.len() >= 5);
    for case in &cases {
        let probabilities: Vec<f64> = case["p"].as_array().unwrap().iter().map(number).collect();
        // One column with the logits and coefficient 1 gives these probabilities back.
        let logits = probabilities.iter().map(|p| (p / (1.0 - p)).ln()).collect();
        let signs = case["y"].as_array().unwrap().iter().map(|y| 2.0 * number(y) - 1.0).collect();
        let design = Design::new(logits, 1, signs);
        if !design.rows().is_finite() {
            continue;
        }
        // The reference puts p = 0.5 into class 1, we into class 0.
        let threshold = 0.5f64.next_down();
        let classifier =
            Classifier { coefficients: &[1.0], intercept: false, threshold, sigmoid: Sigmoid::Stable, truth: None };
        let values = metric::compute(classifier, &design, &design, &[], &mut Scratch::default());
        for (name, key) in [
            ("test_auc", "auc"),
            ("test_log_loss", "log_loss"),
            ("test_brier_score", "brier"),
            ("test_accuracy", "accuracy"),
        ] {
            let (value, expected) = (values[metric::index(name).unwrap()], number(&case[key]));
            assert!((value - expected).abs() < 1e-12, "{name}: {value} and {expected}");
        }
    }
}

#[test]
fn a_mean_of_equal_values_has_no_width() {
    assert_eq!(mean_interval(&[0.5; 9], 0.95), Some((0.5, 0.5)));
}
