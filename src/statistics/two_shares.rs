//! Compares two shares of independent trials, for example shares of the random splits of two runs.

use super::proportion::wilson;

/// Successes among trials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binomial {
    /// Successes.
    pub successes: u64,
    /// Trials.
    pub trials: u64,
}

/// Largest number of trials accepted: no run makes more, and longer sums would take too long.
const MOST_TRIALS: u64 = 1 << 40;

/// Fisher's exact two-sided test that two shares have one probability of success. Given the total number of successes, the
/// successes of the first share are hypergeometric; p is the probability of all outcomes at most as likely as the observed
/// one (Fisher 1935; two-sided as in R and scipy). Assumes independent trials; conservative.
///
/// None where there are no trials, more successes than trials, or more than 2⁴⁰ trials.
pub fn fisher_exact(first: Binomial, second: Binomial) -> Option<f64> {
    let possible = |share: Binomial| (1..=MOST_TRIALS).contains(&share.trials) && share.successes <= share.trials;
    if !possible(first) || !possible(second) {
        return None;
    }
    let (n, m, k) = (first.trials, second.trials, first.successes + second.successes);
    let (least, most) = (k.saturating_sub(m), k.min(n));
    // P(x + 1)/P(x). Probabilities relative to P(mode), divided by their sum in the end, need no factorial.
    let ratio = |x: u64| (n - x) as f64 * (k - x) as f64 / ((x + 1) as f64 * (m + x + 1 - k) as f64);
    let mode = ((u128::from(n) + 1) * (u128::from(k) + 1) / (u128::from(n) + u128::from(m) + 2)) as u64;
    let mode = mode.clamp(least, most);
    let observed = first.successes;
    let relative = {
        let steps = if observed > mode { mode..observed } else { observed..mode };
        let product = steps.map(ratio).try_fold(1.0f64, |product, ratio| {
            let product = if observed > mode { product * ratio } else { product / ratio };
            (product > 0.0).then_some(product)
        });
        product.unwrap_or(0.0)
    };
    // Counts outcomes as equally likely in spite of rounding; R uses the same factor.
    let limit = relative * (1.0 + 1e-7);
    let (mut all, mut extreme) = (0.0, 0.0);
    let mut add = |probability: f64| {
        all += probability;
        extreme += if probability <= limit { probability } else { 0.0 };
        // Stops where further terms are too small to change the sums.
        probability > 0.0 && !(probability < 1e-20 * extreme)
    };
    add(1.0);
    let mut probability = 1.0;
    for x in mode..most {
        probability *= ratio(x);
        if !add(probability) {
            break;
        }
    }
    probability = 1.0;
    for x in (least..mode).rev() {
        probability /= ratio(x);
        if !add(probability) {
            break;
        }
    }
    Some((extreme / all).min(1.0))
}

/// Newcombe's interval of the difference of two shares, second minus first, from their Wilson intervals (l, u):
///
/// ```text
/// d − √((p₂ − l₂)² + (u₁ − p₁)²)  to  d + √((u₂ − p₂)² + (p₁ − l₁)²),   d = p₂ − p₁
/// ```
///
/// Method 10 of Newcombe (1998, Statistics in Medicine 17, 873-890). Assumes independent trials. None without
/// trials, or with more successes than trials.
pub fn newcombe(first: Binomial, second: Binomial, level: f64) -> Option<[f64; 2]> {
    let possible = |share: Binomial| share.trials > 0 && share.successes <= share.trials;
    if !possible(first) || !possible(second) {
        return None;
    }
    let of = |share: Binomial| {
        let (low, high) = wilson(share.successes, share.trials, level);
        let point = share.successes as f64 / share.trials as f64;
        (point, point - low, high - point)
    };
    let ((p1, below1, above1), (p2, below2, above2)) = (of(first), of(second));
    let difference = p2 - p1;
    Some([difference - below2.hypot(above1), difference + above2.hypot(below1)])
}
