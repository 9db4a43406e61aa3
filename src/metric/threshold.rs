//! The threshold of a solver: a number, or chosen for each fit on its training rows.

use std::fmt;

use serde::{Serialize, Serializer};

use super::ordinal::ordinal;
use super::properties::{Better, Metric, Needs, Sample, Value};
use crate::model::{Design, Loss, Sigmoid};
use crate::parameter::choices;

/// The threshold of a fit. Needs nothing: a fit without it has failed.
pub const THRESHOLD: Metric = Metric {
    name: "threshold",
    about: "the probability above which a row is put into class 1: the solver's number, or the one chosen on the training rows",
    sample: Sample::Train,
    range: (0.0, 1.0),
    better: Better::Neither,
    best: None,
    needs: Needs::Nothing,
    value: Value::Threshold,
};

/// Above which probability a solver puts a row into class 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Threshold {
    /// Above this, whatever the fit.
    Number(f64),
    /// Above the one that is best on the training rows of the fit.
    Chosen(Criterion),
}

choices! {
    /// What a threshold that is chosen makes as large as it can be on the training rows. Of a positives and b negatives among n,
    /// T₁ and T₀ are classified rightly.
    pub enum Criterion {
        /// T₁/a + T₀/b, sensitivity and specificity (Youden 1950, Cancer 3, 32-35), and with them balanced accuracy. Of rows of one
        /// class, the share of that class.
        Youden = "youden",
        /// (T₁ + T₀) / n.
        Accuracy = "accuracy",
        /// 2 T₁ / (T₁ + n − T₀). Of rows without positives 0, whatever the threshold.
        F1 = "f1",
    }
}

impl Serialize for Threshold {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Threshold::Number(number) => serializer.serialize_f64(*number),
            Threshold::Chosen(criterion) => serializer.serialize_str(criterion.text()),
        }
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Threshold::Number(number) => write!(f, "{number}"),
            Threshold::Chosen(criterion) => write!(f, "{}", criterion.text()),
        }
    }
}

impl Threshold {
    /// The number, if it is the same for all fits.
    pub fn number(self) -> Option<f64> {
        match self {
            Threshold::Number(number) => Some(number),
            Threshold::Chosen(_) => None,
        }
    }

    /// The number for a fit with these coefficients to the rows of `train`. `rows` is storage.
    pub fn of_fit(
        self,
        coefficients: &[f64],
        sigmoid: Sigmoid,
        train: &Design,
        rows: &mut Vec<(f64, bool, u64)>,
    ) -> f64 {
        match self {
            Threshold::Number(number) => number,
            Threshold::Chosen(criterion) => {
                let loss = train.loss_by_frequency();
                let unit = unit_of_weights(loss);
                rows.clear();
                train.matrix().each_predictor(coefficients, |i, product| {
                    let count = (loss.row_weight(i) / unit).round() as u64;
                    rows.push((sigmoid.probability(loss.predictor(i, product)), loss.class(i) == 1, count));
                });
                best_threshold(criterion, rows)
            }
        }
    }
}

/// Most units of all weights together with which fractions of products are compared exactly.
const MOST_UNITS: f64 = (1u64 << 31) as f64;

/// The unit in which weights are counted: 1 if all are whole and not too many, else a part of their sum so small that what rounding to
/// it decides is as good as undecided.
fn unit_of_weights(loss: Loss<'_>) -> f64 {
    let is_whole = |weights: &[f64]| weights.iter().all(|weight| weight.fract() == 0.0);
    let sum = loss.weight_sum();
    if loss.weights().is_none_or(is_whole) && sum <= MOST_UNITS { 1.0 } else { 2.0 * sum / MOST_UNITS }
}

/// The threshold from 0 to 1 at which the criterion is largest, of rows given by their probability of class 1 and whether they are
/// of it.
///
/// All thresholds between neighbouring probabilities (or 0 and the lowest, or the highest and 1) classify alike; the one midway is
/// taken. Where several such gaps are equally good, that whose middle is nearest to ½, and of two equally near the lower one.
/// Values are compared as fractions of whole numbers, so that equal ones are equal.
///
/// A row whose probability is NaN is classified wrongly at any threshold. NaN where all are. Brings rows in order.
fn best_threshold(criterion: Criterion, rows: &mut [(f64, bool, u64)]) -> f64 {
    let weight = |rows: &[(f64, bool, u64)]| rows.iter().map(|row| row.2).sum::<u64>();
    let count = |rows: &[(f64, bool, u64)]| rows.iter().filter(|row| row.1).map(|row| row.2).sum::<u64>();
    let (all, positives) = (weight(rows), count(rows));
    rows.sort_unstable_by_key(|&(probability, positive, _)| (probability.is_nan(), ordinal(probability), positive));
    let rows = &rows[..rows.partition_point(|(probability, ..)| !probability.is_nan())];
    let Some(&(highest, ..)) = rows.last() else { return f64::NAN };
    let mut best: Option<(Fraction, f64)> = None;
    let mut see = |threshold: f64, [true_negatives, true_positives]: [u64; 2]| {
        let value = criterion.value([all - positives, positives], [true_negatives, true_positives]);
        let is_better = best.is_none_or(|(other, at)| {
            let is_nearer = (threshold - 0.5).abs() < (at - 0.5).abs();
            value.exceeds(other) || (is_nearer && !other.exceeds(value))
        });
        if is_better {
            best = Some((value, threshold));
        }
    };
    // Below all rows, all are put into class 1.
    let (mut low, mut right) = (0.0, [0, count(rows)]);
    for ties in rows.chunk_by(|a, b| a.0 == b.0) {
        let high = ties[0].0;
        // Nothing is below a lowest probability of 0.
        if low < high {
            see(midway(low, high), right);
        }
        let of_class_1 = count(ties);
        right = [right[0] + weight(ties) - of_class_1, right[1] - of_class_1];
        low = high;
    }
    see(highest + (1.0 - highest) / 2.0, right);
    best.map_or(f64::NAN, |(_, threshold)| threshold)
}

/// The middle of two numbers, or the lower one where no number is between them: from the lower one on and below the higher.
fn midway(low: f64, high: f64) -> f64 {
    let middle = low + (high - low) / 2.0;
    if middle < high { middle } else { low }
}

/// A quotient of whole numbers.
#[derive(Clone, Copy, Debug)]
struct Fraction {
    numerator: u128,
    denominator: u128,
}

impl Fraction {
    fn exceeds(self, other: Fraction) -> bool {
        self.numerator * other.denominator > other.numerator * self.denominator
    }
}

impl Criterion {
    /// Its value where of so many rows of each class, class 0 first, so many are classified `right`.
    fn value(self, rows: [u64; 2], right: [u64; 2]) -> Fraction {
        let ([b, a], [t0, t1]) = (rows.map(u128::from), right.map(u128::from));
        match self {
            // A class without rows adds nothing.
            Criterion::Youden => {
                let (a, b) = (a.max(1), b.max(1));
                Fraction { numerator: t1 * b + t0 * a, denominator: a * b }
            }
            Criterion::Accuracy => Fraction { numerator: t1 + t0, denominator: a + b },
            // The denominator is 0 only where the numerator is 0 at all thresholds.
            Criterion::F1 => Fraction { numerator: 2 * t1, denominator: t1 + a + b - t0 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameter::Choice;

    const ALL: [Criterion; 3] = [Criterion::Youden, Criterion::Accuracy, Criterion::F1];

    fn chosen(criterion: Criterion, rows: &[(f64, u8)]) -> f64 {
        let row = |&(probability, class): &(f64, u8)| (probability, class == 1, 1);
        let mut rows: Vec<(f64, bool, u64)> = rows.iter().map(row).collect();
        best_threshold(criterion, &mut rows)
    }

    /// The criterion at a threshold, by its definition and in floating-point numbers.
    fn value(criterion: Criterion, rows: &[(f64, u8)], threshold: f64) -> f64 {
        let share = |of: u8| {
            let own = || rows.iter().filter(move |(_, class)| *class == of);
            let right = own()
                .filter(|(probability, _)| if of == 1 { *probability > threshold } else { *probability <= threshold });
            (right.count() as f64, own().count() as f64)
        };
        let ((t1, a), (t0, b)) = (share(1), share(0));
        match criterion {
            Criterion::Youden => t1 / a.max(1.0) + t0 / b.max(1.0),
            Criterion::Accuracy => (t1 + t0) / (a + b),
            Criterion::F1 if t1 == 0.0 => 0.0,
            Criterion::F1 => 2.0 * t1 / (t1 + a + b - t0),
        }
    }

    #[test]
    fn no_threshold_is_better_than_the_chosen_one() {
        for seed in 0..3000u32 {
            let noise =
                |i: u32| f64::from((seed * 26544 + i * 40503 + 7).wrapping_mul(2654435761) >> 8) / f64::from(1 << 24);
            let steps = [4.0, 20.0, 1e6][seed as usize % 3];
            let probability = |i: u32| match (noise(i) * steps).round() / steps {
                p if seed.is_multiple_of(5) => p.powi(200),
                p if seed.is_multiple_of(7) && i.is_multiple_of(9) => f64::NAN * p,
                p if seed.is_multiple_of(11) => 0.5 + p * f64::EPSILON,
                p => p,
            };
            let share = [0.5, 0.1, 1.0][seed as usize / 3 % 3];
            let rows: Vec<(f64, u8)> =
                (0..1 + seed % 40).map(|i| (probability(i), u8::from(noise(i + 1000) < share))).collect();
            if rows.iter().all(|(probability, _)| probability.is_nan()) {
                continue;
            }
            let ends = rows.iter().flat_map(|&(p, _)| [p, p.next_down()]).chain([0.0, 1.0]);
            let others: Vec<f64> = ends.filter(|threshold| (0.0..=1.0).contains(threshold)).collect();
            for criterion in ALL {
                let threshold = chosen(criterion, &rows);
                assert!((0.0..=1.0).contains(&threshold), "{seed}: {threshold}");
                let best = value(criterion, &rows, threshold);
                for &other in &others {
                    assert!(
                        value(criterion, &rows, other) <= best + 1e-12,
                        "{criterion:?}, {seed}: {other} beats {threshold}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_middle_of_the_best_gap_is_taken_and_of_equally_good_gaps_that_nearest_to_a_half() {
        let separated = [(0.1, 0), (0.2, 0), (0.6, 1), (0.9, 1)];
        for criterion in ALL {
            assert!((chosen(criterion, &separated) - 0.4).abs() < 1e-15);
        }
        // Between 0.1 and 0.2, and between 0.6 and 0.9, three of four rows are right.
        let two = [(0.1, 0), (0.2, 1), (0.6, 0), (0.9, 1)];
        assert!((chosen(Criterion::Accuracy, &two) - 0.75).abs() < 1e-15, "0.75 is nearer to a half than 0.15");
        assert_eq!(chosen(Criterion::Accuracy, &[(0.25, 0), (0.5, 0), (0.5, 1), (0.75, 1)]), 0.375, "the lower of two");
    }

    #[test]
    fn at_the_ends_all_rows_are_put_into_one_class() {
        assert_eq!(chosen(Criterion::Accuracy, &[(0.5, 0), (0.25, 0)]), 0.75);
        assert_eq!(chosen(Criterion::Accuracy, &[(0.5, 1), (0.25, 1)]), 0.125);
        assert_eq!(chosen(Criterion::Accuracy, &[(1.0, 0)]), 1.0);
        // No threshold from 0 on puts a probability of 0 into class 1.
        assert_eq!(chosen(Criterion::F1, &[(0.0, 1), (0.0, 1), (1.0, 0)]), 0.5);
    }

    #[test]
    fn neighbouring_numbers_are_parted() {
        let (low, high) = (0.7, 0.7f64.next_up());
        for criterion in ALL {
            assert_eq!(chosen(criterion, &[(low, 0), (high, 1)]), low);
        }
    }

    #[test]
    fn a_fit_without_probabilities_has_no_threshold() {
        for criterion in ALL {
            assert!(chosen(criterion, &[(f64::NAN, 0), (-f64::NAN, 1)]).is_nan());
            assert!((chosen(criterion, &[(0.2, 0), (f64::NAN, 0), (0.4, 1), (f64::NAN, 1)]) - 0.3).abs() < 1e-15);
        }
    }

    #[test]
    fn criteria_are_written_by_name_and_numbers_as_numbers() {
        for (criterion, name) in ALL.into_iter().zip(Criterion::NAMES) {
            assert_eq!(serde_json::to_value(Threshold::Chosen(criterion)).unwrap(), *name);
        }
        assert_eq!(serde_json::to_value(Threshold::Number(0.25)).unwrap(), 0.25);
    }
}
