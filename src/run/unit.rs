//! The unit of parallel work: all fits of one split of one data set.

use std::sync::atomic::AtomicBool;

use crate::data::DataSet;
use crate::engine::reference::{Existence, ReferenceSolver, Shown};
use crate::engine::{Interrupted, Loop, Outcome, SystemClock, judge};
use crate::experiment::{Experiment, Model, Source};
use crate::metric::{self, Classifier};
use crate::model::certificate::{Certificate, Refusal, Workspace, certify, measure};
use crate::model::design::Transformation;
use crate::model::identifiable::{self, identifiable};
use crate::model::{Design, Order, Penalty, Problem, Scaling, Sigmoid, fill_penalties};
use crate::record::bands::on_grid;
use crate::record::{Bands, FitRecord, Observation, SplitRecord, Verdict, WholeTrace};
use crate::solver::{Point, State};
use crate::split::Split;

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
    interrupt: &'e AtomicBool,
    states: Vec<Box<dyn State + 'e>>,
    reference: ReferenceSolver,
    clock: SystemClock,
    split: Split,
    train_rows: Vec<u32>,
    transformation: Transformation,
    train: Design,
    /// The training rows on the data's own scale, where the model has another.
    unscaled: Design,
    test: Design,
    penalties: Vec<f64>,
    /// Columns kept, and storage for finding them.
    kept: Vec<usize>,
    columns: identifiable::Workspace,
    /// Per solver: the trace of its fit, and how it ended.
    seen: Vec<Vec<Observation>>,
    ends: Vec<Option<(Outcome, Certificate)>>,
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
            reference: ReferenceSolver::default(),
            clock: SystemClock::default(),
            split: Split::default(),
            train_rows: Vec::new(),
            transformation: Transformation::default(),
            train: Design::default(),
            unscaled: Design::default(),
            test: Design::default(),
            penalties: Vec::new(),
            kept: Vec::new(),
            columns: identifiable::Workspace::default(),
            seen: vec![Vec::new(); states.len()],
            ends: vec![None; states.len()],
            states,
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
        self.design(data, settings);
        let problem = Problem {
            rows: &self.train.rows,
            columns: self.train.columns,
            signs: &self.train.signs,
            penalties: &self.penalties,
            firth: settings.penalty == Penalty::Firth,
        };
        let mut shown = Shown::default();
        for (place, (_, runnable)) in experiment.runnable().enumerate() {
            let seen = &mut self.seen[place];
            seen.clear();
            let (bands, whole) = (experiment.trace.bands, index < experiment.trace.whole);
            let mut keep = |observation: &Observation| {
                // Without a whole trace only what the bands ask for is kept, and the last.
                if !whole && seen.last().is_some_and(|last| !(bands && on_grid(last.iteration))) {
                    seen.pop();
                }
                seen.push(*observation);
            };
            let fit = Loop { rules: &runnable.rules, clock: &self.clock, interrupt: self.interrupt };
            let outcome = fit.fit(&mut *self.states[place], &problem, &mut keep)?;
            let Point { coefficients, evaluation, .. } = self.states[place].point();
            // With a Hessian at hand a proof costs little. Without, it waits until no other fit has shown the optimum.
            let certificate = if evaluation.holds == Some((Order::Hessian, Sigmoid::Stable)) || problem.firth {
                certify(&problem, coefficients, Some(evaluation), &mut self.workspace)
            } else {
                measure(&problem, coefficients, &mut self.workspace)
            };
            shown.see(&problem, coefficients, &certificate);
            self.ends[place] = Some((outcome, certificate));
        }
        // No fit is judged before all have shown what they found.
        let no_penalties = vec![0.0; problem.columns];
        let unscaled = settings.scaling != Scaling::None && settings.penalty == Penalty::None && intercept;
        let alone = unscaled.then(|| self.unscaled.problem(&no_penalties, false));
        let mut untried = self.ends.iter().zip(&self.states).filter_map(|(end, state)| {
            let not_tried = end.as_ref().is_some_and(|(_, certificate)| certificate.gap == Err(Refusal::NotTried));
            not_tried.then(|| &state.point().coefficients[..])
        });
        let existence = self.reference.decide(&problem, alone.as_ref(), shown, &mut untried, self.interrupt)?;
        let separation = match settings.penalty {
            // Firth's estimate exists always; what is told of the rows is whether the maximum-likelihood fit does.
            Penalty::Firth => {
                let plain = Problem { firth: false, ..problem };
                let nothing = &mut std::iter::empty();
                self.reference.decide(&plain, None, Shown::default(), nothing, self.interrupt)?.separation()
            }
            _ => existence.separation(),
        };
        records.splits.push(SplitRecord { separation, rank: problem.columns as u32 });
        // Slopes of standardized features are not those of the data.
        let truth =
            data.truth.as_deref().filter(|_| settings.scaling == Scaling::None).and_then(|truth| truth.get(1..));
        let infimum = existence.infimum().unwrap_or(f64::NAN);
        let solvers = self.states.len();
        for (place, (_, runnable)) in experiment.runnable().enumerate() {
            let Some((outcome, mut certificate)) = self.ends[place].take() else { continue };
            let coefficients = &self.states[place].point().coefficients;
            let by_own_proof = !matches!(existence, Existence::Separated { .. }) && existence.infimum().is_none();
            if certificate.gap == Err(Refusal::NotTried) && by_own_proof {
                certificate = certify(&problem, coefficients, None, &mut self.workspace);
            }
            let seen = &self.seen[place];
            if experiment.trace.bands {
                let bands = &mut self.bands[(source * experiment.models.len() + model) * solvers + place];
                seen.iter().for_each(|seen| bands.observe(seen, seen.objective - infimum));
                if let Some(last) = seen.last() {
                    bands.end(last, last.objective - infimum);
                }
            }
            if index < experiment.trace.whole {
                let points = seen.iter().map(|seen| (*seen, seen.objective - infimum)).collect();
                records.traces.push((records.fits.len(), WholeTrace { split: index, points }));
            }
            let judgement = judge(&certificate, &existence, experiment.tolerance);
            let classifier =
                Classifier { coefficients, intercept, threshold: runnable.threshold, sigmoid: runnable.sigmoid, truth };
            records.fits.push(FitRecord {
                stop: outcome.stop,
                verdict: judgement.verdict,
                refusal: certificate.gap.err().filter(|_| judgement.verdict == Verdict::Undecided),
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

    /// Fills the designs and penalties of a split under a model.
    ///
    /// Columns that the training rows cannot tell apart are left out, unless a penalty does it. They are looked for on the
    /// data's own scale, where a dependence between columns is exact.
    fn design(&mut self, data: &DataSet, model: &Model) {
        self.transformation.fit(data, &self.train_rows, Scaling::None);
        self.train.gather(data, &self.train_rows, model.intercept, &self.transformation);
        let scaled = model.scaling != Scaling::None;
        if scaled {
            std::mem::swap(&mut self.unscaled, &mut self.train);
            self.transformation.fit(data, &self.train_rows, model.scaling);
            self.train.gather(data, &self.train_rows, model.intercept, &self.transformation);
        }
        // Without an intercept it is the centred columns that matter.
        let looked_at = if scaled && model.intercept { &self.unscaled } else { &self.train };
        if matches!(model.penalty, Penalty::L2 { .. }) {
            self.kept.clear();
            self.kept.extend(0..looked_at.columns);
        } else {
            identifiable(&looked_at.rows, looked_at.columns, &mut self.columns, &mut self.kept);
        }
        self.test.gather(data, &self.split.test, model.intercept, &self.transformation);
        if scaled {
            self.unscaled.keep(&self.kept);
        }
        for design in [&mut self.train, &mut self.test] {
            design.keep(&self.kept);
        }
        fill_penalties(model.penalty, self.train.columns, model.intercept, &mut self.penalties);
    }
}
