//! Critical-difference diagrams (Demšar 2006): mean ranks over data sets, and bars that join ranks without a significant
//! difference.

use super::super::Report;
use super::super::figure::{Colour, Figure, Marks, Series};
use super::super::phrases::sentence;
use super::super::schema::{RankTests, Ranking};
use super::{colour, linear, names};

/// A figure per ranking that has enough data sets.
pub fn figures(report: &Report) -> Vec<Figure> {
    report.rankings.iter().filter_map(|ranking| figure(report, ranking, ranking.tests.as_ref()?)).collect()
}

fn figure(report: &Report, ranking: &Ranking, tests: &RankTests) -> Option<Figure> {
    let mut ranked: Vec<(&String, f64)> =
        ranking.solvers.iter().zip(&tests.average_ranks).map(|(solver, &rank)| (solver, rank)).collect();
    ranked.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut rows: Vec<String> = ranked.iter().map(|(solver, _)| (*solver).clone()).collect();
    let mut series: Vec<Series> = ranked
        .iter()
        .enumerate()
        .map(|(place, (solver, rank))| Series {
            name: (*solver).clone(),
            colour: colour(report, solver),
            marks: Marks::Points { x: vec![*rank], y: vec![place as f64], interval: vec![None] },
        })
        .collect();
    // Each bar has a row below the solvers.
    let mut bar = |row: String, from: f64, to: f64| {
        let y = Some(rows.len() as f64);
        let marks = Marks::Line { x: vec![from, to], y: vec![y, y], stepped: false };
        series.push(Series { name: row.clone(), colour: Colour::Guide, marks });
        rows.push(row);
    };
    for (number, group) in tests.groups.iter().enumerate() {
        let own = || ranked.iter().filter(|(solver, _)| group.contains(*solver)).map(|(_, rank)| *rank);
        if let (Some(from), Some(to)) = (own().reduce(f64::min), own().reduce(f64::max)) {
            bar(format!("no significant difference ({})", number + 1), from, to);
        }
    }
    if let Some(difference) = tests.critical_difference {
        bar("critical difference".to_owned(), 1.0, 1.0 + difference);
    }
    let measure = ranking.measure.replace('_', " ");
    (!ranked.is_empty()).then(|| Figure {
        kind: "ranks",
        variant: format!("{} · {measure}", ranking.model),
        dataset: None,
        model: Some(ranking.model.clone()),
        title: format!("Mean ranks over {} data sets by {measure}: {}", ranking.datasets.len(), ranking.model),
        description: format!(
            "Solvers by their mean rank, 1 being best; a bar joins solvers that do not differ significantly by Nemenyi's test. {}",
            beginning(&sentence(&ranking.conclusion)),
        ),
        x: linear("mean rank (1 is best)"),
        y: names("solver", rows),
        series,
    })
}

/// The beginning of a conclusion that goes through every pair of many solvers, up to the end of a clause.
fn beginning(conclusion: &str) -> String {
    const MOST: usize = 900;
    let Some((most, _)) = conclusion.char_indices().nth(MOST) else { return conclusion.to_owned() };
    let clause = conclusion[..most].rfind("; ").unwrap_or(most);
    format!("{}; and more, which is among the comparisons.", &conclusion[..clause])
}
