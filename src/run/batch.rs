//! What the lanes engine computes of a batch of splits under one model, before the general engine looks at each.

use std::sync::atomic::AtomicBool;

use crate::data::DataSet;
use crate::engine::Interrupted;
use crate::engine::lanes::{self, Job, LaneFit, Lockstep, MOST_COLUMNS, MOST_NUMBERS, Splits};
use crate::engine::reference::{Existence, NEWTON, Shown, TO_THE_LIMIT};
use crate::experiment::{Experiment, Model, Runnable};
use crate::linear_algebra::lanes::InstructionSet;
use crate::model::{Penalty, Scaling, fill_penalties};
use crate::record::Keep;
use crate::solver::{Solver, Stop};
use crate::split::Split;

/// Fits in lanes; all storage is kept from batch to batch.
pub struct Batch<'e> {
    experiment: &'e Experiment,
    engine: Option<Box<dyn Lockstep>>,
    splits: Splits,
    /// Per solver of the experiment, the fits of the batch; none for a solver that the general engine runs, or that is skipped.
    fits: Vec<Vec<LaneFit>>,
    reference: Vec<LaneFit>,
    shown: Vec<Shown>,
    /// Per split, what is known of its optimum, if that is enough.
    pub existence: Vec<Option<Existence>>,
    delicate: Vec<usize>,
    which: Vec<usize>,
    in_lanes: Vec<bool>,
}

/// Whether a solver can run in lanes. A time limit is one fit's own, and fits in lanes share their time.
fn can_run(runnable: &Runnable) -> bool {
    runnable.solver.lanes().is_some() && runnable.rules.time_limit.is_none()
}

impl<'e> Batch<'e> {
    /// Storage for batches of an experiment.
    pub fn new(experiment: &'e Experiment, set: Option<InstructionSet>) -> Batch<'e> {
        Batch {
            experiment,
            engine: set.map(lanes::engine),
            splits: Splits::default(),
            fits: vec![Vec::new(); experiment.solvers.len()],
            reference: Vec::new(),
            shown: Vec::new(),
            existence: Vec::new(),
            delicate: Vec::new(),
            which: Vec::new(),
            in_lanes: Vec::new(),
        }
    }

    /// Takes no splits: the general engine makes all fits.
    pub fn skip(&mut self) {
        self.in_lanes.clear();
        self.in_lanes.push(false);
        self.existence.clear();
        self.existence.push(None);
    }

    /// Whether fits of a model on data of such a shape can be made in lanes.
    fn fits_model(model: &Model, rows: usize, features: usize) -> bool {
        let columns = features + usize::from(model.intercept);
        (1..=MOST_COLUMNS).contains(&columns)
            && rows * columns <= MOST_NUMBERS
            && model.penalty != Penalty::Firth
            && (model.scaling == Scaling::None || model.intercept)
    }

    /// Runs all solvers that can fit the model at `place` in lanes, and may, on the splits, which are from number `first` on, and decides what they
    /// show.
    ///
    /// # Errors
    /// When the run is interrupted.
    pub fn fit(
        &mut self,
        may_run: &dyn Fn(usize) -> bool,
        place: usize,
        data: &DataSet,
        first: u64,
        dealt: &[Split],
        interrupt: &AtomicBool,
    ) -> Result<(), Interrupted> {
        let (experiment, count) = (self.experiment, dealt.len());
        let model = &experiment.models[place];
        self.existence.clear();
        self.existence.resize(count, None);
        self.in_lanes.clear();
        let possible = Batch::fits_model(model, data.rows(), data.features.ncols())
            && experiment.runnable_under(place).any(|(_, runnable)| can_run(runnable));
        let Some(engine) = self.engine.as_mut().filter(|_| possible) else {
            self.in_lanes.resize(count, false);
            return Ok(());
        };
        self.splits.load(data, model.intercept);
        dealt.iter().take(1).for_each(|split| self.splits.reserve(count, &split.train, &split.test));
        dealt.iter().for_each(|split| self.splits.push(&split.train, &split.test));
        fill_penalties(model.penalty, self.splits.columns, model.intercept, &mut self.splits.penalties);
        self.delicate.clear();
        if model.scaling == Scaling::Standardize {
            self.splits.standardize(&mut self.delicate);
        }
        self.in_lanes.resize(count, true);
        self.delicate.iter().for_each(|&split| self.in_lanes[split] = false);
        self.which.clear();
        self.which.extend((0..count).filter(|&split| self.in_lanes[split]));
        self.shown.clear();
        self.shown.resize_with(count, Shown::default);
        let keep = |split: usize| experiment.trace.keep(first + split as u64);
        for (solver, runnable) in experiment.runnable_under(place) {
            let fits = &mut self.fits[solver];
            let in_lanes = can_run(runnable) && may_run(solver);
            let Some(method) = runnable.solver.lanes().filter(|_| in_lanes) else {
                fits.clear();
                continue;
            };
            fits.resize_with(fits.len().max(count), LaneFit::default);
            let job = Job { method, rules: &runnable.rules, threshold: runnable.threshold, keep: &keep, interrupt };
            engine.fit(&self.splits, &self.which, &job, fits)?;
            for &split in &self.which {
                // Where a fit without full rank was when that was seen depends on its neighbours: it shows nothing.
                if fits[split].full_rank {
                    show(&mut self.shown[split], &fits[split]);
                } else {
                    self.in_lanes[split] = false;
                }
            }
        }
        self.decide(interrupt)
    }

    /// Decides the splits by what has been shown, and where that is not enough by Newton's method to the limit of rounding.
    fn decide(&mut self, interrupt: &AtomicBool) -> Result<(), Interrupted> {
        self.which.retain(|&split| {
            let decided = self.shown[split].enough();
            let open = decided.is_none() && self.in_lanes[split];
            self.existence[split] = decided;
            open
        });
        let (Some(engine), Some(method), false) = (&mut self.engine, NEWTON.lanes(), self.which.is_empty()) else {
            return Ok(());
        };
        self.reference.resize_with(self.reference.len().max(self.existence.len()), LaneFit::default);
        let job = Job {
            method,
            rules: &TO_THE_LIMIT,
            threshold: 0.5,
            keep: &|_| Keep { bands: false, whole: false },
            interrupt,
        };
        engine.fit(&self.splits, &self.which, &job, &mut self.reference)?;
        for &split in &self.which {
            show(&mut self.shown[split], &self.reference[split]);
            self.existence[split] = self.shown[split].enough();
        }
        Ok(())
    }

    /// The fit of a solver on a split, if it was made here.
    pub fn fit_of(&self, solver: usize, split: usize) -> Option<&LaneFit> {
        self.fits[solver].get(split).filter(|_| self.in_lanes[split])
    }

    /// What the fits of a split have shown.
    pub fn shown(&mut self, split: usize) -> Shown {
        if self.in_lanes[split] { std::mem::take(&mut self.shown[split]) } else { Shown::default() }
    }
}

fn show(shown: &mut Shown, fit: &LaneFit) {
    if fit.outcome.stop == Stop::Separated {
        shown.see_direction(&fit.coefficients);
    }
    shown.see_certificate(&fit.certificate);
}
