//! Where the data of a split come from: first an [`Origin`], then, loaded or ready to be drawn, a [`Source`].

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use super::embedded::Embedded;
use super::file::{Contents, Input};
use super::format::Format;
use super::reading::Reading;
use super::simulated::{Gaussian, Labels};
use super::{Coding, DataError, DataSet};
use crate::linear_algebra::{Serial, Workers};
use crate::parameter::Settings;
use crate::random::permutation::Permute;
use crate::random::stream::{Purpose, Streams};

/// Where the data of a split come from.
#[expect(clippy::large_enum_variant, reason = "there is one per data set, and it is borrowed")]
pub enum Source {
    /// The same rows for every split.
    Fixed(DataSet),
    /// Rows drawn afresh for each split.
    Redrawn {
        /// The name in the report.
        name: String,
        /// What they are drawn from.
        gaussian: Gaussian,
        /// The random streams of the draws.
        streams: Streams,
    },
    /// The same rows with labels that are shuffled every so many splits.
    Shuffled(Shuffled),
}

/// Rows whose labels are shuffled every so many splits, and whose splits are dealt again for each labelling.
pub struct Shuffled {
    data: DataSet,
    streams: Streams,
    splits: u64,
}

impl Shuffled {
    /// Shuffles labels every `splits` splits. Known true coefficients are dropped, because shuffled labels do not follow them.
    pub fn new(data: &DataSet, seed: u64, splits: u64) -> Shuffled {
        let streams = Streams::new(seed, &data.name, Purpose::Labels);
        Shuffled { data: DataSet { truth: None, ..data.clone() }, streams, splits }
    }

    fn draw(&self, split: u64) -> DataSet {
        let mut rows = Vec::new();
        self.streams.stream(split / self.splits).permutation(self.data.rows() as u32, &mut rows);
        let labels = rows.iter().map(|&row| self.data.labels[row as usize]).collect();
        DataSet { labels, ..self.data.clone() }
    }
}

impl Source {
    /// The name in the report.
    pub fn name(&self) -> &str {
        match self {
            Source::Fixed(data) => &data.name,
            Source::Redrawn { name, .. } => name,
            Source::Shuffled(shuffled) => &shuffled.data.name,
        }
    }

    /// Rows and features.
    pub fn shape(&self) -> (usize, usize) {
        match self {
            Source::Fixed(data) | Source::Shuffled(Shuffled { data, .. }) => {
                (data.rows(), data.coding.as_ref().map_or(data.features.ncols(), |coding| coding.count()))
            }
            Source::Redrawn { gaussian, .. } => (gaussian.rows, gaussian.features),
        }
    }

    /// Number of features, and of the columns that they are coded as, as [`DataSet::feature_counts`].
    pub fn feature_counts(&self) -> (usize, usize) {
        match self {
            Source::Fixed(data) | Source::Shuffled(Shuffled { data, .. }) => data.feature_counts(),
            Source::Redrawn { gaussian, .. } => (gaussian.features, gaussian.features),
        }
    }

    /// Bytes of the features as they are stored, of data that are kept.
    pub fn bytes(&self) -> u64 {
        match self {
            Source::Fixed(data) | Source::Shuffled(Shuffled { data, .. }) => data.features.bytes(),
            Source::Redrawn { .. } => 0,
        }
    }

    /// What was done to the file that the data come from, if they come from one.
    pub fn reading(&self) -> Option<&Reading> {
        match self {
            Source::Fixed(data) | Source::Shuffled(Shuffled { data, .. }) => data.reading.as_deref(),
            Source::Redrawn { .. } => None,
        }
    }

    /// The features' names.
    pub fn feature_names(&self) -> Vec<String> {
        match self {
            Source::Fixed(data) | Source::Shuffled(Shuffled { data, .. }) => {
                data.coding.as_ref().map_or_else(|| data.feature_names.clone(), |coding| coding.names())
            }
            Source::Redrawn { gaussian, .. } => (1..=gaussian.features).map(|j| format!("x{j}")).collect(),
        }
    }

    /// The coding by which the training rows of a split make features of raw columns, if the data have one.
    pub fn coding(&self) -> Option<&Coding> {
        match self {
            Source::Fixed(data) | Source::Shuffled(Shuffled { data, .. }) => data.coding.as_deref(),
            Source::Redrawn { .. } => None,
        }
    }

    /// The data of a split, with raw columns coded by all rows.
    pub fn data(&self, split: u64) -> Cow<'_, DataSet> {
        let data = self.uncoded(split);
        if data.coding.is_some() { Cow::Owned(data.coded_by_all_rows()) } else { data }
    }

    /// The data of a split, with raw columns as they are.
    pub fn uncoded(&self, split: u64) -> Cow<'_, DataSet> {
        match self {
            Source::Fixed(data) => Cow::Borrowed(data),
            Source::Redrawn { name, gaussian, streams } => Cow::Owned(gaussian.draw(name, &mut streams.stream(split))),
            Source::Shuffled(shuffled) => Cow::Owned(shuffled.draw(split)),
        }
    }

    /// The next split with other data.
    pub fn next_data(&self, split: u64) -> u64 {
        match self {
            Source::Fixed(_) => u64::MAX,
            Source::Redrawn { .. } => split + 1,
            Source::Shuffled(shuffled) => (split / shuffled.splits + 1) * shuffled.splits,
        }
    }

    /// The index by which the rows of a split are dealt into training and test set.
    pub fn dealt_as(&self, split: u64) -> u64 {
        match self {
            Source::Fixed(_) | Source::Redrawn { .. } => split,
            Source::Shuffled(shuffled) => split % shuffled.splits,
        }
    }

    /// Whether the labels follow a logistic model whose slopes are known and not all 0.
    pub fn truth_known(&self) -> bool {
        match self {
            Source::Fixed(data) => data.slopes().is_some_and(|slopes| slopes.iter().any(|slope| *slope != 0.0)),
            Source::Redrawn { gaussian, .. } => {
                matches!(gaussian.labels, Labels::Logistic { .. }) && gaussian.signal != 0.0
            }
            // Shuffled labels do not follow the true coefficients.
            Source::Shuffled(_) => false,
        }
    }

    /// The digest of the data, if they are drawn once.
    pub fn digest(&self) -> Option<String> {
        match self {
            Source::Fixed(data) => Some(data.digest()),
            Source::Redrawn { .. } | Source::Shuffled(_) => None,
        }
    }
}

/// What loading the data of an experiment may use.
pub struct Supplies<'a> {
    /// Opens a file.
    pub file: &'a dyn Fn(&Path) -> io::Result<Contents>,
    /// Who shares the work of reading a large one.
    pub workers: &'a dyn Workers,
    /// Most numbers that simulated data may have, all data sets together.
    pub numbers: u64,
    /// Most multiplications, about, that drawing them may take.
    pub work: u64,
    /// Most bytes of the features of a file; `None` for the memory of the machine.
    pub memory: Option<u64>,
}

impl Supplies<'_> {
    /// The disk, the calling thread, 8 GB, and some minutes.
    pub const OF_THE_MACHINE: Supplies<'static> =
        Supplies { file: &Contents::of, workers: &Serial, numbers: 1_000_000_000, work: 100_000_000_000, memory: None };
}

/// Where a data set comes from, before it is loaded.
pub enum Origin {
    /// Two classes of a data set in the binary.
    Embedded {
        /// The data set.
        embedded: &'static Embedded,
        /// The classes coded 0 and 1.
        classes: [String; 2],
    },
    /// A file.
    File {
        /// Its format.
        format: &'static Format,
        /// Where it is.
        path: PathBuf,
        /// The checked keys of the format.
        settings: Settings,
    },
    /// Drawn from a distribution.
    Simulated {
        /// The distribution.
        gaussian: Gaussian,
        /// Whether every split draws its own rows.
        redraw: bool,
    },
}

impl Origin {
    /// Whether every split has the same rows.
    pub fn is_fixed(&self) -> bool {
        !matches!(self, Origin::Simulated { redraw: true, .. })
    }

    /// Subtracts the numbers and multiplications that drawing takes from `supplies`, before anything is drawn.
    ///
    /// # Errors
    /// When too few are left.
    pub fn reserve(&self, supplies: &mut Supplies<'_>) -> Result<(), DataError> {
        let Origin::Simulated { gaussian, redraw } = self else { return Ok(()) };
        let numbers = (gaussian.rows as u64).saturating_mul(gaussian.features as u64);
        let work = gaussian.work();
        if numbers > supplies.numbers {
            return Err(DataError::ManyNumbers { most: Supplies::OF_THE_MACHINE.numbers });
        }
        if work > supplies.work {
            return Err(DataError::MuchWork { work, most: Supplies::OF_THE_MACHINE.work });
        }
        // Data that are drawn afresh are not kept.
        supplies.numbers -= if *redraw { 0 } else { numbers };
        supplies.work -= work;
        Ok(())
    }

    /// Loads or draws the data; `name` is their name in the report.
    ///
    /// # Errors
    /// When the data are wrong.
    pub fn load(&self, name: &str, supplies: &Supplies<'_>, seed: u64) -> Result<Source, DataError> {
        let name = name.to_owned();
        match self {
            Origin::Embedded { embedded, classes: [negative, positive] } => {
                Ok(Source::Fixed(DataSet { name, ..embedded.load([negative, positive])? }))
            }
            Origin::File { format, path, settings } => {
                let contents = (supplies.file)(path).map_err(|source| DataError::unreadable(path, source))?;
                let input = Input { workers: supplies.workers, memory: supplies.memory, ..Input::new(&contents, path) };
                let data = format.read(input, settings)?.with_trials_as_rows(&input.shown())?;
                Ok(Source::Fixed(DataSet { name, ..data }))
            }
            Origin::Simulated { gaussian, redraw } => {
                let streams = Streams::new(seed, &name, Purpose::Data);
                Ok(if *redraw {
                    Source::Redrawn { name, gaussian: gaussian.clone(), streams }
                } else {
                    Source::Fixed(gaussian.draw(&name, &mut streams.stream(0)))
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Storage;
    use crate::data::simulated::Covariance;

    #[test]
    fn data_that_take_more_than_there_is_are_refused_in_words_on_one_line() {
        let origin = |features, covariance| {
            let labels = Labels::Logistic { noise: 0.0 };
            let (signal, positives, storage) = (1.0, 0.5, Storage::Double);
            let gaussian = Gaussian { rows: 1_000, features, covariance, signal, positives, labels, storage };
            Origin::Simulated { gaussian, redraw: false }
        };
        let mut supplies = Supplies { numbers: 4_000, work: 1_000_000, ..Supplies::OF_THE_MACHINE };
        let small = origin(3, Covariance::Correlation(0.0));
        small.reserve(&mut supplies).unwrap();
        let too_many = small.reserve(&mut supplies).unwrap_err();
        assert!(matches!(too_many, DataError::ManyNumbers { .. }), "3,000 of 4,000 numbers are taken");
        supplies.numbers = 1_000_000;
        let too_much = origin(40, Covariance::ConditionNumber(10.0)).reserve(&mut supplies).unwrap_err();
        assert!(matches!(too_much, DataError::MuchWork { .. }));
        for message in [too_many.to_string(), too_much.to_string()] {
            assert!(!message.contains("  ") && !message.contains('\n'), "{message}");
        }
    }
}
