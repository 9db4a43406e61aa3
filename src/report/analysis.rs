//! Makes the report from the records.

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::comparisons::{self, TARGETS};
use super::schema::{
    BandSummary, CellSummary, CountHistogram, Counts, Distribution, Environment, ExperimentSummary, FailedFit,
    FitsFile, INTERVAL_LEVEL, MetricSummary, ModelSummary, Reached, Report, SCHEMA, SkippedSummary, SolverSummary,
    SplitSummary, Timing, Trace, WholeTrace,
};
use super::{Names, answer, bootstrap, decided_claims, finite, new_data, reliability};
use crate::experiment::{Experiment, Model, Skipped, SolverEntry};
use crate::linear_algebra::quantile;
use crate::metric::{HEADLINE, Metric, Undefined};
use crate::model::Expansion;
use crate::record::bands::{Band, iteration_histogram};
use crate::record::{self, Cell, CellRecords, FitColumn, FitRecord, Results, Separation, SplitRecords, Verdict};
use crate::solver::Stop;
use crate::split::{ClassesPresent, Dealing, Generator, Scheme};
use crate::statistics::proportion::clopper_pearson;
use crate::statistics::resampled_t::ResampledT;
use crate::statistics::summary::mean_and_deviation;

/// Makes the report of a run.
pub fn report(experiment: &Experiment, results: &Results, environment: Environment, fits: Option<FitsFile>) -> Report {
    let names = |cell: &Cell| Names::of(experiment, cell);
    let timing = |cell: &Cell| Timing {
        dataset: names(cell).dataset,
        model: names(cell).model,
        solver: names(cell).solver,
        solver_seconds: cell.records.seconds,
        shared: results.shared,
    };
    let mut report = Report {
        schema: SCHEMA.to_owned(),
        answer: Vec::new(),
        experiment: experiment_summary(experiment, results),
        environment,
        timings: results.cells.iter().map(timing).collect(),
        datasets: results.datasets.clone(),
        models: experiment.models.iter().map(|model| model_summary(experiment, model)).collect(),
        solvers: experiment.solvers.iter().map(solver_summary).collect(),
        skipped: experiment.skipped().map(|skipped| skipped_summary(experiment, skipped)).collect(),
        splits: results.splits.iter().map(|splits| split_summary(experiment, splits)).collect(),
        cells: results
            .cells
            .iter()
            .map(|cell| cell_summary(experiment, cell, cell.splits_in(&results.splits)))
            .collect(),
        intervals: comparisons::interval_meanings(experiment),
        comparisons: comparisons::pairs(experiment, results),
        model_comparisons: comparisons::model_pairs(experiment, results),
        rankings: comparisons::rankings(experiment, results),
        model_rankings: comparisons::model_rankings(experiment, results),
        profiles: comparisons::profiles(experiment, results),
        claims: decided_claims::decide_all(experiment, results),
        fits,
    };
    report.answer = answer::sentences(&report);
    report
}

fn experiment_summary(experiment: &Experiment, results: &Results) -> ExperimentSummary {
    let splitter = experiment.splitters.first();
    let made = results.splits.iter().map(|splits| splits.separations.len() as u64).max().unwrap_or(0);
    let is_split = experiment.most_splits() == experiment.repeats;
    let generator = splitter.map_or(Generator::Native, |splitter| splitter.generator);
    ExperimentSummary {
        title: experiment.title.clone(),
        file: experiment.file.clone(),
        digest: experiment.digest.clone(),
        seed: experiment.seed,
        repeats: if is_split { made } else { experiment.repeats },
        splits: (!is_split).then_some(made),
        most_repeats: experiment.until_decided.then_some(experiment.repeats),
        scheme: splitter.map_or("", |splitter| splitter.scheme().name()).to_owned(),
        scheme_parameters: splitter.map(|splitter| scheme_parameters(&splitter.dealing)).unwrap_or_default(),
        test_fraction: splitter
            .map(|splitter| &splitter.dealing)
            .filter(|dealing| deals_a_share(dealing))
            .map(|of| of.test_fraction),
        generator: generator.name().to_owned(),
        first_random_state: match generator {
            Generator::Numpy { first_random_state } => Some(first_random_state),
            Generator::Native | Generator::NumpyOnce { .. } => None,
        },
        random_state: match generator {
            Generator::NumpyOnce { random_state } => Some(random_state),
            Generator::Native | Generator::Numpy { .. } => None,
        },
        tolerance: experiment.tolerance,
        interval_level: INTERVAL_LEVEL,
        error_rate: experiment.claims_error_rate,
    }
}

/// Whether `test_fraction` says how many rows or groups test.
fn deals_a_share(dealing: &Dealing) -> bool {
    dealing.scheme == Scheme::AllRows || dealing.scheme.keys().contains(&"test_fraction")
}

/// The parameters of a scheme beside `test_fraction`.
fn scheme_parameters(dealing: &Dealing) -> IndexMap<String, Value> {
    let all = [
        ("folds", json!(dealing.folds)),
        ("shuffle", json!(dealing.shuffle)),
        ("test_rows", json!(dealing.test_rows)),
        ("window", json!(dealing.window)),
        ("gap", json!(dealing.gap)),
    ];
    let of_scheme = all.into_iter().filter(|(key, value)| dealing.scheme.keys().contains(key) && !value.is_null());
    of_scheme.map(|(key, value)| (key.to_owned(), value)).collect()
}

/// Describes a model.
pub fn model_summary(experiment: &Experiment, model: &Model) -> ModelSummary {
    ModelSummary {
        name: model.name.clone(),
        intercept: model.intercept,
        penalty: model.penalty.name().to_owned(),
        strength: model.penalty.strength(),
        starts_from: model.starts_from.map(|place| experiment.models[place].name.clone()),
        class_weight: model.class_weight.words(),
        degree: match model.expansion {
            Expansion::Terms { degree, .. } => Some(degree),
            Expansion::None | Expansion::Bins { .. } => None,
        },
        interactions: matches!(model.expansion, Expansion::Terms { interactions: true, .. }),
        bins: match model.expansion {
            Expansion::Bins { count } => Some(count),
            Expansion::None | Expansion::Terms { .. } => None,
        },
        scaling: model.scaling.text().to_owned(),
    }
}

/// Describes a solver.
pub fn solver_summary(entry: &SolverEntry) -> SolverSummary {
    let mut parameters: IndexMap<String, Value> =
        entry.settings.iter().map(|(name, setting)| (name.to_owned(), json!(setting))).collect();
    if let Ok(runnable) = &entry.solver {
        parameters.insert("threshold".to_owned(), json!(runnable.threshold));
        if let Value::Object(rules) = json!(runnable.rules) {
            parameters.extend(rules.into_iter().filter(|(_, value)| !value.is_null()));
        }
    }
    SolverSummary {
        name: entry.name.clone(),
        method: entry.method.to_owned(),
        parameters,
        skipped: entry.solver.as_ref().err().map(ToString::to_string),
    }
}

fn skipped_summary(experiment: &Experiment, Skipped { model, solver, reason }: Skipped<'_>) -> SkippedSummary {
    SkippedSummary {
        model: experiment.models[model].name.clone(),
        solver: experiment.solvers[solver].name.clone(),
        reason: reason.to_owned(),
    }
}

fn cell_summary(experiment: &Experiment, cell: &Cell, splits: Option<&SplitRecords>) -> CellSummary {
    let (names, records) = (Names::of(experiment, cell), &cell.records);
    let is_sample = comparisons::draws_independently(experiment, cell.source);
    let stops = Stop::ALL.iter().map(|&stop| (stop.name().to_owned(), records.count_stop(stop))).collect();
    let verdicts =
        Verdict::ALL.iter().map(|&verdict| (verdict.name().to_owned(), records.count_verdict(verdict))).collect();
    let metrics = experiment.metrics.metrics().map(|(place, metric)| {
        let values = &records.metrics[place];
        let undefined = undefined_because(metric, splits, values.len());
        let results = values.iter().filter(|value| value.is_finite()).count();
        let ratio = comparisons::ratio(experiment, cell.source, results, values.len());
        let mut summary = metric_summary(metric, values, undefined, (is_sample, ratio));
        if place == HEADLINE {
            summary.new_data_interval =
                summary.new_data_interval.or_else(|| new_data::of_test_rows(experiment, cell, splits));
        }
        (metric.name.to_owned(), summary)
    });
    let calls: Vec<u32> = records.calls.iter().map(|calls| calls.total()).collect();
    CellSummary {
        dataset: names.dataset,
        solver: names.solver,
        model: names.model,
        fits: records.len(),
        stops,
        verdicts,
        undecided_because: refused_because(records, Verdict::Undecided),
        no_gap_because: refused_because(records, Verdict::Suboptimal),
        failed_because: failed_because(records),
        failures: records.failures.iter().take(MOST_FAILURES).map(failure).collect(),
        metrics: metrics.collect(),
        metrics_by_verdict: metrics_by_verdict(experiment, records),
        iterations: counts(&records.iterations),
        oracle_calls: counts(&calls),
        gap: Distribution::of(records.gaps.iter().copied()).0,
        bootstrap: cell.bootstrap.as_ref().map(bootstrap::summary),
        reliability: experiment.metrics.has_reliability().then(|| reliability::summary(experiment, cell)),
        trace: experiment.trace.bands.then(|| trace(&cell.bands)),
        whole_traces: whole_traces(experiment, records),
    }
}

fn split_summary(experiment: &Experiment, records: &SplitRecords) -> SplitSummary {
    let source = &experiment.sources[records.source];
    let model = &experiment.models[records.model];
    let statuses =
        [Separation::Overlap, Separation::QuasiComplete, Separation::Complete].map(Some).into_iter().chain([None]);
    let name = |status: Option<Separation>| status.map_or("undecided", Separation::name).to_owned();
    let (splits, overlap) = (records.separations.len(), records.count(Some(Separation::Overlap)));
    let is_sample = comparisons::draws_independently(experiment, records.source);
    let range = |side: usize| {
        let of_side = || records.rows.iter().map(|rows| rows[side]);
        Some([of_side().min()?, of_side().max()?])
    };
    SplitSummary {
        dataset: source.name().to_owned(),
        model: model.name.clone(),
        splits,
        separation: statuses.map(|status| (name(status), records.count(status))).collect(),
        with_optimum: overlap as f64 / splits as f64,
        interval: is_sample.then(|| clopper_pearson(overlap as u64, splits as u64, INTERVAL_LEVEL).into()),
        training_rows: range(0),
        test_rows: range(1),
        columns: experiment.columns(records.source, records.model),
        feature_names: (model.expansion != Expansion::None)
            .then(|| experiment.feature_names(records.source, records.model)),
        training_rows_of_one_class: records.classes.iter().filter(|of| of.train == ClassesPresent::One).count(),
        test_rows_of_one_class: records.classes.iter().filter(|of| of.test == ClassesPresent::One).count(),
        rank: [records.ranks.iter().copied().min().unwrap_or(0), records.ranks.iter().copied().max().unwrap_or(0)],
    }
}

fn metrics_by_verdict(
    experiment: &Experiment,
    records: &CellRecords,
) -> IndexMap<String, IndexMap<String, Distribution>> {
    let present = || Verdict::ALL.into_iter().filter(|&verdict| records.count_verdict(verdict) > 0);
    if present().count() < 2 {
        return IndexMap::new();
    }
    let of = |verdict: Verdict, values: &FitColumn| {
        let own = values.iter().zip(&records.verdicts).filter(|(_, other)| **other == verdict);
        Distribution::of(own.map(|(value, _)| value)).0
    };
    let metrics = |verdict| {
        let metrics = experiment.metrics.metrics();
        metrics.map(move |(place, metric)| (metric.name.to_owned(), of(verdict, &records.metrics[place])))
    };
    present().map(|verdict| (verdict.name().to_owned(), metrics(verdict).collect())).collect()
}

/// Why certificates of fits with such a verdict bound no gap, with the numbers of fits.
fn refused_because(records: &CellRecords, verdict: Verdict) -> IndexMap<String, usize> {
    let mut reasons = IndexMap::new();
    let own = records.refusals.iter().zip(&records.verdicts).filter(|(_, other)| **other == verdict);
    for refusal in own.filter_map(|(refusal, _)| refusal.as_ref()) {
        *reasons.entry(refusal.name().to_owned()).or_insert(0) += 1;
    }
    reasons.sort_unstable_keys();
    reasons
}

/// Most failures that a cell lists with their splits.
const MOST_FAILURES: usize = 20;

fn failure((split, reason): &(u64, String)) -> FailedFit {
    FailedFit { split: *split, reason: reason.clone() }
}

fn failed_because(records: &CellRecords) -> IndexMap<String, usize> {
    let mut reasons = IndexMap::new();
    for (_, reason) in &records.failures {
        *reasons.entry(reason.clone()).or_insert(0) += 1;
    }
    reasons.sort_unstable_keys();
    reasons
}

/// Reasons why splits leave a metric undefined, with numbers of splits.
fn undefined_because(metric: &Metric, splits: Option<&SplitRecords>, fits: usize) -> IndexMap<String, usize> {
    // Counted before they are put into words, because there is a reason for each of millions of splits.
    let mut counts: Vec<(Undefined, usize)> = Vec::new();
    for reason in (0..fits).filter_map(|split| splits?.undefined(metric, split)) {
        match counts.iter_mut().find(|(counted, _)| *counted == reason) {
            Some((_, count)) => *count += 1,
            None => counts.push((reason, 1)),
        }
    }
    let mut reasons: IndexMap<String, usize> =
        counts.into_iter().map(|(reason, count)| (reason.to_string(), count)).collect();
    reasons.sort_unstable_keys();
    reasons
}

/// Summarises one metric over the fits of a cell. `is_sample` says whether the splits are independent draws, given the data; `ratio` is
/// n_test/n_train for the corrected resampled t, which applies to metrics of test rows.
fn metric_summary(
    metric: &Metric,
    values: &FitColumn,
    undefined_because: IndexMap<String, usize>,
    (is_sample, ratio): (bool, Option<f64>),
) -> MetricSummary {
    let (distribution, sorted) = Distribution::of(values.iter());
    let ratio = ratio.filter(|_| metric.is_of_new_data());
    let interval = |ratio: f64| {
        let (low, high) = ResampledT::new(&sorted, ratio)?.interval_within(metric.range, INTERVAL_LEVEL);
        // The squares of very large metrics overflow.
        (low.is_finite() && high.is_finite()).then_some([low, high])
    };
    let defined = values.len() - undefined_because.values().sum::<usize>();
    let reached = |best: f64| values.iter().filter(|&value| value == best).count();
    let perfect = metric.best.filter(|_| defined > 0).map(reached);
    MetricSummary {
        distribution,
        perfect: perfect.map(|count| count as f64 / defined as f64),
        interval: perfect
            .filter(|_| is_sample)
            .map(|count| clopper_pearson(count as u64, defined as u64, INTERVAL_LEVEL).into()),
        mean_interval: if is_sample { interval(0.0) } else { None },
        new_data_interval: ratio.and_then(interval),
        undefined: values.len() - sorted.len(),
        undefined_because,
    }
}

fn counts(values: &[u32]) -> Counts {
    let mut sorted: Vec<f64> = values.iter().map(|&count| f64::from(count)).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let (up_to, fits) = iteration_histogram(values);
    Counts {
        min: values.iter().copied().min().unwrap_or(0),
        median: quantile(&sorted, 0.5),
        max: values.iter().copied().max().unwrap_or(0),
        mean: mean_and_deviation(&sorted).0,
        histogram: CountHistogram { up_to, fits },
    }
}

fn trace(bands: &record::Bands) -> Trace {
    let shares = bands.reached(&TARGETS);
    let five_digits = |share: f64| (1e5 * share).round() / 1e5;
    let reached = TARGETS
        .iter()
        .zip(shares)
        .map(|(&objective_gap, share)| Reached { objective_gap, share: share.into_iter().map(five_digits).collect() });
    let (iteration, bands) = bands.quantiles();
    let [objective, objective_gap, gradient_norm, step_norm, step_length, oracle_calls] = bands.map(band_summary);
    let reached = reached.collect();
    Trace { iteration, objective, objective_gap, gradient_norm, step_norm, step_length, oracle_calls, reached }
}

fn band_summary(band: Band) -> BandSummary {
    let round = |values: Vec<f64>| values.into_iter().map(|value| finite(value).map(three_digits)).collect();
    BandSummary { q10: round(band.q10), median: round(band.median), q90: round(band.q90) }
}

/// A number to three digits: bands are exact to 3 %, so more digits would only look exact.
fn three_digits(value: f64) -> f64 {
    if value == 0.0 || value.fract() == 0.0 && value.abs() < 1e9 {
        return value;
    }
    format!("{value:.2e}").parse().unwrap_or(value)
}

/// The fits of a cell that were kept whole.
fn whole_traces(experiment: &Experiment, records: &CellRecords) -> Vec<WholeTrace> {
    let of_fit = |trace: &record::KeptTrace| Some(whole_trace(experiment, trace, &records.get(trace.split as usize)?));
    records.traces.iter().filter_map(of_fit).collect()
}

/// The metrics that the experiment takes of a fit.
pub fn metrics_of<'r>(
    experiment: &Experiment,
    record: &'r FitRecord,
) -> impl Iterator<Item = (&'static Metric, f64)> + use<'r> {
    experiment.metrics.metrics().map(|(place, metric)| (metric, record.metrics[place]))
}

/// Why the certificate of a fit bounds no gap, if the fit has this verdict and no gap.
pub fn refused(record: &FitRecord, verdict: Verdict) -> Option<&'static str> {
    record.refusal.filter(|_| record.verdict == verdict).map(|refusal| refusal.name())
}

/// Describes a fit that was kept whole.
pub fn whole_trace(experiment: &Experiment, trace: &record::KeptTrace, record: &FitRecord) -> WholeTrace {
    let numbers =
        |value: fn(&record::Observation) -> f64| trace.points.iter().map(|(seen, _)| finite(value(seen))).collect();
    WholeTrace {
        split: trace.split,
        stop: record.stop.name().to_owned(),
        verdict: Some(record.verdict),
        undecided_because: refused(record, Verdict::Undecided).map(str::to_owned),
        no_gap_because: refused(record, Verdict::Suboptimal).map(str::to_owned),
        gap: finite(record.gap),
        metrics: metrics_of(experiment, record)
            .map(|(metric, value)| (metric.name.to_owned(), finite(value)))
            .collect(),
        iteration: trace.points.iter().map(|(seen, _)| seen.iteration).collect(),
        objective: numbers(|seen| seen.objective),
        objective_gap: trace.points.iter().map(|(_, gap)| finite(*gap)).collect(),
        gradient_norm: numbers(|seen| seen.gradient_norm),
        step_norm: numbers(|seen| seen.step_norm),
        step_length: numbers(|seen| seen.step_length),
        coefficients: trace.coefficients.iter().map(|&value| finite(value)).collect(),
        direction: (!trace.direction.is_empty()).then(|| trace.direction.iter().map(|&d| finite(d)).collect()),
        oracle_calls: trace.points.iter().map(|(seen, _)| seen.calls).collect(),
    }
}
