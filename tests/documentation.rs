//! What the documentation says is so.

mod common;

use logitbench::claim::MEASURES;
use logitbench::metric::{METRICS, Selection};
use logitbench::parameter::Setting;
use logitbench::solver::catalogue::METHODS;
use serde_json::Value;

fn read(path: &str) -> String {
    std::fs::read_to_string(common::root().join(path)).unwrap()
}

#[test]
fn every_key_is_documented_with_its_default() {
    let text = read("experiments/README.md");
    let of_methods = METHODS.iter().flat_map(|method| method.parameters);
    for parameter in common::tables().iter().flatten().chain(of_methods) {
        let name = format!("`{}`", parameter.name);
        let rows: Vec<&str> = text.lines().filter(|line| line.starts_with('|') && line.contains(&name)).collect();
        assert!(!rows.is_empty() || text.contains(&name), "{name} is not in experiments/README.md");
        // Numbers and flags; texts are the file's name or explained in words.
        if let Some(default @ (Setting::Flag(_) | Setting::Whole(_) | Setting::Number(_))) =
            parameter.default.map(Setting::from)
        {
            let default = default.to_string().replace("0.00000001", "1e-8");
            assert!(rows.iter().any(|row| row.contains(&default)), "{name} with default {default} is not in {rows:?}");
        }
    }
    for method in METHODS {
        assert!(text.contains(&format!("| `{}` |", method.name)), "{}", method.name);
    }
}

/// Folders and files that documents name in code font exist, and links lead somewhere.
#[test]
fn what_documents_point_at_is_there() {
    let mut named = 0;
    for document in ["README.md", "CONTRIBUTING.md", "experiments/METHODOLOGY.md", "experiments/README.md"] {
        let text = read(document);
        let folder = common::root().join(document).parent().unwrap().to_owned();
        let own = |path: &&str| {
            ["src/", "tests/", "experiments/", "benches/", "fuzz/"].iter().any(|top| path.starts_with(top))
        };
        for path in text.split('`').skip(1).step_by(2).filter(own).filter(|path| !path.contains([' ', '*'])) {
            assert!(common::root().join(path).exists(), "{document} names {path}");
            named += 1;
        }
        for link in text.split("](").skip(1).map(|rest| rest.split([')', '#']).next().unwrap()) {
            let elsewhere = link.is_empty() || link.starts_with("http");
            assert!(elsewhere || folder.join(link).exists(), "{document} links to {link}");
            named += 1;
        }
    }
    assert!(named > 50, "{named}");
}

#[test]
fn the_readmes_example_is_a_good_file() {
    let readme = read("README.md");
    let example = readme.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = common::Folder::new("readme");
    folder.write("example.toml", example);
    folder
        .write("patients.csv", "age,dose,died\n41,2.5,no\n52,1.0,yes\n33,0.5,no\n67,2.0,yes\n58,1.5,no\n49,3.0,yes\n");
    let (code, stdout, stderr) = common::logitbench(&folder.0, &["experiment", "example.toml", "--repeats", "9"]);
    assert!(code == 0 || code == 4, "{stderr}");
    assert!(stdout.contains("gradient-ascent (nesterov)"), "{stdout}");
}

#[test]
fn every_shipped_experiment_is_good_and_listed() {
    let readme = read("experiments/README.md");
    let mut count = 0;
    for entry in std::fs::read_dir(common::root().join("experiments")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".toml") {
            let (code, _, stderr) = common::logitbench(&common::root(), &["check", &name]);
            assert_eq!(code, 0, "{stderr}");
            assert!(readme.contains(&format!("| `{name}` |")), "{name} is not in experiments/README.md");
            count += 1;
        }
    }
    assert!(count >= 3);
}

#[test]
fn metrics_that_claims_name_have_one_line_each() {
    let names: Vec<&str> = METRICS.iter().map(|m| m.name).chain(MEASURES.iter().map(|(name, ..)| *name)).collect();
    let mut unique = names.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), names.len());
}

/// The committed report against a new run. Counts must be the same; means may differ in the last digits, since another
/// machine's exp and log may.
#[test]
fn the_reference_report_is_what_the_experiment_gives() {
    let folder = common::Folder::new("reference");
    let out = folder.0.join("iris.json");
    let (code, ..) = common::logitbench(&common::root(), &["experiment", "iris.toml", "--out", out.to_str().unwrap()]);
    assert_eq!(code, 0);
    let new: Value = serde_json::from_slice(&std::fs::read(out).unwrap()).unwrap();
    let old: Value = serde_json::from_str(&read("results/iris-reference.json")).unwrap();
    for key in ["schema", "experiment", "datasets", "models", "solvers"] {
        assert_eq!(new[key], old[key], "{key}");
    }
    let cells = |report: &Value| report["cells"].as_array().unwrap().clone();
    assert_eq!(cells(&new).len(), cells(&old).len());
    for (new, old) in cells(&new).iter().zip(&cells(&old)) {
        for key in ["dataset", "solver", "model", "fits", "stops", "verdicts", "iterations"] {
            assert_eq!(new[key], old[key], "{key}");
        }
        for (_, metric) in Selection::USUAL.metrics() {
            let mean = |cell: &Value| cell["metrics"][metric.name]["mean"].as_f64();
            // Iris has no true coefficients, so what is compared with them is null.
            let near = match (mean(new), mean(old)) {
                (Some(new), Some(old)) => (new - old).abs() <= 1e-6 * old.abs(),
                (new, old) => new == old && metric.name.starts_with("slope"),
            };
            assert!(near, "{}", metric.name);
        }
    }
    for (new, old) in new["claims"].as_array().unwrap().iter().zip(old["claims"].as_array().unwrap()) {
        assert_eq!((&new["verdict"], &new["observed"]), (&old["verdict"], &old["observed"]));
    }
}
