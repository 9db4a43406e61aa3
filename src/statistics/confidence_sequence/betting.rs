//! A confidence sequence for the mean of bounded observations.

/// The hedged capital of Waudby-Smith & Ramdas (2024, JRSS B 86, 1-27, section 4.4) for observations in [0, 1].
///
/// Two gamblers bet against each candidate mean m, the first (+) that the true mean is larger, the second (−) that it is smaller:
///
/// ```text
/// K±_t(m) = ∏ (1 ± λ±_i(m) (x_i − m)),   λ+_i(m) = min(λ_i, c/m),   λ−_i(m) = min(λ_i, c/(1 − m)),   c = 1/2,
/// λ_i = √(2 ln(2/α) / (σ̂²_{i−1} i ln(1 + i))),   σ̂²_i = (1/4 + Σ_{j≤i} (x_j − μ̂_j)²)/(i + 1),   μ̂_i = (1/2 + Σ_{j≤i} x_j)/(i + 1)
/// ```
///
/// The sequence excludes m once ½ K⁺(m) or ½ K⁻(m) reaches 1/α. If every observation has mean m given the earlier observations,
/// both capitals are martingales with mean 1, so the sequence ever excludes m with probability at most α. It assumes no variance
/// and no distribution.
#[derive(Clone, Debug)]
pub struct MeanSequence {
    alpha: f64,
    bets: Vec<Bet>,
    sum: f64,
    squares: f64,
}

/// An observation x_i with the bet λ_i on it.
#[derive(Clone, Copy, Debug)]
pub struct Bet {
    value: f64,
    stake: f64,
}

/// The capital K⁺ or K⁻ against one candidate mean, observation after observation.
#[derive(Clone, Copy, Debug)]
pub struct Capital {
    mean: f64,
    side: f64,
    /// ln of the product of the earlier factors. Eight factors share a logarithm, because logarithms are slow; a product of eight,
    /// each at least ½, neither vanishes nor overflows.
    logarithm: f64,
    product: f64,
    factors: u32,
    /// ln(2/α).
    bound: f64,
}

impl Capital {
    /// Bets once more.
    pub fn bet(&mut self, Bet { value, stake }: Bet) {
        let most = CAUTION / if self.side > 0.0 { self.mean } else { 1.0 - self.mean };
        self.product *= 1.0 + self.side * stake.min(most) * (value - self.mean);
        self.factors += 1;
        if self.factors == 8 {
            (self.logarithm, self.product, self.factors) = (self.ln(), 1.0, 0);
        }
    }

    fn ln(&self) -> f64 {
        self.logarithm + if self.factors > 0 { self.product.ln() } else { 0.0 }
    }

    /// Whether the capital excludes the mean. A bet on a larger mean then excludes all smaller candidates too, a bet on a smaller
    /// mean all larger ones.
    pub fn is_enough(&self) -> bool {
        self.ln() >= self.bound
    }
}

/// The largest share of the capital that a bet may lose.
const CAUTION: f64 = 0.5;

impl MeanSequence {
    /// Without observations.
    pub fn new(level: f64) -> MeanSequence {
        MeanSequence { alpha: 1.0 - level, bets: Vec::new(), sum: 0.0, squares: 0.0 }
    }

    /// Observes a number in [0, 1] and returns the bet on it. A number outside counts as the nearest end, NaN as 0, the value of a
    /// failure.
    pub fn push(&mut self, value: f64) -> Bet {
        let value = if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) };
        let i = self.bets.len() as f64 + 1.0;
        let variance = (0.25 + self.squares) / i;
        let stake = (2.0 * (2.0 / self.alpha).ln() / (variance * i * i.ln_1p())).sqrt();
        let bet = Bet { value, stake };
        self.bets.push(bet);
        self.sum += value;
        let mean = (0.5 + self.sum) / (i + 1.0);
        self.squares += (value - mean) * (value - mean);
        bet
    }

    /// The capital, before the first bet, of the gambler who bets that the true mean is larger than `mean` if `above`, else smaller.
    pub fn capital(&self, mean: f64, above: bool) -> Capital {
        let (side, bound) = (if above { 1.0 } else { -1.0 }, (2.0 / self.alpha).ln());
        Capital { mean, side, logarithm: 0.0, product: 1.0, factors: 0, bound }
    }

    /// Number of observations.
    pub fn len(&self) -> usize {
        self.bets.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.bets.is_empty()
    }

    /// Whether the interval contains a candidate mean.
    pub fn contains(&self, mean: f64) -> bool {
        ![true, false].into_iter().any(|above| self.excludes(mean, above))
    }

    /// The means that are not excluded. They form an interval, because K⁺ falls with m and K⁻ rises. Bisection finds each end to
    /// 2⁻⁴⁰, on the outer side.
    pub fn interval(&self) -> (f64, f64) {
        let end = |mut outside: f64, mut inside: f64, above: bool| {
            if !self.excludes(outside, above) {
                return outside;
            }
            for _ in 0..40 {
                let middle = 0.5 * (outside + inside);
                if self.excludes(middle, above) { outside = middle } else { inside = middle }
            }
            outside
        };
        (end(0.0, 1.0, true), end(1.0, 0.0, false))
    }

    /// Whether the bets that the true mean is above a candidate, or below it, exclude the candidate.
    fn excludes(&self, mean: f64, above: bool) -> bool {
        self.after_all(mean, above).is_enough()
    }

    /// The capital after all bets.
    fn after_all(&self, mean: f64, above: bool) -> Capital {
        let mut capital = self.capital(mean, above);
        self.bets.iter().for_each(|&bet| capital.bet(bet));
        capital
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bets_by_hand() {
        let mut sequence = MeanSequence::new(0.95);
        sequence.push(1.0);
        // λ_1 = √(2 ln 40 / (¼ ln 2)), at m = 0.25 capped by c/m = 2.
        assert!((sequence.bets[0].stake - (2.0 * 40f64.ln() / (0.25 * 2f64.ln())).sqrt()).abs() < 1e-12);
        assert!((sequence.after_all(0.25, true).ln() - 2.5f64.ln()).abs() < 1e-12);
        // μ̂_1 = ¾, σ̂²_1 = (¼ + 1/16)/2.
        sequence.push(0.0);
        let variance = (0.25 + 0.0625) / 2.0;
        assert!((sequence.bets[1].stake - (2.0 * 40f64.ln() / (variance * 2.0 * 3f64.ln())).sqrt()).abs() < 1e-12);
        assert_eq!(MeanSequence::new(0.95).interval(), (0.0, 1.0));
    }

    #[test]
    fn the_interval_contains_the_means_that_are_not_excluded() {
        let mut sequence = MeanSequence::new(0.95);
        for i in 0..400 {
            sequence.push(f64::from(i * 7 % 11) / 20.0);
        }
        let (low, high) = sequence.interval();
        assert!(low > 0.1 && low < 0.25 && high > 0.25 && high < 0.4, "{low} {high}");
        for (mean, within) in [(low - 1e-6, false), (low + 1e-6, true), (high - 1e-6, true), (high + 1e-6, false)] {
            assert_eq!(sequence.contains(mean), within, "{mean}");
        }
    }

    #[test]
    fn constant_observations_end_at_their_value() {
        for (value, low_side) in [(1.0, true), (0.0, false)] {
            let mut sequence = MeanSequence::new(0.95);
            for _ in 0..2_000 {
                sequence.push(value);
            }
            let (low, high) = sequence.interval();
            assert!(if low_side { low > 0.99 && high == 1.0 } else { low == 0.0 && high < 0.01 }, "{low} {high}");
        }
    }
}
