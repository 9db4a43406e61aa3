//! A large report on one screen: a row per solver over all data sets and models, and a row per data set.

use std::collections::BTreeMap;

use super::answer::representative;
use super::document::{Block, Entry, Table, TableColumn};
use super::percent;
use super::phrases::penalty_of;
use super::schema::{CellSummary, Report};
use crate::linear_algebra::quantile;
use crate::metric::{HEADLINE, METRICS};
use crate::record::Verdict;
use crate::statistics::words::counted;

/// Most rows of each table; those in which most is not proved stand for the others.
const MOST_SOLVERS: usize = 12;
const MOST_DATASETS: usize = 3;

/// Most models that have a column each.
const MOST_MODELS: usize = 4;

/// The two tables, each with the sentence that says what it shows.
pub fn blocks(report: &Report) -> Vec<Block> {
    let (datasets, models) = (counted(report.datasets.len(), "data set"), counted(report.models.len(), "model"));
    let on = match report.models.len() {
        1 => format!("on {datasets}"),
        _ => format!("on {datasets} under {models}"),
    };
    let mut blocks = Vec::new();
    let cells: Vec<&CellSummary> = report.cells.iter().collect();
    let (solvers, left_out) =
        chosen(report.solvers.iter().map(|of| of.name.as_str()), &cells, |cell| &cell.solver, MOST_SOLVERS);
    let rest = if left_out > 0 { format!("; {} more", counted(left_out, "solver")) } else { String::new() };
    blocks.push(Block::Heading(format!(
        "Solvers {on}, {} splits each{rest} (`report --details`: all tables)",
        report.experiment.splits(),
    )));
    blocks.push(Block::Table(of_solvers(&cells, &solvers)));
    if let Some(solver) = representative(report).or(report.solvers.first().map(|of| of.name.as_str())) {
        let own: Vec<&CellSummary> = report.cells.iter().filter(|cell| cell.solver == solver).collect();
        let (datasets, left_out) =
            chosen(report.datasets.iter().map(|of| of.name.as_str()), &cells, |cell| &cell.dataset, MOST_DATASETS);
        let which = match left_out {
            0 => "Data sets".to_owned(),
            _ => format!(
                "The {} of {} data sets with the most fits not proved optimal",
                datasets.len(),
                report.datasets.len()
            ),
        };
        blocks.push(Block::Heading(format!("{which}, test accuracy of {solver}")));
        blocks.push(Block::Table(of_datasets(report, &own, &datasets)));
    }
    blocks
}

/// Fits of some cells that are not proved to be at an optimum, although none is proved to be missing; as a share of all.
fn unproved<'r>(cells: impl Iterator<Item = &'r CellSummary>) -> f64 {
    let mut sums = [0.0, 0.0];
    for cell in cells {
        sums[0] += cell.verdict(Verdict::Suboptimal) as f64 + cell.verdict(Verdict::Undecided) as f64;
        sums[1] += cell.fits as f64;
    }
    sums[0] / sums[1].max(1.0)
}

/// At most so many of the names, in their order: those in whose cells most is not proved. And the number of the others.
fn chosen<'r>(
    names: impl Iterator<Item = &'r str>,
    cells: &[&'r CellSummary],
    name_of: impl Fn(&CellSummary) -> &String,
    most: usize,
) -> (Vec<&'r str>, usize) {
    let names: Vec<&str> = names.collect();
    let trouble = |name: &str| unproved(cells.iter().copied().filter(|cell| name_of(cell) == name));
    let mut places: Vec<(usize, f64)> = names.iter().map(|name| trouble(name)).enumerate().collect();
    places.sort_by(|a, b| b.1.total_cmp(&a.1));
    places.truncate(most);
    places.sort_by_key(|(place, _)| *place);
    let left_out = names.len() - places.len();
    (places.into_iter().map(|(place, _)| names[place]).collect(), left_out)
}

/// A row per solver: what is proved of its fits, and what they cost.
fn of_solvers(cells: &[&CellSummary], solvers: &[&str]) -> Table {
    let columns = vec![
        TableColumn::names("solver"),
        TableColumn::right("optimal"),
        TableColumn::right("no optimum exists").or("no optimum"),
        TableColumn::right("suboptimal or undecided").or("suboptimal"),
        TableColumn::right("broke down"),
        TableColumn::right("iterations"),
        TableColumn::right("oracle calls"),
    ];
    let row = |solver: &&str| {
        let own: Vec<&CellSummary> = cells.iter().copied().filter(|cell| cell.solver == **solver).collect();
        let count = |of: &dyn Fn(&CellSummary) -> usize| own.iter().map(|cell| of(cell)).fold(0, usize::saturating_add);
        let fits = count(&|cell| cell.fits);
        let share = |count: usize| match count {
            0 => "0".to_owned(),
            count => percent(count as f64 / fits.max(1) as f64),
        };
        let verdict = |verdict: Verdict| count(&|cell| cell.verdict(verdict));
        let typical = |of: fn(&CellSummary) -> f64| {
            let mut medians: Vec<f64> = own.iter().map(|cell| of(cell)).collect();
            medians.sort_unstable_by(f64::total_cmp);
            if medians.is_empty() { String::new() } else { quantile(&medians, 0.5).to_string() }
        };
        [
            (*solver).to_owned(),
            share(verdict(Verdict::Optimal)),
            share(verdict(Verdict::Separated)),
            share(verdict(Verdict::Suboptimal).saturating_add(verdict(Verdict::Undecided))),
            share(count(&CellSummary::broke_down)),
            typical(|cell| cell.iterations.median),
            typical(|cell| cell.oracle_calls.median),
        ]
        .map(Entry::from)
        .into()
    };
    Table { caption: "Solvers".to_owned(), columns, rows: solvers.iter().map(row).collect() }
}

/// A row per data set: how often an optimum exists, and the accuracy under each model by one solver, whose cells are given.
fn of_datasets(report: &Report, cells: &[&CellSummary], datasets: &[&str]) -> Table {
    let models: Vec<&str> = report.models.iter().map(|of| of.name.as_str()).take(MOST_MODELS).collect();
    let mut columns = vec![TableColumn::names("data set"), TableColumn::right("optimum exists").or("optimum")];
    columns.extend(models.iter().map(|model| TableColumn { breaks: true, ..TableColumn::right(model) }));
    let by_place: BTreeMap<(&str, &str), &CellSummary> =
        cells.iter().map(|cell| ((cell.dataset.as_str(), cell.model.as_str()), *cell)).collect();
    let exists = |dataset: &str| {
        let of_maximum =
            |of: &&super::schema::SplitSummary| of.dataset == dataset && penalty_of(report, &of.model) != "firth";
        let least = report.splits.iter().filter(of_maximum).map(|of| of.with_optimum).reduce(f64::min);
        least.map_or_else(String::new, percent)
    };
    let row = |dataset: &&str| {
        let accuracy = |model: &&str| {
            let mean = by_place
                .get(&(*dataset, *model))
                .and_then(|cell| cell.metrics.get(METRICS[HEADLINE].name)?.distribution.mean);
            mean.map_or_else(|| "\u{2013}".to_owned(), |mean| format!("{mean:.4}"))
        };
        let names = [(*dataset).to_owned(), exists(dataset)];
        names.into_iter().chain(models.iter().map(accuracy)).map(Entry::from).collect()
    };
    Table { caption: "Data sets".to_owned(), columns, rows: datasets.iter().map(row).collect() }
}
