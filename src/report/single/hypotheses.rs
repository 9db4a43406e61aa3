//! What is said about z, p and likelihood-ratio tests.

use super::{IntervalMethod, Question};
use crate::model::Penalty;
use crate::model::penalty::Capability;
use crate::record::{NoEnd, SingleFit, Verdict};
use crate::solver::Stop;
use crate::statistics::distribution::normal;

/// Remarks on the tests of a fit, a paragraph each.
pub fn remarks(fit: &SingleFit, question: &Question<'_>, terms: &[String]) -> Vec<String> {
    let mut remarks = Vec::new();
    let is_penalised = question.penalty != Penalty::NONE;
    if question.interval == IntervalMethod::Profile && fit.standard_errors.is_some() {
        remarks.push("z and p are Wald's, from the standard errors; the intervals are by the profile likelihood, and go with LR p.".to_owned());
    }
    if is_penalised && fit.log_likelihood.is_some() {
        remarks.push(
            "Log-likelihood, residual deviance, AIC, BIC and McFadden's R\u{b2} are those of the likelihood without the penalty, at the \
             penalised estimate."
                .to_owned(),
        );
    }
    match &fit.likelihood_ratios {
        Some(_) if is_penalised => remarks.push(
            "LR p is that of the penalised likelihood-ratio test, as computed: for Firth's penalised likelihood there is no proof."
                .to_owned(),
        ),
        None if can_be_tested(fit, question) => remarks.push(
            "Likelihood-ratio tests need a fit per coefficient; of so many rows or columns they are made with --interval profile.".to_owned(),
        ),
        _ => {}
    }
    let missing = |reason: NoEnd| -> Vec<usize> {
        let tests = fit.likelihood_ratios.iter().flatten().enumerate();
        tests.filter(|(_, test)| **test == Some(Err(reason))).map(|(k, _)| k).collect()
    };
    for (reason, words) in [
        (NoEnd::Unproved, "rounding leaves open by how much the deviance rises where the coefficient is 0"),
        (NoEnd::Search, "the fit without the coefficient came to no end"),
        (
            NoEnd::Higher,
            "the fit without the coefficient has a higher likelihood than the estimate, which is a local maximum only",
        ),
    ] {
        let without = missing(reason);
        if !without.is_empty() {
            remarks.push(format!("No likelihood-ratio test for {}: {words}.", names(&without, terms)));
        }
    }
    remarks.extend(disagreement(fit, question, terms));
    remarks
}

/// Whether a fit counts as an optimum, or there is none and the supremum serves as well.
fn can_be_tested(fit: &SingleFit, question: &Question<'_>) -> bool {
    let is_proved = question.penalty.has(Capability::Convex);
    let is_optimum = if is_proved { fit.verdict == Verdict::Optimal } else { fit.stop == Stop::Converged };
    is_optimum && fit.standard_errors.is_some() || fit.verdict == Verdict::Separated && fit.direction.is_some()
}

/// Where Wald's test misleads.
fn disagreement(fit: &SingleFit, question: &Question<'_>, terms: &[String]) -> Option<String> {
    let mut sentences = Vec::new();
    if !fit.hauck_donner.is_empty() {
        sentences.push(format!(
            "Hauck-Donner effect: z falls as the coefficient moves away from 0, so z and p understate what the data say against 0, for {}.",
            names(&fit.hauck_donner, terms)
        ));
    }
    let apart: Vec<usize> = (0..terms.len()).filter(|&k| sides_differ(fit, k, 1.0 - question.level)).collect();
    if !apart.is_empty() {
        sentences.push(format!(
            "Wald's p and the likelihood-ratio p lie on different sides of {} for {}; where they disagree the likelihood-ratio test is \
             the one to believe.",
            // Without the rounding of 1 − level.
            (1e9 * (1.0 - question.level)).round() / 1e9,
            names(&apart, terms)
        ));
    }
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// Whether the two p-values of coefficient k lie on different sides of a level.
fn sides_differ(fit: &SingleFit, k: usize, level: f64) -> bool {
    let of = |values: &Option<Vec<Option<f64>>>| values.as_ref()?.get(k).copied()?;
    let ratio = fit.likelihood_ratios.as_ref().and_then(|tests| tests.get(k).copied()?).and_then(Result::ok);
    let (Some(b), Some(s), Some(ratio)) = (of(&fit.coefficients), of(&fit.standard_errors), ratio) else {
        return false;
    };
    let below = |root: f64| 2.0 * normal(-root.abs()) <= level;
    below(b / s) != below(ratio.statistic.sqrt())
}

/// The names of columns.
pub fn names(columns: &[usize], terms: &[String]) -> String {
    let names: Vec<&str> = columns.iter().filter_map(|&j| terms.get(j)).map(String::as_str).collect();
    names.join(", ")
}
