//! No penalty: maximum likelihood.

use super::form::{Capability, Form, Strength};
use super::formula::Formula;

/// F = −l(β). Columns that depend on earlier columns are left out, because their coefficients have no unique maximum.
pub const FORM: Form = Form {
    name: "none",
    about: "maximum likelihood: P(b) = 0",
    estimator: "maximum likelihood",
    model: "maximum likelihood",
    strength: Strength::Refused { given: "strength needs a penalty: add penalty = \"l2\" or remove it" },
    weight: |_| 0.0,
    formula: &Nothing,
    capabilities: &[
        Capability::Smooth,
        Capability::Convex,
        Capability::CurvatureBound,
        Capability::Quadratic,
        Capability::ProximalStep,
        Capability::IndependentOfRows,
        Capability::StandardErrors,
    ],
};

/// P(β) = 0, a quadratic with weights 0: its proximal step is the identity, its conjugate 0 at 0 and +∞ elsewhere.
#[derive(Debug)]
struct Nothing;

impl Formula for Nothing {
    fn is_free(&self, _: &[f64], _: usize) -> bool {
        true
    }

    fn quadratic<'a>(&self, _: &'a [f64]) -> Option<&'a [f64]> {
        Some(&[])
    }

    fn proximal_step(&self, _: &[f64], _: f64, _: &mut [f64]) -> bool {
        true
    }

    fn conjugate(&self, _: &[f64], dual: &[f64]) -> Option<f64> {
        Some(if dual.iter().all(|&u| u == 0.0) { 0.0 } else { f64::INFINITY })
    }

    fn rescaled(&self, weight: f64, _: f64) -> f64 {
        weight
    }
}
