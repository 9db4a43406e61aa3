//! Bayesian comparisons with a region of practical equivalence.

use rand::{Rng, RngExt};
use rand_distr::{Exp1, StandardNormal};

use super::distribution::{student_t_quantile, student_t_upper};
use super::resampled_t::ResampledT;

/// The probability with which two solvers are to be equivalent before they are called so.
pub const SURE: f64 = 0.95;

/// Posterior probabilities that a difference δ is below, within or above the region of practical equivalence [−rope, rope].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Posterior {
    /// P(δ < −rope).
    pub below: f64,
    /// P(−rope ≤ δ ≤ rope).
    pub within: f64,
    /// P(δ > rope).
    pub above: f64,
}

/// The Bayesian correlated t-test: with results of splits that have correlation ρ, and a flat prior, the posterior of the
/// mean difference is Student's t with J − 1 degrees of freedom, location mean and squared scale s² (1/J + ρ/(1 − ρ))
/// (Corani & Benavoli 2015, Machine Learning 100, 285-304; Benavoli, Corani, Demšar & Zaffalon 2017, JMLR 18, 77).
///
/// `ratio` = ρ/(1 − ρ) is n_test/n_train, as in [`ResampledT`], whose assumptions it shares. None where [`ResampledT::new`] is.
pub fn correlated_t(differences: &[f64], ratio: f64, rope: f64) -> Option<Posterior> {
    let ResampledT { mean, standard_error, degrees, .. } = ResampledT::new(differences, ratio)?;
    let below = student_t_upper((mean + rope) / standard_error, degrees);
    let above = student_t_upper((rope - mean) / standard_error, degrees);
    // Rounding may leave a little less than 0.
    Some(Posterior { below, within: (1.0 - below - above).max(0.0), above })
}

/// The smallest rope with which [`correlated_t`] gives the region a probability of [`SURE`], to 2⁻⁴⁰ of an upper bound, from above.
/// That bound is |mean| + t s, t the quantile of (1 + [`SURE`])/2 and s the posterior's scale: the region then contains the symmetric
/// interval of that probability.
pub fn correlated_t_equivalent_from(differences: &[f64], ratio: f64) -> Option<f64> {
    let ResampledT { mean, standard_error, degrees, .. } = ResampledT::new(differences, ratio)?;
    let within = |rope: f64| correlated_t(differences, ratio, rope).is_some_and(|posterior| posterior.within >= SURE);
    let (mut low, mut high) = (0.0, mean.abs() + student_t_quantile(0.5 * (1.0 + SURE), degrees) * standard_error);
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        if within(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

/// Monte Carlo draws for [`signed_rank`], enough for a standard error of at most 0.0036 in each probability.
pub const DRAWS: u32 = 20_000;

/// The Bayesian signed-rank test over data sets: a Dirichlet process whose base is one pseudo-observation of weight ½ at
/// difference 0 gives the differences weights w ~ Dirichlet(½, 1, …, 1), and
///
/// ```text
/// θ_below = Σ_ij w_i w_j [z_i + z_j < −2 rope],   θ_above = Σ_ij w_i w_j [z_i + z_j > 2 rope],   θ_within the rest.
/// ```
///
/// Each result is the probability that its θ is the largest of the three (a tie counts in equal parts), estimated from
/// `draws` Monte Carlo draws (Benavoli, Mangili, Corani, Zaffalon & Ruggeri 2014, ICML; Benavoli et al. 2017). Assumes that
/// the data sets are independent draws from the population of problems of interest. The order of the differences does not
/// matter, because they are sorted first.
pub fn signed_rank(differences: &[f64], rope: f64, draws: u32, generator: &mut impl Rng) -> Posterior {
    let mut values: Vec<f64> = differences.to_vec();
    values.push(0.0);
    values.sort_unstable_by(f64::total_cmp);
    let pseudo = values.iter().position(|&value| value == 0.0).unwrap_or(0);
    // For value i: its sums with `values[..below[i]]` are under the region, its sums with `values[above[i]..]` over it.
    let below: Vec<usize> =
        values.iter().map(|value| values.partition_point(|other| value + other < -2.0 * rope)).collect();
    let above: Vec<usize> =
        values.iter().map(|value| values.partition_point(|other| value + other <= 2.0 * rope)).collect();
    let mut weights = vec![0.0; values.len()];
    let mut cumulated = vec![0.0; values.len() + 1];
    let mut wins = [0.0; 3];
    for _ in 0..draws {
        for (place, weight) in weights.iter_mut().enumerate() {
            // Gamma(1) is exponential; Gamma(1/2) is half the square of a standard normal variable.
            *weight = if place == pseudo {
                let normal: f64 = generator.sample(StandardNormal);
                0.5 * normal * normal
            } else {
                generator.sample(Exp1)
            };
        }
        for (place, weight) in weights.iter().enumerate() {
            cumulated[place + 1] = cumulated[place] + weight;
        }
        let all = cumulated[values.len()];
        let under: f64 = weights.iter().zip(&below).map(|(weight, &end)| weight * cumulated[end]).sum();
        let over: f64 = weights.iter().zip(&above).map(|(weight, &start)| weight * (all - cumulated[start])).sum();
        let thetas = [under, all * all - under - over, over];
        let largest = thetas.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let tied = thetas.iter().filter(|theta| **theta == largest).count() as f64;
        for (win, theta) in wins.iter_mut().zip(thetas) {
            *win += if theta == largest { 1.0 / tied } else { 0.0 };
        }
    }
    let [below, within, above] = wins.map(|win| win / f64::from(draws));
    Posterior { below, within, above }
}

/// The smallest rope with which [`signed_rank`] gives the region a probability of [`SURE`], with draws of this generator; for finite
/// differences.
///
/// In each draw θ_within grows with the rope and the others shrink, so with the same draws the probability does not fall. It changes
/// only where the rope is some |z_i + z_j|/2, the base's difference 0 included: bisection among these finds the smallest.
pub fn signed_rank_equivalent_from(differences: &[f64], draws: u32, generator: &(impl Rng + Clone)) -> Option<f64> {
    let mut values: Vec<f64> = differences.to_vec();
    values.push(0.0);
    let sums = values.iter().enumerate().flat_map(|(place, a)| values[place..].iter().map(move |b| (a + b).abs()));
    let mut ropes: Vec<f64> = sums.map(|sum| 0.5 * sum).collect();
    ropes.sort_unstable_by(f64::total_cmp);
    let is_enough = |rope: &f64| signed_rank(differences, *rope, draws, &mut generator.clone()).within >= SURE;
    ropes.get(ropes.partition_point(|rope| !is_enough(rope))).copied()
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;

    /// By scipy's `stats.t.cdf` and `optimize.brentq`: the root of P(|δ| ≤ r) = 0.95, location 0.02166…, 5 degrees of freedom.
    #[test]
    fn the_smallest_rope_of_correlated_t_by_scipy() {
        let differences = [0.04, -0.01, 0.02, 0.03, 0.0, 0.05];
        let rope = correlated_t_equivalent_from(&differences, 0.25).unwrap();
        assert!((rope - 0.0523139589282625).abs() < 1e-10, "{rope}");
        assert!(correlated_t(&differences, 0.25, rope).unwrap().within >= SURE);
        assert_eq!(correlated_t_equivalent_from(&[0.1; 6], 0.25), None, "no spread");
    }

    #[test]
    fn the_smallest_rope_of_signed_rank_is_where_the_probability_is_reached() {
        let differences: Vec<f64> = (0..14).map(|i| f64::from(i * 7 % 11 - 4) / 100.0).collect();
        let generator = ChaCha8Rng::seed_from_u64(1);
        let rope = signed_rank_equivalent_from(&differences, 2000, &generator).unwrap();
        let within = |rope: f64| signed_rank(&differences, rope, 2000, &mut generator.clone()).within;
        assert!(rope > 0.0 && within(rope) >= SURE && within(rope - 1e-9) < SURE, "{rope}");
        assert_eq!(signed_rank_equivalent_from(&[0.0; 5], 100, &generator), Some(0.0));
    }
}
