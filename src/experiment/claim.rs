//! `[[claim]]`: selects the solvers, data sets and models of a claim. [`crate::claim`] reads the statement about them.

use super::document::TomlTable;
use super::error::{ExperimentError, MOST_FITS, Mistake};
use super::source::DataSetEntry;
use super::splits::Splits;
use super::{Model, SolverEntry, synonyms};
use crate::claim::{self, BETTER_THAN, Claim, ClaimError, Context, Rival};
use crate::data::{listed, shown};
use crate::parameter::{Settings, nearest};

/// Reads the `[[claim]]` of this number.
pub fn read(
    (table, number): (&TomlTable<'_>, usize),
    (splits, per_repetition): (&Splits<'_>, u64),
    sources: &[DataSetEntry<'_>],
    models: &[Model],
    solvers: &[SolverEntry],
) -> Result<Claim, ExperimentError> {
    let keys = claim::keys();
    let settings = table.settings(&keys)?;
    for key in claim::REQUIRED {
        table.require(&settings, &keys, key)?;
    }
    let solver_names: Vec<_> = solvers.iter().map(|entry| (entry.name.as_str(), entry.method)).collect();
    let source_names: Vec<_> = sources.iter().map(|data| (data.name.as_str(), data.name.as_str())).collect();
    let model_names: Vec<_> = models.iter().map(|model| (model.name.as_str(), model.name.as_str())).collect();
    let solvers = select(table, &settings, ("solver", "solver"), &solver_names)?;
    let data_sets = select(table, &settings, ("dataset", "data set"), &source_names)?;
    let models = select(table, &settings, ("model", "model"), &model_names)?;
    let rival = rival(table, &settings, &solver_names, &model_names)?;
    let cells = pairs(&solvers, &models, rival);
    if cells == 0 {
        let reason = "better_than names what the claim is about: name another solver or model";
        return Err(table.mistake_in(BETTER_THAN, Mistake::Conflict(reason.to_owned())));
    }
    let context = Context {
        scheme: splits.dealing.scheme,
        splits: splits.sure().saturating_mul(per_repetition),
        per_repetition,
        is_fixed: data_sets.iter().all(|&place| sources[place].is_fixed()),
        cells: (data_sets.len() * cells) as u64,
        most_fits: MOST_FITS,
    };
    let statement = claim::read(&settings, &context).map_err(|error| placed(table, error))?;
    Ok(Claim {
        name: match settings.text("name") {
            "" => format!("claim {number}"),
            name => name.to_owned(),
        },
        solvers,
        sources: data_sets,
        models,
        rival,
        statement,
        level: claim::level(&settings),
        own_level: claim::level(&settings),
    })
}

/// The places of the entries that a key names; all places if the key is absent. `names` has two names of each entry: the entry's
/// own, and another that several entries may share, as solvers share a method.
fn select(
    table: &TomlTable<'_>,
    settings: &Settings,
    (key, what): (&'static str, &'static str),
    names: &[(&str, &str)],
) -> Result<Vec<usize>, ExperimentError> {
    let wanted = settings.text(key);
    let found = if wanted.is_empty() { (0..names.len()).collect() } else { places(wanted, names) };
    if found.is_empty() { Err(unknown(table, key, what, wanted, names)) } else { Ok(found) }
}

/// The places of the entries of a name. A name wins over a method of the same name, because only so can a claim mean one entry.
fn places(wanted: &str, names: &[(&str, &str)]) -> Vec<usize> {
    let by_name: Vec<usize> = (0..names.len()).filter(|&i| names[i].0 == wanted).collect();
    let by_method = || (0..names.len()).filter(|&i| names[i].1 == wanted).collect();
    if by_name.is_empty() { by_method() } else { by_name }
}

/// That no entry has the name in `key`.
fn unknown(
    table: &TomlTable<'_>,
    key: &'static str,
    what: &'static str,
    wanted: &str,
    names: &[(&str, &str)],
) -> ExperimentError {
    let known: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
    let nearest = nearest(wanted, known.iter().copied()).map(shown);
    table.mistake_in(key, Mistake::UnknownName { what, name: shown(wanted), nearest, known: listed(known) })
}

/// The solver and model that `better_than` names: one of each.
fn rival(
    table: &TomlTable<'_>,
    settings: &Settings,
    solvers: &[(&str, &str)],
    models: &[(&str, &str)],
) -> Result<Option<Rival>, ExperimentError> {
    let place = |key: &'static str, names: &[(&str, &str)]| {
        let Some(wanted) = settings.text_in(BETTER_THAN, key) else { return Ok(None) };
        match places(wanted, names)[..] {
            [only] => Ok(Some(only)),
            [] => Err(unknown(table, BETTER_THAN, key, wanted, names)),
            ref several => {
                let named = listed(several.iter().map(|&place| names[place].0));
                let reason =
                    format!("better_than compares with one {key}, and {wanted} may be {named}: name one of them");
                Err(table.mistake_in(BETTER_THAN, Mistake::Conflict(reason)))
            }
        }
    };
    let rival = Rival { solver: place("solver", solvers)?, model: place("model", models)? };
    Ok((rival != Rival { solver: None, model: None }).then_some(rival))
}

/// Number of solvers under models that a claim is about, what they are compared with left out.
fn pairs(solvers: &[usize], models: &[usize], rival: Option<Rival>) -> usize {
    let is_own = |solver, model| rival.is_none_or(|rival| !rival.is_itself(solver, model));
    models.iter().map(|&model| solvers.iter().filter(|&&solver| is_own(solver, model)).count()).sum()
}

/// The solvers of a claim that will be run under a model, and whose rival will be.
pub fn run<'e>(claim: &'e Claim, model: usize, solvers: &'e [SolverEntry]) -> impl Iterator<Item = usize> + use<'e> {
    let will_run = |solver: usize, model: usize| solvers[solver].under(model).is_some();
    let has_rival = move |solver: usize| {
        let others = claim.rival.map(|rival| rival.of(solver, model));
        others.is_none_or(|(solver, model)| will_run(solver, model))
    };
    let own = claim.solvers.iter().copied().filter(move |&solver| claim.has(solver, model));
    own.filter(move |&solver| will_run(solver, model) && has_rival(solver))
}

/// The error with its place in the file.
fn placed(table: &TomlTable<'_>, error: ClaimError) -> ExperimentError {
    match error {
        ClaimError::Conflict { key: Some(key), reason } => table.mistake_in(key, Mistake::Conflict(reason)),
        ClaimError::Conflict { key: None, reason } => table.mistake(Mistake::Conflict(reason)),
        ClaimError::UnknownMetric { what, name, nearest, known } => {
            let (nearest, instead) = synonyms::value("metric", &name, nearest);
            table.mistake_in(
                "metric",
                Mistake::UnknownName { what, name, nearest, known: known + &synonyms::in_brackets(instead) },
            )
        }
        ClaimError::BadValue { key, found, allowed } => {
            table.mistake_in(key, Mistake::BadValue { key: key.to_owned(), found, allowed, nearest: None })
        }
    }
}
