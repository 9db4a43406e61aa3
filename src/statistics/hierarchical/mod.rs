//! Two solvers over data sets, by the results on single splits: the hierarchical Bayesian correlated t-test.

mod chain;

pub use chain::OnDataset;

use rand::Rng;

use super::bayesian::{Posterior, SURE};
use super::bootstrap::FEWEST_DATASETS;
use super::chains::split_r_hat;
use super::resampled_t::FEWEST_RESULTS;
use super::summary::{have_spread, mean_and_deviation};
use crate::linear_algebra::quantile;
use chain::{Bounds, Chain, Draw, Level};

/// Chains, from starts far apart.
const CHAINS: usize = 4;

/// Steps of a chain before its first draw.
const WARM_UP: usize = 500;

/// The fewest and the most draws of each chain: their number is doubled until the chains agree.
const DRAWS: [usize; 2] = [2_000, 16_000];

/// R̂ up to which chains agree (Vehtari et al. 2021, Bayesian Analysis 16, 667-718).
pub const AGREED: f64 = 1.01;

/// The uniform priors of σ₀ and σ_i end at this multiple of the standard deviations seen.
const MOST_DEVIATIONS: f64 = 1_000.0;
/// The hierarchical Bayesian correlated t-test. The differences x_i on the n_i splits of data set i, its mean difference δ_i and the
/// centre of these, δ₀, have
///
/// ```text
/// x_i ~ N(1 δ_i, σ_i² ((1 − ρ_i) I + ρ_i 11ᵀ)),   δ_i ~ t(ν; δ₀, σ₀),
/// δ₀ ~ U(−max |x|, max |x|),   σ₀ ~ U(0, 1000 s₀),   σ_i ~ U(0, 1000 s̄),   ν − 1 ~ Gamma(α, β),   α ~ U(1, 2),   β ~ U(0.01, 0.1)
/// ```
///
/// with s₀ the standard deviation of the data sets' means and s̄ the mean one within data sets (Corani, Benavoli, Demšar, Mangili &
/// Zaffalon 2017, Machine Learning 106, 1817-1837; the priors are those of baycomp's `HierarchicalTest`). Assumes what it says, and that
/// the data sets are independent draws from the population of interest.
///
/// σ_i is integrated out, to ∞, which is 1000 s̄ to more digits than are told: given δ_i, the mean x̄_i is Student's t about δ_i with
/// n_i − 2 degrees of freedom and squared scale S_i (1/n_i + ρ_i/(1 − ρ_i))/(n_i − 2), S_i = Σ (x_ij − x̄_i)². Both t are mixtures of
/// normal distributions, whose weights are drawn in turn with the rest by Gibbs steps, σ₀ and ν by slices.
///
/// A data set whose differences are all equal leaves no scale. It is given that of differences uniform over the region of practical
/// equivalence, S_i = n_i rope²/3, about its own mean; baycomp draws such differences at random, about 0.
#[derive(Clone, Debug)]
pub struct HierarchicalT {
    /// Data sets.
    pub datasets: usize,
    /// Data sets without spread among them.
    pub without_spread: usize,
    /// The largest R̂ of δ₀, ln σ₀ and ln(ν − 1); above [`AGREED`] the draws tell nothing.
    pub r_hat: f64,
    draws: Vec<Draw>,
}

impl HierarchicalT {
    /// From the differences on each data set; `rope` > 0 is the scale of those without spread. Data sets with fewer than
    /// [`FEWEST_RESULTS`] splits are left out. None for fewer than [`FEWEST_DATASETS`] data sets, if a difference is not finite, or if no
    /// data set has spread.
    pub fn new(datasets: &[OnDataset], rope: f64, generator: &mut impl Rng) -> Option<HierarchicalT> {
        let used: Vec<&OnDataset> = datasets.iter().filter(|of| of.differences.len() >= FEWEST_RESULTS).collect();
        let without_spread = used.iter().filter(|of| !have_spread(&of.differences)).count();
        let all = || used.iter().flat_map(|of| &of.differences);
        let usable = all().all(|difference| difference.is_finite()) && rope > 0.0;
        if used.len() < FEWEST_DATASETS || without_spread == used.len() || !usable {
            return None;
        }
        let levels: Vec<Level> = used.iter().map(|of| Level::of(of, rope)).collect();
        let means: Vec<f64> = levels.iter().map(|level| level.mean).collect();
        let among = mean_and_deviation(&means).1;
        let within = mean_and_deviation(&levels.iter().map(|level| level.deviation).collect::<Vec<f64>>()).0;
        let bounds = Bounds {
            location: all().fold(0.0, |most, difference| difference.abs().max(most)),
            // Equal means leave the spread within data sets to go by.
            scale: MOST_DEVIATIONS * if have_spread(&means) { among } else { within },
        };
        let mut sorted = means;
        sorted.sort_unstable_by(f64::total_cmp);
        let mut chains: Vec<Chain> = (0..CHAINS)
            .map(|place| {
                let location = quantile(&sorted, place as f64 / (CHAINS - 1) as f64);
                Chain::start(location, bounds.scale / MOST_DEVIATIONS * [0.1, 1.0, 10.0, 0.5][place], &levels)
            })
            .collect();
        let mut run = |steps: usize| -> Vec<Vec<Draw>> {
            let of_chain = |chain: &mut Chain| (0..steps).map(|_| chain.step(&levels, bounds, generator)).collect();
            chains.iter_mut().map(of_chain).collect()
        };
        run(WARM_UP);
        let mut count = DRAWS[0];
        loop {
            let draws = run(count);
            let r_hat = r_hat(&draws);
            if r_hat <= AGREED || count >= DRAWS[1] {
                return Some(HierarchicalT { datasets: used.len(), without_spread, r_hat, draws: draws.concat() });
            }
            count *= 2;
        }
    }

    /// Posterior probabilities of the mean difference on a further data set: the means of the probabilities of the draws.
    pub fn further_dataset(&self, rope: f64) -> Posterior {
        let mut sum = Posterior { below: 0.0, within: 0.0, above: 0.0 };
        for draw in &self.draws {
            let Posterior { below, within, above } = draw.probabilities(rope);
            sum = Posterior { below: sum.below + below, within: sum.within + within, above: sum.above + above };
        }
        let count = self.draws.len() as f64;
        Posterior { below: sum.below / count, within: sum.within / count, above: sum.above / count }
    }

    /// The probability that each region is the most probable one for a further data set: the share of the draws in which it is, as
    /// `probs` of baycomp.
    pub fn most_probable(&self, rope: f64) -> Posterior {
        let (mut below, mut within, mut above) = (0.0, 0.0, 0.0);
        for draw in &self.draws {
            let of = draw.probabilities(rope);
            let most = of.below.max(of.within).max(of.above);
            *if of.below == most {
                &mut below
            } else if of.within == most {
                &mut within
            } else {
                &mut above
            } += 1.0;
        }
        let count = self.draws.len() as f64;
        Posterior { below: below / count, within: within / count, above: above / count }
    }

    /// The interval of δ₀, between equal tails.
    pub fn mean_interval(&self, level: f64) -> [f64; 2] {
        let mut locations: Vec<f64> = self.draws.iter().map(|draw| draw.location).collect();
        locations.sort_unstable_by(f64::total_cmp);
        let tail = 0.5 * (1.0 - level);
        [quantile(&locations, tail), quantile(&locations, 1.0 - tail)]
    }

    /// The smallest rope with which a further data set is within it with probability [`SURE`], to a thousandth; with the scale of data
    /// sets without spread as it is.
    pub fn equivalent_from(&self) -> Option<f64> {
        let is_enough = |rope: f64| self.further_dataset(rope).within >= SURE;
        let [low, high] = self.mean_interval(SURE);
        let (mut low, mut high) = (0.0, low.abs().max(high.abs()));
        while !is_enough(high) {
            (low, high) = (high, 2.0 * high);
            if !high.is_finite() || high == 0.0 {
                return None;
            }
        }
        while high - low > 1e-3 * high {
            let middle = 0.5 * (low + high);
            if is_enough(middle) { high = middle } else { low = middle }
        }
        Some(high)
    }
}

fn r_hat(chains: &[Vec<Draw>]) -> f64 {
    let of = |value: fn(&Draw) -> f64| {
        split_r_hat(&chains.iter().map(|draws| draws.iter().map(value).collect()).collect::<Vec<Vec<f64>>>())
    };
    of(|draw| draw.location).max(of(|draw| draw.scale.ln())).max(of(|draw| (draw.degrees - 1.0).ln()))
}
