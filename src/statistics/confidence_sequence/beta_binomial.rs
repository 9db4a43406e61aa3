//! A confidence sequence for a proportion.

use crate::statistics::distribution::log_beta;

/// Both parameters of the mixing beta distribution. One half decides shares near 0 and 1 after few trials, and whatever the share
/// gives up less than ½ ln n + 1 of the evidence that the best constant bet would gather (Krichevsky & Trofimov 1981, IEEE
/// Transactions on Information Theory 27, 199-207).
const MIXING: f64 = 0.5;

/// Evidence against a share p after k of n trials: the logarithm of the likelihood ratio of a beta mixture to p,
///
/// ```text
/// ln M_n(p) = ln B(½ + k, ½ + n − k) − ln B(½, ½) − k ln p − (n − k) ln(1 − p)
/// ```
///
/// If each trial succeeds with probability p given the earlier trials, M_n(p) is a martingale with mean 1. By Ville's inequality it
/// exceeds 1/α at any n with probability at most α (Robbins 1970, Annals of Mathematical Statistics 41, 1397-1409; Howard,
/// Ramdas, McAuliffe & Sekhon 2021, Annals of Statistics 49, 1055-1080).
pub fn log_evidence(successes: u64, trials: u64, share: f64) -> f64 {
    let (k, rest) = (successes as f64, (trials - successes) as f64);
    // 0 ln 0 = 0.
    let times_log = |count: f64, share: f64| if count == 0.0 { 0.0 } else { count * share.ln() };
    let mixture = log_beta(MIXING + k, MIXING + rest) - log_beta(MIXING, MIXING);
    mixture - times_log(k, share) - times_log(rest, 1.0 - share)
}

/// The confidence sequence at one n: the shares p with M_n(p) < 1/α, α = 1 − level. They form an interval around k/n, because
/// [`log_evidence`] is convex in the share and smallest at k/n. The intervals of all n together contain the true share with
/// probability `level`. (0, 1) without trials.
pub fn interval(successes: u64, trials: u64, level: f64) -> (f64, f64) {
    if trials == 0 {
        return (0.0, 1.0);
    }
    let bound = -(1.0 - level).ln();
    let observed = successes as f64 / trials as f64;
    // Bisects between a share outside of the interval and a share inside. Returns the outer share, so that rounding only widens
    // the interval.
    let end = |mut outside: f64, mut inside: f64| {
        if log_evidence(successes, trials, outside) < bound {
            return outside;
        }
        loop {
            let middle = 0.5 * (outside + inside);
            if middle == outside || middle == inside {
                return outside;
            }
            if log_evidence(successes, trials, middle) < bound { inside = middle } else { outside = middle }
        }
    };
    let lower = if successes == 0 { 0.0 } else { end(0.0, observed) };
    let upper = if successes >= trials { 1.0 } else { end(1.0, observed) };
    (lower, upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_by_hand() {
        // After one success, B(3/2, 1/2)/B(1/2, 1/2) = 1/2: evidence ½/p. After one of two, B(3/2, 3/2)/π = 1/8.
        assert!((log_evidence(1, 1, 0.2).exp() - 2.5).abs() < 1e-12);
        assert!((log_evidence(1, 2, 0.2).exp() - 0.125 / 0.16).abs() < 1e-12);
        assert_eq!(log_evidence(0, 5, 1.0), f64::INFINITY);
        assert!(log_evidence(5, 5, 1.0) < 0.0);
    }

    #[test]
    fn ends_have_the_evidence_asked_for() {
        for (k, n) in [(0u64, 10u64), (3, 10), (10, 10), (990, 1000), (1, 100_000)] {
            let (low, high) = interval(k, n, 0.95);
            assert!(low <= k as f64 / n as f64 && k as f64 / n as f64 <= high);
            for end in [low, high].into_iter().filter(|end| (1e-300..1.0).contains(end)) {
                assert!((log_evidence(k, n, end) - 20f64.ln()).abs() < 1e-6, "{k} {n} {end}");
            }
        }
        assert_eq!(interval(0, 0, 0.95), (0.0, 1.0));
        assert_eq!((interval(0, 10, 0.95).0, interval(10, 10, 0.95).1), (0.0, 1.0));
    }
}
