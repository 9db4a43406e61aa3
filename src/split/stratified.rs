//! Stratified shuffle: scikit-learn's `StratifiedShuffleSplit`, step by step.

use super::Split;
use crate::random::permutation::Permute;

/// The rows of each class, and storage reused from split to split.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowsByClass {
    rows: Vec<Vec<u32>>,
    permutation: Vec<u32>,
}

impl RowsByClass {
    /// Sorts rows into the classes 0 to the largest label.
    fn sort(&mut self, labels: &[u8]) {
        let classes = labels.iter().max().map_or(0, |&largest| usize::from(largest) + 1);
        self.rows.resize_with(classes, Vec::new);
        self.rows.iter_mut().for_each(Vec::clear);
        for (row, &label) in (0u32..).zip(labels) {
            self.rows[usize::from(label)].push(row);
        }
    }
}

/// Deals `train` and `test` rows, classes in proportion.
pub fn deal(generator: &mut impl Permute, labels: &[u8], train: usize, test: usize, into: &mut Split) {
    let Split { train: train_rows, test: test_rows, by_class } = into;
    by_class.sort(labels);
    let RowsByClass { rows, permutation } = by_class;
    let counts: Vec<usize> = rows.iter().map(Vec::len).collect();
    let train_counts = approximate_mode(&counts, train, generator, permutation);
    let remaining: Vec<usize> = counts.iter().zip(&train_counts).map(|(count, train)| count - train).collect();
    let test_counts = approximate_mode(&remaining, test, generator, permutation);
    train_rows.clear();
    test_rows.clear();
    for ((rows, &train), &test) in rows.iter().zip(&train_counts).zip(&test_counts) {
        generator.permutation(rows.len() as u32, permutation);
        let mut permuted = permutation.iter().map(|&place| rows[place as usize]);
        train_rows.extend(permuted.by_ref().take(train));
        test_rows.extend(permuted.take(test));
    }
    generator.shuffle(train_rows);
    generator.shuffle(test_rows);
}

/// The numbers of rows per class nearest to the mode of a multivariate hypergeometric draw (`_approximate_mode`): shares
/// rounded down, and rows still missing given to the largest remainders, ties broken at random.
fn approximate_mode(
    counts: &[usize],
    draws: usize,
    generator: &mut impl Permute,
    permutation: &mut Vec<u32>,
) -> Vec<usize> {
    let total = counts.iter().sum::<usize>() as f64;
    let exact: Vec<f64> = counts.iter().map(|&count| count as f64 / total * draws as f64).collect();
    let mut drawn: Vec<usize> = exact.iter().map(|share| share.floor() as usize).collect();
    let mut missing = draws - drawn.iter().sum::<usize>();
    let remainders: Vec<f64> = exact.iter().map(|share| share - share.floor()).collect();
    let mut descending = remainders.clone();
    descending.sort_unstable_by(|a, b| b.total_cmp(a));
    descending.dedup();
    for value in descending {
        if missing == 0 {
            break;
        }
        let tied: Vec<usize> = (0..counts.len()).filter(|&class| remainders[class] == value).collect();
        let add = tied.len().min(missing);
        // numpy.random.RandomState.choice without replacement: the head of a permutation.
        generator.permutation(tied.len() as u32, permutation);
        for &place in &permutation[..add] {
            drawn[tied[place as usize]] += 1;
        }
        missing -= add;
    }
    drawn
}
