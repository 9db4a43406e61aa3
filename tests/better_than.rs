//! Claims with `better_than`: each is decided by the same splits of two cells, as counted here from the records of single fits.

mod common;

use std::collections::BTreeMap;

use common::{Folder, logitbench};
use serde_json::Value;

const DATA: &str = r#"
seed = 3
[[dataset]]
simulate = "gaussian"
label = "one"
rows = 120
features = 4
[split]
repeats = 60
[[model]]
penalty = "l2"
strength = [1, 1000]
[[solver]]
method = "newton"
[[solver]]
method = "gradient-ascent"
max_iterations = 12
"#;

/// The report of a run, and the records of its fits by model, solver and split.
struct Run {
    report: Value,
    fits: BTreeMap<(String, String, usize), BTreeMap<String, String>>,
}

fn run(text: &str) -> Run {
    let folder = Folder::new("better-than");
    folder.write("e.toml", text);
    let arguments = ["experiment", "e.toml", "--no-page", "--quiet", "--out", "r.json", "--fits=csv"];
    let (code, _, error) = logitbench(&folder.0, &arguments);
    assert!(code == 0 || code == 4, "{code}: {error}");
    let report: Value = serde_json::from_slice(&std::fs::read(folder.0.join("r.json")).unwrap()).unwrap();
    let file = report["fits"]["file"].as_str().unwrap();
    let records = std::fs::read_to_string(folder.0.join(file)).unwrap();
    let mut lines = records.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<String>>());
    let names = lines.next().unwrap();
    let mut fits = BTreeMap::new();
    for line in lines {
        let record: BTreeMap<String, String> = names.iter().cloned().zip(line).collect();
        fits.insert((record["model"].clone(), record["solver"].clone(), record["split"].parse().unwrap()), record);
    }
    Run { report, fits }
}

impl Run {
    fn number(&self, [model, solver]: [&str; 2], split: usize, name: &str) -> f64 {
        self.fits[&(model.to_owned(), solver.to_owned(), split)][name].parse().unwrap()
    }

    fn is_optimal(&self, [model, solver]: [&str; 2], split: usize) -> bool {
        self.fits[&(model.to_owned(), solver.to_owned(), split)]["verdict"] == "optimal"
    }

    fn claim(&self) -> &Value {
        &self.report["claims"][0]
    }
}

fn claim(keys: &str) -> String {
    format!("{DATA}[[claim]]\nname = \"c\"\nsolver = \"newton\"\n{keys}\n")
}

const WEAK: [&str; 2] = ["l2 1", "newton"];
const STRONG: [&str; 2] = ["l2 1000", "newton"];

#[test]
fn of_two_models_on_a_share_of_the_splits() {
    for (by, claimed) in [("", f64::NEG_INFINITY), ("by = 0.05\n", 0.05), ("by = 0\n", 0.0), ("by = -0.02\n", -0.02)] {
        let keys = format!("metric = \"test_accuracy\"\nbetter_than = {{ model = \"l2 1000\" }}\n{by}on_share = 0.6");
        let run = run(&claim(&keys));
        let improves = |split: &usize| {
            let [weak, strong] = [WEAK, STRONG].map(|cell| run.number(cell, *split, "test_accuracy"));
            // Of 30 test rows, so that no difference is near the bound but by rounding.
            let rows = (30.0 * (weak - strong)).round();
            if by.is_empty() { rows > 0.0 } else { rows >= 30.0 * claimed - 1e-9 }
        };
        let holds = (0..60).filter(improves).count();
        assert_eq!(run.claim()["cells"].as_array().unwrap().len(), 1, "the rival is no cell of the claim");
        assert_eq!(run.claim()["cells"][0]["model"], "l2 1");
        assert_eq!(
            (&run.claim()["cells"][0]["holds"], &run.claim()["cells"][0]["splits"]),
            (&holds.into(), &60.into())
        );
        assert!(holds > 0 && run.claim()["bound"].is_null());
        assert_eq!(run.claim()["better_than"], serde_json::json!({ "solver": null, "model": "l2 1000" }));
        let exceptions: Vec<usize> = (0..60).filter(|split| !improves(split)).take(20).collect();
        assert_eq!(run.claim()["cells"][0]["exceptions"], serde_json::json!(exceptions));
    }
}

/// What one model wins the other loses, but for ties.
#[test]
fn the_other_way_round_it_holds_where_it_did_not() {
    let claims = "[[claim]]\nname = \"forth\"\nsolver = \"newton\"\nmodel = \"l2 1\"\nmetric = \"test_log_loss\"\nbetter_than = { model = \"l2 1000\" }\non_share = 0.6\n\
                  [[claim]]\nname = \"back\"\nsolver = \"newton\"\nmodel = \"l2 1000\"\nmetric = \"test_log_loss\"\nbetter_than = { model = \"l2 1\" }\non_share = 0.6\n";
    let run = run(&format!("{DATA}{claims}"));
    let [forth, back] = [0, 1].map(|place: usize| run.report["claims"][place]["cells"][0]["holds"].as_u64().unwrap());
    assert_eq!(forth + back, 60);
    let pair = &run.report["model_comparisons"][0]["metrics"]["test_log_loss"];
    assert_eq!((&pair["first_larger"], &pair["second_larger"]), (&back.into(), &forth.into()));
    assert_eq!([&run.report["claims"][0]["verdict"], &run.report["claims"][1]["verdict"]], ["supported", "refuted"]);
}

#[test]
fn on_average() {
    let keys = "metric = \"test_brier_score\"\nbetter_than = { model = \"l2 1000\" }\nby = 0.001\non_average = true";
    let run = run(&claim(keys));
    let differences: Vec<f64> = (0..60)
        .map(|split| run.number(STRONG, split, "test_brier_score") - run.number(WEAK, split, "test_brier_score"))
        .collect();
    let mean = differences.iter().sum::<f64>() / 60.0;
    let cell = &run.claim()["cells"][0];
    assert!((cell["observed"].as_f64().unwrap() - mean).abs() < 1e-12, "{cell}: {mean}");
    assert_eq!(cell["holds"], differences.iter().filter(|&&difference| difference >= 0.001).count());
    let [low, high] = [0, 1].map(|end: usize| cell["interval"][end].as_f64().unwrap());
    assert!(-1.0 < low && low < mean && mean < high && high < 1.0);
    let statement = run.claim()["statement"].as_str().unwrap();
    assert_eq!(
        statement,
        "the mean test_brier_score of newton under l2 1 over all random splits of one is smaller than that under l2 1000 by at least 0.001"
    );
    let explanation = run.claim()["explanation"].as_str().unwrap();
    assert!(explanation.starts_with("the mean improvement over 60 splits is "), "{explanation}");
}

/// A fit that stops before the optimum saves nothing: its cost is infinite.
#[test]
fn what_a_fit_costs_counts_only_at_the_optimum() {
    for (solver, rival) in [("newton", "gradient-ascent"), ("gradient-ascent", "newton")] {
        let text = format!(
            "{DATA}[[claim]]\nname = \"c\"\nsolver = \"{solver}\"\nmodel = \"l2 1\"\nmetric = \"iterations\"\nbetter_than = {{ solver = \"{rival}\" \
             }}\non_share = 0.9\n"
        );
        let run = run(&text);
        let cost = |solver: &'static str, split: usize| match run.is_optimal(["l2 1", solver], split) {
            true => run.number(["l2 1", solver], split, "iterations"),
            false => f64::INFINITY,
        };
        let [own, other] =
            if solver == "newton" { ["newton", "gradient-ascent"] } else { ["gradient-ascent", "newton"] };
        let holds = (0..60).filter(|&split| cost(own, split) < cost(other, split)).count();
        assert_eq!(run.claim()["cells"][0]["holds"], holds, "{solver}");
        assert!((0..60).any(|split| !run.is_optimal(["l2 1", "gradient-ascent"], split)));
    }
}

#[test]
fn looks_end_the_run_once_it_is_decided() {
    let keys = "metric = \"test_log_loss\"\nbetter_than = { model = \"l2 1000\" }\non_share = 0.6";
    let run = run(&claim(keys).replace("repeats = 60", "repeats = \"until-decided\""));
    let cell = &run.claim()["cells"][0];
    let splits = cell["splits"].as_u64().unwrap() as usize;
    assert!(run.claim()["verdict"] != "undecided" && splits.is_multiple_of(100) && splits < 10_000);
    let improves =
        |split: &usize| run.number(WEAK, *split, "test_log_loss") < run.number(STRONG, *split, "test_log_loss");
    assert_eq!(cell["holds"], (0..splits).filter(improves).count());
}

/// A rival that is skipped leaves nothing to compare with.
#[test]
fn a_rival_that_is_not_run_leaves_the_claim_undecided() {
    let lapack = "[[solver]]\nmethod = \"newton\"\nname = \"by lapack\"\nfactorization = \"lapack\"\n";
    let keys = "metric = \"test_accuracy\"\nbetter_than = { solver = \"by lapack\" }\nby = -0.1\non_share = 0.5";
    let run = run(&format!("{}{lapack}", claim(keys).replace("solver = \"newton\"", "solver = \"gradient-ascent\"")));
    if run.report["solvers"][2]["skipped"].is_null() {
        // This build has LAPACK.
        return;
    }
    assert_eq!(run.claim()["verdict"], "undecided");
    assert!(run.claim()["explanation"].as_str().unwrap().contains("of by lapack"), "{}", run.claim());
}

/// Where no maximum exists there is nothing to reach, and nobody reaches it with fewer steps.
#[test]
fn splits_without_a_maximum_are_set_apart_from_costs() {
    let text = "seed = 1\n[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[split]\nrepeats = 40\n\
                [[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"l-bfgs\"\n[[claim]]\nsolver = \"newton\"\nmetric = \"iterations\"\n\
                better_than = { solver = \"l-bfgs\" }\non_share = 0.5\n";
    let run = run(text);
    let separated = run.report["splits"][0]["separation"]["complete"].as_u64().unwrap();
    let quasi = run.report["splits"][0]["separation"]["quasi-complete"].as_u64().unwrap();
    let cell = &run.claim()["cells"][0];
    assert!(separated > 5 && cell["splits"].as_u64().unwrap() == 40 - separated - quasi, "{cell}");
    assert_eq!(cell["set_apart"]["reasons"]["no maximum exists"], separated + quasi);
    assert_eq!((&cell["holds"], &run.claim()["verdict"]), (&cell["splits"], &"supported".into()));
}

#[test]
fn other_thresholds_are_said() {
    let third = "[[solver]]\nmethod = \"newton\"\nname = \"low\"\nthreshold = 0.05\n";
    let of = |metric: &str| {
        let keys = format!(
            "metric = \"{metric}\"\nmodel = \"l2 1\"\nbetter_than = {{ solver = \"low\" }}\nby = -0.5\non_share = 0.5"
        );
        run(&claim(&keys).replace("[[claim]]", &format!("{third}[[claim]]"))).claim()["explanation"].clone()
    };
    let words = "the thresholds differ (0.5 and 0.05)";
    assert!(of("test_f1").as_str().unwrap().contains(words) && !of("test_auc").as_str().unwrap().contains(words));
}
