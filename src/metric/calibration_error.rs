//! The squared calibration error, without the bias that noise in the outcomes gives it.

use super::predictions::{Prediction, Predictions};
use super::properties::{Better, Metric, Needs, Sample, Value};

/// On the test rows. There is none on training rows: the outcomes of these were fitted, so their noise is not what is subtracted.
pub const TEST: Metric = Metric {
    name: "test_calibration_error",
    about: "squared difference of mean probability and share of class 1 in at most 10 bins of equally many rows, without its bias; \
            may be negative",
    sample: Sample::Test,
    range: (-0.25, 1.0),
    better: Better::Smaller,
    best: None,
    needs: Needs::Row,
    value: Value::OnRequest(calibration_error),
};

/// Most bins.
const MOST_BINS: f64 = 10.0;

/// Rows that a bin should have: with fewer the estimate is little else than noise.
const ROWS_OF_A_BIN: f64 = 10.0;

/// Σ_B n_B/n [(p̄_B − ȳ_B)² − ȳ_B (1 − ȳ_B) / (n_B − 1)], over bins B of n_B rows with mean probability p̄_B and share ȳ_B of class 1:
/// the debiased estimator of Kumar, Liang & Ma (2019, NeurIPS 32, 3792-3803), whose subtrahend is the variance that noise adds to ȳ_B.
///
/// The usual estimate has an expectation above 0 even where the probabilities are right, and the more so the fewer the rows; this one
/// has 0 there, so it is negative as often as not. It is not cut off at 0, because means over splits would then have the bias again.
/// For the square such an estimator is known, for the mean of |p̄_B − ȳ_B|, to which "expected calibration error" refers as well, none
/// is. Of a single row nothing is subtracted, because it shows no noise. Where the true probabilities q differ within a bin, a little too much is subtracted: their variance in the bin / (n_B − 1).
///
/// Bins of equally many rows, of which a bin may have a few more, because rows with one probability are never parted.
fn calibration_error(predictions: &Predictions) -> f64 {
    if predictions.rows().is_empty() || !predictions.are_finite() {
        return f64::NAN;
    }
    let of_bin = |bin: &[Prediction]| {
        let rows = weight(bin);
        let share = bin.iter().filter(|row| row.positive).map(|row| row.weight).sum::<f64>() / rows;
        let mean = bin.iter().map(|row| row.weight * row.probability()).sum::<f64>() / rows;
        rows * ((mean - share).powi(2) - share * (1.0 - share) / (rows - 1.0).max(1.0))
    };
    bins(predictions).into_iter().map(of_bin).sum::<f64>() / predictions.weight()
}

/// The rows in bins: a bin ends where its share of all rows is reached, once the next row has another probability, if at least the
/// share of a bin is left.
fn bins(predictions: &Predictions) -> Vec<&[Prediction]> {
    let (rows, n) = (predictions.rows(), predictions.weight());
    let count = (n / ROWS_OF_A_BIN).floor().clamp(1.0, MOST_BINS);
    let least = (n / count).floor();
    let (mut bins, mut start, mut end) = (Vec::new(), 0, 0);
    // The rows before the bin, and before its end, stand for so many. Ends of bins lie at k n / count, or as soon after as ties allow.
    let (mut before, mut so_far, mut k) = (0.0, 0.0, 1.0);
    for ties in predictions.ties() {
        if so_far * count >= k * n && so_far - before >= least && n - so_far >= least {
            bins.push(&rows[start..end]);
            (start, before) = (end, so_far);
            k = (so_far * count / n).floor() + 1.0;
        }
        end += ties.len();
        so_far += weight(ties);
    }
    bins.push(&rows[start..]);
    bins
}

/// How many rows some rows stand for.
fn weight(rows: &[Prediction]) -> f64 {
    rows.iter().map(|row| row.weight).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(log_odds: impl Iterator<Item = f64>) -> Vec<usize> {
        let rows: Vec<(f64, u8)> = log_odds.enumerate().map(|(i, z)| (z, (i % 2) as u8)).collect();
        bins(&Predictions::of(&rows)).iter().map(|bin| bin.len()).collect()
    }

    #[test]
    fn bins_have_equally_many_rows_and_part_no_ties() {
        assert_eq!(sizes((0..100).map(f64::from)), [10; 10]);
        assert_eq!(sizes((0..1000).map(f64::from)), [100; 10]);
        assert_eq!(sizes((0..25).map(f64::from)), [13, 12]);
        assert_eq!(sizes((0..9).map(f64::from)), [9]);
        assert_eq!(sizes((0..40).map(|i| f64::from(u8::from(i > 14)))), [15, 25]);
        assert_eq!(sizes((0..20).map(|i| f64::from(u8::from(i > 18)))), [20], "no bin of one row");
        assert_eq!(sizes(std::iter::repeat_n(0.0, 50)), [50]);
    }

    #[test]
    fn by_hand() {
        // One bin: mean probability ½, 3 of 4 positives.
        let predictions = Predictions::of(&[(1.0, 1), (-1.0, 1), (0.0, 0), (0.0, 1)]);
        let expected = 0.25f64.powi(2) - 0.75 * 0.25 / 3.0;
        assert!((calibration_error(&predictions) - expected).abs() < 1e-15);
    }

    /// Over all outcomes of 4 rows with probability ½, each as likely as any other.
    #[test]
    fn right_probabilities_have_a_mean_error_of_0() {
        let mut sum = 0.0;
        for outcomes in 0..16u32 {
            let rows: Vec<(f64, u8)> = (0..4).map(|i| (0.0, (outcomes >> i & 1) as u8)).collect();
            sum += calibration_error(&Predictions::of(&rows));
        }
        assert!(sum.abs() < 1e-14, "{sum}");
    }

    #[test]
    fn names_of_the_classes_do_not_matter() {
        let rows: Vec<(f64, u8)> =
            (0..60u32).map(|i| (f64::from(i * 37 % 61) / 7.0 - 4.0, u8::from(i * 29 % 11 < 4))).collect();
        let swapped: Vec<(f64, u8)> = rows.iter().map(|&(z, y)| (-z, 1 - y)).collect();
        let difference = calibration_error(&Predictions::of(&rows)) - calibration_error(&Predictions::of(&swapped));
        assert!(difference.abs() < 1e-15, "{difference}");
    }
}
