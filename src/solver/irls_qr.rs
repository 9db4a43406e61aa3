//! Iteratively reweighted least squares by QR of the weighted design, as in R's `glm.fit`.

use super::lanes::{blend, in_every_set};
use super::line_search::search;
use super::{
    Calls, Combine, LaneMethod, LaneMethods, LaneProblem, LaneState, Oracle, Point, Solver, State, Step, StopRules,
    Tolerances,
};
use crate::linear_algebra::{Mask, Pack, Real, norm, qr::LeastSquares};
use crate::model::loss::RowLoss;
use crate::model::loss::in_lanes::{LaneRow, logistic};
use crate::model::{Order, Problem, Sigmoid};

/// The source of the first weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QrStart {
    /// β = 0: probabilities ½, weights ¼.
    Zero,
    /// R's start for a row of weight 1: probabilities (y + ½)/2, so weights 3/16 and working responses s(log 3 + 4/3).
    Glm,
}

/// The shortest step: a deviance that is not finite there will not be finite after a shorter step.
const SHORTEST: f64 = 1e-10;

/// The stopping rules of `glm.fit`: a relative change of the deviance of 1e-8, or 25 iterations, so that results compare with
/// R's. Separation ends the fit too, as with every method but the article's, although `glm.fit` does not look for it.
pub(super) const STOP: StopRules = StopRules {
    tolerances: Tolerances { deviance_change: Some(1e-8), ..Tolerances::NONE },
    combine: Combine::Any,
    max_iterations: 25,
    time_limit: None,
    separated: true,
};

/// Each step fits the working response z = η + (y − p)/w by least squares with weights w:
///
/// ```text
/// min_β Σ_i w_i (z_i − x_i'β)² + Σ_j λ_j β_j²,      QR of the rows √w_i x_i' (and √λ_j e_j').
/// ```
///
/// On an ill-conditioned design QR keeps about twice the digits of the normal equations, because it never forms X'WX. As in
/// `glm.fit`, a step is shortened only if the deviance after it is not finite, and collinear columns get coefficient 0.
#[derive(Clone, Copy, Debug)]
pub struct IrlsQr {
    /// The source of the first weights.
    pub start: QrStart,
    /// Whether LAPACK factors the weighted design.
    pub lapack: bool,
}

impl Solver for IrlsQr {
    fn state(&self) -> Box<dyn State + '_> {
        Box::new(IrlsQrState { method: *self, first: true, ..IrlsQrState::default() })
    }

    fn lanes(&self) -> Option<LaneMethods<'_>> {
        (!self.lapack).then_some(in_every_set!(self))
    }

    fn lanes_start_anywhere(&self) -> bool {
        true
    }

    fn own_start(&self) -> Option<&'static str> {
        (self.start == QrStart::Glm).then_some("its first weights are those of glm.fit; take its start = \"zero\"")
    }

    /// Counts the weighted rows and their factor.
    fn memory(&self, rows: u64, columns: u64) -> u64 {
        8 * (rows + columns) * (2 * columns + 8)
    }
}

/// R's first weight of a row.
const START_WEIGHT: f64 = 3.0 / 16.0;

/// R's first working response of a row, times its sign.
fn start_response() -> f64 {
    3f64.ln() + 4.0 / 3.0
}

/// √w and √w z of a row; zeros, which leave it out as glm.fit does, where its weight has underflowed.
#[inline(always)]
fn weighted<R: Real>(weight: R, response: R) -> (R, R) {
    let (zero, root) = (R::splat(0.0), weight.sqrt());
    let usable = zero.less(weight).and((response * zero).less_or_equal(zero));
    (R::select(usable, root, zero), R::select(usable, root * response, zero))
}

/// The rows √λ_j e_j' of the columns with λ_j > 0, as pairs of j and √λ_j.
fn penalty_rows(weights: &[f64]) -> Vec<(usize, f64)> {
    weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0).map(|(j, weight)| (j, weight.sqrt())).collect()
}

#[derive(Default)]
struct IrlsQrState {
    method: IrlsQr,
    first: bool,
    now: Point,
    trial: Point,
    weights: Vec<f64>,
    responses: Vec<f64>,
    least_squares: LeastSquares<f64>,
}

impl Default for IrlsQr {
    fn default() -> IrlsQr {
        IrlsQr { start: QrStart::Glm, lapack: false }
    }
}

impl IrlsQrState {
    /// √w_i and √w_i z_i per row at the present point, or at R's start.
    fn weigh(&mut self, problem: &Problem<'_>) {
        self.weights.clear();
        self.responses.clear();
        let at_start = self.first && self.method.start == QrStart::Glm;
        let Problem { design, loss, .. } = *problem;
        design.each_predictor(&self.now.coefficients, |i, eta| {
            let (weight, response) = if at_start {
                (START_WEIGHT * loss.row_weight(i), loss.margin(i, start_response()) - loss.offset(i))
            } else {
                let RowLoss { slope, weight, .. } = loss.of_row(i, eta, Sigmoid::Stable);
                // Less the offset, which x'β does not have to reach. (y − p)/w = s σ(−m)/(σ(m) σ(−m)) = s/σ(m), and σ(m) = 1 − σ(−m) has no cancellation where it matters.
                (weight, eta - slope / weight)
            };
            let (root, response) = weighted(weight, response);
            self.weights.push(root);
            self.responses.push(response);
        });
    }

    /// Sets the trial point to the solution of the weighted least-squares problem; false if it has none.
    fn solve(&mut self, problem: &Problem<'_>) -> bool {
        let (n, p) = (problem.len(), problem.unknowns());
        // The penalty is quadratic, because the method needs that capability.
        let penalised = penalty_rows(problem.penalty.quadratic().unwrap_or(&[]));
        let entry = |i: usize, j: usize| match i.checked_sub(n) {
            None => self.weights[i] * problem.design.entry(i, j),
            Some(k) if penalised[k].0 == j => penalised[k].1,
            Some(_) => 0.0,
        };
        let right = |i: usize| self.responses.get(i).copied().unwrap_or(0.0);
        let rows = n + penalised.len();
        #[cfg(feature = "lapack")]
        if self.method.lapack {
            let solution = crate::linear_algebra::lapack::least_squares(rows, p, entry, right);
            return solution.map(|solution| self.trial.coefficients.copy_from_slice(&solution)).is_some();
        }
        self.least_squares.solve((rows, p), entry, right, &mut self.trial.coefficients) > 0.0
    }
}

impl State for IrlsQrState {
    fn start(&mut self, oracle: &mut Oracle<'_>) {
        oracle.use_sigmoid(Sigmoid::Stable);
        self.first = true;
        for point in [&mut self.now, &mut self.trial] {
            point.go_to_start(oracle);
        }
        oracle.evaluate(&self.now.coefficients, Order::Gradient, &mut self.now.evaluation);
    }

    fn step(&mut self, oracle: &mut Oracle<'_>) -> Step {
        let solved = oracle.pass(Order::Hessian, |problem| {
            self.weigh(problem);
            self.solve(problem)
        });
        if !solved {
            return Step::Singular;
        }
        self.first = false;
        let IrlsQrState { now, trial, .. } = self;
        // A shorter step goes half way back from the last trial point, as in glm.fit; no direction is formed.
        let length = search(
            1.0,
            SHORTEST,
            &[],
            |length| 0.5 * length,
            |length| {
                if length < 1.0 {
                    for (trial, b) in trial.coefficients.iter_mut().zip(&now.coefficients) {
                        *trial = 0.5 * (*trial + b);
                    }
                }
                oracle.evaluate(&trial.coefficients, Order::Gradient, &mut trial.evaluation);
                // A shorter step does not mend coefficients that are not finite.
                let hopeless = trial.coefficients.iter().any(|b| !b.is_finite());
                trial.evaluation.objective.is_finite() || hopeless
            },
        );
        let Some(length) = length else { return Step::Stalled };
        let change: Vec<f64> =
            self.trial.coefficients.iter().zip(&self.now.coefficients).map(|(trial, b)| trial - b).collect();
        self.trial.step_length = length;
        self.trial.step_norm = norm(&change);
        std::mem::swap(&mut self.now, &mut self.trial);
        Step::Moved
    }

    fn point(&self) -> &Point {
        &self.now
    }
}

/// The same steps in lanes, from rows that come with their signs: s_i z_i = m_i + 1/σ(m_i). A step is stored as the direction from
/// the present point to the solution.
impl<R: Pack> LaneMethod<R> for IrlsQr {
    fn order(&self) -> Order {
        Order::Gradient
    }

    fn sigmoid(&self) -> Sigmoid {
        Sigmoid::Stable
    }

    /// 1 before a first step with R's weights, else 0.
    fn memory(&self, _: usize) -> (usize, usize) {
        (1, 0)
    }

    fn shortest(&self) -> f64 {
        SHORTEST
    }

    fn ends_near(&self) -> bool {
        true
    }

    fn count_start(&self, calls: &mut Calls) {
        calls.gradient += 1;
    }

    fn count_step(&self, calls: &mut Calls) {
        calls.hessian += 1;
    }

    fn start(&self, state: &mut LaneState<R>, fresh: R::Mask) {
        R::vectorize(
            #[inline(always)]
            || {
                let is_first = f64::from(u8::from(self.start == QrStart::Glm));
                blend(fresh, &mut state.direction_memory, &[R::splat(is_first)]);
            },
        );
    }

    fn accept(&self, state: &mut LaneState<R>) -> R::Mask {
        R::vectorize(
            #[inline(always)]
            || {
                let zero = R::splat(0.0);
                let mut coefficients = zero;
                for &b in &state.trial.coefficients {
                    coefficients = coefficients + b * zero;
                }
                let is_finite = (state.trial.evaluation.objective * zero).less_or_equal(zero);
                is_finite.or(coefficients.less_or_equal(zero).not())
            },
        )
    }

    fn advance(&self, state: &mut LaneState<R>, problem: LaneProblem<'_, R>, moved: R::Mask) -> R::Mask {
        let penalised = penalty_rows(problem.penalties);
        R::vectorize(
            #[inline(always)]
            || {
                let LaneState { now, direction, direction_memory, new_direction, scratch, least_squares, .. } = state;
                let (b, signed) = (&now.coefficients[..], problem.signed);
                let (p, n) = (b.len(), signed.len() / b.len());
                let (zero, first) = (R::splat(0.0), R::splat(0.0).less(direction_memory[0]));
                // √w_i and √w_i s_i z_i, row after row.
                scratch.clear();
                for row in signed.chunks_exact(p) {
                    let mut margin = row[0] * b[0];
                    for j in 1..p {
                        margin = row[j].mul_add(b[j], margin);
                    }
                    let LaneRow { residual, weight, .. } = logistic(margin);
                    let response = R::select(first, R::splat(start_response()), margin + residual / weight);
                    let (root, response) = weighted(R::select(first, R::splat(START_WEIGHT), weight), response);
                    scratch.push(root);
                    scratch.push(response);
                }
                let rank = least_squares.solve(
                    (n + penalised.len(), p),
                    #[inline(always)]
                    |i, j| match i.checked_sub(n) {
                        None => scratch[2 * i] * signed[i * p + j],
                        Some(k) if penalised[k].0 == j => R::splat(penalised[k].1),
                        Some(_) => zero,
                    },
                    #[inline(always)]
                    |i| if i < n { scratch[2 * i + 1] } else { zero },
                    new_direction,
                );
                for ((d, &new), &b) in direction.iter_mut().zip(&*new_direction).zip(b) {
                    *d = R::select(moved, new - b, *d);
                }
                direction_memory[0] = R::select(moved, zero, direction_memory[0]);
                let half = R::splat(0.5) * state.length;
                state.length = R::select(moved, R::splat(1.0), half);
                zero.less(rank)
            },
        )
    }

    fn shorten(&self, state: &mut LaneState<R>) {
        state.length = R::vectorize(
            #[inline(always)]
            || R::splat(0.5) * state.length,
        );
    }
}
