//! Deciding a claim about a share at a look, and when to stop looking.

use super::beta_binomial::interval;

/// What a look says of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The interval lies in the claimed range of shares.
    Supported,
    /// The interval lies outside of it.
    Refuted,
    /// Neither: go on.
    Undecided,
}

/// What is known at a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Trials in which the claim holds.
    pub holds: u64,
    /// Trials in which it may hold or not.
    pub unknown: u64,
    /// All trials so far.
    pub trials: u64,
}

/// Decides at a look whether a share lies in the claimed range [least, largest], the ends included.
///
/// A function of the counts alone, so neither threads nor the looks before it change the decision. At all looks together,
/// a decision against the truth has probability at most 1 − level. Trials that are unknown count against whatever is
/// decided: as failures at the lower end of the interval, and as successes at the upper one.
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

/// Looks after every `batch` outcomes, in their order, and at the end; stops at the first look that `decide` decides at (see
/// [`decide_share`]), or after `cap` outcomes. Some(true): the claim holds, None: that is not known. The look it stopped at and its
/// decision.
///
/// Batches are counted from the first outcome, so the stopping time depends on the outcomes and `batch` alone.
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
    fn as_few_trials_as_it_needs() {
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
    fn what_is_unknown_decides_nothing() {
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
