//! A claim that a condition holds on such a share of the splits.

mod range;

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::condition::{self, Condition};
use super::decide::{looks, more, set_apart, share_of, where_defined, which};
use super::measure::Measure;
use super::{
    About, ClaimCell, ClaimError, ClaimKind, ClaimVerdict, Context, Decided, Evidence, MOST_EXCEPTIONS, Observed,
    Planned, Statement, Told, sequential,
};
use crate::parameter::{Interval, Parameter, Settings, ValueKind};
use crate::statistics::confidence_sequence::{self, Decision, Look, first_decision};
use crate::statistics::proportion::clopper_pearson;
use crate::statistics::words::{counted, percent};
use range::Share;

/// Claims about a share of the splits.
pub static KIND: ClaimKind = ClaimKind {
    name: "share",
    about: "on a share of all random splits, a measure of the fit compares so with a bound",
    mark: None,
    keys: &KEYS,
    alone: "a claim about a share of the splits does not have this key: remove it",
    observed: Observed::ShareOfSplits,
    metrics: Measure::names,
    read,
    rules,
};

const KEYS: [Parameter; 9] = [
    condition::KEYS[0],
    condition::KEYS[1],
    condition::KEYS[2],
    condition::KEYS[3],
    condition::KEYS[4],
    condition::KEYS[5],
    Parameter {
        name: "on_share",
        kind: ValueKind::Number(Interval::UNIT),
        default: None,
        about: "the share of splits on which it must hold, or more",
    },
    Parameter {
        name: "share",
        kind: ValueKind::Number(Interval::UNIT),
        default: None,
        about: "instead: the share of splits on which it holds, up to `within`",
    },
    Parameter {
        name: "within",
        kind: ValueKind::Number(Interval::OPEN_UNIT),
        default: None,
        about: "with share: how far from it the share may be",
    },
];

/// On such a share of all random splits, the condition holds; or of the splits that are made, where these are no independent draws.
#[derive(Clone, Copy, Debug)]
struct OnShare {
    condition: Condition,
    share: Share,
    /// Whether the claim is about the splits that are made, so that counting them decides it.
    about_these: bool,
}

fn read(settings: &Settings, context: &Context) -> Result<Arc<dyn Statement>, ClaimError> {
    let condition = Condition::read(settings)?;
    let share = match ["on_share", "share", "within"].map(|key| settings.number(key)) {
        [Some(share), None, None] => Share::AtLeast(share),
        [None, Some(share), Some(within)] => Share::Within { share, within },
        _ => {
            return Err(ClaimError::incomplete(
                "a claim has either on_share, as on_share = 0.95 (on at least that share of the splits), or share and within, \
                 as share = 0.5, within = 0.05 (on a share from 0.45 to 0.55), or on_average = true (of the mean over all \
                 random splits)",
            ));
        }
    };
    Ok(Arc::new(OnShare { condition, share, about_these: context.is_about_these_splits() }))
}

fn rules() -> Vec<Json> {
    let either = json!({ "oneOf": [
        { "required": ["on_share"], "not": { "anyOf": [{ "required": ["share"] }, { "required": ["within"] }] } },
        { "required": ["share", "within"], "not": { "required": ["on_share"] } },
    ] });
    condition::rules().into_iter().chain([either]).collect()
}

impl OnShare {
    /// Whether the condition holds on each split that counts; `None` where that is not known.
    fn outcomes<'a>(&self, evidence: &Evidence<'a>) -> impl Iterator<Item = Option<bool>> + use<'a> {
        let (condition, evidence) = (self.condition, *evidence);
        evidence.defined(condition.measure).map(move |fit| condition.outcome(&evidence, fit))
    }

    /// The splits that count, and those on which the condition holds.
    fn count(&self, evidence: &Evidence<'_>) -> Look {
        let mut look = Look { holds: 0, unknown: 0, trials: 0 };
        for outcome in self.outcomes(evidence) {
            look.trials += 1;
            look.holds += u64::from(outcome == Some(true));
            // Where it is not known whether a maximum exists, the condition may hold or not.
            look.unknown += u64::from(outcome.is_none());
        }
        look
    }

    /// Decides by counting: by the least and the largest share that is possible.
    fn by_counting(&self, look: Look) -> Decision {
        /// Sums and differences of shares such as 0.9 − 0.1 are off by rounding.
        const ROUNDING: f64 = 1e-12;
        let ((least, largest), splits) = (self.share.range(), look.trials as f64);
        let (low, high) = (look.holds as f64 / splits, (look.holds + look.unknown) as f64 / splits);
        if look.trials == 0 {
            Decision::Undecided
        } else if low >= least - ROUNDING && high <= largest + ROUNDING {
            Decision::Supported
        } else if high < least - ROUNDING || low > largest + ROUNDING {
            Decision::Refuted
        } else {
            Decision::Undecided
        }
    }

    /// Decides by all splits, with the interval of Clopper and Pearson for a number of trials that was fixed before.
    ///
    /// It is supported if the interval of k/n at the claim's level lies in the claimed range (its ends may touch), and refuted if
    /// the interval at the refuting level has no share in common with the range.
    fn at_end(&self, evidence: &Evidence<'_>) -> (Look, [f64; 2], Decision) {
        let look = self.count(evidence);
        let (holds, possibly) = (look.holds, look.holds + look.unknown);
        let interval = |holds: u64, level: f64| clopper_pearson(holds, look.trials, level);
        let (least, largest) = self.share.range();
        let refuting = evidence.refuting_level();
        let (low, high) = (interval(holds, evidence.level).0, interval(possibly, evidence.level).1);
        let decision = if look.trials == 0 {
            Decision::Undecided
        } else if low >= least && high <= largest {
            Decision::Supported
        } else if interval(possibly, refuting).1 < least || interval(holds, refuting).0 > largest {
            Decision::Refuted
        } else {
            Decision::Undecided
        };
        (look, [low, high], decision)
    }

    /// Whether the splits on which nothing is known keep a cell undecided however many there are: with the shares as they are, the claim
    /// would hold if it held on all of these, and not if on none.
    fn is_left_open(&self, cell: &ClaimCell) -> bool {
        let ((least, largest), splits) = (self.share.range(), cell.splits as f64);
        let (low, high) = (cell.holds as f64 / splits, (cell.holds + cell.unknown) as f64 / splits);
        let (is_within, is_outside) = (low >= least && high <= largest, high < least || low > largest);
        cell.verdict == ClaimVerdict::Undecided && cell.unknown > 0 && !is_within && !is_outside
    }

    /// Decides by the first look that can, or by the last: at the first look whose interval at the claim's level lies in the
    /// range it is supported, at the first whose interval at the refuting level lies outside it is refuted.
    fn at_looks(&self, evidence: &Evidence<'_>) -> (Look, Decision) {
        let range = self.share.range();
        let at_look = |look: Look| {
            match (look.trials, confidence_sequence::decide_share(look, range, evidence.level)) {
                // Any range that has all shares would be supported before the first split.
                (0, _) => Decision::Undecided,
                (_, Decision::Refuted) => confidence_sequence::decide_share(look, range, evidence.refuting_level()),
                (_, decision) => decision,
            }
        };
        first_decision(self.outcomes(evidence), sequential::BATCH, u64::MAX, at_look)
    }
}

impl Statement for OnShare {
    fn kind(&self) -> &'static ClaimKind {
        &KIND
    }

    fn measure(&self) -> Measure {
        self.condition.measure
    }

    fn bound(&self) -> Option<f64> {
        self.condition.bound_of_value()
    }

    fn claims_large(&self) -> bool {
        self.condition.relation.is_lower_bound()
    }

    fn words(&self, About { solvers, sources, rival }: &About) -> String {
        format!(
            "{} of {solvers} {} on {} of {} splits of {sources}",
            self.condition.measure.name(),
            self.condition.predicate(rival),
            self.share.words(),
            if self.about_these { "these" } else { "the" },
        )
    }

    fn decide(&self, evidence: &Evidence<'_>) -> Decided {
        let (Look { holds, trials, unknown }, interval, decision) = if self.about_these {
            let look = self.count(evidence);
            (look, None, self.by_counting(look))
        } else if evidence.at_looks {
            let (look, decision) = self.at_looks(evidence);
            let interval = |holds| confidence_sequence::interval(holds, look.trials, evidence.level);
            (look, Some([interval(look.holds).0, interval(look.holds + look.unknown).1]), decision)
        } else {
            let (look, interval, decision) = self.at_end(evidence);
            (look, Some(interval), decision)
        };
        let (holds, splits) = (holds as usize, trials as usize);
        let measure = self.condition.measure;
        let counted: Vec<usize> = evidence.defined(measure).take(splits).collect();
        let fails = |fit: &usize| self.condition.outcome(evidence, *fit) == Some(false);
        Decided {
            holds,
            splits,
            observed: share_of(holds, splits),
            interval: interval.filter(|_| splits > 0),
            verdict: decision.into(),
            exceptions: counted.iter().copied().filter(fails).map(|fit| fit as u64).take(MOST_EXCEPTIONS).collect(),
            permutation: None,
            set_apart: evidence.set_apart(measure, evidence.looked_at(measure, splits)),
            failed: 0,
            unknown: unknown as usize,
        }
    }

    fn verdict(&self, evidence: &Evidence<'_>) -> ClaimVerdict {
        if self.about_these {
            self.by_counting(self.count(evidence)).into()
        } else if evidence.at_looks {
            self.at_looks(evidence).1.into()
        } else {
            self.at_end(evidence).2.into()
        }
    }

    /// An interval of Clopper and Pearson misses the share on either side with half of 1 − level, and refuting a range can go wrong on
    /// both sides. The confidence sequence has no such halves. Counting is never wrong.
    fn wrong_share(&self, verdict: ClaimVerdict, at_looks: bool) -> f64 {
        if self.about_these {
            return 0.0;
        }
        match (at_looks, self.share, verdict) {
            (true, ..) | (false, Share::Within { .. }, ClaimVerdict::Refuted) => 1.0,
            (false, ..) => 0.5,
        }
    }

    fn shortfall(&self, observed: f64, _: f64) -> f64 {
        match self.share {
            Share::AtLeast(share) => share - observed,
            Share::Within { share, .. } => (share - observed).abs(),
        }
    }

    fn explain(&self, told: &Told<'_>) -> String {
        let claimed = self.share.words();
        if self.about_these {
            return self.explain_count(told, &claimed);
        }
        let Some([low, high]) = told.worst.interval else { return String::new() };
        let mut text = format!(
            "it holds on {} of {}{}{}; the share over all random splits{} is between {} and {} ({} confidence{}), and {claimed} \
             is claimed",
            told.worst.holds,
            counted(told.worst.splits, "split"),
            which(told),
            set_apart(told),
            where_defined(told),
            percent(low),
            percent(high),
            percent(told.level),
            looks(told),
        );
        if self.is_left_open(told.worst) {
            text.push_str(&format!(
                "; on {} of them it is not proved whether a maximum exists, and while that share stays as it is no number of \
                 repeats decides the claim",
                told.worst.unknown
            ));
        } else if told.verdict == ClaimVerdict::Undecided && told.is_complete {
            text.push_str(&more(told));
            if self.share == Share::AtLeast(1.0) {
                text.push_str(", but no number of splits proves that there is no exception: claim a share below 1");
            }
        }
        text
    }

    fn what_it_takes(&self, planned: &Planned) -> String {
        self.share.what_it_takes(self.about_these, planned)
    }
}

impl OnShare {
    /// Explains a claim that counting decides.
    fn explain_count(&self, told: &Told<'_>, claimed: &str) -> String {
        let ClaimCell { holds, splits, unknown, observed, .. } = *told.worst;
        let unknown = match unknown {
            0 => String::new(),
            unknown => {
                format!("; on {unknown} of them it is not proved whether a maximum exists, so that it may hold there")
            }
        };
        format!(
            "it holds on {holds} of {}{}{}, {}, and {claimed} is claimed of these splits themselves, not of others{unknown}",
            counted(splits, "split"),
            which(told),
            set_apart(told),
            percent(observed.unwrap_or(0.0)),
        )
    }
}
