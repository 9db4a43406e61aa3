//! `[split]`: how rows are dealt to training and test sets, and how often.

use super::document::{Document, TomlTable};
use super::error::{ExperimentError, Mistake};
use super::{Overrides, keys, settings_of};
use crate::claim::sequential;
use crate::parameter::Settings;
use crate::split::{Generator, Scheme};

/// Most splits per data set of a run that ends once all claims are decided, if the file sets no other number.
const MOST_REPEATS: u64 = 10_000;

/// The checked `[split]` of a file.
pub struct Splits<'d> {
    /// The table, if the file has one.
    pub table: Option<TomlTable<'d>>,
    /// How rows are dealt to the training and test set.
    pub scheme: Scheme,
    /// Share of test rows.
    pub test_fraction: f64,
    /// The source of random numbers.
    pub generator: Generator,
    /// Splits per data set; the most of them if the run ends once all claims are decided.
    pub repeats: u64,
    /// Whether the run ends as soon as all claims are decided.
    pub until_decided: bool,
}

impl<'d> Splits<'d> {
    /// Reads the table, or takes the defaults.
    ///
    /// # Errors
    /// When a value is not allowed, or two keys contradict each other.
    pub fn read(document: &'d Document<'_>, overrides: Overrides) -> Result<Splits<'d>, ExperimentError> {
        let table = document.table("split")?;
        let settings = settings_of(table.as_ref(), keys::SPLIT)?;
        let until_decided = overrides.repeats.is_none() && settings.text("repeats") == keys::UNTIL_DECIDED;
        let most = settings.whole("most_repeats");
        let repeats = match (overrides.repeats.or(settings.whole("repeats")), until_decided) {
            (None, true) => most.unwrap_or(MOST_REPEATS),
            (repeats, _) => repeats.unwrap_or(1),
        };
        if let (Some(_), false, None, Some(table)) = (most, until_decided, overrides.repeats, &table) {
            let reason =
                "most_repeats needs repeats = \"until-decided\"; remove most_repeats, or set repeats so".to_owned();
            return Err(table.mistake_in("most_repeats", Mistake::Conflict(reason)));
        }
        let scheme = match settings.text("scheme") {
            "stratified-shuffle" => Scheme::StratifiedShuffle,
            "all-rows" => Scheme::AllRows,
            _ => Scheme::Shuffle,
        };
        let test_fraction = settings.number("test_fraction").unwrap_or(0.25);
        for key in ["test_fraction", "generator", "first_random_state"] {
            if let (Scheme::AllRows, Some(table)) = (scheme, table.as_ref().filter(|table| table.has(key))) {
                let reason = format!("scheme = \"all-rows\" draws no test rows, so {key} has no meaning: remove it");
                return Err(table.mistake_in(key, Mistake::Conflict(reason)));
            }
        }
        let generator = generator(table.as_ref(), &settings)?;
        Ok(Splits { table, scheme, test_fraction, generator, repeats, until_decided })
    }

    /// Splits per data set that are made even if the run ends at the first look.
    pub fn sure(&self) -> u64 {
        if self.until_decided { self.repeats.min(sequential::BATCH) } else { self.repeats }
    }
}

fn generator(table: Option<&TomlTable<'_>>, settings: &Settings) -> Result<Generator, ExperimentError> {
    let first = settings.whole("first_random_state");
    match (settings.text("generator"), table) {
        ("numpy", _) => Ok(Generator::Numpy { first_random_state: first.unwrap_or(0) as u32 }),
        (_, Some(table)) if first.is_some() => {
            let reason =
                "first_random_state needs generator = \"numpy\": our own streams come from the seed".to_owned();
            Err(table.mistake_in("first_random_state", Mistake::Conflict(reason)))
        }
        _ => Ok(Generator::Native),
    }
}
