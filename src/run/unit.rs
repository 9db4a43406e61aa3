//! The unit of parallel work: all fits of one split of one data set.

use std::sync::atomic::AtomicBool;

use crate::data::DataSet;
use crate::engine::reference::ReferenceSolver;
use crate::engine::{Interrupted, Loop, SystemClock, judge};
use crate::experiment::{Experiment, Source};
use crate::metric::{self, Classifier};
use crate::model::certificate::{Workspace, certify};
use crate::model::design::Transformation;
use crate::model::{Design, Problem, Scaling, fill_penalties};
use crate::record::{Bands, FitRecord, Observation, WholeTrace};
use crate::solver::State;
use crate::split::Split;

/// The results of one unit: a record per model and solver, models outermost.
#[derive(Debug, Default)]
pub struct UnitRecords {
    /// The records.
    pub fits: Vec<FitRecord>,
    /// Traces kept whole, with the place of their fit among `fits`.
    pub traces: Vec<(usize, WholeTrace)>,
}

/// Everything one thread keeps from unit to unit.
pub struct Worker<'e> {
    experiment: &'e Experiment,
    interrupt: &'e AtomicBool,
    states: Vec<Box<dyn State + 'e>>,
    reference: ReferenceSolver,
    clock: SystemClock,
    split: Split,
    train_rows: Vec<u32>,
    transformation: Transformation,
    train: Design,
    test: Design,
    penalties: Vec<f64>,
    workspace: Workspace,
    scratch: metric::Scratch,
    /// Per source, model and solver: the bands of the fits this thread has made.
    pub bands: Vec<Bands>,
}

impl<'e> Worker<'e> {
    /// A worker for an experiment.
    pub fn new(experiment: &'e Experiment, interrupt: &'e AtomicBool) -> Worker<'e> {
        let states: Vec<_> = experiment.runnable().map(|(_, runnable)| runnable.solver.state()).collect();
        let cells = experiment.sources.len() * experiment.models.len() * states.len();
        Worker {
            experiment,
            interrupt,
            states,
            reference: ReferenceSolver::default(),
            clock: SystemClock::default(),
            split: Split::default(),
            train_rows: Vec::new(),
            transformation: Transformation::default(),
            train: Design::default(),
            test: Design::default(),
            penalties: Vec::new(),
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
        experiment.splitters[source].split(index, &data.labels, &mut self.split);
        // Rows in the data's order: the order in which a scheme draws them must not decide how sums are rounded.
        self.train_rows.clone_from(&self.split.train);
        self.train_rows.sort_unstable();
        let mut records = UnitRecords::default();
        for model in 0..experiment.models.len() {
            self.model(source, model, index, data, &mut records)?;
        }
        Ok(records)
    }

    fn model(
        &mut self,
        source: usize,
        model: usize,
        index: u64,
        data: &DataSet,
        records: &mut UnitRecords,
    ) -> Result<(), Interrupted> {
        let experiment = self.experiment;
        let settings = &experiment.models[model];
        let intercept = settings.intercept;
        self.transformation.fit(data, &self.train_rows, settings.scaling);
        self.train.gather(data, &self.train_rows, intercept, &self.transformation);
        self.test.gather(data, &self.split.test, intercept, &self.transformation);
        fill_penalties(settings.penalty, self.train.columns, intercept, &mut self.penalties);
        let problem = Problem {
            rows: &self.train.rows,
            columns: self.train.columns,
            signs: &self.train.signs,
            penalties: &self.penalties,
        };
        // Slopes of standardized features are not those of the data.
        let truth =
            data.truth.as_deref().filter(|_| settings.scaling == Scaling::None).and_then(|truth| truth.get(1..));
        let existence = self.reference.solve(&problem, self.interrupt)?;
        let infimum = existence.infimum().unwrap_or(f64::NAN);
        let solvers = self.states.len();
        for (place, (_, runnable)) in experiment.runnable().enumerate() {
            let state = &mut *self.states[place];
            let bands = &mut self.bands[(source * experiment.models.len() + model) * solvers + place];
            let mut whole = (index < experiment.trace.whole).then(Vec::new);
            let mut last: Option<Observation> = None;
            let fit = Loop { rules: &runnable.rules, clock: &self.clock, interrupt: self.interrupt };
            let outcome = fit.fit(state, &problem, &mut |seen| {
                if experiment.trace.bands {
                    bands.observe(seen, seen.objective - infimum);
                }
                if let Some(points) = &mut whole {
                    points.push((*seen, seen.objective - infimum));
                }
                last = Some(*seen);
            })?;
            if let (true, Some(last)) = (experiment.trace.bands, &last) {
                bands.end(last, last.objective - infimum);
            }
            let coefficients = &state.point().coefficients;
            let certificate = certify(&problem, coefficients, &mut self.workspace);
            let judgement = judge(&certificate, &existence, problem.len(), experiment.tolerance);
            let classifier =
                Classifier { coefficients, intercept, threshold: runnable.threshold, sigmoid: runnable.sigmoid, truth };
            if let Some(points) = whole {
                records.traces.push((records.fits.len(), WholeTrace { split: index, points }));
            }
            records.fits.push(FitRecord {
                stop: outcome.stop,
                verdict: judgement.verdict,
                refusal: certificate.gap.err(),
                iterations: outcome.iterations,
                calls: outcome.calls,
                objective: certificate.objective,
                gradient_norm: certificate.gradient_norm,
                gap: judgement.gap,
                metrics: metric::compute(classifier, &self.test, &self.train, &mut self.scratch),
                seconds: outcome.time.as_secs_f64(),
            });
        }
        Ok(())
    }
}
