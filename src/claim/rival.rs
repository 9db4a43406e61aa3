//! The other cell of a claim with `better_than`: the same splits, fitted by another solver or under another model.

use super::measure::Measure;
use crate::metric::{Better, METRICS};
use crate::parameter::{Interval, Parameter, ValueKind};
use crate::record::{Cell, CellRecords, Verdict};
use crate::statistics::rounding::rounding;

/// The key that names the other solver or model.
pub const BETTER_THAN: &str = "better_than";

/// The keys that a table of [`BETTER_THAN`] may have.
const NAMES: [&str; 2] = ["solver", "model"];

/// The keys that compare with another cell in place of a bound.
pub const KEYS: [Parameter; 2] = [
    Parameter {
        name: BETTER_THAN,
        kind: ValueKind::Names(&NAMES),
        default: None,
        about: "instead of a bound: the metric is better than that of another solver or model on the same split",
    },
    Parameter {
        name: "by",
        kind: ValueKind::Number(Interval::ANY),
        default: None,
        about: "with better_than: by at least so much; below 0, worse by at most so much (without it, by any amount)",
    },
];

/// The cell that each cell of a claim is compared with: the same but for the solver, the model, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rival {
    /// The place of the other solver.
    pub solver: Option<usize>,
    /// The place of the other model.
    pub model: Option<usize>,
}

impl Rival {
    /// The places of source, solver and model that a cell at these is compared with.
    pub fn of(&self, solver: usize, model: usize) -> (usize, usize) {
        (self.solver.unwrap_or(solver), self.model.unwrap_or(model))
    }

    /// The cell that a cell is compared with; `None` where that was not run.
    pub fn cell<'r>(&self, cell: &Cell, cells: &'r [Cell]) -> Option<&'r Cell> {
        let (solver, model) = self.of(cell.solver, cell.model);
        cells.iter().find(|other| (other.source, other.solver, other.model) == (cell.source, solver, model))
    }

    /// Whether a solver under a model would be compared with itself.
    pub fn is_itself(&self, solver: usize, model: usize) -> bool {
        self.of(solver, model) == (solver, model)
    }

    /// The rival in words, after "that": `of irls`, `under l2 1`, `of irls under l2 1`.
    pub fn words(&self, solvers: &[String], models: &[String]) -> String {
        let solver = self.solver.map(|place| format!("of {}", solvers[place]));
        let model = self.model.map(|place| format!("under {}", models[place]));
        solver.into_iter().chain(model).collect::<Vec<_>>().join(" ")
    }
}

/// Which values of a measure are better; `None` for a measure that does not rate a fit.
pub fn better(measure: Measure) -> Option<Better> {
    match measure {
        Measure::Metric(place) => Some(METRICS[place].better).filter(|better| *better != Better::Neither),
        Measure::Iterations | Measure::OracleCalls | Measure::Gap => Some(Better::Smaller),
        Measure::Separated => None,
    }
}

/// The values of a measure in the two fits of a split. A fit without a value has failed and counts with the metric's worst one. What
/// a fit costs is infinite unless the fit is proved to be at the optimum: stopping early is no saving.
fn pair(measure: Measure, [own, other]: [&CellRecords; 2], fit: usize) -> [f64; 2] {
    let value = |records: &CellRecords| {
        let value = measure.value(records, fit).unwrap_or(f64::NAN);
        match measure {
            Measure::Metric(place) => METRICS[place].or_worst(value),
            _ if records.verdicts[fit] != Verdict::Optimal => f64::INFINITY,
            _ => value,
        }
    };
    [value(own), value(other)]
}

/// By how much the measure of a split is better in the first fit than in the second, to rounding: `near` where it differs from that by
/// rounding alone, so that 0.3 − 0.2 is an improvement by 0.1.
pub fn improvement(measure: Measure, cells: [&CellRecords; 2], fit: usize, near: f64) -> f64 {
    let [own, other] = pair(measure, cells, fit);
    let slack = rounding(&[own, other]);
    let difference = match better(measure) {
        // Two infinities are equal, whatever their difference is.
        _ if own == other => 0.0,
        Some(Better::Larger) => own - other,
        _ => other - own,
    };
    let snapped = [0.0, near].into_iter().find(|exact| (difference - exact).abs() <= slack);
    snapped.unwrap_or(difference)
}

/// The values that an improvement of a measure from 0 to 1 can take.
pub const RANGE: (f64, f64) = (-1.0, 1.0);
