//! A claim that a solver's predictions are better than chance: than those of fits of the same data with shuffled labels.

use std::sync::OnceLock;

use super::super::document::Table;
use super::super::error::{ExperimentError, MOST_FITS, Mistake};
use super::super::source::{Shuffled, Source};
use super::super::{Entry, Experiment, Trace};
use super::Claim;
use crate::data::shown;
use crate::metric::{self, METRICS};
use crate::parameter::{Settings, nearest};
use crate::split::Scheme;
use crate::statistics::permutation::fewest_permutations;

/// The mean of a metric of test rows over the first splits is better than with shuffled labels, by the permutation test of
/// [`crate::statistics::permutation`]: p ≤ 1 − level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AboveChance {
    /// Place of the metric.
    pub metric: usize,
    /// How often labels are shuffled.
    pub permutations: u64,
    /// Splits over which the mean is taken.
    pub splits: u64,
}

impl AboveChance {
    /// Whether a larger value of the metric is a better one.
    pub fn larger_is_better(&self) -> bool {
        METRICS[self.metric].best == Some(1.0)
    }
}

/// Splits over which the mean is taken, where the file does not say.
const SPLITS: u64 = 10;

/// How an experiment deals out rows.
#[derive(Clone, Copy, Debug)]
pub struct Splitting {
    /// The scheme.
    pub scheme: Scheme,
    /// Splits that are made in any case.
    pub repeats: u64,
}

/// Reads what a `[[claim]]` with permutations says.
pub fn read(
    table: &Table<'_>,
    settings: &Settings,
    level: f64,
    splitting: Splitting,
) -> Result<AboveChance, ExperimentError> {
    let conflict = |key: &str, reason: &str| Err(table.mistake_in(key, Mistake::Conflict(reason.to_owned())));
    for key in ["at_least", "at_most", "above", "below", "on_share", "share", "within", "on_average"] {
        if table.has(key) {
            let reason = "a claim with permutations is that the metric is better than with shuffled labels, whatever its \
                          value: remove this key, or permutations";
            return conflict(key, reason);
        }
    }
    let name = settings.text("metric");
    let possible = || METRICS.iter().filter(|metric| metric.name.starts_with("test_")).map(|metric| metric.name);
    let Some(metric) = metric::index(name).filter(|_| possible().any(|possible| possible == name)) else {
        let nearest = nearest(name, possible()).map(str::to_owned);
        let known = possible().collect::<Vec<_>>().join(", ");
        let what = "metric of test rows";
        return Err(table.mistake_in("metric", Mistake::UnknownName { what, name: shown(name), nearest, known }));
    };
    if splitting.scheme == Scheme::AllRows {
        return conflict("permutations", "scheme = \"all-rows\" has no test rows to be better on: use \"shuffle\"");
    }
    let permutations = settings.whole("permutations").unwrap_or(0);
    let fewest = fewest_permutations(1.0 - level);
    if permutations < fewest {
        let reason =
            format!("{permutations} permutations cannot support a claim at level {level}: that takes {fewest}");
        return conflict("permutations", &reason);
    }
    let splits = settings.whole("permutation_splits").unwrap_or(SPLITS.min(splitting.repeats));
    if splits > splitting.repeats {
        let reason = format!(
            "the first {splits} splits are compared, and {} are sure to be made: use fewer, or more repeats",
            splitting.repeats
        );
        return conflict("permutation_splits", &reason);
    }
    Ok(AboveChance { metric, permutations, splits })
}

impl Experiment {
    /// The fits of shuffled labels that a claim needs, as an experiment: its split j·s + k is split k of the data whose
    /// labels are shuffled for the j-th time, s being the claim's number of splits. None if it needs none.
    pub fn shuffled(&self, claim: &Claim) -> Option<Experiment> {
        let above_chance = claim.above_chance()?;
        let (mut sources, mut splitters) = (Vec::new(), Vec::new());
        for &place in &claim.sources {
            let Source::Fixed(data) = &self.sources[place] else { continue };
            sources.push(Source::Shuffled(Shuffled::new(data, self.seed, above_chance.splits)));
            splitters.push(self.splitters[place].clone());
        }
        let of_claim = |place: &usize| {
            let mut entry = self.solvers[*place].clone();
            let cannot_fit = std::mem::take(&mut entry.cannot_fit).into_iter();
            let place_in_claim = |model| claim.models.iter().position(|&other| other == model);
            entry.cannot_fit =
                cannot_fit.filter_map(|(model, reason)| Some((place_in_claim(model)?, reason))).collect();
            entry
        };
        let solvers: Vec<Entry> = claim.solvers.iter().map(of_claim).collect();
        Some(Experiment {
            digests: sources.iter().map(|_| OnceLock::new()).collect(),
            title: claim.name.clone(),
            file: self.file.clone(),
            path: self.path.clone(),
            text: self.text.clone(),
            digest: self.digest.clone(),
            seed: self.seed,
            sources,
            splitters,
            repeats: above_chance.permutations * above_chance.splits,
            until_decided: false,
            models: claim.models.iter().map(|&place| self.models[place].clone()).collect(),
            solvers,
            claims: Vec::new(),
            tolerance: self.tolerance,
            trace: Trace { bands: false, whole: 0 },
        })
    }
}

/// Refuses a claim whose data are drawn afresh, or that needs more fits than can be made.
pub fn check(table: &Table<'_>, claim: &Claim, is_fixed: impl Fn(usize) -> bool) -> Result<(), ExperimentError> {
    let Some(AboveChance { permutations, splits, .. }) = claim.above_chance() else { return Ok(()) };
    let conflict = |reason: String| Err(table.mistake_in("permutations", Mistake::Conflict(reason)));
    if !claim.sources.iter().all(|&place| is_fixed(place)) {
        return conflict(
            "labels are shuffled within one set of rows, and redraw = true draws new rows for each split: name a dataset \
             without it"
                .to_owned(),
        );
    }
    let cells = (claim.sources.len() * claim.models.len() * claim.solvers.len()) as u64;
    let fits = permutations.saturating_mul(*splits).saturating_mul(cells);
    if fits > MOST_FITS {
        return conflict(format!(
            "{permutations} permutations of {splits} splits in {cells} cells are {fits} fits, and an experiment may have \
             {MOST_FITS}: use fewer"
        ));
    }
    Ok(())
}
