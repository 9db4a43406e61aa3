//! Two models on one data set, by one solver.

use super::super::super::schema::{Inference, ModelComparison, ModelRanking, PairedMetric};
use super::by_metric::{better_and_other, number};
use super::{ALPHA, listed};
use crate::metric::{HEADLINE, METRICS};
use crate::statistics::words::{counted, p_is};

/// Two models, one of so many pairs of models of a data set and a solver.
pub fn model_pair(comparison: &ModelComparison, pairs: usize) -> String {
    let (mut shown, mut not_shown, mut equal) = (Vec::new(), Vec::new(), Vec::new());
    for (name, metric) in of_each_metric(comparison) {
        let words = name.replace('_', " ");
        match (&metric.on_new_data, metric.first_larger + metric.second_larger) {
            (_, 0) if metric.equal > 0 => equal.push(words),
            (Some(test), _) if test.shows_difference() => shown.extend(better(comparison, name, &words, test)),
            (Some(_), _) => not_shown.push(words),
            (None, _) => {}
        }
    }
    let mut sentences = shown;
    if !not_shown.is_empty() {
        sentences.push(format!("In {} no difference on new data is shown.", listed(&not_shown)));
    }
    if !equal.is_empty() {
        sentences.push(format!("In {} the two are equal on every split.", listed(&equal)));
    }
    if pairs > 1 && comparison.test_accuracy.on_new_data.is_some() {
        sentences.push(format!("(Holm's adjustment for the {pairs} pairs of models within each metric.)"));
    }
    if comparison.differ_in.len() > 1 {
        sentences.push(format!(
            "The two differ in {}, so that no difference is due to one of these alone.",
            listed(&comparison.differ_in)
        ));
    }
    sentences.join(" ")
}

/// Test accuracy and the other metrics by which models are compared.
pub fn of_each_metric(comparison: &ModelComparison) -> impl Iterator<Item = (&str, &PairedMetric)> {
    let others = comparison.metrics.iter().map(|(name, metric)| (name.as_str(), metric));
    std::iter::once((METRICS[HEADLINE].name, &comparison.test_accuracy)).chain(others)
}

/// The two models, the better by a metric first, where a difference on new data is shown.
pub fn shown_better_model<'r>(comparison: &'r ModelComparison, name: &str) -> Option<[&'r str; 2]> {
    let (_, metric) = of_each_metric(comparison).find(|(other, _)| *other == name)?;
    let test = metric.on_new_data.as_ref().filter(|test| test.shows_difference())?;
    better_and_other(&comparison.models, name, test)
}

/// That a difference is shown: which model is better, and by how much.
fn better(comparison: &ModelComparison, name: &str, words: &str, test: &Inference) -> Option<String> {
    let [better, other] = better_and_other(&comparison.models, name, test)?;
    let [low, high] = test.interval;
    Some(format!(
        "On new data {better} is shown to have the better {words} than {other}: {} minus {} {} to {}, {}.",
        comparison.models[0],
        comparison.models[1],
        number(low),
        number(high),
        p_is(test.p_adjusted)
    ))
}

/// Models over data sets.
pub fn model_ranking(ranking: &ModelRanking) -> String {
    let (what, count) = (ranking.measure.replace('_', " "), ranking.datasets.len());
    let over = format!("Over data sets, by {what} with {}", ranking.solver);
    if ranking.average_ranks.is_none() {
        return format!(
            "{over}: not decided: {} models need {} or more before any two could be told apart, and there {}.",
            ranking.models.len(),
            counted(ranking.needed, "data set"),
            if count == 1 { "is 1".to_owned() } else { format!("are {count}") },
        );
    }
    let overall = ranking.p_iman_davenport.map_or_else(String::new, |p| format!(" (Iman-Davenport {})", p_is(p)));
    let told: Vec<String> = told_apart(ranking).map(|[better, worse]| format!("{better} before {worse}")).collect();
    let by = format!("Wilcoxon's test with Holm's adjustment, {}", counted(count, "data set"));
    match &told[..] {
        [] => format!("{over}: no two models are told apart{overall}; {by}."),
        told => format!("{over}: shown {}{overall}; {by}.", told.join(", ")),
    }
}

/// The pairs of models that a ranking tells apart, the better first.
pub fn told_apart(ranking: &ModelRanking) -> impl Iterator<Item = [&str; 2]> {
    let shown = ranking.pairs.iter().filter(|pair| pair.wilcoxon_p_adjusted <= ALPHA);
    shown.map(|pair| {
        let [first, second] = pair.models.each_ref().map(String::as_str);
        // Mean ranks may have the other order, since they depend on the other models.
        if pair.rank_biserial.is_some_and(|effect| effect > 0.0) { [first, second] } else { [second, first] }
    })
}
