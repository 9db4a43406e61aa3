//! What a fit needs to know of the data, it finds on its training rows: values against scikit-learn's pipelines, and the property
//! itself, under every preprocessing and in both engines.

mod common;
#[path = "common/random.rs"]
mod random;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use common::{Folder, json, logitbench, reference};
use logitbench::data::coding::{Coding, Column, Fill, Kind, LevelsOf, Reference, Unseen};
use logitbench::data::file::Contents;
use logitbench::data::{DataSet, Source, Storage, Supplies};
use logitbench::experiment::{Experiment, Overrides, TraceSettings};
use logitbench::linear_algebra::{InstructionSet, StoredRows};
use logitbench::model::Prepared;
use logitbench::record::UnitRecords;
use logitbench::run::{self, Options};
use logitbench::split::Split;
use random::Random;
use serde_json::Value;

/// An experiment on a CSV text.
fn experiment(toml: &str, csv: &str) -> Experiment {
    let file = |_: &Path| Ok(Contents::Memory(csv.as_bytes().to_vec()));
    let supplies = Supplies { file: &file, ..Supplies::OF_THE_MACHINE };
    let mut experiment = Experiment::parse_with(toml, "p.toml", Path::new(""), Overrides::default(), supplies)
        .unwrap_or_else(|error| panic!("{error}\n{toml}\n{csv}"));
    experiment.trace = TraceSettings { bands: false, whole: u64::MAX };
    experiment
}

/// The fits of a split.
fn fits(experiment: &Experiment, in_lanes: bool, split: u64) -> UnitRecords {
    let instruction_set = in_lanes.then(InstructionSet::widest);
    let options = Options { threads: 1, instruction_set, ..Options::default() };
    run::replay(experiment, options, 0, split, &AtomicBool::new(false)).unwrap().swap_remove(0)
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// The keys of a `[model]`, as TOML.
fn model_keys(keys: &Value) -> String {
    keys.as_object().unwrap().iter().map(|(key, value)| format!("{key} = {value}\n")).collect()
}

#[test]
fn coefficients_and_predictions_are_those_of_scikit_learns_pipelines() {
    let all = json("preprocessing.json");
    let (mut seen, mut scaled) = (0, 0);
    for entry in all["fits"].as_array().unwrap() {
        let path = reference(&format!("datasets/{}.csv", entry["dataset"].as_str().unwrap()));
        let toml = format!(
            "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\n[split]\ngenerator = \"numpy\"\nrepeats = 1\n[model]\npenalty = \
             \"l2\"\nstrength = 1\n{}[[solver]]\nmethod = \"newton\"\n",
            model_keys(&entry["model"]).replace("degree = 2\ninteractions = false", "degree = 2")
        );
        let experiment = experiment(&toml, &std::fs::read_to_string(path).unwrap());
        if let Some(centers) = entry["centers"].as_array() {
            let data = experiment.sources[0].data(0);
            let mut split = Split::default();
            experiment.splitters[0].split(0, &data.labels, &mut split);
            let scaling = experiment.models[0].scaling;
            let found = Prepared::new(&data, &split.train, true, scaling).transformation;
            let expected = [centers, entry["scales"].as_array().unwrap()];
            for (found, expected) in [found.centers(), found.scales()].into_iter().zip(expected) {
                assert_eq!(found.len(), expected.len());
                for (a, b) in found.iter().zip(expected) {
                    let b = b.as_f64().unwrap();
                    assert!((a - b).abs() <= 1e-12 * b.abs(), "{a} for {b} in {entry}");
                }
            }
            scaled += 1;
        }
        for in_lanes in [false, true] {
            let records = fits(&experiment, in_lanes, 0);
            let mut names = experiment.feature_names(0, 0);
            names.insert(0, "(intercept)".to_owned());
            let coefficients = &records.traces[0].1.coefficients;
            assert_eq!(names.len(), coefficients.len());
            let expected = entry["coefficients"].as_object().unwrap();
            let mut met = 0;
            for (name, &b) in names.iter().zip(coefficients) {
                // A bin that equal edges have left empty has no coefficient there, and 0 here.
                let value = expected.get(name).map_or(0.0, |value| value.as_f64().unwrap());
                met += usize::from(expected.contains_key(name));
                assert!((b - value).abs() < 1e-9 * (1.0 + value.abs()), "{name}: {b} for {value} in {entry}");
            }
            assert_eq!(met, expected.len(), "{names:?} {entry}");
            let loss = logitbench::metric::METRICS.iter().position(|metric| metric.name == "test_log_loss").unwrap();
            let (found, value) = (records.fits[0].metrics[loss], entry["test_log_loss"].as_f64().unwrap());
            assert!((found - value).abs() < 1e-10 * value, "{found} {value} {entry}");
            seen += 1;
        }
    }
    assert!(seen > 120 && scaled == 15, "{seen} {scaled}");
}

/// A table for the property: numbers of which some have few values.
struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    fn random(random: &mut Random, rows: usize) -> Table {
        let rows = (0..rows).map(|_| {
            let mut row = Table::features(random);
            row.push(random.below(2).to_string());
            row
        });
        Table { rows: rows.collect() }
    }

    /// Four features, sometimes far from those of other rows.
    fn features(random: &mut Random) -> Vec<String> {
        let far = if random.below(4) == 0 { 1e6 } else { 1.0 };
        vec![
            (far * random.normal()).to_string(),
            (3.0 + 0.1 * far * random.normal()).to_string(),
            random.below(2).to_string(),
            random.below(5).to_string(),
        ]
    }

    fn csv(&self) -> String {
        self.rows.iter().fold("a,b,c,d,y\n".to_owned(), |text, row| text + &row.join(",") + "\n")
    }
}

/// Keys of a model, one or several of which a fit of the property has.
const EXPANSIONS: [&str; 6] = ["", "degree = 2", "degree = 3", "interactions = true", "bins = 3", "bins = 7"];
const SCALINGS: [&str; 4] = ["none", "standardize", "min-max", "robust"];

#[test]
fn test_rows_have_no_part_in_a_fit_nor_in_the_prediction_of_another_row() {
    let mut random = Random(0x7e57);
    let mut changed = 0;
    for expansion in EXPANSIONS {
        for scaling in SCALINGS {
            for penalty in ["penalty = \"none\"", "penalty = \"l2\"\nstrength = 0.1"] {
                let toml = format!(
                    "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\n[split]\nrepeats = 4\n[model]\n{expansion}\nscaling = \
                     \"{scaling}\"\n{penalty}\n[[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"l-bfgs\"\n"
                );
                let mut table = Table::random(&mut random, 40);
                let before = experiment(&toml, &table.csv());
                let mut split = Split::default();
                let labels = before.sources[0].data(0).labels.clone();
                before.splitters[0].split(0, &labels, &mut split);
                // All test rows but one.
                let (&same, others) = split.test.split_last().unwrap();
                for &row in others {
                    table.rows[row as usize] = Table::random(&mut random, 1).rows.swap_remove(0);
                }
                let after = experiment(&toml, &table.csv());
                for in_lanes in [false, true] {
                    let (a, b) = (fits(&before, in_lanes, 0), fits(&after, in_lanes, 0));
                    for ((_, a), (_, b)) in a.traces.iter().zip(&b.traces) {
                        assert_eq!(bits(&a.coefficients), bits(&b.coefficients), "{toml}");
                        let place = split.test.iter().position(|&row| row == same).unwrap();
                        assert_eq!(a.test_scores[place].to_bits(), b.test_scores[place].to_bits(), "{toml}");
                        changed += usize::from(bits(&a.test_scores) != bits(&b.test_scores));
                    }
                }
            }
        }
    }
    assert!(changed > 100, "the rows that were changed had no effect at all: {changed}");
}

/// Raw columns: numbers that may be missing, and categories of which some levels are rare.
fn raw_row(random: &mut Random, levels: usize) -> Vec<f64> {
    let number = |random: &mut Random| if random.below(5) == 0 { f64::NAN } else { random.normal() };
    let (a, b) = (number(random), number(random));
    let level = if random.below(8) == 0 { f64::NAN } else { random.below(levels) as f64 };
    vec![a, b, level, random.below(2) as f64]
}

fn raw_data(rows: &[Vec<f64>], coding: &Coding) -> DataSet {
    DataSet {
        name: "d".to_owned(),
        feature_names: ["a", "b", "c", "d"].map(str::to_owned).to_vec(),
        features: StoredRows::from_fn(Storage::Double, (rows.len(), 4), |(i, j)| rows[i][j]),
        labels: (0..rows.len()).map(|row| u8::from(row % 3 == 0)).collect(),
        classes: vec!["0".to_owned(), "1".to_owned()],
        coding: Some(Arc::new(coding.clone())),
        ..DataSet::default()
    }
}

#[test]
fn missing_values_and_categories_of_test_rows_have_no_part_in_a_fit() {
    let mut random = Random(0xca7e);
    let column = |name: &str, kind, missing| Column { name: name.to_owned(), kind, missing };
    let levels = |count: usize| (0..count).map(|level| format!("l{level}")).collect();
    let csv = (0..40).fold("a,y\n".to_owned(), |text, row| text + &format!("{row}.5,{}\n", row % 2));
    let mut changed = 0;
    for (fill, expansion, penalty) in [
        (Fill::Mean, "", "penalty = \"none\""),
        (Fill::Median, "scaling = \"robust\"", "penalty = \"l2\"\nstrength = 0.5"),
        (Fill::MostFrequent, "interactions = true\nscaling = \"standardize\"", "penalty = \"l2\"\nstrength = 0.5"),
        (Fill::Indicator, "", "penalty = \"l2\"\nstrength = 0.5"),
        (Fill::Indicator, "bins = 3\nscaling = \"min-max\"", "penalty = \"l2\"\nstrength = 0.5"),
        (Fill::Indicator, "degree = 2", "penalty = \"none\""),
    ] {
        for unseen in [Unseen::Reference, Unseen::MostFrequent] {
            for reference in [Reference::First, Reference::MostFrequent, Reference::Level(6)] {
                let categories = Kind::Categories { levels: levels(8), reference };
                let columns = vec![
                    column("a", Kind::Number, 1),
                    column("b", Kind::Number, 1),
                    column("c", categories, 1),
                    column("d", Kind::Number, 0),
                ];
                let coding = Coding { columns, fill, levels: LevelsOf::TrainingRows, unseen };
                let toml = format!(
                    "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\n[split]\nrepeats = 2\n[model]\n{expansion}\n{penalty}\n\
                     [[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"irls\"\n"
                );
                let mut experiment = experiment(&toml, &csv);
                let mut split = Split::default();
                let mut rows: Vec<Vec<f64>> = (0..40).map(|_| raw_row(&mut random, 5)).collect();
                experiment.splitters[0].split(1, &[0; 40], &mut split);
                let mut records = Vec::new();
                for _ in 0..2 {
                    experiment.sources[0] = Source::Fixed(raw_data(&rows, &coding));
                    records.push(fits(&experiment, true, 1));
                    // Levels 5 to 7 are new.
                    split.test.iter().for_each(|&row| rows[row as usize] = raw_row(&mut random, 8));
                }
                for ((_, a), (_, b)) in records[0].traces.iter().zip(&records[1].traces) {
                    assert_eq!(bits(&a.coefficients), bits(&b.coefficients), "{toml}{coding:?}");
                }
                changed += usize::from(bits(&records[0].fits[0].metrics) != bits(&records[1].fits[0].metrics));
            }
        }
    }
    assert!(changed > 20, "{changed}");
}

#[test]
fn an_unseen_level_fails_the_fits_of_its_split_where_that_is_asked_for() {
    let toml = "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\n[split]\nrepeats = 12\n[[model]]\n[[model]]\nbins = 2\n[[solver]]\nmethod = \
                \"newton\"\n[[solver]]\nmethod = \"irls\"\n";
    let csv = (0..40).fold("a,y\n".to_owned(), |text, row| text + &format!("{row}.5,{}\n", row % 2));
    let mut experiment = experiment(toml, &csv);
    let levels = vec!["common".to_owned(), "rare".to_owned()];
    let kind = Kind::Categories { levels, reference: Reference::First };
    let columns = ["a", "b", "c", "d"].map(|name| Column {
        name: name.to_owned(),
        kind: if name == "c" { kind.clone() } else { Kind::Number },
        missing: 0,
    });
    let (fill, unseen) = (Fill::Mean, Unseen::Refuse);
    let coding = Coding { columns: columns.to_vec(), fill, levels: LevelsOf::TrainingRows, unseen };
    let mut random = Random(7);
    let row = |row| vec![random.normal(), random.normal(), f64::from(u8::from(row == 11)), random.below(2) as f64];
    let rows: Vec<Vec<f64>> = (0..40).map(row).collect();
    experiment.sources[0] = Source::Fixed(raw_data(&rows, &coding));
    let mut failed = 0;
    for index in 0..12 {
        let mut split = Split::default();
        experiment.splitters[0].split(index, &[0; 40], &mut split);
        let records = fits(&experiment, true, index);
        assert_eq!((records.fits.len(), records.splits.len()), (4, 2));
        if split.test.contains(&11) {
            assert_eq!(records.failures.len(), 4);
            let reason = &records.failures[3].1;
            assert!(reason.contains("row 12") && reason.contains("c = \"rare\""), "{reason}");
            failed += 1;
        } else {
            assert_eq!(records.failures.len(), 0, "{:?}", records.failures);
        }
    }
    assert!((1..12).contains(&failed), "{failed}");
}

#[test]
fn features_that_cannot_be_made_are_refused() {
    let folder = Folder::new("expansion");
    let refused = |model: &str, csv: &str, texts: &[&str]| {
        folder.write("d.csv", csv);
        let toml = format!(
            "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\n[model]\n{model}\n[[solver]]\nmethod = \"newton\"\n"
        );
        folder.write("m.toml", toml);
        let (code, _, stderr) = logitbench(&folder.0, &["check", "m.toml"]);
        assert_eq!(code, 3, "{stderr}");
        for text in texts {
            assert!(stderr.contains(text), "{text:?} is not in {stderr}");
        }
    };
    let csv = "a,b,y\n1,2,0\n2,1,1\n1e200,1e200,0\n3,5,1\n";
    refused("degree = 2", csv, &["m.toml:1", "a^2", "row 3", "exclude"]);
    refused("interactions = true", csv, &["a*b", "row 3"]);
    refused("bins = 3\ndegree = 2", csv, &["m.toml:5", "bins and degree exclude each other"]);
    refused("bins = 3\ninteractions = true", csv, &["bins and interactions exclude each other"]);
    refused("degree = 1\ninteractions = true", csv, &["degree = 2"]);
    let names: Vec<String> = (0..60).map(|j| format!("x{j}")).collect();
    let row = |y: usize| vec!["1"; 60].join(",") + &format!(",{y}\n");
    let wide = format!("{},y\n{}{}{}{}", names.join(","), row(0), row(1), row(0), row(1));
    refused("degree = 3", &wide, &["60 features would become 39710", "lower degree"]);
}

/// The features that a model makes carry their names to the report, the replay and the page.
#[test]
fn the_features_of_a_model_are_named_wherever_coefficients_are_shown() {
    let folder = Folder::new("expansion-names");
    folder.write(
        "m.toml",
        "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[split]\nrepeats = 4\n[[model]]\ninteractions = \
         true\n[[model]]\nbins = 3\n[[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"irls\"\n",
    );
    let (code, stdout, stderr) =
        logitbench(&folder.0, &["experiment", "m.toml", "--only", "split=1", "model=maximum likelihood, interactions"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("petal length*petal width") || stdout.contains("petal_length*petal_width"), "{stdout}");
    let (code, _, stderr) = logitbench(&folder.0, &["experiment", "m.toml", "--out", "r.json"]);
    assert_eq!(code, 0, "{stderr}");
    let report: Value = serde_json::from_slice(&std::fs::read(folder.0.join("r.json")).unwrap()).unwrap();
    let of = |place: usize| report["splits"][place]["feature_names"].as_array().unwrap().clone();
    assert_eq!((of(0).len(), of(1).len()), (10, 8));
    assert_eq!(report["splits"][1]["columns"], 9);
    assert!(of(1)[7].as_str().unwrap().ends_with("=bin 3"), "{:?}", of(1));
    assert_eq!(report["models"][1]["bins"], 3);
}
