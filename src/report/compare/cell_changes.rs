//! The cells of two reports, measure by measure.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::ChangeTolerances;
use super::difference::{Basis, CellChange, CellName, Deterioration, Difference, Measured, NotCompared};
use super::measures::{By, MeasureRule, sample_of_counts};
use crate::metric::{HEADLINE, METRICS};
use crate::record::Verdict;
use crate::report::schema::{CellSummary, MetricSummary, Report, Timing};
use crate::solver::Stop;
use crate::split::Scheme;
use crate::statistics::two_means::Moments;

/// Bases of comparison by data set and model.
pub type Bases<'a> = HashMap<(&'a str, &'a str), Result<Basis, String>>;

/// Compares the cells that both reports have.
pub fn compare(
    old: &Report,
    new: &Report,
    bases: &Bases<'_>,
    tolerances: &ChangeTolerances<'_>,
    difference: &mut Difference,
) {
    let mut of_new = HashMap::new();
    for cell in &new.cells {
        of_new.entry(place(cell)).or_insert(cell);
    }
    let said: HashSet<String> = difference.not_compared.iter().map(|left| left.what.clone()).collect();
    let timings = timings(old, new, tolerances, &mut difference.notes);
    for was in &old.cells {
        let place = place(was);
        let Some(is) = of_new.remove(&place) else {
            difference.cells_left_out.of_one_report += 1;
            difference.not_compared.extend(only("old", was, &said));
            continue;
        };
        let known = bases.get(&(place.dataset.as_str(), place.model.as_str()));
        let basis = match known {
            Some(Ok(basis)) => *basis,
            other => {
                let why = other.and_then(|result| result.clone().err());
                let why = why.unwrap_or_else(|| "nothing is said of the data".to_owned());
                difference.cells_left_out.of_two_meanings += 1;
                difference.not_compared.push(NotCompared { what: place.to_string(), why });
                continue;
            }
        };
        let basis = if basis == Basis::SameSplits && was.fits != is.fits { Basis::OtherSplits } else { basis };
        let is_sample = [old, new].into_iter().all(draws_independently);
        let by = By { basis, ratio: ratio(new, &place.dataset), is_sample, level: difference.level };
        let mut change = cell(was, is, by, old.experiment.tolerance == new.experiment.tolerance, tolerances);
        let seconds = timings.get(&place).filter(|_| basis == Basis::SameSplits);
        change.solver_seconds = seconds.map(|&(old, new)| {
            let kind = tolerances.timing.map(|_| Deterioration::Timings);
            let tolerance = tolerances.timing.unwrap_or(0.0);
            MeasureRule { kind, tolerance, ..MeasureRule::less("solver_seconds", Deterioration::Timings) }
                .number(old, new)
        });
        difference.cells.push(change);
    }
    for cell in new.cells.iter().filter(|cell| of_new.remove(&place(cell)).is_some()) {
        difference.cells_left_out.of_one_report += 1;
        difference.not_compared.extend(only("new", cell, &said));
    }
}

fn place(cell: &CellSummary) -> CellName {
    CellName { dataset: cell.dataset.clone(), model: cell.model.clone(), solver: cell.solver.clone() }
}

/// That a cell is in one report only, unless that is said of its data set, model or solver.
fn only(which: &str, cell: &CellSummary, said: &HashSet<String>) -> Option<NotCompared> {
    let parts = [("data set", &cell.dataset), ("model", &cell.model), ("solver", &cell.solver)];
    let is_said = parts.iter().any(|(kind, name)| said.contains(&format!("{kind} {name}")));
    let why = format!("only in the {which} report");
    (!is_said).then(|| NotCompared { what: place(cell).to_string(), why })
}

/// n_test/n_train; 0 for data drawn afresh, whose splits share no rows, and `None` where nothing is known of it.
fn ratio(report: &Report, dataset: &str) -> Option<f64> {
    let fixed = report.datasets.iter().any(|other| other.name == dataset && other.digest.is_some());
    if !fixed {
        return Some(0.0);
    }
    let (experiment, dealt_at_random) = (&report.experiment, |name: &str| {
        report.experiment.scheme_parameters.get(name).and_then(Value::as_bool) == Some(true)
    });
    match Scheme::named(&experiment.scheme)? {
        Scheme::Shuffle | Scheme::StratifiedShuffle | Scheme::AllRows => {
            let share = experiment.test_fraction.unwrap_or(0.0);
            Some(if share > 0.0 && share < 1.0 { share / (1.0 - share) } else { 0.0 })
        }
        Scheme::KFold | Scheme::StratifiedKFold if dealt_at_random("shuffle") => {
            let folds = experiment.scheme_parameters.get("folds").and_then(Value::as_f64)?;
            (folds > 1.0).then(|| 1.0 / (folds - 1.0))
        }
        _ => None,
    }
}

/// Whether the splits of a report are independent draws, given the data.
pub fn draws_independently(report: &Report) -> bool {
    // A scheme that this version does not know is taken for none of random splits.
    Scheme::named(&report.experiment.scheme).is_some_and(Scheme::draws_independently)
}

fn cell(
    was: &CellSummary,
    is: &CellSummary,
    by: By,
    same_tolerance: bool,
    tolerances: &ChangeTolerances<'_>,
) -> CellChange {
    let count = |measure: MeasureRule, of: &dyn Fn(&CellSummary) -> usize| {
        measure.count(by, [of(was), was.fits], [of(is), is.fits])
    };
    let verdicts = Verdict::ALL.into_iter().filter(|&verdict| was.verdict(verdict).max(is.verdict(verdict)) > 0);
    let verdict = |verdict: Verdict| {
        let measure = match verdict {
            // With another tolerance `optimal` means something else.
            _ if !same_tolerance => MeasureRule::neutral(verdict.name()),
            Verdict::Optimal => MeasureRule::more(verdict.name(), Deterioration::Proofs),
            Verdict::Undecided => MeasureRule::less(verdict.name(), Deterioration::Proofs),
            Verdict::Suboptimal | Verdict::Separated => MeasureRule::neutral(verdict.name()),
        };
        count(measure, &|cell| cell.verdict(verdict))
    };
    let stops = Stop::ALL.into_iter().filter(|&stop| was.stop(stop) > 0 || is.stop(stop) > 0);
    let stop = |stop: Stop| count(MeasureRule::neutral(stop.name()), &|cell| cell.stop(stop));
    let broke_down = MeasureRule::less("broke_down", Deterioration::Breakdowns);
    let mut measures = vec![count(broke_down, &CellSummary::broke_down)];
    measures.extend(accuracy(was, is, by));
    for metric in METRICS {
        if let (Some(old), Some(new)) = (was.metrics.get(metric.name), is.metrics.get(metric.name)) {
            let measure = if metric.name == METRICS[HEADLINE].name {
                MeasureRule::more(metric.name, Deterioration::Accuracy)
            } else {
                MeasureRule::neutral(metric.name)
            };
            measures.push(measure.mean(by, sample(old, was.fits), sample(new, is.fits)));
        }
    }
    let cost = |name| MeasureRule { tolerance: tolerances.cost, ..MeasureRule::less(name, Deterioration::Costs) };
    for (name, old, new) in
        [("iterations", &was.iterations, &is.iterations), ("oracle_calls", &was.oracle_calls, &is.oracle_calls)]
    {
        measures.push(cost(name).mean(by, sample_of_counts(old), sample_of_counts(new)));
    }
    CellChange {
        place: place(was),
        basis: by.basis,
        fits: [was.fits, is.fits],
        verdicts: verdicts.map(verdict).collect(),
        stops: stops.map(stop).collect(),
        measures,
        solver_seconds: None,
    }
}

/// Fits that classify all test rows rightly.
fn accuracy(was: &CellSummary, is: &CellSummary, by: By) -> Option<Measured> {
    let perfect = |cell: &CellSummary| {
        let metric = cell.metrics.get(METRICS[HEADLINE].name).filter(|metric| metric.distribution.mean.is_some())?;
        let (share, defined) = (metric.perfect?, metric.defined_on(cell.fits));
        Some([(share * defined as f64).round().clamp(0.0, defined as f64) as usize, defined])
    };
    Some(MeasureRule::more("all_test_rows_right", Deterioration::Accuracy).count(by, perfect(was)?, perfect(is)?))
}

fn sample(metric: &MetricSummary, fits: usize) -> Option<Moments> {
    let sd = metric.distribution.sd?;
    let count = fits.saturating_sub(metric.undefined) as f64;
    Some(Moments { count, mean: metric.distribution.mean?, variance: sd * sd })
}

/// Seconds of the solver per cell in either report, where they may be compared; why not is a note.
fn timings(
    old: &Report,
    new: &Report,
    tolerances: &ChangeTolerances<'_>,
    notes: &mut Vec<String>,
) -> HashMap<CellName, (f64, f64)> {
    let (was, is) = (&old.environment, &new.environment);
    let same_machine = (&was.cpu, &was.simd, was.threads) == (&is.cpu, &is.simd, is.threads);
    let shared = old.timings.iter().chain(&new.timings).any(|timing| timing.shared);
    let place = |timing: &Timing| CellName {
        dataset: timing.dataset.clone(),
        model: timing.model.clone(),
        solver: timing.solver.clone(),
    };
    if shared || !same_machine {
        let why = if shared {
            "fits were timed while others ran beside them"
        } else {
            "the machines or their threads differ"
        };
        let asked = if tolerances.timing.is_some() { ", although --timings asks for it" } else { "" };
        notes.push(format!("times are not compared{asked}: {why}"));
        return HashMap::new();
    }
    let mut of_new = HashMap::new();
    for timing in &new.timings {
        of_new.entry(place(timing)).or_insert(timing.solver_seconds);
    }
    let both = |timing: &Timing| Some((place(timing), (timing.solver_seconds, *of_new.get(&place(timing))?)));
    old.timings.iter().filter_map(both).collect()
}
