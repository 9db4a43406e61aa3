//! Wilcoxon's signed-rank test, and the Hodges-Lehmann estimate of shift that goes with it.

use super::distribution::{normal, normal_quantile};
use super::ranks::midranks;

/// The test is exact up to this number of differences; above it the normal approximation is as good.
pub const EXACT_UP_TO: usize = 50;

/// The signed ranks of paired differences (Wilcoxon 1945, Biometrics Bulletin 1, 80-83): differences of 0 are dropped, the
/// absolute values of the others are ranked, and ties share their mean rank.
///
/// The test assumes independent differences that are symmetric about their median.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedRanks {
    ranks: Vec<f64>,
    /// Sum of the ranks of positive differences, W⁺.
    pub plus: f64,
    /// Sum of the ranks of negative differences, W⁻.
    pub minus: f64,
    /// Number of differences equal to 0.
    pub zeros: usize,
}

impl SignedRanks {
    /// Ranks differences. None may be NaN; infinite differences have the largest ranks.
    pub fn of(differences: &[f64]) -> SignedRanks {
        let nonzero: Vec<f64> = differences.iter().copied().filter(|difference| *difference != 0.0).collect();
        let sizes: Vec<f64> = nonzero.iter().map(|difference| difference.abs()).collect();
        let ranks = midranks(&sizes);
        let sum = |sign: f64| {
            nonzero.iter().zip(&ranks).filter(|(difference, _)| **difference * sign > 0.0).map(|(_, rank)| rank).sum()
        };
        SignedRanks { plus: sum(1.0), minus: sum(-1.0), zeros: differences.len() - nonzero.len(), ranks }
    }

    /// Number of differences that are not 0.
    pub fn nonzero(&self) -> usize {
        self.ranks.len()
    }

    /// P(W⁺ ≥ w) and the two-sided p-value over the 2ⁿ equally likely signs of these ranks; exact with ties too.
    pub fn exact(&self) -> (f64, f64) {
        // Twice a mean rank is a whole number.
        let doubled: Vec<usize> = self.ranks.iter().map(|rank| (2.0 * rank) as usize).collect();
        let distribution = sums_distribution(&doubled);
        let upper: f64 = distribution[(2.0 * self.plus) as usize..].iter().sum();
        let lower: f64 = distribution[..=(2.0 * self.plus) as usize].iter().sum();
        (upper, (2.0 * upper.min(lower)).min(1.0))
    }

    /// z = (W⁺ − μ)/σ with μ = Σr/2 and σ² = Σr²/4, which includes the correction for ties.
    pub fn z(&self) -> f64 {
        let deviation = self.deviation();
        if deviation > 0.0 { 0.5 * (self.plus - self.minus) / deviation } else { 0.0 }
    }

    /// The two-sided p-value by the normal approximation, with |W⁺ − μ| reduced by 1/2 if `continuity`.
    pub fn p_normal(&self, continuity: bool) -> f64 {
        let deviation = self.deviation();
        let distance = 0.5 * (self.plus - self.minus).abs() - if continuity { 0.5 } else { 0.0 };
        if deviation > 0.0 { 2.0 * normal(-distance.max(0.0) / deviation) } else { 1.0 }
    }

    /// The two-sided p-value: exact up to [`EXACT_UP_TO`] differences, then normal with continuity correction.
    pub fn p_two_sided(&self) -> f64 {
        if self.nonzero() <= EXACT_UP_TO { self.exact().1 } else { self.p_normal(true) }
    }

    /// The matched-pairs rank-biserial correlation (W⁺ − W⁻)/(W⁺ + W⁻), an effect size from −1 to 1 (Kerby 2014,
    /// Comprehensive Psychology 3, 11.IT.3.1); 0 without differences.
    pub fn rank_biserial(&self) -> f64 {
        let sum = self.plus + self.minus;
        if sum > 0.0 { (self.plus - self.minus) / sum } else { 0.0 }
    }

    fn deviation(&self) -> f64 {
        0.5 * self.ranks.iter().map(|rank| rank * rank).sum::<f64>().sqrt()
    }
}

/// Probabilities of Σ wᵢBᵢ = 0, 1, 2, … for weights wᵢ and independent Bᵢ ~ Bernoulli(½).
fn sums_distribution(weights: &[usize]) -> Vec<f64> {
    let mut distribution = vec![0.0; weights.iter().sum::<usize>() + 1];
    distribution[0] = 1.0;
    let mut largest = 0;
    for &weight in weights {
        largest += weight;
        for sum in (0..=largest).rev() {
            let with = if sum >= weight { distribution[sum - weight] } else { 0.0 };
            distribution[sum] = 0.5 * (distribution[sum] + with);
        }
    }
    distribution
}

/// The Hodges-Lehmann estimate of the shift between paired values and its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// Median of the Walsh averages.
    pub estimate: f64,
    /// Confidence interval; None where the differences are too few for the level.
    pub interval: Option<(f64, f64)>,
}

/// The median of the n(n + 1)/2 Walsh averages (d_i + d_j)/2, i ≤ j, of finite differences, and the interval between the k-th
/// smallest and the k-th largest average, with the largest k for which P(W⁺ < k) ≤ α/2 (Hodges & Lehmann 1963, Annals of
/// Mathematical Statistics 34, 598-611). That k comes from the exact distribution of W⁺ without ties up to [`EXACT_UP_TO`]
/// differences, above from the normal approximation. Assumptions as for [`SignedRanks`]. None without differences.
///
/// The cost is O(n log n): equal differences are grouped, and bisection finds the average of a given rank.
pub fn hodges_lehmann(differences: &[f64], level: f64) -> Option<Shift> {
    let walsh = WalshAverages::of(differences)?;
    let (n, all) = (differences.len(), walsh.count);
    let middle = 0.5 * (walsh.of_rank(all.div_ceil(2)) + walsh.of_rank(all / 2 + 1));
    let k = lower_rank(n, 0.5 * (1.0 - level));
    let interval = (k > 0).then(|| (walsh.of_rank(k), walsh.of_rank(all + 1 - k)));
    Some(Shift { estimate: middle, interval })
}

/// The largest k with P(W⁺ < k) ≤ tail for n differences without ties; 0 if there is none.
fn lower_rank(n: usize, tail: f64) -> u64 {
    if n <= EXACT_UP_TO {
        let weights: Vec<usize> = (1..=n).collect();
        let mut sum = 0.0;
        let below = sums_distribution(&weights).into_iter().take_while(|probability| {
            sum += probability;
            sum <= tail
        });
        below.count() as u64
    } else {
        let n = n as f64;
        let (mean, variance) = (n * (n + 1.0) / 4.0, n * (n + 1.0) * (2.0 * n + 1.0) / 24.0);
        (mean + normal_quantile(tail) * variance.sqrt()).floor().max(0.0) as u64
    }
}

/// The Walsh averages (d_i + d_j)/2, i ≤ j, of a sample, counted without storing them.
struct WalshAverages {
    /// The distinct values in rising order.
    values: Vec<f64>,
    /// Number of times that each value occurs.
    counts: Vec<u64>,
    /// Number of averages.
    count: u64,
}

impl WalshAverages {
    fn of(sample: &[f64]) -> Option<WalshAverages> {
        let mut sorted = sample.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let groups = || sorted.chunk_by(|a, b| a == b);
        let n = sample.len() as u64;
        let finite = n > 0 && sorted.iter().all(|value| value.is_finite());
        finite.then(|| WalshAverages {
            values: groups().map(|group| group[0]).collect(),
            counts: groups().map(|group| group.len() as u64).collect(),
            count: n * (n + 1) / 2,
        })
    }

    /// Number of averages that are at most t.
    fn up_to(&self, t: f64) -> u64 {
        let mut partners: u64 = self.counts.iter().sum();
        let mut last = self.values.len();
        let (mut ordered, mut with_itself) = (0, 0);
        for (value, count) in self.values.iter().zip(&self.counts) {
            while last > 0 && 0.5 * (value + self.values[last - 1]) > t {
                last -= 1;
                partners -= self.counts[last];
            }
            ordered += count * partners;
            with_itself += if *value <= t { *count } else { 0 };
        }
        (ordered + with_itself) / 2
    }

    /// The average of this rank (1 for the smallest): the smallest t with `up_to(t) >= rank`.
    fn of_rank(&self, rank: u64) -> f64 {
        // Maps floating-point numbers to integers of the same order, and back.
        let place = |value: f64| (value.to_bits() as i64) ^ (((value.to_bits() as i64) >> 63) as u64 >> 1) as i64;
        let value = |place: i64| f64::from_bits((place ^ ((place >> 63) as u64 >> 1) as i64) as u64);
        let (mut low, mut high) = (place(self.values[0]), place(self.values[self.values.len() - 1]));
        while low < high {
            let middle = low + ((high as i128 - low as i128) / 2) as i64;
            if self.up_to(value(middle)) >= rank {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        value(low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shift_is_the_median_of_all_walsh_averages() {
        for n in [1usize, 2, 5, 6, 17, 60, 83] {
            // Ties among them, and both signs.
            let sample: Vec<f64> = (0..n).map(|i| ((i * 37 % 23) as f64 - 7.0) / 4.0 + (i % 3) as f64 * 0.01).collect();
            let mut walsh: Vec<f64> =
                (0..n).flat_map(|i| (i..n).map(move |j| (i, j))).map(|(i, j)| 0.5 * (sample[i] + sample[j])).collect();
            walsh.sort_unstable_by(f64::total_cmp);
            let all = walsh.len();
            let shift = hodges_lehmann(&sample, 0.95).unwrap();
            assert_eq!(shift.estimate, 0.5 * (walsh[all.div_ceil(2) - 1] + walsh[all / 2]), "{n}");
            let k = lower_rank(n, 0.025) as usize;
            assert_eq!(shift.interval, (k > 0).then(|| (walsh[k - 1], walsh[all - k])), "{n}");
        }
        assert_eq!(hodges_lehmann(&[], 0.95), None);
    }

    #[test]
    fn ranks_of_the_interval() {
        // R: qsignrank(0.025, c(5, 6, 10, 20, 50)) is 0, 1, 9, 53, 435.
        assert_eq!([5, 6, 10, 20, 50].map(|n| lower_rank(n, 0.025)), [0, 1, 9, 53, 435]);
    }
}
