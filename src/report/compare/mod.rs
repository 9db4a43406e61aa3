//! What changed between two reports: claims first, then what was proved, then every measure, with the statistics that fit.
//!
//! Reports hold summaries. Two runs on the *same splits* of the same data are paired, and nothing in them is random: any
//! difference is one of the program, the solver or its parameters, and no test is asked. On *other splits* of the same data
//! they are two independent samples given the data. On *other data* the splits of each share rows, and the variance is
//! corrected for it (Nadeau & Bengio). [`compare`] is a pure function of two reports; [`account::blocks`] says it.

mod asked;
mod cell_changes;
mod claim_changes;
mod vanished;
pub mod difference;
mod measures;
mod change_tables;
pub mod account;

use difference::{CellsLeftOut, Deterioration, Difference, Judgement, Measured, SCHEMA, Worse};

use super::schema::{ExperimentSummary, Report, SkippedSummary};

/// What may get worse without being called so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChangeTolerances<'a> {
    /// Share by which mean iterations and oracle calls may rise.
    pub cost: f64,
    /// Share by which times may rise; `None` does not judge times.
    pub timing: Option<f64>,
    /// Names of claims, data sets, models and solvers that the new report may lack.
    pub missing: &'a [String],
}

/// The names that [`ChangeTolerances::missing`] may have: those of claims, data sets, models and solvers of either report.
pub fn names<'a>(old: &'a Report, new: &'a Report) -> impl Iterator<Item = &'a str> {
    [old, new].into_iter().flat_map(|report| {
        let claims = report.claims.iter().map(|claim| &claim.name);
        let datasets = report.datasets.iter().map(|dataset| &dataset.name);
        let models = report.models.iter().map(|model| &model.name);
        let solvers = report.solvers.iter().map(|solver| &solver.name);
        claims.chain(datasets).chain(models).chain(solvers).map(String::as_str)
    })
}

/// Compares two reports.
pub fn compare(old: &Report, new: &Report, tolerances: &ChangeTolerances<'_>) -> Difference {
    let level = Some(new.experiment.interval_level).filter(|level| *level > 0.0 && *level < 1.0);
    let asked = asked::asked(old, new);
    let mut difference = Difference {
        schema: SCHEMA,
        comparable: false,
        worse: Vec::new(),
        same_experiment: asked.is_empty(),
        asked,
        notes: notes(old, new),
        claims: Vec::new(),
        cells: Vec::new(),
        not_compared: asked::only_in_one(old, new),
        cells_left_out: CellsLeftOut::default(),
        level: level.unwrap_or(super::schema::INTERVAL_LEVEL),
        cost_tolerance: tolerances.cost,
        timing_tolerance: tolerances.timing,
    };
    let mut bases = cell_changes::Bases::new();
    for cell in &old.cells {
        bases
            .entry((cell.dataset.as_str(), cell.model.as_str()))
            .or_insert_with(|| asked::basis(old, new, &cell.dataset, &cell.model));
    }
    difference.claims = claim_changes::compare(old, new, &bases, difference.level);
    cell_changes::compare(old, new, &bases, tolerances, &mut difference);
    adjust(&mut difference);
    difference.comparable = !difference.cells.is_empty();
    difference.worse = worse(old, new, &difference);
    // Between reports that have nothing in common nothing has vanished.
    if difference.comparable {
        difference.worse.extend(vanished::vanished(old, new, tolerances.missing));
    }
    difference.worse.sort_by_key(|item| item.kind);
    difference
}

/// What is to be known beside the numbers.
fn notes(old: &Report, new: &Report) -> Vec<String> {
    let mut notes = Vec::new();
    let (was, is) = (&old.environment, &new.environment);
    for (what, was, is) in [("version", &was.version, &is.version), ("processor", &was.cpu, &is.cpu)] {
        if was != is {
            notes.push(format!("{what}: {was} before, {is} now"));
        }
    }
    if (&was.simd, &was.back_end) != (&is.simd, &is.back_end) {
        notes.push(format!("kernels: {}, {} before, {}, {} now", was.simd, was.back_end, is.simd, is.back_end));
    }
    let (was, is) = (&old.experiment, &new.experiment);
    if was.splits() != is.splits() && dealing(was) == dealing(is) {
        let both = was.splits().min(is.splits());
        notes.push(format!(
            "with one seed the first {both} splits of the same data are the same in both, which makes tests cautious; runs of \
             equal length can be compared split by split"
        ));
    }
    let limited = |report: &Report| {
        report.solvers.iter().any(|solver| solver.parameters.get("time_limit").is_some_and(|limit| !limit.is_null()))
    };
    if limited(old) || limited(new) {
        notes.push("a time limit ends fits by the clock: what it changes is the machine's doing".to_owned());
    }
    notes
}

/// What decides which splits an experiment has, but for their number.
fn dealing(of: &ExperimentSummary) -> impl PartialEq + '_ {
    let ExperimentSummary { scheme, scheme_parameters, generator, test_fraction, .. } = of;
    (scheme, scheme_parameters, generator, test_fraction, of.seed, of.first_random_state)
}

/// Adjusts all tests of judged measures together, and all others together.
fn adjust(difference: &mut Difference) {
    let of_cells = difference.cells.iter_mut().flat_map(|cell| {
        cell.verdicts.iter_mut().chain(&mut cell.stops).chain(&mut cell.measures).collect::<Vec<&mut Measured>>()
    });
    let of_claims = difference.claims.iter_mut().flat_map(|claim| claim.cells.iter_mut().map(|cell| &mut cell.holds));
    let (mut judged, mut neutral): (Vec<_>, Vec<_>) =
        of_cells.chain(of_claims).partition(|measured| measured.kind.is_some());
    measures::adjust(&mut judged, difference.level);
    measures::adjust(&mut neutral, difference.level);
}

fn worse(old: &Report, new: &Report, difference: &Difference) -> Vec<Worse> {
    let mut worse = Vec::new();
    for claim in difference.claims.iter().filter(|claim| claim.judgement == Judgement::Worse) {
        let name = |verdict: Option<super::schema::ClaimVerdict>| verdict.map_or("", |verdict| verdict.name());
        let text = format!("the claim \"{}\" was {} and is {}", claim.name, name(claim.old), name(claim.new));
        worse.push(Worse { kind: Deterioration::Claims, text });
    }
    for (was, is) in asked::both(&old.solvers, &new.solvers, |solver| &solver.name) {
        if let (None, Some(reason)) = (&was.skipped, &is.skipped) {
            worse.push(Worse {
                kind: Deterioration::Skipped,
                text: format!("{} was run and is skipped: {reason}", is.name),
            });
        }
    }
    for SkippedSummary { model, solver, reason } in &new.skipped {
        if old.cells.iter().any(|cell| cell.model == *model && cell.solver == *solver) {
            let text = format!("{solver} was run under {model} and is skipped: {reason}");
            worse.push(Worse { kind: Deterioration::Skipped, text });
        }
    }
    for cell in &difference.cells {
        for measured in cell.judged().filter(|measured| measured.judgement == Judgement::Worse) {
            let text = format!("{}: {}", cell.place, account::sentence(measured, cell.basis));
            worse.extend(measured.kind.map(|kind| Worse { kind, text }));
        }
    }
    worse
}
