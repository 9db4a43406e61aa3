//! Objective, gradient and Hessian at a point in one pass over the rows.

use super::panels::{self, Found, Rows};
use super::{Problem, firth};
use crate::linear_algebra::packed;

/// The highest derivative an evaluation computes; it always computes those below too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Order {
    /// The objective alone.
    Objective,
    /// Objective and gradient.
    Gradient,
    /// Objective, gradient and Hessian.
    Hessian,
}

/// How the probability of a row is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sigmoid {
    /// From exp of a non-positive number: no overflow, and residuals without cancellation.
    Stable,
    /// `exp(z) / (1 + exp(z))` as the article writes it: NaN for z above 709, and residuals as the difference y − p.
    Naive,
}

/// The model at one point.
#[derive(Clone, Debug, Default)]
pub struct Evaluation {
    /// F(β).
    pub objective: f64,
    /// Sum of the sizes of the terms of F, to which its rounding is relative: F(β) itself, but for Firth's penalty.
    pub magnitude: f64,
    /// g(β), length p.
    pub gradient: Vec<f64>,
    /// H(β) as a packed lower triangle, length p(p+1)/2.
    pub hessian: Vec<f64>,
    /// The highest derivative here that belongs to the point, and how probabilities were computed for it.
    pub holds: Option<(Order, Sigmoid)>,
    /// The smallest s_i·x_i'β: positive when every row is on its class's side of the hyperplane.
    pub smallest_margin: f64,
    /// The point.
    at: Vec<f64>,
    /// m_i and max_i |x_ij|, if the rows went through panels; else empty.
    margins: Vec<f64>,
    largest: Vec<f64>,
    firth: firth::Adjustment,
    scratch: panels::Scratch,
}

/// log(1 + exp(−m)), σ(−m) and σ(m)σ(−m) from one exponential, without overflow or cancellation.
#[inline(always)]
pub fn logistic(margin: f64) -> (f64, f64, f64) {
    let (loss, [residual, opposite]) = loss_and_sigmoids(margin);
    (loss, residual, residual * opposite)
}

/// log(1 + exp(−m)), and σ(−m) and σ(m), likewise.
#[inline(always)]
pub fn loss_and_sigmoids(margin: f64) -> (f64, [f64; 2]) {
    let exponential = (-margin.abs()).exp();
    let reciprocal = 1.0 / (1.0 + exponential);
    let small = exponential * reciprocal;
    let loss = exponential.ln_1p() + (-margin).max(0.0);
    let [residual, opposite] = if margin > 0.0 { [small, reciprocal] } else { [reciprocal, small] };
    // The comparisons above send a NaN margin to finite branches; the exponential carries it.
    let nan = 0.0 * exponential;
    (loss + nan, [residual + nan, opposite + nan])
}

impl Evaluation {
    /// Makes room for `columns` coefficients.
    pub fn resize(&mut self, columns: usize) {
        self.gradient.resize(columns, 0.0);
        self.hessian.resize(packed::len(columns), 0.0);
    }

    /// Evaluates the problem at `coefficients` up to `order`.
    ///
    /// A naive sigmoid enters gradient and Hessian; the objective and the margins, which the article's code does not
    /// compute, are always the stable ones. Firth's penalty is that of the weights in the Hessian; a problem that has it is
    /// always evaluated up to the Hessian.
    pub fn compute(&mut self, problem: &Problem<'_>, coefficients: &[f64], order: Order, sigmoid: Sigmoid) {
        self.compute_with(problem, coefficients, order, sigmoid, &mut Vec::new());
    }

    /// [`compute`](Evaluation::compute), and notes max_i |x_ij| of each column in `largest` if it has been found; what an earlier
    /// evaluation of the problem has noted there is not looked for again.
    pub fn compute_with(
        &mut self,
        problem: &Problem<'_>,
        coefficients: &[f64],
        order: Order,
        sigmoid: Sigmoid,
        largest: &mut Vec<f64>,
    ) {
        let order = if problem.firth { Order::Hessian } else { order };
        self.resize(problem.columns);
        self.holds = Some((order, sigmoid));
        self.at.clear();
        self.at.extend_from_slice(coefficients);
        self.firth.clear();
        self.objective = 0.0;
        self.smallest_margin = f64::INFINITY;
        self.gradient.fill(0.0);
        if order == Order::Hessian {
            self.hessian.fill(0.0);
        }
        let in_panels = sigmoid == Sigmoid::Stable && suits_panels(problem);
        if in_panels {
            // What is there is overwritten; and of memory that is new, the threads that do so are the first to touch each page.
            if self.margins.capacity() < problem.len() {
                self.margins = vec![0.0; problem.len()];
            }
            self.margins.resize(problem.len(), 0.0);
            self.largest.clear();
            if largest.is_empty() && order >= Order::Gradient {
                self.largest.resize(problem.columns, 0.0);
            }
            self.in_panels(problem, coefficients, order, 1);
            if self.largest.is_empty() {
                self.largest.clone_from(largest);
            } else {
                largest.clone_from(&self.largest);
            }
        } else {
            self.margins.clear();
            self.largest.clear();
        }
        let (count, p) = (if in_panels { 0 } else { problem.len() }, problem.columns);
        // Some rows at a time: which precision they have need not be asked of each.
        for first in (0..count).step_by(64) {
            let last = count.min(first + 64);
            let numbers = problem.rows.part(first * p..last * p).widened();
            for (i, &sign) in problem.signs[first..last].iter().enumerate() {
                let row = &numbers[i * p..(i + 1) * p];
                let predictor = predictor(row, coefficients);
                let margin = sign * predictor;
                let (loss, residual, weight) = logistic(margin);
                self.objective += loss;
                // Written so that a NaN margin replaces the minimum and stays.
                if !(margin >= self.smallest_margin) {
                    self.smallest_margin = margin;
                }
                if order == Order::Objective {
                    continue;
                }
                let (slope, weight) = match sigmoid {
                    Sigmoid::Stable => (-sign * residual, weight),
                    Sigmoid::Naive => {
                        let probability = naive_sigmoid(predictor);
                        (probability - if sign > 0.0 { 1.0 } else { 0.0 }, probability * (1.0 - probability))
                    }
                };
                if problem.firth {
                    let half_minus_probability = match sigmoid {
                        Sigmoid::Stable => -0.5 * (0.5 * predictor).tanh(),
                        Sigmoid::Naive => 0.5 - naive_sigmoid(predictor),
                    };
                    self.firth.push(weight, half_minus_probability);
                }
                for (sum, x) in self.gradient.iter_mut().zip(row) {
                    *sum += slope * x;
                }
                if order == Order::Hessian {
                    let mut place = self.hessian.iter_mut();
                    for (i, x) in row.iter().enumerate() {
                        let weighted = weight * x;
                        for (sum, other) in place.by_ref().take(i + 1).zip(row) {
                            *sum += weighted * other;
                        }
                    }
                }
            }
        }
        let firth = problem.firth.then(|| self.firth.apply(problem, &mut self.hessian, &mut self.gradient));
        self.add_penalty(problem, coefficients, order);
        self.magnitude = self.objective;
        if let Some(penalty) = firth {
            self.objective += penalty.value;
            self.magnitude += penalty.magnitude;
        }
    }

    /// Estimates the problem at `coefficients` up to the Hessian from one row in `share`, by the stable sigmoid: sums over these
    /// rows times `share`, and the penalty. `smallest_margin` is theirs. The problem is one that [`can_be_estimated`].
    ///
    /// H of some rows is below H of all, so the estimate divided by `share` bounds H(β) from below.
    pub fn estimate(&mut self, problem: &Problem<'_>, coefficients: &[f64], share: usize) {
        self.resize(problem.columns);
        self.margins.clear();
        self.largest.clear();
        self.in_panels(problem, coefficients, Order::Hessian, share);
        // It is not the problem at a point.
        self.holds = None;
        self.at.clear();
        let scale = share as f64;
        self.objective *= scale;
        self.gradient.iter_mut().chain(&mut self.hessian).for_each(|sum| *sum *= scale);
        self.add_penalty(problem, coefficients, Order::Hessian);
        self.magnitude = self.objective;
    }

    /// Whether it is up to `order`, by the stable sigmoid, and known to be of this very point.
    pub fn is_of(&self, coefficients: &[f64], order: Order) -> bool {
        self.holds.is_some_and(|(held, sigmoid)| held >= order && sigmoid == Sigmoid::Stable) && self.at == coefficients
    }

    /// m_i at this very point, if they are known; else none.
    pub fn margins(&self, coefficients: &[f64]) -> &[f64] {
        if self.at == coefficients { &self.margins } else { &[] }
    }

    /// max_i |x_ij| for each column, if they are known; else none.
    pub fn largest(&self) -> &[f64] {
        &self.largest
    }

    /// Whether it holds the Hessian by the stable sigmoid.
    pub fn has_stable_hessian(&self) -> bool {
        self.holds == Some((Order::Hessian, Sigmoid::Stable))
    }

    /// The sums over one row in `share`, in SIMD lanes.
    fn in_panels(&mut self, problem: &Problem<'_>, coefficients: &[f64], order: Order, share: usize) {
        let Problem { rows, columns, signs, workers, .. } = *problem;
        let rows = Rows { rows, columns, signs, share, before: 0 };
        let Evaluation { margins, gradient, largest, hessian, .. } = self;
        let found = Found { margins, gradient, largest, hessian };
        let totals = panels::logistic(rows, coefficients, order, workers, &mut self.scratch, found);
        (self.objective, self.smallest_margin) = (totals.losses, totals.smallest_margin);
    }

    /// Adds ½ Σ λ_j β_j² and its derivatives.
    fn add_penalty(&mut self, problem: &Problem<'_>, coefficients: &[f64], order: Order) {
        for (j, (&penalty, &coefficient)) in problem.penalties.iter().zip(coefficients).enumerate() {
            self.objective += 0.5 * penalty * coefficient * coefficient;
            self.gradient[j] += penalty * coefficient;
            if order == Order::Hessian {
                self.hessian[packed::at(j, j)] += penalty;
            }
        }
    }
}

/// Whether one row in `share` is enough for an [`estimate`](Evaluation::estimate) whose Hessian is not far from that of all rows.
pub fn can_be_estimated(problem: &Problem<'_>, share: usize) -> bool {
    /// Rows per coefficient.
    const ENOUGH: usize = 32;
    suits_panels(problem) && problem.len() >= share * ENOUGH * problem.columns
}

/// Whether the rows of a problem go through panels.
fn suits_panels(problem: &Problem<'_>) -> bool {
    !problem.firth && problem.rows.len() >= PANELS
}

/// Numbers of X from which rows go through panels. They are faster below that too (75 x 5: 1.6 instead of 3.7 µs up to the
/// Hessian), but there the order of sums is the simplest one, row after row.
pub(super) const PANELS: usize = 1 << 10;

/// The linear predictor x'β.
#[inline(always)]
pub fn predictor(row: &[f64], coefficients: &[f64]) -> f64 {
    row.iter().zip(coefficients).map(|(x, coefficient)| x * coefficient).sum()
}

/// p = e^z / (1 + e^z), evaluated literally.
#[inline(always)]
pub fn naive_sigmoid(predictor: f64) -> f64 {
    let exponential = predictor.exp();
    exponential / (1.0 + exponential)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear_algebra::Matrix;
    use crate::model::Serial;

    #[test]
    fn logistic_is_accurate_at_both_ends_and_keeps_nan() {
        let (loss, residual, weight) = logistic(800.0);
        assert!((0.0..1e-300).contains(&loss) && residual < 1e-300 && weight < 1e-300);
        let (loss, residual, weight) = logistic(-800.0);
        assert_eq!((loss, residual), (800.0, 1.0));
        assert!(weight < 1e-300);
        let (loss, residual, weight) = logistic(0.0);
        assert_eq!((loss, residual, weight), (std::f64::consts::LN_2, 0.5, 0.25));
        // σ(−30) to full relative accuracy, where 1 − σ(30) has 3 digits left.
        assert!((logistic(30.0).1 / 9.357_622_968_839_3e-14 - 1.0).abs() < 1e-13);
        let (loss, residual, weight) = logistic(f64::NAN);
        assert!(loss.is_nan() && residual.is_nan() && weight.is_nan());
    }

    #[test]
    fn derivatives_are_those_of_the_objective() {
        let rows = [1.0, 0.5, 1.0, -1.5, 1.0, 2.5];
        let problem = Problem {
            rows: Matrix::Double(&rows),
            columns: 2,
            signs: &[1.0, 1.0, -1.0],
            penalties: &[0.0, 0.7],
            firth: false,
            workers: &Serial,
        };
        let at = |b: [f64; 2]| {
            let mut evaluation = Evaluation::default();
            evaluation.compute(&problem, &b, Order::Hessian, Sigmoid::Stable);
            evaluation
        };
        let (b, h) = ([0.3, -0.4], 1e-5);
        let here = at(b);
        for j in 0..2 {
            let (mut up, mut down) = (b, b);
            up[j] += h;
            down[j] -= h;
            let (up, down) = (at(up), at(down));
            assert!(((up.objective - down.objective) / (2.0 * h) - here.gradient[j]).abs() < 1e-9);
            for k in 0..2 {
                let slope = (up.gradient[k] - down.gradient[k]) / (2.0 * h);
                assert!((slope - here.hessian[packed::at(j, k)]).abs() < 1e-9);
            }
        }
        let mut naive = Evaluation::default();
        naive.compute(&problem, &b, Order::Hessian, Sigmoid::Naive);
        for (a, b) in naive.gradient.iter().zip(&here.gradient) {
            assert!((a - b).abs() < 1e-15);
        }
    }
}
