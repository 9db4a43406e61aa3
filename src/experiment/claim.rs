//! `[[claim]]`: a statement about a metric that the experiment decides.

use super::document::Table;
use super::error::{ExperimentError, Mistake};
use super::{Entry, Model, keys};
use crate::data::{listed, shown};
use crate::metric::{self, METRICS};
use crate::parameter::nearest;
use crate::record::{Cell, CellRecords, Verdict};

/// A statement: on such a share of all splits, a measure of the fit compares so with a bound.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What is claimed.
    pub name: String,
    /// The solvers it speaks of, as places in the experiment.
    pub solvers: Vec<usize>,
    /// The data sets it speaks of.
    pub sources: Vec<usize>,
    /// The models it speaks of.
    pub models: Vec<usize>,
    /// What is measured.
    pub measure: Measure,
    /// How it compares.
    pub comparison: Comparison,
    /// With what.
    pub bound: f64,
    /// On what share of the splits.
    pub share: Share,
    /// The level of the interval that decides.
    pub level: f64,
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

impl Claim {
    /// Whether a cell is one that the claim speaks of.
    pub fn speaks_of(&self, cell: &Cell) -> bool {
        self.sources.contains(&cell.source) && self.models.contains(&cell.model) && self.solvers.contains(&cell.solver)
    }

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

/// Reads a `[[claim]]`; `sources` are the names of the data sets.
pub fn read(
    table: &Table<'_>,
    sources: &[&str],
    models: &[Model],
    solvers: &[Entry],
) -> Result<Claim, ExperimentError> {
    let settings = table.settings(keys::CLAIM)?;
    for key in ["name", "solver", "metric"] {
        table.require(&settings, keys::CLAIM, key)?;
    }
    let select = |key: &'static str, what: &'static str, names: &[(&str, &str)]| {
        let wanted = settings.text(key);
        // A name comes before a method of the same name, so that one entry can be meant.
        let by_name: Vec<usize> = (0..names.len()).filter(|&i| wanted.is_empty() || names[i].0 == wanted).collect();
        let by_method = || (0..names.len()).filter(|&i| names[i].1 == wanted).collect();
        let found: Vec<usize> = if by_name.is_empty() { by_method() } else { by_name };
        if found.is_empty() {
            let known: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
            let nearest = nearest(wanted, known.iter().copied()).map(shown);
            let known = listed(known);
            return Err(table.mistake_in(key, Mistake::UnknownName { what, name: shown(wanted), nearest, known }));
        }
        Ok(found)
    };
    let solver_names: Vec<_> = solvers.iter().map(|entry| (entry.name.as_str(), entry.method)).collect();
    let source_names: Vec<_> = sources.iter().map(|&name| (name, name)).collect();
    let model_names: Vec<_> = models.iter().map(|model| (model.name.as_str(), model.name.as_str())).collect();

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
    let is_share = ["accuracy", "auc", "brier_score"].iter().any(|kind| metric.ends_with(kind));
    if is_share && !(0.0..=1.0).contains(&bound) {
        let key = Comparison::ALL.iter().find(|(_, other)| *other == comparison).map_or("", |(key, _)| *key);
        let allowed = format!("a number from 0 to 1: {metric} is a share, so 95 % is 0.95");
        let found = bound.to_string();
        return Err(table.mistake_in(key, Mistake::BadValue { key: key.to_owned(), found, allowed, nearest: None }));
    }
    let numbers = ["on_share", "share", "within"].map(|key| settings.number(key));
    let share = match numbers {
        [Some(share), None, None] => Share::AtLeast(share),
        [None, Some(share), Some(within)] => Share::Within { share, within },
        _ => {
            let reason = "a claim has either on_share, as on_share = 0.95 (on at least that share of the splits), or share \
                          and within, as share = 0.5, within = 0.05 (on a share from 0.45 to 0.55)";
            return Err(table.mistake(Mistake::Conflict(reason.to_owned())));
        }
    };
    Ok(Claim {
        name: settings.text("name").to_owned(),
        solvers: select("solver", "solver", &solver_names)?,
        sources: select("dataset", "data set", &source_names)?,
        models: select("model", "model", &model_names)?,
        measure,
        comparison,
        bound,
        share,
        level: settings.number("level").unwrap_or(0.95),
    })
}
