//! The distribution of test accuracy over the splits, and the share of splits without a mistake.

use super::super::figure::{Colour, Figure, Marks, Series};
use super::super::schema::{CellSummary, Distribution, MetricSummary};
use super::super::{Report, percent};
use super::{CellGroup, colour, guide, linear, listed, short};
use crate::metric::{HEADLINE, METRICS};

/// The metric of the figures.
const METRIC: &str = METRICS[HEADLINE].name;

/// Two figures per data set and model.
pub fn figures(report: &Report) -> Vec<Figure> {
    CellGroup::all(report).flat_map(|group| [distribution(&group), perfect(&group)]).flatten().collect()
}

/// The cells that have the metric, with their places among all cells.
fn metrics<'g>(group: &'g CellGroup<'_>) -> impl Iterator<Item = (usize, &'g CellSummary, &'g MetricSummary)> {
    let of_cell = |(place, cell): (usize, &&'g CellSummary)| Some((place, *cell, cell.metrics.get(METRIC)?));
    group.cells.iter().enumerate().filter_map(of_cell)
}

fn distribution(group: &CellGroup<'_>) -> Option<Figure> {
    let mut series = Vec::new();
    let (mut whole, mut new_data) = (Vec::new(), Vec::new());
    let mut in_words = Vec::new();
    for (place, cell, metric) in metrics(group) {
        let Distribution { mean, min, q25, median, q75, max, .. } = metric.distribution;
        let (Some(mean), Some(min), Some(q25), Some(median), Some(q75), Some(max)) = (mean, min, q25, median, q75, max)
        else {
            continue;
        };
        let y = place as f64;
        series.push(Series {
            name: cell.solver.clone(),
            colour: colour(group.report, &cell.solver),
            marks: Marks::Points { x: vec![median], y: vec![y], interval: vec![Some([q25, q75])] },
        });
        whole.push((mean, y - 0.25, [min, max]));
        new_data.extend(metric.new_data_interval.map(|interval| (mean, y + 0.25, interval)));
        let words = format!("median {}, mean {}, from {} to {}", short(median), short(mean), short(min), short(max));
        in_words.push((cell.solver.clone(), words));
    }
    if series.is_empty() {
        return None;
    }
    let level = percent(group.report.experiment.interval_level);
    let interval = format!("mean, and its {level} interval on new data");
    let also = if new_data.is_empty() { String::new() } else { format!(", and with its {level} interval on new data") };
    let guides = [("mean, and range of all splits", whole), (interval.as_str(), new_data)];
    series.extend(guides.into_iter().filter(|(_, points)| !points.is_empty()).map(|(name, points)| {
        let x = points.iter().map(|point| point.0).collect();
        let y = points.iter().map(|point| point.1).collect();
        let interval = points.iter().map(|point| Some(point.2)).collect();
        Series { name: name.to_owned(), colour: Colour::Guide, marks: Marks::Points { x, y, interval } }
    }));
    let bounds = bounds(group);
    series.extend(bounds.iter().map(|&bound| guide(format!("claimed: {bound}"), bound, group.cells.len())));
    Some(Figure {
        kind: "accuracy",
        variant: group.variant("distribution"),
        title: format!("Test accuracy over the splits: {}", group.place()),
        description: format!(
            "Each solver's median with the middle half of the splits; in grey its mean with the smallest and largest \
             value{also}. {}",
            listed(in_words.into_iter()),
        ),
        x: linear("test accuracy"),
        y: group.solvers(),
        series,
    })
}

/// The bounds of claims about test accuracy in the group.
fn bounds(group: &CellGroup<'_>) -> Vec<f64> {
    let here = group.report.claims.iter().filter(|claim| {
        let of_group =
            |cell: &super::super::schema::ClaimCell| cell.dataset == group.dataset && cell.model == group.model;
        claim.metric == METRIC && claim.cells.iter().any(of_group)
    });
    let mut bounds: Vec<f64> = here.filter_map(|claim| claim.bound).collect();
    bounds.sort_unstable_by(f64::total_cmp);
    bounds.dedup();
    bounds
}

fn perfect(group: &CellGroup<'_>) -> Option<Figure> {
    let with_interval = |(place, cell, metric): (usize, &'_ CellSummary, &'_ MetricSummary)| {
        metric.distribution.mean?;
        Some((place, cell.solver.clone(), metric.perfect?, metric.interval))
    };
    let shares: Vec<_> = metrics(group).filter_map(with_interval).collect();
    let series: Vec<Series> = shares
        .iter()
        .map(|(place, solver, share, interval)| Series {
            name: solver.clone(),
            colour: colour(group.report, solver),
            marks: Marks::Points { x: vec![*share], y: vec![*place as f64], interval: vec![*interval] },
        })
        .collect();
    // A figure of zeros alone would show nothing.
    (shares.iter().any(|(_, _, share, _)| *share > 0.0)).then(|| Figure {
        kind: "accuracy",
        variant: group.variant("without a mistake"),
        title: format!("Share of the splits without a mistake on the test rows: {}", group.place()),
        description: format!(
            "Each solver's share of splits whose test rows are all classified correctly{}. {}",
            match shares.iter().any(|(.., interval)| interval.is_some()) {
                true => {
                    let level = percent(group.report.experiment.interval_level);
                    format!(", with its exact {level} interval over random splits")
                }
                false => String::new(),
            },
            listed(shares.iter().map(|(_, solver, share, _)| (solver.clone(), percent(*share)))),
        ),
        x: linear("share of the splits"),
        y: group.solvers(),
        series,
    })
}
