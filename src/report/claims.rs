//! Deciding claims, and saying in words what was decided.

use super::schema::{ClaimCell, ClaimResult, ClaimVerdict};
use super::{Names, percent};
use crate::experiment::{Claim, Comparison, Experiment, Measure, Share};
use crate::record::{Cell, CellRecords, Results, Verdict};
use crate::statistics::proportion::clopper_pearson;

/// Decides a claim.
///
/// In each cell it speaks of, the comparison holds on k of n splits. With the Clopper-Pearson interval of k/n at the
/// claim's level it is supported there if the interval lies in the claimed range of shares (its ends may touch), refuted if
/// the two have no share in common, else undecided. A fit without the measure (NaN) does not meet the comparison.
///
/// Over several cells the claim says that it holds in each of them: it is supported if it is in all, and refuted if it is in
/// any. One cell among m is easily refuted by chance, so each is refuted only with the interval at 1 − (1 − level)/m.
pub fn decide(claim: &Claim, experiment: &Experiment, results: &Results) -> ClaimResult {
    let spoken_of = |cell: &&Cell| {
        claim.sources.contains(&cell.source)
            && claim.models.contains(&cell.model)
            && claim.solvers.contains(&cell.solver)
    };
    let concerned: Vec<&Cell> = results.cells.iter().filter(spoken_of).collect();
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
        Some(worst) => explain(claim, verdict, worst, &cells, &concerned, &skipped),
        None => format!("undecided: {} could not be run", skipped.join(", ")),
    };
    ClaimResult {
        name: claim.name.clone(),
        statement,
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

/// The least and the largest share at which the claim is true.
pub fn claimed(share: Share) -> (f64, f64) {
    match share {
        Share::AtLeast(share) => (share, 1.0),
        Share::Within { share, within } => (share - within, share + within),
    }
}

/// The claimed share in words.
fn words(share: Share) -> String {
    match share {
        Share::AtLeast(share) => format!("at least {}", percent(share)),
        Share::Within { share, within } => format!("{} ± {}", percent(share), percent(within)),
    }
}

fn decide_cell(claim: &Claim, experiment: &Experiment, cell: &Cell, cells: usize) -> ClaimCell {
    let Names { dataset, solver, model } = Names::of(experiment, cell);
    let splits = cell.records.len();
    let values = || (0..splits).map(|fit| value(claim.measure, &cell.records, fit));
    let holds = values().filter(|&value| claim.comparison.holds(value, claim.bound)).count();
    // Where it is not known whether a maximum exists, the comparison may hold or not.
    let unknown = match claim.measure {
        Measure::Separated => values().filter(|value| value.is_nan()).count(),
        _ => 0,
    };
    let interval = |holds: usize, level: f64| clopper_pearson(holds as u64, splits as u64, level);
    let (least, largest) = claimed(claim.share);
    let corrected = 1.0 - (1.0 - claim.level) / cells as f64;
    let (low, high) = (interval(holds, claim.level).0, interval(holds + unknown, claim.level).1);
    let verdict = if low >= least && high <= largest {
        ClaimVerdict::Supported
    } else if interval(holds + unknown, corrected).1 < least || interval(holds, corrected).0 > largest {
        ClaimVerdict::Refuted
    } else {
        ClaimVerdict::Undecided
    };
    let observed = holds as f64 / splits as f64;
    ClaimCell { dataset, solver, model, holds, splits, observed, interval: [low, high], verdict }
}

fn value(measure: Measure, records: &CellRecords, fit: usize) -> f64 {
    match measure {
        Measure::Metric(place) => records.metrics[place].get(fit),
        Measure::Iterations => f64::from(records.iterations[fit]),
        Measure::OracleCalls => f64::from(records.calls[fit].total()),
        Measure::Gap => records.gaps[fit],
        Measure::Separated => match records.verdicts[fit] {
            Verdict::Separated => 1.0,
            Verdict::Optimal | Verdict::Suboptimal => 0.0,
            Verdict::Undecided => f64::NAN,
        },
    }
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
    let mut text = format!(
        "it holds on {} of {} splits{which_cell}; the share over all random splits is between {} and {} ({} confidence), and {} is claimed",
        worst.holds,
        worst.splits,
        percent(low),
        percent(high),
        percent(claim.level),
        claimed,
    );
    if verdict == ClaimVerdict::Undecided && skipped.is_empty() {
        text.push_str("; more repeats would narrow the interval");
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
