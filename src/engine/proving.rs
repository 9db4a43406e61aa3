//! Fits that end where a proof is reached: when a proof is tried, and the certificate of the try that ended a fit.

use crate::linear_algebra::norm;
use crate::model::Problem;
use crate::model::certificate::{Certificate, CertificateWorkspace, certify, certify_by_products, has_duality_gap};
use crate::solver::Point;

/// Share of the estimate of a proof that has failed, from which the next is tried: a proof costs a product with X', or a Hessian.
const AFTER_FAILURE: f64 = 0.25;

/// The proofs that are tried during one fit.
///
/// Under a penalty that gives a duality gap, this gap is at least ‖g‖²/(2 max_j λ_j) and near ‖g‖²/(2 λ) if all λ_j are λ, so a proof is tried
/// once ‖g‖²/(2 min_j λ_j) is small enough: it costs one product with X'. Elsewhere a proof needs a Hessian, and is tried once the last step has
/// lowered F by no more than the gap that is asked for, because a method that converges linearly, by at least half a step, is then as
/// near the optimum. A try that fails is repeated when the estimate has fallen to a quarter.
pub struct Proving<'a, 'w> {
    workspace: &'a mut CertificateWorkspace<'w>,
    /// The largest gap, as a share of F, that ends the fit; `None` if none does.
    tolerance: Option<f64>,
    /// min_j λ_j, if the problem has a duality gap.
    weakest: Option<f64>,
    /// The largest estimate at which the next proof is tried.
    most: f64,
    found: Option<Certificate>,
}

impl<'a, 'w> Proving<'a, 'w> {
    /// No proofs yet, of fits of `problem`.
    pub fn new(
        tolerance: Option<f64>,
        problem: &Problem<'_>,
        workspace: &'a mut CertificateWorkspace<'w>,
    ) -> Proving<'a, 'w> {
        let weights = problem.penalty.quadratic().filter(|weights| has_duality_gap(problem, weights));
        let positive = weights.map(|weights| weights.iter().copied().filter(|&weight| weight > 0.0));
        let weakest = positive.map(|positive| positive.fold(f64::INFINITY, f64::min));
        Proving { workspace, tolerance, weakest, most: f64::INFINITY, found: None }
    }

    /// A bound on F(β) − F(β*) as a share of F(β), if one is asked for and a try may succeed; infinite elsewhere. `fall` is how much the last
    /// step has lowered F.
    pub fn relative_gap(&mut self, problem: &Problem<'_>, point: &Point, fall: f64) -> f64 {
        self.found = None;
        let Some(tolerance) = self.tolerance else { return f64::INFINITY };
        let Point { coefficients, evaluation, .. } = point;
        let by_gradient = self.weakest.map(|weakest| norm(&evaluation.gradient).powi(2) / (2.0 * weakest));
        // A factor of a Hessian that is there costs little beside it.
        let has_hessian = evaluation.has_stable_hessian();
        let estimate = match by_gradient {
            Some(by_gradient) if has_hessian => by_gradient.min(fall),
            Some(by_gradient) => by_gradient,
            None => fall,
        };
        // A NaN tries nothing.
        if !(estimate <= self.most.min(tolerance * evaluation.objective)) {
            return f64::INFINITY;
        }
        let certify = if by_gradient.is_some() && !has_hessian { certify_by_products } else { certify };
        let certificate = certify(problem, coefficients, Some(evaluation), self.workspace);
        let gap = certificate.gap.map_or(f64::INFINITY, |gap| gap / certificate.objective);
        if gap <= tolerance {
            self.found = Some(certificate);
        } else {
            self.most = AFTER_FAILURE * estimate;
        }
        gap
    }

    /// The certificate of the point that ended the fit, if a proof did.
    pub fn found(self) -> Option<Certificate> {
        self.found
    }
}
