//! Every metric of the catalogue, for every method: from both engines, within its range, and with a value wherever the rows do
//! not stand in its way.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use logitbench::experiment::{Experiment, Overrides};
use logitbench::linear_algebra::InstructionSet;
use logitbench::metric::{
    self, Classifier, Criterion, METRICS, Predictions, ReliabilityCounts, Scratch, Selection, Threshold,
};
use logitbench::model::{Design, Serial, Sigmoid};
use logitbench::parameter::Choice;
use logitbench::record::Results;
use logitbench::run::{self, Options};
use logitbench::solver::catalogue::METHODS;

/// The key that asks for every metric.
static ALL_METRICS: LazyLock<String> = LazyLock::new(|| format!("metrics = {:?}\n", Selection::NAMES));

/// Data with known slopes whose fits have an optimum, drawn once or for each split, a method to each solver.
fn experiment(redraw: bool) -> Experiment {
    let mut text = ALL_METRICS.clone()
        + "seed = 3\n[[dataset]]\nsimulate = \"gaussian\"\nrows = 120\nfeatures = 3\n"
        + &format!("redraw = {redraw}\n")
        + "[split]\nrepeats = 40\n[[model]]\n\
                    [[model]]\nname = \"through the origin\"\nintercept = false\n[stop]\nmax_iterations = 40\n";
    for method in METHODS {
        text.push_str(&format!("[[solver]]\nmethod = \"{}\"\n", method.name));
    }
    Experiment::parse(&text, "metrics.toml", Path::new(""), Overrides::default()).unwrap()
}

fn run(experiment: &Experiment, instruction_set: Option<InstructionSet>) -> Results {
    let options = Options { threads: 2, instruction_set, memory_limit: None };
    run::run(experiment, options, &AtomicBool::new(false), &mut |_| ()).unwrap()
}

#[test]
fn both_engines_give_every_metric_of_every_method() {
    for redraw in [false, true] {
        let experiment = experiment(redraw);
        let (lanes, general) = (run(&experiment, Some(InstructionSet::widest())), run(&experiment, None));
        assert_eq!(lanes.cells.len(), 2 * METHODS.len());
        compare_metrics(&experiment, &lanes, &general);
    }
}

fn compare_metrics(experiment: &Experiment, lanes: &Results, general: &Results) {
    for (a, b) in lanes.cells.iter().zip(&general.cells) {
        for (place, metric) in METRICS.iter().enumerate() {
            for (split, (a_value, b_value)) in
                a.records.metrics[place].iter().zip(b.records.metrics[place].iter()).enumerate()
            {
                let of = format!("{} of {} on split {split}", metric.name, experiment.solvers[a.solver].name);
                assert!(a_value.is_finite(), "{of}: {a_value}");
                let close = (a_value - b_value).abs() <= 1e-6 * b_value.abs().max(1e-3);
                assert!(close, "{of}: {a_value} in lanes, {b_value} alone");
                assert!(metric.range.0 <= a_value && a_value <= metric.range.1, "{of}: {a_value} is out of its range");
            }
        }
    }
}

#[test]
fn a_metric_has_a_value_exactly_where_the_rows_do_not_stand_in_its_way() {
    // Few test rows, so that some samples have one class; few training rows, so that some have one class too.
    let text = ALL_METRICS.clone()
        + "seed = 1\n[[dataset]]\nname = \"iris\"\nclasses = [\"setosa\", \"versicolor\"]\n[[dataset]]\nsimulate = \"gaussian\"\n\
                rows = 14\nfeatures = 2\npositives = 0.2\n[split]\ntest_fraction = 0.2\nrepeats = 200\n[[solver]]\nmethod = \"newton\"\n";
    let experiment = Experiment::parse(&text, "metrics.toml", Path::new(""), Overrides::default()).unwrap();
    for set in [Some(InstructionSet::widest()), None] {
        let results = run(&experiment, set);
        let mut apart = 0;
        for cell in &results.cells {
            let splits = cell.splits_in(&results.splits).unwrap();
            for (place, metric) in METRICS.iter().enumerate() {
                for (split, value) in cell.records.metrics[place].iter().enumerate() {
                    let undefined = splits.undefined(metric, split);
                    assert_eq!(value.is_nan(), undefined.is_some(), "{} on split {split}: {value}", metric.name);
                    apart += usize::from(undefined.is_some());
                }
            }
        }
        assert!(apart > 400, "{apart}: there is nothing to set apart");
    }
}

/// `tests/reference/metrics.json`: scikit-learn 1.9.1 `balanced_accuracy_score`, `f1_score`, `matthews_corrcoef` and
/// `average_precision_score`; statsmodels 0.15.0 `GLM`, with an offset for the calibration intercept; numpy for the calibration
/// error, which no package has.
#[test]
fn metrics_agree_with_other_programs() {
    let text = include_str!("reference/metrics.json");
    let reference: serde_json::Value = serde_json::from_str(text).unwrap();
    let mut wanted = Selection::USUAL;
    (0..METRICS.len()).for_each(|place| wanted.ask_for(place));
    let mut compared = BTreeMap::new();
    for case in reference["cases"].as_array().unwrap() {
        let numbers = |key: &str| case[key].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect::<Vec<_>>();
        // One column with the log-odds, and coefficient 1.
        let design = Design::new(numbers("z"), 1, numbers("y").iter().map(|y| 2.0 * y - 1.0).collect());
        let classifier = Classifier {
            coefficients: &[1.0],
            intercept: false,
            threshold: 0.5,
            sigmoid: Sigmoid::Stable,
            truth: None,
        };
        let mut values = metric::compute(classifier, &design, &design, &[], &Serial, &mut Scratch::default());
        let (mut predictions, mut reliability) = (Predictions::default(), ReliabilityCounts::default());
        metric::fill_in_requested(
            wanted,
            classifier,
            &design,
            &design,
            &mut predictions,
            &mut reliability,
            &mut values,
        );
        for (key, expected) in case["values"].as_object().unwrap() {
            let expected = expected.as_f64().unwrap();
            for place in ["test", "train"].iter().filter_map(|sample| metric::index(&format!("{sample}_{key}"))) {
                // statsmodels stops where the deviance no longer falls, at half the digits.
                let tolerance =
                    if matches!(&**key, "calibration_slope" | "calibration_intercept") { 1e-8 } else { 1e-13 };
                let (name, value) = (METRICS[place].name, values[place]);
                assert!((value - expected).abs() < tolerance, "{}: {name} {value}, {expected}", case["name"]);
                *compared.entry(name).or_insert(0) += 1;
            }
        }
    }
    assert_eq!(compared.len(), 13, "{compared:?}");
    assert!(compared.values().all(|&cases| cases >= 8), "{compared:?}");
}

/// `tests/reference/metrics.json`: counts of scikit-learn 1.9.1 `roc_curve`, and its metrics at the threshold.
#[test]
fn chosen_thresholds_agree_with_another_program() {
    let reference: serde_json::Value = serde_json::from_str(include_str!("reference/metrics.json")).unwrap();
    let mut compared = 0;
    for case in reference["cases"].as_array().unwrap() {
        let numbers = |key: &str| case[key].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect::<Vec<_>>();
        let design = Design::new(numbers("z"), 1, numbers("y").iter().map(|y| 2.0 * y - 1.0).collect());
        for (name, expected) in case["chosen"].as_object().unwrap() {
            let rule = Threshold::Chosen(Criterion::named(name).unwrap());
            let threshold = rule.of_fit(&[1.0], Sigmoid::Stable, &design, &mut Vec::new());
            let of = format!("{} of {}", name, case["name"]);
            assert!(
                (threshold - expected["threshold"].as_f64().unwrap()).abs() < 1e-12,
                "{of}: {threshold}, {expected}"
            );
            let classifier =
                Classifier { coefficients: &[1.0], intercept: false, threshold, sigmoid: Sigmoid::Stable, truth: None };
            let values = metric::compute(classifier, &design, &design, &[], &Serial, &mut Scratch::default());
            let train = |name: &str| values[metric::index(name).unwrap()];
            let value = match &**name {
                "youden" => 2.0 * train("train_balanced_accuracy"),
                name => train(&format!("train_{name}")),
            };
            assert!((value - expected["value"].as_f64().unwrap()).abs() < 1e-13, "{of}: {value}, {expected}");
            compared += 1;
        }
    }
    assert_eq!(compared, 30);
}

/// Solvers that differ in their thresholds alone, under both kinds of probability, with and without an optimum.
#[test]
fn a_threshold_chosen_on_training_rows_is_the_best_there_on_every_split() {
    let criteria = [("youden", "train_balanced_accuracy"), ("accuracy", "train_accuracy"), ("f1", "train_f1")];
    let numbers = [0.0, 0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 1.0];
    for solver in ["method = \"newton\"", "method = \"article\"", "method = \"gradient-ascent\"\nmax_iterations = 9"] {
        let text = format!(
            "metrics = [\"threshold\"]\n[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n\
             [[dataset]]\nsimulate = \"gaussian\"\nrows = 60\nfeatures = 4\npositives = 0.2\n[split]\nrepeats = 60\n\
             [[solver]]\n{solver}\nthreshold = [\"youden\", \"accuracy\", \"f1\", {}]\n",
            numbers.map(|number| format!("{number:?}")).join(", ")
        );
        let experiment = Experiment::parse(&text, "t.toml", Path::new(""), Overrides::default()).unwrap();
        let results = run(&experiment, Some(InstructionSet::widest()));
        let (mut better, mut lost) = (0, 0);
        for cells in results.cells.chunks(criteria.len() + numbers.len()) {
            let value =
                |cell: usize, name: &str, split| cells[cell].records.metrics[metric::index(name).unwrap()].get(split);
            for (chosen, (criterion, name)) in criteria.iter().enumerate() {
                for split in 0..60 {
                    let threshold = value(chosen, "threshold", split);
                    // The article's method may end where no probability is a number.
                    let is_lost = threshold.is_nan() && value(chosen, "train_accuracy", split).is_nan();
                    lost += usize::from(is_lost);
                    assert!(is_lost || (0.0..=1.0).contains(&threshold), "{criterion}: {threshold} on split {split}");
                    for other in 0..cells.len() {
                        let (best, value) = (value(chosen, name, split), value(other, name, split));
                        assert!(
                            is_lost || value.is_nan() || best >= value - 1e-12,
                            "{criterion} on split {split}: {best}, {value} of solver {other}"
                        );
                        better += usize::from(best > value);
                    }
                }
            }
            for (place, number) in numbers.iter().enumerate() {
                assert_eq!(value(criteria.len() + place, "threshold", 0), *number);
            }
        }
        assert!(better > 1000 && (lost == 0 || solver.contains("article")), "{solver}: {better}, {lost}");
    }
}

/// Pooled counts of the test rows, whoever made the fits and in whatever parts.
#[test]
fn reliability_is_kept_where_a_metric_of_calibration_is_taken() {
    let parse = |metrics: &str| {
        let text = format!(
            "{metrics}seed = 4\n[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n\
             [split]\nrepeats = 70\n[[model]]\n[[model]]\npenalty = \"l2\"\nstrength = 1.0\n\
             [[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"irls\"\n"
        );
        Experiment::parse(&text, "r.toml", Path::new(""), Overrides::default()).unwrap()
    };
    let with = parse("metrics = [\"test_calibration_error\"]\n");
    let counts = |threads, instruction_set| -> Vec<ReliabilityCounts> {
        let options = Options { threads, instruction_set, memory_limit: None };
        let results = run::run(&with, options, &AtomicBool::new(false), &mut |_| ()).unwrap();
        results.cells.into_iter().map(|cell| cell.reliability).collect()
    };
    let (one, three) = (counts(1, Some(InstructionSet::widest())), counts(3, Some(InstructionSet::widest())));
    assert_eq!(one, three);
    for (lanes, general) in one.iter().zip(counts(2, None)) {
        assert_eq!(lanes.fits, 70);
        assert_eq!(lanes.bins.iter().map(|bin| bin.rows).sum::<u64>(), 70 * 25);
        let positives = |counts: &ReliabilityCounts| counts.bins.iter().map(|bin| bin.positives).sum::<u64>();
        assert_eq!(positives(lanes), positives(&general));
        for (k, bin) in lanes.bins.iter().enumerate().filter(|(_, bin)| bin.rows > 0) {
            let (from, to) = (k as f64 / 10.0, (k + 1) as f64 / 10.0);
            assert!(from <= bin.mean_probability() && bin.mean_probability() <= to);
        }
    }
    let without = run(&parse("metrics = [\"train_calibration_slope\"]\n"), None);
    assert!(without.cells.iter().all(|cell| cell.reliability == ReliabilityCounts::default()));
}
