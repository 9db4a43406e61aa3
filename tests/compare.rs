//! `compare`: what changed between two reports, and whether it got worse.

mod common;

use common::{Folder, logitbench};
use serde_json::Value;

const BASE: &str = r#"
title = "A & b_c | <x>"
seed = 7
[[dataset]]
name = "iris"
classes = ["versicolor", "virginica"]
[split]
repeats = 60
[[solver]]
method = "newton"
[[solver]]
method = "gradient-ascent"
name = "gradient_ascent | 50 %"
max_iterations = 60
[[claim]]
name = "accurate"
solver = "gradient_ascent | 50 %"
metric = "test_accuracy"
at_least = 0.6
on_share = 0.8
"#;

/// Runs `old` and `new`, changed experiments, and compares their reports: exit code and what is printed.
struct Compared {
    folder: Folder,
}

impl Compared {
    fn new(old: &str, new: &str) -> Compared {
        let folder = Folder::new("compare");
        for (name, text) in [("old", old), ("new", new)] {
            folder.write(&format!("{name}.toml"), text);
            let out = format!("{name}.json");
            let arguments = ["experiment", &format!("{name}.toml"), "--out", &out, "--quiet", "--threads", "1"];
            let (code, _, stderr) = logitbench(&folder.0, &arguments);
            assert!(code == 0 || code == 4, "{stderr}");
        }
        Compared { folder }
    }

    fn say(&self, arguments: &[&str]) -> (i32, String) {
        let all = [&["compare", "old.json", "new.json"], arguments].concat();
        let (code, stdout, stderr) = logitbench(&self.folder.0, &all);
        assert_eq!(stderr, "");
        (code, stdout)
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.say(&["--json"]).1).unwrap()
    }

    /// Changes a report by hand.
    fn edit(&self, file: &str, change: impl FnOnce(&mut Value)) {
        let path = self.folder.0.join(file);
        let mut report = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        change(&mut report);
        std::fs::write(path, serde_json::to_vec(&report).unwrap()).unwrap();
    }
}

fn measure<'a>(json: &'a Value, cell: usize, name: &str) -> &'a Value {
    let of = |list: &str| json["cells"][cell][list].as_array().unwrap().iter().find(|m| m["name"] == name);
    of("measures").or(of("verdicts")).or(of("stops")).unwrap()
}

#[test]
fn a_report_does_not_differ_from_itself() {
    let compared = Compared::new(BASE, BASE);
    let (code, text) = compared.say(&[]);
    assert_eq!(code, 0);
    assert!(text.contains("NO DIFFERENCE") && text.contains("The same experiment"), "{text}");
    let json = compared.json();
    assert_eq!((&json["same_experiment"], &json["cells"][1]["basis"]), (&true.into(), &"same-splits".into()));
}

#[test]
fn on_the_same_splits_every_difference_is_real_and_worse_is_exit_code_5() {
    let compared = Compared::new(BASE, &BASE.replace("max_iterations = 60", "max_iterations = 20"));
    let (code, text) = compared.say(&[]);
    assert_eq!(code, 5);
    for part in [
        "the claim \"accurate\" was supported and is refuted",
        "max_iterations of gradient_ascent | 50 %: 60 before, 20 now",
        "the same splits of the same data, so fits are paired and nothing is random",
    ] {
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(part), "{part} is not in\n{text}");
    }
    let json = compared.json();
    assert_eq!(json["worse"][0]["kind"], "claims", "claims come first");
    let accuracy = measure(&json, 1, "test_accuracy");
    assert_eq!((&accuracy["judgement"], &accuracy["p_value"]), (&"worse".into(), &Value::Null));
    assert_eq!(measure(&json, 1, "iterations")["judgement"], "better");
    assert!(json["cells"][0]["measures"].as_array().unwrap().iter().all(|m| m["judgement"] == "equal"));

    assert_eq!(compared.say(&["--fail-on", "costs,breakdowns"]).0, 0);
    assert_eq!(compared.say(&["--fail-on", "nothing"]).0, 0);
    assert_eq!(compared.say(&["--fail-on", "accuracy"]).0, 5);
    // The other way round the costs rise threefold.
    let back = logitbench(&compared.folder.0, &["compare", "new.json", "old.json", "--json"]);
    let json: Value = serde_json::from_str(&back.1).unwrap();
    assert_eq!((back.0, &measure(&json, 1, "iterations")["judgement"]), (5, &"worse".into()));
    let back = logitbench(&compared.folder.0, &["compare", "new.json", "old.json", "--costs", "2.5"]);
    assert_eq!(back.0, 0, "{}", back.1);
}

#[test]
fn other_splits_are_told_apart_from_a_change() {
    let compared = Compared::new(BASE, &BASE.replace("seed = 7", "seed = 8"));
    let json = compared.json();
    assert_eq!(compared.say(&[]).0, 0, "chance is not worse");
    assert_eq!(json["cells"][0]["basis"], "other-splits");
    let optimal = measure(&json, 0, "optimal");
    assert_ne!(optimal["old"], optimal["new"], "the splits differ");
    assert_eq!(optimal["judgement"], "within-chance");
    assert!(optimal["p_value"].as_f64().unwrap() > 0.05 && optimal["interval"][0].as_f64().unwrap() < 0.0);

    let worse = BASE.replace("seed = 7", "seed = 8").replace("max_iterations = 60", "max_iterations = 20");
    let compared = Compared::new(BASE, &worse);
    let accuracy = compared.json();
    let accuracy = measure(&accuracy, 1, "test_accuracy");
    assert_eq!(accuracy["judgement"], "worse");
    let (p, new_data) = (accuracy["p_value"].as_f64().unwrap(), accuracy["p_on_new_data"].as_f64().unwrap());
    assert!(p < new_data && new_data < 1.0, "new data are less certain: {p} {new_data}");
    assert!(accuracy["p_adjusted"].as_f64().unwrap() >= p);
}

#[test]
fn what_cannot_be_compared_is_said_and_left_out() {
    let more = "[[solver]]\nmethod = \"irls\"\n[[model]]\npenalty = \"l2\"\nstrength = 1.0\nname = \"m\"\n";
    let base = BASE.replace("[split]", "[[model]]\npenalty = \"l2\"\nstrength = 2.0\nname = \"m\"\n[split]");
    let compared = Compared::new(&base, &format!("{BASE}{more}"));
    let (code, text) = compared.say(&[]);
    assert_eq!(code, 5);
    assert!(text.contains("solver irls: only in the new report"), "{text}");
    assert!(text.contains("the model of this name is another one"), "{text}");
    assert!(text.contains("penalty l2 2,") && text.contains("penalty l2 1,"), "{text}");
    assert_eq!(compared.json()["cells"].as_array().unwrap().len(), 0);
    // The statement names no model, but the splits of the old claim are of another one.
    assert_eq!(compared.json()["claims"][0]["cells"].as_array().unwrap().len(), 0);
}

/// An unpenalised model against a penalised one, and one solver against another, have no cell in common.
#[test]
fn reports_without_a_common_cell_are_not_comparable() {
    let says = |text: &str, part: &str| {
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            flat.contains("NOT COMPARABLE") && !flat.contains("WORSE") && flat.contains(part),
            "{part} is not in\n{text}"
        );
    };
    let penalised = BASE.replace("[split]", "[[model]]\npenalty = \"l2\"\nstrength = 1.0\n[split]");
    let compared = Compared::new(BASE, &penalised);
    let (code, text) = compared.say(&[]);
    assert_eq!(code, 5);
    assert_eq!(compared.say(&["--fail-on", "nothing"]).0, 0);
    assert_eq!(compared.say(&["--fail-on", "costs"]).0, 5, "costs that cannot be compared are not as good as before");
    says(&text, "same statement, no common cell");
    says(&text, "0 claims and 0 cells compared (1 claim not compared), and 4 cells of one report alone are left out");
    let json = compared.json();
    assert_eq!(json["claims"][0]["old"], json["claims"][0]["new"], "supported under either model");
    assert_eq!(json["claims"][0]["judgement"], "not-compared");
    assert_eq!((&json["comparable"], &json["worse"]), (&false.into(), &serde_json::json!([])));
    assert_eq!(json["cells_left_out"], serde_json::json!({"of_one_report": 4, "of_two_meanings": 0}));

    let alone = |method: &str| {
        let head = BASE.split("[[solver]]").next().unwrap();
        let claim = "[[claim]]\nname = \"accurate\"\nmetric = \"test_accuracy\"\nat_least = 0.6\non_share = 0.8\n";
        format!("{head}[[solver]]\nmethod = \"{method}\"\n{claim}solver = \"{method}\"\n")
    };
    let compared = Compared::new(&alone("l-bfgs"), &alone("irls"));
    says(&compared.say(&[]).1, "and 2 cells of one report alone are left out");
    assert_eq!(compared.json()["claims"][0]["judgement"], "not-compared");
}

/// A claim that was supported and of which nothing is run any longer is worse, although none of its cells is left to compare.
#[test]
fn a_claim_that_was_supported_and_is_not_run_is_worse() {
    let compared = Compared::new(BASE, BASE);
    compared.edit("new.json", |report| {
        report["claims"][0]["verdict"] = "undecided".into();
        report["claims"][0]["cells"] = Vec::<Value>::new().into();
    });
    assert_eq!(compared.json()["claims"][0]["judgement"], "worse");
}

/// A result that is not there any longer could hide any other change.
#[test]
fn what_vanished_is_worse_unless_it_may() {
    let wide = BASE.replace(
        "[split]",
        "[[dataset]]\nname = \"wine\"\nlabel = \"wine\"\nclasses = [\"class_1\", \"class_2\"]\n[split]",
    );
    let compared = Compared::new(&wide, &wide);
    let path = |name: &str| compared.folder.0.join(name);
    let worse_without = |change: &dyn Fn(&mut Value)| -> Vec<String> {
        std::fs::copy(path("old.json"), path("new.json")).unwrap();
        compared.edit("new.json", change);
        let json = compared.json();
        let worse = json["worse"].as_array().unwrap().iter();
        worse.map(|w| format!("{}: {}", w["kind"].as_str().unwrap(), w["text"].as_str().unwrap())).collect()
    };
    let lacks = |list: &str, key: &str, name: &str| {
        let (list, key, name) = (list.to_owned(), key.to_owned(), name.to_owned());
        move |report: &mut Value| report[&list].as_array_mut().unwrap().retain(|item| item[&key] != name.as_str())
    };
    let claim = |report: &mut Value| report["claims"] = Vec::<Value>::new().into();
    assert_eq!(worse_without(&claim), ["missing: the claim \"accurate\" was refuted and is missing"]);
    assert_eq!(compared.say(&[]).0, 5);
    assert_eq!(compared.say(&["--allow-missing", "accurate"]).0, 0);
    assert_eq!(compared.say(&["--fail-on", "accuracy,costs"]).0, 0);
    let (code, text) = compared.say(&["--allow-missing", "wine", "--fail-on", "missing"]);
    assert!(code == 5 && text.contains("is missing"), "{text}");

    let wine = |report: &mut Value| {
        lacks("datasets", "name", "wine")(report);
        lacks("cells", "dataset", "wine")(report);
    };
    assert_eq!(worse_without(&wine), ["missing: the data set wine is missing"], "once for all its cells");
    assert_eq!(compared.say(&["--allow-missing", "wine"]).0, 0);
    let cell = |report: &mut Value| {
        let is_lost = |cell: &Value| cell["dataset"] == "wine" && cell["solver"] == "newton";
        report["cells"].as_array_mut().unwrap().retain(|cell| !is_lost(cell));
    };
    assert_eq!(worse_without(&cell), ["missing: the cell newton on wine is missing"]);
    let solver = |report: &mut Value| {
        lacks("solvers", "name", "gradient_ascent | 50 %")(report);
        lacks("cells", "solver", "gradient_ascent | 50 %")(report);
        claim(report);
    };
    assert_eq!(worse_without(&solver).len(), 2, "the solver and the claim about it");
    assert_eq!(compared.say(&["--allow-missing", "gradient_ascent | 50 %"]).0, 0, "and with it the claim about it");

    let all = ["compare", "old.json", "new.json", "--allow-missing", "newtom"];
    let (code, _, stderr) = logitbench(&compared.folder.0, &all);
    assert!(code == 2 && stderr.contains("newtom") && stderr.contains("did you mean \"newton\"?"), "{stderr}");
}

/// One name, one shape, and nothing else in common: two files of data that are both called so.
#[test]
fn files_that_are_others_and_dealt_otherwise_are_not_comparable() {
    let with = |file: &str, seed: &str| {
        let text = BASE.replace(
            "name = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]",
            &format!("label = \"iris\"\nfile = \"{file}\"\ntarget = \"y\""),
        );
        text.replace("seed = 7", seed)
    };
    let rows = |names: &str, shift: usize| {
        let row = |i: usize| {
            format!("{},{},{}\n", (i * 37 + shift) % 101, (i * 53) % 97, usize::from((i * 37 + i % 5 * 30) % 101 > 60))
        };
        format!("{names}\n{}", (0..60).map(row).collect::<String>())
    };
    let compared = |first: (&str, usize, &str), second: (&str, usize, &str)| {
        let folder = Folder::new("compare-files");
        for (name, (names, shift, seed)) in [("old", first), ("new", second)] {
            folder.write(&format!("{name}.csv"), rows(names, shift));
            folder.write(&format!("{name}.toml"), with(&format!("{name}.csv"), seed));
            let all = ["experiment", &format!("{name}.toml"), "--out", &format!("{name}.json"), "--quiet"];
            let (code, _, stderr) = logitbench(&folder.0, &all);
            assert!(code == 0 || code == 4, "{stderr}");
        }
        Compared { folder }.say(&[])
    };
    let first = ("a,b,y", 0, "seed = 7");
    let (code, text) = compared(first, ("a,b,y", 9, "seed = 8"));
    assert!(code == 5 && text.contains("NOT COMPARABLE") && text.contains("dealt otherwise"), "{text}");
    let (code, text) = compared(first, ("a,weight,y", 9, "seed = 7"));
    assert!(code == 5 && text.contains("NOT COMPARABLE") && text.contains("other features"), "{text}");
    for partly in [("a,b,y", 9, "seed = 7"), ("a,b,y", 0, "seed = 8")] {
        let (_, text) = compared(first, partly);
        assert!(!text.contains("NOT COMPARABLE") && text.contains("2 cells compared"), "{text}");
    }
}

#[test]
fn claims_of_one_report_alone_are_not_counted_as_compared() {
    let claim =
        "[[claim]]\nname = \"another\"\nsolver = \"newton\"\nmetric = \"test_accuracy\"\nabove = 0.1\non_share = 0.5\n";
    let (_, text) = Compared::new(BASE, &format!("{BASE}{claim}")).say(&[]);
    assert!(text.contains("1 claim and 2 cells compared (1 claim not compared)"), "{text}");
}

#[test]
fn other_data_are_compared_with_the_variance_of_splits_that_share_rows() {
    let data =
        |shift: &str| format!("[[dataset]]\nsimulate = \"gaussian\"\nrows = 80\nfeatures = 2\nsignal = {shift}\n");
    let with = |shift| {
        BASE.split("[[dataset]]").next().unwrap().to_owned()
            + &data(shift)
            + "[split]"
            + BASE.split("[split]").nth(1).unwrap()
    };
    let compared = Compared::new(&with("1.0"), &with("1.3"));
    let json = compared.json();
    assert_eq!(json["cells"][0]["basis"], "other-data");
    let accuracy = measure(&json, 0, "test_accuracy");
    assert_ne!(accuracy["old"], accuracy["new"]);
    // 60 splits without the correction would find any difference.
    assert_eq!(accuracy["judgement"], "within-chance", "{accuracy}");
}

#[test]
fn fewer_proofs_more_breakdowns_and_skipped_solvers_are_worse() {
    let compared = Compared::new(BASE, BASE);
    compared.edit("new.json", |report| {
        let cell = &mut report["cells"][0];
        let optimal = cell["verdicts"]["optimal"].as_u64().unwrap();
        cell["verdicts"]["optimal"] = (optimal - 2).into();
        cell["verdicts"]["undecided"] = 2.into();
        let converged = cell["stops"]["converged"].as_u64().unwrap();
        cell["stops"]["converged"] = (converged - 2).into();
        cell["stops"]["singular"] = 2.into();
        report["solvers"][1]["skipped"] = "this build has no such thing".into();
    });
    let json = compared.json();
    let kinds: Vec<&str> = json["worse"].as_array().unwrap().iter().map(|w| w["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["skipped", "proofs", "proofs", "breakdowns"]);
}

/// A claim that is refuted no longer because nothing is left to decide it by is not better, in reports of this version and older ones.
#[test]
fn a_claim_without_evidence_is_no_better_than_a_refuted_one() {
    let refuted = BASE.replace("at_least = 0.6", "at_least = 1.0");
    let judgement = |change: &dyn Fn(&mut Value)| {
        let compared = Compared::new(&refuted, &refuted);
        compared.edit("new.json", |report| {
            let claim = &mut report["claims"][0];
            assert_eq!(claim["verdict"], "refuted");
            claim["verdict"] = "undecided".into();
            claim["cells"][0]["verdict"] = "undecided".into();
            change(claim);
        });
        let judgement = compared.json()["claims"][0]["judgement"].clone();
        let (code, text) = compared.say(&[]);
        assert_eq!(code, 0, "{text}");
        judgement
    };
    assert_eq!(judgement(&|_| ()), "better", "splits are left to decide by");
    let nothing = |value: Value, interval: Value| {
        move |claim: &mut Value| {
            let cell = &mut claim["cells"][0];
            (cell["splits"], cell["holds"]) = (0.into(), 0.into());
            (cell["observed"], cell["interval"]) = (value.clone(), interval.clone());
            cell["set_apart"] = serde_json::json!({"splits": 60, "reasons": {"test rows of one class": 60}});
        }
    };
    assert_eq!(judgement(&nothing(Value::Null, Value::Null)), "changed");
    assert_eq!(judgement(&nothing(0.0.into(), vec![0.0, 1.0].into())), "changed");
    let not_run = |claim: &mut Value| claim["cells"] = Vec::<Value>::new().into();
    assert_eq!(judgement(&not_run), "changed");
}

#[test]
fn times_are_judged_when_asked_for_and_comparable() {
    let compared = Compared::new(BASE, BASE);
    let slower = |shared: bool| {
        move |report: &mut Value| {
            for timing in report["timings"].as_array_mut().unwrap() {
                timing["solver_seconds"] = 1e3.into();
                timing["shared"] = shared.into();
            }
        }
    };
    compared.edit("new.json", slower(false));
    assert_eq!(compared.say(&[]).0, 0, "times are no reason unless asked for");
    let (code, text) = compared.say(&["--timings", "0.5"]);
    assert!(code == 5 && text.contains("solver seconds"), "{text}");
    compared.edit("new.json", slower(true));
    let (code, text) = compared.say(&["--timings", "0.5"]);
    assert!(code == 0 && text.contains("times are not compared, although --timings asks for it"), "{text}");
}

#[test]
fn markdown_is_for_a_pull_request() {
    let compared = Compared::new(BASE, &BASE.replace("max_iterations = 60", "max_iterations = 20"));
    let (code, text) = compared.say(&["--markdown"]);
    assert_eq!(code, 5);
    assert!(text.contains("**WORSE**") && text.contains("<details><summary>Measures that changed"), "{text}");
    assert!(text.contains("gradient_ascent &#124; 50 % on iris"), "{text}");
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    common::same_number_of_columns(&text);
}

#[test]
fn what_is_no_report_is_exit_code_1() {
    let compared = Compared::new(BASE, BASE);
    let say = |old: &str, new: &str| logitbench(&compared.folder.0, &["compare", old, new]);
    for (old, new, named) in [("old.toml", "new.json", "old.toml"), ("old.json", "no.json", "no.json")] {
        let (code, stdout, stderr) = say(old, new);
        assert_eq!((code, stdout.as_str()), (1, ""));
        assert!(stderr.contains(named), "{stderr}");
    }
    assert_eq!(logitbench(&compared.folder.0, &["compare", "old.json"]).0, 2);
    assert_eq!(logitbench(&compared.folder.0, &["compare", "old.json", "new.json", "--costs", "-1"]).0, 2);
}

/// Of rare wrong splits a short run happens to have few: its spread says little, and must not be believed alone.
#[test]
fn a_short_run_with_few_rare_values_is_not_better() {
    let compared = Compared::new(BASE, &BASE.replace("seed = 7", "seed = 8"));
    for (file, mean, sd, fits) in [("old.json", 0.999212, 0.0055, 10_000), ("new.json", 0.9998, 0.0028, 400)] {
        compared.edit(file, |report| {
            let cell = &mut report["cells"][0];
            cell["fits"] = fits.into();
            cell["metrics"]["test_accuracy"]["mean"] = mean.into();
            cell["metrics"]["test_accuracy"]["sd"] = sd.into();
        });
    }
    let json = compared.json();
    // scipy 1.17.1, ttest_ind_from_stats: 0.0001 with a variance for each, 0.033 with one for both, before Holm's adjustment.
    assert_eq!(measure(&json, 0, "test_accuracy")["judgement"], "within-chance");
}
