//! Certificates of single points, for the general engine.

use super::duality::{DualStorage, duality_gap, has_duality_gap};
use super::proof::{Ends, prove};
use super::sums::{EPSILON, ProofStorage, ProofSums};
use super::{Certificate, Refusal};
use crate::model::evaluator::can_be_estimated;
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

/// How much a certificate may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effort {
    /// Products with X and X'.
    Products,
    /// A Hessian and its factor too.
    Factor,
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
    certify_with(Effort::Factor, problem, coefficients, evaluation, workspace)
}

/// Certifies a point by products with X and X' alone, which gives a proof only if the problem has a duality gap. Without a proof,
/// objective and gradient are enough if another point has proved the optimum of the problem, because the distance to its objective is
/// then as good a bound as the point's own.
pub fn certify_by_products(
    problem: &Problem<'_>,
    coefficients: &[f64],
    evaluation: Option<&Evaluation>,
    workspace: &mut CertificateWorkspace<'_>,
) -> Certificate {
    certify_with(Effort::Products, problem, coefficients, evaluation, workspace)
}

fn certify_with(
    effort: Effort,
    problem: &Problem<'_>,
    coefficients: &[f64],
    evaluation: Option<&Evaluation>,
    workspace: &mut CertificateWorkspace<'_>,
) -> Certificate {
    let Some(weights) = problem.penalty.quadratic() else {
        return refuse(problem, coefficients, workspace);
    };
    let CertificateWorkspace { evaluator, proof: storage, dual, evaluation: own, estimate, enough, quadratic } =
        workspace;
    quadratic.clear();
    quadratic.extend_from_slice(weights);
    quadratic.resize(problem.unknowns(), 0.0);
    let known = evaluation.filter(|known| known.is_of(coefficients, Order::Gradient));
    let has_gap = has_duality_gap(problem, quadratic);
    let here = known.unwrap_or_else(|| {
        let needs_hessian = effort == Effort::Factor && !has_gap && !has_share(problem);
        let order = if needs_hessian { Order::Hessian } else { Order::Gradient };
        evaluator.evaluate(problem, coefficients, order, own);
        own
    });
    storage.largest.clear();
    storage.largest.extend_from_slice(here.column_sizes());
    if storage.largest.is_empty() {
        storage.largest.resize(problem.unknowns(), 0.0);
        problem.design.column_sizes(&mut storage.largest);
    }
    let margins = here.margins(coefficients);
    let gap =
        has_gap.then(|| duality_gap(problem, (coefficients, margins), quadratic, &storage.largest, dual)).flatten();
    let small = if is_costly(problem) { *enough } else { SMALL_GAP };
    let is_enough = gap.is_some_and(|gap| gap <= small * here.objective);
    let largest_offset = problem.loss.largest_offset();
    let mut attempt = |hessian: Option<&[f64]>, scale: f64| {
        storage.gradient.clone_from(&here.gradient);
        // No residual is above its loss, nor above the weight of its row. If anything is certified, F is much nearer to its computed
        // value than this.
        let residuals = 1.1 * here.objective.min(problem.loss.weight_sum());
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
    if is_enough || effort == Effort::Products {
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
    use crate::linear_algebra::cholesky;
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

    /// Far out the loss grows with the predictor, and its rounding no faster, because no residual is above 1.
    #[test]
    fn the_objective_of_a_point_far_out_is_known_to_rounding() {
        let problem = Problem {
            design: DesignMatrix::dense(&[1.0; 3], 1),
            loss: Loss::logistic(&[1.0, 1.0, -1.0]),
            penalty: PenaltyTerm::NONE,
        };
        for b in [1e20, 1e300] {
            let certificate = certify(&problem, &[b], None, &mut CertificateWorkspace::default());
            assert_eq!(certificate.objective, b);
            assert!(certificate.objective_error < 1e-14 * b, "{certificate:?}");
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

    /// Without a penalty and with more columns than the comparison matrix serves for.
    #[test]
    fn many_columns_are_proved_without_a_penalty() {
        let (n, p) = (1_000, 130);
        let number = |k: usize| ((k * k % 10_007 * 7_919 + k * 31) % 1_009) as f64 / 500.0 - 1.0;
        let rows: Vec<f64> = (0..n * p).map(|k| if k % p == 0 { 1.0 } else { number(k) }).collect();
        let signs: Vec<f64> = (0..n).map(|i| if number(i * 13 + 5) > 0.0 { 1.0 } else { -1.0 }).collect();
        let problem =
            Problem { design: DesignMatrix::dense(&rows, p), loss: Loss::logistic(&signs), penalty: PenaltyTerm::NONE };
        let (mut evaluator, mut evaluation, mut at) = (Evaluator::default(), Evaluation::default(), vec![0.0; p]);
        for _ in 0..12 {
            evaluator.evaluate(&problem, &at, Order::Hessian, &mut evaluation);
            let (mut factor, mut step) = (evaluation.hessian.clone(), evaluation.gradient.clone());
            assert!(cholesky::factor(&mut factor, p));
            cholesky::solve(&factor, &mut step);
            at.iter_mut().zip(step).for_each(|(b, d)| *b -= d);
        }
        let optimum = certify(&problem, &at, None, &mut CertificateWorkspace::default());
        assert!(optimum.gap.unwrap() <= 1e-16 * optimum.objective, "{optimum:?}");
        for change in [1e-6, 1e-4, 1e-3] {
            let there: Vec<f64> = at.iter().enumerate().map(|(j, b)| b + change * number(j * 7 + 3)).collect();
            let certificate = certify(&problem, &there, None, &mut CertificateWorkspace::default());
            let (bound, truth) = (certificate.gap.unwrap(), certificate.objective - optimum.objective);
            let rounding = certificate.objective_error + optimum.objective_error;
            assert!(bound >= truth - rounding && bound <= 1.5 * truth + rounding, "{change}: {bound} {truth}");
        }
    }
}
