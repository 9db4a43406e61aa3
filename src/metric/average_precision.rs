//! The area under the precision-recall curve, as average precision.

use super::predictions::Predictions;
use super::properties::{Better, Metric, Needs, Sample, Value};

/// On the test rows.
pub const TEST: Metric = Metric {
    name: "test_average_precision",
    about: "area under the precision-recall curve of the linear predictor, as average precision",
    sample: Sample::Test,
    range: (0.0, 1.0),
    better: Better::Larger,
    best: Some(1.0),
    needs: Needs::EveryClass,
    value: Value::OnRequest(average_precision),
};

/// On the training rows.
pub const TRAIN: Metric =
    Metric { name: "train_average_precision", about: "the same on the training rows", sample: Sample::Train, ..TEST };

/// Σ_k (R_k − R_{k−1}) P_k over the distinct scores from the highest down, with precision P_k and recall R_k of the rows whose score
/// is at least the k-th. Rows of one score come in together, so their order does not matter; and there is no interpolation between
/// points, which would be too optimistic (Davis & Goadrich 2006, ICML, 233-240). As `average_precision_score` of scikit-learn.
fn average_precision(predictions: &Predictions) -> f64 {
    if !predictions.are_complete() {
        return f64::NAN;
    }
    let (mut rows, mut found, mut sum) = (0.0, 0.0, 0.0);
    for ties in predictions.ties().rev() {
        let (mut of_ties, mut positives) = (0.0, 0.0);
        for row in ties {
            of_ties += row.weight;
            positives += if row.positive { row.weight } else { 0.0 };
        }
        (rows, found) = (rows + of_ties, found + positives);
        sum += positives * (found / rows);
    }
    sum / found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // From the highest score down: 1, 0, 1, 0. The positives are found with precision 1/1 and 2/3.
        let predictions = Predictions::of(&[(0.9, 1), (0.5, 0), (0.3, 1), (-2.0, 0)]);
        assert!((average_precision(&predictions) - (1.0 + 2.0 / 3.0) / 2.0).abs() < 1e-15);
        let constant = Predictions::of(&[(0.0, 1), (-0.0, 0), (0.0, 0), (-0.0, 0)]);
        assert_eq!(average_precision(&constant), 0.25, "one score for all has the precision of the positives' share");
    }

    #[test]
    fn the_order_of_scores_is_all_that_counts() {
        let rows: Vec<(f64, u8)> =
            (0..60u32).map(|i| (f64::from(i * 37 % 23) / 7.0 - 1.5, u8::from(i * 29 % 11 < 4))).collect();
        let transformed: Vec<(f64, u8)> = rows.iter().map(|&(z, y)| ((3.0 * z).exp(), y)).collect();
        let reversed: Vec<(f64, u8)> = rows.iter().rev().copied().collect();
        let of = |rows: &[(f64, u8)]| average_precision(&Predictions::of(rows));
        assert_eq!(of(&rows), of(&transformed));
        assert_eq!(of(&rows), of(&reversed));
        assert!(of(&rows) > 0.0 && of(&rows) < 1.0);
    }

    #[test]
    fn without_both_classes_or_finite_scores_it_is_undefined() {
        for rows in [&[(0.1, 1), (0.2, 1)][..], &[(0.1, 0)], &[], &[(f64::NAN, 0), (0.1, 1)]] {
            assert!(average_precision(&Predictions::of(rows)).is_nan());
        }
    }
}
