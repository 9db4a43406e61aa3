//! Classes present among the rows of a split.

use serde::{Deserialize, Serialize};

use super::Split;

/// How many of the data's classes are present among some rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClassesPresent {
    /// Not known, because the split was never dealt.
    #[default]
    Unknown,
    /// No class: there are no rows.
    None,
    /// All rows have the same class.
    One,
    /// Several classes, and some class has no row.
    Several,
    /// Every class has a row.
    All,
}

/// The classes present among the training and test rows of a split.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitClasses {
    /// Among the training rows.
    pub train: ClassesPresent,
    /// Among the test rows.
    pub test: ClassesPresent,
}

impl ClassesPresent {
    /// Counts the classes among rows with these class indices, of `classes` classes (at most 256). Stops at the row that completes
    /// them.
    pub fn of(rows: impl Iterator<Item = u8>, classes: usize) -> ClassesPresent {
        let mut seen = [false; 256];
        let mut count = 0;
        for class in rows {
            count += usize::from(!std::mem::replace(&mut seen[usize::from(class)], true));
            if count == classes {
                return ClassesPresent::All;
            }
        }
        match count {
            0 => ClassesPresent::None,
            1 => ClassesPresent::One,
            _ => ClassesPresent::Several,
        }
    }
}

impl SplitClasses {
    /// The classes present in a dealt split, from the labels of all rows and the number of the data's classes.
    pub fn of(split: &Split, labels: &[u8], classes: usize) -> SplitClasses {
        let present = |rows: &[u32]| ClassesPresent::of(rows.iter().map(|&row| labels[row as usize]), classes);
        SplitClasses { train: present(&split.train), test: present(&split.test) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_counted_among_rows() {
        let of = |rows: &[u8], classes| ClassesPresent::of(rows.iter().copied(), classes);
        assert_eq!(of(&[], 2), ClassesPresent::None);
        assert_eq!(of(&[1, 1, 1], 2), ClassesPresent::One);
        assert_eq!(of(&[1, 1, 0], 2), ClassesPresent::All);
        assert_eq!(of(&[2, 0, 2], 3), ClassesPresent::Several);
        assert_eq!(of(&[2, 0, 255, 1], 4), ClassesPresent::All);
    }

    #[test]
    fn each_sample_of_a_split_is_looked_at_alone() {
        let split = Split { train: vec![0, 3, 1], test: vec![2], ..Split::default() };
        let classes = SplitClasses::of(&split, &[0, 1, 1, 0], 2);
        assert_eq!(classes, SplitClasses { train: ClassesPresent::All, test: ClassesPresent::One });
    }
}
