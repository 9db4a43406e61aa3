//! Pairs of solvers on one data set under one model, in words.

use indexmap::IndexMap;

use super::comparisons::{listed, shown_better};
use super::schema::{CellSummary, Comparison, Equivalence, INTERVAL_LEVEL, Inference};
use crate::statistics::resampled_t::FEWEST_RESULTS;
use crate::statistics::words::{counted, p_is, percent};

/// Most pairs that the summary gives a line each.
const MOST_PAIRS: usize = 10;

/// Most pairs that a sentence names.
const MOST_NAMED: usize = 3;

/// The comparisons of one table in words: the conclusion of a single pair, or a summary over all pairs. `cells` are those of the table.
pub fn compared(pairs: &[&Comparison], cells: &[&CellSummary]) -> String {
    if let [pair] = pairs {
        return pair.conclusion.clone();
    }
    let alike = of_one_threshold(pairs);
    let others = match pairs.len() - alike.len() {
        0 => String::new(),
        others => format!(
            "{} of solvers with different thresholds, whose predicted classes are not compared.",
            counted(others, "pair")
        ),
    };
    let parts = [all_agree(&alike, cells), by_accuracy(&alike), others, by_other_metrics(pairs)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The pairs of solvers with the same threshold, whose predicted classes are compared.
fn of_one_threshold<'r>(pairs: &[&'r Comparison]) -> Vec<&'r Comparison> {
    pairs.iter().copied().filter(|pair| pair.thresholds.is_none()).collect()
}

/// That no two solvers differ in test accuracy on any split, and what each of them costs; empty where some do.
fn all_agree(pairs: &[&Comparison], cells: &[&CellSummary]) -> String {
    let splits = pairs.first().map_or(0, |pair| pair.test_accuracy.equal);
    let agree = |pair: &&Comparison| {
        let metric = &pair.test_accuracy;
        metric.equal == splits && metric.first_larger + metric.second_larger == 0
    };
    if splits == 0 || !pairs.iter().all(agree) {
        return String::new();
    }
    let on = if splits == 1 { "the one split".to_owned() } else { format!("all {splits} splits") };
    let iterations: Vec<String> =
        cells.iter().map(|cell| format!("{} {}", cell.solver, cell.iterations.median)).collect();
    let failed = match pairs.iter().any(|pair| pair.test_accuracy.failed > 0) {
        true => " (a fit that failed counts as none right)",
        false => "",
    };
    format!(
        "{} pairs of solvers: all solvers have the same test accuracy on {on}{failed}, which leaves no difference to test. Typical \
         iterations of each (median): {}.",
        pairs.len(),
        iterations.join(", ")
    )
}

/// The metrics beside test accuracy of which a difference on new data is shown, and the pairs.
fn by_other_metrics(pairs: &[&Comparison]) -> String {
    let mut by_metric: IndexMap<&str, Vec<[&str; 2]>> = IndexMap::new();
    for (name, solvers) in pairs.iter().flat_map(|pair| shown_better(pair)) {
        by_metric.entry(name).or_default().push(solvers);
    }
    // Metrics that say the same of the same solvers are named together.
    let mut by_pairs: IndexMap<Vec<[&str; 2]>, Vec<String>> = IndexMap::new();
    for (name, solvers) in by_metric {
        by_pairs.entry(solvers).or_default().push(name.replace('_', " "));
    }
    if by_pairs.is_empty() {
        return String::new();
    }
    let told = |(solvers, metrics): (&Vec<[&str; 2]>, &Vec<String>)| {
        let words = match &solvers[..] {
            few if few.len() <= MOST_NAMED => {
                let few: Vec<String> =
                    few.iter().map(|[better, other]| format!("{better} is better than {other}")).collect();
                listed(&few)
            }
            many => format!("{} pairs differ", many.len()),
        };
        format!("in {} {words}", listed(metrics))
    };
    let told: Vec<String> = by_pairs.iter().map(told).collect();
    format!(
        "On new data it is shown that {} (t-tests; Holm's adjustment for all pairs within each metric, not for the number of metrics).",
        told.join("; ")
    )
}

/// The differences in test accuracy that tests show; empty where nothing is tested.
fn by_accuracy(pairs: &[&Comparison]) -> String {
    let (tested, untested): (Vec<&Comparison>, Vec<&Comparison>) =
        pairs.iter().partition(|pair| pair.test_accuracy.on_new_data.is_some());
    let differing: Vec<&Comparison> = untested
        .into_iter()
        .filter(|pair| pair.test_accuracy.first_larger + pair.test_accuracy.second_larger > 0)
        .collect();
    let without_spread = match differing.iter().filter_map(|pair| pair.test_accuracy.sign_test_p).reduce(f64::min) {
        None if differing.is_empty() => String::new(),
        None => format!(
            "{} without a test, because the splits are no independent draws: a test on new data is known for folds of random partitions \
             alone, and takes a result on every fold and results that differ",
            counted(differing.len(), "pair")
        ),
        Some(least) => format!(
            "{} without t-test and interval, because there are fewer than {FEWEST_RESULTS} splits or the difference is the same on \
             all; of the exact sign tests of their directions the smallest {}, not adjusted for all pairs",
            counted(differing.len(), "pair"),
            p_is(least),
        ),
    };
    if tested.is_empty() {
        let of_pairs = |words| format!("{} pairs of solvers: {words}.", pairs.len());
        return if without_spread.is_empty() { String::new() } else { of_pairs(without_spread) };
    }
    let over_splits = tested
        .iter()
        .filter(|pair| pair.test_accuracy.over_splits.as_ref().is_some_and(Inference::shows_difference))
        .count();
    let on_new_data: Vec<String> = tested
        .iter()
        .filter_map(|pair| pair.test_accuracy.on_new_data.as_ref().map(|test| (&pair.solvers, test)))
        .filter(|(_, test)| test.shows_difference())
        .map(|([first, second], test)| match test.interval[0] + test.interval[1] > 0.0 {
            true => format!("{first} (more accurate) and {second}"),
            false => format!("{second} (more accurate) and {first}"),
        })
        .collect();
    let new_data = match &on_new_data[..] {
        [] => "in none".to_owned(),
        few if few.len() <= MOST_NAMED => format!("between {}", few.join(", between ")),
        many => format!("in {}", many.len()),
    };
    let one_is_not_there = |pair: &&&Comparison| {
        pair.same_minimiser.as_ref().is_some_and(|check| check.same_threshold && check.under_converged > 0)
    };
    let under_converged = match tested.iter().filter(one_is_not_there).count() {
        0 => String::new(),
        count => format!(
            "; in {count} accuracies differ on splits with one optimum that a fit is proved to miss: stopping early acts like a stronger penalty"
        ),
    };
    // Where each repeat is a fresh draw the two questions are one.
    let tests = match tested.iter().all(|pair| pair.test_accuracy.over_splits == pair.test_accuracy.on_new_data) {
        true => "t-tests; every repeat is a fresh draw".to_owned(),
        false if tested.iter().all(|pair| pair.test_accuracy.over_splits.is_none()) => {
            "t-tests corrected for the rows that folds share".to_owned()
        }
        false => format!(
            "t-tests corrected for the rows that splits share), over random splits of these data themselves in {over_splits} \
             (uncorrected t-tests"
        ),
    };
    format!(
        "{} pairs of solvers: a difference in test accuracy on new data is shown {new_data} ({tests}); Holm's adjustment for all \
         pairs{under_converged}{}.",
        pairs.len(),
        if without_spread.is_empty() { String::new() } else { format!("; {without_spread}") },
    )
}

/// What the lines of [`lines`] are about.
pub fn about_lines() -> String {
    format!(
        "Test accuracy on new data, mean difference [{} interval]; p-values have Holm's adjustment, intervals have none:",
        percent(INTERVAL_LEVEL)
    )
}

/// A line for each pair of three solvers or more: the difference in test accuracy on new data with its interval, the pairs with the
/// smallest p-values first where they are too many. A single pair has its conclusion.
pub fn lines(pairs: &[&Comparison]) -> Vec<String> {
    let tested = |pair: &&Comparison| Some((pair.test_accuracy.on_new_data.as_ref()?.p_adjusted, line(pair)?));
    let mut lines: Vec<(f64, String)> = of_one_threshold(pairs).iter().filter_map(tested).collect();
    if pairs.len() < 2 || lines.is_empty() {
        return Vec::new();
    }
    let left = lines.len().saturating_sub(MOST_PAIRS);
    if left > 0 {
        lines.sort_by(|a, b| a.0.total_cmp(&b.0));
        lines.truncate(MOST_PAIRS);
    }
    let mut lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
    if left > 0 {
        let more = if left == 1 { "1 more pair" } else { &format!("{left} more pairs") };
        lines.push(format!("{more}, with p-values as large or larger: the page and `report --markdown` show them"));
    }
    lines
}

/// The difference of one pair on new data.
fn line(pair: &Comparison) -> Option<String> {
    let (test, mean) = (pair.test_accuracy.on_new_data.as_ref()?, pair.test_accuracy.mean_difference?);
    let ([first, second], [low, high]) = (&pair.solvers, test.interval);
    let p = p_is(test.p_adjusted);
    let equivalent = pair.test_accuracy.posterior.as_ref().map(|posterior| {
        let Equivalence { rope, equivalent, .. } = posterior;
        format!(", equivalent within {rope} with probability {equivalent:.2}")
    });
    Some(format!("{first} minus {second}: {mean:+.4} [{low:+.4}, {high:+.4}], {p}{}", equivalent.unwrap_or_default()))
}
