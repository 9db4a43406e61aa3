//! The bootstrap over data sets: how far a number that was computed from several data sets may be from that of the population of
//! data sets which they were drawn from.

use rand::{Rng, RngExt};

use super::distribution::{normal, student_t_quantile};
use crate::linear_algebra::quantile;

/// The fewest data sets that are resampled. With fewer not even the exact sign test can find a difference at 5 %, and the bootstrap
/// would only know the few means that can be made of them.
pub const FEWEST_DATASETS: usize = 6;

/// Resamples of an interval: the 0.24 % quantile that [`expanded_percentiles`] takes with six data sets is then the fifth smallest.
pub const RESAMPLES: usize = 2_000;

/// One resample of `n` data sets with replacement: how often each is drawn (Efron 1979, Annals of Statistics 7, 1-26).
pub fn resample(n: usize, generator: &mut impl Rng) -> Vec<f64> {
    let mut times = vec![0.0; n];
    for _ in 0..n {
        times[generator.random_range(0..n)] += 1.0;
    }
    times
}

/// The expanded percentile interval: of the sorted replicates the quantiles at α′ and 1 − α′, where
///
/// ```text
/// Φ⁻¹(α′) = −√(n/(n − 1)) t(1 − α/2; n − 1),   α = 1 − level,
/// ```
///
/// which widens the percentile interval of few data sets as Student's t and the divisor n − 1 widen the normal interval of a mean
/// (Hesterberg 2015, The American Statistician 69, 371-386). It lies within the range of the number, because the replicates do.
/// Assumes that the data sets are independent draws from the population of interest. `sorted` holds [`RESAMPLES`] values, of `n`
/// data sets each. None for fewer than [`FEWEST_DATASETS`] data sets, and where all replicates are equal: no spread was seen, which
/// does not show that there is none.
pub fn expanded_percentiles(sorted: &[f64], n: usize, level: f64) -> Option<[f64; 2]> {
    if n < FEWEST_DATASETS || sorted.first() == sorted.last() {
        return None;
    }
    let units = n as f64;
    let widened = (units / (units - 1.0)).sqrt() * student_t_quantile(1.0 - 0.5 * (1.0 - level), units - 1.0);
    let tail = normal(-widened);
    Some([quantile(sorted, tail), quantile(sorted, 1.0 - tail)])
}
