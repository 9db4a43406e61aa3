//! The report as blocks of a document: data, tables, comparisons in words, failures, and claims.

use super::document::{Block, Tone, Word};
use super::phrases::{self, describe, existence, sentence};
use super::schema::{
    CellSummary, ClaimResult, ClaimVerdict, Comparison, ModelComparison, Report, SkippedSummary, SplitSummary,
};
use super::{answer, decided_claims, new_data, remedies, solver_pairs, tables};
use crate::data::Reading;
use crate::metric::{HEADLINE, METRICS};
use crate::record::Verdict;
use crate::solver::Stop;
use crate::statistics::words::counted;

/// The extent of a summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// A table per data set and model; one table for all if there are many.
    Summary,
    /// A table per data set and model, however many.
    All,
    /// As `All`, with tables of pairs of solvers and of their ranks.
    Document,
}

/// Most tables, one per data set and model, that a summary shows.
const MOST_TABLES: usize = 6;

/// Most rows of the one table that replaces them in a longer summary.
const MOST_ROWS: usize = 40;

/// The report in blocks.
pub fn blocks(report: &Report, extent: Extent) -> Vec<Block> {
    let mut blocks = vec![Block::Title(report.experiment.title.clone())];
    let answer = answer::sentences(report);
    blocks.extend((!answer.is_empty()).then_some(Block::List(answer)));
    if extent == Extent::Document {
        blocks.extend(claims(report));
    }
    if extent == Extent::Summary && report.datasets.len().saturating_mul(report.models.len()) > MOST_TABLES {
        blocks.extend(overview(report));
    } else {
        blocks.extend(each(report, extent));
    }
    blocks.extend(failures(report));
    blocks.extend(rankings(report, extent));
    if extent != Extent::Document {
        blocks.extend(claims(report));
    }
    blocks
}

/// A section per data set and model.
fn each(report: &Report, extent: Extent) -> Vec<Block> {
    let mut blocks = Vec::new();
    for dataset in &report.datasets {
        for model in &report.models {
            let in_table = |cell: &&CellSummary| cell.dataset == dataset.name && cell.model == model.name;
            let cells: Vec<&CellSummary> = report.cells.iter().filter(in_table).collect();
            blocks.push(Block::Heading(describe(dataset, report)));
            let read = dataset.read.iter().flat_map(Reading::sentences);
            blocks.extend(read.map(Block::Paragraph));
            blocks.extend(phrases::split_groups(dataset, report).map(Block::Paragraph));
            if report.models.len() > 1 || model.name != "maximum likelihood" {
                blocks.push(Block::Paragraph(format!("model: {}", model.name)));
            }
            blocks.extend(phrases::start(model).map(Block::Paragraph));
            let of_splits = |splits: &&SplitSummary| splits.dataset == dataset.name && splits.model == model.name;
            if let Some(splits) = report.splits.iter().find(of_splits) {
                blocks.push(Block::Paragraph(existence(report, splits)));
            }
            let place = format!("{}, {}", dataset.name, model.name);
            blocks.push(Block::Table(tables::results(place.clone(), &cells)));
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

/// One table in place of many.
fn overview(report: &Report) -> Vec<Block> {
    let cells: Vec<&CellSummary> = report.cells.iter().collect();
    let (datasets, models, count) = (report.datasets.len(), report.models.len(), cells.len());
    let (shown, which) = if count > MOST_ROWS {
        let which = format!(
            "the {MOST_ROWS} of {count} cells with the largest share of fits that broke down or are not proved"
        );
        (worst(cells), which)
    } else {
        (cells, "a row per cell".to_owned())
    };
    let models = if models > 1 { format!(" and {models} models") } else { String::new() };
    let set_apart = report.splits.iter().filter_map(|splits| {
        let parts = phrases::one_class(splits);
        let place = format!("{}, {}", splits.dataset, splits.model);
        (!parts.is_empty()).then(|| format!("{place}: {}", parts.join("; ")))
    });
    let set_apart: Vec<String> = set_apart.collect();
    let read = report.datasets.iter().flat_map(|dataset| {
        let sentences = dataset.read.iter().flat_map(Reading::sentences);
        sentences.map(|sentence| format!("{}: {sentence}", dataset.name))
    });
    let read: Vec<String> = read.collect();
    let mut blocks = vec![
        Block::Heading(format!(
            "{datasets} data sets{models}, {} splits each: {which}; `logitbench report FILE --all` shows a table and findings per \
             data set",
            report.experiment.splits(),
        )),
        Block::Table(tables::overview(report, &shown)),
    ];
    blocks.extend((!read.is_empty()).then_some(Block::List(read)));
    blocks.extend(phrases::starts(&report.models).map(Block::Paragraph));
    blocks.extend(phrases::without_gap(&shown).into_iter().map(Block::Paragraph));
    blocks.extend(remedies::remedies(report, &shown).into_iter().map(Block::Paragraph));
    blocks.extend((!set_apart.is_empty()).then_some(Block::List(set_apart)));
    blocks
}

/// The cells with the largest share of fits that broke down or are not proved, in the order of the report.
fn worst(cells: Vec<&CellSummary>) -> Vec<&CellSummary> {
    let count = |counts: &indexmap::IndexMap<String, usize>, name: &str| counts.get(name).copied().unwrap_or(0) as f64;
    let trouble = |cell: &CellSummary| {
        let broken = Stop::ALL.iter().filter(|stop| stop.broke_down()).map(|stop| count(&cell.stops, stop.name()));
        let unproved = [Verdict::Suboptimal, Verdict::Undecided].map(|verdict| cell.verdict(verdict) as f64);
        (broken.chain(unproved).sum::<f64>()) / (cell.fits.max(1) as f64)
    };
    let mut places: Vec<(usize, f64)> = cells.iter().map(|cell| trouble(cell)).enumerate().collect();
    places.sort_by(|a, b| b.1.total_cmp(&a.1));
    places.truncate(MOST_ROWS);
    places.sort_by_key(|(place, _)| *place);
    places.iter().filter_map(|(place, _)| cells.get(*place).copied()).collect()
}

/// Fits that failed, and solvers that were not run, at all or under a model.
fn failures(report: &Report) -> Option<Block> {
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
    (!lines.is_empty()).then_some(Block::List(lines))
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
