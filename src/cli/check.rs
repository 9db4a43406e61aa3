//! `logitbench check FILE`

mod cost;
mod dealt;
mod decidable;
mod power;
mod suspects;
mod undefined;

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;

use super::{Failure, OverrideArguments, Success, find, print};
use crate::claim::sequential;
use crate::data::Source;
use crate::experiment::{Experiment, Model, Skipped, features_in_words};
use crate::report::analysis;
use crate::report::decided_claims::{self, statement};
use crate::report::schema::{ModelSummary, SolverSummary};

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The experiment file; a bare name is also looked for in experiments/
    file: PathBuf,
    #[command(flatten)]
    overrides: OverrideArguments,
}

/// Checks an experiment.
pub fn run(arguments: &Arguments) -> Result<Success, Failure> {
    let file = find::experiment(&arguments.file)?;
    let experiment = super::load(&file, arguments.overrides.into(), 0)?;
    print(&plan(&experiment))?;
    Ok(Success::Done)
}

fn plan(experiment: &Experiment) -> String {
    let mut text = format!("{}\n", experiment.title);
    // Writing to a String cannot fail.
    let _ =
        writeln!(text, "{}: no mistakes; seed {}, digest {}\n", experiment.file, experiment.seed, experiment.digest);
    text.push_str("data sets\n");
    for ((source, splitter), &splits) in
        experiment.sources.iter().zip(&experiment.splitters).zip(&experiment.split_counts)
    {
        let (rows, features) = (source.shape().0, features_in_words(source.feature_counts()));
        let sizes = dealt::sizes(source, splitter, splits);
        let drawn = if matches!(source, Source::Redrawn { .. }) { ", drawn afresh for each split" } else { "" };
        let name = source.name();
        let _ = writeln!(text, "  {name}: {rows} rows ({sizes}), {features}{drawn}");
        for sentence in source.reading().iter().flat_map(|reading| reading.sentences()) {
            let _ = writeln!(text, "    {sentence}");
        }
        text.push_str(&undefined::lacking(source, splitter, splits));
        text.push_str(&suspects::lines(source, splitter));
        text.push_str(&dealt::grouping(source, splitter));
        text.push_str(&dealt::unused_roles(source, splitter));
    }
    text.push_str(&dealt::section(experiment, &repeats(experiment)));
    text.push_str("models\n");
    for model in &experiment.models {
        let summary = analysis::model_summary(experiment, model);
        let ModelSummary { name, intercept, penalty, strength, scaling, .. } = &summary;
        let strength = strength.map(|strength| format!(" {strength}")).unwrap_or_default();
        let weights = model.class_weight.words().map(|words| format!(", class weights {words}")).unwrap_or_default();
        let expansion = model.expansion.words().map(|words| format!("{words}, ")).unwrap_or_default();
        let _ = writeln!(
            text,
            "  {name}: {expansion}penalty {penalty}{strength}, intercept {intercept}, scaling {scaling}{weights}"
        );
        text.push_str(&warm_start(experiment, model));
    }
    text.push_str("solvers\n");
    for (place, entry) in experiment.solvers.iter().enumerate() {
        let SolverSummary { name, method, parameters, skipped } = analysis::solver_summary(entry);
        let parameters: Vec<String> = parameters.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        let _ = writeln!(text, "  {name}: {method}, {}", parameters.join(", "));
        if let Some(reason) = skipped {
            let _ = writeln!(text, "    will be skipped: {reason}");
        }
        for Skipped { model, reason, .. } in experiment.skipped().filter(|skipped| skipped.solver == place) {
            let _ = writeln!(text, "    will be skipped under {}: {reason}", experiment.models[model].name);
        }
    }
    if !experiment.claims.is_empty() {
        text.push_str("claims\n");
    }
    for claim in &experiment.claims {
        let _ = writeln!(
            text,
            "  {}: {}\n    {}",
            claim.name,
            statement(claim, experiment),
            decidable::what_it_takes(experiment, claim)
        );
        text.push_str(&undefined::lines(experiment, claim));
    }
    if let Some(words) = decided_claims::wrong_before_the_run(experiment) {
        let _ = writeln!(text, "  {words}");
    }
    text.push_str(&power::section(experiment));
    text.push_str(&cost::section(experiment));
    text
}

/// Where the fits of a model start, if not at 0, and whether the strengths had better come in another order.
fn warm_start(experiment: &Experiment, model: &Model) -> String {
    let Some(before) = model.starts_from.map(|place| &experiment.models[place]) else { return String::new() };
    let order = if model.penalty.strength() > before.penalty.strength() {
        "; list the strongest first, because its optimum is nearest 0, where the first fits start"
    } else {
        ""
    };
    format!("    each fit starts where the same solver ended on the same split under {}{order}\n", before.name)
}

/// Splits per data set, in words.
fn repeats(experiment: &Experiment) -> String {
    if experiment.until_decided {
        return format!(
            "as many as decide all claims, looked at after every {0} made and every {0} that count, and {1} at most,",
            sequential::BATCH,
            experiment.repeats
        );
    }
    experiment.repeats.to_string()
}
