//! The sections with results: a table per data set and model, and comparisons of solvers.

use super::super::phrases::{self, WITHOUT_GAP, WithoutGap};
use super::super::pieces;
use super::super::result_columns::{COLUMNS, thresholds};
use super::super::schema::{CellSummary, Comparison, Report};
use super::super::{bootstrap, remedies, solver_pairs};
use super::html::{escape, number, pieces, table};
use super::packed::OnDemand;
use crate::data::Reading;
use crate::metric::Metric;
use crate::record::DataSetSummary;

/// Data sets up to which the results of all are open.
const MOST_OPEN: usize = 3;

/// The results of every data set and model.
pub fn results(report: &Report, on_demand: &mut OnDemand) -> String {
    let section = |dataset: &DataSetSummary| {
        let name = escape(&dataset.name);
        let results = of_dataset(report, dataset, on_demand);
        match report.datasets.len() > MOST_OPEN {
            true => format!("<details class=\"dataset\"><summary><h3>{name}</h3></summary>\n{results}</details>\n"),
            false => format!("<h3>{name}</h3>\n{results}"),
        }
    };
    let html: String = report.datasets.iter().map(section).collect();
    format!(
        "<section id=\"results\" aria-labelledby=\"results-title\"><h2 id=\"results-title\">Results</h2>\n{html}</section>\n"
    )
}

fn of_dataset(report: &Report, dataset: &DataSetSummary, on_demand: &mut OnDemand) -> String {
    let mut html = paragraph(&phrases::describe(dataset, report));
    html.extend(dataset.read.iter().flat_map(Reading::sentences).map(|read| paragraph(&read)));
    html.extend(phrases::split_groups(dataset, report).map(|words| paragraph(&words)));
    for model in &report.models {
        let of_table = |(_, cell): &(usize, &CellSummary)| cell.dataset == dataset.name && cell.model == model.name;
        let places: Vec<(usize, &CellSummary)> = report.cells.iter().enumerate().filter(of_table).collect();
        if places.is_empty() {
            continue;
        }
        let splits = report.splits.iter().find(|splits| splits.dataset == dataset.name && splits.model == model.name);
        let splits = splits.map(|splits| phrases::existence(report, splits)).unwrap_or_default();
        html.push_str(&paragraph(&phrases::sentence(&splits)));
        html.extend(phrases::start(model).map(|words| paragraph(&words)));
        html.push_str(
            &on_demand
                .tables(report.cells.len(), tables(report, &format!("{}, {}", dataset.name, model.name), &places)),
        );
        let cells: Vec<&CellSummary> = places.into_iter().map(|(_, cell)| cell).collect();
        html.extend(remedies::remedies(report, &cells).iter().map(|remedy| paragraph(remedy)));
        let pairs: Vec<&Comparison> =
            report.comparisons.iter().filter(|pair| pair.dataset == dataset.name && pair.model == model.name).collect();
        html.push_str(&paragraph(&phrases::sentence(&solver_pairs::compared(&pairs, &cells))));
    }
    html
}

/// The tables of one data set and model: all results, and metrics and error rates on request.
fn tables(report: &Report, name: &str, places: &[(usize, &CellSummary)]) -> String {
    let cells: Vec<&CellSummary> = places.iter().map(|(_, cell)| *cell).collect();
    let thresholds = thresholds(report, &cells);
    let rows = places.iter().enumerate().map(|(at, (place, cell))| {
        let threshold = thresholds.as_ref().map(|all| escape(&all[at]));
        let solver = format!("<a href=\"#fit-{place}-0\">{}</a>", escape(&cell.solver));
        [solver].into_iter().chain(threshold).chain(row(*place, cell)).collect()
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let header: Vec<&str> = ["solver"]
        .into_iter()
        .chain(thresholds.as_ref().map(|_| "threshold"))
        .chain(COLUMNS.iter().map(|column| column.name))
        .chain(["stop", "verdict"])
        .collect();
    [
        table(name, &header, &rows),
        requested(&format!("{name}: metrics on request"), places),
        bootstrap_errors(&format!("{name}: error rate on new data"), places),
    ]
    .concat()
}

fn paragraph(text: &str) -> String {
    format!("<p>{}</p>\n", escape(text))
}

/// The numbers of a cell, its stops and its verdicts.
fn row(place: usize, cell: &CellSummary) -> Vec<String> {
    let below = format!("/cells/{place}");
    let counted = |member: &str, kinds| {
        let lines = phrases::occurring(kinds).into_iter().map(|(name, count)| {
            // A JSON pointer escapes "/" and "~".
            let path = format!("{below}/{member}/{}", name.replace('~', "~0").replace('/', "~1"));
            format!("{} {}", escape(name), number(&path, count, &count.to_string()))
        });
        lines.collect::<Vec<_>>().join("<br>")
    };
    let mut verdicts = counted("verdicts", &cell.verdicts);
    for WithoutGap { words, member, reasons } in WITHOUT_GAP {
        if !reasons(cell).is_empty() {
            verdicts.push_str(&format!("<br>{words}: {}", counted(member, reasons(cell)).replace("<br>", "; ")));
        }
    }
    let numbers = COLUMNS.iter().map(|column| pieces(&below, &(column.entry)(cell)));
    numbers.chain([counted("stops", &cell.stops), verdicts]).collect()
}

/// The metrics on request of some cells, each with its place in the report; empty without any.
fn requested(caption: &str, cells: &[(usize, &CellSummary)]) -> String {
    let metrics = pieces::requested_metrics(&cells.iter().map(|(_, cell)| *cell).collect::<Vec<_>>());
    if metrics.is_empty() {
        return String::new();
    }
    let headings: Vec<String> = metrics.iter().map(|metric| pieces::requested_heading(metric)).collect();
    let header: Vec<&str> = std::iter::once("solver").chain(headings.iter().map(String::as_str)).collect();
    let row = |(place, cell): &(usize, &CellSummary)| {
        let entry = |metric: &&'static Metric| {
            let below = format!("/cells/{place}/metrics/{}", metric.name);
            let summary = cell.metrics.get(metric.name);
            let shown = |summary| pieces(&below, &pieces::requested(metric, summary, cell.fits, true));
            summary.map(shown).unwrap_or_default()
        };
        std::iter::once(escape(&cell.solver)).chain(metrics.iter().map(entry)).collect()
    };
    table(caption, &header, &cells.iter().map(row).collect::<Vec<Vec<String>>>())
}

/// The error rates on new data by the bootstrap of some cells, each with its place in the report; empty without any.
fn bootstrap_errors(caption: &str, cells: &[(usize, &CellSummary)]) -> String {
    let row = |(place, cell): &(usize, &CellSummary)| {
        let entries = bootstrap::entries(cell, true)?;
        let below = format!("/cells/{place}/bootstrap");
        let entries = entries.into_iter().map(|entry| pieces(&below, &entry));
        Some(std::iter::once(escape(&cell.solver)).chain(entries).collect())
    };
    let rows: Vec<Vec<String>> = cells.iter().filter_map(row).collect();
    let header: Vec<&str> = std::iter::once("solver").chain(bootstrap::COLUMNS.map(|[name, _]| name)).collect();
    if rows.is_empty() { String::new() } else { table(caption, &header, &rows) }
}

/// Comparisons of solvers: conclusions over all, and a conclusion for each pair.
pub fn comparisons(report: &Report, on_demand: &mut OnDemand) -> String {
    if report.comparisons.is_empty() {
        return String::new();
    }
    let over = report.rankings.iter().map(|of| (&of.model, format!("ranks by {}", of.measure), &of.conclusion));
    let costs = report.profiles.iter().map(|of| (&of.model, format!("profile of {}", of.cost), &of.conclusion));
    let item = |(model, what, conclusion): (&String, String, &String)| {
        let what = escape(&what.replace('_', " "));
        format!("<li><strong>{}, {what}</strong>: {}</li>\n", escape(model), escape(&phrases::sentence(conclusion)))
    };
    let all: String = over.chain(costs).map(item).collect();
    let pair = |(place, pair): (usize, &Comparison)| {
        let difference = pair.test_accuracy.mean_difference;
        let path = format!("/comparisons/{place}/test_accuracy/mean_difference");
        vec![
            escape(&pair.solvers.join(" − ")),
            escape(&pair.dataset),
            escape(&pair.model),
            difference.map(|difference| number(&path, difference, &format!("{difference:.4}"))).unwrap_or_default(),
            escape(&phrases::sentence(&pair.conclusion)),
        ]
    };
    let header = ["solvers", "data set", "model", "mean difference in test accuracy", "conclusion"];
    let pairs = report.comparisons.len();
    let in_table = |of: &dyn Fn(&Comparison) -> bool| {
        let own = report.comparisons.iter().enumerate().filter(|(_, pair)| of(pair));
        table("Solvers in pairs, on the same splits", &header, &own.map(pair).collect::<Vec<_>>())
    };
    let tables = match OnDemand::has_too_many(pairs) {
        false => in_table(&|_| true),
        true => report
            .datasets
            .iter()
            .map(|dataset| {
                let table = on_demand.tables(pairs, in_table(&|pair| pair.dataset == dataset.name));
                format!("<details><summary>{}</summary>\n{table}</details>\n", escape(&dataset.name))
            })
            .collect(),
    };
    format!(
        "<section id=\"comparisons\" aria-labelledby=\"comparisons-title\"><h2 id=\"comparisons-title\">Comparisons</h2>\n\
         <ul>{all}</ul>\n<details><summary>Every pair of solvers ({pairs})</summary>\n{tables}</details></section>\n"
    )
}
