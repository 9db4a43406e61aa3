//! A direction and a step rule in lanes: splits the step of [`Composed`] into single calls, so that the engine can make each
//! call for many fits in lockstep.

use pulp::Scalar;

use super::line_search::SHORTEST;
use super::{At, Calls, Composed, Direction, Start, StartCurvature, StepRule};
use crate::linear_algebra::lanes::{Lanes, PerSet};
use crate::linear_algebra::qr::LeastSquares;
use crate::linear_algebra::{Pack, dot, packed};
use crate::model::lanes::LaneEvaluation;
use crate::model::{Order, Sigmoid};

/// A point per lane.
#[derive(Clone, Debug)]
pub struct LanePoint<R> {
    /// β.
    pub coefficients: Vec<R>,
    /// The objective and its derivatives at β.
    pub evaluation: LaneEvaluation<R>,
}

/// A step under way per lane: the present point, the direction, and the trial point.
#[derive(Clone, Debug)]
pub struct LaneState<R> {
    /// The point before the present one.
    pub previous: LanePoint<R>,
    /// The present point.
    pub now: LanePoint<R>,
    /// The trial point.
    pub trial: LanePoint<R>,
    /// The direction from the present point.
    pub direction: Vec<R>,
    /// Its slope g'd.
    pub slope: R,
    /// The trial length.
    pub length: R,
    pub(super) direction_memory: Vec<R>,
    rule_memory: Vec<R>,
    pub(super) new_direction: Vec<R>,
    new_memory: Vec<R>,
    pub(super) scratch: Vec<R>,
    /// For methods that factor the rows.
    pub(super) least_squares: LeastSquares<R>,
}

/// The problem of each lane, for methods that need its rows.
#[derive(Clone, Copy, Debug)]
pub struct LaneProblem<'a, R> {
    /// s_i x_i', row after row.
    pub signed: &'a [R],
    /// λ_j.
    pub penalties: &'a [f64],
}

impl<R: Pack> LanePoint<R> {
    fn new(columns: usize) -> LanePoint<R> {
        LanePoint { coefficients: vec![R::splat(0.0); columns], evaluation: LaneEvaluation::new(columns) }
    }

    fn at(&self) -> At<'_, R> {
        let LaneEvaluation { objective, gradient, hessian, .. } = &self.evaluation;
        At { coefficients: &self.coefficients, objective: *objective, magnitude: *objective, gradient, hessian }
    }

    /// Takes the other point in the lanes where `mask` is true.
    #[inline(always)]
    fn blend(&mut self, mask: R::Mask, other: &LanePoint<R>, hessian: bool) {
        blend(mask, &mut self.coefficients, &other.coefficients);
        let (mine, theirs) = (&mut self.evaluation, &other.evaluation);
        blend(mask, &mut mine.gradient, &theirs.gradient);
        if hessian {
            blend(mask, &mut mine.hessian, &theirs.hessian);
        }
        mine.objective = R::select(mask, theirs.objective, mine.objective);
        mine.perceptron_loss = R::select(mask, theirs.perceptron_loss, mine.perceptron_loss);
    }
}

#[inline(always)]
pub(super) fn blend<R: Pack>(mask: R::Mask, mine: &mut [R], theirs: &[R]) {
    for (mine, &theirs) in mine.iter_mut().zip(theirs) {
        *mine = R::select(mask, theirs, *mine);
    }
}

impl<R: Pack> LaneState<R> {
    /// Room for `columns` coefficients of a method.
    pub fn new(method: &dyn LaneMethod<R>, columns: usize) -> LaneState<R> {
        let zero = R::splat(0.0);
        let (direction_memory, rule_memory) = method.memory(columns);
        LaneState {
            previous: LanePoint::new(columns),
            now: LanePoint::new(columns),
            trial: LanePoint::new(columns),
            direction: vec![zero; columns],
            slope: zero,
            length: zero,
            direction_memory: vec![zero; direction_memory],
            rule_memory: vec![zero; rule_memory],
            new_direction: vec![zero; columns],
            new_memory: vec![zero; direction_memory.max(rule_memory)],
            scratch: Vec::new(),
            least_squares: LeastSquares::default(),
        }
    }

    /// Moves to the trial point in the lanes where `moved` is true.
    pub fn step(&mut self, moved: R::Mask, all: bool, hessian: bool) {
        if all {
            std::mem::swap(&mut self.previous, &mut self.now);
            std::mem::swap(&mut self.now, &mut self.trial);
        } else {
            R::vectorize(
                #[inline(always)]
                || {
                    self.previous.blend(moved, &self.now, false);
                    self.now.blend(moved, &self.trial, hessian);
                },
            );
        }
    }

    /// Sets the trial point of one lane to the start of a fit; to β = 0 if `start` is empty.
    pub fn try_start(&mut self, lane: usize, start: &[f64]) {
        let zeros = std::iter::repeat(&0.0);
        for (b, &at) in self.trial.coefficients.iter_mut().zip(start.iter().chain(zeros)) {
            b.lanes_mut()[lane] = at;
        }
    }

    /// Sets the trial point to β + t d.
    pub fn try_next(&mut self) {
        R::vectorize(
            #[inline(always)]
            || {
                for ((trial, &b), &d) in
                    self.trial.coefficients.iter_mut().zip(&self.now.coefficients).zip(&self.direction)
                {
                    *trial = b + self.length * d;
                }
            },
        );
    }
}

/// The calls of a fit's loop to a method, for a pack of fits. The engine ignores results of lanes that it did not ask for.
pub trait LaneMethod<R: Pack>: Send + Sync {
    /// The highest derivative needed at every point.
    fn order(&self) -> Order;
    /// How it computes probabilities.
    fn sigmoid(&self) -> Sigmoid;
    /// Numbers that direction and step rule carry from step to step.
    fn memory(&self, columns: usize) -> (usize, usize);
    /// The length below which a step that is refused is lost.
    fn shortest(&self) -> f64 {
        SHORTEST
    }
    /// Whether a fit ends so near the optimum that a Hessian there is worth its cost, because it is likely to prove it.
    fn ends_near(&self) -> bool {
        self.order() == Order::Hessian
    }
    /// Counts the evaluations that the method needs at its start.
    fn count_start(&self, calls: &mut Calls);
    /// Counts those of a step beside the one of each point that it tries.
    fn count_step(&self, _calls: &mut Calls) {}
    /// Starts at the present point in the lanes of `fresh`, where the Hessian is available; it must be at β = 0 if the method reads
    /// the Hessian there.
    fn start(&self, state: &mut LaneState<R>, fresh: R::Mask);
    /// Whether to move to the trial point.
    fn accept(&self, state: &mut LaneState<R>) -> R::Mask;
    /// In the lanes of `moved`, computes a direction from the present point and the first length to try along it; in the other
    /// lanes, the next length. False in lanes where the direction's linear system is singular.
    fn advance(&self, state: &mut LaneState<R>, problem: LaneProblem<'_, R>, moved: R::Mask) -> R::Mask;
    /// Computes the next length in all lanes.
    fn shorten(&self, state: &mut LaneState<R>);
}

impl<R: Pack, D: Direction, S: StepRule> LaneMethod<R> for Composed<D, S> {
    fn order(&self) -> Order {
        D::ORDER
    }

    fn sigmoid(&self) -> Sigmoid {
        self.sigmoid
    }

    fn memory(&self, columns: usize) -> (usize, usize) {
        (self.direction.memory(columns), self.step_rule.memory())
    }

    fn count_start(&self, calls: &mut Calls) {
        self.count_start(calls);
    }

    fn start(&self, state: &mut LaneState<R>, fresh: R::Mask) {
        R::vectorize(
            #[inline(always)]
            || {
                let LaneState { previous, now, direction_memory, rule_memory, new_memory, scratch, .. } = state;
                previous.blend(fresh, now, false);
                let along_gradient = match D::START {
                    StartCurvature::AlongGradient => {
                        packed::quadratic_form(&now.evaluation.hessian, &now.evaluation.gradient)
                    }
                    StartCurvature::Unread | StartCurvature::Largest | StartCurvature::Hessian => R::splat(0.0),
                };
                let largest = if self.reads_largest_curvature() {
                    packed::largest_eigenvalue_bound(&now.evaluation.hessian, now.coefficients.len(), scratch)
                } else {
                    R::splat(0.0)
                };
                let start = Start { at: now.at(), along_gradient, largest };
                let memory = &mut new_memory[..direction_memory.len()];
                memory.fill(R::splat(0.0));
                self.direction.start(start, memory, scratch);
                blend(fresh, direction_memory, memory);
                let memory = &mut new_memory[..rule_memory.len()];
                memory.fill(R::splat(0.0));
                self.step_rule.start(start, memory);
                blend(fresh, rule_memory, memory);
            },
        );
    }

    fn accept(&self, state: &mut LaneState<R>) -> R::Mask {
        R::vectorize(
            #[inline(always)]
            || {
                let LaneState { now, trial, slope, length, rule_memory, .. } = state;
                self.step_rule.accept(now.at(), *slope, *length, trial.evaluation.objective, rule_memory)
            },
        )
    }

    fn advance(&self, state: &mut LaneState<R>, _: LaneProblem<'_, R>, moved: R::Mask) -> R::Mask {
        R::vectorize(
            #[inline(always)]
            || {
                let LaneState { previous, now, direction, direction_memory, rule_memory, .. } = state;
                let (new_direction, scratch) = (&mut state.new_direction, &mut state.scratch);
                let memory = &mut state.new_memory[..direction_memory.len()];
                memory.copy_from_slice(direction_memory);
                let regular = self.direction.direction(now.at(), memory, scratch, new_direction);
                blend(moved, direction_memory, memory);
                blend(moved, direction, new_direction);
                let slope = dot(&now.evaluation.gradient, direction);
                let memory = &mut state.new_memory[..rule_memory.len()];
                memory.copy_from_slice(rule_memory);
                let first = self.step_rule.first(previous.at(), now.at(), direction, memory);
                blend(moved, rule_memory, memory);
                state.slope = R::select(moved, slope, state.slope);
                state.length = R::select(moved, first, self.step_rule.shorten(state.length));
                regular
            },
        )
    }

    fn shorten(&self, state: &mut LaneState<R>) {
        state.length = R::vectorize(
            #[inline(always)]
            || self.step_rule.shorten(state.length),
        );
    }
}

/// A method for the lanes of every instruction set.
#[derive(Clone, Copy)]
pub struct LaneMethods<'a> {
    pub(super) scalar: &'a dyn LaneMethod<Lanes<Scalar>>,
    #[cfg(target_arch = "x86_64")]
    pub(super) avx2: &'a dyn LaneMethod<Lanes<pulp::x86::V3>>,
    #[cfg(target_arch = "x86_64")]
    pub(super) avx512: &'a dyn LaneMethod<Lanes<pulp::x86::V4>>,
    #[cfg(target_arch = "aarch64")]
    pub(super) neon: &'a dyn LaneMethod<Lanes<pulp::aarch64::Neon>>,
}

/// A method as the [`LaneMethods`] of every instruction set.
macro_rules! in_every_set {
    ($method:expr) => {
        $crate::solver::LaneMethods {
            scalar: $method,
            #[cfg(target_arch = "x86_64")]
            avx2: $method,
            #[cfg(target_arch = "x86_64")]
            avx512: $method,
            #[cfg(target_arch = "aarch64")]
            neon: $method,
        }
    };
}
pub(super) use in_every_set;

impl<'a> LaneMethods<'a> {
    /// The lanes of a direction and a step rule. `None` for a direction that cannot run in lanes.
    pub fn of<D: Direction, S: StepRule>(method: &'a Composed<D, S>) -> Option<LaneMethods<'a>> {
        method.direction.in_lanes().then_some(in_every_set!(method))
    }
}

impl<'a> PerSet for LaneMethods<'a> {
    type Of<R: Pack> = &'a dyn LaneMethod<R>;
    fn scalar(&self) -> Self::Of<Lanes<Scalar>> {
        self.scalar
    }
    #[cfg(target_arch = "x86_64")]
    fn avx2(&self) -> Self::Of<Lanes<pulp::x86::V3>> {
        self.avx2
    }
    #[cfg(target_arch = "x86_64")]
    fn avx512(&self) -> Self::Of<Lanes<pulp::x86::V4>> {
        self.avx512
    }
    #[cfg(target_arch = "aarch64")]
    fn neon(&self) -> Self::Of<Lanes<pulp::aarch64::Neon>> {
        self.neon
    }
}
