//! Two solvers on one data set by the metrics beside test accuracy.

use super::super::super::schema::{Comparison, Inference, PairedMetric};
use super::{listed, unadjusted};
use crate::metric::{Better, Metric, named};
use crate::statistics::words::{counted, p_is};

/// A sentence for each metric of which a difference on new data is shown, and one for those of which none is.
pub fn other_metrics(comparison: &Comparison, pairs: usize) -> String {
    let (mut sentences, mut at_one_optimum, mut none, mut untested) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (name, metric) in compared(comparison) {
        let words = name.replace('_', " ");
        let differing = metric.first_larger + metric.second_larger;
        if differ_only_at_one_optimum(comparison, metric) {
            at_one_optimum.push(words);
        } else {
            match &metric.on_new_data {
                Some(test) if test.shows_difference() => sentences.push(shown(&comparison.solvers, name, &words, test)),
                Some(_) => none.push(words),
                None if differing > 0 => {
                    untested.extend(metric.sign_test_p.map(|p| format!("{words} {}", p_is(p))));
                }
                None => {}
            }
        }
    }
    if !sentences.is_empty() {
        sentences.push(match pairs {
            1 => "(Not adjusted for the number of metrics.)".to_owned(),
            pairs => format!(
                "(Holm's adjustment is for the {pairs} pairs of solvers within each metric, not for the number of metrics.)"
            ),
        });
    }
    match &none[..] {
        [] => {}
        [one] => sentences.push(format!("Of {one} no difference on new data is shown.")),
        several => sentences.push(format!("Of {} a difference on new data is shown in none.", listed(several))),
    }
    if !untested.is_empty() {
        sentences.push(format!(
            "Without a t-test, by the exact sign test of directions: {}{}.",
            listed(&untested),
            unadjusted(pairs)
        ));
    }
    if !at_one_optimum.is_empty() {
        sentences.push(format!(
            "In {} they differ only where both are proved optimal, by what tolerance and rounding leave open.",
            listed(&at_one_optimum)
        ));
    }
    sentences.extend(compared(comparison).filter_map(|(name, metric)| left_out(&name.replace('_', " "), metric)));
    sentences.extend(at_worst(comparison));
    sentences.join(" ")
}

/// The metrics beside test accuracy that compare the two solvers, and not their thresholds.
fn compared(comparison: &Comparison) -> impl Iterator<Item = (&String, &PairedMetric)> {
    let goes_by_threshold = |name: &str| named(name).is_some_and(Metric::goes_by_threshold);
    comparison.metrics.iter().filter(move |(name, _)| comparison.thresholds.is_none() || !goes_by_threshold(name))
}

/// That a difference is shown: which solver is better, and by how much.
fn shown(solvers: &[String; 2], name: &str, words: &str, test: &Inference) -> String {
    let ([low, high], Some([better, _])) = (test.interval, better_and_other(solvers, name, test)) else {
        return String::new();
    };
    format!(
        "On new data {better} is shown to have the better {words}: first minus second {} to {}, {}.",
        number(low),
        number(high),
        p_is(test.p_adjusted)
    )
}

/// The two, the better by a metric first; `None` for a metric that does not say which is better.
pub fn better_and_other<'s>([first, second]: &'s [String; 2], name: &str, test: &Inference) -> Option<[&'s str; 2]> {
    let [low, high] = test.interval;
    let (larger, other) = if low + high > 0.0 { (first, second) } else { (second, first) };
    match named(name)?.better {
        Better::Larger => Some([larger, other]),
        Better::Smaller => Some([other, larger]),
        Better::Neither => None,
    }
}

/// Whether the solvers differ by a metric, and only where both are proved to be at the optimum.
fn differ_only_at_one_optimum(comparison: &Comparison, metric: &PairedMetric) -> bool {
    let same_threshold = comparison.same_minimiser.as_ref().is_none_or(|check| check.same_threshold);
    let differing = metric.first_larger + metric.second_larger;
    differing > 0 && metric.at_one_optimum == differing && same_threshold
}

/// The metrics beside test accuracy of which a difference on new data is shown, each with the two solvers, the better first.
pub fn shown_better(comparison: &Comparison) -> Vec<(&str, [&str; 2])> {
    let mut shown = Vec::new();
    for (name, metric) in compared(comparison) {
        let test = metric.on_new_data.as_ref().filter(|test| test.shows_difference());
        let solvers = test.and_then(|test| better_and_other(&comparison.solvers, name, test));
        if !differ_only_at_one_optimum(comparison, metric) {
            shown.extend(solvers.map(|solvers| (name.as_str(), solvers)));
        }
    }
    shown
}

/// How splits without a finite difference count.
fn left_out(words: &str, metric: &PairedMetric) -> Option<String> {
    (metric.left_out > 0).then(|| {
        format!(
            "On {} a fit has no finite {words}: it counts as the worse one in the sign test, two such fits as equal{}, and mean, \
             interval and t-test leave these splits out.",
            counted(metric.left_out, "split"),
            metric.sign_test_p.map_or_else(String::new, |p| format!(" ({})", p_is(p)))
        )
    })
}

/// How fits without a value count, where the metric has a worst one: metrics of the same counts together.
fn at_worst(comparison: &Comparison) -> Option<String> {
    let mut alike: Vec<([usize; 2], Vec<String>)> = Vec::new();
    for (name, metric) in compared(comparison) {
        let (Some(counts), Some(worst)) = (metric.at_worst, named(name).and_then(Metric::worst)) else { continue };
        let words = format!("{} {worst}", name.replace('_', " "));
        match alike.iter_mut().find(|(others, _)| *others == counts) {
            Some((_, metrics)) => metrics.push(words),
            None => alike.push((counts, vec![words])),
        }
    }
    let told = |(counts, metrics): &([usize; 2], Vec<String>)| {
        let solvers = comparison.solvers.iter().zip(counts).filter(|(_, count)| **count > 0);
        let on: Vec<String> =
            solvers.map(|(solver, &count)| format!("{solver} on {}", counted(count, "split"))).collect();
        format!("{} ({})", listed(&on), listed(metrics))
    };
    let told: Vec<String> = alike.iter().map(told).collect();
    (!told.is_empty())
        .then(|| format!("A fit without a value counts in every test with the worst one: {}.", told.join("; ")))
}

/// A difference with four decimals, or two digits of one that these would not show.
pub fn number(value: f64) -> String {
    with_decimals(value, 4)
}

/// A difference with so many decimals, or two digits of one that these would not show.
pub fn with_decimals(value: f64, decimals: usize) -> String {
    let is_shown = value == 0.0 || value.abs() >= 10f64.powi(1 - decimals as i32);
    if is_shown { format!("{value:.decimals$}") } else { format!("{value:.1e}") }
}
