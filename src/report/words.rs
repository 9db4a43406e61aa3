//! Numbers and findings of a report in words: one place, so that every renderer says the same.

use indexmap::IndexMap;

use super::percent;
use super::schema::{Comparison, Counts, Distribution, INTERVAL_LEVEL, MetricSummary, Report, SplitSummary};
use crate::record::{DataSetSummary, Separation};

/// A data set and how it was split.
pub fn describe(dataset: &DataSetSummary, report: &Report) -> String {
    let [negative, positive] = &dataset.classes;
    let positives = dataset.positives.map_or_else(String::new, |count| format!(" ({count} rows)"));
    let separation = match dataset.separation {
        Some(Separation::Complete) => "; all rows together are completely separable",
        Some(Separation::QuasiComplete) => "; all rows together are quasi-completely separable",
        Some(Separation::Overlap) => "; all rows together overlap",
        None => "",
    };
    let test = match report.experiment.test_fraction {
        0.0 => "all rows in the training set".to_owned(),
        share => format!("{} of the rows in the test set", percent(share)),
    };
    format!(
        "{}: {} rows, {} features, {positive}{positives} against {negative}{separation}; {} splits, {test}",
        dataset.name, dataset.rows, dataset.features, report.experiment.repeats,
    )
}

/// On how many splits there is an optimum to find.
pub fn existence(splits: &SplitSummary) -> String {
    let SplitSummary { splits: count, separation, with_optimum, columns, rank: [least, most], .. } = splits;
    let kinds: Vec<String> = separation
        .iter()
        .filter(|(kind, fits)| *kind != "overlap" && **fits > 0)
        .map(|(kind, fits)| format!("{kind}{} {fits}", if kind == "undecided" { "" } else { " separation" }))
        .collect();
    let others = if kinds.is_empty() { String::new() } else { format!("; {}", kinds.join(", ")) };
    let rank = match (*least as usize == *columns, least == most) {
        (true, _) => String::new(),
        (false, true) => format!("; rank {least} of {columns} columns"),
        (false, false) => format!("; rank {least} to {most} of {columns} columns"),
    };
    let with = separation.get("overlap").copied().unwrap_or(0);
    format!("training rows with an optimum: {with} of {count} splits ({}){others}{rank}", percent(*with_optimum))
}

/// The comparisons of one table: in full for two solvers, else what is found among all pairs.
pub fn compared(pairs: &[&Comparison]) -> String {
    if let [pair] = pairs {
        return pair.conclusion.clone();
    }
    let tested: Vec<_> = pairs.iter().filter(|pair| pair.test_accuracy.on_new_data.is_some()).collect();
    if tested.is_empty() {
        return String::new();
    }
    let differs = |p: Option<f64>| p.is_some_and(|p| p <= 1.0 - INTERVAL_LEVEL);
    let over_splits = tested
        .iter()
        .filter(|pair| differs(pair.test_accuracy.over_splits.as_ref().map(|test| test.p_adjusted)))
        .count();
    let on_new_data: Vec<String> = tested
        .iter()
        .filter(|pair| differs(pair.test_accuracy.on_new_data.as_ref().map(|test| test.p_adjusted)))
        .map(|pair| pair.solvers.join(" and "))
        .collect();
    let new_data = match &on_new_data[..] {
        [] => "in none".to_owned(),
        few @ ([_] | [_, _] | [_, _, _]) => format!("between {}", few.join(", ")),
        many => format!("in {}", many.len()),
    };
    let one_is_not_there = |pair: &&&&Comparison| {
        pair.same_minimiser.as_ref().is_some_and(|check| check.same_threshold && check.under_converged > 0)
    };
    let under_converged = match tested.iter().filter(one_is_not_there).count() {
        0 => String::new(),
        count => format!(
            "; in {count} they differ where there is one optimum: that is under-convergence, not a better classifier"
        ),
    };
    format!(
        "{} pairs of solvers: test accuracies differ over random splits of these data in {over_splits}, on new data \
         {new_data} (t-tests, corrected for the rows that splits share; Holm's adjustment){under_converged}",
        pairs.len(),
    )
}

/// Mean and range.
pub fn range(metric: &MetricSummary, wide: bool) -> String {
    match metric.distribution {
        Distribution { mean: Some(mean), .. } if !wide => format!("{mean:.4}"),
        Distribution { mean: Some(mean), min: Some(min), max: Some(max), .. } => {
            format!("{mean:.4} [{min:.2}, {max:.2}]")
        }
        _ => "not defined".to_owned(),
    }
}

/// Share of perfect fits with its interval; nothing where no fit has the metric.
pub fn perfect(metric: &MetricSummary, wide: bool) -> String {
    match (metric.perfect.filter(|_| metric.distribution.mean.is_some()), metric.interval) {
        (Some(share), Some(_)) if !wide => percent(share),
        (Some(share), Some([low, high])) => {
            format!("{} [{:.2}, {:.2}]", percent(share), 100.0 * low, 100.0 * high)
        }
        _ => String::new(),
    }
}

/// Median and range of counts.
pub fn iterations(counts: &Counts, wide: bool) -> String {
    if !wide {
        return counts.median.to_string();
    }
    format!("{} ({}-{})", counts.median, counts.min, counts.max)
}

/// The kinds that occur, most frequent first.
pub fn counted(kinds: &IndexMap<String, usize>) -> String {
    occurring(kinds).iter().map(|(name, count)| format!("{} {count}", plain(name))).collect::<Vec<_>>().join("\n")
}

/// The kinds that occur and their numbers, most frequent first.
pub fn occurring(kinds: &IndexMap<String, usize>) -> Vec<(&String, &usize)> {
    let mut kinds: Vec<_> = kinds.iter().filter(|(_, count)| **count > 0).collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    kinds
}

/// A text that begins with a capital letter.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A text without control characters: names come from files, and a terminal would obey them.
pub fn plain(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// Names for so many coefficients: the intercept's, if there is one, then the features', then those of their places.
pub fn coefficient_names(features: &[String], intercept: bool, count: usize) -> Vec<String> {
    let first = intercept.then(|| "(intercept)".to_owned());
    let numbered = features.len() + 1..;
    let all = first.into_iter().chain(features.iter().cloned()).chain(numbered.map(|j| format!("x{j}")));
    all.take(count).collect()
}
