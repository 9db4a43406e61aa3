//! What it takes to decide a claim, by the cells that will be run and the splits that will count.

use super::undefined;
use crate::claim::{Claim, Planned};
use crate::experiment::Experiment;

/// Cells of a claim with the same forecast.
struct SourceGroup {
    /// Their data sets, and their models where there are several.
    places: Vec<String>,
    /// Number of cells.
    cells: u64,
    /// Splits per data set.
    splits: u64,
    /// Why no split will leave the metric defined, or the share of the splits that are expected to.
    defined: Result<f64, String>,
}

/// What it takes to decide a claim: a text for all its cells, or for each group of cells with as many splits that count.
pub fn what_it_takes(experiment: &Experiment, claim: &Claim) -> String {
    let groups = groups(experiment, claim);
    let run: u64 = groups.iter().map(|group| group.cells).sum();
    let of_models = |&model: &usize| claim.solvers.iter().filter(|&&solver| claim.has(solver, model)).count();
    let all = (claim.sources.len() * claim.models.iter().map(of_models).sum::<usize>()) as u64;
    let decidable: u64 = groups.iter().filter(|group| group.defined.is_ok()).map(|group| group.cells).sum();
    if run == 0 {
        return "will stay undecided, because all its cells are skipped".to_owned();
    }
    let mut lines = Vec::new();
    if decidable > 0 && decidable < all {
        let skipped = match all - run {
            0 => String::new(),
            skipped => format!(" ({skipped} skipped)"),
        };
        lines.push(format!(
            "cannot be supported, because {} of its {all} cells cannot be decided{skipped}; it is refuted if any other is. Each \
             other cell alone:",
            all - decidable
        ));
    }
    let at_level = match experiment.error_rate().is_some_and(|rate| rate.may_fall(claim)) {
        true => "at the strictest level (fewer may do once other claims are decided): ",
        false => "",
    };
    lines.extend(groups.iter().map(|group| {
        let text = match &group.defined {
            Err(reason) => format!("cannot be decided: {reason}"),
            &Ok(defined) => {
                let takes = claim.statement.what_it_takes(&Planned {
                    level: claim.level,
                    splits: group.splits,
                    at_looks: experiment.until_decided,
                    cells: group.cells,
                    defined,
                });
                format!("{at_level}{takes}")
            }
        };
        if groups.len() > 1 { format!("on {}: {text}", group.places.join("; ")) } else { text }
    }));
    lines.join("\n    ")
}

/// The cells of a claim that will be run.
fn groups(experiment: &Experiment, claim: &Claim) -> Vec<SourceGroup> {
    let mut groups: Vec<SourceGroup> = Vec::new();
    for (&source, &model) in
        claim.sources.iter().flat_map(|source| claim.models.iter().map(move |model| (source, model)))
    {
        let runs = experiment.solvers_of(claim, model).count() as u64;
        if runs == 0 {
            continue;
        }
        let mut place = experiment.sources[source].name().to_owned();
        if claim.models.len() > 1 {
            place.push_str(&format!(" under {}", experiment.models[model].name));
        }
        let defined = undefined::defined(experiment, claim, source, model);
        let splits = experiment.split_counts[source];
        match groups.iter_mut().find(|group| group.defined == defined && group.splits == splits) {
            Some(group) => {
                group.places.push(place);
                group.cells += runs;
            }
            None => groups.push(SourceGroup { places: vec![place], cells: runs, splits, defined }),
        }
    }
    groups
}
