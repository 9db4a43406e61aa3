//! What the run costs.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use crate::data::{DataSet, Source};
use crate::experiment::{Experiment, Model};
use crate::linear_algebra::RowCollector;
use crate::model::penalty::Capability;
use crate::model::{Evaluation, Evaluator, Expansion, Order, Penalty, Prepared, Scaling};
use crate::run::memory;

/// Iterations a typical fit is reckoned to take: that of a Newton method on an ordinary problem.
const TYPICAL_ITERATIONS: u32 = 10;

/// Time and memory of the run.
pub fn section(experiment: &Experiment) -> String {
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
    let need = memory::Need::of(experiment, experiment.fits());
    format!(
        "cost\n  {} fits; {} of computing on one core if a fit takes {TYPICAL_ITERATIONS} iterations, {} if all take as many as \
         they may\n  memory: {} for data and records, and {} for each thread\n",
        experiment.fits(),
        in_words(typical),
        in_words(most),
        memory::in_words(need.kept),
        memory::in_words(need.of_thread),
    )
}

/// An estimated time, with two digits.
fn in_words(seconds: f64) -> String {
    // A thousand years say as much as any longer time.
    let seconds = seconds.min(3e10);
    if seconds < 60.0 {
        let decimals = (1 - seconds.max(1e-9).log10().floor() as i32).clamp(0, 3) as usize;
        return if seconds < 0.001 { "less than 1 ms".to_owned() } else { format!("{seconds:.decimals$} s") };
    }
    let unit = 10f64.powi(seconds.log10().floor() as i32 - 1);
    humantime::format_duration(Duration::from_secs(((seconds / unit).round() * unit) as u64)).to_string()
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
