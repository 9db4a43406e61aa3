//! Two solvers on one data set.

use super::super::super::schema::{
    BothOptimal, Comparison, Equivalence, INTERVAL_LEVEL, Inference, McNemar, PairedCost, SameMinimiser,
};
use super::by_metric::{better_and_other, other_metrics, shown_better};
use super::unadjusted;
use crate::metric::{HEADLINE, METRICS};
use crate::statistics::bayesian::SURE;
use crate::statistics::resampled_t::FEWEST_RESULTS;
use crate::statistics::words::{counted, p_is, percent};

/// Two solvers on one data set, one of so many pairs.
pub fn pair(comparison: &Comparison, pairs: usize) -> String {
    let parts = [
        accuracy(comparison, pairs),
        mcnemar(comparison, pairs),
        on_rows(comparison),
        other_metrics(comparison, pairs),
        costs(comparison, pairs),
        same_minimiser(comparison),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Which of two solvers a test shows to be more accurate.
fn verdict(test: &Inference, first: &str, second: &str) -> String {
    match test.shows_difference() {
        true if test.interval[0] + test.interval[1] > 0.0 => format!("{first} is shown to be more accurate"),
        true => format!("{second} is shown to be more accurate"),
        false => "no difference is shown".to_owned(),
    }
}

fn accuracy(comparison: &Comparison, pairs: usize) -> String {
    let ([first, second], metric) = (&comparison.solvers, &comparison.test_accuracy);
    let splits = metric.first_larger + metric.second_larger + metric.equal;
    if splits == 0 {
        return "Test accuracy is not defined: there are no test rows.".to_owned();
    }
    if let Some([of_first, of_second]) = &comparison.thresholds {
        return format!(
            "{first} and {second} have different thresholds ({of_first} and {of_second}), so the classes that they predict are not \
             compared."
        );
    }
    let failed = match metric.failed {
        0 => String::new(),
        failed => format!(" On {} a fit failed, which counts as none right.", counted(failed, "split")),
    };
    if metric.equal == splits {
        let on = if splits == 1 { "the one split".to_owned() } else { format!("all {splits} splits") };
        return format!(
            "{first} and {second} classify equally many test rows rightly on {on}, which leaves no spread to test a difference \
             by.{failed}"
        );
    }
    let mut text = format!(
        "{first} classifies more test rows rightly than {second} on {} of {}, fewer on {}.{failed}",
        metric.first_larger,
        counted(splits, "split"),
        metric.second_larger
    );
    let holm = match pairs {
        1 => String::new(),
        pairs => format!(
            " by Holm's adjustment for the {pairs} pairs of solvers on this data set, for which the interval is not adjusted"
        ),
    };
    if let Some(test) = &metric.on_new_data {
        let [low, high] = test.interval;
        let verdict = verdict(test, first, second);
        text.push_str(&format!(
            " On new data {verdict}: first minus second {low:.4} to {high:.4}, {}{holm}",
            p_is(test.p_adjusted)
        ));
        if let Some(posterior) = &metric.posterior {
            text.push_str(&equivalence(posterior));
        }
        text.push('.');
    }
    // Where each repeat is a fresh draw the two questions are one.
    if let Some(test) = metric.over_splits.as_ref().filter(|_| metric.over_splits != metric.on_new_data) {
        let [low, high] = test.interval;
        text.push_str(&format!(
            " Over all random splits of {} itself, which is not new data, the mean of first minus second is between {low:.4} and {high:.4} \
             ({} confidence; {} of no mean difference there{holm}).",
            comparison.dataset,
            percent(INTERVAL_LEVEL),
            p_is(test.p_adjusted)
        ));
    }
    match metric.sign_test_p {
        Some(p) if metric.over_splits.is_none() => text.push_str(&directions(comparison, p, pairs)),
        None if metric.on_new_data.is_none() => text.push_str(
            " The splits are no independent draws, so their directions are not tested; a test on new data is known for folds of random \
             partitions alone, and takes a result on every fold and results that differ.",
        ),
        _ => {}
    }
    text
}

/// The posterior probability of equivalence, and how it depends on the rope.
fn equivalence(posterior: &Equivalence) -> String {
    let others: Vec<String> = posterior
        .at_other_ropes
        .iter()
        .map(|other| format!("within {} with {:.2}", other.rope, other.equivalent))
        .chain(posterior.equivalent_from.map(|rope| format!("within {rope:.4} with {SURE}")))
        .collect();
    let others = if others.is_empty() { String::new() } else { format!(" ({})", others.join(", ")) };
    format!("; equivalent within {} with probability {:.2}{others}", posterior.rope, posterior.equivalent)
}

/// What remains to be said where the differences have no spread that a t-test could go by: their directions.
fn directions(comparison: &Comparison, p_value: f64, pairs: usize) -> String {
    let metric = &comparison.test_accuracy;
    let splits = metric.first_larger + metric.second_larger + metric.equal;
    let why = match splits {
        1 => "One split has no spread".to_owned(),
        splits if splits < FEWEST_RESULTS => format!("{splits} splits are too few to measure their spread"),
        splits => format!("The difference is the same on all {splits} splits, without spread"),
    };
    let family = unadjusted(pairs);
    format!(
        " {why}, so there is no t-test and no interval; by the exact sign test of the directions on \
         these splits, {}{family}.",
        p_is(p_value)
    )
}

/// McNemar's test, where there is nothing else to go by.
fn mcnemar(comparison: &Comparison, pairs: usize) -> String {
    let is_alone = comparison.test_accuracy.on_new_data.is_none() && comparison.thresholds.is_none();
    let alone = |_: &&McNemar| is_alone;
    let Some(test) = comparison.mcnemar.as_ref().filter(alone) else {
        return String::new();
    };
    if test.only_first_right + test.only_second_right == 0 {
        return String::new();
    }
    let [first, second] = &comparison.solvers;
    format!(
        "Of the test rows of the first split {first} alone has {} right and {second} alone {}: {} (McNemar's exact test, of \
         the two classifiers fitted there{}).",
        test.only_first_right,
        test.only_second_right,
        p_is(test.p_value),
        unadjusted(pairs),
    )
}

/// Tests of the two classifiers by their probabilities on the rows of split 0, where there is nothing else to go by.
fn on_rows(comparison: &Comparison) -> String {
    let Some(rows) = comparison
        .on_rows
        .as_ref()
        .filter(|rows| comparison.test_accuracy.on_new_data.is_none() && !rows.at_one_optimum)
    else {
        return String::new();
    };
    let area = rows.auc.as_ref().and_then(|auc| auc.test.as_ref());
    let tests = [
        ("area under the ROC curve", area, "DeLong's test"),
        ("log loss", rows.log_loss.as_ref(), "paired t-test of rows"),
        ("Brier score", rows.brier_score.as_ref(), "paired t-test of rows"),
    ];
    let told: Vec<String> = tests
        .into_iter()
        .filter_map(|(what, test, by)| {
            let test = test?;
            let [low, high] = test.interval;
            Some(format!("{what} {:.4} ({low:.4} to {high:.4}, {} by {by})", test.difference, p_is(test.p_value)))
        })
        .collect();
    if told.is_empty() {
        return String::new();
    }
    format!(
        "On the test rows of the first split, first minus second: {}; again of the two classifiers fitted there, not of the solvers, \
         and not adjusted for the number of tests.",
        told.join(", ")
    )
}

fn costs(comparison: &Comparison, pairs: usize) -> String {
    let ([first, second], optimal) = (&comparison.solvers, comparison.optimal);
    let alone = |solver: &str, splits: usize| match splits {
        0 => String::new(),
        splits => format!(" {solver} alone is proved optimal on {}.", counted(splits, "split")),
    };
    let alone = alone(first, optimal.only_first) + &alone(second, optimal.only_second);
    if optimal.both == 0 {
        return format!("On no split are both proved optimal, so their costs are not compared.{alone}");
    }
    let of = |name: &str, cost: &PairedCost| {
        let Some(shift) = cost.shift else { return String::new() };
        let interval = cost
            .shift_interval
            .map_or_else(String::new, |[low, high]| format!(" (first minus second {} to {})", low + 0.0, high + 0.0));
        let size = match shift {
            0.0 => format!("no typical difference in {name}"),
            shift if shift < 0.0 => format!("{first} takes typically {} fewer {name}", -shift),
            shift => format!("{first} takes typically {shift} more {name}"),
        };
        let p = cost.wilcoxon_p.map_or_else(String::new, |p| format!(", {}", p_is(p)));
        format!("{size}{interval}{p}")
    };
    let untested = comparison.iterations.wilcoxon_p.is_none();
    format!(
        "On the {} on which both are proved optimal: {}; {}{}.{alone}",
        counted(optimal.both, "split"),
        of("iterations", &comparison.iterations),
        of("oracle calls", &comparison.oracle_calls),
        if untested { ", on these splits, without a test".to_owned() } else { unadjusted(pairs) },
    )
}

/// What stopping before the optimum does, and what to do where the fits that did so predict better.
fn stopping_early(comparison: &Comparison, who: &str) -> String {
    let is_better = shown_better(comparison).iter().any(|(_, [better, _])| *better == who)
        || comparison.test_accuracy.on_new_data.as_ref().is_some_and(|test| {
            test.shows_difference()
                && better_and_other(&comparison.solvers, METRICS[HEADLINE].name, test)
                    .is_some_and(|[better, _]| better == who)
        });
    match is_better {
        true => format!(
            "Stopping early acts like a stronger penalty, and {who} predicts better with it: try penalty = \"l2\" with a larger strength."
        ),
        false => "Stopping early acts like a stronger penalty.".to_owned(),
    }
}

fn same_minimiser(comparison: &Comparison) -> String {
    let ([first, second], Some(check)) = (&comparison.solvers, &comparison.same_minimiser) else {
        let differs = comparison.test_accuracy.first_larger + comparison.test_accuracy.second_larger > 0;
        return match comparison.optimal.no_optimum {
            0 => String::new(),
            _ if differs => "Where no maximum exists, accuracies can depend on when a solver stops.".to_owned(),
            _ => String::new(),
        };
    };
    let SameMinimiser { same_threshold, threshold_is_chosen, splits, accuracy_differs, under_converged, .. } = *check;
    if !same_threshold {
        return String::new();
    }
    let mut text = String::new();
    if under_converged > 0 {
        let who = match comparison.optimal {
            BothOptimal { only_second: 0, neither: 0, .. } => second.clone(),
            BothOptimal { only_first: 0, neither: 0, .. } => first.clone(),
            _ => format!("{first} or {second}"),
        };
        text = format!(
            "On {} accuracies differ although there is one optimum, and {who} is proved not to be there. {}",
            counted(under_converged, "split"),
            stopping_early(comparison, &who)
        );
    }
    if accuracy_differs > 0 {
        let open = match threshold_is_chosen {
            false => "rows on the boundary or next to it, which tolerance and rounding leave open",
            true => {
                "tolerance and rounding leave open which of almost equal probabilities is larger, and with it the threshold that \
                 is chosen and the rows next to it"
            }
        };
        let loose = format!(
            "On {} accuracies differ although both are within the tolerance of the one optimum: {open}.",
            counted(accuracy_differs, "split")
        );
        text = if text.is_empty() { loose } else { format!("{text} {loose}") };
    } else if splits > 0 && text.is_empty() {
        let metric = &comparison.test_accuracy;
        text = match metric.first_larger + metric.second_larger + metric.equal {
            0 => "Where both are proved optimal they are within the tolerance of the same optimum.",
            _ => {
                "Where both are proved optimal they are within the tolerance of the same optimum, and their test accuracies are equal."
            }
        }
        .to_owned();
    }
    text
}
