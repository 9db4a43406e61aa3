//! Row weights and offsets: a row of weight c fits as c equal rows do, whatever the method and the penalty, and an offset moves the
//! predictors by what it says.

mod common;
#[path = "common/random.rs"]
mod random;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use logitbench::data::file::{Contents, Input};
use logitbench::data::{DataSet, Roles, csv_file};
use logitbench::engine::{NEWTON, TO_THE_LIMIT};
use logitbench::linear_algebra::{Storage, StoredRows};
use logitbench::metric::{self, Classifier, Criterion, METRICS, Predictions, ReliabilityCounts, Selection, Threshold};
use logitbench::model::{ClassWeight, Design, Penalty, Prepared, Scaling, Serial, Sigmoid};
use logitbench::parameter::{Setting, Settings};
use logitbench::record::{SingleFit, Verdict};
use logitbench::run::single::{Task, fit};
use logitbench::solver::catalogue::Variant;
use logitbench::solver::{Solver, StopRules, Tolerances};
use random::Random;
use serde_json::Value;

/// Until steps are rounding.
const SETTLED: StopRules = StopRules {
    tolerances: Tolerances {
        coefficient_change: Some(1e-14),
        gradient_norm: None,
        objective_change: None,
        gap: None,
        deviance_change: None,
    },
    max_iterations: 3_000,
    ..TO_THE_LIMIT
};

/// Rows with weights and perhaps an offset.
struct Weighted {
    x: Vec<Vec<f64>>,
    y: Vec<u8>,
    weights: Vec<f64>,
    offset: Option<Vec<f64>>,
}

impl Weighted {
    /// Of one of four kinds: plain, separated, quasi-completely separated, with two columns that depend on each other.
    fn simulate(seed: u64) -> Weighted {
        let random = &mut Random(seed);
        let (n, p) = (12 + random.below(40), 1 + random.below(3));
        let mut x: Vec<Vec<f64>> = (0..n).map(|_| (0..p).map(|_| random.normal()).collect()).collect();
        let mut y: Vec<u8> = x.iter().map(|row| u8::from(row[0] + 2.0 * random.normal() > 0.0)).collect();
        match seed % 8 {
            5 => y = x.iter().map(|row| u8::from(row[0] > 0.0)).collect(),
            6 => {
                x.iter_mut().for_each(|row| row[0] = f64::from(u8::from(row[0] > 0.7)));
                y.iter_mut().zip(&x).filter(|(_, row)| row[0] == 1.0).for_each(|(y, _)| *y = 1);
            }
            7 => x.iter_mut().for_each(|row| {
                let double = 2.0 * row[0];
                row.push(double);
            }),
            _ => {}
        }
        (y[0], y[1]) = if seed % 8 == 5 { (y[0], y[1]) } else { (0, 1) };
        let weights = (0..n).map(|_| random.below(5) as f64 + 1.0).collect();
        let offset = seed.is_multiple_of(3).then(|| (0..n).map(|_| random.normal()).collect());
        Weighted { x, y, weights, offset }
    }

    /// The data set of some rows; with weights, or without.
    fn of(&self, rows: &[usize], weights: Option<Vec<f64>>) -> DataSet {
        let columns = self.x[0].len();
        let offset = self.offset.as_ref().map(|offset| rows.iter().map(|&i| offset[i]).collect());
        DataSet {
            name: "data".to_owned(),
            feature_names: (0..columns).map(|j| format!("x{j}")).collect(),
            features: StoredRows::from_fn(Storage::Double, (rows.len(), columns), |(i, j)| self.x[rows[i]][j]),
            labels: rows.iter().map(|&i| self.y[i]).collect(),
            classes: vec!["0".to_owned(), "1".to_owned()],
            roles: Roles { weights, offset, ..Roles::default() },
            ..DataSet::default()
        }
    }

    fn weighted(&self) -> DataSet {
        self.of(&(0..self.y.len()).collect::<Vec<_>>(), Some(self.weights.clone()))
    }

    /// Each row as often as its weight says.
    fn repeated(&self) -> DataSet {
        let copies = |i: usize| std::iter::repeat_n(i, self.weights[i] as usize);
        self.of(&(0..self.y.len()).flat_map(copies).collect::<Vec<_>>(), None)
    }
}

fn fitted(data: &DataSet, penalty: Penalty, intercept: bool, solver: &dyn Solver, rules: &StopRules) -> SingleFit {
    let task = Task { intercept, ..Task::new(penalty, solver, rules) };
    fit(data, &task, &AtomicBool::new(false)).unwrap()
}

/// Asserts that numbers are equal to a share of their size, or of 1.
fn assert_near(what: &str, found: Option<f64>, expected: Option<f64>, share: f64) {
    match (found, expected) {
        (Some(found), Some(expected)) => {
            assert!((found - expected).abs() <= share * expected.abs().max(1.0), "{what}: {found} and {expected}");
        }
        (found, expected) => assert_eq!(found, expected, "{what}"),
    }
}

fn assert_all_near(what: &str, found: &Option<Vec<Option<f64>>>, expected: &Option<Vec<Option<f64>>>, share: f64) {
    assert_eq!(found.is_some(), expected.is_some(), "{what}");
    for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
        assert_near(what, *found, *expected, share);
    }
}

fn penalties() -> [Penalty; 3] {
    ["none", "l2", "firth"].map(|name| {
        let strength = (name == "l2").then_some(0.7);
        Penalty::named(name, strength).unwrap().unwrap()
    })
}

#[test]
fn weighted_rows_fit_as_their_copies_do() {
    let unit = Variant::all().into_iter().find(|variant| variant.is("newton", ("step", "unit"))).unwrap();
    let full_steps = unit.build().unwrap().solver;
    let mut verdicts = [0; 4];
    for seed in 0..300 {
        let random = Weighted::simulate(seed);
        let (weighted, repeated) = (random.weighted(), random.repeated());
        for penalty in penalties() {
            let intercept = seed % 4 != 1;
            let what = format!("{seed}, {penalty:?}");
            // Under Firth's penalty Newton's method converges linearly, and halving stops it where F no longer falls.
            let [found, expected] = [&weighted, &repeated].map(|data| match penalty.name() {
                "firth" => fitted(data, penalty, intercept, &*full_steps, &SETTLED),
                _ => fitted(data, penalty, intercept, &NEWTON, &TO_THE_LIMIT),
            });
            assert_eq!(found.verdict, expected.verdict, "{what}");
            assert_eq!((found.separation, found.rank), (expected.separation, expected.rank), "{what}");
            verdicts[found.verdict as usize] += 1;
            assert_all_near(&what, &found.coefficients, &expected.coefficients, 1e-12);
            assert_all_near(&what, &found.standard_errors, &expected.standard_errors, 1e-12);
            assert_near(&what, found.log_likelihood, expected.log_likelihood, 1e-12);
            assert_near(&what, Some(found.null_log_likelihood), Some(expected.null_log_likelihood), 1e-12);
            assert_eq!(found.hauck_donner, expected.hauck_donner, "{what}");
            let ratios = |fit: &SingleFit| -> Option<Vec<Option<f64>>> {
                let statistic = |found: &Option<Result<logitbench::record::LikelihoodRatio, _>>| {
                    found.as_ref().and_then(|found| found.as_ref().ok()).map(|ratio| ratio.statistic)
                };
                fit.likelihood_ratios.as_ref().map(|all| all.iter().map(statistic).collect())
            };
            // A fit under Firth's penalty that rounding lets end otherwise has none.
            if ratios(&found).is_some() == ratios(&expected).is_some() || penalty.name() != "firth" {
                assert_all_near(&what, &ratios(&found), &ratios(&expected), 1e-7);
            }
            let limit = |fit: &SingleFit| fit.limit.as_ref().map(|limit| limit.log_likelihood);
            assert_near(&what, limit(&found), limit(&expected), 1e-11);
        }
    }
    println!("{verdicts:?}");
    assert!(verdicts[Verdict::Optimal as usize] > 400 && verdicts[Verdict::Separated as usize] > 50, "{verdicts:?}");
}

#[test]
fn every_method_reaches_the_optimum_of_the_copies() {
    let mut optimal = 0;
    for variant in Variant::all() {
        let built = variant.build().unwrap();
        let mut settings = Settings::defaults(variant.method.parameters);
        variant.choice.iter().for_each(|(key, name)| settings.set(key, Setting::Text((*name).to_owned())));
        for seed in 0..24 {
            let random = Weighted::simulate(seed);
            let (weighted, repeated) = (random.weighted(), random.repeated());
            for penalty in penalties() {
                if variant.method.cannot_fit(penalty, &settings).is_some() {
                    continue;
                }
                let rules = StopRules { max_iterations: 300, ..StopRules::default() };
                let [found, expected] =
                    [&weighted, &repeated].map(|data| fitted(data, penalty, true, &*built.solver, &rules));
                let what = format!("{}, {seed}, {penalty:?}", variant.lines());
                assert_eq!(found.verdict, expected.verdict, "{what}");
                if found.verdict == Verdict::Optimal {
                    optimal += 1;
                    assert_all_near(&what, &found.coefficients, &expected.coefficients, 1e-4);
                    let optimum = |fit: &SingleFit| -> Option<Vec<Option<f64>>> {
                        fit.optimum.as_ref().map(|all| all.iter().map(|found| found.map(|[b, _]| b)).collect())
                    };
                    assert_all_near(&what, &optimum(&found), &optimum(&expected), 1e-13);
                }
            }
        }
    }
    println!("{optimal} optimal");
    assert!(optimal > 300, "{optimal}");
}

/// The rows of a reference data set, with the weights and the offset of `tests/reference/weights.py`.
fn reference(name: &str, weights: Option<&str>, offset: bool) -> DataSet {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/reference/datasets/{name}.csv"));
    let contents = Contents::of(&path).unwrap();
    let keys = csv_file::Keys::target("y");
    let data = csv_file::read(Input::new(&contents, &path), &keys).unwrap();
    let of_row = |i: usize| match weights {
        Some("whole") => 1.0 + (i * 7 % 5) as f64,
        _ => 0.25 + 0.5 * (i * 5 % 7) as f64,
    };
    let offset = offset.then(|| (0..data.rows()).map(|i| ((i * 13 % 17) as f64 - 8.0) / 8.0).collect());
    let weights = weights.map(|_| (0..data.rows()).map(of_row).collect());
    DataSet { roles: Roles { weights, offset, ..Roles::default() }, ..data }
}

fn reference_values() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/weights.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_str().unwrap().parse().unwrap()
}

fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().unwrap().iter().map(number).collect()
}

/// Coefficients, standard errors and likelihoods against numbers of 50 digits, which statsmodels and scikit-learn were compared with.
#[test]
fn fits_agree_with_reference_values_and_bounds_contain_them() {
    let values = reference_values();
    let mut fits = 0;
    for (name, of_name) in values["fits"].as_object().unwrap() {
        for expected in of_name.as_array().unwrap() {
            let data = reference(name, expected["weights"].as_str(), expected["offset"] == true);
            let strength = expected["strength"].as_f64().filter(|strength| *strength > 0.0);
            let penalty = Penalty::named(strength.map_or("none", |_| "l2"), strength).unwrap().unwrap();
            let class_weight = match &expected["class_weight"] {
                Value::Null => ClassWeight::None,
                Value::String(_) => ClassWeight::Balanced,
                given => {
                    let given = given.as_object().unwrap().iter();
                    ClassWeight::Given(given.map(|(name, weight)| (name.clone(), weight.as_f64().unwrap())).collect())
                }
            };
            let factors = class_weight.factors(&data.classes, [0, 1].map(|class| data.weight_of_class(class)));
            let task = Task { class_factors: factors, ..Task::new(penalty, &NEWTON, &TO_THE_LIMIT) };
            let found = fit(&data, &task, &AtomicBool::new(false)).unwrap();
            let what = format!("{name}, {expected}");
            assert_eq!(found.verdict, Verdict::Optimal, "{what}");
            let truth = numbers(&expected["coefficients"]);
            let bounds = found.coefficient_errors.as_ref().unwrap();
            for ((b, error), truth) in found.coefficients.iter().flatten().zip(bounds).zip(&truth) {
                let (b, error) = (b.unwrap(), error.unwrap());
                // The truth is rounded to binary64 here.
                assert!((b - truth).abs() <= error + f64::EPSILON * truth.abs(), "{what}: {b} ± {error}, {truth}");
                assert!((b / truth - 1.0).abs() < 1e-9, "{what}: {b}, {truth}");
            }
            for (b, truth) in found.optimum.as_ref().unwrap().iter().zip(&truth) {
                let [b, error] = b.unwrap();
                assert!((b - truth).abs() <= error + f64::EPSILON * truth.abs(), "{what}: {b} ± {error}, {truth}");
                assert!(error <= 1e-14 * truth.abs().max(1e-3), "{what}: {b} ± {error}");
            }
            assert_eq!(found.standard_errors.is_some(), strength.is_none() && factors.is_none(), "{what}");
            for (s, truth) in
                found.standard_errors.iter().flatten().zip(expected["standard_errors"].as_array().into_iter().flatten())
            {
                assert!((s.unwrap() / number(truth) - 1.0).abs() < 1e-12, "{what}: {s:?}, {truth}");
            }
            if strength.is_none() {
                assert_near(&what, found.log_likelihood, Some(number(&expected["log_likelihood"])), 1e-13);
                assert_near(
                    &what,
                    Some(found.null_log_likelihood),
                    Some(number(&expected["null_log_likelihood"])),
                    1e-13,
                );
            }
            fits += 1;
        }
    }
    assert_eq!(fits, 40);
}

/// All metrics of a point on the rows.
fn metrics_of(design: &Design, coefficients: &[f64], threshold: f64) -> metric::Values {
    let classifier = Classifier { coefficients, intercept: true, threshold, sigmoid: Sigmoid::Stable, truth: None };
    let mut values = metric::compute(classifier, design, design, &[], &Serial, &mut metric::Scratch::default());
    let mut all = Selection::USUAL;
    (0..METRICS.len()).for_each(|place| all.ask_for(place));
    let (mut predictions, mut reliability) = (Predictions::default(), ReliabilityCounts::default());
    metric::fill_in_requested(all, classifier, design, design, &mut predictions, &mut reliability, &mut values);
    values
}

#[test]
fn metrics_count_rows_as_often_as_their_weights_say() {
    for seed in 0..200 {
        let random = Weighted::simulate(seed);
        let point: Vec<f64> = (0..=random.x[0].len()).map(|j| 0.9 - 0.7 * j as f64).collect();
        let [weighted, repeated] =
            [random.weighted(), random.repeated()].map(|data| Prepared::all_rows(&data, Scaling::None).design);
        let mut thresholds: Vec<(Threshold, [f64; 2])> = Vec::new();
        for criterion in [Criterion::Youden, Criterion::Accuracy, Criterion::F1] {
            let chosen =
                |design: &Design| Threshold::Chosen(criterion).of_fit(&point, Sigmoid::Stable, design, &mut Vec::new());
            thresholds.push((Threshold::Chosen(criterion), [chosen(&weighted), chosen(&repeated)]));
        }
        for (threshold, [a, b]) in &thresholds {
            assert_eq!(a, b, "{seed}, {threshold:?}");
        }
        let (found, expected) = (metrics_of(&weighted, &point, 0.4), metrics_of(&repeated, &point, 0.4));
        for ((found, expected), metric) in found.iter().zip(&expected).zip(&METRICS) {
            let is_near = (found - expected).abs() <= 1e-10 * expected.abs().max(1.0)
                || found == expected
                || found.is_nan() && expected.is_nan();
            assert!(is_near, "{seed}: {} {found} and {expected}", metric.name);
        }
    }
}

#[test]
fn metrics_agree_with_scikit_learn() {
    let values = reference_values();
    for (name, expected) in values["metrics"].as_object().unwrap() {
        let data = reference(name, Some("parts"), false);
        let design = Prepared::all_rows(&data, Scaling::None).design;
        let found = metrics_of(&design, &numbers(&values["fits"][name][1]["coefficients"]), 0.5);
        for (metric, expected) in expected.as_object().unwrap() {
            // scikit-learn's log loss is a mean, as ours is.
            let found = found[metric::index(&format!("test_{metric}")).unwrap()];
            let expected = expected.as_f64().unwrap();
            assert!(
                (found - expected).abs() < 1e-12 * expected.abs().max(1.0),
                "{name}, {metric}: {found}, {expected}"
            );
        }
    }
}

/// Weights of any size: what is proved stays true, and nothing panics.
#[test]
fn hostile_weights_earn_no_false_verdict() {
    for seed in 0..300 {
        let mut random = Weighted::simulate(seed);
        let numbers = &mut Random(seed + 1_000);
        let plain = fitted(&random.weighted(), Penalty::NONE, true, &NEWTON, &TO_THE_LIMIT);
        let size = 10f64.powf(300.0 * numbers.uniform() * if seed.is_multiple_of(2) { 1.0 } else { -1.0 });
        match seed % 4 {
            // One row that dominates, or hardly counts.
            0 | 1 => random.weights[0] = size,
            2 => random.weights.iter_mut().for_each(|weight| *weight *= size.min(1e200)),
            _ => random.weights.iter_mut().for_each(|weight| *weight = 10f64.powf(16.0 * numbers.normal())),
        }
        if seed.is_multiple_of(5) {
            random.offset = Some(random.y.iter().map(|_| 10f64.powf(3.0 * numbers.normal())).collect());
        }
        for penalty in penalties() {
            let found = fitted(&random.weighted(), penalty, true, &NEWTON, &TO_THE_LIMIT);
            // Whether an optimum exists does not depend on the weights.
            if let (Some(kind), Some(of_plain)) = (found.separation, plain.separation) {
                assert_eq!(kind, of_plain, "{seed}");
            }
            if penalty == Penalty::NONE {
                assert!(found.verdict != Verdict::Separated || plain.verdict == Verdict::Separated, "{seed}");
                assert!(plain.verdict != Verdict::Separated || found.verdict == Verdict::Separated, "{seed}");
            }
        }
    }
}

/// A file with weights says what the file of the copies says, in `fit` and in an experiment, whose copies are fitted in lanes.
#[test]
fn files_with_weights_say_what_their_copies_say() {
    let folder = common::Folder::new("weights");
    let (mut weighted, mut copies) = ("x,y,n\n".to_owned(), "x,y\n".to_owned());
    let numbers = &mut Random(7);
    for _ in 0..40 {
        let (x, weight) = (numbers.normal(), numbers.below(4));
        let y = u8::from(x + 2.0 * numbers.normal() > 0.0);
        weighted += &format!("{x},{y},{weight}\n");
        (0..weight).for_each(|_| copies += &format!("{x},{y}\n"));
    }
    folder.write("weighted.csv", &weighted);
    folder.write("copies.csv", &copies);
    let json = |arguments: &[&str]| -> Value {
        let (code, stdout, stderr) = common::logitbench(&folder.0, arguments);
        assert_eq!(code, 0, "{stderr}");
        serde_json::from_str(&stdout).unwrap()
    };
    let found = json(&["fit", "weighted.csv", "--target", "y", "--weights", "n", "--json"]);
    let expected = json(&["fit", "copies.csv", "--target", "y", "--json"]);
    assert_eq!(found["weight_sum"].as_f64(), Some(copies.lines().count() as f64 - 1.0));
    assert_eq!(
        (&found["verdict"], &found["degrees_of_freedom"]),
        (&expected["verdict"], &expected["degrees_of_freedom"])
    );
    assert!(found["read"]["rows_left_out"].to_string().contains("their weight is 0"), "{found}");
    for key in ["deviance", "null_deviance", "aic", "bic"] {
        assert_near(key, found[key].as_f64(), expected[key].as_f64(), 1e-12);
    }
    let experiment = |file: &str, weights: &str| {
        let text = format!(
            "[[dataset]]\nfile = \"{file}\"\ntarget = \"y\"\n{weights}[split]\nscheme = \"all-rows\"\nrepeats = 1\n\
             [[solver]]\nmethod = \"newton\"\n"
        );
        folder.write("e.toml", text);
        let (code, _, stderr) = common::logitbench(&folder.0, &["experiment", "e.toml", "--out", "r.json", "--quiet"]);
        assert_eq!(code, 0, "{stderr}");
        serde_json::from_str::<Value>(&std::fs::read_to_string(folder.0.join("r.json")).unwrap()).unwrap()
    };
    let found = experiment("weighted.csv", "weights = \"n\"\n");
    let expected = experiment("copies.csv", "");
    let of = |report: &Value, pointer: &str| report["cells"][0].pointer(pointer).cloned().unwrap();
    assert_eq!(of(&found, "/verdicts"), of(&expected, "/verdicts"));
    for metric in ["accuracy", "log_loss", "auc", "brier_score", "f1"] {
        let mean = |report: &Value| of(report, &format!("/metrics/train_{metric}/mean")).as_f64();
        assert_near(metric, mean(&found), mean(&expected), 1e-12);
    }
}
