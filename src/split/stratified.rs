//! Stratified shuffle: scikit-learn's `StratifiedShuffleSplit`, step by step, for two classes.

use super::Split;
use super::permutation::Permute;

/// Buffers of one split.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scratch {
    classes: [Vec<u32>; 2],
    permutation: Vec<u32>,
}

/// Deals `train` and `test` rows, classes in proportion.
pub fn deal(generator: &mut impl Permute, labels: &[bool], train: usize, test: usize, into: &mut Split) {
    let Split { train: train_rows, test: test_rows, scratch } = into;
    for (class, label) in scratch.classes.iter_mut().zip([false, true]) {
        class.clear();
        class.extend((0u32..).zip(labels).filter(|(_, row_label)| **row_label == label).map(|(row, _)| row));
    }
    let counts = [scratch.classes[0].len(), scratch.classes[1].len()];
    let train_counts = approximate_mode(counts, train, generator, &mut scratch.permutation);
    let remaining = [counts[0] - train_counts[0], counts[1] - train_counts[1]];
    let test_counts = approximate_mode(remaining, test, generator, &mut scratch.permutation);
    train_rows.clear();
    test_rows.clear();
    for class in 0..2 {
        generator.permutation(counts[class] as u32, &mut scratch.permutation);
        let mut rows = scratch.permutation.iter().map(|&place| scratch.classes[class][place as usize]);
        train_rows.extend(rows.by_ref().take(train_counts[class]));
        test_rows.extend(rows.take(test_counts[class]));
    }
    generator.shuffle(train_rows);
    generator.shuffle(test_rows);
}

/// The numbers of rows per class nearest to the mode of a multivariate hypergeometric draw (`_approximate_mode`): shares
/// rounded down, and rows still missing given to the largest remainders, ties broken at random.
fn approximate_mode(
    counts: [usize; 2],
    draws: usize,
    generator: &mut impl Permute,
    chosen: &mut Vec<u32>,
) -> [usize; 2] {
    let total = (counts[0] + counts[1]) as f64;
    let exact = counts.map(|count| count as f64 / total * draws as f64);
    let mut drawn = exact.map(|share| share.floor() as usize);
    let mut missing = draws - (drawn[0] + drawn[1]);
    let remainders = [exact[0] - exact[0].floor(), exact[1] - exact[1].floor()];
    let (larger, smaller) = (remainders[0].max(remainders[1]), remainders[0].min(remainders[1]));
    for value in if larger == smaller { vec![larger] } else { vec![larger, smaller] } {
        if missing == 0 {
            break;
        }
        let tied: Vec<usize> = (0..2).filter(|&class| remainders[class] == value).collect();
        let add = tied.len().min(missing);
        // numpy.random.RandomState.choice without replacement: the head of a permutation.
        generator.permutation(tied.len() as u32, chosen);
        for &place in &chosen[..add] {
            drawn[tied[place as usize]] += 1;
        }
        missing -= add;
    }
    drawn
}
