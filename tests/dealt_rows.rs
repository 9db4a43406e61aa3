//! Rows of one group, of one time, and rows that a file has but the data do not: how they are dealt, and what is said of them.

mod common;

use common::{Folder, logitbench};
use logitbench::experiment::{Experiment, Overrides};
use logitbench::split::Split;

const SOLVER: &str = "[[solver]]\nmethod = \"newton\"\n";

/// 48 visits of 12 patients over 12 days, of which 4 are of one day.
fn visits() -> String {
    let row = |visit: usize| {
        let (patient, day, outcome) = (visit / 4, visit / 4, if (visit * 7) % 5 < 2 { "yes" } else { "no" });
        format!("{patient},{day},{},{outcome}\n", (visit * visit) % 23)
    };
    format!("patient,day,dose,died\n{}", (0..48).map(row).collect::<String>())
}

fn split(experiment: &Experiment, index: u64) -> (Vec<u32>, Vec<u32>) {
    let mut split = Split::default();
    experiment.splitters[0].split(index, &experiment.sources[0].uncoded(0).labels, &mut split);
    (split.train, split.test)
}

fn load(folder: &Folder, name: &str) -> Experiment {
    Experiment::load(&folder.0.join(name), Overrides::default()).unwrap_or_else(|error| panic!("{error}"))
}

/// The rows of the file, left out or not, are what a person and other programs count.
#[test]
fn numbers_in_lists_are_those_of_the_rows_of_the_file() {
    let folder = Folder::new("listed-rows");
    // Rows 1 (weight 0), 3 (no values), 4 (a value is missing) and 6 (another class) are left out.
    let table = "x,n,y\n10,1,a\n11,0,b\n12,2,b\n,,\n,1,a\n15,1,a\n16,1,c\n17,1,b\n18,1,a\n";
    folder.write("d.csv", table);
    let data = "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\npositive = \"b\"\nnegative = \"a\"\nweights = \"n\"\nmissing = \"drop-rows\"\n";
    folder.write("s.json", "[[[0, 1, 2, 3, 4, 7], [5, 6, 8]], [[8, 7, 5], [2, 0]]]");
    folder.write("listed.toml", format!("{data}[split]\nscheme = \"listed\"\nlists = \"s.json\"\n{SOLVER}"));
    let listed = load(&folder, "listed.toml");
    let values = |rows: &[u32]| -> Vec<f64> {
        let data = listed.sources[0].uncoded(0);
        rows.iter().map(|&row| data.features.at(row as usize, 0)).collect()
    };
    for (index, train, test) in
        [(0, vec![10.0, 12.0, 17.0], vec![15.0, 18.0]), (1, vec![18.0, 17.0, 15.0], vec![12.0, 10.0])]
    {
        let dealt = split(&listed, index);
        assert_eq!((values(&dealt.0), values(&dealt.1)), (train, test), "{index}");
    }
    // What is written has the same numbers, and comes back as it was.
    for file in ["out.json", "out.csv"] {
        let (code, _, stderr) = logitbench(&folder.0, &["splits", "listed.toml", "--out", file]);
        assert_eq!(code, 0, "{stderr}");
        folder.write("again.toml", format!("{data}[split]\nscheme = \"listed\"\nlists = \"{file}\"\n{SOLVER}"));
        let again = load(&folder, "again.toml");
        assert_eq!([0, 1].map(|index| split(&again, index)), [0, 1].map(|index| split(&listed, index)), "{file}");
    }
    let written = std::fs::read_to_string(folder.0.join("out.json")).unwrap();
    assert!(written.contains("\"rows\":9") && written.contains("{\"train\":[0,2,7],\"test\":[5,8]}"), "{written}");
    // A row beyond the file, and a split that is left without training rows.
    for (lists, reason) in [("[[[0], [9]]]", "0 to 8"), ("[[[1, 3], [0]]]", "left out")] {
        folder.write("s.json", lists);
        let error = Experiment::load(&folder.0.join("listed.toml"), Overrides::default()).err().unwrap().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn rows_of_libsvm_that_are_left_out_are_counted_too() {
    let folder = Folder::new("listed-libsvm");
    folder.write("d.svm", "1 1:10\n3 1:11\n2 1:12\n1 1:13\n2 1:14\n");
    folder.write("s.json", "[[[0, 2, 1, 3], [4]]]");
    let data = "[[dataset]]\nfile = \"d.svm\"\npositive = \"2\"\nnegative = [\"1\"]\n";
    folder.write("listed.toml", format!("{data}[split]\nscheme = \"listed\"\nlists = \"s.json\"\n{SOLVER}"));
    assert_eq!(split(&load(&folder, "listed.toml"), 0), (vec![0, 1, 2], vec![3]));
}

/// A file that `init` writes for rows of groups keeps the groups together, and runs.
#[test]
fn init_deals_whole_groups_where_groups_are_named() {
    let folder = Folder::new("init-groups");
    folder.write("visits.csv", visits());
    let (code, _, stderr) = logitbench(&folder.0, &["init", "visits.csv", "--target", "died", "--groups", "patient"]);
    assert_eq!(code, 0, "{stderr}");
    let experiment = load(&folder, "visits.toml");
    let group = |rows: &[u32]| rows.iter().map(|row| row / 4).collect::<std::collections::BTreeSet<u32>>();
    for index in 0..50 {
        let (train, test) = split(&experiment, index);
        assert!(group(&train).is_disjoint(&group(&test)) && group(&test).len() == 3, "{train:?} {test:?}");
    }
    let (code, stdout, stderr) = logitbench(&folder.0, &["experiment", "visits.toml", "--repeats", "20"]);
    assert!(code == 0 || code == 4, "{stderr}");
    assert!(!stdout.contains("both sides of a split"), "{stdout}");
}

/// Neither a fit nor intervals on new data are read as if rows of one patient were patients.
#[test]
fn rows_of_groups_are_not_taken_for_independent_in_silence() {
    let folder = Folder::new("fit-groups");
    folder.write("visits.csv", visits());
    let fit = |arguments: &[&str]| {
        logitbench(&folder.0, &[&["fit", "visits.csv", "--target", "died", "--positive", "yes"], arguments].concat()).1
    };
    let grouped = ["--groups", "patient", "--exclude", "day"];
    let words = "are of 12 groups";
    assert!(fit(&grouped).replace('\n', " ").contains(words) && fit(&grouped).contains("cluster-robust"));
    assert!(!fit(&["--exclude", "day,patient"]).contains("cluster-robust"));
    // No standard errors, so nothing that groups make too small.
    assert!(!fit(&[&grouped[..], &["--penalty", "l2", "--strength", "1"]].concat()).contains("cluster-robust"));

    let data = "[[dataset]]\nfile = \"visits.csv\"\ntarget = \"died\"\npositive = \"yes\"\nexclude = [\"day\"]\n";
    let told = |groups: &str, split: &str| {
        folder.write("e.toml", format!("{data}{groups}[split]\n{split}\nrepeats = 5\n{SOLVER}"));
        let (code, stdout, stderr) = logitbench(&folder.0, &["experiment", "e.toml"]);
        assert_eq!(code, 0, "{stderr}");
        stdout.replace('\n', " ")
    };
    let named = "groups = \"patient\"\n";
    for split in ["scheme = \"shuffle\"", "scheme = \"k-fold\"", "scheme = \"bootstrap\""] {
        assert!(told(named, split).contains("one of the 12 groups are on both sides of a split"), "{split}");
    }
    assert!(!told(named, "scheme = \"group-k-fold\"").contains("both sides of a split"));
    assert!(!told("", "scheme = \"shuffle\"").contains("one of the"));
}

#[test]
fn rows_of_the_day_on_which_a_test_block_begins_do_not_train_it() {
    let folder = Folder::new("time-ties");
    folder.write("visits.csv", visits());
    let data = "[[dataset]]\nfile = \"visits.csv\"\ntarget = \"died\"\npositive = \"yes\"\ntime = \"day\"\n";
    // Blocks begin at rows 18, 28 and 38: the first and the last amid a day.
    folder.write("e.toml", format!("{data}[split]\nscheme = \"time\"\nfolds = 3\ntest_rows = 10\n{SOLVER}"));
    let experiment = load(&folder, "e.toml");
    let found = [0, 1, 2].map(|index| split(&experiment, index));
    let expected = [(16, 18), (28, 28), (36, 38)]
        .map(|(end, start)| ((0..end).collect::<Vec<u32>>(), (start..start + 10).collect::<Vec<u32>>()));
    assert_eq!(found, expected);
    let (code, stdout, stderr) = logitbench(&folder.0, &["check", "e.toml"]);
    assert!(code == 0 && stdout.contains("2 of 3 test blocks begin amid rows of one time"), "{stdout}{stderr}");
    folder.write("e.toml", format!("{data}[split]\nscheme = \"time\"\nfolds = 2\ntest_rows = 23\n{SOLVER}"));
    let error = Experiment::load(&folder.0.join("e.toml"), Overrides::default()).err().unwrap().to_string();
    assert!(error.contains("4 rows of the earliest time"), "{error}");
}

/// Who types `scheme = "k-fold"` for scikit-learn's five splits sees that there are fifty.
#[test]
fn repetitions_of_folds_are_said() {
    let folder = Folder::new("folds");
    let iris =
        "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[split]\nscheme = \"k-fold\"\n";
    for (keys, words) in [
        ("", "5 folds, repeated 10 times"),
        ("repeats = 2\nfolds = 4\n", "4 folds, repeated twice"),
        ("repeats = 1\n", "5 folds, once"),
        ("shuffle = false\n", "5 folds, once"),
    ] {
        folder.write("e.toml", format!("{iris}{keys}{SOLVER}"));
        for verb in [["check", "e.toml"], ["experiment", "e.toml"]] {
            let (code, stdout, stderr) = logitbench(&folder.0, &verb);
            assert_eq!(code, 0, "{stderr}");
            assert!(stdout.replace('\n', " ").contains(words), "{words} is not in\n{stdout}");
        }
    }
}
