//! An experiment: a TOML file, checked, becomes data, splits, models, solvers and claims that are known to be possible.

mod claim;
mod document;
pub mod error;
mod json_schema;
pub mod keys;
mod model;
mod shuffled;
mod solvers;
mod source;
mod splits;
mod template;

pub use error::ExperimentError;
pub use json_schema::json_schema;
pub use model::Model;
pub use solvers::{Entry, Runnable, Skipped};
pub use template::{Subject, template};

use std::path::Path;
use std::sync::OnceLock;

use document::{Document, Table};
use error::Mistake;
use sha2::{Digest, Sha256};
use source::DataSetEntry;
use splits::Splits;

use crate::claim::Claim;
use crate::data::{Source, Supplies, hexadecimal, listed, shown};
use crate::model::{Penalty, Scaling};
use crate::parameter::{Parameter, Setting, Settings};
use crate::record::{Keep, UnitLayout};
use crate::split::{Scheme, Splitter};

/// A checked experiment, ready to run.
pub struct Experiment {
    /// What it asks.
    pub title: String,
    /// The file's name, without its folder.
    pub file: String,
    /// The file, as it was named.
    pub path: String,
    /// Its text.
    pub text: String,
    /// SHA-256 of the text.
    pub digest: String,
    /// The seed all randomness is derived from.
    pub seed: u64,
    /// Where the data come from, in the order of the file.
    pub sources: Vec<Source>,
    /// How they are split, a splitter for each source.
    pub splitters: Vec<Splitter>,
    /// Splits per data set, or the most of them.
    pub repeats: u64,
    /// Whether the run ends as soon as all claims are decided: see [`crate::claim::sequential`].
    pub until_decided: bool,
    /// The models.
    pub models: Vec<Model>,
    /// The solvers.
    pub solvers: Vec<Entry>,
    /// The claims.
    pub claims: Vec<Claim>,
    /// A fit is optimal within this share of the optimum.
    pub tolerance: f64,
    /// What is kept of traces.
    pub trace: Trace,
    /// Digests of the sources' data, once they are known.
    digests: Vec<OnceLock<Option<String>>>,
}

/// What is kept of traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Quantile bands over all fits of a cell.
    pub bands: bool,
    /// Fits per cell kept whole.
    pub whole: u64,
}

impl Trace {
    /// What is kept of the fits of a split.
    pub fn keep(self, split: u64) -> Keep {
        Keep { bands: self.bands, whole: split < self.whole }
    }
}

/// What the command line puts in place of the file's values.
#[derive(Clone, Copy, Debug, Default)]
pub struct Overrides {
    /// Splits per data set.
    pub repeats: Option<u64>,
    /// The seed.
    pub seed: Option<u64>,
    /// The most bytes that data to be simulated may take.
    pub memory_limit: Option<u64>,
}

const TABLES: &[&str] = &["dataset", "split", "model", "solver", "stop", "verdict", "trace", "claim"];

impl Experiment {
    /// Reads and checks a file, and loads its data.
    ///
    /// # Errors
    /// At the first mistake, with its place and what would be right.
    pub fn load(path: &Path, overrides: Overrides) -> Result<Experiment, ExperimentError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| ExperimentError {
            place: error::Place { file: shown.clone(), ..Default::default() },
            kind: Box::new(Mistake::Unreadable(error)),
        })?;
        Experiment::parse(&text, &shown, path.parent().unwrap_or(Path::new("")), overrides)
    }

    /// Checks the text of an experiment file; `folder` is where its data files are looked for.
    ///
    /// # Errors
    /// As [`Experiment::load`].
    pub fn parse(text: &str, path: &str, folder: &Path, overrides: Overrides) -> Result<Experiment, ExperimentError> {
        Experiment::parse_with(text, path, folder, overrides, Supplies::OF_THE_MACHINE)
    }

    /// [`Experiment::parse`] with other supplies than the machine's: the text is all it depends on beside them.
    ///
    /// # Errors
    /// As [`Experiment::load`].
    pub fn parse_with(
        text: &str,
        path: &str,
        folder: &Path,
        overrides: Overrides,
        mut supplies: Supplies<'_>,
    ) -> Result<Experiment, ExperimentError> {
        let within = overrides.memory_limit.map_or(u64::MAX, |limit| limit / 8);
        supplies.numbers = supplies.numbers.min(within);
        let document = Document::parse(path, text)?;
        let top = document.top(keys::TOP, TABLES)?;
        let seed = overrides.seed.or(top.whole("seed")).unwrap_or(0);

        let splits = Splits::read(&document, overrides)?;
        let tables = document.tables("dataset")?;
        if tables.is_empty() {
            return Err(document.mistake(Mistake::NoTable("[[dataset]]")));
        }
        let mut entries: Vec<DataSetEntry<'_>> = Vec::new();
        for table in &tables {
            for entry in source::read(table, folder)? {
                unique(table, "data set", "label", &entry.name, entries.iter().map(|other| other.name.as_str()))?;
                if let (Scheme::AllRows, true, Some(split), repeats @ 2..) =
                    (splits.scheme, entry.is_fixed(), &splits.table, splits.repeats)
                {
                    let reason = format!(
                        "scheme = \"all-rows\" with {repeats} repeats would fit the same rows of \"{}\" again and again; give it \
                         repeats = 1, or simulated data with redraw = true",
                        entry.name
                    );
                    return Err(split.mistake_in("scheme", Mistake::Conflict(reason)));
                }
                entries.push(entry);
                few(table, "data set", entries.len())?;
            }
        }
        let models = models(&document)?;
        let solvers = solvers(&document, &models)?;
        solvers::one_can_run(&document, &models, &solvers)?;

        let claims = claims(&document, &splits, &entries, &models, &solvers)?;
        let verdict = settings_of(document.table("verdict")?.as_ref(), keys::VERDICT)?;
        let trace = settings_of(document.table("trace")?.as_ref(), keys::TRACE)?;

        few_fits(&document, [entries.len(), models.len(), solvers.len()], splits.repeats)?;

        // Last, because it takes longest: a misspelt claim is told at once.
        let (mut sources, mut splitters) = (Vec::new(), Vec::new());
        for entry in &entries {
            entry.reserve(&mut supplies)?;
        }
        for entry in &entries {
            let source = entry.load(&supplies, seed)?;
            let splitter = Splitter::new(splits.scheme, splits.test_fraction, splits.generator, seed, source.name());
            let (labels, classes) = source.example();
            splitter.check(&labels, &classes, splits.repeats).map_err(|error| match &splits.table {
                Some(split) => split.mistake(error),
                None => entry.table.mistake(error),
            })?;
            sources.push(source);
            splitters.push(splitter);
        }
        let file =
            Path::new(path).file_name().map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned());
        let digests = sources.iter().map(|_| OnceLock::new()).collect();
        Ok(Experiment {
            digests,
            title: if top.text("title").is_empty() { file.clone() } else { top.text("title").to_owned() },
            file,
            path: path.to_owned(),
            text: text.to_owned(),
            digest: hexadecimal(&Sha256::digest(text.as_bytes())),
            seed,
            sources,
            splitters,
            repeats: splits.repeats,
            until_decided: splits.until_decided,
            models,
            solvers,
            claims,
            tolerance: verdict.number("tolerance").unwrap_or(1e-8),
            trace: Trace { bands: trace.flag("bands"), whole: trace.whole("whole").unwrap_or(3) },
        })
    }

    /// The solvers that this build can run, with their places in [`Experiment::solvers`].
    pub fn runnable(&self) -> impl Iterator<Item = (usize, &Runnable)> {
        self.solvers.iter().enumerate().filter_map(|(place, entry)| Some((place, entry.solver.as_ref().ok()?)))
    }

    /// The solvers that are run under the model at a place, with their places in [`Experiment::solvers`].
    pub fn runnable_under(&self, model: usize) -> impl Iterator<Item = (usize, &Runnable)> + Clone {
        self.solvers.iter().enumerate().filter_map(move |(place, entry)| Some((place, entry.under(model)?)))
    }

    /// The solvers that this build can run, but not under every model: a cell of each data set is skipped for each.
    pub fn skipped(&self) -> impl Iterator<Item = Skipped<'_>> {
        let able = self.solvers.iter().enumerate().filter(|(_, entry)| entry.solver.is_ok());
        able.flat_map(|(solver, entry)| {
            entry.cannot_fit.iter().map(move |(model, reason)| Skipped { model: *model, solver, reason })
        })
    }

    /// How the fits of a unit are laid out.
    pub fn layout(&self) -> UnitLayout {
        UnitLayout::new((0..self.models.len()).map(|model| self.runnable_under(model).count()))
    }

    /// Columns of the design of a source under a model, the intercept included.
    pub fn columns(&self, source: usize, model: usize) -> usize {
        self.sources[source].shape().1 + usize::from(self.models[model].intercept)
    }

    /// Whether the slopes fitted to a source under a model can be compared with true ones: these are known, not all 0, and on
    /// the scale of the fit.
    pub fn truth_known(&self, source: usize, model: usize) -> bool {
        self.models[model].scaling == Scaling::None && self.sources[source].truth_known()
    }

    /// SHA-256 of the data of the source at a place; `None` for data that are drawn afresh. It is computed once.
    pub fn data_digest(&self, source: usize) -> Option<String> {
        self.digests[source].get_or_init(|| self.sources[source].digest()).clone()
    }

    /// Splits of all data sets together.
    pub fn splits(&self) -> u64 {
        self.sources.len() as u64 * self.repeats
    }

    /// Fits that are made of each split.
    pub fn fits_per_split(&self) -> u64 {
        (0..self.models.len()).map(|model| self.runnable_under(model).count() as u64).sum()
    }

    /// Fits that will be made.
    pub fn fits(&self) -> u64 {
        self.splits() * self.fits_per_split()
    }
}

/// A name given to a whole grid, with the values that tell its members apart.
fn with_varying(name: &str, settings: &Settings, varying: &[&'static str]) -> String {
    let values: Vec<String> = varying
        .iter()
        .filter(|key| !matches!(**key, "name" | "label"))
        .filter_map(|key| match settings.get(key)? {
            // A word speaks for itself; a number needs to be told what it is of.
            Setting::Text(text) => Some(text.clone()),
            other => Some(format!("{key} = {other}")),
        })
        .collect();
    if values.is_empty() { name.to_owned() } else { format!("{name} ({})", values.join(", ")) }
}

fn settings_of(table: Option<&Table<'_>>, parameters: &[Parameter]) -> Result<Settings, ExperimentError> {
    table.map_or_else(|| Ok(Settings::defaults(parameters)), |table| table.settings(parameters))
}

/// The models of `[model]`: maximum likelihood where there is none.
fn models(document: &Document<'_>) -> Result<Vec<Model>, ExperimentError> {
    let mut models: Vec<Model> = Vec::new();
    for table in &document.tables("model")? {
        for (settings, varying) in table.grid(&[keys::MODEL])? {
            let model = Model::new(table, &settings, &varying)?;
            unique(table, "model", "name", &model.name, models.iter().map(|model| model.name.as_str()))?;
            models.push(model);
            few(table, "model", models.len())?;
        }
    }
    if models.is_empty() {
        models.push(Model {
            name: "maximum likelihood".to_owned(),
            intercept: true,
            penalty: Penalty::NONE,
            scaling: Scaling::None,
        });
    }
    Ok(models)
}

/// The solvers of `[[solver]]`, with the rules of `[stop]` where they have none of their own.
fn solvers(document: &Document<'_>, models: &[Model]) -> Result<Vec<Entry>, ExperimentError> {
    let stop = settings_of(document.table("stop")?.as_ref(), keys::STOP)?;
    let mut solvers: Vec<Entry> = Vec::new();
    for table in &document.tables("solver")? {
        for entry in solvers::read(table, &stop, models)? {
            unique(table, "solver", "name", &entry.name, solvers.iter().map(|entry| entry.name.as_str()))?;
            solvers.push(entry);
            few(table, "solver", solvers.len())?;
        }
    }
    if solvers.is_empty() {
        return Err(document.mistake(Mistake::NoTable("[[solver]]")));
    }
    Ok(solvers)
}

/// The claims of `[[claim]]`, of which some splits decide where they decide when the run ends.
fn claims(
    document: &Document<'_>,
    splits: &Splits<'_>,
    sources: &[DataSetEntry<'_>],
    models: &[Model],
    solvers: &[Entry],
) -> Result<Vec<Claim>, ExperimentError> {
    let mut claims: Vec<Claim> = Vec::new();
    for table in &document.tables("claim")? {
        let claim = claim::read(table, splits, sources, models, solvers)?;
        unique(table, "claim", "name", &claim.name, claims.iter().map(|claim| claim.name.as_str()))?;
        claims.push(claim);
        few(table, "claim", claims.len())?;
    }
    let by_splits: Vec<&Claim> = claims.iter().filter(|claim| claim.statement.is_decided_by_splits()).collect();
    if let (true, false, Some(table)) =
        (splits.until_decided, by_splits.iter().any(|claim| speaks_of_a_run(claim, solvers)), &splits.table)
    {
        let reason = if by_splits.is_empty() {
            "repeats = \"until-decided\" needs a [[claim]] to decide, and one that more splits decide: add one, or give a number"
                .to_owned()
        } else {
            format!(
                "repeats = \"until-decided\" needs a [[claim]] to decide, and one about a cell that is run; all cells of {} are \
                 skipped: add one, or give a number",
                listed(by_splits.iter().map(|claim| claim.name.as_str()))
            )
        };
        return Err(table.mistake_in("repeats", Mistake::Conflict(reason)));
    }
    Ok(claims)
}

/// Whether any of the cells that a claim speaks of is run.
fn speaks_of_a_run(claim: &Claim, solvers: &[Entry]) -> bool {
    claim.models.iter().any(|&model| claim.solvers.iter().any(|&solver| solvers[solver].under(model).is_some()))
}

/// Refuses more cells or fits than can be kept, from the numbers of data sets, models and solvers.
fn few_fits(document: &Document<'_>, counts: [usize; 3], repeats: u64) -> Result<(), ExperimentError> {
    let [data, models, solvers] = counts.map(|count| count as u64);
    let cells = data * models * solvers;
    let fits = cells.saturating_mul(repeats);
    if cells > error::MOST_CELLS || fits > error::MOST_FITS {
        return Err(document.mistake(Mistake::ManyFits { data, models, solvers, repeats, fits, cells }));
    }
    Ok(())
}

fn few(table: &Table<'_>, what: &'static str, count: usize) -> Result<(), ExperimentError> {
    if count > error::MOST_ENTRIES { Err(table.mistake(Mistake::ManyEntries(what))) } else { Ok(()) }
}

fn unique<'a>(
    table: &Table<'_>,
    what: &'static str,
    key: &'static str,
    name: &str,
    mut others: impl Iterator<Item = &'a str>,
) -> Result<(), ExperimentError> {
    if others.any(|other| other == name) {
        return Err(table.mistake(Mistake::SameName { what, name: shown(name), key }));
    }
    Ok(())
}
