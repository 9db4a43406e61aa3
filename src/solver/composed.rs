//! A direction and a step rule make a solver: d from the direction, t from the rule, β ← β + t d.

use super::{At, Direction, LaneMethods, Oracle, Point, Solver, State, Step, StepRule};
use crate::linear_algebra::{dot, norm};
use crate::model::{Evaluation, Order, Sigmoid};

/// The solver that goes along `direction` as far as `step_rule` says.
pub struct Composed<D, S> {
    /// Where to.
    pub direction: D,
    /// How far.
    pub step_rule: S,
    /// How probabilities are computed.
    pub sigmoid: Sigmoid,
}

impl<D: Direction, S: StepRule> Solver for Composed<D, S> {
    fn state(&self) -> Box<dyn State + '_> {
        Box::new(Walk {
            method: self,
            previous: Point::default(),
            now: Point::default(),
            trial: Point::default(),
            direction: Vec::new(),
            direction_memory: Vec::new(),
            rule_memory: Vec::new(),
            scratch: Vec::new(),
        })
    }

    fn lanes(&self) -> Option<LaneMethods<'_>> {
        LaneMethods::of(self)
    }
}

struct Walk<'m, D, S> {
    method: &'m Composed<D, S>,
    previous: Point,
    now: Point,
    trial: Point,
    direction: Vec<f64>,
    direction_memory: Vec<f64>,
    rule_memory: Vec<f64>,
    scratch: Vec<f64>,
}

/// A step so short that it cannot be told from rounding will not be accepted after yet another halving.
pub const SHORTEST: f64 = 1e-20;

pub(super) fn at(point: &Point) -> At<'_, f64> {
    let Evaluation { objective, magnitude, gradient, hessian, .. } = &point.evaluation;
    At { coefficients: &point.coefficients, objective: *objective, magnitude: *magnitude, gradient, hessian }
}

impl<D: Direction, S: StepRule> State for Walk<'_, D, S> {
    fn start(&mut self, oracle: &mut Oracle<'_>) {
        let columns = oracle.problem().columns;
        let Composed { direction, step_rule, sigmoid } = self.method;
        oracle.use_sigmoid(*sigmoid);
        for point in [&mut self.previous, &mut self.now, &mut self.trial] {
            point.coefficients.clear();
            point.coefficients.resize(columns, 0.0);
            point.evaluation.resize(columns);
            (point.step_length, point.step_norm) = (0.0, 0.0);
        }
        self.direction.clear();
        self.direction.resize(columns, 0.0);
        self.direction_memory.clear();
        self.direction_memory.resize(direction.memory(columns), 0.0);
        self.rule_memory.clear();
        self.rule_memory.resize(step_rule.memory(), 0.0);
        oracle.evaluate(&self.now.coefficients, Order::Hessian, &mut self.now.evaluation);
        self.previous.clone_from(&self.now);
        direction.start(at(&self.now), &mut self.direction_memory, &mut self.scratch);
        step_rule.start(at(&self.now), &mut self.rule_memory, &mut self.scratch);
    }

    fn step(&mut self, oracle: &mut Oracle<'_>) -> Step {
        let Composed { direction, step_rule, .. } = self.method;
        let now = at(&self.now);
        if !direction.direction(now, &mut self.direction_memory, &mut self.scratch, &mut self.direction) {
            return Step::Singular;
        }
        let slope = dot(now.gradient, &self.direction);
        let mut length = step_rule.first(at(&self.previous), now, &self.direction, &mut self.rule_memory);
        loop {
            for ((trial, b), d) in self.trial.coefficients.iter_mut().zip(now.coefficients).zip(&self.direction) {
                *trial = b + length * d;
            }
            oracle.evaluate(&self.trial.coefficients, D::ORDER, &mut self.trial.evaluation);
            if step_rule.accept(now, slope, length, self.trial.evaluation.objective, &mut self.rule_memory) {
                break;
            }
            // A length that is infinite or a direction that is NaN can be shortened for ever, and so can a direction that
            // rounding has turned uphill.
            if !length.is_finite() || self.direction.iter().any(|d| !d.is_finite()) {
                return Step::Stalled;
            }
            length = step_rule.shorten(length);
            if !(length > SHORTEST) {
                return Step::Stalled;
            }
        }
        self.trial.step_length = length;
        self.trial.step_norm = length * norm(&self.direction);
        // trial becomes now, now becomes previous, and the storage of previous takes the next trial.
        std::mem::swap(&mut self.previous, &mut self.now);
        std::mem::swap(&mut self.now, &mut self.trial);
        Step::Moved
    }

    fn point(&self) -> &Point {
        &self.now
    }
}
