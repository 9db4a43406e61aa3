//! The distribution of test accuracy over the splits, and the share of splits without a mistake.

use super::super::figure::{Colour, Figure, Marks, Series, Side};
use super::super::schema::{CellSummary, Distribution, MetricSummary};
use super::super::{Report, percent};
use super::{CellGroup, colour, linear, listed, short};
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
    let (mut series, mut in_words) = (Vec::new(), Vec::new());
    let (mut y, mut whole, mut half) = (Vec::new(), Vec::new(), Vec::new());
    let (mut low, mut high, mut has_intervals) = (f64::INFINITY, f64::NEG_INFINITY, false);
    for (place, cell, metric) in metrics(group) {
        let Distribution { mean, min, q25, median, q75, max, .. } = metric.distribution;
        let (Some(mean), Some(min), Some(q25), Some(median), Some(q75), Some(max)) = (mean, min, q25, median, q75, max)
        else {
            continue;
        };
        y.push(place as f64);
        whole.push([min, max]);
        half.push([q25, q75]);
        series.push(Series {
            name: cell.solver.clone(),
            colour: colour(group.report, &cell.solver),
            marks: Marks::Points { x: vec![mean], y: vec![place as f64], interval: vec![metric.new_data_interval] },
        });
        has_intervals |= metric.new_data_interval.is_some();
        for end in [min, max].into_iter().chain(metric.new_data_interval.into_iter().flatten()) {
            (low, high) = (low.min(end), high.max(end));
        }
        let words = format!("mean {}, median {}, from {} to {}", short(mean), short(median), short(min), short(max));
        in_words.push((cell.solver.clone(), words));
    }
    if series.is_empty() {
        return None;
    }
    let spread = Marks::Strip { y, whole, half };
    series.insert(
        0,
        Series { name: "all splits; darker: the middle half".to_owned(), colour: Colour::Guide, marks: spread },
    );
    series.extend(bounds(group).into_iter().map(|bound| claimed(bound, low, high)));
    let also = match has_intervals {
        true => format!(", with its {} interval on new data", percent(group.report.experiment.interval_level)),
        false => String::new(),
    };
    Some(Figure {
        kind: "accuracy",
        variant: group.variant("distribution"),
        dataset: Some(group.dataset.to_owned()),
        model: Some(group.model.to_owned()),
        title: format!("Test accuracy over the splits: {}", group.place()),
        description: format!(
            "Each solver's mean{also}; the strip behind it goes from the smallest to the largest value of a split, darker where the \
             middle half of the splits are. {}",
            listed(in_words.into_iter()),
        ),
        x: linear("test accuracy"),
        y: group.solvers(),
        series,
    })
}

/// The bound of a claim among values from `low` to `high`; beyond the axis if it is farther from them than they spread.
fn claimed(bound: f64, low: f64, high: f64) -> Series {
    const LEAST_SPREAD: f64 = 0.02;
    let room = (high - low).max(LEAST_SPREAD);
    let (beyond, words) = match (bound < low - room, bound > high + room) {
        (true, _) => (Some(Side::Left), " (left of this axis)"),
        (_, true) => (Some(Side::Right), " (right of this axis)"),
        _ => (None, ""),
    };
    Series { name: format!("claimed: {bound}{words}"), colour: Colour::Guide, marks: Marks::Bound { x: bound, beyond } }
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
        dataset: Some(group.dataset.to_owned()),
        model: Some(group.model.to_owned()),
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
