//! Tests of two given classifiers on the rows of one test set.

use logitbench::model::loss::loss_and_sigmoids;
use logitbench::statistics::delong::{Area, AreaDifference};
use logitbench::statistics::distribution::normal;
use logitbench::statistics::resampled_t::ResampledT;
use rand_chacha::ChaCha8Rng;

use super::table::{Line, Promise, check, rate};
use super::world::{FEATURES, Row, draw, generators};

const LEVEL: f64 = 0.05;
const REPETITIONS: u64 = 4_000;
const ROWS: [usize; 4] = [10, 25, 100, 950];

/// The log-odds that each of two features gives.
fn scores(rows: &[Row], signal: [f64; 2]) -> [Vec<f64>; 2] {
    [0, 1].map(|feature| rows.iter().map(|(x, _)| signal[feature] * x[feature]).collect())
}

fn classes(rows: &[Row]) -> Vec<bool> {
    rows.iter().map(|(_, class)| *class).collect()
}

fn areas_differ(rows: &[Row], signal: [f64; 2]) -> bool {
    let [first, second] = scores(rows, signal).map(|scores| Area::new(&scores, &classes(rows)));
    let test = first.zip(second).and_then(|(first, second)| AreaDifference::new(&first, &second));
    test.is_some_and(|test| test.p_two_sided() <= LEVEL)
}

fn losses_differ(rows: &[Row], signal: [f64; 2], loss: fn(f64) -> f64) -> bool {
    let [first, second] = scores(rows, signal);
    let margin = |score: f64, class: bool| if class { score } else { -score };
    let differences: Vec<f64> = (rows.iter().zip(first).zip(second))
        .map(|(((_, class), first), second)| loss(margin(first, *class)) - loss(margin(second, *class)))
        .collect();
    ResampledT::new(&differences, 0.0).is_some_and(|test| test.p_two_sided() <= LEVEL)
}

#[test]
#[ignore = "seconds"]
fn two_given_classifiers_on_the_rows_of_one_test_set() {
    type Test = fn(&[Row], [f64; 2]) -> bool;
    let tests: [(&str, Test); 3] = [
        ("DeLong's test of two areas", areas_differ),
        ("paired t of the log losses of rows", |rows, signal| {
            losses_differ(rows, signal, |margin| loss_and_sigmoids(margin).0)
        }),
        ("paired t of the Brier scores of rows", |rows, signal| {
            losses_differ(rows, signal, |margin| loss_and_sigmoids(margin).1[0].powi(2))
        }),
    ];
    let mut lines = Vec::new();
    for (test, rejects) in tests {
        let of = |which: usize| {
            let signal = FEATURES[which].signal;
            let of_rows = |rows: usize| {
                let one = |mut generator: ChaCha8Rng| rejects(&draw(signal, rows, &mut generator), signal);
                rate(generators(&format!("rows {rows}"), REPETITIONS).map(one))
            };
            ROWS.map(of_rows).to_vec()
        };
        let design = "two given classifiers, 10 / 25 / 100 / 950 rows".to_owned();
        lines.push(Line {
            test,
            design,
            level: LEVEL,
            sizes: of(0),
            powers: of(1),
            repetitions: REPETITIONS,
            promise: Promise::Holds,
        });
    }
    let misses = |rows: usize| {
        let truth = normal(FEATURES[0].signal[0] / 2f64.sqrt());
        let one = |mut generator: ChaCha8Rng| {
            let rows = draw(FEATURES[0].signal, rows, &mut generator);
            let [first, _] = scores(&rows, FEATURES[0].signal);
            let interval = Area::new(&first, &classes(&rows)).and_then(|area| area.logit_interval(1.0 - LEVEL));
            interval.is_some_and(|[low, high]| truth < low || truth > high)
        };
        rate(generators(&format!("one area {rows}"), REPETITIONS).map(one))
    };
    let design = "one given classifier, 10 / 25 / 100 / 950 rows: misses".to_owned();
    let (sizes, repetitions, promise) = (ROWS.map(misses).to_vec(), REPETITIONS, Promise::Holds);
    let test = "interval of one area, logit scale";
    lines.push(Line { test, design, level: LEVEL, sizes, powers: Vec::new(), repetitions, promise });
    check(&lines);
}
