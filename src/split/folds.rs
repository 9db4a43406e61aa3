//! Folds: scikit-learn's `KFold` and `StratifiedKFold`, step by step.

use super::Split;
use crate::random::permutation::Permute;

/// Puts rows into folds of equal size, the first ones with a row more where the sizes differ; `fold_of` gets the fold of each row.
/// A generator that does not shuffle gives folds of neighbouring rows.
pub fn k_fold(generator: &mut impl Permute, rows: usize, folds: usize, order: &mut Vec<u32>, fold_of: &mut Vec<u32>) {
    generator.permutation(rows as u32, order);
    fold_of.clear();
    fold_of.resize(rows, 0);
    let mut next = order.iter();
    for fold in 0..folds {
        let size = rows / folds + usize::from(fold < rows % folds);
        next.by_ref().take(size).for_each(|&row| fold_of[row as usize] = fold as u32);
    }
}

/// Puts the rows of each class into folds. Class by class, in the order of their first rows, the folds take turns, each class going
/// on where the one before has ended; which of its rows a fold gets is drawn.
pub fn stratified_k_fold(
    generator: &mut impl Permute,
    labels: &[u8],
    folds: usize,
    turns: &mut Vec<u32>,
    fold_of: &mut Vec<u32>,
) {
    fold_of.clear();
    fold_of.resize(labels.len(), 0);
    let mut first = 0;
    for (class, size) in classes_in_order(labels) {
        turns.clear();
        // The numbers first, first + 1, …, first + size − 1 modulo folds, in ascending order.
        for fold in 0..folds {
            let skip = (fold + folds - first % folds) % folds;
            let count = size.saturating_sub(skip).div_ceil(folds);
            turns.extend(std::iter::repeat_n(fold as u32, count));
        }
        generator.shuffle(turns);
        let of_class = labels.iter().enumerate().filter(|(_, label)| **label == class);
        of_class.zip(&*turns).for_each(|((row, _), &fold)| fold_of[row] = fold);
        first += size;
    }
}

/// The classes in the order of their first rows, with their sizes.
fn classes_in_order(labels: &[u8]) -> Vec<(u8, usize)> {
    let (mut sizes, mut order) = ([0; 256], Vec::new());
    for &label in labels {
        if sizes[usize::from(label)] == 0 {
            order.push(label);
        }
        sizes[usize::from(label)] += 1;
    }
    order.into_iter().map(|class| (class, sizes[usize::from(class)])).collect()
}

/// The rows of one fold test, those of the others train; both in the order of the rows.
pub fn take_fold(fold_of: &[u32], fold: u32, into: &mut Split) {
    into.is_partition = true;
    into.train.clear();
    into.test.clear();
    for (row, &of) in (0u32..).zip(fold_of) {
        if of == fold { into.test.push(row) } else { into.train.push(row) }
    }
}
