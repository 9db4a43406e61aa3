//! The unit of parallel work: all fits of a batch of splits of one data set.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use super::Options;
use super::batch::Batch;
use super::contain::contain;
use super::designs::Designs;
use super::fit::{self, Fit};
use super::memory::Budget;
use crate::data::DataSet;
use crate::engine::reference::{Existence, ReferenceSolver, Shown};
use crate::engine::{Interrupted, Loop, SystemClock};
use crate::experiment::{Entry, Experiment, Model, Source};
use crate::metric::{self, Classifier};
use crate::model::certificate::Workspace;
use crate::model::{Penalty, Problem, Scaling, Workers};
use crate::record::{BandCounts, Bands, FitRecord, Keep, SplitRecord, UnitLayout, UnitRecords, WholeTrace};
use crate::split::{Split, SplitClasses};

/// Everything one thread keeps from unit to unit.
pub struct Worker<'e> {
    experiment: &'e Experiment,
    options: Options,
    budget: Option<Budget>,
    workers: &'e dyn Workers,
    interrupt: &'e AtomicBool,
    dealt: Vec<Split>,
    batch: Batch<'e>,
    designs: Designs,
    fits: Vec<Fit<'e>>,
    reference: ReferenceSolver<'e>,
    clock: SystemClock,
    workspace: Workspace<'e>,
    scratch: metric::Scratch,
    layout: UnitLayout,
    /// The bands of a unit, per model and solver that is run under it.
    bands: Vec<Bands>,
    /// Per solver of the experiment: why it needs more memory than there is for the source at work, if it does.
    refused: Vec<Option<String>>,
}

/// Which fits are to be made.
#[derive(Clone, Copy)]
struct Place {
    model: usize,
    split: u64,
    /// Place of the split in its batch, if that was tried in lanes.
    in_batch: usize,
}

impl<'e> Worker<'e> {
    /// A worker for an experiment; `workers` help it with long passes.
    pub fn new(
        experiment: &'e Experiment,
        options: Options,
        budget: Option<Budget>,
        interrupt: &'e AtomicBool,
        workers: &'e dyn Workers,
    ) -> Worker<'e> {
        let fits = experiment.runnable().map(|(solver, runnable)| Fit::new(solver, runnable)).collect();
        let layout = experiment.layout();
        Worker {
            experiment,
            options,
            budget,
            workers,
            interrupt,
            dealt: Vec::new(),
            batch: Batch::new(experiment, options.instruction_set),
            designs: Designs::default(),
            fits,
            reference: ReferenceSolver::new(workers),
            clock: SystemClock::default(),
            workspace: Workspace::within(experiment.tolerance, workers),
            scratch: metric::Scratch::default(),
            bands: vec![Bands::default(); layout.pairs()],
            layout,
            refused: Vec::new(),
        }
    }

    /// Makes all fits of some splits of the source at place `source`. A panic costs the fit that it happened in: the unit is
    /// made again split by split, and the split it happened in without lanes, where fits are apart.
    ///
    /// # Errors
    /// When the run is interrupted.
    pub fn unit(&mut self, source: usize, splits: Range<u64>) -> Result<Vec<UnitRecords>, Interrupted> {
        let of_split = |budget: Budget| budget.refusal(&self.experiment.sources[source], None);
        if let Some(reason) = self.budget.and_then(of_split) {
            return Ok(splits.map(|split| self.failed(source, split, &reason)).collect());
        }
        if let Ok(records) = contain(|| self.attempt(source, splits.clone())) {
            return Ok(vec![records?]);
        }
        *self = Worker::new(self.experiment, self.options, self.budget, self.interrupt, self.workers);
        if splits.end - splits.start > 1 {
            let each = splits.map(|split| self.unit(source, split..split + 1));
            return Ok(each.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect());
        }
        self.batch = Batch::new(self.experiment, None);
        let alone = contain(|| self.attempt(source, splits.clone()));
        *self = Worker::new(self.experiment, self.options, self.budget, self.interrupt, self.workers);
        Ok(vec![match alone {
            Ok(records) => records?,
            Err(reason) => self.failed(source, splits.start, &reason),
        }])
    }

    /// The records of a split that the harness itself has failed on.
    fn failed(&self, source: usize, split: u64, reason: &str) -> UnitRecords {
        let (models, fits) = (self.experiment.models.len(), self.experiment.fits_per_split() as usize);
        UnitRecords {
            source,
            first: split,
            fits: vec![FitRecord::failed(); fits],
            splits: vec![SplitRecord { separation: None, rank: 0, classes: SplitClasses::default() }; models],
            traces: Vec::new(),
            failures: (0..fits).map(|fit| (fit, reason.to_owned())).collect(),
            bands: vec![BandCounts::default(); if self.experiment.trace.bands { fits } else { 0 }],
        }
    }

    fn attempt(&mut self, source: usize, splits: Range<u64>) -> Result<UnitRecords, Interrupted> {
        let experiment = self.experiment;
        let count = (splits.end - splits.start) as usize;
        let empty = || UnitRecords {
            source,
            first: splits.start,
            fits: Vec::with_capacity(count * self.fits.len()),
            splits: Vec::with_capacity(count),
            traces: Vec::new(),
            failures: Vec::new(),
            bands: Vec::new(),
        };
        let mut of_models: Vec<UnitRecords> = experiment.models.iter().map(|_| empty()).collect();
        self.dealt.resize_with(self.dealt.len().max(count), Split::default);
        let refusal = |entry: &Entry| {
            let runnable = entry.solver.as_ref().ok()?;
            self.budget?.refusal(&experiment.sources[source], Some(&*runnable.solver))
        };
        self.refused.clear();
        self.refused.extend(experiment.solvers.iter().map(refusal));
        let splitter = &experiment.splitters[source];
        let source = &experiment.sources[source];
        let mut first = splits.start;
        while first < splits.end {
            // The splits that have their data in common, which are drawn once for all models.
            let together = first..source.next_data(first).min(splits.end);
            let data = source.data(first);
            for (split, index) in self.dealt.iter_mut().zip(together.clone()) {
                splitter.split(source.dealt_as(index), &data.labels, split);
            }
            for (model, records) in of_models.iter_mut().enumerate() {
                if let Source::Redrawn { .. } = source {
                    self.batch.skip();
                } else {
                    let dealt = &self.dealt[..(together.end - first) as usize];
                    let may_run = |solver: usize| self.refused[solver].is_none();
                    self.batch.fit(&may_run, model, &data, first, dealt, self.interrupt)?;
                }
                for (in_batch, split) in together.clone().enumerate() {
                    self.model(Place { model, split, in_batch }, &data, records)?;
                }
            }
            first = together.end;
        }
        if experiment.trace.bands {
            for (model, records) in of_models.iter_mut().enumerate() {
                records.bands.extend(self.bands[self.layout.of_model(model)].iter_mut().map(Bands::take));
            }
        }
        Ok(UnitRecords::join(of_models))
    }

    /// Makes the fits of one split under one model that the lanes have not made: all solvers run, then what they have shown
    /// decides whether there is an optimum, and then each fit is judged.
    fn model(&mut self, place: Place, data: &DataSet, records: &mut UnitRecords) -> Result<(), Interrupted> {
        let experiment = self.experiment;
        let model = &experiment.models[place.model];
        let keep = experiment.trace.keep(place.split);
        let known = self.batch.existence[place.in_batch].take();
        let mut solvers = experiment.runnable_under(place.model);
        let all_in_lanes = solvers.all(|(solver, _)| self.batch.fit_of(solver, place.in_batch).is_some());
        let existence = match known {
            Some(known) if all_in_lanes => {
                let rank = (data.features.ncols() + usize::from(model.intercept)) as u32;
                let classes = SplitClasses::of(&self.dealt[place.in_batch], &data.labels);
                records.splits.push(SplitRecord { separation: known.separation(), rank, classes });
                known
            }
            known => self.model_alone(place, data, known, keep, records)?,
        };
        self.judge(place, data, model, &existence, keep, records);
        Ok(())
    }

    /// The part of [`Worker::model`] that needs the designs of the split.
    fn model_alone(
        &mut self,
        place: Place,
        data: &DataSet,
        known: Option<Existence>,
        keep: Keep,
        records: &mut UnitRecords,
    ) -> Result<Existence, Interrupted> {
        let experiment = self.experiment;
        let model = &experiment.models[place.model];
        let split = &mut self.dealt[place.in_batch];
        // The order in which a scheme draws rows must not decide how sums are rounded.
        split.train.sort_unstable();
        self.designs.prepare(data, split, model, self.workers);
        let problem = self.designs.problem();
        let mut shown = self.batch.shown(place.in_batch);
        let under_model = self.fits.iter_mut().filter(|fit| fit.runs_under(experiment, place.model));
        for (within, fit) in under_model.enumerate() {
            if self.batch.fit_of(fit.solver, place.in_batch).is_some() {
                continue;
            }
            if let Some(reason) = &self.refused[fit.solver] {
                records.failures.push((records.fits.len() + within, reason.clone()));
                fit.fail(problem.columns, false);
                continue;
            }
            let rules = &fit.runnable.rules;
            let around = Loop { rules, clock: &self.clock, interrupt: self.interrupt, workers: self.workers };
            match contain(|| fit.run(&problem, &around, keep, &mut shown, &mut self.workspace)) {
                Ok(result) => result?,
                Err(reason) => {
                    records.failures.push((records.fits.len() + within, reason));
                    fit.fail(problem.columns, true);
                }
            }
        }
        let existence = match known {
            Some(known) => known,
            None => {
                let in_lanes = experiment.runnable_under(place.model);
                let in_lanes = in_lanes.filter_map(|(solver, _)| self.batch.fit_of(solver, place.in_batch));
                let in_lanes = in_lanes.filter(|fit| fit.certificate.gap.is_err()).map(|fit| &fit.coefficients[..]);
                let untried = &mut self.fits.iter().filter_map(Fit::untried).chain(in_lanes);
                let alone = self.designs.on_own_scale();
                self.reference.decide(&problem, alone.as_ref(), shown, untried, self.interrupt)?
            }
        };
        let separation = match model.penalty {
            Penalty::Firth => self.of_rows_alone()?.separation(),
            _ => existence.separation(),
        };
        let classes = SplitClasses::of(&self.dealt[place.in_batch], &data.labels);
        records.splits.push(SplitRecord { separation, rank: self.designs.train.columns as u32, classes });
        Ok(existence)
    }

    /// Firth's estimate exists always; what is told of the rows is whether the maximum-likelihood fit does.
    fn of_rows_alone(&mut self) -> Result<Existence, Interrupted> {
        let plain = Problem { firth: false, ..self.designs.problem() };
        self.reference.decide(&plain, None, Shown::default(), &mut std::iter::empty(), self.interrupt)
    }

    fn judge(
        &mut self,
        place: Place,
        data: &DataSet,
        model: &Model,
        existence: &Existence,
        keep: Keep,
        records: &mut UnitRecords,
    ) {
        let experiment = self.experiment;
        let infimum = existence.infimum().unwrap_or(f64::NAN);
        // Slopes of standardized features are not those of the data.
        let own_scale = model.scaling == Scaling::None;
        let truth = data.truth.as_deref().filter(|_| own_scale).and_then(|truth| truth.get(1..));
        let bands = &mut self.bands[self.layout.of_model(place.model)];
        let under_model = self.fits.iter_mut().filter(|fit| fit.runs_under(experiment, place.model));
        for (fit, bands) in under_model.zip(bands) {
            let (record, seen) = match self.batch.fit_of(fit.solver, place.in_batch) {
                Some(in_lanes) => {
                    let own_proof = || fit::needs_own_proof(in_lanes.certificate.gap, existence);
                    let problem = own_proof().then(|| self.designs.problem());
                    let slopes = &in_lanes.coefficients[usize::from(model.intercept)..];
                    let rows = self.dealt[place.in_batch].train.len();
                    let against_truth = metric::against_truth(slopes, truth, rows);
                    let workspace = &mut self.workspace;
                    let record =
                        fit::record_of(in_lanes, problem, against_truth, existence, experiment.tolerance, workspace);
                    (Some(record), &in_lanes.seen)
                }
                None => {
                    let classifier = Classifier {
                        coefficients: fit.coefficients(),
                        intercept: model.intercept,
                        threshold: fit.runnable.threshold,
                        sigmoid: fit.runnable.sigmoid,
                        truth,
                    };
                    let Designs { test, train, .. } = &self.designs;
                    let metrics =
                        metric::compute(classifier, test, train, fit.margins(), self.workers, &mut self.scratch);
                    let problem = self.designs.problem();
                    let record = fit.record(&problem, existence, experiment.tolerance, metrics, &mut self.workspace);
                    (record, &fit.seen)
                }
            };
            if keep.bands {
                bands.add(seen, infimum);
            }
            if keep.whole {
                let points = seen.iter().map(|seen| (*seen, seen.objective - infimum)).collect();
                let columns = data.features.ncols() + usize::from(model.intercept);
                let coefficients = match self.batch.fit_of(fit.solver, place.in_batch) {
                    Some(in_lanes) => in_lanes.coefficients.clone(),
                    None => self.designs.of_all_columns(fit.coefficients(), columns),
                };
                let direction = match existence {
                    // It may have been found on the data's own scale.
                    Existence::Separated { direction, .. } if own_scale && direction.len() == columns => {
                        direction.clone()
                    }
                    Existence::Separated { direction, .. } if own_scale => {
                        self.designs.of_all_columns(direction, columns)
                    }
                    _ => Vec::new(),
                };
                let trace = WholeTrace { split: place.split, coefficients, direction, points };
                records.traces.push((records.fits.len(), trace));
            }
            records.fits.extend(record);
        }
    }
}
