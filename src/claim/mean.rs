//! A claim about the mean of a bounded metric over all random splits.

use std::sync::Arc;

use super::condition::{self, Condition, Quantity};
use super::decide::{looks, more, set_apart, where_defined, which};
use super::measure::Measure;
use super::{
    About, ClaimError, ClaimKind, ClaimVerdict, Context, Decided, Evidence, MOST_EXCEPTIONS, Mark, Observed, Planned,
    Statement, Told, rival, sequential,
};
use crate::metric::METRICS;
use crate::parameter::{Parameter, Settings, Value, ValueKind};
use crate::record::CellRecords;
use crate::statistics::confidence_sequence::{Capital, Decision, MeanSequence};
use crate::statistics::summary::mean_and_deviation;
use crate::statistics::words::{counted, percent};

/// Claims about a mean over the splits.
pub static KIND: ClaimKind = ClaimKind {
    name: "mean",
    about: "the mean of a metric from 0 to 1 over all random splits compares so with a bound",
    mark: Some(MARK),
    keys: &KEYS,
    alone: "on_average = true is about the mean over splits, not about a share of them: remove one of the two keys",
    observed: Observed::Mean,
    metrics: names,
    read,
    rules: condition::rules,
};

const MARK: Mark = Mark { key: "on_average", example: "on_average = true" };

const KEYS: [Parameter; 7] = [
    condition::KEYS[0],
    condition::KEYS[1],
    condition::KEYS[2],
    condition::KEYS[3],
    condition::KEYS[4],
    condition::KEYS[5],
    Parameter {
        name: MARK.key,
        kind: ValueKind::Flag,
        default: Some(Value::Flag(false)),
        about: "instead: the mean over all random splits compares so with the bound; for metrics from 0 to 1",
    },
];

/// The mean of a metric over all random splits compares so with a bound; or that over the splits that are made, where these are no
/// independent draws.
///
/// The metric lies between 0 and 1, and its confidence sequence asks for nothing else: no variance and no distribution.
#[derive(Clone, Copy, Debug)]
struct OnAverage {
    /// Place of the metric.
    metric: usize,
    /// The condition that the mean meets.
    condition: Condition,
    /// Whether the claim is about the mean over the splits that are made, so that this mean decides it.
    about_these: bool,
}

fn names() -> Vec<&'static str> {
    let is_share = |place: &usize| Measure::Metric(*place).is_share();
    (0..METRICS.len()).filter(is_share).map(|place| METRICS[place].name).collect()
}

fn read(settings: &Settings, context: &Context) -> Result<Arc<dyn Statement>, ClaimError> {
    let condition = Condition::read(settings)?;
    match condition.measure {
        Measure::Metric(metric) if condition.measure.is_share() => {
            let about_these = context.is_about_these_splits();
            Ok(Arc::new(OnAverage { metric, condition, about_these }))
        }
        measure => {
            let reason = format!(
                "the mean of {} has no interval that is valid for every distribution, because it has no bounds: use on_share, \
                 or a metric from 0 to 1 ({})",
                measure.name(),
                names().join(", ")
            );
            Err(ClaimError::conflict(MARK.key, reason))
        }
    }
}

impl OnAverage {
    /// The value that a fit that failed counts with: the worst there is for the claim, or, of two fits, for the metric.
    fn worst(&self) -> f64 {
        let of_metric = METRICS[self.metric].worst().filter(|_| self.condition.quantity == Quantity::Improvement);
        of_metric.unwrap_or(if self.claims_large() { 0.0 } else { 1.0 })
    }

    /// The least and the largest value.
    fn range(&self) -> (f64, f64) {
        match self.condition.quantity {
            Quantity::Value => (0.0, 1.0),
            Quantity::Improvement => rival::RANGE,
        }
    }

    /// A value on the scale from 0 to 1 of the confidence sequence.
    fn on_unit_scale(&self, value: f64) -> f64 {
        let (low, high) = self.range();
        (value - low) / (high - low)
    }

    /// A value of that scale as one of the claim.
    fn on_own_scale(&self, unit: f64) -> f64 {
        let (low, high) = self.range();
        low + (high - low) * unit
    }

    /// The metric, or its improvement, on each split that counts, [`OnAverage::worst`] where the fit failed.
    fn values<'a>(&self, evidence: &Evidence<'a>) -> impl Iterator<Item = f64> + use<'a> {
        let (worst, condition, evidence) = (self.worst(), self.condition, *evidence);
        let value = move |fit| condition.value(&evidence, fit).filter(|value| !value.is_nan()).unwrap_or(worst);
        evidence.defined(condition.measure).map(value)
    }

    /// The values up to the look that decided, or all of them; the sequence that has the mean's interval there; and the
    /// decision. A mean is supported when the claim's sequence rules out all means on the other side of the bound, and refuted
    /// when a sequence at the refuting level rules out all on the claimed side.
    fn run(&self, evidence: &Evidence<'_>) -> (Vec<f64>, MeanSequence, Decision) {
        if self.about_these {
            let values: Vec<f64> = self.values(evidence).collect();
            let decision = self.by_mean(&values);
            return (values, MeanSequence::new(evidence.level), decision);
        }
        let (mut sequence, mut wider) =
            (MeanSequence::new(evidence.level), MeanSequence::new(evidence.refuting_level()));
        let above = self.claims_large();
        let bound = self.on_unit_scale(self.condition.bound);
        let mut supporting = sequence.capital(bound, above);
        let mut refuting = wider.capital(bound, !above);
        let decide = |supporting: &Capital, refuting: &Capital| {
            if supporting.is_enough() {
                Decision::Supported
            } else if refuting.is_enough() {
                Decision::Refuted
            } else {
                Decision::Undecided
            }
        };
        let batch = if evidence.at_looks { sequential::BATCH } else { u64::MAX };
        let mut values = Vec::new();
        for value in self.values(evidence) {
            values.push(value);
            let value = self.on_unit_scale(value);
            supporting.bet(sequence.push(value));
            refuting.bet(wider.push(value));
            let is_look = (values.len() as u64).is_multiple_of(batch);
            if is_look && decide(&supporting, &refuting) != Decision::Undecided {
                break;
            }
        }
        (values, sequence, decide(&supporting, &refuting))
    }
}

impl OnAverage {
    /// Decides by the mean itself.
    fn by_mean(&self, values: &[f64]) -> Decision {
        match self.condition.relation.holds(mean_and_deviation(values).0, self.condition.bound) {
            _ if values.is_empty() => Decision::Undecided,
            true => Decision::Supported,
            false => Decision::Refuted,
        }
    }

    /// Says that failed fits count, and with which value.
    fn failed(&self, fits: usize) -> String {
        let worst = self.worst();
        match fits {
            0 => String::new(),
            1 => format!(" (1 fit that failed counts as {worst}, the worst value)"),
            fits => format!(" ({fits} fits that failed count as {worst}, the worst value)"),
        }
    }
}

impl Statement for OnAverage {
    fn kind(&self) -> &'static ClaimKind {
        &KIND
    }

    fn measure(&self) -> Measure {
        self.condition.measure
    }

    fn bound(&self) -> Option<f64> {
        self.condition.bound_of_value()
    }

    fn claims_large(&self) -> bool {
        self.condition.relation.is_lower_bound()
    }

    fn words(&self, About { solvers, sources, rival }: &About) -> String {
        format!(
            "the mean {} of {solvers} over {} splits of {sources} {}",
            self.condition.measure.name(),
            if self.about_these { "these" } else { "all random" },
            self.condition.predicate(rival),
        )
    }

    /// Decides by the interval of a confidence sequence for bounded means: it holds for every distribution, and for all looks
    /// together.
    fn decide(&self, evidence: &Evidence<'_>) -> Decided {
        let (values, sequence, decision) = self.run(evidence);
        let holds = |value: f64| self.condition.relation.holds(value, self.condition.bound);
        let measure = self.condition.measure;
        let has_failed = |cell: &CellRecords, fit: usize| cell.metrics[self.metric].get(fit).is_nan();
        let fits = [Some(evidence.records), evidence.rival].into_iter().flatten();
        let failed = |cell| evidence.defined(measure).take(values.len()).filter(|&fit| has_failed(cell, fit)).count();
        let failed = fits.map(failed).sum();
        let counted = evidence.defined(measure).zip(&values);
        let exceptions = counted.filter(|(_, value)| !holds(**value)).map(|(fit, _)| fit as u64).take(MOST_EXCEPTIONS);
        Decided {
            holds: values.iter().filter(|&&value| holds(value)).count(),
            splits: values.len(),
            observed: (!values.is_empty()).then(|| mean_and_deviation(&values).0),
            interval: (!values.is_empty() && !self.about_these).then(|| {
                let (low, high) = sequence.interval();
                [low, high].map(|end| self.on_own_scale(end))
            }),
            verdict: decision.into(),
            exceptions: exceptions.collect(),
            permutation: None,
            set_apart: evidence.set_apart(measure, evidence.looked_at(measure, values.len())),
            failed,
            unknown: 0,
        }
    }

    fn verdict(&self, evidence: &Evidence<'_>) -> ClaimVerdict {
        self.run(evidence).2.into()
    }

    /// Each of the two gamblers of the sequence has half of 1 − level. The mean itself is never wrong about itself.
    fn wrong_share(&self, _: ClaimVerdict, _: bool) -> f64 {
        if self.about_these { 0.0 } else { 0.5 }
    }

    /// The bets depend on the level.
    fn is_nested(&self) -> bool {
        self.about_these
    }

    fn shortfall(&self, observed: f64, _: f64) -> f64 {
        if self.claims_large() { self.condition.bound - observed } else { observed - self.condition.bound }
    }

    fn explain(&self, told: &Told<'_>) -> String {
        let (Some(mean), true) = (told.worst.observed, self.about_these || told.worst.interval.is_some()) else {
            return String::new();
        };
        let improvement = if self.condition.quantity == Quantity::Improvement { " improvement" } else { "" };
        let Some([low, high]) = told.worst.interval else {
            return format!(
                "the mean{improvement} over {}{}{}{} is {mean:.4}{}, and {} is claimed of the mean over these splits itself, not over others",
                counted(told.worst.splits, "split"),
                which(told),
                set_apart(told),
                if told.cells > 1 { "," } else { "" },
                self.failed(told.worst.failed),
                self.condition.claimed(),
            );
        };
        let mut text = format!(
            "the mean{improvement} over {}{}{}{} is {mean:.4}{}; that over all random splits{} is between {low:.4} and {high:.4} ({} \
             confidence{}), and {} is claimed",
            counted(told.worst.splits, "split"),
            which(told),
            set_apart(told),
            if told.cells > 1 { "," } else { "" },
            self.failed(told.worst.failed),
            where_defined(told),
            percent(told.level),
            looks(told),
            self.condition.claimed(),
        );
        if told.verdict == ClaimVerdict::Undecided && told.is_complete {
            text.push_str(&more(told));
        }
        text
    }

    fn what_it_takes(&self, planned: &Planned) -> String {
        let text = "decided by the mean over these splits itself: supported if it is on the claimed side of the bound, else refuted";
        let text = if self.about_these {
            text
        } else {
            "supported if the whole interval of the mean is on the claimed side of the bound; refuted if it is on the \
                    other, else undecided"
        };
        match planned.counted(planned.splits) {
            all if all == planned.splits => text.to_owned(),
            _ => format!("{text}; the mean is over {}", planned.splits_in_words()),
        }
    }
}
