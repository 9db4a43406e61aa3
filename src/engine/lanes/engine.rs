//! Batches of splits in lanes: which fits are taken, and the evidence that they give.

use std::ops::Range;

use super::driver::Driver;
use super::job::{Job, Lockstep};
use super::splits::LaneSplits;
use crate::engine::batch::{Batch, Dealt};
use crate::engine::contract::Engine;
use crate::engine::designs::Designs;
use crate::engine::existence::Shown;
use crate::engine::fitted::{Fits, Fitted};
use crate::engine::iteration::Interrupted;
use crate::engine::reference::{NEWTON, TO_THE_LIMIT};
use crate::experiment::{Model, Runnable};
use crate::linear_algebra::Pack;
use crate::linear_algebra::lanes::{InstructionSet, Task};
use crate::model::penalty::Capability;
use crate::model::{ClassWeight, Scaling};
use crate::record::Keep;
use crate::solver::{LaneMethods, Solver, Stop};

/// Most coefficients of a fit in lanes; with more, the Hessians of a pack leave the nearest caches.
const MOST_COLUMNS: usize = 40;

/// Most numbers in the training rows of a split in lanes; with that many, a pack of splits fills a few megabytes.
const MOST_NUMBERS: usize = 1 << 16;

/// Fits in lanes. All storage is kept from batch to batch.
pub struct LanesEngine {
    driver: Box<dyn Lockstep>,
    splits: LaneSplits,
    reference: Vec<Fitted>,
    delicate: Vec<usize>,
    /// Places of the splits at work, those of one shape together.
    which: Vec<usize>,
    /// Per split of the batch, whether its fits are made here.
    taken: Vec<bool>,
    full_rank: Vec<bool>,
}

/// The method and the threshold of a solver that can run under a model in lanes. It cannot under a time limit, because fits in lanes share
/// their time, nor end by a proof, because lanes are certified together, not with a threshold that is chosen after the fit, because lanes
/// add up metrics as they end, and not from the optima of another model if it reads the Hessian at 0.
fn in_lanes<'r>(runnable: &'r Runnable, model: &Model) -> Option<(LaneMethods<'r>, f64)> {
    let (method, threshold) = (runnable.solver.lanes()?, runnable.threshold.number()?);
    let rules = &runnable.rules;
    let can_start = model.starts_from.is_none() || runnable.solver.lanes_start_anywhere();
    (can_start && rules.time_limit.is_none() && rules.tolerances.gap.is_none()).then_some((method, threshold))
}

/// Whether fits of a batch can be made in lanes.
fn can_fit(batch: &Batch<'_>) -> bool {
    let (model, columns) = (batch.model(), batch.columns());
    let is_fit = |Dealt { split, data }: &Dealt<'_>| {
        let has_few_numbers = data.rows() * columns <= MOST_NUMBERS;
        split.is_partition && has_few_numbers && data.roles.weights.is_none() && data.roles.offset.is_none()
    };
    batch.splits.iter().all(is_fit)
        && model.class_weight == ClassWeight::None
        && !batch.has_features_of_training_rows()
        && batch.scheme().has_few_sizes()
        && (1..=MOST_COLUMNS).contains(&columns)
        && model.penalty.has(Capability::Quadratic)
        && (model.scaling == Scaling::None || model.scaling == Scaling::Standardize && model.intercept)
        && batch.solvers().any(|(_, runnable)| in_lanes(runnable, model).is_some())
}

impl LanesEngine {
    /// The lanes of an instruction set.
    pub fn new(set: InstructionSet) -> LanesEngine {
        struct Make;
        impl Task for Make {
            type Output = Box<dyn Lockstep>;
            fn run<R: Pack>(self) -> Box<dyn Lockstep> {
                Box::new(Driver::<R>::default())
            }
        }
        LanesEngine {
            driver: set.run(Make),
            splits: LaneSplits::default(),
            reference: Vec::new(),
            delicate: Vec::new(),
            which: Vec::new(),
            taken: Vec::new(),
            full_rank: Vec::new(),
        }
    }

    /// Loads the rows of a batch and the splits at `places`, and marks the splits to fit here.
    fn load(&mut self, batch: &Batch<'_>, places: Range<usize>) {
        let model = batch.model();
        self.splits.load(batch.splits, model.intercept);
        let columns: Vec<usize> = (0..self.splits.columns).collect();
        batch.fill_weights(&columns, &mut self.splits.penalties);
        self.delicate.clear();
        if model.scaling == Scaling::Standardize {
            self.splits.standardize(&mut self.delicate);
        }
        self.taken.clear();
        self.taken.resize(batch.splits.len(), false);
        self.taken[places.clone()].fill(true);
        self.delicate.iter().for_each(|&split| self.taken[split] = false);
        self.which.clear();
        self.which.extend(places.filter(|&split| self.taken[split]));
        self.sort_by_shape();
        self.full_rank.clear();
        self.full_rank.resize(batch.splits.len(), false);
    }

    /// Puts the splits at work of one shape beside each other.
    fn sort_by_shape(&mut self) {
        let splits = &self.splits;
        self.which.sort_unstable_by_key(|&split| (splits.shape(split), split));
    }

    /// Fits the splits at work, shape by shape.
    fn fit_shapes(&mut self, job: &Job<'_>, fits: &mut [Fitted]) -> Result<(), Interrupted> {
        let LanesEngine { driver, splits, which, full_rank, .. } = self;
        let mut rest = &which[..];
        while let Some(&first) = rest.first() {
            let shape = splits.shape(first);
            let (of_shape, others) =
                rest.split_at(rest.iter().take_while(|&&split| splits.shape(split) == shape).count());
            splits.turn_to(shape);
            driver.fit(splits, of_shape, job, fits, full_rank)?;
            rest = others;
        }
        Ok(())
    }
}

impl Engine for LanesEngine {
    fn fit(
        &mut self,
        batch: &Batch<'_>,
        places: Range<usize>,
        _: &mut Designs<'_>,
        fits: &mut Fits,
    ) -> Result<(), Interrupted> {
        self.taken.clear();
        self.taken.resize(batch.splits.len(), false);
        if !can_fit(batch) {
            return Ok(());
        }
        self.load(batch, places);
        let keep = |split: usize| batch.keep(split);
        let mut any = false;
        for (solver, runnable) in batch.solvers() {
            let may_run = batch.refused[solver].is_none();
            let Some((method, threshold)) = in_lanes(runnable, batch.model()).filter(|_| may_run) else { continue };
            let job = Job { method, rules: &runnable.rules, threshold, keep: &keep, interrupt: batch.interrupt };
            self.fit_shapes(&job, fits.of_solver(solver))?;
            any = true;
            for &split in &self.which {
                // A fit without full rank gives no evidence, because the iteration at which it ends depends on its neighbours.
                if !self.full_rank[split] {
                    self.taken[split] = false;
                    continue;
                }
                let (fitted, shown) = fits.place(solver, split);
                fitted.failure = None;
                fitted.threshold = threshold;
                fitted.may_be_proved = fitted.certificate.gap.is_err();
                show(shown, fitted);
                fits.set_made(solver, split);
            }
        }
        for &split in &self.which {
            self.taken[split] &= any;
            fits.full_rank[split] = self.taken[split];
            if !self.taken[split] {
                fits.discard(split);
            }
        }
        Ok(())
    }

    fn find_optimum(&mut self, batch: &Batch<'_>, places: &[usize], fits: &mut Fits) -> Result<(), Interrupted> {
        self.which.clear();
        self.which.extend(places.iter().filter(|&&split| self.taken[split]));
        self.sort_by_shape();
        let (Some(method), false) = (NEWTON.lanes(), self.which.is_empty()) else { return Ok(()) };
        self.reference.resize_with(self.reference.len().max(batch.splits.len()), Fitted::default);
        let job = Job {
            method,
            rules: &TO_THE_LIMIT,
            threshold: 0.5,
            keep: &|_| Keep { bands: false, whole: false },
            interrupt: batch.interrupt,
        };
        let mut reference = std::mem::take(&mut self.reference);
        let fitted = self.fit_shapes(&job, &mut reference);
        self.reference = reference;
        fitted?;
        for &split in &self.which {
            show(&mut fits.shown[split], &self.reference[split]);
        }
        Ok(())
    }
}

fn show(shown: &mut Shown, fit: &Fitted) {
    if fit.outcome.stop == Stop::Separated {
        shown.see_direction(&fit.coefficients);
    }
    shown.see_certificate(&fit.certificate);
}
