//! Records of fits, one by one and as the columns of a cell.

use serde::{Deserialize, Serialize};

use crate::metric;
use crate::model::certificate::Refusal;
use crate::record::{FitColumn, Observation, Predicted, Verdict, present};
use crate::solver::{Calls, Stop};

/// The result of one fit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FitRecord {
    /// Why the loop ended.
    pub stop: Stop,
    /// The verdict, which is proved.
    pub verdict: Verdict,
    /// Why the fit's own certificate bounds no gap, if the fit has no gap and is not known to have no optimum.
    pub refusal: Option<Refusal>,
    /// Steps taken.
    pub iterations: u32,
    /// Oracle calls.
    pub calls: Calls,
    /// F at the end.
    pub objective: f64,
    /// Proved bound on the rounding error of `objective`; infinite where there is none, NaN for a fit that failed.
    pub objective_error: f64,
    /// ‖g‖₂ at the end.
    pub gradient_norm: f64,
    /// Upper bound on the gap; infinite where there is none.
    pub gap: f64,
    /// The metrics.
    #[serde(with = "present")]
    pub metrics: metric::Values,
    /// Seconds in the solver.
    pub seconds: f64,
}

impl FitRecord {
    /// The record of a fit that failed before its first observation.
    pub fn failed() -> FitRecord {
        FitRecord {
            stop: Stop::Failed,
            verdict: Verdict::Undecided,
            refusal: Some(Refusal::NotFinite),
            iterations: 0,
            calls: Calls::default(),
            objective: f64::NAN,
            objective_error: f64::NAN,
            gradient_norm: f64::NAN,
            gap: f64::INFINITY,
            metrics: [f64::NAN; metric::COUNT],
            seconds: 0.0,
        }
    }
}

/// The trace of one fit, whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptTrace {
    /// The split.
    pub split: u64,
    /// The coefficients at the end, NaN for columns that were left out.
    pub coefficients: Vec<f64>,
    /// Where there is no optimum, a direction that proves it, NaN for columns that were left out; empty where it is unknown
    /// on the scale of the coefficients.
    pub direction: Vec<f64>,
    /// Every observation, with the gap to the split's infimum (NaN where the infimum is unknown).
    pub points: Vec<(Observation, f64)>,
    /// The predictions for the test rows, then for the training rows; empty after the first
    /// [`MOST_PREDICTED`](super::MOST_PREDICTED) splits, and where no other solver is run to compare them with.
    pub predicted: Vec<Predicted>,
    /// Number of predictions for test rows.
    pub test_rows: u32,
    /// The linear predictors of the test rows, on split 0 alone; empty where `predicted` is.
    pub test_scores: Vec<f64>,
}

/// All fits of one cell, in the order of their splits, as columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CellRecords {
    /// Stops.
    pub stops: Vec<Stop>,
    /// Verdicts.
    pub verdicts: Vec<Verdict>,
    /// Refusals of the fits' own certificates.
    pub refusals: Vec<Option<Refusal>>,
    /// Iterations.
    pub iterations: Vec<u32>,
    /// Oracle calls.
    pub calls: Vec<Calls>,
    /// Objectives.
    pub objectives: Vec<f64>,
    /// Bounds on the rounding errors of the objectives.
    pub objective_errors: Vec<f64>,
    /// Gradient norms.
    pub gradient_norms: Vec<f64>,
    /// Gaps.
    pub gaps: Vec<f64>,
    /// A column per metric.
    pub metrics: [FitColumn; metric::COUNT],
    /// Seconds in the solver, all fits together.
    pub seconds: f64,
    /// Traces kept whole.
    pub traces: Vec<KeptTrace>,
    /// The splits whose fits failed, with the reason.
    pub failures: Vec<(u64, String)>,
}

impl CellRecords {
    /// Room for `fits` fits.
    pub fn with_capacity(fits: usize) -> CellRecords {
        CellRecords {
            stops: Vec::with_capacity(fits),
            verdicts: Vec::with_capacity(fits),
            refusals: Vec::with_capacity(fits),
            iterations: Vec::with_capacity(fits),
            calls: Vec::with_capacity(fits),
            objectives: Vec::with_capacity(fits),
            objective_errors: Vec::with_capacity(fits),
            gradient_norms: Vec::with_capacity(fits),
            gaps: Vec::with_capacity(fits),
            metrics: std::array::from_fn(|_| FitColumn::with_capacity(fits)),
            seconds: 0.0,
            traces: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// Number of fits.
    pub fn len(&self) -> usize {
        self.stops.len()
    }

    /// Whether the cell has no fits.
    pub fn is_empty(&self) -> bool {
        self.stops.is_empty()
    }

    /// Appends fits, column by column.
    pub fn extend<'f>(&mut self, fits: impl Iterator<Item = &'f FitRecord> + Clone) {
        self.stops.extend(fits.clone().map(|fit| fit.stop));
        self.verdicts.extend(fits.clone().map(|fit| fit.verdict));
        self.refusals.extend(fits.clone().map(|fit| fit.refusal));
        self.iterations.extend(fits.clone().map(|fit| fit.iterations));
        self.calls.extend(fits.clone().map(|fit| fit.calls));
        self.objectives.extend(fits.clone().map(|fit| fit.objective));
        self.objective_errors.extend(fits.clone().map(|fit| fit.objective_error));
        self.gradient_norms.extend(fits.clone().map(|fit| fit.gradient_norm));
        self.gaps.extend(fits.clone().map(|fit| fit.gap));
        for (metric, column) in self.metrics.iter_mut().enumerate() {
            column.extend(fits.clone().map(|fit| fit.metrics[metric]));
        }
        self.seconds += fits.map(|fit| fit.seconds).sum::<f64>();
    }

    /// The record of a fit, with 0 seconds, because only the sum over all fits is kept.
    pub fn get(&self, fit: usize) -> Option<FitRecord> {
        Some(FitRecord {
            stop: *self.stops.get(fit)?,
            verdict: *self.verdicts.get(fit)?,
            refusal: *self.refusals.get(fit)?,
            iterations: *self.iterations.get(fit)?,
            calls: *self.calls.get(fit)?,
            objective: *self.objectives.get(fit)?,
            objective_error: *self.objective_errors.get(fit)?,
            gradient_norm: *self.gradient_norms.get(fit)?,
            gap: *self.gaps.get(fit)?,
            metrics: std::array::from_fn(|metric| self.metrics[metric].get(fit)),
            seconds: 0.0,
        })
    }

    /// Fits with a stop.
    pub fn count_stop(&self, stop: Stop) -> usize {
        self.stops.iter().filter(|&&other| other == stop).count()
    }

    /// Fits with a verdict.
    pub fn count_verdict(&self, verdict: Verdict) -> usize {
        self.verdicts.iter().filter(|&&other| other == verdict).count()
    }
}
