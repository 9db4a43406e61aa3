//! Costs over all problems.

use super::super::super::percent;
use super::super::super::schema::Profile;

/// Costs over all problems.
pub fn profile(profile: &Profile) -> String {
    let best = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
    let leaders = |values: &[f64]| {
        let best = best(values);
        let names = profile.solvers.iter().zip(values).filter(|(_, value)| **value == best).map(|(name, _)| &name[..]);
        (names.collect::<Vec<_>>().join(", "), percent(best))
    };
    let least: Vec<f64> = profile.performance.share.iter().filter_map(|share| share.first().copied()).collect();
    let ((solves, solved), (cheapest, cheap)) = (leaders(&profile.solved), leaders(&least));
    format!(
        "Of {} problems most are solved by {solves} ({solved}); the fewest {} are those of {cheapest} ({cheap} of the \
         problems, ties included).",
        profile.problems,
        profile.cost.replace('_', " "),
    )
}
