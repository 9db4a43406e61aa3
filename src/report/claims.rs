//! Deciding claims, and saying in words what was decided.

use super::schema::{ClaimCell, ClaimResult, ClaimVerdict};
use super::{Names, percent};
use crate::experiment::{Claim, Comparison, Experiment, Measure, Share, sequential};
use crate::record::{Cell, CellRecords, Results, Verdict};
use crate::statistics::confidence_sequence::{self, Decision, Look};
use crate::statistics::proportion::clopper_pearson;

/// Decides a claim.
///
/// In each cell it speaks of, the comparison holds on k of n splits. With the Clopper-Pearson interval of k/n at the
/// claim's level it is supported there if the interval lies in the claimed range of shares (its ends may touch), refuted if
/// the two have no share in common, else undecided. A fit without the measure (NaN) does not meet the comparison.
///
/// Over several cells the claim says that it holds in each of them: it is supported if it is in all, and refuted if it is in
/// any. One cell among m is easily refuted by chance, so each is refuted only with the interval at 1 − (1 − level)/m.
///
/// Where the claims decide when the run ends, the intervals are those of a confidence sequence, at the look that decided
/// ([`sequential::decide`]).
pub fn decide(claim: &Claim, experiment: &Experiment, results: &Results) -> ClaimResult {
    let concerned: Vec<&Cell> = results.cells.iter().filter(|cell| claim.speaks_of(cell)).collect();
    let cells: Vec<ClaimCell> =
        concerned.iter().map(|cell| decide_cell(claim, experiment, cell, concerned.len())).collect();
    // Skipped solvers leave no cell; a claim about one of them cannot be supported by the others.
    let skipped: Vec<&str> = claim
        .solvers
        .iter()
        .map(|&solver| &experiment.solvers[solver])
        .filter(|entry| entry.solver.is_err())
        .map(|entry| entry.name.as_str())
        .collect();
    let in_cells = cells.iter().map(|cell| cell.verdict).max().unwrap_or(ClaimVerdict::Undecided);
    let verdict = if skipped.is_empty() { in_cells } else { in_cells.max(ClaimVerdict::Undecided) };
    let distance = |cell: &ClaimCell| shortfall(claim.share, cell);
    let worst = cells.iter().max_by(|a, b| a.verdict.cmp(&b.verdict).then(distance(a).total_cmp(&distance(b))));
    let statement = statement(claim, experiment);
    let explanation = match worst {
        Some(worst) => explain(claim, experiment, verdict, worst, &cells, &concerned, &skipped),
        None => format!("undecided: {} could not be run", skipped.join(", ")),
    };
    ClaimResult {
        name: claim.name.clone(),
        statement,
        measure: Some(claim.measure.name().to_owned()),
        bound: Some(claim.bound),
        observed: worst.map(|cell| cell.observed),
        interval: worst.map(|cell| cell.interval),
        level: claim.level,
        verdict,
        explanation,
        cells,
    }
}

/// How far a cell is from the claimed share: below it, or on either side.
fn shortfall(share: Share, cell: &ClaimCell) -> f64 {
    match share {
        Share::AtLeast(share) => share - cell.observed,
        Share::Within { share, .. } => (share - cell.observed).abs(),
    }
}

/// The claimed share in words.
fn words(share: Share) -> String {
    match share {
        Share::AtLeast(share) => format!("at least {}", percent(share)),
        Share::Within { share, within } => format!("{} ± {}", percent(share), percent(within)),
    }
}

/// Splits that are listed because a claim does not hold on them.
const MOST_EXCEPTIONS: usize = 20;

fn decide_cell(claim: &Claim, experiment: &Experiment, cell: &Cell, cells: usize) -> ClaimCell {
    let Names { dataset, solver, model } = Names::of(experiment, cell);
    let (Look { holds, trials, .. }, interval, verdict) = if experiment.until_decided {
        sequential(claim, &cell.records, cells)
    } else {
        fixed(claim, &cell.records, cells)
    };
    let (holds, splits) = (holds as usize, trials as usize);
    let observed = holds as f64 / splits as f64;
    let fails = |fit: &usize| claim.outcome(&cell.records, *fit) == Some(false);
    let exceptions = (0..splits).filter(fails).map(|fit| fit as u64).take(MOST_EXCEPTIONS).collect();
    ClaimCell { dataset, solver, model, holds, splits, observed, interval, verdict, exceptions }
}

/// All splits, with the interval for a number of them that was fixed before.
fn fixed(claim: &Claim, records: &CellRecords, cells: usize) -> (Look, [f64; 2], ClaimVerdict) {
    let count =
        |wanted: Option<bool>| (0..records.len()).filter(|&fit| claim.outcome(records, fit) == wanted).count() as u64;
    // Where it is not known whether a maximum exists, the comparison may hold or not.
    let look = Look { holds: count(Some(true)), unknown: count(None), trials: records.len() as u64 };
    let (holds, possibly) = (look.holds, look.holds + look.unknown);
    let interval = |holds: u64, level: f64| clopper_pearson(holds, look.trials, level);
    let (least, largest) = claim.share.range();
    let corrected = 1.0 - (1.0 - claim.level) / cells as f64;
    let (low, high) = (interval(holds, claim.level).0, interval(possibly, claim.level).1);
    let verdict = if low >= least && high <= largest {
        ClaimVerdict::Supported
    } else if interval(possibly, corrected).1 < least || interval(holds, corrected).0 > largest {
        ClaimVerdict::Refuted
    } else {
        ClaimVerdict::Undecided
    };
    (look, [low, high], verdict)
}

/// The splits up to the look that decided, with an interval that may be looked at again and again.
fn sequential(claim: &Claim, records: &CellRecords, cells: usize) -> (Look, [f64; 2], ClaimVerdict) {
    let (look, decision) = sequential::decide(claim, records, cells);
    let interval = |holds| confidence_sequence::interval(holds, look.trials, claim.level);
    let verdict = match decision {
        Decision::Supported => ClaimVerdict::Supported,
        Decision::Refuted => ClaimVerdict::Refuted,
        Decision::Undecided => ClaimVerdict::Undecided,
    };
    (look, [interval(look.holds).0, interval(look.holds + look.unknown).1], verdict)
}

/// The claim in full.
pub fn statement(claim: &Claim, experiment: &Experiment) -> String {
    let list = |names: Vec<&str>| names.join(", ");
    let solvers = list(claim.solvers.iter().map(|&place| experiment.solvers[place].name.as_str()).collect());
    let sources = list(claim.sources.iter().map(|&place| experiment.sources[place].name()).collect());
    let mut text = format!(
        "{} of {solvers} is {} {} on {} of the splits of {sources}",
        claim.measure.name(),
        claim.comparison.words(),
        claim.bound,
        words(claim.share),
    );
    if experiment.models.len() > 1 {
        let models = list(claim.models.iter().map(|&place| experiment.models[place].name.as_str()).collect());
        text.push_str(&format!(" under {models}"));
    }
    text
}

fn explain(
    claim: &Claim,
    experiment: &Experiment,
    verdict: ClaimVerdict,
    worst: &ClaimCell,
    cells: &[ClaimCell],
    concerned: &[&Cell],
    skipped: &[&str],
) -> String {
    let [low, high] = worst.interval;
    let which_cell = if cells.len() > 1 {
        // The cell that decides: of those with the worst verdict the one farthest from the claim.
        format!(
            " of {} on {}, {}, which is the worst of {} cells",
            worst.solver,
            worst.dataset,
            worst.model,
            cells.len()
        )
    } else {
        String::new()
    };
    let claimed = match claim.share {
        Share::AtLeast(share) => percent(share),
        within => words(within),
    };
    let looks = if experiment.until_decided {
        format!(", however often it is looked at, which was after every {} splits", sequential::BATCH)
    } else {
        String::new()
    };
    let mut text = format!(
        "it holds on {} of {} splits{which_cell}; the share over all random splits is between {} and {} ({} confidence{looks}), and {} is claimed",
        worst.holds,
        worst.splits,
        percent(low),
        percent(high),
        percent(claim.level),
        claimed,
    );
    if verdict == ClaimVerdict::Undecided && skipped.is_empty() {
        let more = if experiment.until_decided { "a larger most_repeats" } else { "more repeats" };
        text.push_str(&format!("; {more} would narrow the interval"));
        if claim.share == Share::AtLeast(1.0) {
            text.push_str(", but no number of splits proves that there is no exception: claim a share below 1");
        }
    }
    if !skipped.is_empty() {
        text.push_str(&format!("; not run: {}", skipped.join(", ")));
    }
    if verdict == ClaimVerdict::Supported && matches!(claim.measure, Measure::Metric(_)) {
        let fits: usize = concerned.iter().map(|cell| cell.records.len()).sum();
        let separated: usize = concerned.iter().map(|cell| cell.records.count_verdict(Verdict::Separated)).sum();
        if separated > 0 {
            let share = if separated == fits {
                format!("in none of the {fits} fits does the likelihood have a maximum")
            } else {
                format!("in {separated} of {fits} fits the likelihood has no maximum")
            };
            let high = matches!(claim.comparison, Comparison::AtLeast | Comparison::Above);
            let what = if high && claim.measure.name().ends_with("accuracy") { "accuracy" } else { "claim" };
            text.push_str(&format!(
                ". The {what} holds, but the coefficients do not exist: {share} (a hyperplane separates the training rows), \
                 so they depend on when the solver stops",
            ));
        }
    }
    text.push('.');
    text
}
