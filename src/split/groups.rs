//! Whole groups: scikit-learn's `GroupKFold`, `GroupShuffleSplit` and `LeaveOneGroupOut`, step by step.

use crate::data::roles::Groups;
use crate::random::permutation::Permute;

/// The groups of the rows, numbered in the order of their names: as numbers if all are numbers, else as texts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SortedGroups {
    /// The group of each row.
    pub of_row: Vec<u32>,
    /// Number of groups.
    pub count: usize,
}

impl SortedGroups {
    /// Sorts the groups that have rows.
    pub fn new(groups: &Groups) -> SortedGroups {
        let mut has_rows = vec![false; groups.names.len()];
        groups.codes.iter().for_each(|&code| has_rows[code as usize] = true);
        let numbers: Option<Vec<f64>> =
            groups.names.iter().map(|name| name.trim().parse().ok().filter(|number: &f64| !number.is_nan())).collect();
        let mut order: Vec<usize> = (0..groups.names.len()).filter(|&group| has_rows[group]).collect();
        let by_name = |a: &usize, b: &usize| groups.names[*a].cmp(&groups.names[*b]);
        match &numbers {
            Some(numbers) => order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]).then_with(|| by_name(a, b))),
            None => order.sort_by(by_name),
        }
        let mut place = vec![0; groups.names.len()];
        (0u32..).zip(&order).for_each(|(rank, &group)| place[group] = rank);
        SortedGroups { of_row: groups.codes.iter().map(|&code| place[code as usize]).collect(), count: order.len() }
    }

    /// Numbers of rows per group.
    fn sizes(&self) -> Vec<usize> {
        let mut sizes = vec![0; self.count];
        self.of_row.iter().for_each(|&group| sizes[group as usize] += 1);
        sizes
    }

    /// The fold of each group where chance does not decide: the largest group still left goes to the fold with the fewest rows.
    pub fn balanced_folds(&self, folds: usize) -> Vec<u32> {
        let sizes = self.sizes();
        let mut order: Vec<usize> = (0..self.count).collect();
        order.sort_by_key(|&group| sizes[group]);
        let (mut fold_of, mut rows) = (vec![0; self.count], vec![0; folds]);
        for &group in order.iter().rev() {
            let lightest = (0..folds).min_by_key(|&fold| rows[fold]).unwrap_or(0);
            rows[lightest] += sizes[group];
            fold_of[group] = lightest as u32;
        }
        fold_of
    }

    /// The fold of each row, from that of each group.
    pub fn spread(&self, of_group: &[u32], fold_of: &mut Vec<u32>) {
        fold_of.clear();
        fold_of.extend(self.of_row.iter().map(|&group| of_group[group as usize]));
    }

    /// Draws `test` groups: those of a random permutation's beginning are 1, the others 0.
    pub fn draw(&self, generator: &mut impl Permute, test: usize, order: &mut Vec<u32>, of_group: &mut Vec<u32>) {
        generator.permutation(self.count as u32, order);
        of_group.clear();
        of_group.resize(self.count, 0);
        order.iter().take(test).for_each(|&group| of_group[group as usize] = 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(names: &[&str]) -> Vec<u32> {
        let groups = Groups {
            codes: (0..names.len() as u32).collect(),
            names: names.iter().map(|&name| name.to_owned()).collect(),
        };
        SortedGroups::new(&groups).of_row
    }

    #[test]
    fn numbers_sort_as_numbers_and_texts_as_texts() {
        assert_eq!(sorted(&["10", "9", "-1"]), [2, 1, 0]);
        assert_eq!(sorted(&["10", "9", "x"]), [0, 1, 2]);
        assert_eq!(sorted(&["b", "B", "a"]), [2, 0, 1]);
    }

    #[test]
    fn groups_without_rows_are_none() {
        let groups = Groups { codes: vec![2, 0, 2], names: ["c", "b", "a"].map(str::to_owned).to_vec() };
        assert_eq!(SortedGroups::new(&groups), SortedGroups { of_row: vec![0, 1, 0], count: 2 });
    }

    #[test]
    fn large_groups_are_dealt_first_to_the_fold_with_the_fewest_rows() {
        let groups = SortedGroups { of_row: vec![0, 0, 0, 0, 1, 1, 1, 2, 2, 3], count: 4 };
        assert_eq!(groups.balanced_folds(2), [0, 1, 1, 0]);
    }
}
