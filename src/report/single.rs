//! One fit of a whole data set, as JSON and as text.

use serde::Serialize;

use super::finite;
use crate::record::{Separation, SingleFit, Verdict};

/// The object that `logitbench fit --json` prints. Members that do not exist are null.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SingleFitReport {
    /// What is proved.
    pub verdict: Verdict,
    /// Why nothing is proved, where nothing is.
    pub undecided_because: Option<&'static str>,
    /// Why the solver's loop ended.
    pub stop: &'static str,
    /// Steps taken.
    pub iterations: u32,
    /// Intercept, then features in file order; null for a column that depends on those before it.
    pub coefficients: Option<Vec<Option<f64>>>,
    /// Their standard errors.
    pub standard_errors: Option<Vec<Option<f64>>>,
    /// l(β), natural logarithm, a sum, without penalty.
    pub log_likelihood: Option<f64>,
    /// −2 l(β).
    pub deviance: Option<f64>,
    /// −2 l of the intercept alone.
    pub null_deviance: f64,
    /// −2 l(β) + 2 k with k fitted coefficients; null with an L2 penalty, which has fewer effective ones.
    pub aic: Option<f64>,
    /// Rank of the design.
    pub rank: usize,
    /// Proved upper bound on the (penalised) objective's distance from its optimum.
    pub gap: Option<f64>,
    /// Whether the data have a maximum-likelihood fit without penalty: `overlap` if they have.
    pub separation: Option<Separation>,
    /// For separated data: a direction d with s_i x_i'd ≥ 0 on all rows and > 0 on some, each entry rounded once.
    pub direction: Option<Vec<f64>>,
}

impl SingleFitReport {
    /// Describes a fit; `effective` says whether every fitted coefficient counts fully in AIC.
    pub fn new(fit: &SingleFit, effective: bool) -> SingleFitReport {
        let undecided = fit.refusal.filter(|_| fit.verdict == Verdict::Undecided);
        let deviance = fit.log_likelihood.map(|log_likelihood| -2.0 * log_likelihood);
        SingleFitReport {
            verdict: fit.verdict,
            undecided_because: undecided.map(|refusal| refusal.name()),
            stop: fit.stop.name(),
            iterations: fit.iterations,
            coefficients: fit.coefficients.clone(),
            standard_errors: fit.standard_errors.clone(),
            log_likelihood: fit.log_likelihood,
            deviance,
            null_deviance: -2.0 * fit.null_log_likelihood,
            aic: deviance.filter(|_| effective).map(|deviance| deviance + 2.0 * fit.fitted as f64),
            rank: fit.rank,
            gap: finite(fit.gap),
            separation: fit.separation,
            direction: fit.direction.clone(),
        }
    }

    /// A few lines for a person; `names` are those of the features.
    pub fn text(&self, names: &[String]) -> String {
        let number = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.6}"));
        let all = std::iter::once("(intercept)").chain(names.iter().map(String::as_str));
        let mut lines = vec![
            format!("verdict: {}, stop: {} after {} iterations", self.verdict.name(), self.stop, self.iterations),
            format!("data: {}, rank {}", self.separation.map_or("undecided", Separation::name), self.rank),
        ];
        if let Some(reason) = self.undecided_because {
            lines.push(format!("undecided because: {reason}"));
        }
        if let Some(gap) = self.gap {
            lines.push(format!("gap: at most {gap:.2e}"));
        }
        let entry = |values: &Option<Vec<Option<f64>>>, j: usize| values.as_ref().and_then(|values| values[j]);
        for (j, name) in all.enumerate() {
            let direction = self.direction.as_ref().map_or(String::new(), |d| format!("  direction {:.6}", d[j]));
            let (b, error) = (number(entry(&self.coefficients, j)), number(entry(&self.standard_errors, j)));
            lines.push(format!("  {name:<24} {b:>16} {error:>16}{direction}"));
        }
        lines.push(format!(
            "log-likelihood {}, deviance {}, null deviance {}, AIC {}",
            number(self.log_likelihood),
            number(self.deviance),
            number(Some(self.null_deviance)),
            number(self.aic),
        ));
        lines.join("\n") + "\n"
    }
}
