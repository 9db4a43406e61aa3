//! What comparisons have found, in sentences.

mod by_metric;
mod of_models;
mod of_pairs;
mod of_profiles;
mod of_rankings;

pub use by_metric::{shown_better, with_decimals};
pub use of_models::{model_pair, model_ranking, of_each_metric, shown_better_model, told_apart};
pub use of_pairs::pair;
pub use of_profiles::profile;
pub use of_rankings::{ranking, unbeaten};

use super::super::schema::INTERVAL_LEVEL;

const ALPHA: f64 = 1.0 - INTERVAL_LEVEL;

/// That p-values stand as they are, where there are several pairs of solvers.
fn unadjusted(pairs: usize) -> String {
    if pairs > 1 { format!(", not adjusted for the {pairs} pairs of solvers") } else { String::new() }
}

/// Names as "a", "a and b" or "a, b and c".
pub fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [several @ .., last] => format!("{} and {last}", several.join(", ")),
    }
}
