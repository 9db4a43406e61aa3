//! Solvers over data sets.

use super::super::super::schema::{INTERVAL_LEVEL, RankTests, RankedPair, Ranking, Rating};
use super::{ALPHA, listed};
use crate::metric::{HEADLINE, METRICS};
use crate::statistics::bayesian::SURE;
use crate::statistics::hierarchical::AGREED;
use crate::statistics::words::{counted, p_is, percent};

/// Solvers over data sets.
pub fn ranking(ranking: &Ranking) -> String {
    let (what, headline) = (ranking.measure.replace('_', " "), METRICS[HEADLINE].name);
    let count = ranking.datasets.len();
    let left_out = match (&ranking.left_out[..], ranking.measure.as_str()) {
        ([], _) => String::new(),
        (left_out, measure) if measure == headline => format!(" Left out, without test rows: {}.", left_out.join(", ")),
        (left_out, _) => format!(" Left out, since no split has an optimum: {}.", left_out.join(", ")),
    };
    let all_failed = match &ranking.all_failed_on[..] {
        [] => String::new(),
        datasets => format!(" Left out, since all fits of all solvers failed: {}.", datasets.join(", ")),
    };
    let thresholds = match &ranking.other_thresholds[..] {
        [] => String::new(),
        others => format!(" Not ranked, since their thresholds are others: {}.", others.join(", ")),
    };
    let failures: Vec<String> = ranking
        .solvers
        .iter()
        .enumerate()
        .map(|(solver, name)| (name, ranking.scores.iter().filter(|row| row[solver].is_none()).count()))
        .filter(|(_, failures)| *failures > 0)
        .map(|(name, failures)| format!("{name} on {}", counted(failures, "data set")))
        .collect();
    let failures = match &failures[..] {
        [] => String::new(),
        failures => {
            format!(
                " Ranked last where no more than half of the fits that may have an optimum are proved optimal: {}.",
                failures.join(", ")
            )
        }
    };
    let verdict = match &ranking.tests {
        Some(tests) => tested(ranking, tests),
        None => format!(
            "not decided: {} solvers need {} or more before any two could be told apart, and there {}",
            ranking.solvers.len(),
            counted(ranking.needed, "data set"),
            if count == 1 { "is 1".to_owned() } else { format!("are {count}") },
        ),
    };
    let further = ranking.tests.as_ref().map(further_datasets).unwrap_or_default();
    let (rated, failed) = (rated(ranking), failed(ranking));
    format!("Over data sets, by {what}: {verdict}.{rated}{further}{failures}{failed}{thresholds}{left_out}{all_failed}")
}

/// Ratings, where data sets are enough for their intervals.
fn rated(ranking: &Ranking) -> String {
    let points = |rating: &Rating| {
        let interval = rating.interval.map_or_else(String::new, |[low, high]| format!(" ({low:+.0} to {high:+.0})"));
        format!("{} {:+.0}{interval}", rating.solver, rating.points)
    };
    if ranking.ratings.iter().all(|rating| rating.interval.is_none()) {
        return String::new();
    }
    let rated: Vec<String> = ranking.ratings.iter().map(points).collect();
    format!(
        " Elo ratings among these solvers, on which they depend, with {} intervals if these data sets are a random sample: {}.",
        percent(INTERVAL_LEVEL),
        rated.join(", ")
    )
}

/// Most pairs of which all is said.
const MOST_PAIRS: usize = 3;

/// Most pairs that are named.
const MOST_NAMED: usize = 6;

/// What the hierarchical test says on a further data set: of each of a few pairs, else of those of which it is sure.
fn further_datasets(tests: &RankTests) -> String {
    let tested = tests.pairs.iter().filter(|pair| pair.hierarchical.is_some()).count();
    let of_pair = |pair: &RankedPair| {
        let test = pair.hierarchical.as_ref()?;
        let most = &test.further_dataset;
        let most = most.first_larger.max(most.second_larger).max(most.equivalent);
        if tested > MOST_PAIRS && (most < SURE || test.r_hat > AGREED) {
            return None;
        }
        let ([first, second], of) = (&pair.solvers, &test.further_dataset);
        let mut flat = match test.without_spread {
            0 => String::new(),
            count => format!(" ({count} of {} show no spread)", counted(test.datasets, "data set")),
        };
        if test.both_failed > 0 {
            flat.push_str(&format!(
                " ({} where all fits of both failed left out)",
                counted(test.both_failed, "data set")
            ));
        }
        if test.r_hat > AGREED {
            return Some(format!("{first} and {second}: the chains do not agree{flat}"));
        }
        Some(format!(
            "{first} more accurate by more than {} with probability {:.2}, {second} {:.2}, neither {:.2}{flat}",
            of.rope, of.first_larger, of.second_larger, of.equivalent
        ))
    };
    let equivalent = |pair: &&RankedPair| {
        let test = pair.hierarchical.as_ref();
        test.is_some_and(|test| test.further_dataset.equivalent >= SURE && test.r_hat <= AGREED)
    };
    // Of many pairs, those that are equivalent are counted.
    let many = tested > MOST_PAIRS;
    let alike = if many { tests.pairs.iter().filter(equivalent).count() } else { 0 };
    let others = tests.pairs.iter().filter(|pair| !(many && equivalent(pair)));
    let mut pairs: Vec<String> = others.filter_map(of_pair).collect();
    let tested = tested - alike;
    let rest = match tested - pairs.len() {
        0 if tested + alike == 0 => return String::new(),
        0 => String::new(),
        rest => {
            let before = if pairs.is_empty() && alike == 0 { "" } else { "; " };
            format!("{before}nothing with probability {SURE} by chains that agree of {}", counted(rest, "pair"))
        }
    };
    let told = pairs.len();
    pairs.truncate(MOST_NAMED);
    if told > MOST_NAMED {
        pairs.push(format!("{} more pairs differ", told - MOST_NAMED));
    }
    let rope =
        tests.pairs.iter().find_map(|pair| pair.hierarchical.as_ref()).map_or(0.0, |test| test.further_dataset.rope);
    let alike = match alike {
        0 => String::new(),
        1 => format!("1 pair is equivalent within {rope} with probability {SURE} or more"),
        alike => format!("{alike} pairs are equivalent within {rope} with probability {SURE} or more"),
    };
    let parts: Vec<String> = [alike].into_iter().filter(|part| !part.is_empty()).chain(pairs).collect();
    format!(
        " On a further data set, if these are a random sample of such (hierarchical Bayesian test): {}{rest}.",
        parts.join("; ")
    )
}

/// Failures, and the test that does without them.
fn failed(ranking: &Ranking) -> String {
    if ranking.failed.is_empty() {
        return String::new();
    }
    let cells: Vec<String> = ranking.failed.iter().map(|cell| format!("{} on {}", cell.solver, cell.dataset)).collect();
    let without = ranking.tests.as_ref().and_then(|tests| tests.skillings_mack.as_ref()).map(|test| {
        format!(
            "; Skillings & Mack's test that all solvers rank alike, as if these scores were missing by chance: {}",
            p_is(test.p_value)
        )
    });
    format!(" Scored as the worst, since all fits failed: {}{}.", cells.join(", "), without.unwrap_or_default())
}

/// The pairs of solvers that Wilcoxon's test with Holm's adjustment tells apart, the better first.
fn solvers_apart(tests: &RankTests) -> impl Iterator<Item = [&String; 2]> {
    tests.pairs.iter().filter(|pair| pair.wilcoxon_p_adjusted <= ALPHA).map(|pair| {
        let [first, second] = &pair.solvers;
        // Mean ranks may have the other order, since they depend on the other solvers.
        if pair.rank_biserial.is_some_and(|effect| effect > 0.0) { [first, second] } else { [second, first] }
    })
}

/// The solvers that no other is shown to rank before.
pub fn unbeaten(solvers: &[String], tests: &RankTests) -> Vec<String> {
    let beaten: Vec<&String> = solvers_apart(tests).map(|[_, worse]| worse).collect();
    solvers.iter().filter(|solver| !beaten.contains(solver)).cloned().collect()
}

fn tested(ranking: &Ranking, tests: &RankTests) -> String {
    let pairs: Vec<String> = solvers_apart(tests).map(|[better, worse]| format!("{better} before {worse}")).collect();
    let overall = match &tests.friedman {
        Some(friedman) => format!(" (Iman-Davenport {})", p_is(friedman.p_iman_davenport)),
        None => String::new(),
    };
    let count = counted(ranking.datasets.len(), "data set");
    let nemenyi = nemenyi_differs(&ranking.solvers, tests);
    let all = tests.pairs.len();
    if pairs.len() > MOST_NAMED {
        format!(
            "{} of {all} pairs of solvers are told apart{overall}; no solver is shown to rank before {}; Wilcoxon's test with Holm's \
             adjustment, {count}{nemenyi}",
            pairs.len(),
            listed(&unbeaten(&ranking.solvers, tests)),
        )
    } else if pairs.is_empty() {
        format!("no two solvers are told apart by {count} by Wilcoxon's test with Holm's adjustment{overall}{nemenyi}")
    } else {
        format!("shown {}{overall}; Wilcoxon's test with Holm's adjustment, {count}{nemenyi}", pairs.join(", "))
    }
}

/// What Nemenyi's test says, whose groups stand beside the words, where it is not what Wilcoxon's says.
fn nemenyi_differs(solvers: &[String], tests: &RankTests) -> String {
    let Some(critical) = tests.critical_difference else { return String::new() };
    let place = |solver: &String| solvers.iter().position(|name| name == solver);
    let (mut alone, mut not) = (Vec::new(), Vec::new());
    for pair in &tests.pairs {
        let [Some(first), Some(second)] = pair.solvers.each_ref().map(place) else { continue };
        let apart = (tests.average_ranks[first] - tests.average_ranks[second]).abs() >= critical;
        let names = format!("{} and {}", pair.solvers[0], pair.solvers[1]);
        match (apart, pair.wilcoxon_p_adjusted <= ALPHA) {
            (true, false) => alone.push(names),
            (false, true) => not.push(names),
            _ => {}
        }
    }
    if alone.len() + not.len() > MOST_NAMED {
        return format!(
            "; Nemenyi's test, which depends on the other solvers, also tells apart {} and does not tell apart {} of these",
            counted(alone.len(), "pair"),
            not.len()
        );
    }
    let mut words = String::new();
    if !alone.is_empty() {
        words.push_str(&format!(
            "; Nemenyi's test, which depends on the other solvers, also tells apart {}",
            alone.join("; ")
        ));
    }
    if !not.is_empty() {
        words.push_str(&format!(
            "; Nemenyi's test, which depends on the other solvers, does not tell apart {}",
            not.join("; ")
        ));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nemenyi_s_test_says_another_thing_it_is_told() {
        let solvers = ["a", "b", "c"].map(str::to_owned);
        let pair = |first: usize, second: usize, p: f64| RankedPair {
            solvers: [solvers[first].clone(), solvers[second].clone()],
            nemenyi_p: None,
            wilcoxon_p: p,
            rank_biserial: None,
            wilcoxon_p_adjusted: p,
            posterior: None,
            hierarchical: None,
        };
        let mut tests = RankTests {
            average_ranks: vec![1.0, 2.0, 3.0],
            friedman: None,
            skillings_mack: None,
            critical_difference: Some(1.5),
            groups: Vec::new(),
            pairs: vec![pair(0, 1, 0.06), pair(0, 2, 0.06), pair(1, 2, 0.01)],
        };
        assert_eq!(
            nemenyi_differs(&solvers, &tests),
            "; Nemenyi's test, which depends on the other solvers, also tells apart a and c; Nemenyi's test, which depends on the \
             other solvers, does not tell apart b and c"
        );
        tests.pairs = vec![pair(0, 1, 0.06), pair(0, 2, 0.01), pair(1, 2, 0.06)];
        assert_eq!(nemenyi_differs(&solvers, &tests), "");
    }
}
