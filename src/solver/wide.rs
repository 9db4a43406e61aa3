//! Newton's method for problems with fewer rows than columns: the same steps, from a system of n equations.

use super::path::Path;
use super::{Oracle, Point, State, Step, StepRule};
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
            path: Path::default(),
            weights: Vec::new(),
            trial_weights: Vec::new(),
            system: WideSystem::default(),
        };
        ByShape { columns, rows, is_wide: false }
    }
}

impl<C: State, S: StepRule> State for ByShape<'_, C, S> {
    fn start(&mut self, oracle: &mut Oracle<'_>) {
        self.is_wide = oracle.suits_wide_system();
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
    path: Path,
    /// The weights of the rows at the present and at the trial point.
    weights: Vec<f64>,
    trial_weights: Vec<f64>,
    system: WideSystem,
}

impl<S: StepRule> State for WideState<'_, S> {
    fn start(&mut self, oracle: &mut Oracle<'_>) {
        oracle.use_sigmoid(Sigmoid::Stable);
        self.path.start(oracle, self.step_rule);
        let Path { previous, now, .. } = &mut self.path;
        let weights = &mut self.weights;
        oracle.evaluate_weights(&now.coefficients, &mut now.evaluation, |found| found.clone_into(weights));
        previous.clone_from(now);
    }

    fn step(&mut self, oracle: &mut Oracle<'_>) -> Step {
        let Path { now, direction, .. } = &mut self.path;
        let design = oracle.wide_design();
        if !self.system.factor(design, &self.weights) {
            return Step::Singular;
        }
        self.system.solve(design, oracle.problem(), &now.evaluation.gradient, direction);
        let trial_weights = &mut self.trial_weights;
        let step = self.path.step(self.step_rule, |coefficients, evaluation| {
            oracle.evaluate_weights(coefficients, evaluation, |found| found.clone_into(trial_weights));
        });
        if step == Step::Moved {
            std::mem::swap(&mut self.weights, &mut self.trial_weights);
        }
        step
    }

    fn point(&self) -> &Point {
        &self.path.now
    }
}
