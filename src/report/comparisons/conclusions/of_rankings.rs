//! Solvers over data sets.

use super::super::super::schema::{RankTests, Ranking};
use super::{ALPHA, p_value};
use crate::metric::{HEADLINE, METRICS};

/// Solvers over data sets.
pub fn ranking(ranking: &Ranking) -> String {
    let (what, headline) = (ranking.measure.replace('_', " "), METRICS[HEADLINE].name);
    let count = ranking.datasets.len();
    let left_out = match (&ranking.left_out[..], ranking.measure.as_str()) {
        ([], _) => String::new(),
        (left_out, measure) if measure == headline => format!(" Left out, without test rows: {}.", left_out.join(", ")),
        (left_out, _) => format!(" Left out, since no split has an optimum: {}.", left_out.join(", ")),
    };
    let failures: Vec<String> = ranking
        .solvers
        .iter()
        .enumerate()
        .map(|(solver, name)| (name, ranking.scores.iter().filter(|row| row[solver].is_none()).count()))
        .filter(|(_, failures)| *failures > 0)
        .map(|(name, failures)| format!("{name} on {failures}"))
        .collect();
    let failures = match &failures[..] {
        [] => String::new(),
        failures => {
            format!(" Ranked last where fewer than half of the fits are proved optimal: {}.", failures.join(", "))
        }
    };
    let verdict = match &ranking.tests {
        Some(tests) => tested(ranking, tests),
        None => format!(
            "not decided: {} solvers need {} data sets or more before any two could be told apart, and there {}",
            ranking.solvers.len(),
            ranking.needed,
            if count == 1 { "is 1".to_owned() } else { format!("are {count}") },
        ),
    };
    format!("Over data sets, by {what}: {verdict}.{failures}{left_out}")
}

fn tested(ranking: &Ranking, tests: &RankTests) -> String {
    let told_apart = tests.pairs.iter().filter(|pair| pair.wilcoxon_p_adjusted <= ALPHA);
    let rank = |name: &String| {
        let place = ranking.solvers.iter().position(|other| other == name);
        place.map_or(f64::NAN, |place| tests.average_ranks[place])
    };
    let pairs: Vec<String> = told_apart
        .map(|pair| {
            let [first, second] = &pair.solvers;
            let (better, worse) = if rank(first) < rank(second) { (first, second) } else { (second, first) };
            format!("{better} before {worse}")
        })
        .collect();
    let overall = match &tests.friedman {
        Some(friedman) => format!(" (Iman-Davenport {})", p_value(friedman.p_iman_davenport)),
        None => String::new(),
    };
    let count = ranking.datasets.len();
    if pairs.is_empty() {
        format!("no two solvers are told apart by {count} data sets{overall}; Wilcoxon's test with Holm's adjustment")
    } else {
        format!("{}{overall}; Wilcoxon's test with Holm's adjustment, {count} data sets", pairs.join(", "))
    }
}
