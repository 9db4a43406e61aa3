//! Costs over all problems of a model.

use super::super::finite;
use super::super::schema::{CostToTarget, Profile, Steps};
use super::{Cost, TARGETS, conclusions, of_model, splits_of, trace_of};
use crate::experiment::Experiment;
use crate::record::{Cell, Results, Separation};
use crate::statistics::profile::{
    data_profile, distribution, first_within, performance_profile, shifted_geometric_mean,
};

/// The shift of geometric means: below about ten iterations or calls differences hardly count.
const SHIFT: f64 = 10.0;

/// Factors of profiles: four to a doubling.
fn factors(from: i32, to: i32) -> Vec<f64> {
    (4 * from..=4 * to).map(|quarter| (f64::from(quarter) / 4.0).exp2()).map(four_digits).collect()
}

fn four_digits(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// Two profiles per model: of iterations and of oracle calls. A model under which no split can have an optimum has none, nor
/// has a single solver.
///
/// A problem is a split of a data set, whatever the data set, unless its training rows are proved to have no optimum.
pub fn profiles(experiment: &Experiment, results: &Results) -> Vec<Profile> {
    (0..experiment.models.len())
        .flat_map(|model| Cost::ALL.map(|cost| (model, cost)))
        .filter_map(|(model, cost)| profile(experiment, results, model, cost))
        .collect()
}

fn profile(experiment: &Experiment, results: &Results, model: usize, cost: Cost) -> Option<Profile> {
    let solvers = experiment.runnable_under(model);
    let solvers: Vec<String> = solvers.map(|(place, _)| experiment.solvers[place].name.clone()).collect();
    if solvers.len() < 2 {
        return None;
    }
    // A row of costs per problem, end to end, and the number of coefficients of each.
    let (mut costs, mut coefficients, mut without_optimum) = (Vec::new(), Vec::new(), 0);
    for cells in of_model(&results.cells, model) {
        let splits = splits_of(results, &cells[0])?;
        for (fit, separation) in splits.separations.iter().enumerate() {
            if has_none(*separation) {
                without_optimum += 1;
                continue;
            }
            costs.extend(cells.iter().map(|cell| cost.to_the_optimum(&cell.records, fit)));
            coefficients.push(splits.ranks[fit] as usize);
        }
    }
    let problems = coefficients.len();
    if costs.iter().all(|cost: &f64| cost.is_infinite()) {
        return None;
    }
    let rows = || costs.chunks(solvers.len());
    let of_solver = |solver: usize| rows().map(move |row| row[solver]);
    let solved: Vec<f64> = (0..solvers.len())
        .map(|solver| of_solver(solver).filter(|cost| cost.is_finite()).count() as f64 / problems as f64)
        .collect();
    let means = (0..solvers.len()).map(|solver| finite(shifted_geometric_mean(of_solver(solver), SHIFT))).collect();
    let (taus, kappas) = (factors(0, 10), factors(-2, 10));
    let performance = performance_profile(rows(), solvers.len(), &taus);
    let data = data_profile(rows().zip(coefficients.iter().copied()), solvers.len(), &kappas);
    let mut profile = Profile {
        model: experiment.models[model].name.clone(),
        cost: cost.name().to_owned(),
        solvers,
        problems,
        without_optimum,
        solved,
        shifted_geometric_mean: means,
        shift: SHIFT,
        performance: Steps { factor: taus, share: performance },
        data: Steps { factor: kappas, share: data },
        targets: targets(experiment, results, model, cost),
        conclusion: String::new(),
    };
    profile.conclusion = conclusions::profile(&profile);
    Some(profile)
}

/// Whether a split is proved to have no optimum.
fn has_none(separation: Option<Separation>) -> bool {
    matches!(separation, Some(Separation::Complete | Separation::QuasiComplete))
}

/// The cost to each target, by the traces that are kept whole. A fit that failed has none and reaches nothing.
fn targets(experiment: &Experiment, results: &Results, model: usize, cost: Cost) -> Vec<CostToTarget> {
    let kept = experiment.trace.whole.min(experiment.repeats);
    let problems: Vec<(&[Cell], u64)> = of_model(&results.cells, model)
        .filter_map(|cells| Some((cells, splits_of(results, &cells[0])?)))
        .flat_map(|(cells, splits)| {
            let with_optimum =
                move |&split: &u64| splits.separations.get(split as usize).is_some_and(|&s| !has_none(s));
            (0..kept).filter(with_optimum).map(move |split| (cells, split))
        })
        .collect();
    let Some(solvers) = problems.first().map(|(cells, _)| cells.len()) else { return Vec::new() };
    let bounds = factors(0, 14);
    let of_target = |&objective_gap: &f64| {
        let first = |cell: &Cell, split: u64| {
            let trace = trace_of(&cell.records, split)?;
            Some(first_within(trace.points.iter().map(|(seen, gap)| (cost.up_to(seen), *gap)), objective_gap))
        };
        let costs: Vec<f64> = problems
            .iter()
            .flat_map(|(cells, split)| cells.iter().map(|cell| first(cell, *split).unwrap_or(f64::INFINITY)))
            .collect();
        let share = distribution(costs.chunks(solvers), solvers, &bounds);
        CostToTarget { objective_gap, problems: problems.len(), cost: bounds.clone(), share }
    };
    TARGETS.iter().map(of_target).collect()
}
