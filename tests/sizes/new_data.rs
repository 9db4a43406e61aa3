//! Inference about new data from one data set: repeated cross-validation, nested cross-validation and the bootstrap beside the
//! corrected resampled t.

use logitbench::statistics::bootstrap_632::{Bootstrap632, Draw, no_information_error};
use logitbench::statistics::nested_cross_validation::{NestedCrossValidation, OuterFold};
use logitbench::statistics::repeated_k_fold::repeated_k_fold_t;
use logitbench::statistics::resampled_t::ResampledT;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::table::{Line, Promise, check, rate};
use super::world::{FEATURES, Fit, Row, THRESHOLDS, draw, generators, order, outside, partition};

/// Two solvers on the folds of repeated cross-validation.
#[test]
#[ignore = "half a minute"]
fn repeated_k_fold() {
    const REPETITIONS: u64 = 2_000;
    const DESIGNS: [[usize; 2]; 3] = [[10, 1], [10, 10], [5, 6]];
    let mut lines = Vec::new();
    for (name, contests) in [("thresholds", THRESHOLDS), ("features", FEATURES)] {
        for rows in [40, 103, 400] {
            let of = |which: usize| {
                let contest = contests[which];
                let rates = DESIGNS.map(|[folds, repetitions]| {
                    let rejects = |mut generator| {
                        let rows = draw(contest.signal, rows, &mut generator);
                        let differences = contest.over_folds(&rows, folds, repetitions, &mut generator);
                        repeated_k_fold_t(&differences, folds).is_some_and(|test| test.p_two_sided() <= 0.05)
                    };
                    rate(generators(&format!("folds {rows} {folds} {repetitions}"), REPETITIONS).map(rejects))
                });
                rates.to_vec()
            };
            lines.push(Line {
                test: "repeated k-fold t",
                design: format!("{rows} rows, 10-fold / 10 x 10-fold / 6 x 5-fold, {name}"),
                level: 0.05,
                sizes: of(0),
                powers: of(1),
                repetitions: REPETITIONS,
                promise: Promise::Holds,
            });
        }
    }
    check(&lines);
}

/// Errors of rows by a fit on others.
fn losses(data: &[Row], train: &[usize], test: &[usize]) -> Vec<f64> {
    let fit = Fit::of(train.iter().map(|&row| &data[row]));
    test.iter().map(|&row| if fit.is_right(&data[row], 0.0) { 0.0 } else { 1.0 }).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

const UNIT: (f64, f64) = (0.0, 1.0);
const LEVEL: f64 = 0.95;

/// An interval of the error of fits on all rows, or on those of a training set.
type Interval = fn(&[Row], &mut ChaCha8Rng) -> Option<(f64, f64)>;

fn corrected_t(data: &[Row], generator: &mut ChaCha8Rng) -> Option<(f64, f64)> {
    let test = data.len() / 4;
    let error = |_| {
        let order = order(data.len(), generator);
        mean(&losses(data, &order[test..], &order[..test]))
    };
    let errors: Vec<f64> = (0..30).map(error).collect();
    Some(ResampledT::new(&errors, test as f64 / (data.len() - test) as f64)?.interval_within(UNIT, LEVEL))
}

fn k_fold(data: &[Row], generator: &mut ChaCha8Rng) -> Option<(f64, f64)> {
    let mut errors = Vec::new();
    for _ in 0..10 {
        let folds = partition(data.len(), 10, generator);
        errors.extend((0..10).map(|fold| mean(&losses(data, &outside(&folds, &[fold]), &folds[fold]))));
    }
    Some(repeated_k_fold_t(&errors, 10)?.interval_within(UNIT, LEVEL))
}

fn nested(data: &[Row], generator: &mut ChaCha8Rng) -> Option<(f64, f64)> {
    const FOLDS: usize = 10;
    let repetition = |_| {
        let folds = partition(data.len(), FOLDS, generator);
        let of_fold = |fold: usize| OuterFold {
            inner: (0..FOLDS)
                .filter(|&inner| inner != fold)
                .flat_map(|inner| losses(data, &outside(&folds, &[fold, inner]), &folds[inner]))
                .collect(),
            outer: losses(data, &outside(&folds, &[fold]), &folds[fold]),
        };
        (0..FOLDS).map(of_fold).collect::<Vec<OuterFold>>()
    };
    let repetitions: Vec<Vec<OuterFold>> = (0..20).map(repetition).collect();
    Some(NestedCrossValidation::new(&repetitions)?.interval_within(UNIT, LEVEL))
}

fn bootstrap(data: &[Row], generator: &mut ChaCha8Rng) -> Option<(f64, f64)> {
    let n = data.len();
    let all: Vec<usize> = (0..n).collect();
    let draw = |_| {
        let drawn: Vec<usize> = (0..n).map(|_| generator.random_range(0..n)).collect();
        let mut counts = vec![0; n];
        drawn.iter().for_each(|&row| counts[row] += 1);
        Draw { counts, losses: losses(data, &drawn, &all) }
    };
    let draws: Vec<Draw> = (0..200).map(draw).collect();
    let apparent = losses(data, &all, &all);
    let labels = data.iter().filter(|row| row.1).count() as f64 / n as f64;
    let positive = data.iter().zip(&apparent).filter(|(row, wrong)| row.1 == (**wrong == 0.0)).count() as f64;
    let no_information = no_information_error(labels, positive / n as f64);
    Bootstrap632::new(mean(&apparent), no_information, draws.into_iter())?.interval_within(UNIT, LEVEL)
}

/// The mean error on new data of fits on so many rows.
fn truth(signal: [f64; 2], rows: usize) -> f64 {
    let error = |mut generator| Fit::of(draw(signal, rows, &mut generator).iter()).error(signal);
    generators("truth", 20_000).map(error).sum::<f64>() / 20_000.0
}

/// How often an interval of the error misses it, and how often it excludes chance.
#[test]
#[ignore = "a minute"]
fn intervals_of_the_error_on_new_data() {
    const REPETITIONS: u64 = 2_000;
    const ROWS: [usize; 3] = [40, 100, 250];
    const SIGNAL: [f64; 2] = [0.5, 0.5];
    let mut lines = Vec::new();
    let mut row = |test: &'static str, about: &str, trained: &dyn Fn(usize) -> usize, interval: Interval, promise| {
        let (mut sizes, mut powers) = (Vec::new(), Vec::new());
        for rows in ROWS {
            let truth = truth(SIGNAL, trained(rows));
            let of = |mut generator| interval(&draw(SIGNAL, rows, &mut generator), &mut generator);
            let intervals: Vec<_> = generators(&format!("intervals {rows}"), REPETITIONS).map(of).collect();
            sizes.push(rate(intervals.iter().map(|ends| ends.is_some_and(|(low, high)| truth < low || truth > high))));
            powers.push(rate(intervals.iter().map(|ends| ends.is_some_and(|(_, high)| high < 0.5))));
            let widths: Vec<f64> = intervals.iter().flatten().map(|(low, high)| high - low).collect();
            println!("{test}, {rows} rows: mean width {:.3}, {} intervals", mean(&widths), widths.len());
        }
        let design = format!("40 / 100 / 250 rows, {about}; power: chance is excluded");
        lines.push(Line { test, design, level: 0.05, sizes, powers, repetitions: REPETITIONS, promise });
    };
    row("interval by corrected t misses", "30 splits 75/25", &|rows| rows - rows / 4, corrected_t, Promise::Fails);
    row("interval by repeated k-fold t misses", "10 x 10-fold", &|rows| rows - rows / 10, k_fold, Promise::Fails);
    row("interval by nested cross-validation misses", "20 x 10-fold", &|rows| rows, nested, Promise::Holds);
    row("interval by .632+ misses", "200 draws", &|rows| rows, bootstrap, Promise::Holds);
    check(&lines);
}
