//! What can be checked only when several parts of a file, or its data, are known.

use super::document::{Document, TomlTable};
use super::error::{ExperimentError, Mistake};
use super::source::DataSetEntry;
use super::{Model, keys};
use crate::claim::{self, Claim};
use crate::data::{Roles, Source, listed};
use crate::model::{Expansion, Scaling};

/// Unknown keys, and values that are not allowed, of the tables whose keys are the same in every file.
///
/// # Errors
/// When the name of a table has a value that is no table.
pub fn mistakes_of_tables(document: &Document<'_>) -> Result<Vec<ExperimentError>, ExperimentError> {
    let tables = [
        ("split", keys::SPLIT.to_vec()),
        ("model", keys::MODEL.to_vec()),
        ("stop", keys::STOP.to_vec()),
        ("verdict", keys::VERDICT.to_vec()),
        ("trace", keys::TRACE.to_vec()),
        ("rope", keys::rope()),
        ("claim", claim::keys()),
    ];
    let mut mistakes = Vec::new();
    for (name, keys) in &tables {
        let of_table = |table: &TomlTable<'_>| table.grid(&[keys]).err();
        mistakes.extend(document.tables(name)?.iter().filter_map(of_table));
    }
    Ok(mistakes)
}

/// Checks that every model can make its features from every data set.
pub fn expansions(entries: &[DataSetEntry<'_>], sources: &[Source], models: &[Model]) -> Result<(), ExperimentError> {
    for (entry, source) in entries.iter().zip(sources) {
        for model in models.iter().filter(|model| model.expansion != Expansion::None) {
            let refused = |error| entry.table.mistake(Mistake::Expansion { model: model.name.clone(), error });
            model.expansion.check(&source.data(0)).map_err(refused)?;
        }
    }
    Ok(())
}

/// Checks that class weights name classes of every data set.
pub fn class_weights(
    entries: &[DataSetEntry<'_>],
    sources: &[Source],
    models: &[Model],
) -> Result<(), ExperimentError> {
    for (entry, source) in entries.iter().zip(sources) {
        let classes = match source {
            Source::Fixed(data) => data.classes.clone(),
            // Those of simulated data.
            Source::Redrawn { .. } | Source::Shuffled(_) => vec!["0".to_owned(), "1".to_owned()],
        };
        for model in models {
            if let Some(stranger) = model.class_weight.stranger(&classes) {
                let reason = format!(
                    "class_weight of model \"{}\" names \"{stranger}\", which is no class of \"{}\"; its classes are {}",
                    model.name,
                    source.name(),
                    listed(classes.iter().map(String::as_str))
                );
                return Err(entry.table.mistake(Mistake::Conflict(reason)));
            }
        }
    }
    Ok(())
}

/// Refuses models that need quantiles or the range of rows with weights: a row would count once, and not as the rows it stands for.
pub fn quantiles(entries: &[DataSetEntry<'_>], sources: &[Source], models: &[Model]) -> Result<(), ExperimentError> {
    for (entry, source) in entries.iter().zip(sources) {
        let is_weighted = matches!(source, Source::Fixed(data) if data.roles.weights.is_some());
        let by_quantiles =
            |model: &&Model| model.scaling == Scaling::Robust || matches!(model.expansion, Expansion::Bins { .. });
        if let Some(model) = models.iter().filter(|_| is_weighted).find(by_quantiles) {
            let reason = format!(
                "model \"{}\" needs quantiles (scaling = \"robust\" or bins), in which a row of \"{}\" would count once, whatever its \
                 weight: take another scaling, or repeat the rows in the file instead of weighing them",
                model.name,
                source.name()
            );
            return Err(entry.table.mistake(Mistake::Conflict(reason)));
        }
    }
    Ok(())
}

/// Refuses claims against chance about rows with weights or an offset, whose labels are not exchangeable: shuffled, they would have
/// other totals of the weights, and go with other offsets, than labels that chance gives.
///
/// Refuses claims against chance about models whose fits start from those of a model of which they do not speak: shuffled labels must be
/// fitted in the same way.
pub fn shuffling(
    document: &Document<'_>,
    sources: &[Source],
    models: &[Model],
    claims: &[Claim],
) -> Result<(), ExperimentError> {
    for (claim, table) in claims.iter().zip(&document.tables("claim")?) {
        let is_alone = |model: &Model| model.starts_from.is_some_and(|before| !claim.models.contains(&before));
        let alone = claim.models.iter().map(|&place| &models[place]).find(|model| is_alone(model));
        if let Some(model) = alone.filter(|_| claim.statement.shuffling().is_some()) {
            let reason = format!(
                "the claim needs fits of shuffled labels, and those of model \"{}\" start from fits of another strength: leave out model, so \
                 that the claim speaks of all strengths, or take start = \"zero\"",
                model.name
            );
            return Err(table.mistake_in("model", Mistake::Conflict(reason)));
        }
        let shuffled = claim.statement.shuffling().map_or(&[][..], |_| &claim.sources);
        for &place in shuffled {
            let Source::Fixed(data) = &sources[place] else { continue };
            let role = match &data.roles {
                Roles { weights: Some(_), .. } => "weights",
                Roles { offset: Some(_), .. } => "an offset",
                _ => continue,
            };
            let reason = format!(
                "the claim needs fits of shuffled labels, but rows of \"{}\" have {role}, and labels of such rows cannot be exchanged: \
                 name other data sets in the claim, or leave it out",
                data.name
            );
            return Err(table.mistake(Mistake::Conflict(reason)));
        }
    }
    Ok(())
}
