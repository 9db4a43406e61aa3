//! The command line as a person types it.

mod common;

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use common::{Folder, grows_beyond, logitbench, root};

/// Two solvers on iris; a test appends what it needs.
const SMALL: &str = r#"
[[dataset]]
name = "iris"
classes = ["versicolor", "virginica"]

[split]
repeats = 40

[[solver]]
method = "newton"

[[solver]]
method = "article"
"#;

#[test]
fn the_shipped_claim_is_supported_and_says_what_does_not_exist() {
    let folder = Folder::new("shipped");
    let out = folder.0.join("iris.json");
    let (code, stdout, stderr) =
        logitbench(&root(), &["experiment", "iris.toml", "--repeats", "400", "--out", out.to_str().unwrap()]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    for text in ["SUPPORTED", "holds on 400 of 400 splits", "the coefficients do not exist", "in none of the 400 fits"]
    {
        assert!(stdout.contains(text), "{text} is not in\n{stdout}");
    }
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(out).unwrap()).unwrap();
    assert_eq!(report["schema"], "logitbench/report/1");
    assert_eq!(report["claims"][0]["verdict"], "supported");
    assert_eq!(report["datasets"][0]["separation"], "complete");
    assert_eq!(folder.names(), ["iris.html", "iris.json"], "no temporary file is left");
}

#[test]
fn the_report_goes_to_results_and_can_be_shown_again() {
    let folder = Folder::new("results");
    folder.write("small.toml", SMALL);
    let (code, first, _) = logitbench(&folder.0, &["experiment", "small.toml"]);
    assert_eq!(code, 0);
    let (code, again, _) = logitbench(&folder.0, &["report", "results/small.json"]);
    assert_eq!(code, 0);
    assert!(first.starts_with(&again), "the same numbers from the file");
    assert!(first.contains("report: results/small.json"));
}

#[test]
fn records_of_single_fits_are_written_when_asked_for() {
    let folder = Folder::new("fits");
    folder.write("small.toml", SMALL);
    let (code, ..) = logitbench(&folder.0, &["experiment", "small.toml", "--fits", "--out", "r.json"]);
    assert_eq!(code, 0);
    assert_eq!(folder.names(), ["r.fits.csv", "r.html", "r.json", "small.toml"]);
    let csv = std::fs::read_to_string(folder.0.join("r.fits.csv")).unwrap();
    assert_eq!(csv.lines().count(), 1 + 2 * 40);
    assert!(csv.lines().nth(1).unwrap().starts_with("iris: versicolor / virginica,maximum likelihood,newton,0,"));
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.0.join("r.json")).unwrap()).unwrap();
    assert_eq!(report["fits"]["file"], "r.fits.csv");
    assert_eq!(report["fits"]["digest"].as_str().unwrap().len(), 64);
}

#[test]
fn a_refuted_claim_is_exit_code_4() {
    let folder = Folder::new("refuted");
    let claim = "[[claim]]\nname = \"always right\"\nsolver = \"newton\"\nmetric = \"test_accuracy\"\nat_least = 1.0\non_share = 0.9\n";
    folder.write("refuted.toml", format!("{SMALL}{claim}"));
    let (code, stdout, _) = logitbench(&folder.0, &["experiment", "refuted.toml"]);
    assert_eq!(code, 4);
    assert!(stdout.contains("REFUTED") && stdout.contains("always right"));
}

#[test]
fn a_persons_own_csv_works_with_any_target_values() {
    let folder = Folder::new("csv");
    std::fs::copy(common::reference("datasets/birthwt.csv"), folder.0.join("births.csv")).unwrap();
    folder.write(
        "own.toml",
        "[[dataset]]\nfile = \"births.csv\"\ntarget = \"y\"\n[split]\nrepeats = 20\nscheme = \"stratified-shuffle\"\n\
         [[model]]\npenalty = \"l2\"\nstrength = [0.1, 10.0]\nscaling = \"standardize\"\n[[solver]]\nmethod = \"newton\"\n",
    );
    let (code, stdout, stderr) = logitbench(&folder.0, &["experiment", "own.toml"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("births: 189 rows") && stdout.contains("l2 10, standardized"), "{stdout}");
    assert!(stdout.contains("optimal 20"), "{stdout}");
}

#[test]
fn check_prints_the_plan_and_runs_nothing() {
    let folder = Folder::new("check");
    folder.write("small.toml", SMALL);
    let (code, stdout, _) = logitbench(&folder.0, &["check", "small.toml", "--repeats", "7"]);
    assert_eq!(code, 0);
    for text in ["100 rows (75 to train, 25 to test)", "7 per data set", "14 fits", "max_iterations = 51"] {
        assert!(stdout.contains(text), "{text} is not in\n{stdout}");
    }
    assert_eq!(folder.names(), ["small.toml"]);
}

#[test]
fn without_test_rows_none_are_spoken_of() {
    let folder = Folder::new("all-rows");
    folder.write("all.toml", SMALL.replace("repeats = 40", "scheme = \"all-rows\"\nrepeats = 1"));
    let (code, stdout, _) = logitbench(&folder.0, &["check", "all.toml"]);
    assert_eq!(code, 0);
    assert!(stdout.contains("100 rows (100 to train, 0 to test)") && stdout.contains("all-rows, nothing is drawn"));
    let (code, stdout, _) = logitbench(&folder.0, &["experiment", "all.toml", "--out", "r.json"]);
    assert_eq!(code, 0);
    assert!(stdout.contains("all rows in the training set") && stdout.contains("not defined"), "{stdout}");
    assert!(!stdout.contains("test set") && !stdout.contains(" 0 % ["), "{stdout}");
}

#[test]
fn check_tells_which_claims_cannot_be_decided() {
    let folder = Folder::new("undecidable");
    let claim = |share| {
        format!(
            "[[claim]]\nname = \"{share}\"\nsolver = \"newton\"\nmetric = \"test_accuracy\"\nabove = 0.5\non_share = {share}\n"
        )
    };
    let within = |within| {
        claim("0.5")
            .replace("0.5\"", &format!("{within}\""))
            .replace("on_share = 0.5", &format!("share = 0.5\nwithin = {within}"))
    };
    let shares = [claim("0.99"), claim("1.0"), claim("0.5"), within("0.3"), within("0.1")].concat();
    folder.write("c.toml", format!("{SMALL}{shares}"));
    let (_, stdout, _) = logitbench(&folder.0, &["check", "c.toml"]);
    // ln(0.025)/ln(0.99) = 367.04.
    assert!(
        stdout.contains("40 splits cannot support it, even if it holds on all of them: that takes 368"),
        "{stdout}"
    );
    assert!(stdout.contains("no number of splits can support it"), "{stdout}");
    assert!(stdout.contains("supported if it holds on 27 or more of 40 splits, refuted if on 13 or fewer"), "{stdout}");
    // scipy.stats.beta: 14 of 40 has the interval [0.2063, 0.5168], 13 of 40 begins at 0.1857.
    assert!(stdout.contains("supported if it holds on 14 to 26 of 40 splits"), "{stdout}");
    assert!(stdout.contains("40 splits cannot support it: their interval is wider"), "{stdout}");
}

#[test]
fn check_tells_what_the_planned_repeats_can_find() {
    let folder = Folder::new("power");
    folder.write("one.toml", SMALL.split("[[solver]]\nmethod = \"article\"").next().unwrap());
    let (_, stdout, _) = logitbench(&folder.0, &["check", "one.toml"]);
    assert!(!stdout.contains("power"), "one solver has no other to differ from: {stdout}");
    let claim =
        "[[claim]]\nname = \"c\"\nsolver = \"newton\"\nmetric = \"test_accuracy\"\nabove = 0.5\non_share = 0.5\n";
    let data = "[[dataset]]\nsimulate = \"gaussian\"\nrows = 60\nfeatures = 3\nredraw = true\n";
    folder.write("two.toml", format!("{SMALL}{data}{claim}"));
    let (code, stdout, _) = logitbench(&folder.0, &["check", "two.toml"]);
    assert_eq!(code, 0);
    // scipy.stats.nct: with 40 results a mean of 2.8730 standard errors is found with probability 0.8. In standard deviations of one
    // result it is e = 2.8730/√40 = 0.4543, and 2.8730 √(1/40 + 1/3) = 1.7198 on new data. With k = e² (1 − 1/4)/25 the difference is
    // √(k/10/(1 + k)). The normal quantile 1.9600 gives 1.9600²/(100 + 1.9600²).
    for part in [
        "smaller than 3.7 points (binomial spread of 100 rows); 40 splits find 9.0 points on new data, and over splits of these data 2.5 points",
        "gaussian: 40 splits find 3.7 points, on new data too, because every split is a fresh draw",
        "of two solvers that disagree on one test row in ten",
    ] {
        assert!(stdout.contains(part), "{part} is not in\n{stdout}");
    }
    assert!(stdout.contains("2 solvers need 6 before any two could be told apart, and there are 2"), "{stdout}");
    // scipy.stats.beta(27, 14).ppf(0.8) is 0.7216.
    assert!(stdout.contains("it is supported if the true share is 72.16 % or more"), "{stdout}");
}

/// Of rows that come twice, of an identifier that is no feature, of classes that splits will lack, `check` warns before the run.
#[test]
fn check_tells_what_makes_test_rows_unlike_new_ones() {
    let folder = Folder::new("suspects");
    let row = |i: usize| {
        format!("{},{},{},{}\n", 1000 + i - i % 9 / 8, ["red", "green", "blue"][i % 3], i * i % 71, i % 30 / 29)
    };
    let rows: Vec<String> = (0..120).map(row).collect();
    folder.write("data.csv", format!("patient_id,colour,a,y\n{}{}{}", rows.concat(), rows[5], rows[7]));
    let (code, stdout, stderr) = logitbench(&folder.0, &["init", "data.csv", "--target", "y"]);
    assert_eq!(code, 0, "{stdout}{stderr}");
    let written = std::fs::read_to_string(folder.0.join("data.toml")).unwrap();
    let features = "3 features (coded as 4 columns)";
    assert!(written.contains(features), "{written}");
    let (_, stdout, _) = logitbench(&folder.0, &["check", "data.toml"]);
    for part in [
        features,
        "Column \"patient_id\" is named as an identifier and has a number of its own in most rows",
        "2 of 122 rows are copies of another",
    ] {
        assert!(stdout.contains(part), "{part} is not in\n{stdout}");
    }
    let shuffled = written.replace("scheme = \"stratified-shuffle\"", "scheme = \"shuffle\"");
    folder.write("shuffle.toml", shuffled);
    let (_, stdout, _) = logitbench(&folder.0, &["check", "shuffle.toml"]);
    let lacks = "of 1000 splits the test rows lack a class: metrics of both classes, as test_auc, have no value there";
    assert!(stdout.contains(lacks), "{stdout}");
}

#[test]
fn list_names_what_a_file_can_name() {
    for (what, names) in [
        ("solvers", &["newton:", "article:", "irls:", "gradient-ascent:", "max_iterations:"][..]),
        ("penalties", &["none:", "l2:", "strength:", "firth:", "log det X'WX"]),
        ("datasets", &["name = \"iris\"", "CC BY 4.0", "simulate = \"gaussian\"", "condition_number:"]),
        ("formats", &["csv:", "*.csv", "target:", "positive:"]),
        ("metrics", &["test_accuracy:", "train_brier_score:", "iterations:"]),
        ("splits", &["shuffle", "stratified-shuffle", "all-rows", "numpy"]),
        ("claims", &["share:", "mean:", "on_average:", "permutations:", "level:"]),
        ("tables", &["error_rate:", "[rope]", "penalty:", "tolerance:", "whole:"]),
    ] {
        let (code, stdout, _) = logitbench(&root(), &["list", what]);
        assert_eq!(code, 0);
        for name in names {
            assert!(stdout.contains(name), "{name} is not in\n{stdout}");
        }
    }
    let all = logitbench(&root(), &["list"]).1;
    // A method stands by its name.
    for key in common::tables().into_iter().flatten().filter(|key| key.name != "method") {
        assert!(all.contains(&format!("{}:", key.name)) || all.contains(&format!("{} = ", key.name)), "{}", key.name);
    }
}

#[test]
fn wrong_usage_is_exit_code_2() {
    for arguments in [
        &["experimet", "iris.toml"][..],
        &["experiment"],
        &["experiment", "iris.toml", "--repeats", "0"],
        &["experiment", "iris.toml", "--threads", "many"],
        &["list", "nothing"],
        &[],
    ] {
        assert_eq!(logitbench(&root(), arguments).0, 2, "{arguments:?}");
    }
}

/// A size without a unit could be meant in any.
#[test]
fn units_are_asked_for() {
    let limited = ["experiment", "iris.toml", "--repeats", "10", "--memory-limit"];
    for number in ["8", "0.5"] {
        let (code, _, stderr) = logitbench(&root(), &[&limited[..], &[number]].concat());
        assert!(code == 2 && stderr.contains(&format!("{number} what?")), "{stderr}");
        assert!(stderr.contains(&format!("{number}GiB")), "{stderr}");
    }
}

#[test]
fn help_and_manual_of_every_verb_have_examples() {
    let help = logitbench(&root(), &["--help"]).1;
    let of_verbs = help.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    let verbs: Vec<&str> = of_verbs.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(verbs.len() >= 12, "{verbs:?}");
    for verb in verbs.into_iter().filter(|verb| *verb != "help") {
        for words in [&[verb, "--help"][..], &["man", verb]] {
            let (code, text, stderr) = logitbench(&root(), words);
            let example = format!("logitbench {verb}");
            let lines: Vec<&str> = text.lines().skip_while(|line| *line != "Examples:").collect();
            let is_there = lines.iter().any(|line| line.trim().replace('\\', "").starts_with(&example));
            assert!(code == 0 && is_there, "{words:?}: {text}{stderr}");
        }
    }
}

/// The page is opened by what BROWSER names; it is written where there is none, and where it is older than the report.
#[cfg(unix)]
#[test]
fn open_shows_the_page_of_a_report() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new("open");
    folder.write("small.toml", SMALL);
    assert_eq!(logitbench(&folder.0, &["experiment", "small.toml", "--out", "small.json", "--no-page"]).0, 0);
    let script = folder.write("browser", "#!/bin/sh\necho \"$@\" > opened\n");
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let say = |arguments: &[&str], browser: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_logitbench"));
        command.current_dir(&folder.0).args(arguments).env("BROWSER", browser).env("TMPDIR", &folder.0);
        let output = command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").output().unwrap();
        assert!(output.status.success());
        [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap())
    };
    let page = folder.0.join("small.html");
    let [stdout, stderr] = say(&["open", "small.json", "--print"], "no-such-program");
    assert_eq!((stdout.trim(), stderr.as_str()), (page.to_str().unwrap(), ""));
    assert!(page.exists());
    let [stdout, stderr] = say(&["open", "small.json"], "no-such-program");
    assert!(stdout.trim() == page.to_str().unwrap() && stderr.contains("BROWSER"), "{stdout}{stderr}");
    let [stdout, _] = say(&["open", "small.html"], "no-such-program:false:./browser --new %s");
    assert!(stdout.starts_with("opened "), "{stdout}");
    let opened = std::fs::read_to_string(folder.0.join("opened")).unwrap();
    assert_eq!(opened.trim(), format!("--new {}", page.display()));

    let age = || {
        let long_ago = std::time::SystemTime::UNIX_EPOCH;
        std::fs::File::options().write(true).open(&page).unwrap().set_modified(long_ago).unwrap();
        long_ago
    };
    let long_ago = age();
    say(&["open", "small.json", "--print"], "");
    assert!(std::fs::metadata(&page).unwrap().modified().unwrap() > long_ago, "it is made anew");
    // What is not ours is left alone.
    std::fs::write(&page, "a page of somebody else").unwrap();
    age();
    let [stdout, _] = say(&["open", "small.json", "--print"], "");
    assert!(stdout.contains("logitbench-") && std::path::Path::new(stdout.trim()).exists(), "{stdout}");
    assert_eq!(std::fs::read_to_string(&page).unwrap(), "a page of somebody else");
}

#[test]
fn a_page_is_told_from_a_report() {
    let folder = Folder::new("page-for-report");
    folder.write("small.html", "<!doctype html>");
    let say = || logitbench(&folder.0, &["report", "small.html"]);
    let (code, _, stderr) = say();
    assert!(code == 1 && stderr.contains("give the .json that was written with it"), "{stderr}");
    folder.write("small.json", "{}");
    assert!(say().2.contains("give small.json, which is beside it"), "{}", say().2);
}

#[test]
fn an_unknown_experiment_is_answered_with_the_known_ones() {
    let (code, _, stderr) = logitbench(&root(), &["experiment", "iris2.toml"]);
    assert_eq!(code, 3);
    assert!(stderr.contains("did you mean \"iris.toml\"?") && stderr.contains("pairs.toml"), "{stderr}");
}

#[test]
fn an_output_that_cannot_be_written_is_said_before_the_run() {
    let folder = Folder::new("unwritable");
    folder.write("small.toml", SMALL);
    folder.write("file", "");
    for out in ["file/report.json", "."] {
        let (code, stdout, stderr) = logitbench(&folder.0, &["experiment", "small.toml", "--out", out]);
        assert_eq!((code, stdout.as_str()), (1, ""));
        assert!(stderr.contains("cannot write") && stderr.contains("--out"), "{stderr}");
    }
    assert_eq!(folder.names(), ["file", "small.toml"]);
}

#[test]
fn a_reader_that_leaves_early_breaks_nothing() {
    let folder = Folder::new("pipe");
    folder.write("small.toml", SMALL);
    let mut child = Command::new(env!("CARGO_BIN_EXE_logitbench"))
        .current_dir(&folder.0)
        .args(["experiment", "small.toml"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_with_130_and_leaves_what_the_run_has_finished() {
    let folder = Folder::new("interrupt");
    folder.write("small.toml", SMALL);
    let mut child = Command::new(env!("CARGO_BIN_EXE_logitbench"))
        .current_dir(&folder.0)
        .args(["experiment", "small.toml", "--repeats", "100000000", "--out", "report.json"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The header of a journal is about a kilobyte: by then some fits are in it.
    assert!(grows_beyond(&folder.0.join("report.json.journal"), 4_000, &mut child), "the run goes on for hours");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let mut message = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut message).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(message.contains("interrupted after") && message.contains("of 200000000 fits"), "{message}");
    assert!(message.contains("report.json.journal: give the same command again to go on from there"), "{message}");
    assert_eq!(folder.names(), ["report.json.journal", "small.toml"]);
}
