//! The work given to a pack of lanes.

use std::sync::atomic::AtomicBool;

use super::splits::LaneSplits;
use crate::engine::fitted::Fitted;
use crate::engine::iteration::Interrupted;
use crate::record::Keep;
use crate::solver::{LaneMethods, StopRules};

/// The method, rules and trace that apply to every split.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// The method.
    pub method: LaneMethods<'a>,
    /// What ends a fit; without a time limit.
    pub rules: &'a StopRules,
    /// A row is put into class 1 when its probability is above this.
    pub threshold: f64,
    /// The parts of a split's trace to keep.
    pub keep: &'a dyn Fn(usize) -> Keep,
    /// Set when the run is to end.
    pub interrupt: &'a AtomicBool,
}

/// Fits of a batch of splits, with storage kept from batch to batch.
pub trait Lockstep: Send {
    /// Fits the splits at the places in `which`. Writes each result to its split's place in `fits`, and to `full_rank` whether the
    /// columns of its design are certainly independent; where they are not, the fit must be discarded.
    ///
    /// # Errors
    /// When the run is interrupted.
    fn fit(
        &mut self,
        splits: &LaneSplits,
        which: &[usize],
        job: &Job<'_>,
        fits: &mut [Fitted],
        full_rank: &mut [bool],
    ) -> Result<(), Interrupted>;
}
