//! Splits of the rows into training and test rows.
//!
//! The schemes follow scikit-learn step by step. With MT19937 (`generator = "numpy"`) split i has, row for row, the rows of
//! `train_test_split(..., random_state = first_random_state + i)`; with our own streams the same steps take other random numbers.

mod classes;
mod dependence;
mod stratified;

pub use classes::{ClassesPresent, SplitClasses};
pub use dependence::Dependence;

use rand_mt::Mt;

use crate::random::permutation::Permute;
use crate::random::stream::{Purpose, Streams};

/// Names of the schemes.
pub const SCHEMES: &[&str] = &["shuffle", "stratified-shuffle", "all-rows"];

/// How rows are dealt to the training and test set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// A random permutation: its first part is the test set, the rest the training set.
    Shuffle,
    /// A random permutation within each class, so that both sets have the data's class shares as nearly as whole rows allow.
    StratifiedShuffle,
    /// Every row is a training row and none a test row: for data that are drawn afresh for each split.
    AllRows,
}

impl Scheme {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Scheme::Shuffle => "shuffle",
            Scheme::StratifiedShuffle => "stratified-shuffle",
            Scheme::AllRows => "all-rows",
        }
    }
}

/// The source of the random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generator {
    /// Our own streams, from the experiment's seed.
    Native,
    /// NumPy's legacy generator, seeded with `first_random_state` + i for split i.
    Numpy {
        /// The random state of split 0.
        first_random_state: u32,
    },
}

impl Generator {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Generator::Native => "native",
            Generator::Numpy { .. } => "numpy",
        }
    }
}

/// The rows of a split, in the order in which the scheme draws them. Reused from split to split.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Training rows.
    pub train: Vec<u32>,
    /// Test rows.
    pub test: Vec<u32>,
    by_class: stratified::RowsByClass,
}

/// Why a split is impossible.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SplitError {
    /// No rows would be left for training.
    #[error("test_fraction = {test_fraction} of {rows} rows leaves no row for training; use a smaller test_fraction")]
    NoTrainingRows {
        /// The value of `test_fraction`.
        test_fraction: f64,
        /// Rows of the data set.
        rows: usize,
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
    /// The data have more rows than an index of 32 bits can number.
    #[error("{0} rows are too many to split: a data set may have at most 4294967295")]
    TooManyRows(usize),
}

/// Deals the rows of a data set.
#[derive(Clone, Debug)]
pub struct Splitter {
    /// The scheme.
    pub scheme: Scheme,
    /// Share of test rows; 0 with [`Scheme::AllRows`].
    pub test_fraction: f64,
    /// The generator.
    pub generator: Generator,
    streams: Streams,
}

impl Splitter {
    /// A splitter for the data set called `dataset` in an experiment with this seed. [`Scheme::AllRows`] ignores `test_fraction`.
    pub fn new(scheme: Scheme, test_fraction: f64, generator: Generator, seed: u64, dataset: &str) -> Splitter {
        let test_fraction = if scheme == Scheme::AllRows { 0.0 } else { test_fraction };
        Splitter { scheme, test_fraction, generator, streams: Streams::new(seed, dataset, Purpose::Split) }
    }

    /// Numbers of training and test rows. Rounds the number of test rows up, as scikit-learn does.
    pub fn sizes(&self, rows: usize) -> (usize, usize) {
        let test = ((self.test_fraction * rows as f64).ceil() as usize).min(rows);
        (rows - test, test)
    }

    /// How results on the splits of so many rows depend on each other, where each split has these rows; None without test rows.
    pub fn dependence(&self, rows: usize) -> Option<Dependence> {
        let (train, test) = self.sizes(rows);
        (test > 0).then(|| Dependence::SharedRows { ratio: test as f64 / train as f64 })
    }

    /// The numbers of rows per class among the training and the test rows of a stratified split, from those of all rows: an
    /// outcome for each way of breaking ties. With two classes all are equally likely.
    pub fn stratified_outcomes(&self, counts: &[usize]) -> Vec<[Vec<usize>; 2]> {
        let (train, test) = self.sizes(counts.iter().sum());
        stratified::outcomes(counts, train, test)
    }

    /// Checks that `repeats` splits of data with these labels can be made.
    ///
    /// # Errors
    /// When no row is left for training, when stratification finds a class or a set too small, or when there are more rows or
    /// random states than can be numbered.
    pub fn check(&self, labels: &[u8], classes: &[String], repeats: u64) -> Result<(), SplitError> {
        let rows = labels.len();
        if u32::try_from(rows).is_err() {
            return Err(SplitError::TooManyRows(rows));
        }
        let (train, test) = self.sizes(rows);
        if train == 0 {
            return Err(SplitError::NoTrainingRows { test_fraction: self.test_fraction, rows });
        }
        if self.scheme == Scheme::StratifiedShuffle {
            let mut counts = vec![0; classes.len()];
            labels.iter().for_each(|&label| counts[usize::from(label)] += 1);
            for (class, count) in classes.iter().zip(counts) {
                if count < 2 {
                    return Err(SplitError::SmallClass { class: class.clone(), count });
                }
            }
            if train < classes.len() || test < classes.len() {
                return Err(SplitError::SmallSet { train, test, classes: classes.len() });
            }
        }
        if let Generator::Numpy { first_random_state } = self.generator
            && u64::from(first_random_state) + repeats - 1 > u64::from(u32::MAX)
        {
            return Err(SplitError::RandomStates { first: first_random_state, repeats });
        }
        Ok(())
    }

    /// Makes split `index` of rows with these labels.
    pub fn split(&self, index: u64, labels: &[u8], into: &mut Split) {
        match self.generator {
            Generator::Native => self.deal(&mut self.streams.stream(index), labels, into),
            Generator::Numpy { first_random_state } => {
                // `check` ensures that the sum fits.
                self.deal(&mut Mt::new(first_random_state.wrapping_add(index as u32)), labels, into);
            }
        }
    }

    fn deal(&self, generator: &mut impl Permute, labels: &[u8], into: &mut Split) {
        let (train, test) = self.sizes(labels.len());
        match self.scheme {
            Scheme::Shuffle => {
                generator.permutation(labels.len() as u32, &mut into.train);
                into.test.clear();
                into.test.extend(into.train.drain(..test));
            }
            Scheme::StratifiedShuffle => stratified::deal(generator, labels, train, test, into),
            Scheme::AllRows => {
                into.test.clear();
                into.train.clear();
                into.train.extend(0..train as u32);
            }
        }
    }
}
