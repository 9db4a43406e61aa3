//! Why splits are impossible.

/// Why a split is impossible.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SplitError {
    /// No rows would be left for training.
    #[error("test_fraction = {test_fraction} of {count} {what} leaves none for training; use a smaller test_fraction")]
    NoTrainingRows {
        /// The value of `test_fraction`.
        test_fraction: f64,
        /// What is dealt: rows or groups.
        what: &'static str,
        /// Their number.
        count: usize,
    },
    /// A class is too small to be in both sets.
    #[error(
        "class \"{class}\" has {count} row(s), and scheme = \"stratified-shuffle\" needs at least 2 of each class; use \"shuffle\""
    )]
    SmallClass {
        /// The class.
        class: String,
        /// Its rows.
        count: usize,
    },
    /// A set is too small to hold all classes.
    #[error(
        "scheme = \"stratified-shuffle\" needs at least {classes} rows in the training and in the test set, but there would be \
         {train} and {test}; change test_fraction"
    )]
    SmallSet {
        /// Training rows.
        train: usize,
        /// Test rows.
        test: usize,
        /// Classes.
        classes: usize,
    },
    /// More folds than rows or groups.
    #[error("folds = {folds} of {count} {what}: each fold needs one; use folds = {count} or fewer")]
    ManyFolds {
        /// The value of `folds`.
        folds: usize,
        /// What is dealt: rows or groups.
        what: &'static str,
        /// Their number.
        count: usize,
    },
    /// No class has a row for each fold.
    #[error(
        "folds = {folds}, but the largest class has {count} row(s), so no class can be in every fold; use folds = {count} or fewer"
    )]
    SmallClasses {
        /// The value of `folds`.
        folds: usize,
        /// Rows of the largest class.
        count: usize,
    },
    /// Fewer than two rows or groups.
    #[error("scheme = \"{scheme}\" needs at least 2 {what}, and there is {count}")]
    TooFew {
        /// The scheme.
        scheme: &'static str,
        /// What is left out in turn.
        what: &'static str,
        /// Their number.
        count: usize,
    },
    /// The data set does not name a column that the scheme goes by.
    #[error("scheme = \"{scheme}\" goes by a column that the data set does not name: add {example} to its [[dataset]]")]
    NoColumn {
        /// The scheme.
        scheme: &'static str,
        /// The key, as it would be written.
        example: &'static str,
    },
    /// The test blocks and the gap leave no rows to train the first fit.
    #[error(
        "{folds} blocks of {test_rows} test rows and gap = {gap} leave no rows of {rows} to train the first fit; use fewer folds, \
         a smaller gap or fewer test_rows"
    )]
    NoRowsBefore {
        /// The value of `folds`.
        folds: usize,
        /// Rows in a test block.
        test_rows: usize,
        /// The value of `gap`.
        gap: usize,
        /// All rows.
        rows: usize,
    },
    /// The first test block begins at the earliest time.
    #[error(
        "{folds} blocks of {test_rows} test rows: the first begins amid the {ties} rows of the earliest time, so no row before it can \
         train; use fewer folds or fewer test_rows"
    )]
    NoEarlierTime {
        /// The value of `folds`.
        folds: usize,
        /// Rows in a test block.
        test_rows: usize,
        /// Rows of the earliest time.
        ties: usize,
    },
    /// The fixed test set leaves no training or no test rows.
    #[error(
        "scheme = \"fixed\": the column of the test set marks {test} of {rows} rows; it must mark some, and leave some to train"
    )]
    OneSided {
        /// Rows that it marks.
        test: usize,
        /// All rows.
        rows: usize,
    },
    /// There are no lists.
    #[error("scheme = \"listed\" needs lists with at least one split: add lists = \"FILE\"")]
    NoLists,
    /// Random states exceed 2³² − 1.
    #[error(
        "first_random_state = {first} and {repeats} repeats run past the largest random_state, 4294967295; use a smaller \
         first_random_state or fewer repeats"
    )]
    RandomStates {
        /// The first.
        first: u32,
        /// How many.
        repeats: u64,
    },
    /// One stream of random numbers is too long to go through.
    #[error(
        "random_state with {repeats} repeats of {rows} rows is a stream of more than {most} numbers, all of which have to be drawn before the \
         last split: use first_random_state, or fewer repeats"
    )]
    LongStream {
        /// Repetitions.
        repeats: u64,
        /// Rows of the data.
        rows: usize,
        /// Most numbers.
        most: u64,
    },
    /// The data have more rows than an index of 32 bits can number.
    #[error("{0} rows are too many to split: a data set may have at most 4294967295")]
    TooManyRows(usize),
}
