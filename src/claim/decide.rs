//! Deciding a claim over all its cells, and saying in words what was decided.

use super::error_rate::chance_of_error;
use super::evidence::{concerned, refuting_level};
use super::{
    About, BetterThan, Claim, ClaimCell, ClaimResult, ClaimVerdict, Decided, Evidence, Measure, SetApart, Told,
    sequential,
};
use crate::metric::METRICS;
use crate::record::{Cell, Results, ShuffledFits, Verdict};
use crate::statistics::words::{counted, named_in_sentence, percent};

/// The names of an experiment's solvers, data sets and models by their places, and how its claims are looked at.
#[derive(Clone, Debug)]
pub struct Subjects<'a> {
    /// The solvers.
    pub solvers: Vec<&'a str>,
    /// The data sets.
    pub sources: Vec<&'a str>,
    /// The models.
    pub models: Vec<&'a str>,
    /// The thresholds of the solvers.
    pub thresholds: Vec<String>,
    /// Whether claims are looked at after every [`sequential::BATCH`] splits.
    pub at_looks: bool,
}

/// The evidence of the claim at a place of the experiment, in each cell it speaks of.
fn evidence_of<'r>(
    place: usize,
    claim: &Claim,
    level: f64,
    subjects: &Subjects<'_>,
    results: &'r Results,
) -> (Vec<&'r Cell>, Vec<Evidence<'r>>) {
    let concerned = concerned(claim, &results.cells);
    let evidence_in = |(cell, rival): &(&'r Cell, Option<&'r Cell>)| {
        let of_cell = |fits: &&ShuffledFits| {
            (fits.claim, fits.source, fits.model, fits.solver) == (place, cell.source, cell.model, cell.solver)
        };
        Evidence {
            records: &cell.records,
            rival: rival.map(|rival| &rival.records),
            splits: cell.splits_in(&results.splits),
            shuffled: results.shuffled.iter().find(of_cell).map_or(&[][..], |fits| &fits.means),
            level,
            cells: concerned.len(),
            at_looks: subjects.at_looks,
        }
    };
    let evidence = concerned.iter().map(evidence_in).collect();
    (concerned.into_iter().map(|(cell, _)| cell).collect(), evidence)
}

/// The verdict over all cells. A solver that was not run leaves no cell; a claim about it cannot be supported by the others.
fn over_cells(cells: impl Iterator<Item = ClaimVerdict>, is_complete: bool) -> ClaimVerdict {
    let in_cells = cells.max().unwrap_or(ClaimVerdict::Undecided);
    if is_complete { in_cells } else { in_cells.max(ClaimVerdict::Undecided) }
}

/// The verdict of [`decide_claim`] alone, at a level.
pub fn verdict_at(place: usize, claim: &Claim, level: f64, subjects: &Subjects<'_>, results: &Results) -> ClaimVerdict {
    let (concerned, evidence) = evidence_of(place, claim, level, subjects, results);
    let is_complete = not_run(claim, subjects, &concerned).is_empty();
    over_cells(evidence.iter().map(|evidence| claim.statement.verdict(evidence)), is_complete)
}

/// Decides the claim at a place of the experiment, at a level.
///
/// Over several cells a claim says that it holds in each of them: it is supported if it is in all, and refuted if it is in any.
/// One cell among m is easily refuted by chance, so each is refuted only at the level 1 − (1 − level)/m.
pub fn decide_claim(
    place: usize,
    claim: &Claim,
    level: f64,
    subjects: &Subjects<'_>,
    results: &Results,
) -> ClaimResult {
    let (concerned, evidence) = evidence_of(place, claim, level, subjects, results);
    let decide = |(cell, evidence): (&&Cell, &Evidence<'_>)| named(claim.statement.decide(evidence), cell, subjects);
    let cells: Vec<ClaimCell> = concerned.iter().zip(&evidence).map(decide).collect();
    let not_run = not_run(claim, subjects, &concerned);
    let verdict = over_cells(cells.iter().map(|cell| cell.verdict), not_run.is_empty());
    // A cell without a value is the farthest from being decided.
    let distance =
        |cell: &ClaimCell| cell.observed.map_or(f64::INFINITY, |observed| claim.statement.shortfall(observed, level));
    let worst = cells.iter().max_by(|a, b| a.verdict.cmp(&b.verdict).then(distance(a).total_cmp(&distance(b))));
    let explanation = match worst {
        Some(worst) => {
            let (count, at_looks, is_complete) = (cells.len(), subjects.at_looks, not_run.is_empty());
            let told = Told { level, verdict, worst, cells: count, at_looks, is_complete };
            let mut text = match undefined_everywhere(claim, worst) {
                Some(text) => text,
                None => claim.statement.explain(&told),
            };
            text.push_str(&other_threshold(claim, worst, subjects));
            if !is_complete {
                text.push_str(&format!("; not run: {}", not_run.join(", ")));
            }
            if verdict == ClaimVerdict::Supported {
                text.push_str(&without_maximum(claim, &cells, &evidence));
            }
            text + "."
        }
        None => format!("undecided: {} could not be run", not_run.join(", ")),
    };
    ClaimResult {
        name: claim.name.clone(),
        statement: statement(claim, subjects),
        kind: claim.statement.kind().name.to_owned(),
        metric: claim.statement.measure().name().to_owned(),
        bound: claim.statement.bound(),
        better_than: claim.rival.map(|rival| BetterThan {
            solver: rival.solver.map(|place| subjects.solvers[place].to_owned()),
            model: rival.model.map(|place| subjects.models[place].to_owned()),
        }),
        observed: worst.and_then(|cell| cell.observed),
        interval: worst.and_then(|cell| cell.interval),
        level,
        chance_of_error: Some(chance_of_error(claim, level, subjects.at_looks)),
        verdict,
        explanation,
        cells,
    }
}

fn named(decided: Decided, cell: &Cell, subjects: &Subjects<'_>) -> ClaimCell {
    let Decided { holds, splits, observed, interval, verdict, exceptions, permutation, set_apart, failed, unknown } =
        decided;
    ClaimCell {
        dataset: subjects.sources[cell.source].to_owned(),
        solver: subjects.solvers[cell.solver].to_owned(),
        model: subjects.models[cell.model].to_owned(),
        holds,
        splits,
        observed,
        interval,
        verdict,
        exceptions,
        permutation,
        set_apart,
        failed,
        unknown,
    }
}

/// A share of so many; `None` of none.
pub fn share_of(part: usize, all: usize) -> Option<f64> {
    (all > 0).then(|| part as f64 / all as f64)
}

/// The solvers that a claim speaks of and that have no cell, with the model where they have one under another.
fn not_run(claim: &Claim, subjects: &Subjects<'_>, concerned: &[&Cell]) -> Vec<String> {
    let mut missing = Vec::new();
    for &solver in &claim.solvers {
        let has = |model: usize| concerned.iter().any(|cell| (cell.solver, cell.model) == (solver, model));
        let wanted: Vec<usize> = claim.models.iter().copied().filter(|&model| claim.has(solver, model)).collect();
        let without: Vec<usize> = wanted.iter().copied().filter(|&model| !has(model)).collect();
        if without.is_empty() {
            continue;
        }
        if let Some(rival) = claim.rival {
            let rival = rival.words(&quoted(&subjects.solvers), &quoted(&subjects.models));
            missing.push(format!("{} or that {rival}", subjects.solvers[solver]));
        } else if without.len() == wanted.len() {
            missing.push(subjects.solvers[solver].to_owned());
        } else {
            let under = |model: usize| format!("{} under {}", subjects.solvers[solver], subjects.models[model]);
            missing.extend(without.into_iter().map(under));
        }
    }
    missing
}

/// Says that a claim about predicted classes compares two thresholds, not the solvers alone.
fn other_threshold(claim: &Claim, worst: &ClaimCell, subjects: &Subjects<'_>) -> String {
    let goes_by_threshold =
        matches!(claim.statement.measure(), Measure::Metric(place) if METRICS[place].goes_by_threshold());
    let own = subjects.solvers.iter().position(|name| *name == worst.solver);
    let rival = claim.rival.and_then(|rival| rival.solver);
    let [Some(own), Some(rival)] = [own, rival].map(|place| subjects.thresholds.get(place?)) else {
        return String::new();
    };
    if !goes_by_threshold || own == rival {
        return String::new();
    }
    format!("; the thresholds differ ({own} and {rival}), so that it is these that are compared too")
}

/// The names as a sentence has them.
fn quoted(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| named_in_sentence(name)).collect()
}

/// The claim in full.
pub fn statement(claim: &Claim, subjects: &Subjects<'_>) -> String {
    let [solvers, sources, models] =
        [&subjects.solvers, &subjects.sources, &subjects.models].map(|names| quoted(names));
    let list = |names: &[String], places: &[usize]| {
        let names: Vec<&str> = places.iter().map(|&place| names[place].as_str()).collect();
        names.join(", ")
    };
    let under = match subjects.models.len() {
        1 => String::new(),
        _ => {
            let own = claim
                .models
                .iter()
                .copied()
                .filter(|&model| claim.solvers.iter().any(|&solver| claim.has(solver, model)));
            let own: Vec<usize> = own.collect();
            match own.len() {
                all if all == subjects.models.len() => format!(" under each of the {all} models"),
                _ => format!(" under {}", list(&models, &own)),
            }
        }
    };
    let rival = claim.rival.map(|rival| rival.words(&solvers, &models));
    let (solvers, sources) = (list(&solvers, &claim.solvers), list(&sources, &claim.sources));
    // The models of the solver stand beside it, where those of its rival follow.
    let (solvers, after) = if rival.is_some() { (solvers + &under, String::new()) } else { (solvers, under) };
    claim.statement.words(&About { solvers, sources, rival: rival.unwrap_or_default() }) + &after
}

/// Names the cell whose numbers an explanation gives, where there are several.
pub fn which(told: &Told<'_>) -> String {
    let ClaimCell { solver, dataset, model, .. } = told.worst;
    if told.cells > 1 {
        format!(" of {solver} on {dataset}, {model}, which is the worst of {} cells", told.cells)
    } else {
        String::new()
    }
}

/// Says on how many splits the metric is defined, where that is not on all of them, and why.
pub fn set_apart(told: &Told<'_>) -> String {
    let (set_apart, defined) = (&told.worst.set_apart, told.worst.defined_on());
    if set_apart.is_empty() {
        return String::new();
    }
    format!(" (defined on {defined} of {}: {})", counted(defined + set_apart.splits, "split"), reasons(set_apart))
}

/// Why splits are set apart, in words: "test rows of one class on 197".
fn reasons(set_apart: &SetApart) -> String {
    let reasons: Vec<String> =
        set_apart.reasons.iter().map(|(reason, splits)| format!("{reason} on {splits}")).collect();
    reasons.join(", ")
}

/// The explanation of a claim whose metric no split leaves defined.
fn undefined_everywhere(claim: &Claim, worst: &ClaimCell) -> Option<String> {
    if worst.defined_on() > 0 {
        return None;
    }
    Some(format!(
        "{} of {} on {}, {} is not defined (defined on 0 of {}: {})",
        claim.statement.measure().name(),
        worst.solver,
        worst.dataset,
        worst.model,
        counted(worst.set_apart.splits, "split"),
        reasons(&worst.set_apart)
    ))
}

/// Says that an interval holds for all looks, where there are several.
pub fn looks(told: &Told<'_>) -> String {
    if told.at_looks {
        format!(
            ", however often it is looked at, which was after every {0} splits made and every {0} that count",
            sequential::BATCH
        )
    } else {
        String::new()
    }
}

/// The splits that an interval is about, where some are set apart.
pub fn where_defined(told: &Told<'_>) -> &'static str {
    if told.worst.set_apart.is_empty() { "" } else { " on which it is defined" }
}

/// Says how to get a claim decided that more splits would decide, and that of several cells one alone must refute it at a higher level
/// than that of the interval shown.
pub fn more(told: &Told<'_>) -> String {
    let more = if told.at_looks { "a larger most_repeats" } else { "more repeats" };
    let refuting = match told.cells {
        0 | 1 => String::new(),
        cells => format!(
            "; with {cells} cells an interval of {} confidence would have to refute it in one",
            percent(refuting_level(told.level, cells))
        ),
    };
    format!("{refuting}; {more} would narrow the interval")
}

/// Why a likelihood has no maximum, over splits some of whose training rows may be of one class.
pub fn no_maximum_because(has_one_class: bool) -> &'static str {
    match has_one_class {
        true => "a hyperplane separates the training rows, or they are of one class",
        false => "a hyperplane separates the training rows",
    }
}

/// Warns that a metric belongs to fits whose likelihood has no maximum, where some are such.
fn without_maximum(claim: &Claim, cells: &[ClaimCell], evidence: &[Evidence<'_>]) -> String {
    let measure = claim.statement.measure();
    if !matches!(measure, Measure::Metric(_)) {
        return String::new();
    }
    let fits: usize = cells.iter().map(ClaimCell::defined_on).sum();
    // The fits that decided: of splits set apart, or made after the decision, nothing is claimed.
    let deciding = cells.iter().zip(evidence).flat_map(|(cell, evidence)| {
        evidence.defined(measure).take(cell.defined_on()).map(move |split| (evidence, split))
    });
    let separated: Vec<_> =
        deciding.filter(|(evidence, split)| evidence.records.verdicts[*split] == Verdict::Separated).collect();
    let has_one_class = separated.iter().any(|(evidence, split)| evidence.trains_on_one_class(*split));
    let separated = separated.len();
    if separated == 0 {
        return String::new();
    }
    let which = if separated == fits {
        format!(
            "the coefficients do not exist: in none of the {} does the likelihood have a maximum",
            counted(fits, "fit")
        )
    } else {
        format!(
            "in {separated} of {} the coefficients do not exist: the likelihood has no maximum",
            counted(fits, "fit")
        )
    };
    let is_accuracy = claim.statement.claims_large() && measure.name().ends_with("accuracy");
    let what = if is_accuracy { "accuracy" } else { "claim" };
    format!(
        ". The {what} holds, but {which} ({}), so they depend on when the solver stops",
        no_maximum_because(has_one_class)
    )
}
