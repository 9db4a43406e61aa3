//! One fit of an experiment, whole: its record, its coefficients and its trace.

use indexmap::IndexMap;
use serde::Serialize;

use super::schema::WholeTrace;
use super::{analysis, finite};
use crate::experiment::Experiment;
use crate::metric::{Metric, Sample};
use crate::record::{FitRecord, UnitRecords, Verdict};
use crate::solver::Stop;
use crate::split::ClassesPresent;
use crate::statistics::words::counted;

/// The object that `logitbench experiment FILE --only … --json` prints for each fit. Numbers that are not finite are null.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Replay {
    /// The data set.
    pub dataset: String,
    /// The model.
    pub model: String,
    /// The solver.
    pub solver: String,
    /// The split's index.
    pub split: u64,
    /// The model from whose last coefficients the fit of the same solver started; absent where it started at 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_from: Option<String>,
    /// Why the solver's loop ended.
    pub stop: &'static str,
    /// Why the fit failed; null if it did not.
    pub failure: Option<String>,
    /// The verdict: what is proved of the fit.
    pub verdict: Verdict,
    /// Why the fit is `undecided`; else null.
    pub undecided_because: Option<&'static str>,
    /// Why a suboptimal fit has no bound on its gap; absent if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_gap_because: Option<&'static str>,
    /// The samples of the split whose rows all have the same class; absent if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows_of_one_class: Vec<&'static str>,
    /// Number of steps.
    pub iterations: u32,
    /// F at the end.
    pub objective: Option<f64>,
    /// Proved bound on the rounding error of `objective`.
    pub objective_error: Option<f64>,
    /// ‖g‖₂ at the end.
    pub gradient_norm: Option<f64>,
    /// Proved upper bound on the objective's distance from its optimum.
    pub gap: Option<f64>,
    /// The metrics.
    pub metrics: IndexMap<&'static str, Option<f64>>,
    /// Why metrics have no value; absent where all have one.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub undefined_because: IndexMap<&'static str, String>,
    /// Every iteration, and the coefficients at the end.
    pub trace: Option<WholeTrace>,
}

/// The fits of one split under the model and by the solver at these places; `None` stands for all.
pub fn replays(
    experiment: &Experiment,
    records: &UnitRecords,
    model: Option<usize>,
    solver: Option<usize>,
) -> Vec<Replay> {
    let solvers = |model| experiment.runnable_under(model).map(move |(solver, _)| (model, solver));
    let places = (0..experiment.models.len()).flat_map(solvers);
    let wanted = |place: &(usize, usize)| model.is_none_or(|m| m == place.0) && solver.is_none_or(|s| s == place.1);
    let fits = places.zip(&records.fits).enumerate().filter(|(_, (place, _))| wanted(place));
    fits.map(|(fit, (place, record))| replay(experiment, records, fit, place, record)).collect()
}

fn replay(
    experiment: &Experiment,
    records: &UnitRecords,
    fit: usize,
    (model, solver): (usize, usize),
    record: &FitRecord,
) -> Replay {
    let failure = records.failures.iter().find(|(place, _)| *place == fit).map(|(_, reason)| reason.clone());
    let trace = records.traces.iter().find(|(place, _)| *place == fit);
    Replay {
        dataset: experiment.sources[records.source].name().to_owned(),
        model: experiment.models[model].name.clone(),
        solver: experiment.solvers[solver].name.clone(),
        split: records.first,
        starts_from: experiment.models[model].starts_from.map(|place| experiment.models[place].name.clone()),
        stop: record.stop.name(),
        failure,
        verdict: record.verdict,
        undecided_because: analysis::refused(record, Verdict::Undecided),
        no_gap_because: analysis::refused(record, Verdict::Suboptimal),
        rows_of_one_class: rows_of_one_class(records, model),
        iterations: record.iterations,
        objective: finite(record.objective),
        objective_error: finite(record.objective_error),
        gradient_norm: finite(record.gradient_norm),
        gap: finite(record.gap),
        metrics: analysis::metrics_of(experiment, record).map(|(metric, value)| (metric.name, finite(value))).collect(),
        undefined_because: undefined_because(experiment, records, model, record),
        trace: trace.map(|(_, trace)| analysis::whole_trace(experiment, trace, record)),
    }
}

/// The samples of the only split of a unit whose rows all have the same class.
fn rows_of_one_class(records: &UnitRecords, model: usize) -> Vec<&'static str> {
    let classes = records.splits[model].classes;
    let samples = [(Sample::Train, classes.train), (Sample::Test, classes.test)];
    samples.iter().filter(|(_, present)| *present == ClassesPresent::One).map(|(sample, _)| sample.words()).collect()
}

/// Why metrics of a fit have no value: because of its split, or because of the fit.
fn undefined_because(
    experiment: &Experiment,
    records: &UnitRecords,
    model: usize,
    record: &FitRecord,
) -> IndexMap<&'static str, String> {
    let (split, source) = (records.splits[model], records.source);
    let (truth_known, all_fitted) =
        (experiment.truth_known(source, model), split.rank as usize == experiment.columns(source, model));
    let missing = analysis::metrics_of(experiment, record).filter(|(_, value)| !value.is_finite());
    let reason = |metric: &Metric| match metric.undefined(split.classes, truth_known, all_fitted) {
        Some(reason) => reason.to_string(),
        None if record.stop == Stop::Failed => "the fit failed".to_owned(),
        None => "its value is not finite".to_owned(),
    };
    missing.map(|(metric, _)| (metric.name, reason(metric))).collect()
}

impl Replay {
    /// Gap and objective in words, as far as they are known.
    fn values(&self) -> String {
        let gap = self.gap.map_or("no bound on the gap".to_owned(), |gap| format!("gap at most {gap:?}"));
        let error = self.objective_error.map_or_else(String::new, |error| format!(", off by {error:.1e} at most"));
        let objective = self.objective.map_or("no objective".to_owned(), |value| format!("objective {value:?}{error}"));
        format!("{gap}, {objective}")
    }

    /// The fit as text for a terminal. `names` are the names of the features; `intercept` is whether the model has an intercept.
    pub fn text(&self, names: &[String], intercept: bool) -> String {
        let number = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:?}"));
        let mut lines = vec![
            format!("{} on split {} of {}, model: {}", self.solver, self.split, self.dataset, self.model),
            format!(
                "stop: {} after {}; verdict: {}",
                self.stop,
                counted(self.iterations, "iteration"),
                self.verdict.name()
            ),
            self.values(),
        ];
        let start = self.starts_from.as_ref().map(|model| format!("started where {} ended under {model}", self.solver));
        lines.splice(1..1, start);
        lines.extend(self.failure.as_ref().map(|reason| format!("failed: {reason}")));
        lines.extend(self.undecided_because.map(|reason| format!("undecided because: {reason}")));
        lines.extend(self.no_gap_because.map(|reason| format!("no bound on the gap because: {reason}")));
        lines.extend(self.rows_of_one_class.iter().map(|sample| format!("all {sample} have the same class")));
        lines.extend(self.metrics.iter().map(|(name, value)| match value {
            Some(value) => format!("  {name:<24} {:>24}", number(Some(*value))),
            None => {
                let reason = self.undefined_because.get(name).map_or("", String::as_str);
                format!("  {name:<24} {:>24}: {reason}", "not defined")
            }
        }));
        if let Some(trace) = &self.trace {
            let intercept = intercept.then_some("(intercept)");
            let all = intercept.into_iter().chain(names.iter().map(String::as_str));
            let direction = trace.direction.as_deref();
            lines.push(match direction {
                Some(_) => "coefficients, and a direction that separates the training rows".to_owned(),
                None => "coefficients".to_owned(),
            });
            lines.extend(all.zip(&trace.coefficients).enumerate().map(|(j, (name, b))| {
                let beside = direction.map(|direction| number(direction.get(j).copied().flatten()));
                format!("  {name:<24} {:>24}{}", number(*b), beside.map_or_else(String::new, |d| format!(" {d:>24}")))
            }));
            lines.push(format!(
                "{:>9} {:>24} {:>14} {:>14} {:>14} {:>12} {:>6}",
                "iteration", "objective", "gap", "gradient norm", "step norm", "step length", "calls"
            ));
            let short = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.6e}"));
            for (k, iteration) in trace.iteration.iter().enumerate() {
                lines.push(format!(
                    "{iteration:>9} {:>24} {:>14} {:>14} {:>14} {:>12} {:>6}",
                    number(trace.objective[k]),
                    short(trace.objective_gap[k]),
                    short(trace.gradient_norm[k]),
                    short(trace.step_norm[k]),
                    trace.step_length[k].map_or("-".to_owned(), |length| length.to_string()),
                    trace.oracle_calls[k],
                ));
            }
        }
        lines.join("\n") + "\n"
    }
}
