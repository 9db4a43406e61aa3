//! The report as text for a terminal: a table per data set and model, then each claim in a sentence.

use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use console::Style;
use indexmap::IndexMap;

use super::percent;
use super::schema::{
    CellSummary, ClaimResult, ClaimVerdict, Comparison, Counts, INTERVAL_LEVEL, MetricSummary, Ranking, Report,
    SplitSummary,
};
use crate::record::{DataSetSummary, Separation};

/// How to render.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Columns of the terminal.
    pub width: u16,
    /// Whether words may be coloured.
    pub colour: bool,
}

/// Renders the report.
pub fn render(report: &Report, layout: Layout) -> String {
    let mut text = heading(&report.experiment.title, layout);
    for dataset in &report.datasets {
        for model in &report.models {
            let in_table = |cell: &&CellSummary| cell.dataset == dataset.name && cell.model == model.name;
            let cells: Vec<&CellSummary> = report.cells.iter().filter(in_table).collect();
            text.push('\n');
            text.push_str(&wrap(&describe(dataset, report), "", layout.width));
            if report.models.len() > 1 || model.name != "maximum likelihood" {
                text.push_str(&wrap(&format!("model: {}", model.name), "", layout.width));
            }
            let of_splits = |splits: &&SplitSummary| splits.dataset == dataset.name && splits.model == model.name;
            if let Some(splits) = report.splits.iter().find(of_splits) {
                text.push_str(&wrap(&existence(splits), "", layout.width));
            }
            text.push_str(&table(&cells, layout.width));
            text.push('\n');
            let of_table = |pair: &&Comparison| pair.dataset == dataset.name && pair.model == model.name;
            let pairs: Vec<&Comparison> = report.comparisons.iter().filter(of_table).collect();
            text.push_str(&wrap(&compared(&pairs), "", layout.width));
        }
    }
    for cell in &report.cells {
        for (reason, fits) in &cell.failed_because {
            let first = cell.failures.iter().find(|failure| failure.reason == *reason);
            let split = first.map_or_else(String::new, |failure| format!(", first on split {}", failure.split));
            let CellSummary { solver, dataset, .. } = cell;
            let line = format!("{fits} fits of {solver} on {dataset} failed{split}: {reason}");
            text.push_str(&wrap(&line, "  ", layout.width));
        }
    }
    for solver in &report.solvers {
        if let Some(reason) = &solver.skipped {
            text.push_str(&wrap(&format!("skipped {}: {reason}", solver.name), "  ", layout.width));
        }
    }
    // That data sets are too few is said once, if there are several.
    let told = |ranking: &&Ranking| {
        ranking.tests.is_some() || ranking.measure == "test_accuracy" && ranking.datasets.len() > 1
    };
    for ranking in report.rankings.iter().filter(told) {
        let model = if report.models.len() > 1 { format!("{}: ", ranking.model) } else { String::new() };
        text.push_str(&wrap(&format!("{model}{}", ranking.conclusion), "", layout.width));
    }
    for claim in &report.claims {
        text.push('\n');
        text.push_str(&claim_text(claim, layout));
    }
    text
}

fn heading(title: &str, layout: Layout) -> String {
    let title = wrap(title, "", layout.width);
    Style::new().bold().force_styling(layout.colour).apply_to(title.trim_end()).to_string() + "\n"
}

fn describe(dataset: &DataSetSummary, report: &Report) -> String {
    let [negative, positive] = &dataset.classes;
    let positives = dataset.positives.map_or_else(String::new, |count| format!(" ({count} rows)"));
    let separation = match dataset.separation {
        Some(Separation::Complete) => "; all rows together are completely separable",
        Some(Separation::QuasiComplete) => "; all rows together are quasi-completely separable",
        Some(Separation::Overlap) => "; all rows together overlap",
        None => "",
    };
    let test = match report.experiment.test_fraction {
        0.0 => "all rows in the training set".to_owned(),
        share => format!("{} of the rows in the test set", percent(share)),
    };
    format!(
        "{}: {} rows, {} features, {positive}{positives} against {negative}{separation}; {} splits, {test}",
        dataset.name, dataset.rows, dataset.features, report.experiment.repeats,
    )
}

/// On how many splits there is an optimum to find.
fn existence(splits: &SplitSummary) -> String {
    let SplitSummary { splits: count, separation, with_optimum, columns, rank: [least, most], .. } = splits;
    let kinds: Vec<String> = separation
        .iter()
        .filter(|(kind, fits)| *kind != "overlap" && **fits > 0)
        .map(|(kind, fits)| format!("{kind}{} {fits}", if kind == "undecided" { "" } else { " separation" }))
        .collect();
    let others = if kinds.is_empty() { String::new() } else { format!("; {}", kinds.join(", ")) };
    let rank = match (*least as usize == *columns, least == most) {
        (true, _) => String::new(),
        (false, true) => format!("; rank {least} of {columns} columns"),
        (false, false) => format!("; rank {least} to {most} of {columns} columns"),
    };
    let with = separation.get("overlap").copied().unwrap_or(0);
    format!("training rows with an optimum: {with} of {count} splits ({}){others}{rank}", percent(*with_optimum))
}

/// The comparisons of one table: in full for two solvers, else what is found among all pairs.
fn compared(pairs: &[&Comparison]) -> String {
    if let [pair] = pairs {
        return pair.conclusion.clone();
    }
    let tested: Vec<_> = pairs.iter().filter(|pair| pair.test_accuracy.on_new_data.is_some()).collect();
    if tested.is_empty() {
        return String::new();
    }
    let differs = |p: Option<f64>| p.is_some_and(|p| p <= 1.0 - INTERVAL_LEVEL);
    let over_splits = tested
        .iter()
        .filter(|pair| differs(pair.test_accuracy.over_splits.as_ref().map(|test| test.p_adjusted)))
        .count();
    let on_new_data: Vec<String> = tested
        .iter()
        .filter(|pair| differs(pair.test_accuracy.on_new_data.as_ref().map(|test| test.p_adjusted)))
        .map(|pair| pair.solvers.join(" and "))
        .collect();
    let new_data = match &on_new_data[..] {
        [] => "in none".to_owned(),
        few @ ([_] | [_, _] | [_, _, _]) => format!("between {}", few.join(", ")),
        many => format!("in {}", many.len()),
    };
    let one_is_not_there = |pair: &&&&Comparison| {
        pair.same_minimiser.as_ref().is_some_and(|check| check.same_threshold && check.under_converged > 0)
    };
    let under_converged = match tested.iter().filter(one_is_not_there).count() {
        0 => String::new(),
        count => format!(
            "; in {count} they differ where there is one optimum: that is under-convergence, not a better classifier"
        ),
    };
    format!(
        "{} pairs of solvers: test accuracies differ over random splits of these data in {over_splits}, on new data \
         {new_data} (t-tests, corrected for the rows that splits share; Holm's adjustment){under_converged}",
        pairs.len(),
    )
}

/// Lines above, below the header, and at the end.
const LINES: TableStyle = TableStyle::new()
    .top_border(LineStyle::none().fill('─').junction('─'))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .bottom_border(LineStyle::none().fill('─').junction('─'));

/// Columns below which ranges and intervals are left out, so that names need not be broken.
const WIDE: u16 = 100;

fn table(cells: &[&CellSummary], width: u16) -> String {
    let wide = width >= WIDE;
    let mut table = Table::new();
    table.load_style(LINES).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    let header = if wide {
        ["solver", "test accuracy", "splits at 100 %", "iterations", "stop", "verdict"]
    } else {
        ["solver", "accuracy", "100 %", "iterations", "stop", "verdict"]
    };
    table.set_header(header);
    for cell in cells {
        let accuracy = cell.metrics.get("test_accuracy");
        table.add_row([
            Cell::new(plain(&cell.solver)),
            Cell::new(accuracy.map(|metric| range(metric, wide)).unwrap_or_default()),
            Cell::new(accuracy.map(|metric| perfect(metric, wide)).unwrap_or_default()),
            Cell::new(iterations(&cell.iterations, wide)).set_alignment(CellAlignment::Right),
            Cell::new(counted(&cell.stops)),
            Cell::new(counted(&cell.verdicts)),
        ]);
    }
    table.trim_fmt()
}

/// Mean and range.
fn range(metric: &MetricSummary, wide: bool) -> String {
    match metric.distribution {
        super::schema::Distribution { mean: Some(mean), .. } if !wide => format!("{mean:.4}"),
        super::schema::Distribution { mean: Some(mean), min: Some(min), max: Some(max), .. } => {
            format!("{mean:.4} [{min:.2}, {max:.2}]")
        }
        _ => "not defined".to_owned(),
    }
}

/// Share of perfect fits with its interval; nothing where no fit has the metric.
fn perfect(metric: &MetricSummary, wide: bool) -> String {
    match (metric.perfect.filter(|_| metric.distribution.mean.is_some()), metric.interval) {
        (Some(share), Some(_)) if !wide => percent(share),
        (Some(share), Some([low, high])) => {
            format!("{} [{:.2}, {:.2}]", percent(share), 100.0 * low, 100.0 * high)
        }
        _ => String::new(),
    }
}

fn iterations(counts: &Counts, wide: bool) -> String {
    if !wide {
        return counts.median.to_string();
    }
    format!("{} ({}-{})", counts.median, counts.min, counts.max)
}

/// The kinds that occur, most frequent first.
fn counted(kinds: &IndexMap<String, usize>) -> String {
    let mut kinds: Vec<_> = kinds.iter().filter(|(_, count)| **count > 0).collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    kinds.iter().map(|(name, count)| format!("{} {count}", plain(name))).collect::<Vec<_>>().join("\n")
}

fn claim_text(claim: &ClaimResult, layout: Layout) -> String {
    let style = match claim.verdict {
        ClaimVerdict::Supported => Style::new().green(),
        ClaimVerdict::Refuted => Style::new().red(),
        ClaimVerdict::Undecided => Style::new().yellow(),
    };
    let verdict = style.bold().force_styling(layout.colour).apply_to(claim.verdict.name().to_uppercase()).to_string();
    let first = wrap(&format!("{}: {}", claim.name, claim.statement), "  ", layout.width);
    let second = wrap(&sentence(&claim.explanation), "  ", layout.width);
    format!("{verdict}\n{first}{second}")
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A text without control characters: names come from files, and a terminal would obey them.
fn plain(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// Breaks text at spaces into lines of at most `width` characters, each behind `indent`.
pub(super) fn wrap(text: &str, indent: &str, width: u16) -> String {
    let width = usize::from(width).max(indent.len() + 20);
    let mut wrapped = String::new();
    let mut line = String::from(indent);
    for word in plain(text).split_whitespace() {
        if line.len() > indent.len() && line.chars().count() + 1 + word.chars().count() > width {
            wrapped.push_str(&line);
            wrapped.push('\n');
            line.replace_range(indent.len().., "");
        }
        if line.len() > indent.len() {
            line.push(' ');
        }
        line.push_str(word);
    }
    wrapped + &line + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_at_spaces() {
        assert_eq!(wrap("one two three four five six", "  ", 22), "  one two three four\n  five six\n");
        assert_eq!(wrap("", "", 80), "\n");
    }
}
