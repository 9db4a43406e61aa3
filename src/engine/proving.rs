//! Fits that end where a proof is reached: when a proof is tried, and the certificate of the try that ended a fit.

use crate::model::Problem;
use crate::model::certificate::{Certificate, CertificateWorkspace, certify, certify_by_products, has_duality_gap};
use crate::solver::Point;

/// Share of the estimate of a proof that has failed, from which the next is tried: a proof costs a product with X', or a Hessian.
const AFTER_FAILURE: f64 = 0.25;

/// Share of the gap that is asked for, at which a fall of F calls for a Hessian where the duality gap is weak: a method whose steps
/// halve the gap needs ten more to it, and seldom goes so far.
const LATE: f64 = 1e-3;

/// The proofs that are tried during one fit.
///
/// Under a penalty that gives a duality gap, this gap is about Σ_j g_j²/(2 λ_j), and g_0²/(2S) for a free intercept, S the larger sum
/// of residuals of a class. S is at most F, because no residual is above its loss, so a proof is tried once Σ_j g_j²/(2 λ_j) +
/// g_0²/(2F) is small enough: it costs one product with X'. That bound is weak where curvature by far exceeds λ_j, so a proof with a
/// Hessian is tried too once a step lowers F by a thousandth of the gap that is asked for. Elsewhere a proof needs a Hessian, and is
/// tried once the last step has lowered F by no more than the gap that is asked for, because a method that converges linearly, by at
/// least half a step, is then as near the optimum. A try that fails is repeated when the estimate has fallen to a quarter.
pub struct Proving<'a, 'w> {
    workspace: &'a mut CertificateWorkspace<'w>,
    /// The largest gap, as a share of F, that ends the fit; `None` if none does.
    tolerance: Option<f64>,
    /// λ_j, if the problem has a duality gap.
    weights: Option<Vec<f64>>,
    /// The largest estimate at which the next proof is tried.
    most: f64,
    /// The largest fall at which the next proof with a Hessian is tried beside it.
    most_fall: f64,
    found: Option<Certificate>,
}

impl<'a, 'w> Proving<'a, 'w> {
    /// No proofs yet, of fits of `problem`.
    pub fn new(
        tolerance: Option<f64>,
        problem: &Problem<'_>,
        workspace: &'a mut CertificateWorkspace<'w>,
    ) -> Proving<'a, 'w> {
        // Fits that no proof ends do not pay for a look at the column of ones.
        let weights = tolerance.and_then(|_| problem.penalty.quadratic());
        let weights = weights.filter(|weights| has_duality_gap(problem, weights)).map(<[f64]>::to_vec);
        Proving { workspace, tolerance, weights, most: f64::INFINITY, most_fall: f64::INFINITY, found: None }
    }

    /// A bound on F(β) − F(β*) as a share of F(β), if one is asked for and a try may succeed; infinite elsewhere. `fall` is how much the
    /// last step has lowered F.
    pub fn relative_gap(&mut self, problem: &Problem<'_>, point: &Point, fall: f64) -> f64 {
        self.found = None;
        let Some(tolerance) = self.tolerance else { return f64::INFINITY };
        let Point { coefficients, evaluation, .. } = point;
        let by_gradient = self.weights.as_ref().map(|weights| {
            let of_column =
                |(g, &weight): (&f64, &f64)| g * g / (2.0 * if weight > 0.0 { weight } else { evaluation.objective });
            evaluation.gradient.iter().zip(weights).map(of_column).sum::<f64>()
        });
        // A factor of a Hessian that is there costs little beside it.
        let has_hessian = evaluation.has_stable_hessian();
        let estimate = match by_gradient {
            Some(by_gradient) if has_hessian => by_gradient.min(fall),
            Some(by_gradient) => by_gradient,
            None => fall,
        };
        let limit = tolerance * evaluation.objective;
        let is_weak = by_gradient.is_some() && !has_hessian;
        let by_factor = is_weak && fall < self.most_fall && fall <= LATE * limit;
        // A NaN tries nothing.
        if !(by_factor || estimate < self.most && estimate <= limit) {
            return f64::INFINITY;
        }
        let certify = if is_weak && !by_factor { certify_by_products } else { certify };
        let certificate = certify(problem, coefficients, Some(evaluation), self.workspace);
        if !certificate.is_within(tolerance) {
            let (most, last) = if by_factor { (&mut self.most_fall, fall) } else { (&mut self.most, estimate) };
            *most = AFTER_FAILURE * last;
            return f64::INFINITY;
        }
        self.found = Some(certificate);
        // A quotient may round to above the tolerance.
        certificate.gap.map_or(f64::INFINITY, |gap| (gap / certificate.objective).min(tolerance))
    }

    /// The certificate of the point that ended the fit, if a proof did.
    pub fn found(self) -> Option<Certificate> {
        self.found
    }
}
