//! The rules that end a fit's loop, and the reasons why it ended.

use serde::{Deserialize, Serialize};

/// Why a fit's loop ended, as the loop reports it. The verdict says what is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stop {
    /// The tolerances were met.
    Converged,
    /// Every training row is strictly on its class's side of the point's hyperplane, so further steps are pointless.
    Separated,
    /// The iterations ran out.
    MaxIterations,
    /// The time ran out.
    TimeLimit,
    /// The step rule found no acceptable point.
    Stalled,
    /// The linear system of a step was singular.
    Singular,
    /// A step led to coefficients that are not finite.
    NonFinite,
    /// The solver itself failed.
    Failed,
}

impl Stop {
    /// All stops, in the order of reports.
    pub const ALL: [Stop; 8] = [
        Stop::Converged,
        Stop::Separated,
        Stop::MaxIterations,
        Stop::TimeLimit,
        Stop::Stalled,
        Stop::Singular,
        Stop::NonFinite,
        Stop::Failed,
    ];

    /// Whether the loop broke down rather than ended by a rule.
    pub fn broke_down(self) -> bool {
        matches!(self, Stop::Stalled | Stop::Singular | Stop::NonFinite | Stop::Failed)
    }

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Stop::Converged => "converged",
            Stop::Separated => "separated",
            Stop::MaxIterations => "max-iterations",
            Stop::TimeLimit => "time-limit",
            Stop::Stalled => "stalled",
            Stop::Singular => "singular",
            Stop::NonFinite => "non-finite",
            Stop::Failed => "failed",
        }
    }
}

/// Whether one met tolerance is enough, or all must be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Combine {
    /// One met tolerance ends the fit.
    Any,
    /// All tolerances that are set must be met at the same iteration.
    All,
}

/// Tolerances a point must meet to count as converged; `None` switches a tolerance off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Tolerances {
    /// ‖β_k − β_{k−1}‖₂ ≤ tolerance.
    pub coefficient_change: Option<f64>,
    /// ‖g(β_k)‖₂ ≤ tolerance.
    pub gradient_norm: Option<f64>,
    /// |F_k − F_{k−1}| ≤ tolerance · max(|F_k|, |F_{k−1}|, 1), as in SciPy's L-BFGS-B.
    pub objective_change: Option<f64>,
    /// |D_k − D_{k−1}| < tolerance · (|D_k| + 0.1) with the deviance D = 2F, as in R's `glm.fit`.
    pub deviance_change: Option<f64>,
    /// F_k − F(β*) ≤ tolerance · F_k, proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap: Option<f64>,
}

impl Tolerances {
    /// No tolerance: nothing counts as converged.
    pub const NONE: Tolerances = Tolerances {
        coefficient_change: None,
        gradient_norm: None,
        objective_change: None,
        deviance_change: None,
        gap: None,
    };
}

/// The rules that end a fit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct StopRules {
    /// The tolerances.
    #[serde(flatten)]
    pub tolerances: Tolerances,
    /// How they combine.
    pub combine: Combine,
    /// Largest number of iterations.
    pub max_iterations: u32,
    /// Largest number of seconds for one fit, without tracing.
    pub time_limit: Option<f64>,
    /// Whether to stop at a point that separates the training rows strictly.
    pub separated: bool,
}

impl Default for StopRules {
    /// Stops at a change of the coefficients of at most 1e-10, after 100 iterations, or at strict separation; no time limit.
    ///
    /// * The change of the *coefficients*, because it means the same on every data set and for every method that converges: digits
    ///   of the reported coefficients. A gradient norm depends on the number of rows and on the units of the features (the
    ///   gradient at a point is a thousand times larger in millimetres than in metres); a change of the objective stops when half
    ///   the digits of the coefficients are right, because F is flat at its minimum.
    /// * 1e-10, because Newton's method squares its error, so that the step after a step of 1e-5 is below it; and the rounding of
    ///   the coefficients, about 1e-16 times the condition number of H, is below it too for condition numbers up to a million.
    /// * 100 iterations, because Newton's method needs 5 to 15 if an optimum exists, and first-order methods, which need
    ///   thousands, should visibly run out of them unless the file grants more.
    /// * No time limit, because a fit that a time limit ends is not reproducible.
    /// * The end at separation, because no finite optimum exists there and further steps only lengthen the coefficients.
    fn default() -> StopRules {
        StopRules {
            tolerances: Tolerances { coefficient_change: Some(1e-10), ..Tolerances::default() },
            combine: Combine::Any,
            max_iterations: 100,
            time_limit: None,
            separated: true,
        }
    }
}

/// The quantities that tolerances bound.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// ‖β_k − β_{k−1}‖₂.
    pub step_norm: f64,
    /// ‖g(β_k)‖₂.
    pub gradient_norm: f64,
    /// F_{k−1}.
    pub previous_objective: f64,
    /// F_k.
    pub objective: f64,
    /// A proved bound on (F_k − F(β*)) / F_k; infinite if none was asked for.
    pub relative_gap: f64,
}

impl StopRules {
    /// Why a fit ends at a point; `None` if it goes on. Both engines ask in this order:
    ///
    /// 1. Is the point finite?
    /// 2. Does it separate the rows?
    /// 3. Are the tolerances met? (`change` is `None` at the start.)
    /// 4. Are the iterations used up? (So a fit that converges in its last iteration has converged.)
    pub fn stop(
        &self,
        iterations: u32,
        finite: bool,
        separated: impl FnOnce() -> bool,
        change: Option<Change>,
    ) -> Option<Stop> {
        if !finite {
            Some(Stop::NonFinite)
        } else if separated() {
            Some(Stop::Separated)
        } else if change.is_some_and(|change| self.met(change)) {
            Some(Stop::Converged)
        } else {
            (iterations >= self.max_iterations).then_some(Stop::MaxIterations)
        }
    }

    /// Whether the tolerances are met. A NaN meets none.
    pub fn met(&self, change: Change) -> bool {
        let Change { step_norm, gradient_norm, previous_objective, objective, relative_gap } = change;
        let fall = (previous_objective - objective).abs();
        let scale = objective.abs().max(previous_objective.abs()).max(1.0);
        let Tolerances { coefficient_change, gradient_norm: of_gradient, objective_change, deviance_change, gap } =
            self.tolerances;
        let set = [coefficient_change, of_gradient, objective_change, deviance_change, gap];
        // A tolerance that is not set is NaN, which nothing meets. (With branches on the `Option` instead, compilers compute
        // before they branch, on the memory of a `None`, and a subnormal number there costs a hundred cycles.)
        let [of_step, of_gradient, of_objective, of_deviance, of_gap] =
            set.map(|tolerance| tolerance.unwrap_or(f64::NAN));
        let met = [
            step_norm <= of_step,
            gradient_norm <= of_gradient,
            fall <= of_objective * scale,
            2.0 * fall < of_deviance * (2.0 * objective.abs() + 0.1),
            relative_gap <= of_gap,
        ];
        match self.combine {
            Combine::Any => met.contains(&true),
            Combine::All => {
                set.iter().any(Option::is_some)
                    && set.iter().zip(met).all(|(tolerance, met)| met || tolerance.is_none())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tolerances_combine_as_asked() {
        let change = Change {
            step_norm: 1e-7,
            gradient_norm: 1.0,
            previous_objective: 5.0,
            objective: 5.0,
            relative_gap: f64::INFINITY,
        };
        let tolerances =
            Tolerances { coefficient_change: Some(1e-6), gradient_norm: Some(1e-6), ..Tolerances::default() };
        let rules = |combine| StopRules { tolerances, combine, ..StopRules::default() };
        assert!(rules(Combine::Any).met(change));
        assert!(!rules(Combine::All).met(change));
        assert!(rules(Combine::All).met(Change { gradient_norm: 0.0, ..change }));
        let none = StopRules { tolerances: Tolerances::default(), combine: Combine::All, ..StopRules::default() };
        assert!(!none.met(change), "no tolerance, no convergence");
        assert!(!rules(Combine::Any).met(Change { step_norm: f64::NAN, gradient_norm: f64::NAN, ..change }));
    }
}
