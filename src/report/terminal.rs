//! The report as text for a terminal: a table per data set and model, then each claim in a sentence.

use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use console::Style;
use indexmap::IndexMap;

use super::schema::{CellSummary, ClaimResult, ClaimVerdict, Comparison, Ranking, Report, SplitSummary};
use super::words::{
    compared, describe, existence, frequent, iterations, perfect, plain, range, sentence, standing, text,
};

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
        text.push_str(&claim_text(report, claim, layout));
    }
    text
}

fn heading(title: &str, layout: Layout) -> String {
    let title = wrap(title, "", layout.width);
    Style::new().bold().force_styling(layout.colour).apply_to(title.trim_end()).to_string() + "\n"
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
            Cell::new(accuracy.map(|metric| text(&range(metric, wide))).unwrap_or_default()),
            Cell::new(accuracy.map(|metric| text(&perfect(metric, wide))).unwrap_or_default()),
            Cell::new(text(&iterations(&cell.iterations, wide))).set_alignment(CellAlignment::Right),
            Cell::new(counted(&cell.stops)),
            Cell::new(counted(&cell.verdicts)),
        ]);
    }
    table.trim_fmt()
}

/// The kinds that occur, a line for each.
fn counted(kinds: &IndexMap<String, usize>) -> String {
    frequent(kinds).iter().map(|(name, count)| format!("{} {count}", plain(name))).collect::<Vec<_>>().join("\n")
}

fn claim_text(report: &Report, claim: &ClaimResult, layout: Layout) -> String {
    let style = match claim.verdict {
        ClaimVerdict::Supported => Style::new().green(),
        ClaimVerdict::Refuted => Style::new().red(),
        ClaimVerdict::Undecided => Style::new().yellow(),
    };
    let verdict = style.bold().force_styling(layout.colour).apply_to(claim.verdict.name().to_uppercase()).to_string();
    let first = wrap(&format!("{}: {}", claim.name, claim.statement), "  ", layout.width);
    let words = format!("{} {}", sentence(&claim.explanation), standing(report, claim));
    let second = wrap(&words, "  ", layout.width);
    format!("{verdict}\n{first}{second}")
}

/// Breaks text at spaces into lines of at most `width` characters, each behind `indent`.
fn wrap(text: &str, indent: &str, width: u16) -> String {
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
