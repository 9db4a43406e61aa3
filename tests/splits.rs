//! Splits against scikit-learn's, row for row, and what every split must satisfy.

mod common;

use logitbench::split::{Generator, Scheme, Split, Splitter};

fn rows(value: &serde_json::Value) -> Vec<u32> {
    serde_json::from_value(value.clone()).unwrap()
}

#[test]
fn numpy_generator_gives_the_article_splits() {
    for pair in common::ARTICLE_PAIRS {
        let reference = common::json(&format!("article/{pair}.json"));
        let generator = Generator::Numpy { first_random_state: 0 };
        let splitter = Splitter::new(Scheme::Shuffle, 0.25, generator, 0, "iris");
        let labels: Vec<bool> = (0..100).map(|row| row >= 50).collect();
        let mut split = Split::default();
        // The file lists the rows of its first five splits.
        let listed = |fit: &&serde_json::Value| fit.get("train").is_some();
        let fits: Vec<_> = reference["fits"].as_array().unwrap().iter().filter(listed).collect();
        assert_eq!(fits.len(), 5);
        for fit in fits {
            splitter.split(fit["random_state"].as_u64().unwrap(), &labels, &mut split);
            assert_eq!(split.train, rows(&fit["train"]));
            assert_eq!(split.test, rows(&fit["test"]));
        }
    }
}

#[test]
fn both_schemes_equal_scikit_learn_on_uneven_data() {
    let reference = common::json("splits.json");
    let cases = reference["cases"].as_array().unwrap();
    assert!(cases.len() >= 14);
    for case in cases {
        let labels: Vec<bool> = rows(&case["labels"]).iter().map(|&label| label == 1).collect();
        let first_random_state = case["random_state"].as_u64().unwrap() as u32;
        for (scheme, key) in [(Scheme::Shuffle, "shuffle"), (Scheme::StratifiedShuffle, "stratified")] {
            let generator = Generator::Numpy { first_random_state };
            let splitter = Splitter::new(scheme, case["test_fraction"].as_f64().unwrap(), generator, 0, "");
            splitter.check(&labels, &["a".to_owned(), "b".to_owned()], 1).unwrap();
            let mut split = Split::default();
            splitter.split(0, &labels, &mut split);
            assert_eq!(split.train, rows(&case[key]["train"]), "{key}, random_state {first_random_state}");
            assert_eq!(split.test, rows(&case[key]["test"]), "{key}, random_state {first_random_state}");
        }
    }
}

#[test]
fn every_row_is_in_exactly_one_set() {
    let labels: Vec<bool> = (0..83).map(|row| row % 5 == 0).collect();
    let mut split = Split::default();
    for scheme in [Scheme::Shuffle, Scheme::StratifiedShuffle] {
        for generator in [Generator::Native, Generator::Numpy { first_random_state: 9 }] {
            let splitter = Splitter::new(scheme, 0.3, generator, 1, "x");
            for index in 0..200 {
                splitter.split(index, &labels, &mut split);
                assert_eq!((split.train.len(), split.test.len()), (58, 25));
                let mut all = [&split.train[..], &split.test[..]].concat();
                all.sort_unstable();
                assert_eq!(all, (0..83).collect::<Vec<u32>>());
                if scheme == Scheme::StratifiedShuffle {
                    // 17 of 83 rows are positive: 5.1 of 25.
                    assert_eq!(split.test.iter().filter(|&&row| labels[row as usize]).count(), 5);
                }
            }
        }
    }
}

#[test]
fn all_rows_train_and_none_test() {
    let splitter = Splitter::new(Scheme::AllRows, 0.25, Generator::Native, 1, "x");
    assert_eq!((splitter.sizes(5), splitter.test_fraction), ((5, 0), 0.0));
    let mut split = Split::default();
    (split.train, split.test) = (vec![9], vec![7]);
    splitter.split(3, &[true, false, true, false, false], &mut split);
    assert_eq!((split.train, split.test), (vec![0, 1, 2, 3, 4], vec![]));
}

#[test]
fn a_split_depends_on_seed_name_and_index_alone() {
    let labels = [false, true].repeat(30);
    let split = |seed, name: &str, index| {
        let mut split = Split::default();
        Splitter::new(Scheme::Shuffle, 0.25, Generator::Native, seed, name).split(index, &labels, &mut split);
        split
    };
    let base = split(7, "iris", 5);
    assert_eq!(base, split(7, "iris", 5));
    assert_ne!(base, split(8, "iris", 5));
    assert_ne!(base, split(7, "wine", 5));
    assert_ne!(base, split(7, "iris", 6));
}

#[test]
fn rows_are_dealt_evenly() {
    // Each of 40 rows is in the test set of a quarter of the splits: 2,500 of 10,000, standard deviation 43.
    let labels = [false, true].repeat(20);
    let splitter = Splitter::new(Scheme::Shuffle, 0.25, Generator::Native, 3, "even");
    let (mut split, mut counts) = (Split::default(), [0i32; 40]);
    for index in 0..10_000 {
        splitter.split(index, &labels, &mut split);
        split.test.iter().for_each(|&row| counts[row as usize] += 1);
    }
    assert!(counts.iter().all(|count| (count - 2500).abs() < 5 * 43), "{counts:?}");
}
