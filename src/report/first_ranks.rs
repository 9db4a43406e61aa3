//! What ranks over data sets show of many solvers, in few words.

use indexmap::IndexMap;

use super::comparisons::{Cost, listed, told_apart, unbeaten};
use super::schema::{Ranking, Report};
use crate::statistics::words::counted;

/// Most solvers that are named in a group.
const MOST_NAMED: usize = 4;

/// A sentence for each measure: the solvers that rank first, as far as tests tell them apart. Models of which the same is so share one.
pub fn of_solvers(report: &Report) -> Vec<String> {
    let mut measures: IndexMap<&str, IndexMap<String, Vec<&str>>> = IndexMap::new();
    // Oracle calls count iterations and what they cost.
    let told = |ranking: &&Ranking| ranking.datasets.len() > 1 && ranking.measure != Cost::Iterations.name();
    for ranking in report.rankings.iter().filter(told) {
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

/// The same of models by one solver.
pub fn of_models(report: &Report, solver: &str) -> Vec<String> {
    let own = report.model_rankings.iter().filter(|ranking| ranking.solver == solver);
    let told = own.map(|ranking| {
        let what = ranking.measure.replace('_', " ");
        let words = match &ranking.average_ranks {
            None => too_few(ranking.needed),
            Some(_) => {
                let beaten: Vec<&str> = told_apart(ranking).map(|[_, worse]| worse).collect();
                let unbeaten = ranking.models.iter().filter(|name| !beaten.contains(&name.as_str()));
                before(&unbeaten.cloned().collect::<Vec<_>>(), ranking.models.len(), "model")
            }
        };
        format!("Ranks of models by {what}: {words}.")
    });
    told.collect()
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
    match &ranking.tests {
        None => too_few(ranking.needed),
        Some(tests) => before(&unbeaten(&ranking.solvers, tests), ranking.solvers.len(), "solver"),
    }
}

fn too_few(needed: usize) -> String {
    format!("nothing is decided, because that takes {}", counted(needed, "data set"))
}

/// The names that no other is shown to rank before, of so many.
fn before(unbeaten: &[String], all: usize, what: &str) -> String {
    let others = all - unbeaten.len();
    match unbeaten.len() {
        _ if others == 0 => format!("no two of {all} {what}s are told apart"),
        0 => format!("every {what} is shown to rank behind another"),
        few if few <= MOST_NAMED => format!("{} before {}", listed(unbeaten), counted(others, "other")),
        many => format!("{many} {what}s before {}", if others == 1 { "the other" } else { "the others" }),
    }
}
