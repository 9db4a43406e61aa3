//! What there is to know of a penalty before a problem is at hand.

use super::formula::Formula;

/// A penalty that can be named in a file. Each is a constant `FORM` in a file of its own.
#[derive(Debug)]
pub struct Form {
    /// The name: `penalty = "l2"`.
    pub name: &'static str,
    /// What an estimate with it is called, without the strength.
    pub estimator: &'static str,
    /// What a model with it is called if the file gives it no name, without the strength.
    pub model: &'static str,
    /// Whether it takes a strength.
    pub strength: Strength,
    /// λ_j of every coefficient but the intercept, given the strength.
    pub weight: fn(f64) -> f64,
    /// Its value, derivatives, proximal step and conjugate.
    pub formula: &'static dyn Formula,
    /// What methods and the harness may rely on.
    pub capabilities: &'static [Capability],
}

/// Whether a penalty takes a strength, and what is said of a file that does otherwise.
#[derive(Clone, Copy, Debug)]
pub enum Strength {
    /// It needs one.
    Needed {
        /// Said where there is none.
        missing: &'static str,
    },
    /// It has none.
    Refused {
        /// Said where there is one.
        given: &'static str,
    },
}

/// What a method or the harness may need of a penalty.
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
    /// It does not depend on the rows, so that a part of them estimates the objective, and a Hessian of another point serves.
    IndependentOfRows,
    /// It tells coefficients apart that the rows do not, so that no column need be left out.
    Identifies,
    /// The inverse information gives standard errors: the bias it brings vanishes with more rows.
    StandardErrors,
}
