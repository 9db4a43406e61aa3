//! The error rate on new data by the bootstrap, in numbers and in words.

use super::pieces::{Piece, interval, number};
use super::schema::{BootstrapSummary, CellSummary, INTERVAL_LEVEL};
use crate::record::BootstrapError;

/// The numbers of a cell.
pub fn summary(found: &BootstrapError) -> BootstrapSummary {
    let estimate = found.estimate.as_ref().ok();
    BootstrapSummary {
        draws: found.draws,
        apparent: found.apparent,
        no_information: found.no_information,
        leave_one_out: estimate.map(|of| of.leave_one_out),
        overfitting: estimate.map(|of| of.overfitting),
        estimate: estimate.map(|of| of.estimate),
        estimate_plus: estimate.map(|of| of.estimate_plus),
        standard_error: estimate.and_then(|of| of.standard_error()),
        interval: estimate.and_then(|of| of.interval_within((0.0, 1.0), INTERVAL_LEVEL)).map(<[f64; 2]>::from),
        missing_because: found.estimate.as_ref().err().map(ToString::to_string),
    }
}

/// The columns of the table beside the solver, each with a shorter name for narrow windows.
pub const COLUMNS: [[&str; 2]; 4] = [
    ["error rate on new data, .632+ [95 %]", "error .632+"],
    [".632", ".632"],
    ["error on rows left out", "left out"],
    ["apparent error", "apparent"],
];

/// The entries of a cell under [`COLUMNS`]; `None` where the splits are no draws of a bootstrap. Names the draws if some failed.
pub fn entries(cell: &CellSummary, wide: bool) -> Option<[Vec<Piece>; 4]> {
    let found = cell.bootstrap.as_ref()?;
    let four = |path: &str, value: f64| number(path, value, format!("{value:.4}"));
    let one = |path: &str, value: Option<f64>| value.map(|value| four(path, value)).into_iter().collect();
    let mut plus: Vec<Piece> = one("/estimate_plus", found.estimate_plus);
    if let Some(reason) = &found.missing_because {
        plus.push(Piece::Text(format!("none: {reason}").into()));
    }
    if wide {
        let ends = found.interval.map(|[low, high]| [four("/interval/0", low), four("/interval/1", high)]);
        plus.extend(ends.map(interval).into_iter().flatten());
    }
    if found.draws < cell.fits {
        plus.push(Piece::Text(" (of ".into()));
        plus.push(number("/draws", found.draws as f64, found.draws.to_string()));
        plus.push(Piece::Text(format!(" of {} draws; the other fits failed)", cell.fits).into()));
    }
    Some([
        plus,
        one("/estimate", found.estimate),
        one("/leave_one_out", found.leave_one_out),
        one("/apparent", found.apparent),
    ])
}
