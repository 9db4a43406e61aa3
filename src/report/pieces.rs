//! The entries of tables as pieces of text and numbers, so that every renderer shows the same and the page knows where a number is from.

use std::borrow::Cow;

use super::percent;
use super::schema::{CellSummary, Counts, Distribution, MetricSummary};
use crate::metric::{METRICS, Metric};
use crate::statistics::words::counted;

/// A part of a table's cell: a text, or a number with its path in the JSON report, relative to the subject of the cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Text.
    Text(Cow<'static, str>),
    /// A number.
    Number {
        /// The text shown.
        text: String,
        /// The path, as `/mean`.
        path: &'static str,
        /// The number with all digits.
        value: f64,
    },
}

/// The text of a cell.
pub fn text(pieces: &[Piece]) -> String {
    let of = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone().into_owned(),
        Piece::Number { text, .. } => text.clone(),
    };
    pieces.iter().map(of).collect()
}

/// A number with its path.
pub fn number(path: &'static str, value: f64, text: String) -> Piece {
    Piece::Number { text, path, value }
}

/// Mean and range of a metric over the fits of a cell, and the number of splits that define it if not all do. `wide` shows more
/// than the mean.
pub fn range(metric: &MetricSummary, fits: usize, wide: bool) -> Vec<Piece> {
    let Distribution { mean: Some(mean), min, max, .. } = metric.distribution else {
        return vec![Piece::Text(without_value(metric, fits, wide).into())];
    };
    let mut pieces = vec![number("/mean", mean, format!("{mean:.4}"))];
    if let (true, Some(min), Some(max)) = (wide, min, max) {
        let ends = [number("/min", min, format!("{min:.2}")), number("/max", max, format!("{max:.2}"))];
        pieces.extend(interval(ends));
    }
    let set_apart = defined_on(metric, fits).filter(|_| wide);
    pieces.extend(set_apart.map(|words| Piece::Text(format!(" ({words})").into())));
    pieces
}

/// The metrics on request that some cell has, in the order of reports.
pub fn requested_metrics(cells: &[&CellSummary]) -> Vec<&'static Metric> {
    let is_there = |metric: &&Metric| cells.iter().any(|cell| cell.metrics.contains_key(metric.name));
    METRICS.iter().filter(|metric| metric.is_on_request()).filter(is_there).collect()
}

/// The heading above [`requested`].
pub fn requested_heading(metric: &Metric) -> String {
    let brackets = if metric.is_of_new_data() { "95 % on new data" } else { "range" };
    format!("{} [{brackets}]", metric.name.replace('_', " "))
}

/// Mean of a metric on request with its interval on new data, or its range where it is not about new data, and the number of splits
/// with a value if not all have one. `wide` shows more than the mean.
pub fn requested(metric: &Metric, summary: &MetricSummary, fits: usize, wide: bool) -> Vec<Piece> {
    let Distribution { mean: Some(mean), min, max, .. } = summary.distribution else {
        return vec![Piece::Text(without_value(summary, fits, wide).into())];
    };
    let four = |path, value: f64| number(path, value, format!("{value:.4}"));
    let mut pieces = vec![four("/mean", mean)];
    if !wide {
        return pieces;
    }
    let ends = match metric.is_of_new_data() {
        true => summary
            .new_data_interval
            .map(|[low, high]| [four("/new_data_interval/0", low), four("/new_data_interval/1", high)]),
        false => min.zip(max).map(|(min, max)| [four("/min", min), four("/max", max)]),
    };
    pieces.extend(ends.map(interval).into_iter().flatten());
    if summary.undefined > 0 {
        let with_value = fits.saturating_sub(summary.undefined);
        pieces.push(Piece::Text(format!(" (on {with_value} of {})", counted(fits, "split")).into()));
    }
    pieces
}

/// Why a metric has no mean: all splits leave it undefined, or no fit has a finite value on the others.
fn without_value(metric: &MetricSummary, fits: usize, wide: bool) -> String {
    let reasons: Vec<&str> = metric.undefined_because.keys().map(String::as_str).collect();
    match metric.defined_on(fits) {
        _ if !wide || reasons.is_empty() => "not defined".to_owned(),
        0 => format!("not defined: {}", reasons.join(", ")),
        _ => format!("no finite value ({})", defined_on(metric, fits).unwrap_or_default()),
    }
}

/// The number of splits that define a metric, and the reasons of the others, as "defined on 303 of 500 splits: test rows of one
/// class on 197"; `None` if all splits define it. A failed fit does not make the metric undefined.
pub fn defined_on(metric: &MetricSummary, fits: usize) -> Option<String> {
    let reasons: Vec<String> =
        metric.undefined_because.iter().map(|(reason, splits)| format!("{reason} on {splits}")).collect();
    let defined = metric.defined_on(fits);
    (!reasons.is_empty()).then(|| format!("defined on {defined} of {}: {}", counted(fits, "split"), reasons.join(", ")))
}

/// Share of perfect fits with its interval; empty if no fit has a value.
pub fn perfect(metric: &MetricSummary, wide: bool) -> Vec<Piece> {
    let share = metric.perfect.filter(|_| metric.distribution.mean.is_some());
    let Some(share) = share else { return Vec::new() };
    let mut pieces = vec![number("/perfect", share, percent(share))];
    if let (true, Some([low, high])) = (wide, metric.interval) {
        let end = |path, share: f64| number(path, share, format!("{:.2}", 100.0 * share));
        pieces.extend(interval([end("/interval/0", low), end("/interval/1", high)]));
    }
    pieces
}

/// Two numbers as an interval behind another.
pub fn interval([low, high]: [Piece; 2]) -> [Piece; 5] {
    [Piece::Text(" [".into()), low, Piece::Text(", ".into()), high, Piece::Text("]".into())]
}

/// Median and range of counts.
pub fn iterations(counts: &Counts, wide: bool) -> Vec<Piece> {
    let mut pieces = vec![number("/median", counts.median, counts.median.to_string())];
    if wide {
        let [min, max] = [("/min", counts.min), ("/max", counts.max)]
            .map(|(path, count)| number(path, count.into(), count.to_string()));
        pieces.extend([Piece::Text(" (".into()), min, Piece::Text("-".into()), max, Piece::Text(")".into())]);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;

    use super::*;

    fn summary(values: &[f64], reasons: &[(&str, usize)]) -> MetricSummary {
        let set_apart: usize = reasons.iter().map(|(_, splits)| splits).sum();
        MetricSummary {
            distribution: Distribution::of(values.iter().copied()).0,
            perfect: None,
            interval: None,
            mean_interval: None,
            new_data_interval: None,
            undefined: set_apart + values.iter().filter(|value| value.is_nan()).count(),
            undefined_because: reasons
                .iter()
                .map(|(reason, splits)| ((*reason).to_owned(), *splits))
                .collect::<IndexMap<_, _>>(),
        }
    }

    #[test]
    fn a_cell_says_on_how_many_splits_its_metric_is_defined_and_why_not_on_the_others() {
        let one_class = [("test rows of one class", 2)];
        let shown = |values: &[f64], reasons, wide| text(&range(&summary(values, reasons), 5, wide));
        assert_eq!(shown(&[0.5, 0.5, 1.0, 1.0, 1.0], &[], true), "0.8000 [0.50, 1.00]");
        let partly = "0.7500 [0.50, 1.00] (defined on 3 of 5 splits: test rows of one class on 2)";
        assert_eq!(shown(&[0.5, 0.75, 1.0], &one_class, true), partly);
        assert_eq!(shown(&[0.5, 0.75, 1.0], &one_class, false), "0.7500");
        assert_eq!(shown(&[], &[("no test rows", 5)], true), "not defined: no test rows");
        assert_eq!(shown(&[], &[("no test rows", 5)], false), "not defined");
        // A failed fit does not make the metric undefined.
        let failed = "no finite value (defined on 3 of 5 splits: test rows of one class on 2)";
        assert_eq!(shown(&[f64::NAN; 3], &one_class, true), failed);
    }
}
