//! A claim about the mean of a bounded metric over all random splits.

use super::super::document::Table;
use super::super::error::{ExperimentError, Mistake};
use super::on_share::{self, Comparison, Measure};
use crate::metric::METRICS;
use crate::parameter::Settings;
use crate::record::CellRecords;

/// The mean of a metric over all random splits compares so with a bound.
///
/// The metric lies between 0 and 1, which is all that its confidence sequence asks for: no variance and no distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OnAverage {
    /// Place of the metric.
    pub metric: usize,
    /// How the mean compares.
    pub comparison: Comparison,
    /// With what.
    pub bound: f64,
}

impl OnAverage {
    /// Whether it is claimed that the mean is large.
    pub fn is_lower_bound(&self) -> bool {
        matches!(self.comparison, Comparison::AtLeast | Comparison::Above)
    }

    /// The metric of each fit. A fit without it counts as the worst there is for the claim.
    pub fn values<'r>(&self, records: &'r CellRecords) -> impl Iterator<Item = f64> + use<'r> {
        let worst = if self.is_lower_bound() { 0.0 } else { 1.0 };
        records.metrics[self.metric].iter().map(move |value| if value.is_nan() { worst } else { value })
    }
}

/// Reads what a `[[claim]]` with `on_average` says.
pub fn read(table: &Table<'_>, settings: &Settings) -> Result<OnAverage, ExperimentError> {
    let (measure, comparison, bound) = on_share::compared(table, settings)?;
    if let Some(key) = ["on_share", "share", "within"].into_iter().find(|key| table.has(key)) {
        let reason =
            "on_average = true is about the mean over splits, not about a share of them: remove one of the two keys";
        return Err(table.mistake_in(key, Mistake::Conflict(reason.to_owned())));
    }
    match measure {
        Measure::Metric(metric) if on_share::is_share(METRICS[metric].name) => {
            Ok(OnAverage { metric, comparison, bound })
        }
        _ => {
            let known: Vec<&str> =
                METRICS.iter().map(|metric| metric.name).filter(|name| on_share::is_share(name)).collect();
            let reason = format!(
                "the mean of {} has no interval that is valid for every distribution, because it has no bounds: use on_share, \
                 or a metric from 0 to 1 ({})",
                measure.name(),
                known.join(", ")
            );
            Err(table.mistake_in("on_average", Mistake::Conflict(reason)))
        }
    }
}
