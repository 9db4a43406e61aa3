//! How good a fit is at what it was made for: accuracy, log loss, AUC, Brier score, the size of its coefficients, and how
//! they compare with the true ones where those are known.

mod area;
mod properties;

use crate::linear_algebra::elementary::ln_1p;
use crate::linear_algebra::{InstructionSet, Mask, Pack, Task};
use crate::model::lanes::{LaneRow, logistic as logistic_in_lanes};
use crate::model::loss::{logistic, loss_and_sigmoids, naive_sigmoid, predictor};
use crate::model::workers::collect;
use crate::model::{Design, Sigmoid, Workers};

pub use area::{ScoresByClass, area_from_between, ordinal};
pub use properties::{Better, Metric, Needs, Sample, Undefined};

/// Number of metrics.
pub const COUNT: usize = 11;

/// A value of each metric, in the order of [`METRICS`]; NaN where it is not defined.
pub type Values = [f64; COUNT];

/// All metrics, in the order of reports.
pub const METRICS: [Metric; COUNT] = [
    Metric {
        name: "test_accuracy",
        about: "share of test rows classified rightly at the solver's threshold",
        sample: Sample::Test,
        range: (0.0, 1.0),
        better: Better::Larger,
        best: Some(1.0),
        needs: Needs::Row,
    },
    Metric {
        name: "train_accuracy",
        about: "the same on the training rows",
        sample: Sample::Train,
        range: (0.0, 1.0),
        better: Better::Larger,
        best: Some(1.0),
        needs: Needs::Row,
    },
    Metric {
        name: "test_log_loss",
        about: "mean of -log of the probability given to the true class, natural logarithm",
        sample: Sample::Test,
        range: (0.0, f64::INFINITY),
        better: Better::Smaller,
        best: Some(0.0),
        needs: Needs::Row,
    },
    Metric {
        name: "train_log_loss",
        about: "the same on the training rows, without penalty",
        sample: Sample::Train,
        range: (0.0, f64::INFINITY),
        better: Better::Smaller,
        best: Some(0.0),
        needs: Needs::Row,
    },
    Metric {
        name: "test_auc",
        about: "area under the ROC curve of the linear predictor, ties counted half",
        sample: Sample::Test,
        range: (0.0, 1.0),
        better: Better::Larger,
        best: Some(1.0),
        needs: Needs::EveryClass,
    },
    Metric {
        name: "train_auc",
        about: "the same on the training rows",
        sample: Sample::Train,
        range: (0.0, 1.0),
        better: Better::Larger,
        best: Some(1.0),
        needs: Needs::EveryClass,
    },
    Metric {
        name: "test_brier_score",
        about: "mean squared difference of probability and outcome",
        sample: Sample::Test,
        range: (0.0, 1.0),
        better: Better::Smaller,
        best: Some(0.0),
        needs: Needs::Row,
    },
    Metric {
        name: "train_brier_score",
        about: "the same on the training rows",
        sample: Sample::Train,
        range: (0.0, 1.0),
        better: Better::Smaller,
        best: Some(0.0),
        needs: Needs::Row,
    },
    Metric {
        name: "coefficient_norm",
        about: "Euclidean norm of the coefficients, the intercept left out, on the scale of the fit",
        sample: Sample::Coefficients,
        range: (0.0, f64::INFINITY),
        better: Better::Neither,
        best: None,
        needs: Needs::Nothing,
    },
    Metric {
        name: "slope_inflation",
        about: "simulated data, unscaled: factor a of the true slopes b in the fitted ones, sum(fitted * b) / sum(b^2)",
        sample: Sample::Coefficients,
        range: (f64::NEG_INFINITY, f64::INFINITY),
        better: Better::Neither,
        best: None,
        needs: Needs::Truth,
    },
    Metric {
        name: "slope_deviation",
        about: "simulated data, unscaled: sqrt(n * mean((fitted - a * b)^2)) with a = slope_inflation, n training rows",
        sample: Sample::Coefficients,
        range: (0.0, f64::INFINITY),
        better: Better::Neither,
        best: None,
        needs: Needs::Truth,
    },
];

/// Place of a metric in [`METRICS`].
pub fn index(name: &str) -> Option<usize> {
    METRICS.iter().position(|metric| metric.name == name)
}

/// The metric with a name.
pub fn named(name: &str) -> Option<&'static Metric> {
    index(name).map(|place| &METRICS[place])
}

/// What a metric of predictions needs to know of the solver.
#[derive(Clone, Copy, Debug)]
pub struct Classifier<'a> {
    /// β.
    pub coefficients: &'a [f64],
    /// Whether the first coefficient is an intercept.
    pub intercept: bool,
    /// A row is put into class 1 when its probability is above this.
    pub threshold: f64,
    /// How the probability is computed.
    pub sigmoid: Sigmoid,
    /// The true coefficients of the features, without the intercept, on the scale of the fit, if they are known.
    pub truth: Option<&'a [f64]>,
}

impl Classifier<'_> {
    /// The class that a row of the design is put into; None where its probability is not a number.
    pub fn class(self, row: &[f64]) -> Option<bool> {
        let z = predictor(row, self.coefficients);
        let probability = match self.sigmoid {
            Sigmoid::Naive => naive_sigmoid(z),
            Sigmoid::Stable => logistic(-z).1,
        };
        (!probability.is_nan()).then_some(probability > self.threshold)
    }
}

/// Storage for the scores of a set of rows.
#[derive(Debug, Default)]
pub struct Scratch {
    scores: ScoresByClass,
}

/// Computes all metrics on test and training rows. `margins` are the s_i x_i'β of the training rows, if they are known; else
/// empty. `workers` share what is long.
pub fn compute(
    classifier: Classifier<'_>,
    test: &Design,
    train: &Design,
    margins: &[f64],
    workers: &dyn Workers,
    scratch: &mut Scratch,
) -> Values {
    let on_test = of_rows(classifier, test, &[], workers, scratch);
    let on_train = of_rows(classifier, train, margins, workers, scratch);
    let features = &classifier.coefficients[usize::from(classifier.intercept)..];
    let mut values = [0.0; COUNT];
    for (k, (test, train)) in on_test.into_iter().zip(on_train).enumerate() {
        (values[2 * k], values[2 * k + 1]) = (test, train);
    }
    values[8] = crate::linear_algebra::norm(features);
    (values[9], values[10]) = against_truth(features, classifier.truth, train.signs.len());
    values
}

/// Inflation and deviation of fitted slopes β̂ against the true ones β, from n training rows and p features:
///
/// ```text
/// inflation = Σ_j β̂_j β_j / Σ_j β_j²,        deviation = √n · √(Σ_j (β̂_j − inflation · β_j)² / p)
/// ```
///
/// For maximum likelihood with features N(0, I), as n and p grow with p/n = κ fixed, β̂_j behaves as α*β_j + σ*Z_j/√n with
/// Z_j ~ N(0, 1): the inflation tends to α* > 1 and the deviation to σ* (Sur & Candès 2019, PNAS 116, 14516-14525). NaN
/// where the truth is not known or all its slopes are 0.
pub fn against_truth(fitted: &[f64], truth: Option<&[f64]>, rows: usize) -> (f64, f64) {
    let Some(truth) = truth.filter(|truth| truth.len() == fitted.len()) else { return (f64::NAN, f64::NAN) };
    let product: f64 = fitted.iter().zip(truth).map(|(fitted, b)| fitted * b).sum();
    let inflation = product / truth.iter().map(|b| b * b).sum::<f64>();
    let squares: f64 = fitted.iter().zip(truth).map(|(fitted, b)| (fitted - inflation * b).powi(2)).sum();
    (inflation, (rows as f64 * squares / fitted.len() as f64).sqrt())
}

/// Accuracy, log loss, AUC and Brier score on some rows.
fn of_rows(
    classifier: Classifier<'_>,
    rows: &Design,
    margins: &[f64],
    workers: &dyn Workers,
    scratch: &mut Scratch,
) -> [f64; 4] {
    let mut sums = Sums::default();
    let scores = &mut scratch.scores;
    if margins.len() == rows.signs.len() && classifier.sigmoid == Sigmoid::Stable {
        area::take_margins(margins, &rows.signs, workers, scores);
        sums = Sums::of_margins(margins, &rows.signs, classifier.threshold, workers);
    } else {
        scores.iter_mut().for_each(Vec::clear);
        let numbers = rows.rows().rows(rows.columns, rows.signs.len());
        for (row, &sign) in numbers.zip(&rows.signs) {
            sums.add(classifier, sign * predictor(&row, classifier.coefficients), sign, scores);
        }
    }
    let count = rows.signs.len() as f64;
    let area = area::area_under_curve(&mut scratch.scores, workers);
    [f64::from(sums.right) / count, sums.losses / count, area, sums.squares / count]
}

/// Sums over rows.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    /// Rows classified rightly.
    right: u32,
    losses: f64,
    /// Of probability minus outcome.
    squares: f64,
}

impl Sums {
    /// Adds a row with the margin s·x'β, and notes its score.
    #[inline(always)]
    fn add(&mut self, classifier: Classifier<'_>, margin: f64, sign: f64, scores: &mut ScoresByClass) {
        let (z, positive) = (sign * margin, sign > 0.0);
        let (loss, [residual, opposite]) = loss_and_sigmoids(margin);
        let probability = match classifier.sigmoid {
            Sigmoid::Naive => naive_sigmoid(z),
            Sigmoid::Stable if positive => opposite,
            Sigmoid::Stable => residual,
        };
        // A row whose probability is not a number is classified by nobody, so it counts as wrong.
        let correct = if positive { probability > classifier.threshold } else { probability <= classifier.threshold };
        self.right += u32::from(correct);
        self.losses += loss;
        self.squares += residual * residual;
        scores[usize::from(positive)].push(ordinal(z));
    }

    /// The same sums in SIMD lanes, over groups of rows that `workers` share. Their order is that of the rows alone.
    fn of_margins(margins: &[f64], signs: &[f64], threshold: f64, workers: &dyn Workers) -> Sums {
        const GROUP: usize = 1 << 14;
        let groups = collect(workers, margins.len().div_ceil(GROUP), |g| {
            let rows = g * GROUP..margins.len().min((g + 1) * GROUP);
            let (margins, signs) = (&margins[rows.clone()], &signs[rows]);
            InstructionSet::widest().run(OfMargins { margins, signs, threshold })
        });
        groups.into_iter().fold(Sums::default(), |a, b| Sums {
            right: a.right + b.right,
            losses: a.losses + b.losses,
            squares: a.squares + b.squares,
        })
    }
}

/// [`Sums`] from margins.
struct OfMargins<'a> {
    margins: &'a [f64],
    signs: &'a [f64],
    threshold: f64,
}

impl Task for OfMargins<'_> {
    type Output = Sums;

    #[inline(always)]
    fn run<R: Pack>(self) -> Sums {
        /// Rows that are added to sums of their own: the lanes of the widest instruction set.
        const ROWS: usize = 8;
        let (zero, threshold) = (R::splat(0.0), R::splat(self.threshold));
        let mut right = 0;
        let (mut losses, mut squares) = ([0.0; ROWS], [0.0; ROWS]);
        for (margins, signs) in self.margins.chunks(ROWS).zip(self.signs.chunks(ROWS)) {
            for first in (0..margins.len()).step_by(R::LANES) {
                let last = margins.len().min(first + R::LANES);
                // A row that is not there has loss 0.
                let (mut margin, mut sign) = (R::splat(f64::INFINITY), zero);
                margin.lanes_mut()[..last - first].copy_from_slice(&margins[first..last]);
                sign.lanes_mut()[..last - first].copy_from_slice(&signs[first..last]);
                let LaneRow { exponential, residual, opposite, .. } = logistic_in_lanes(margin);
                // The comparisons send a NaN margin to finite branches; the exponential carries it.
                let nan = zero * exponential;
                let residual = residual + nan;
                let loss = ln_1p(exponential) + R::select(margin.less(zero), -margin, zero);
                let positive = zero.less(sign);
                let probability = R::select(positive, opposite, residual) + nan;
                let above = positive.and(threshold.less(probability));
                let correct = above.or(sign.less(zero).and(probability.less_or_equal(threshold)));
                right += R::bits(correct).count_ones();
                let (loss, square) = (loss + nan, residual * residual);
                for k in 0..R::LANES {
                    losses[first + k] += loss.lanes()[k];
                    squares[first + k] += square.lanes()[k];
                }
            }
        }
        Sums { right, losses: losses.iter().sum(), squares: squares.iter().sum() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Serial;

    #[test]
    fn a_nan_prediction_is_never_right() {
        let design = Design::new(vec![1.0, 1.0], 1, vec![1.0, -1.0]);
        for sigmoid in [Sigmoid::Stable, Sigmoid::Naive] {
            let classifier =
                Classifier { coefficients: &[f64::NAN], intercept: true, threshold: 0.5, sigmoid, truth: None };
            let values = compute(classifier, &design, &design, &[], &Serial, &mut Scratch::default());
            assert_eq!(values[0], 0.0);
            assert!(values[2].is_nan() && values[4].is_nan() && values[6].is_nan());
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
        assert_eq!((values[0], values[4], values[8]), (1.0, 1.0, 1.0));
        assert!((values[2] + p.ln()).abs() < 1e-15);
        assert!((values[6] - (1.0 - p) * (1.0 - p)).abs() < 1e-15);
    }

    #[test]
    fn known_margins_give_what_rows_give() {
        for rows in [1, 7, 8, 40_003] {
            let numbers: Vec<f64> = (0..rows).map(|i| f64::from(i * 7919 % 1013) / 200.0 - 2.0).collect();
            let signs: Vec<f64> = (0..rows).map(|i| if i * 31 % 17 < 8 { 1.0 } else { -1.0 }).collect();
            let margins: Vec<f64> = numbers.iter().zip(&signs).map(|(x, sign)| sign * x).collect();
            let design = Design::new(numbers, 1, signs);
            for threshold in [0.5, 0.8] {
                let classifier = Classifier {
                    coefficients: &[1.0],
                    intercept: false,
                    threshold,
                    sigmoid: Sigmoid::Stable,
                    truth: None,
                };
                let of = |margins| of_rows(classifier, &design, margins, &Serial, &mut Scratch::default());
                let (expected, found) = (of(&[]), of(&margins));
                assert_eq!((expected[0], expected[2].to_bits()), (found[0], found[2].to_bits()));
                for k in [1, 3] {
                    assert!((found[k] / expected[k] - 1.0).abs() < 1e-13, "{rows}: {found:?} {expected:?}");
                }
                let sums = |set: InstructionSet| {
                    let Sums { right, losses, squares } =
                        set.run(OfMargins { margins: &margins, signs: &design.signs, threshold });
                    (right, losses, squares)
                };
                for set in InstructionSet::available() {
                    assert_eq!(sums(set), sums(InstructionSet::Scalar), "{set:?}");
                }
            }
            let lost = vec![f64::NAN; rows as usize];
            let sums = Sums::of_margins(&lost, &design.signs, 0.5, &Serial);
            assert!(sums.right == 0 && sums.losses.is_nan() && sums.squares.is_nan());
        }
    }

    #[test]
    fn slopes_against_the_truth_by_hand() {
        // 3·1 + 1·1 + 5·2 = 14 over 1 + 1 + 4 = 6: the inflation is 7/3. What is left is (2/3, −4/3, 1/3), with squares
        // 4/9 + 16/9 + 1/9 = 7/3; times n/p = 12/3 the square of the deviation is 28/3.
        let (inflation, deviation) = against_truth(&[3.0, 1.0, 5.0], Some(&[1.0, 1.0, 2.0]), 12);
        assert!((inflation - 7.0 / 3.0).abs() < 1e-15);
        assert!((deviation - (28.0f64 / 3.0).sqrt()).abs() < 1e-14);
        for truth in [None, Some(&[1.0, 1.0][..]), Some(&[0.0, 0.0, 0.0])] {
            let (inflation, deviation) = against_truth(&[3.0, 1.0, 5.0], truth, 12);
            assert!(inflation.is_nan() && deviation.is_nan());
        }
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
        assert_eq!((values[9], values[10]), (1.5, 0.0));
    }

    #[test]
    fn every_metric_is_found_by_its_name() {
        for (k, metric) in METRICS.iter().enumerate() {
            assert_eq!(index(metric.name), Some(k));
        }
    }
}
