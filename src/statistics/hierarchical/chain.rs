//! The Markov chain of the hierarchical test.

use std::f64::consts::PI;

use rand::{Rng, RngExt};
use rand_distr::{Distribution, Gamma, StandardNormal};

use crate::statistics::bayesian::Posterior;
use crate::statistics::chains::slice;
use crate::statistics::distribution::{log_gamma, student_t_upper};
use crate::statistics::summary::{have_spread, mean_and_deviation};

/// The ends of the uniform priors of α and β, the parameters of ν's prior.
const ALPHA: [f64; 2] = [1.0, 2.0];
const BETA: [f64; 2] = [0.01, 0.1];

/// The least σ₀, as a share of the largest. A chain that starts far from where it belongs may visit any size of σ₀; below the rounding of
/// the δ_i these would look like outliers of a distribution without a spread, from which ν does not come back.
const LEAST_SCALE: f64 = 1e-12;

/// The differences of two solvers on the splits of one data set.
#[derive(Clone, Debug)]
pub struct OnDataset {
    /// A difference per split.
    pub differences: Vec<f64>,
    /// ρ/(1 − ρ) = n_test/n_train, the correlation of two splits being ρ; 0 where each split is a fresh draw.
    pub ratio: f64,
}

/// A draw of the distribution of data sets' mean differences.
#[derive(Clone, Copy, Debug)]
pub struct Draw {
    /// δ₀.
    pub location: f64,
    /// σ₀.
    pub scale: f64,
    /// ν.
    pub degrees: f64,
}

impl Draw {
    /// Probabilities of a data set's mean difference, if this draw is right.
    pub fn probabilities(self, rope: f64) -> Posterior {
        let below = student_t_upper((rope + self.location) / self.scale, self.degrees);
        let above = student_t_upper((rope - self.location) / self.scale, self.degrees);
        // Rounding may leave a little less than 0.
        Posterior { below, within: (1.0 - below - above).max(0.0), above }
    }
}

/// What the differences on one data set say of its mean: Student's t about it.
pub struct Level {
    /// x̄_i.
    pub mean: f64,
    /// Standard deviation of the differences.
    pub deviation: f64,
    squared_scale: f64,
    degrees: f64,
}

impl Level {
    /// Of a data set; `rope` scales one without spread.
    pub fn of(dataset: &OnDataset, rope: f64) -> Level {
        let n = dataset.differences.len() as f64;
        let (mean, deviation) = mean_and_deviation(&dataset.differences);
        let squares =
            if have_spread(&dataset.differences) { (n - 1.0) * deviation * deviation } else { n * rope * rope / 3.0 };
        let degrees = n - 2.0;
        let squared_scale = squares * (1.0 / n + dataset.ratio) / degrees;
        Level { mean, deviation: (squares / n).sqrt(), squared_scale, degrees }
    }
}

/// The ends of the priors of δ₀ and σ₀.
#[derive(Clone, Copy)]
pub struct Bounds {
    /// The largest |δ₀|.
    pub location: f64,
    /// The largest σ₀.
    pub scale: f64,
}

/// A chain. Given the weights all is normal: δ_i about δ₀ with variance σ₀²/w_i, and x̄_i about δ_i with variance s_i²/v_i.
pub struct Chain {
    location: f64,
    scale: f64,
    degrees: f64,
    alpha: f64,
    beta: f64,
    /// δ_i.
    means: Vec<f64>,
    /// w_i.
    upper: Vec<f64>,
    /// v_i.
    lower: Vec<f64>,
}

impl Chain {
    /// A chain from this δ₀ and σ₀.
    pub fn start(location: f64, scale: f64, levels: &[Level]) -> Chain {
        let ones = vec![1.0; levels.len()];
        let middle = |[low, high]: [f64; 2]| 0.5 * (low + high);
        Chain {
            location,
            scale,
            degrees: 10.0,
            alpha: middle(ALPHA),
            beta: middle(BETA),
            means: levels.iter().map(|level| level.mean).collect(),
            upper: ones.clone(),
            lower: ones,
        }
    }

    /// Draws everything once.
    pub fn step(&mut self, levels: &[Level], bounds: Bounds, generator: &mut impl Rng) -> Draw {
        self.draw_location_and_scale(levels, bounds, generator);
        self.draw_means(levels, generator);
        self.draw_degrees(generator);
        let own = self.means.iter().zip(levels).zip(self.upper.iter_mut().zip(&mut self.lower));
        for ((mean, level), (upper, lower)) in own {
            let from_level = (level.mean - mean).powi(2) / level.squared_scale;
            *lower = gamma(0.5 * (level.degrees + 1.0), 0.5 * (level.degrees + from_level), generator);
            let from_all = ((mean - self.location) / self.scale).powi(2);
            *upper = gamma(0.5 * (self.degrees + 1.0), 0.5 * (self.degrees + from_all), generator);
        }
        Draw { location: self.location, scale: self.scale, degrees: self.degrees }
    }

    /// σ₀ and δ₀ with the δ_i integrated out, which else would hold σ₀ where it is.
    fn draw_location_and_scale(&mut self, levels: &[Level], bounds: Bounds, generator: &mut impl Rng) {
        let weights = || self.upper.iter().zip(&self.lower).zip(levels);
        let variance =
            |scale: f64, upper: f64, lower: f64, level: &Level| level.squared_scale / lower + scale * scale / upper;
        // Of ln σ₀, whose density is that of σ₀ times σ₀.
        let log_density = |log_scale: f64| {
            let scale = log_scale.exp();
            if scale > bounds.scale || scale < LEAST_SCALE * bounds.scale {
                return f64::NEG_INFINITY;
            }
            let of = |((&upper, &lower), level): ((&f64, &f64), &Level)| {
                let variance = variance(scale, upper, lower, level);
                variance.ln() + (level.mean - self.location).powi(2) / variance
            };
            log_scale - 0.5 * weights().map(of).sum::<f64>()
        };
        let scale = slice(self.scale.ln(), 2.0, log_density, generator).exp();
        let (mut precision, mut weighted) = (0.0, 0.0);
        for ((&upper, &lower), level) in weights() {
            let own = 1.0 / variance(scale, upper, lower, level);
            precision += own;
            weighted += own * level.mean;
        }
        (self.scale, self.location) = (scale, within(weighted / precision, precision, bounds.location, generator));
    }

    fn draw_means(&mut self, levels: &[Level], generator: &mut impl Rng) {
        for (((mean, upper), lower), level) in self.means.iter_mut().zip(&self.upper).zip(&self.lower).zip(levels) {
            let (of_level, of_all) = (lower / level.squared_scale, upper / (self.scale * self.scale));
            let precision = of_level + of_all;
            *mean = (of_level * level.mean + of_all * self.location) / precision + normal(generator) / precision.sqrt();
        }
    }

    /// ν with the weights w integrated out, and its prior's parameters by proposals from their own uniform priors.
    fn draw_degrees(&mut self, generator: &mut impl Rng) {
        let squares: Vec<f64> = self.means.iter().map(|mean| ((mean - self.location) / self.scale).powi(2)).collect();
        let (alpha, beta) = (self.alpha, self.beta);
        // Of ln(ν − 1).
        let log_density = |log_excess: f64| {
            let excess = log_excess.exp();
            let nu = excess + 1.0;
            if !nu.is_finite() {
                return f64::NEG_INFINITY;
            }
            let constant = log_gamma(0.5 * (nu + 1.0)) - log_gamma(0.5 * nu) - 0.5 * (nu * PI).ln();
            let tails: f64 = squares.iter().map(|square| (square / nu).ln_1p()).sum();
            squares.len() as f64 * constant - 0.5 * (nu + 1.0) * tails + alpha * log_excess - beta * excess
        };
        let excess = slice((self.degrees - 1.0).ln(), 2.0, log_density, generator).exp();
        self.degrees = excess + 1.0;
        let log_prior = |alpha: f64, beta: f64| alpha * (beta * excess).ln() - log_gamma(alpha) - beta * excess;
        let mut between = |[low, high]: [f64; 2]| low + (high - low) * generator.random::<f64>();
        let proposed = [between(ALPHA), between(BETA)];
        let gain = log_prior(proposed[0], proposed[1]) - log_prior(alpha, beta);
        if generator.random::<f64>().ln() < gain {
            [self.alpha, self.beta] = proposed;
        }
    }
}

/// A draw of the normal distribution with this centre and precision, cut off at ±`end`.
fn within(centre: f64, precision: f64, end: f64, generator: &mut impl Rng) -> f64 {
    /// Draws of the whole distribution after which it is so wide that hardly any lies within the ends.
    const MOST_DRAWS: usize = 100;
    for _ in 0..MOST_DRAWS {
        let draw = centre + normal(generator) / precision.sqrt();
        if draw.abs() <= end {
            return draw;
        }
    }
    // Then it is all but flat there: a uniform draw is kept with the ratio of its density to the largest within the ends.
    let exponent = |at: f64| -0.5 * precision * (at - centre).powi(2);
    let largest = exponent(centre.clamp(-end, end));
    for _ in 0..100 * MOST_DRAWS {
        let draw = end * (2.0 * generator.random::<f64>() - 1.0);
        let ratio = (exponent(draw) - largest).exp();
        // Without a precision, or with one that rounding has lost, it is flat.
        if !ratio.is_finite() || generator.random::<f64>() < ratio {
            return draw;
        }
    }
    // Or all of it lies beyond one of the ends, and what is within is next to that.
    centre.clamp(-end, end)
}

fn normal(generator: &mut impl Rng) -> f64 {
    generator.sample(StandardNormal)
}

/// A draw of the gamma distribution of this shape and rate.
fn gamma(shape: f64, rate: f64, generator: &mut impl Rng) -> f64 {
    // Shapes are at least ½ and rates at least ½; a weight of 0 by underflow would be a variance without end.
    Gamma::new(shape, 1.0 / rate).map_or(f64::MIN_POSITIVE, |law| law.sample(generator).max(f64::MIN_POSITIVE))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    /// However little of a distribution lies within the ends, a draw of it ends, and all lie there.
    #[test]
    fn a_draw_within_ends_comes_to_an_end() {
        let mut generator = ChaCha8Rng::seed_from_u64(1);
        for precision in [0.0, 1e-300, 1e-20, 1.0, 1e20, f64::NAN] {
            for centre in [0.0, 0.03, 5.0, -1e9, f64::NAN] {
                let draw = within(centre, precision, 0.05, &mut generator);
                assert!(draw.abs() <= 0.05, "{centre}, {precision}: {draw}");
            }
        }
    }

    /// The mean of N(c, 1) within ±1 is c + (φ(−1 − c) − φ(1 − c)) / (Φ(1 − c) − Φ(−1 − c)), by either way of drawing.
    #[test]
    fn draws_within_ends_have_the_mean_of_the_cut_distribution() {
        let mut generator = ChaCha8Rng::seed_from_u64(2);
        // For c = 3 a draw of the whole is within the ends once in 44, for c = 6 once in 3.5 million.
        for (centre, mean) in [(0.5, 0.143_727), (3.0, 0.629_367), (6.0, 0.813_505)] {
            let draws = 100_000;
            let sum: f64 = (0..draws).map(|_| within(centre, 1.0, 1.0, &mut generator)).sum();
            assert!((sum / f64::from(draws) - mean).abs() < 0.006, "{centre}: {}", sum / f64::from(draws));
        }
    }
}
