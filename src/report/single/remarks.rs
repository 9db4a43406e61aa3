//! The verdict of a fit in words, and the reasons for numbers that do not exist.

use num_bigint::Sign;

use super::hypotheses::{self, names};
use super::numbers::significant;
use super::{IntervalMethod, Question, errors, nearly_dependent};
use crate::model::certificate::Refusal;
use crate::model::penalty::Capability;
use crate::model::{Penalty, Scaling};
use crate::record::{NoEnd, ProfileEnd, Separation, SingleFit, Verdict};
use crate::report::percent;
use crate::solver::Stop;
use crate::statistics::words::counted;

/// The remarks on a fit, a paragraph each, the verdict first.
pub fn remarks(fit: &SingleFit, question: &Question<'_>, terms: &[String]) -> Vec<String> {
    let mut remarks = vec![verdict(fit, question)];
    if fit.verdict != Verdict::Separated {
        let kind = fit.separation.filter(|kind| *kind != Separation::Overlap);
        remarks
            .extend(kind.map(|kind| format!("{} Without the penalty there would be no estimate.", separation(kind))));
        remarks.extend(intervals(fit, question, terms));
    }
    if !fit.dropped.is_empty() {
        remarks.push(format!(
            "Left out, because they are linear combinations of earlier columns: {}. The design has rank {}; \
             fitted probabilities are the same with or without them.",
            names(&fit.dropped, terms),
            fit.rank
        ));
    }
    remarks.extend(nearly_dependent::remark(fit, question, terms));
    remarks.extend(question.scaled.and_then(|columns| scaled(columns.scaling)));
    remarks.extend(roles(question));
    if fit.verdict == Verdict::Separated {
        remarks.extend(separated(fit, question, terms));
        if let Some(profile) = &fit.profile {
            remarks.extend(profile_ends(profile, question, terms));
        }
        remarks.extend(hypotheses::remarks(fit, question, terms));
        remarks.push("Firth's penalised likelihood has a maximum on such data too:".to_owned());
    }
    remarks
}

/// That estimates are those of scaled columns.
fn scaled(scaling: Scaling) -> Option<String> {
    let what = match scaling {
        Scaling::None => return None,
        Scaling::Standardize => "less their mean, divided by their standard deviation (divisor n)",
        Scaling::MinMax => "less their least value, divided by their range",
        Scaling::Robust => "less their median, divided by the distance of their quartiles",
    };
    Some(format!(
        "The numbers of the table are those of scaled columns: {what}, by all rows. An estimate is the change of the log-odds per unit of \
         that scale; --json has the center and scale of each column."
    ))
}

/// What row weights, groups and an offset are in the fit.
fn roles(question: &Question<'_>) -> Vec<String> {
    let data = question.data;
    let mut remarks = Vec::new();
    if let Some(counts) = data.counts() {
        remarks.push(format!(
            "Counts: the {} rows of the file stand for {} trials, each taken as independent of the others, and {} is the n of likelihoods, \
             standard errors, degrees of freedom and BIC.",
            counts.rows, counts.trial_count, counts.trial_count
        ));
        if question.penalty == Penalty::NONE && question.class_weight.is_none() {
            remarks.push(
                "R's glm with cbind() fits the same model: its deviances are those by row of counts, and its AIC has binomial coefficients \
                 besides."
                    .to_owned(),
            );
        }
    } else if let Some(weights) = &data.roles.weights {
        // Without the rounding of its additions.
        let sum: f64 = significant(data.weight_sum(), 12).parse().unwrap_or(data.weight_sum());
        remarks.push(format!(
            "Rows have weights: the {} rows stand for {sum}, which is the n of likelihoods, standard errors, degrees of freedom and BIC.",
            data.rows()
        ));
        if weights.iter().any(|weight| weight.fract() != 0.0) {
            remarks.push(
                "Not all weights are whole; they count as numbers of rows all the same. If they are sampling weights or precisions, \
                 the estimates stand, but standard errors, tests and intervals are not theirs."
                    .to_owned(),
            );
        }
    }
    let has_errors = question.class_weight.is_none() && question.penalty.has(Capability::StandardErrors);
    if let Some(groups) = data.roles.groups.as_ref().filter(|_| has_errors) {
        remarks.push(format!(
            "The {} rows are of {}. Standard errors, tests, intervals, AIC and BIC take rows for independent: where rows of a group are \
             alike, standard errors and p-values are too small and intervals too narrow. Groups change no estimate; errors that allow for \
             them (cluster-robust ones, or a mixed model's) are not computed here.",
            data.counts().map_or(data.rows(), |counts| counts.rows as usize),
            counted(groups.count(), "group")
        ));
    }
    if data.roles.offset.is_some() {
        remarks.push("The offset is part of every predictor, those of the null deviance included.".to_owned());
    }
    remarks
}

/// A number of iterations in words.
pub fn iterations(count: u32) -> String {
    if count == 1 { "1 iteration".to_owned() } else { format!("{count} iterations") }
}

fn verdict(fit: &SingleFit, question: &Question<'_>) -> String {
    let likelihood = if question.penalty == Penalty::NONE { "log-likelihood" } else { "penalised log-likelihood" };
    let (stop, after, solver) = (fit.stop.name(), iterations(fit.iterations), question.solver);
    match fit.verdict {
        Verdict::Optimal => format!(
            "Verdict: optimal. The {likelihood} has a unique maximum, and this fit is proved to be within {:.1e} of it, \
             rounding included.",
            fit.gap
        ),
        Verdict::Suboptimal => {
            let bound = match (fit.gap_at_least.is_finite(), fit.gap.is_finite()) {
                (true, true) => format!(", which it misses by {:.1e} to {:.1e}", fit.gap_at_least, fit.gap),
                (true, false) => format!(", which it misses by {:.1e} or more", fit.gap_at_least),
                (false, _) => ", and its own value is not finite".to_owned(),
            };
            if let Some(reassurance) = reassurance(fit).filter(|_| fit.is_refined) {
                return format!(
                    "Verdict: suboptimal. The {likelihood} has a unique maximum, but this fit is proved not to reach it{bound}: \
                     numbers of double precision do not come nearer where coefficients are so large.{reassurance}"
                );
            }
            let advice = if fit.stop == Stop::MaxIterations {
                "Do not use these numbers; raise --max-iterations"
            } else if solver == "newton" {
                "Do not use these numbers; columns of very different size, or nearly dependent columns, can be the reason"
            } else {
                "Do not use these numbers; try --solver newton"
            };
            format!(
                "Verdict: suboptimal. The {likelihood} has a unique maximum, but this fit is proved not to reach it{bound}: \
                 {solver} ended as {stop} after {after}. {advice}.{}",
                known(fit)
            )
        }
        Verdict::Separated => format!(
            "Verdict: separated. No maximum-likelihood estimate exists. {} Estimates, standard errors and p-values would \
             only tell when the solver stopped, so there are none.",
            fit.separation.map_or("There is a direction along which the likelihood provably never falls.", separation)
        ),
        Verdict::Undecided if is_surpassed(fit) => format!(
            "Verdict: undecided, since nothing of it is proved; but as computed this fit is not the maximum of the {likelihood}: a search \
             from it found a higher value. The estimate is a local maximum only. Do not use these numbers; another --solver may end at \
             the higher maximum. {solver} ended as {stop} after {after}."
        ),
        Verdict::Undecided => {
            let reason = fit.refusal.map_or("", |refusal| refusal.name());
            let bounds = match (fit.gap.is_finite(), fit.gap_at_least > 0.0) {
                (true, true) => format!(". It misses the maximum by {:.1e} to {:.1e}", fit.gap_at_least, fit.gap),
                (true, false) => format!(". It misses the maximum by {:.1e} at most", fit.gap),
                (false, _) => String::new(),
            };
            if reassurance(fit).is_some() {
                return format!(
                    "Verdict: undecided by numbers of double precision ({reason}), which prove neither that this fit is the maximum of the \
                     {likelihood} nor that it is not{bounds}. By a proof in twice the precision the estimates are those of the maximum to \
                     every digit printed."
                );
            }
            format!(
                "Verdict: undecided. This fit is not proved to be the maximum of the {likelihood}, nor not to be: {reason}{bounds}. \
                 {solver} ended as {stop} after {after}.{}",
                advice(fit, question)
            )
        }
    }
}

/// Whether a search for a profile end or a likelihood-ratio test, as computed, found a higher likelihood than at the estimate.
fn is_surpassed(fit: &SingleFit) -> bool {
    let mut ends = fit.profile.iter().flatten().flatten().flatten();
    let mut tests = fit.likelihood_ratios.iter().flatten().flatten();
    ends.any(|end| *end == ProfileEnd::Missing(NoEnd::Higher)) || tests.any(|test| *test == Err(NoEnd::Higher))
}

/// What to do about an undecided fit.
fn advice(fit: &SingleFit, question: &Question<'_>) -> String {
    let what = match fit.refusal {
        Some(Refusal::TooFar | Refusal::Between | Refusal::NotFinite) if fit.stop == Stop::MaxIterations => {
            "Raise --max-iterations"
        }
        Some(Refusal::Between) if question.solver != "newton" => "Try --solver newton",
        Some(Refusal::Singular | Refusal::IllConditioned | Refusal::Between) => {
            "Columns that are nearly linear combinations of others can be the reason: leave out one of them"
        }
        Some(Refusal::TooFar | Refusal::NotFinite) if question.solver != "newton" => "Try --solver newton",
        Some(Refusal::TooFar | Refusal::NotFinite) => {
            "Classes that are nearly separated, or columns of very different size, can be the reason"
        }
        Some(Refusal::NotConcave | Refusal::NotTried) | None => return String::new(),
    };
    let penalty =
        if question.penalty == Penalty::NONE { ", or take --penalty l2 --strength 1, or --penalty firth" } else { "" };
    format!(" Do not use these estimates. {what}{penalty}.{}", known(fit))
}

/// That the estimates are the maximum's as far as they are printed, where the verdict leaves that open.
fn reassurance(fit: &SingleFit) -> Option<&'static str> {
    let is_known = fit.coefficient_errors.is_some() && !has_uncertain_digits(fit);
    is_known.then_some(
        " The estimates are those of the maximum to every digit printed all the same, by a proof in twice the precision.",
    )
}

/// Whether an estimate is not certain to every digit that is usually printed.
fn has_uncertain_digits(fit: &SingleFit) -> bool {
    let mut bounded = fit.coefficients.iter().flatten().zip(fit.coefficient_errors.iter().flatten());
    bounded.any(|(b, error)| b.is_some_and(|b| errors::estimate(b, *error).is_short))
}

/// That the maximum is known although the solver did not reach it.
fn known(fit: &SingleFit) -> &'static str {
    match fit.optimum {
        Some(_) if has_uncertain_digits(fit) => {
            " The maximum itself is known all the same, by arithmetic of twice the precision: it is the column named so."
        }
        _ => "",
    }
}

fn separation(kind: Separation) -> &'static str {
    match kind {
        Separation::Complete => {
            "A hyperplane has every row strictly on its class's side (complete separation), so the likelihood rises for ever."
        }
        Separation::QuasiComplete => {
            "A hyperplane has every row on its class's side or on itself (quasi-complete separation), so the likelihood rises \
             for ever."
        }
        Separation::Overlap => "The classes overlap.",
    }
}

/// The columns that separate the classes, and the limits that exist all the same.
fn separated(fit: &SingleFit, question: &Question<'_>, terms: &[String]) -> Vec<String> {
    let mut remarks = Vec::new();
    let moved: Vec<usize> = match &fit.direction {
        // The intercept is no column of the data.
        Some(direction) => {
            (usize::from(fit.intercept)..direction.len()).filter(|&j| direction[j].sign() != Sign::NoSign).collect()
        }
        None => Vec::new(),
    };
    if !fit.separating_columns.is_empty() {
        let each = if fit.separating_columns.len() == 1 {
            "This column alone separates"
        } else {
            "Each of these columns alone separates"
        };
        remarks.push(format!("{each} the classes: {}.", names(&fit.separating_columns, terms)));
    } else if !moved.is_empty() {
        remarks
            .push(format!("Columns to blame, because the separating direction moves them: {}.", names(&moved, terms)));
    }
    if let Some(limit) = &fit.limit {
        remarks.push(format!(
            "Limits come from the {} rows on the hyperplane; coefficients that these rows do not determine have no finite limit.",
            limit.rows
        ));
    } else if let (Some(Separation::QuasiComplete), Some(weights)) = (fit.separation, &question.class_weight) {
        remarks.push(format!("No limits of coefficients: none are computed with class weights ({weights})."));
    } else if fit.separation == Some(Separation::QuasiComplete) {
        remarks.push(
            "No limits of coefficients: they are those of the fit of the rows on the hyperplane, and no maximum of that fit is \
             proved. Columns far from 0 beside their spread, or nearly dependent ones, can be the reason."
                .to_owned(),
        );
    }
    remarks
}

fn intervals(fit: &SingleFit, question: &Question<'_>, terms: &[String]) -> Vec<String> {
    if fit.coefficients.is_none() {
        return vec!["The fit broke down and left no coefficients.".to_owned()];
    }
    let mut remarks: Vec<String> = fit.no_bound.into_iter().map(no_bound).collect();
    if let Some(weights) = &question.class_weight {
        remarks.push(format!(
            "No standard errors, z, p, intervals, likelihood-ratio tests, AIC or BIC: with class weights ({weights}) the objective is no \
             likelihood of the data, and the inverse of its Hessian no variance. Log-likelihood and deviances are those of the data, \
             without the class weights."
        ));
        return remarks;
    }
    if !question.penalty.has(Capability::StandardErrors) {
        remarks.push(format!(
            "No standard errors, z, p, intervals, AIC or BIC: the {} penalty draws estimates towards 0, and these numbers \
             would ignore that bias, which is unknown.",
            question.penalty.name()
        ));
        return remarks;
    }
    if fit.standard_errors.is_none() {
        remarks.push("No standard errors: the information matrix is numerically singular at the estimate.".to_owned());
    }
    if question.interval == IntervalMethod::Profile {
        let Some(profile) = &fit.profile else {
            remarks.push(
                "No profile-likelihood intervals: their search starts at an optimum, and this fit is not proved to be one."
                    .to_owned(),
            );
            return remarks;
        };
        remarks.extend(profile_ends(profile, question, terms));
    }
    remarks.extend(hypotheses::remarks(fit, question, terms));
    remarks
}

/// Why the digits of estimates are not known to be right.
fn no_bound(refusal: Refusal) -> String {
    let reason = match refusal {
        Refusal::TooFar => "arithmetic of twice the precision does not get near enough to a maximum either",
        Refusal::Singular | Refusal::IllConditioned => {
            "the information matrix is too nearly singular even for arithmetic of twice the precision"
        }
        Refusal::NotTried => "for so many rows and columns, arithmetic of twice the precision would take too long",
        other => other.name(),
    };
    format!("No error bound is known for the estimates and what follows from them: {reason}.")
}

/// What the ends of profile intervals are, and why some are not there.
fn profile_ends(profile: &[Option<[ProfileEnd; 2]>], question: &Question<'_>, terms: &[String]) -> Vec<String> {
    let ends = || profile.iter().zip(terms).filter_map(|(ends, term)| Some((ends.as_ref()?, term)));
    let with = |kind: ProfileEnd| -> Option<String> {
        let which = |(ends, term): (&[ProfileEnd; 2], &String)| match ends.map(|end| end == kind) {
            [true, true] => Some(format!("{term} (both ends)")),
            [true, false] => Some(format!("{term} (lower end)")),
            [false, true] => Some(format!("{term} (upper end)")),
            [false, false] => None,
        };
        let all: Vec<String> = ends().filter_map(which).collect();
        (!all.is_empty()).then(|| all.join(", "))
    };
    let mut remarks = Vec::new();
    if ends().any(|(ends, _)| ends.iter().any(|end| end.value().is_some())) {
        let quantile = format!("the {} quantile of chi-squared with 1 degree of freedom", percent(question.level));
        remarks.push(if question.penalty.has(Capability::Convex) {
            format!(
                "At each profile end it is proved that the deviance, the other coefficients free, is above its infimum by {quantile}, \
                 to within 1e-6 of it."
            )
        } else {
            format!(
                "At each profile end the penalised deviance, as computed, is above that of the estimate by {quantile}. That is not \
                 proved: Firth's penalised likelihood need not be concave, and for such there is no certificate."
            )
        });
    }
    for (kind, reason) in [
        (
            ProfileEnd::Infinite,
            "however far the coefficient goes that way, the deviance never rises by the quantile (proved: a separating direction \
             leads there)",
        ),
        (
            ProfileEnd::Missing(NoEnd::Higher),
            "the search found a higher likelihood than at the estimate, which is a local maximum only; the other ends are about \
             that local maximum",
        ),
        (ProfileEnd::Missing(NoEnd::Search), "the search came to no end, because arithmetic broke down where it went"),
        (
            ProfileEnd::Missing(NoEnd::Unproved),
            "where the search ended, rounding leaves open whether the deviance rises by the quantile to within 1e-6 of it",
        ),
    ] {
        remarks.extend(with(kind).map(|which| format!("No profile end for {which}: {reason}.")));
    }
    remarks
}
