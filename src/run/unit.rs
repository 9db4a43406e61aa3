//! The unit of parallel work: all fits of some splits of one data set.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::AtomicBool;

use super::Options;
use super::memory::Budget;
use crate::contain::contain;
use crate::data::{DataSet, Source};
use crate::engine::{Batch, Fitter, Interrupted};
use crate::experiment::{Experiment, SolverEntry};
use crate::metric::ReliabilityCounts;
use crate::model::units::Units;
use crate::model::{Expansion, Penalty, Scaling, Workers};
use crate::record::{BandCounts, Bands, FitRecord, SplitRecord, UnitRecords};
use crate::split::{Split, SplitClasses};

/// A thread's storage and engines, kept from unit to unit.
pub struct Worker<'e> {
    experiment: &'e Experiment,
    options: Options,
    budget: Option<Budget>,
    workers: &'e dyn Workers,
    interrupt: &'e AtomicBool,
    dealt: Vec<Split>,
    /// Data whose raw columns are coded.
    coded: DataSet,
    /// The data with the features of a model that makes its own.
    expanded: DataSet,
    fitter: Fitter<'e>,
    /// Per source and model whose features are the same for all splits: the units of columns of extreme size, if there are any.
    units: HashMap<(usize, usize), Option<Units>>,
    /// Per solver of the experiment: why its fits of the source at work would exceed the memory limit, if they would.
    refused: Vec<Option<String>>,
}

impl<'e> Worker<'e> {
    /// A worker for an experiment; `workers` share long passes over the rows.
    pub fn new(
        experiment: &'e Experiment,
        options: Options,
        budget: Option<Budget>,
        interrupt: &'e AtomicBool,
        workers: &'e dyn Workers,
    ) -> Worker<'e> {
        let fitter = Fitter::new(experiment, options.instruction_set, workers);
        let (dealt, refused) = (Vec::new(), Vec::new());
        let [coded, expanded] = [DataSet::default(), DataSet::default()];
        let units = HashMap::new();
        Worker { experiment, options, budget, workers, interrupt, dealt, coded, expanded, fitter, units, refused }
    }

    /// Makes all fits of some splits of the source at place `source`. A panic fails one fit only: the unit is made again split
    /// by split, and the split with the panic without lanes, so that each of its fits runs alone.
    ///
    /// # Errors
    /// When the run is interrupted.
    pub fn unit(&mut self, source: usize, splits: Range<u64>) -> Result<Vec<UnitRecords>, Interrupted> {
        let of_split = |budget: Budget| budget.refusal(self.experiment, source, None);
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
        self.fitter = Fitter::new(self.experiment, None, self.workers);
        let alone = contain(|| self.attempt(source, splits.clone()));
        *self = Worker::new(self.experiment, self.options, self.budget, self.interrupt, self.workers);
        Ok(vec![match alone {
            Ok(records) => records?,
            Err(reason) => self.failed(source, splits.start, &reason),
        }])
    }

    /// The records of a split whose fits all failed for this reason.
    fn failed(&self, source: usize, split: u64, reason: &str) -> UnitRecords {
        let (models, fits) = (self.experiment.models.len(), self.experiment.fits_per_split() as usize);
        UnitRecords {
            source,
            first: split,
            fits: vec![FitRecord::failed(); fits],
            splits: vec![
                SplitRecord { separation: None, rank: 0, classes: SplitClasses::default(), rows: [0, 0] };
                models
            ],
            traces: Vec::new(),
            failures: (0..fits).map(|fit| (fit, reason.to_owned())).collect(),
            bands: vec![BandCounts::default(); if self.experiment.trace.bands { fits } else { 0 }],
            reliability: vec![
                ReliabilityCounts::default();
                if self.experiment.metrics.has_reliability() { fits } else { 0 }
            ],
            wrong_rows: vec![None; if self.experiment.is_bootstrapped(source) { fits } else { 0 }],
        }
    }

    fn attempt(&mut self, source: usize, splits: Range<u64>) -> Result<UnitRecords, Interrupted> {
        let experiment = self.experiment;
        let mut of_models = self.empty(source, &splits);
        let count = (splits.end - splits.start) as usize;
        self.dealt.resize_with(self.dealt.len().max(count), Split::default);
        self.find_refusals(source);
        let (splitter, of) = (&experiment.splitters[source], &experiment.sources[source]);
        let mut first = splits.start;
        while first < splits.end {
            // Splits that share their data, which are drawn once for all models.
            let together = first..of.next_data(first).min(splits.end);
            let data = of.uncoded(first);
            for (split, index) in self.dealt.iter_mut().zip(together.clone()) {
                splitter.split(of.dealt_as(index), &data.labels, split);
            }
            self.fit_dealt(source, &data, together.clone(), &mut of_models)?;
            first = together.end;
        }
        if experiment.trace.bands {
            for (model, records) in of_models.iter_mut().enumerate() {
                records.bands.extend(self.fitter.bands(model).iter_mut().map(Bands::take));
            }
        }
        if experiment.metrics.has_reliability() {
            for (model, records) in of_models.iter_mut().enumerate() {
                records.reliability.extend(self.fitter.reliability(model).iter_mut().map(std::mem::take));
            }
        }
        Ok(UnitRecords::join(of_models))
    }

    /// Fits all rows of a source, and tests on the same rows, without traces. `None` if there is a panic, or if the rows exceed the
    /// memory limit.
    ///
    /// # Errors
    /// When the run is interrupted.
    pub fn all_rows(&mut self, source: usize) -> Result<Option<UnitRecords>, Interrupted> {
        if self.budget.is_some_and(|budget| budget.refusal(self.experiment, source, None).is_some()) {
            return Ok(None);
        }
        // The number of a split that the experiment does not have, of which nothing is kept.
        let none = self.experiment.most_splits();
        let fits = contain(|| {
            let data = self.experiment.sources[source].uncoded(0);
            let rows = data.all_rows();
            self.dealt.resize_with(self.dealt.len().max(1), Split::default);
            let all = &mut self.dealt[0];
            (all.train, all.test, all.is_partition) = (rows.clone(), rows, false);
            self.find_refusals(source);
            let mut of_models = self.empty(source, &(none..none + 1));
            self.fit_dealt(source, &data, none..none + 1, &mut of_models)?;
            Ok(UnitRecords::join(of_models))
        });
        if fits.is_err() {
            *self = Worker::new(self.experiment, self.options, self.budget, self.interrupt, self.workers);
        }
        fits.ok().transpose()
    }

    /// Finds the solvers whose fits of a source would exceed the memory limit.
    fn find_refusals(&mut self, source: usize) {
        let (experiment, budget) = (self.experiment, self.budget);
        let refusal = |entry: &SolverEntry| {
            let runnable = entry.solver.as_ref().ok()?;
            budget?.refusal(experiment, source, Some(&*runnable.solver))
        };
        self.refused.clear();
        self.refused.extend(experiment.solvers.iter().map(refusal));
    }

    /// Makes the fits of dealt splits that share their data, model by model.
    fn fit_dealt(
        &mut self,
        source: usize,
        data: &DataSet,
        together: Range<u64>,
        of_models: &mut [UnitRecords],
    ) -> Result<(), Interrupted> {
        let (experiment, first) = (self.experiment, together.start);
        for (model, records) in of_models.iter_mut().enumerate() {
            let (refused, interrupt) = (&self.refused[..], self.interrupt);
            let dealt = &self.dealt[..(together.end - first) as usize];
            let units = None;
            let batch = Batch { experiment, source, model, data, units, first, splits: dealt, refused, interrupt };
            let expansion = batch.model().expansion;
            // Splits that share the model's features too.
            let is_shared = data.coding.is_none() && !expansion.needs_training_rows();
            let most = if is_shared { dealt.len() } else { 1 };
            for (splits, first) in dealt.chunks(most).zip((first..).step_by(most)) {
                let (train, mut data) = (&splits[0].train, data);
                if let Some(coding) = &data.coding {
                    if let Err(unseen) = coding.apply_into(data, train, &mut self.coded) {
                        fail(&batch, &unseen.to_string(), records);
                        continue;
                    }
                    data = &self.coded;
                }
                if expansion != Expansion::None {
                    expansion.apply_into(data, train, &mut self.expanded);
                    data = &self.expanded;
                }
                // A penalty on scaled columns does not depend on their units.
                let is_scaled = batch.model().scaling != Scaling::None;
                let penalty = if is_scaled { Penalty::NONE } else { batch.model().penalty };
                let find = || Units::of_extreme(&data.features, penalty);
                let units = if is_shared && matches!(experiment.sources[source], Source::Fixed(_)) {
                    self.units.entry((source, model)).or_insert_with(find).clone()
                } else {
                    find()
                };
                let in_units = units.as_ref().map(|units| units.of_data(data));
                let (data, units) = (in_units.as_ref().unwrap_or(data), units.as_ref().filter(|_| !is_scaled));
                self.fitter.fit(&Batch { data, units, first, splits, ..batch }, records)?;
            }
        }
        Ok(())
    }

    /// Room for the records of a unit, model by model.
    fn empty(&self, source: usize, splits: &Range<u64>) -> Vec<UnitRecords> {
        let (count, layout) = ((splits.end - splits.start) as usize, self.experiment.layout());
        let of_model = |model| UnitRecords {
            source,
            first: splits.start,
            fits: Vec::with_capacity(count * layout.of_model(model).len()),
            splits: Vec::with_capacity(count),
            traces: Vec::new(),
            failures: Vec::new(),
            bands: Vec::new(),
            reliability: Vec::new(),
            wrong_rows: Vec::new(),
        };
        (0..layout.models()).map(of_model).collect()
    }
}

/// Records a split without features: its fits have failed.
fn fail(batch: &Batch<'_>, reason: &str, records: &mut UnitRecords) {
    for _ in batch.solvers() {
        records.failures.push((records.fits.len(), reason.to_owned()));
        records.fits.push(FitRecord::failed());
        records.wrong_rows.extend(batch.experiment.is_bootstrapped(batch.source).then_some(None));
    }
    let rows = batch.splits.first().map_or([0, 0], |dealt| [dealt.train.len() as u32, dealt.test.len() as u32]);
    records.splits.push(SplitRecord { separation: None, rank: 0, classes: SplitClasses::default(), rows });
}
