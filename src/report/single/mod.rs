//! The report of one fit of a whole data set: [`SingleFitReport`] is the JSON object, [`text`] the page for a terminal.

pub mod numbers;
pub mod text;
mod columns;
mod errors;
mod hypotheses;
mod nearly_dependent;
mod remarks;

use num_bigint::BigInt;
use serde::{Serialize, Serializer};

use super::finite;
use crate::data::{DataSet, Reading};
use crate::model::certificate::Refusal;
use crate::model::penalty::Capability;
use crate::model::{Penalty, Scaling};
use crate::record::{LikelihoodRatio, Limit, NoEnd, ProfileEnd, Separation, SingleFit, Verdict};
use crate::statistics::distribution::{normal, normal_quantile};

/// How intervals of coefficients are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum IntervalMethod {
    /// Estimate ± quantile · standard error.
    Wald,
    /// The values that a likelihood-ratio test does not reject.
    Profile,
}

/// Columns that were scaled before a fit: each value less the column's center, divided by its scale.
#[derive(Clone, Copy, Debug)]
pub struct ScaledColumns<'a> {
    /// How centers and scales were found.
    pub scaling: Scaling,
    /// A center per feature.
    pub centers: &'a [f64],
    /// A scale per feature.
    pub scales: &'a [f64],
}

/// What the command line asks.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The data.
    pub data: &'a DataSet,
    /// The penalty.
    pub penalty: Penalty,
    /// The solver's method.
    pub solver: &'a str,
    /// How intervals are made.
    pub interval: IntervalMethod,
    /// The level of the intervals.
    pub level: f64,
    /// The command line itself.
    pub call: String,
    /// Weights of the classes in the objective, in words.
    pub class_weight: Option<String>,
    /// How the columns were scaled, if they were.
    pub scaled: Option<ScaledColumns<'a>>,
    /// The command line that would fit Firth's penalised likelihood.
    pub firth_call: String,
}

/// The object that `logitbench fit --json` prints. Members that do not exist are null.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SingleFitReport {
    /// The verdict: what is proved of the fit.
    pub verdict: Verdict,
    /// Why the fit is `undecided`; else null.
    pub undecided_because: Option<&'static str>,
    /// Why the solver's loop ended.
    pub stop: &'static str,
    /// Number of steps.
    pub iterations: u32,
    /// Whether the solver did not reach the optimum, and Newton's method in twice the precision went on to it.
    pub refined: bool,
    /// Intercept, if the model has one, then features in file order; null for a column that depends on earlier columns.
    pub coefficients: Option<Vec<Option<f64>>>,
    /// For each coefficient a proved bound on its distance from the optimum's.
    pub coefficient_errors: Option<Vec<Option<f64>>>,
    /// Standard errors of the coefficients: those at the optimum, where `standard_error_errors` bounds their errors.
    pub standard_errors: Option<Vec<Option<f64>>>,
    /// For each standard error a proved bound on its distance from the one at the optimum.
    pub standard_error_errors: Option<Vec<Option<f64>>>,
    /// The optimum itself, computed in twice the precision from where the solver ended.
    pub optimum: Option<OptimumReport>,
    /// Why nothing bounds the errors of the estimates that there are; else null.
    pub no_error_bound_because: Option<&'static str>,
    /// l(β), natural logarithm, a sum, without penalty.
    pub log_likelihood: Option<f64>,
    /// −2 l(β).
    pub deviance: Option<f64>,
    /// −2 l of the intercept alone; without an intercept, of all coefficients at 0.
    pub null_deviance: f64,
    /// −2 l(β) + 2 k with k fitted coefficients; null with an L2 penalty, which leaves fewer effective coefficients, and with class weights.
    pub aic: Option<f64>,
    /// Rank of the design.
    pub rank: usize,
    /// Proved upper bound on the (penalised) objective's distance from its optimum.
    pub gap: Option<f64>,
    /// Proved lower bound on that distance, at least 0: above the tolerance for a `suboptimal` fit.
    pub gap_at_least: Option<f64>,
    /// How far a hyperplane separates the classes; `overlap` if the data have a maximum-likelihood fit without penalty.
    pub separation: Option<Separation>,
    /// For separated data: a direction d in whole numbers with s_i x_i'd ≥ 0 on all rows and > 0 on some, exactly, for the binary64
    /// numbers as which the file's numbers were read.
    pub direction: Option<Vec<WholeNumber>>,
    /// The command line that printed this object.
    pub call: String,
    /// Rows of the data; trials, where columns count these.
    pub rows: usize,
    /// Rows, or trials, of the class coded 1.
    pub positives: usize,
    /// What R's glm reports of columns of counts; null for rows that are none.
    pub by_row_of_counts: Option<GroupedDeviances>,
    /// Σ of the row weights: the n of likelihoods, standard errors, degrees of freedom and BIC; null for rows without weights, and for counts.
    pub weight_sum: Option<f64>,
    /// The same sum over the class coded 1; null for rows without weights.
    pub weight_of_positives: Option<f64>,
    /// Whether the data have an offset, which is added to every predictor.
    pub has_offset: bool,
    /// Names of the classes, in the order of their codes 0, 1.
    pub classes: Vec<String>,
    /// What was done to the file; null for data from no file.
    pub read: Option<Reading>,
    /// Names of the coefficients.
    pub terms: Vec<String>,
    /// The name of the estimator.
    #[serde(skip)]
    pub estimator: String,
    /// `none`, `l2` or `firth`.
    pub penalty: &'static str,
    /// Weights of the classes in the objective, as `balanced` or `no=1, yes=3`; null without such weights.
    pub class_weight: Option<String>,
    /// How columns were scaled before the fit: `none`, or the names of `--scaling`. All estimates are those of the scaled columns.
    pub scaling: &'static str,
    /// For each feature the number that was subtracted; null without scaling.
    pub centers: Option<Vec<f64>>,
    /// For each feature the number by which it was then divided; null without scaling.
    pub scales: Option<Vec<f64>>,
    /// Strength of the L2 penalty.
    pub strength: Option<f64>,
    /// The solver's method.
    pub solver: String,
    /// Estimates over standard errors.
    pub z: Option<Vec<Option<f64>>>,
    /// For each z a proved bound on its distance from that of the optimum.
    pub z_errors: Option<Vec<Option<f64>>>,
    /// P(|Z| ≥ |z|) for a standard normal Z.
    pub p: Option<Vec<Option<f64>>>,
    /// For each p a bound on its error, from that of z.
    pub p_errors: Option<Vec<Option<f64>>>,
    /// A likelihood-ratio test per coefficient, against 0; null where none was made, which a remark says.
    pub likelihood_ratio: Option<Vec<Option<LikelihoodRatioReport>>>,
    /// Names of coefficients with the Hauck-Donner effect: z falls as they move away from 0.
    pub hauck_donner: Vec<String>,
    /// An interval per coefficient; `missing_ends` says why an end is null, and so does a remark.
    pub intervals: Option<Vec<Option<[Option<f64>; 2]>>>,
    /// For each end of a Wald interval a bound on its error.
    pub interval_errors: Option<Vec<Option<[Option<f64>; 2]>>>,
    /// Ends of intervals that are not there.
    pub missing_ends: Vec<MissingEnd>,
    /// How the intervals are made.
    pub interval_method: IntervalMethod,
    /// The level of the intervals.
    pub level: f64,
    /// Rows, or the sum of their weights, less fitted coefficients; null with an L2 penalty, or if that sum is not whole.
    pub degrees_of_freedom: Option<usize>,
    /// Rows, or the sum of their weights, less one; without an intercept, not less one; null if that sum is not whole.
    pub null_degrees_of_freedom: Option<usize>,
    /// −2 l(β) + k ln n; null where `aic` is.
    pub bic: Option<f64>,
    /// McFadden's R²: 1 − l(β) / l of the null deviance's model.
    pub mcfadden: Option<f64>,
    /// Columns left out, because they depend on earlier columns.
    pub dropped: Vec<String>,
    /// For quasi-completely separated data: the limits of likelihood and coefficients along the direction.
    pub limit: Option<LimitReport>,
    /// Columns that each separate the classes completely, without the others.
    pub separating_columns: Vec<String>,
    /// The verdict in words, and the reasons for members that are null.
    pub remarks: Vec<String>,
    /// If no estimate exists: a command line whose estimate exists. The last remark introduces it.
    pub suggested_call: Option<String>,
}

/// A whole number of any size. In JSON it is a number if every reader keeps all its digits (up to 2^53), else a text of digits.
#[derive(Clone, Debug, PartialEq)]
pub struct WholeNumber(pub BigInt);

impl WholeNumber {
    /// The largest size up to which binary64 holds all whole numbers.
    const EXACT: i64 = 1 << 53;
}

impl Serialize for WholeNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match i64::try_from(&self.0) {
            Ok(number) if number.abs() <= WholeNumber::EXACT => serializer.serialize_i64(number),
            _ => serializer.collect_str(&self.0),
        }
    }
}

/// An end that an interval does not have.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MissingEnd {
    /// The coefficient's name.
    pub term: String,
    /// `lower` or `upper`.
    pub end: &'static str,
    /// `infinite`, which is proved, or the reason why the end is unknown: `higher-likelihood`, `search-failed`, `unproved`.
    pub because: &'static str,
}

/// A likelihood-ratio test of a coefficient against 0.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LikelihoodRatioReport {
    /// Twice the (penalised) log-likelihood's distance from its supremum, the coefficient held at 0; null where it is not proved.
    pub statistic: Option<f64>,
    /// Proved bound on the statistic's error; null with Firth's penalty, for which nothing is proved.
    pub statistic_error: Option<f64>,
    /// P(χ² ≥ statistic) with 1 degree of freedom.
    pub p: Option<f64>,
    /// Bound on the error of p, from that of the statistic.
    pub p_error: Option<f64>,
    /// Why there is no statistic: `higher-likelihood`, `search-failed`, `unproved`; else null.
    pub because: Option<&'static str>,
}

impl From<Result<LikelihoodRatio, NoEnd>> for LikelihoodRatioReport {
    fn from(found: Result<LikelihoodRatio, NoEnd>) -> LikelihoodRatioReport {
        match found {
            Err(reason) => LikelihoodRatioReport {
                statistic: None,
                statistic_error: None,
                p: None,
                p_error: None,
                because: ProfileEnd::Missing(reason).reason(),
            },
            // The square of a standard normal number has the χ² distribution with one degree of freedom.
            Ok(LikelihoodRatio { statistic, error }) => LikelihoodRatioReport {
                statistic: Some(statistic),
                statistic_error: error,
                p: Some(2.0 * normal(-statistic.sqrt())),
                p_error: error.map(|error| errors::of_p(statistic.sqrt(), errors::of_root(statistic, error))),
                because: None,
            },
        }
    }
}

/// The coefficients of the optimum.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OptimumReport {
    /// Its coefficients.
    pub coefficients: Vec<Option<f64>>,
    /// For each a proved bound on its error.
    pub coefficient_errors: Vec<Option<f64>>,
}

/// Deviances from the model that has a probability of its own for each row of counts, as R's `glm(cbind(ok, fail) ~ ...)` has them. They
/// are those of the trials less a constant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupedDeviances {
    /// Of the intercept alone; without an intercept, of all coefficients at 0.
    pub null_deviance: f64,
    /// Of the fit.
    pub deviance: Option<f64>,
    /// Rows of counts less one; without an intercept, not less one.
    pub null_degrees_of_freedom: usize,
    /// Rows of counts less fitted coefficients; null with an L2 penalty.
    pub degrees_of_freedom: Option<usize>,
}

/// Limits of likelihood and coefficients where the likelihood has no maximum.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LimitReport {
    /// Supremum of the log-likelihood.
    pub log_likelihood: f64,
    /// Number of rows that lie on every separating hyperplane.
    pub rows: usize,
    /// Limits of the coefficients; null for a coefficient without a finite limit.
    pub coefficients: Vec<Option<f64>>,
    /// For each a proved bound on its error, if there is one.
    pub coefficient_errors: Vec<Option<f64>>,
    /// Standard errors of the limits.
    pub standard_errors: Vec<Option<f64>>,
    /// For each a proved bound on its error, if there is one.
    pub standard_error_errors: Vec<Option<f64>>,
}

impl From<&Limit> for LimitReport {
    fn from(limit: &Limit) -> LimitReport {
        LimitReport {
            log_likelihood: limit.log_likelihood,
            rows: limit.rows,
            coefficients: limit.coefficients.clone(),
            coefficient_errors: limit.coefficient_errors.clone(),
            standard_errors: limit.standard_errors.clone(),
            standard_error_errors: limit.standard_error_errors.clone(),
        }
    }
}

/// Whether the inverse Hessian of the objective gives standard errors.
fn is_likelihood(question: &Question<'_>) -> bool {
    question.penalty.has(Capability::StandardErrors) && question.class_weight.is_none()
}

impl SingleFitReport {
    /// Describes a fit.
    pub fn new(fit: &SingleFit, question: &Question<'_>) -> SingleFitReport {
        let data = question.data;
        // A penalty that biases estimates leaves fewer effective coefficients than fitted ones.
        let effective = is_likelihood(question).then_some(fit.fitted as f64);
        let undecided = fit.refusal.filter(|_| fit.verdict == Verdict::Undecided);
        let deviance = fit.log_likelihood.map(|log_likelihood| -2.0 * log_likelihood);
        let criterion = |of_each: f64| Some(deviance? + of_each * effective?);
        let intercept = fit.intercept.then(|| "(intercept)".to_owned());
        let terms: Vec<String> = intercept.into_iter().chain(data.feature_names.iter().cloned()).collect();
        let named = |columns: &[usize]| columns.iter().filter_map(|&j| terms.get(j).cloned()).collect();
        let z = fit.coefficients.as_ref().zip(fit.standard_errors.as_ref()).map(|(estimates, errors)| {
            let ratios = estimates.iter().zip(errors).map(|(estimate, error)| Some((*estimate)? / (*error)?));
            ratios.map(|ratio| ratio.and_then(finite)).collect::<Vec<_>>()
        });
        let two_sided = |z: &Option<f64>| z.map(|z| 2.0 * normal(-z.abs()));
        let known = known(fit);
        let z_errors = known.as_ref().map(|known| -> Vec<Option<f64>> {
            known.iter().map(|known| known.and_then(|(b, s)| errors::of_z(b, s))).collect()
        });
        let p_errors = z.as_ref().zip(z_errors.as_ref()).map(|(z, of_z)| -> Vec<Option<f64>> {
            z.iter().zip(of_z).map(|(z, of_z)| Some(errors::of_p((*z)?, (*of_z)?))).collect()
        });
        let rows = data.weight_sum();
        let whole_rows = (rows.fract() == 0.0).then_some(rows as usize);
        let counts = data.counts();
        let weights = data.roles.weights.as_ref().filter(|_| counts.is_none());
        let by_row_of_counts = counts.map(|counts| {
            // Rounding may leave the difference of a fit that is saturated itself below 0.
            let above_saturated = |deviance: f64| (deviance + 2.0 * counts.saturated_log_likelihood).max(0.0);
            let rows = counts.rows as usize;
            GroupedDeviances {
                null_deviance: above_saturated(-2.0 * fit.null_log_likelihood),
                deviance: deviance.map(above_saturated),
                null_degrees_of_freedom: rows.saturating_sub(usize::from(fit.intercept)),
                degrees_of_freedom: effective.and(deviance).map(|_| rows.saturating_sub(fit.fitted)),
            }
        });
        SingleFitReport {
            verdict: fit.verdict,
            undecided_because: undecided.map(|refusal| refusal.name()),
            stop: fit.stop.name(),
            iterations: fit.iterations,
            refined: fit.is_refined,
            coefficients: fit.coefficients.clone(),
            coefficient_errors: fit.coefficient_errors.clone(),
            standard_errors: fit.standard_errors.clone(),
            standard_error_errors: fit.standard_error_errors.clone(),
            optimum: fit.optimum.as_ref().map(|optimum| optimum_report(optimum)),
            no_error_bound_because: fit.no_bound.map(Refusal::name),
            log_likelihood: fit.log_likelihood,
            deviance,
            null_deviance: -2.0 * fit.null_log_likelihood,
            aic: criterion(2.0),
            rank: fit.rank,
            gap: finite(fit.gap),
            gap_at_least: finite(fit.gap_at_least),
            separation: fit.separation,
            direction: fit.direction.as_ref().map(|d| d.iter().cloned().map(WholeNumber).collect()),
            call: question.call.clone(),
            rows: counts.map_or(data.rows(), |counts| counts.trial_count as usize),
            positives: counts.map_or(data.positives(), |counts| counts.success_count as usize),
            by_row_of_counts,
            weight_sum: weights.map(|_| data.weight_sum()),
            weight_of_positives: weights.map(|_| data.weight_of_class(1)),
            has_offset: data.roles.offset.is_some(),
            classes: data.classes.clone(),
            read: data.reading.as_deref().cloned(),
            penalty: question.penalty.name(),
            class_weight: question.class_weight.clone(),
            scaling: question.scaled.map_or(Scaling::None, |scaled| scaled.scaling).text(),
            centers: question.scaled.map(|scaled| scaled.centers.to_vec()),
            scales: question.scaled.map(|scaled| scaled.scales.to_vec()),
            strength: question.penalty.strength(),
            estimator: question.penalty.estimator(),
            solver: question.solver.to_owned(),
            p: z.as_ref().map(|z| z.iter().map(two_sided).collect()),
            z,
            z_errors,
            p_errors,
            likelihood_ratio: fit
                .likelihood_ratios
                .as_ref()
                .map(|all| all.iter().map(|found| found.map(LikelihoodRatioReport::from)).collect()),
            hauck_donner: named(&fit.hauck_donner),
            intervals: intervals(fit, question),
            interval_errors: interval_errors(known.as_deref(), question),
            missing_ends: missing_ends(fit, &terms),
            interval_method: question.interval,
            level: question.level,
            degrees_of_freedom: effective.and(fit.log_likelihood).and(whole_rows).map(|n| n.saturating_sub(fit.fitted)),
            null_degrees_of_freedom: whole_rows.map(|n| n.saturating_sub(usize::from(fit.intercept))),
            bic: criterion(data.weight_sum().ln()),
            mcfadden: fit.log_likelihood.map(|log_likelihood| 1.0 - log_likelihood / fit.null_log_likelihood),
            dropped: named(&fit.dropped),
            limit: fit.limit.as_ref().map(LimitReport::from),
            separating_columns: named(&fit.separating_columns),
            remarks: remarks::remarks(fit, question, &terms),
            suggested_call: (fit.verdict == Verdict::Separated).then(|| question.firth_call.clone()),
            terms,
        }
    }
}

/// Coefficients and standard errors, each with the bound on its error, where both are bounded.
type Known = Option<((f64, f64), (f64, f64))>;

fn known(fit: &SingleFit) -> Option<Vec<Known>> {
    let of = |values: &Option<Vec<Option<f64>>>, j: usize| values.as_ref()?.get(j).copied()?;
    let known = |j| {
        let coefficient = (of(&fit.coefficients, j)?, of(&fit.coefficient_errors, j)?);
        Some((coefficient, (of(&fit.standard_errors, j)?, of(&fit.standard_error_errors, j)?)))
    };
    Some((0..fit.standard_error_errors.as_ref()?.len()).map(known).collect())
}

fn optimum_report(optimum: &[Option<[f64; 2]>]) -> OptimumReport {
    let part = |place: usize| optimum.iter().map(|known| known.map(|known| known[place])).collect();
    OptimumReport { coefficients: part(0), coefficient_errors: part(1) }
}

/// The errors of Wald intervals.
fn interval_errors(known: Option<&[Known]>, question: &Question<'_>) -> Option<Vec<Option<[Option<f64>; 2]>>> {
    let quantile = normal_quantile(0.5 + 0.5 * question.level);
    let of_both = |known: &Known| known.map(|(b, s)| [finite(errors::of_end(b, s, quantile)); 2]);
    known.filter(|_| question.interval == IntervalMethod::Wald).map(|known| known.iter().map(of_both).collect())
}

fn intervals(fit: &SingleFit, question: &Question<'_>) -> Option<Vec<Option<[Option<f64>; 2]>>> {
    let wald = |place: usize| {
        let estimate = fit.coefficients.as_ref()?.get(place).copied()??;
        let error = fit.standard_errors.as_ref()?.get(place).copied()??;
        let half = normal_quantile(0.5 + 0.5 * question.level) * error;
        Some([finite(estimate - half), finite(estimate + half)])
    };
    match question.interval {
        IntervalMethod::Wald => {
            let count = fit.standard_errors.as_ref()?.len();
            Some((0..count).map(wald).collect())
        }
        IntervalMethod::Profile => {
            let ends = |ends: &Option<[ProfileEnd; 2]>| ends.map(|ends| ends.map(ProfileEnd::value));
            Some(fit.profile.as_ref()?.iter().map(ends).collect())
        }
    }
}

fn missing_ends(fit: &SingleFit, terms: &[String]) -> Vec<MissingEnd> {
    let of_term = |(ends, term): (&Option<[ProfileEnd; 2]>, &String)| {
        let ends = ends.iter().flat_map(|ends| ends.iter().zip(["lower", "upper"]));
        let missing = ends.filter_map(|(end, name)| {
            end.reason().map(|because| MissingEnd { term: term.clone(), end: name, because })
        });
        missing.collect::<Vec<_>>()
    };
    fit.profile.iter().flatten().zip(terms).flat_map(of_term).collect()
}
