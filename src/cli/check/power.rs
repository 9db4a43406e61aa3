//! What the planned repeats can find.

use std::fmt::Write;

use crate::experiment::Experiment;
use crate::metric::METRICS;
use crate::report::comparisons::{dependence, draws_independently};
use crate::report::schema::INTERVAL_LEVEL;
use crate::split::Dependence;
use crate::statistics::power::{
    AccuracySpread, POWER, fewest_datasets, least_significant_of_any_number, smallest_difference,
    smallest_difference_of_any_number,
};

const ALPHA: f64 = 1.0 - INTERVAL_LEVEL;

/// Shares of the test rows on which two fits disagree, in words. The first that lets a difference be found is told.
const DISAGREEING: [(f64, &str); 3] =
    [(0.1, "one test row in ten"), (0.25, "one test row in four"), (0.5, "every other test row")];

/// The smallest differences between two solvers, or two models, that the experiment finds; nothing for one of each.
pub fn section(experiment: &Experiment) -> String {
    let under = |model| experiment.runnable_under(model).count();
    let models = (0..experiment.models.len()).filter(|&model| under(model) > 0).count();
    let solvers = (0..experiment.models.len()).map(under).max().unwrap_or(0);
    if solvers.max(models) < 2 || experiment.most_splits() < 2 {
        return String::new();
    }
    let what = if solvers < 2 { "models" } else { "solvers" };
    let mut text = format!(
        "power\n  differences in test accuracy, found with probability {POWER} at an error rate of {ALPHA:.2}, of two {what} that disagree on \
         {}\n",
        DISAGREEING[0].1
    );
    let mut told: Vec<(String, Vec<&str>)> = Vec::new();
    for (place, source) in experiment.sources.iter().enumerate() {
        let words = of_source(experiment, place);
        match told.iter_mut().find(|(other, _)| *other == words) {
            Some((_, names)) => names.push(source.name()),
            None => told.push((words, vec![source.name()])),
        }
    }
    for (words, names) in told {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {}: {words}", names.join(", "));
    }
    text.push_str(&ropes(experiment));
    let (datasets, needed) = (experiment.sources.len(), fewest_datasets(solvers, ALPHA));
    if solvers > 1 && datasets > 1 && datasets < needed {
        let _ = writeln!(
            text,
            "  over data sets: nothing; {solvers} solvers need {needed} before any two could be told apart, and there are \
             {datasets}"
        );
    }
    text
}

/// What the splits of a source find.
fn of_source(experiment: &Experiment, place: usize) -> String {
    let splits = experiment.split_counts[place];
    let rows = experiment.sources[place].shape().0;
    let Some(known) = dependence(experiment, place) else {
        return "nothing, because there are no test rows".to_owned();
    };
    let Some(ratio) = known.ratio() else { return format!("nothing on new data: {}", known.reason()) };
    // Of rows drawn afresh for each split the scheme tells how many are test rows.
    let dealt = experiment.splitters[place].dependence(rows).and_then(Dependence::ratio).unwrap_or(0.0);
    let test_rows = rows as f64 * dealt / (1.0 + dealt);
    if test_rows < 1.0 {
        return "nothing, because there are no test rows".to_owned();
    }
    if known == Dependence::FreshRows {
        let (found, _) =
            found(AccuracySpread { test_rows, share: 0.0 }, smallest_difference(splits, 0.0, ALPHA, POWER));
        return format!("{splits} splits find {found}, on new data too, because every split is a fresh draw");
    }
    let spread = AccuracySpread { test_rows, share: dealt / (1.0 + dealt) };
    let never = spread.least_difference(least_significant_of_any_number(ratio, ALPHA));
    let (planned, size) = found(spread, smallest_difference(splits, ratio, ALPHA, POWER));
    let (of_any, size_of_any) = found(spread, smallest_difference_of_any_number(ratio, ALPHA, POWER));
    let any_number =
        if size > WORTH_MORE_SPLITS * size_of_any { format!(" (any number: {of_any})") } else { String::new() };
    let of_these_data = if draws_independently(experiment, place) {
        let (found, _) = found(spread, smallest_difference(splits, 0.0, ALPHA, POWER));
        format!(", and over splits of these data {found}")
    } else {
        String::new()
    };
    format!(
        "no number of splits will show a difference on new data smaller than {} (binomial spread of {rows} rows); {splits} splits find \
         {planned} on new data{any_number}{of_these_data}",
        points(never)
    )
}

/// More splits are spoken of where they would find a difference smaller by this factor.
const WORTH_MORE_SPLITS: f64 = 1.1;

/// The difference that is so many standard deviations, for the first share of disagreement at which there is one, in words and in size.
fn found(spread: AccuracySpread, effect: f64) -> (String, f64) {
    let of = |&(share, words): &(f64, &'static str)| Some((spread.difference(effect, share)?, words));
    match DISAGREEING.iter().find_map(of) {
        Some((difference, words)) if words == DISAGREEING[0].1 => (points(difference), difference),
        Some((difference, words)) => (format!("{} if they disagree on {words}", points(difference)), difference),
        None => ("none".to_owned(), f64::INFINITY),
    }
}

/// A difference of accuracies in points with two digits.
fn points(share: f64) -> String {
    let points = 100.0 * share;
    let decimals = (1 - points.log10().floor() as i32).clamp(0, 6) as usize;
    format!("{points:.decimals$} points")
}

/// The differences that count as none in posterior probabilities.
fn ropes(experiment: &Experiment) -> String {
    let named = METRICS.iter().zip(experiment.ropes).filter_map(|(metric, rope)| Some((metric.name, rope?)));
    let set: Vec<String> = named.map(|(name, rope)| format!("{name} up to {rope}")).collect();
    let without =
        METRICS.iter().zip(experiment.ropes).filter(|(metric, rope)| metric.rates_new_data() && rope.is_none());
    let without: Vec<&str> = without.map(|(metric, _)| metric.name).collect();
    let others = match &without[..] {
        [] => String::new(),
        names => format!("; none set in [rope], so no posterior, of {}", names.join(", ")),
    };
    format!("  differences on new data that count as none ([rope]): {}{others}\n", set.join(", "))
}
