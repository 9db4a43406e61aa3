//! The report as blocks of a document: data, tables, comparisons in words, failures, and claims.

use indexmap::IndexMap;

use super::document::{Block, Tone, Word};
use super::phrases::{self, describe, existence, sentence};
use super::schema::{
    CellSummary, ClaimResult, ClaimVerdict, Comparison, ModelComparison, Report, SkippedSummary, SplitSummary,
};
use super::{answer, decided_claims, first_ranks, new_data, one_screen, remedies, solver_pairs, tables};
use crate::data::Reading;
use crate::metric::{HEADLINE, METRICS};
use crate::statistics::words::counted;

/// The extent of a summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// A table per data set and model; an overview of a screen if there are many.
    Summary,
    /// A table per data set and model, however many.
    All,
    /// As `All`, with tables of pairs of solvers and of their ranks.
    Document,
}

/// Most tables, one per data set and model, that a summary shows.
const MOST_TABLES: usize = 6;

/// Most lines of a list in a longer summary.
const MOST_LINES: usize = 5;

/// The report in blocks.
pub fn blocks(report: &Report, extent: Extent) -> Vec<Block> {
    let mut blocks = vec![Block::Title(report.experiment.title.clone())];
    let answer = answer::sentences(report);
    blocks.extend((!answer.is_empty()).then_some(Block::List(answer)));
    if extent == Extent::Document {
        blocks.extend(claims(report));
    }
    let is_overview =
        extent == Extent::Summary && report.datasets.len().saturating_mul(report.models.len()) > MOST_TABLES;
    blocks.extend(if is_overview { overview(report) } else { each(report, extent) });
    blocks.extend(failures(report, is_overview));
    blocks.extend(if is_overview { ranking_groups(report) } else { rankings(report, extent) });
    if extent != Extent::Document {
        blocks.extend(claims(report));
    }
    blocks.extend(answer::words(report).map(Block::Paragraph));
    blocks
}

/// A section per data set and model.
fn each(report: &Report, extent: Extent) -> Vec<Block> {
    let mut blocks = Vec::new();
    for dataset in &report.datasets {
        blocks.push(Block::Heading(describe(dataset, report)));
        blocks.extend(dataset.read.iter().flat_map(Reading::sentences).map(Block::Paragraph));
        blocks.extend(phrases::split_groups(dataset, report).map(Block::Paragraph));
        for (place, model) in report.models.iter().enumerate() {
            let in_table = |cell: &&CellSummary| cell.dataset == dataset.name && cell.model == model.name;
            let cells: Vec<&CellSummary> = report.cells.iter().filter(in_table).collect();
            let name = format!("model: {}", model.name);
            match (place, report.models.len()) {
                (0, 1) if model.name == "maximum likelihood" => {}
                (0, _) => blocks.push(Block::Paragraph(name)),
                _ => blocks.push(Block::Heading(name)),
            }
            blocks.extend(phrases::start(model).map(Block::Paragraph));
            let of_splits = |splits: &&SplitSummary| splits.dataset == dataset.name && splits.model == model.name;
            if let Some(splits) = report.splits.iter().find(of_splits) {
                blocks.push(Block::Paragraph(existence(report, splits)));
            }
            let place = format!("{}, {}", dataset.name, model.name);
            blocks.push(Block::Table(tables::results(report, place.clone(), &cells)));
            blocks.extend(new_data::accuracy(report, &cells).map(Block::Paragraph));
            blocks.extend(phrases::without_gap(&cells).into_iter().map(Block::Paragraph));
            blocks.extend(tables::requested(format!("{place}: metrics on request"), &cells).map(Block::Table));
            blocks
                .extend(tables::bootstrap_errors(format!("{place}: error rate on new data"), &cells).map(Block::Table));
            blocks.extend(phrases::no_bootstrap(dataset, report).map(Block::Paragraph));
            blocks.extend(remedies::remedies(report, &cells).into_iter().map(Block::Paragraph));
            let of_table = |pair: &&Comparison| pair.dataset == dataset.name && pair.model == model.name;
            let pairs: Vec<&Comparison> = report.comparisons.iter().filter(of_table).collect();
            let words = solver_pairs::compared(&pairs, &cells);
            blocks.extend((!words.is_empty()).then_some(Block::Paragraph(words)));
            let lines = if extent == Extent::Document { Vec::new() } else { solver_pairs::lines(&pairs) };
            if !lines.is_empty() {
                blocks.push(Block::Paragraph(solver_pairs::about_lines()));
                blocks.push(Block::List(lines));
            }
            if extent == Extent::Document && !pairs.is_empty() {
                let table = tables::pairs(format!("{place}: solvers in pairs, on the same splits"), &pairs);
                let summary = format!("Solvers in pairs on {place}");
                blocks.push(Block::Details { summary, blocks: vec![Block::Table(table)] });
            }
        }
        blocks.extend(models_in_pairs(report, &dataset.name));
    }
    blocks
}

/// The models on one data set, in pairs, by the solver with most fits proved optimal.
fn models_in_pairs(report: &Report, dataset: &str) -> Vec<Block> {
    let solver = answer::representative(report);
    let is_own = |pair: &&ModelComparison| Some(pair.solver.as_str()) == solver && pair.dataset == dataset;
    let pairs: Vec<&ModelComparison> = report.model_comparisons.iter().filter(is_own).collect();
    let Some(first) = pairs.iter().find(|pair| pair.test_accuracy.mean_difference.is_some()) else { return Vec::new() };
    let caption = format!("{dataset}: models in pairs, on the same splits, by {}", first.solver);
    vec![
        Block::Heading(format!("{caption}; p-values have Holm's adjustment for all pairs, intervals have none")),
        Block::Table(tables::model_pairs(caption, &pairs)),
    ]
}

/// What is said of many data sets together.
fn overview(report: &Report) -> Vec<Block> {
    let mut blocks = one_screen::blocks(report);
    let cells: Vec<&CellSummary> = report.cells.iter().collect();
    let read = report.datasets.iter().flat_map(|dataset| {
        let sentences = dataset.read.iter().flat_map(Reading::sentences);
        sentences.map(|sentence| format!("{}: {sentence}", dataset.name))
    });
    let notes: Vec<String> = read.chain(one_class(report)).collect();
    blocks.extend((!notes.is_empty()).then_some(Block::List(few(notes))));
    blocks.extend(phrases::starts(&report.models).map(Block::Paragraph));
    blocks.extend(phrases::without_gap(&cells).into_iter().map(Block::Paragraph));
    blocks.extend(remedies::remedies(report, &cells).into_iter().map(Block::Paragraph));
    blocks
}

/// The splits with rows of one class, a line for each data set and all models of which the same is so.
fn one_class(report: &Report) -> impl Iterator<Item = String> {
    let mut lines: IndexMap<(&str, String), Vec<&str>> = IndexMap::new();
    for splits in &report.splits {
        let parts = phrases::one_class(splits);
        if !parts.is_empty() {
            lines.entry((&splits.dataset, parts.join("; "))).or_default().push(&splits.model);
        }
    }
    let all = report.models.len();
    lines.into_iter().map(move |((dataset, words), models)| match models.len() {
        own if own == all => format!("{dataset}: {words}"),
        _ => format!("{dataset}, {}: {words}", models.join(", ")),
    })
}

/// The first of many lines, and the number of the others.
fn few(mut lines: Vec<String>) -> Vec<String> {
    let more = lines.len().saturating_sub(MOST_LINES);
    if more > 1 {
        lines.truncate(MOST_LINES);
        lines.push(format!("{more} more lines: `logitbench report FILE --details` shows all"));
    }
    lines
}

/// Fits that failed, and solvers that were not run, at all or under a model.
fn failures(report: &Report, is_overview: bool) -> Option<Block> {
    let mut lines = Vec::new();
    for cell in &report.cells {
        for (reason, fits) in &cell.failed_because {
            let first = cell.failures.iter().find(|failure| failure.reason == *reason);
            let split = first.map_or_else(String::new, |failure| format!(", first on split {}", failure.split));
            let CellSummary { solver, dataset, .. } = cell;
            let fits = counted(*fits, "fit");
            lines.push(format!("{fits} of {solver} on {dataset} failed{split}: {reason}"));
        }
    }
    for solver in &report.solvers {
        if let Some(reason) = &solver.skipped {
            lines.push(format!("skipped {}: {reason}", solver.name));
        }
    }
    for SkippedSummary { model, solver, reason } in &report.skipped {
        lines.push(format!("skipped {solver} under {model}: {reason}"));
    }
    let lines = if is_overview { few(lines) } else { lines };
    (!lines.is_empty()).then_some(Block::List(lines))
}

/// What ranks over data sets show, a line for each measure and all models.
fn ranking_groups(report: &Report) -> Vec<Block> {
    let mut lines = first_ranks::of_solvers(report);
    lines.extend(answer::representative(report).into_iter().flat_map(|solver| first_ranks::of_models(report, solver)));
    if lines.is_empty() { Vec::new() } else { vec![Block::List(lines)] }
}

/// Conclusions over data sets.
fn rankings(report: &Report, extent: Extent) -> Vec<Block> {
    let mut blocks = Vec::new();
    for ranking in &report.rankings {
        // Only the headline ranking says that data sets are too few, so that it is said once.
        if ranking.tests.is_some() || ranking.measure == METRICS[HEADLINE].name && ranking.datasets.len() > 1 {
            let model = if report.models.len() > 1 { format!("{}: ", ranking.model) } else { String::new() };
            blocks.push(Block::Paragraph(format!("{model}{}", ranking.conclusion)));
        }
        if extent == Extent::Document && ranking.datasets.len() > 1 {
            blocks.push(Block::Table(tables::ranking(ranking)));
        }
    }
    blocks.extend(model_rankings(report, extent));
    blocks
}

/// Conclusions on models over data sets, by the solver with most fits proved optimal.
fn model_rankings(report: &Report, extent: Extent) -> Vec<Block> {
    let solver = answer::representative(report);
    let own = report.model_rankings.iter().filter(|ranking| Some(ranking.solver.as_str()) == solver);
    let mut blocks = Vec::new();
    for ranking in own {
        let is_said = ranking.average_ranks.is_some() || ranking.measure == METRICS[HEADLINE].name;
        blocks.extend(is_said.then(|| Block::Paragraph(ranking.conclusion.clone())));
        blocks.extend((extent == Extent::Document).then(|| Block::Table(tables::model_ranking(ranking))));
    }
    blocks
}

/// The verdict of a claim as a word with its tone.
pub fn claim_word(verdict: ClaimVerdict) -> Word {
    let tone = match verdict {
        ClaimVerdict::Supported => Tone::Good,
        ClaimVerdict::Refuted => Tone::Bad,
        ClaimVerdict::Undecided => Tone::Doubtful,
    };
    Word { text: verdict.name().to_uppercase(), tone }
}

/// The claims, and how likely any of them is decided wrongly.
fn claims(report: &Report) -> impl Iterator<Item = Block> {
    report.claims.iter().map(claim).chain(decided_claims::wrong_in_words(report).map(Block::Paragraph))
}

fn claim(claim: &ClaimResult) -> Block {
    let paragraphs = vec![format!("{}: {}", claim.name, claim.statement), sentence(&claim.explanation)];
    Block::Finding { word: claim_word(claim.verdict), paragraphs }
}
