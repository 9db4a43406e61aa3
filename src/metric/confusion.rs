//! Metrics of the confusion matrix: of a positives and b negatives, how many are classified rightly (T₁, T₀).
//!
//! Each needs a row of either class. Elsewhere scikit-learn warns, and gives the share of the one class that is classified rightly
//! for balanced accuracy and 0 for the others: numbers that say little of a classifier, so such splits are set apart.

use super::properties::{Better, Metric, Needs, Sample, Value};
use super::sums::RowSums;

/// Balanced accuracy on the test rows.
pub const BALANCED_TEST: Metric = Metric {
    name: "test_balanced_accuracy",
    about: "mean of sensitivity and specificity, the shares of each class that are classified rightly",
    sample: Sample::Test,
    range: (0.0, 1.0),
    better: Better::Larger,
    best: Some(1.0),
    needs: Needs::EveryClass,
    value: Value::OfClasses(|fit| balanced_accuracy(&fit.test)),
};

/// Balanced accuracy on the training rows.
pub const BALANCED_TRAIN: Metric = Metric {
    name: "train_balanced_accuracy",
    about: "the same on the training rows",
    sample: Sample::Train,
    value: Value::OfClasses(|fit| balanced_accuracy(&fit.train)),
    ..BALANCED_TEST
};

/// F1 on the test rows.
pub const F1_TEST: Metric = Metric {
    name: "test_f1",
    about: "harmonic mean of precision and recall of class 1",
    value: Value::OfClasses(|fit| f1(&fit.test)),
    ..BALANCED_TEST
};

/// F1 on the training rows.
pub const F1_TRAIN: Metric = Metric {
    name: "train_f1",
    about: "the same on the training rows",
    sample: Sample::Train,
    value: Value::OfClasses(|fit| f1(&fit.train)),
    ..F1_TEST
};

/// Matthews correlation on the test rows.
pub const MATTHEWS_TEST: Metric = Metric {
    name: "test_matthews_correlation",
    about: "Matthews correlation of class and prediction, 0 where all rows are put into one class",
    range: (-1.0, 1.0),
    value: Value::OfClasses(|fit| matthews_correlation(&fit.test)),
    ..BALANCED_TEST
};

/// Matthews correlation on the training rows.
pub const MATTHEWS_TRAIN: Metric = Metric {
    name: "train_matthews_correlation",
    about: "the same on the training rows",
    sample: Sample::Train,
    value: Value::OfClasses(|fit| matthews_correlation(&fit.train)),
    ..MATTHEWS_TEST
};

/// (T₁/a + T₀/b) / 2. NaN if a class is missing.
fn balanced_accuracy(sums: &RowSums) -> f64 {
    let [negatives, positives] = sums.rows_by_class();
    (sums.right_positives / positives + (sums.right - sums.right_positives) / negatives) / 2.0
}

/// 2 T₁ / (2 T₁ + (a − T₁) + (b − T₀)), van Rijsbergen (1979), Information Retrieval, chapter 7. NaN if a class is missing.
fn f1(sums: &RowSums) -> f64 {
    let [negatives, positives] = sums.rows_by_class();
    if negatives == 0.0 || positives == 0.0 {
        return f64::NAN;
    }
    2.0 * sums.right_positives / (sums.right_positives + sums.rows - (sums.right - sums.right_positives))
}

/// The correlation of class and prediction as numbers 0 and 1 (Matthews 1975, Biochimica et Biophysica Acta 405, 442-451):
///
/// ```text
/// (T₁ T₀ − (b − T₀)(a − T₁)) / √(a · b · q · (n − q)),    q = T₁ + b − T₀ predictions of class 1 among n
/// ```
///
/// 0 where all predictions are of one class, as in scikit-learn. NaN if a class is missing.
fn matthews_correlation(sums: &RowSums) -> f64 {
    let [negatives, positives] = sums.rows_by_class();
    if negatives == 0.0 || positives == 0.0 {
        return f64::NAN;
    }
    let (true_positives, true_negatives) = (sums.right_positives, sums.right - sums.right_positives);
    let predicted = true_positives + negatives - true_negatives;
    let variances = (positives * negatives) * (predicted * (sums.rows - predicted));
    if variances == 0.0 {
        return 0.0;
    }
    // T₁ T₀ − (b − T₀)(a − T₁), in whole numbers that are smaller.
    let covariance = true_positives * negatives - (negatives - true_negatives) * positives;
    (covariance / variances.sqrt()).clamp(-1.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums of a classifier that puts `right` of the rows of each class into their class; negatives first.
    fn sums(rows: [u32; 2], right: [u32; 2]) -> RowSums {
        let [negatives, positives] = rows.map(f64::from);
        let [right_negatives, right_positives] = right.map(f64::from);
        RowSums {
            rows: negatives + positives,
            positives,
            right: right_negatives + right_positives,
            right_positives,
            losses: f64::NAN,
            squares: f64::NAN,
            area: f64::NAN,
        }
    }

    #[test]
    fn by_hand() {
        // 3 of 4 positives and 2 of 6 negatives are classified rightly, so 7 rows are put into class 1.
        let sums = sums([6, 4], [2, 3]);
        assert!((balanced_accuracy(&sums) - (3.0 / 4.0 + 2.0 / 6.0) / 2.0).abs() < 1e-15);
        assert!((f1(&sums) - 2.0 / (7.0 / 3.0 + 4.0 / 3.0)).abs() < 1e-15);
        // (TP·TN − FP·FN) / √((TP+FP)(TP+FN)(TN+FP)(TN+FN))
        assert!((matthews_correlation(&sums) - 2.0 / (7.0f64 * 4.0 * 6.0 * 3.0).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn ends_of_the_ranges_are_reached_exactly() {
        for rows in [[1, 1], [7, 3], [49_999, 50_021]] {
            let (best, worst) = (sums(rows, rows), sums(rows, [0, 0]));
            assert_eq!([balanced_accuracy(&best), f1(&best), matthews_correlation(&best)], [1.0; 3]);
            assert_eq!([balanced_accuracy(&worst), f1(&worst), matthews_correlation(&worst)], [0.0, 0.0, -1.0]);
        }
    }

    #[test]
    fn all_rows_in_one_class_are_no_better_than_chance() {
        for right in [[5, 0], [0, 3]] {
            let sums = sums([5, 3], right);
            assert_eq!((balanced_accuracy(&sums), matthews_correlation(&sums)), (0.5, 0.0));
        }
    }

    #[test]
    fn rows_of_one_class_leave_them_undefined() {
        for (rows, right) in [([5, 0], [5, 0]), ([0, 5], [0, 4]), ([0, 5], [0, 0]), ([0, 0], [0, 0])] {
            let sums = sums(rows, right);
            assert!([balanced_accuracy(&sums), f1(&sums), matthews_correlation(&sums)].iter().all(|v| v.is_nan()));
        }
    }

    #[test]
    fn names_of_classes_matter_to_f1_alone() {
        let (sums, swapped) = (sums([9, 4], [7, 3]), sums([4, 9], [3, 7]));
        assert_eq!(balanced_accuracy(&sums), balanced_accuracy(&swapped));
        assert_eq!(matthews_correlation(&sums), matthews_correlation(&swapped));
        assert_ne!(f1(&sums), f1(&swapped));
    }
}
