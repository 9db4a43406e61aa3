//! Markov chains: a step that needs no tuning, and whether chains agree.

use rand::{Rng, RngExt};

use super::summary::mean_and_deviation;

/// One step of slice sampling in one dimension, by stepping out and shrinking (Neal 2003, Annals of Statistics 31, 705-767): the chain
/// of such steps has the distribution whose log density is `log_density` up to a constant, −∞ where it has no mass.
pub fn slice(at: f64, width: f64, log_density: impl Fn(f64) -> f64, generator: &mut impl Rng) -> f64 {
    // Most widths that are stepped out by, which only a density without an end can reach.
    const MOST_STEPS: u32 = 100;
    let level = log_density(at) + generator.random::<f64>().ln();
    if level.is_nan() {
        return at;
    }
    let mut low = at - width * generator.random::<f64>();
    let mut high = low + width;
    let before = (f64::from(MOST_STEPS) * generator.random::<f64>()) as u32;
    for _ in 0..before {
        if log_density(low) <= level {
            break;
        }
        low -= width;
    }
    for _ in before..MOST_STEPS {
        if log_density(high) <= level {
            break;
        }
        high += width;
    }
    loop {
        let next = low + (high - low) * generator.random::<f64>();
        // Rounding may leave an interval of one point.
        if log_density(next) > level || next == at || low >= high {
            return next;
        }
        if next < at { low = next } else { high = next }
    }
}

/// R̂ of chains of equal length, each split into halves: the square root of the variance of all draws, by the spread of the halves'
/// means and their mean variance W, over W
///
/// ```text
/// R̂ = √(((n − 1)/n W + B/n) / W),   B/n the variance of the means, n the length of a half
/// ```
///
/// (Gelman & Rubin 1992, Statistical Science 7, 457-472; split: Gelman et al. 2013, Bayesian Data Analysis, 11.4). Near 1 where chains
/// from different starts have come to agree. NaN for halves of fewer than two draws, infinite for chains that do not move.
pub fn split_r_hat(chains: &[Vec<f64>]) -> f64 {
    let halves = || chains.iter().flat_map(|chain| chain.chunks_exact(chain.len() / 2).take(2));
    let length = halves().next().map_or(0, <[f64]>::len);
    if length < 2 {
        return f64::NAN;
    }
    let (means, variances): (Vec<f64>, Vec<f64>) = halves()
        .map(|half| {
            let (mean, deviation) = mean_and_deviation(half);
            (mean, deviation * deviation)
        })
        .unzip();
    let within = mean_and_deviation(&variances).0;
    let between = mean_and_deviation(&means).1.powi(2);
    let n = length as f64;
    if within == 0.0 { f64::INFINITY } else { (((n - 1.0) / n * within + between) / within).sqrt() }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;

    /// Moments of the standard normal distribution and of the exponential one, which ends.
    #[test]
    fn slices_have_the_moments_of_the_density() {
        let mut generator = ChaCha8Rng::seed_from_u64(5);
        let mut moments = |log_density: fn(f64) -> f64| {
            let (mut at, mut values) = (0.5, Vec::new());
            for _ in 0..40_000 {
                at = slice(at, 2.0, log_density, &mut generator);
                values.push(at);
            }
            mean_and_deviation(&values)
        };
        let (mean, deviation) = moments(|x| -0.5 * x * x);
        assert!(mean.abs() < 0.03 && (deviation - 1.0).abs() < 0.03, "{mean} {deviation}");
        let (mean, deviation) = moments(|x| if x > 0.0 { -x } else { f64::NEG_INFINITY });
        assert!((mean - 1.0).abs() < 0.04 && (deviation - 1.0).abs() < 0.05, "{mean} {deviation}");
    }

    #[test]
    fn r_hat_by_hand() {
        // Halves 0 2 | 1 3 | 10 12 | 11 13: W = 2, the means 1, 2, 11, 12 have variance 34.
        let chains = [vec![0.0, 2.0, 1.0, 3.0], vec![10.0, 12.0, 11.0, 13.0]];
        let expected = ((1.0 + 101.0 / 3.0) / 2.0f64).sqrt();
        assert!((split_r_hat(&chains) - expected).abs() < 1e-12, "{}", split_r_hat(&chains));
        assert!(split_r_hat(&[vec![1.0; 3]]).is_nan());
        assert_eq!(split_r_hat(&[vec![1.0; 8], vec![2.0; 8]]), f64::INFINITY);
    }
}
