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
    /// How its loop ended.
    pub outcome: Outcome,
    /// What is proved of its point.
    pub certificate: Certificate,
    /// Whether another proof at its point, by [`certify`](crate::model::certificate::certify), may say more than the certificate.
    pub may_be_proved: bool,
    /// The metrics.
    pub metrics: metric::Values,
    /// The coefficients of all columns, NaN for columns that were left out and for a fit that failed.
    pub coefficients: Vec<f64>,
    /// What is kept of its trace, and the last observation.
    pub seen: Vec<Observation>,
    /// Why it failed, if it did.
    pub failure: Option<String>,
}

impl Default for Fitted {
    fn default() -> Fitted {
        let outcome = Outcome { stop: Stop::Failed, iterations: 0, calls: Calls::default(), time: Duration::ZERO };
        Fitted {
            outcome,
            certificate: NOTHING_PROVED,
            may_be_proved: false,
            metrics: [f64::NAN; metric::COUNT],
            coefficients: Vec::new(),
            seen: Vec::new(),
            failure: None,
        }
    }
}

/// The certificate of a point that is none.
const NOTHING_PROVED: Certificate = Certificate {
    objective: f64::NAN,
    objective_error: f64::NAN,
    gradient_norm: f64::NAN,
    gap: Err(Refusal::NotFinite),
};

impl Fitted {
    /// Makes it a fit that failed after what has been seen of it. Its metrics are left as they are.
    pub fn fail(&mut self, columns: usize, reason: String) {
        self.coefficients.clear();
        self.coefficients.resize(columns, f64::NAN);
        let last = self.seen.last().copied().unwrap_or_default();
        self.seen.push(Observation { objective: f64::NAN, gradient_norm: f64::NAN, ..last });
        let calls = Calls::default();
        self.outcome = Outcome { stop: Stop::Failed, iterations: last.iteration, calls, time: Duration::ZERO };
        self.certificate = NOTHING_PROVED;
        self.may_be_proved = false;
        self.failure = Some(reason);
    }
}

/// The fits of a batch, and what is known of its splits. Storage is kept from batch to batch.
#[derive(Default)]
pub struct Fits {
    splits: usize,
    /// Per solver of the experiment and split of the batch.
    fitted: Vec<Vec<Fitted>>,
    /// Which of them are made, in that order.
    made: Vec<bool>,
    /// Per split, what its fits have shown.
    pub shown: Vec<Shown>,
    /// Per split, whether an optimum exists, once it is decided.
    pub existence: Vec<Option<Existence>>,
    /// Per split, whether an engine has found the columns of its training rows to be independent.
    pub full_rank: Vec<bool>,
}

impl Fits {
    /// Forgets all fits, and makes room for those of another batch.
    pub fn begin(&mut self, solvers: usize, splits: usize) {
        self.splits = splits;
        self.fitted.resize_with(solvers, Vec::new);
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

    /// Says that the fit of a solver on a split is made.
    pub fn set_made(&mut self, solver: usize, split: usize) {
        self.made[solver * self.splits + split] = true;
    }

    /// Says that the fits of a split are still to be made, and forgets what they have shown.
    pub fn discard(&mut self, split: usize) {
        self.made.iter_mut().skip(split).step_by(self.splits).for_each(|made| *made = false);
        self.shown[split] = Shown::default();
    }

    /// The place for the fit of a solver on a split, and what the fits of the split have shown.
    pub fn place(&mut self, solver: usize, split: usize) -> (&mut Fitted, &mut Shown) {
        self.of_solver(solver);
        (&mut self.fitted[solver][split], &mut self.shown[split])
    }

    /// The places for the fits of a solver on all splits.
    pub fn of_solver(&mut self, solver: usize) -> &mut [Fitted] {
        let fitted = &mut self.fitted[solver];
        fitted.resize_with(fitted.len().max(self.splits), Fitted::default);
        &mut fitted[..self.splits]
    }

    /// The fit of a solver on a split, which is made.
    pub fn get(&self, solver: usize, split: usize) -> &Fitted {
        &self.fitted[solver][split]
    }

    /// The reason why the fit of a solver on a split has failed, if it has: it can be asked once.
    pub fn take_failure(&mut self, solver: usize, split: usize) -> Option<String> {
        self.fitted[solver][split].failure.take()
    }
}
