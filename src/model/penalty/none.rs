//! No penalty: maximum likelihood.

use super::form::{Capability, Form, Strength};

/// F = −l(β). Columns that others determine are left out, because their coefficients have no unique maximum.
pub const FORM: Form = Form {
    name: "none",
    estimator: "maximum likelihood",
    model: "maximum likelihood",
    strength: Strength::Refused { given: "strength needs a penalty: add penalty = \"l2\" or remove it" },
    weight: |_| 0.0,
    capabilities: &[
        Capability::Smooth,
        Capability::Convex,
        Capability::CurvatureBound,
        Capability::Quadratic,
        Capability::IndependentOfRows,
        Capability::StandardErrors,
    ],
};
