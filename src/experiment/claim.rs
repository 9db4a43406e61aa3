//! `[[claim]]`: selects the solvers, data sets and models of a claim. [`crate::claim`] reads the statement about them.

use super::document::TomlTable;
use super::error::{ExperimentError, MOST_FITS, Mistake};
use super::source::DataSetEntry;
use super::splits::Splits;
use super::{Model, SolverEntry, synonyms};
use crate::claim::{self, Claim, ClaimError, Context};
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
    let context = Context {
        scheme: splits.dealing.scheme,
        splits: splits.sure().saturating_mul(per_repetition),
        per_repetition,
        is_fixed: data_sets.iter().all(|&place| sources[place].is_fixed()),
        cells: (data_sets.len() * models.len() * solvers.len()) as u64,
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
    // A name wins over a method of the same name, because only so can a claim mean one entry.
    let by_name: Vec<usize> = (0..names.len()).filter(|&i| wanted.is_empty() || names[i].0 == wanted).collect();
    let by_method = || (0..names.len()).filter(|&i| names[i].1 == wanted).collect();
    let found: Vec<usize> = if by_name.is_empty() { by_method() } else { by_name };
    if found.is_empty() {
        let known: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
        let nearest = nearest(wanted, known.iter().copied()).map(shown);
        let known = listed(known);
        return Err(table.mistake_in(key, Mistake::UnknownName { what, name: shown(wanted), nearest, known }));
    }
    Ok(found)
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
