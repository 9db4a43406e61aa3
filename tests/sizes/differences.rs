//! Two solvers on the same splits.

use logitbench::statistics::bayesian::correlated_t;
use logitbench::statistics::resampled_t::ResampledT;
use logitbench::statistics::sign::sign_test;
use logitbench::statistics::two_means::{Moments, PooledT};
use logitbench::statistics::two_shares::{Binomial, fisher_exact};
use logitbench::statistics::wilcoxon::{SignedRanks, hodges_lehmann};
use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;

use super::table::{Line, Promise, check, rate};
use super::world::{Contest, FEATURES, THRESHOLDS, draw, draw_mirrored, generators};

const REPETITIONS: u64 = 2_000;
const LEVEL: f64 = 0.05;
const SPLITS: [usize; 3] = [2, 3, 30];
const SIZES: [[usize; 2]; 4] = [[30, 10], [75, 25], [50, 950], [300, 100]];

/// Rejects by the t-test of differences.
fn by_t(differences: &[f64], ratio: f64) -> bool {
    ResampledT::new(differences, ratio).is_some_and(|test| test.p_two_sided() <= LEVEL)
}

/// Rejects by their directions.
fn by_sign(differences: &[f64]) -> bool {
    let count = |holds: fn(&&f64) -> bool| differences.iter().filter(holds).count() as u64;
    sign_test(count(|value| **value > 0.0), count(|value| **value < 0.0)) <= LEVEL
}

/// Decides by the posterior that the first solver is better by more than the region of practical equivalence: the decision in one
/// direction, whose rate a probability of 0.95 bounds if at all.
fn by_posterior(differences: &[f64], ratio: f64) -> bool {
    correlated_t(differences, ratio, 0.01).is_some_and(|of| of.above >= 0.95)
}

fn line(
    (test, design): (&'static str, String),
    promise: Promise,
    repetitions: u64,
    rate_of: impl Fn(usize, usize) -> f64,
) -> Line {
    let rates = |which: usize| SPLITS.iter().map(|&splits| rate_of(which, splits)).collect::<Vec<f64>>();
    Line { test, design, level: LEVEL, sizes: rates(0), powers: rates(1), repetitions, promise }
}

/// One data set, split at random, and the question about new data.
#[test]
#[ignore = "a minute"]
fn on_new_data_from_one_data_set() {
    type Test = fn(&[f64], f64) -> bool;
    let tests: [(&str, Test, Promise); 4] = [
        ("corrected resampled t", by_t, Promise::Holds),
        ("posterior of one direction ≥ 0.95", by_posterior, Promise::Holds),
        ("t over splits, taken for new data", |differences, _| by_t(differences, 0.0), Promise::Fails),
        ("sign test over splits, taken for new data", |differences, _| by_sign(differences), Promise::Fails),
    ];
    let mut lines = Vec::new();
    for (name, contests) in [("thresholds", THRESHOLDS), ("features", FEATURES)] {
        for [train, test] in SIZES {
            let simulate = |contest: Contest, splits: usize| -> Vec<Vec<f64>> {
                let of = |mut generator: ChaCha8Rng| {
                    let rows = draw(contest.signal, train + test, &mut generator);
                    contest.over_splits(&rows, test, splits, &mut generator)
                };
                generators(&format!("{name} {train} {splits}"), REPETITIONS).map(of).collect()
            };
            let drawn: Vec<Vec<Vec<Vec<f64>>>> =
                contests.iter().map(|&contest| SPLITS.map(|splits| simulate(contest, splits)).into()).collect();
            let ratio = test as f64 / train as f64;
            for (of, by, promise) in tests {
                if promise == Promise::Fails && ![75, 50].contains(&train) {
                    continue;
                }
                let rate_of = |which: usize, splits: usize| {
                    let place = SPLITS.iter().position(|&other| other == splits).unwrap();
                    rate(drawn[which][place].iter().map(|differences| by(differences, ratio)))
                };
                let design = format!("one data set, {train}/{test}, {name}");
                lines.push(line((of, design), promise, REPETITIONS, rate_of));
            }
        }
    }
    lines.sort_by_key(|line| tests.iter().position(|test| test.0 == line.test));
    check(&lines);
}

/// Rows drawn afresh for each split: repeats are fresh draws.
#[test]
#[ignore = "half a minute"]
fn on_redrawn_data() {
    let mut lines = Vec::new();
    type Test = fn(&[f64]) -> bool;
    let tests: [(&str, Test); 3] = [
        ("t of redrawn data", |differences| by_t(differences, 0.0)),
        ("sign test of redrawn data", by_sign),
        ("posterior of one direction ≥ 0.95", |differences| by_posterior(differences, 0.0)),
    ];
    for (test, by) in tests {
        for sizes in SIZES {
            let rate_of = |which: usize, splits: usize| {
                let contest = THRESHOLDS[which];
                let name = format!("redrawn {} {splits}", sizes[0]);
                rate(
                    generators(&name, REPETITIONS)
                        .map(|mut generator: ChaCha8Rng| by(&contest.redrawn(sizes, splits, &mut generator))),
                )
            };
            let design = format!("redrawn, {}/{}, thresholds", sizes[0], sizes[1]);
            lines.push(line((test, design), Promise::Holds, REPETITIONS, rate_of));
        }
    }
    check(&lines);
}

/// What tests over splits are about: all random splits of one data set, on which the solvers are equally accurate, since each row
/// has its mirror image.
#[test]
#[ignore = "half a minute"]
fn over_splits_of_the_data_set_itself() {
    type Test = fn(&[f64]) -> bool;
    let tests: [(&str, Test); 2] =
        [("t over splits", |differences| by_t(differences, 0.0)), ("sign test over splits", by_sign)];
    let mut lines = Vec::new();
    for (test, by) in tests {
        for [train, testing] in SIZES {
            let rate_of = |which: usize, splits: usize| {
                let contest = THRESHOLDS[which];
                let of = |mut generator: ChaCha8Rng| {
                    let rows = draw_mirrored(contest.signal, train + testing, &mut generator);
                    by(&contest.over_splits(&rows, testing, splits, &mut generator))
                };
                rate(generators(&format!("mirrored {train} {splits}"), REPETITIONS).map(of))
            };
            let design = format!("mirrored data set, {train}/{testing}, thresholds");
            lines.push(line((test, design), Promise::Holds, REPETITIONS, rate_of));
        }
    }
    check(&lines);
}

/// McNemar's test is about two classifiers: two fixed ones that are equally good, and two that were fitted.
#[test]
#[ignore = "seconds"]
fn mcnemar_on_one_split() {
    let mut lines = Vec::new();
    let rejects = |right: &[[bool; 2]]| {
        let count = |wanted: [bool; 2]| right.iter().filter(|right| **right == wanted).count() as u64;
        sign_test(count([true, false]), count([false, true])) <= LEVEL
    };
    for [train, test] in [[30, 10], [75, 25], [50, 950]] {
        // The best discriminant of the population is (x₁ + x₂) · signal; thresholds make equal or unequal classifiers of it.
        let fixed = |which: usize| {
            let contest = THRESHOLDS[which];
            let of = |mut generator: ChaCha8Rng| {
                let many = draw_mirrored(contest.signal, 20_000, &mut generators("fixed", 1).next().unwrap());
                let rows: Vec<_> = many.into_iter().chain(draw(contest.signal, test, &mut generator)).collect();
                let order: Vec<usize> = (0..rows.len()).collect();
                rejects(&contest.right(&rows, &order[..20_000], &order[20_000..]))
            };
            rate(generators(&format!("fixed {test}"), 1_000).map(of))
        };
        let design = format!("two given classifiers, {test} rows");
        let (sizes, powers) = (vec![fixed(0)], vec![fixed(1)]);
        let promise = Promise::Holds;
        lines.push(Line { test: "McNemar", design, level: LEVEL, sizes, powers, repetitions: 1_000, promise });
        let fitted = |which: usize| {
            let contest = THRESHOLDS[which];
            let order: Vec<usize> = (0..train + test).collect();
            let of = |mut generator: ChaCha8Rng| {
                let rows = draw(contest.signal, train + test, &mut generator);
                rejects(&contest.right(&rows, &order[test..], &order[..test]))
            };
            rate(generators(&format!("fitted {test}"), REPETITIONS).map(of))
        };
        let design = format!("two solvers, {train}/{test}, thresholds");
        let (sizes, powers) = (vec![fitted(0)], vec![fitted(1)]);
        let promise = if train < test { Promise::Fails } else { Promise::Holds };
        let test = "McNemar, taken for the solvers";
        lines.push(Line { test, design, level: LEVEL, sizes, powers, repetitions: REPETITIONS, promise });
    }
    check(&lines);
}

/// Costs of two solvers: whole numbers, with ties.
#[test]
#[ignore = "seconds"]
fn costs() {
    type Test = fn(&[f64]) -> bool;
    let tests: [(&str, Test); 3] = [
        ("Wilcoxon of costs", |differences| SignedRanks::of(differences).p_two_sided() <= LEVEL),
        ("interval of a shift of costs", |differences| {
            let interval = hodges_lehmann(differences, 1.0 - LEVEL).and_then(|shift| shift.interval);
            interval.is_some_and(|(low, high)| low > 0.0 || high < 0.0)
        }),
        ("sign test of costs", by_sign),
    ];
    let mut lines = Vec::new();
    for (test, by) in tests {
        let of = |more: f64| {
            let rates = [10, 30, 200].map(|splits| {
                let simulated = |mut generator: ChaCha8Rng| {
                    let mut cost = || f64::from(generator.random_range(4..8u8) + generator.random_range(0..3u8));
                    let differences: Vec<f64> = (0..splits).map(|_| cost() - cost()).collect();
                    let faster =
                        |difference: f64| difference - if generator.random::<f64>() < more { 1.0 } else { 0.0 };
                    by(&differences.into_iter().map(faster).collect::<Vec<f64>>())
                };
                rate(generators(&format!("costs {splits}"), REPETITIONS).map(simulated))
            });
            rates.to_vec()
        };
        let design = "like costs of 4 to 9, 10 / 30 / 200 splits; power: 1 less on half of them".to_owned();
        let (repetitions, promise) = (REPETITIONS, Promise::Holds);
        lines.push(Line { test, design, level: LEVEL, sizes: of(0.0), powers: of(0.5), repetitions, promise });
    }
    check(&lines);
}

/// Size, mean and variance of accuracies.
fn moments(values: &[f64]) -> Moments {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    Moments { count, mean, variance: values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0) }
}

/// Accuracies of the first solver on splits of given rows.
fn accuracies(contest: Contest, rows: &[super::world::Row], splits: usize, generator: &mut impl Rng) -> Vec<f64> {
    let test = rows.len() / 4;
    let split = |_| {
        let order = super::world::order(rows.len(), generator);
        let right = contest.right(rows, &order[test..], &order[..test]);
        right.iter().filter(|right| right[0]).count() as f64 / test as f64
    };
    (0..splits).map(split).collect()
}

/// `compare`: one solver in two runs, on other splits of the same data and on other data.
#[test]
#[ignore = "seconds"]
fn two_runs() {
    let mut lines = Vec::new();
    let worse = Contest { pair: THRESHOLDS[1].pair, signal: [1.0, 1.0] };
    let other = |which: usize| if which == 0 { worse } else { Contest { signal: [1.6, 1.6], ..worse } };
    type Test = fn(&[f64], &[f64], f64) -> bool;
    let means: Test =
        |old, new, ratio| PooledT::new(moments(old), moments(new), ratio).is_some_and(|t| t.p_two_sided() <= LEVEL);
    let shares: Test = |old, new, _| {
        let of = |values: &[f64]| {
            let successes = values.iter().filter(|&&value| value >= 0.8).count() as u64;
            Binomial { successes, trials: values.len() as u64 }
        };
        fisher_exact(of(old), of(new)).is_some_and(|p| p <= LEVEL)
    };
    let designs: [(&str, &str, Test, bool, f64); 3] = [
        ("two means, pooled t", "other splits of one data set, 75/25", means, true, 0.0),
        ("two shares, Fisher", "other splits of one data set, 75/25", shares, true, 0.0),
        ("two means, corrected", "other data, 75/25", means, false, 1.0 / 3.0),
    ];
    for (test, design, by, same_data, ratio) in designs {
        let rate_of = |which: usize, splits: usize| {
            let of = |mut generator: ChaCha8Rng| {
                let rows = draw(worse.signal, 100, &mut generator);
                let old = accuracies(worse, &rows, splits, &mut generator);
                let rows = if same_data && which == 0 { rows } else { draw(other(which).signal, 100, &mut generator) };
                by(&old, &accuracies(worse, &rows, splits, &mut generator), ratio)
            };
            rate(generators(&format!("runs {splits}"), REPETITIONS).map(of))
        };
        let design = format!("{design}; power: clearer data");
        lines.push(line((test, design), Promise::Holds, REPETITIONS, rate_of));
    }
    check(&lines);
}
