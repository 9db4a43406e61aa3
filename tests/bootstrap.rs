//! The error rate on new data of an experiment whose splits are the draws of a bootstrap.

mod common;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use logitbench::data::Source;
use logitbench::experiment::{Experiment, Overrides};
use logitbench::record::UnitRecords;
use logitbench::report::schema::{BootstrapSummary, Environment, Report};
use logitbench::report::summary::Extent;
use logitbench::report::{analysis, markdown, page, terminal};
use logitbench::run::{self, Options};
use serde_json::Value;

const IRIS: &str = "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n";
const NEWTON: &str = "[[solver]]\nmethod = \"newton\"\n";

fn parse(text: &str) -> Experiment {
    Experiment::parse(text, "test.toml", Path::new(""), Overrides::default()).unwrap()
}

fn resumed(experiment: &Experiment, options: Options, earlier: Vec<UnitRecords>) -> Report {
    let results = run::resume(experiment, options, earlier, &AtomicBool::new(false), &mut |_| ()).unwrap();
    analysis::report(experiment, &results, Environment::default(), None)
}

fn report(text: &str) -> Report {
    resumed(&parse(text), Options { threads: 2, ..Options::default() }, Vec::new())
}

fn of_cell(report: &Report, cell: usize) -> &BootstrapSummary {
    report.cells[cell].bootstrap.as_ref().unwrap()
}

/// Draws and fits are scikit-learn's, the formulas NumPy's.
#[test]
fn estimates_are_those_of_an_independent_program() {
    for case in common::json("bootstrap.json")["cases"].as_array().unwrap() {
        let report = report(&format!(
            "{IRIS}[split]\nscheme = \"bootstrap\"\ngenerator = \"numpy\"\nrepeats = {}\n[model]\npenalty = \"l2\"\nstrength = {}\n\
             {NEWTON}threshold = {}\n",
            case["draws"], case["strength"], case["threshold"],
        ));
        let found = serde_json::to_value(of_cell(&report, 0)).unwrap();
        let members = [
            "apparent",
            "no_information",
            "leave_one_out",
            "overfitting",
            "estimate",
            "estimate_plus",
            "standard_error",
        ];
        for member in members {
            let [found, expected] = [&found, case].map(|of| of[member].as_f64().unwrap());
            assert!((found - expected).abs() < 1e-12, "{member}: {found}, not {expected} ({case})");
        }
        assert_eq!(found["draws"], case["draws"]);
        let [low, high] = of_cell(&report, 0).interval.unwrap();
        let estimate = of_cell(&report, 0).estimate_plus.unwrap();
        assert!(0.0 < low && low < estimate && estimate < high && high < 1.0, "{low} {estimate} {high}");
    }
}

/// Two models and two solvers, one of which stops early, so that no cell is like another.
#[test]
fn estimates_depend_neither_on_engines_nor_on_threads_nor_on_where_a_run_resumed() {
    let experiment = parse(&format!(
        "{IRIS}[[dataset]]\nsimulate = \"gaussian\"\nrows = 37\nfeatures = 2\n[split]\nscheme = \"bootstrap\"\nrepeats = 90\n\
         [[model]]\npenalty = \"l2\"\nstrength = 1.0\n[[model]]\npenalty = \"l2\"\nstrength = 50.0\nscaling = \"standardize\"\n\
         {NEWTON}[[solver]]\nmethod = \"gradient-ascent\"\nmax_iterations = 3\n"
    ));
    let whole = resumed(&experiment, Options { threads: 1, ..Options::default() }, Vec::new());
    let of = |report: &Report| report.cells.iter().map(|cell| cell.bootstrap.clone().unwrap()).collect::<Vec<_>>();
    let mut distinct = of(&whole);
    distinct.dedup();
    assert_eq!(distinct.len(), 8, "{distinct:?}");
    let mut earlier = Vec::new();
    run::run(&experiment, Options { threads: 2, ..Options::default() }, &AtomicBool::new(false), &mut |event| {
        if let run::Event::UnitDone(unit) = event {
            earlier.extend((earlier.len() < 2).then(|| unit.clone()));
        }
    })
    .unwrap();
    let general = Options { threads: 2, instruction_set: None, ..Options::default() };
    for (options, earlier) in [(Options::default(), earlier), (general, Vec::new())] {
        assert_eq!(of(&resumed(&experiment, options, earlier)), of(&whole));
    }
}

/// Predictions, and not the model that they come from, count: features that the training rows of a draw make have estimates too.
#[test]
fn features_made_by_training_rows_have_estimates() {
    let report = report(&format!(
        "{IRIS}[split]\nscheme = \"bootstrap\"\nrepeats = 40\n[model]\nbins = 3\npenalty = \"l2\"\nstrength = 1.0\n{NEWTON}"
    ));
    let found = of_cell(&report, 0);
    assert!(found.estimate_plus.unwrap() < 0.2 && found.standard_error.unwrap() > 0.0, "{found:?}");
}

#[test]
fn what_is_no_bootstrap_of_single_rows_has_no_estimate() {
    let none = |report: &Report| {
        assert!(report.cells[0].bootstrap.is_none());
        assert!(report.intervals.iter().all(|of| of.members != ["cells.bootstrap.interval"]));
    };
    none(&report(&format!("{IRIS}[split]\nrepeats = 20\n{NEWTON}")));
    let mut weighted = parse(&format!("{IRIS}[split]\nscheme = \"bootstrap\"\nrepeats = 20\n{NEWTON}"));
    if let Source::Fixed(data) = &mut weighted.sources[0] {
        data.roles.weights = Some(vec![2.0; data.rows()]);
    }
    none(&resumed(&weighted, Options::default(), Vec::new()));
    // Some row is in both draws.
    let few = report(&format!("{IRIS}[split]\nscheme = \"bootstrap\"\nrepeats = 2\n{NEWTON}"));
    let found = of_cell(&few, 0);
    assert!(found.estimate.is_none() && found.interval.is_none() && found.apparent.is_some());
    assert!(found.missing_because.as_ref().unwrap().contains("repeats"), "{found:?}");
}

#[test]
fn every_form_of_the_report_has_the_estimate() {
    let report = report(&format!("{IRIS}[split]\nscheme = \"bootstrap\"\nrepeats = 40\n{NEWTON}"));
    let found = of_cell(&report, 0);
    let [low, high] = found.interval.unwrap();
    let plus = format!("{:.4} [{low:.4}, {high:.4}]", found.estimate_plus.unwrap());
    let layout = terminal::Layout { width: 160, colour: false };
    let on_terminal = terminal::render(&report, Extent::Summary, false, layout);
    for text in [&on_terminal, &markdown::render(&report)] {
        assert!(text.contains(&plus) && text.contains(".632+"), "{plus}: {text}");
    }
    let html = page::render(&report).unwrap();
    let path = "data-path=\"/cells/0/bootstrap/estimate_plus\"";
    assert!(html.contains(path) && html.contains("data-path=\"/cells/0/bootstrap/interval/1\""));
    let json: Value = serde_json::to_value(&report).unwrap();
    assert_eq!(json["cells"][0]["bootstrap"]["estimate_plus"], found.estimate_plus.unwrap());
}
