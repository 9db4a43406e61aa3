//! `[model]`: intercept, penalty and scaling.

use super::document::Table;
use super::error::{ExperimentError, Mistake};
use super::with_varying;
use crate::model::{Penalty, Scaling};
use crate::parameter::Settings;

/// A model: what is fitted, whatever the solver.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Its name in the report.
    pub name: String,
    /// Whether there is an intercept.
    pub intercept: bool,
    /// The penalty.
    pub penalty: Penalty,
    /// What is done to the features.
    pub scaling: Scaling,
}

impl Model {
    /// Reads a `[[model]]`.
    pub fn new(table: &Table<'_>, settings: &Settings, varying: &[&'static str]) -> Result<Model, ExperimentError> {
        let intercept = settings.flag("intercept");
        let penalty = match (settings.text("penalty"), settings.number("strength")) {
            ("l2", Some(strength)) => Penalty::L2 { strength },
            ("l2", None) => {
                return Err(table.mistake_in(
                    "penalty",
                    Mistake::Missing { key: "strength", about: "penalty = \"l2\" needs a strength, as strength = 1.0" },
                ));
            }
            ("firth", Some(_)) => {
                let reason = "penalty = \"firth\" has no strength: remove it, or take penalty = \"l2\"".to_owned();
                return Err(table.mistake_in("strength", Mistake::Conflict(reason)));
            }
            ("firth", None) => Penalty::Firth,
            (_, Some(_)) => {
                let reason = "strength needs a penalty: add penalty = \"l2\" or remove it".to_owned();
                return Err(table.mistake_in("strength", Mistake::Conflict(reason)));
            }
            (_, None) => Penalty::None,
        };
        let scaling = if settings.text("scaling") == "standardize" { Scaling::Standardize } else { Scaling::None };
        let mut name = match (settings.text("name"), penalty) {
            ("", Penalty::None) => "maximum likelihood".to_owned(),
            ("", Penalty::L2 { strength }) => format!("l2 {strength}"),
            ("", Penalty::Firth) => "firth".to_owned(),
            (name, _) => with_varying(name, settings, varying),
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
