//! Splits against scikit-learn's, row for row, and what every split must satisfy.

mod common;

use logitbench::data::roles::Roles;
use logitbench::split::{Dealing, Generator, Scheme, Split, SplitError, Splitter};

fn splitter(scheme: Scheme, test_fraction: f64, generator: Generator, seed: u64, name: &str) -> Splitter {
    Splitter::new(Dealing::with_test_fraction(scheme, test_fraction), generator, seed, name)
}

fn rows(value: &serde_json::Value) -> Vec<u32> {
    serde_json::from_value(value.clone()).unwrap()
}

#[test]
fn numpy_generator_gives_the_article_splits() {
    for pair in common::ARTICLE_PAIRS {
        let reference = common::json(&format!("article/{pair}.json"));
        let generator = Generator::Numpy { first_random_state: 0 };
        let splitter = splitter(Scheme::Shuffle, 0.25, generator, 0, "iris");
        let labels: Vec<u8> = (0..100).map(|row| u8::from(row >= 50)).collect();
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
        let labels: Vec<u8> = rows(&case["labels"]).iter().map(|&label| label as u8).collect();
        let first_random_state = case["random_state"].as_u64().unwrap() as u32;
        for (scheme, key) in [(Scheme::Shuffle, "shuffle"), (Scheme::StratifiedShuffle, "stratified")] {
            let generator = Generator::Numpy { first_random_state };
            let mut splitter = splitter(scheme, case["test_fraction"].as_f64().unwrap(), generator, 0, "");
            splitter.prepare(&labels, &Roles::default(), &["a".to_owned(), "b".to_owned()], 1).unwrap();
            let mut split = Split::default();
            splitter.split(0, &labels, &mut split);
            assert_eq!(split.train, rows(&case[key]["train"]), "{key}, random_state {first_random_state}");
            assert_eq!(split.test, rows(&case[key]["test"]), "{key}, random_state {first_random_state}");
        }
    }
}

#[test]
fn every_row_is_in_exactly_one_set() {
    let labels: Vec<u8> = (0..83).map(|row| u8::from(row % 5 == 0)).collect();
    let mut split = Split::default();
    for scheme in [Scheme::Shuffle, Scheme::StratifiedShuffle] {
        for generator in [Generator::Native, Generator::Numpy { first_random_state: 9 }] {
            let splitter = splitter(scheme, 0.3, generator, 1, "x");
            for index in 0..200 {
                splitter.split(index, &labels, &mut split);
                assert_eq!((split.train.len(), split.test.len()), (58, 25));
                let mut all = [&split.train[..], &split.test[..]].concat();
                all.sort_unstable();
                assert_eq!(all, (0..83).collect::<Vec<u32>>());
                if scheme == Scheme::StratifiedShuffle {
                    // 17 of 83 rows are positive: 5.1 of 25.
                    assert_eq!(split.test.iter().filter(|&&row| labels[row as usize] == 1).count(), 5);
                }
            }
        }
    }
}

#[test]
fn all_rows_train_and_none_test() {
    let splitter = splitter(Scheme::AllRows, 0.25, Generator::Native, 1, "x");
    assert_eq!((splitter.sizes(5), splitter.dealing.test_fraction), ((5, 0), 0.0));
    let mut split = Split::default();
    (split.train, split.test) = (vec![9], vec![7]);
    splitter.split(3, &[1, 0, 1, 0, 0], &mut split);
    assert_eq!((split.train, split.test), (vec![0, 1, 2, 3, 4], vec![]));
}

#[test]
fn a_split_depends_on_seed_name_and_index_alone() {
    let labels = [0, 1].repeat(30);
    let split = |seed, name: &str, index| {
        let mut split = Split::default();
        splitter(Scheme::Shuffle, 0.25, Generator::Native, seed, name).split(index, &labels, &mut split);
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
    let labels = [0, 1].repeat(20);
    let splitter = splitter(Scheme::Shuffle, 0.25, Generator::Native, 3, "even");
    let (mut split, mut counts) = (Split::default(), [0i32; 40]);
    for index in 0..10_000 {
        splitter.split(index, &labels, &mut split);
        split.test.iter().for_each(|&row| counts[row as usize] += 1);
    }
    assert!(counts.iter().all(|count| (count - 2500).abs() < 5 * 43), "{counts:?}");
}

/// Three classes and more are dealt in proportion, each class's rows in the training and in the test set.
#[test]
fn stratified_splits_keep_the_shares_of_any_number_of_classes() {
    let mut split = Split::default();
    // Fewer classes after more, so that rows of an earlier data set would be seen.
    for (sizes, test_fraction) in [(vec![9; 40], 0.3), (vec![50, 30, 20], 0.25), (vec![7, 41, 3, 2], 0.37)] {
        let labels: Vec<u8> = (0..sizes.iter().sum::<usize>())
            .map(|row| row % sizes.len())
            .scan(vec![0; sizes.len()], |dealt, first| {
                // Classes in turn, as long as they have rows.
                let class = (first..first + sizes.len()).map(|class| class % sizes.len());
                let class = class.into_iter().find(|&class| dealt[class] < sizes[class])?;
                dealt[class] += 1;
                Some(class as u8)
            })
            .collect();
        let names: Vec<String> = (0..sizes.len()).map(|class| class.to_string()).collect();
        let mut splitter = splitter(Scheme::StratifiedShuffle, test_fraction, Generator::Native, 5, "many");
        splitter.prepare(&labels, &Roles::default(), &names, 50).unwrap();
        let (train, test) = splitter.sizes(labels.len());
        for index in 0..50 {
            splitter.split(index, &labels, &mut split);
            assert_eq!((split.train.len(), split.test.len()), (train, test));
            for (class, &size) in sizes.iter().enumerate() {
                let rows =
                    |rows: &[u32]| rows.iter().filter(|&&row| usize::from(labels[row as usize]) == class).count();
                let (in_train, in_test) = (rows(&split.train), rows(&split.test));
                assert_eq!(in_train + in_test, size);
                let exact = size as f64 * test as f64 / labels.len() as f64;
                assert!((in_test as f64 - exact).abs() < 2.0, "class {class}: {in_test} of {exact}");
            }
        }
    }
}

#[test]
fn a_set_with_fewer_rows_than_classes_cannot_be_stratified() {
    let names = ["a", "b", "c"].map(str::to_owned);
    let labels = [0, 1, 2].repeat(3);
    let check = |test_fraction, labels: &[u8]| {
        splitter(Scheme::StratifiedShuffle, test_fraction, Generator::Native, 5, "few").prepare(
            labels,
            &Roles::default(),
            &names,
            1,
        )
    };
    assert_eq!(check(0.3, &labels), Ok(()));
    assert_eq!(check(0.2, &labels), Err(SplitError::SmallSet { train: 7, test: 2, classes: 3 }));
    assert_eq!(check(0.3, &[0, 0, 1, 1, 0, 2, 1]), Err(SplitError::SmallClass { class: "c".to_owned(), count: 1 }));
}
