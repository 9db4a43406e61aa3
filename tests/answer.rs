//! The first sentences of reports, each against the numbers of the same report.

mod common;

use common::{Folder, logitbench};
use serde_json::Value;

/// Runs an experiment; its report.
fn report(test: &str, text: &str) -> Value {
    let folder = Folder::new(test);
    folder.write("e.toml", text);
    let (code, _, error) = logitbench(&folder.0, &["experiment", "e.toml", "--no-page", "--quiet", "--out", "r.json"]);
    assert!(code <= 2 || code == 4, "{code}: {error}");
    serde_json::from_slice(&std::fs::read(folder.0.join("r.json")).unwrap()).unwrap()
}

fn answer(report: &Value) -> Vec<&str> {
    report["answer"].as_array().unwrap().iter().map(|sentence| sentence.as_str().unwrap()).collect()
}

/// All numbers of a sentence.
fn numbers(sentence: &str) -> Vec<f64> {
    let words = sentence.split(|letter: char| !(letter.is_ascii_digit() || letter == '.' || letter == '-'));
    words.filter_map(|word| word.trim_end_matches('.').parse().ok()).collect()
}

fn cell<'r>(report: &'r Value, model: &str, solver: &str) -> &'r Value {
    let cells = report["cells"].as_array().unwrap();
    cells.iter().find(|cell| cell["model"] == model && cell["solver"] == solver).unwrap()
}

const ONE: &str = "seed = 1\n[[dataset]]\nsimulate = \"gaussian\"\nlabel = \"one\"\nrows = 200\nfeatures = 4\n[split]\nrepeats = 40\n";
const SEPARATED: &str =
    "seed = 1\n[[dataset]]\nname = \"iris\"\nclasses = [\"setosa\", \"versicolor\"]\n[split]\nrepeats = 30\n";

#[test]
fn all_solvers_reach_the_optimum() {
    let solvers = "[[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"irls\"\n[[solver]]\nmethod = \"gradient-ascent\"\nmax_iterations = 20000\n";
    let report = report("equal", &format!("{ONE}{solvers}"));
    for solver in ["newton", "irls", "gradient-ascent"] {
        assert_eq!(cell(&report, "maximum likelihood", solver)["verdicts"]["optimal"], 40);
    }
    let first = answer(&report)[0];
    assert!(first.starts_with("The solver does not matter once it has converged: all 3 reach the one optimum on all 40 splits; newton takes"), "{first}");
    let profile = report["profiles"].as_array().unwrap().iter().find(|of| of["cost"] == "oracle_calls").unwrap();
    let means: Vec<f64> =
        profile["shifted_geometric_mean"].as_array().unwrap().iter().map(|of| of.as_f64().unwrap()).collect();
    let told = numbers(first);
    let [.., least, most] = told[..] else { panic!("{first}") };
    assert!((least - means[0].min(means[1])).abs() <= 0.05 && (most - means[2]).abs() <= 0.05, "{first}: {means:?}");
}

#[test]
fn a_solver_that_stops_early_is_named() {
    let solvers = "[[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"gradient-ascent\"\nmax_iterations = 5\n";
    let report = report("short", &format!("{ONE}{solvers}"));
    assert_eq!(cell(&report, "maximum likelihood", "gradient-ascent")["verdicts"]["optimal"], 0);
    assert_eq!(
        answer(&report)[0],
        "Use newton: it alone reaches the optimum on all 40 splits; gradient-ascent on none."
    );
}

#[test]
fn thresholds_are_not_solvers() {
    let report = report("thresholds", &format!("{ONE}[[solver]]\nmethod = \"newton\"\nthreshold = [0.05, 0.5]\n"));
    let [first, second] = answer(&report)[..] else { panic!("{:?}", answer(&report)) };
    assert_eq!(first, "The solver does not matter once it has converged: both reach the one optimum on all 40 splits.");
    let mean = |solver: &str| {
        cell(&report, "maximum likelihood", solver)["metrics"]["test_accuracy"]["mean"].as_f64().unwrap()
    };
    let [low, high] = ["newton (threshold = 0.05)", "newton (threshold = 0.5)"]
        .map(|solver| format!("{:.1} %", 100.0 * mean(solver)));
    assert_eq!(
        second,
        format!("Test rows classified rightly depend on the threshold: {low} at 0.05 and {high} at 0.5.")
    );
    assert_ne!(low, high);
}

#[test]
fn one_model_is_better() {
    let two = ONE.replace("repeats = 40", "repeats = 60");
    let model = "[model]\npenalty = \"l2\"\nstrength = [1, 10000]\n";
    let report =
        report("better", &format!("{two}{model}[[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"l-bfgs\"\n"));
    let first = answer(&report)[0];
    let pairs = report["model_comparisons"].as_array().unwrap();
    let pair = pairs.iter().find(|pair| pair["solver"] == "newton").unwrap();
    assert_eq!(pair["models"], serde_json::json!(["l2 1", "l2 10000"]));
    assert_eq!(pair["differ_in"], serde_json::json!(["strength"]));
    let loss = &pair["metrics"]["test_log_loss"];
    let worse = cell(&report, "l2 10000", "newton")["metrics"]["test_log_loss"]["mean"].as_f64().unwrap();
    let better = cell(&report, "l2 1", "newton")["metrics"]["test_log_loss"]["mean"].as_f64().unwrap();
    assert!((loss["mean_difference"].as_f64().unwrap() - (better - worse)).abs() < 1e-12);
    assert!(better < worse && loss["on_new_data"]["p_adjusted"].as_f64().unwrap() < 0.05);
    assert!(first.starts_with("Use l2 1: on new data it is shown to be "), "{first}");
    let accuracy = &pair["test_accuracy"]["on_new_data"];
    let ends = |of: &Value, scale: f64| {
        let mut ends: Vec<f64> =
            of["interval"].as_array().unwrap().iter().map(|end| scale * end.as_f64().unwrap().abs()).collect();
        ends.sort_by(f64::total_cmp);
        ends
    };
    let (ends, digits) = match accuracy["p_adjusted"].as_f64().unwrap() <= 0.05 {
        true => (ends(accuracy, 100.0), 0.05),
        false => (ends(&loss["on_new_data"], 1.0), 0.0005),
    };
    let told = numbers(first);
    let [.., least, most] = told[..] else { panic!("{first}") };
    assert!((least - ends[0]).abs() <= digits && (most - ends[1]).abs() <= digits, "{first}: {ends:?}");
}

#[test]
fn no_difference_of_models_is_shown() {
    let few = ONE.replace("rows = 200", "rows = 60").replace("repeats = 40", "repeats = 30");
    let report = report(
        "undecided",
        &format!("{few}[model]\npenalty = \"l2\"\nstrength = [1, 2]\n[[solver]]\nmethod = \"newton\"\n"),
    );
    let first = answer(&report)[0];
    let pair = &report["model_comparisons"][0];
    for metric in [&pair["test_accuracy"], &pair["metrics"]["test_log_loss"]] {
        assert!(metric["on_new_data"]["p_adjusted"].as_f64().unwrap() > 0.05);
    }
    assert!(
        first.starts_with("No difference between the two models is shown on new data, in accuracy or log loss: "),
        "{first}"
    );
    let mean = 100.0 * pair["test_accuracy"]["mean_difference"].as_f64().unwrap();
    assert!(first.contains(&format!("is {:.1} points", mean.abs())), "{first}: {mean}");
    assert!(first.contains("would show it"), "{first}");
}

#[test]
fn a_model_without_optima_is_not_the_one_to_use() {
    let few = ONE.replace("rows = 200", "rows = 60").replace("features = 4", "features = 20");
    let models = "[[model]]\n[[model]]\npenalty = \"l2\"\nstrength = 10\n";
    let report = report("unsound", &format!("{few}{models}[[solver]]\nmethod = \"newton\"\n"));
    let first = answer(&report)[0];
    assert_eq!(report["splits"][0]["model"], "maximum likelihood");
    assert!(report["splits"][0]["with_optimum"].as_f64().unwrap() < 1.0);
    assert_eq!(report["splits"][1]["with_optimum"], 1.0);
    assert!(first.starts_with("Use l2 10: "), "{first}");
}

#[test]
fn all_separated() {
    let report =
        report("separated", &format!("{SEPARATED}[[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"irls\"\n"));
    assert_eq!(report["splits"][0]["separation"]["overlap"], 0);
    let first = answer(&report)[0];
    assert!(first.starts_with("No maximum exists on any split"), "{first}");
    assert!(first.contains("do not interpret the coefficients") && first.contains("penalty = \"l2\""), "{first}");
}

#[test]
fn claims_come_first() {
    let claim = |name: &str, bound: f64| {
        format!(
            "[[claim]]\nname = \"{name}\"\nsolver = \"newton\"\nmetric = \"test_accuracy\"\nat_least = {bound}\non_share = 0.8\n"
        )
    };
    let one = report("claim", &format!("{ONE}[[solver]]\nmethod = \"newton\"\n{}", claim("good", 0.4)));
    assert_eq!(one["claims"][0]["verdict"], "supported");
    let statement = one["claims"][0]["statement"].as_str().unwrap();
    assert_eq!(answer(&one)[0], format!("The claim is supported: {statement}."));
    let claims = [claim("good", 0.4), claim("perfect", 1.0)].concat();
    let two = report("claims", &format!("{ONE}[[solver]]\nmethod = \"newton\"\n{claims}"));
    assert_eq!([&two["claims"][0]["verdict"], &two["claims"][1]["verdict"]], ["supported", "refuted"]);
    assert_eq!(answer(&two)[0], "Of 2 claims: 1 supported and 1 refuted (\"perfect\").");
}

#[test]
fn one_fit_says_nothing_of_new_data() {
    let one = ONE.replace("repeats = 40", "repeats = 1");
    let report = report("one", &format!("{one}[[solver]]\nmethod = \"newton\"\n"));
    let accuracy = &cell(&report, "maximum likelihood", "newton")["metrics"]["test_accuracy"];
    assert!(accuracy["new_data_interval"].is_null());
    let told = format!("newton classifies {:.1} % of test rows rightly; ", 100.0 * accuracy["mean"].as_f64().unwrap());
    assert!(answer(&report)[0].starts_with(&told), "{:?}", answer(&report));
}

#[test]
fn two_data_sets() {
    let second = "[[dataset]]\nsimulate = \"gaussian\"\nlabel = \"two\"\nrows = 300\nfeatures = 4\n";
    let model = "[model]\npenalty = \"l2\"\nstrength = [1, 10000]\n";
    let report = report("two", &format!("{ONE}{second}{model}[[solver]]\nmethod = \"newton\"\n"));
    let shown = |pair: &&Value| pair["metrics"]["test_log_loss"]["on_new_data"]["p_adjusted"].as_f64().unwrap() <= 0.05;
    assert_eq!(report["model_comparisons"].as_array().unwrap().iter().filter(shown).count(), 2);
    assert_eq!(
        answer(&report)[0],
        "Use l2 1: on both data sets it is shown to be better on new data than another model (in test accuracy on 2 and in test log loss on \
         2), and on none worse."
    );
}

#[test]
fn every_rendering_begins_with_the_answer() {
    let folder = Folder::new("rendered");
    folder.write("e.toml", format!("{ONE}[[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"irls\"\n"));
    let (_, terminal, _) = logitbench(&folder.0, &["experiment", "e.toml", "--out", "r.json"]);
    let report: Value = serde_json::from_slice(&std::fs::read(folder.0.join("r.json")).unwrap()).unwrap();
    let first = answer(&report)[0].to_owned();
    let begins = |text: &str| {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace("\\%", "%");
        let (place, table) = (text.find(&first), text.find("iterations"));
        assert!(
            place.is_some_and(|place| place < table.unwrap_or(usize::MAX)),
            "{first}\n{}",
            &text[..text.len().min(900)]
        );
    };
    begins(&terminal);
    for format in ["--markdown", "--latex"] {
        begins(&logitbench(&folder.0, &["report", "r.json", format]).1);
    }
    let page = std::fs::read_to_string(folder.0.join("r.html")).unwrap();
    let main = page.find("<main").unwrap();
    assert!(page[main..].find(&first).unwrap() < page[main..].find("<table").unwrap());
}

/// Under one of two models some splits have no optimum, which nobody can reach.
#[test]
fn splits_without_an_optimum_are_not_said_to_have_one() {
    let iris = SEPARATED.replace("setosa", "virginica");
    let models = "[[model]]\n[[model]]\npenalty = \"l2\"\nstrength = 0.1\n";
    let solvers = "[[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"irls\"\n";
    let report = report("two-problems", &format!("{iris}{models}{solvers}"));
    assert!(report["splits"][0]["with_optimum"].as_f64().unwrap() < 1.0 && report["splits"][1]["with_optimum"] == 1.0);
    assert!(
        answer(&report).iter().all(|sentence| !sentence.contains("under each of the 2 models")),
        "{:?}",
        answer(&report)
    );
}
