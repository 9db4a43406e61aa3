//! The lanes engine: many splits of one data set advance in lockstep, one per SIMD lane.
//!
//! The loop is that of [`Loop`](super::Loop), with the same stopping rules in the same order; here it goes round once per look
//! at a trial point of every lane, be it a step or a halving. A split that stops leaves its lane to the next one. What a
//! lane computes does not depend on its neighbours, so neither does any result.

mod driver;
mod finish;
mod ranks;
mod splits;

pub use splits::Splits;

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::{Interrupted, Outcome};
use crate::linear_algebra::Pack;
use crate::linear_algebra::lanes::{InstructionSet, Task};
use crate::metric;
use crate::model::certificate::{Certificate, Refusal};
use crate::record::{Keep, Observation};
use crate::solver::{Calls, LaneMethods, Stop, StopRules};

use driver::Driver;

/// The most coefficients that fits in lanes have: beyond, the Hessians of a pack leave the nearest caches.
pub const MOST_COLUMNS: usize = 40;

/// The most numbers in the training rows of a split that fits in lanes have: a pack of them fills a few megabytes.
pub const MOST_NUMBERS: usize = 1 << 16;

/// What is to be computed of every split.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// The method.
    pub method: LaneMethods<'a>,
    /// What ends a fit; without a time limit.
    pub rules: &'a StopRules,
    /// A row is put into class 1 when its probability is above this.
    pub threshold: f64,
    /// What is kept of the trace of a split.
    pub keep: &'a dyn Fn(usize) -> Keep,
    /// Set when the run is to end.
    pub interrupt: &'a AtomicBool,
}

/// How the fit of a split ended, and what is proved of it.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneFit {
    /// How the loop ended.
    pub outcome: Outcome,
    /// Whether the design's columns are certainly independent; if not, the fit is to be made by the general engine.
    pub full_rank: bool,
    /// What is proved of the point.
    pub certificate: Certificate,
    /// The metrics, but those against true coefficients.
    pub metrics: metric::Values,
    /// Where it ended.
    pub coefficients: Vec<f64>,
    /// What is kept of the trace, and the last observation.
    pub seen: Vec<Observation>,
}

impl Default for LaneFit {
    fn default() -> LaneFit {
        let outcome = Outcome { stop: Stop::Failed, iterations: 0, calls: Calls::default(), time: Duration::ZERO };
        let certificate = Certificate {
            objective: f64::NAN,
            objective_error: f64::NAN,
            gradient_norm: f64::NAN,
            gap: Err(Refusal::NotTried),
        };
        let metrics = [f64::NAN; metric::COUNT];
        LaneFit { outcome, full_rank: false, certificate, metrics, coefficients: Vec::new(), seen: Vec::new() }
    }
}

/// Fits of a batch of splits, with storage kept from batch to batch.
pub trait Lockstep: Send {
    /// Fits the splits whose places are in `which` and puts the results into `fits`, in the places of the splits.
    ///
    /// # Errors
    /// When the run is interrupted.
    fn fit(&mut self, splits: &Splits, which: &[usize], job: &Job<'_>, fits: &mut [LaneFit])
    -> Result<(), Interrupted>;
}

/// The engine for an instruction set.
pub fn engine(set: InstructionSet) -> Box<dyn Lockstep> {
    struct Make;
    impl Task for Make {
        type Output = Box<dyn Lockstep>;
        fn run<R: Pack>(self) -> Box<dyn Lockstep> {
            Box::new(Driver::<R>::default())
        }
    }
    set.run(Make)
}
