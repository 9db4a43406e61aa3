//! The overview: a table of data sets and solvers (or of models and solvers, on one data set) whose cells are shaded by verdict,
//! metric or cost.

use super::super::figure::{Colour, Figure, Marks, Series};
use super::super::schema::CellSummary;
use super::super::{Report, percent};
use super::{listed, names, short};
use crate::metric::{HEADLINE, METRICS, TEST_LOG_LOSS};
use crate::statistics::words::counted;

/// Models of one data set from which an overview shows more than its tables.
const LEAST_MODELS: usize = 3;

/// Verdicts with their colours, the worst first.
const VERDICTS: [(&str, Colour); 4] = [
    ("undecided", Colour::Bad),
    ("suboptimal", Colour::Doubtful),
    ("separated", Colour::Notable),
    ("optimal", Colour::Good),
];

/// A number of a cell, compared with the best of its row.
struct Measure {
    name: &'static str,
    value: fn(&CellSummary) -> Option<f64>,
    path: fn() -> String,
    shown: fn(f64) -> String,
    /// How dark a value is beside the best one of its row.
    shade: fn(f64, f64) -> f64,
    better: fn(f64, f64) -> f64,
    /// What is darkest.
    darkest: &'static str,
}

const MEASURES: [Measure; 3] = [
    Measure {
        name: "test accuracy",
        value: |cell| cell.metrics.get(METRICS[HEADLINE].name)?.distribution.mean,
        path: || format!("metrics/{}/mean", METRICS[HEADLINE].name),
        shown: |value| format!("{value:.3}"),
        shade: |value, best| (best - value) / 0.1,
        better: f64::max,
        darkest: "0.1 or more below the best",
    },
    Measure {
        name: "test log loss",
        value: |cell| cell.metrics.get(METRICS[TEST_LOG_LOSS].name)?.distribution.mean,
        path: || format!("metrics/{}/mean", METRICS[TEST_LOG_LOSS].name),
        shown: short_loss,
        shade: |value, best| (value - best) / 0.5,
        better: f64::min,
        darkest: "0.5 or more above the best",
    },
    Measure {
        name: "oracle calls",
        value: |cell| Some(cell.oracle_calls.median),
        path: || "oracle_calls/median".to_owned(),
        shown: short_count,
        shade: |value, best| (value.max(1.0) / best.max(1.0)).log10() / 2.0,
        better: f64::min,
        darkest: "100 times the best or more",
    },
];

fn short_loss(value: f64) -> String {
    if value < 10.0 { format!("{value:.3}") } else { short(value) }
}

fn short_count(value: f64) -> String {
    if value < 1e5 { format!("{value}") } else { format!("{value:.1e}") }
}

/// What the rows of an overview have in common, and what differs between them.
struct Rows<'r> {
    report: &'r Report,
    dataset: Option<&'r str>,
    model: Option<&'r str>,
    names: Vec<&'r str>,
    solvers: Vec<&'r str>,
    /// Row, column, place in the report, and cell.
    cells: Vec<(usize, usize, usize, &'r CellSummary)>,
}

impl<'r> Rows<'r> {
    fn all(report: &'r Report) -> Vec<Rows<'r>> {
        let datasets = || report.datasets.iter().map(|dataset| dataset.name.as_str());
        let models = || report.models.iter().map(|model| model.name.as_str());
        match datasets().count() {
            0 | 1 if models().count() < LEAST_MODELS => Vec::new(),
            0 | 1 => datasets().map(|dataset| Rows::new(report, Some(dataset), None, models().collect())).collect(),
            _ => models().map(|model| Rows::new(report, None, Some(model), datasets().collect())).collect(),
        }
    }

    fn new(report: &'r Report, dataset: Option<&'r str>, model: Option<&'r str>, names: Vec<&'r str>) -> Rows<'r> {
        let own = |cell: &&CellSummary| {
            dataset.is_none_or(|name| cell.dataset == name) && model.is_none_or(|name| cell.model == name)
        };
        let mut solvers: Vec<&str> = Vec::new();
        for cell in report.cells.iter().filter(own) {
            if !solvers.contains(&cell.solver.as_str()) {
                solvers.push(&cell.solver);
            }
        }
        let place = |(number, cell): (usize, &'r CellSummary)| {
            let row = if dataset.is_some() { &cell.model } else { &cell.dataset };
            let row = names.iter().position(|name| name == row)?;
            Some((row, solvers.iter().position(|solver| *solver == cell.solver)?, number, cell))
        };
        let of_rows = report.cells.iter().enumerate().filter(|(_, cell)| own(cell));
        let cells = of_rows.filter_map(place).collect();
        Rows { report, dataset, model, names, solvers, cells }
    }

    /// A figure of these rows; `None` without cells.
    fn figure(&self, what: &str, of: &str, description: String, series: Vec<Series>) -> Option<Figure> {
        let common = self.dataset.or(self.model)?;
        let rows = if self.dataset.is_some() { "model" } else { "data set" };
        let title = match self.report.models.len() {
            1 if self.model.is_some() => format!("{of} of each solver on each {rows}"),
            _ => format!("{of} of each solver on each {rows}: {common}"),
        };
        series.iter().any(|series| matches!(&series.marks, Marks::Cells { x, .. } if !x.is_empty())).then(|| Figure {
            kind: "overview",
            variant: format!("{common} · {what}"),
            dataset: self.dataset.map(str::to_owned),
            model: self.model.map(str::to_owned),
            title,
            description,
            x: names("solver", self.solvers.iter().map(|&name| name.to_owned()).collect()),
            y: names(rows, self.names.iter().map(|&name| name.to_owned()).collect()),
            series,
        })
    }
}

/// Four figures per model, if there are several data sets, or of one data set that has many models.
pub fn figures(report: &Report) -> Vec<Figure> {
    let of_rows = |rows: &Rows<'_>| {
        std::iter::once(verdicts(rows))
            .chain(MEASURES.iter().map(|of| measured(rows, of)))
            .flatten()
            .collect::<Vec<_>>()
    };
    Rows::all(report).iter().flat_map(of_rows).collect()
}

/// Cells that are being gathered.
#[derive(Default)]
struct Gathered {
    x: Vec<f64>,
    y: Vec<f64>,
    value: Vec<f64>,
    path: Vec<String>,
    shade: Vec<f64>,
    shown: Vec<String>,
}

impl Gathered {
    fn push(&mut self, [row, column]: [usize; 2], value: f64, path: String, shade: f64, shown: String) {
        self.x.push(column as f64);
        self.y.push(row as f64);
        self.value.push(value);
        self.path.push(path);
        self.shade.push(shade.clamp(0.0, 1.0));
        self.shown.push(shown);
    }

    fn series(self, name: &str, colour: Colour) -> Series {
        let Gathered { x, y, value, path, shade, shown } = self;
        Series { name: name.to_owned(), colour, marks: Marks::Cells { x, y, value, path, shade, shown } }
    }
}

/// The most frequent verdict of each cell, the worse of two that are equally frequent, with its share.
fn verdicts(rows: &Rows<'_>) -> Option<Figure> {
    let mut kinds: [Gathered; 4] = Default::default();
    for &(row, column, number, cell) in &rows.cells {
        let count = |kind: &str| cell.verdicts.get(kind).copied().unwrap_or(0);
        // Of equal counts the last is taken.
        let most = (0..VERDICTS.len()).rev().max_by_key(|&kind| count(VERDICTS[kind].0))?;
        let (kind, fits) = (VERDICTS[most].0, count(VERDICTS[most].0));
        let share = fits as f64 / cell.fits.max(1) as f64;
        let path = format!("/cells/{number}/verdicts/{kind}");
        kinds[most].push([row, column], fits as f64, path, share, percent(share));
    }
    let counts = VERDICTS.iter().zip(&kinds).filter(|(_, cells)| !cells.x.is_empty());
    let in_words = listed(counts.map(|((kind, _), cells)| ((*kind).to_owned(), counted(cells.x.len(), "cell"))));
    let series = VERDICTS.iter().zip(kinds).filter(|(_, cells)| !cells.x.is_empty());
    let series = series.map(|(&(kind, colour), cells)| cells.series(kind, colour)).collect();
    let description = format!(
        "What is proved of most fits of each cell, with the share of its fits of which it is proved; of two verdicts that are equally \
         frequent, the worse. Cells by verdict: {in_words}"
    );
    rows.figure("verdict", "What is proved of most fits", description, series)
}

fn measured(rows: &Rows<'_>, of: &Measure) -> Option<Figure> {
    let mut best: Vec<Option<f64>> = vec![None; rows.names.len()];
    let values = || {
        let value = |cell: &CellSummary| (of.value)(cell).filter(|value| value.is_finite());
        rows.cells.iter().filter_map(move |&(row, column, number, cell)| Some((row, column, number, value(cell)?)))
    };
    for (row, _, _, value) in values() {
        let so_far = &mut best[row];
        *so_far = Some(so_far.map_or(value, |so_far| (of.better)(so_far, value)));
    }
    let mut cells = Gathered::default();
    let mut equal = vec![true; rows.names.len()];
    for (row, column, number, value) in values() {
        let best = best[row].unwrap_or(value);
        equal[row] &= (of.shown)(value) == (of.shown)(best);
        let path = format!("/cells/{number}/{}", (of.path)());
        cells.push([row, column], value, path, (of.shade)(value, best), (of.shown)(value));
    }
    let same = equal.iter().zip(&best).filter(|(equal, best)| **equal && best.is_some()).count();
    let rows_are = if rows.dataset.is_some() { "model" } else { "data set" };
    let description = format!(
        "{} of each cell, the darker the farther from the best solver of its row; darkest: {}. All solvers have the same number, as \
         shown, in {same} of {}.",
        match of.name {
            "oracle calls" => "The median of oracle calls".to_owned(),
            name => format!("The mean {name} over the fits"),
        },
        of.darkest,
        counted(rows.names.len(), rows_are),
    );
    let of_what = match of.name {
        "oracle calls" => "Oracle calls (median)".to_owned(),
        name => format!("{}{} (mean)", name[..1].to_uppercase(), &name[1..]),
    };
    let series = vec![cells.series("darker: farther from the best solver of the row", Colour::Doubtful)];
    rows.figure(of.name, &of_what, description, series)
}
