//! What the planned repeats can find.

use std::fmt::Write;

use crate::experiment::Experiment;
use crate::metric::METRICS;
use crate::report::comparisons::{dependence, draws_independently};
use crate::report::schema::INTERVAL_LEVEL;
use crate::split::Dependence;
use crate::statistics::power::{POWER, fewest_datasets, smallest_difference, smallest_difference_of_any_number};

const ALPHA: f64 = 1.0 - INTERVAL_LEVEL;

/// The smallest differences between two solvers that the experiment finds; nothing for one solver.
pub fn section(experiment: &Experiment) -> String {
    let under = |model| experiment.runnable_under(model).count();
    let solvers = (0..experiment.models.len()).map(under).max().unwrap_or(0);
    let repeats = experiment.most_splits();
    if solvers < 2 || repeats < 2 {
        return String::new();
    }
    let mut text = format!(
        "power\n  the smallest mean difference of two solvers that {repeats} splits find, with probability {POWER} at an error \
         rate of {ALPHA:.2},\n  in standard deviations of the difference on a split:\n"
    );
    for (place, source) in experiment.sources.iter().enumerate() {
        let repeats = experiment.split_counts[place];
        let over_splits = smallest_difference(repeats, 0.0, ALPHA, POWER);
        let is_sample = draws_independently(experiment, place);
        let new_data = match dependence(experiment, place) {
            None => " over the splits; no test rows, so nothing on new data".to_owned(),
            Some(Dependence::FreshRows) => ", on new data too: every repeat is a fresh draw".to_owned(),
            Some(known) => match known.ratio() {
                None => format!("; nothing on new data: {}", known.reason()),
                Some(ratio) => format!(
                    "{}{:.2} on new data, and {:.2} with any number of splits",
                    if is_sample { " over splits of these data; " } else { "" },
                    smallest_difference(repeats, ratio, ALPHA, POWER),
                    smallest_difference_of_any_number(ratio, ALPHA, POWER)
                ),
            },
        };
        let over_splits = match is_sample {
            true => ((1e4 * over_splits).round() / 1e4).to_string(),
            false if dependence(experiment, place).and_then(Dependence::ratio).is_none() => {
                "nothing is tested".to_owned()
            }
            false => String::new(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {}: {over_splits}{new_data}", source.name());
    }
    text.push_str(&ropes(experiment));
    let (datasets, needed) = (experiment.sources.len(), fewest_datasets(solvers, ALPHA));
    if datasets > 1 && datasets < needed {
        let _ = writeln!(
            text,
            "  over data sets: nothing; {solvers} solvers need {needed} before any two could be told apart, and there are \
             {datasets}"
        );
    }
    text
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
