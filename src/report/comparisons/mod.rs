//! Solvers against each other, on the splits of one data set, over data sets, and over all problems; and models on the splits of one
//! data set.
//!
//! Which test fits which question is in [`crate::statistics`]; here the records are brought into its form, and its results
//! into words.

mod hierarchical_pairs;
mod meanings;
mod model_pairs;
mod model_rankings;
mod paired;
mod pairs;
mod predictions;
mod profiles;
mod ranked;
mod rankings;
mod rated;
mod same_minimiser;
pub mod conclusions;

pub use conclusions::{listed, of_each_metric, shown_better, shown_better_model, told_apart, unbeaten, with_decimals};
pub use meanings::{dependence, draws_independently, interval_meanings, ratio};
pub use model_pairs::model_pairs;
pub use model_rankings::model_rankings;
pub use pairs::pairs;
pub use profiles::profiles;
pub use rankings::rankings;

use super::schema::{Equivalence, OtherRope};
use crate::record::{Cell, CellRecords, KeptTrace, Observation, Results, SplitRecords, Verdict};
use crate::solver::Stop;
use crate::statistics::bayesian::Posterior;

/// Gaps to the infimum that fits are to reach.
pub const TARGETS: [f64; 5] = [1e-2, 1e-4, 1e-6, 1e-8, 1e-10];

/// The cost of a fit.
#[derive(Clone, Copy)]
pub enum Cost {
    /// Iterations.
    Iterations,
    /// Oracle calls.
    OracleCalls,
}

impl Cost {
    /// All of them.
    pub const ALL: [Cost; 2] = [Cost::Iterations, Cost::OracleCalls];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Cost::Iterations => "iterations",
            Cost::OracleCalls => "oracle_calls",
        }
    }

    /// The cost of a fit up to a point of its trace.
    fn up_to(self, seen: &Observation) -> f64 {
        f64::from(match self {
            Cost::Iterations => seen.iteration,
            Cost::OracleCalls => seen.calls,
        })
    }

    /// The cost of a fit, proved optimal or not.
    pub fn spent(self, records: &CellRecords, fit: usize) -> f64 {
        match self {
            Cost::Iterations => f64::from(records.iterations[fit]),
            Cost::OracleCalls => f64::from(records.calls[fit].total()),
        }
    }

    /// The cost of reaching the optimum: infinite if the fit is not proved optimal.
    pub fn to_the_optimum(self, records: &CellRecords, fit: usize) -> f64 {
        if records.verdicts[fit] == Verdict::Optimal { self.spent(records, fit) } else { f64::INFINITY }
    }
}

/// Cells of the same model, in the order of data sets and solvers.
fn of_model(cells: &[Cell], model: usize) -> impl Iterator<Item = &[Cell]> {
    cells.chunk_by(|a, b| (a.source, a.model) == (b.source, b.model)).filter(move |cells| cells[0].model == model)
}

/// The records of the splits that cells of one source under one model share.
fn splits_of<'r>(results: &'r Results, cell: &Cell) -> Option<&'r SplitRecords> {
    results.splits.iter().find(|splits| (splits.source, splits.model) == (cell.source, cell.model))
}

/// The whole trace of a split's fit, if it is kept.
fn trace_of(records: &CellRecords, split: u64) -> Option<&KeptTrace> {
    let place = records.traces.binary_search_by_key(&split, |trace| trace.split).ok()?;
    records.traces.get(place)
}

/// Whether all fits of a cell failed.
fn all_failed(records: &CellRecords) -> bool {
    records.stops.iter().all(|&stop| stop == Stop::Failed)
}

/// Differences above 0, below, and at 0.
fn counts(differences: &[f64]) -> (usize, usize, usize) {
    let count = |holds: fn(&&f64) -> bool| differences.iter().filter(holds).count();
    (count(|value| **value > 0.0), count(|value| **value < 0.0), count(|value| **value == 0.0))
}

/// The posterior with a rope, and how it depends on the rope: with half and twice of it, and the smallest with which two solvers are
/// equivalent. None where there is no posterior.
fn equivalence(
    rope: f64,
    posterior: impl Fn(f64) -> Option<Posterior>,
    equivalent_from: Option<f64>,
) -> Option<Equivalence> {
    let at = |rope: f64| {
        let Posterior { below, within, above } = posterior(rope)?;
        Some(OtherRope { rope, first_larger: above, equivalent: within, second_larger: below })
    };
    let OtherRope { first_larger, equivalent, second_larger, .. } = at(rope)?;
    let at_other_ropes = [0.5 * rope, 2.0 * rope].into_iter().filter_map(at).collect();
    Some(Equivalence { rope, first_larger, equivalent, second_larger, equivalent_from, at_other_ropes })
}
