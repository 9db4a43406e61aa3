//! Error rates by simulation: what the statistics promise, and what those that do not fit the design would do.

mod common;

use std::sync::atomic::AtomicBool;

use logitbench::experiment::{Experiment, Overrides};
use logitbench::metric;
use logitbench::random::stream::{Purpose, Streams};
use logitbench::run::{self, Options};
use logitbench::statistics::confidence_sequence::{
    Decision, Look, MeanSequence, decide_share, first_decision, interval,
};
use logitbench::statistics::proportion::clopper_pearson;
use logitbench::statistics::resampled_t::ResampledT;
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

/// A generator for each repetition of a simulation.
fn generators(name: &str, count: u64) -> impl Iterator<Item = impl Rng> {
    let streams = Streams::new(20, name, Purpose::Data);
    (0..count).map(move |index| streams.stream(index))
}

/// Three standard errors of a rate of 5 % over so many repetitions.
fn three_errors(repetitions: u64) -> f64 {
    3.0 * (0.05f64 * 0.95 / repetitions as f64).sqrt()
}

/// For each number of trials up to the last, the fewest and the most successes with which an interval contains a share.
/// Both rise with the trials, so each interval is computed a few times at most.
fn contained(share: f64, trials: u64, interval: impl Fn(u64, u64) -> (f64, f64)) -> Vec<(u64, u64)> {
    let (mut fewest, mut most) = (0, 0);
    let at = |n: u64| {
        while fewest < n && interval(fewest, n).1 < share {
            fewest += 1;
        }
        while most < n && interval(most + 1, n).0 <= share {
            most += 1;
        }
        (fewest, most)
    };
    (1..=trials).map(at).collect()
}

#[test]
fn a_confidence_sequence_may_be_looked_at_after_every_draw_and_a_fixed_interval_may_not() {
    const STREAMS: u64 = 2_000;
    const DRAWS: u64 = 5_000;
    for share in [0.5, 0.9, 0.99] {
        let sequence = contained(share, DRAWS, |k, n| interval(k, n, 0.95));
        let fixed = contained(share, DRAWS, |k, n| clopper_pearson(k, n, 0.95));
        let (mut by_sequence, mut by_fixed, mut at_end) = (0, 0, 0);
        for mut generator in generators("shares", STREAMS) {
            let (mut successes, mut missed) = (0, [false; 2]);
            let mut last = false;
            for (sequence, fixed) in sequence.iter().zip(&fixed) {
                successes += u64::from(generator.random::<f64>() < share);
                let outside = |(fewest, most): &(u64, u64)| successes < *fewest || successes > *most;
                last = outside(fixed);
                missed = [missed[0] || outside(sequence), missed[1] || last];
            }
            by_sequence += u64::from(missed[0]);
            by_fixed += u64::from(missed[1]);
            at_end += u64::from(last);
        }
        let rate = |count: u64| count as f64 / STREAMS as f64;
        println!(
            "share {share}: ever missed by the sequence {}, by the fixed interval {}, which at the end misses {}",
            rate(by_sequence),
            rate(by_fixed),
            rate(at_end)
        );
        assert!(rate(by_sequence) <= 0.05 + three_errors(STREAMS));
        assert!(rate(at_end) <= 0.05 + three_errors(STREAMS), "used as it is meant, the fixed interval is right");
        assert!(rate(by_fixed) > 0.2, "looked at after every draw, it is not");
    }
}

#[test]
fn a_betting_sequence_holds_its_level_for_means() {
    const STREAMS: u64 = 500;
    // Accuracies on 25 test rows: a mean of 0.9, whatever their distribution.
    let mut missed = 0;
    let mut width = 0.0;
    for mut generator in generators("means", STREAMS) {
        let mut sequence = MeanSequence::new(0.95);
        let mut out = false;
        for _ in 0..300 {
            let right = (0..25).filter(|_| generator.random::<f64>() < 0.9).count();
            sequence.push(right as f64 / 25.0);
            out |= !sequence.contains(0.9);
        }
        missed += u64::from(out);
        let (low, high) = sequence.interval();
        width += (high - low) / STREAMS as f64;
    }
    let rate = missed as f64 / STREAMS as f64;
    println!("mean 0.9: ever missed {rate}; mean width after 300 looks {width:.4}");
    assert!(rate <= 0.05 + three_errors(STREAMS));
    // The standard deviation is 0.06: Hoeffding's interval for a fixed number would be 0.157 wide.
    assert!(width < 0.05);
}

#[test]
fn decisions_at_any_look_are_rarely_wrong() {
    const STREAMS: u64 = 2_000;
    // The share is exactly the one claimed, up to nothing: both decisions are wrong for one of two claims beside it.
    let claimed = (0.9, 1.0);
    let mut wrong = 0;
    for mut generator in generators("decisions", STREAMS) {
        let outcomes = std::iter::repeat_with(|| Some(generator.random::<f64>() < 0.899));
        wrong += u64::from(
            first_decision(outcomes, 10, 1_000, |look| decide_share(look, claimed, 0.95)).1 == Decision::Supported,
        );
    }
    assert!(wrong as f64 / STREAMS as f64 <= 0.05, "{wrong}");
    let everything = Look { holds: 95, unknown: 0, trials: 100 };
    assert_eq!(decide_share(everything, (0.0, 1.0), 0.95), Decision::Supported);
}

/// A classifier of one feature: above the middle of the two class means is class 1.
fn accuracy(rows: &[([f64; 2], bool)], feature: usize, train: &[usize], test: &[usize]) -> f64 {
    let mut sums = [(0.0, 0.0); 2];
    for &row in train {
        let (x, label) = rows[row];
        let (sum, count) = &mut sums[usize::from(label)];
        *sum += x[feature];
        *count += 1.0;
    }
    let middle = 0.5 * (sums[0].0 / sums[0].1 + sums[1].0 / sums[1].1);
    let right = test.iter().filter(|&&row| (rows[row].0[feature] > middle) == rows[row].1).count();
    right as f64 / test.len() as f64
}

#[test]
fn the_corrected_t_test_holds_its_level_on_new_data_and_the_uncorrected_one_does_not() {
    const EXPERIMENTS: u64 = 1_000;
    const SPLITS: usize = 30;
    // Two classifiers of which each sees one of two features; the features are alike, so on new data the classifiers are
    // equally good. Each experiment has data of its own, 100 rows split 75 to 25.
    let (mut corrected, mut uncorrected) = (0, 0);
    for mut generator in generators("corrected t", EXPERIMENTS) {
        let rows: Vec<([f64; 2], bool)> = (0u8..100)
            .map(|row| {
                let middle = f64::from(row % 2);
                let mut noisy = || middle + Distribution::<f64>::sample(&StandardNormal, &mut generator);
                ([noisy(), noisy()], row % 2 == 1)
            })
            .collect();
        let differences: Vec<f64> = (0..SPLITS)
            .map(|_| {
                let mut order: Vec<usize> = (0..rows.len()).collect();
                for i in (1..order.len()).rev() {
                    order.swap(i, generator.random_range(0..=i));
                }
                let (test, train) = order.split_at(25);
                accuracy(&rows, 0, train, test) - accuracy(&rows, 1, train, test)
            })
            .collect();
        let rejects = |ratio: f64| u64::from(ResampledT::new(&differences, ratio).unwrap().p_two_sided() <= 0.05);
        corrected += rejects(25.0 / 75.0);
        uncorrected += rejects(0.0);
    }
    let rate = |count: u64| count as f64 / EXPERIMENTS as f64;
    println!("a true null rejected at 5 %: corrected {}, uncorrected {}", rate(corrected), rate(uncorrected));
    assert!(rate(corrected) <= 0.07);
    assert!(rate(uncorrected) > 0.3);
}

#[test]
fn the_articles_claim_is_decided_after_fewer_than_a_thousand_splits() {
    let path = common::root().join("experiments/iris.toml");
    let experiment = Experiment::load(&path, Overrides { repeats: Some(1_000), ..Overrides::default() }).unwrap();
    let results = run::run(&experiment, Options::default(), &AtomicBool::new(false), &mut |_| ()).unwrap();
    let claim = &experiment.claims[0];
    let bound = claim.statement.bound().unwrap();
    assert_eq!((claim.statement.kind().name, bound, claim.level), ("share", 1.0, 0.95));
    let cell = results.cells.iter().find(|cell| claim.solvers.contains(&cell.solver)).unwrap();
    let accuracies = &cell.records.metrics[metric::index("test_accuracy").unwrap()];
    let outcomes = || accuracies.iter().map(|accuracy| Some(accuracy >= bound));
    for (batch, stopped) in [(1, 680), (100, 700), (256, 768)] {
        let (look, decision) =
            first_decision(outcomes(), batch, 10_000, |look| decide_share(look, (0.99, 1.0), claim.level));
        assert_eq!((look.trials, decision), (stopped, Decision::Supported));
    }
}
