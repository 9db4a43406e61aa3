//! The reliability curve of a cell.

use super::comparisons;
use super::schema::{INTERVAL_LEVEL, Reliability, ReliabilityBin};
use crate::experiment::Experiment;
use crate::metric;
use crate::record::Cell;
use crate::split::Dependence;
use crate::statistics::consistency::consistency_bar;

/// The bins that have rows, with consistency bars.
///
/// Splits that share rows have bars of N/J rows, for N pooled rows of J fits: the variance of the pooled share is at most
/// p(1 − p) J/N, however the splits depend on each other, because √n_1 + … + √n_J ≤ √(J N) for the numbers n_j of rows.
pub fn summary(experiment: &Experiment, cell: &Cell) -> Reliability {
    let counts = &cell.reliability;
    let independent_splits = matches!(comparisons::dependence(experiment, cell.source), Some(Dependence::FreshRows));
    let sharing = if independent_splits { 1 } else { counts.fits.max(1) };
    let width = counts.bins.len() as f64;
    let bins = counts.bins.iter().enumerate().filter(|(_, bin)| bin.rows > 0);
    let of_bin = |(place, bin): (usize, &metric::ReliabilityBin)| ReliabilityBin {
        from: place as f64 / width,
        to: (place + 1) as f64 / width,
        rows: bin.rows,
        mean_probability: bin.mean_probability(),
        share: bin.share(),
        consistency: consistency_bar(bin.rows / sharing, bin.mean_probability(), INTERVAL_LEVEL),
    };
    Reliability { fits: counts.fits, independent_splits, bins: bins.map(of_bin).collect() }
}
