//! The features of a model: those of a data set, coded and expanded.

use crate::data::DataSet;
use crate::data::coding::UnseenLevel;
use crate::experiment::Model;
use crate::model::Expansion;

/// Storage for the features of a data set under one model after another.
#[derive(Default)]
pub struct FeatureStorage {
    /// Data whose raw columns are coded.
    coded: DataSet,
    /// Data with the features of a model that makes its own.
    expanded: DataSet,
}

/// A data set with the features of a model. `train` are the training rows, for features that depend on them.
///
/// # Errors
/// When a row has a level that no training row has, and the coding refuses it.
pub fn features<'a>(
    model: &Model,
    mut data: &'a DataSet,
    train: &[u32],
    storage: &'a mut FeatureStorage,
) -> Result<&'a DataSet, UnseenLevel> {
    let FeatureStorage { coded, expanded } = storage;
    if let Some(coding) = &data.coding {
        coding.apply_into(data, train, coded)?;
        data = coded;
    }
    if model.expansion != Expansion::None {
        model.expansion.apply_into(data, train, expanded);
        data = expanded;
    }
    Ok(data)
}
