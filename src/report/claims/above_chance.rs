//! Claims against chance, decided by a permutation test.

use crate::experiment::{AboveChance, Claim, Experiment};
use crate::metric::METRICS;
use crate::record::{Cell, Results, ShuffledFits};
use crate::report::schema::{ClaimCell, ClaimVerdict, PermutationTest};
use crate::report::{Names, analysis, finite, percent};
use crate::statistics::permutation::{p_value, p_value_interval};
use crate::statistics::proportion::clopper_pearson;
use crate::statistics::summary::mean_and_deviation;

/// Decides a claim in a cell.
///
/// The mean of the metric over the first splits is compared with the means of fits of shuffled labels, on the same splits.
/// The claim is supported if p ≤ 1 − level. It is refuted if the p-value that all labellings would give is above that: by its
/// Clopper-Pearson interval, whose level is corrected for the number of cells as that of a share is. A fit of shuffled
/// labels without the metric counts as one that does as well.
pub fn decide(
    place: usize,
    claim: &Claim,
    of: &AboveChance,
    experiment: &Experiment,
    cell: &Cell,
    results: &Results,
    cells: usize,
) -> ClaimCell {
    let Names { dataset, solver, model } = Names::of(experiment, cell);
    let of_cell = |fits: &&ShuffledFits| {
        (fits.claim, fits.source, fits.model, fits.solver) == (place, cell.source, cell.model, cell.solver)
    };
    let means = results.shuffled.iter().find(of_cell).map_or(&[][..], |fits| &fits.means);
    let values: Vec<f64> = cell.records.metrics[of.metric].iter().take(of.splits as usize).collect();
    let mean = mean_and_deviation(&values).0;

    let sign = if of.larger_is_better() { 1.0 } else { -1.0 };
    let (observed, shuffled): (f64, Vec<f64>) = (sign * mean, means.iter().map(|mean| sign * mean).collect());
    let p_value = p_value(observed, &shuffled);
    let worse = shuffled.iter().filter(|&&other| other < observed).count();
    let share = |level: f64| clopper_pearson(worse as u64, means.len() as u64, level);
    let corrected = 1.0 - (1.0 - claim.level) / cells as f64;
    let verdict = if p_value <= 1.0 - claim.level {
        ClaimVerdict::Supported
    } else if share(corrected).1 < claim.level {
        ClaimVerdict::Refuted
    } else {
        ClaimVerdict::Undecided
    };
    let permutation = PermutationTest {
        metric: METRICS[of.metric].name.to_owned(),
        splits: values.len(),
        mean: finite(mean),
        shuffled: analysis::distribution(means.iter().copied()).0,
        p_value,
        p_value_interval: p_value_interval(observed, &shuffled, claim.level).into(),
    };
    ClaimCell {
        dataset,
        solver,
        model,
        holds: worse,
        splits: means.len(),
        observed: worse as f64 / means.len() as f64,
        interval: share(claim.level).into(),
        verdict,
        exceptions: Vec::new(),
        permutation: Some(permutation),
    }
}

/// The claim in full.
pub fn statement(of: &AboveChance, solvers: &str, sources: &str) -> String {
    format!(
        "the mean {} of {solvers} over the first {} splits of {sources} is better than with shuffled labels",
        METRICS[of.metric].name, of.splits,
    )
}

/// The verdict in words.
pub fn explain(claim: &Claim, of: &AboveChance, verdict: ClaimVerdict, worst: &ClaimCell, cells: usize) -> String {
    let Some(test) = &worst.permutation else { return String::new() };
    let number = |value: Option<f64>| value.map_or("not defined".to_owned(), |value| format!("{value:.4}"));
    let best = if of.larger_is_better() { test.shuffled.max } else { test.shuffled.min };
    let [low, high] = test.p_value_interval;
    let mut text = format!(
        "the mean{}{} is {}; with labels shuffled {} times it is {} on average and {} at best, and {} of them do as well, so \
         p = {} (between {} and {} with all labellings, {} confidence), and {} is the most allowed",
        super::which(worst, cells),
        if cells > 1 { "," } else { "" },
        number(test.mean),
        worst.splits,
        number(test.shuffled.mean),
        number(best),
        worst.splits - worst.holds,
        short(test.p_value),
        short(low),
        short(high),
        percent(claim.level),
        short(1.0 - claim.level),
    );
    if verdict == ClaimVerdict::Undecided {
        text.push_str("; more permutations would tell");
    }
    text
}

/// A probability with four decimals, or the first two digits of a small one.
fn short(p: f64) -> String {
    if p == 0.0 || p >= 0.001 {
        format!("{:.4}", p).trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        format!("{p:.1e}")
    }
}
