//! Claims: their explanations, what it takes to decide them, and how likely a wrong decision is.

use std::path::Path;

use logitbench::claim::{ClaimCell, ClaimVerdict, Planned, Told};
use logitbench::experiment::{Experiment, Overrides};
use logitbench::report::decided_claims::{wrong_before_the_run, wrong_in_words};
use logitbench::report::{Report, new_data, phrases};
use serde_json::{Value, json};

use super::{Said, ran, with};

const DATA: &str = "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[split]\nrepeats = 40\n\
                    [[solver]]\nmethod = \"newton\"\nname = \"ours\"\n";

/// Changes of a claim's cell, the verdict over all cells, their number, and whether the claim was looked at during the run.
type Case<'a> = (Vec<(&'a str, Value)>, ClaimVerdict, usize, bool);

fn claim(metric: &str, keys: &str) -> String {
    format!("[[claim]]\nname = \"{keys}\"\nsolver = \"ours\"\nmetric = \"{metric}\"\n{}\n", keys.replace("; ", "\n"))
}

fn explanations(said: &mut Said) {
    let kinds: String = [
        claim("test_accuracy", "at_least = 0.9; on_share = 0.9"),
        claim("test_accuracy", "at_least = 0.9; on_share = 1.0"),
        claim("test_accuracy", "at_least = 0.9; share = 0.5; within = 0.1"),
        claim("test_accuracy", "at_least = 0.9; on_average = true"),
        claim("test_accuracy", "permutations = 99; negligible = 0.05"),
        claim("test_accuracy", "permutations = 99"),
        claim("test_accuracy", "at_least = 0.9; on_share = 0.0"),
    ]
    .concat();
    let text = format!("{DATA}{kinds}");
    let experiment = Experiment::parse(&text, "t.toml", Path::new(""), Overrides::default()).unwrap();
    let shuffled = json!({"mean": 0.5, "sd": 0.1, "min": 0.3, "q25": 0.4, "median": 0.5, "q75": 0.6, "max": 0.7});
    let permutation = json!({"metric": "test_accuracy", "splits": 10, "mean": 0.9, "shuffled": shuffled, "p_value": 0.01,
        "p_value_interval": [0.001, 0.04], "undefined": 0});
    let base = json!({"dataset": "home", "solver": "ours", "model": "maximum likelihood", "holds": 36, "splits": 40, "observed": 0.9,
        "interval": [0.76, 0.97], "verdict": "undecided", "exceptions": [], "permutation": permutation});
    let apart = json!({"splits": 3, "reasons": {"test rows of one class": 3}});
    let p = |p: f64, low: f64| {
        vec![("/permutation/p_value", json!(p)), ("/permutation/p_value_interval", json!([low, 0.4]))]
    };
    let more =
        |shift: f64| [("/permutation/negligible", json!(shift)), ("/permutation/p_value_of_more", json!(0.0004))];
    let (undecided, refuted) = (ClaimVerdict::Undecided, ClaimVerdict::Refuted);
    let cases: Vec<Case<'_>> = vec![
        (vec![], undecided, 1, false),
        (vec![], ClaimVerdict::Supported, 3, true),
        (vec![("/set_apart", apart.clone()), ("/failed", json!(1))], undecided, 3, true),
        (vec![("/unknown", json!(9)), ("/failed", json!(2)), ("/holds", json!(20))], undecided, 1, true),
        (vec![("/splits", json!(1)), ("/holds", json!(0))], undecided, 1, false),
        (p(0.2, 0.03), undecided, 1, false),
        (p(0.2, 0.1), undecided, 1, false),
        ([p(0.2, 0.1), more(0.05).to_vec()].concat(), undecided, 1, false),
        ([p(0.2, 0.1), more(0.05).to_vec()].concat(), refuted, 1, false),
        (vec![("/permutation/undefined", json!(4)), ("/splits", json!(10)), ("/holds", json!(9))], undecided, 1, false),
        (
            vec![("/permutation/p_value", Value::Null), ("/splits", json!(0)), ("/permutation/undefined", json!(9))],
            undecided,
            1,
            false,
        ),
    ];
    let explained = said.entry("Why claims have their verdicts").or_default();
    for (changes, verdict, cells, at_looks) in &cases {
        let worst: ClaimCell = with(&base, changes);
        for claim in &experiment.claims {
            let told = Told {
                level: 0.95,
                verdict: *verdict,
                worst: &worst,
                cells: *cells,
                at_looks: *at_looks,
                is_complete: true,
            };
            explained.extend(Some(claim.statement.explain(&told)).filter(|text| !text.is_empty()));
        }
    }
    let takes = said.entry("What it takes to decide a claim").or_default();
    for (repeats, defined) in [(1000, 1.0), (1000, 0.8), (10, 1.0), (10, 0.9), (100, 0.0015)] {
        for (at_looks, cells) in [(false, 1), (false, 40), (true, 3)] {
            let planned = Planned { level: 0.95, splits: repeats, at_looks, cells, defined };
            takes.extend(experiment.claims.iter().map(|claim| claim.statement.what_it_takes(&planned)));
        }
    }
    let wrong = said.entry("How likely a wrong decision is").or_default();
    for text in [&text, &format!("{DATA}{}", claim("test_accuracy", "at_least = 0.9; on_share = 0.9"))] {
        for rate in ["", "error_rate = 0.05\n"] {
            for repeats in ["repeats = 40", "repeats = \"until-decided\""] {
                let text = format!("{rate}{}", text.replace("repeats = 40", repeats));
                let parsed = Experiment::parse(&text, "t.toml", Path::new(""), Overrides::default()).unwrap();
                wrong.extend(wrong_before_the_run(&parsed));
            }
        }
    }
}

/// Claims about splits that are no sample of others.
fn about_these_splits(said: &mut Said) {
    let kinds: String = [
        claim("test_accuracy", "at_least = 0.9; on_share = 0.9"),
        claim("test_accuracy", "at_least = 0.9; share = 0.5; within = 0.1"),
        claim("test_accuracy", "at_least = 0.9; on_average = true"),
    ]
    .concat();
    let text = format!("{}{kinds}", DATA.replace("repeats = 40", "scheme = \"k-fold\""));
    let experiment = Experiment::parse(&text, "t.toml", Path::new(""), Overrides::default()).unwrap();
    let one = text.replace(&kinds, &claim("test_accuracy", "at_least = 0.9; on_share = 0.9"));
    for text in [&text, &one] {
        let parsed = Experiment::parse(text, "t.toml", Path::new(""), Overrides::default()).unwrap();
        said.entry("How likely a wrong decision is").or_default().extend(wrong_before_the_run(&parsed));
    }
    let base = json!({"dataset": "home", "solver": "ours", "model": "maximum likelihood", "holds": 36, "splits": 40, "observed": 0.9,
        "interval": null, "verdict": "supported", "exceptions": [], "permutation": null});
    for (changes, cells) in [(vec![], 1), (vec![], 3), (vec![("/unknown", json!(3))], 1)] {
        let worst: ClaimCell = with(&base, &changes);
        let verdict = ClaimVerdict::Supported;
        let told = Told { level: 0.95, verdict, worst: &worst, cells, at_looks: false, is_complete: true };
        let explained = said.entry("Why claims have their verdicts").or_default();
        explained.extend(experiment.claims.iter().map(|claim| claim.statement.explain(&told)));
    }
    for defined in [1.0, 0.8] {
        let planned = Planned { level: 0.95, splits: 40, at_looks: false, cells: 1, defined };
        let takes = said.entry("What it takes to decide a claim").or_default();
        takes.extend(experiment.claims.iter().map(|claim| claim.statement.what_it_takes(&planned)));
    }
}

/// What only a run decides.
fn runs(said: &mut Said) {
    let on = |scheme: &str, classes: &str, claims: &str| {
        ran(&format!(
            "{}{claims}",
            DATA.replace("repeats = 40", &format!("repeats = 40\n{scheme}"))
                .replace("\"versicolor\"", &format!("\"{classes}\""))
        ))
        .2
    };
    let often = "at_least = 0.5; on_share = 0.5";
    // A Hessian cannot be kept under Firth's penalty: such cells are skipped in every build.
    let firth = "[[model]]\npenalty = \"firth\"\n";
    let theirs = "[[solver]]\nmethod = \"newton\"\nname = \"theirs\"\nhessian = \"kept\"\n";
    let about = |solver: &str| claim("test_accuracy", often).replace("solver = \"ours\"", solver);
    let both = format!("{theirs}{}", about("solver = \"newton\""));
    let one_of_both = format!("{firth}{both}");
    let alone = format!("{firth}{theirs}{}", about("solver = \"theirs\""));
    let fixed = "[[solver]]\nmethod = \"fixed-hessian\"\nname = \"theirs\"\n";
    let under = format!("[[model]]\n{firth}{fixed}{}", about("solver = \"theirs\""));
    let reports = [
        on("test_fraction = 0.25", "setosa", &claim("test_accuracy", often)),
        on("test_fraction = 0.25", "versicolor", &claim("test_accuracy", often)),
        on("test_fraction = 0.25", "versicolor", &claim("test_brier_score", "at_most = 0.9; on_share = 0.5")),
        on("test_fraction = 0.01", "versicolor", &claim("test_auc", often)),
        on("test_fraction = 0.25", "versicolor", &both),
        on("test_fraction = 0.25", "versicolor", &one_of_both),
        on("test_fraction = 0.25", "versicolor", &alone),
        on("test_fraction = 0.25", "versicolor", &under),
    ];
    for report in &reports {
        for claim in &report.claims {
            said.entry("Why claims have their verdicts").or_default().push(claim.explanation.clone());
            let standing = phrases::standing(report, claim);
            said.entry("What is proved of a claim's fits")
                .or_default()
                .extend(Some(standing).filter(|text| !text.is_empty()));
        }
        said.entry("How likely a wrong decision is").or_default().extend(wrong_in_words(report));
        said.entry("Splits with an optimum")
            .or_default()
            .extend(report.splits.iter().map(|splits| phrases::existence(report, splits)));
    }
}

/// Claims that compare two fits.
fn comparing(said: &mut Said) {
    let model = "[[model]]\npenalty = \"l2\"\nstrength = [1, 100]\n[[solver]]\nmethod = \"irls\"\nname = \"theirs\"\n[[solver]]\nmethod = \"irls\"\nname = \"third\"\nthreshold = 0.1\n";
    let claims: String = [
        ("test_accuracy", "better_than = { model = 'l2 100' }; on_share = 0.5"),
        ("test_accuracy", "better_than = { solver = 'theirs' }; by = -0.01; on_share = 0.9"),
        ("iterations", "better_than = { solver = 'theirs' }; by = 0; share = 0.5; within = 0.1"),
        ("test_log_loss", "better_than = { solver = 'theirs', model = 'l2 1' }; by = 0.02; on_share = 0.5"),
        ("test_brier_score", "better_than = { model = 'l2 100' }; on_average = true"),
        ("test_accuracy", "better_than = { solver = 'third' }; on_share = 0.5"),
    ]
    .map(|(metric, keys)| claim(metric, keys))
    .concat();
    let report = ran(&format!("{DATA}{model}{claims}")).2;
    for claim in &report.claims {
        said.entry("Claims that compare two fits").or_default().push(claim.statement.clone());
        said.entry("Why claims have their verdicts").or_default().push(claim.explanation.clone());
    }
}

/// Intervals of test accuracy on new data.
fn on_new_data(said: &mut Said) {
    let (.., mut report) = ran(&format!("{DATA}[[solver]]\nmethod = \"irls\"\nname = \"theirs\"\n"));
    let told = said.entry("Test accuracy on new data").or_default();
    let cell = |report: &Report, place: usize, shift: f64| {
        let mut cell = report.cells[place].clone();
        let [low, high] = cell.metrics["test_accuracy"].new_data_interval.unwrap();
        cell.metrics["test_accuracy"].new_data_interval = Some([low - shift, high - shift]);
        cell
    };
    for scheme in ["shuffle", "fixed"] {
        scheme.clone_into(&mut report.experiment.scheme);
        let [first, second] = [0, 1].map(|place| cell(&report, place, 0.0));
        let many: Vec<_> = (0..9).map(|shift| cell(&report, 0, 0.01 * f64::from(shift))).collect();
        for cells in [vec![&first], vec![&first, &second], vec![&first, &many[1]], many.iter().collect()] {
            told.extend(new_data::accuracy(&report, &cells));
        }
    }
}

/// All of these.
pub fn say(said: &mut Said) {
    explanations(said);
    about_these_splits(said);
    runs(said);
    comparing(said);
    on_new_data(said);
}
