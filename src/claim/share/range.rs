//! The shares of splits that a claim may state, and how many splits decide whether it holds on such a share.

use crate::claim::{Planned, sequential};
use crate::statistics::confidence_sequence::{self, Decision, first_decision};
use crate::statistics::power::{POWER, smallest_share};
use crate::statistics::proportion::clopper_pearson;
use crate::statistics::words::{counted, percent};

/// A range of shares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Share {
    /// This share or more.
    AtLeast(f64),
    /// A share in [share − within, share + within].
    Within { share: f64, within: f64 },
}

impl Share {
    /// The least and the largest share of the range.
    pub fn range(self) -> (f64, f64) {
        match self {
            Share::AtLeast(share) => (share, 1.0),
            Share::Within { share, within } => (share - within, share + within),
        }
    }

    /// The range in words.
    pub fn words(self) -> String {
        match self {
            Share::AtLeast(share) => format!("at least {}", percent(share)),
            Share::Within { share, within } => format!("{} ± {}", percent(share), percent(within)),
        }
    }

    /// How many splits decide a claim of such a share, in words; `about_these` if it is about the splits that are made, so that counting
    /// decides it.
    pub fn what_it_takes(self, about_these: bool, planned: &Planned) -> String {
        match self {
            _ if about_these => counting(self, planned),
            _ if planned.at_looks => soonest(self, planned),
            Share::AtLeast(share) => decidable(share, planned),
            Share::Within { .. } => decidable_within(self, planned),
        }
    }
}

/// On how many of the splits a claim about these splits must hold.
fn counting(share: Share, planned: &Planned) -> String {
    let (splits, words) = (planned.counted(planned.splits), planned.splits_in_words());
    let (low, high) = share.range();
    let least = (low * splits as f64 - 1e-9).ceil().max(0.0) as u64;
    let largest = (high * splits as f64 + 1e-9).floor() as u64;
    let on = match largest >= splits {
        true => format!("on {least} or more"),
        false => format!("on {least} to {largest}"),
    };
    format!(
        "decided by counting, because it is about these splits themselves: supported if it holds {on} of {words}, else refuted"
    )
}

/// After how many splits a claim can be decided at the earliest, where claims decide when the run ends.
fn soonest(share: Share, planned: &Planned) -> String {
    const MOST: u64 = 1 << 20;
    let after = |holds: bool, wanted: Decision, level: f64| {
        let outcomes = std::iter::repeat(Some(holds));
        let at_look = |look| confidence_sequence::decide_share(look, share.range(), level);
        let (look, decision) = first_decision(outcomes, sequential::BATCH, MOST, at_look);
        let more = if look.trials > planned.counted(planned.splits) { ", more than the run may have" } else { "" };
        if decision == wanted {
            format!("after {}{more}", counted(look.trials, "split"))
        } else {
            format!("not within {MOST} splits")
        }
    };
    let supported = after(true, Decision::Supported, planned.level);
    let counted = match planned.counted(planned.splits) {
        all if all == planned.splits => String::new(),
        _ => {
            format!("; counted are {}, of {}", planned.splits_in_words(), planned.splits)
        }
    };
    format!(
        "if it holds on all splits, supported {supported}; if on none, refuted {}{counted}",
        after(false, Decision::Refuted, planned.refuting_level())
    )
}

/// On how many splits a claim of a least share must hold.
fn decidable(on_share: f64, planned: &Planned) -> String {
    let (level, repeats, words) = (planned.level, planned.counted(planned.splits), planned.splits_in_words());
    let supports = |holds: u64, splits: u64| clopper_pearson(holds, splits, level).0 >= on_share;
    if !supports(repeats, repeats) {
        let enough = (1..40).map(|power| 1u64 << power).find(|&splits| supports(splits, splits));
        return match enough {
            Some(enough) => {
                let splits = planned.made_in_words(least(enough / 2, enough, |splits| supports(splits, splits)));
                format!("{words} cannot support it, even if it holds on all of them: that takes {splits}")
            }
            None => "no number of splits can support it: claim a share below 1".to_owned(),
        };
    }
    let supported = least(0, repeats, |holds| supports(holds, repeats));
    let refuting = planned.refuting_level();
    let not_refuted = least(0, repeats, |holds| clopper_pearson(holds, repeats, refuting).1 >= on_share);
    let refuted = match not_refuted.checked_sub(1) {
        Some(holds) => format!("refuted if on {holds} or fewer"),
        None => "never refuted".to_owned(),
    };
    let found = found(supported, repeats);
    format!("supported if it holds on {supported} or more of {words}, {refuted}, else undecided{found}")
}

/// From which true share on a claim that needs `supported` of the splits is supported with probability [`POWER`].
fn found(supported: u64, repeats: u64) -> String {
    let share = smallest_share(supported, repeats, POWER);
    if share > 0.0 && share < 1.0 {
        format!("; with probability {POWER} or more it is supported if the true share is {} or more", percent(share))
    } else {
        String::new()
    }
}

/// On how many splits a claim of a range of shares must hold: its interval must lie in the range.
fn decidable_within(share: Share, planned: &Planned) -> String {
    let (level, repeats, words) = (planned.level, planned.counted(planned.splits), planned.splits_in_words());
    let (low, high) = share.range();
    // Both ends of the interval rise with the number of splits on which the claim holds.
    let supporting = |splits: u64| {
        let fewest = least(0, splits + 1, |holds| clopper_pearson(holds, splits, level).0 >= low);
        let too_many = least(0, splits + 1, |holds| clopper_pearson(holds, splits, level).1 > high);
        (fewest < too_many).then(|| (fewest, too_many - 1))
    };
    match supporting(repeats) {
        Some((fewest, most)) => format!(
            "supported if it holds on {fewest} to {most} of {words}; refuted if the whole interval is outside of that \
             range of shares, else undecided"
        ),
        None => {
            let enough = (1..40)
                .filter_map(|power| repeats.checked_mul(1 << power))
                .find(|&splits| supporting(splits).is_some());
            let takes = enough.map_or_else(String::new, |splits| format!("; {} can", planned.made_in_words(splits)));
            format!("{words} cannot support it: their interval is wider than the range of shares claimed{takes}")
        }
    }
}

/// The least number in [low, high] with a property that all larger ones have, and `high` has.
fn least(mut low: u64, mut high: u64, holds: impl Fn(u64) -> bool) -> u64 {
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}
