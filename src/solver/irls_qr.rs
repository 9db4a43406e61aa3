//! Iteratively reweighted least squares by QR of the weighted design, as in R's `glm.fit`.

use super::line_search::search;
use super::{Combine, Oracle, Point, Solver, State, Step, StopRules, Tolerances};
use crate::linear_algebra::{norm, qr::LeastSquares};
use crate::model::loss::RowLoss;
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

    fn own_start(&self) -> Option<&'static str> {
        (self.start == QrStart::Glm).then_some("its first weights are those of glm.fit; take its start = \"zero\"")
    }

    /// Counts the weighted rows and their factor.
    fn memory(&self, rows: u64, columns: u64) -> u64 {
        8 * (rows + columns) * (2 * columns + 8)
    }
}

#[derive(Default)]
struct IrlsQrState {
    method: IrlsQr,
    first: bool,
    now: Point,
    trial: Point,
    weights: Vec<f64>,
    responses: Vec<f64>,
    least_squares: LeastSquares,
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
                (3.0 / 16.0 * loss.row_weight(i), loss.margin(i, 3f64.ln() + 4.0 / 3.0) - loss.offset(i))
            } else {
                let RowLoss { slope, weight, .. } = loss.of_row(i, eta, Sigmoid::Stable);
                // Less the offset, which x'β does not have to reach. (y − p)/w = s σ(−m)/(σ(m) σ(−m)) = s/σ(m), and σ(m) = 1 − σ(−m) has no cancellation where it matters.
                (weight, eta - slope / weight)
            };
            let root = weight.sqrt();
            // Leaves out a row whose weight has underflowed, as glm.fit does.
            let usable = weight > 0.0 && response.is_finite();
            self.weights.push(if usable { root } else { 0.0 });
            self.responses.push(if usable { root * response } else { 0.0 });
        });
    }

    /// Sets the trial point to the solution of the weighted least-squares problem; false if it has none.
    fn solve(&mut self, problem: &Problem<'_>) -> bool {
        let (n, p) = (problem.len(), problem.unknowns());
        // The penalty is quadratic, because the method needs that capability.
        let weights = problem.penalty.quadratic().unwrap_or(&[]).iter().enumerate();
        let penalised: Vec<(usize, f64)> =
            weights.filter(|(_, weight)| **weight > 0.0).map(|(j, weight)| (j, weight.sqrt())).collect();
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
        self.least_squares.solve(rows, p, entry, right, &mut self.trial.coefficients) > 0
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
