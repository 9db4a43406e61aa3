//! Malformed data files: each is refused by every verb that reads it, with its place and with what to do, and nothing panics.
//!
//! `malformed/expected.tsv` names the files, the options that they are read with, and words that the message must have.

mod common;

use std::path::Path;

use common::{Folder, logitbench};

/// A malformed file.
struct Case<'t> {
    file: &'t str,
    options: Vec<&'t str>,
    words: Vec<&'t str>,
}

fn cases(text: &str) -> Vec<Case<'_>> {
    let case = |line| {
        let [file, options, words] = Vec::from_iter(str::split(line, '\t'))[..] else { panic!("{line}") };
        let words = words.split(" ~ ").filter(|word| !word.is_empty()).collect();
        Case { file, options: options.split(' ').filter(|option| !option.is_empty()).collect(), words }
    };
    text.lines().skip(1).map(case).collect()
}

/// The options as keys of a `[[dataset]]`.
fn keys(options: &[&str]) -> String {
    let pair = |pair: &[&str]| {
        let key = pair[0].trim_start_matches("--").replace('-', "_");
        let texts: Vec<String> = pair[1].split(',').map(|text| format!("{text:?}")).collect();
        let list = ["negative", "exclude"].contains(&key.as_str()) || texts.len() > 1 && pair[1] != ",";
        let value = if list { format!("[{}]", texts.join(", ")) } else { format!("{:?}", pair[1]) };
        format!("{key} = {value}\n")
    };
    options.chunks(2).map(pair).collect()
}

#[test]
fn malformed_files_are_refused_with_place_and_remedy() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/malformed");
    let expected = std::fs::read_to_string(corpus.join("expected.tsv")).unwrap();
    let cases = cases(&expected);
    assert!(cases.len() >= 100);
    assert_eq!(std::fs::read_dir(&corpus).unwrap().count(), cases.len() + 1, "every file is in the table");
    let folder = Folder::new("malformed");
    let mut wrong = Vec::new();
    for Case { file, options, words } in &cases {
        std::fs::copy(corpus.join(file), folder.0.join(file)).unwrap();
        // A build without the feature refuses all of them with its name.
        let is_arrow = file.ends_with(".arrow") || file.ends_with(".arrows");
        let without = vec!["--features arrow", "Parquet"];
        let words = if is_arrow && cfg!(not(feature = "arrow")) { &without } else { words };
        let experiment =
            format!("[[dataset]]\nfile = {file:?}\ntarget = \"y\"\n{}[[solver]]\nmethod = \"newton\"\n", keys(options));
        folder.write("m.toml", &experiment);
        let data = [&[file, "--target", "y"], &options[..]].concat();
        for arguments in [[&["fit"], &data[..]].concat(), [&["init"], &data[..]].concat(), vec!["check", "m.toml"]] {
            let (code, out, message) = logitbench(&folder.0, &arguments);
            // Several faults have a line each.
            let lines = message.lines().filter(|line| !line.starts_with("  ")).count();
            let missing: Vec<&&str> = words.iter().filter(|word| !message.contains(**word)).collect();
            if code != 3 || !out.is_empty() || lines != 1 || !message.contains(file) || !missing.is_empty() {
                wrong.push(format!("{}: {code}, without {missing:?}: {message}{out}", arguments.join(" ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), 3 * cases.len(), wrong.join("\n"));
}

/// What does not hide another fault is told with it: a person mends the file once.
#[test]
fn all_faults_of_a_file_are_told_at_once() {
    let folder = Folder::new("faults");
    let told = |text: &str, options: &[&str]| {
        folder.write("d.csv", text);
        let toml = format!("[[dataset]]\nfile = \"d.csv\"\n{}[[solver]]\nmethod = \"newton\"\n", keys(options));
        folder.write("m.toml", &toml);
        let data = [&["d.csv"], options].concat();
        let messages = [[&["fit"], &data[..]].concat(), [&["init"], &data[..]].concat(), vec!["check", "m.toml"]].map(
            |arguments| {
                let (code, out, message) = logitbench(&folder.0, &arguments);
                assert_eq!((code, out.as_str()), (3, ""), "{message}");
                message
            },
        );
        let faults = |message: &str| message.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
        assert!(messages.iter().all(|message| faults(message) == faults(&messages[0])), "{messages:?}");
        messages[0].clone()
    };
    let text = "a,b,c,day,y\n1,x1,2,2024-01-01,yes\n,3 kg,3,2024-01-02,no\n4,5 kg,?,2024-01-03,\n5,6 kg,,2024-01-04,no\n6,1,2,2024-01-05,yes\n";
    let message = told(text, &["--target", "y", "--positive", "yes"]);
    let faults: Vec<&str> = message.lines().skip(1).collect();
    let of = [
        "line 4: the target \"y\"",
        "line 2, column \"b\"",
        "line 2, column \"day\"",
        "it has missing values in 2 row(s)",
    ];
    assert_eq!(faults.len(), of.len(), "{message}");
    for (place, (fault, of)) in faults.iter().zip(of).enumerate() {
        assert!(fault.starts_with(&format!("  {}. {of}", place + 1)), "{message}");
    }
    assert!(message.lines().next().unwrap().ends_with("d.csv has 4 faults:"), "{message}");
    let units = told("a,b,c,y\n1 kg,$5,3,0\n2 kg,$6,4,1\n3 kg,$7,5,1\n", &["--target", "y"]);
    for fault in ["1. line 2, column \"a\"", "2. line 2, column \"b\""] {
        assert!(units.contains(fault), "{units}");
    }
    // A line of totals is one fault, not one per column.
    let totals = told("a,b,y\n1,2,0\n3,4,1\nTotal,Total,1\n", &["--target", "y"]);
    assert_eq!(totals.lines().count(), 1, "{totals}");
    let names = told("a,b,y\n1,2,0\n3,4,1\n", &["--target", "z", "--exclude", "q", "--weights", "w"]);
    for name in ["\"z\"", "\"q\"", "\"w\""] {
        assert!(names.contains(&format!("it has no column {name}")), "{names}");
    }
}
