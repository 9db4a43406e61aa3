//! The points of a method that goes along a direction as far as a step rule says.

use super::line_search::{SHORTEST, search};
use super::{Oracle, Point, Step, StepRule};
use crate::linear_algebra::{dot, norm};
use crate::model::Evaluation;

/// Three points and the way between them.
#[derive(Default)]
pub(super) struct Path {
    pub(super) previous: Point,
    pub(super) now: Point,
    pub(super) trial: Point,
    /// The direction from the present point.
    pub(super) direction: Vec<f64>,
    pub(super) rule_memory: Vec<f64>,
}

impl Path {
    /// Goes to the start of a fit, with nothing evaluated there yet.
    pub(super) fn start(&mut self, oracle: &Oracle<'_>, step_rule: &impl StepRule) {
        for point in [&mut self.previous, &mut self.now, &mut self.trial] {
            point.go_to_start(oracle);
        }
        self.direction.clear();
        self.direction.resize(oracle.columns(), 0.0);
        self.rule_memory.clear();
        self.rule_memory.resize(step_rule.memory(), 0.0);
    }

    /// Goes along `direction` to a point that the step rule accepts; `evaluate` fills the evaluation of a trial point.
    pub(super) fn step(
        &mut self,
        step_rule: &impl StepRule,
        mut evaluate: impl FnMut(&[f64], &mut Evaluation),
    ) -> Step {
        let Path { previous, now, trial, direction, rule_memory } = self;
        let here = now.at();
        let slope = dot(here.gradient, direction);
        let first = step_rule.first(previous.at(), here, direction, rule_memory);
        let shorten = |length| step_rule.shorten(length);
        let length = search(first, SHORTEST, direction, shorten, |length| {
            trial.go(here.coefficients, length, direction);
            evaluate(&trial.coefficients, &mut trial.evaluation);
            step_rule.accept(here, slope, length, trial.evaluation.objective, rule_memory)
        });
        let Some(length) = length else { return Step::Stalled };
        trial.step_length = length;
        trial.step_norm = length * norm(direction);
        // trial becomes now, now becomes previous, and the storage of previous takes the next trial.
        std::mem::swap(previous, now);
        std::mem::swap(now, trial);
        Step::Moved
    }
}
