//! The shape of the code: each module uses only those above it in `lib.rs`, and only some touch the disk or print.

mod common;

use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    files.sort();
    files
}

/// Every source file of the library with its top module and its text.
fn files() -> Vec<(String, String, String)> {
    let src = common::root().join("src");
    let module = |name: &str| name.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
    sources(&src)
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
            (module(&name), name, std::fs::read_to_string(path).unwrap())
        })
        .filter(|(module, ..)| module != "lib" && module != "main")
        .collect()
}

/// What comes before the tests of a file.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap()
}

#[test]
fn modules_use_only_those_above_them() {
    let lib = std::fs::read_to_string(common::root().join("src/lib.rs")).unwrap();
    let order: Vec<&str> = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let place = |module: &str| order.iter().position(|other| *other == module);
    assert!(order.len() > 10);
    for (module, file, text) in files() {
        let own = place(&module).unwrap_or_else(|| panic!("{file}: {module} is not in lib.rs"));
        for used in code(&text).split("crate::").skip(1) {
            let used = used.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap();
            let other = place(used).unwrap_or_else(|| panic!("{file} uses crate::{used}, which is not in lib.rs"));
            assert!(other <= own, "{file} uses {used}, which is below it in lib.rs");
        }
    }
}

#[test]
fn reports_know_nothing_of_runs() {
    for (module, file, text) in files() {
        if module == "report" {
            assert!(!code(&text).contains("crate::run") && !code(&text).contains("crate::engine"), "{file}");
        }
    }
}

#[test]
fn io_stays_at_the_rim() {
    let may_touch_the_disk = [
        "data/csv_file.rs",
        "experiment/mod.rs",
        "run/journal/mod.rs",
        "report/file.rs",
        "cli/find.rs",
        "cli/report.rs",
        "cli/environment.rs",
    ];
    for (module, file, text) in files() {
        if !may_touch_the_disk.contains(&file.as_str()) {
            for word in ["std::fs", "File::", "std::net"] {
                assert!(!code(&text).contains(word), "{file} has {word}");
            }
        }
        for word in ["println!", "print!", "eprintln!", "dbg!"] {
            assert!(!code(&text).contains(word), "{file} prints; use cli::print");
        }
        if module != "run" && file != "parameter.rs" {
            assert!(!code(&text).contains("rayon::"), "{file}: threads belong to run");
        }
        if !["linear_algebra/lanes.rs", "linear_algebra/pages.rs"].contains(&file.as_str()) {
            // 'unsafe-inline' is a word of a web page's policy.
            let code = code(&text).replace("'unsafe-inline'", "");
            assert!(!code.contains("unsafe"), "{file} has unsafe code");
        }
    }
}

#[test]
fn the_top_level_is_as_agreed() {
    let allowed = [
        "Cargo.toml",
        "Cargo.lock",
        "build.rs",
        "deny.toml",
        "src",
        "benches",
        "experiments",
        "fuzz",
        "results",
        "tests",
        "README.md",
        "CHANGELOG.md",
    ];
    for entry in std::fs::read_dir(common::root()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let fine = allowed.contains(&name.as_str())
            || name.starts_with('.')
            || name.starts_with("LICENSE")
            || name == "target";
        assert!(fine, "{name} at the top level");
    }
}
