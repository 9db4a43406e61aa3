//! The loop of a pack of fits.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::finish::Finish;
use super::job::{Job, Lockstep};
use super::ranks::Ranks;
use super::splits::LaneSplits;
use crate::engine::fitted::Fitted;
use crate::engine::iteration::{Interrupted, Outcome};
use crate::linear_algebra::{Pack, norm};
use crate::model::lanes::{LaneRows, LaneScratch};
use crate::model::separation::strict_in_lanes::strictly_separated;
use crate::model::{Order, Sigmoid};
use crate::record::Observation;
use crate::solver::{Calls, Change, LaneMethod, LanePoint, LaneProblem, LaneState, Stop, is_lost};

/// A fit in each lane of `R`, and the storage they share.
pub struct Driver<R> {
    rows: Vec<R>,
    /// s_i of the rows, for a method with the naive sigmoid; else empty.
    signs: Vec<R>,
    slots: Vec<Slot>,
    finish: Finish<R>,
    ranks: Ranks<R>,
    scratch: LaneScratch<R>,
}

impl<R: Pack> Default for Driver<R> {
    fn default() -> Driver<R> {
        Driver {
            rows: Vec::new(),
            signs: Vec::new(),
            slots: Vec::new(),
            finish: Finish::default(),
            ranks: Ranks::default(),
            scratch: LaneScratch::default(),
        }
    }
}

/// A lane and the fit in it.
#[derive(Clone, Debug)]
struct Slot {
    split: usize,
    state: Lane,
    iterations: u32,
    calls: Calls,
    objective: f64,
    stop: Option<Stop>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lane {
    /// No fit.
    Idle,
    /// A fit at its start.
    Fresh,
    /// A fit with a trial point.
    Walking,
}

/// Quantities of the trial points that the stopping rules ask for, a bit or a number per lane.
struct TrialChecks<R> {
    /// The lanes whose trial point is a start, not a step.
    starts: u32,
    finite: u32,
    /// No row has a negative margin; false at a fit's start, where all margins are 0.
    right_side: u32,
    step_norm: R,
    gradient_norm: R,
}

impl<R: Pack> Lockstep for Driver<R> {
    fn fit(
        &mut self,
        splits: &LaneSplits,
        which: &[usize],
        job: &Job<'_>,
        fits: &mut [Fitted],
        full_rank: &mut [bool],
    ) -> Result<(), Interrupted> {
        let started = Instant::now();
        let method = R::pick(&job.method);
        let mut state = LaneState::new(method, splits.columns);
        self.rows.clear();
        self.rows.resize(splits.train * splits.columns, R::splat(0.0));
        let is_naive = method.sigmoid() == Sigmoid::Naive;
        self.signs.clear();
        self.signs.resize(if is_naive { splits.train } else { 0 }, R::splat(1.0));
        self.slots.clear();
        self.slots.resize(R::LANES, Slot::idle());
        self.ranks.prepare(splits.columns);
        self.finish.prepare(splits, method);
        let mut waiting = which.iter().copied();
        while self.round(splits, job, &mut state, &mut waiting, fits, full_rank) {
            if job.interrupt.load(Ordering::Relaxed) {
                return Err(Interrupted);
            }
        }
        self.ranks.all(splits.train, splits.columns, |split, independent| full_rank[split] = independent);
        self.finish.all(splits, job, fits);
        let share = started.elapsed() / which.len().max(1) as u32;
        for &split in which {
            fits[split].outcome.time = share;
        }
        Ok(())
    }
}

impl Slot {
    fn idle() -> Slot {
        let calls = Calls::default();
        let (state, stop) = (Lane::Idle, None);
        Slot { split: 0, state, iterations: 0, calls, objective: 0.0, stop }
    }
}

impl<R: Pack> Driver<R> {
    /// Evaluates the trial points of all lanes once, and acts on each; false when no fit is left.
    fn round(
        &mut self,
        splits: &LaneSplits,
        job: &Job<'_>,
        state: &mut LaneState<R>,
        waiting: &mut impl Iterator<Item = usize>,
        fits: &mut [Fitted],
        full_rank: &mut [bool],
    ) -> bool {
        let method = R::pick(&job.method);
        self.refill(splits, state, waiting, fits);
        let lanes_in = |slots: &[Slot], wanted: Lane| -> u32 {
            slots.iter().enumerate().filter(|(_, slot)| slot.state == wanted).map(|(lane, _)| 1 << lane).sum()
        };
        let (fresh, walking) = (lanes_in(&self.slots, Lane::Fresh), lanes_in(&self.slots, Lane::Walking));
        if fresh | walking == 0 {
            return false;
        }
        let second = method.order() == Order::Hessian;
        let hessian = second || fresh != 0;
        let LanePoint { coefficients, evaluation } = &mut state.trial;
        let naive_signs = (method.sigmoid() == Sigmoid::Naive).then_some(&self.signs[..]);
        let rows = LaneRows { signed: &self.rows, naive_signs };
        evaluation.compute(rows, &splits.penalties, coefficients, hessian, &mut self.scratch);
        for slot in &mut self.slots {
            match slot.state {
                Lane::Idle => {}
                Lane::Fresh => method.count_start(&mut slot.calls),
                Lane::Walking if second => slot.calls.hessian += 1,
                Lane::Walking => slot.calls.gradient += 1,
            }
        }
        let accepted = if walking == 0 { 0 } else { R::bits(method.accept(state)) & walking };
        let refused = walking & !accepted;
        let moved = accepted | fresh;
        let all = refused == 0;
        let checks = TrialChecks::of(state, fresh, walking);
        state.step(R::mask(moved), all, hessian);
        if fresh != 0 {
            self.start(method, state, fresh);
        }
        self.judge_moved(splits, job, state, &checks, moved, fits);
        self.rank(splits, state, fresh, full_rank);
        let going = lanes(moved).filter(|&lane| self.slots[lane].stop.is_none()).map(|lane| 1 << lane).sum::<u32>();
        if going == 0 {
            method.shorten(state);
        } else {
            lanes(going).for_each(|lane| method.count_step(&mut self.slots[lane].calls));
            let problem = LaneProblem { signed: &self.rows, penalties: &splits.penalties };
            let regular = R::bits(method.advance(state, problem, R::mask(going)));
            for lane in lanes(going & !regular) {
                self.slots[lane].stop = Some(Stop::Singular);
            }
        }
        self.judge_refused(method.shortest(), state, refused);
        self.retire(splits, job, state, fits);
        state.try_next();
        true
    }

    fn refill(
        &mut self,
        splits: &LaneSplits,
        state: &mut LaneState<R>,
        waiting: &mut impl Iterator<Item = usize>,
        fits: &mut [Fitted],
    ) {
        for (lane, slot) in self.slots.iter_mut().enumerate().filter(|(_, slot)| slot.state == Lane::Idle) {
            // An idle lane keeps computing. It does so at zero, because subnormal numbers or NaN would slow the others down.
            state.try_start(lane, &[]);
            if let Some(split) = waiting.next() {
                state.try_start(lane, &fits[split].start);
                splits.put_train(split, lane, &mut self.rows, &mut self.signs);
                *slot = Slot { split, state: Lane::Fresh, ..Slot::idle() };
                fits[split].seen.clear();
            }
        }
    }

    /// Starts the method in fresh lanes.
    fn start(&mut self, method: &dyn LaneMethod<R>, state: &mut LaneState<R>, fresh: u32) {
        method.start(state, R::mask(fresh));
        for lane in lanes(fresh) {
            self.slots[lane].state = Lane::Walking;
        }
    }

    /// Queues the Hessian of each new fit; checks rank when a pack is full. A fit without full rank ends, because the general
    /// engine fits its split without the dependent columns.
    fn rank(&mut self, splits: &LaneSplits, state: &LaneState<R>, fresh: u32, full_rank: &mut [bool]) {
        let penalised = splits.penalised();
        for lane in lanes(fresh) {
            let split = self.slots[lane].split;
            full_rank[split] = penalised;
            if !penalised && self.ranks.push(split, lane, &state.now.evaluation.hessian) {
                let slots = &mut self.slots;
                self.ranks.all(splits.train, splits.columns, |split, independent| {
                    full_rank[split] = independent;
                    let here = |slot: &&mut Slot| slot.state != Lane::Idle && slot.split == split;
                    if let Some(slot) = slots.iter_mut().find(here).filter(|_| !independent) {
                        slot.stop.get_or_insert(Stop::Singular);
                    }
                });
            }
        }
    }

    /// Traces the lanes that have moved and asks the stopping rules.
    fn judge_moved(
        &mut self,
        splits: &LaneSplits,
        job: &Job<'_>,
        state: &LaneState<R>,
        checks: &TrialChecks<R>,
        moved: u32,
        fits: &mut [Fitted],
    ) {
        let rules = job.rules;
        let may_end = rules.separated && !splits.penalised();
        let on_their_side = if may_end { checks.right_side & moved } else { 0 };
        let mut sizes = R::splat(f64::INFINITY);
        for lane in lanes(on_their_side) {
            let coefficients = state.now.coefficients.iter().map(|b| b.lanes()[lane]);
            sizes.lanes_mut()[lane] = splits.largest_size(self.slots[lane].split, coefficients);
        }
        let separated = strictly_separated(&self.rows, &state.now.coefficients, sizes, on_their_side);
        let objectives = state.now.evaluation.objective;
        for lane in lanes(moved) {
            let slot = &mut self.slots[lane];
            let objective = objectives.lanes()[lane];
            let at_start = checks.starts >> lane & 1 == 1;
            let change = Change {
                step_norm: if at_start { 0.0 } else { checks.step_norm.lanes()[lane] },
                gradient_norm: checks.gradient_norm.lanes()[lane],
                previous_objective: slot.objective,
                objective,
                // Fits that end by a proof are not made in lanes.
                relative_gap: f64::INFINITY,
            };
            if !at_start {
                slot.iterations += 1;
            }
            slot.objective = objective;
            let observation = Observation {
                iteration: slot.iterations,
                objective,
                gradient_norm: change.gradient_norm,
                step_norm: change.step_norm,
                step_length: if at_start { 0.0 } else { state.length.lanes()[lane] },
                calls: slot.calls.total(),
            };
            (job.keep)(slot.split).note(&mut fits[slot.split].seen, observation);
            let is = |bits: u32| bits >> lane & 1 == 1;
            let change = (!at_start).then_some(change);
            slot.stop = rules.stop(slot.iterations, is(checks.finite), || is(separated), change);
        }
    }

    /// Ends the fits whose refused step no shorter length can mend.
    fn judge_refused(&mut self, shortest: f64, state: &LaneState<R>, refused: u32) {
        for lane in lanes(refused) {
            let direction = state.direction.iter().map(|d| d.lanes()[lane]);
            if is_lost(state.length.lanes()[lane], shortest, direction) {
                self.slots[lane].stop = Some(Stop::Stalled);
            }
        }
    }

    /// Hands stopped fits over to [`Finish`].
    fn retire(&mut self, splits: &LaneSplits, job: &Job<'_>, state: &LaneState<R>, fits: &mut [Fitted]) {
        for (lane, slot) in self.slots.iter_mut().enumerate() {
            let Slot { split, stop: Some(stop), iterations, calls, .. } = *slot else { continue };
            *slot = Slot::idle();
            let fit = &mut fits[split];
            fit.outcome = Outcome { stop, iterations, calls, time: Duration::ZERO };
            fit.coefficients.clear();
            fit.coefficients.extend(state.now.coefficients.iter().map(|b| b.lanes()[lane]));
            self.finish.push(split, lane, &state.now.evaluation.hessian, splits, job, fits);
        }
    }
}

/// The indices of the bits that are set.
fn lanes(mut bits: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lane = bits.trailing_zeros();
        bits &= bits.wrapping_sub(1);
        (lane < u32::BITS).then_some(lane as usize)
    })
}

impl<R: Pack> TrialChecks<R> {
    fn of(state: &LaneState<R>, starts: u32, walking: u32) -> TrialChecks<R> {
        R::vectorize(
            #[inline(always)]
            || {
                let perceptron_loss = state.trial.evaluation.perceptron_loss;
                let mut finite = R::splat(0.0);
                for &b in &state.trial.coefficients {
                    finite = finite + b * R::splat(0.0);
                }
                TrialChecks {
                    starts,
                    finite: R::bits(finite.less_or_equal(R::splat(0.0))),
                    right_side: walking & R::bits(perceptron_loss.less_or_equal(R::splat(0.0))),
                    step_norm: state.length * norm(&state.direction),
                    gradient_norm: norm(&state.trial.evaluation.gradient),
                }
            },
        )
    }
}
