//! Deciding a claim about a share at a look, and when to stop looking.

use super::beta_binomial::interval;

/// The decision on a claim at a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The interval lies in the claimed range of shares.
    Supported,
    /// The interval lies outside of the claimed range.
    Refuted,
    /// The interval reaches into the claimed range and out of it: more trials are needed.
    Undecided,
}

/// Counts of trials at a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Trials in which the claim holds.
    pub holds: u64,
    /// Trials in which it is not known whether the claim holds.
    pub unknown: u64,
    /// All trials so far.
    pub trials: u64,
}

/// Decides at a look whether a share lies in the claimed range [least, largest], the ends included.
///
/// The decision depends on the counts alone, so neither threads nor earlier looks change it. At all looks together a decision
/// against the truth has probability at most 1 − level. Unknown trials count as failures at the lower end of the interval and as
/// successes at the upper end, so they only widen it.
pub fn decide_share(look: Look, claimed: (f64, f64), level: f64) -> Decision {
    let (low, high) =
        (interval(look.holds, look.trials, level).0, interval(look.holds + look.unknown, look.trials, level).1);
    if low >= claimed.0 && high <= claimed.1 {
        Decision::Supported
    } else if high < claimed.0 || low > claimed.1 {
        Decision::Refuted
    } else {
        Decision::Undecided
    }
}

/// Looks after every `batch` outcomes, in their order, and at the end. Stops at the first look at which `decide` (see
/// [`decide_share`]) supports or refutes, or after `cap` outcomes; returns that look and its decision. An outcome is whether the
/// claim holds in a trial, `None` if that is not known.
///
/// Batches are counted from the first outcome, so the stopping time depends on the outcomes, `batch` and `cap` alone.
pub fn first_decision(
    outcomes: impl IntoIterator<Item = Option<bool>>,
    batch: u64,
    cap: u64,
    decide: impl Fn(Look) -> Decision,
) -> (Look, Decision) {
    let mut look = Look { holds: 0, unknown: 0, trials: 0 };
    for outcome in outcomes.into_iter().take(usize::try_from(cap).unwrap_or(usize::MAX)) {
        look.trials += 1;
        look.holds += u64::from(outcome == Some(true));
        look.unknown += u64::from(outcome.is_none());
        if look.trials.is_multiple_of(batch.max(1)) {
            let decision = decide(look);
            if decision != Decision::Undecided {
                return (look, decision);
            }
        }
    }
    (look, decide(look))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_comes_at_the_first_look_with_enough_trials() {
        let always = std::iter::repeat(Some(true));
        let (look, decision) = first_decision(always.clone(), 1, 10_000, |look| decide_share(look, (0.99, 1.0), 0.95));
        // The least n with 0.99⁻ⁿ B(½ + n, ½)/π ≥ 20.
        assert_eq!((look.trials, decision), (680, Decision::Supported));
        let (look, decision) =
            first_decision(always.clone(), 100, 10_000, |look| decide_share(look, (0.99, 1.0), 0.95));
        assert_eq!((look.trials, decision), (700, Decision::Supported));
        let (look, decision) = first_decision(always.clone(), 100, 650, |look| decide_share(look, (0.99, 1.0), 0.95));
        assert_eq!((look.trials, decision), (650, Decision::Undecided), "the cap is a look too");
        let (look, decision) =
            first_decision(std::iter::repeat_n(Some(false), 40), 1, 100, |look| decide_share(look, (0.5, 1.0), 0.95));
        assert!(look.trials < 10 && decision == Decision::Refuted, "{look:?}");
        let (_, decision) = first_decision(always, 10, 200, |look| decide_share(look, (0.2, 0.6), 0.95));
        assert_eq!(decision, Decision::Refuted);
    }

    #[test]
    fn unknown_trials_decide_nothing() {
        let (look, decision) =
            first_decision(std::iter::repeat_n(None, 5_000), 50, 10_000, |look| decide_share(look, (0.5, 1.0), 0.95));
        assert_eq!((look.trials, look.unknown, decision), (5_000, 5_000, Decision::Undecided));
        let at = |holds, unknown| decide_share(Look { holds, unknown, trials: 1_000 }, (0.5, 1.0), 0.95);
        assert_eq!(
            [at(600, 400), at(400, 0), at(400, 200)],
            [Decision::Supported, Decision::Refuted, Decision::Undecided]
        );
    }

    #[test]
    fn no_outcomes_decide_nothing() {
        let (look, decision) = first_decision(std::iter::empty(), 10, 100, |look| decide_share(look, (0.5, 1.0), 0.95));
        assert_eq!((look.trials, decision), (0, Decision::Undecided));
    }
}
