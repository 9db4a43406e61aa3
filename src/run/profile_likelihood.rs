//! Intervals by the profile likelihood: the values of a coefficient that a likelihood-ratio test does not reject.
//!
//! For a coefficient b = a'γ let F_p(c) be the least F(γ) with a'γ = c. The interval of level 1 − α has the c with
//! 2 (F_p(c) − F(γ̂)) at most the 1 − α quantile of χ² with one degree of freedom (Venzon & Moolgavkar 1988, Applied
//! Statistics 37, 87-94; R's `confint`). With Firth's penalty F is the penalised objective, its determinant that of the whole
//! information matrix (Heinze & Schemper 2002; `logistf`).
//!
//! Newton's method stays on the hyperplane a'γ = c: among all d with a'd = 0 the quadratic model is least at
//!
//! ```text
//! d = −H⁻¹g + v a'H⁻¹g / a'v,      v = H⁻¹a,
//! ```
//!
//! and the curve of constrained optima leaves it along v / a'v. The ends are found on √(2 (F_p(c) − F(γ̂))), which is nearly
//! linear in c: bracketed by growing steps, then by the Illinois variant of false position.

use crate::linear_algebra::{cholesky, dot};
use crate::model::{Evaluation, Evaluator, Order, Problem};
use crate::record::Profiled;
use crate::statistics::distribution::chi_squared_quantile;

/// Absolute tolerance of √(2 (F_p − F)) at the ends of the interval, where it is about 2.
const TOLERANCE: f64 = 1e-9;
/// Narrowest bracket, as a share of the first step; in a narrower one rounding of F decides.
const NARROWEST: f64 = 1e-11;
/// Newton decrement d'Hd at which a constrained optimum is reached: twice its distance in F, far below [`TOLERANCE`].
const DECREMENT: f64 = 1e-14;
/// Most Newton steps to a constrained optimum: thousands, because Newton's method converges only linearly under Firth's penalty.
const MOST_ITERATIONS: usize = 2000;
/// Most steps of the search for a bracket, each 1.5 times the one before: they reach 10¹⁰ standard errors.
const MOST_STEPS: usize = 60;
/// Relative amount by which F may seem to fall below its optimum: rounding and the gap of the estimate.
const SLACK: f64 = 1e-8;

/// The interval of b = a'γ at `level`; `optimum` is the unconstrained optimum γ̂.
pub fn interval(problem: &Problem<'_>, optimum: &[f64], functional: &[f64], level: f64) -> Profiled {
    let target = chi_squared_quantile(level, 1.0).sqrt();
    let end = |sign| Search::new(problem, optimum, functional).and_then(|search| search.end(sign, target));
    match (end(-1.0), end(1.0)) {
        (Ok(low), Ok(high)) => Profiled::Interval(low, high),
        (Err(reason), _) | (_, Err(reason)) => reason,
    }
}

/// Constrained optima of one coefficient.
struct Search<'a> {
    problem: &'a Problem<'a>,
    evaluator: Evaluator<'static>,
    functional: &'a [f64],
    /// F and b at the unconstrained optimum.
    best: f64,
    estimate: f64,
    /// Standard error of b there.
    error: f64,
    /// The last constrained optimum, F and its derivatives there, and v / a'v.
    point: Vec<f64>,
    here: Evaluation,
    trial: Evaluation,
    tangent: Vec<f64>,
}

impl<'a> Search<'a> {
    fn new(problem: &'a Problem<'a>, optimum: &[f64], functional: &'a [f64]) -> Result<Search<'a>, Profiled> {
        let mut here = Evaluation::default();
        let mut evaluator = Evaluator::default();
        evaluator.evaluate(problem, optimum, Order::Hessian, &mut here);
        let mut search = Search {
            problem,
            evaluator,
            functional,
            best: here.objective,
            estimate: dot(functional, optimum),
            error: 0.0,
            point: optimum.to_vec(),
            here,
            trial: Evaluation::default(),
            tangent: Vec::new(),
        };
        let (_, variance) = search.step().ok_or(Profiled::Failed)?;
        search.error = variance.sqrt();
        Ok(search)
    }

    /// The end of the interval below (`sign` −1) or above (+1) the estimate.
    fn end(mut self, sign: f64, target: f64) -> Result<f64, Profiled> {
        let first = target * self.error;
        let (mut inside, mut below) = (self.estimate, -target);
        let (mut step, mut outside) = (first, None);
        for _ in 0..MOST_STEPS {
            let (value, point, tangent) = (inside + sign * step, self.point.clone(), self.tangent.clone());
            match self.excess(value, target) {
                Ok(above) if above >= 0.0 => {
                    outside = Some((value, above));
                    break;
                }
                Ok(excess) => (inside, below, step) = (value, excess, 1.5 * step),
                Err(Profiled::Failed) => {
                    // The step was too long: the information matrix is singular there.
                    (self.point, self.tangent, step) = (point, tangent, 0.25 * step);
                    self.evaluator.evaluate(self.problem, &self.point, Order::Hessian, &mut self.here);
                }
                Err(reason) => return Err(reason),
            }
        }
        let Some((mut outside, mut above)) = outside else {
            // The steps have grown without end (an infinite interval) or shrunk to nothing.
            return if step > first { Ok(sign * f64::INFINITY) } else { Err(Profiled::Failed) };
        };
        let mut last = 0.0;
        for _ in 0..100 {
            let value = inside - below * (outside - inside) / (above - below);
            let excess = self.excess(value, target)?;
            if excess.abs() <= TOLERANCE || (outside - inside).abs() <= NARROWEST * first {
                return Ok(value);
            }
            // Illinois: the value at an end that stays for a second time is halved.
            if excess < 0.0 {
                (inside, below) = (value, excess);
                above *= if last < 0.0 { 0.5 } else { 1.0 };
            } else {
                (outside, above) = (value, excess);
                below *= if last > 0.0 { 0.5 } else { 1.0 };
            }
            last = excess;
        }
        Err(Profiled::Failed)
    }

    /// √(2 (F_p(value) − F(γ̂))) − `target`.
    fn excess(&mut self, value: f64, target: f64) -> Result<f64, Profiled> {
        let rise = self.minimise(value).ok_or(Profiled::Failed)? - self.best;
        if rise < -SLACK * self.here.magnitude.max(1.0) {
            return Err(Profiled::Higher);
        }
        Ok((2.0 * rise.max(0.0)).sqrt() - target)
    }

    /// F_p(value), starting from the last constrained optimum.
    fn minimise(&mut self, value: f64) -> Option<f64> {
        let far = value - dot(self.functional, &self.point);
        self.point.iter_mut().zip(&self.tangent).for_each(|(b, t)| *b += far * t);
        self.evaluator.evaluate(self.problem, &self.point, Order::Hessian, &mut self.here);
        for _ in 0..MOST_ITERATIONS {
            let (direction, _) = self.step()?;
            let decrement = -dot(&direction, &self.here.gradient);
            if decrement.is_nan() {
                return None;
            }
            if decrement <= DECREMENT || !self.descend(&direction) {
                return Some(self.here.objective);
            }
        }
        None
    }

    /// The Newton step on the hyperplane, and a'H⁻¹a; sets the tangent.
    fn step(&mut self) -> Option<(Vec<f64>, f64)> {
        let mut factor = self.here.hessian.clone();
        if !cholesky::factor(&mut factor, self.problem.unknowns()) {
            return None;
        }
        let mut along = self.functional.to_vec();
        cholesky::solve(&factor, &mut along);
        let mut newton = self.here.gradient.clone();
        cholesky::solve(&factor, &mut newton);
        let variance = dot(self.functional, &along);
        let drift = dot(self.functional, &newton);
        self.tangent = along.iter().map(|v| v / variance).collect();
        let direction = newton.iter().zip(&self.tangent).map(|(d, t)| drift * t - d).collect();
        Some((direction, variance))
    }

    /// Goes along `direction`, halving the step until F falls; false where no step lets F fall, because of rounding.
    fn descend(&mut self, direction: &[f64]) -> bool {
        let mut length = 1.0;
        while length > 1e-10 {
            let next: Vec<f64> = self.point.iter().zip(direction).map(|(b, d)| b + length * d).collect();
            self.evaluator.evaluate(self.problem, &next, Order::Hessian, &mut self.trial);
            if self.trial.objective < self.here.objective {
                self.point = next;
                std::mem::swap(&mut self.here, &mut self.trial);
                return true;
            }
            length *= 0.5;
        }
        false
    }
}
