//! The unit of parallel work: all fits of some splits of one source.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::AtomicBool;

use super::Options;
use super::features::{FeatureStorage, features};
use super::memory::{Budget, drawn_together};
use crate::contain::contain;
use crate::data::{DataSet, Source};
use crate::engine::{Batch, Dealt, Fitter, Interrupted};
use crate::experiment::{Experiment, SolverEntry};
use crate::metric::ReliabilityCounts;
use crate::model::units::Units;
use crate::model::{Penalty, Scaling, Workers};
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
    /// Storage for the features of data sets that are fitted together.
    features: Vec<FeatureStorage>,
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
        let (features, units) = (Vec::new(), HashMap::new());
        Worker { experiment, options, budget, workers, interrupt, dealt, features, fitter, units, refused }
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
        let most = drawn_together(experiment, source) as usize;
        let (mut first, mut next) = (splits.start, splits.start);
        // One draw serves all models, and the splits of several draws are fitted together.
        let mut drawn: Vec<Drawn<'_>> = Vec::new();
        while next < splits.end {
            let (data, of_data) = (of.uncoded(next), next..of.next_data(next).min(splits.end));
            let places = (of_data.start - first) as usize..(of_data.end - first) as usize;
            for (split, index) in self.dealt[places.clone()].iter_mut().zip(of_data.clone()) {
                splitter.split(of.dealt_as(index), &data.labels, split);
            }
            next = of_data.end;
            drawn.push(Drawn { data, places });
            if drawn.len() == most || next == splits.end {
                self.fit_dealt(source, &drawn, first, &mut of_models)?;
                drawn.clear();
                first = next;
            }
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
            let all_rows = [Drawn { data: self.experiment.sources[source].uncoded(0), places: 0..1 }];
            let rows = all_rows[0].data.all_rows();
            self.dealt.resize_with(self.dealt.len().max(1), Split::default);
            let all = &mut self.dealt[0];
            (all.train, all.test, all.is_partition) = (rows.clone(), rows, false);
            self.find_refusals(source);
            let mut of_models = self.empty(source, &(none..none + 1));
            self.fit_dealt(source, &all_rows, none, &mut of_models)?;
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

    /// Makes the fits of dealt splits of these data sets, model by model; `first` is the number of the first split.
    ///
    /// The splits of all data sets are a batch, unless columns are in other units. A split whose training rows make its features is
    /// a batch of its own, because its features are those of no other.
    fn fit_dealt(
        &mut self,
        source: usize,
        drawn: &[Drawn<'_>],
        first: u64,
        of_models: &mut [UnitRecords],
    ) -> Result<(), Interrupted> {
        let experiment = self.experiment;
        for (model, records) in of_models.iter_mut().enumerate() {
            if !experiment.has_features_of_training_rows(source, model) {
                self.fit_batch((source, model), drawn, first, records)?;
                continue;
            }
            for Drawn { data, places } in drawn {
                for place in places.clone() {
                    let alone = Drawn { data: Cow::Borrowed(&**data), places: place..place + 1 };
                    self.fit_batch((source, model), &[alone], first, records)?;
                }
            }
        }
        Ok(())
    }

    /// Makes the fits under a model of dealt splits of data sets whose features are the same for all their splits.
    fn fit_batch(
        &mut self,
        (source, model): (usize, usize),
        drawn: &[Drawn<'_>],
        first: u64,
        records: &mut UnitRecords,
    ) -> Result<(), Interrupted> {
        let (experiment, refused, interrupt) = (self.experiment, &self.refused[..], self.interrupt);
        self.features.resize_with(self.features.len().max(drawn.len()), FeatureStorage::default);
        let of_model = &experiment.models[model];
        // A penalty on scaled columns does not depend on their units.
        let is_scaled = of_model.scaling != Scaling::None;
        let penalty = if is_scaled { Penalty::NONE } else { of_model.penalty };
        let is_fixed = matches!(experiment.sources[source], Source::Fixed(_))
            && !experiment.has_features_of_training_rows(source, model);
        let mut featured: Vec<Featured<'_>> = Vec::with_capacity(drawn.len());
        for (Drawn { data, places }, storage) in drawn.iter().zip(&mut self.features) {
            let split = &self.dealt[places.start];
            let data = match features(of_model, data, &split.train, storage) {
                Ok(data) => data,
                Err(unseen) => {
                    fail(experiment, (source, model), split, &unseen.to_string(), records);
                    return Ok(());
                }
            };
            let find = || Units::of_extreme(&data.features, penalty);
            let units = if is_fixed { self.units.entry((source, model)).or_insert_with(find).clone() } else { find() };
            let data = units.as_ref().map_or(Cow::Borrowed(data), |units| Cow::Owned(units.of_data(data)));
            featured.push(Featured { data, units: units.filter(|_| !is_scaled), places: places.clone() });
        }
        for in_same_units in featured.chunk_by(|a, b| a.units == b.units) {
            let mut splits: Vec<Dealt<'_>> = Vec::new();
            for Featured { data, places, .. } in in_same_units {
                splits.extend(self.dealt[places.clone()].iter().map(|split| Dealt { split, data }));
            }
            let Featured { units, places, .. } = &in_same_units[0];
            let (units, first) = (units.as_ref(), first + places.start as u64);
            let batch = Batch { experiment, source, model, units, first, splits: &splits, refused, interrupt };
            self.fitter.fit(&batch, records)?;
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

/// A data set, and the places of its splits among those that are dealt.
struct Drawn<'a> {
    data: Cow<'a, DataSet>,
    places: Range<usize>,
}

/// The same with the features of a model, in these units.
struct Featured<'a> {
    data: Cow<'a, DataSet>,
    units: Option<Units>,
    places: Range<usize>,
}

/// Records a split without features: its fits have failed.
fn fail(
    experiment: &Experiment,
    (source, model): (usize, usize),
    split: &Split,
    reason: &str,
    records: &mut UnitRecords,
) {
    for _ in experiment.runnable_under(model) {
        records.failures.push((records.fits.len(), reason.to_owned()));
        records.fits.push(FitRecord::failed());
        records.wrong_rows.extend(experiment.is_bootstrapped(source).then_some(None));
    }
    let rows = [split.train.len() as u32, split.test.len() as u32];
    records.splits.push(SplitRecord { separation: None, rank: 0, classes: SplitClasses::default(), rows });
}
