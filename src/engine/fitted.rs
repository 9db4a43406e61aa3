//! The one result of a fit, whichever engine has made it.

use std::time::Duration;

use super::existence::{Existence, Shown};
use super::iteration::Outcome;
use crate::metric;
use crate::model::certificate::{Certificate, Refusal};
use crate::record::Observation;
use crate::solver::{Calls, Stop};

/// A fit that an engine has made. Storage is kept from fit to fit.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// The coefficients of all columns at which it starts; empty for 0.
    pub start: Vec<f64>,
    /// How its loop ended.
    pub outcome: Outcome,
    /// The certificate of its last point.
    pub certificate: Certificate,
    /// Whether [`certify`](crate::model::certificate::certify) at its last point may prove more than `certificate` does.
    pub may_be_proved: bool,
    /// A row is put into class 1 when its probability is above this; NaN if there is none.
    pub threshold: f64,
    /// The metrics.
    pub metrics: metric::Values,
    /// The coefficients of all columns, NaN for columns that were left out and for a fit that failed.
    pub coefficients: Vec<f64>,
    /// The kept observations of its trace, always with the last one.
    pub seen: Vec<Observation>,
    /// Why it failed, if it did.
    pub failure: Option<String>,
}

impl Default for Fitted {
    fn default() -> Fitted {
        let outcome = Outcome { stop: Stop::Failed, iterations: 0, calls: Calls::default(), time: Duration::ZERO };
        Fitted {
            start: Vec::new(),
            outcome,
            certificate: NOTHING_PROVED,
            may_be_proved: false,
            threshold: f64::NAN,
            metrics: [f64::NAN; metric::COUNT],
            coefficients: Vec::new(),
            seen: Vec::new(),
            failure: None,
        }
    }
}

/// The certificate of a fit that has no point.
const NOTHING_PROVED: Certificate = Certificate {
    objective: f64::NAN,
    objective_error: f64::NAN,
    gradient_norm: f64::NAN,
    gap: Err(Refusal::NotFinite),
};

impl Fitted {
    /// Marks the fit as failed after its last observation. Leaves metrics and coefficients as they are.
    pub fn fail(&mut self, reason: String) {
        let last = self.seen.last().copied().unwrap_or_default();
        self.seen.push(Observation { objective: f64::NAN, gradient_norm: f64::NAN, ..last });
        let calls = Calls::default();
        self.outcome = Outcome { stop: Stop::Failed, iterations: last.iteration, calls, time: Duration::ZERO };
        self.certificate = NOTHING_PROVED;
        self.may_be_proved = false;
        self.failure = Some(reason);
    }
}

/// The fits of a batch, and the evidence on each of its splits. Storage is kept from batch to batch.
#[derive(Default)]
pub struct Fits {
    splits: usize,
    /// Per solver of the experiment and split of the batch.
    fitted: Vec<Vec<Fitted>>,
    /// Whether each fit is made: solvers outermost, then splits.
    made: Vec<bool>,
    /// Per split, the evidence that its fits give.
    pub shown: Vec<Shown>,
    /// Per split, whether an optimum exists, once it is decided.
    pub existence: Vec<Option<Existence>>,
    /// Per split, whether an engine has found the columns of its training rows to be independent.
    pub full_rank: Vec<bool>,
}

impl Fits {
    /// Forgets all fits, and makes room for another batch, whose fits start at 0.
    pub fn begin(&mut self, solvers: usize, splits: usize) {
        self.splits = splits;
        self.fitted.resize_with(solvers, Vec::new);
        self.fitted.iter_mut().flatten().for_each(|fit| fit.start.clear());
        self.made.clear();
        self.made.resize(solvers * splits, false);
        self.shown.clear();
        self.shown.resize_with(splits, Shown::default);
        self.existence.clear();
        self.existence.resize(splits, None);
        self.full_rank.clear();
        self.full_rank.resize(splits, false);
    }

    /// Whether the fit of a solver on a split is made.
    pub fn is_made(&self, solver: usize, split: usize) -> bool {
        self.made[solver * self.splits + split]
    }

    /// Marks the fit of a solver on a split as made.
    pub fn set_made(&mut self, solver: usize, split: usize) {
        self.made[solver * self.splits + split] = true;
    }

    /// Marks the fits of a split as missing, and forgets their evidence.
    pub fn discard(&mut self, split: usize) {
        self.made.iter_mut().skip(split).step_by(self.splits).for_each(|made| *made = false);
        self.shown[split] = Shown::default();
    }

    /// Storage for the fit of a solver on a split, and the evidence on the split.
    pub fn place(&mut self, solver: usize, split: usize) -> (&mut Fitted, &mut Shown) {
        self.of_solver(solver);
        (&mut self.fitted[solver][split], &mut self.shown[split])
    }

    /// Storage for the fits of a solver on all splits.
    pub fn of_solver(&mut self, solver: usize) -> &mut [Fitted] {
        let fitted = &mut self.fitted[solver];
        fitted.resize_with(fitted.len().max(self.splits), Fitted::default);
        &mut fitted[..self.splits]
    }

    /// The fit of a solver on a split, which must be made.
    pub fn get(&self, solver: usize, split: usize) -> &Fitted {
        &self.fitted[solver][split]
    }

    /// Takes the reason why the fit of a solver on a split failed, if it did.
    pub fn take_failure(&mut self, solver: usize, split: usize) -> Option<String> {
        self.fitted[solver][split].failure.take()
    }
}
