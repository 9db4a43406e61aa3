//! Solvers against each other over data sets.

use super::super::schema::Ranking;
use super::ranked::{Entrants, RankedBy, ranked};
use super::{Cost, conclusions, of_model};
use crate::experiment::Experiment;
use crate::metric::HEADLINE;
use crate::record::{Cell, Results};

/// The rankings of the solvers under each model: by test accuracy, iterations and oracle calls. Under a model with one solver there is
/// nothing to rank.
pub fn rankings(experiment: &Experiment, results: &Results) -> Vec<Ranking> {
    let measures = [RankedBy::Metric(HEADLINE), RankedBy::Cost(Cost::Iterations), RankedBy::Cost(Cost::OracleCalls)];
    let of_model = |model: usize| measures.map(|measure| (model, measure));
    (0..experiment.models.len())
        .filter(|&model| experiment.runnable_under(model).count() > 1)
        .flat_map(of_model)
        .filter_map(|(model, measure)| ranking(experiment, results, model, measure))
        .collect()
}

/// The ranking of the solvers under a model; `None` where fewer than two can be ranked.
fn ranking(experiment: &Experiment, results: &Results, model: usize, measure: RankedBy) -> Option<Ranking> {
    let all: Vec<usize> = experiment.runnable_under(model).map(|(place, _)| place).collect();
    let solvers = match measure {
        RankedBy::Metric(HEADLINE) => of_most_common_threshold(experiment, &all),
        RankedBy::Metric(_) | RankedBy::Cost(_) => all.clone(),
    };
    if solvers.len() < 2 {
        return None;
    }
    let name = |place: &usize| experiment.solvers[*place].name.clone();
    let own = |cells: &'_ [Cell]| -> Vec<usize> {
        (0..cells.len()).filter(|&place| solvers.contains(&cells[place].solver)).collect()
    };
    let rows = of_model(&results.cells, model).map(|cells| own(cells).into_iter().map(|place| &cells[place]).collect());
    let entrants = Entrants { names: solvers.iter().map(name).collect(), rows: rows.collect(), hierarchical: true };
    let mut ranking = ranked(experiment, results, measure, &entrants, &experiment.models[model].name);
    ranking.other_thresholds = all.iter().filter(|place| !solvers.contains(place)).map(name).collect();
    ranking.conclusion = conclusions::ranking(&ranking);
    Some(ranking)
}

/// The solvers that share the most common threshold, the first of several: where thresholds differ, so do predicted classes, whoever
/// found the coefficients.
fn of_most_common_threshold(experiment: &Experiment, solvers: &[usize]) -> Vec<usize> {
    let threshold = |place: usize| experiment.solvers[place].solver.as_ref().ok().map(|solver| solver.threshold);
    let alike = |own: &usize| -> Vec<usize> {
        solvers.iter().copied().filter(|&other| threshold(other) == threshold(*own)).collect()
    };
    solvers.iter().rev().map(alike).max_by_key(Vec::len).unwrap_or_default()
}
