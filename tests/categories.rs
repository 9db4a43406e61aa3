//! Columns of texts and missing values become features, as pandas and scikit-learn make them; what cannot be one is refused with a remedy.

mod common;
#[path = "common/random.rs"]
mod random;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use common::{Folder, json, logitbench, reference};
use logitbench::data::Supplies;
use logitbench::data::file::Contents;
use logitbench::experiment::{Experiment, Overrides, TraceSettings};
use logitbench::metric::METRICS;
use logitbench::record::UnitRecords;
use logitbench::run::{self, Options};
use logitbench::split::Split;
use random::Random;
use serde_json::Value;

/// The experiment with these keys of the data set and the model, on a CSV text.
fn experiment(keys: &str, model: &str, csv: &str) -> Experiment {
    let toml = format!(
        "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\n{keys}[split]\ngenerator = \"numpy\"\nrepeats = 3\n[model]\n{model}\n\
         [[solver]]\nmethod = \"newton\"\n"
    );
    let file = |_: &Path| Ok(Contents::Memory(csv.as_bytes().to_vec()));
    let supplies = Supplies { file: &file, ..Supplies::OF_THE_MACHINE };
    let mut experiment = Experiment::parse_with(&toml, "c.toml", Path::new(""), Overrides::default(), supplies)
        .unwrap_or_else(|error| panic!("{error}\n{toml}\n{csv}"));
    experiment.trace = TraceSettings { bands: false, whole: u64::MAX };
    experiment
}

fn fits(experiment: &Experiment, split: u64) -> UnitRecords {
    let options = Options { threads: 1, ..Options::default() };
    run::replay(experiment, options, 0, split, &AtomicBool::new(false)).unwrap().swap_remove(0)
}

/// The coefficients of a split that are not 0, by name.
fn coefficients(experiment: &Experiment, split: u64) -> Vec<(String, u64)> {
    let mut names = experiment.feature_names(0, 0);
    names.insert(0, "(intercept)".to_owned());
    let records = fits(experiment, split);
    let coefficients = &records.traces[0].1.coefficients;
    assert_eq!(names.len(), coefficients.len());
    let known = names.into_iter().zip(coefficients).filter(|(_, b)| !b.is_nan() && **b != 0.0);
    known.map(|(name, b)| (name, b.to_bits())).collect()
}

const L2: &str = "penalty = \"l2\"\nstrength = 1";

#[test]
fn categories_and_missing_values_are_as_pandas_and_scikit_learn_make_them() {
    let csv = std::fs::read_to_string(reference("mixed.csv")).unwrap();
    let all = json("categories.json");
    let loss = METRICS.iter().position(|metric| metric.name == "test_log_loss").unwrap();
    let mut seen = 0;
    for entry in all["fits"].as_array().unwrap() {
        let keys = entry["keys"].as_object().unwrap().iter();
        let keys: String = keys.map(|(key, value)| format!("{key} = {value}\n")).collect();
        let experiment = experiment(&keys, L2, &csv);
        let expected = entry["coefficients"].as_object().unwrap();
        let found = coefficients(&experiment, 0);
        assert_eq!(
            found.len(),
            expected.values().filter(|value| value.as_f64() != Some(0.0)).count(),
            "{found:?}\n{entry}"
        );
        for (name, bits) in found {
            let (b, value) = (f64::from_bits(bits), expected.get(&name).and_then(Value::as_f64));
            let value = value.unwrap_or_else(|| panic!("{name} is not in {entry}"));
            assert!((b - value).abs() < 1e-9 * (1.0 + value.abs()), "{name}: {b} for {value} in {entry}");
        }
        let (found, value) = (fits(&experiment, 0).fits[0].metrics[loss], entry["test_log_loss"].as_f64().unwrap());
        assert!((found - value).abs() < 1e-10 * value, "{found} {value} {entry}");
        seen += 1;
    }
    assert_eq!(seen, 25);
}

/// A row of a table in which anything may be missing, and any level rare.
fn row(random: &mut Random, levels: usize) -> String {
    let number = |random: &mut Random| if random.below(5) == 0 { String::new() } else { random.normal().to_string() };
    let (a, b) = (number(random), number(random));
    let level = if random.below(8) == 0 { "NA".to_owned() } else { format!("l{}", random.below(levels)) };
    format!("{a},{b},{level},{}", ["no", "yes"][random.below(2)])
}

#[test]
fn whatever_test_rows_hold_the_coefficients_are_the_same_to_the_last_bit() {
    let mut random = Random(0xca7);
    let mut grown = 0;
    for missing in ["mean", "median", "most-frequent", "indicator"] {
        for unseen in ["reference", "most-frequent"] {
            for reference in ["first", "most-frequent"] {
                for model in [
                    L2.to_owned(),
                    format!("{L2}\nscaling = \"robust\""),
                    format!("{L2}\ninteractions = true\nscaling = \"min-max\""),
                    format!("{L2}\nbins = 3\nscaling = \"standardize\""),
                    "penalty = \"none\"".to_owned(),
                ] {
                    let keys = format!(
                        "missing = \"{missing}\"\nunseen = \"{unseen}\"\nreference = \"{reference}\"\nlevels = \"training-rows\"\n"
                    );
                    let mut rows: Vec<String> = (0..40).map(|_| row(&mut random, 4)).collect();
                    let csv = |rows: &[String]| {
                        let rows = rows.iter().enumerate().map(|(i, row)| format!("{row},{}\n", u8::from(i % 3 == 0)));
                        "a,b,c,d,y\n".to_owned() + &rows.collect::<String>()
                    };
                    let before = experiment(&keys, &model, &csv(&rows));
                    let mut split = Split::default();
                    before.splitters[0].split(2, &[0; 40], &mut split);
                    split.test.iter().for_each(|&test| rows[test as usize] = row(&mut random, 9));
                    let after = experiment(&keys, &model, &csv(&rows));
                    assert_eq!(coefficients(&before, 2), coefficients(&after, 2), "{keys}{model}");
                    grown += usize::from(before.feature_names(0, 0).len() < after.feature_names(0, 0).len());
                }
            }
        }
    }
    assert!(grown > 30, "the test rows brought new levels: {grown}");
}

/// What `fit --json` says of a table; `name` and coefficient of its terms, and what was done to the file.
fn fitted(csv: &str, options: &[&str]) -> Result<(Vec<String>, Value), String> {
    let folder = Folder::new("categories");
    folder.write("d.csv", csv);
    let (code, stdout, stderr) =
        logitbench(&folder.0, &[&["fit", "d.csv", "--target", "y", "--json"], options].concat());
    if code != 0 {
        assert_eq!(code, 3, "{stderr}");
        return Err(stderr);
    }
    let report: Value = serde_json::from_str(&stdout).unwrap();
    let terms = report["terms"].as_array().unwrap().iter().map(|term| term.as_str().unwrap().to_owned()).collect();
    Ok((terms, report["read"].clone()))
}

/// A table with a column of these values, beside a number.
fn table(values: &[&str]) -> String {
    let rows = values.iter().enumerate().map(|(i, value)| format!("{i}.5,{value},{}\n", [0, 1, 1][i % 3]));
    "x,v,y\n".to_owned() + &rows.collect::<String>()
}

#[test]
fn texts_are_recognised_for_what_they_are() {
    let terms = |values: &[&str], options: &[&str]| fitted(&table(values), options).unwrap().0[2..].to_vec();
    for (no, yes) in [("no", "yes"), ("FALSE", "TRUE"), ("False", "True"), ("f", "t"), ("N", "Y")] {
        let values = [no, yes, no, yes, yes, no];
        assert_eq!(terms(&values, &[]), ["v"], "{no}");
        let read = fitted(&table(&values), &[]).unwrap().1;
        assert_eq!(read["coded"][0]["coding"], "0 and 1", "{read}");
    }
    let colours = ["red", "blue", "green", "red", "red", "blue"];
    assert_eq!(terms(&colours, &[]), ["v=green", "v=red"]);
    assert_eq!(terms(&colours, &["--reference", "most-frequent"]), ["v=blue", "v=green"]);
    assert_eq!(terms(&colours, &["--reference", "v=green"]), ["v=blue", "v=red"]);
    assert_eq!(terms(&["f", "m", "m", "f", "f", "m"], &[]), ["v=m"], "two categories are no truth");
    let zips = ["10115", "8001", "8002", "8001", "10115", "8002"];
    assert_eq!(terms(&zips, &[]), ["v"]);
    assert_eq!(terms(&zips, &["--categorical", "v"]), ["v=8002", "v=10115"], "numbers are sorted as numbers");
    let days = ["2024-01-31", "2024-02-01", "2024-03-01", "2023-12-31", "2024-01-01", "2024-01-05"];
    assert_eq!(terms(&days, &["--dates", "days"]), ["v"]);
    let read = fitted(&table(&colours), &[]).unwrap().1;
    let expected = serde_json::json!([{
        "column": "v", "coding": "indicators", "reference": "blue",
        "levels": [{"level": "blue", "rows": 2}, {"level": "green", "rows": 1}, {"level": "red", "rows": 3}],
    }]);
    assert_eq!(read["coded"], expected);
}

#[test]
fn what_cannot_be_a_feature_is_refused_with_a_remedy() {
    let refused = |values: &[&str], options: &[&str], texts: &[&str]| {
        let message = fitted(&table(values), options).unwrap_err();
        for text in texts {
            assert!(message.contains(text), "{text:?} is not in {message}");
        }
    };
    let days = ["2024-01-31", "2024-02-01", "2024-03-01", "2023-12-31"];
    refused(&days, &[], &["line 2", "\"v\"", "2024-01-31", "dates = \"days\"", "exclude = [\"v\"]", "time = \"v\""]);
    let names: Vec<String> = (0..40).map(|i| format!("Ann {i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    refused(&names, &[], &["\"v\"", "40 different texts in 40 rows", "Ann 0", "exclude", "categorical = [\"v\"]"]);
    assert!(fitted(&table(&names), &["--categorical", "v"]).is_ok());
    refused(&["5 kg", "6 kg", "5 kg", "7 kg"], &[], &["line 2", "5 kg", "unit"]);
    refused(&["1", "2", "low", "3"], &[], &["line 4", "low", "categorical = [\"v\"]"]);
    refused(&["a", "b", "a", "b"], &["--reference", "v=c"], &["reference = \"v=c\"", "no such level", "\"a\", \"b\""]);
    refused(&["a", "b", "a", "b"], &["--reference", "w=a"], &["reference = \"w=a\"", "\"v\""]);
    refused(&["a", "b", "a", "b"], &["--unseen", "refuse"], &["unseen = \"refuse\"", "levels = \"training-rows\""]);
    refused(&["1", "", "2", "3"], &[], &["1 in \"v\"", "indicator", "drop-rows"]);
}

#[test]
fn missing_values_have_marks_of_their_own_and_columns_without_values_are_left_out() {
    let values = ["1", "-9", "2", "999.0", "4", "3"];
    let (terms, read) = fitted(&table(&values), &["--missing", "indicator", "--missing-values=-9,999"]).unwrap();
    assert_eq!(terms[2..], ["v", "v is missing"]);
    assert_eq!(read["filled"][0]["rows"], 2, "{read}");
    let (terms, read) = fitted(&table(&[""; 6]), &["--missing", "mean"]).unwrap();
    assert_eq!(terms.len(), 2);
    assert!(read["columns_left_out"][0]["because"].as_str().unwrap().contains("no values"), "{read}");
    let (terms, read) = fitted(&table(&["same"; 6]), &[]).unwrap();
    assert_eq!(terms.len(), 2);
    assert!(read["columns_left_out"][0]["because"].as_str().unwrap().contains("\"same\""), "{read}");
}

#[test]
fn init_writes_the_keys_and_says_what_it_found() {
    let folder = Folder::new("categories-init");
    let colours = ["red", "blue", "green", "red", "", "blue", "red", "green", "blue", "red", "green", "red"];
    folder.write("d.csv", table(&colours));
    let options = [
        "init",
        "d.csv",
        "--target",
        "y",
        "--missing",
        "indicator",
        "--reference",
        "v=red",
        "--levels",
        "training-rows",
    ];
    let (code, stdout, stderr) = logitbench(&folder.0, &options);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("indicators of its 3 levels (reference: red)"), "{stdout}");
    let toml = std::fs::read_to_string(folder.0.join("d.toml")).unwrap();
    for line in
        ["missing = \"indicator\"", "reference = [\"v=red\"]", "levels = \"training-rows\"", "# unseen = \"reference\""]
    {
        assert!(toml.lines().any(|other| other == line), "{line} is not in\n{toml}");
    }
    let (code, _, stderr) = logitbench(&folder.0, &["experiment", "d.toml", "--repeats", "20", "--out", "r.json"]);
    assert!(code == 0 || code == 4, "{stderr}");
}

/// Words of which only some are words for true and false are names of categories, whichever is most frequent.
#[test]
fn truths_among_other_words_are_names() {
    let folder = common::Folder::new("truths");
    for (words, shares) in [(["F", "M", "M"], [3, 1]), (["F", "M", "M"], [1, 3]), (["yes", "no", "unknown"], [2, 1])] {
        let row = |i: usize| {
            let word = if i % 4 < shares[0] { words[0] } else { words[1 + i % 2] };
            format!("{word},{},{}\n", i % 5, (i * i + i / 3) % 2)
        };
        folder.write("d.csv", format!("sex,x,y\n{}", (0..60).map(row).collect::<String>()));
        let (code, stdout, stderr) = common::logitbench(&folder.0, &["fit", "d.csv", "--target", "y", "--json"]);
        assert_eq!(code, 0, "{words:?} {shares:?}: {stderr}");
        assert!(stdout.contains("\"sex="), "{stdout}");
    }
}
