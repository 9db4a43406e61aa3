//! The entries of tables as pieces of text and numbers, so that every renderer shows the same and the page knows where a number is from.

use std::borrow::Cow;

use super::percent;
use super::schema::{CellSummary, Distribution, MetricSummary};
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
        path: String,
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
pub fn number(path: impl Into<String>, value: f64, text: String) -> Piece {
    Piece::Number { text, path: path.into(), value }
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
        let words = if wide { without_value(summary, fits) } else { "not defined".to_owned() };
        return vec![Piece::Text(words.into())];
    };
    let four = |path: &str, value: f64| number(path, value, format!("{value:.4}"));
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
pub fn without_value(metric: &MetricSummary, fits: usize) -> String {
    let reasons: Vec<&str> = metric.undefined_because.keys().map(String::as_str).collect();
    match (metric.defined_on(fits), fits_without(metric)) {
        (0, _) if !reasons.is_empty() => format!("not defined: {}", reasons.join(", ")),
        (_, Some(without)) => {
            let set_apart = defined_on(metric, fits).map_or_else(String::new, |words| format!(" ({words})"));
            format!("{without}{set_apart}")
        }
        (_, None) => "not defined".to_owned(),
    }
}

/// The number of fits without a metric that their splits define, as their coefficients are not numbers: "\u{2013} on 12"; `None` if every
/// fit has it.
pub fn fits_without(metric: &MetricSummary) -> Option<String> {
    let without = metric.undefined.saturating_sub(metric.undefined_because.values().sum::<usize>());
    (without > 0).then(|| format!("\u{2013} on {without}"))
}

/// The number of splits that define a metric, and the reasons of the others, as "defined on 303 of 500 splits: test rows of one
/// class on 197"; `None` if all splits define it. A failed fit does not make the metric undefined.
pub fn defined_on(metric: &MetricSummary, fits: usize) -> Option<String> {
    let reasons: Vec<String> =
        metric.undefined_because.iter().map(|(reason, splits)| format!("{reason} on {splits}")).collect();
    let defined = metric.defined_on(fits);
    (!reasons.is_empty()).then(|| format!("defined on {defined} of {}: {}", counted(fits, "split"), reasons.join(", ")))
}

/// Share of perfect fits; empty if no fit has a value. `below` is the path of the metric.
pub fn perfect(below: &str, metric: &MetricSummary) -> Vec<Piece> {
    let share = metric.perfect.filter(|_| metric.distribution.mean.is_some());
    share.map(|share| number(format!("{below}/perfect"), share, percent(share))).into_iter().collect()
}

/// Two numbers as an interval behind another.
pub fn interval([low, high]: [Piece; 2]) -> [Piece; 5] {
    [Piece::Text(" [".into()), low, Piece::Text(", ".into()), high, Piece::Text("]".into())]
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
    fn a_metric_says_on_how_many_splits_it_is_defined_and_why_not_on_the_others() {
        let one_class = [("test rows of one class", 2)];
        let defined = |values: &[f64], reasons| defined_on(&summary(values, reasons), 5);
        assert_eq!(defined(&[0.5, 0.5, 1.0, 1.0, 1.0], &[]), None);
        let partly = "defined on 3 of 5 splits: test rows of one class on 2";
        assert_eq!(defined(&[0.5, 0.75, 1.0], &one_class).unwrap(), partly);
        assert_eq!(without_value(&summary(&[], &[("no test rows", 5)]), 5), "not defined: no test rows");
        // A failed fit does not make the metric undefined.
        let failed = format!("\u{2013} on 3 ({partly})");
        assert_eq!(without_value(&summary(&[f64::NAN; 3], &one_class), 5), failed);
        assert_eq!(fits_without(&summary(&[0.5, f64::NAN, 1.0], &one_class)).unwrap(), "\u{2013} on 1");
        assert_eq!(fits_without(&summary(&[0.5, 0.5, 1.0], &one_class)), None);
    }
}
