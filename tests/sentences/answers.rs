//! The answer that reports begin with, and models against each other.

use logitbench::report::Report;
use logitbench::report::answer;
use logitbench::report::comparisons::conclusions;
use logitbench::report::schema::{ModelComparison, ModelRanking};
use serde_json::{Value, json};

use super::{Said, ran, with};

const HOME: &str = "[[dataset]]\nsimulate = \"gaussian\"\nlabel = \"home\"\nrows = 80\nfeatures = 3\n";
const SPLIT: &str = "[split]\nrepeats = 12\n";
const OURS: &str = "[[solver]]\nmethod = \"newton\"\nname = \"ours\"\n";
const THEIRS: &str = "[[solver]]\nmethod = \"irls\"\nname = \"theirs\"\n";
const SHORT: &str = "[[solver]]\nmethod = \"gradient-ascent\"\nstep = [\"fixed\", \"backtracking\", \"nesterov\"]\nmax_iterations = 2\n";
const MODELS: &str = "[model]\npenalty = \"l2\"\nstrength = [1, 2, 4]\n";

fn report(parts: &[&str]) -> Value {
    serde_json::to_value(ran(&format!("seed = 1\n{}", parts.concat())).2).unwrap()
}

/// Sets what is shown of the difference in accuracy and log loss of the models of a pair: first minus second.
fn shows(report: &mut Value, pair: usize, [accuracy, log_loss]: [Option<f64>; 2]) {
    let test = |mean: Option<f64>| match mean {
        Some(mean) => json!({"interval": [0.5 * mean, 1.5 * mean], "p_value": 0.001, "p_adjusted": 0.001}),
        None => json!({"interval": [-0.01, 0.02], "p_value": 0.5, "p_adjusted": 0.5}),
    };
    let pair = &mut report["model_comparisons"][pair];
    pair["test_accuracy"]["on_new_data"] = test(accuracy);
    pair["metrics"]["test_log_loss"]["on_new_data"] = test(log_loss);
}

/// With intervals from which so many more splits or rows follow.
fn tested(report: &Value, mean: f64, over_splits: f64, on_new_data: f64) -> Value {
    let mut report = report.clone();
    let test = |half: f64| json!({"interval": [mean - half, mean + half], "p_value": 0.5, "p_adjusted": 0.5});
    for pair in report["model_comparisons"].as_array_mut().unwrap() {
        pair["test_accuracy"]["mean_difference"] = json!(mean);
        pair["test_accuracy"]["over_splits"] = test(over_splits);
        pair["test_accuracy"]["on_new_data"] = test(on_new_data);
        pair["metrics"]["test_log_loss"]["on_new_data"] = test(on_new_data);
    }
    report
}

fn of_models() -> Vec<Value> {
    let base = report(&[HOME, SPLIT, MODELS, OURS]);
    let mut best = base.clone();
    shows(&mut best, 0, [Some(0.05), None]);
    shows(&mut best, 1, [None, Some(-0.1)]);
    let mut contradicting = base.clone();
    shows(&mut contradicting, 0, [Some(0.05), Some(0.1)]);
    let mut one_of = base.clone();
    shows(&mut one_of, 0, [None, None]);
    shows(&mut one_of, 1, [Some(0.05), None]);
    shows(&mut one_of, 2, [None, None]);
    let other = HOME.replace("home", "garden");
    let two = report(&[HOME, &other, SPLIT, &MODELS.replace("[1, 2, 4]", "[1, 2]"), OURS]);
    let (mut everywhere, mut nowhere) = (two.clone(), two.clone());
    let ranked = |p: f64| {
        let mut ranked = two.clone();
        shows(&mut ranked, 0, [Some(0.05), None]);
        shows(&mut ranked, 1, [Some(-0.05), None]);
        for ranking in ranked["model_rankings"].as_array_mut().unwrap() {
            ranking["average_ranks"] = json!([1.0, 2.0]);
            ranking["pairs"] =
                json!([{"models": ranking["models"], "wilcoxon_p": p, "rank_biserial": 0.9, "wilcoxon_p_adjusted": p}]);
        }
        ranked
    };
    // Each of three models is beaten on a data set, and ranks tell two of them apart.
    let mut partly = report(&[HOME, &other, SPLIT, MODELS, OURS]);
    for (pair, mean) in [(0, 0.05), (2, 0.05), (4, -0.05)] {
        shows(&mut partly, pair, [Some(mean), None]);
    }
    for ranking in partly["model_rankings"].as_array_mut().unwrap() {
        ranking["average_ranks"] = json!([1.0, 2.0, 3.0]);
        ranking["pairs"] = json!([{"models": ["l2 1", "l2 2"], "wilcoxon_p": 0.01, "rank_biserial": 0.9, "wilcoxon_p_adjusted": 0.01}]);
    }
    // The best on each data set ranks behind another over them.
    let mut behind = two.clone();
    (0..2).for_each(|pair| shows(&mut behind, pair, [Some(0.05), None]));
    for ranking in behind["model_rankings"].as_array_mut().unwrap() {
        ranking["average_ranks"] = json!([2.0, 1.0]);
        ranking["pairs"] = json!([{"models": ranking["models"], "wilcoxon_p": 0.01, "rank_biserial": -0.9, "wilcoxon_p_adjusted": 0.01}]);
    }
    let ranked = [ranked(0.01), ranked(0.5), partly, behind];
    (0..2).for_each(|pair| shows(&mut everywhere, pair, [Some(0.05), None]));
    shows(&mut nowhere, 0, [Some(0.05), None]);
    shows(&mut nowhere, 1, [Some(-0.05), None]);
    let mut many = report(&[HOME, SPLIT, &MODELS.replace("[1, 2, 4]", "[1, 2, 4, 8, 16]"), OURS]);
    (0..4).for_each(|pair| shows(&mut many, pair, [Some(0.05), None]));
    (4..10).for_each(|pair| shows(&mut many, pair, [None, None]));
    let mut untested = base.clone();
    for pair in untested["model_comparisons"].as_array_mut().unwrap() {
        pair["test_accuracy"]["on_new_data"] = Value::Null;
        pair["metrics"] = json!({});
    }
    let few_rows = HOME.replace("80", "40").replace("features = 3", "features = 25");
    let warm = "[model]\npenalty = \"l2\"\nstrength = [4, 2]\nstart = [\"zero\", \"previous\"]\n";
    let mut reports = vec![
        report(&[HOME, SPLIT, MODELS, OURS, THEIRS]),
        report(&[HOME, SPLIT, warm, OURS, THEIRS]),
        report(&[HOME, "[split]\nscheme = \"all-rows\"\nrepeats = 1\n", MODELS, OURS]),
        best,
        contradicting,
        one_of,
        everywhere,
        nowhere,
        many,
        untested,
        tested(&base, 0.01, 0.01, 0.0105),
        tested(&base, 0.01, 0.01, 0.05),
        tested(&base, -0.0001, 0.01, 0.05),
        report(&[&few_rows, SPLIT, "[[model]]\n[[model]]\npenalty = \"l2\"\nstrength = 1\n", OURS]),
    ];
    reports.extend(ranked);
    reports
}

fn of_solvers() -> Vec<Value> {
    let mut failed = report(&[HOME, SPLIT, OURS]);
    failed["cells"][0]["failed_because"] = json!({"out of memory": 3});
    let mut differing = report(&[HOME, SPLIT, "[model]\npenalty = \"firth\"\n", OURS, THEIRS]);
    let equal = differing.clone();
    let test = |p: f64| json!({"interval": [0.01, 0.02], "p_value": p, "p_adjusted": p});
    differing["comparisons"][0]["test_accuracy"]["on_new_data"] = test(0.01);
    let mut alike = equal.clone();
    alike["comparisons"][0]["test_accuracy"]["on_new_data"] = test(0.5);
    let three = report(&[HOME, SPLIT, "[model]\npenalty = \"firth\"\n", OURS, THEIRS, &OURS.replace("ours", "third")]);
    let mut pairs = three.clone();
    (0..3).for_each(|pair| pairs["comparisons"][pair]["test_accuracy"]["on_new_data"] = test([0.01, 0.5, 0.5][pair]));
    let mut many_pairs = report(&[
        HOME,
        SPLIT,
        "[model]\npenalty = \"firth\"\n",
        OURS,
        THEIRS,
        &OURS.replace("ours", "third"),
        &OURS.replace("ours", "fourth"),
    ]);
    (0..6).for_each(|pair| many_pairs["comparisons"][pair]["test_accuracy"]["on_new_data"] = test(0.01));
    let mut nearly_all = report(&[HOME, SPLIT, OURS]);
    nearly_all["cells"][0]["metrics"]["test_accuracy"]["mean"] = json!(0.9997);
    let mut none_reaches = report(&[HOME, SPLIT, OURS, THEIRS]);
    for profile in none_reaches["profiles"].as_array_mut().unwrap() {
        profile["solved"] = json!([0.5, 0.25]);
        profile["shifted_geometric_mean"] = json!([null, null]);
    }
    let iris = "[[dataset]]\nname = \"iris\"\nlabel = \"home\"\nclasses = [\"setosa\", \"versicolor\"]\n";
    let mixed = iris.replace("setosa", "virginica");
    let mut one_class = report(&[&mixed, SPLIT, OURS]);
    one_class["splits"][0]["training_rows_of_one_class"] = json!(1);
    let once = "[split]\nrepeats = 1\n";
    vec![
        report(&[HOME, SPLIT, OURS, THEIRS]),
        report(&[HOME, once, OURS, THEIRS]),
        report(&[HOME, SPLIT, OURS, SHORT]),
        report(&[HOME, SPLIT, OURS, THEIRS, SHORT]),
        report(&[HOME, SPLIT, SHORT]),
        report(&[HOME, SPLIT, &SHORT.replace("\"nesterov\"", "\"nesterov\", \"barzilai-borwein\"")]),
        report(&[HOME, SPLIT, &OURS.replace("\"ours\"", "\"ours\"\nthreshold = [0.3, 0.5]")]),
        report(&[&mixed, SPLIT, OURS, THEIRS]),
        report(&[iris, SPLIT, OURS, THEIRS]),
        one_class,
        nearly_all,
        none_reaches,
        failed,
        differing,
        pairs,
        many_pairs,
        alike,
    ]
}

fn of_claims() -> Vec<Value> {
    let claim = |name: &str| {
        format!(
            "[[claim]]\nname = \"{name}\"\nsolver = \"ours\"\nmetric = \"test_accuracy\"\nat_least = 0.5\non_share = 0.5\n"
        )
    };
    let one = report(&[HOME, SPLIT, OURS, &claim("a")]);
    let four = report(&[HOME, SPLIT, OURS, &["a", "b", "c", "d"].map(claim).concat()]);
    let decided = |report: &Value, verdicts: &[&str]| {
        let mut report = report.clone();
        for (place, verdict) in verdicts.iter().enumerate() {
            report["claims"][place]["verdict"] = json!(verdict);
        }
        report
    };
    vec![
        decided(&one, &["supported"]),
        decided(&one, &["undecided"]),
        decided(&four, &["refuted"; 4]),
        decided(&four, &["supported", "supported", "refuted", "undecided"]),
        decided(&four, &["supported", "refuted", "refuted", "refuted"]),
    ]
}

pub fn say(said: &mut Said) {
    for report in of_models().into_iter().chain(of_solvers()).chain(of_claims()) {
        let report: Report = serde_json::from_value(report).unwrap();
        said.entry("The answer of a report").or_default().extend(answer::sentences(&report));
        said.entry("Words of a report").or_default().extend(answer::words(&report));
    }
    let base = report(&[HOME, SPLIT, MODELS, OURS]);
    let pair = &base["model_comparisons"][0];
    let test = |low: f64, high: f64, p: f64| json!({"interval": [low, high], "p_value": p, "p_adjusted": p});
    let (shown, not) = (test(0.01, 0.03, 0.001), test(-0.01, 0.02, 0.4));
    let accuracy = "/test_accuracy/on_new_data";
    let loss = "/metrics/test_log_loss/on_new_data";
    let equal = [
        ("/test_accuracy/first_larger", json!(0)),
        ("/test_accuracy/second_larger", json!(0)),
        ("/test_accuracy/equal", json!(12)),
    ];
    let several = ("/differ_in", json!(["penalty", "scaling"]));
    let variants: [Vec<(&str, Value)>; 4] = [
        vec![(accuracy, shown.clone()), (loss, not.clone())],
        vec![(accuracy, not.clone()), (loss, not), several],
        vec![(accuracy, shown.clone()), (loss, shown)],
        equal.to_vec(),
    ];
    for (variant, pairs) in variants.iter().zip([1, 3, 3, 3]) {
        let comparison: ModelComparison = with(pair, variant);
        said.entry("A pair of models").or_default().push(conclusions::model_pair(&comparison, pairs));
    }
    let ranking = |tested: bool, p: f64, datasets: &[&str]| {
        let pair = json!({"models": ["l2 1", "l2 2"], "wilcoxon_p": p, "rank_biserial": 0.9, "wilcoxon_p_adjusted": p});
        let pairs = if tested { vec![pair] } else { Vec::new() };
        let ranks = if tested { json!([1.0, 2.0]) } else { Value::Null };
        let ranking = json!({"solver": "ours", "measure": "test_log_loss", "models": ["l2 1", "l2 2"], "datasets": datasets, "left_out": [],
            "scores": [], "needed": 6, "average_ranks": ranks, "p_iman_davenport": if tested { json!(p) } else { Value::Null },
            "critical_difference": null, "pairs": pairs, "conclusion": ""});
        conclusions::model_ranking(&serde_json::from_value::<ModelRanking>(ranking).unwrap())
    };
    let all = ["a", "b", "c", "d", "e", "f"];
    said.entry("Models over data sets").or_default().extend([
        ranking(true, 0.01, &all),
        ranking(true, 0.4, &all),
        ranking(false, 0.4, &all[..2]),
        ranking(false, 0.4, &all[..1]),
    ]);
}
