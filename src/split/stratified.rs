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
    let Split { train: train_rows, test: test_rows, by_class, .. } = into;
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

/// Numbers of rows per class among `train` training and `test` test rows, of classes with `counts` rows: an outcome for each way of
/// breaking ties. With two classes all outcomes are equally likely.
pub fn outcomes(counts: &[usize], train: usize, test: usize) -> Vec<[Vec<usize>; 2]> {
    let mut permutation = Vec::new();
    let mut mode =
        |counts: &[usize], draws, first| approximate_mode(counts, draws, &mut Rotation(first), &mut permutation);
    let mut all = Vec::new();
    for (first, second) in (0..counts.len()).flat_map(|first| (0..counts.len()).map(move |second| (first, second))) {
        let train = mode(counts, train, first);
        let remaining: Vec<usize> = counts.iter().zip(&train).map(|(count, train)| count - train).collect();
        let test = mode(&remaining, test, second);
        all.push([train, test]);
    }
    all
}

/// A permutation without chance: a rotation to a given place.
struct Rotation(usize);

impl Permute for Rotation {
    fn bits(&mut self) -> u32 {
        0
    }

    fn shuffle(&mut self, values: &mut [u32]) {
        if !values.is_empty() {
            values.rotate_left(self.0 % values.len());
        }
    }
}

/// Numbers of rows per class near the mode of a multivariate hypergeometric draw (`_approximate_mode`): rounds shares down, then
/// gives the rows still missing to the largest remainders, breaking ties at random.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_by_hand() {
        // 60 rows into 45 and 15: of 3 positives 2.25 are due to training, of the one left 1 to the test set.
        assert!(outcomes(&[57, 3], 45, 15).iter().all(|outcome| *outcome == [vec![43, 2], vec![14, 1]]));
        // Of 2 positives among 60, 1.5 are due: a tie, and the test set gets the one that is left, or none.
        let two = outcomes(&[58, 2], 45, 15);
        assert_eq!(two.len(), 4);
        assert_eq!(two.iter().filter(|[_, test]| *test == [15, 0]).count(), 2);
        assert_eq!(two.iter().filter(|[train, _]| *train == [44, 1]).count(), 2);
    }
}
