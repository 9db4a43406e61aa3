//! An experiment: the data, splits, models, solvers and claims of a TOML file, checked so that the run is possible.

mod checks;
mod claim;
mod document;
pub mod error;
mod json_schema;
pub mod keys;
mod listed;
mod model;
mod reading;
mod shuffled;
mod solvers;
mod source;
mod splits;
pub mod synonyms;
mod template;

pub use error::ExperimentError;
pub use json_schema::json_schema;
pub use model::{Model, class_weight, expansion};
pub use solvers::{Runnable, Skipped, SolverEntry, stop_rules};
pub use template::{Subject, features_in_words, template};

use std::path::Path;
use std::sync::OnceLock;

use document::TomlTable;
use error::Mistake;

use crate::claim::{Claim, ErrorRate};
use crate::data::{Source, Supplies};
use crate::metric;
use crate::metric::Selection;
use crate::model::{Expansion, Scaling};
use crate::parameter::{Parameter, Setting, Settings};
use crate::record::{Keep, UnitLayout};
use crate::split::{Scheme, Splitter};

/// A checked experiment, ready to run.
pub struct Experiment {
    /// The question that it asks; the file's name if the file has no title.
    pub title: String,
    /// The file's name, without its folder.
    pub file: String,
    /// The path of the file, as the user gave it.
    pub path: String,
    /// The text of the file.
    pub text: String,
    /// SHA-256 of the text.
    pub digest: String,
    /// The seed from which all randomness is derived.
    pub seed: u64,
    /// The sources of data, in the order of the file.
    pub sources: Vec<Source>,
    /// A splitter for each source.
    pub splitters: Vec<Splitter>,
    /// Repetitions: splits, or partitions into folds; the most of them if the run ends once all claims are decided.
    pub repeats: u64,
    /// Number of splits of each source; the most of them if the run ends once all claims are decided.
    pub split_counts: Vec<u64>,
    /// Whether the run ends as soon as all claims are decided: see [`crate::claim::sequential`].
    pub until_decided: bool,
    /// The models.
    pub models: Vec<Model>,
    /// The solvers.
    pub solvers: Vec<SolverEntry>,
    /// The claims.
    pub claims: Vec<Claim>,
    /// The largest chance that any claim is decided wrongly; `None` where each is decided at its own level.
    pub claims_error_rate: Option<f64>,
    /// A fit is optimal if its objective is proved to lie within this share of the optimal objective.
    pub tolerance: f64,
    /// The metrics that are taken of its fits.
    pub metrics: Selection,
    /// The traces that are kept.
    pub trace: TraceSettings,
    /// Per metric, the largest difference of two solvers that is of no practical importance, where the file says so: the region of
    /// practical equivalence.
    pub ropes: [Option<f64>; metric::COUNT],
    /// Digests of the sources' data, computed when first asked for.
    digests: Vec<OnceLock<Option<String>>>,
}

/// The traces that an experiment keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceSettings {
    /// Whether quantile bands over all fits of a cell are kept.
    pub bands: bool,
    /// Number of fits per cell whose traces are kept whole.
    pub whole: u64,
}

impl TraceSettings {
    /// The traces kept of the fits of a split.
    pub fn keep(self, split: u64) -> Keep {
        Keep { bands: self.bands, whole: split < self.whole }
    }
}

/// Values of the command line, which override the file's.
#[derive(Clone, Copy, Debug, Default)]
pub struct Overrides {
    /// Repetitions: splits, or partitions into folds.
    pub repeats: Option<u64>,
    /// The seed.
    pub seed: Option<u64>,
    /// Most bytes that simulated data may take.
    pub memory_limit: Option<u64>,
}

const TABLES: &[&str] = &["dataset", "split", "model", "solver", "stop", "verdict", "trace", "rope", "claim"];

impl Experiment {
    /// Reads and checks a file, and loads its data.
    ///
    /// # Errors
    /// At the first mistake, with its place and a remedy.
    pub fn load(path: &Path, overrides: Overrides) -> Result<Experiment, ExperimentError> {
        Experiment::load_with(path, overrides, Supplies::OF_THE_MACHINE)
    }

    /// [`Experiment::load`] with other supplies.
    ///
    /// # Errors
    /// As [`Experiment::load`].
    pub fn load_with(path: &Path, overrides: Overrides, supplies: Supplies<'_>) -> Result<Experiment, ExperimentError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| ExperimentError {
            place: error::MistakePlace { file: shown.clone(), ..Default::default() },
            kind: Box::new(Mistake::Unreadable(error)),
        })?;
        Experiment::parse_with(&text, &shown, path.parent().unwrap_or(Path::new("")), overrides, supplies)
    }

    /// The solvers that this build can run, with their places in [`Experiment::solvers`].
    pub fn runnable(&self) -> impl Iterator<Item = (usize, &Runnable)> {
        self.solvers.iter().enumerate().filter_map(|(place, entry)| Some((place, entry.solver.as_ref().ok()?)))
    }

    /// The solvers that run under the model at a place, with their places in [`Experiment::solvers`].
    pub fn runnable_under(&self, model: usize) -> impl Iterator<Item = (usize, &Runnable)> + Clone {
        self.solvers.iter().enumerate().filter_map(move |(place, entry)| Some((place, entry.under(model)?)))
    }

    /// The solvers of a claim that will be run under a model, and whose rival will be.
    pub fn solvers_of<'e>(&'e self, claim: &'e Claim, model: usize) -> impl Iterator<Item = usize> + use<'e> {
        claim::run(claim, model, &self.solvers)
    }

    /// Pairs of a model and a solver that this build can run but that cannot fit the model. Each pair skips a cell of each data
    /// set.
    pub fn skipped(&self) -> impl Iterator<Item = Skipped<'_>> {
        let able = self.solvers.iter().enumerate().filter(|(_, entry)| entry.solver.is_ok());
        able.flat_map(|(solver, entry)| {
            entry.cannot_fit.iter().map(move |(model, reason)| Skipped { model: *model, solver, reason })
        })
    }

    /// The layout of the fits of a unit.
    pub fn layout(&self) -> UnitLayout {
        UnitLayout::new((0..self.models.len()).map(|model| self.runnable_under(model).count()))
    }

    /// Columns of the design of a source under a model, the intercept included.
    pub fn columns(&self, source: usize, model: usize) -> usize {
        let Model { expansion, intercept, .. } = &self.models[model];
        // `check` has limited their number.
        expansion.count(self.sources[source].shape().1) as usize + usize::from(*intercept)
    }

    /// Names of the features of a source under a model.
    pub fn feature_names(&self, source: usize, model: usize) -> Vec<String> {
        self.models[model].expansion.names(&self.sources[source].feature_names())
    }

    /// Whether the training rows of each split of a source make its features under a model.
    pub fn has_features_of_training_rows(&self, source: usize, model: usize) -> bool {
        self.sources[source].coding().is_some() || self.models[model].expansion.needs_training_rows()
    }

    /// Whether the slopes fitted to a source under a model can be compared with the true slopes: whether these are known, not all
    /// 0, and on the scale of the fit.
    pub fn truth_known(&self, source: usize, model: usize) -> bool {
        let Model { expansion, scaling, .. } = &self.models[model];
        (*expansion, *scaling) == (Expansion::None, Scaling::None) && self.sources[source].truth_known()
    }

    /// SHA-256 of the data of the source at a place, computed once; `None` for data that are drawn afresh.
    pub fn data_digest(&self, source: usize) -> Option<String> {
        self.digests[source].get_or_init(|| self.sources[source].digest()).clone()
    }

    /// Whether the splits of a source are the draws of a bootstrap of one sample, so that its fits say how often rows of new data
    /// are put into the wrong class. Rows that stand for several have no estimate, because a draw takes or leaves all of them.
    pub fn is_bootstrapped(&self, source: usize) -> bool {
        let is_of_single_rows = matches!(&self.sources[source], Source::Fixed(data) if data.roles.weights.is_none());
        self.splitters[source].scheme() == Scheme::Bootstrap && is_of_single_rows
    }

    /// The sources whose splits [are the draws of a bootstrap](Experiment::is_bootstrapped).
    pub fn bootstrapped(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.sources.len()).filter(|&source| self.is_bootstrapped(source))
    }

    /// The rate that all claims together keep, if the file sets one.
    pub fn error_rate(&self) -> Option<ErrorRate> {
        let (claims, at_looks) = (self.claims.len(), self.until_decided);
        self.claims_error_rate.map(|rate| ErrorRate { rate, claims, at_looks })
    }

    /// Number of splits of all data sets together.
    pub fn splits(&self) -> u64 {
        self.split_counts.iter().sum()
    }

    /// Number of splits of the data set that has most.
    pub fn most_splits(&self) -> u64 {
        self.split_counts.iter().copied().max().unwrap_or(0)
    }

    /// The number of a source's first split, counting all splits of one source after another.
    pub fn first_split(&self, source: usize) -> u64 {
        self.split_counts[..source].iter().sum()
    }

    /// The source that has the split of a number, and the split's index there.
    pub fn source_and_split(&self, number: u64) -> (usize, u64) {
        let mut split = number;
        for (source, &count) in self.split_counts.iter().enumerate() {
            if split < count {
                return (source, split);
            }
            split -= count;
        }
        (self.split_counts.len(), split)
    }

    /// Number of fits per split.
    pub fn fits_per_split(&self) -> u64 {
        (0..self.models.len()).map(|model| self.runnable_under(model).count() as u64).sum()
    }

    /// Number of fits of the experiment.
    pub fn fits(&self) -> u64 {
        self.splits() * self.fits_per_split()
    }
}

/// The name of a member of a grid: the grid's name, with the values that tell the members apart.
fn with_varying(name: &str, settings: &Settings, varying: &[&'static str]) -> String {
    let values: Vec<String> = varying
        .iter()
        .filter(|key| !matches!(**key, "name" | "label"))
        .filter_map(|key| match settings.get(key)? {
            // A text is clear without its key, a number is not.
            Setting::Text(text) => Some(text.clone()),
            other => Some(format!("{key} = {other}")),
        })
        .collect();
    if values.is_empty() { name.to_owned() } else { format!("{name} ({})", values.join(", ")) }
}

/// The settings of a table, or the defaults if the file does not have the table.
fn settings_of(table: Option<&TomlTable<'_>>, parameters: &[Parameter]) -> Result<Settings, ExperimentError> {
    table.map_or_else(|| Ok(Settings::defaults(parameters)), |table| table.settings(parameters))
}
