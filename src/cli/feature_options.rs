//! Options that say which features a fit has: the keys `degree`, `interactions`, `bins` and `scaling` of a `[model]`.

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::Failure;
use crate::data::DataSet;
use crate::experiment::expansion;
use crate::experiment::keys::MODEL;
use crate::model::design::Transformation;
use crate::model::{Expansion, Scaling};
use crate::parameter::{Choice, Setting, Settings};

/// The features that are made from those of the data.
#[derive(Debug, Args)]
pub struct FeatureOptions {
    /// Bring the columns to one scale by all rows; estimates, standard errors and a penalty are then those of the scaled columns
    #[arg(long, value_name = "HOW", default_value = Scaling::None.text(), value_parser = PossibleValuesParser::new(Scaling::NAMES))]
    scaling: String,
    /// Also all products of up to so many features, powers included, 1 to 5 [default: 1; with --interactions 2]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = |text: &str| setting("degree", text))]
    degree: Option<Setting>,
    /// Also products of distinct features, without powers, of up to --degree of them
    #[arg(long)]
    interactions: bool,
    /// Instead of each feature, indicators of so many quantile bins of it, 2 to 1000; the lowest is the reference
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = |text: &str| setting("bins", text))]
    bins: Option<Setting>,
}

/// The value of a key of `[model]`.
fn setting(name: &str, text: &str) -> Result<Setting, String> {
    let key = MODEL.iter().find(|key| key.name == name).ok_or("no such key")?;
    key.parse(text).ok_or_else(|| format!("must be {}", key.kind))
}

/// Features that were made, and how they were scaled.
pub struct Made {
    /// The data with these features.
    pub data: DataSet,
    /// The scaling, and the center and scale of each column; `None` without scaling.
    pub scaling: Option<(Scaling, Transformation)>,
}

impl FeatureOptions {
    fn expansion(&self) -> Result<Expansion, Failure> {
        let mut settings = Settings::default();
        settings.set("interactions", Setting::Flag(self.interactions));
        for (name, setting) in [("degree", &self.degree), ("bins", &self.bins)] {
            setting.iter().for_each(|setting| settings.set(name, setting.clone()));
        }
        expansion(&settings).map_err(|(key, reason)| Failure::Usage(format!("--{key}: {reason}")))
    }

    /// The features of the options, of all rows of the data: products or bins, then scaled.
    ///
    /// # Errors
    /// When the options contradict each other, need quantiles of rows with weights, or make too many features.
    pub fn make(&self, data: DataSet, path: &str) -> Result<Made, Failure> {
        let (expansion, scaling) = (self.expansion()?, Scaling::named(&self.scaling).unwrap_or(Scaling::None));
        let needs_quantiles = scaling == Scaling::Robust || matches!(expansion, Expansion::Bins { .. });
        let data = if needs_quantiles { data.with_trials_as_rows(path)? } else { data };
        if needs_quantiles && data.roles.weights.is_some() {
            let option = if scaling == Scaling::Robust { "--scaling robust" } else { "--bins" };
            return Err(Failure::Usage(format!(
                "{option} needs quantiles, in which a row would count once, whatever its weight: take another scaling, or repeat the rows \
                 in the file instead of weighing them"
            )));
        }
        expansion.check(&data).map_err(|error| Failure::Usage(error.to_string()))?;
        let rows = data.all_rows();
        let reading = data.reading.clone();
        let mut made = if expansion == Expansion::None { data } else { expansion.apply(&data, &rows) };
        let mut of_columns = None;
        if scaling != Scaling::None {
            let mut transformation = Transformation::default();
            transformation.fit(&made, &rows, scaling);
            made = transformation.apply(&made);
            of_columns = Some((scaling, transformation));
        }
        made.reading = reading;
        Ok(Made { data: made, scaling: of_columns })
    }

    /// The options that are not at their defaults, as a person would type them.
    pub fn words(&self) -> Vec<String> {
        let scaling = Some(&self.scaling).filter(|name| *name != Scaling::None.text()).cloned();
        let valued = [
            ("scaling", scaling),
            ("degree", self.degree.as_ref().map(Setting::to_string)),
            ("bins", self.bins.as_ref().map(Setting::to_string)),
        ];
        let mut words: Vec<String> =
            valued.into_iter().filter_map(|(name, value)| Some([format!("--{name}"), value?])).flatten().collect();
        words.extend(self.interactions.then(|| "--interactions".to_owned()));
        words
    }
}
