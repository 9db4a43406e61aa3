//! The shape of the code: each module uses only those above it in `lib.rs`, and only some touch the disk or print.

#[path = "common/modules.rs"]
mod modules;

use std::collections::BTreeMap;
use std::path::Path;

use modules::{SourceFile, circles, uses, without_comments_and_texts};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The source files of the library.
fn files() -> Vec<SourceFile> {
    modules::files(&root().join("src"))
}

#[test]
fn modules_use_only_those_above_them() {
    let lib = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let order: Vec<&str> = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let place = |module: &str| order.iter().position(|other| *other == module);
    assert!(order.len() > 10);
    for file in files().iter().filter(|file| file.name != "lib.rs") {
        let (name, module) = (&file.name, file.top());
        let own = place(module).unwrap_or_else(|| panic!("{name}: {module} is not in lib.rs"));
        for used in file.code().split("crate::").skip(1) {
            let used = used.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap();
            let other = place(used).unwrap_or_else(|| panic!("{name} uses crate::{used}, which is not in lib.rs"));
            assert!(other <= own, "{name} uses {used}, which is below it in lib.rs");
        }
    }
}

/// No file of one module uses a file below another.
fn uses_nothing_below(user: &str, used: &[&str], reason: &str) {
    let files = files();
    let uses = uses(&files);
    let below: Vec<&str> = files.iter().filter(|file| file.is_below(used)).map(|file| file.name.as_str()).collect();
    assert!(!below.is_empty(), "there is no module {used:?}");
    assert!(files.iter().any(|file| file.top() == user), "there is no module {user}");
    for file in files.iter().filter(|file| file.top() == user) {
        let used: Vec<&&str> = uses[file.name.as_str()].iter().filter(|other| below.contains(other)).collect();
        assert!(used.is_empty(), "{} uses {used:?}: {reason}", file.name);
    }
}

#[test]
fn a_report_is_a_function_of_records() {
    for engine in ["run", "engine"] {
        uses_nothing_below("report", &[engine], "after a run its records tell everything");
    }
    for file in files().iter().filter(|file| file.top() == "report") {
        for drawn in ["Splitter", "Design", "Transformation"] {
            assert!(!file.names(drawn), "{} names {drawn}: a report draws no data", file.name);
        }
    }
}

#[test]
fn runs_know_no_engine_from_inside() {
    uses_nothing_below("run", &["engine", "lanes"], "both engines give the same results of fits");
}

#[test]
fn claims_know_no_file_format() {
    uses_nothing_below("claim", &["experiment"], "it gets checked settings");
    for file in files().iter().filter(|file| file.top() == "claim") {
        for name in ["toml", "toml_edit", "Document", "Spanned"] {
            assert!(!file.names(name), "{} names {name}: experiment reads the file", file.name);
        }
    }
}

#[test]
fn the_column_of_ones_is_the_design_s() {
    let files = files();
    let users: Vec<&str> =
        files.iter().filter(|file| file.names("behind_ones")).map(|file| file.name.as_str()).collect();
    assert_eq!(
        users,
        ["linear_algebra/stored_rows.rs", "model/design/gathered.rs"],
        "others ask a design for its rows"
    );
}

#[test]
fn io_stays_at_the_rim() {
    let may_touch_the_disk = [
        "data/file.rs",
        "experiment/mod.rs",
        "run/journal/mod.rs",
        "run/journal/follow.rs",
        "report/file.rs",
        "cli/find.rs",
        "cli/report.rs",
        "cli/environment.rs",
    ];
    for file in files() {
        let (name, code) = (file.name.as_str(), without_comments_and_texts(file.code()));
        let has_none = |words: &[&str], reason: &str| {
            for word in words {
                assert!(!code.contains(word), "{name} has {word}: {reason}");
            }
        };
        if !may_touch_the_disk.contains(&name) {
            has_none(&["std::fs", "File::", "std::net"], "only files at the rim touch the disk");
        }
        has_none(&["println!", "print!", "eprintln!", "dbg!"], "use cli::print");
        if file.top() != "run" && name != "parameter.rs" {
            has_none(&["rayon::"], "threads belong to run");
        }
        if !["linear_algebra/lanes/mod.rs", "linear_algebra/memory.rs"].contains(&name) {
            has_none(&["unsafe"], "only two files may");
        }
    }
}

#[test]
fn the_top_level_is_as_agreed() {
    let allowed = [
        "Cargo.toml",
        "Cargo.lock",
        "deny.toml",
        "src",
        "benches",
        "experiments",
        "fuzz",
        "results",
        "tests",
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
    ];
    for entry in std::fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let fine = allowed.contains(&name.as_str())
            || name.starts_with('.')
            || name.starts_with("LICENSE")
            || name == "target";
        assert!(fine, "{name} at the top level");
    }
}

/// The reader of `use` sees a circle of siblings, through a group, an alias and their parent; a parent's list makes none.
#[test]
fn a_circle_is_seen() {
    let file = |name: &str, text: &str| SourceFile::new(name.to_owned(), text.to_owned());
    let files = [
        file("lib.rs", "pub mod a;"),
        file(
            "a/mod.rs",
            "mod b;\nmod c;\nmod d;\npub use b::{B, inner::Deep};\npub struct A;\nfn list() { b::make(); d::make() }",
        ),
        file("a/b.rs", "use super::{c as other, A};\nfn f() { other::call() }\n// d::make()"),
        file("a/c.rs", "use crate::a::B;\nfn g() -> &'static str { \"d::make\" }"),
        file("a/d.rs", "use super::A;\n#[cfg(test)]\nmod tests { use super::super::b::B; }"),
    ];
    let uses = uses(&files);
    assert_eq!(uses["a/mod.rs"].iter().collect::<Vec<_>>(), [&"a/b.rs", &"a/d.rs"]);
    assert_eq!(uses["a/d.rs"].len(), 0);
    assert_eq!(circles(&uses), [["a/b.rs", "a/c.rs"]]);
}

#[test]
fn files_use_each_other_in_no_circle() {
    let files = files();
    let uses = uses(&files);
    let told: Vec<String> = circles(&uses)
        .into_iter()
        .map(|circle| {
            let within = |file: &&&str| circle.contains(*file);
            let lines = circle.iter().map(|file| {
                let used: Vec<&str> = uses[file].iter().filter(within).copied().collect();
                format!("  {file} uses {}", used.join(", "))
            });
            lines.collect::<Vec<_>>().join("\n")
        })
        .collect();
    assert!(told.is_empty(), "{} circles:\n{}", told.len(), told.join("\n\n"));
}

/// A file that grows beyond this has more than one idea in it. About 400 lines are the aim.
const MOST_LINES: usize = 600;

#[test]
fn no_file_is_long() {
    for file in files() {
        let lines = file.text.lines().count();
        assert!(
            lines <= MOST_LINES,
            "{} has {lines} lines, and {MOST_LINES} are the most: part it by ideas",
            file.name
        );
    }
}

/// Whoever looks for a file by its name finds one in a module.
#[test]
fn names_of_files_are_unique_in_their_module() {
    let files = files();
    let mut named: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for file in &files {
        let name = file.name.rsplit('/').next().unwrap();
        if name != "mod.rs" {
            named.entry((file.top(), name)).or_default().push(&file.name);
        }
    }
    for files in named.values() {
        assert!(files.len() == 1, "{files:?} have one name");
    }
}
