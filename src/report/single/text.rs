//! The report of a single fit as a page for a terminal.

use super::numbers::{aligned, p_value, significant};
use super::remarks::iterations;
use super::{IntervalMethod, MissingEnd, SingleFitReport};
use crate::record::Verdict;
use crate::report::terminal::wrap;
use crate::report::{percent, phrases};

/// Significant digits of estimates, standard errors and intervals.
const DIGITS: usize = 6;
/// Significant digits of likelihoods, deviances and criteria.
const LIKELIHOOD_DIGITS: usize = 7;

/// The page. Paragraphs are at most `width` columns wide, tables as wide as their numbers.
pub fn render(report: &SingleFitReport, width: u16) -> String {
    let mut page = wrap(&report.call, "", u16::MAX);
    page.push('\n');
    page.push_str(&wrap(&what(report), "", width));
    page.push('\n');
    page.push_str(&if report.verdict == Verdict::Separated { of_limit(report) } else { of_coefficients(report) });
    page.push('\n');
    page.push_str(&likelihoods(report));
    for remark in &report.remarks {
        page.push('\n');
        page.push_str(&wrap(remark, "", width));
    }
    if let Some(call) = &report.suggested_call {
        page.push_str(&wrap(call, "    ", u16::MAX));
    }
    page
}

fn what(report: &SingleFitReport) -> String {
    let by = &report.estimator;
    let rows = [report.rows.saturating_sub(report.positives), report.positives];
    format!(
        "Logistic regression of {} by {by}; {}: {} after {}.",
        phrases::against(&report.classes, |code| rows.get(code).copied()),
        report.solver,
        report.stop,
        iterations(report.iterations)
    )
}

fn of_coefficients(report: &SingleFitReport) -> String {
    let (coefficients, errors) = (report.coefficients.as_deref(), report.standard_errors.as_deref());
    let mut columns = vec![number_column("estimate", report, coefficients, |b| significant(b, DIGITS))];
    if errors.is_some() {
        columns.push(number_column("std. error", report, errors, |error| significant(error, DIGITS)));
        columns.push(number_column("z", report, report.z.as_deref(), |z| format!("{z:.3}")));
        columns.push(number_column("p", report, report.p.as_deref(), p_value));
    }
    columns.extend(of_intervals(report));
    table(report, columns)
}

/// A column for either end of the intervals, if there are intervals.
fn of_intervals(report: &SingleFitReport) -> Vec<Vec<String>> {
    let Some(intervals) = &report.intervals else { return Vec::new() };
    let method = match report.interval_method {
        IntervalMethod::Wald => "Wald",
        IntervalMethod::Profile => "profile",
    };
    let from = format!("{} {method} from", percent(report.level));
    let ends = [("lower", f64::NEG_INFINITY, from), ("upper", f64::INFINITY, "to".to_owned())].into_iter().enumerate();
    ends.map(|(place, (name, infinite, heading))| {
        let is_infinite = |term: &String| {
            let of_end = |missing: &&MissingEnd| missing.term == *term && missing.end == name;
            report.missing_ends.iter().find(of_end).is_some_and(|missing| missing.because == "infinite")
        };
        let value = |(interval, term): (&Option<[Option<f64>; 2]>, &String)| {
            (*interval)?[place].or_else(|| is_infinite(term).then_some(infinite))
        };
        let values: Vec<Option<f64>> = intervals.iter().zip(&report.terms).map(value).collect();
        number_column(&heading, report, Some(&values), |bound| significant(bound, DIGITS))
    })
    .collect()
}

fn of_limit(report: &SingleFitReport) -> String {
    // Every digit of it: a rounded direction proves nothing.
    let entry = |j: usize| report.direction.as_ref().and_then(|direction| Some(direction.get(j)?.0.to_string()));
    let direction: Vec<String> = (0..report.terms.len()).map(|j| entry(j).unwrap_or_else(|| "-".to_owned())).collect();
    let mut columns = vec![std::iter::once("direction".to_owned()).chain(aligned(&direction)).collect::<Vec<_>>()];
    if let Some(limit) = &report.limit {
        for (heading, values) in [("limit", &limit.coefficients), ("std. error", &limit.standard_errors)] {
            columns.push(number_column(heading, report, Some(values), |value| significant(value, DIGITS)));
        }
    }
    columns.extend(of_intervals(report));
    table(report, columns)
}

/// A heading and a text per coefficient, the numbers aligned; `-` for a number that does not exist.
fn number_column(
    heading: &str,
    report: &SingleFitReport,
    values: Option<&[Option<f64>]>,
    show: impl Fn(f64) -> String,
) -> Vec<String> {
    let value = |j: usize| values.and_then(|values| values.get(j).copied().flatten());
    let texts: Vec<String> = (0..report.terms.len()).map(|j| value(j).map_or("-".to_owned(), &show)).collect();
    std::iter::once(heading.to_owned()).chain(aligned(&texts)).collect()
}

/// A table: the names of the coefficients, then the columns, each as wide as its widest text.
fn table(report: &SingleFitReport, columns: Vec<Vec<String>>) -> String {
    let width = |texts: &[String]| texts.iter().map(|text| text.chars().count()).max().unwrap_or(0);
    let names: Vec<String> = std::iter::once(String::new()).chain(report.terms.iter().cloned()).collect();
    let of_names = width(&names);
    let mut text = String::new();
    for (line, name) in names.iter().enumerate() {
        let mut row = format!("{name:<of_names$}");
        for column in &columns {
            let cell = column.get(line).map_or("", String::as_str);
            row.push_str(&format!("  {cell:>0$}", width(column)));
        }
        text.push_str(row.trim_end());
        text.push('\n');
    }
    text
}

/// Lines with deviances, log-likelihood and criteria.
fn likelihoods(report: &SingleFitReport) -> String {
    let freedom = |degrees: usize| format!(" on {degrees} degrees of freedom");
    let limit = report.limit.as_ref().filter(|_| report.verdict == Verdict::Separated);
    let supremum = limit.map(|limit| limit.log_likelihood);
    let rows = [
        ("null deviance", Some(report.null_deviance), freedom(report.null_degrees_of_freedom)),
        ("residual deviance", report.deviance, report.degrees_of_freedom.map_or_else(String::new, freedom)),
        ("log-likelihood", report.log_likelihood, String::new()),
        ("supremum of the log-likelihood", supremum, String::new()),
        ("AIC", report.aic, String::new()),
        ("BIC", report.bic, String::new()),
        ("McFadden's R²", report.mcfadden, String::new()),
    ];
    let there: Vec<(&str, f64, &String)> =
        rows.iter().filter_map(|(name, value, note)| Some((*name, (*value)?, note))).collect();
    let numbers: Vec<String> = there.iter().map(|(_, value, _)| significant(*value, LIKELIHOOD_DIGITS)).collect();
    let width = there.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or(0);
    let line = |((name, _, note), number): (&(&str, f64, &String), String)| {
        format!("{name:<width$}  {}", number + note).trim_end().to_owned() + "\n"
    };
    there.iter().zip(aligned(&numbers)).map(line).collect()
}
