//! Solvers over data sets.

use logitbench::random::stream::{Purpose, Streams};
use logitbench::statistics::bayesian::signed_rank;
use logitbench::statistics::holm::holm;
use logitbench::statistics::nemenyi::nemenyi_p;
use logitbench::statistics::ranks::FriedmanTest;
use logitbench::statistics::skillings_mack::SkillingsMack;
use logitbench::statistics::wilcoxon::SignedRanks;
use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use super::table::{Line, Promise, check, rate};
use super::world::generators;

const DATASETS: [usize; 3] = [8, 15, 40];

/// Mean accuracies of solvers that are alike but for the first, which is better by `effect`; whole thousandths, so some are equal.
fn scores(solvers: usize, datasets: usize, effect: f64, generator: &mut impl Rng) -> Vec<Vec<f64>> {
    let row = |_| {
        let middle = generator.random_range(0.6..0.95);
        let score = |solver: usize| {
            let noise: f64 = generator.sample(StandardNormal);
            let better = if solver == 0 { effect } else { 0.0 };
            (1000.0 * (middle + 0.015 * noise + better)).round() / 1000.0
        };
        (0..solvers).map(score).collect()
    };
    (0..datasets).map(row).collect()
}

fn differences(scores: &[Vec<f64>], first: usize, second: usize) -> Vec<f64> {
    scores.iter().map(|row| row[first] - row[second]).collect()
}

/// All pairs of solvers.
fn pairs(solvers: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..solvers).flat_map(move |first| (first + 1..solvers).map(move |second| (first, second)))
}

fn smallest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(1.0, f64::min)
}

/// For several solvers a rejection is that of any pair: the error of the family.
#[test]
#[ignore = "half a minute"]
fn over_data_sets() {
    type Test = fn(&[Vec<f64>]) -> f64;
    let tests: [(&str, Test); 4] = [
        ("Friedman, χ²", |scores| FriedmanTest::new(scores).unwrap().p_chi_squared()),
        ("Iman-Davenport", |scores| FriedmanTest::new(scores).unwrap().p_iman_davenport()),
        ("Nemenyi, any pair", |scores| {
            let test = FriedmanTest::new(scores).unwrap();
            let (ranks, k) = (&test.average_ranks, test.average_ranks.len());
            smallest(pairs(k).map(|(a, b)| nemenyi_p(ranks[a], ranks[b], k, scores.len())))
        }),
        ("Wilcoxon with Holm, any pair", |scores| {
            let of_pair = |(a, b)| SignedRanks::of(&differences(scores, a, b)).p_two_sided();
            let p_values: Vec<f64> = pairs(scores[0].len()).map(of_pair).collect();
            smallest(holm(&p_values).into_iter())
        }),
    ];
    const REPETITIONS: u64 = 4_000;
    let mut lines = Vec::new();
    for (test, p_value) in tests {
        for solvers in [3, 6] {
            let of = |effect: f64| {
                let rates = DATASETS.map(|datasets| {
                    let name = format!("data sets {solvers} {datasets}");
                    let rejects = |mut generator| p_value(&scores(solvers, datasets, effect, &mut generator)) <= 0.05;
                    rate(generators(&name, REPETITIONS).map(rejects))
                });
                rates.to_vec()
            };
            let design = format!("{solvers} solvers, 8 / 15 / 40 data sets");
            let (sizes, powers) = (of(0.0), of(0.015));
            let promise = Promise::Holds;
            lines.push(Line { test, design, level: 0.05, sizes, powers, repetitions: REPETITIONS, promise });
        }
    }
    check(&lines);
}

/// One in ten fits has failed, whoever made it.
#[test]
#[ignore = "seconds"]
fn over_data_sets_with_missing_scores() {
    const REPETITIONS: u64 = 4_000;
    let of = |solvers: usize, effect: f64| {
        let rates = DATASETS.map(|datasets| {
            let rejects = |mut generator: ChaCha8Rng| {
                let scores = scores(solvers, datasets, effect, &mut generator);
                let mut present = |score: f64| (generator.random::<f64>() >= 0.1).then_some(score);
                let scores: Vec<Vec<Option<f64>>> =
                    scores.into_iter().map(|row| row.into_iter().map(&mut present).collect()).collect();
                SkillingsMack::new(&scores).is_some_and(|test| test.p_value() <= 0.05)
            };
            rate(generators(&format!("missing {solvers} {datasets}"), REPETITIONS).map(rejects))
        });
        rates.to_vec()
    };
    let line = |solvers: usize| Line {
        test: "Skillings-Mack, χ²",
        design: format!("{solvers} solvers, 8 / 15 / 40 data sets, a tenth of the scores missing"),
        level: 0.05,
        sizes: of(solvers, 0.0),
        powers: of(solvers, 0.015),
        repetitions: REPETITIONS,
        promise: Promise::Holds,
    };
    check(&[line(3), line(6)]);
}

#[test]
#[ignore = "half a minute"]
fn by_the_posterior_over_data_sets() {
    const REPETITIONS: u64 = 1_000;
    let streams = Streams::new(18, "posterior", Purpose::Statistics);
    let of = |effect: f64| {
        let rates = DATASETS.map(|datasets| {
            let decides = |mut generator| {
                let differences = differences(&scores(2, datasets, effect, &mut generator), 0, 1);
                let posterior = signed_rank(&differences, 0.01, 1_000, &mut streams.stream(0));
                posterior.above >= 0.95
            };
            rate(generators(&format!("posterior {datasets}"), REPETITIONS).map(decides))
        });
        rates.to_vec()
    };
    check(&[Line {
        test: "posterior of one direction ≥ 0.95, over data sets",
        design: "2 solvers, 8 / 15 / 40 data sets, rope 0.01; power: 0.03 better".to_owned(),
        level: 0.05,
        sizes: of(0.0),
        powers: of(0.03),
        repetitions: REPETITIONS,
        promise: Promise::Holds,
    }]);
}
