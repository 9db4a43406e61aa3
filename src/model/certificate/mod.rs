//! The proof that an optimum exists near a point, and a bound on the objective's distance from it.
//!
//! # Derivation
//!
//! F is the negative penalised log-likelihood, g and H its gradient and Hessian at β, ν² = g'H⁻¹g, and
//! R = max_i (x_i'H⁻¹x_i)^½ over the rows. Take a direction u with u'Hu = 1 and φ(t) = F(β + tu). The logistic loss ψ
//! has |ψ'''| ≤ ψ'', and |x_i'u| ≤ R by Cauchy and Schwarz, so |φ'''| ≤ R φ'' (the quadratic penalty only helps) and
//!
//! ```text
//! φ''(t) ≥ exp(−R t),      φ'(t) ≥ −ν + (1 − exp(−R t))/R.
//! ```
//!
//! If νR < 1 the right-hand side is 0 at t* = −ln(1 − νR)/R and positive beyond. So F grows along every ray from β outside the
//! ellipsoid (v − β)'H(v − β) ≤ t*². A minimiser lies inside, and it is the only one, because H is positive definite. Integrating
//! the bound gives
//!
//! ```text
//! F(β) − F(β*) ≤ ν/R − t*(1 − νR)/R = ν² s(νR),      s(x) = (x + (1 − x) ln(1 − x))/x² = Σ_k x^k/((k+1)(k+2)).
//! ```
//!
//! This is generalised self-concordance: Bach (2010), Electronic Journal of Statistics 4, 384-414,
//! doi 10.1214/09-EJS521.
//!
//! # Weights and offsets
//!
//! With row weights c_i the losses are c_i ψ, and |ψ'''| ≤ ψ'' is true of every multiple of ψ: only g and H contain the weights, and
//! R is the longest of the rows x_i as before. Below, a residual r_i is c_i times that of a row. An offset moves an argument of ψ,
//! which changes nothing but the values of its derivatives. Weights and offsets have no influence on whether an optimum exists: along
//! a direction d that separates, every c_i ψ(s_i (x_i'(β + td) + o_i)) falls or stays, and the classes that no direction separates
//! stay so whatever positive multiples of their rows balance.
//!
//! # Many rows
//!
//! The derivation needs of H only that φ''(0) is at least 1, so it also holds for a matrix that is at most H. The sum over some
//! of the rows is such a matrix, because H is a sum of positive semidefinite terms. With one row in 8 it costs an eighth and
//! proves a gap about 8 times as large, which is still small where Newton's method ends.
//!
//! # Penalised problems
//!
//! With a quadratic penalty the duality gap (`duality.rs`) needs no factorisation, and is tried first; the proof above is sharper far
//! from the optimum, and is tried where the duality gap is not small enough.
//!
//! # Rounding
//!
//! Separated data have no optimum, yet far out the computed g is tiny and the computed H nearly singular, so a bound that ignored
//! rounding would sooner or later certify them. So ν and R are replaced by upper bounds:
//!
//! * a predictor is off by at most δ_i = (p+2)ε (Σ_j|x_ij β_j| + |o_i|), which changes residual and weight by at most a factor
//!   exp(δ_i); a residual's own rounding is a few ε. These errors enter g as Σ_i e_i x_i with
//!   |e_i| ≤ |r_i|(8ε + 1.1 δ_i), so they change ν by at most Σ_i |e_i| (x_i'H⁻¹x_i)^½ ≤ R Σ_i |e_i|;
//! * adding up g is off by (n+2)ε G_j per entry, G_j = Σ_i|x_ij r_i| + λ_j|β_j|, which changes ν by at most
//!   ‖ |L⁻¹| (n+2)ε G ‖ where H = LL', and |L⁻¹| is bounded by the inverse of the comparison matrix of L. That inverse grows
//!   exponentially with p, so with many columns the bound is ‖(n+2)ε D⁻¹G‖ τ^½ instead, where D² is the diagonal of H, τ = Σ_j H_jj
//!   (H⁻¹)_jj the trace of the inverse of H scaled to unit diagonal, and 1/τ thus at most that matrix's smallest eigenvalue;
//! * H, scaled to unit diagonal, is off by at most θ per entry with θ = (n + 2p + 16)ε + 1.1 max δ_i, rounding of the
//!   factorisation included, so H⁻¹ by a factor within 1 ± ρ, ρ = 2 θ p Σ_j H_jj (H⁻¹)_jj. Where ρ > ⅒ nothing is certified.
//!
//! Sums over rows in these bounds have bounds themselves: |x_ij| ≤ X_j = max_i |x_ij| and, if Σ_i |r_i| is not at hand,
//! Σ_i |r_i| ≤ F, because σ(−m) ≤ log(1 + exp(−m)).

mod certify;
mod duality;
mod inverse;
pub mod precise;
mod proof;
mod row_lengths;
mod sums;

use serde::{Deserialize, Serialize};

pub use certify::{CertificateWorkspace, SMALL_IF_LARGE, certify, certify_by_products, has_share, is_costly};
pub use duality::has_duality_gap;
pub(super) use proof::gap_bound;
pub use proof::{Ends, Proof, prove};
pub use sums::{ProofRow, ProofStorage, ProofSums};

/// The certificate of a point: facts about it, with bounds on their errors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Certificate {
    /// F(β).
    pub objective: f64,
    /// Upper bound on the rounding error of `objective`: (n + p + 8)ε F for the sums, and Σ_i |r_i| δ_i for the predictors.
    pub objective_error: f64,
    /// ‖g‖₂.
    pub gradient_norm: f64,
    /// The proved upper bound on F(β) − F(β*), or why there is none.
    pub gap: Result<f64, Refusal>,
}

impl Certificate {
    /// Whether the gap is proved to be at most `tolerance` · |F|. Firth's penalised objective can be negative, and is infinite where the
    /// information matrix is singular, as is then what would be tolerated.
    pub fn is_within(&self, tolerance: f64) -> bool {
        self.gap.is_ok_and(|gap| gap.is_finite() && gap <= tolerance * self.objective.abs())
    }
}

/// Why a point proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// The coefficients, or the objective there, are not finite.
    NotFinite,
    /// The information matrix is numerically singular there.
    Singular,
    /// Rounding alone could explain the computed information matrix.
    IllConditioned,
    /// νR ≥ 1: the point is too far from an optimum, if one exists.
    TooFar,
    /// The objective has Firth's penalty and need not be convex, but the bound needs convexity.
    NotConcave,
    /// No proof was tried: see [`certify_by_products`].
    NotTried,
    /// The gap is bounded on both sides of the tolerance: it may be within or beyond.
    Between,
}

impl Refusal {
    /// The reason in words, for reports.
    pub fn name(self) -> &'static str {
        match self {
            Refusal::NotFinite => "coefficients not finite",
            Refusal::Singular => "information matrix singular",
            Refusal::IllConditioned => "information matrix too ill-conditioned",
            Refusal::TooFar => "too far from an optimum",
            Refusal::NotTried => "no proof tried",
            Refusal::Between => "gap bounded on both sides of the tolerance",
            Refusal::NotConcave => "Firth's penalised likelihood need not be concave",
        }
    }
}
