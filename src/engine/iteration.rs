//! The loop of a fit in the general engine: one split at a time, for every solver.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::clock::Clock;
use crate::linear_algebra::norm;
use crate::model::separation::strictly_separates;
use crate::model::{Problem, Workers};
use crate::record::Observation;
use crate::solver::{Calls, Change, Common, Oracle, Point, State, Step, Stop, StopRules};

/// How a fit's loop ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Why it ended.
    pub stop: Stop,
    /// Steps taken, the one that led to a non-finite point included.
    pub iterations: u32,
    /// Oracle calls.
    pub calls: Calls,
    /// Time spent in the solver and the stopping rules, not in tracing.
    pub time: Duration,
}

/// The run was asked to end; the fit was abandoned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interrupted;

/// Everything a fit's loop needs beside the solver.
pub struct Loop<'a> {
    /// What ends the fit.
    pub rules: &'a StopRules,
    /// The clock that time is measured with.
    pub clock: &'a dyn Clock,
    /// Set when the run is to end.
    pub interrupt: &'a AtomicBool,
    /// The threads that share long passes over the rows.
    pub workers: &'a dyn Workers,
    /// The coefficients at which the solver starts; empty for 0.
    pub start: &'a [f64],
    /// What the fits of the problem have in common; `None` for a fit alone.
    pub common: Option<&'a Common>,
}

impl Loop<'_> {
    /// Runs a solver on a problem until a rule ends it; `observe` sees every iteration while the clock stands still.
    ///
    /// After each step, [`StopRules::stop`] decides first, and the time limit second.
    ///
    /// # Errors
    /// When the run is interrupted.
    pub fn fit(
        &self,
        state: &mut dyn State,
        problem: &Problem<'_>,
        observe: &mut dyn FnMut(&Observation),
    ) -> Result<Outcome, Interrupted> {
        self.fit_until_proved(state, problem, observe, &mut |_, _| f64::INFINITY)
    }

    /// [`fit`](Loop::fit) that asks `prove` for a bound on the relative gap of each point, with the last fall of the objective, while the
    /// clock stands still.
    ///
    /// # Errors
    /// When the run is interrupted.
    pub fn fit_until_proved(
        &self,
        state: &mut dyn State,
        problem: &Problem<'_>,
        observe: &mut dyn FnMut(&Observation),
        prove: &mut dyn FnMut(&Point, f64) -> f64,
    ) -> Result<Outcome, Interrupted> {
        let mut stopwatch = Stopwatch { clock: self.clock, running_since: self.clock.now(), elapsed: Duration::ZERO };
        let mut oracle = Oracle::shared(problem, self.workers).starting_at(self.start).with_common(self.common);
        state.start(&mut oracle);
        stopwatch.elapsed += oracle.take_spared();
        let mut iterations = 0;
        let mut objective = state.point().evaluation.objective;
        stopwatch.paused(|| observe(&observation(iterations, state.point(), oracle.calls())));
        let mut stop = self.ended(iterations, problem, state.point(), None, &stopwatch);
        while stop.is_none() {
            if self.interrupt.load(Ordering::Relaxed) {
                return Err(Interrupted);
            }
            let step = state.step(&mut oracle);
            stopwatch.elapsed += oracle.take_spared();
            stop = match step {
                Step::Singular => Some(Stop::Singular),
                Step::Stalled => Some(Stop::Stalled),
                Step::Moved => {
                    iterations += 1;
                    let point = state.point();
                    let seen = observation(iterations, point, oracle.calls());
                    let mut relative_gap = f64::INFINITY;
                    stopwatch.paused(|| {
                        observe(&seen);
                        relative_gap = prove(point, (objective - seen.objective).abs());
                    });
                    let change = Change {
                        step_norm: seen.step_norm,
                        gradient_norm: seen.gradient_norm,
                        previous_objective: objective,
                        objective: seen.objective,
                        relative_gap,
                    };
                    objective = seen.objective;
                    self.ended(iterations, problem, point, Some(change), &stopwatch)
                }
            };
        }
        let stop = stop.unwrap_or(Stop::Failed);
        Ok(Outcome { stop, iterations, calls: oracle.calls(), time: stopwatch.elapsed() })
    }

    fn separated(&self, problem: &Problem<'_>, point: &Point) -> bool {
        self.rules.separated
            && point.evaluation.smallest_margin > 0.0
            && strictly_separates(problem, &point.coefficients)
    }

    fn ended(
        &self,
        iterations: u32,
        problem: &Problem<'_>,
        point: &Point,
        change: Option<Change>,
        stopwatch: &Stopwatch<'_>,
    ) -> Option<Stop> {
        let finite = point.coefficients.iter().all(|b| b.is_finite());
        self.rules.stop(iterations, finite, || self.separated(problem, point), change).or_else(|| {
            let out_of_time = |limit| stopwatch.elapsed().as_secs_f64() >= limit;
            self.rules.time_limit.is_some_and(out_of_time).then_some(Stop::TimeLimit)
        })
    }
}

fn observation(iteration: u32, point: &Point, calls: Calls) -> Observation {
    Observation {
        iteration,
        objective: point.evaluation.objective,
        gradient_norm: norm(&point.evaluation.gradient),
        step_norm: point.step_norm,
        step_length: point.step_length,
        calls: calls.total(),
    }
}

/// Adds up the time between pauses.
struct Stopwatch<'a> {
    clock: &'a dyn Clock,
    running_since: Duration,
    elapsed: Duration,
}

impl Stopwatch<'_> {
    fn elapsed(&self) -> Duration {
        self.elapsed + self.clock.now().saturating_sub(self.running_since)
    }

    fn paused(&mut self, work: impl FnOnce()) {
        self.elapsed = self.elapsed();
        work();
        self.running_since = self.clock.now();
    }
}

#[cfg(test)]
#[path = "iteration_tests.rs"]
mod tests;
