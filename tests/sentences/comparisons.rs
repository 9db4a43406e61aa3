//! Solvers against each other, and reports against each other.

use logitbench::experiment::{Experiment, Overrides};
use logitbench::report::compare::{ChangeTolerances, account, compare};
use logitbench::report::comparisons::{conclusions, interval_meanings};
use logitbench::report::document::Block;
use logitbench::report::schema::{Comparison, Profile, Ranking};
use logitbench::report::solver_pairs::{about_lines, compared, lines};
use serde_json::{Value, json};

use super::{Said, ran, with};

fn inference(low: f64, high: f64, p: f64) -> Value {
    json!({"interval": [low, high], "p_value": p, "p_adjusted": p})
}

fn metric(first: usize, second: usize, equal: usize, new_data: &Value) -> Value {
    let ropes = json!([{"rope": 0.005, "first_larger": 0.3, "equivalent": 0.5, "second_larger": 0.2}]);
    let posterior = json!({"rope": 0.01, "first_larger": 0.2, "equivalent": 0.7, "second_larger": 0.1, "equivalent_from": 0.03,
        "at_other_ropes": ropes});
    json!({"mean_difference": 0.01, "effect_size": 0.5, "first_larger": first, "second_larger": second, "equal": equal, "undefined": 0,
        "failed": 0, "sign_test_p": 0.004, "over_splits": inference(0.001, 0.02, 0.01), "on_new_data": new_data, "posterior": posterior})
}

fn pairs(said: &mut Said) {
    let cost = json!({"mean_difference": -2.0, "first_larger": 0, "second_larger": 25, "equal": 5, "shift": -2.0,
        "shift_interval": [-3.0, -1.0], "wilcoxon_p": 0.0001, "rank_biserial": -1.0, "sign_test_p": 0.0001});
    let on_rows = json!({"difference": 0.02, "interval": [-0.01, 0.05], "p_value": 0.2});
    let tests = json!({"at_one_optimum": false, "log_loss": on_rows, "brier_score": on_rows,
        "auc": {"areas": [0.9, 0.8], "intervals": [null, null], "test": on_rows}});
    let same = json!({"same_threshold": true, "splits": 30, "coefficient_norm_difference": 0.0, "coefficient_difference": null,
        "classes_that_differ": 0, "predictions_that_differ": 0, "accuracy_differs": 0, "under_converged": 0});
    let base = json!({"dataset": "home", "model": "maximum likelihood", "solvers": ["ours", "theirs"],
        "test_accuracy": metric(20, 5, 5, &inference(-0.02, 0.04, 0.4)), "mcnemar": null, "iterations": cost, "oracle_calls": cost,
        "optimal": {"both": 30, "only_first": 0, "only_second": 0, "neither": 0, "no_optimum": 0}, "same_minimiser": null,
        "metrics": {}, "conclusion": ""});
    let without = |first: usize, equal: usize, failed: usize| {
        let mut of = metric(first, 0, equal, &Value::Null);
        (of["over_splits"], of["posterior"], of["failed"]) = (Value::Null, Value::Null, json!(failed));
        of
    };
    // Folds have no test over splits, and a test on new data or, for other schemes, none.
    let of_folds = |new_data: &Value| {
        let mut of = metric(20, 5, 5, new_data);
        (of["over_splits"], of["sign_test_p"]) = (Value::Null, Value::Null);
        if new_data.is_null() {
            of["posterior"] = Value::Null;
        }
        of
    };
    let untested = {
        let mut of = cost.clone();
        (of["shift_interval"], of["wilcoxon_p"], of["sign_test_p"]) = (Value::Null, Value::Null, Value::Null);
        of
    };
    let optimal = |both: usize, first: usize, second: usize, neither: usize, none: usize| {
        json!({"both": both, "only_first": first,
        "only_second": second, "neither": neither, "no_optimum": none})
    };
    let shifted = |shift: f64| {
        let mut of = cost.clone();
        of["shift"] = json!(shift);
        of
    };
    let checked = |member: &str, value: Value| {
        let mut of = same.clone();
        of[member] = value;
        of
    };
    let mut at_worst = metric(20, 5, 5, &inference(-0.1, 0.1, 0.9));
    at_worst["at_worst"] = json!([0, 3]);
    let (accuracy, losses) = ("/test_accuracy", "/metrics/test_log_loss");
    let shown = inference(0.01, 0.04, 0.003);
    let one_optimum = {
        let mut of = metric(3, 2, 0, &shown);
        of["at_one_optimum"] = json!(5);
        of
    };
    let left_out = {
        let mut of = metric(3, 2, 0, &inference(0.0001, 0.0004, 0.003));
        of["left_out"] = json!(1);
        of
    };
    let none = metric(3, 2, 5, &inference(-0.01, 0.04, 0.3));
    let cases: Vec<(Vec<(&str, Value)>, usize)> = vec![
        (vec![], 1),
        (vec![], 3),
        (vec![("/test_accuracy/on_new_data", shown.clone())], 1),
        (vec![("/test_accuracy/on_new_data", inference(-0.04, -0.01, 0.003))], 1),
        (vec![(accuracy, without(0, 0, 0))], 1),
        (vec![(accuracy, without(0, 1, 0))], 1),
        (vec![(accuracy, without(0, 30, 2))], 1),
        (vec![(accuracy, without(1, 0, 1))], 1),
        (vec![(accuracy, without(2, 0, 0))], 3),
        (vec![(accuracy, without(9, 0, 0)), ("/on_rows", tests)], 1),
        (
            vec![
                (accuracy, without(1, 0, 0)),
                ("/mcnemar", json!({"splits": 1, "only_first_right": 5, "only_second_right": 1, "p_value": 0.2})),
            ],
            1,
        ),
        (vec![(losses, metric(20, 5, 5, &shown))], 1),
        (vec![(losses, metric(20, 5, 5, &shown)), ("/metrics/test_auc", none.clone())], 3),
        (vec![(losses, none.clone()), ("/metrics/test_auc", none)], 1),
        (vec![("/metrics/test_auc", at_worst)], 1),
        (vec![(losses, without(2, 0, 0)), ("/metrics/test_auc", without(1, 1, 0))], 1),
        (vec![(accuracy, of_folds(&inference(-0.02, 0.04, 0.4))), ("/iterations", untested)], 3),
        (vec![(accuracy, of_folds(&Value::Null)), (losses, of_folds(&Value::Null))], 1),
        (vec![(losses, one_optimum)], 1),
        (vec![(losses, left_out)], 1),
        (vec![("/optimal", optimal(0, 1, 2, 0, 27))], 1),
        (vec![("/iterations", shifted(0.0)), ("/oracle_calls", shifted(2.0))], 1),
        (vec![("/same_minimiser", same.clone())], 1),
        (vec![("/same_minimiser", same.clone()), (accuracy, without(0, 0, 0))], 1),
        (vec![("/same_minimiser", checked("same_threshold", json!(false)))], 1),
        (vec![("/same_minimiser", checked("under_converged", json!(2))), ("/optimal", optimal(1, 4, 0, 0, 0))], 1),
        (vec![("/same_minimiser", checked("under_converged", json!(1))), ("/optimal", optimal(1, 0, 4, 0, 0))], 1),
        (vec![("/same_minimiser", checked("under_converged", json!(2))), ("/optimal", optimal(1, 4, 1, 0, 0))], 1),
        (
            vec![
                ("/same_minimiser", checked("under_converged", json!(1))),
                ("/optimal", optimal(1, 0, 4, 0, 0)),
                ("/test_accuracy/on_new_data", inference(0.01, 0.04, 0.003)),
            ],
            1,
        ),
        (
            vec![
                ("/thresholds", json!(["0.5", "youden"])),
                ("/same_minimiser", checked("same_threshold", json!(false))),
            ],
            1,
        ),
        (vec![("/same_minimiser", checked("accuracy_differs", json!(2)))], 1),
        (
            vec![
                ("/same_minimiser", checked("accuracy_differs", json!(2))),
                ("/same_minimiser/threshold_is_chosen", json!(true)),
            ],
            1,
        ),
    ];
    let told = cases.iter().map(|(changes, pairs)| conclusions::pair(&with(&base, changes), *pairs));
    said.entry("Two solvers on one data set").or_default().extend(told);

    let of = |changes: &[(&str, Value)]| with::<Comparison>(&base, changes);
    let (plain, fresh) = (of(&[]), of(&[("/test_accuracy/over_splits", inference(-0.02, 0.04, 0.4))]));
    let better = of(&[("/test_accuracy/on_new_data", shown)]);
    let slack = of(&[("/same_minimiser", checked("under_converged", json!(2)))]);
    let flat = of(&[(accuracy, without(1, 0, 0))]);
    let [equal, one, failed] =
        [(30, 0), (1, 0), (30, 2)].map(|(equal, failed)| of(&[(accuracy, without(0, equal, failed))]));
    let other_threshold = of(&[("/thresholds", json!(["0.5", "0.1"]))]);
    let losing = of(&[(losses, metric(20, 5, 5, &inference(0.01, 0.04, 0.003)))]);
    let [folds, unknown] =
        [inference(-0.02, 0.04, 0.4), Value::Null].map(|new_data| of(&[(accuracy, of_folds(&new_data))]));
    let summaries = [
        vec![&folds; 3],
        vec![&unknown; 3],
        vec![&plain; 3],
        vec![&fresh; 3],
        vec![&better, &slack, &flat],
        vec![&flat; 3],
        vec![&better; 12],
        vec![&equal; 3],
        vec![&one; 3],
        vec![&failed; 3],
        vec![&losing, &plain],
        vec![&losing; 4],
        vec![&plain, &other_threshold],
    ];
    let told = said.entry("Many pairs of solvers").or_default();
    let run =
        ran("[[dataset]]\nname = \"iris\"\nclasses = [\"setosa\", \"virginica\"]\n[split]\nrepeats = 3\n[[solver]]\nmethod = \"newton\"\nname = \"ours\"\n").2;
    let cells: Vec<_> = run.cells.iter().collect();
    told.extend(summaries.iter().map(|pairs| compared(pairs, &cells)));
    told.extend(lines(&summaries[6]).into_iter().skip(9).chain([about_lines()]));
    told.extend(lines(&[&better; 11]).pop());
}

fn over_datasets(said: &mut Said) {
    let probable = |most: f64| json!({"rope": 0.01, "first_larger": most, "equivalent": 0.02, "second_larger": 0.01});
    let hierarchical = |r_hat: f64, most: f64, flat: usize| {
        json!({"datasets": 9, "without_spread": flat, "r_hat": r_hat,
        "further_dataset": probable(most), "most_probable": probable(most), "mean_interval": [0.0, 0.1]})
    };
    let pair = |p: f64, effect: f64, hierarchical: &Value| {
        json!({"solvers": ["ours", "theirs"], "nemenyi_p": null, "wilcoxon_p": p,
        "rank_biserial": effect, "wilcoxon_p_adjusted": p, "posterior": null, "hierarchical": hierarchical})
    };
    let tests = |pairs: Value| {
        json!({"average_ranks": [1.0, 2.0], "friedman": {"chi_squared": 5.0, "p_chi_squared": 0.03, "f": 4.0,
        "degrees": [1.0, 8.0], "p_iman_davenport": 0.02}, "critical_difference": null, "groups": [], "pairs": pairs,
        "skillings_mack": {"datasets": 9, "chi_squared": 4.0, "degrees": 1.0, "p_value": 0.04}})
    };
    let rating = |points: f64, interval: Value| {
        json!({"solver": if points > 0.0 { "ours" } else { "theirs" }, "win_rates": [null, 0.7],
        "points": points, "interval": interval})
    };
    let base = json!({"model": "maximum likelihood", "measure": "test_accuracy", "solvers": ["ours", "theirs"], "datasets": ["home"],
        "left_out": [], "scores": [[0.9, 0.8]], "needed": 6, "tests": null, "conclusion": ""});
    let sure = hierarchical(1.0, 0.97, 0);
    let alike = {
        let mut of = hierarchical(1.0, 0.01, 0);
        of["further_dataset"]["equivalent"] = json!(0.98);
        of
    };
    let cases: Vec<Vec<(&str, Value)>> = vec![
        vec![("/left_out", json!(["garden"]))],
        vec![
            ("/datasets", json!(["home", "garden"])),
            ("/measure", json!("iterations")),
            ("/left_out", json!(["garden"])),
        ],
        vec![
            ("/scores", json!([[0.9, null]])),
            ("/needed", json!(1)),
            ("/tests", tests(json!([pair(0.3, 0.1, &Value::Null)]))),
        ],
        vec![("/tests", tests(json!([pair(0.01, 0.9, &sure), pair(0.01, -0.9, &hierarchical(1.0, 0.5, 2))])))],
        vec![("/tests", tests(json!([pair(0.01, 0.9, &hierarchical(2.0, 0.5, 1))])))],
        vec![(
            "/tests",
            tests(json!([
                pair(0.01, 0.9, &sure),
                pair(0.3, 0.1, &hierarchical(1.0, 0.5, 0)),
                pair(0.3, 0.1, &hierarchical(2.0, 0.97, 0)),
                pair(0.3, 0.1, &hierarchical(1.0, 0.5, 0))
            ])),
        )],
        vec![("/failed", json!([{"dataset": "home", "solver": "theirs"}])), ("/tests", tests(json!([])))],
        vec![("/all_failed_on", json!(["garden"]))],
        vec![("/tests", {
            let mut failed = hierarchical(1.0, 0.5, 0);
            failed["both_failed"] = json!(2);
            let mut tests = tests(json!([pair(0.3, 0.1, &failed)]));
            tests["critical_difference"] = json!(0.5);
            tests
        })],
        vec![("/tests", {
            let mut tests = tests(json!([pair(0.01, 0.9, &Value::Null)]));
            tests["critical_difference"] = json!(1.5);
            tests
        })],
        vec![("/tests", {
            let mut tests = tests(json!(vec![pair(0.01, 0.9, &hierarchical(1.0, 0.97, 0)); 9]));
            tests["critical_difference"] = json!(1.5);
            tests
        })],
        vec![(
            "/tests",
            tests(json!([&vec![pair(0.01, 0.9, &alike); 1][..], &vec![pair(0.3, 0.1, &sure); 3]].concat())),
        )],
        vec![("/tests", tests(json!(vec![pair(0.3, 0.1, &alike); 5])))],
        vec![("/tests", tests(json!([]))), ("/other_thresholds", json!(["theirs at 0.1"]))],
        vec![("/ratings", json!([rating(12.0, json!([-3.0, 30.0])), rating(-12.0, Value::Null)]))],
    ];
    let told = cases.iter().map(|changes| conclusions::ranking(&with::<Ranking>(&base, changes)));
    said.entry("Solvers over data sets").or_default().extend(told);

    let steps = json!({"factor": [1.0], "share": [[0.9], [0.4]], "interval": null});
    let banded = json!({"factor": [1.0], "share": [[0.9], [0.4]], "interval": [[[0.8, 1.0]], [null]]});
    let base = json!({"model": "maximum likelihood", "cost": "oracle_calls", "solvers": ["ours", "theirs"], "datasets": ["home"],
        "problems": 30, "without_optimum": 0, "solved": [1.0, 0.5], "shifted_geometric_mean": [3.0, null], "shift": 10.0,
        "performance": steps, "data": steps, "targets": [], "conclusion": ""});
    let many = json!(["a", "b", "c", "d", "e", "f"]);
    let cases: [Vec<(&str, Value)>; 4] = [
        vec![],
        vec![("/datasets", many.clone()), ("/solved_interval", json!([[0.7, 1.0], null])), ("/performance", banded)],
        vec![("/datasets", many), ("/solved", json!([0.5, 0.5]))],
        vec![("/solved", json!([0.0, 0.0])), ("/problems", json!(1))],
    ];
    let told = cases.iter().map(|changes| conclusions::profile(&with::<Profile>(&base, changes)));
    said.entry("Profiles").or_default().extend(told);

    let sets: String = (0..6)
        .map(|k| {
            format!(
                "[[dataset]]\nsimulate = \"gaussian\"\nlabel = \"g{k}\"\nrows = 80\nfeatures = 2\nredraw = {}\n",
                k > 4
            )
        })
        .collect();
    let text = sets + "[split]\nrepeats = 3\n[[solver]]\nmethod = \"newton\"\n";
    let experiment = Experiment::parse(&text, "t.toml", std::path::Path::new(""), Overrides::default()).unwrap();
    let one = |of: &logitbench::report::schema::IntervalMeaning| {
        let because = of.because.as_ref().map_or(String::new(), |why| format!(" because {why}"));
        format!("about {}. {}{because}. Assumed: {}.", of.about, of.method, of.assumes)
    };
    said.entry("Meanings of intervals").or_default().extend(interval_meanings(&experiment).iter().map(one));
    let iris = "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[[solver]]\nmethod = \"newton\"\n[split]\n";
    for split in ["k-fold\"", "k-fold\"\nshuffle = false", "leave-one-out\"", "time\"", "bootstrap\""] {
        let text = format!("{iris}scheme = \"{split}");
        let experiment = Experiment::parse(&text, "t.toml", std::path::Path::new(""), Overrides::default()).unwrap();
        said.entry("Meanings of intervals").or_default().extend(interval_meanings(&experiment).iter().map(one));
    }
}

fn words(blocks: &[Block]) -> Vec<String> {
    let of = |block: &Block| match block {
        Block::Heading(text) | Block::Paragraph(text) => vec![text.clone()],
        Block::Finding { word, paragraphs } => paragraphs.iter().map(|text| format!("{}: {text}", word.text)).collect(),
        Block::List(points) => points.clone(),
        _ => Vec::new(),
    };
    // A line with digests changes with every experiment.
    blocks.iter().flat_map(of).filter(|text| !text.contains('\u{2026}')).collect()
}

fn reports(said: &mut Said) {
    let run = |seed: u64, most: u64, data: &str| {
        let text = format!(
            "seed = {seed}\n[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n{data}[split]\nrepeats = 20\n\
             [[solver]]\nmethod = \"newton\"\nname = \"ours\"\nmax_iterations = {most}\n[[claim]]\nname = \"c\"\nsolver = \"ours\"\n\
             metric = \"test_accuracy\"\nat_least = 0.5\non_share = 0.5\n"
        );
        ran(&text).2
    };
    let drawn = "[[dataset]]\nlabel = \"home\"\nsimulate = \"gaussian\"\nrows = 80\nfeatures = 2\nredraw = true\n";
    let (base, other, short, more) = (run(1, 30, ""), run(2, 30, ""), run(1, 1, ""), run(2, 2, drawn));
    let mut none = base.clone();
    (none.cells, none.claims) = (Vec::new(), Vec::new());
    let mut renamed = base.clone();
    renamed.datasets[0].features += 1;
    let tolerances = ChangeTolerances { cost: 0.1, timing: None, missing: &[] };
    let told = said.entry("Two reports").or_default();
    let both = run(1, 30, drawn);
    for (old, new) in [
        (&base, &base),
        (&base, &other),
        (&base, &short),
        (&both, &more),
        (&none, &none),
        (&both, &base),
        (&base, &renamed),
    ] {
        told.extend(words(&account::blocks(&compare(old, new, &tolerances), "old", "new")));
    }
    let mut many = base.clone();
    many.solvers = (0..70)
        .map(|k| logitbench::report::schema::SolverSummary { name: format!("s{k}"), ..base.solvers[0].clone() })
        .collect();
    told.extend(words(&account::blocks(&compare(&base, &many, &tolerances), "old", "new")).pop());
    let lacking = |change: fn(&mut logitbench::report::Report)| {
        let mut less = both.clone();
        change(&mut less);
        less
    };
    for less in [
        lacking(|report| report.claims.clear()),
        lacking(|report| drop(report.cells.remove(0))),
        lacking(|report| {
            let gone = report.solvers.remove(0).name;
            report.cells.retain(|cell| cell.solver != gone);
        }),
        lacking(|report| {
            let cell = &mut report.cells[0];
            cell.model = "another".to_owned();
            let was = report.models[0].clone();
            report.models[0].name = "another".to_owned();
            report.cells.retain(|cell| cell.model != was.name || cell.dataset == "home");
        }),
    ] {
        told.extend(words(&account::blocks(&compare(&both, &less, &tolerances), "old", "new")));
    }
}

/// All of these.
pub fn say(said: &mut Said) {
    pairs(said);
    over_datasets(said);
    reports(said);
}
