//! The columns of the tables of results, for every renderer: a bracket is the interval of a mean on new data, and whatever else is told of
//! a number has a column of its own.

use super::phrases::threshold_of;
use super::pieces::{self, Piece, number};
use super::schema::{CellSummary, Counts, Distribution, MetricSummary, Report};
use crate::metric::{HEADLINE, METRICS, TEST_LOG_LOSS};

/// A column of numbers of a cell.
pub struct ResultColumn {
    /// The heading.
    pub name: &'static str,
    /// A shorter heading for narrow windows.
    pub short: &'static str,
    /// Whether it is for readers who want more: such columns are left out where room is short.
    pub is_detail: bool,
    /// The entry, with its paths below the cell.
    pub entry: fn(&CellSummary) -> Vec<Piece>,
}

const fn column(name: &'static str, short: &'static str, entry: fn(&CellSummary) -> Vec<Piece>) -> ResultColumn {
    ResultColumn { name, short, is_detail: false, entry }
}

const fn detail(name: &'static str, entry: fn(&CellSummary) -> Vec<Piece>) -> ResultColumn {
    ResultColumn { name, short: name, is_detail: true, entry }
}

/// All of them, in the order of reports.
pub const COLUMNS: [ResultColumn; 10] = [
    column("test accuracy [95 % on new data]", "accuracy [95 %]", |cell| mean(cell, HEADLINE)),
    detail("its range", |cell| range(cell, HEADLINE)),
    column("splits at 100 %", "100 %", perfect),
    detail("their share in all splits, 95 %", perfect_interval),
    column("iterations", "iterations", |cell| median("/iterations", &cell.iterations)),
    detail("their range", |cell| range_of_counts("/iterations", &cell.iterations)),
    detail("oracle calls", |cell| median("/oracle_calls", &cell.oracle_calls)),
    detail("their range", |cell| range_of_counts("/oracle_calls", &cell.oracle_calls)),
    detail("test log loss [95 % on new data]", |cell| mean(cell, TEST_LOG_LOSS)),
    detail("its range", |cell| range(cell, TEST_LOG_LOSS)),
];

/// The thresholds of the solvers of some cells, where they are not all one: accuracies then differ by them too.
pub fn thresholds(report: &Report, cells: &[&CellSummary]) -> Option<Vec<String>> {
    let all: Vec<String> = cells.iter().map(|cell| threshold_of(report, &cell.solver).unwrap_or_default()).collect();
    all.iter().any(|other| *other != all[0]).then_some(all)
}

fn of(cell: &CellSummary, metric: usize) -> Option<(String, &MetricSummary)> {
    let name = METRICS[metric].name;
    Some((format!("/metrics/{name}"), cell.metrics.get(name)?))
}

/// The mean of a metric with its interval on new data, and the numbers of splits that leave it undefined and of fits without it.
fn mean(cell: &CellSummary, metric: usize) -> Vec<Piece> {
    let Some((below, summary)) = of(cell, metric) else { return Vec::new() };
    let Some(mean) = summary.distribution.mean else {
        return vec![Piece::Text(pieces::without_value(summary, cell.fits).into())];
    };
    let mut pieces = vec![number(format!("{below}/mean"), mean, format!("{mean:.4}"))];
    if let Some(ends) = summary.new_data_interval {
        let [low, high] = [0, 1].map(|end: usize| {
            number(format!("{below}/new_data_interval/{end}"), ends[end], format!("{:.4}", ends[end]))
        });
        pieces.extend(pieces::interval([low, high]));
    }
    pieces.extend(pieces::defined_on(summary, cell.fits).map(|words| Piece::Text(format!(" ({words})").into())));
    pieces.extend(pieces::fits_without(summary).map(|words| Piece::Text(format!(", {words}").into())));
    pieces
}

/// The smallest and the largest value of a metric.
fn range(cell: &CellSummary, metric: usize) -> Vec<Piece> {
    let Some((below, MetricSummary { distribution: Distribution { min: Some(min), max: Some(max), .. }, .. })) =
        of(cell, metric)
    else {
        return Vec::new();
    };
    let end = |path: &str, value: f64| number(format!("{below}/{path}"), value, format!("{value:.2}"));
    between([end("min", *min), end("max", *max)])
}

fn between([low, high]: [Piece; 2]) -> Vec<Piece> {
    vec![low, Piece::Text(" to ".into()), high]
}

/// The share of fits without a mistake on the test rows.
fn perfect(cell: &CellSummary) -> Vec<Piece> {
    of(cell, HEADLINE).map(|(below, summary)| pieces::perfect(&below, summary)).unwrap_or_default()
}

/// The interval of that share in all random splits of the data set.
fn perfect_interval(cell: &CellSummary) -> Vec<Piece> {
    let Some((below, MetricSummary { interval: Some(ends), perfect: Some(_), .. })) = of(cell, HEADLINE) else {
        return Vec::new();
    };
    let text =
        |end: usize| if end == 0 { format!("{:.2}", 100.0 * ends[0]) } else { format!("{:.2} %", 100.0 * ends[1]) };
    between([0, 1].map(|end: usize| number(format!("{below}/interval/{end}"), ends[end], text(end))))
}

fn median(below: &str, counts: &Counts) -> Vec<Piece> {
    vec![number(format!("{below}/median"), counts.median, counts.median.to_string())]
}

fn range_of_counts(below: &str, counts: &Counts) -> Vec<Piece> {
    let end = |path: &str, count: u32| number(format!("{below}/{path}"), count.into(), count.to_string());
    between([end("min", counts.min), end("max", counts.max)])
}
