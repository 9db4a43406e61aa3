//! The loop with a scripted solver and a clock that tests set.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::{Clock, Interrupted, Loop, Outcome};
use crate::model::{DesignMatrix, Loss, Order, PenaltyTerm, Problem, Serial};
use crate::solver::{Oracle, Point, State, Step, Stop, StopRules, Tolerances};

/// Goes where the script says; each step takes a second on the test's clock.
struct Scripted<'a> {
    script: Vec<Result<f64, Step>>,
    next: usize,
    point: Point,
    clock: &'a TestClock,
}

#[derive(Default)]
struct TestClock(AtomicU64);

impl TestClock {
    fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::Relaxed))
    }
}

impl State for Scripted<'_> {
    fn start(&mut self, oracle: &mut Oracle<'_>) {
        self.point.coefficients = vec![0.0];
        oracle.evaluate(&self.point.coefficients, Order::Gradient, &mut self.point.evaluation);
    }
    fn step(&mut self, oracle: &mut Oracle<'_>) -> Step {
        self.clock.advance(1);
        let next = self.script[self.next];
        self.next += 1;
        match next {
            Ok(b) => {
                self.point.step_norm = (b - self.point.coefficients[0]).abs();
                self.point.coefficients[0] = b;
                oracle.evaluate(&self.point.coefficients, Order::Gradient, &mut self.point.evaluation);
                Step::Moved
            }
            Err(step) => step,
        }
    }
    fn point(&self) -> &Point {
        &self.point
    }
}

/// Overlapping rows by default; separable ones when both signs agree with x.
fn run(script: &[Result<f64, Step>], rules: StopRules, separable: bool) -> Result<Outcome, Interrupted> {
    let clock = TestClock::default();
    let mut solver = Scripted { script: script.to_vec(), next: 0, point: Point::default(), clock: &clock };
    let signs = if separable { [1.0, 1.0] } else { [1.0, -1.0] };
    let problem = Problem {
        design: DesignMatrix::dense(&[1.0, 1.0], 1),
        loss: Loss::logistic(&signs),
        penalty: PenaltyTerm::NONE,
    };
    let interrupt = AtomicBool::new(false);
    let fit = Loop { rules: &rules, clock: &clock, interrupt: &interrupt, workers: &Serial, start: &[], common: None };
    // Tracing takes an hour, which must not count.
    fit.fit(&mut solver, &problem, &mut |_| clock.advance(3600))
}

fn rules(max_iterations: u32) -> StopRules {
    StopRules { max_iterations, ..StopRules::default() }
}

#[test]
fn each_stop_is_named_with_its_iteration() {
    type Script<'a> = &'a [Result<f64, Step>];
    let cases: [(Script<'_>, Stop, u32); 5] = [
        (&[Ok(1.0), Ok(1.0)], Stop::Converged, 2),
        (&[Ok(1.0), Ok(2.0), Ok(3.0)], Stop::MaxIterations, 3),
        (&[Ok(1.0), Err(Step::Stalled)], Stop::Stalled, 1),
        (&[Err(Step::Singular)], Stop::Singular, 0),
        (&[Ok(1.0), Ok(f64::NAN)], Stop::NonFinite, 2),
    ];
    for (script, stop, iterations) in cases {
        let outcome = run(script, rules(3), false).unwrap();
        assert_eq!((outcome.stop, outcome.iterations), (stop, iterations), "{script:?}");
    }
}

#[test]
fn converging_in_the_last_iteration_is_converging() {
    let outcome = run(&[Ok(1.0), Ok(1.0)], rules(2), false).unwrap();
    assert_eq!(outcome.stop, Stop::Converged);
}

#[test]
fn separated_rows_stop_the_fit_unless_told_not_to() {
    let script = [Ok(1.0), Ok(2.0), Ok(2.0)];
    assert_eq!(run(&script, rules(9), true).unwrap().stop, Stop::Separated);
    let outcome = run(&script, StopRules { separated: false, ..rules(9) }, true).unwrap();
    assert_eq!((outcome.stop, outcome.iterations), (Stop::Converged, 3));
}

#[test]
fn the_time_limit_counts_the_solver_and_not_the_trace() {
    let limit = StopRules { time_limit: Some(2.5), tolerances: Tolerances::default(), ..rules(100) };
    let outcome = run(&[Ok(1.0), Ok(2.0), Ok(3.0), Ok(4.0)], limit, false).unwrap();
    assert_eq!((outcome.stop, outcome.iterations, outcome.time), (Stop::TimeLimit, 3, Duration::from_secs(3)));
}

#[test]
fn oracle_calls_are_counted() {
    let outcome = run(&[Ok(1.0), Ok(1.0)], rules(3), false).unwrap();
    assert_eq!((outcome.calls.gradient, outcome.calls.total()), (3, 3));
}
