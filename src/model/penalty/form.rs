//! The properties of a penalty that do not depend on a problem.

use super::formula::Formula;

/// A penalty that can be named in a file. Each is a constant `FORM` in a file of its own.
#[derive(Debug)]
pub struct Form {
    /// The name: `penalty = "l2"`.
    pub name: &'static str,
    /// What it is, with its formula, on one line for `logitbench list penalties`.
    pub about: &'static str,
    /// The name of the estimator with this penalty, without the strength.
    pub estimator: &'static str,
    /// The name of a model with this penalty if the file gives it none, without the strength.
    pub model: &'static str,
    /// Whether the penalty takes a strength.
    pub strength: Strength,
    /// λ_j of every coefficient except the intercept, given the strength.
    pub weight: fn(f64) -> f64,
    /// Its value, derivatives, proximal step and conjugate.
    pub formula: &'static dyn Formula,
    /// The capabilities on which methods and the harness may rely.
    pub capabilities: &'static [Capability],
}

/// Whether a penalty takes a strength, and the message for a file that does otherwise.
#[derive(Clone, Copy, Debug)]
pub enum Strength {
    /// The penalty needs a strength.
    Needed {
        /// The message for a file without a strength.
        missing: &'static str,
    },
    /// The penalty has no strength.
    Refused {
        /// The message for a file with a strength.
        given: &'static str,
    },
}

/// A capability that a method or the harness may need of a penalty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capability {
    /// It has a gradient everywhere.
    Smooth,
    /// It is convex, so that a point can be certified.
    Convex,
    /// The Hessian at β = 0, penalty included, bounds the Hessian at every β from above: 1/L and a fixed Hessian exist.
    CurvatureBound,
    /// It is ½ Σ λ_j β_j²: it enters least squares as rows √λ_j e_j', and lanes add it to the diagonal.
    Quadratic,
    /// It has a proximal step, argmin_β P(β) + ‖β − v‖²/(2t).
    ProximalStep,
    /// It does not depend on the rows, so that a part of the rows estimates the objective, and steps may use an earlier Hessian.
    IndependentOfRows,
    /// It makes the optimum unique even if columns depend on each other, so that no column need be left out.
    Identifies,
    /// The inverse information gives standard errors, because the bias of the penalty vanishes with more rows.
    StandardErrors,
}
