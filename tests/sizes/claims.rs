//! Claims: rates of decisions against the truth.

use logitbench::statistics::confidence_sequence::{Decision, MeanSequence, decide_share, first_decision};
use logitbench::statistics::permutation::{p_value, p_value_of_shift};
use logitbench::statistics::proportion::clopper_pearson;
use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;

use super::table::{Line, Promise, check, rate};
use super::world::{Fit, Row, draw, generators, order};

fn successes(share: f64, trials: u64, generator: &mut impl Rng) -> u64 {
    (0..trials).filter(|_| generator.random::<f64>() < share).count() as u64
}

/// A claim about a share, fixed number of splits: supported where it is not true, at the claim's bound; power 0.05 above it.
#[test]
#[ignore = "seconds"]
fn shares() {
    const TRIALS: [u64; 3] = [30, 100, 1_000];
    let mut lines = Vec::new();
    for bound in [0.5, 0.9] {
        let supported = |share: f64| {
            let of_trials = TRIALS.map(|trials| {
                let supports = |mut generator: ChaCha8Rng| {
                    let holds = successes(share, trials, &mut generator);
                    clopper_pearson(holds, trials, 0.95).0 >= bound
                };
                rate(generators(&format!("share {bound} {trials}"), 10_000).map(supports))
            });
            of_trials.to_vec()
        };
        lines.push(Line {
            test: "share claim supported",
            design: format!("share {bound}, more claimed, 30 / 100 / 1000 splits; power: share {:.2}", bound + 0.05),
            level: 0.025,
            sizes: supported(bound),
            powers: supported(bound + 0.05),
            repetitions: 10_000,
            promise: Promise::Holds,
        });
    }
    check(&lines);
}

/// Claims that are looked at after every 100 splits: at the bound, either decision is wrong for one of the claims beside it.
#[test]
#[ignore = "half a minute"]
fn looked_at_before_the_end() {
    const MOST: u64 = 5_000;
    let mut lines = Vec::new();
    let shares = |share: f64, bound: f64| {
        let supports = |mut generator: ChaCha8Rng| {
            let outcomes = std::iter::repeat_with(|| Some(generator.random::<f64>() < share));
            let decide = |look| decide_share(look, (bound, 1.0), 0.95);
            first_decision(outcomes, 100, MOST, decide).1 == Decision::Supported
        };
        rate(generators(&format!("looks {bound}"), 2_000).map(supports))
    };
    let bounds = [0.5, 0.9, 0.99];
    lines.push(Line {
        test: "share claim, looked at every 100 splits",
        design: format!("share 0.5 / 0.9 / 0.99, more claimed, {MOST} splits at most; power: failures halved"),
        level: 0.05,
        sizes: bounds.map(|bound| shares(bound - 1e-9, bound)).into(),
        powers: bounds.map(|bound| shares(0.5 + 0.5 * bound, bound)).into(),
        repetitions: 2_000,
        promise: Promise::Holds,
    });
    let means = |mean: f64, bound: f64| {
        let supports = |mut generator: ChaCha8Rng| {
            let mut sequence = MeanSequence::new(0.95);
            let mut capital = sequence.capital(bound, true);
            (0..1_000).any(|_| {
                capital.bet(sequence.push(successes(mean, 25, &mut generator) as f64 / 25.0));
                capital.is_enough()
            })
        };
        rate(generators(&format!("means {bound}"), 1_000).map(supports))
    };
    let bounds = [0.5, 0.9];
    lines.push(Line {
        test: "mean claim, looked at after every split",
        design: "mean 0.5 / 0.9 of 25 rows, more claimed, 1000 splits at most; power: 0.01 more".to_owned(),
        level: 0.05,
        sizes: bounds.map(|bound| means(bound, bound)).into(),
        powers: bounds.map(|bound| means(bound + 0.01, bound)).into(),
        repetitions: 1_000,
        promise: Promise::Holds,
    });
    check(&lines);
}

/// The mean accuracy over splits of these rows: each of `orders` has its test rows first.
fn mean_accuracy(rows: &[Row], orders: &[Vec<usize>]) -> f64 {
    let test = rows.len() / 4;
    let right = orders.iter().map(|order| {
        let fit = Fit::of(order[test..].iter().map(|&row| &rows[row]));
        order[..test].iter().filter(|&&row| fit.is_right(&rows[row], 0.0)).count()
    });
    right.sum::<usize>() as f64 / (orders.len() * test) as f64
}

/// The observed mean and those with shuffled labels, of a data set with such a signal.
fn permuted(signal: f64, rows: usize, splits: usize, generator: &mut impl Rng) -> (f64, Vec<f64>) {
    let data = draw([signal; 2], rows, generator);
    let orders: Vec<Vec<usize>> = (0..splits).map(|_| order(rows, generator)).collect();
    let shuffled = (0..99).map(|_| {
        let labels = order(rows, generator);
        let shuffled: Vec<Row> = labels.iter().enumerate().map(|(row, &from)| (data[row].0, data[from].1)).collect();
        mean_accuracy(&shuffled, &orders)
    });
    let shuffled = shuffled.collect();
    (mean_accuracy(&data, &orders), shuffled)
}

/// Better than chance, by shuffled labels.
#[test]
#[ignore = "half a minute"]
fn better_than_chance() {
    const DESIGNS: [[usize; 2]; 3] = [[40, 2], [40, 10], [200, 3]];
    const REPETITIONS: u64 = 2_000;
    let simulate = |signal: f64, [rows, splits]: [usize; 2]| -> Vec<(f64, Vec<f64>)> {
        let of = |mut generator: ChaCha8Rng| permuted(signal, rows, splits, &mut generator);
        generators(&format!("permuted {rows} {splits}"), REPETITIONS).map(of).collect()
    };
    let [none, some] = [0.0, 0.6].map(|signal| DESIGNS.map(|design| simulate(signal, design)));
    let better = |of: &Vec<(f64, Vec<f64>)>| rate(of.iter().map(|(mean, shuffled)| p_value(*mean, shuffled) <= 0.05));
    // The effect of the signal: by how much the mean is above that of shuffled labels, over data sets.
    let effect = |of: &Vec<(f64, Vec<f64>)>| {
        let above = |(mean, shuffled): &(f64, Vec<f64>)| mean - shuffled.iter().sum::<f64>() / shuffled.len() as f64;
        of.iter().map(above).sum::<f64>() / of.len() as f64
    };
    let effects: Vec<f64> = some.iter().map(effect).collect();
    let excluded = |of: &Vec<(f64, Vec<f64>)>, by: f64, shift: f64| {
        rate(of.iter().map(|(mean, shuffled)| p_value_of_shift(mean + by, shuffled, shift) <= 0.05))
    };
    println!("effects of the signal: {effects:.3?}");
    check(&[
        Line {
            test: "permutation claim supported",
            design: "99 labellings; 40 rows, 2 splits / 40, 10 / 200, 3; power: signal 0.6".to_owned(),
            level: 0.05,
            sizes: none.iter().map(better).collect(),
            powers: some.iter().map(better).collect(),
            repetitions: REPETITIONS,
            promise: Promise::Holds,
        },
        Line {
            test: "permutation claim refuted",
            design: "the same; shuffled results shifted by 0.12; power: no shift".to_owned(),
            level: 0.05,
            sizes: none.iter().map(|of| excluded(of, 0.12, 0.12)).collect(),
            powers: none.iter().map(|of| excluded(of, 0.0, 0.12)).collect(),
            repetitions: REPETITIONS,
            promise: Promise::Holds,
        },
        Line {
            test: "the same, taken for the effect in the population",
            design: "the same; that effect is `negligible`; power: no effect".to_owned(),
            level: 0.05,
            sizes: some.iter().zip(&effects).map(|(of, &effect)| excluded(of, 0.0, effect)).collect(),
            powers: none.iter().zip(&effects).map(|(of, &effect)| excluded(of, 0.0, effect)).collect(),
            repetitions: REPETITIONS,
            promise: Promise::Fails,
        },
    ]);
}
