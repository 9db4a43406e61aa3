//! What is said of data sets beyond those of an experiment: against numerical integration, and by simulation.

mod common;

use logitbench::random::stream::{Purpose, Streams};
use logitbench::statistics::bradley_terry::{rating_intervals, ratings, wins};
use logitbench::statistics::hierarchical::{AGREED, HierarchicalT, OnDataset};
use rand::{Rng, RngExt};
use rand_distr::StandardNormal;
use serde_json::Value;

fn generator(name: &str, index: u64) -> impl Rng {
    Streams::new(11, name, Purpose::Statistics).stream(index)
}

/// `tests/reference/hierarchical.py` integrates the same model numerically.
#[test]
fn the_hierarchical_test_has_the_posterior_of_its_model() {
    let reference = common::json("hierarchical.json");
    let number = |value: &Value| value.as_f64().unwrap();
    let rope = number(&reference["rope"]);
    for (index, case) in reference["cases"].as_array().unwrap().iter().enumerate() {
        let dataset = |of: &Value| OnDataset {
            differences: of["differences"].as_array().unwrap().iter().map(number).collect(),
            ratio: number(&of["ratio"]),
        };
        let datasets: Vec<OnDataset> = case["datasets"].as_array().unwrap().iter().map(dataset).collect();
        let test = HierarchicalT::new(&datasets, rope, &mut generator("reference", index as u64)).unwrap();
        assert!(test.r_hat <= AGREED, "{}", test.r_hat);
        assert_eq!((test.datasets, test.without_spread), (datasets.len(), 0));
        let [further, most] = [test.further_dataset(rope), test.most_probable(rope)];
        println!("{}: R^ {:.4} {further:?} {most:?}", case["name"], test.r_hat);
        // Of 8,000 draws, successive ones correlated; the grid of the integration decides shares of the most probable to 0.01.
        for (found, expected, error) in
            [(further, &case["further_dataset"], 0.01), (most, &case["most_probable"], 0.03)]
        {
            let found = [found.below, found.within, found.above];
            for (found, expected) in found.iter().zip(expected.as_array().unwrap()) {
                assert!((found - number(expected)).abs() < error, "{}: {found} and {expected}", case["name"]);
            }
        }
        let [low, high] = test.mean_interval(0.95);
        assert!(low < number(&case["mean"]) && number(&case["mean"]) < high);
        let rope = test.equivalent_from().unwrap();
        assert!((test.further_dataset(rope).within - 0.95).abs() < 0.002);
    }
}

/// Differences as the test assumes them: correlation ρ between splits, given the data set's mean.
fn differences(mean: f64, noise: f64, splits: usize, ratio: f64, generator: &mut impl Rng) -> OnDataset {
    let rho = ratio / (1.0 + ratio);
    let mut normal = || generator.sample::<f64, _>(StandardNormal);
    let shared = rho.sqrt() * normal();
    let one = |normal: &mut dyn FnMut() -> f64| mean + noise * (shared + (1.0 - rho).sqrt() * normal());
    OnDataset { differences: (0..splits).map(|_| one(&mut normal)).collect(), ratio }
}

#[test]
fn data_sets_without_spread_are_counted_and_say_equivalent() {
    let mut random = generator("spread", 0);
    let equal = OnDataset { differences: vec![0.0; 20], ratio: 0.25 };
    let mut datasets = vec![equal.clone(); 9];
    assert!(HierarchicalT::new(&datasets, 0.01, &mut random).is_none(), "no spread anywhere");
    datasets.push(differences(0.0, 0.005, 20, 0.25, &mut random));
    let test = HierarchicalT::new(&datasets, 0.01, &mut random).unwrap();
    assert_eq!((test.datasets, test.without_spread), (10, 9));
    assert!(test.further_dataset(0.01).within > 0.9, "{:?}", test.further_dataset(0.01));
    assert!(HierarchicalT::new(&datasets[5..], 0.01, &mut random).is_none(), "five data sets");
    let two_splits = OnDataset { differences: vec![0.0, 0.1], ratio: 0.25 };
    datasets.push(two_splits);
    assert_eq!(HierarchicalT::new(&datasets, 0.01, &mut random).unwrap().datasets, 10);
}

/// Solvers that are equal on every data set, and solvers whose difference has mean 0 over data sets: neither is preferred, in the sense
/// of a probability of 0.95, more often than a test at 5 % would.
#[test]
#[ignore = "a simulation of half a minute"]
fn the_hierarchical_test_rarely_prefers_one_of_two_equal_solvers() {
    for (name, spread) in [("equal", 0.0), ("equal in the mean", 0.01)] {
        const RUNS: u64 = 300;
        let (mut preferred, mut equivalent, mut disagree, mut covered) = (0, 0, 0, 0);
        for run in 0..RUNS {
            let mut random = generator(name, run);
            let of = |_| {
                let mean = spread * random.sample::<f64, _>(StandardNormal);
                differences(mean, 0.02, 20, 1.0 / 3.0, &mut random)
            };
            let datasets: Vec<OnDataset> = (0..12).map(of).collect();
            let test = HierarchicalT::new(&datasets, 0.01, &mut generator("chains", run)).unwrap();
            let (most, [low, high]) = (test.most_probable(0.01), test.mean_interval(0.95));
            preferred += u64::from(most.below.max(most.above) > 0.95);
            equivalent += u64::from(most.within > 0.95);
            disagree += u64::from(test.r_hat > AGREED);
            covered += u64::from(low <= 0.0 && 0.0 <= high);
        }
        println!(
            "{name}: preferred {preferred}, equivalent {equivalent}, no agreement {disagree}, covered {covered} of {RUNS}"
        );
        let most = 0.05 + 3.0 * (0.05f64 * 0.95 / RUNS as f64).sqrt();
        assert!(preferred as f64 <= most * RUNS as f64 && disagree == 0);
        assert!((RUNS - covered) as f64 <= most * RUNS as f64);
    }
}

/// Intervals of Elo ratings contain the ratings of the population from which data sets are drawn.
#[test]
#[ignore = "a simulation of five seconds"]
fn intervals_of_ratings_cover() {
    const RUNS: u64 = 300;
    const ABILITIES: [f64; 3] = [0.0, 0.5, 1.0];
    let drawn = |datasets: usize, random: &mut dyn Rng| -> Vec<Vec<f64>> {
        let mut score = |ability: f64| ability + random.sample::<f64, _>(StandardNormal);
        (0..datasets).map(|_| ABILITIES.map(&mut score).to_vec()).collect()
    };
    let population = drawn(200_000, &mut generator("population", 0));
    let truth = ratings(&wins(&population, &vec![1.0; population.len()]));
    for datasets in [10, 30] {
        let mut covered = [0u64; 3];
        for run in 0..RUNS {
            let mut random = generator("ratings", run);
            let scores = drawn(datasets, &mut random);
            for ((covered, interval), truth) in
                covered.iter_mut().zip(rating_intervals(&scores, 0.95, &mut random)).zip(&truth)
            {
                *covered += u64::from(interval.is_none_or(|[low, high]| low <= *truth && *truth <= high));
            }
        }
        println!("{datasets} data sets: covered {covered:?} of {RUNS}");
        let fewest = (0.95 - 3.0 * (0.05f64 * 0.95 / RUNS as f64).sqrt()) * RUNS as f64;
        assert!(covered.iter().all(|&covered| covered as f64 >= fewest), "{covered:?}");
    }
}

/// Accuracies of few test rows on few splits: most differences are 0, and a chain on its way may be far from where it belongs.
#[test]
fn chains_of_coarse_differences_come_to_an_end() {
    let mut generator = generator("coarse", 0);
    for _ in 0..30 {
        let dataset = |_| OnDataset {
            differences: (0..6)
                .map(|_| [0.0, 0.0, 0.0, 0.0, -1.0, 1.0, -2.0][generator.random_range(0..7)] / 12.0)
                .collect(),
            ratio: 1.0 / 3.0,
        };
        let datasets: Vec<OnDataset> = (0..20).map(dataset).collect();
        let test = HierarchicalT::new(&datasets, 0.01, &mut generator).unwrap();
        let [low, high] = test.mean_interval(0.95);
        assert!(-1.0 < low && low < high && high < 1.0, "{low} to {high}");
    }
}
