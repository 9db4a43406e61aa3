//! A direction and a step rule make a solver: d from the direction, t from the rule, β ← β + t d.

use super::path::Path;
use super::wide::ByShape;
use super::{
    At, Composed, Direction, LaneMethods, Oracle, Point, Solver, Start, StartCurvature, State, Step, StepRule,
};
use crate::model::{Order, Sigmoid};

impl<D: Direction, S: StepRule> Solver for Composed<D, S> {
    fn state(&self) -> Box<dyn State + '_> {
        let state =
            ComposedState { method: self, path: Path::default(), direction_memory: Vec::new(), scratch: Vec::new() };
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

    fn lanes_start_anywhere(&self) -> bool {
        !self.reads_starting_hessian()
    }
}

struct ComposedState<'m, D, S> {
    method: &'m Composed<D, S>,
    path: Path,
    direction_memory: Vec<f64>,
    scratch: Vec<f64>,
}

impl<D: Direction, S: StepRule> State for ComposedState<'_, D, S> {
    fn start(&mut self, oracle: &mut Oracle<'_>) {
        let columns = oracle.columns();
        let Composed { direction, step_rule, sigmoid } = self.method;
        oracle.use_sigmoid(*sigmoid);
        self.path.start(oracle, step_rule);
        self.direction_memory.clear();
        self.direction_memory.resize(direction.memory(columns), 0.0);
        let Path { previous, now, trial, rule_memory, .. } = &mut self.path;
        let by_products =
            D::START != StartCurvature::Hessian && self.method.reads_largest_curvature() && oracle.has_many_columns();
        let reads_bound = self.method.reads_starting_hessian() && !by_products;
        let is_elsewhere = reads_bound && oracle.evaluate_curvature_bound(&mut trial.evaluation);
        let order = if reads_bound && !is_elsewhere { Order::Hessian } else { D::ORDER };
        oracle.evaluate(&now.coefficients, order, &mut now.evaluation);
        previous.clone_from(now);
        let along_gradient = match D::START {
            StartCurvature::AlongGradient => oracle.curvature_along_gradient(&now.evaluation),
            StartCurvature::Unread | StartCurvature::Largest | StartCurvature::Hessian => 0.0,
        };
        let bound = if is_elsewhere { &trial.evaluation.hessian } else { &now.evaluation.hessian };
        let largest = if by_products {
            oracle.largest_curvature()
        } else if self.method.reads_largest_curvature() {
            oracle.largest_curvature_of(bound, &mut self.scratch)
        } else {
            0.0
        };
        let start = Start { at: At { hessian: bound, ..now.at() }, along_gradient, largest };
        direction.start(start, &mut self.direction_memory, &mut self.scratch);
        step_rule.start(start, rule_memory);
    }

    fn step(&mut self, oracle: &mut Oracle<'_>) -> Step {
        let Composed { direction, step_rule, .. } = self.method;
        let Path { now, direction: into, .. } = &mut self.path;
        if !direction.direction(now.at(), &mut self.direction_memory, &mut self.scratch, into) {
            return Step::Singular;
        }
        self.path.step(step_rule, |coefficients, evaluation| oracle.evaluate(coefficients, D::ORDER, evaluation))
    }

    fn point(&self) -> &Point {
        &self.path.now
    }
}
