//! Certificates of single points, for the general engine.

use super::duality::{DualStorage, duality_gap, has_duality_gap};
use super::proof::{Ends, prove};
use super::sums::{EPSILON, ProofStorage, ProofSums};
use super::{Certificate, Refusal};
use crate::model::evaluator::can_be_estimated;
use crate::model::loss::{RowLoss, Sigmoid};
use crate::model::penalty::Capability;
use crate::model::{Evaluation, Evaluator, Order, Problem, Serial, Workers};

/// Reusable storage for certificates.
#[derive(Debug)]
pub struct CertificateWorkspace<'w> {
    evaluator: Evaluator<'w>,
    proof: ProofStorage<f64>,
    dual: DualStorage,
    evaluation: Evaluation,
    estimate: Evaluation,
    /// The derivative of each row's loss by its predictor.
    slopes: Vec<f64>,
    /// λ_j of all columns.
    quadratic: Vec<f64>,
    /// On large problems, stop refining below this relative gap.
    enough: f64,
}

impl<'w> CertificateWorkspace<'w> {
    /// Storage for certificates that should show whether gaps are within a tolerance, as a share of the objective. `workers`
    /// share long passes over the rows.
    pub fn within(tolerance: f64, workers: &'w dyn Workers) -> CertificateWorkspace<'w> {
        CertificateWorkspace {
            evaluator: Evaluator::new(workers),
            proof: ProofStorage::default(),
            dual: DualStorage::default(),
            evaluation: Evaluation::default(),
            estimate: Evaluation::default(),
            slopes: Vec::new(),
            quadratic: Vec::new(),
            enough: tolerance.min(SMALL_IF_LARGE),
        }
    }
}

impl Default for CertificateWorkspace<'static> {
    fn default() -> CertificateWorkspace<'static> {
        CertificateWorkspace::within(SMALL_IF_LARGE, &Serial)
    }
}

/// Size of X from which a problem is large.
const LARGE: usize = 1 << 20;

/// n p² from which a Hessian is costly: milliseconds.
const COSTLY: usize = 1 << 26;

/// On a large problem the first attempt uses one row in this many.
const SHARE: usize = 8;

/// Relative gap that is small enough on a large problem if the caller asks for no less, because a smaller one would cost as
/// much as a fit.
pub const SMALL_IF_LARGE: f64 = 5e-11;

/// Whether a problem has so many numbers that proofs should be cheap rather than sharp.
fn is_large(problem: &Problem<'_>) -> bool {
    problem.design.stored() >= LARGE
}

/// Whether the Hessian of a problem costs so much that no other proof should be sought where one is within the tolerance.
pub fn is_costly(problem: &Problem<'_>) -> bool {
    is_large(problem) || problem.design.stored() * problem.unknowns() >= COSTLY
}

/// Whether the Hessian of a share of the rows may be enough for a proof.
pub fn has_share(problem: &Problem<'_>) -> bool {
    is_large(problem) && can_be_estimated(problem, SHARE)
}

/// Objective and gradient norm at a point, with a proof only if the problem has a duality gap. That is enough if another point has
/// proved the optimum of the problem, because the distance to its objective is then as good a bound as the point's own.
pub fn measure(problem: &Problem<'_>, coefficients: &[f64], workspace: &mut CertificateWorkspace<'_>) -> Certificate {
    let (p, n) = (problem.unknowns() as f64, problem.len() as f64);
    let CertificateWorkspace { proof: ProofStorage { gradient, largest, .. }, dual, slopes, .. } = workspace;
    gradient.clear();
    gradient.resize(problem.unknowns(), 0.0);
    problem.penalty.add_gradient(coefficients, gradient);
    let mut objective = 0.0;
    problem.penalty.add_value(coefficients, &mut objective);
    let mut objective_error = 0.0;
    slopes.clear();
    problem.design.all_predictors(coefficients, |i, predictor, size| {
        let RowLoss { loss, slope, .. } = problem.loss.of_row(i, predictor, Sigmoid::Stable);
        objective += loss;
        let size = size + problem.loss.offset(i).abs();
        objective_error += 1.1 * slope.abs() * (p + 2.0) * EPSILON * size;
        slopes.push(slope);
        true
    });
    problem.design.add_transpose_product(slopes, gradient);
    objective_error += (n + p + 8.0) * EPSILON * objective;
    let gradient_norm = crate::linear_algebra::norm(gradient);
    let quadratic = problem.penalty.quadratic().filter(|quadratic| has_duality_gap(problem, quadratic));
    let gap = quadratic.and_then(|quadratic| {
        largest.clear();
        largest.resize(problem.unknowns(), 0.0);
        problem.design.column_sizes(largest);
        duality_gap(problem, coefficients, quadratic, largest, dual)
    });
    Certificate { objective, objective_error, gradient_norm, gap: gap.ok_or(Refusal::NotTried) }
}

/// Objective and gradient norm at a point whose penalty is not quadratic, so that the derivation proves nothing, with the reason.
fn refuse(problem: &Problem<'_>, coefficients: &[f64], workspace: &mut CertificateWorkspace<'_>) -> Certificate {
    let CertificateWorkspace { evaluator, evaluation, .. } = workspace;
    evaluator.evaluate(problem, coefficients, Order::Gradient, evaluation);
    let refusal = if !coefficients.iter().all(|b| b.is_finite()) {
        Refusal::NotFinite
    } else if !evaluation.objective.is_finite() {
        Refusal::Singular
    } else if problem.penalty.has(Capability::Convex) {
        Refusal::NotTried
    } else {
        Refusal::NotConcave
    };
    Certificate {
        objective: evaluation.objective,
        // Nothing is derived from the objective.
        objective_error: f64::INFINITY,
        gradient_norm: crate::linear_algebra::norm(&evaluation.gradient),
        gap: Err(refusal),
    }
}

/// Relative duality gap that is small enough on a problem that is not large; a solver that has converged reaches far less.
const SMALL_GAP: f64 = 1e-14;

/// Certifies a point: by its duality gap, if the problem has one and it is small; else by objective, gradient and rounding errors,
/// one Cholesky factorisation and, if a cheap bound on R is not enough, n triangular solves.
///
/// `evaluation` may come from a solver: values that belong to exactly this point are used, the others are computed.
pub fn certify(
    problem: &Problem<'_>,
    coefficients: &[f64],
    evaluation: Option<&Evaluation>,
    workspace: &mut CertificateWorkspace<'_>,
) -> Certificate {
    let Some(weights) = problem.penalty.quadratic() else {
        return refuse(problem, coefficients, workspace);
    };
    let CertificateWorkspace { evaluator, proof: storage, dual, evaluation: own, estimate, enough, quadratic, .. } =
        workspace;
    quadratic.clear();
    quadratic.extend_from_slice(weights);
    quadratic.resize(problem.unknowns(), 0.0);
    let known = evaluation.filter(|known| known.is_of(coefficients, Order::Gradient));
    let has_gap = has_duality_gap(problem, quadratic);
    let here = known.unwrap_or_else(|| {
        let order = if has_gap || has_share(problem) { Order::Gradient } else { Order::Hessian };
        evaluator.evaluate(problem, coefficients, order, own);
        own
    });
    storage.largest.clear();
    storage.largest.extend_from_slice(here.column_sizes());
    if storage.largest.is_empty() {
        storage.largest.resize(problem.unknowns(), 0.0);
        problem.design.column_sizes(&mut storage.largest);
    }
    let gap = has_gap.then(|| duality_gap(problem, coefficients, quadratic, &storage.largest, dual)).flatten();
    let small = if is_costly(problem) { *enough } else { SMALL_GAP };
    let is_enough = gap.is_some_and(|gap| gap <= small * here.objective);
    let largest_offset = problem.loss.largest_offset();
    let mut attempt = |hessian: Option<&[f64]>, scale: f64| {
        storage.gradient.clone_from(&here.gradient);
        // If anything is certified, F is much nearer to its computed value than this.
        let residuals = 1.1 * here.objective;
        let sums = ProofSums::bounded(problem.len(), residuals, quadratic, (coefficients, largest_offset), storage);
        let rounding = (problem.len() + problem.unknowns() + 8) as f64 * EPSILON;
        let ends = Ends::new(here.objective, rounding, &sums);
        if !ends.is_finite() {
            return ends.refuse(Refusal::NotFinite);
        }
        let by_factor = hessian.map(|hessian| {
            storage.hessian.clear();
            storage.hessian.extend(hessian.iter().map(|value| value * scale));
            ends.certificate(prove(problem.design, problem.len(), &sums, true, storage))
        });
        let certificate = by_factor.unwrap_or(ends.refuse(Refusal::NotTried));
        let smaller = gap.filter(|&gap| certificate.gap.is_err() || certificate.gap.is_ok_and(|other| gap < other));
        Certificate { gap: smaller.map_or(certificate.gap, Ok), ..certificate }
    };
    if is_enough {
        return attempt(None, 1.0);
    }
    if here.is_of(coefficients, Order::Hessian) {
        return attempt(Some(&here.hessian), 1.0);
    }
    if has_share(problem) {
        evaluator.estimate(problem, coefficients, SHARE, estimate);
        let certificate = attempt(Some(&estimate.hessian), 1.0 / SHARE as f64);
        if certificate.gap.is_ok_and(|gap| gap <= *enough * certificate.objective) {
            return certificate;
        }
    }
    evaluator.evaluate(problem, coefficients, Order::Hessian, estimate);
    attempt(Some(&estimate.hessian), 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DesignMatrix, Loss, PenaltyTerm};

    #[test]
    fn one_parameter_by_hand() {
        // Two rows of one class and one of the other, intercept only: β* = ln 2, F(β*) = 3 ln 3 − 2 ln 2.
        let problem = Problem {
            design: DesignMatrix::dense(&[1.0; 3], 1),
            loss: Loss::logistic(&[1.0, 1.0, -1.0]),
            penalty: PenaltyTerm::NONE,
        };
        let optimum = 3.0 * 3f64.ln() - 2.0 * 2f64.ln();
        for b in [0.0, 0.5, 0.69, 0.693, 0.9] {
            let certificate = certify(&problem, &[b], None, &mut CertificateWorkspace::default());
            let gap = certificate.gap.unwrap();
            let truth = certificate.objective - optimum;
            assert!(gap >= truth && gap <= 1.5 * truth + 1e-15, "at {b}: bound {gap}, true {truth}");
        }
    }

    #[test]
    fn separated_data_are_never_certified() {
        // x = ±1, labels by sign: F decreases for ever along (0, 1).
        let problem = Problem {
            design: DesignMatrix::dense(&[1.0, -1.0, 1.0, 1.0], 2),
            loss: Loss::logistic(&[-1.0, 1.0]),
            penalty: PenaltyTerm::NONE,
        };
        for exponent in -3..12 {
            let certificate =
                certify(&problem, &[0.0, 2f64.powi(exponent)], None, &mut CertificateWorkspace::default());
            assert!(certificate.gap.is_err(), "2^{exponent}: {certificate:?}");
        }
    }
}
