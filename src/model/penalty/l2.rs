//! The squared norm of the coefficients (ridge; Hoerl & Kennard 1970, Technometrics 12, 55-67).

use super::form::{Capability, Form, Strength};

/// F = −l(β) + ½ λ Σ β_j² over all coefficients but the intercept, λ on the sum scale (scikit-learn's 1/C).
///
/// The optimum exists on any rows and is unique. Estimates are drawn towards 0 by an unknown bias, which standard errors would leave
/// out.
pub const FORM: Form = Form {
    name: "l2",
    estimator: "l2-penalised maximum likelihood",
    model: "l2",
    strength: Strength::Needed { missing: "penalty = \"l2\" needs a strength, as strength = 1.0" },
    weight: |strength| strength,
    capabilities: &[
        Capability::Smooth,
        Capability::Convex,
        Capability::CurvatureBound,
        Capability::Quadratic,
        Capability::IndependentOfRows,
        Capability::Identifies,
    ],
};
