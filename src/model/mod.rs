//! The logistic model: its objective and derivatives, and proofs about a point.
//!
//! Rows x_i (a leading 1 for the intercept), signs s_i = 2y_i − 1, margins m_i = s_i·x_i'β. The objective, which every
//! solver minimises, is the negative penalised log-likelihood on the sum scale,
//!
//! ```text
//! F(β) = Σ_i log(1 + exp(−m_i)) + P(β)
//! g(β) = −Σ_i s_i σ(−m_i) x_i + ∇P(β),     σ(t) = 1/(1 + exp(−t))
//! H(β) = Σ_i w_i x_i x_i' + ∇²P(β),        w_i = σ(m_i) σ(−m_i)
//! ```
//!
//! H is the Fisher information of β plus the curvature of the penalty P, a [`PenaltyTerm`].

pub mod certificate;
mod class_weight;
pub mod design;
pub mod enclosure;
pub mod evaluation;
pub mod evaluator;
pub mod expansion;
pub mod identifiable;
pub mod lanes;
pub mod loss;
pub mod penalty;
pub mod prepared;
mod problem;
pub mod separation;
pub mod units;
pub mod wide;

pub use crate::linear_algebra::workers::{self, Serial, Workers};
pub use class_weight::ClassWeight;
pub use design::{Design, DesignMatrix, Scaling};
pub use evaluation::{Evaluation, Order};
pub use evaluator::Evaluator;
pub use expansion::Expansion;
pub use loss::{Loss, Sigmoid};
pub use penalty::{Penalty, PenaltyTerm, firth};
pub use prepared::Prepared;
pub use problem::Problem;
