//! `test_accuracy` is at least 0.9: a measure of a fit, a relation, and a bound. Claims about shares and means have one.

use serde_json::{Value, json};

use super::ClaimError;
use crate::data::shown;
use crate::metric::{self, METRICS};
use crate::parameter::{Interval, Parameter, Settings, ValueKind, nearest};
use crate::record::{CellRecords, Verdict};

/// A number a claim can speak of: a metric, or something the loop counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The metric at this place.
    Metric(usize),
    /// Iterations of the fit.
    Iterations,
    /// Oracle calls of the fit.
    OracleCalls,
    /// The proved bound on the gap; infinite where there is none.
    Gap,
    /// Whether it is proved that no finite maximum exists; NaN where neither is proved.
    Separated,
}

/// Measures beside the metrics, with their names in files and a line about each.
pub const MEASURES: [(&str, Measure, &str); 4] = [
    ("iterations", Measure::Iterations, "steps the solver took"),
    ("oracle_calls", Measure::OracleCalls, "evaluations of objective, gradient or Hessian"),
    (
        "gap",
        Measure::Gap,
        "proved upper bound on the objective's distance from its optimum; infinite where nothing is proved",
    ),
    (
        "separated",
        Measure::Separated,
        "1 if no finite maximum exists, 0 if one does; undefined where neither is proved",
    ),
];

impl Measure {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Metric(place) => METRICS[place].name,
            other => MEASURES.iter().find(|(_, measure, _)| *measure == other).map_or("", |(name, _, _)| name),
        }
    }

    /// The measure of this name.
    pub fn named(name: &str) -> Option<Measure> {
        let beside = || MEASURES.iter().find(|(other, _, _)| *other == name).map(|(_, measure, _)| *measure);
        metric::index(name).map(Measure::Metric).or_else(beside)
    }

    /// All names, those of the metrics first.
    pub fn names() -> Vec<&'static str> {
        METRICS.iter().map(|metric| metric.name).chain(MEASURES.iter().map(|(name, _, _)| *name)).collect()
    }

    /// Whether it is a metric that lies between 0 and 1.
    pub fn is_share(self) -> bool {
        matches!(self, Measure::Metric(place) if METRICS[place].range == (0.0, 1.0))
    }
}

/// How a measure compares with a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// ≥
    AtLeast,
    /// ≤
    AtMost,
    /// >
    Above,
    /// <
    Below,
}

impl Relation {
    /// Each with its key.
    pub const ALL: [(&'static str, Relation); 4] = [
        ("at_least", Relation::AtLeast),
        ("at_most", Relation::AtMost),
        ("above", Relation::Above),
        ("below", Relation::Below),
    ];

    /// Whether `value` compares so with `bound`; never for NaN.
    pub fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Relation::AtLeast => value >= bound,
            Relation::AtMost => value <= bound,
            Relation::Above => value > bound,
            Relation::Below => value < bound,
        }
    }

    /// Whether it holds of large values.
    pub fn is_lower_bound(self) -> bool {
        matches!(self, Relation::AtLeast | Relation::Above)
    }

    /// The relation in words.
    pub fn words(self) -> &'static str {
        match self {
            Relation::AtLeast => "at least",
            Relation::AtMost => "at most",
            Relation::Above => "above",
            Relation::Below => "below",
        }
    }
}

/// The keys of a condition beside `metric`.
pub const KEYS: [Parameter; 4] = [
    bound("at_least", "the metric is this or more"),
    bound("at_most", "the metric is this or less"),
    bound("above", "the metric is more than this"),
    bound("below", "the metric is less than this"),
];

const fn bound(name: &'static str, about: &'static str) -> Parameter {
    Parameter { name, kind: ValueKind::Number(Interval::ANY), default: None, about }
}

/// A measure of a fit compares so with a bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Condition {
    /// What is measured.
    pub measure: Measure,
    /// How it compares.
    pub relation: Relation,
    /// With what.
    pub bound: f64,
}

impl Condition {
    /// Reads the metric and the one of the relation's keys that is there.
    ///
    /// # Errors
    /// When the metric is unknown, the keys are none or several, or the bound of a share is not between 0 and 1.
    pub fn read(settings: &Settings) -> Result<Condition, ClaimError> {
        let name = settings.text("metric");
        let measure = Measure::named(name).ok_or_else(|| unknown_metric("metric", name, &Measure::names()))?;
        let written: Vec<(&'static str, Relation, f64)> = Relation::ALL
            .into_iter()
            .filter_map(|(key, relation)| Some((key, relation, settings.number(key)?)))
            .collect();
        let [(key, relation, bound)] = written[..] else {
            let reason = "a claim has exactly one of at_least, at_most, above and below, as at_least = 1.0";
            return Err(ClaimError::incomplete(reason));
        };
        // Accuracies, AUC and Brier scores are shares; 95 is meant as 0.95.
        if measure.is_share() && !(0.0..=1.0).contains(&bound) {
            let allowed = format!("a number from 0 to 1: {name} is a share, so 95 % is 0.95");
            return Err(ClaimError::BadValue { key, found: bound.to_string(), allowed });
        }
        Ok(Condition { measure, relation, bound })
    }

    /// Whether it holds for a fit; `None` where it is not known whether a maximum exists, so that it may hold or not. It does
    /// not hold for a fit without the measure (NaN).
    pub fn outcome(&self, records: &CellRecords, fit: usize) -> Option<bool> {
        let value = match self.measure {
            Measure::Metric(place) => records.metrics[place].get(fit),
            Measure::Iterations => f64::from(records.iterations[fit]),
            Measure::OracleCalls => f64::from(records.calls[fit].total()),
            Measure::Gap => records.gaps[fit],
            Measure::Separated => match records.verdicts[fit] {
                Verdict::Separated => 1.0,
                Verdict::Optimal | Verdict::Suboptimal => 0.0,
                Verdict::Undecided => return None,
            },
        };
        Some(self.relation.holds(value, self.bound))
    }
}

/// The rules of [`Condition::read`] as JSON Schema, all to be met.
pub fn rules() -> Vec<Value> {
    let required: Vec<Value> = Relation::ALL.iter().map(|(key, _)| json!({ "required": [key] })).collect();
    let is_share = |name: &&str| Measure::named(name).is_some_and(Measure::is_share);
    let shares: Vec<&str> = Measure::names().into_iter().filter(is_share).collect();
    let in_range: serde_json::Map<String, Value> =
        Relation::ALL.iter().map(|(key, _)| ((*key).to_owned(), json!({ "minimum": 0, "maximum": 1 }))).collect();
    vec![
        json!({ "oneOf": required }),
        json!({ "if": { "properties": { "metric": { "enum": shares } } }, "then": { "properties": in_range } }),
    ]
}

/// The error of a metric that is not among `known`.
pub fn unknown_metric(what: &'static str, name: &str, known: &[&'static str]) -> ClaimError {
    ClaimError::UnknownMetric {
        what,
        name: shown(name),
        nearest: nearest(name, known.iter().copied()).map(str::to_owned),
        known: known.join(", "),
    }
}
