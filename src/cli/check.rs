//! `logitbench check FILE`

mod dealt;
mod decidable;
mod power;
mod undefined;

use std::borrow::Cow;
use std::fmt::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;

use super::{Failure, OverrideArguments, Success, find, print};
use crate::claim::sequential;
use crate::data::{DataSet, Source};
use crate::experiment::{Experiment, Model, Skipped};
use crate::linear_algebra::RowCollector;
use crate::model::penalty::Capability;
use crate::model::{Evaluation, Evaluator, Expansion, Order, Penalty, Prepared, Scaling};
use crate::report::analysis;
use crate::report::decided_claims::{self, statement};
use crate::report::schema::{ModelSummary, SolverSummary};
use crate::statistics::words::counted;

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
        let (rows, features) = source.shape();
        let sizes = dealt::sizes(source, splitter, splits);
        let drawn = if matches!(source, Source::Redrawn { .. }) { ", drawn afresh for each split" } else { "" };
        let name = source.name();
        let _ = writeln!(text, "  {name}: {rows} rows ({sizes}), {}{drawn}", counted(features, "feature"));
        for sentence in source.reading().iter().flat_map(|reading| reading.sentences()) {
            let _ = writeln!(text, "    {sentence}");
        }
        text.push_str(&dealt::lacking(source, splitter, splits));
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
    text.push_str(&cost(experiment));
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

/// Iterations a typical fit is reckoned to take: that of a Newton method on an ordinary problem.
const TYPICAL_ITERATIONS: u32 = 10;

/// Bytes that the record of a fit takes, beside 8 for each metric.
const RECORD_BYTES: f64 = 48.0;

fn cost(experiment: &Experiment) -> String {
    let (mut typical, mut most) = (0.0, 0.0);
    for (place, source) in experiment.sources.iter().enumerate() {
        // A pass costs what its penalty asks of the rows; of the penalties that ask nothing, one is measured for each expansion.
        let of_model = |model: &Model| (model.penalty.has(Capability::IndependentOfRows), model.expansion);
        let mut kinds: Vec<_> = Vec::new();
        for kind in experiment.models.iter().map(of_model) {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        for kind in kinds {
            let belongs = |model: &Model| of_model(model) == kind;
            let models = experiment.models.iter().enumerate().filter(|(_, model)| belongs(model));
            let mut runnable = models
                .flat_map(|(model, of)| experiment.runnable_under(model).map(|each| (of.penalty, each)))
                .peekable();
            let Some(&(penalty, _)) = runnable.peek() else {
                continue;
            };
            let pass = time_of_pass(source, kind.1, penalty).as_secs_f64();
            for (_, (_, runnable)) in runnable {
                let fits = experiment.split_counts[place] as f64;
                let rules = &runnable.rules;
                typical += fits * pass * f64::from(TYPICAL_ITERATIONS.min(rules.max_iterations));
                let all = pass * f64::from(rules.max_iterations);
                most += fits * rules.time_limit.map_or(all, |limit| limit.min(all));
            }
        }
    }
    let fits = experiment.fits();
    // A thousand years say as much as any longer time.
    let round = |seconds: f64| humantime::format_duration(Duration::from_millis((1e3 * seconds.min(3e10)) as u64));
    format!(
        "cost\n  {fits} fits; {} of computing on one core if a fit takes {TYPICAL_ITERATIONS} iterations, {} if all take as \
         many as they may\n  {:.0} MB of memory for their records\n",
        round(typical),
        round(most),
        (fits as f64 * (RECORD_BYTES + 8.0 * experiment.metrics.metrics().count() as f64) / 1e6).ceil(),
    )
}

/// Most multiplications of a pass that is measured: a second or so. What a larger one takes follows from fewer rows and columns.
const MOST_WORK: f64 = 1e9;

/// Most columns of a pass that stands for a larger one.
const MOST_COLUMNS: usize = 500;

/// A part of the data whose pass takes at most [`MOST_WORK`], and how many times as long one of all takes, which is in proportion to n p².
fn measurable(data: Cow<'_, DataSet>) -> (Cow<'_, DataSet>, f64) {
    let work = |rows: usize, columns: usize| rows as f64 * (columns as f64).powi(2);
    let (rows, columns) = (data.rows(), data.features.ncols());
    if work(rows, columns) <= MOST_WORK {
        return (data, 1.0);
    }
    let fewer_columns = columns.min(MOST_COLUMNS);
    let fewer_rows = rows.min((MOST_WORK / work(1, fewer_columns)) as usize).max(1);
    let rows_of_part: Vec<u32> = (0..fewer_rows as u32).collect();
    let mut features = RowCollector::new(data.features.storage(), fewer_columns, fewer_rows);
    for row in 0..fewer_rows {
        features.start_row();
        data.features.row(row).iter().take(fewer_columns).for_each(|&value| features.push(value));
    }
    let part = DataSet {
        feature_names: data.feature_names.iter().take(fewer_columns).cloned().collect(),
        features: features.finish().unwrap_or_default(),
        labels: data.labels[..fewer_rows].to_vec(),
        classes: data.classes.clone(),
        roles: data.roles.of_rows(&rows_of_part),
        ..DataSet::default()
    };
    (Cow::Owned(part), work(rows, columns) / work(fewer_rows, fewer_columns))
}

/// Measures an evaluation of objective, gradient and Hessian on all rows with an expansion and a penalty.
fn time_of_pass(source: &Source, expansion: Expansion, penalty: Penalty) -> Duration {
    let mut data = source.data(0);
    if expansion != Expansion::None {
        let rows = data.all_rows();
        data = Cow::Owned(expansion.apply(&data, &rows));
    }
    let (data, times) = measurable(data);
    let Prepared { design, .. } = Prepared::all_rows(&data, Scaling::None);
    let zeros = vec![0.0; design.columns];
    let mut weights = Vec::new();
    penalty.fill_weights(design.columns, true, &mut weights);
    let problem = design.problem(penalty.on(&weights));
    let (mut evaluator, mut evaluation) = (Evaluator::default(), Evaluation::default());
    let (started, mut passes) = (Instant::now(), 0u32);
    while passes == 0 || started.elapsed() < Duration::from_millis(20) {
        evaluator.evaluate(&problem, &zeros, Order::Hessian, &mut evaluation);
        passes += 1;
    }
    (started.elapsed() / passes).mul_f64(times)
}
