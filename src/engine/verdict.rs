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
}

/// Judges the last point of a fit by its own certificate and by the existence of an optimum.
///
/// A fit is `optimal` if its gap is at most `tolerance` · F(β). Two upper bounds on the gap are at hand and the smaller one
/// counts: the certificate's own, and F(β) − F(β°) + gap(β°) with the reference point β°, rounding of both objectives included.
pub fn judge(certificate: &Certificate, existence: &Existence, tolerance: f64) -> Judged {
    let objective = certificate.objective;
    let own = certificate.gap.unwrap_or(f64::INFINITY);
    let gap = match existence {
        Existence::Separated { .. } => return Judged { verdict: Verdict::Separated, gap: f64::INFINITY },
        Existence::Optimum { objective: best, gap: best_gap } => {
            // Not f64::max, which would turn a NaN into 0.
            let excess = if objective < *best { 0.0 } else { objective - best };
            let difference = excess + best_gap + certificate.objective_error;
            // f64::min drops a NaN, which here is the objective of coefficients that are not finite.
            if difference.is_nan() { own } else { own.min(difference) }
        }
        // No loss is negative, so the objective itself bounds the gap.
        Existence::Somewhere => own.min(objective + certificate.objective_error),
        // A point that is certified proves the existence of an optimum itself.
        Existence::Unknown(_) if own.is_finite() => own,
        Existence::Unknown(_) => return Judged { verdict: Verdict::Undecided, gap: f64::INFINITY },
    };
    let verdict = if gap <= tolerance * objective { Verdict::Optimal } else { Verdict::Suboptimal };
    Judged { verdict, gap }
}

/// The record of a fit, judged by a certificate of its point.
pub fn record(fitted: &Fitted, certificate: &Certificate, existence: &Existence, tolerance: f64) -> FitRecord {
    let (Judged { verdict, gap }, outcome) = (judge(certificate, existence, tolerance), &fitted.outcome);
    FitRecord {
        stop: outcome.stop,
        verdict,
        refusal: refusal(certificate, verdict, gap),
        iterations: outcome.iterations,
        calls: outcome.calls,
        objective: certificate.objective,
        gradient_norm: certificate.gradient_norm,
        gap,
        metrics: fitted.metrics,
        seconds: outcome.time.as_secs_f64(),
    }
}

/// Why a fit has no bound on its gap, where there is an optimum or that is not known.
fn refusal(certificate: &Certificate, verdict: Verdict, gap: f64) -> Option<Refusal> {
    let refusal = certificate.gap.err()?;
    match verdict {
        Verdict::Undecided => Some(refusal),
        // Where an optimum is known, its distance bounds the gap of every point whose objective is a number.
        Verdict::Optimal | Verdict::Suboptimal if gap.is_infinite() && !certificate.objective.is_finite() => {
            Some(Refusal::NotFinite)
        }
        Verdict::Optimal | Verdict::Suboptimal => Some(refusal).filter(|_| gap.is_infinite()),
        Verdict::Separated => None,
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
        let known = Existence::Optimum { objective: 10.0, gap: 1e-14 };
        let near = judge(&certificate(10.0 + 1e-9, Err(Refusal::TooFar)), &known, 1e-8);
        assert_eq!(near.verdict, Verdict::Optimal);
        assert!((near.gap / 1e-9 - 1.0).abs() < 1e-3);
        let far = judge(&certificate(10.1, Ok(0.3)), &known, 1e-8);
        assert_eq!(far.verdict, Verdict::Suboptimal);
        assert!((far.gap - 0.1).abs() < 1e-10);
    }

    #[test]
    fn a_failed_fit_of_a_problem_with_an_optimum_is_suboptimal_without_a_gap() {
        let known = Existence::Optimum { objective: 10.0, gap: 0.0 };
        let judged = judge(&certificate(f64::NAN, Err(Refusal::NotFinite)), &known, 1e-8);
        assert_eq!(judged, Judged { verdict: Verdict::Suboptimal, gap: f64::INFINITY });
    }

    #[test]
    fn a_record_says_why_a_gap_is_missing_and_nothing_where_there_is_one_or_no_optimum() {
        let refusal = |objective: f64, refusal: Refusal, existence: &Existence| {
            record(&Fitted::default(), &certificate(objective, Err(refusal)), existence, 1e-8).refusal
        };
        let known = Existence::Optimum { objective: 10.0, gap: 0.0 };
        assert_eq!(refusal(f64::NAN, Refusal::NotTried, &known), Some(Refusal::NotFinite));
        assert_eq!(refusal(f64::NAN, Refusal::Singular, &Existence::Somewhere), Some(Refusal::NotFinite));
        assert_eq!(refusal(11.0, Refusal::TooFar, &known), None, "the reference bounds the gap");
        assert_eq!(refusal(11.0, Refusal::TooFar, &Existence::Unknown(Refusal::Singular)), Some(Refusal::TooFar));
    }
}
