//! Newton's method for problems with fewer rows than columns: the same steps, from a system of n equations.

use super::line_search::{SHORTEST, search};
use super::{Oracle, Point, State, Step, StepRule};
use crate::linear_algebra::{dot, norm};
use crate::model::Sigmoid;
use crate::model::wide::WideSystem;

/// A state that goes by rows where problems are wide, and by columns elsewhere.
pub(super) struct ByShape<'m, C, S> {
    columns: C,
    rows: WideState<'m, S>,
    is_wide: bool,
}

impl<'m, C: State, S: StepRule> ByShape<'m, C, S> {
    /// Newton's method by columns, as it goes where problems are not wide, and its step rule.
    pub(super) fn new(columns: C, step_rule: &'m S) -> ByShape<'m, C, S> {
        let rows = WideState {
            step_rule,
            previous: Point::default(),
            now: Point::default(),
            trial: Point::default(),
            direction: Vec::new(),
            rule_memory: Vec::new(),
            weights: Vec::new(),
            trial_weights: Vec::new(),
            system: WideSystem::default(),
        };
        ByShape { columns, rows, is_wide: false }
    }
}

impl<C: State, S: StepRule> State for ByShape<'_, C, S> {
    fn start(&mut self, oracle: &mut Oracle<'_>) {
        self.is_wide = WideSystem::suits(oracle.problem());
        if self.is_wide { self.rows.start(oracle) } else { self.columns.start(oracle) }
    }

    fn step(&mut self, oracle: &mut Oracle<'_>) -> Step {
        if self.is_wide { self.rows.step(oracle) } else { self.columns.step(oracle) }
    }

    fn point(&self) -> &Point {
        if self.is_wide { self.rows.point() } else { self.columns.point() }
    }
}

struct WideState<'m, S> {
    step_rule: &'m S,
    previous: Point,
    now: Point,
    trial: Point,
    direction: Vec<f64>,
    rule_memory: Vec<f64>,
    /// The weights of the rows at the present and at the trial point.
    weights: Vec<f64>,
    trial_weights: Vec<f64>,
    system: WideSystem,
}

impl<S: StepRule> State for WideState<'_, S> {
    fn start(&mut self, oracle: &mut Oracle<'_>) {
        let columns = oracle.columns();
        oracle.use_sigmoid(Sigmoid::Stable);
        for point in [&mut self.previous, &mut self.now, &mut self.trial] {
            point.go_to_zero(columns);
        }
        self.direction.clear();
        self.direction.resize(columns, 0.0);
        self.rule_memory.clear();
        self.rule_memory.resize(self.step_rule.memory(), 0.0);
        self.system.prepare(oracle.problem());
        let WideState { now, weights, .. } = self;
        oracle.evaluate_weights(&now.coefficients, &mut now.evaluation, |found| found.clone_into(weights));
        self.previous.clone_from(&self.now);
    }

    fn step(&mut self, oracle: &mut Oracle<'_>) -> Step {
        if !self.system.factor(&self.weights) {
            return Step::Singular;
        }
        self.system.solve(oracle.problem(), &self.now.evaluation.gradient, &mut self.direction);
        let WideState { step_rule, trial, trial_weights, rule_memory, direction, .. } = self;
        let now = self.now.at();
        let slope = dot(now.gradient, direction);
        let first = step_rule.first(self.previous.at(), now, direction, rule_memory);
        let shorten = |length| step_rule.shorten(length);
        let length = search(first, SHORTEST, direction, shorten, |length| {
            trial.go(now.coefficients, length, direction);
            oracle.evaluate_weights(&trial.coefficients, &mut trial.evaluation, |found| {
                found.clone_into(trial_weights);
            });
            step_rule.accept(now, slope, length, trial.evaluation.objective, rule_memory)
        });
        let Some(length) = length else { return Step::Stalled };
        self.trial.step_length = length;
        self.trial.step_norm = length * norm(&self.direction);
        std::mem::swap(&mut self.weights, &mut self.trial_weights);
        std::mem::swap(&mut self.previous, &mut self.now);
        std::mem::swap(&mut self.now, &mut self.trial);
        Step::Moved
    }

    fn point(&self) -> &Point {
        &self.now
    }
}
