//! Costs over all problems of a model.

use super::super::finite;
use super::super::schema::{CostToTarget, INTERVAL_LEVEL, Profile, Steps};
use super::{Cost, TARGETS, conclusions, of_model, splits_of, trace_of};
use crate::experiment::Experiment;
use crate::random::stream::{Purpose, Streams};
use crate::record::{Cell, Results, Separation};
use crate::statistics::profile::{
    Shares, bands, data_profile, distribution, first_within, over_datasets, performance_profile, shifted_geometric_mean,
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

/// The problems of one data set.
struct Problems<'r> {
    dataset: &'r str,
    /// A row of costs per problem, end to end.
    costs: Vec<f64>,
    /// The number of coefficients of each problem.
    coefficients: Vec<usize>,
    without_optimum: usize,
}

impl<'r> Problems<'r> {
    fn of(experiment: &'r Experiment, results: &Results, cells: &[Cell], cost: Cost) -> Option<Problems<'r>> {
        let splits = splits_of(results, &cells[0])?;
        let dataset = experiment.sources[cells[0].source].name();
        let mut problems = Problems { dataset, costs: Vec::new(), coefficients: Vec::new(), without_optimum: 0 };
        for (fit, separation) in splits.separations.iter().enumerate() {
            if has_none(*separation) {
                problems.without_optimum += 1;
                continue;
            }
            problems.costs.extend(cells.iter().map(|cell| cost.to_the_optimum(&cell.records, fit)));
            problems.coefficients.push(splits.ranks[fit] as usize);
        }
        Some(problems)
    }

    fn rows(&self, solvers: usize) -> impl Iterator<Item = &[f64]> {
        self.costs.chunks(solvers)
    }
}

fn profile(experiment: &Experiment, results: &Results, model: usize, cost: Cost) -> Option<Profile> {
    let solvers = experiment.runnable_under(model);
    let solvers: Vec<String> = solvers.map(|(place, _)| experiment.solvers[place].name.clone()).collect();
    if solvers.len() < 2 {
        return None;
    }
    let of_cells = |cells| Problems::of(experiment, results, cells, cost);
    let all: Vec<Problems<'_>> = of_model(&results.cells, model).filter_map(of_cells).collect();
    let without_optimum = all.iter().map(|problems| problems.without_optimum).sum();
    let mut all: Vec<Problems<'_>> = all.into_iter().filter(|problems| !problems.coefficients.is_empty()).collect();
    // The order of the file's data sets is to change no resample.
    all.sort_by_key(|problems| problems.dataset);
    if all.iter().flat_map(|problems| &problems.costs).all(|cost| cost.is_infinite()) {
        return None;
    }
    let count = solvers.len();
    let bands = Bands { experiment, model };
    let of_each = |shares: &dyn Fn(&Problems<'_>) -> Shares| all.iter().map(shares).collect::<Vec<Shares>>();
    let (taus, kappas) = (factors(0, 10), factors(-2, 10));
    let solved = of_each(&|problems| distribution(problems.rows(count), count, &[f64::INFINITY]));
    let performance = of_each(&|problems| performance_profile(problems.rows(count), count, &taus));
    let data = of_each(&|problems| {
        let sized = problems.rows(count).zip(problems.coefficients.iter().copied());
        data_profile(sized, count, &kappas)
    });
    let mean = |solver: usize| {
        let of_solver =
            |problems: &Problems<'_>| shifted_geometric_mean(problems.rows(count).map(|row| row[solver]), SHIFT);
        finite(shifted_geometric_mean(all.iter().map(of_solver), SHIFT))
    };
    let mut profile = Profile {
        model: experiment.models[model].name.clone(),
        cost: cost.name().to_owned(),
        datasets: all.iter().map(|problems| problems.dataset.to_owned()).collect(),
        problems: all.iter().map(|problems| problems.coefficients.len()).sum(),
        without_optimum,
        solved: over_datasets(&solved).concat(),
        solved_interval: bands.of(&solved).map(|bands| bands.concat()).unwrap_or_default(),
        shifted_geometric_mean: (0..count).map(mean).collect(),
        shift: SHIFT,
        performance: Steps { factor: taus, share: over_datasets(&performance), interval: bands.of(&performance) },
        data: Steps { factor: kappas, share: over_datasets(&data), interval: bands.of(&data) },
        targets: targets(experiment, results, model, cost),
        conclusion: String::new(),
        solvers,
    };
    profile.conclusion = conclusions::profile(&profile);
    Some(profile)
}

/// The bands of a model's profiles, all by the same resamples.
#[derive(Clone, Copy)]
struct Bands<'e> {
    experiment: &'e Experiment,
    model: usize,
}

impl Bands<'_> {
    /// Four digits: resampling leaves two certain.
    fn of(self, datasets: &[Shares]) -> Option<Vec<Vec<Option<[f64; 2]>>>> {
        let model = &self.experiment.models[self.model].name;
        let streams = Streams::new(self.experiment.seed, &format!("profiles of {model}"), Purpose::Statistics);
        let mut bands = bands(datasets, INTERVAL_LEVEL, &mut streams.stream(0))?;
        for end in bands.iter_mut().flatten().flatten().flatten() {
            *end = four_digits(*end);
        }
        Some(bands)
    }
}

/// Whether a split is proved to have no optimum.
fn has_none(separation: Option<Separation>) -> bool {
    matches!(separation, Some(Separation::Complete | Separation::QuasiComplete))
}

/// The cost to each target, by the traces that are kept whole. A fit that failed has none and reaches nothing.
fn targets(experiment: &Experiment, results: &Results, model: usize, cost: Cost) -> Vec<CostToTarget> {
    let kept = experiment.trace.whole.min(experiment.most_splits());
    let with_optimum = |cells: &[Cell]| -> Option<Vec<u64>> {
        let splits = splits_of(results, &cells[0])?;
        let there = |&split: &u64| splits.separations.get(split as usize).is_some_and(|&s| !has_none(s));
        Some((0..kept).filter(there).collect())
    };
    let name = |cells: &[Cell]| experiment.sources[cells[0].source].name();
    let mut datasets: Vec<(&[Cell], Vec<u64>)> = of_model(&results.cells, model)
        .filter_map(|cells| Some((cells, with_optimum(cells)?)))
        .filter(|(_, splits)| !splits.is_empty())
        .collect();
    datasets.sort_by_key(|(cells, _)| name(cells));
    let Some(solvers) = datasets.first().map(|(cells, _)| cells.len()) else { return Vec::new() };
    let bounds = factors(0, 14);
    let of_target = |&objective_gap: &f64| {
        let first = |cell: &Cell, split: u64| {
            let trace = trace_of(&cell.records, split)?;
            Some(first_within(trace.points.iter().map(|(seen, gap)| (cost.up_to(seen), *gap)), objective_gap))
        };
        let of_dataset = |(cells, splits): &(&[Cell], Vec<u64>)| {
            let of_split = |&split: &u64| cells.iter().map(move |cell| first(cell, split).unwrap_or(f64::INFINITY));
            let costs: Vec<f64> = splits.iter().flat_map(of_split).collect();
            distribution(costs.chunks(solvers), solvers, &bounds)
        };
        let shares: Vec<Shares> = datasets.iter().map(of_dataset).collect();
        CostToTarget {
            objective_gap,
            problems: datasets.iter().map(|(_, splits)| splits.len()).sum(),
            cost: bounds.clone(),
            share: over_datasets(&shares),
            interval: Bands { experiment, model }.of(&shares),
        }
    };
    TARGETS.iter().map(of_target).collect()
}
