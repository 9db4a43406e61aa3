//! How many fits have reached a target, iteration by iteration.

use super::{Bands, Histogram, QUANTITIES};

/// Place of `objective_gap` in [`QUANTITIES`].
const GAP: usize = 1;

impl Bands {
    /// Per target, the share of fits whose gap is within it, along the iterations of [`Bands::quantiles`].
    ///
    /// A class counts if its largest value is within the target, so each share is exact for a target at most 3 % smaller.
    pub fn reached(&self, targets: &[f64]) -> Vec<Vec<f64>> {
        let places = self.places.len().saturating_sub(1);
        let mut shares = vec![Vec::with_capacity(places); targets.len()];
        let mut ended = Histogram::default();
        for histograms in &self.places[..places] {
            ended.merge(&histograms[QUANTITIES.len() + GAP]);
            let mut all = ended.clone();
            all.merge(&histograms[GAP]);
            let entries = all.entries();
            let total: u64 = entries.iter().map(|entry| u64::from(entry.1)).sum();
            for (target, shares) in targets.iter().zip(&mut shares) {
                let within = entries.iter().filter(|(class, _)| *class < Histogram::class(*target));
                let count: u64 = within.map(|entry| u64::from(entry.1)).sum();
                shares.push(count as f64 / total as f64);
            }
        }
        shares
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Observation;

    #[test]
    fn shares_of_fits_within_targets() {
        let mut bands = Bands::default();
        let mut fit = |gaps: &[f64]| {
            let observation = |iteration: usize| Observation {
                iteration: iteration as u32,
                objective: 0.0,
                gradient_norm: 1.0,
                step_norm: 0.0,
                step_length: 1.0,
                calls: 1,
            };
            gaps.iter().enumerate().for_each(|(place, gap)| bands.observe(&observation(place), *gap));
            bands.end(&observation(gaps.len() - 1), gaps[gaps.len() - 1]);
        };
        fit(&[1.0, 1e-3, 1e-7]);
        fit(&[1.0, 0.5, 1e-3, 1e-11, 0.0]);
        fit(&[1.0, f64::NAN]);
        fit(&[1e-4]);
        assert_eq!(
            bands.reached(&[1e-2, 1e-6, 1e-10]),
            [[0.25, 0.5, 0.75, 0.75, 0.75], [0.0, 0.0, 0.25, 0.5, 0.5], [0.0, 0.0, 0.0, 0.25, 0.25]]
        );
        assert_eq!(Bands::default().reached(&[1.0]), [[0.0; 0]]);
    }
}
