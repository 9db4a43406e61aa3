//! The answer of a report: what to use, what does not matter and what is not known, in sentences that stand before every table.
//!
//! Each file finds one kind of fact in the numbers of the report and says it. The first sentence is the one that decides: of the
//! claims, where the experiment has any; of missing optima, where no split has one; else of models, of solvers, or of the one setting
//! that was run.

mod claims;
mod existence;
mod glossary;
mod models;
mod more_data;
mod settings;
mod solvers;
mod warm_starts;

pub use glossary::words;
pub use models::representative;

use super::schema::Report;

/// The sentences, the deciding one first.
pub fn sentences(report: &Report) -> Vec<String> {
    let model = models::choice(report);
    let chosen = model.usable.or_else(|| report.models.first().map(|model| model.name.as_str()));
    let solver = chosen.and_then(|model| solvers::choice(report, model));
    let missing = existence::sentence(report);
    let (before, after) = if existence::is_nowhere(report) { (missing, None) } else { (None, missing) };
    let parts = [
        claims::sentence(report),
        before,
        model.sentence,
        solver.as_ref().map(|solver| solver.sentence.clone()),
        // Solvers that reach one optimum do not differ.
        solvers::by_accuracy(report).filter(|_| solver.as_ref().is_none_or(|solver| !solver.all_are_one)),
        warm_starts::sentence(report),
        settings::sentence(report, chosen, solver.as_ref().and_then(|solver| solver.recommended)),
        after,
        existence::failures(report),
    ];
    parts.into_iter().flatten().collect()
}
