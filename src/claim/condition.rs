//! `test_accuracy` is at least 0.9: a measure of a fit, a relation, and a bound; or better than that of a [rival] by so
//! much. Claims about shares and means have one.

use serde_json::{Value, json};

use super::measure::Measure;
use super::rival::{self, BETTER_THAN, better, improvement};
use super::{ClaimError, Evidence};
use crate::data::shown;
use crate::metric::Better;
use crate::parameter::{Interval, Parameter, Settings, ValueKind, nearest};

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
pub const KEYS: [Parameter; 6] = [
    bound("at_least", "the metric is this or more"),
    bound("at_most", "the metric is this or less"),
    bound("above", "the metric is more than this"),
    bound("below", "the metric is less than this"),
    rival::KEYS[0],
    rival::KEYS[1],
];

const fn bound(name: &'static str, about: &'static str) -> Parameter {
    Parameter { name, kind: ValueKind::Number(Interval::ANY), default: None, about }
}

/// What a condition compares with its bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// The measure itself.
    Value,
    /// By how much the measure is better than that of the claim's [rival](super::rival::Rival) on the same split.
    Improvement,
}

/// A measure of a fit, or its improvement on a rival's, compares so with a bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Condition {
    /// What is measured.
    pub measure: Measure,
    /// What of it is compared.
    pub quantity: Quantity,
    /// How it compares.
    pub relation: Relation,
    /// With what.
    pub bound: f64,
}

impl Condition {
    /// Reads the metric, and the one of the relation's keys that is there or `better_than` with `by`.
    ///
    /// # Errors
    /// When the metric is unknown, the keys are none or several, or the bound is out of the metric's range.
    pub fn read(settings: &Settings) -> Result<Condition, ClaimError> {
        let name = settings.text("metric");
        let measure = Measure::named(name).ok_or_else(|| unknown_metric("metric", name, &Measure::names()))?;
        let written: Vec<(&'static str, Relation, f64)> = Relation::ALL
            .into_iter()
            .filter_map(|(key, relation)| Some((key, relation, settings.number(key)?)))
            .collect();
        let (key, quantity, relation, bound) = match (&written[..], settings.get(BETTER_THAN), settings.number("by")) {
            (&[(key, relation, bound)], None, None) => (key, Quantity::Value, relation, bound),
            // −0 is 0.
            ([], Some(_), Some(by)) => ("by", Quantity::Improvement, Relation::AtLeast, by + 0.0),
            ([], Some(_), None) => (BETTER_THAN, Quantity::Improvement, Relation::Above, 0.0),
            (&[(key, ..), ..], Some(_), _) => {
                let reason = format!(
                    "better_than is about the difference of two fits, and {key} about the value of one: remove one of the two keys, or \
                     write the smallest difference that is claimed, as by = 0.01"
                );
                return Err(ClaimError::conflict(key, reason));
            }
            (_, None, Some(_)) => {
                let reason = "by needs better_than, as better_than = { model = \"l2 1\" }";
                return Err(ClaimError::conflict("by", reason));
            }
            _ => {
                let reason = "a claim has exactly one of at_least, at_most, above, below and better_than, as at_least = 1.0 or \
                              better_than = { solver = \"irls\" }";
                return Err(ClaimError::incomplete(reason));
            }
        };
        if quantity == Quantity::Improvement && better(measure).is_none() {
            let reason = format!("of {name} no value is better than another: claim a bound, as at_most = 1.0");
            return Err(ClaimError::conflict("metric", reason));
        }
        // Accuracies, AUC and Brier scores are shares; 95 is meant as 0.95.
        let (low, high) = match quantity {
            Quantity::Value => (0.0, 1.0),
            Quantity::Improvement => rival::RANGE,
        };
        if measure.is_share() && !(low..=high).contains(&bound) {
            let allowed = format!("a number from {low} to {high}: {name} is a share, so 95 % is 0.95");
            return Err(ClaimError::BadValue { key, found: bound.to_string(), allowed });
        }
        Ok(Condition { measure, quantity, relation, bound })
    }

    /// The compared quantity of a split; NaN for a fit without the measure, `None` where it is not known whether a maximum exists and
    /// the quantity depends on that.
    pub fn value(&self, evidence: &Evidence<'_>, fit: usize) -> Option<f64> {
        match (self.quantity, evidence.rival) {
            (Quantity::Improvement, Some(rival)) => {
                Some(improvement(self.measure, [evidence.records, rival], fit, self.bound))
            }
            _ => self.measure.value(evidence.records, fit),
        }
    }

    /// Whether it holds for a fit; `None` where it is not known whether a maximum exists, so that it may hold or not. It does
    /// not hold for a fit without the measure (NaN).
    pub fn outcome(&self, evidence: &Evidence<'_>, fit: usize) -> Option<bool> {
        Some(self.relation.holds(self.value(evidence, fit)?, self.bound))
    }

    /// The bound of the measure itself; `None` for an improvement, which is no value of the measure.
    pub fn bound_of_value(&self) -> Option<f64> {
        (self.quantity == Quantity::Value).then_some(self.bound)
    }

    /// What is claimed of the quantity: `at least 0.9`, `above 0`.
    pub fn claimed(&self) -> String {
        format!("{} {}", self.relation.words(), self.bound)
    }

    /// The predicate of the measure: `is at least 0.9`, or `is larger than that of irls by at least 0.01`.
    pub fn predicate(&self, rival: &str) -> String {
        if self.quantity == Quantity::Value {
            return format!("is {}", self.claimed());
        }
        let (better, worse) = match better(self.measure) {
            Some(Better::Larger) => ("larger", "smaller"),
            _ => ("smaller", "larger"),
        };
        match (self.relation, self.bound) {
            (Relation::AtLeast, 0.0) => format!("is no {worse} than that {rival}"),
            (Relation::AtLeast, by) if by < 0.0 => format!("is not {worse} than that {rival} by more than {}", -by),
            (Relation::AtLeast, by) => format!("is {better} than that {rival} by at least {by}"),
            _ => format!("is {better} than that {rival}"),
        }
    }
}

/// The rules of [`Condition::read`] as JSON Schema, all to be met.
pub fn rules() -> Vec<Value> {
    let keys = Relation::ALL.iter().map(|(key, _)| *key).chain([BETTER_THAN]);
    let required: Vec<Value> = keys.map(|key| json!({ "required": [key] })).collect();
    let of = |wanted: fn(Measure) -> bool| -> Vec<&str> {
        let is_wanted = |name: &&str| Measure::named(name).is_some_and(wanted);
        Measure::names().into_iter().filter(is_wanted).collect()
    };
    let mut in_range: serde_json::Map<String, Value> =
        Relation::ALL.iter().map(|(key, _)| ((*key).to_owned(), json!({ "minimum": 0, "maximum": 1 }))).collect();
    let (low, high) = rival::RANGE;
    in_range.insert("by".to_owned(), json!({ "minimum": low, "maximum": high }));
    let rated = of(|measure| better(measure).is_some());
    vec![
        json!({ "oneOf": required }),
        json!({ "if": { "properties": { "metric": { "enum": of(Measure::is_share) } } }, "then": { "properties": in_range } }),
        json!({ "if": { "required": [BETTER_THAN] }, "then": { "properties": { "metric": { "enum": rated } } } }),
        json!({ "dependentRequired": { "by": [BETTER_THAN] } }),
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
