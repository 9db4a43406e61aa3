//! The report of a single fit as a page for a terminal.

use super::columns::{Column, table};
use super::errors::{estimate, p_value_within, printed};
use super::numbers::{aligned, decimals, significant};
use super::remarks::iterations;
use super::{IntervalMethod, LikelihoodRatioReport, MissingEnd, SingleFitReport};
use crate::data::Reading;
use crate::record::Verdict;
use crate::report::terminal::wrap;
use crate::report::{percent, phrases};
use crate::statistics::words::counted;

/// Digits of z: three decimals.
const Z_DIGITS: usize = 4;
/// Significant digits of likelihoods, deviances and criteria.
const LIKELIHOOD_DIGITS: usize = 7;

/// The page. Paragraphs are at most `width` columns wide, tables as wide as their numbers.
pub fn render(report: &SingleFitReport, width: u16) -> String {
    let mut page = wrap(&report.call, "", u16::MAX);
    page.push('\n');
    page.push_str(&wrap(&what(report), "", width));
    for sentence in report.read.iter().flat_map(Reading::sentences) {
        page.push_str(&wrap(&sentence, "", width));
    }
    page.push('\n');
    page.push_str(&if report.verdict == Verdict::Separated {
        of_limit(report, width)
    } else {
        of_coefficients(report, width)
    });
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
    let unit = if report.by_row_of_counts.is_some() { "trial" } else { "row" };
    let rows = [report.rows.saturating_sub(report.positives), report.positives];
    let weighted = report.class_weight.as_ref().map(|words| format!(", class weights {words}")).unwrap_or_default();
    let scaled = match report.scaling {
        "none" => String::new(),
        scaling => format!(", columns scaled ({scaling})"),
    };
    format!(
        "Logistic regression of {} by {by}{weighted}{scaled}; {}: {} after {}{}.",
        phrases::against(&report.classes, |code| rows.get(code).map(|rows| counted(*rows, unit))),
        report.solver,
        report.stop,
        iterations(report.iterations),
        if report.refined { ", and on to the maximum in twice the precision" } else { "" }
    )
}

fn of_coefficients(report: &SingleFitReport, width: u16) -> String {
    let Some(coefficients) = &report.coefficients else { return table(&report.terms, &[], width) };
    let mut columns = vec![Column::new("estimate", coefficients, report.coefficient_errors.as_deref(), estimate)];
    if let Some(optimum) = report.optimum.as_ref().filter(|_| columns[0].is_uncertain()) {
        let maximum = Column::new("maximum", &optimum.coefficients, Some(&optimum.coefficient_errors), estimate);
        // An estimate of 0 is uncertain to its first digit, and no digit of the maximum says more.
        columns.extend(Some(maximum).filter(|maximum| !maximum.reads_as(&columns[0])));
    }
    if let Some(errors) = &report.standard_errors {
        columns.push(Column::new("std. error", errors, report.standard_error_errors.as_deref(), estimate));
    }
    if let Some((z, p)) = report.z.as_ref().zip(report.p.as_ref()) {
        columns.push(Column::new("z", z, report.z_errors.as_deref(), |z, error| printed(z, error, Z_DIGITS, decimals)));
        columns.push(Column::new("p", p, report.p_errors.as_deref(), p_value_within));
    }
    columns.extend(of_likelihood_ratios(report));
    columns.extend(of_intervals(report));
    table(&report.terms, &columns, width)
}

/// The column of p-values of likelihood-ratio tests, if there are such tests.
fn of_likelihood_ratios(report: &SingleFitReport) -> Option<Column> {
    let of = |part: fn(&LikelihoodRatioReport) -> Option<f64>| -> Option<Vec<Option<f64>>> {
        Some(report.likelihood_ratio.as_ref()?.iter().map(|test| test.as_ref().and_then(part)).collect())
    };
    let (values, errors) = (of(|test| test.p)?, of(|test| test.p_error)?);
    Some(Column::new("LR p", &values, Some(&errors), p_value_within))
}

/// A column for either end of the intervals, if there are intervals.
fn of_intervals(report: &SingleFitReport) -> Vec<Column> {
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
        let errors = report
            .interval_errors
            .as_ref()
            .map(|errors| -> Vec<Option<f64>> { errors.iter().map(|ends| (*ends)?[place]).collect() });
        Column::new(&heading, &values, errors.as_deref(), estimate)
    })
    .collect()
}

fn of_limit(report: &SingleFitReport, width: u16) -> String {
    // Every digit of it: a rounded direction proves nothing.
    let entry = |j: usize| report.direction.as_ref().and_then(|direction| Some(direction.get(j)?.0.to_string()));
    let direction: Vec<String> = (0..report.terms.len()).map(|j| entry(j).unwrap_or_else(|| "-".to_owned())).collect();
    let mut columns = vec![Column::of_texts("direction", &direction)];
    if let Some(limit) = &report.limit {
        columns.push(Column::new("limit", &limit.coefficients, Some(&limit.coefficient_errors), estimate));
        columns.push(Column::new("std. error", &limit.standard_errors, Some(&limit.standard_error_errors), estimate));
    }
    columns.extend(of_likelihood_ratios(report));
    columns.extend(of_intervals(report));
    table(&report.terms, &columns, width)
}

/// Lines with deviances, log-likelihood and criteria.
fn likelihoods(report: &SingleFitReport) -> String {
    let freedom = |degrees: Option<usize>| degrees.map_or_else(String::new, |n| format!(" on {n} degrees of freedom"));
    let by_row = report.by_row_of_counts.as_ref();
    let limit = report.limit.as_ref().filter(|_| report.verdict == Verdict::Separated);
    let supremum = limit.map(|limit| limit.log_likelihood);
    let rows = [
        ("null deviance", Some(report.null_deviance), freedom(report.null_degrees_of_freedom)),
        ("residual deviance", report.deviance, freedom(report.degrees_of_freedom)),
        (
            "null deviance by row of counts",
            by_row.map(|by_row| by_row.null_deviance),
            freedom(by_row.map(|by_row| by_row.null_degrees_of_freedom)),
        ),
        (
            "residual deviance by row of counts",
            by_row.and_then(|by_row| by_row.deviance),
            freedom(by_row.and_then(|by_row| by_row.degrees_of_freedom)),
        ),
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
