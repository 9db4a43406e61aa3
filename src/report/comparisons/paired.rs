//! A metric of two cells on the same splits.

use indexmap::IndexMap;

use super::super::finite;
use super::super::schema::{INTERVAL_LEVEL, Inference, PairedMetric};
use super::{counts, draws_independently, equivalence, ratio};
use crate::experiment::Experiment;
use crate::metric::{HEADLINE, METRICS, Metric, Selection};
use crate::record::{Cell, SplitRecords, Verdict};
use crate::solver::Stop;
use crate::statistics::bayesian::{correlated_t, correlated_t_equivalent_from};
use crate::statistics::holm::holm;
use crate::statistics::resampled_t::ResampledT;
use crate::statistics::rounding::rounding;
use crate::statistics::sign::sign_test;
use crate::statistics::summary::{have_spread, mean_and_deviation};

/// The splits whose rows define a metric, and the differences of two cells there.
struct Differences {
    defined: Vec<usize>,
    /// Of each of these splits.
    directions: Vec<f64>,
    /// Of the splits where both have a finite value.
    finite: Vec<f64>,
}

/// The differences of a metric over the splits whose rows define it. A fit without a value has failed, and counts with the metric's
/// worst value. Where that is infinite it decides a direction, but no mean: such splits are left out of the mean and of what goes by it.
fn differences(splits: Option<&SplitRecords>, [first, second]: [&Cell; 2], metric: usize) -> Differences {
    let (a, b, of) = (&first.records, &second.records, &METRICS[metric]);
    let is_defined = |split: &usize| splits.is_none_or(|splits| splits.undefined(of, *split).is_none());
    let defined: Vec<usize> = (0..a.len().min(b.len())).filter(is_defined).collect();
    let found = |split: usize| [a.metrics[metric].get(split), b.metrics[metric].get(split)];
    let values: Vec<[f64; 2]> = defined.iter().map(|&split| found(split).map(|value| of.or_worst(value))).collect();
    let rounding = rounding(values.as_flattened());
    // Two infinities are equal, whatever their difference is.
    let difference = |&[a, b]: &[f64; 2]| if a == b || (a - b).abs() <= rounding { 0.0 } else { a - b };
    let directions: Vec<f64> = values.iter().map(difference).collect();
    let of_numbers = values.iter().zip(&directions).filter(|(pair, _)| pair.iter().all(|value| value.is_finite()));
    let finite = without_rounding(of_numbers.map(|(_, difference)| *difference).collect(), rounding);
    Differences { defined, directions, finite }
}

/// The finite differences of a metric, first minus second, a split each.
pub fn finite_differences(splits: Option<&SplitRecords>, cells: [&Cell; 2], metric: usize) -> Vec<f64> {
    differences(splits, cells, metric).finite
}

/// A metric of two cells of one data set, on the same splits.
pub fn paired_metric(
    experiment: &Experiment,
    splits: Option<&SplitRecords>,
    [first, second]: [&Cell; 2],
    metric: usize,
) -> PairedMetric {
    let (a, b) = (&first.records, &second.records);
    let Differences { defined, directions, finite: differences } = differences(splits, [first, second], metric);
    let is_defined = |split: &usize| defined.binary_search(split).is_ok();
    let found = |split: usize| [a.metrics[metric].get(split), b.metrics[metric].get(split)];
    let has_failed = |split: &usize| {
        let stopped = a.stops[*split] == Stop::Failed || b.stops[*split] == Stop::Failed;
        stopped || is_defined(split) && found(*split).iter().any(|value| value.is_nan())
    };
    let both_optimal = |split: usize| [a.verdicts[split], b.verdicts[split]] == [Verdict::Optimal; 2];
    // Models have optima of their own.
    let of_one_problem = first.model == second.model;
    let at_one_optimum =
        defined.iter().zip(&directions).filter(|(split, d)| of_one_problem && **d != 0.0 && both_optimal(**split));
    let has_worst = METRICS[metric].worst().is_some_and(f64::is_finite);
    let without_value =
        |cell: &Cell| defined.iter().filter(|&&split| cell.records.metrics[metric].get(split).is_nan()).count();
    let at_worst = [without_value(first), without_value(second)];
    let (first_larger, second_larger, equal) = counts(&directions);
    let (mean, deviation) = mean_and_deviation(&differences);
    let inference = |ratio: f64| {
        let test = ResampledT::new(&differences, ratio)?;
        let p_value = test.p_two_sided();
        Some(Inference { interval: test.interval(INTERVAL_LEVEL).into(), p_value, p_adjusted: p_value })
    };
    let is_sample = draws_independently(experiment, first.source);
    let ratio = ratio(experiment, first.source, differences.len(), a.len());
    PairedMetric {
        mean_difference: finite(mean),
        effect_size: finite(mean / deviation).filter(|_| have_spread(&differences)),
        first_larger,
        second_larger,
        equal,
        undefined: a.len() - defined.len(),
        failed: (0..a.len().min(b.len())).filter(has_failed).count(),
        left_out: defined.len() - differences.len(),
        at_worst: Some(at_worst).filter(|at_worst| has_worst && *at_worst != [0; 2]),
        at_one_optimum: at_one_optimum.count(),
        sign_test_p: is_sample.then(|| sign_test(first_larger as u64, second_larger as u64)),
        over_splits: if is_sample { inference(0.0) } else { None },
        on_new_data: ratio.and_then(inference),
        posterior: ratio.zip(experiment.ropes[metric]).and_then(|(ratio, rope)| {
            let equivalent_from = correlated_t_equivalent_from(&differences, ratio);
            equivalence(rope, |rope| correlated_t(&differences, ratio, rope), equivalent_from)
        }),
    }
}

/// The metrics that are taken and by which fits are compared, beside the headline, each by name.
pub fn other_metrics(
    experiment: &Experiment,
    splits: Option<&SplitRecords>,
    cells: [&Cell; 2],
) -> IndexMap<String, PairedMetric> {
    let paired = |metric: usize| (METRICS[metric].name.to_owned(), paired_metric(experiment, splits, cells, metric));
    places_of_others(experiment.metrics).map(paired).collect()
}

fn places_of_others(taken: Selection) -> impl Iterator<Item = usize> {
    taken.metrics().filter(|(place, metric)| *place != HEADLINE && metric.rates_new_data()).map(|(place, _)| place)
}

/// Two cells that are compared by each metric.
pub trait Paired {
    /// Test accuracy and the [other metrics](other_metrics).
    fn metrics(&mut self) -> (&mut PairedMetric, &mut IndexMap<String, PairedMetric>);

    /// Whether a metric tells the two apart, and not only their thresholds.
    fn is_compared_by(&self, metric: &Metric) -> bool;
}

/// Holm's adjustment of the tests of each metric, for all pairs of a group that it compares.
pub fn adjust_all<T: Paired>(taken: Selection, group: &mut [T]) {
    for metric in [HEADLINE].into_iter().chain(places_of_others(taken)).map(|place| &METRICS[place]) {
        let is_headline = metric.name == METRICS[HEADLINE].name;
        adjust_metric(group, |pair| {
            let is_compared = pair.is_compared_by(metric);
            let (accuracy, others) = pair.metrics();
            let metric = if is_headline { Some(accuracy) } else { others.get_mut(metric.name) };
            metric.filter(|_| is_compared)
        });
    }
}

/// The same of one metric.
fn adjust_metric<T>(group: &mut [T], metric: impl Fn(&mut T) -> Option<&mut PairedMetric>) {
    adjust(group, |comparison| metric(comparison)?.over_splits.as_mut());
    adjust(group, |comparison| metric(comparison)?.on_new_data.as_mut());
}

/// Holm's adjustment of the tests that `of` picks.
fn adjust<T>(group: &mut [T], of: impl Fn(&mut T) -> Option<&mut Inference>) {
    let mut tests: Vec<&mut Inference> = group.iter_mut().filter_map(of).collect();
    let p_values: Vec<f64> = tests.iter().map(|test| test.p_value).collect();
    for (test, adjusted) in tests.iter_mut().zip(holm(&p_values)) {
        test.p_adjusted = adjusted;
    }
}

/// The differences of pairs of numbers, those of rounding as 0 and those that all agree to rounding as one.
pub fn row_differences(pairs: &[[f64; 2]]) -> Vec<f64> {
    let rounding = rounding(pairs.as_flattened());
    let of = |&[a, b]: &[f64; 2]| if (a - b).abs() <= rounding { 0.0 } else { a - b };
    without_rounding(pairs.iter().map(of).collect(), rounding)
}

/// Differences that all agree to rounding as one, because a spread of rounding is none.
fn without_rounding(differences: Vec<f64>, rounding: f64) -> Vec<f64> {
    let Some(&first) = differences.first() else { return differences };
    let agree = differences.iter().all(|difference| (difference - first).abs() <= rounding);
    if agree { vec![first; differences.len()] } else { differences }
}
