//! From the text of a file to an experiment: reads its tables, checks each against the others, and loads the data.

use std::path::Path;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use super::document::{Document, TomlTable};
use super::error::{self, ExperimentError, Mistake};
use super::listed;
use super::source::{self, DataSetEntry};
use super::splits::Splits;
use super::{
    Experiment, Model, Overrides, SolverEntry, TABLES, TraceSettings, checks, claim, keys, model, settings_of, solvers,
};
use crate::claim::{Claim, ErrorRate, Measure};
use crate::data::{Source, Supplies, hexadecimal, listed, shown};
use crate::metric::{self, METRICS, Selection};
use crate::model::{ClassWeight, Expansion, Penalty, Scaling, penalty};
use crate::parameter::Settings;
use crate::split::{Dealing, Generator, Scheme, Splitter};

impl Experiment {
    /// Checks the text of an experiment file; `folder` is where its data files are looked for.
    ///
    /// # Errors
    /// As [`Experiment::load`].
    pub fn parse(text: &str, path: &str, folder: &Path, overrides: Overrides) -> Result<Experiment, ExperimentError> {
        Experiment::parse_with(text, path, folder, overrides, Supplies::OF_THE_MACHINE)
    }

    /// [`Experiment::parse`] with other supplies than the machine's, so that the result depends on its arguments alone.
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
        supplies.memory = overrides.memory_limit.or(supplies.memory);
        let document = Document::parse(path, text)?;
        let (top, mut mistakes) = match document.top(keys::TOP, TABLES) {
            Ok(top) => (top, Vec::new()),
            Err(mistake) => (Settings::default(), vec![mistake]),
        };
        mistakes.extend(checks::mistakes_of_tables(&document)?);
        if let Some(mistake) = ExperimentError::all_of(mistakes) {
            return Err(mistake);
        }
        let seed = overrides.seed.or(top.whole("seed")).unwrap_or(0);
        let splits = Splits::read(&document, overrides)?;
        let tables = document.tables("dataset")?;
        let entries = data_sets(&document, &tables, folder, &splits)?;
        let models = models(&document)?;
        let solvers = solvers(&document, &models)?;
        solvers::one_can_run(&document, &models, &solvers)?;
        // Data come last, because loading takes longest: a misspelt claim is told at once. Only where the number of splits follows
        // from the data, they come first.
        let mut loaded = None;
        if splits.dealing.scheme.is_counted_from_data() {
            loaded = Some(load(&entries, (&splits, folder), &mut supplies, seed)?);
        }
        let per_repetition = |(_, splitters): &(Vec<Source>, Vec<Splitter>)| {
            splitters.iter().map(Splitter::splits_per_repetition).min().unwrap_or(1)
        };
        let per_repetition = loaded.as_ref().map_or(splits.per_repetition(), per_repetition);
        let mut claims = claims(&document, (&splits, per_repetition), &entries, &models, &solvers)?;
        let claims_error_rate = top.number("error_rate");
        if let Some(rate) = claims_error_rate {
            let all = ErrorRate { rate, claims: claims.len(), at_looks: splits.until_decided };
            claims.iter_mut().for_each(|claim| claim.level = all.first_level(claim));
        }
        let verdict = settings_of(document.table("verdict")?.as_ref(), keys::VERDICT)?;
        let trace = settings_of(document.table("trace")?.as_ref(), keys::TRACE)?;
        let rope = settings_of(document.table("rope")?.as_ref(), &keys::rope())?;
        let metrics = asked_for(&top, &rope, &claims);
        let counts = [entries.len(), models.len(), solvers.len()];
        few_fits(&document, counts, splits.repeats.saturating_mul(per_repetition))?;
        let (sources, splitters) = match loaded {
            Some(loaded) => loaded,
            None => load(&entries, (&splits, folder), &mut supplies, seed)?,
        };
        let most = splitters.iter().map(Splitter::splits_per_repetition).max().unwrap_or(1);
        few_fits(&document, counts, splits.repeats.saturating_mul(most))?;
        checks::expansions(&entries, &sources, &models)?;
        checks::class_weights(&entries, &sources, &models)?;
        checks::quantiles(&entries, &sources, &models)?;
        checks::shuffling(&document, &sources, &models, &claims)?;
        let file =
            Path::new(path).file_name().map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned());
        Ok(Experiment {
            digests: sources.iter().map(|_| OnceLock::new()).collect(),
            title: if top.text("title").is_empty() { file.clone() } else { top.text("title").to_owned() },
            file,
            path: path.to_owned(),
            text: text.to_owned(),
            digest: hexadecimal(&Sha256::digest(text.as_bytes())),
            seed,
            sources,
            split_counts: splitters.iter().map(|of| splits.repeats * of.splits_per_repetition()).collect(),
            splitters,
            repeats: splits.repeats,
            until_decided: splits.until_decided,
            models,
            solvers,
            claims,
            claims_error_rate,
            tolerance: verdict.number("tolerance").unwrap_or(1e-8),
            trace: TraceSettings {
                bands: trace.flag("bands"),
                whole: trace.whole("whole").unwrap_or(kept_whole(counts)),
            },
            metrics,
            ropes: METRICS.map(|metric| rope.number(metric.name)),
        })
    }
}

/// The data sets of `[[dataset]]`, not loaded yet.
fn data_sets<'d>(
    document: &Document<'_>,
    tables: &'d [TomlTable<'d>],
    folder: &Path,
    splits: &Splits<'_>,
) -> Result<Vec<DataSetEntry<'d>>, ExperimentError> {
    if tables.is_empty() {
        return Err(document.mistake(Mistake::NoTable("[[dataset]]")));
    }
    let mut entries: Vec<DataSetEntry<'_>> = Vec::new();
    for table in tables {
        for entry in source::read(table, folder)? {
            unique(table, "data set", "label", &entry.name, entries.iter().map(|other| other.name.as_str()))?;
            if let (Scheme::AllRows, true, Some(split), repeats @ 2..) =
                (splits.dealing.scheme, entry.is_fixed(), &splits.table, splits.repeats)
            {
                let reason = format!(
                    "scheme = \"all-rows\" with {repeats} repeats would fit the same rows of \"{}\" again and again; give it \
                     repeats = 1, or simulated data with redraw = true",
                    entry.name
                );
                return Err(split.mistake_in("scheme", Mistake::Conflict(reason)));
            }
            redrawn_rows_are_dealt_once(&entry, splits)?;
            entries.push(entry);
            few(table, "data set", entries.len())?;
        }
    }
    Ok(entries)
}

/// Refuses schemes that deal the same rows again and again, where every split has rows of its own.
fn redrawn_rows_are_dealt_once(entry: &DataSetEntry<'_>, splits: &Splits<'_>) -> Result<(), ExperimentError> {
    let scheme = splits.dealing.scheme;
    let is_one = matches!(splits.generator, Generator::NumpyOnce { .. });
    let deals_once = matches!(scheme, Scheme::Shuffle | Scheme::StratifiedShuffle | Scheme::AllRows) && !is_one;
    let Some(table) = splits.table.as_ref().filter(|_| !entry.is_fixed() && !deals_once) else { return Ok(()) };
    let (key, value) = match is_one {
        true => ("random_state", "random_state deals one set of rows".to_owned()),
        false => ("scheme", format!("scheme = \"{}\" deals one set of rows", scheme.name())),
    };
    let reason = format!(
        "{value} again and again, and \"{}\" has redraw = true, so that each split has rows of its own: use scheme = \"shuffle\" with \
         first_random_state or our own streams, or remove redraw",
        entry.name
    );
    Err(table.mistake_in(key, Mistake::Conflict(reason)))
}

/// Loads or draws the data, and makes a splitter for each data set.
fn load(
    entries: &[DataSetEntry<'_>],
    (splits, folder): (&Splits<'_>, &Path),
    supplies: &mut Supplies<'_>,
    seed: u64,
) -> Result<(Vec<Source>, Vec<Splitter>), ExperimentError> {
    for entry in entries {
        entry.reserve(supplies)?;
    }
    let (mut sources, mut splitters) = (Vec::new(), Vec::new());
    let lists = listed::read(splits, folder, supplies)?;
    for entry in entries {
        let source = entry.load(supplies, seed)?;
        let data = source.uncoded(0);
        let lists = listed::of_source(splits, &lists, &data)?;
        let dealing = Dealing { lists, ..splits.dealing.clone() };
        let mut splitter = Splitter::new(dealing, splits.generator, seed, source.name());
        splitter.prepare(&data.labels, &data.roles, &data.classes, splits.repeats).map_err(|error| {
            match &splits.table {
                Some(split) => split.mistake(error),
                None => entry.table.mistake(error),
            }
        })?;
        drop(data);
        sources.push(source);
        splitters.push(splitter);
    }
    Ok((sources, splitters))
}

/// The models of `[model]`; maximum likelihood if the file has no such table.
fn models(document: &Document<'_>) -> Result<Vec<Model>, ExperimentError> {
    let mut models: Vec<Model> = Vec::new();
    for table in &document.tables("model")? {
        let first = models.len();
        let mut made: Vec<Settings> = Vec::new();
        let some_take_it = table.texts("penalty").iter().any(|name| penalty::takes_strength(name));
        for (mut settings, varying) in table.grid(&[keys::MODEL])? {
            // In a list of penalties, the strength is that of those that have one.
            if some_take_it && !penalty::takes_strength(settings.text("penalty")) {
                ["strength", "start"].into_iter().for_each(|key| settings.remove(key));
                if made.contains(&settings) {
                    continue;
                }
            }
            let previous = made.iter().rposition(|other| model::differ_in_strength_alone(other, &settings));
            let starts_from = previous.map(|place| first + place).filter(|_| model::starts_at_previous(&settings));
            let model = Model { starts_from, ..Model::new(table, &settings, &varying)? };
            made.push(settings);
            unique(table, "model", "name", &model.name, models.iter().map(|model| model.name.as_str()))?;
            models.push(model);
            few(table, "model", models.len())?;
        }
        if made.iter().any(model::starts_at_previous) && models[first..].iter().all(|of| of.starts_from.is_none()) {
            let needed = match made.iter().any(|settings| penalty::takes_strength(settings.text("penalty"))) {
                true => "a list of strengths, as strength = [100, 10, 1]",
                false => "a penalty with a list of strengths, as penalty = \"l2\" and strength = [100, 10, 1]",
            };
            let reason = format!(
                "start = \"previous\" needs {needed}: fits of a strength start where those of the strength before it ended"
            );
            return Err(table.mistake_in("start", Mistake::Conflict(reason)));
        }
    }
    if models.is_empty() {
        models.push(Model {
            name: "maximum likelihood".to_owned(),
            intercept: true,
            penalty: Penalty::NONE,
            starts_from: None,
            class_weight: ClassWeight::None,
            expansion: Expansion::None,
            scaling: Scaling::None,
        });
    }
    Ok(models)
}

/// The solvers of `[[solver]]`. `[stop]` rules where a solver has no rule of its own.
fn solvers(document: &Document<'_>, models: &[Model]) -> Result<Vec<SolverEntry>, ExperimentError> {
    let stop = settings_of(document.table("stop")?.as_ref(), keys::STOP)?;
    let mut solvers: Vec<SolverEntry> = Vec::new();
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

/// The claims of `[[claim]]`. If the run is to end once all claims are decided, refuses claims that no split can decide.
fn claims(
    document: &Document<'_>,
    (splits, per_repetition): (&Splits<'_>, u64),
    sources: &[DataSetEntry<'_>],
    models: &[Model],
    solvers: &[SolverEntry],
) -> Result<Vec<Claim>, ExperimentError> {
    let mut claims: Vec<Claim> = Vec::new();
    for (table, number) in document.tables("claim")?.iter().zip(1..) {
        let claim = claim::read((table, number), (splits, per_repetition), sources, models, solvers)?;
        unique(table, "claim", "name", &claim.name, claims.iter().map(|claim| claim.name.as_str()))?;
        claims.push(claim);
        few(table, "claim", claims.len())?;
    }
    let by_splits: Vec<&Claim> = claims.iter().filter(|claim| claim.statement.is_decided_by_splits()).collect();
    if let (true, false, Some(table)) =
        (splits.until_decided, by_splits.iter().any(|claim| speaks_of_a_run(claim, solvers)), &splits.table)
    {
        let reason = if by_splits.is_empty() {
            "repeats = \"until-decided\" needs a [[claim]] that more splits decide: add such a claim, or give a number"
                .to_owned()
        } else {
            format!(
                "repeats = \"until-decided\" needs a [[claim]] about a cell that is run, but all cells of {} are skipped: add \
                 such a claim, or give a number",
                listed(by_splits.iter().map(|claim| claim.name.as_str()))
            )
        };
        return Err(table.mistake_in("repeats", Mistake::Conflict(reason)));
    }
    Ok(claims)
}

/// Whether any cell of a claim is run.
fn speaks_of_a_run(claim: &Claim, solvers: &[SolverEntry]) -> bool {
    claim.models.iter().any(|&model| claim::run(claim, model, solvers).next().is_some())
}

/// The usual metrics, and those that the key `metrics`, a region of practical equivalence or a claim names.
fn asked_for(top: &Settings, rope: &Settings, claims: &[Claim]) -> Selection {
    let mut metrics = Selection::USUAL;
    top.texts("metrics").iter().filter_map(|name| metric::index(name)).for_each(|place| metrics.ask_for(place));
    for (place, metric) in METRICS.iter().enumerate() {
        let is_claimed = claims.iter().any(|claim| claim.statement.measure() == Measure::Metric(place));
        if is_claimed || rope.number(metric.name).is_some() {
            metrics.ask_for(place);
        }
    }
    metrics
}

/// The number of fits per cell that are kept whole where the file does not say: their traces are most of a report of many cells.
fn kept_whole(counts: [usize; 3]) -> u64 {
    /// Most cells of an experiment that keeps several fits of each.
    const MOST_CELLS: usize = 100;
    if counts.iter().product::<usize>() > MOST_CELLS { 1 } else { 3 }
}

/// Refuses more cells or fits than can be kept, from the numbers of data sets, models and solvers.
fn few_fits(document: &Document<'_>, counts: [usize; 3], splits: u64) -> Result<(), ExperimentError> {
    let [data, models, solvers] = counts.map(|count| count as u64);
    let cells = data * models * solvers;
    let fits = cells.saturating_mul(splits);
    if cells > error::MOST_CELLS || fits > error::MOST_FITS {
        return Err(document.mistake(Mistake::ManyFits { data, models, solvers, splits, fits, cells }));
    }
    Ok(())
}

/// Refuses more entries of a kind than an experiment may have.
fn few(table: &TomlTable<'_>, what: &'static str, count: usize) -> Result<(), ExperimentError> {
    if count > error::MOST_ENTRIES { Err(table.mistake(Mistake::ManyEntries(what))) } else { Ok(()) }
}

/// Refuses a name that another entry has.
fn unique<'a>(
    table: &TomlTable<'_>,
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
