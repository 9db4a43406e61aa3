//! What metrics of rows are made from, in one pass over the rows.

use super::area::{self, ScoresByClass, area_under_curve, weighted_area};
use super::ordinal::ordinal;
use super::sums::RowSums;
use crate::linear_algebra::elementary::ln_1p;
use crate::linear_algebra::{InstructionSet, Mask, Pack, Real, Task};
use crate::model::loss::in_lanes::{LaneRow, logistic as logistic_in_lanes};
use crate::model::loss::{loss_and_sigmoids, predictor};
use crate::model::workers::collect;
use crate::model::{Design, Sigmoid, Workers};

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
    /// The class that a row of the design with this offset is put into; None where its probability is not a number.
    pub fn class(self, row: &[f64], offset: f64) -> Option<u8> {
        let probability = self.sigmoid.probability(predictor(row, self.coefficients) + offset);
        [0, 1].into_iter().find(|&class| is_right(probability, [class == 0, class == 1], self.threshold))
    }
}

/// Where rows are put into their own class, given where each class is theirs: into class 1 if their `probability` of it is
/// above the threshold, else into class 0. A row whose probability is not a number is put into none.
#[inline(always)]
pub fn is_right<R: Real>(probability: R, [of_class_0, of_class_1]: [R::Mask; 2], threshold: R) -> R::Mask {
    of_class_1.and(threshold.less(probability)).or(of_class_0.and(probability.less_or_equal(threshold)))
}

/// The sums over `rows`. `margins` are their s_i x_i'β, if these are known; else empty. `scores` is storage.
pub(super) fn sums(
    classifier: Classifier<'_>,
    rows: &Design,
    margins: &[f64],
    workers: &dyn Workers,
    scores: &mut ScoresByClass,
) -> RowSums {
    let (loss, mut tally) = (rows.loss_by_frequency(), Tally::default());
    if !loss.is_plain() {
        return weighted_sums(classifier, rows);
    }
    if margins.len() == loss.rows() && classifier.sigmoid == Sigmoid::Stable {
        area::take_margins(margins, loss.signs(), workers, scores);
        tally = Tally::of_margins(margins, loss.signs(), classifier.threshold, workers);
    } else {
        scores.iter_mut().for_each(Vec::clear);
        rows.matrix().each_predictor(classifier.coefficients, |i, predictor| {
            let sign = loss.signs()[i];
            tally.add(classifier, sign * predictor, sign, scores);
        });
    }
    // Counted before the area leaves out scores.
    let positives = scores[1].len() as f64;
    RowSums {
        rows: loss.rows() as f64,
        positives,
        right: tally.right as f64,
        right_positives: tally.right_positives as f64,
        losses: tally.losses,
        squares: tally.squares,
        area: area_under_curve(scores, workers),
    }
}

/// The sums over rows with weights, each of which counts as often as its weight says, or with an offset.
fn weighted_sums(classifier: Classifier<'_>, rows: &Design) -> RowSums {
    let loss = rows.loss_by_frequency();
    let mut sums = RowSums {
        rows: loss.weight_sum(),
        positives: 0.0,
        right: 0.0,
        right_positives: 0.0,
        losses: 0.0,
        squares: 0.0,
        area: f64::NAN,
    };
    let mut scores = Vec::with_capacity(loss.rows());
    rows.matrix().each_predictor(classifier.coefficients, |i, product| {
        let (z, sign, weight) = (loss.predictor(i, product), loss.signs()[i], loss.row_weight(i));
        let (of_row, [residual, opposite]) = loss_and_sigmoids(sign * z);
        let positive = sign > 0.0;
        let probability = match classifier.sigmoid {
            Sigmoid::Naive => classifier.sigmoid.probability(z),
            Sigmoid::Stable if positive => opposite,
            Sigmoid::Stable => residual,
        };
        if is_right(probability, [!positive, positive], classifier.threshold) {
            sums.right += weight;
            sums.right_positives += if positive { weight } else { 0.0 };
        }
        sums.positives += if positive { weight } else { 0.0 };
        sums.losses += weight * of_row;
        sums.squares += weight * (residual * residual);
        scores.push((ordinal(z), positive, weight));
    });
    sums.area = weighted_area(&mut scores);
    sums
}

/// Sums over rows, of which their scores are no part.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    /// Rows classified rightly.
    right: u64,
    /// Rows of class 1 classified rightly.
    right_positives: u64,
    losses: f64,
    /// Of probability minus outcome.
    squares: f64,
}

impl Tally {
    /// Adds a row with the margin s·x'β, and notes its score.
    #[inline(always)]
    fn add(&mut self, classifier: Classifier<'_>, margin: f64, sign: f64, scores: &mut ScoresByClass) {
        let (z, positive) = (sign * margin, sign > 0.0);
        let (loss, [residual, opposite]) = loss_and_sigmoids(margin);
        let probability = match classifier.sigmoid {
            Sigmoid::Naive => classifier.sigmoid.probability(z),
            Sigmoid::Stable if positive => opposite,
            Sigmoid::Stable => residual,
        };
        let right = is_right(probability, [!positive, positive], classifier.threshold);
        self.right += u64::from(right);
        self.right_positives += u64::from(right && positive);
        self.losses += loss;
        self.squares += residual * residual;
        scores[usize::from(positive)].push(ordinal(z));
    }

    /// The same sums in SIMD lanes, over groups of rows that `workers` share. Their order is that of the rows alone.
    fn of_margins(margins: &[f64], signs: &[f64], threshold: f64, workers: &dyn Workers) -> Tally {
        const GROUP: usize = 1 << 14;
        let groups = collect(workers, margins.len().div_ceil(GROUP), |g| {
            let rows = g * GROUP..margins.len().min((g + 1) * GROUP);
            let (margins, signs) = (&margins[rows.clone()], &signs[rows]);
            InstructionSet::widest().run(OfMargins { margins, signs, threshold })
        });
        groups.into_iter().fold(Tally::default(), |a, b| Tally {
            right: a.right + b.right,
            right_positives: a.right_positives + b.right_positives,
            losses: a.losses + b.losses,
            squares: a.squares + b.squares,
        })
    }
}

/// [`Tally`] from margins.
struct OfMargins<'a> {
    margins: &'a [f64],
    signs: &'a [f64],
    threshold: f64,
}

impl Task for OfMargins<'_> {
    type Output = Tally;

    #[inline(always)]
    fn run<R: Pack>(self) -> Tally {
        /// Rows that are added to sums of their own: the lanes of the widest instruction set.
        const ROWS: usize = 8;
        let (zero, threshold) = (R::splat(0.0), R::splat(self.threshold));
        let (mut right, mut right_positives) = (0, 0);
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
                let rightly = is_right(probability, [sign.less(zero), positive], threshold);
                right += u64::from(R::bits(rightly).count_ones());
                right_positives += u64::from(R::bits(rightly.and(positive)).count_ones());
                let (loss, square) = (loss + nan, residual * residual);
                for k in 0..R::LANES {
                    losses[first + k] += loss.lanes()[k];
                    squares[first + k] += square.lanes()[k];
                }
            }
        }
        Tally { right, right_positives, losses: losses.iter().sum(), squares: squares.iter().sum() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Serial;

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
                let of = |margins| sums(classifier, &design, margins, &Serial, &mut ScoresByClass::default());
                let (expected, found) = (of(&[]), of(&margins));
                let counts = |sums: RowSums| (sums.right, sums.right_positives, sums.positives, sums.area.to_bits());
                assert_eq!(counts(expected), counts(found));
                for (found, expected) in [(found.losses, expected.losses), (found.squares, expected.squares)] {
                    assert!((found / expected - 1.0).abs() < 1e-13, "{rows}: {found:?} {expected:?}");
                }
                let tally = |set: InstructionSet| {
                    let Tally { right, right_positives, losses, squares } =
                        set.run(OfMargins { margins: &margins, signs: design.loss().signs(), threshold });
                    (right, right_positives, losses, squares)
                };
                for set in InstructionSet::available() {
                    assert_eq!(tally(set), tally(InstructionSet::Scalar), "{set:?}");
                }
            }
            let lost = vec![f64::NAN; rows as usize];
            let tally = Tally::of_margins(&lost, design.loss().signs(), 0.5, &Serial);
            assert!(tally.right == 0 && tally.losses.is_nan() && tally.squares.is_nan());
        }
    }
}
