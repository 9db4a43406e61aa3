//! `[[dataset]]`: an embedded data set, a CSV file, or a simulation; first described, then, once the whole file is known to
//! be right, loaded.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use super::document::Table;
use super::error::{ExperimentError, Mistake};
use super::{keys, with_varying};
use crate::data::embedded::{self, Embedded};
use crate::data::simulated::{Covariance, Gaussian, Labels};
use crate::data::{DataError, DataSet, Storage, csv_file, listed};
use crate::parameter::{Settings, nearest};
use crate::split::permutation::Permute;
use crate::split::stream::{Purpose, Streams};

/// Where the data of a split come from.
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
    /// Labels shuffled every `splits` splits; the true coefficients, if they are known, are those of no labelling.
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
            Source::Fixed(data) => (data.rows(), data.features.ncols()),
            Source::Redrawn { gaussian, .. } => (gaussian.rows, gaussian.features),
            Source::Shuffled(Shuffled { data, .. }) => (data.rows(), data.features.ncols()),
        }
    }

    /// The features' names.
    pub fn feature_names(&self) -> Vec<String> {
        match self {
            Source::Fixed(data) | Source::Shuffled(Shuffled { data, .. }) => data.feature_names.clone(),
            Source::Redrawn { gaussian, .. } => (1..=gaussian.features).map(|j| format!("x{j}")).collect(),
        }
    }

    /// The data of a split.
    pub fn data(&self, split: u64) -> Cow<'_, DataSet> {
        match self {
            Source::Fixed(data) => Cow::Borrowed(data),
            Source::Redrawn { name, gaussian, streams } => Cow::Owned(gaussian.draw(name, &mut streams.stream(split))),
            Source::Shuffled(shuffled) => Cow::Owned(shuffled.draw(split)),
        }
    }

    /// The first split after this one whose data are others.
    pub fn next_data(&self, split: u64) -> u64 {
        match self {
            Source::Fixed(_) => u64::MAX,
            Source::Redrawn { .. } => split + 1,
            Source::Shuffled(shuffled) => (split / shuffled.splits + 1) * shuffled.splits,
        }
    }

    /// The index that the rows of a split are dealt with.
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
            // The true coefficients are not those of shuffled labels.
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

    /// Labels and class names that a split must be possible with. Drawn data show their first draw.
    pub fn example(&self) -> (Vec<u8>, Vec<String>) {
        let data = self.data(0).into_owned();
        (data.labels, data.classes)
    }
}

/// What loading the data of an experiment may reach for.
pub struct Supplies<'a> {
    /// The bytes of a file.
    pub file: &'a dyn Fn(&Path) -> io::Result<Vec<u8>>,
    /// Most numbers that simulated data may have, all data sets together.
    pub numbers: u64,
    /// Most multiplications, about, that drawing them may take.
    pub work: u64,
}

impl Supplies<'_> {
    /// The disk, 8 GB, and some minutes.
    pub const OF_THE_MACHINE: Supplies<'static> =
        Supplies { file: &csv_file::bytes, numbers: 1_000_000_000, work: 100_000_000_000 };
}

/// A data set as its table describes it.
pub struct Described<'d> {
    /// The name in the report.
    pub name: String,
    /// Its table.
    pub table: &'d Table<'d>,
    origin: Origin,
}

enum Origin {
    Embedded { embedded: &'static Embedded, classes: [String; 2] },
    Csv { path: PathBuf, target: String, positive: Option<String>, storage: Storage },
    Simulated { gaussian: Gaussian, redraw: bool },
}

impl Described<'_> {
    /// Whether every split has the same rows.
    pub fn is_fixed(&self) -> bool {
        !matches!(self.origin, Origin::Simulated { redraw: true, .. })
    }

    /// Takes what drawing the data needs from `supplies`, before anything is drawn.
    ///
    /// # Errors
    /// When they do not suffice.
    pub fn reserve(&self, supplies: &mut Supplies<'_>) -> Result<(), ExperimentError> {
        let Origin::Simulated { gaussian, redraw } = &self.origin else { return Ok(()) };
        let numbers = (gaussian.rows as u64).saturating_mul(gaussian.features as u64);
        let work = gaussian.work();
        let too_much = if numbers > supplies.numbers {
            let most = Supplies::OF_THE_MACHINE.numbers;
            format!(
                "rows times features of all simulated data sets together may be {most}, at 8 bytes each, or what                  --memory-limit allows: simulate fewer"
            )
        } else if work > supplies.work {
            let most = Supplies::OF_THE_MACHINE.work;
            format!(
                "drawing this data set takes {work} multiplications, and drawing all of them may take {most}: simulate fewer \
                 rows or features, or use a correlation instead of a condition_number"
            )
        } else {
            // Data that are drawn afresh are not kept.
            supplies.numbers -= if *redraw { 0 } else { numbers };
            supplies.work -= work;
            return Ok(());
        };
        Err(self.table.mistake_in("rows", Mistake::Conflict(too_much)))
    }

    /// Loads or draws the data.
    ///
    /// # Errors
    /// When the data are wrong.
    pub fn load(&self, supplies: &Supplies<'_>, seed: u64) -> Result<Source, ExperimentError> {
        let name = self.name.clone();
        match &self.origin {
            Origin::Embedded { embedded, classes: [negative, positive] } => {
                let data =
                    embedded.load([negative, positive]).map_err(|error| self.table.mistake_in("classes", error))?;
                Ok(Source::Fixed(DataSet { name, ..data }))
            }
            Origin::Csv { path, target, positive, storage } => {
                let data = (supplies.file)(path)
                    .map_err(|source| DataError::Unreadable { path: path.display().to_string(), source })
                    .and_then(|text| csv_file::read(&text, path, target, positive.as_deref(), *storage))
                    .map_err(|error| self.table.mistake_in("file", error))?;
                Ok(Source::Fixed(DataSet { name, ..data }))
            }
            Origin::Simulated { gaussian, redraw } => {
                let (streams, gaussian) = (Streams::new(seed, &name, Purpose::Data), gaussian.clone());
                Ok(if *redraw {
                    Source::Redrawn { name, gaussian, streams }
                } else {
                    Source::Fixed(gaussian.draw(&name, &mut streams.stream(0)))
                })
            }
        }
    }
}

/// Reads a `[[dataset]]`: several data sets if it is a grid.
pub fn read<'d>(table: &'d Table<'d>, folder: &Path) -> Result<Vec<Described<'d>>, ExperimentError> {
    let kinds: Vec<&str> = ["file", "simulate"].into_iter().filter(|key| table.has(key)).collect();
    match kinds[..] {
        ["file"] if !table.has("name") => from_csv(table, folder),
        ["simulate"] if !table.has("name") => from_simulation(table),
        [] if table.has("name") => from_embedded(table),
        [] => Err(table.mistake(Mistake::Missing {
            key: "name",
            about: "name a data set of `logitbench list datasets`, or give file = \"data.csv\" or simulate = \"gaussian\"",
        })),
        _ => Err(table.mistake(Mistake::Conflict(
            "a data set has one of name (embedded), file or simulate; its name in the report is label".to_owned(),
        ))),
    }
}

fn label(settings: &Settings, varying: &[&'static str], default: &str) -> String {
    match settings.text("label") {
        "" => with_varying(default, settings, varying),
        label => with_varying(label, settings, varying),
    }
}

fn from_embedded<'d>(table: &'d Table<'d>) -> Result<Vec<Described<'d>>, ExperimentError> {
    let mut described = Vec::new();
    for (settings, _) in table.grid(&[keys::EMBEDDED])? {
        let name = settings.text("name");
        let known = || embedded::ALL.iter().map(|embedded| embedded.name);
        let embedded = Embedded::named(name).ok_or_else(|| {
            let nearest = nearest(name, known()).map(str::to_owned);
            let known = known().collect::<Vec<_>>().join(", ");
            table.mistake_in("name", Mistake::UnknownName { what: "data set", name: name.to_owned(), nearest, known })
        })?;
        let all = embedded.classes();
        let written: Vec<&str> = settings.texts("classes").iter().map(String::as_str).collect();
        let classes: [&str; 2] = match (written[..].try_into(), all[..].try_into()) {
            (Ok(classes), _) => classes,
            (Err(_), Ok(both)) if written.is_empty() => both,
            _ => {
                return Err(table.mistake_in(
                    "classes",
                    Mistake::BadValue {
                        key: "classes".to_owned(),
                        found: listed(written.iter().copied()),
                        allowed: format!(
                            "two of {all:?}, or one of them and \"rest\", as classes = [\"{}\", \"{}\"]",
                            all[0], all[1]
                        ),
                        nearest: None,
                    },
                ));
            }
        };
        let label = match settings.text("label") {
            "" if written.is_empty() => name.to_owned(),
            "" => format!("{name}: {} / {}", classes[0], classes[1]),
            label => label.to_owned(),
        };
        let origin = Origin::Embedded { embedded, classes: classes.map(str::to_owned) };
        described.push(Described { name: label, table, origin });
    }
    Ok(described)
}

fn from_csv<'d>(table: &'d Table<'d>, folder: &Path) -> Result<Vec<Described<'d>>, ExperimentError> {
    let mut described = Vec::new();
    for (settings, varying) in table.grid(&[keys::CSV])? {
        table.require(&settings, keys::CSV, "target")?;
        let positive = Some(settings.text("positive")).filter(|positive| !positive.is_empty()).map(str::to_owned);
        let path = folder.join(settings.text("file"));
        let several: Vec<_> = varying.into_iter().filter(|key| *key != "file").collect();
        let name = label(&settings, &several, &csv_file::name_of(&path));
        let storage = Storage::named(settings.text("storage"));
        let origin = Origin::Csv { path, target: settings.text("target").to_owned(), positive, storage };
        described.push(Described { name, table, origin });
    }
    Ok(described)
}

/// Most features that simulated data with a condition number may have: their axes are a features × features matrix.
const MOST_ROTATED: u64 = 2_000;

fn from_simulation<'d>(table: &'d Table<'d>) -> Result<Vec<Described<'d>>, ExperimentError> {
    let mut described = Vec::new();
    for (settings, varying) in table.grid(&[keys::SIMULATED])? {
        table.require(&settings, keys::SIMULATED, "rows")?;
        table.require(&settings, keys::SIMULATED, "features")?;
        let conflict = |key: &str, reason: &str| Err(table.mistake_in(key, Mistake::Conflict(reason.to_owned())));
        let (rows, features) = (settings.whole("rows").unwrap_or(0), settings.whole("features").unwrap_or(0));
        let covariance = match (settings.number("correlation"), settings.number("condition_number")) {
            (Some(_), Some(_)) => {
                return conflict("condition_number", "give a correlation or a condition_number, not both");
            }
            (None, Some(_)) if features > MOST_ROTATED => {
                return conflict(
                    "condition_number",
                    "features is above 2,000, too many for a random rotation: use a correlation",
                );
            }
            (None, Some(kappa)) => Covariance::ConditionNumber(kappa),
            (rho, None) => Covariance::Correlation(rho.unwrap_or(0.0)),
        };
        let noise = settings.number("label_noise").unwrap_or(0.0);
        let labels = match settings.number("margin") {
            Some(_) if noise > 0.0 => {
                return conflict("margin", "data with a margin are separable, so label_noise must be 0");
            }
            Some(margin) => Labels::Separable { margin },
            None => Labels::Logistic { noise },
        };
        let gaussian = Gaussian {
            rows: rows as usize,
            features: features as usize,
            covariance,
            signal: settings.number("signal").unwrap_or(1.0),
            positives: settings.number("positives").unwrap_or(0.5),
            labels,
            storage: Storage::named(settings.text("storage")),
        };
        let name = label(&settings, &varying, "gaussian");
        let origin = Origin::Simulated { gaussian, redraw: settings.flag("redraw") };
        described.push(Described { name, table, origin });
    }
    Ok(described)
}
