//! Performance and data profiles, and distribution functions of the cost to a target.

use super::super::figure::{Figure, Marks, Series};
use super::super::schema::Profile;
use super::super::{Report, percent};
use super::{colour, line, linear, listed, logarithmic};

/// Per model and cost: a performance profile, a data profile, and a figure for each target that a solver reaches.
pub fn figures(report: &Report) -> Vec<Figure> {
    report.profiles.iter().flat_map(|profile| of_profile(report, profile)).collect()
}

fn of_profile(report: &Report, profile: &Profile) -> Vec<Figure> {
    let cost = profile.cost.replace('_', " ");
    let problems = format!("{} problems (splits that may have a maximum)", profile.problems);
    let solved = profile.solvers.iter().zip(&profile.solved);
    let solved = listed(solved.map(|(solver, share)| (solver.clone(), percent(*share))));
    let performance = figure(
        report,
        profile,
        Part {
            variant: format!("{} · performance, {cost}", profile.model),
            title: format!("Performance profile of {cost}: {}", profile.model),
            description: format!(
                "The share of {problems} that a solver solves with at most this multiple of the {cost} of the best solver; \
                 only fits proved optimal count. Solved at all: {solved}"
            ),
            x: format!("{cost}, as a multiple of the best solver's"),
            at: &profile.performance.factor,
            share: &profile.performance.share,
            interval: profile.performance.interval.as_deref(),
        },
    );
    let data = figure(
        report,
        profile,
        Part {
            variant: format!("{} · data, {cost}", profile.model),
            title: format!("Data profile of {cost}: {}", profile.model),
            description: format!(
                "The share of {problems} that a solver solves with at most this number of {cost}, divided by the number of \
                 coefficients plus one; only fits proved optimal count. Solved at all: {solved}"
            ),
            x: format!("{cost} / (coefficients + 1)"),
            at: &profile.data.factor,
            share: &profile.data.share,
            interval: profile.data.interval.as_deref(),
        },
    );
    let targets = profile.targets.iter().map(|target| {
        let gap = target.objective_gap;
        let last = |row: &Vec<f64>| percent(row.last().copied().unwrap_or(0.0));
        let reached = profile.solvers.iter().zip(&target.share).map(|(solver, row)| (solver.clone(), last(row)));
        let part = Part {
            variant: format!("{} · {cost} to within {gap:e}", profile.model),
            title: format!("{} to within {gap:e} of the infimum: {}", capital(&cost), profile.model),
            description: format!(
                "The share of problems, of the {} whose traces are kept whole, that a solver brings within {gap:e} of the \
                 infimum with at most this number of {cost}. At the end: {}",
                target.problems,
                listed(reached),
            ),
            x: cost.clone(),
            at: &target.cost,
            share: &target.share,
            interval: target.interval.as_deref(),
        };
        figure(report, profile, part)
    });
    [performance, data].into_iter().chain(targets).flatten().collect()
}

struct Part<'p> {
    variant: String,
    title: String,
    description: String,
    x: String,
    at: &'p [f64],
    share: &'p [Vec<f64>],
    interval: Option<&'p [Vec<Option<[f64; 2]>>]>,
}

fn figure(report: &Report, profile: &Profile, part: Part<'_>) -> Option<Figure> {
    let of_solver = |(place, (solver, share)): (usize, (&String, &Vec<f64>))| Series {
        name: solver.clone(),
        colour: colour(report, solver),
        marks: match part.interval.and_then(|interval| interval.get(place)) {
            Some(interval) => band(part.at, share, interval),
            None => line(part.at, share, true),
        },
    };
    let something = part.share.iter().flatten().any(|&share| share > 0.0);
    something.then(|| Figure {
        kind: "profiles",
        variant: part.variant,
        dataset: None,
        model: Some(profile.model.clone()),
        title: part.title,
        description: part.description + &weights(report, profile, part.interval.is_some()),
        x: logarithmic(part.x),
        y: linear("share of the problems"),
        series: profile.solvers.iter().zip(part.share).enumerate().map(of_solver).collect(),
    })
}

/// A step function with its intervals; ends with the shortest list.
fn band(at: &[f64], share: &[f64], interval: &[Option<[f64; 2]>]) -> Marks {
    let mut points = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for ((&at, &share), ends) in at.iter().zip(share).zip(interval) {
        points.0.push(at);
        points.1.push(ends.map(|[low, _]| low));
        points.2.push(Some(share));
        points.3.push(ends.map(|[_, high]| high));
    }
    let (x, low, middle, high) = points;
    Marks::Band { x, low, middle, high, stepped: true }
}

/// What shares and bands are of, for the end of a description; of earlier reports nothing is known.
fn weights(report: &Report, profile: &Profile, has_bands: bool) -> String {
    match profile.datasets.len() {
        0 | 1 => String::new(),
        count if has_bands => format!(
            " The {count} data sets weigh the same; the band is the {} interval, for each point by itself, of the share over data \
             sets of which these are a random sample, and is missing where all have the same share.",
            percent(report.experiment.interval_level)
        ),
        count => format!(" The {count} data sets weigh the same, and are too few for bands."),
    }
}

fn capital(cost: &str) -> &'static str {
    if cost == "iterations" { "Iterations" } else { "Oracle calls" }
}
