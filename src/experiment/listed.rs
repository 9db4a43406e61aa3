//! `[split] lists`: splits from a file.

use std::path::Path;
use std::sync::Arc;

use super::error::{ExperimentError, Mistake};
use super::splits::Splits;
use crate::data::{DataError, DataSet, Supplies, shown};
use crate::split::{Lists, ListsError, lists};

/// Reads the lists of all data sets, if the scheme has any.
pub fn read(splits: &Splits<'_>, folder: &Path, supplies: &Supplies<'_>) -> Result<Vec<Lists>, ExperimentError> {
    let (Some(file), Some(table)) = (&splits.lists, &splits.table) else { return Ok(Vec::new()) };
    let path = folder.join(file);
    let unreadable = |source| table.mistake_in("lists", DataError::unreadable(&path, source));
    let contents = (supplies.file)(&path).map_err(unreadable)?;
    let bytes = contents.bytes().map_err(unreadable)?;
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let place = format!("byte {}", error.valid_up_to());
        let reason = "it is not UTF-8 text: lists are JSON, CSV or ARFF; unpack an archive first".to_owned();
        mistake(splits, ListsError::Malformed { place, reason })
    })?;
    lists::read(text).map_err(|error| mistake(splits, error))
}

/// The lists of a data set, checked against its rows.
pub fn of_source(splits: &Splits<'_>, all: &[Lists], data: &DataSet) -> Result<Option<Arc<Lists>>, ExperimentError> {
    if splits.lists.is_none() {
        return Ok(None);
    }
    let own = lists::of_dataset(all, &data.name).map_err(|error| mistake(splits, error))?;
    let digest = own.digest.is_some().then(|| data.digest());
    let rows_in_file = data.rows() + data.left_out.len();
    own.check(&data.name, rows_in_file, digest.as_deref()).map_err(|error| mistake(splits, error))?;
    let own = own.without(&data.left_out).map_err(|error| mistake(splits, error))?;
    Ok(Some(Arc::new(own)))
}

/// The mistake in its file, at the key that names the file.
fn mistake(splits: &Splits<'_>, error: ListsError) -> ExperimentError {
    let file = shown(splits.lists.as_deref().unwrap_or_default());
    match &splits.table {
        Some(table) => table.mistake_in("lists", Mistake::Lists { file, error }),
        None => ExperimentError {
            place: super::error::MistakePlace::default(),
            kind: Mistake::Lists { file, error }.into(),
        },
    }
}
