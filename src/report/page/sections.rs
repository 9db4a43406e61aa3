//! The sections of the page other than results.

use super::super::phrases::{dealt, sentence, standing, total};
use super::super::schema::{CellSummary, ClaimCell, ClaimResult, Report, SkippedSummary};
use super::super::{answer, decided_claims};
use super::html::{escape, number, table};
use crate::claim::{Observed, SetApart};
use crate::statistics::words::counted;

/// The title, a line about the run, and links to the sections.
pub fn heading(report: &Report) -> String {
    let experiment = &report.experiment;
    let fits = total(report.cells.iter().map(|cell| cell.fits));
    let splits_at = if experiment.splits.is_some() { "/experiment/splits" } else { "/experiment/repeats" };
    let splits = number(splits_at, experiment.splits(), &experiment.splits().to_string());
    let links = [
        ("claims", "Claims", !report.claims.is_empty()),
        ("figures", "Figures", true),
        ("results", "Results", true),
        ("comparisons", "Comparisons", !report.comparisons.is_empty()),
        ("fit", "One fit", true),
        ("environment", "Environment", true),
    ];
    let links = links.iter().filter(|(.., there)| *there);
    let links: String = links.map(|(id, name, _)| format!("<li><a href=\"#{id}\">{name}</a></li>")).collect();
    format!(
        "<h1>{}</h1>\n<p class=\"lead\">{fits} fits: {} on {splits} {} of {} ({}).</p>\n\
         <nav aria-label=\"Sections\"><ul>{links}</ul>\
         <button type=\"button\" id=\"theme\" aria-pressed=\"false\">Light or dark</button></nav>\n\
         <noscript><p class=\"note\">Without JavaScript the page shows the first figure of each kind, and no single fits.</p></noscript>\n",
        escape(&experiment.title),
        counted(report.solvers.iter().filter(|solver| solver.skipped.is_none()).count(), "solver"),
        if experiment.splits() == 1 { "split" } else { "splits" },
        counted(report.datasets.len(), "data set"),
        escape(&experiment.file),
    )
}

/// The answer in plain words, the deciding sentence first.
pub fn answer(report: &Report) -> String {
    let sentences = answer::sentences(report);
    let [first, others @ ..] = &sentences[..] else { return String::new() };
    let others: String = others.iter().map(|sentence| format!("<li>{}</li>\n", escape(sentence))).collect();
    let others = if others.is_empty() { others } else { format!("<ul>{others}</ul>\n") };
    let words = answer::words(report).map(|words| format!("<p class=\"note\">{}</p>\n", escape(&words)));
    format!(
        "<section id=\"answer\" aria-labelledby=\"answer-title\"><h2 id=\"answer-title\">Answer</h2>\n<p class=\"answer\">{}</p>\n\
         {others}{}</section>\n",
        escape(first),
        words.unwrap_or_default()
    )
}

/// Each claim: verdict, statement, explanation, and links to its fits.
pub fn claims(report: &Report) -> String {
    if report.claims.is_empty() {
        return String::new();
    }
    let all: String = report.claims.iter().enumerate().map(|(place, of)| claim(report, place, of)).collect();
    let wrong =
        decided_claims::wrong_in_words(report).map_or_else(String::new, |words| format!("<p>{}</p>\n", escape(&words)));
    format!(
        "<section id=\"claims\" aria-labelledby=\"claims-title\"><h2 id=\"claims-title\">Claims</h2>\n{all}{wrong}</section>\n"
    )
}

fn claim(report: &Report, place: usize, claim: &ClaimResult) -> String {
    let verdict = claim.verdict.name();
    let rows: Vec<Vec<String>> = claim
        .cells
        .iter()
        .enumerate()
        .map(|(cell, of)| claim_cell(report, &format!("/claims/{place}/cells/{cell}"), of, claim.shows()))
        .collect();
    let observed = claim.shows().map_or("observed", Observed::heading);
    let header = [
        "solver",
        "data set",
        "model",
        "verdict",
        "holds",
        observed,
        "interval",
        "splits set apart",
        "does not hold on split",
    ];
    format!(
        "<article class=\"claim {verdict}\"><h3><span class=\"verdict\">{verdict}</span> {}</h3>\n<p class=\"statement\">{}</p>\n\
         <p>{} {}</p>\n<details><summary>In each cell, and the splits on which it does not hold</summary>\n{}</details></article>\n",
        escape(&claim.name),
        escape(&claim.statement),
        escape(&sentence(&claim.explanation)),
        escape(&standing(report, claim)),
        table("The claim in each cell", &header, &rows),
    )
}

fn claim_cell(report: &Report, below: &str, of: &ClaimCell, shows: Option<Observed>) -> Vec<String> {
    let same = |cell: &CellSummary| cell.dataset == of.dataset && cell.model == of.model && cell.solver == of.solver;
    let cell = report.cells.iter().position(same);
    let link = |split: u64, text: &str| match cell {
        Some(cell) => format!("<a href=\"#fit-{cell}-{split}\">{}</a>", escape(text)),
        None => escape(text),
    };
    let shown = |value: f64| shows.map_or_else(|| value.to_string(), |observed| observed.shown(value));
    // Older reports have numbers where nothing was decided.
    let (value, interval) = (of.observed.filter(|_| of.has_evidence()), of.interval.filter(|_| of.has_evidence()));
    let not_defined = || "not defined".to_owned();
    let ends = |[low, high]: [f64; 2]| {
        format!(
            "{} to {}",
            number(&format!("{below}/interval/0"), low, &shown(low)),
            number(&format!("{below}/interval/1"), high, &shown(high))
        )
    };
    let exceptions: Vec<String> = of.exceptions.iter().map(|&split| link(split, &split.to_string())).collect();
    let more = if of.splits.saturating_sub(of.holds) > of.exceptions.len() { " …" } else { "" };
    vec![
        link(of.exceptions.first().copied().unwrap_or(0), &of.solver),
        escape(&of.dataset),
        escape(&of.model),
        of.verdict.name().to_owned(),
        format!(
            "{} of {}",
            number(&format!("{below}/holds"), of.holds, &of.holds.to_string()),
            number(&format!("{below}/splits"), of.splits, &of.splits.to_string())
        ),
        value.map_or_else(not_defined, |value| number(&format!("{below}/observed"), value, &shown(value))),
        interval.map_or_else(|| if value.is_some() { "none".to_owned() } else { not_defined() }, ends),
        set_apart(&of.set_apart, of.defined_on(), below),
        if exceptions.is_empty() { "none".to_owned() } else { exceptions.join(" ") + more },
    ]
}

/// The splits that a cell of a claim sets apart, among all splits, with the reasons.
fn set_apart(of: &SetApart, defined: usize, below: &str) -> String {
    if of.is_empty() {
        return "none".to_owned();
    }
    let reasons: Vec<&str> = of.reasons.keys().map(String::as_str).collect();
    let splits = number(&format!("{below}/set_apart/splits"), of.splits, &of.splits.to_string());
    format!("{splits} of {}: {}", defined.saturating_add(of.splits), escape(&reasons.join(", ")))
}

/// Fits that failed and solvers that did not run; empty without any.
pub fn failures(report: &Report) -> String {
    let mut items = String::new();
    for (place, cell) in report.cells.iter().enumerate() {
        for (reason, fits) in &cell.failed_because {
            let own = cell.failures.iter().filter(|failure| failure.reason == *reason);
            let splits: Vec<String> = own
                .map(|failure| format!("<a href=\"#fit-{place}-{split}\">{split}</a>", split = failure.split))
                .collect();
            items.push_str(&format!(
                "<li>{fits} fits of {} on {}, {}: {}. First on split {}</li>\n",
                escape(&cell.solver),
                escape(&cell.dataset),
                escape(&cell.model),
                escape(reason),
                splits.join(" "),
            ));
        }
    }
    for solver in &report.solvers {
        if let Some(reason) = &solver.skipped {
            items.push_str(&format!("<li>{} was not run: {}</li>\n", escape(&solver.name), escape(reason)));
        }
    }
    for SkippedSummary { model, solver, reason } in &report.skipped {
        let [model, solver, reason] = [model, solver, reason].map(|text| escape(text));
        items.push_str(&format!("<li>{solver} was not run under {model}: {reason}</li>\n"));
    }
    if items.is_empty() {
        return items;
    }
    format!(
        "<section id=\"failures\" class=\"failures\" aria-labelledby=\"failures-title\"><h2 id=\"failures-title\">Failures</h2>\n\
         <ul>{items}</ul></section>\n"
    )
}

/// The section in which the reader chooses one fit and sees it.
pub fn fit(report: &Report) -> String {
    let last = report.experiment.splits().saturating_sub(1);
    let kept = report.cells.iter().map(|cell| cell.whole_traces.len()).max().unwrap_or(0);
    format!(
        "<section id=\"fit\" aria-labelledby=\"fit-title\"><h2 id=\"fit-title\">One fit</h2>\n\
         <p>The report keeps the first {kept} splits of each cell whole, and shows them here; the command makes any other fit \
         again, to the same bits.</p>\n\
         <form><label>Data set <select id=\"fit-dataset\"></select></label> <label>Model <select id=\"fit-model\"></select></label> \
         <label>Solver <select id=\"fit-solver\"></select></label> <label>Split \
         <input id=\"fit-split\" type=\"number\" min=\"0\" max=\"{last}\" step=\"1\" value=\"0\"></label></form>\n\
         <div id=\"fit-shown\" aria-live=\"polite\"></div></section>\n"
    )
}

/// The conditions of the run, and the meanings of the intervals.
pub fn environment(report: &Report) -> String {
    let (experiment, of) = (&report.experiment, &report.environment);
    let facts = [
        ("Experiment", format!("{}, SHA-256 {}", experiment.file, experiment.digest)),
        ("Seed", experiment.seed.to_string()),
        ("Splits", format!("{}, {}", experiment.scheme, dealt(report))),
        ("Random numbers", experiment.generator.clone()),
        ("An optimal fit", format!("is within {:e} of the optimal objective", experiment.tolerance)),
        ("Begun", format!("{}, for {:.2} s on {}", of.started, of.elapsed_seconds, counted(of.threads, "thread"))),
        ("Processor", format!("{}, {}; linear algebra: {}", of.cpu, of.simd, of.back_end)),
        (
            "Fits",
            report
                .fits
                .as_ref()
                .map_or_else(|| "not written".to_owned(), |fits| format!("{}, SHA-256 {}", fits.file, fits.digest)),
        ),
    ];
    let facts: String =
        facts.iter().map(|(name, value)| format!("<dt>{name}</dt><dd>{}</dd>\n", escape(value))).collect();
    let meanings: String = report
        .intervals
        .iter()
        .map(|of| {
            let [members, about, method, assumes] =
                [&of.members.join(", "), &of.about, &of.method, &of.assumes].map(|text| escape(text));
            let because = of.because.as_ref().map_or_else(String::new, |reason| format!(" because {}", escape(reason)));
            format!("<li><code>{members}</code>: about {about}. {method}{because}. Assumed: {assumes}.</li>\n")
        })
        .collect();
    format!(
        "<section id=\"environment\" aria-labelledby=\"environment-title\"><h2 id=\"environment-title\">Environment</h2>\n\
         <dl>{facts}</dl>\n<h3>What the intervals are about</h3>\n<ul>{meanings}</ul></section>\n"
    )
}
