//! A claim that a solver's predictions are better than chance: better than with the labels of the same data shuffled.

use std::sync::Arc;

use serde_json::Value as Json;

use super::condition::unknown_metric;
use super::decide::{set_apart, share_of, which};
use super::measure::Measure;
use super::{
    About, ClaimError, ClaimKind, ClaimVerdict, Context, Decided, Evidence, Mark, Observed, PermutationTest, Planned,
    Shuffling, Statement, Told,
};
use crate::metric::{self, Better, METRICS};
use crate::parameter::{Interval, Parameter, Settings, ValueKind};
use crate::split::Scheme;
use crate::statistics::permutation::{fewest_permutations, p_value, p_value_interval, p_value_of_shift};
use crate::statistics::proportion::clopper_pearson;
use crate::statistics::summary::{Distribution, mean_and_deviation};
use crate::statistics::words::{expected, percent};

/// Claims against chance.
pub static KIND: ClaimKind = ClaimKind {
    name: "chance",
    about: "the mean of a metric of test rows over the first splits is better than with shuffled labels",
    mark: Some(MARK),
    keys: &KEYS,
    alone: "a claim with permutations is that the metric is better than with shuffled labels, whatever its value: remove this \
            key, or permutations",
    observed: Observed::ShareOfLabellings,
    metrics: names,
    read,
    rules: Vec::<Json>::new,
};

const MARK: Mark = Mark { key: "permutations", example: "permutations = 999" };

const KEYS: [Parameter; 3] = [
    Parameter {
        name: MARK.key,
        kind: ValueKind::Whole(1, 1_000_000),
        default: None,
        about: "instead of a bound and a share: the metric is better than with the labels shuffled, so often",
    },
    Parameter {
        name: "permutation_splits",
        kind: ValueKind::Whole(1, 10_000),
        default: None,
        about: "with permutations: the mean over so many splits is compared, the first ones (default 10)",
    },
    Parameter {
        name: "negligible",
        kind: ValueKind::Number(Interval::POSITIVE),
        default: None,
        about: "with permutations: an improvement on chance by less counts as none, and the claim is refuted where as much or more \
                is excluded; without it, it is never refuted",
    },
];

/// Splits over which the mean is taken, where the file does not say.
const SPLITS: u64 = 10;

/// The mean of a metric of test rows over the first splits is better than with shuffled labels, by the permutation test of
/// [`crate::statistics::permutation`]: p ≤ 1 − level.
#[derive(Clone, Copy, Debug)]
struct AboveChance {
    shuffling: Shuffling,
    /// The smallest improvement on chance that is worth a name.
    negligible: Option<f64>,
}

fn names() -> Vec<&'static str> {
    METRICS.iter().filter(|metric| metric.rates_new_data()).map(|metric| metric.name).collect()
}

fn read(settings: &Settings, context: &Context) -> Result<Arc<dyn Statement>, ClaimError> {
    let name = settings.text("metric");
    let possible = names();
    let metric = metric::index(name).filter(|_| possible.contains(&name));
    let metric = metric.ok_or_else(|| unknown_metric("metric of test rows", name, &possible))?;
    let conflict = |reason: String| Err(ClaimError::conflict(MARK.key, reason));
    if context.scheme == Scheme::AllRows {
        return conflict("scheme = \"all-rows\" has no test rows to be better on: use \"shuffle\"".to_owned());
    }
    let (permutations, level) = (settings.whole(MARK.key).unwrap_or(0), super::level(settings));
    let fewest = fewest_permutations(1.0 - level);
    if permutations < fewest {
        return conflict(format!(
            "{permutations} permutations cannot support a claim at level {level}: that takes {fewest}"
        ));
    }
    if context.scheme.is_of_groups() || context.scheme == Scheme::Time {
        return conflict(format!(
            "shuffled labels show chance only where rows are exchangeable, and scheme = \"{}\" is for rows that depend on others of \
             their group or time: claim a bound on the metric, as at_least = 0.8 with on_average = true",
            context.scheme.name()
        ));
    }
    let whole = SPLITS.div_ceil(context.per_repetition) * context.per_repetition;
    let splits = settings.whole("permutation_splits").unwrap_or(whole.min(context.splits));
    if splits > context.splits {
        let reason = format!(
            "the first {splits} splits are compared, and {} are sure to be made: use fewer, or more repeats",
            context.splits
        );
        return Err(ClaimError::conflict("permutation_splits", reason));
    }
    if !context.is_fixed {
        return conflict(
            "labels are shuffled within one set of rows, and redraw = true draws new rows for each split: name a dataset \
             without it"
                .to_owned(),
        );
    }
    let (cells, most) = (context.cells, context.most_fits);
    let fits = permutations.saturating_mul(splits).saturating_mul(cells);
    if fits > most {
        return conflict(format!(
            "{permutations} permutations of {splits} splits in {cells} cells are {fits} fits, and an experiment may have \
             {most}: use fewer"
        ));
    }
    let negligible = settings.number("negligible");
    let (low, high) = METRICS[metric].range;
    if let Some(shift) = negligible.filter(|&shift| shift >= high - low) {
        let reason = format!("{name} is from {low} to {high}, so no improvement is {shift}: use a smaller number");
        return Err(ClaimError::conflict("negligible", reason));
    }
    Ok(Arc::new(AboveChance { shuffling: Shuffling { metric, permutations, splits }, negligible }))
}

impl Statement for AboveChance {
    fn kind(&self) -> &'static ClaimKind {
        &KIND
    }

    fn measure(&self) -> Measure {
        Measure::Metric(self.shuffling.metric)
    }

    fn bound(&self) -> Option<f64> {
        None
    }

    fn claims_large(&self) -> bool {
        METRICS[self.shuffling.metric].better == Better::Larger
    }

    fn words(&self, About { solvers, sources, .. }: &About) -> String {
        format!(
            "the mean {} of {solvers} over the first {} splits of {sources} is better than with shuffled labels{}",
            self.measure().name(),
            self.shuffling.splits,
            self.negligible.map_or_else(String::new, |shift| format!(
                ", where an improvement by less than {shift} counts as none"
            )),
        )
    }

    fn shuffling(&self) -> Option<Shuffling> {
        Some(self.shuffling)
    }

    /// Compares the mean of the metric over the first splits with the means of fits of shuffled labels, on the same splits.
    ///
    /// The claim is supported if p ≤ 1 − level. A larger p does not refute it: chance is not shown either, and of true claims about
    /// small effects most have such a p. It is refuted if an effect of `negligible` δ or more is excluded: if the labels had one, the
    /// mean would be that of a shuffled labelling shifted by δ, so the p-value of that hypothesis is that of the labellings
    /// with a mean of at most the observed one less δ, and is to be at most 1 − the refuting level. In either test a labelling
    /// counts as evidence against a decision where one of its fits failed. A labelling that leaves the metric undefined on every
    /// split says nothing and is set apart; where the others are too few for the level, the claim is undecided.
    fn decide(&self, evidence: &Evidence<'_>) -> Decided {
        let Shuffling { metric, splits, .. } = self.shuffling;
        let means: Vec<f64> = evidence.shuffled.iter().copied().flatten().collect();
        let measure = Measure::Metric(metric);
        let first = evidence.records.len().min(splits as usize);
        let counted = evidence.defined(measure).take_while(|&split| split < first);
        let values: Vec<f64> = counted.map(|split| evidence.records.metrics[metric].get(split)).collect();
        let mean = mean_and_deviation(&values).0;

        let sign = if self.claims_large() { 1.0 } else { -1.0 };
        let (observed, shuffled): (f64, Vec<f64>) = (sign * mean, means.iter().map(|mean| sign * mean).collect());
        let failed = values.iter().filter(|value| value.is_nan()).count();
        // A p-value of no test would be 1, and its interval [0, 1].
        let is_test = !values.is_empty() && !means.is_empty();
        let p_value = p_value(observed, &shuffled);
        let worse = shuffled.iter().filter(|&&other| other < observed).count();
        let share = |level: f64| clopper_pearson(worse as u64, means.len() as u64, level);
        let p_value_of_more = self.negligible.map(|shift| p_value_of_shift(observed, &shuffled, shift));
        let verdict = if values.is_empty() || are_too_few(means.len(), evidence.level) {
            ClaimVerdict::Undecided
        } else if p_value <= 1.0 - evidence.level {
            ClaimVerdict::Supported
        } else if p_value_of_more.is_some_and(|p| p <= 1.0 - evidence.refuting_level()) {
            ClaimVerdict::Refuted
        } else {
            ClaimVerdict::Undecided
        };
        let permutation = PermutationTest {
            metric: self.measure().name().to_owned(),
            splits: values.len(),
            mean: mean.is_finite().then_some(mean),
            shuffled: Distribution::of(means.iter().copied()).0,
            undefined: evidence.shuffled.len() - means.len(),
            p_value: is_test.then_some(p_value),
            p_value_interval: is_test.then(|| p_value_interval(observed, &shuffled, evidence.level).into()),
            negligible: self.negligible,
            p_value_of_more: p_value_of_more.filter(|_| is_test),
        };
        Decided {
            holds: worse,
            splits: means.len(),
            observed: share_of(worse, means.len()).filter(|_| is_test),
            interval: is_test.then(|| share(evidence.level).into()),
            verdict,
            exceptions: Vec::new(),
            permutation: Some(permutation),
            set_apart: evidence.set_apart(measure, first),
            failed,
            unknown: 0,
        }
    }

    /// A p-value is at most 1 − level with that probability.
    fn wrong_share(&self, _: ClaimVerdict, _: bool) -> f64 {
        1.0
    }

    fn shortfall(&self, observed: f64, level: f64) -> f64 {
        level - observed
    }

    fn explain(&self, told: &Told<'_>) -> String {
        let worst = told.worst;
        let Some(test) = &worst.permutation else { return String::new() };
        let number = |value: Option<f64>| value.map_or("not defined".to_owned(), |value| format!("{value:.4}"));
        let best = if self.claims_large() { test.shuffled.max } else { test.shuffled.min };
        let labellings = worst.splits + test.undefined;
        let mean = match worst.failed {
            0 => number(test.mean),
            failed => format!("not defined, because {failed} of {} fits failed", test.splits),
        };
        let comma = if told.cells > 1 { "," } else { "" };
        let subject = format!("the mean{}{}{comma} is {mean}", which(told), set_apart(told));
        let (Some(p), Some([low, high])) = (test.p_value, test.p_value_interval) else {
            return format!(
                "{subject}; with labels shuffled {labellings} times it is not defined for any labelling, so there is no p-value"
            );
        };
        let (apart, them) = match test.undefined {
            0 => (String::new(), "them"),
            undefined => (format!(" ({undefined} of {labellings} labellings leave it undefined)"), "the others"),
        };
        let mut text = format!(
            "{subject}; with labels shuffled {labellings} times{apart} it is {} on average and {} at best, and {} of {them} do as \
             well, so p = {} (between {} and {} with all labellings, {} confidence), and {} is the most allowed",
            number(test.shuffled.mean),
            number(best),
            worst.splits - worst.holds,
            short(p),
            short(low),
            short(high),
            percent(told.level),
            short(1.0 - told.level),
        );
        if are_too_few(worst.splits, told.level) {
            let (level, fewest) = (percent(told.level), fewest_permutations(1.0 - told.level));
            let (defined, verb) = (worst.splits, if worst.splits == 1 { "does" } else { "do" });
            text.push_str(&format!("; {level} takes {fewest} labellings that leave it defined, and {defined} {verb}"));
        } else if told.verdict != ClaimVerdict::Supported && p > 1.0 - told.level {
            text.push_str("; better than chance is not shown");
            text.push_str(&match (test.negligible, test.p_value_of_more) {
                (Some(shift), Some(p)) if told.verdict == ClaimVerdict::Refuted => {
                    format!(", and a shift of the shuffled results by {shift} or more is excluded (p = {})", short(p))
                }
                (Some(shift), Some(p)) => {
                    format!(", nor is a shift of the shuffled results by {shift} or more excluded (p = {})", short(p))
                }
                _ => ", which does not show that it is chance".to_owned(),
            });
        }
        // The p-value that all labellings would give may be on either side of the most allowed.
        if told.verdict == ClaimVerdict::Undecided && told.is_complete && low <= 1.0 - told.level {
            text.push_str("; more permutations may tell");
        }
        text
    }

    fn what_it_takes(&self, planned: &Planned) -> String {
        let Shuffling { permutations, splits, .. } = self.shuffling;
        let fits = format!("{} fits beside those below", permutations * splits * planned.cells);
        let counted = planned.defined * splits as f64;
        let mean = match counted == splits as f64 {
            true => String::new(),
            false => format!(
                "; the mean is over about {} of the first {splits} splits, on which it is defined",
                expected(counted)
            ),
        };
        // A labelling counts unless it leaves the metric undefined on every split.
        let left_out = (1.0 - planned.defined).powf(splits as f64);
        let labellings = ((1.0 - left_out) * permutations as f64).round() as u64;
        let which = match labellings == permutations {
            true => format!("{permutations} shuffled labellings"),
            false => format!("about {labellings} of {permutations} shuffled labellings, which leave it defined,"),
        };
        if are_too_few(labellings as usize, planned.level) {
            let fewest = fewest_permutations(1.0 - planned.level);
            return format!("{which} cannot support it: that takes {fewest}{mean}; {fits}");
        }
        let as_well = ((1.0 - planned.level) * (labellings + 1) as f64 + 1e-9).floor() as u64 - 1;
        let fewest = fewest_permutations(1.0 - planned.refuting_level());
        let refuted = match self.negligible {
            Some(_) if labellings < fewest => format!("never refuted, because that takes {fewest}"),
            Some(shift) => format!("refuted if a shift of the shuffled results by {shift} or more is excluded in one"),
            None => "never refuted without negligible".to_owned(),
        };
        format!("supported if at most {as_well} of {which} do as well in each cell, {refuted}{mean}; {fits}")
    }
}

/// Whether even the least p-value of so many labellings is above the most allowed.
fn are_too_few(labellings: usize, level: f64) -> bool {
    (labellings as u64) < fewest_permutations(1.0 - level)
}

/// A probability with four decimals, or the first two digits of a small one.
fn short(p: f64) -> String {
    if p == 0.0 || p >= 0.001 {
        format!("{:.4}", p).trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        format!("{p:.1e}")
    }
}
