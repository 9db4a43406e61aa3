//! A direction and a step rule make a solver: d from the direction, t from the rule, β ← β + t d.

use super::line_search::{SHORTEST, search};
use super::wide::ByShape;
use super::{
    At, Composed, Direction, LaneMethods, Oracle, Point, Solver, Start, StartCurvature, State, Step, StepRule,
};
use crate::linear_algebra::{dot, norm};
use crate::model::{Order, Sigmoid};

impl<D: Direction, S: StepRule> Solver for Composed<D, S> {
    fn state(&self) -> Box<dyn State + '_> {
        let state = ComposedState {
            method: self,
            previous: Point::default(),
            now: Point::default(),
            trial: Point::default(),
            direction: Vec::new(),
            direction_memory: Vec::new(),
            rule_memory: Vec::new(),
            scratch: Vec::new(),
        };
        // The system of n equations takes its weights from the stable sigmoid.
        if self.direction.is_newton() && self.sigmoid == Sigmoid::Stable {
            Box::new(ByShape::new(state, &self.step_rule))
        } else {
            Box::new(state)
        }
    }

    fn lanes(&self) -> Option<LaneMethods<'_>> {
        LaneMethods::of(self)
    }
}

struct ComposedState<'m, D, S> {
    method: &'m Composed<D, S>,
    previous: Point,
    now: Point,
    trial: Point,
    direction: Vec<f64>,
    direction_memory: Vec<f64>,
    rule_memory: Vec<f64>,
    scratch: Vec<f64>,
}

impl<D: Direction, S: StepRule> State for ComposedState<'_, D, S> {
    fn start(&mut self, oracle: &mut Oracle<'_>) {
        let columns = oracle.columns();
        let Composed { direction, step_rule, sigmoid } = self.method;
        oracle.use_sigmoid(*sigmoid);
        for point in [&mut self.previous, &mut self.now, &mut self.trial] {
            point.go_to_zero(columns);
        }
        self.direction.clear();
        self.direction.resize(columns, 0.0);
        self.direction_memory.clear();
        self.direction_memory.resize(direction.memory(columns), 0.0);
        self.rule_memory.clear();
        self.rule_memory.resize(step_rule.memory(), 0.0);
        let order = if self.method.starts_with_hessian() { Order::Hessian } else { D::ORDER };
        oracle.evaluate(&self.now.coefficients, order, &mut self.now.evaluation);
        self.previous.clone_from(&self.now);
        let along_gradient = match D::START {
            StartCurvature::AlongGradient => oracle.curvature_along_gradient(&self.now.evaluation),
            StartCurvature::Unread | StartCurvature::Hessian => 0.0,
        };
        // H at coefficients 0 bounds H everywhere, because probabilities are ½ there, but for an offset.
        let bounded = self.method.reads_starting_hessian()
            && oracle.evaluate_without_offset(&self.now.coefficients, &mut self.trial.evaluation);
        let bound = if bounded { &self.trial.evaluation.hessian } else { &self.now.evaluation.hessian };
        let start = Start { at: At { hessian: bound, ..self.now.at() }, along_gradient };
        direction.start(start, &mut self.direction_memory, &mut self.scratch);
        step_rule.start(start.at, &mut self.rule_memory, &mut self.scratch);
    }

    fn step(&mut self, oracle: &mut Oracle<'_>) -> Step {
        let Composed { direction, step_rule, .. } = self.method;
        let now = self.now.at();
        if !direction.direction(now, &mut self.direction_memory, &mut self.scratch, &mut self.direction) {
            return Step::Singular;
        }
        let slope = dot(now.gradient, &self.direction);
        let first = step_rule.first(self.previous.at(), now, &self.direction, &mut self.rule_memory);
        let shorten = |length| step_rule.shorten(length);
        let (trial, rule_memory) = (&mut self.trial, &mut self.rule_memory);
        let length = search(first, SHORTEST, &self.direction, shorten, |length| {
            trial.go(now.coefficients, length, &self.direction);
            oracle.evaluate(&trial.coefficients, D::ORDER, &mut trial.evaluation);
            step_rule.accept(now, slope, length, trial.evaluation.objective, rule_memory)
        });
        let Some(length) = length else { return Step::Stalled };
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
