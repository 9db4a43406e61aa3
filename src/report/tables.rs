//! The tables of a report: their columns, rows and numbers.

use crate::metric::{HEADLINE, METRICS, Metric, named};
use indexmap::IndexMap;

use super::bootstrap;
use super::document::{Entry, Line, Table, TableColumn, Tone};
use super::percent;
use super::phrases::occurring;
use super::pieces::{self, text};
use super::result_columns::{COLUMNS, thresholds};
use super::schema::{
    CellSummary, Comparison, Equivalence, Inference, ModelComparison, ModelRanking, PairedCost, PairedMetric, Ranking,
    Rating, Report,
};
use crate::record::Verdict;
use crate::solver::Stop;
use crate::statistics::words::p_value;

/// The solvers on one data set under one model.
pub fn results(report: &Report, caption: String, cells: &[&CellSummary]) -> Table {
    let thresholds = thresholds(report, cells);
    let mut columns = vec![TableColumn::names("solver")];
    columns.extend(thresholds.as_ref().map(|_| TableColumn::right("threshold")));
    columns.extend(result_columns());
    let row = |(place, cell): (usize, &&CellSummary)| {
        let threshold = thresholds.as_ref().map(|all| all[place].as_str().into());
        let names = [Entry::from(cell.solver.as_str())].into_iter().chain(threshold);
        names.chain(result_entries(cell)).collect()
    };
    Table { caption, columns, rows: cells.iter().enumerate().map(row).collect() }
}

/// The metrics on request of the solvers on one data set under one model; `None` where none was asked for.
pub fn requested(caption: String, cells: &[&CellSummary]) -> Option<Table> {
    let metrics = pieces::requested_metrics(cells);
    let mut columns = vec![TableColumn::names("solver")];
    let column = |metric: &&Metric| {
        let words = metric.name.replace('_', " ");
        TableColumn::left(&pieces::requested_heading(metric)).or(&words)
    };
    columns.extend(metrics.iter().map(column));
    let row = |cell: &&CellSummary| {
        let mut row = vec![Entry::from(cell.solver.as_str())];
        row.extend(metrics.iter().map(|metric| {
            let summary = cell.metrics.get(metric.name);
            let shown = |summary| sized(&|wide| text(&pieces::requested(metric, summary, cell.fits, wide)));
            summary.map(shown).unwrap_or_default()
        }));
        row
    };
    (!metrics.is_empty()).then(|| Table { caption, columns, rows: cells.iter().map(row).collect() })
}

/// The error rates on new data by the bootstrap; `None` where the splits are no draws of one.
pub fn bootstrap_errors(caption: String, cells: &[&CellSummary]) -> Option<Table> {
    let mut columns = vec![TableColumn::names("solver")];
    columns.extend(bootstrap::COLUMNS.map(|[name, short]| TableColumn::left(name).or(short)));
    let row = |cell: &&CellSummary| {
        let [wide, narrow] = [true, false].map(|wide| bootstrap::entries(cell, wide));
        let entries = wide?
            .into_iter()
            .zip(narrow?)
            .map(|(wide, narrow)| sized(&|is_wide| text(if is_wide { &wide } else { &narrow })));
        Some(std::iter::once(Entry::from(cell.solver.as_str())).chain(entries).collect())
    };
    let rows: Vec<Vec<Entry>> = cells.iter().filter_map(row).collect();
    (!rows.is_empty()).then_some(Table { caption, columns, rows })
}

fn result_columns() -> impl Iterator<Item = TableColumn> {
    let of_numbers = COLUMNS
        .iter()
        .map(|column| TableColumn { is_detail: column.is_detail, ..TableColumn::left(column.name).or(column.short) });
    of_numbers.chain(["stop", "verdict"].map(TableColumn::left))
}

fn result_entries(cell: &CellSummary) -> impl Iterator<Item = Entry> {
    let numbers = COLUMNS.iter().map(|column| Entry::from(text(&(column.entry)(cell))));
    numbers.chain([counted(&cell.stops, stop_tone), counted(&cell.verdicts, verdict_tone)])
}

/// Solvers in pairs, on the same splits of one data set under one model.
pub fn pairs(caption: String, pairs: &[&Comparison]) -> Table {
    let mut columns = vec![
        TableColumn::names("first"),
        TableColumn::names("second"),
        TableColumn::left("test accuracy, first minus second [95 % on new data]"),
        TableColumn::right("p on new data"),
    ];
    let has_posterior = pairs.iter().any(|pair| pair.test_accuracy.posterior.is_some());
    columns.extend(has_posterior.then(|| TableColumn::right("probability that they are equivalent on new data")));
    columns.extend([
        TableColumn::right("p over splits of these data"),
        TableColumn::right("both optimal"),
        TableColumn::left("iterations, first minus second [95 %]"),
    ]);
    let row = |pair: &&Comparison| {
        let accuracy = &pair.test_accuracy;
        let [first, second] = &pair.solvers;
        let is_compared = pair.thresholds.is_none();
        let p = |test: Option<&Inference>| {
            let compared = test.filter(|_| is_compared);
            compared.map_or_else(String::new, |test| p_value(test.p_adjusted))
        };
        let mut row = vec![
            Entry::from(first.as_str()),
            second.as_str().into(),
            pair.thresholds.as_ref().map_or_else(|| on_new_data(accuracy), other_thresholds).into(),
            p(accuracy.on_new_data.as_ref()).into(),
        ];
        let posterior = accuracy.posterior.as_ref().filter(|_| is_compared);
        row.extend(has_posterior.then(|| posterior.map_or_else(String::new, equivalent).into()));
        row.extend([
            p(accuracy.over_splits.as_ref()).into(),
            pair.optimal.both.to_string().into(),
            cost(&pair.iterations).into(),
        ]);
        row
    };
    Table { caption, columns, rows: pairs.iter().map(row).collect() }
}

/// Models in pairs, on the same splits of one data set, fitted by one solver.
pub fn model_pairs(caption: String, pairs: &[&ModelComparison]) -> Table {
    let [accuracy, log_loss] = ["test accuracy", "test log loss"];
    let columns = vec![
        TableColumn::names("first"),
        TableColumn::names("second"),
        TableColumn::left(&format!("{accuracy}, first minus second [95 % on new data]")).or(accuracy),
        TableColumn::right("p on new data").or("p"),
        TableColumn::left(&format!("{log_loss}, first minus second [95 % on new data]")).or(log_loss),
        TableColumn::right("p on new data").or("p"),
    ];
    let entries = |metric: Option<&PairedMetric>| -> [Entry; 2] {
        let p = metric.and_then(|metric| metric.on_new_data.as_ref()).map(|test| p_value(test.p_adjusted));
        [metric.map(on_new_data).unwrap_or_default().into(), p.unwrap_or_default().into()]
    };
    let row = |pair: &&ModelComparison| {
        let [first, second] = pair.models.each_ref().map(|name| Entry::from(name.as_str()));
        let metrics = [Some(&pair.test_accuracy), pair.metrics.get("test_log_loss")];
        [first, second].into_iter().chain(metrics.into_iter().flat_map(entries)).collect()
    };
    Table { caption, columns, rows: pairs.iter().map(row).collect() }
}

/// A mean difference with its interval on new data, or, where there is none, with that over splits of these data, which is said.
fn on_new_data(metric: &PairedMetric) -> String {
    match (&metric.on_new_data, &metric.over_splits) {
        (None, Some(test)) => {
            format!("{} (over splits of these data)", difference(metric.mean_difference, Some(test.interval)))
        }
        (test, _) => difference(metric.mean_difference, test.as_ref().map(|test| test.interval)),
    }
}

/// Two thresholds, in place of a difference that would be theirs.
fn other_thresholds([first, second]: &[String; 2]) -> String {
    format!("thresholds {first} and {second}")
}

/// The probability of equivalence with the differences that count as equivalent.
fn equivalent(posterior: &Equivalence) -> String {
    format!("{:.2} (within {})", posterior.equivalent, posterior.rope)
}

/// Solvers over data sets: scores on each data set, and mean ranks if data sets are enough to test.
pub fn ranking(ranking: &Ranking) -> Table {
    let mut columns = vec![TableColumn::names("solver")];
    let ranks = ranking.tests.as_ref().map(|tests| &tests.average_ranks);
    columns.extend(ranks.map(|_| TableColumn::right("mean rank")));
    // Older reports have no ratings.
    let is_rated = ranking.ratings.len() == ranking.solvers.len();
    if is_rated {
        columns.extend([TableColumn::right("win rate"), TableColumn::right("Elo rating [95 %]")]);
    }
    columns.extend(ranking.datasets.iter().map(|name| TableColumn::right(name)));
    let score = |scores: &Vec<Option<f64>>, solver: usize| match scores.get(solver) {
        Some(Some(score)) if ranking.measure == METRICS[HEADLINE].name => format!("{score:.4}"),
        Some(Some(score)) => score.to_string(),
        Some(None) => "infinite".to_owned(),
        None => String::new(),
    };
    let row = |(place, solver): (usize, &String)| {
        let rank = |ranks: &Vec<f64>| ranks.get(place).map_or_else(String::new, |rank| format!("{rank:.2}"));
        let scores = (0..ranking.datasets.len()).map(|at| ranking.scores.get(at).map(|scores| score(scores, place)));
        let mut row = vec![Entry::from(solver.as_str())];
        row.extend(ranks.map(|ranks| rank(ranks).into()));
        if is_rated {
            row.extend(rated(&ranking.ratings[place]).map(Entry::from));
        }
        row.extend(scores.map(|score| score.unwrap_or_default().into()));
        row
    };
    let caption = format!("{}: {}", ranking.model, scored_by(&ranking.measure));
    Table { caption, columns, rows: ranking.solvers.iter().enumerate().map(row).collect() }
}

/// Models over data sets: scores on each data set, and mean ranks if data sets are enough to test.
pub fn model_ranking(ranking: &ModelRanking) -> Table {
    let mut columns = vec![TableColumn::names("model")];
    columns.extend(ranking.average_ranks.as_ref().map(|_| TableColumn::right("mean rank")));
    columns.extend(ranking.datasets.iter().map(|name| TableColumn::right(name)));
    let row = |(place, model): (usize, &String)| {
        let mut row = vec![Entry::from(model.as_str())];
        let rank = ranking.average_ranks.as_ref().and_then(|ranks| ranks.get(place));
        row.extend(rank.map(|rank| format!("{rank:.2}").into()));
        let scores = ranking.scores.iter().map(|row| row.get(place).copied().flatten());
        row.extend(scores.map(|score| score.map_or("infinite".to_owned(), |score| format!("{score:.4}")).into()));
        row
    };
    let caption = format!("models by {}: {}", ranking.solver, scored_by(&ranking.measure));
    Table { caption, columns, rows: ranking.models.iter().enumerate().map(row).collect() }
}

/// The score of a ranking, and what a fit without it counts as.
fn scored_by(measure: &str) -> String {
    let words = measure.replace('_', " ");
    let worst = named(measure).and_then(Metric::worst).filter(|worst| worst.is_finite());
    worst.map_or(words.clone(), |worst| format!("{words}, a fit without one counting as {worst}"))
}

/// A solver's wins over the others, as a share with ties counting half, and its rating with its interval.
fn rated(rating: &Rating) -> [String; 2] {
    let against: Vec<f64> = rating.win_rates.iter().copied().flatten().collect();
    let rate = against.iter().sum::<f64>() / against.len() as f64;
    let interval = rating.interval.map_or_else(String::new, |[low, high]| format!(" [{low:+.0}, {high:+.0}]"));
    [percent(rate), format!("{:+.0}{interval}", rating.points)]
}

/// An entry from `text(true)`, with `text(false)` for narrow windows.
fn sized(text: &dyn Fn(bool) -> String) -> Entry {
    Entry::from(text(true)).or(text(false).into())
}

/// The kinds that occur, most frequent first. In narrow windows a single kind stands without its number.
pub fn counted(kinds: &IndexMap<String, usize>, tone: fn(&str) -> Option<Tone>) -> Entry {
    let kinds = occurring(kinds);
    let line = |(name, count): &(&String, &usize)| Line { text: format!("{name} {count}"), tone: tone(name) };
    let entry = Entry::of(kinds.iter().map(line).collect());
    match &kinds[..] {
        [(name, _)] => entry.or(Entry::of(vec![Line { text: (*name).clone(), tone: tone(name) }])),
        _ => entry,
    }
}

/// The tone of a verdict.
pub fn verdict_tone(name: &str) -> Option<Tone> {
    Some(match Verdict::ALL.into_iter().find(|verdict| verdict.name() == name)? {
        Verdict::Optimal => Tone::Good,
        Verdict::Suboptimal | Verdict::Undecided => Tone::Doubtful,
        Verdict::Separated => Tone::Notable,
    })
}

/// The tone of a stop; `None` for an ordinary stop.
pub fn stop_tone(name: &str) -> Option<Tone> {
    let broke_down = Stop::ALL.iter().any(|stop| stop.name() == name && stop.broke_down());
    broke_down.then_some(Tone::Bad)
}

/// A difference with its sign and its interval.
pub fn difference(value: Option<f64>, interval: Option<[f64; 2]>) -> String {
    let interval = interval.map_or_else(String::new, |[low, high]| format!(" [{low:+.4}, {high:+.4}]"));
    value.map_or_else(String::new, |value| format!("{value:+.4}{interval}"))
}

fn cost(cost: &PairedCost) -> String {
    let interval = cost.shift_interval.map_or_else(String::new, |[low, high]| format!(" [{low:+}, {high:+}]"));
    cost.shift.map_or_else(String::new, |shift| format!("{shift:+}{interval}"))
}
