//! Counts behind a reliability curve: how often rows with about one fitted probability are of class 1.

use serde::{Deserialize, Serialize};

use super::predictions::Predictions;

/// Number of bins: [0, 0.1), [0.1, 0.2), …, [0.9, 1].
pub const BINS: usize = 10;

/// Parts of 1 in which probabilities are added up. Whole numbers have one sum in every order, so that no curve depends on threads.
const PARTS: f64 = (1u64 << 53) as f64;

/// The rows with a probability in one bin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// Number of rows.
    pub rows: u64,
    /// Rows of class 1.
    pub positives: u64,
    /// The sum of the probabilities, in [`PARTS`].
    probabilities: u128,
}

/// The test rows of fits, pooled, in bins of equal width.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReliabilityCounts {
    /// Number of fits. Those whose log-odds are not finite are left out.
    pub fits: u64,
    /// The bins, from low probabilities to high ones.
    pub bins: [ReliabilityBin; BINS],
}

impl ReliabilityBin {
    /// The mean probability of its rows; NaN of none.
    pub fn mean_probability(&self) -> f64 {
        self.probabilities as f64 / PARTS / self.rows as f64
    }

    /// The share of class 1 among its rows; NaN of none.
    pub fn share(&self) -> f64 {
        self.positives as f64 / self.rows as f64
    }
}

impl ReliabilityCounts {
    /// Counts the rows of a fit.
    pub(super) fn add(&mut self, predictions: &Predictions) {
        if predictions.rows().is_empty() || !predictions.are_finite() {
            return;
        }
        // Counts are whole, so rows of other weights have no curve.
        let is_whole = |weight: f64| weight.fract() == 0.0;
        if predictions.weight() > f64::from(u32::MAX) || !predictions.rows().iter().all(|row| is_whole(row.weight)) {
            return;
        }
        self.fits += 1;
        for row in predictions.rows() {
            let count = row.weight as u64;
            let probability = row.probability();
            let bin = &mut self.bins[((probability * BINS as f64) as usize).min(BINS - 1)];
            bin.rows += count;
            bin.positives += if row.positive { count } else { 0 };
            bin.probabilities += u128::from(count) * (probability * PARTS) as u128;
        }
    }

    /// Adds the counts of other fits; they must be valid (see [`ReliabilityCounts::is_valid`]).
    pub fn add_counts(&mut self, other: &ReliabilityCounts) {
        self.fits += other.fits;
        for (bin, other) in self.bins.iter_mut().zip(&other.bins) {
            bin.rows += other.rows;
            bin.positives += other.positives;
            bin.probabilities += other.probabilities;
        }
    }

    /// Whether `fits` fits can have these counts. Counts read from a file need this check, because its bytes may be anything.
    pub fn is_valid(&self, fits: usize) -> bool {
        let most_rows = fits as u64 * u64::from(u32::MAX);
        let is_possible = |bin: &ReliabilityBin| {
            bin.rows <= most_rows
                && bin.positives <= bin.rows
                && bin.probabilities <= u128::from(bin.rows) * PARTS as u128
        };
        self.fits <= fits as u64 && self.bins.iter().all(is_possible)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(samples: &[&[(f64, u8)]]) -> ReliabilityCounts {
        let mut counts = ReliabilityCounts::default();
        samples.iter().for_each(|rows| counts.add(&Predictions::of(rows)));
        counts
    }

    #[test]
    fn rows_are_in_the_bins_of_their_probabilities() {
        let logit = |p: f64| (p / (1.0 - p)).ln();
        let rows: Vec<(f64, u8)> =
            (0..100).map(|i| (logit((f64::from(i) + 0.5) / 100.0), u8::from(i % 10 < i / 10))).collect();
        let counts = counts(&[&rows, &[(-800.0, 0), (800.0, 1)]]);
        assert_eq!(counts.fits, 2);
        for (k, bin) in counts.bins.iter().enumerate() {
            let at_the_ends = u64::from(k == 0 || k == 9);
            assert_eq!((bin.rows, bin.positives), (10 + at_the_ends, k as u64 + u64::from(k == 9)));
            let sum = 10.0 * (k as f64 + 0.5) / 10.0 + f64::from(u8::from(k == 9));
            assert!((bin.mean_probability() - sum / bin.rows as f64).abs() < 1e-14, "{k}");
        }
    }

    #[test]
    fn sums_do_not_depend_on_the_order_of_fits() {
        let samples: Vec<Vec<(f64, u8)>> = (0..7u32)
            .map(|k| (0..40).map(|i| (f64::from((i * 37 + k * 11) % 61) / 9.0 - 3.0, (i % 2) as u8)).collect())
            .collect();
        let slices: Vec<&[(f64, u8)]> = samples.iter().map(Vec::as_slice).collect();
        let (all, mut turned) = (counts(&slices), counts(&slices[3..]));
        turned.add_counts(&counts(&slices[..3]));
        assert_eq!(all, turned);
        assert!(all.is_valid(7) && !all.is_valid(6));
    }

    #[test]
    fn a_fit_without_finite_log_odds_is_left_out() {
        assert_eq!(counts(&[&[(f64::NAN, 0), (0.1, 1)], &[]]), ReliabilityCounts::default());
    }
}
