//! Splits of the rows into training and test rows.
//!
//! The schemes follow scikit-learn step by step. With MT19937 (`generator = "numpy"`) the splits are, row for row, those of its
//! splitters; with our own streams the same steps take other random numbers.
//!
//! A *repetition* is what chance draws at a time: one split of most schemes, a partition into folds of others. Split i of a scheme
//! with k splits to a repetition is split i mod k of repetition ⌊i / k⌋.

mod classes;
mod dependence;
mod error;
mod folds;
mod groups;
pub mod lists;
mod scheme;
mod states;
mod stratified;
mod time;

pub use classes::{ClassesPresent, SplitClasses};
pub use dependence::Dependence;
pub use error::SplitError;
pub use lists::{ListedSplit, Lists, ListsError};
pub use scheme::{Dealing, SCHEMES, Scheme};

use rand_mt::Mt;

use crate::data::roles::Roles;
use crate::random::permutation::Permute;
use crate::random::stream::{Purpose, Streams};
use groups::SortedGroups;
use states::States;
use time::InTime;

/// The source of the random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generator {
    /// Our own streams, from the experiment's seed.
    Native,
    /// NumPy's legacy generator, seeded with `first_random_state` + r for repetition r, as if the splitter were made anew.
    Numpy {
        /// The random state of repetition 0.
        first_random_state: u32,
    },
    /// NumPy's legacy generator, seeded once: the repetitions follow each other, as those of one splitter.
    NumpyOnce {
        /// The random state.
        random_state: u32,
    },
}

impl Generator {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Generator::Native => "native",
            Generator::Numpy { .. } | Generator::NumpyOnce { .. } => "numpy",
        }
    }
}

/// The rows of a split, in the order in which the scheme draws them. Reused from split to split.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Training rows; a row that was drawn several times is there as often.
    pub train: Vec<u32>,
    /// Test rows.
    pub test: Vec<u32>,
    /// Whether it is known that each row of the data is in one of the two sets, once.
    pub is_partition: bool,
    by_class: stratified::RowsByClass,
    order: Vec<u32>,
    fold_of: Vec<u32>,
}

/// Most numbers of one stream, which takes seconds.
const MOST_NUMBERS: u64 = 500_000_000;

/// A generator that leaves every order as it is, for schemes without chance.
struct InOrder;

impl Permute for InOrder {
    fn bits(&mut self) -> u32 {
        0
    }

    fn shuffle(&mut self, _: &mut [u32]) {}
}

/// Deals the rows of a data set.
#[derive(Clone, Debug)]
pub struct Splitter {
    /// The scheme and its parameters.
    pub dealing: Dealing,
    /// The generator.
    pub generator: Generator,
    streams: Streams,
    /// Splits of a repetition.
    per_repetition: u64,
    groups: SortedGroups,
    /// The fold of each group, or whether it tests, where chance does not decide.
    fold_of_group: Vec<u32>,
    /// Rows in the order of time.
    in_time: InTime,
    /// Whether each row tests.
    test: Vec<bool>,
    states: States,
}

impl Splitter {
    /// A splitter for the data set called `dataset` in an experiment with this seed. What follows from the rows is found by
    /// [`Splitter::prepare`].
    pub fn new(mut dealing: Dealing, generator: Generator, seed: u64, dataset: &str) -> Splitter {
        if dealing.scheme == Scheme::AllRows {
            dealing.test_fraction = 0.0;
        }
        Splitter {
            dealing,
            generator,
            streams: Streams::new(seed, dataset, Purpose::Split),
            per_repetition: 1,
            groups: SortedGroups::default(),
            fold_of_group: Vec::new(),
            in_time: InTime::default(),
            test: Vec::new(),
            states: States::default(),
        }
    }

    /// The scheme.
    pub fn scheme(&self) -> Scheme {
        self.dealing.scheme
    }

    /// Number of splits of a repetition.
    pub fn splits_per_repetition(&self) -> u64 {
        self.per_repetition
    }

    /// Number of test blocks of [`Scheme::Time`] that begin amid rows of one time, the earlier of which then do not train.
    pub fn cut_times(&self) -> usize {
        if self.scheme() == Scheme::Time { self.in_time.cut_times(&self.dealing) } else { 0 }
    }

    /// SHA-256 of the lists that the splitter deals by, if it has some.
    pub fn lists_digest(&self) -> Option<String> {
        self.dealing.lists.as_ref().map(|lists| lists.digest())
    }

    /// Numbers of training and test rows, of schemes that deal a share of the rows. Rounds the number of test rows up, as
    /// scikit-learn does.
    pub fn sizes(&self, rows: usize) -> (usize, usize) {
        let test = ((self.dealing.test_fraction * rows as f64).ceil() as usize).min(rows);
        (rows - test, test)
    }

    /// How results on the splits of so many rows depend on each other, where each split has these rows; None without test rows.
    pub fn dependence(&self, rows: usize) -> Option<Dependence> {
        Some(match self.dealing.scheme {
            Scheme::Shuffle | Scheme::StratifiedShuffle => {
                let (train, test) = self.sizes(rows);
                Dependence::SharedRows { ratio: test as f64 / train as f64 }
            }
            Scheme::AllRows => return None,
            Scheme::KFold | Scheme::StratifiedKFold if self.dealing.shuffle => {
                Dependence::Folds { folds: self.dealing.folds }
            }
            scheme => Dependence::Unknown { scheme },
        })
    }

    /// The numbers of rows per class among the training and the test rows of a stratified split, from those of all rows: an
    /// outcome for each way of breaking ties. With two classes all are equally likely.
    pub fn stratified_outcomes(&self, counts: &[usize]) -> Vec<[Vec<usize>; 2]> {
        let (train, test) = self.sizes(counts.iter().sum());
        stratified::outcomes(counts, train, test)
    }

    /// Finds what follows from the rows, and checks that `repeats` repetitions can be made of rows with these labels and roles.
    ///
    /// # Errors
    /// When a set would have no rows, a fold or class is too small, the data lack a column that the scheme goes by, a list names
    /// a row that they do not have, or there are more rows or random states than can be numbered.
    pub fn prepare(
        &mut self,
        labels: &[u8],
        roles: &Roles,
        classes: &[String],
        repeats: u64,
    ) -> Result<(), SplitError> {
        let rows = labels.len();
        if u32::try_from(rows).is_err() {
            return Err(SplitError::TooManyRows(rows));
        }
        if self.dealing.scheme.is_of_groups() {
            let example = "groups = \"COLUMN\"";
            let groups = roles.groups.as_ref().ok_or_else(|| self.no_column(example))?;
            self.groups = SortedGroups::new(groups);
        }
        self.per_repetition = self.count(labels, roles, classes)?;
        match self.generator {
            Generator::Numpy { first_random_state: first } if u64::from(first) + repeats - 1 > u64::from(u32::MAX) => {
                return Err(SplitError::RandomStates { first, repeats });
            }
            Generator::NumpyOnce { .. } if repeats.saturating_mul(rows as u64) > MOST_NUMBERS => {
                return Err(SplitError::LongStream { repeats, rows, most: MOST_NUMBERS });
            }
            Generator::NumpyOnce { random_state } => {
                let mut scratch = Split::default();
                let mut deal = |generator: &mut Mt| self.deal(generator, 0, labels, &mut scratch);
                self.states = States::new(random_state, repeats, &mut deal);
            }
            Generator::Native | Generator::Numpy { .. } => {}
        }
        Ok(())
    }

    /// Number of splits of a repetition, after the checks of the scheme.
    fn count(&mut self, labels: &[u8], roles: &Roles, classes: &[String]) -> Result<u64, SplitError> {
        let (rows, scheme, folds) = (labels.len(), self.dealing.scheme, self.dealing.folds);
        let few_folds = |what, count| match folds > count {
            true => Err(SplitError::ManyFolds { folds, what, count }),
            false => Ok(folds as u64),
        };
        let each = |what, count| match count < 2 {
            true => Err(SplitError::TooFew { scheme: scheme.name(), what, count }),
            false => Ok(count as u64),
        };
        match scheme {
            Scheme::Shuffle | Scheme::StratifiedShuffle | Scheme::AllRows => {
                self.check_share("rows", rows)?;
                if scheme == Scheme::StratifiedShuffle {
                    self.check_classes(labels, classes)?;
                }
                Ok(1)
            }
            Scheme::GroupShuffle => self.check_share("groups", self.groups.count),
            Scheme::Bootstrap => each("rows", rows).map(|_| 1),
            Scheme::KFold => few_folds("rows", rows),
            Scheme::StratifiedKFold => {
                let count = sizes(labels, classes.len()).into_iter().max().unwrap_or(0);
                if count < folds { Err(SplitError::SmallClasses { folds, count }) } else { Ok(folds as u64) }
            }
            Scheme::GroupKFold => {
                let count = few_folds("groups", self.groups.count)?;
                self.fold_of_group = self.groups.balanced_folds(folds);
                Ok(count)
            }
            Scheme::LeaveOneOut => each("rows", rows),
            Scheme::LeaveOneGroupOut => {
                self.fold_of_group = (0..self.groups.count as u32).collect();
                each("groups", self.groups.count)
            }
            Scheme::Time => {
                self.in_time = InTime::new(rows, roles.order.as_deref());
                self.in_time.check(&self.dealing)?;
                Ok(folds as u64)
            }
            Scheme::Fixed => {
                self.test = roles.test.clone().ok_or_else(|| self.no_column("test_set = \"COLUMN\""))?;
                let test = self.test.iter().filter(|&&is_test| is_test).count();
                if test == 0 || test == rows { Err(SplitError::OneSided { test, rows }) } else { Ok(1) }
            }
            Scheme::Listed => {
                let lists = self.dealing.lists.clone().unwrap_or_default();
                if lists.splits.is_empty() { Err(SplitError::NoLists) } else { Ok(lists.splits.len() as u64) }
            }
        }
    }

    fn no_column(&self, example: &'static str) -> SplitError {
        SplitError::NoColumn { scheme: self.dealing.scheme.name(), example }
    }

    /// Checks that a share of so many rows, or groups, can test.
    fn check_share(&self, what: &'static str, count: usize) -> Result<u64, SplitError> {
        let test_fraction = self.dealing.test_fraction;
        match self.sizes(count).0 {
            0 => Err(SplitError::NoTrainingRows { test_fraction, what, count }),
            _ => Ok(1),
        }
    }

    /// Checks that a stratified shuffle can put every class into both sets.
    fn check_classes(&self, labels: &[u8], classes: &[String]) -> Result<(), SplitError> {
        let (train, test) = self.sizes(labels.len());
        for (class, count) in classes.iter().zip(sizes(labels, classes.len())) {
            if count < 2 {
                return Err(SplitError::SmallClass { class: class.clone(), count });
            }
        }
        if train < classes.len() || test < classes.len() {
            return Err(SplitError::SmallSet { train, test, classes: classes.len() });
        }
        Ok(())
    }

    /// Makes split `index` of rows with these labels.
    pub fn split(&self, index: u64, labels: &[u8], into: &mut Split) {
        let (repetition, place) = (index / self.per_repetition, (index % self.per_repetition) as usize);
        if !self.dealing.is_random() {
            self.deal(&mut InOrder, place, labels, into);
            return;
        }
        match self.generator {
            Generator::Native => self.deal(&mut self.streams.stream(repetition), place, labels, into),
            Generator::Numpy { first_random_state } => {
                // `prepare` ensures that the sum fits.
                self.deal(&mut Mt::new(first_random_state.wrapping_add(repetition as u32)), place, labels, into);
            }
            Generator::NumpyOnce { random_state } => {
                let mut deal = |generator: &mut Mt| self.deal(generator, 0, labels, into);
                let mut generator = self.states.before(repetition, random_state, &mut deal);
                self.deal(&mut generator, place, labels, into);
            }
        }
    }

    /// Deals split `place` of a repetition. Every split of a repetition takes the same random numbers.
    fn deal(&self, generator: &mut impl Permute, place: usize, labels: &[u8], into: &mut Split) {
        let (rows, dealing) = (labels.len(), &self.dealing);
        into.is_partition = true;
        match dealing.scheme {
            Scheme::Shuffle => {
                let (_, test) = self.sizes(rows);
                generator.permutation(rows as u32, &mut into.train);
                into.test.clear();
                into.test.extend(into.train.drain(..test));
            }
            Scheme::StratifiedShuffle => {
                let (train, test) = self.sizes(rows);
                stratified::deal(generator, labels, train, test, into);
            }
            Scheme::AllRows => {
                into.test.clear();
                into.train.clear();
                into.train.extend(0..rows as u32);
            }
            Scheme::KFold => {
                folds::k_fold(generator, rows, dealing.folds, &mut into.order, &mut into.fold_of);
                into.take_fold(place);
            }
            Scheme::StratifiedKFold => {
                folds::stratified_k_fold(generator, labels, dealing.folds, &mut into.order, &mut into.fold_of);
                into.take_fold(place);
            }
            Scheme::LeaveOneOut => {
                into.train.clear();
                into.train.extend((0..rows as u32).filter(|&row| row as usize != place));
                into.test.clear();
                into.test.push(place as u32);
            }
            Scheme::GroupKFold if dealing.shuffle => {
                let mut of_group = Vec::new();
                folds::k_fold(generator, self.groups.count, dealing.folds, &mut into.order, &mut of_group);
                self.groups.spread(&of_group, &mut into.fold_of);
                into.take_fold(place);
            }
            Scheme::GroupKFold | Scheme::LeaveOneGroupOut => {
                self.groups.spread(&self.fold_of_group, &mut into.fold_of);
                into.take_fold(place);
            }
            Scheme::GroupShuffle => {
                let (_, test) = self.sizes(self.groups.count);
                let mut of_group = Vec::new();
                self.groups.draw(generator, test, &mut into.order, &mut of_group);
                self.groups.spread(&of_group, &mut into.fold_of);
                into.take_fold(1);
            }
            Scheme::Time => self.in_time.deal(dealing, place, into),
            Scheme::Bootstrap => into.draw_with_replacement(generator, rows),
            Scheme::Fixed => {
                into.fold_of.clear();
                into.fold_of.extend(self.test.iter().map(|&is_test| u32::from(is_test)));
                into.take_fold(1);
            }
            Scheme::Listed => {
                let listed = dealing.lists.as_ref().and_then(|lists| lists.splits.get(place));
                into.is_partition = false;
                into.train.clone_from(listed.map_or(&Vec::new(), |listed| &listed.train));
                into.test.clone_from(listed.map_or(&Vec::new(), |listed| &listed.test));
            }
        }
    }
}

impl Split {
    /// The rows of one fold test, those of the others train.
    fn take_fold(&mut self, fold: usize) {
        let fold_of = std::mem::take(&mut self.fold_of);
        folds::take_fold(&fold_of, fold as u32, self);
        self.fold_of = fold_of;
    }

    /// As many training rows as there are rows, drawn with replacement as NumPy's `RandomState.randint(0, n, n)`; the rows that were
    /// not drawn test.
    fn draw_with_replacement(&mut self, generator: &mut impl Permute, rows: usize) {
        self.is_partition = false;
        self.fold_of.clear();
        self.fold_of.resize(rows, 0);
        self.train.clear();
        for _ in 0..rows {
            let row = generator.below(rows as u32);
            self.fold_of[row as usize] = 1;
            self.train.push(row);
        }
        self.test.clear();
        self.test.extend((0..rows as u32).filter(|&row| self.fold_of[row as usize] == 0));
    }
}

/// Rows per class.
fn sizes(labels: &[u8], classes: usize) -> Vec<usize> {
    let mut counts = vec![0; classes];
    labels.iter().for_each(|&label| counts[usize::from(label)] += 1);
    counts
}
