//! What a pack of lanes is asked to do.

use std::sync::atomic::AtomicBool;

use super::splits::Splits;
use crate::engine::fitted::Fitted;
use crate::engine::iteration::Interrupted;
use crate::record::Keep;
use crate::solver::{LaneMethods, StopRules};

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

/// Fits of a batch of splits, with storage kept from batch to batch.
pub trait Lockstep: Send {
    /// Fits the splits whose places are in `which` and puts the results into `fits`, in the places of the splits; into
    /// `full_rank`, whether the design's columns are certainly independent. A fit of a split where they are not is no result.
    ///
    /// # Errors
    /// When the run is interrupted.
    fn fit(
        &mut self,
        splits: &Splits,
        which: &[usize],
        job: &Job<'_>,
        fits: &mut [Fitted],
        full_rank: &mut [bool],
    ) -> Result<(), Interrupted>;
}
