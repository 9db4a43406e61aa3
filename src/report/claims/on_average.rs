//! Claims about the mean of a metric.

use super::{MOST_EXCEPTIONS, looks, more, which};
use crate::experiment::{Claim, Experiment, OnAverage, sequential};
use crate::metric::METRICS;
use crate::record::Cell;
use crate::report::schema::{ClaimCell, ClaimVerdict};
use crate::report::{Names, percent};
use crate::statistics::summary::mean_and_deviation;

/// Decides a claim in a cell, by the interval of a confidence sequence for bounded means: it holds for every distribution, and
/// for all looks together ([`sequential::decide_mean`]).
pub fn decide(claim: &Claim, of: &OnAverage, experiment: &Experiment, cell: &Cell, cells: usize) -> ClaimCell {
    let Names { dataset, solver, model } = Names::of(experiment, cell);
    let batch = if experiment.until_decided { sequential::BATCH } else { u64::MAX };
    let (values, sequence, decision) = sequential::decide_mean(of, claim.level, &cell.records, cells, batch);
    let fails = |(_, value): &(u64, &f64)| !of.comparison.holds(**value, of.bound);
    let exceptions = (0..).zip(&values).filter(fails).map(|(fit, _)| fit).take(MOST_EXCEPTIONS).collect();
    ClaimCell {
        dataset,
        solver,
        model,
        holds: values.iter().filter(|&&value| of.comparison.holds(value, of.bound)).count(),
        splits: values.len(),
        observed: mean_and_deviation(&values).0,
        interval: sequence.interval().into(),
        verdict: decision.into(),
        exceptions,
        permutation: None,
    }
}

/// The claim in full.
pub fn statement(of: &OnAverage, solvers: &str, sources: &str) -> String {
    format!(
        "the mean {} of {solvers} over all random splits of {sources} is {} {}",
        METRICS[of.metric].name,
        of.comparison.words(),
        of.bound
    )
}

/// The verdict in words.
pub fn explain(
    claim: &Claim,
    of: &OnAverage,
    experiment: &Experiment,
    verdict: ClaimVerdict,
    worst: &ClaimCell,
    cells: usize,
) -> String {
    let [low, high] = worst.interval;
    let mut text = format!(
        "the mean over {} splits{}{} is {:.4}; that over all random splits is between {low:.4} and {high:.4} ({} \
         confidence{}), and {} {} is claimed",
        worst.splits,
        which(worst, cells),
        if cells > 1 { "," } else { "" },
        worst.observed,
        percent(claim.level),
        looks(experiment),
        of.comparison.words(),
        of.bound,
    );
    if verdict == ClaimVerdict::Undecided {
        text.push_str(&more(experiment));
    }
    text
}
