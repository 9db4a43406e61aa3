//! `[split]`: how rows are dealt to training and test sets, and how often.

use super::document::{Document, TomlTable};
use super::error::{ExperimentError, Mistake};
use super::{Overrides, keys, settings_of};
use crate::claim::sequential;
use crate::parameter::Settings;
use crate::split::{Dealing, Generator, Scheme, SplitError};

/// Most repetitions of a run that ends once all claims are decided, if the file sets no other number.
const MOST_REPEATS: u64 = 10_000;

/// Repetitions of a scheme that draws one split at a time, where the file does not say.
const REPEATS: u64 = 1000;

/// Repetitions of partitions into folds, where the file does not say.
const PARTITIONS: u64 = 10;

/// The checked `[split]` of a file.
pub struct Splits<'d> {
    /// The table, if the file has one.
    pub table: Option<TomlTable<'d>>,
    /// The scheme and its parameters.
    pub dealing: Dealing,
    /// The file of lists, as the file names it; only of scheme = "listed".
    pub lists: Option<String>,
    /// The source of random numbers.
    pub generator: Generator,
    /// Repetitions; the most of them if the run ends once all claims are decided.
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
        let scheme = Scheme::named(settings.text("scheme")).unwrap_or(Scheme::Shuffle);
        only_own_keys(table.as_ref(), scheme)?;
        let dealing = dealing(scheme, &settings);
        let splits = Splits {
            generator: generator(table.as_ref(), &settings, &dealing)?,
            repeats: 1,
            lists: lists(table.as_ref(), scheme, &settings)?,
            until_decided: overrides.repeats.is_none() && settings.text("repeats") == keys::UNTIL_DECIDED,
            table,
            dealing,
        };
        splits.with_repeats(&settings, overrides)
    }

    /// Reads how often rows are dealt.
    fn with_repeats(mut self, settings: &Settings, overrides: Overrides) -> Result<Splits<'d>, ExperimentError> {
        let (scheme, most) = (self.dealing.scheme, settings.whole("most_repeats"));
        let usual = match self.dealing.is_random() {
            _ if scheme.draws_independently() => REPEATS,
            true => PARTITIONS,
            false => 1,
        };
        let written = overrides.repeats.or(settings.whole("repeats"));
        self.repeats = match self.until_decided {
            true => most.unwrap_or(MOST_REPEATS),
            false => written.unwrap_or(usual),
        };
        let Some(table) = &self.table else { return Ok(self) };
        let conflict = |key: &'static str, reason: String| {
            let key = if table.has(key) { key } else { "scheme" };
            Err(table.mistake_in(key, Mistake::Conflict(reason)))
        };
        if most.is_some() && !self.until_decided && overrides.repeats.is_none() {
            let reason = "most_repeats needs repeats = \"until-decided\"; remove most_repeats, or set repeats so";
            return conflict("most_repeats", reason.to_owned());
        }
        if self.until_decided && !scheme.draws_independently() {
            let reason = format!(
                "repeats = \"until-decided\" needs splits that are independent draws, and those of scheme = \"{}\" are not: give \
                 a number of repeats, or use scheme = \"shuffle\"",
                scheme.name()
            );
            return conflict("repeats", reason);
        }
        if self.repeats > 1 && !self.dealing.is_random() && scheme != Scheme::AllRows {
            let by_chance = match scheme.is_of_folds() {
                true => ", or set shuffle = true",
                false => "",
            };
            let reason = format!(
                "{} repeats would make the same splits again, because scheme = \"{}\" draws nothing at random here: use repeats = 1{by_chance}",
                self.repeats,
                scheme.name()
            );
            return conflict("repeats", reason);
        }
        Ok(self)
    }

    /// Repetitions that are made even if the run ends at the first look.
    pub fn sure(&self) -> u64 {
        if self.until_decided { self.repeats.min(sequential::BATCH) } else { self.repeats }
    }

    /// Splits of a repetition, where that does not follow from the data.
    pub fn per_repetition(&self) -> u64 {
        match self.dealing.scheme {
            scheme if scheme.is_of_folds() || scheme == Scheme::Time => self.dealing.folds as u64,
            _ => 1,
        }
    }
}

/// Refuses a key that the scheme does not have.
fn only_own_keys(table: Option<&TomlTable<'_>>, scheme: Scheme) -> Result<(), ExperimentError> {
    let Some(table) = table else { return Ok(()) };
    let of_all = ["scheme", "repeats"];
    let foreign = |key: &&str| table.has(key) && !of_all.contains(key) && !scheme.keys().contains(key);
    let Some(key) = keys::SPLIT.iter().map(|key| key.name).find(|key| foreign(key)) else { return Ok(()) };
    let owners: Vec<&str> =
        Scheme::ALL.iter().filter(|scheme| scheme.keys().contains(&key)).map(|scheme| scheme.name()).collect();
    let reason = format!(
        "{key} has no meaning with scheme = \"{}\": remove it, or use a scheme that has it ({})",
        scheme.name(),
        owners.join(", ")
    );
    Err(table.mistake_in(key, Mistake::Conflict(reason)))
}

/// The file that scheme = "listed" reads.
fn lists(
    table: Option<&TomlTable<'_>>,
    scheme: Scheme,
    settings: &Settings,
) -> Result<Option<String>, ExperimentError> {
    let file = Some(settings.text("lists")).filter(|file| !file.is_empty()).map(str::to_owned);
    match (table, &file) {
        (Some(table), None) if scheme == Scheme::Listed => Err(table.mistake_in("scheme", SplitError::NoLists)),
        _ => Ok(file),
    }
}

/// The parameters of a scheme.
fn dealing(scheme: Scheme, settings: &Settings) -> Dealing {
    let count = |key| settings.whole(key).map(|number| number as usize);
    let usual = Dealing::of(scheme);
    Dealing {
        test_fraction: settings.number("test_fraction").unwrap_or(usual.test_fraction),
        folds: count("folds").unwrap_or(usual.folds),
        shuffle: settings.flag("shuffle"),
        test_rows: count("test_rows"),
        window: count("window"),
        gap: count("gap").unwrap_or(usual.gap),
        ..usual
    }
}

fn generator(
    table: Option<&TomlTable<'_>>,
    settings: &Settings,
    dealing: &Dealing,
) -> Result<Generator, ExperimentError> {
    let states = ["first_random_state", "random_state"].map(|key| settings.whole(key).map(|state| state as u32));
    let Some(table) = table else { return Ok(Generator::Native) };
    let conflict = |key, reason: String| Err(table.mistake_in(key, Mistake::Conflict(reason)));
    let is_numpy = settings.text("generator") == "numpy";
    let written = ["first_random_state", "random_state"].into_iter().find(|key| table.has(key));
    if let (Some(key), false) = (written, is_numpy) {
        return conflict(key, format!("{key} needs generator = \"numpy\": our own streams come from the seed"));
    }
    // Where nothing is drawn, our splits and scikit-learn's are the same anyway.
    if is_numpy && !dealing.is_random() {
        return match written {
            Some(key) => {
                conflict(key, format!("{key} has no meaning, because nothing is drawn at random here: remove it"))
            }
            None => Ok(Generator::Native),
        };
    }
    match states {
        [Some(_), Some(_)] => conflict(
            "random_state",
            "random_state is one stream for all repeats, first_random_state a stream for each: remove one of the two"
                .to_owned(),
        ),
        [None, Some(random_state)] => Ok(Generator::NumpyOnce { random_state }),
        [first, None] if is_numpy => Ok(Generator::Numpy { first_random_state: first.unwrap_or(0) }),
        _ => Ok(Generator::Native),
    }
}
