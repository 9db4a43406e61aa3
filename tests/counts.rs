//! Binomial counts: a file with a row per group and its successes and failures has the results of the file with a row per trial.

mod common;
#[path = "common/random.rs"]
mod random;

use std::fmt::Write;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use common::{Folder, logitbench};
use logitbench::data::DataSet;
use logitbench::data::file::{Contents, Input};
use logitbench::data::formats;
use logitbench::engine::{NEWTON, TO_THE_LIMIT};
use logitbench::model::Penalty;
use logitbench::parameter::{Setting, Settings};
use logitbench::record::{SingleFit, Verdict};
use logitbench::run::single::{Task, fit};
use random::Random;
use serde_json::Value;

/// Rows of features with successes and failures.
struct Grouped {
    x: Vec<Vec<f64>>,
    counts: Vec<[u64; 2]>,
}

impl Grouped {
    /// Some rows have no trials or trials of one class; some tables are separated.
    fn simulate(seed: u64) -> Grouped {
        let random = &mut Random(seed);
        let (rows, columns) = (3 + random.below(9), 1 + random.below(2));
        let mut feature = |j: usize| if j == 0 { random.below(9) as f64 / 2.0 } else { random.normal() };
        let x: Vec<Vec<f64>> = (0..rows).map(|_| (0..columns).map(&mut feature).collect()).collect();
        let is_separated = seed % 5 == 4;
        let mut count = |x: &Vec<f64>| match is_separated {
            true if x[0] > 2.0 => [random.below(5) as u64, 0],
            true if x[0] == 2.0 && seed.is_multiple_of(2) => [random.below(5) as u64, random.below(5) as u64],
            true => [0, random.below(5) as u64],
            false => [random.below(12) as u64, random.below(8) as u64],
        };
        let mut counts: Vec<[u64; 2]> = x.iter().map(&mut count).collect();
        for class in 0..2 {
            if counts.iter().all(|count| count[class] == 0) {
                counts[0][class] = 3;
            }
        }
        Grouped { x, counts }
    }

    fn header(&self) -> String {
        (1..=self.x[0].len()).map(|j| format!("x{j},")).collect()
    }

    fn features(&self, row: usize) -> String {
        self.x[row].iter().map(|value| format!("{value},")).collect()
    }

    fn with_failures(&self) -> String {
        let mut text = format!("{}ok,fail\n", self.header());
        for (row, [ok, fail]) in self.counts.iter().enumerate() {
            writeln!(text, "{}{ok},{fail}", self.features(row)).unwrap();
        }
        text
    }

    fn with_trials(&self) -> String {
        let mut text = format!("{}ok,n\n", self.header());
        for (row, [ok, fail]) in self.counts.iter().enumerate() {
            writeln!(text, "{}{ok},{}", self.features(row), ok + fail).unwrap();
        }
        text
    }

    /// A row per trial, those coded 1 of each row first.
    fn expanded(&self) -> String {
        let mut text = format!("{}y\n", self.header());
        for (row, counts) in self.counts.iter().enumerate() {
            for (count, label) in counts.iter().zip([1, 0]) {
                (0..*count).for_each(|_| writeln!(text, "{}{label}", self.features(row)).unwrap());
            }
        }
        text
    }
}

fn read(text: &str, name: &str, keys: &[(&'static str, &str)]) -> Result<DataSet, String> {
    let contents = Contents::Memory(text.as_bytes().to_vec());
    let path = Path::new(name);
    let mut settings = Settings::default();
    keys.iter().for_each(|(key, value)| settings.set(key, Setting::Text((*value).to_owned())));
    formats::of_file(path).read(Input::new(&contents, path), &settings).map_err(|error| error.to_string())
}

const FAILURES: &[(&str, &str)] = &[("successes", "ok"), ("failures", "fail")];
const TRIALS: &[(&str, &str)] = &[("successes", "ok"), ("trials", "n")];

fn assert_near(what: &str, found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{what}: {found} and {expected}");
}

fn assert_all_near(what: &str, found: &Option<Vec<Option<f64>>>, expected: &Option<Vec<Option<f64>>>) {
    assert_eq!(found.is_some(), expected.is_some(), "{what}");
    for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
        assert_eq!(found.is_some(), expected.is_some(), "{what}");
        found.iter().zip(expected).for_each(|(found, expected)| assert_near(what, *found, *expected));
    }
}

#[test]
fn counts_fit_as_the_file_with_a_row_per_trial() {
    let mut verdicts = [0; 4];
    for seed in 0..200 {
        let grouped = Grouped::simulate(seed);
        let one = |text: &str, keys| -> SingleFit {
            let data = read(text, "d.csv", keys).unwrap_or_else(|error| panic!("{seed}: {error}"));
            let task = Task { intercept: seed % 3 != 1, ..Task::new(Penalty::NONE, &NEWTON, &TO_THE_LIMIT) };
            fit(&data, &task, &AtomicBool::new(false)).unwrap()
        };
        let expected = one(&grouped.expanded(), &[("target", "y")]);
        verdicts[expected.verdict as usize] += 1;
        for (text, keys) in [(grouped.with_failures(), FAILURES), (grouped.with_trials(), TRIALS)] {
            let (found, what) = (one(&text, keys), format!("{seed}\n{text}"));
            assert_eq!((found.verdict, found.rank), (expected.verdict, expected.rank), "{what}");
            assert_eq!(found.separation, expected.separation, "{what}");
            assert_all_near(&what, &found.coefficients, &expected.coefficients);
            assert_all_near(&what, &found.standard_errors, &expected.standard_errors);
            assert_near(&what, found.null_log_likelihood, expected.null_log_likelihood);
            if let (Some(found), Some(expected)) = (found.log_likelihood, expected.log_likelihood) {
                assert_near(&what, found, expected);
            }
            let limit = |fit: &SingleFit| fit.limit.as_ref().map(|limit| limit.rows);
            assert_eq!(limit(&found), limit(&expected), "{what}");
        }
    }
    println!("{verdicts:?}");
    assert!(verdicts[Verdict::Optimal as usize] > 80 && verdicts[Verdict::Separated as usize] > 20, "{verdicts:?}");
}

/// Missing features are filled, and categories coded, by the trials.
#[test]
fn what_is_found_in_the_rows_is_found_in_the_trials() {
    let counts = "x,colour,ok,fail\n1,red,3,1\n,blue,2,5\n4,red,0,9\n6,green,4,4\n,green,1,0\n9,blue,5,2\n";
    let mut expanded = "x,colour,y\n".to_owned();
    for line in counts.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        for (count, label) in fields[2..].iter().zip([1, 0]) {
            (0..count.parse().unwrap())
                .for_each(|_: u32| writeln!(expanded, "{},{},{label}", fields[0], fields[1]).unwrap());
        }
    }
    for missing in ["mean", "median", "most-frequent", "indicator", "drop-rows"] {
        let with = |keys: &[(&'static str, &'static str)]| [keys, &[("missing", missing)]].concat();
        let found = read(counts, "d.csv", &with(FAILURES)).unwrap();
        let expected = read(&expanded, "d.csv", &with(&[("target", "y")])).unwrap();
        let trials = found.clone().with_trials_as_rows("d.csv").unwrap();
        assert_eq!((&trials.labels, trials.roles.weights.is_none()), (&expected.labels, true), "{missing}");
        let [found, trials, expected] = [found, trials, expected].map(|data| match data.coding.is_some() {
            true => data.coded_by_all_rows(),
            false => data,
        });
        let task = Task::new(Penalty::NONE, &NEWTON, &TO_THE_LIMIT);
        let fitted = |data: &DataSet| fit(data, &task, &AtomicBool::new(false)).unwrap().coefficients;
        assert_eq!(found.feature_names, expected.feature_names, "{missing}");
        assert_eq!(trials.features.row(5).to_vec(), expected.features.row(5).to_vec(), "{missing}");
        assert_all_near(missing, &fitted(&found), &fitted(&expected));
    }
}

#[test]
fn an_experiment_deals_trials() {
    let folder = Folder::new("counts");
    let grouped = Grouped::simulate(1);
    folder.write("n.csv", grouped.with_trials());
    folder.write("counts.csv", grouped.with_failures());
    folder.write("trials.csv", grouped.expanded());
    let report = |keys: &str| -> Value {
        let rest = "[split]\nrepeats = 60\n[[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"irls\"\n[[claim]]\nname = \"c\"\n\
                    solver = \"newton\"\nmetric = \"test_accuracy\"\npermutations = 19\n";
        folder.write("m.toml", format!("[[dataset]]\nlabel = \"d\"\n{keys}\n[model]\nscaling = \"robust\"\n{rest}"));
        let (code, _, message) = logitbench(&folder.0, &["experiment", "m.toml", "--out", "m.json", "--quiet"]);
        assert!(code == 0 || code == 4, "{keys}: {message}");
        let report: Value = serde_json::from_str(&std::fs::read_to_string(folder.0.join("m.json")).unwrap()).unwrap();
        Value::from(vec![report["cells"].clone(), report["comparisons"].clone(), report["claims"].clone()])
    };
    let expected = report("file = \"trials.csv\"\ntarget = \"y\"");
    assert!(report("file = \"counts.csv\"\nsuccesses = \"ok\"\nfailures = \"fail\"") == expected);
    assert!(report("file = \"n.csv\"\nsuccesses = \"ok\"\ntrials = \"n\"") == expected);
}

const DOSES: &str = "dose,ok,fail\n1,8,7\n2,11,5\n3,20,6\n4,31,9\n5,28,4\n";

fn json(folder: &Folder, arguments: &[&str]) -> Value {
    let (code, stdout, message) = logitbench(&folder.0, &[&["fit"], arguments, &["--json"]].concat());
    assert_eq!(code, 0, "{arguments:?}: {message}");
    serde_json::from_str(&stdout).unwrap()
}

#[test]
fn deviances_by_row_of_counts_are_those_of_the_binomial_model() {
    let folder = Folder::new("counts-fit");
    folder.write("doses.csv", DOSES);
    let found = json(&folder, &["doses.csv", "--successes", "ok", "--failures", "fail"]);
    let [intercept, slope] = [0, 1].map(|j| found["coefficients"][j].as_f64().unwrap());
    assert!((slope - 0.392522).abs() < 5e-7, "{slope}");
    assert_eq!(
        (&found["rows"], &found["positives"], &found["degrees_of_freedom"]),
        (&129.into(), &98.into(), &127.into())
    );
    assert!(found["weight_sum"].is_null());
    let by_row = &found["by_row_of_counts"];
    // 2 Σ ok ln(ok/(m p)) + fail ln(fail/(m (1 − p))), each from its definition.
    let deviance = |probability: &dyn Fn(f64) -> f64| -> f64 {
        let rows = DOSES.lines().skip(1).map(|line| line.split(',').map(|field| field.parse::<f64>().unwrap()));
        let one = |row: Vec<f64>| {
            let (m, p) = (row[1] + row[2], probability(row[0]));
            2.0 * (row[1] * (row[1] / (m * p)).ln() + row[2] * (row[2] / (m * (1.0 - p))).ln())
        };
        rows.map(|row| one(row.collect())).sum()
    };
    let logistic = |dose: f64| 1.0 / (1.0 + (-(intercept + slope * dose)).exp());
    for (name, expected) in [("deviance", deviance(&logistic)), ("null_deviance", deviance(&|_| 98.0 / 129.0))] {
        assert!((by_row[name].as_f64().unwrap() - expected).abs() < 1e-11, "{name}: {by_row} and {expected}");
    }
    assert_eq!((&by_row["degrees_of_freedom"], &by_row["null_degrees_of_freedom"]), (&3.into(), &4.into()));
    let (_, page, _) = logitbench(&folder.0, &["fit", "doses.csv", "--successes", "ok", "--failures", "fail"]);
    for words in
        ["ok (98 trials) against fail (31 trials)", "5 rows stand for 129 trials", "residual deviance by row of counts"]
    {
        assert!(page.contains(words), "{page}");
    }
}

#[test]
fn every_format_with_named_columns_takes_counts() {
    let folder = Folder::new("counts-formats");
    folder.write("d.csv", DOSES);
    folder.write("semicolons.csv", DOSES.replace(',', ";"));
    let rows: String = DOSES.lines().skip(1).map(|line| format!("{line}\n")).collect();
    let attributes = ["dose", "ok", "fail"].map(|name| format!("@attribute {name} numeric\n")).concat();
    folder.write("d.arff", format!("@relation doses\n{attributes}@data\n{rows}"));
    // An array of NumPy: its columns are x1, x2, x3.
    let header = format!("{:<117}\n", "{'descr': '<f8', 'fortran_order': False, 'shape': (5, 3), }");
    let mut array = b"\x93NUMPY\x01\x00".to_vec();
    array.extend((header.len() as u16).to_le_bytes());
    array.extend(header.bytes());
    rows.split([',', '\n']).filter_map(|field| field.parse::<f64>().ok()).for_each(|x| array.extend(x.to_le_bytes()));
    folder.write("d.npy", array);
    let expected = json(&folder, &["d.csv", "--successes", "ok", "--failures", "fail"]);
    for (file, names) in [("semicolons.csv", ["ok", "fail"]), ("d.arff", ["ok", "fail"]), ("d.npy", ["x2", "x3"])] {
        let found = json(&folder, &[file, "--successes", names[0], "--failures", names[1]]);
        assert_eq!(found["coefficients"], expected["coefficients"], "{file}");
        assert_eq!(found["by_row_of_counts"], expected["by_row_of_counts"], "{file}");
    }
}

/// A file, the keys that it is read with, and words that the refusal must have.
type Case<'t> = (&'t str, &'t [(&'static str, &'t str)], &'t [&'t str]);

#[test]
fn wrong_counts_are_refused_with_place_and_remedy() {
    let both: &[(&str, &str)] = &[("successes", "ok"), ("failures", "fail"), ("trials", "n")];
    let cases: &[Case<'_>] = &[
        (
            "x,ok,fail\n1,2,3\n2,-1,4\n",
            FAILURES,
            &["line 3", "column \"ok\", named by successes", "\"-1\"", "whole number from 0"],
        ),
        ("x,ok,fail\n1,2,3\n2,1,4.5\n", FAILURES, &["line 3", "column \"fail\", named by failures", "\"4.5\""]),
        ("x,ok,fail\n1,2,3\n2,many,4\n", FAILURES, &["line 3", "\"many\""]),
        ("x,ok,fail\n1,2,3\n2,,4\n", FAILURES, &["line 3", "column \"ok\"", "drop-rows"]),
        ("x,ok,fail\n1,2,3\n2,9007199254740993,4\n", FAILURES, &["line 3", "9007199254740993"]),
        (
            "x,ok,n\n1,2,3\n2,7,4\n",
            TRIALS,
            &["line 3", "column \"n\", named by trials", "\"4\"", "the 7 of column \"ok\""],
        ),
        ("x,ok,fail\n1,0,3\n2,0,4\n", FAILURES, &["column \"ok\"", "0 in every row", "both successes and failures"]),
        ("x,ok,fail\n1,2,0\n2,1,0\n", FAILURES, &["column \"fail\"", "0 in every row"]),
        ("x,ok,n\n1,2,2\n2,1,1\n", TRIALS, &["column \"n\"", "as many trials as successes"]),
        ("x,ok,fail\n", FAILURES, &["no rows"]),
        ("ok,fail\n1,2\n2,1\n", FAILURES, &["no column but"]),
        ("x,ok,fail,n\n1,2,3,5\n", both, &["failures and trials", "leave out one"]),
        ("x,ok,fail\n1,2,3\n", &[("successes", "ok")], &["needs failures or trials", "--failures"]),
        ("x,ok,fail\n1,2,3\n", &[("failures", "fail")], &["needs successes", "--successes"]),
        (
            "x,ok,fail\n1,2,3\n",
            &[("successes", "ok"), ("failures", "ok")],
            &["\"ok\" is named by both successes and failures"],
        ),
    ];
    for (text, keys, expected) in cases {
        let message = read(text, "d.csv", keys).map(|_| ()).unwrap_err();
        for part in *expected {
            assert!(message.contains(part), "{text}{keys:?}: {message}");
        }
    }
    for (key, value) in [("target", "ok"), ("positive", "1"), ("weights", "x")] {
        let message = read(DOSES, "d.csv", &[FAILURES, &[(key, value)]].concat()).map(|_| ()).unwrap_err();
        assert!(message.contains(&format!("{key} and successes contradict each other")), "{message}");
    }
    let read =
        read("x,ok,fail\n1,2,3\n2,0,0\n3,1,0\n,4,4\n", "d.csv", &[FAILURES, &[("missing", "drop-rows")]].concat())
            .unwrap();
    assert_eq!((read.rows(), read.weight_sum()), (3, 6.0));
    let words = read.reading.unwrap().words().unwrap();
    assert!(words.contains("1 row is left out because they have no trials"), "{words}");
    assert!(words.contains("1 row is left out because a value is missing"), "{words}");
}

#[test]
fn columns_that_count_are_hinted_at() {
    let folder = Folder::new("counts-hint");
    folder.write("doses.csv", DOSES);
    folder.write("n.csv", "dose,Successes,Trials\n1,8,15\n2,11,16\n3,20,26\n");
    let failures = "--successes ok --failures fail";
    for (arguments, hint) in [
        (&["fit", "doses.csv"] as &[&str], failures),
        (&["fit", "doses.csv", "--target", "ok"], failures),
        (&["init", "doses.csv"], failures),
        (&["init", "n.csv"], "--successes Successes --trials Trials"),
    ] {
        let (code, _, message) = logitbench(&folder.0, arguments);
        assert!(code == 2 || code == 3, "{arguments:?}: {code}");
        assert!(message.contains(hint), "{arguments:?}: {message}");
    }
    let (code, said, message) =
        logitbench(&folder.0, &["init", "doses.csv", "--successes", "ok", "--failures", "fail"]);
    assert_eq!(code, 0, "{message}");
    assert!(said.contains("coded 1: ok; coded 0: fail\n") && !said.contains("identifier"), "{said}");
    let (code, plan, message) = logitbench(&folder.0, &["check", "doses.toml"]);
    assert_eq!(code, 0, "{message}");
    assert!(plan.contains("129 rows"), "{plan}");
}
