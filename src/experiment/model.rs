//! `[model]`: intercept, penalty and scaling.

use super::document::TomlTable;
use super::error::{ExperimentError, Mistake};
use super::with_varying;
use crate::model::penalty::Strength;
use crate::model::{Penalty, Scaling};
use crate::parameter::Settings;

/// A model, which every solver fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Its name in the report.
    pub name: String,
    /// Whether the model has an intercept.
    pub intercept: bool,
    /// The penalty.
    pub penalty: Penalty,
    /// The scaling of the features.
    pub scaling: Scaling,
}

impl Model {
    /// Reads a `[[model]]`.
    pub fn new(table: &TomlTable<'_>, settings: &Settings, varying: &[&'static str]) -> Result<Model, ExperimentError> {
        let intercept = settings.flag("intercept");
        let penalty = match Penalty::named(settings.text("penalty"), settings.number("strength")) {
            None => Penalty::NONE,
            Some(Ok(penalty)) => penalty,
            Some(Err(form)) => {
                return Err(match form.strength {
                    Strength::Needed { missing } => {
                        table.mistake_in("penalty", Mistake::Missing { key: "strength", about: missing })
                    }
                    Strength::Refused { given } => table.mistake_in("strength", Mistake::Conflict(given.to_owned())),
                });
            }
        };
        let scaling = if settings.text("scaling") == "standardize" { Scaling::Standardize } else { Scaling::None };
        let mut name = match settings.text("name") {
            "" => penalty.model(),
            name => with_varying(name, settings, varying),
        };
        if settings.text("name").is_empty() {
            if scaling == Scaling::Standardize {
                name.push_str(", standardized");
            }
            if !intercept {
                name.push_str(", no intercept");
            }
        }
        Ok(Model { name, intercept, penalty, scaling })
    }
}
