//! Firth's penalised likelihood: maximum likelihood with the bias of order 1/n removed, finite on separated data too.
//!
//! Firth (1993), Biometrika 80, 27-38, adds the logarithm of Jeffreys' prior to the log-likelihood; Heinze & Schemper
//! (2002), Statistics in Medicine 21, 2409-2419, use it against separation. With the Fisher information I = X'WX and the
//! leverages h_i = w_i x_i' I⁻¹ x_i,
//!
//! ```text
//! F(β) = −l(β) − ½ log det I(β)
//! g(β) = −Σ_i (y_i − p_i + h_i (½ − p_i)) x_i
//! ```
//!
//! because ∂w_i/∂β = w_i (1 − 2p_i) x_i. A row of weight c_i stands for c_i equal rows: its terms count c_i times, and so does its w_i in
//! I, so that the h_i above is that of one of them. The intercept takes part like every other coefficient. A minimum exists whenever X has
//! full rank, because F tends to +∞ as all weights vanish (Kosmidis & Firth 2021, Biometrika 108, 71-82); but F need not be
//! convex and may have several minima.
//!
//! # The matrix in place of the Hessian
//!
//! The Hessian of F need not be positive definite. The cited papers replace it by I, which makes Newton's method Fisher scoring
//! on the adjusted score. We replace it by X'W(1 + h)X, which lies above the Hessian everywhere: take a direction d, a_i = (1 −
//! 2p_i) x_i'd and the projection P_ij = √(w_i w_j) x_i'I⁻¹x_j, whose squares have row sums h_i. The second derivative of w is
//! w(1 − 6w), and (1 − 2p)² = 1 − 4w, so
//!
//! ```text
//! d'∇²F d = Σ_i w_i (x_i'd)² + ½ Σ_ij P_ij² a_i a_j − ½ Σ_i h_i (1 − 6w_i)(x_i'd)²
//!         ≤ Σ_i w_i (x_i'd)² + ½ Σ_i h_i (1 − 4w_i − 1 + 6w_i)(x_i'd)² = Σ_i w_i (1 + h_i)(x_i'd)².
//! ```
//!
//! So near a minimum full steps multiply a deviation by eigenvalues in [0, 1): they converge linearly and never pass the
//! minimum. With I alone the eigenvalues lie in [−1, 1), and −1 occurs: a feature that is 0 in all rows but one gives that row
//! leverage 1 and its direction the curvature 2I. Every full step then lands as far beyond the minimum as it started before it,
//! at the same F, so that step-halving accepts it.

use super::form::{Capability, Form, Strength};
use super::formula::Formula;
use super::row_weights::{RowTerms, RowWeights};
use crate::linear_algebra::{cholesky, packed};
use crate::model::DesignMatrix;

/// F = −l(β) − ½ log det X'WX. The inverse information gives standard errors, because the penalty's part of it is of lower order.
pub const FORM: Form = Form {
    name: "firth",
    about: "Jeffreys' prior, against bias and separation: P(b) = -1/2 log det X'WX, the intercept included",
    estimator: "Firth's penalised maximum likelihood",
    model: "firth",
    strength: Strength::Refused { given: "penalty = \"firth\" has no strength: remove it, or take penalty = \"l2\"" },
    weight: |_| 0.0,
    formula: &Jeffreys,
    capabilities: &[Capability::Smooth, Capability::StandardErrors],
};

/// P(β) = −½ log det I(β), which leaves no coefficient free.
#[derive(Debug)]
struct Jeffreys;

impl Formula for Jeffreys {
    fn is_free(&self, _: &[f64], _: usize) -> bool {
        false
    }

    fn quadratic<'a>(&self, _: &'a [f64]) -> Option<&'a [f64]> {
        None
    }

    /// No formula: P depends on the rows.
    fn proximal_step(&self, _: &[f64], _: f64, _: &mut [f64]) -> bool {
        false
    }

    /// No formula, and no dual bound: P is not convex.
    fn conjugate(&self, _: &[f64], _: &[f64]) -> Option<f64> {
        None
    }

    /// P changes by a constant when columns are rescaled.
    fn rescaled(&self, weight: f64, _: f64) -> f64 {
        weight
    }

    /// Given I as `hessian`, which becomes X'W(1 + h)X, adds the gradient −Σ_i h_i (½ − p_i) x_i to `gradient`.
    ///
    /// The value is +∞ if I is not numerically positive definite. Its magnitude is Σ_j |log l_jj| + ½ I_jj/l_jj² over the
    /// pivots l_jj² of the factorisation I = LL'. The second term accounts for cancellation, because subtractions from I_jj
    /// leave the pivot.
    fn add_row_terms(
        &self,
        design: DesignMatrix<'_>,
        rows: &mut RowWeights,
        hessian: &mut [f64],
        gradient: &mut [f64],
    ) -> Option<RowTerms> {
        let p = design.columns();
        let RowWeights { weights, counts, slopes, factor, vector } = rows;
        factor.clear();
        factor.extend_from_slice(hessian);
        if !cholesky::factor(factor, p) {
            gradient.fill(f64::NAN);
            return Some(RowTerms { value: f64::INFINITY, magnitude: f64::INFINITY });
        }
        let mut penalty = RowTerms { value: 0.0, magnitude: 0.0 };
        for j in 0..p {
            let pivot = factor[packed::at(j, j)];
            let logarithm = pivot.ln();
            penalty.value -= logarithm;
            penalty.magnitude += logarithm.abs() + 0.5 * hessian[packed::at(j, j)] / (pivot * pivot);
        }
        design.each_row_in_factor(factor, vector, |i, in_factor| {
            // c_i h_i = c_i w_i ‖L⁻¹ x_i‖².
            let leverage = weights[i] * in_factor.iter().map(|v| v * v).sum::<f64>();
            slopes[i] *= -leverage;
            weights[i] *= leverage / counts[i];
        });
        design.add_transpose_product(slopes, gradient);
        design.add_weighted_gram(weights, hessian);
        Some(penalty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::certificate::{CertificateWorkspace, Refusal, certify};
    use crate::model::{Evaluation, Evaluator, Loss, Order, PenaltyTerm, Problem};

    fn evaluate(problem: &Problem<'_>, coefficients: &[f64]) -> Evaluation {
        let mut evaluation = Evaluation::default();
        Evaluator::default().evaluate(problem, coefficients, Order::Gradient, &mut evaluation);
        evaluation
    }

    #[test]
    fn one_parameter_by_hand() {
        // Intercept only, y of n rows in class 1: h_i = 1/n, so the score is y − np + ½ − p and p* = (y + ½)/(n + 1).
        let problem = Problem {
            design: DesignMatrix::dense(&[1.0; 3], 1),
            loss: Loss::logistic(&[1.0; 3]),
            penalty: PenaltyTerm::FIRTH,
        };
        let p: f64 = 3.5 / 4.0;
        let optimum = (p / (1.0 - p)).ln();
        let here = evaluate(&problem, &[optimum]);
        assert!(here.gradient[0].abs() < 1e-15, "{here:?}");
        let expected = -3.0 * p.ln() - 0.5 * (3.0 * p * (1.0 - p)).ln();
        assert!((here.objective - expected).abs() < 1e-15);
        assert_eq!(
            certify(&problem, &[optimum], None, &mut CertificateWorkspace::default()).gap,
            Err(Refusal::NotConcave)
        );
    }

    #[test]
    fn the_gradient_matches_differences_of_the_objective() {
        let rows = [1.0, 0.5, 2.0, 1.0, -1.5, 0.3, 1.0, 2.5, -0.7, 1.0, 0.1, 0.9, 1.0, -0.6, -2.0];
        let signs = [1.0, 1.0, -1.0, -1.0, 1.0];
        let problem = Problem {
            design: DesignMatrix::dense(&rows, 3),
            loss: Loss::logistic(&signs),
            penalty: PenaltyTerm::FIRTH,
        };
        let (b, h) = ([0.3, -0.4, 0.9], 1e-5);
        let here = evaluate(&problem, &b);
        let plain = evaluate(&problem.without_penalty(), &b);
        for j in 0..3 {
            let (mut up, mut down) = (b, b);
            up[j] += h;
            down[j] -= h;
            let slope = (evaluate(&problem, &up).objective - evaluate(&problem, &down).objective) / (2.0 * h);
            assert!((slope - here.gradient[j]).abs() < 1e-9, "{j}: {slope} and {}", here.gradient[j]);
            assert!((plain.gradient[j] - here.gradient[j]).abs() > 1e-3, "the penalty does something");
        }
    }

    #[test]
    fn a_singular_information_matrix_is_infinitely_bad() {
        let rows = [1.0, 2.0, 1.0, 2.0, 1.0, 2.0];
        let problem = Problem {
            design: DesignMatrix::dense(&rows, 2),
            loss: Loss::logistic(&[1.0, -1.0, 1.0]),
            penalty: PenaltyTerm::FIRTH,
        };
        assert_eq!(evaluate(&problem, &[0.0; 2]).objective, f64::INFINITY);
        assert_eq!(
            certify(&problem, &[0.0; 2], None, &mut CertificateWorkspace::default()).gap,
            Err(Refusal::Singular)
        );
        let gap = certify(&problem, &[f64::NAN, 0.0], None, &mut CertificateWorkspace::default()).gap;
        assert_eq!(gap, Err(Refusal::NotFinite));
    }
}
