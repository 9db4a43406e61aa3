//! `fit --scaling`, `--degree`, `--interactions` and `--bins` make the features that a `[model]` makes, and say whose estimates they print.

mod common;

use common::{Folder, logitbench};
use serde_json::Value;

/// Sixty rows of two features whose classes overlap.
fn table() -> String {
    let row = |i: usize| {
        let (a, b) = ((i * 37 % 60) as f64 / 4.0 + 100.0, (i * i * 13 % 47) as f64 - 20.0);
        format!("{a},{b},{}\n", u8::from((i * 29 + i * i * 7) % 60 > 25 + i * 37 % 60 / 4))
    };
    "a,b,y\n".to_owned() + &(0..60).map(row).collect::<String>()
}

fn fit(folder: &Folder, arguments: &[&str]) -> Value {
    let (code, stdout, message) =
        logitbench(&folder.0, &[&["fit", "d.csv", "--target", "y", "--json"], arguments].concat());
    assert_eq!(code, 0, "{arguments:?}: {message}");
    serde_json::from_str(&stdout).unwrap()
}

/// Coefficients of the one split of an experiment on all rows with this `[model]`.
fn of_experiment(folder: &Folder, model: &str) -> Vec<f64> {
    folder.write(
        "m.toml",
        format!(
            "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\n[split]\nscheme = \"all-rows\"\nrepeats = 1\n[model]\n{model}\n[stop]\n\
             coefficient_change = 1e-13\n[[solver]]\nmethod = \"newton\"\n"
        ),
    );
    let (code, stdout, message) = logitbench(&folder.0, &["experiment", "m.toml", "--only", "split=0", "--json"]);
    assert_eq!(code, 0, "{model}: {message}");
    let replayed: Value = serde_json::from_str(&stdout).unwrap();
    let numbers = replayed[0]["trace"]["coefficients"].as_array().unwrap_or_else(|| panic!("{replayed}"));
    numbers.iter().map(|number| number.as_f64().unwrap()).collect()
}

#[test]
fn estimates_are_those_of_an_experiments_model() {
    let folder = Folder::new("fit-features");
    folder.write("d.csv", table());
    let l2: (&[&str], &str) = (&["--penalty", "l2", "--strength", "0.5"], "penalty = \"l2\"\nstrength = 0.5\n");
    for (options, model) in [
        (&["--scaling", "standardize"] as &[&str], "scaling = \"standardize\""),
        (&["--scaling", "min-max"], "scaling = \"min-max\""),
        (&["--scaling", "robust"], "scaling = \"robust\""),
        (&["--degree", "2"], "degree = 2"),
        (&["--interactions"], "interactions = true"),
        (&["--bins", "3"], "bins = 3"),
        (&["--interactions", "--scaling", "min-max"], "interactions = true\nscaling = \"min-max\""),
        (&["--scaling", "robust", "--no-intercept"], "scaling = \"robust\"\nintercept = false"),
    ] {
        for (penalty, of_model) in [(&[] as &[&str], ""), l2] {
            let found = fit(&folder, &[options, penalty].concat());
            let expected = of_experiment(&folder, &format!("{of_model}{model}"));
            let found: Vec<f64> =
                found["coefficients"].as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect();
            assert_eq!(found.len(), expected.len(), "{options:?}");
            for (found, expected) in found.iter().zip(&expected) {
                assert!(
                    (found - expected).abs() <= 1e-7 * expected.abs().max(1.0),
                    "{options:?}: {found} and {expected}"
                );
            }
        }
    }
}

#[test]
fn the_table_says_whose_numbers_it_has() {
    let folder = Folder::new("fit-scaled");
    folder.write("d.csv", table());
    let plain = fit(&folder, &[]);
    assert_eq!((&plain["scaling"], &plain["scales"]), (&"none".into(), &Value::Null));
    let scaled = fit(&folder, &["--scaling", "min-max"]);
    let at = |found: &Value, member: &str, j: usize| found[member][j].as_f64().unwrap();
    for j in 0..2 {
        // The same model: estimates and standard errors are those of the columns, times their scales.
        for member in ["coefficients", "standard_errors"] {
            let expected = at(&plain, member, j + 1) * at(&scaled, "scales", j);
            assert!((at(&scaled, member, j + 1) - expected).abs() < 1e-9 * expected.abs().max(1.0), "{member}");
        }
    }
    assert_eq!(at(&scaled, "centers", 0), 100.0);
    assert!((plain["deviance"].as_f64().unwrap() - scaled["deviance"].as_f64().unwrap()).abs() < 1e-9);
    assert!(scaled["call"].as_str().unwrap().ends_with("--scaling min-max"), "{}", scaled["call"]);
    let (_, page, _) = logitbench(&folder.0, &["fit", "d.csv", "--target", "y", "--scaling", "min-max"]);
    for words in
        ["columns scaled (min-max)", "The numbers of the table are those of scaled columns", "divided by their range"]
    {
        assert!(page.replace('\n', " ").contains(words), "{page}");
    }
    let expanded = fit(&folder, &["--degree", "2"]);
    let terms: Vec<&str> = expanded["terms"].as_array().unwrap().iter().map(|term| term.as_str().unwrap()).collect();
    assert_eq!(terms, ["(intercept)", "a", "b", "a^2", "a*b", "b^2"]);
}

#[test]
fn features_that_cannot_be_made_are_refused() {
    let folder = Folder::new("fit-features-refused");
    folder.write("d.csv", table());
    folder.write("w.csv", table().replace('\n', ",2\n").replacen(",2", ",w", 1));
    folder.write("counts.csv", "dose,ok,fail\n1,8,7\n2,11,5\n3,20,6\n4,31,9\n5,28,4\n");
    for (arguments, words) in [
        (
            &["fit", "d.csv", "--target", "y", "--bins", "3", "--degree", "2"] as &[&str],
            "bins and degree exclude each other",
        ),
        (&["fit", "d.csv", "--target", "y", "--interactions", "--degree", "1"], "--degree"),
        (&["fit", "d.csv", "--target", "y", "--degree", "6"], "a whole number from 1 to 5"),
        (&["fit", "d.csv", "--target", "y", "--bins", "1"], "a whole number from 2 to 1000"),
        (
            &["fit", "w.csv", "--target", "y", "--weights", "w", "--scaling", "robust"],
            "--scaling robust needs quantiles",
        ),
        (&["fit", "w.csv", "--target", "y", "--weights", "w", "--bins", "3"], "--bins needs quantiles"),
    ] {
        let (code, _, message) = logitbench(&folder.0, arguments);
        assert_eq!(code, 2, "{arguments:?}: {message}");
        assert!(message.contains(words), "{arguments:?}: {message}");
    }
    // Trials of counts are rows, which have quantiles.
    let counts = ["fit", "counts.csv", "--successes", "ok", "--failures", "fail", "--scaling", "robust"];
    let (code, page, message) = logitbench(&folder.0, &counts);
    assert_eq!(code, 0, "{message}");
    assert!(page.contains("on 127 degrees of freedom"), "{page}");
}
