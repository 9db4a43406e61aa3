//! `[model]`: intercept, penalty and scaling.

use super::document::TomlTable;
use super::error::{ExperimentError, Mistake};
use super::keys::ModelStart;
use super::with_varying;
use crate::model::penalty::Strength;
use crate::model::{ClassWeight, Expansion, Penalty, Scaling};
use crate::parameter::{Choice, Setting, Settings};

/// A model, which every solver fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Its name in the report.
    pub name: String,
    /// Whether the model has an intercept.
    pub intercept: bool,
    /// The penalty.
    pub penalty: Penalty,
    /// Place of the model, the same but for a previous strength, from whose last coefficients each solver starts on the same split; `None`
    /// for fits that start at 0.
    pub starts_from: Option<usize>,
    /// Weights of the classes in the objective.
    pub class_weight: ClassWeight,
    /// The features that are made from those of the data set.
    pub expansion: Expansion,
    /// The scaling of the features, after the expansion.
    pub scaling: Scaling,
}

impl Model {
    /// Reads a `[[model]]`, which starts at 0.
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
        let scaling = Scaling::named(settings.text("scaling")).unwrap_or(Scaling::None);
        let expansion =
            expansion(settings).map_err(|(key, reason)| table.mistake_in(key, Mistake::Conflict(reason)))?;
        let class_weight = class_weight(settings.get("class_weight"));
        let mut name = match settings.text("name") {
            "" => penalty.model(),
            name => with_varying(name, settings, varying),
        };
        if settings.text("name").is_empty() {
            if let Some(words) = expansion.words() {
                name += &format!(", {words}");
            }
            name.push_str(match scaling {
                Scaling::None => "",
                Scaling::Standardize => ", standardized",
                Scaling::MinMax => ", min-max scaled",
                Scaling::Robust => ", robustly scaled",
            });
            if let Some(words) = class_weight.words() {
                name += &format!(", class weights {words}");
            }
            if !intercept {
                name.push_str(", no intercept");
            }
            if starts_at_previous(settings) {
                name.push_str(", warm starts");
            }
        }
        Ok(Model { name, intercept, penalty, starts_from: None, class_weight, expansion, scaling })
    }
}

/// Whether fits start where those under the previous strength have ended.
pub fn starts_at_previous(settings: &Settings) -> bool {
    settings.choice("start") == Some(ModelStart::Previous)
}

/// Whether two models of a table differ in strength alone.
pub fn differ_in_strength_alone(one: &Settings, other: &Settings) -> bool {
    let [mut one, mut other] = [one.clone(), other.clone()];
    [&mut one, &mut other].into_iter().for_each(|settings| settings.remove("strength"));
    one == other
}

/// The weights of the classes that a checked value says.
pub fn class_weight(setting: Option<&Setting>) -> ClassWeight {
    match setting {
        Some(Setting::Text(_)) => ClassWeight::Balanced,
        Some(Setting::Numbers(weights)) => {
            ClassWeight::Given(weights.iter().map(|(name, weight)| (name.clone(), *weight)).collect())
        }
        _ => ClassWeight::None,
    }
}

/// The features that a model makes, by its keys `degree`, `interactions` and `bins`.
///
/// # Errors
/// The key at fault and the reason, when the keys contradict each other.
pub fn expansion(settings: &Settings) -> Result<Expansion, (&'static str, String)> {
    let interactions = settings.flag("interactions");
    let degree = settings.whole("degree").unwrap_or(if interactions { 2 } else { 1 });
    match settings.whole("bins") {
        Some(_) if degree > 1 => {
            let other = if interactions { "interactions" } else { "degree" };
            let reason = format!(
                "bins and {other} exclude each other: products of indicators are not made; leave one of them out"
            );
            Err(("bins", reason))
        }
        _ if interactions && degree == 1 => {
            let reason = "interactions = true needs a degree from 2 on: leave degree out, or write degree = 2";
            Err(("degree", reason.to_owned()))
        }
        Some(count) => Ok(Expansion::Bins { count: count as u32 }),
        None if degree == 1 => Ok(Expansion::None),
        None => Ok(Expansion::Terms { degree: degree as u32, interactions }),
    }
}
