//! The numbers that a claim can speak of.

use crate::metric::{self, METRICS};
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

    /// Its value for a fit: NaN for a fit without it, `None` where it is not known whether a maximum exists and the value depends on that.
    pub fn value(self, records: &CellRecords, fit: usize) -> Option<f64> {
        Some(match self {
            Measure::Metric(place) => records.metrics[place].get(fit),
            Measure::Iterations => f64::from(records.iterations[fit]),
            Measure::OracleCalls => f64::from(records.calls[fit].total()),
            Measure::Gap => records.gaps[fit],
            Measure::Separated => match records.verdicts[fit] {
                Verdict::Separated => 1.0,
                Verdict::Optimal | Verdict::Suboptimal => 0.0,
                Verdict::Undecided => return None,
            },
        })
    }

    /// Whether it is a metric that lies between 0 and 1.
    pub fn is_share(self) -> bool {
        matches!(self, Measure::Metric(place) if METRICS[place].range == (0.0, 1.0))
    }
}
