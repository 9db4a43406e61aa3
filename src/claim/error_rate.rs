//! `error_rate`: the chance that any claim is decided wrongly, kept for all claims together.
//!
//! A claim is true or false, so one of two verdicts on it would be wrong: `supported` or `refuted`. Holm's procedure (1979,
//! Scandinavian Journal of Statistics 6, 65-70) runs once for each of the two, with half the rate: of n claims those are supported
//! that are at the error n allows, then, of the n' left, those that are at the error n' allows, and so on; likewise with refuting.
//! Each of the two is a family of n hypotheses, "the claim is false" or "is true", and keeps its half under any dependence of the
//! claims, which share their splits. One procedure for both directions at once would have more power, but is not proved to keep the
//! rate: a claim that has been decided rightly leaves behind a true hypothesis that might have been rejected (Shaffer 1980, Annals of
//! Statistics 8, 1342-1347).
//!
//! Where claims are looked at during the run, each has the same share of the rate throughout (Bonferroni): how many others are
//! decided at a look does not change what it is decided by. So has a claim about a mean: the bets of its sequence depend on the level,
//! and a claim that is decided at one level need not be at a lower one.

use super::{Claim, ClaimVerdict};

/// The rate of an experiment's claims.
#[derive(Clone, Copy, Debug)]
pub struct ErrorRate {
    /// The largest chance that any claim is decided wrongly.
    pub rate: f64,
    /// Number of claims.
    pub claims: usize,
    /// Whether they are looked at during the run.
    pub at_looks: bool,
}

impl ErrorRate {
    /// The level at which a claim is given a verdict while as many claims, this one included, do not have it; not below the claim's own.
    fn level_for(&self, claim: &Claim, verdict: ClaimVerdict, left: usize) -> f64 {
        let allowed = if self.at_looks {
            self.rate / self.claims as f64
        } else {
            let left = if claim.statement.is_nested() { left } else { self.claims };
            0.5 * self.rate / (left as f64 * claim.statement.wrong_share(verdict, false))
        };
        (1.0 - allowed).max(claim.own_level)
    }

    /// The level of a claim before any other is decided: the stricter of those of the two verdicts.
    pub fn first_level(&self, claim: &Claim) -> f64 {
        DECIDED.map(|verdict| self.level_for(claim, verdict, self.claims)).into_iter().fold(0.0, f64::max)
    }

    /// Whether the level of a claim falls while others are decided.
    pub fn may_fall(&self, claim: &Claim) -> bool {
        DECIDED.iter().any(|&verdict| self.level_for(claim, verdict, 1) < self.level_for(claim, verdict, self.claims))
    }

    /// The level at which each claim is decided when the run has ended, and for a claim that stays undecided the strictest at which it
    /// was tried last. `verdict_at` is the verdict of the claim at a place and a level.
    pub fn levels(&self, claims: &[Claim], verdict_at: impl Fn(usize, f64) -> ClaimVerdict) -> Vec<f64> {
        if self.at_looks {
            return claims.iter().map(|claim| self.first_level(claim)).collect();
        }
        let mut decided = vec![None; claims.len()];
        let mut tried = vec![[0.0; DECIDED.len()]; claims.len()];
        for (direction, verdict) in DECIDED.into_iter().enumerate() {
            let mut left = self.claims;
            loop {
                let mut found = 0;
                for (place, claim) in
                    claims.iter().enumerate().filter(|(place, _)| decided[*place].is_none()).collect::<Vec<_>>()
                {
                    let level = self.level_for(claim, verdict, left);
                    if tried[place][direction] != level && verdict_at(place, level) == verdict {
                        decided[place] = Some(level);
                        found += 1;
                    }
                    tried[place][direction] = level;
                }
                left -= found;
                if found == 0 || left == 0 {
                    break;
                }
            }
        }
        let strictest = |place: usize| tried[place].iter().copied().fold(0.0, f64::max);
        decided.iter().enumerate().map(|(place, level)| level.unwrap_or_else(|| strictest(place))).collect()
    }
}

/// The verdicts that can be wrong.
const DECIDED: [ClaimVerdict; 2] = [ClaimVerdict::Supported, ClaimVerdict::Refuted];

/// The largest chance that a claim is decided wrongly at a level: it is true or false, so that only one verdict can be wrong.
pub fn chance_of_error(claim: &Claim, level: f64, at_looks: bool) -> f64 {
    let share = DECIDED.map(|verdict| claim.statement.wrong_share(verdict, at_looks)).into_iter().fold(0.0, f64::max);
    share * (1.0 - level)
}
