//! The proof that an optimum exists near a point, and how far above it the objective there can be.
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
//! If νR < 1 the right-hand side is 0 at t* = −ln(1 − νR)/R and positive beyond. So F grows along every ray from β
//! outside the ellipsoid (v − β)'H(v − β) ≤ t*²: a minimiser lies inside, and it is the only one since H is positive
//! definite. Integrating the bound gives
//!
//! ```text
//! F(β) − F(β*) ≤ ν/R − t*(1 − νR)/R = ν² s(νR),      s(x) = (x + (1 − x) ln(1 − x))/x² = Σ_k x^k/((k+1)(k+2)).
//! ```
//!
//! This is generalised self-concordance: Bach (2010), Electronic Journal of Statistics 4, 384-414,
//! doi 10.1214/09-EJS521.
//!
//! # Many rows
//!
//! The derivation needs of H only that φ''(0) is at least 1, so all of it holds with a matrix that is at most H in its place.
//! H is a sum of positive semidefinite terms, so H of some of the rows is such a matrix. Of one row in 8 it costs an eighth, and
//! the gap that it proves is about 8 times as large: where Newton's method ends, that is little.
//!
//! # Rounding
//!
//! Separated data have no optimum, yet far out the computed g is tiny and the computed H nearly singular; a bound that
//! ignored rounding would sooner or later certify them. So ν and R are replaced by upper bounds:
//!
//! * a predictor is off by at most δ_i = (p+2)ε Σ_j|x_ij β_j|, which changes residual and weight by at most a factor
//!   exp(δ_i); a residual's own rounding is a few ε. These errors enter g as Σ_i e_i x_i with
//!   |e_i| ≤ |r_i|(8ε + 1.1 δ_i), so they change ν by at most Σ_i |e_i| (x_i'H⁻¹x_i)^½ ≤ R Σ_i |e_i|;
//! * adding up g is off by (n+2)ε G_j per entry, G_j = Σ_i|x_ij r_i| + λ_j|β_j|, which changes ν by at most
//!   ‖ |L⁻¹| (n+2)ε G ‖ where H = LL', and |L⁻¹| is bounded by the inverse of the comparison matrix of L;
//! * H, scaled to unit diagonal, is off by at most θ per entry with θ = (n + 2p + 16)ε + 1.1 max δ_i, rounding of the
//!   factorisation included, so H⁻¹ by a factor within 1 ± ρ, ρ = 2 θ p Σ_j H_jj (H⁻¹)_jj. Where ρ > ⅒ nothing is certified.
//!
//! Sums over rows in these bounds are bounded in their turn, by |x_ij| ≤ X_j = max_i |x_ij| and, where Σ_i |r_i| is not at hand,
//! by Σ_i |r_i| ≤ F, since σ(−m) ≤ log(1 + exp(−m)).

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use super::evaluator::can_be_estimated;
use super::loss::logistic;
use super::penalty::Capability;
use super::{DesignMatrix, Evaluation, Evaluator, Order, Problem, Serial, Workers};
use crate::linear_algebra::{Mask, Real, cholesky, packed};

/// What is proved about a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Certificate {
    /// F(β).
    pub objective: f64,
    /// Upper bound on the rounding error of `objective`: (n + p + 8)ε F for the sums, and Σ_i |r_i| δ_i for the predictors.
    pub objective_error: f64,
    /// ‖g‖₂.
    pub gradient_norm: f64,
    /// The upper bound on F(β) − F(β*), or why there is none.
    pub gap: Result<f64, Refusal>,
}

/// Why a point proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// The coefficients, or the objective there, are not finite.
    NotFinite,
    /// The information matrix is numerically singular there.
    Singular,
    /// Rounding alone could explain what the information matrix says.
    IllConditioned,
    /// νR ≥ 1: the point is too far from an optimum, if there is one.
    TooFar,
    /// The objective has Firth's penalty and need not be convex, which the bound needs.
    NotConcave,
    /// No proof was tried: see [`measure`].
    NotTried,
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
            Refusal::NotConcave => "Firth's penalised likelihood need not be concave",
        }
    }
}

/// Reusable storage for certificates.
#[derive(Debug)]
pub struct Workspace<'w> {
    evaluator: Evaluator<'w>,
    proof: Storage<f64>,
    evaluation: Evaluation,
    estimate: Evaluation,
    /// The derivative of each row's loss by its predictor.
    slopes: Vec<f64>,
    /// λ_j of all columns.
    quadratic: Vec<f64>,
    /// On large problems, stop refining below this relative gap.
    enough: f64,
}

impl<'w> Workspace<'w> {
    /// Storage for certificates that are to show whether gaps are within a tolerance, as a share of the objective. Long passes
    /// over the rows are made by `workers`.
    pub fn within(tolerance: f64, workers: &'w dyn Workers) -> Workspace<'w> {
        Workspace {
            evaluator: Evaluator::new(workers),
            proof: Storage::default(),
            evaluation: Evaluation::default(),
            estimate: Evaluation::default(),
            slopes: Vec::new(),
            quadratic: Vec::new(),
            enough: tolerance.min(SMALL_IF_LARGE),
        }
    }
}

impl Default for Workspace<'static> {
    fn default() -> Workspace<'static> {
        Workspace::within(SMALL_IF_LARGE, &Serial)
    }
}

/// Reusable storage of [`prove`].
#[derive(Clone, Debug)]
pub struct Storage<R> {
    /// H at the point, or a matrix that is at most that, as a packed lower triangle; its Cholesky factor afterwards.
    pub hessian: Vec<R>,
    diagonal: Vec<R>,
    inverse_diagonal: Vec<R>,
    gradient: Vec<R>,
    gradient_sizes: Vec<R>,
    /// max_i |x_ij|.
    largest: Vec<R>,
    vector: Vec<R>,
}

impl<R> Default for Storage<R> {
    fn default() -> Storage<R> {
        Storage {
            hessian: Vec::new(),
            diagonal: Vec::new(),
            inverse_diagonal: Vec::new(),
            gradient: Vec::new(),
            gradient_sizes: Vec::new(),
            largest: Vec::new(),
            vector: Vec::new(),
        }
    }
}

const EPSILON: f64 = f64::EPSILON;

/// Objective and gradient norm at a point, without a proof: enough where the optimum of the problem is known from elsewhere,
/// since the distance to its objective is then as good a bound as the point's own.
pub fn measure(problem: &Problem<'_>, coefficients: &[f64], workspace: &mut Workspace<'_>) -> Certificate {
    let (p, n) = (problem.unknowns() as f64, problem.len() as f64);
    let Workspace { proof: Storage { gradient, .. }, slopes, .. } = workspace;
    gradient.clear();
    gradient.resize(problem.unknowns(), 0.0);
    problem.penalty.add_gradient(coefficients, gradient);
    let mut objective = 0.0;
    problem.penalty.add_value(coefficients, &mut objective);
    let mut objective_error = 0.0;
    slopes.clear();
    problem.design.all_predictors(coefficients, |i, predictor, size| {
        let sign = problem.signs[i];
        let (loss, residual, _) = logistic(sign * predictor);
        objective += loss;
        objective_error += 1.1 * residual * (p + 2.0) * EPSILON * size;
        slopes.push(-(sign * residual));
        true
    });
    problem.design.add_transpose_product(slopes, gradient);
    objective_error += (n + p + 8.0) * EPSILON * objective;
    let gradient_norm = crate::linear_algebra::norm(gradient);
    Certificate { objective, objective_error, gradient_norm, gap: Err(Refusal::NotTried) }
}

/// Objective and gradient norm at a point, and why they prove nothing: the derivation needs a quadratic penalty.
fn refuse(problem: &Problem<'_>, coefficients: &[f64], workspace: &mut Workspace<'_>) -> Certificate {
    let Workspace { evaluator, evaluation, .. } = workspace;
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

/// νR up to which the cheap bound on R is good enough: the gap it gives is at most 2 % larger.
const SMALL: f64 = 0.05;

/// Numbers of X from which a problem is large.
const LARGE: usize = 1 << 20;
/// One row in so many is looked at first where a problem is large.
const SHARE: usize = 8;
/// The gap that is small enough where a problem is large and nobody asks for less: a smaller one would cost as much as a fit.
pub const SMALL_IF_LARGE: f64 = 5e-11;

/// Whether a problem has so many numbers that proofs should be cheap rather than sharp.
pub fn is_large(problem: &Problem<'_>) -> bool {
    problem.design.stored() >= LARGE
}

/// Whether a proof may need the Hessian of a share of the rows only.
pub fn has_share(problem: &Problem<'_>) -> bool {
    is_large(problem) && can_be_estimated(problem, SHARE)
}

/// Certifies a point: objective, gradient and rounding errors, one Cholesky factorisation and, where a cheap bound on R is not
/// enough, n triangular solves.
///
/// `evaluation` may be what a solver knows at the point: what it holds, where it is of this very point, is used, and the rest
/// is computed.
pub fn certify(
    problem: &Problem<'_>,
    coefficients: &[f64],
    evaluation: Option<&Evaluation>,
    workspace: &mut Workspace<'_>,
) -> Certificate {
    let Some(weights) = problem.penalty.quadratic() else {
        return refuse(problem, coefficients, workspace);
    };
    let Workspace { evaluator, proof: storage, evaluation: own, estimate, enough, quadratic, .. } = workspace;
    quadratic.clear();
    quadratic.extend_from_slice(weights);
    quadratic.resize(problem.unknowns(), 0.0);
    let known = evaluation.filter(|known| known.is_of(coefficients, Order::Gradient));
    let here = known.unwrap_or_else(|| {
        let order = if has_share(problem) { Order::Gradient } else { Order::Hessian };
        evaluator.evaluate(problem, coefficients, order, own);
        own
    });
    storage.largest.clear();
    storage.largest.extend_from_slice(here.column_sizes());
    if storage.largest.is_empty() {
        storage.largest.resize(problem.unknowns(), 0.0);
        problem.design.column_sizes(&mut storage.largest);
    }
    let mut attempt = |hessian: &[f64], scale: f64| {
        storage.gradient.clone_from(&here.gradient);
        // Where anything is certified, F is much nearer than this to what was computed.
        let residuals = 1.1 * here.objective;
        let sums = Sums::bounded(problem.len(), residuals, quadratic, coefficients, storage);
        let rounding = (problem.len() + problem.unknowns() + 8) as f64 * EPSILON;
        let ends = Ends::new(here.objective, rounding, &sums);
        if !ends.is_finite() {
            return ends.refuse(Refusal::NotFinite);
        }
        storage.hessian.clear();
        storage.hessian.extend(hessian.iter().map(|value| value * scale));
        ends.certificate(prove(problem.design, problem.len(), &sums, true, storage))
    };
    if here.is_of(coefficients, Order::Hessian) {
        return attempt(&here.hessian, 1.0);
    }
    if has_share(problem) {
        evaluator.estimate(problem, coefficients, SHARE, estimate);
        let certificate = attempt(&estimate.hessian, 1.0 / SHARE as f64);
        if certificate.gap.is_ok_and(|gap| gap <= *enough * certificate.objective) {
            return certificate;
        }
    }
    evaluator.evaluate(problem, coefficients, Order::Hessian, estimate);
    attempt(&estimate.hessian, 1.0)
}

/// A row at the point that is to be certified, in one lane or many.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a, R> {
    /// x_i, with any sign.
    pub row: &'a [R],
    /// What multiplies `row` in the gradient.
    pub slope: R,
    /// |y_i − p_i|.
    pub residual: R,
}

/// What one pass over the rows gives, beside the vectors it leaves in [`Storage`].
#[derive(Clone, Copy, Debug)]
pub struct Sums<R> {
    /// ½ Σ λ_j β_j².
    pub penalty: R,
    /// ‖g‖₂.
    pub gradient_norm: R,
    /// What the rounding of predictors may add to the objective: Σ_i |r_i| δ_i.
    predictor_errors: R,
    /// Σ_i |e_i|, the errors of residuals.
    residual_errors: R,
    /// max δ_i.
    largest_predictor_error: R,
    /// Bound on the rounding of an entry of H, scaled to unit diagonal.
    theta: R,
}

impl<R: Real> Sums<R> {
    /// Sums over `rows`.
    #[inline(always)]
    pub fn of<'a>(
        rows: impl Iterator<Item = Row<'a, R>>,
        penalties: &[f64],
        coefficients: &[R],
        w: &mut Storage<R>,
    ) -> Sums<R>
    where
        R: 'a,
    {
        let zero = R::splat(0.0);
        let p = coefficients.len();
        for buffer in [&mut w.gradient, &mut w.largest] {
            buffer.clear();
            buffer.resize(p, zero);
        }
        let (mut residuals, mut n) = (zero, 0);
        let (gradient, largest) = (&mut w.gradient[..p], &mut w.largest[..p]);
        for Row { row, slope, residual } in rows {
            n += 1;
            for j in 0..p {
                let size = row[j].abs();
                gradient[j] = slope.mul_add(row[j], gradient[j]);
                largest[j] = R::select(largest[j].less(size), size, largest[j]);
            }
            residuals = residuals + residual;
        }
        for ((sum, &strength), &b) in gradient.iter_mut().zip(penalties).zip(coefficients) {
            *sum = *sum + R::splat(strength) * b;
        }
        Sums::bounded(n, residuals, penalties, coefficients, w)
    }

    /// Bounds on sums over n rows, from Σ_i |r_i|, and g and max_i |x_ij| in `w`.
    #[inline(always)]
    fn bounded(n: usize, residuals: R, penalties: &[f64], coefficients: &[R], w: &mut Storage<R>) -> Sums<R> {
        let (constant, p) = (R::splat, coefficients.len() as f64);
        let predictor_error = constant((p + 2.0) * EPSILON) * length_bound(&w.largest, coefficients);
        let mut penalty = R::splat(0.0);
        w.gradient_sizes.clear();
        for ((&strength, &b), &largest) in penalties.iter().zip(coefficients).zip(&w.largest) {
            let strength = constant(strength);
            penalty = penalty + constant(0.5) * strength * b * b;
            w.gradient_sizes.push(largest * residuals + strength * b.abs());
        }
        let predictor_errors = constant(1.1) * residuals * predictor_error;
        Sums {
            penalty,
            gradient_norm: crate::linear_algebra::norm(&w.gradient),
            predictor_errors,
            residual_errors: residuals.mul_add(constant(8.0 * EPSILON), predictor_errors),
            largest_predictor_error: predictor_error,
            theta: constant((n as f64 + 2.0 * p + 16.0) * EPSILON) + constant(1.1) * predictor_error,
        }
    }

    /// One lane of many.
    pub fn map(self, lane: impl Fn(R) -> f64) -> Sums<f64> {
        Sums {
            penalty: lane(self.penalty),
            gradient_norm: lane(self.gradient_norm),
            predictor_errors: lane(self.predictor_errors),
            residual_errors: lane(self.residual_errors),
            largest_predictor_error: lane(self.largest_predictor_error),
            theta: lane(self.theta),
        }
    }
}

/// ν and R, rounding included, or why they say nothing.
#[derive(Clone, Copy, Debug)]
pub struct Proof<R: Real> {
    nu: R,
    radius: R,
    /// Where H is numerically positive definite.
    pub definite: R::Mask,
    /// Where it is so beyond rounding.
    pub well_conditioned: R::Mask,
}

/// Rows as the proof measures them, with any sign.
pub trait RowLengths<R> {
    /// max_i Σ_j |x_ij| sizes_j.
    fn largest_bound(&self, sizes: &[R]) -> R;
    /// max_i ‖L⁻¹x_i‖₂; `vector` is storage for p numbers.
    fn largest_in_factor(&self, factor: &[R], vector: &mut Vec<R>) -> R;
}

impl RowLengths<f64> for DesignMatrix<'_> {
    #[inline(always)]
    fn largest_bound(&self, sizes: &[f64]) -> f64 {
        self.largest_row(
            #[inline(always)]
            |row| length_bound(row, sizes),
        )
    }

    #[inline(always)]
    fn largest_in_factor(&self, factor: &[f64], vector: &mut Vec<f64>) -> f64 {
        let mut largest = 0.0;
        self.each_row_in_factor(
            factor,
            vector,
            #[inline(always)]
            |_, in_factor| {
                let length = crate::linear_algebra::norm(in_factor);
                largest = if largest < length { length } else { largest };
            },
        );
        largest
    }
}

/// Rows in lanes, one after the other.
impl<R: Real, I: Iterator<Item: Deref<Target = [R]>> + Clone> RowLengths<R> for I {
    #[inline(always)]
    fn largest_bound(&self, sizes: &[R]) -> R {
        largest_of(
            self.clone(),
            #[inline(always)]
            |row| length_bound(row, sizes),
        )
    }

    #[inline(always)]
    fn largest_in_factor(&self, factor: &[R], vector: &mut Vec<R>) -> R {
        let vector = &mut vector[..];
        largest_of(
            self.clone(),
            #[inline(always)]
            |row| {
                vector.copy_from_slice(row);
                cholesky::solve_lower(factor, vector);
                crate::linear_algebra::norm(vector)
            },
        )
    }
}

/// Computes ν and R at a point from `sums` and the vectors they left, and the Hessian in `w`, which is replaced by its
/// factor. Where `wanted` is false nothing better than the cheap bound is computed.
#[inline(always)]
pub fn prove<R: Real>(
    rows: impl RowLengths<R>,
    count: usize,
    sums: &Sums<R>,
    wanted: R::Mask,
    w: &mut Storage<R>,
) -> Proof<R> {
    let (zero, constant) = (R::splat(0.0), R::splat);
    let p = w.gradient.len();
    for buffer in [&mut w.vector, &mut w.diagonal, &mut w.inverse_diagonal] {
        buffer.clear();
        buffer.resize(p, zero);
    }
    for (j, value) in w.diagonal.iter_mut().enumerate() {
        *value = w.hessian[packed::at(j, j)];
    }
    // Sums of subnormal numbers have no relative accuracy, and the bounds below assume it.
    let mut definite = R::Mask::splat(true);
    for &value in &w.diagonal {
        definite = definite.and(constant(f64::MIN_POSITIVE / EPSILON).less_or_equal(value));
    }
    definite = definite.and(cholesky::factor(&mut w.hessian, p));
    let factor = &w.hessian;
    invert_diagonal(factor, &mut w.inverse_diagonal, &mut w.vector);
    let spread = crate::linear_algebra::dot(&w.diagonal, &w.inverse_diagonal);
    let rho = constant(2.0 * p as f64) * sums.theta * spread;
    let well_conditioned =
        rho.less_or_equal(constant(0.1)).and(sums.largest_predictor_error.less_or_equal(constant(0.01)));
    // Relative errors of the norms below are under ρ, which contains (n + p)ε times a factor of at least p.
    let one = constant(1.0);
    let inflation = (one + rho) / (one - rho).sqrt();

    for (value, &size) in w.vector.iter_mut().zip(&w.gradient_sizes) {
        *value = constant((count as f64 + 2.0) * EPSILON) * size;
    }
    solve_comparison(factor, &mut w.vector);
    let summation_error = crate::linear_algebra::norm(&w.vector);
    cholesky::solve_lower(factor, &mut w.gradient);
    let decrement = crate::linear_algebra::norm(&w.gradient) + summation_error;

    let unrounded = Unrounded { decrement, residual_errors: sums.residual_errors, inflation };

    // (x'H⁻¹x)^½ = ‖Σ_j x_j L⁻¹e_j‖ ≤ Σ_j |x_j| ((H⁻¹)_jj)^½.
    w.inverse_diagonal.iter_mut().for_each(|value| *value = value.sqrt());
    let sizes = &w.inverse_diagonal[..p];
    // As if every row were as large as the largest in every column: no pass over the rows at all.
    let (mut nu, mut radius) = unrounded.bounds(length_bound(&w.largest, sizes));
    let small = constant(SMALL);
    // Lane by lane, whatever the others need.
    let mut needed = wanted.and(definite).and(well_conditioned).and((nu * radius).less_or_equal(small).not());
    if needed.any() {
        let row_by_row = unrounded.bounds(rows.largest_bound(sizes));
        nu = R::select(needed, row_by_row.0, nu);
        radius = R::select(needed, row_by_row.1, radius);
        needed = needed.and((nu * radius).less_or_equal(small).not());
    }
    if needed.any() {
        let exactly = unrounded.bounds(rows.largest_in_factor(factor, &mut w.vector));
        nu = R::select(needed, exactly.0, nu);
        radius = R::select(needed, exactly.1, radius);
    }
    Proof { nu, radius, definite, well_conditioned }
}

impl<R: Real> Proof<R> {
    /// One lane of many.
    pub fn map(self, lane: impl Fn(R) -> f64, definite: bool, well_conditioned: bool) -> Proof<f64> {
        Proof { nu: lane(self.nu), radius: lane(self.radius), definite, well_conditioned }
    }
}

/// What is known of a point before its proof.
#[derive(Clone, Copy, Debug)]
pub struct Ends {
    objective: f64,
    objective_error: f64,
    gradient_norm: f64,
}

impl Ends {
    /// `rounding` bounds the relative rounding error of `objective`, that of the predictors left out.
    pub fn new(objective: f64, rounding: f64, sums: &Sums<f64>) -> Ends {
        let objective_error = sums.predictor_errors + rounding * objective;
        Ends { objective, objective_error, gradient_norm: sums.gradient_norm }
    }

    /// Whether objective and gradient are numbers.
    pub fn is_finite(&self) -> bool {
        self.objective.is_finite() && self.gradient_norm.is_finite()
    }

    /// Nothing is proved.
    pub fn refuse(self, refusal: Refusal) -> Certificate {
        let Ends { objective, objective_error, gradient_norm } = self;
        Certificate { objective, objective_error, gradient_norm, gap: Err(refusal) }
    }

    /// What is proved.
    pub fn certificate(self, proof: Proof<f64>) -> Certificate {
        if !self.is_finite() {
            self.refuse(Refusal::NotFinite)
        } else if !proof.definite {
            self.refuse(Refusal::Singular)
        } else if !proof.well_conditioned {
            self.refuse(Refusal::IllConditioned)
        } else {
            let gap = gap_bound(proof.nu, proof.radius).ok_or(Refusal::TooFar);
            Certificate { gap, ..self.refuse(Refusal::TooFar) }
        }
    }
}

/// What ν and R are before rounding is allowed for.
struct Unrounded<R> {
    decrement: R,
    residual_errors: R,
    inflation: R,
}

impl<R: Real> Unrounded<R> {
    /// Upper bounds on ν and R from one on R.
    #[inline(always)]
    fn bounds(&self, radius: R) -> (R, R) {
        (radius.mul_add(self.residual_errors, self.decrement) * self.inflation, radius * self.inflation)
    }
}

/// The largest `length` of a row.
#[inline(always)]
fn largest_of<R: Real>(rows: impl Iterator<Item: Deref<Target = [R]>>, mut length: impl FnMut(&[R]) -> R) -> R {
    let mut largest = R::splat(0.0);
    for row in rows {
        let length = length(&row);
        largest = R::select(largest.less(length), length, largest);
    }
    largest
}

/// Σ_j |x_j| |sizes_j|.
#[inline(always)]
fn length_bound<R: Real>(row: &[R], sizes: &[R]) -> R {
    let mut length = R::splat(0.0);
    for (&x, &size) in row.iter().zip(sizes) {
        length = x.abs().mul_add(size.abs(), length);
    }
    length
}

/// ν² s(νR), the bound on the gap, where νR < 1.
pub fn gap_bound(decrement: f64, radius: f64) -> Option<f64> {
    let x = decrement * radius;
    // A NaN must not pass.
    if !(x < 1.0) {
        return None;
    }
    let shape = if x < 0.1 {
        // Σ x^k/((k+1)(k+2)); what is left out after 16 terms is below 1e-18.
        (0..16).rev().fold(0.0, |sum, k| sum * x + 1.0 / f64::from((k + 1) * (k + 2)))
    } else {
        (x + (1.0 - x) * (-x).ln_1p()) / (x * x)
    };
    Some(decrement * decrement * shape * (1.0 + 1e-13))
}

/// Fills `inverse_diagonal` with (H⁻¹)_jj.
#[inline(always)]
fn invert_diagonal<R: Real>(factor: &[R], inverse_diagonal: &mut [R], column: &mut [R]) {
    // H⁻¹ = L⁻ᵀ L⁻¹, so (H⁻¹)_jj is the squared length of column j of L⁻¹, which is zero above j.
    let p = inverse_diagonal.len();
    for j in 0..p {
        let mut squared = R::splat(0.0);
        for i in j..p {
            let row = packed::at(i, 0);
            let mut sum = R::splat(if i == j { 1.0 } else { 0.0 });
            for k in j..i {
                sum = (-factor[row + k]).mul_add(column[k], sum);
            }
            column[i] = sum * (R::splat(1.0) / factor[row + i]);
            squared = column[i].mul_add(column[i], squared);
        }
        inverse_diagonal[j] = squared;
    }
}

/// Solves M v = b in place, M being L with its off-diagonal entries replaced by minus their sizes: v ≥ |L⁻¹| b.
#[inline(always)]
fn solve_comparison<R: Real>(factor: &[R], vector: &mut [R]) {
    for i in 0..vector.len() {
        let row = packed::at(i, 0);
        let mut sum = vector[i];
        for k in 0..i {
            sum = factor[row + k].abs().mul_add(vector[k], sum);
        }
        vector[i] = sum * (R::splat(1.0) / factor[row + i]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PenaltyTerm;

    #[test]
    fn gap_bound_is_continuous_and_has_its_limits() {
        // s(0) = 1/2: the quadratic model's gap; s(1) = 1.
        assert!((gap_bound(1e-3, 0.0).unwrap() / 0.5e-6 - 1.0).abs() < 1e-12);
        let (below, above) = (gap_bound(0.1 - 1e-12, 1.0).unwrap(), gap_bound(0.1, 1.0).unwrap());
        assert!((below / above - 1.0).abs() < 1e-10);
        assert!(gap_bound(0.999_999, 1.0).unwrap() < 1.0);
        assert_eq!(gap_bound(1.0, 1.0), None);
        assert_eq!(gap_bound(f64::NAN, 1.0), None);
    }

    #[test]
    fn one_parameter_by_hand() {
        // Two rows of one class and one of the other, intercept only: β* = ln 2, F(β*) = 3 ln 3 − 2 ln 2.
        let problem =
            Problem { design: DesignMatrix::dense(&[1.0; 3], 1), signs: &[1.0, 1.0, -1.0], penalty: PenaltyTerm::NONE };
        let optimum = 3.0 * 3f64.ln() - 2.0 * 2f64.ln();
        for b in [0.0, 0.5, 0.69, 0.693, 0.9] {
            let certificate = certify(&problem, &[b], None, &mut Workspace::default());
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
            signs: &[-1.0, 1.0],
            penalty: PenaltyTerm::NONE,
        };
        for exponent in -3..12 {
            let certificate = certify(&problem, &[0.0, 2f64.powi(exponent)], None, &mut Workspace::default());
            assert!(certificate.gap.is_err(), "2^{exponent}: {certificate:?}");
        }
    }
}
