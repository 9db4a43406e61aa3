//! Deciding claims, and saying in words what was decided.

mod above_chance;
mod on_average;

use super::schema::{ClaimCell, ClaimResult, ClaimVerdict};
use super::{Names, percent};
use crate::experiment::{Claim, Comparison, Experiment, Measure, OnShare, Share, Skipped, Statement, sequential};
use crate::record::{Cell, CellRecords, Results, Verdict};
use crate::statistics::confidence_sequence::{self, Decision, Look};
use crate::statistics::proportion::clopper_pearson;

/// Decides the claim at a place of the experiment.
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
///
/// A claim against chance is decided by a permutation test, of which `above_chance` says how.
pub fn decide(place: usize, experiment: &Experiment, results: &Results) -> ClaimResult {
    let claim = &experiment.claims[place];
    let concerned: Vec<&Cell> = results.cells.iter().filter(|cell| claim.speaks_of(cell)).collect();
    let decide_cell = |cell: &&Cell| match &claim.statement {
        Statement::OnShare(on_share) => decide_on_share(claim, on_share, experiment, cell, concerned.len()),
        Statement::OnAverage(of) => on_average::decide(claim, of, experiment, cell, concerned.len()),
        Statement::AboveChance(of) => {
            above_chance::decide(place, claim, of, experiment, cell, results, concerned.len())
        }
    };
    let cells: Vec<ClaimCell> = concerned.iter().map(decide_cell).collect();
    // What is skipped leaves no cell; a claim about it cannot be supported by others.
    let skipped = not_run(claim, experiment);
    let skipped: Vec<&str> = skipped.iter().map(String::as_str).collect();
    let in_cells = cells.iter().map(|cell| cell.verdict).max().unwrap_or(ClaimVerdict::Undecided);
    let verdict = if skipped.is_empty() { in_cells } else { in_cells.max(ClaimVerdict::Undecided) };
    let distance = |cell: &ClaimCell| shortfall(claim, cell);
    let worst = cells.iter().max_by(|a, b| a.verdict.cmp(&b.verdict).then(distance(a).total_cmp(&distance(b))));
    let statement = statement(claim, experiment);
    let explanation = match worst {
        Some(worst) => {
            let mut text = match &claim.statement {
                Statement::OnShare(of) => explain(claim, of, experiment, verdict, worst, cells.len(), &skipped),
                Statement::OnAverage(of) => on_average::explain(claim, of, experiment, verdict, worst, cells.len()),
                Statement::AboveChance(of) => above_chance::explain(claim, of, verdict, worst, cells.len()),
            };
            if !skipped.is_empty() {
                text.push_str(&format!("; not run: {}", skipped.join(", ")));
            }
            if verdict == ClaimVerdict::Supported {
                text.push_str(&without_maximum(claim, &concerned));
            }
            text + "."
        }
        None => format!("undecided: {} could not be run", skipped.join(", ")),
    };
    let (kind, metric, bound) = match &claim.statement {
        Statement::OnShare(of) => ("share", of.measure, Some(of.bound)),
        Statement::OnAverage(of) => ("mean", Measure::Metric(of.metric), Some(of.bound)),
        Statement::AboveChance(of) => ("chance", Measure::Metric(of.metric), None),
    };
    ClaimResult {
        name: claim.name.clone(),
        statement,
        kind: kind.to_owned(),
        metric: metric.name().to_owned(),
        bound,
        observed: worst.map(|cell| cell.observed),
        interval: worst.map(|cell| cell.interval),
        level: claim.level,
        verdict,
        explanation,
        cells,
    }
}

/// What a claim speaks of and was not run: solvers, and solvers under a model.
fn not_run(claim: &Claim, experiment: &Experiment) -> Vec<String> {
    let solvers = claim.solvers.iter().map(|&solver| &experiment.solvers[solver]);
    let unavailable = solvers.filter(|entry| entry.solver.is_err()).map(|entry| entry.name.clone());
    let is_claimed = |of: &Skipped<'_>| claim.models.contains(&of.model) && claim.solvers.contains(&of.solver);
    let under_model = experiment.skipped().filter(is_claimed).map(|Skipped { model, solver, .. }| {
        format!("{} under {}", experiment.solvers[solver].name, experiment.models[model].name)
    });
    unavailable.chain(under_model).collect()
}

/// How far a cell is from what is claimed.
fn shortfall(claim: &Claim, cell: &ClaimCell) -> f64 {
    match &claim.statement {
        Statement::OnShare(OnShare { share: Share::AtLeast(share), .. }) => share - cell.observed,
        Statement::OnShare(OnShare { share: Share::Within { share, .. }, .. }) => (share - cell.observed).abs(),
        Statement::OnAverage(of) if of.is_lower_bound() => of.bound - cell.observed,
        Statement::OnAverage(of) => cell.observed - of.bound,
        Statement::AboveChance(_) => claim.level - cell.observed,
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

fn decide_on_share(claim: &Claim, on_share: &OnShare, experiment: &Experiment, cell: &Cell, cells: usize) -> ClaimCell {
    let Names { dataset, solver, model } = Names::of(experiment, cell);
    let decide = if experiment.until_decided { sequential } else { fixed };
    let (Look { holds, trials, .. }, interval, verdict) = decide(on_share, claim.level, &cell.records, cells);
    let (holds, splits) = (holds as usize, trials as usize);
    let observed = holds as f64 / splits as f64;
    let fails = |fit: &usize| on_share.outcome(&cell.records, *fit) == Some(false);
    let exceptions = (0..splits).filter(fails).map(|fit| fit as u64).take(MOST_EXCEPTIONS).collect();
    ClaimCell { dataset, solver, model, holds, splits, observed, interval, verdict, exceptions, permutation: None }
}

/// All splits, with the interval for a number of them that was fixed before.
fn fixed(claim: &OnShare, level: f64, records: &CellRecords, cells: usize) -> (Look, [f64; 2], ClaimVerdict) {
    let count =
        |wanted: Option<bool>| (0..records.len()).filter(|&fit| claim.outcome(records, fit) == wanted).count() as u64;
    // Where it is not known whether a maximum exists, the comparison may hold or not.
    let look = Look { holds: count(Some(true)), unknown: count(None), trials: records.len() as u64 };
    let (holds, possibly) = (look.holds, look.holds + look.unknown);
    let interval = |holds: u64, level: f64| clopper_pearson(holds, look.trials, level);
    let (least, largest) = claim.share.range();
    let corrected = 1.0 - (1.0 - level) / cells as f64;
    let (low, high) = (interval(holds, level).0, interval(possibly, level).1);
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
fn sequential(claim: &OnShare, level: f64, records: &CellRecords, cells: usize) -> (Look, [f64; 2], ClaimVerdict) {
    let (look, decision) = sequential::decide(claim, level, records, cells);
    let interval = |holds| confidence_sequence::interval(holds, look.trials, level);
    (look, [interval(look.holds).0, interval(look.holds + look.unknown).1], decision.into())
}

/// The claim in full.
pub fn statement(claim: &Claim, experiment: &Experiment) -> String {
    let list = |names: Vec<&str>| names.join(", ");
    let solvers = list(claim.solvers.iter().map(|&place| experiment.solvers[place].name.as_str()).collect());
    let sources = list(claim.sources.iter().map(|&place| experiment.sources[place].name()).collect());
    let mut text = match &claim.statement {
        Statement::OnShare(of) => format!(
            "{} of {solvers} is {} {} on {} of the splits of {sources}",
            of.measure.name(),
            of.comparison.words(),
            of.bound,
            words(of.share),
        ),
        Statement::OnAverage(of) => on_average::statement(of, &solvers, &sources),
        Statement::AboveChance(of) => above_chance::statement(of, &solvers, &sources),
    };
    if experiment.models.len() > 1 {
        let models = list(claim.models.iter().map(|&place| experiment.models[place].name.as_str()).collect());
        text.push_str(&format!(" under {models}"));
    }
    text
}

/// The cell that a verdict over several of them speaks of: of those with the worst verdict the one farthest from the claim.
fn which(worst: &ClaimCell, cells: usize) -> String {
    if cells > 1 {
        format!(" of {} on {}, {}, which is the worst of {cells} cells", worst.solver, worst.dataset, worst.model)
    } else {
        String::new()
    }
}

/// Says that an interval holds for all looks, where there are several.
fn looks(experiment: &Experiment) -> String {
    if experiment.until_decided {
        format!(", however often it is looked at, which was after every {} splits", sequential::BATCH)
    } else {
        String::new()
    }
}

/// What would decide a claim that is not decided.
fn more(experiment: &Experiment) -> String {
    let more = if experiment.until_decided { "a larger most_repeats" } else { "more repeats" };
    format!("; {more} would narrow the interval")
}

impl From<Decision> for ClaimVerdict {
    fn from(decision: Decision) -> ClaimVerdict {
        match decision {
            Decision::Supported => ClaimVerdict::Supported,
            Decision::Refuted => ClaimVerdict::Refuted,
            Decision::Undecided => ClaimVerdict::Undecided,
        }
    }
}

fn explain(
    claim: &Claim,
    on_share: &OnShare,
    experiment: &Experiment,
    verdict: ClaimVerdict,
    worst: &ClaimCell,
    cells: usize,
    skipped: &[&str],
) -> String {
    let [low, high] = worst.interval;
    let claimed = match on_share.share {
        Share::AtLeast(share) => percent(share),
        within => words(within),
    };
    let looks = looks(experiment);
    let mut text = format!(
        "it holds on {} of {} splits{}; the share over all random splits is between {} and {} ({} confidence{looks}), and {} is claimed",
        worst.holds,
        worst.splits,
        which(worst, cells),
        percent(low),
        percent(high),
        percent(claim.level),
        claimed,
    );
    if verdict == ClaimVerdict::Undecided && skipped.is_empty() {
        text.push_str(&more(experiment));
        if on_share.share == Share::AtLeast(1.0) {
            text.push_str(", but no number of splits proves that there is no exception: claim a share below 1");
        }
    }
    text
}

/// What a metric is worth of fits whose likelihood has no maximum, if some are such.
fn without_maximum(claim: &Claim, concerned: &[&Cell]) -> String {
    let (measure, high) = match &claim.statement {
        Statement::OnShare(of) => (of.measure, matches!(of.comparison, Comparison::AtLeast | Comparison::Above)),
        Statement::OnAverage(of) => (Measure::Metric(of.metric), of.is_lower_bound()),
        Statement::AboveChance(of) => (Measure::Metric(of.metric), of.larger_is_better()),
    };
    let fits: usize = concerned.iter().map(|cell| cell.records.len()).sum();
    let separated: usize = concerned.iter().map(|cell| cell.records.count_verdict(Verdict::Separated)).sum();
    if separated == 0 || !matches!(measure, Measure::Metric(_)) {
        return String::new();
    }
    let share = if separated == fits {
        format!("in none of the {fits} fits does the likelihood have a maximum")
    } else {
        format!("in {separated} of {fits} fits the likelihood has no maximum")
    };
    let what = if high && measure.name().ends_with("accuracy") { "accuracy" } else { "claim" };
    format!(
        ". The {what} holds, but the coefficients do not exist: {share} (a hyperplane separates the training rows), so they \
         depend on when the solver stops",
    )
}
