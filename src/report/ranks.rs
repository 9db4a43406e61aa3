//! What ranks over data sets show of many solvers, in few words.

use indexmap::IndexMap;

use super::comparisons::{listed, unbeaten};
use super::schema::{Ranking, Report};
use crate::statistics::words::counted;

/// Most solvers that are named in a group.
const MOST_NAMED: usize = 4;

/// A sentence for each measure: the solvers that rank first, as far as tests tell them apart. Models of which the same is so share one.
pub fn of_solvers(report: &Report) -> Vec<String> {
    let mut measures: IndexMap<&str, IndexMap<String, Vec<&str>>> = IndexMap::new();
    for ranking in report.rankings.iter().filter(|ranking| ranking.datasets.len() > 1) {
        let words = measures.entry(&ranking.measure).or_default();
        words.entry(first(ranking)).or_default().push(&ranking.model);
    }
    let told = |(measure, by_words): (&str, IndexMap<String, Vec<&str>>)| {
        let each: Vec<String> =
            by_words.iter().map(|(words, models)| format!("{}{words}", under(models, report))).collect();
        format!("Ranks by {}: {}.", measure.replace('_', " "), each.join("; "))
    };
    measures.into_iter().map(told).collect()
}

fn under(models: &[&str], report: &Report) -> String {
    match (models.len(), report.models.len()) {
        (_, 1) => String::new(),
        (own, all) if own == all => format!("under each of the {all} models "),
        _ => format!("under {} ", listed(&models.iter().map(|&name| name.to_owned()).collect::<Vec<_>>())),
    }
}

/// The solvers that no other is shown to rank before, and how many are.
fn first(ranking: &Ranking) -> String {
    let Some(tests) = &ranking.tests else {
        return format!("nothing is decided, because that takes {}", counted(ranking.needed, "data set"));
    };
    let unbeaten = unbeaten(&ranking.solvers, tests);
    match unbeaten.len() {
        all if all == ranking.solvers.len() => format!("no two of {all} solvers are told apart"),
        0 => "every solver is shown to rank behind another".to_owned(),
        few if few <= MOST_NAMED => {
            let count = ranking.solvers.len() - few;
            format!("{} before {}", listed(&unbeaten), counted(count, "other"))
        }
        many => {
            let others = ranking.solvers.len() - many;
            format!("{many} solvers before {}", if others == 1 { "the other" } else { "the others" })
        }
    }
}
