//! `logitbench experiment FILE --only split=17 …`: repeats single fits.

use super::conclude::interrupt;
use super::{Failure, Success, print, tell};
use crate::data::{Source, did_you_mean};
use crate::experiment::{Experiment, TraceSettings};
use crate::parameter::nearest;
use crate::report::replay::replays;
use crate::run::{self, Options};

/// The fits to repeat.
struct Selection {
    split: u64,
    dataset: Option<usize>,
    model: Option<usize>,
    solver: Option<usize>,
}

/// Repeats the fits of one split, and shows the selected ones.
pub fn run(mut experiment: Experiment, only: &[String], options: Options, json: bool) -> Result<Success, Failure> {
    let Selection { split, dataset, model, solver } = select(&experiment, only)?;
    for skipped in skipped(&experiment, model, solver)? {
        tell(&skipped);
    }
    experiment.trace = TraceSettings { bands: false, whole: u64::MAX };
    let interrupt = interrupt()?;
    let mut objects = Vec::new();
    let mut text = Vec::new();
    let has_split = |source: &usize| split < experiment.split_counts[*source];
    let sources = dataset.map_or(0..experiment.sources.len(), |source| source..source + 1);
    if !sources.clone().any(|source| has_split(&source)) {
        let why = format!("--only: the data set has no split {split}: its splits end before that");
        return Err(Failure::Usage(why));
    }
    for source in sources.filter(has_split) {
        for records in run::replay(&experiment, options, source, split, &interrupt)? {
            for fit in replays(&experiment, &records, model, solver) {
                let of_model = experiment.models.iter().position(|model| model.name == fit.model);
                let names = of_model.map_or_else(Vec::new, |model| experiment.feature_names(source, model));
                let intercept = of_model.is_some_and(|model| experiment.models[model].intercept);
                text.push(fit.text(&names, intercept));
                objects.push(fit);
            }
        }
    }
    if json {
        let json = serde_json::to_string(&objects).map_err(|error| Failure::Internal(error.to_string()))?;
        print(&(json + "\n"))?;
    } else {
        print(&text.join("\n"))?;
    }
    let failed = objects.iter().filter(|fit| fit.failure.is_some()).count();
    Ok(if failed > 0 { Success::FitsFailed(failed) } else { Success::Done })
}

/// The selected solvers that are not run, with the models where it is not under all, and the reasons.
///
/// # Errors
/// If nothing that is selected is run.
fn skipped(experiment: &Experiment, model: Option<usize>, solver: Option<usize>) -> Result<Vec<String>, Failure> {
    let is_meant = |wanted: Option<usize>, place: usize| wanted.is_none_or(|wanted| wanted == place);
    let unavailable = experiment.solvers.iter().enumerate().filter_map(|(place, entry)| {
        let reason = entry.solver.as_ref().err()?;
        is_meant(solver, place).then(|| format!("skipped {}: {reason}", entry.name))
    });
    let under = experiment.skipped().filter(|of| is_meant(solver, of.solver) && is_meant(model, of.model)).map(|of| {
        let (solver, model) = (&experiment.solvers[of.solver].name, &experiment.models[of.model].name);
        format!("skipped {solver} under {model}: {}", of.reason)
    });
    let skipped: Vec<String> = unavailable.chain(under).collect();
    let runs = |of: usize| experiment.runnable_under(of).any(|(place, _)| is_meant(solver, place));
    if (0..experiment.models.len()).any(|of| is_meant(model, of) && runs(of)) {
        return Ok(skipped);
    }
    Err(Failure::Usage(format!("--only selects no fit that is made: {}", skipped.join("; "))))
}

fn select(experiment: &Experiment, only: &[String]) -> Result<Selection, Failure> {
    let usage = |message: String| Failure::Usage(message);
    let mut split = None;
    let mut selection = Selection { split: 0, dataset: None, model: None, solver: None };
    for text in only {
        let (key, value) = text.split_once('=').unwrap_or((text, ""));
        let place = |what: &str, names: Vec<&str>| match names.iter().position(|name| *name == value) {
            Some(place) => Ok(Some(place)),
            None => {
                let nearest = did_you_mean(&nearest(value, names.iter().copied()).map(str::to_owned));
                Err(usage(format!("--only: there is no {what} \"{value}\"{nearest}; there are {}", names.join("; "))))
            }
        };
        match key {
            "split" => match value.parse() {
                Ok(number) if number < experiment.most_splits() => split = Some(number),
                _ => {
                    let last = experiment.most_splits() - 1;
                    return Err(usage(format!("--only: split={value} is not a number from 0 to {last}")));
                }
            },
            "dataset" => {
                selection.dataset = place("data set", experiment.sources.iter().map(Source::name).collect())?;
            }
            "model" => {
                selection.model = place("model", experiment.models.iter().map(|model| model.name.as_str()).collect())?;
            }
            "solver" => {
                selection.solver =
                    place("solver", experiment.solvers.iter().map(|entry| entry.name.as_str()).collect())?;
            }
            _ => {
                return Err(usage(format!(
                    "--only: \"{text}\" is none of split=NUMBER, dataset=NAME, model=NAME, solver=NAME"
                )));
            }
        }
    }
    selection.split = split.ok_or_else(|| usage("--only needs a split, such as --only split=17".to_owned()))?;
    Ok(selection)
}
