//! A split's way from its dealing to its records.

use super::batch::{Batch, Dealt};
use super::contract::Engine;
use super::designs::Designs;
use super::existence::{Existence, Shown};
use super::fitted::Fits;
use super::general::GeneralEngine;
use super::iteration::Interrupted;
use super::lanes::LanesEngine;
use super::predicted::wrong_rows;
use super::reference::{ReferenceSolver, sharpened};
use super::requested::fill_in_requested;
use super::verdict;
use super::warm_starts::WarmStarts;
use super::whole_trace::whole_trace;
use crate::experiment::{Experiment, Runnable};
use crate::linear_algebra::lanes::InstructionSet;
use crate::metric::{Predictions, ReliabilityCounts};
use crate::model::Workers;
use crate::model::certificate::{CertificateWorkspace, Refusal, certify, precise};
use crate::model::penalty::Capability;
use crate::model::separation::Separation;
use crate::record::{Bands, SplitRecord, UnitLayout, UnitRecords, Verdict};
use crate::solver::Stop;
use crate::split::SplitClasses;

/// All engines, and the reference solver and judge that follow them. Storage is kept from batch to batch.
pub struct Fitter<'e> {
    experiment: &'e Experiment,
    /// Engines that fit several splits at a time; each gets the fits that the engines before it have left.
    engines: Vec<Box<dyn Engine + 'e>>,
    /// The last engine, which makes all remaining fits split by split, because existence and verdicts need the same designs.
    general: GeneralEngine<'e>,
    designs: Designs<'e>,
    fits: Fits,
    warm_starts: WarmStarts,
    /// Places of splits.
    open: Vec<usize>,
    reference: ReferenceSolver<'e>,
    workspace: CertificateWorkspace<'e>,
    predictions: Predictions,
    layout: UnitLayout,
    /// The bands of the fits since they were last taken, per model and solver that is run under it.
    bands: Vec<Bands>,
    /// Likewise their reliability.
    reliability: Vec<ReliabilityCounts>,
}

impl<'e> Fitter<'e> {
    /// Engines for the fits of an experiment. With an instruction set, the fits that the lanes support are made in its lanes;
    /// `workers` share long passes over the rows.
    pub fn new(experiment: &'e Experiment, set: Option<InstructionSet>, workers: &'e dyn Workers) -> Fitter<'e> {
        let lanes = set.map(|set| Box::new(LanesEngine::new(set)) as Box<dyn Engine>);
        let layout = experiment.layout();
        Fitter {
            experiment,
            engines: lanes.into_iter().collect(),
            general: GeneralEngine::new(experiment, workers),
            designs: Designs::new(workers),
            fits: Fits::default(),
            warm_starts: WarmStarts::default(),
            open: Vec::new(),
            reference: ReferenceSolver::new(workers),
            workspace: CertificateWorkspace::within(experiment.tolerance, workers),
            predictions: Predictions::default(),
            bands: vec![Bands::default(); layout.pairs()],
            reliability: vec![ReliabilityCounts::default(); layout.pairs()],
            layout,
        }
    }

    /// Makes all fits of a batch, and appends their records, without bands (see [`Fitter::bands`]).
    ///
    /// # Errors
    /// When the run is interrupted.
    pub fn fit(&mut self, batch: &Batch<'_>, records: &mut UnitRecords) -> Result<(), Interrupted> {
        let count = batch.splits.len();
        self.designs.forget();
        self.fits.begin(self.experiment.solvers.len(), count);
        self.warm_starts.set(batch, &mut self.fits);
        for engine in &mut self.engines {
            engine.fit(batch, 0..count, &mut self.designs, &mut self.fits)?;
        }
        self.open.clear();
        self.open.extend(0..count);
        self.decide_by_what_is_shown();
        for engine in &mut self.engines {
            engine.find_optimum(batch, &self.open, &mut self.fits)?;
        }
        self.decide_by_what_is_shown();
        for place in 0..count {
            self.general.fit(batch, place..place + 1, &mut self.designs, &mut self.fits)?;
            let existence = self.decide(batch, place)?;
            let split = self.describe(batch, place, &existence)?;
            records.splits.push(split);
            self.judge(batch, place, &existence, records);
        }
        self.warm_starts.keep(batch, &mut self.fits);
        Ok(())
    }

    /// The bands of a model's fits since they were last taken, a band for each of its solvers.
    pub fn bands(&mut self, model: usize) -> &mut [Bands] {
        &mut self.bands[self.layout.of_model(model)]
    }

    /// The reliability of a model's fits since it was last taken, an entry for each of its solvers.
    pub fn reliability(&mut self, model: usize) -> &mut [ReliabilityCounts] {
        &mut self.reliability[self.layout.of_model(model)]
    }

    /// Decides the open splits whose fits give enough evidence.
    fn decide_by_what_is_shown(&mut self) {
        let Fits { shown, existence, .. } = &mut self.fits;
        self.open.retain(|&place| {
            existence[place] = shown[place].enough();
            existence[place].is_none()
        });
    }

    /// Decides whether a split has an optimum, after all its fits are made.
    fn decide(&mut self, batch: &Batch<'_>, place: usize) -> Result<Existence, Interrupted> {
        if let Some(known) = self.fits.existence[place].take() {
            return Ok(known);
        }
        let mut shown = std::mem::take(&mut self.fits.shown[place]);
        if self.needs_no_reference(batch, place)
            && let Some(decided) = shown.decided(self.experiment.tolerance)
        {
            return Ok(decided);
        }
        let designs = self.designs.of(batch, place);
        let fits = batch.solvers().map(|(solver, _)| self.fits.get(solver, place)).filter(|fit| fit.may_be_proved);
        let untried = &mut fits.map(|fit| designs.of_kept_columns(&fit.coefficients));
        let own_scale = designs.on_own_scale();
        self.reference.decide_existence(
            (&designs.problem(), Some(&designs.common)),
            own_scale.as_ref(),
            shown,
            untried,
            batch.interrupt,
        )
    }

    /// Whether every fit of a split is proved optimal by itself, and no trace is measured from the least objective.
    fn needs_no_reference(&self, batch: &Batch<'_>, place: usize) -> bool {
        let keep = batch.keep(place);
        let tolerance = self.experiment.tolerance;
        let is_optimal =
            |(solver, _): (usize, &Runnable)| self.fits.get(solver, place).certificate.is_within(tolerance);
        !keep.bands && !keep.whole && batch.solvers().all(is_optimal)
    }

    /// The record of a split: separation and rank of its training rows, and the classes present.
    fn describe(&mut self, batch: &Batch<'_>, place: usize, existence: &Existence) -> Result<SplitRecord, Interrupted> {
        let Dealt { split, data } = batch.splits[place];
        let classes = SplitClasses::of(split, &data.labels, data.classes.len());
        let rows = [split.train.len() as u32, split.test.len() as u32];
        if self.fits.full_rank[place] {
            return Ok(SplitRecord { separation: existence.separation(), rank: batch.columns() as u32, classes, rows });
        }
        let designs = self.designs.of(batch, place);
        let separation = if batch.model().penalty.has(Capability::Convex) {
            existence.separation()
        } else {
            // Firth's estimate always exists; the record tells whether the maximum-likelihood estimate does.
            let plain = designs.problem().without_penalty();
            let shown = Shown::default();
            self.reference
                .decide_existence((&plain, None), None, shown, &mut std::iter::empty(), batch.interrupt)?
                .separation()
        };
        Ok(SplitRecord { separation, rank: designs.train.design.columns as u32, classes, rows })
    }

    /// Judges the fits of a split, and records them.
    fn judge(&mut self, batch: &Batch<'_>, place: usize, existence: &Existence, records: &mut UnitRecords) {
        let infimum = existence.infimum().unwrap_or(f64::NAN);
        // The optimum in twice the precision, once a verdict asks for it.
        let mut sharp: Option<Option<Existence>> = None;
        let keep = batch.keep(place);
        let is_bootstrapped = self.experiment.is_bootstrapped(batch.source);
        let of_model = self.layout.of_model(batch.model);
        let of_cells = self.bands[of_model.clone()].iter_mut().zip(&mut self.reliability[of_model]);
        for ((solver, runnable), (bands, reliability)) in batch.solvers().zip(of_cells) {
            if let Some(reason) = self.fits.take_failure(solver, place) {
                records.failures.push((records.fits.len(), reason));
            }
            let fitted = self.fits.get(solver, place);
            let mut certificate = fitted.certificate;
            if certificate.gap == Err(Refusal::NotTried) && !existence.judges_without_proof() {
                let designs = self.designs.of(batch, place);
                let coefficients = designs.of_kept_columns(&fitted.coefficients);
                certificate = certify(&designs.problem(), &coefficients, None, &mut self.workspace);
            }
            if keep.bands {
                bands.add(&fitted.seen, infimum);
            }
            if keep.whole {
                let trace = whole_trace(batch, place, (fitted, runnable), existence, &mut self.designs);
                records.traces.push((records.fits.len(), trace));
            }
            let mut record = verdict::record(fitted, &certificate, existence, self.experiment.tolerance);
            if record.verdict == Verdict::Undecided && existence.separation() == Some(Separation::Overlap) {
                // Large coefficients that cancel in predictors leave open what F is there, or at the optimum.
                let designs = self.designs.of(batch, place);
                let (problem, coefficients) = (designs.problem(), designs.of_kept_columns(&fitted.coefficients));
                certificate = precise::refine(certificate, &problem, &coefficients);
                record = verdict::record(fitted, &certificate, existence, self.experiment.tolerance);
                if record.verdict == Verdict::Undecided {
                    let sharp = sharp.get_or_insert_with(|| sharpened(&problem, &coefficients));
                    let sharp = sharp.as_ref().unwrap_or(existence);
                    record = verdict::record(fitted, &certificate, sharp, self.experiment.tolerance);
                }
            }
            let (predictions, metrics) = (&mut self.predictions, &mut record.metrics);
            fill_in_requested(batch, place, (fitted, runnable), &mut self.designs, predictions, reliability, metrics);
            if is_bootstrapped {
                let has_failed = record.stop == Stop::Failed;
                records
                    .wrong_rows
                    .push((!has_failed).then(|| wrong_rows(batch, place, (fitted, runnable), &mut self.designs)));
            }
            records.fits.push(record);
        }
    }
}
