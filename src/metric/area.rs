//! The area under the ROC curve.

use super::ordinal::ordinal;
use super::properties::{Better, Metric, Needs, Sample, Value};
use crate::model::Workers;
use crate::model::workers::{collect, each_value};

/// On the test rows.
pub const TEST: Metric = Metric {
    name: "test_auc",
    about: "area under the ROC curve of the linear predictor, ties counted half",
    sample: Sample::Test,
    range: (0.0, 1.0),
    better: Better::Larger,
    best: Some(1.0),
    needs: Needs::EveryClass,
    value: Value::OfSums(|fit| fit.test.area),
};

/// On the training rows.
pub const TRAIN: Metric = Metric {
    name: "train_auc",
    about: "the same on the training rows",
    sample: Sample::Train,
    value: Value::OfSums(|fit| fit.train.area),
    ..TEST
};

/// Scores of rows coded 0, and of rows coded 1, as [`ordinal`] numbers.
pub type ScoresByClass = [Vec<i64>; 2];

/// Number of pieces of the positives, each compared with the negatives on its own, so that threads have about equal work.
const PIECES: usize = 8;

/// Fills `scores` from the margins s_i·score_i and signs s_i of rows, class by class.
pub(super) fn take_margins(margins: &[f64], signs: &[f64], workers: &dyn Workers, scores: &mut ScoresByClass) {
    /// Rows that are dealt out at a time.
    const BLOCK: usize = 64;
    each_value(workers, scores, |class, scores| {
        scores.clear();
        scores.reserve(margins.len());
        let mut found = [0; BLOCK];
        for (margins, signs) in margins.chunks(BLOCK).zip(signs.chunks(BLOCK)) {
            let mut count = 0;
            for (margin, sign) in margins.iter().zip(signs) {
                // Writes every score and advances only past a kept one, because a branch would be unpredictable.
                found[count] = ordinal(sign * margin);
                count += usize::from(usize::from(*sign > 0.0) == class);
            }
            scores.extend_from_slice(&found[..count]);
        }
    });
}

/// The probability that a random positive has a higher score than a random negative, ties counted half
/// (Mann & Whitney's U divided by the number of pairs). NaN if a class is missing or a score is NaN. Scores are put in order, and
/// some left out; `workers` share that.
pub(super) fn area_under_curve(scores: &mut ScoresByClass, workers: &dyn Workers) -> f64 {
    let counts = [scores[0].len() as u64, scores[1].len() as u64];
    let ends = collect(workers, 2, |class| {
        let ends = |(least, most): (i64, i64), &score: &i64| (least.min(score), most.max(score));
        scores[class].iter().fold((i64::MAX, i64::MIN), ends)
    });
    let numbers = ordinal(f64::NEG_INFINITY)..=ordinal(f64::INFINITY);
    if !ends.iter().all(|(least, most)| numbers.contains(least) && numbers.contains(most)) {
        return f64::NAN;
    }
    // Only scores where the classes overlap are compared; a good classifier has few.
    let (lowest_positive, highest_negative) = (ends[1].0, ends[0].1);
    each_value(workers, scores, |class, scores| {
        scores.retain(|&score| if class == 0 { score >= lowest_positive } else { score <= highest_negative });
        scores.sort_unstable();
    });
    let [negatives, positives] = &*scores;
    let pieces: Vec<&[i64]> = positives.chunks(positives.len().div_ceil(PIECES).max(1)).collect();
    let wins_twice = collect(workers, pieces.len(), |piece| {
        let positives = pieces[piece];
        let below = negatives.partition_point(|negative| *negative < positives[0]);
        2 * (below * positives.len()) as u64 + wins_twice(&negatives[below..], positives)
    });
    area(counts, scores, wins_twice.iter().sum())
}

/// The same of scores with class and weight: a pair counts as often as the product of its weights says.
pub(super) fn weighted_area(scores: &mut [(i64, bool, f64)]) -> f64 {
    let numbers = ordinal(f64::NEG_INFINITY)..=ordinal(f64::INFINITY);
    if !scores.iter().all(|(score, ..)| numbers.contains(score)) {
        return f64::NAN;
    }
    scores.sort_unstable_by_key(|(score, ..)| *score);
    let (mut below, mut positives, mut won) = (0.0, 0.0, 0.0);
    for ties in scores.chunk_by(|a, b| a.0 == b.0) {
        let of_class = |class: bool| ties.iter().filter(|row| row.1 == class).map(|row| row.2).sum::<f64>();
        let (tied_negatives, tied_positives) = (of_class(false), of_class(true));
        won += tied_positives * (below + 0.5 * tied_negatives);
        below += tied_negatives;
        positives += tied_positives;
    }
    won / (below * positives)
}

/// The area under the curve from the class sizes `counts` and the scores `between`, where the two classes overlap: scores of
/// class 0 from the lowest score of class 1 on, and scores of class 1 up to the highest score of class 0, both rising. NaN if a
/// class is missing.
pub fn area_from_between(counts: [u64; 2], between: &ScoresByClass) -> f64 {
    area(counts, between, wins_twice(&between[0], &between[1]))
}

/// The area from `wins_twice` among the scores `between`; every other pair is won.
fn area([negatives, positives]: [u64; 2], between: &ScoresByClass, wins_twice: u64) -> f64 {
    let pairs_twice = 2 * positives * negatives;
    // Pairs with a positive above all negatives or a negative below all positives are won.
    let won_twice = pairs_twice - 2 * (between[0].len() * between[1].len()) as u64;
    (won_twice + wins_twice) as f64 / pairs_twice as f64
}

/// Twice the number of pairs in which the positive's score is higher, ties counted half; of scores in order.
fn wins_twice(negatives: &[i64], positives: &[i64]) -> u64 {
    // Negatives below the positive at hand, and those not above it.
    let (mut below, mut not_above) = (0, 0);
    let mut wins_twice = 0;
    for positive in positives {
        below += negatives[below..].iter().take_while(|negative| *negative < positive).count();
        not_above += negatives[not_above..].iter().take_while(|negative| *negative <= positive).count();
        wins_twice += (below + not_above) as u64;
    }
    wins_twice
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Serial;

    #[test]
    fn area_counts_pairs() {
        let auc = |scores: &[(f64, bool)]| {
            let of_class = |class| scores.iter().filter(|row| row.1 == class).map(|row| ordinal(row.0)).collect();
            area_under_curve(&mut [of_class(false), of_class(true)], &Serial)
        };
        assert_eq!(auc(&[(0.1, false), (0.4, false), (0.35, true), (0.8, true)]), 0.75);
        assert_eq!(auc(&[(1.0, false), (1.0, true)]), 0.5);
        assert_eq!(auc(&[(-0.0, false), (0.0, true)]), 0.5, "the two zeros are one score");
        assert_eq!(auc(&[(f64::NEG_INFINITY, false), (f64::INFINITY, true)]), 1.0);
        assert!(auc(&[(1.0, true)]).is_nan(), "one class");
        for nan in [f64::NAN, -f64::NAN] {
            assert!(auc(&[(nan, true), (0.0, false)]).is_nan());
        }
    }

    #[test]
    fn margins_are_dealt_to_the_classes_of_their_rows() {
        let signs: Vec<f64> = (0..150).map(|i| if i * 31 % 17 < 8 { 1.0 } else { -1.0 }).collect();
        let margins: Vec<f64> = (0..150).map(|i| f64::from(i * 7919 % 1013) - 500.0).collect();
        let mut dealt = ScoresByClass::default();
        // What was there is forgotten.
        dealt[1].push(3);
        take_margins(&margins, &signs, &Serial, &mut dealt);
        let of_class = |class: f64| -> Vec<i64> {
            let rows = margins.iter().zip(&signs).filter(|(_, sign)| **sign == class);
            rows.map(|(margin, sign)| ordinal(sign * margin)).collect()
        };
        assert_eq!(dealt, [of_class(-1.0), of_class(1.0)]);
    }
}
