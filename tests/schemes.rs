//! What each scheme of splits does in a run: how many fits, in which engine, what is said of them and what is not.

mod common;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use logitbench::claim::ClaimVerdict;
use logitbench::data::{Groups, Source};
use logitbench::experiment::{Experiment, Overrides};
use logitbench::metric;
use logitbench::record::Results;
use logitbench::report::analysis;
use logitbench::report::schema::{Environment, Report};
use logitbench::run::{self, Options, Shard};
use logitbench::split::{Scheme, Split};
use logitbench::statistics::repeated_k_fold::repeated_k_fold_t;

const DATA: &str = "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n";
const SOLVERS: &str =
    "[[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"gradient-ascent\"\nmax_iterations = 25\n";

fn parse(text: &str) -> Experiment {
    Experiment::parse(text, "test.toml", Path::new(""), Overrides::default()).unwrap()
}

fn results(experiment: &Experiment, options: Options) -> Results {
    run::run(experiment, options, &AtomicBool::new(false), &mut |_| ()).unwrap()
}

fn run(text: &str) -> (Report, Results) {
    let experiment = parse(text);
    let results = results(&experiment, Options { threads: 2, ..Options::default() });
    (analysis::report(&experiment, &results, Environment::default(), None), results)
}

/// Every scheme that needs no column, with the number of its splits of 100 rows.
const SCHEMES: [(&str, usize); 10] = [
    ("scheme = \"k-fold\"\nfolds = 7\nrepeats = 3", 21),
    ("scheme = \"k-fold\"\nfolds = 3\nshuffle = false", 3),
    ("scheme = \"stratified-k-fold\"", 50),
    ("scheme = \"leave-one-out\"", 100),
    ("scheme = \"time\"\nfolds = 4\ngap = 3\nwindow = 60", 4),
    ("scheme = \"bootstrap\"\nrepeats = 30", 30),
    ("scheme = \"shuffle\"\nrepeats = 12\ngenerator = \"numpy\"\nrandom_state = 5", 12),
    ("scheme = \"k-fold\"\nshuffle = false\ngenerator = \"numpy\"", 5),
    ("scheme = \"leave-one-out\"\ngenerator = \"numpy\"", 100),
    ("scheme = \"k-fold\"\nrepeats = 2\ngenerator = \"numpy\"\nrandom_state = 5", 10),
];

/// Rows in an order that is no class's, so that time and unshuffled folds have both classes.
fn mixed(text: &str) -> Experiment {
    let mut experiment = parse(text);
    if let Source::Fixed(data) = &mut experiment.sources[0] {
        let from = |row: usize| (37 * row + 5) % 100;
        data.labels = (0..100).map(|row| data.labels[from(row)]).collect();
        data.features =
            logitbench::linear_algebra::StoredRows::from_fn(logitbench::data::Storage::Double, (100, 4), |(row, j)| {
                data.features.at(from(row), j)
            });
    }
    experiment
}

#[test]
fn both_engines_make_the_same_fits_of_every_scheme() {
    for (split, count) in SCHEMES {
        let text = format!("{DATA}[split]\n{split}\n[model]\npenalty = \"l2\"\nstrength = 0.5\n{SOLVERS}");
        let experiment = mixed(&text);
        let lanes = results(&experiment, Options { threads: 2, ..Options::default() });
        let general = results(&experiment, Options { threads: 1, instruction_set: None, ..Options::default() });
        for (a, b) in lanes.cells.iter().zip(&general.cells) {
            assert_eq!((a.records.len(), b.records.len()), (count, count), "{split}");
            assert_eq!(a.records.verdicts, b.records.verdicts, "{split}");
            assert_eq!(a.records.iterations, b.records.iterations, "{split}");
            for name in ["test_accuracy", "train_log_loss", "test_log_loss", "coefficient_norm"] {
                let column = |cell: &logitbench::record::Cell| -> Vec<f64> {
                    cell.records.metrics[metric::index(name).unwrap()].iter().collect()
                };
                for (split_index, (a, b)) in column(a).into_iter().zip(column(b)).enumerate() {
                    let near = (a - b).abs() <= 1e-9 * (1.0 + b.abs()) || a.is_nan() && b.is_nan();
                    assert!(near, "{split}: {name} of split {split_index} is {a} and {b}");
                }
            }
        }
        assert_eq!(lanes.splits[0].rows, general.splits[0].rows);
        let dealt: Vec<[u32; 2]> = (0..count as u64)
            .map(|index| {
                let mut split = Split::default();
                experiment.splitters[0].split(index, &experiment.sources[0].data(index).labels, &mut split);
                [split.train.len() as u32, split.test.len() as u32]
            })
            .collect();
        assert_eq!(lanes.splits[0].rows, dealt, "{split}");
    }
}

#[test]
fn results_depend_neither_on_threads_nor_on_shards() {
    for (split, count) in SCHEMES {
        let experiment = mixed(&format!("{DATA}{DATA}label = \"again\"\n[split]\n{split}\n{SOLVERS}"));
        assert_eq!(experiment.split_counts, [count as u64; 2]);
        let whole = results(&experiment, Options { threads: 1, ..Options::default() });
        let mut seen = 0;
        for number in 1..=3 {
            let shard = Shard { number, of: 3 };
            run::shard(&experiment, Options::default(), shard, Vec::new(), &AtomicBool::new(false), &mut |event| {
                if let run::Event::Records(records) = event {
                    for (place, fit) in records.fits.iter().enumerate() {
                        let (solver, split) = (place % 2, records.first as usize + place / 2);
                        let of_whole = &whole.cells[2 * records.source + solver].records;
                        // A NaN may have any sign.
                        let written = |values: &[f64]| format!("{values:?}");
                        let expected = of_whole.get(split).unwrap();
                        assert_eq!(written(&expected.metrics), written(&fit.metrics), "{split}");
                        seen += 1;
                    }
                }
            })
            .unwrap();
        }
        assert_eq!(seen, 4 * count, "{split}");
    }
}

#[test]
fn folds_have_the_test_of_bouckaert_and_frank_and_none_over_splits() {
    for scheme in ["k-fold", "stratified-k-fold"] {
        let (report, results) =
            run(&format!("{DATA}[split]\nscheme = \"{scheme}\"\nfolds = 4\nrepeats = 6\n{SOLVERS}"));
        let column = |cell: usize| &results.cells[cell].records.metrics[metric::index("test_accuracy").unwrap()];
        let differences: Vec<f64> = column(0).iter().zip(column(1).iter()).map(|(a, b)| a - b).collect();
        let test = repeated_k_fold_t(&differences, 4).unwrap();
        let accuracy = &report.comparisons[0].test_accuracy;
        let found = accuracy.on_new_data.as_ref().unwrap();
        assert!((found.p_value - test.p_two_sided()).abs() < 1e-9, "{found:?}");
        assert!((found.interval[0] - test.interval(0.95).0).abs() < 1e-9);
        assert!(accuracy.posterior.is_some());
        let summary = &report.cells[0].metrics["test_accuracy"];
        assert!(summary.new_data_interval.is_some());
        assert_eq!(none_over_splits(&report), Vec::<String>::new());
        assert!(report.intervals.iter().any(|of| of.method.contains("Bouckaert & Frank")), "{:?}", report.intervals);
        assert_eq!((report.experiment.repeats, report.experiment.splits), (6, Some(24)));
    }
}

/// The members of a report that take splits for a sample and are not null.
fn none_over_splits(report: &Report) -> Vec<String> {
    let mut found = Vec::new();
    let mut note = |what: &str, is: bool| found.extend(is.then(|| what.to_owned()));
    for cell in &report.cells {
        for (name, metric) in &cell.metrics {
            note(&format!("interval of {name}"), metric.interval.is_some() || metric.mean_interval.is_some());
        }
    }
    for pair in &report.comparisons {
        for metric in pair.metrics.values().chain([&pair.test_accuracy]) {
            note("over_splits", metric.over_splits.is_some());
            note("sign test", metric.sign_test_p.is_some());
        }
        for cost in [&pair.iterations, &pair.oracle_calls] {
            note("costs", cost.shift_interval.is_some() || cost.wilcoxon_p.is_some() || cost.sign_test_p.is_some());
        }
    }
    note("with_optimum", report.splits.iter().any(|splits| splits.interval.is_some()));
    found
}

#[test]
fn where_no_theory_is_known_nothing_is_said_and_the_report_says_why() {
    for split in ["scheme = \"leave-one-out\"", "scheme = \"time\"", "scheme = \"k-fold\"\nshuffle = false"] {
        let experiment = mixed(&format!("{DATA}[split]\n{split}\n{SOLVERS}"));
        let results = results(&experiment, Options::default());
        let report = analysis::report(&experiment, &results, Environment::default(), None);
        assert_eq!(none_over_splits(&report), Vec::<String>::new(), "{split}");
        for pair in &report.comparisons {
            assert!(pair.test_accuracy.on_new_data.is_none() && pair.test_accuracy.posterior.is_none(), "{split}");
        }
        for metric in report.cells.iter().flat_map(|cell| cell.metrics.values()) {
            assert!(metric.new_data_interval.is_none() && metric.distribution.mean.is_some() | (metric.undefined > 0));
        }
        let none: Vec<_> = report.intervals.iter().filter(|of| of.method == "none").collect();
        assert!(none.len() == 2 && none.iter().all(|of| of.because.is_some()), "{:?}", report.intervals);
    }
    // Bootstrap samples are draws: over them all is as with random splits, on new data nothing.
    let (report, _) = run(&format!("{DATA}[split]\nscheme = \"bootstrap\"\nrepeats = 40\n{SOLVERS}"));
    let accuracy = &report.comparisons[0].test_accuracy;
    assert!(accuracy.over_splits.is_some() && accuracy.sign_test_p.is_some() && accuracy.on_new_data.is_none());
}

/// A claim about folds is about these folds, and exact: no interval, no chance of error.
#[test]
fn claims_about_folds_are_decided_by_counting() {
    let claim = |name: &str, keys: &str| {
        format!("[[claim]]\nname = \"{name}\"\nsolver = \"newton\"\nmetric = \"test_accuracy\"\n{keys}\n")
    };
    let split = "[split]\nscheme = \"stratified-k-fold\"\nrepeats = 2\n";
    let (report, results) = run(&format!("{DATA}{split}{SOLVERS}"));
    let column = &results.cells[0].records.metrics[metric::index("test_accuracy").unwrap()];
    let values: Vec<f64> = column.iter().collect();
    let bound = report.cells[0].metrics["test_accuracy"].distribution.median.unwrap();
    let holds = values.iter().filter(|value| **value >= bound).count();
    let share = holds as f64 / values.len() as f64;
    let mean = report.cells[0].metrics["test_accuracy"].distribution.mean.unwrap();
    let claims = [
        (claim("exactly", &format!("at_least = {bound}\non_share = {share}")), ClaimVerdict::Supported),
        (claim("more", &format!("at_least = {bound}\non_share = {}", share + 1e-9)), ClaimVerdict::Refuted),
        (
            claim("within", &format!("at_least = {bound}\nshare = {}\nwithin = 0.1", share - 0.1)),
            ClaimVerdict::Supported,
        ),
        (
            claim("outside", &format!("at_least = {bound}\nshare = {}\nwithin = 0.1", share - 0.11)),
            ClaimVerdict::Refuted,
        ),
        (claim("mean", &format!("at_least = {}\non_average = true", mean - 1e-9)), ClaimVerdict::Supported),
        (claim("no mean", &format!("at_least = {}\non_average = true", mean + 1e-9)), ClaimVerdict::Refuted),
    ];
    let text: String = claims.iter().map(|(text, _)| text.as_str()).collect();
    let (report, _) = run(&format!("{DATA}{split}{SOLVERS}{text}"));
    for (claim, (_, verdict)) in report.claims.iter().zip(&claims) {
        assert_eq!(claim.verdict, *verdict, "{}: {}", claim.name, claim.explanation);
        assert_eq!((claim.interval, claim.chance_of_error), (None, Some(0.0)), "{}", claim.name);
        assert!(claim.statement.contains("these splits"), "{}", claim.statement);
    }
}

/// Data sets of different sizes have different numbers of splits.
#[test]
fn leave_one_out_has_a_split_for_each_row_of_each_data_set() {
    let small = "[[dataset]]\nsimulate = \"gaussian\"\nrows = 30\nfeatures = 2\nlabel = \"small\"\n";
    let text = format!("{DATA}{small}[split]\nscheme = \"leave-one-out\"\n{SOLVERS}");
    let experiment = parse(&text);
    assert_eq!((experiment.split_counts.clone(), experiment.splits()), (vec![100, 30], 130));
    let (report, results) = run(&text);
    let fits: Vec<usize> = results.cells.iter().map(|cell| cell.records.len()).collect();
    assert_eq!(fits, [100, 100, 30, 30]);
    assert_eq!(report.experiment.splits, Some(100));
    assert_eq!(report.splits[1].training_rows, Some([29, 29]));
}

/// No group is on both sides, whatever the scheme of groups.
#[test]
fn groups_stay_together() {
    for split in [
        "scheme = \"group-k-fold\"",
        "scheme = \"group-k-fold\"\nshuffle = false",
        "scheme = \"group-shuffle\"",
        "scheme = \"leave-one-group-out\"",
    ] {
        let refused = Experiment::parse(
            &format!("{DATA}[split]\n{split}\n{SOLVERS}"),
            "test.toml",
            Path::new(""),
            Overrides::default(),
        );
        assert!(refused.err().unwrap().to_string().contains("groups = \"COLUMN\""));
        let scheme = Scheme::ALL.into_iter().find(|scheme| split.contains(&format!("\"{}\"", scheme.name()))).unwrap();
        let mut dealing = logitbench::split::Dealing::of(scheme);
        dealing.shuffle = !split.contains("false");
        let mut splitter =
            logitbench::split::Splitter::new(dealing, logitbench::split::Generator::Native, 3, "patients");
        let codes: Vec<u32> = (0..90).map(|row| (row * row) % 17).collect();
        let roles = logitbench::data::Roles {
            groups: Some(Groups { codes: codes.clone(), names: (0..17).map(|group| format!("p{group}")).collect() }),
            ..Default::default()
        };
        let labels = [0, 1].repeat(45);
        splitter.prepare(&labels, &roles, &["a", "b"].map(str::to_owned), 20).unwrap();
        let mut split = Split::default();
        for index in 0..20 {
            splitter.split(index, &labels, &mut split);
            assert_eq!(split.train.len() + split.test.len(), 90);
            assert!(!split.test.is_empty() && !split.train.is_empty());
            let of =
                |rows: &[u32]| rows.iter().map(|&row| codes[row as usize]).collect::<std::collections::HashSet<_>>();
            assert!(of(&split.train).is_disjoint(&of(&split.test)), "{scheme:?}");
        }
    }
}

/// What `splits` writes, `listed` reads: the same splits, whatever the scheme and the format, and so the same fits.
#[test]
fn lists_that_are_written_are_read_back() {
    let folder = common::Folder::new("lists");
    for (split, count) in SCHEMES {
        let data = format!("{DATA}{DATA}label = \"again\"\n");
        folder.write("own.toml", format!("{data}[split]\n{split}\n{SOLVERS}"));
        let own = Experiment::load(&folder.0.join("own.toml"), Overrides::default());
        let Ok(own) = own else { panic!("{split}") };
        for file in ["lists.json", "lists.csv"] {
            let out = folder.0.join(file);
            let (code, _, stderr) =
                common::logitbench(&folder.0, &["splits", "own.toml", "--out", out.to_str().unwrap()]);
            assert_eq!(code, 0, "{stderr}");
            folder.write("listed.toml", format!("{data}[split]\nscheme = \"listed\"\nlists = \"{file}\"\n{SOLVERS}"));
            let listed = Experiment::load(&folder.0.join("listed.toml"), Overrides::default()).unwrap();
            assert_eq!(listed.split_counts, [count as u64; 2]);
            let (mut expected, mut found) = (Split::default(), Split::default());
            for source in 0..2 {
                let labels = &own.sources[source].data(0).labels;
                for index in 0..count as u64 {
                    own.splitters[source].split(index, labels, &mut expected);
                    listed.splitters[source].split(index, labels, &mut found);
                    assert_eq!((&found.train, &found.test), (&expected.train, &expected.test), "{split}, {file}");
                }
            }
        }
    }
}

/// An OpenML task's splits, as the site writes them: any order of columns and cases, comments, quotes.
#[test]
fn the_splits_of_an_openml_task_are_read() {
    let folder = common::Folder::new("openml");
    let mut text = "% made for a test\n@RELATION splits\n\n@ATTRIBUTE type {TRAIN, TEST}\n@attribute 'rowid' numeric\n\
                    @ATTRIBUTE repeat INTEGER\n@ATTRIBUTE fold INTEGER\n\n@DATA\n"
        .to_owned();
    // Folds in no order.
    for (repeat, fold) in [(1, 1), (0, 1), (1, 0), (0, 0)] {
        for row in 0..100 {
            let set = if row % 2 == (fold + repeat) % 2 { "TEST" } else { "'TRAIN'" };
            text.push_str(&format!("{set},{row},{repeat},{fold}\n"));
        }
    }
    folder.write("task.arff", text);
    folder.write("listed.toml", format!("{DATA}[split]\nscheme = \"listed\"\nlists = \"task.arff\"\n{SOLVERS}"));
    let experiment = Experiment::load(&folder.0.join("listed.toml"), Overrides::default()).unwrap();
    let mut split = Split::default();
    for (index, first) in [(0, 0), (1, 1), (2, 1), (3, 0)] {
        experiment.splitters[0].split(index, &experiment.sources[0].data(0).labels, &mut split);
        assert_eq!(split.test, (first..100).step_by(2).collect::<Vec<u32>>());
        assert_eq!(split.train, (1 - first..100).step_by(2).collect::<Vec<u32>>());
    }
    assert_eq!(experiment.split_counts, [4]);
}

/// A column that numbers blocks of rows, or bears an identifier's name, is pointed out; ages, years, ratings, counts and row numbers are
/// not, sorted or not.
#[test]
fn repeated_identifiers_are_pointed_out() {
    let folder = common::Folder::new("identifiers");
    let table = |name: &str, value: fn(usize) -> String| {
        let rows = (0..60).map(|row| format!("{},{},{}\n", value(row), (row * 7) % 13, row % 2));
        format!("{name},age,died\n{}", rows.collect::<String>())
    };
    for (name, value, is_one) in [
        ("patient", (|row| (row / 4).to_string()) as fn(usize) -> String, true),
        ("x", |row| (row / 4 + 1).to_string(), true),
        ("PatientID", |row| ((row * 5) % 12).to_string(), true),
        ("centre", |row| ((row * 5) % 7).to_string(), true),
        ("id", |row| format!("P{:03}", row / 4), true),
        ("subject no", |row| format!("s{}", (row * 5) % 12), true),
        ("bmi", |row| (50 + row / 4).to_string(), false),
        ("years", |row| (row / 4).to_string(), false),
        ("visit", |row| (row / 5 + 1).to_string(), false),
        ("q1", |row| (row / 12 + 1).to_string(), false),
        ("children", |row| ((row as f64).sqrt() as usize).to_string(), false),
        ("town", |row| format!("t{}", (row * 5) % 12), false),
        ("site_id", |row| ((row * 5) % 12).to_string(), true),
        ("Subject", |row| (100 + (row * 5) % 12).to_string(), true),
        ("x", |row| ((row * 5) % 12).to_string(), false),
        ("patient", |row| row.to_string(), false),
        ("patient", |row| (row % 2).to_string(), false),
        ("patient", |row| format!("{}.5", row / 4), false),
        ("valid", |row| ((row * 5) % 12).to_string(), false),
    ] {
        folder.write("d.csv", table(name, value));
        folder.write("e.toml", "[[dataset]]\nfile = \"d.csv\"\ntarget = \"died\"\n[[solver]]\nmethod = \"newton\"\n");
        let (code, told, stderr) = common::logitbench(&folder.0, &["check", "e.toml"]);
        assert_eq!(code, 0, "{stderr}");
        let hint = format!("groups = \"{name}\"");
        assert_eq!(told.contains(&hint), is_one, "{name}: {told}");
        let (_, told, _) = common::logitbench(&folder.0, &["init", "d.csv", "--target", "died", "--out", "i.toml"]);
        assert_eq!(told.contains(&hint), is_one, "{name}: {told}");
        assert_eq!(told.matches("groups = ").count(), usize::from(is_one), "{name}: {told}");
        std::fs::remove_file(folder.0.join("i.toml")).unwrap();
    }
}
