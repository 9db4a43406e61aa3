//! Penalties: what is added to the negative log-likelihood, and what methods may ask of it.

/// The penalty added to the negative log-likelihood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Penalty {
    /// None: maximum likelihood.
    None,
    /// ½ · strength · Σ β_j² over all coefficients but the intercept.
    L2 {
        /// λ, on the sum scale (scikit-learn's 1/C).
        strength: f64,
    },
    /// −½ log det(X'WX), the intercept included: see [`firth`](super::firth).
    Firth,
}

/// What a method may need of a penalty. A method states its needs; a penalty says which of them it meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capability {
    /// It has a gradient everywhere.
    Smooth,
    /// The Hessian at β = 0, penalty included, bounds the Hessian at every β from above: 1/L and a fixed Hessian exist.
    CurvatureBound,
    /// It is ½ Σ λ_j β_j², so that it enters least squares as rows √λ_j e_j'.
    Quadratic,
    /// It does not depend on the rows, so that a part of them estimates the objective, and a Hessian of another point serves.
    IndependentOfRows,
}

impl Penalty {
    /// The name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Penalty::None => "none",
            Penalty::L2 { .. } => "l2",
            Penalty::Firth => "firth",
        }
    }

    /// Whether it has the capability.
    pub fn has(self, capability: Capability) -> bool {
        match (self, capability) {
            (Penalty::None | Penalty::L2 { .. }, _) | (Penalty::Firth, Capability::Smooth) => true,
            (Penalty::Firth, Capability::CurvatureBound | Capability::Quadratic | Capability::IndependentOfRows) => {
                false
            }
        }
    }
}
