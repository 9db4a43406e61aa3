//! The schemes by which rows are dealt, and the parameters that each has.

use std::sync::Arc;

use super::lists::Lists;

/// How rows are dealt to the training and test set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// A random permutation: its first part is the test set, the rest the training set.
    Shuffle,
    /// A random permutation within each class, so that both sets have the data's class shares as nearly as whole rows allow.
    StratifiedShuffle,
    /// Every row is a training row and none a test row: for data that are drawn afresh for each split.
    AllRows,
    /// The rows are cut into folds, and each fold is the test set of one split.
    KFold,
    /// Folds that have the data's class shares as nearly as whole rows allow.
    StratifiedKFold,
    /// Each row is the test set of one split.
    LeaveOneOut,
    /// Folds of whole groups.
    GroupKFold,
    /// A random permutation of the groups: its first part is the test set.
    GroupShuffle,
    /// Each group is the test set of one split.
    LeaveOneGroupOut,
    /// The test set comes after the training set in time.
    Time,
    /// As many rows as there are, drawn with replacement, train; the rows that were not drawn test.
    Bootstrap,
    /// A column of the data says which rows test.
    Fixed,
    /// Lists of row numbers from a file.
    Listed,
}

impl Scheme {
    /// All schemes.
    pub const ALL: [Scheme; 13] = [
        Scheme::Shuffle,
        Scheme::StratifiedShuffle,
        Scheme::AllRows,
        Scheme::KFold,
        Scheme::StratifiedKFold,
        Scheme::LeaveOneOut,
        Scheme::GroupKFold,
        Scheme::GroupShuffle,
        Scheme::LeaveOneGroupOut,
        Scheme::Time,
        Scheme::Bootstrap,
        Scheme::Fixed,
        Scheme::Listed,
    ];

    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Scheme::Shuffle => "shuffle",
            Scheme::StratifiedShuffle => "stratified-shuffle",
            Scheme::AllRows => "all-rows",
            Scheme::KFold => "k-fold",
            Scheme::StratifiedKFold => "stratified-k-fold",
            Scheme::LeaveOneOut => "leave-one-out",
            Scheme::GroupKFold => "group-k-fold",
            Scheme::GroupShuffle => "group-shuffle",
            Scheme::LeaveOneGroupOut => "leave-one-group-out",
            Scheme::Time => "time",
            Scheme::Bootstrap => "bootstrap",
            Scheme::Fixed => "fixed",
            Scheme::Listed => "listed",
        }
    }

    /// A line about the scheme.
    pub fn about(self) -> &'static str {
        match self {
            Scheme::Shuffle => "a random permutation: first the test set, then the training set",
            Scheme::StratifiedShuffle => "the same within each class",
            Scheme::AllRows => "every row trains and none tests; for simulated data with redraw = true",
            Scheme::KFold => "the rows are cut into folds; each fold is the test set of one split",
            Scheme::StratifiedKFold => "folds with the class shares of the data",
            Scheme::LeaveOneOut => "each row is the test set of one split",
            Scheme::GroupKFold => "folds of whole groups; the data set names its groups",
            Scheme::GroupShuffle => {
                "a random permutation of the groups: first the test groups, then the training groups"
            }
            Scheme::LeaveOneGroupOut => "each group is the test set of one split",
            Scheme::Time => {
                "blocks of test rows, each trained by the rows before it; the data set names its time, else rows are in order"
            }
            Scheme::Bootstrap => "as many rows as there are, drawn with replacement, train; the rows never drawn test",
            Scheme::Fixed => "one split: a column that the data set names says which rows test",
            Scheme::Listed => {
                "the row numbers of a file, as `logitbench splits` writes them, or an OpenML task's splits"
            }
        }
    }

    /// The keys of `[split]` that the scheme has beside `scheme` and `repeats`.
    pub fn keys(self) -> &'static [&'static str] {
        match self {
            Scheme::Shuffle | Scheme::StratifiedShuffle | Scheme::GroupShuffle => {
                &["test_fraction", "most_repeats", "generator", "first_random_state", "random_state"]
            }
            Scheme::AllRows => &["most_repeats"],
            Scheme::KFold | Scheme::StratifiedKFold | Scheme::GroupKFold => {
                &["folds", "shuffle", "generator", "first_random_state", "random_state"]
            }
            Scheme::LeaveOneOut | Scheme::LeaveOneGroupOut | Scheme::Fixed => &["generator"],
            Scheme::Time => &["folds", "test_rows", "window", "gap", "generator"],
            Scheme::Bootstrap => &["most_repeats", "generator", "first_random_state", "random_state"],
            Scheme::Listed => &["lists"],
        }
    }

    /// Whether splits are independent draws, given the data.
    pub fn draws_independently(self) -> bool {
        matches!(
            self,
            Scheme::Shuffle | Scheme::StratifiedShuffle | Scheme::AllRows | Scheme::GroupShuffle | Scheme::Bootstrap
        )
    }

    /// Whether the scheme deals whole groups.
    pub fn is_of_groups(self) -> bool {
        matches!(self, Scheme::GroupKFold | Scheme::GroupShuffle | Scheme::LeaveOneGroupOut)
    }

    /// Whether no random draw parts the rows of a group: the scheme deals whole groups, has no test rows, or a person deals its rows.
    pub fn keeps_groups(self) -> bool {
        self.is_of_groups() || matches!(self, Scheme::AllRows | Scheme::Fixed | Scheme::Listed)
    }

    /// Whether a repetition is a partition into `folds` folds.
    pub fn is_of_folds(self) -> bool {
        matches!(self, Scheme::KFold | Scheme::StratifiedKFold | Scheme::GroupKFold)
    }

    /// Whether the number of splits follows from the data or from a file.
    pub fn is_counted_from_data(self) -> bool {
        matches!(self, Scheme::LeaveOneOut | Scheme::LeaveOneGroupOut | Scheme::Listed)
    }

    /// Whether most splits have the same numbers of training and test rows as others.
    pub fn has_few_sizes(self) -> bool {
        use Scheme::{AllRows, KFold, LeaveOneOut, Shuffle, StratifiedKFold, StratifiedShuffle};
        matches!(self, Shuffle | StratifiedShuffle | AllRows | KFold | StratifiedKFold | LeaveOneOut)
    }

    /// The scheme of this name.
    pub fn named(name: &str) -> Option<Scheme> {
        Scheme::ALL.into_iter().find(|scheme| scheme.name() == name)
    }
}

/// Names of the schemes.
pub const SCHEMES: &[&str] = &{
    let mut names = [""; Scheme::ALL.len()];
    let mut place = 0;
    while place < names.len() {
        names[place] = Scheme::ALL[place].name();
        place += 1;
    }
    names
};

/// A scheme with its parameters; those that the scheme does not have are not looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Dealing {
    /// The scheme.
    pub scheme: Scheme,
    /// Share of test rows, or of test groups.
    pub test_fraction: f64,
    /// Folds of a partition, or test blocks of [`Scheme::Time`].
    pub folds: usize,
    /// Whether folds are drawn at random; else they follow the order of the rows.
    pub shuffle: bool,
    /// Rows in each test block of [`Scheme::Time`].
    pub test_rows: Option<usize>,
    /// Most training rows of [`Scheme::Time`], the last ones before the gap.
    pub window: Option<usize>,
    /// Rows between training and test rows of [`Scheme::Time`].
    pub gap: usize,
    /// The lists of [`Scheme::Listed`].
    pub lists: Option<Arc<Lists>>,
}

impl Dealing {
    /// A scheme with the usual parameters.
    pub fn of(scheme: Scheme) -> Dealing {
        let (test_fraction, folds, shuffle) = (0.25, 5, true);
        Dealing { scheme, test_fraction, folds, shuffle, test_rows: None, window: None, gap: 0, lists: None }
    }

    /// A scheme with this share of test rows.
    pub fn with_test_fraction(scheme: Scheme, test_fraction: f64) -> Dealing {
        Dealing { test_fraction, ..Dealing::of(scheme) }
    }

    /// Whether chance decides who is in which set, so that a repetition is another split or partition.
    pub fn is_random(&self) -> bool {
        match self.scheme {
            scheme if scheme.is_of_folds() => self.shuffle,
            scheme => scheme.draws_independently() && scheme != Scheme::AllRows,
        }
    }
}
