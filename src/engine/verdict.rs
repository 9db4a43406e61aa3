//! Verdicts on fits, by proof, whatever the solver reports.

use super::existence::Existence;
use super::fitted::Fitted;
use crate::model::certificate::{Certificate, Refusal};
use crate::record::{FitRecord, Verdict};

/// A verdict with its gap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// An upper bound on F(β) − F(β*); infinite where there is none.
    pub gap: f64,
    /// A lower bound on F(β) − F(β*), at least 0.
    pub gap_at_least: f64,
}

/// Judges the last point of a fit by its own certificate and by the existence of an optimum.
///
/// A fit is `optimal` if its gap is at most `tolerance` · F(β). Two upper bounds on the gap are at hand and the smaller one
/// counts: the certificate's own, and F(β) − F(β°) + gap(β°) with the reference point β°, rounding of both objectives included.
///
/// It is `suboptimal` if its gap is more than that: by the lower bound F(β) − F(β°), rounding included, since F(β*) ≤ F(β°). A point
/// without a finite objective is no optimum. What is proved neither way is `undecided`, because a fit that may well be within the
/// tolerance must not be accused of missing it.
pub fn judge(certificate: &Certificate, existence: &Existence, tolerance: f64) -> Judged {
    let Certificate { objective, objective_error: error, .. } = *certificate;
    let own = certificate.gap.unwrap_or(f64::INFINITY);
    let (gap, at_most) = match existence {
        Existence::Separated { .. } => {
            return Judged { verdict: Verdict::Separated, gap: f64::INFINITY, gap_at_least: f64::INFINITY };
        }
        Existence::Optimum { objective: best, gap: best_gap, at_most } => {
            // Not f64::max, which would turn a NaN into 0.
            let excess = if objective < *best { 0.0 } else { objective - best };
            let difference = excess + best_gap + error;
            // f64::min drops a NaN, which here is the objective of coefficients that are not finite.
            (if difference.is_nan() { own } else { own.min(difference) }, *at_most)
        }
        // No loss is negative, so the objective itself bounds the gap.
        Existence::Somewhere { at_most } => (own.min(objective + error), *at_most),
        // A point that is certified proves the existence of an optimum itself; how near it is, nothing else tells.
        Existence::Unknown(_) => (own, f64::INFINITY),
    };
    let gap_at_least = match existence {
        Existence::Unknown(_) => 0.0,
        _ if !objective.is_finite() => f64::INFINITY,
        _ => (objective - error - at_most).max(0.0),
    };
    // Firth's penalised objective can be negative.
    let tolerated = tolerance * objective.abs();
    // Firth's penalised objective is infinite where the information matrix is singular, and so is what would be tolerated.
    let verdict = if gap.is_finite() && gap <= tolerated {
        Verdict::Optimal
    } else if gap_at_least > tolerated || gap_at_least.is_infinite() {
        Verdict::Suboptimal
    } else {
        Verdict::Undecided
    };
    Judged { verdict, gap, gap_at_least }
}

/// The record of a fit, judged by a certificate of its point.
pub fn record(fitted: &Fitted, certificate: &Certificate, existence: &Existence, tolerance: f64) -> FitRecord {
    let (judged, outcome) = (judge(certificate, existence, tolerance), &fitted.outcome);
    let Judged { verdict, gap, .. } = judged;
    FitRecord {
        stop: outcome.stop,
        verdict,
        refusal: judged.refusal(certificate),
        iterations: outcome.iterations,
        calls: outcome.calls,
        objective: certificate.objective,
        objective_error: certificate.objective_error,
        gradient_norm: certificate.gradient_norm,
        gap,
        metrics: fitted.metrics,
        seconds: outcome.time.as_secs_f64(),
    }
}

impl Judged {
    /// Why a fit is undecided, or why it has no bound on its gap although there is an optimum.
    pub fn refusal(&self, certificate: &Certificate) -> Option<Refusal> {
        let refusal = certificate.gap.err();
        match self.verdict {
            Verdict::Undecided => Some(refusal.filter(|&why| why != Refusal::NotTried).unwrap_or(Refusal::Between)),
            Verdict::Optimal | Verdict::Suboptimal if self.gap.is_finite() => None,
            // Where an optimum is known, its distance bounds the gap of every point whose objective is a number.
            Verdict::Optimal | Verdict::Suboptimal if !certificate.objective.is_finite() => Some(Refusal::NotFinite),
            Verdict::Optimal | Verdict::Suboptimal => refusal,
            Verdict::Separated => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(objective: f64, gap: Result<f64, Refusal>) -> Certificate {
        Certificate { objective, objective_error: 1e-14, gradient_norm: 0.0, gap }
    }

    #[test]
    fn the_better_bound_counts() {
        let known = Existence::Optimum { objective: 10.0, gap: 1e-14, at_most: 10.0 };
        let near = judge(&certificate(10.0 + 1e-9, Err(Refusal::TooFar)), &known, 1e-8);
        assert_eq!(near.verdict, Verdict::Optimal);
        assert!((near.gap / 1e-9 - 1.0).abs() < 1e-3);
        let far = judge(&certificate(10.1, Ok(0.3)), &known, 1e-8);
        assert_eq!(far.verdict, Verdict::Suboptimal);
        assert!((far.gap - 0.1).abs() < 1e-10);
    }

    #[test]
    fn a_failed_fit_of_a_problem_with_an_optimum_is_suboptimal_without_a_gap() {
        let known = Existence::Optimum { objective: 10.0, gap: 0.0, at_most: 10.0 };
        let judged = judge(&certificate(f64::NAN, Err(Refusal::NotFinite)), &known, 1e-8);
        assert_eq!((judged.verdict, judged.gap), (Verdict::Suboptimal, f64::INFINITY));
    }

    #[test]
    fn an_infinite_objective_is_no_optimum() {
        let infinite = certificate(f64::INFINITY, Err(Refusal::NotConcave));
        let unknown = judge(&infinite, &Existence::Unknown(Refusal::NotConcave), 1e-8);
        assert_eq!(unknown.verdict, Verdict::Undecided);
        let known = judge(&infinite, &Existence::Somewhere { at_most: 7.0 }, 1e-8);
        assert_eq!(known.verdict, Verdict::Suboptimal);
    }

    /// A fit is accused of missing the optimum only where that is proved.
    #[test]
    fn what_is_proved_neither_within_nor_beyond_is_undecided() {
        let verdict = |objective: f64, existence: &Existence| {
            judge(&certificate(objective, Err(Refusal::IllConditioned)), existence, 1e-8).verdict
        };
        // F(β*) lies between 6 and 10.
        let vague = Existence::Optimum { objective: 10.0, gap: 4.0, at_most: 10.0 };
        assert_eq!(verdict(10.0, &vague), Verdict::Undecided);
        assert_eq!(verdict(10.0 + 1e-8, &vague), Verdict::Undecided);
        assert_eq!(verdict(10.1, &vague), Verdict::Suboptimal);
        let somewhere = Existence::Somewhere { at_most: 7.0 };
        assert_eq!(verdict(7.0, &somewhere), Verdict::Undecided);
        assert_eq!(verdict(7.1, &somewhere), Verdict::Suboptimal);
        // Firth's penalised objective may be negative, and so may the tolerance relative to it.
        for objective in [10.0, -10.0] {
            assert_eq!(verdict(objective, &Existence::Unknown(Refusal::NotConcave)), Verdict::Undecided);
        }
    }

    #[test]
    fn a_record_says_why_a_gap_is_missing_and_nothing_where_there_is_one_or_no_optimum() {
        let refusal = |objective: f64, refusal: Refusal, existence: &Existence| {
            record(&Fitted::default(), &certificate(objective, Err(refusal)), existence, 1e-8).refusal
        };
        let known = Existence::Optimum { objective: 10.0, gap: 0.0, at_most: 10.0 };
        assert_eq!(refusal(f64::NAN, Refusal::NotTried, &known), Some(Refusal::NotFinite));
        assert_eq!(
            refusal(f64::NAN, Refusal::Singular, &Existence::Somewhere { at_most: 20.0 }),
            Some(Refusal::NotFinite)
        );
        assert_eq!(refusal(11.0, Refusal::TooFar, &known), None, "the reference bounds the gap");
        assert_eq!(refusal(11.0, Refusal::TooFar, &Existence::Unknown(Refusal::Singular)), Some(Refusal::TooFar));
    }
}
