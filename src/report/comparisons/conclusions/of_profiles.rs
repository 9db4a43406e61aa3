//! Costs over all problems.

use super::super::super::percent;
use super::super::super::schema::{INTERVAL_LEVEL, Profile};
use crate::statistics::bootstrap::FEWEST_DATASETS;
use crate::statistics::words::counted;

/// Costs over all problems.
pub fn profile(profile: &Profile) -> String {
    let best = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
    let leaders = |values: &[f64], intervals: &[Option<[f64; 2]>]| {
        let best = best(values);
        let first: Vec<usize> = (0..values.len().min(profile.solvers.len())).filter(|&at| values[at] == best).collect();
        let names: Vec<&str> = first.iter().map(|&place| profile.solvers[place].as_str()).collect();
        let interval = match first[..] {
            [only] => intervals.get(only).copied().flatten(),
            _ => None,
        };
        let interval = interval.map_or_else(String::new, |[low, high]| {
            let level = percent(INTERVAL_LEVEL);
            format!(", in all such data sets between {} and {} with {level} confidence", percent(low), percent(high))
        });
        (names.join(", "), percent(best), interval)
    };
    let performance = &profile.performance;
    let least: Vec<f64> = performance.share.iter().filter_map(|share| share.first().copied()).collect();
    let of_least: Vec<Option<[f64; 2]>> =
        performance.interval.iter().flatten().map(|row| row.first().copied().flatten()).collect();
    let (solves, solved, solved_in) = leaders(&profile.solved, &profile.solved_interval);
    let (cheapest, cheap, cheap_in) = leaders(&least, &of_least);
    let cost = profile.cost.replace('_', " ");
    let count = profile.datasets.len();
    let of_datasets = match count {
        1 => "1 data set".to_owned(),
        count => format!("{count} data sets, which weigh the same"),
    };
    let sample = if count < FEWEST_DATASETS {
        format!(
            " The data sets are too few to say how far these shares hold in others: bands need {FEWEST_DATASETS} or more."
        )
    } else {
        " Intervals and bands take the data sets for a random sample, whole data sets resampled; where all data sets have the same \
         share there is none."
            .to_owned()
    };
    if best(&profile.solved) == 0.0 {
        return format!("Of {} of {of_datasets}, none is solved by any solver.", counted(profile.problems, "problem"));
    }
    format!(
        "Of {} of {of_datasets}, most are solved by {solves} ({solved}{solved_in}); the fewest {cost} are those of {cheapest} ({cheap} \
         of the problems, ties included{cheap_in}).{sample} The performance profile measures each solver against the best of these {}: with \
         others among them its curves change, and so may which of two is ahead (Gould & Scott 2016); the data profile does not \
         depend on them.",
        counted(profile.problems, "problem"),
        profile.solvers.len(),
    )
}
