//! A claim that a measure of the fits compares so with a bound on such a share of the splits.

use super::super::document::Table;
use super::super::error::{ExperimentError, Mistake};
use crate::data::shown;
use crate::metric::{self, METRICS};
use crate::parameter::{Settings, nearest};
use crate::record::{CellRecords, Verdict};

/// On such a share of all splits, a measure of the fit compares so with a bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OnShare {
    /// What is measured.
    pub measure: Measure,
    /// How it compares.
    pub comparison: Comparison,
    /// With what.
    pub bound: f64,
    /// On what share of the splits.
    pub share: Share,
}

/// On what share of the splits a claim says that its comparison holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Share {
    /// On this share or more.
    AtLeast(f64),
    /// On a share in [share − within, share + within].
    Within {
        /// The share claimed.
        share: f64,
        /// How far from it the true share may be.
        within: f64,
    },
}

impl Share {
    /// The least and the largest share at which the claim is true.
    pub fn range(self) -> (f64, f64) {
        match self {
            Share::AtLeast(share) => (share, 1.0),
            Share::Within { share, within } => (share - within, share + within),
        }
    }
}

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

/// Measures beside the metrics, with their names in files.
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
}

impl OnShare {
    /// Whether the comparison holds for a fit; `None` where it is not known whether a maximum exists, so that it may hold or
    /// not. A fit without the measure (NaN) does not meet the comparison.
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
        Some(self.comparison.holds(value, self.bound))
    }
}

/// How a measure compares with a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// ≥
    AtLeast,
    /// ≤
    AtMost,
    /// >
    Above,
    /// <
    Below,
}

impl Comparison {
    /// Each with its key.
    pub const ALL: [(&'static str, Comparison); 4] = [
        ("at_least", Comparison::AtLeast),
        ("at_most", Comparison::AtMost),
        ("above", Comparison::Above),
        ("below", Comparison::Below),
    ];

    /// Whether `value` compares so with `bound`; never for NaN.
    pub fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Comparison::AtLeast => value >= bound,
            Comparison::AtMost => value <= bound,
            Comparison::Above => value > bound,
            Comparison::Below => value < bound,
        }
    }

    /// The comparison in words.
    pub fn words(self) -> &'static str {
        match self {
            Comparison::AtLeast => "at least",
            Comparison::AtMost => "at most",
            Comparison::Above => "above",
            Comparison::Below => "below",
        }
    }
}

/// Whether a metric lies between 0 and 1.
pub fn is_share(metric: &str) -> bool {
    ["accuracy", "auc", "brier_score"].iter().any(|kind| metric.ends_with(kind))
}

/// Reads what is measured, and how it compares with what.
pub fn compared(table: &Table<'_>, settings: &Settings) -> Result<(Measure, Comparison, f64), ExperimentError> {
    let metric = settings.text("metric");
    let names = || METRICS.iter().map(|metric| metric.name).chain(MEASURES.iter().map(|(name, _, _)| *name));
    let measure = metric::index(metric)
        .map(Measure::Metric)
        .or_else(|| MEASURES.iter().find(|(name, _, _)| *name == metric).map(|(_, measure, _)| *measure))
        .ok_or_else(|| {
            let nearest = nearest(metric, names()).map(str::to_owned);
            let known = names().collect::<Vec<_>>().join(", ");
            table.mistake_in("metric", Mistake::UnknownName { what: "metric", name: shown(metric), nearest, known })
        })?;
    let written: Vec<(Comparison, f64)> =
        Comparison::ALL.into_iter().filter_map(|(key, comparison)| Some((comparison, settings.number(key)?))).collect();
    let [(comparison, bound)] = written[..] else {
        let reason = "a claim has exactly one of at_least, at_most, above and below, as at_least = 1.0".to_owned();
        return Err(table.mistake(Mistake::Conflict(reason)));
    };
    // Accuracies, AUC and Brier scores are shares; 95 is meant as 0.95.
    if is_share(metric) && !(0.0..=1.0).contains(&bound) {
        let key = Comparison::ALL.iter().find(|(_, other)| *other == comparison).map_or("", |(key, _)| *key);
        let allowed = format!("a number from 0 to 1: {metric} is a share, so 95 % is 0.95");
        let found = bound.to_string();
        return Err(table.mistake_in(key, Mistake::BadValue { key: key.to_owned(), found, allowed, nearest: None }));
    }
    Ok((measure, comparison, bound))
}

/// Reads what a `[[claim]]` about a share of the splits says.
pub fn read(table: &Table<'_>, settings: &Settings) -> Result<OnShare, ExperimentError> {
    let (measure, comparison, bound) = compared(table, settings)?;
    let share = match ["on_share", "share", "within"].map(|key| settings.number(key)) {
        [Some(share), None, None] => Share::AtLeast(share),
        [None, Some(share), Some(within)] => Share::Within { share, within },
        _ => {
            let reason = "a claim has either on_share, as on_share = 0.95 (on at least that share of the splits), or share \
                          and within, as share = 0.5, within = 0.05 (on a share from 0.45 to 0.55), or on_average = true \
                          (of the mean over all random splits)";
            return Err(table.mistake(Mistake::Conflict(reason.to_owned())));
        }
    };
    Ok(OnShare { measure, comparison, bound, share })
}
