//! The unit of parallel work: all fits of one split of one data set.

use std::sync::atomic::AtomicBool;

use super::designs::Designs;
use super::fit::{Fit, Keep};
use crate::data::DataSet;
use crate::engine::reference::{Existence, ReferenceSolver, Shown};
use crate::engine::{Interrupted, Loop, SystemClock};
use crate::experiment::{Experiment, Model, Source};
use crate::metric::{self, Classifier};
use crate::model::certificate::Workspace;
use crate::model::{Penalty, Problem, Scaling, Workers};
use crate::record::{Bands, FitRecord, SplitRecord, WholeTrace};

/// The results of one unit: a record per model and solver, models outermost.
#[derive(Debug, Default)]
pub struct UnitRecords {
    /// The records.
    pub fits: Vec<FitRecord>,
    /// What is known of the split under each model.
    pub splits: Vec<SplitRecord>,
    /// Traces kept whole, with the place of their fit among `fits`.
    pub traces: Vec<(usize, WholeTrace)>,
}

/// Everything one thread keeps from unit to unit.
pub struct Worker<'e> {
    experiment: &'e Experiment,
    workers: &'e dyn Workers,
    interrupt: &'e AtomicBool,
    designs: Designs,
    fits: Vec<Fit<'e>>,
    reference: ReferenceSolver,
    clock: SystemClock,
    workspace: Workspace,
    scratch: metric::Scratch,
    /// Per source, model and solver: the bands of the fits this thread has made.
    pub bands: Vec<Bands>,
}

/// Which fits are to be made.
#[derive(Clone, Copy)]
struct Place {
    source: usize,
    model: usize,
    split: u64,
}

impl<'e> Worker<'e> {
    /// A worker for an experiment; `workers` help it with long passes.
    pub fn new(experiment: &'e Experiment, interrupt: &'e AtomicBool, workers: &'e dyn Workers) -> Worker<'e> {
        let fits: Vec<_> = experiment.runnable().map(|(_, runnable)| Fit::new(runnable)).collect();
        let cells = experiment.sources.len() * experiment.models.len() * fits.len();
        Worker {
            experiment,
            workers,
            interrupt,
            designs: Designs::default(),
            fits,
            reference: ReferenceSolver::default(),
            clock: SystemClock::default(),
            workspace: Workspace::default(),
            scratch: metric::Scratch::default(),
            bands: vec![Bands::default(); cells],
        }
    }

    /// Makes all fits of split `index` of the source at place `source`.
    ///
    /// # Errors
    /// When the run is interrupted.
    pub fn unit(&mut self, source: usize, index: u64) -> Result<UnitRecords, Interrupted> {
        let experiment = self.experiment;
        let drawn = experiment.sources[source].draw(index);
        let data: &DataSet = match (&experiment.sources[source], &drawn) {
            (_, Some(data)) | (Source::Fixed(data), None) => data,
            (Source::Redrawn { .. }, None) => return Ok(UnitRecords::default()),
        };
        self.designs.split(&experiment.splitters[source], index, data);
        let mut records = UnitRecords::default();
        for model in 0..experiment.models.len() {
            self.model(Place { source, model, split: index }, data, &mut records)?;
        }
        Ok(records)
    }

    /// Makes the fits of one model: all solvers run, then what they have shown decides whether there is an optimum, and then
    /// each fit is judged.
    fn model(&mut self, place: Place, data: &DataSet, records: &mut UnitRecords) -> Result<(), Interrupted> {
        let experiment = self.experiment;
        let model = &experiment.models[place.model];
        self.designs.prepare(data, model, self.workers);
        let problem = Problem { workers: self.workers, ..self.designs.problem() };
        let keep = Keep { bands: experiment.trace.bands, whole: place.split < experiment.trace.whole };
        let mut shown = Shown::default();
        for (fit, (_, runnable)) in self.fits.iter_mut().zip(experiment.runnable()) {
            let around = Loop { rules: &runnable.rules, clock: &self.clock, interrupt: self.interrupt };
            fit.run(&problem, &around, keep, &mut shown, &mut self.workspace)?;
        }
        let untried = &mut self.fits.iter().filter_map(Fit::untried);
        let alone = self.designs.on_own_scale();
        let existence = self.reference.decide(&problem, alone.as_ref(), shown, untried, self.interrupt)?;
        let separation = match model.penalty {
            Penalty::Firth => self.of_rows_alone()?.separation(),
            _ => existence.separation(),
        };
        records.splits.push(SplitRecord { separation, rank: self.designs.train.columns as u32 });
        self.judge(place, data, model, &existence, keep, records);
        Ok(())
    }

    /// Firth's estimate exists always; what is told of the rows is whether the maximum-likelihood fit does.
    fn of_rows_alone(&mut self) -> Result<Existence, Interrupted> {
        let plain = Problem { firth: false, workers: self.workers, ..self.designs.problem() };
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
        let problem = Problem { workers: self.workers, ..self.designs.problem() };
        let infimum = existence.infimum().unwrap_or(f64::NAN);
        // Slopes of standardized features are not those of the data.
        let own_scale = model.scaling == Scaling::None;
        let truth = data.truth.as_deref().filter(|_| own_scale).and_then(|truth| truth.get(1..));
        let first_cell = (place.source * experiment.models.len() + place.model) * self.fits.len();
        let bands = &mut self.bands[first_cell..first_cell + self.fits.len()];
        for ((fit, bands), (_, runnable)) in self.fits.iter_mut().zip(bands).zip(experiment.runnable()) {
            let classifier = Classifier {
                coefficients: fit.coefficients(),
                intercept: model.intercept,
                threshold: runnable.threshold,
                sigmoid: runnable.sigmoid,
                truth,
            };
            let metrics = metric::compute(classifier, &self.designs.test, &self.designs.train, &mut self.scratch);
            let record = fit.record(&problem, existence, experiment.tolerance, metrics, &mut self.workspace);
            if keep.bands {
                fit.band(bands, infimum);
            }
            if keep.whole {
                let points = fit.seen.iter().map(|seen| (*seen, seen.objective - infimum)).collect();
                records.traces.push((records.fits.len(), WholeTrace { split: place.split, points }));
            }
            records.fits.extend(record);
        }
    }
}
