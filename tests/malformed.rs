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
        let experiment =
            format!("[[dataset]]\nfile = {file:?}\ntarget = \"y\"\n{}[[solver]]\nmethod = \"newton\"\n", keys(options));
        folder.write("m.toml", &experiment);
        let data = [&[file, "--target", "y"], &options[..]].concat();
        for arguments in [[&["fit"], &data[..]].concat(), [&["init"], &data[..]].concat(), vec!["check", "m.toml"]] {
            let (code, out, message) = logitbench(&folder.0, &arguments);
            let lines = message.lines().count();
            let missing: Vec<&&str> = words.iter().filter(|word| !message.contains(**word)).collect();
            if code != 3 || !out.is_empty() || lines != 1 || !message.contains(file) || !missing.is_empty() {
                wrong.push(format!("{}: {code}, without {missing:?}: {message}{out}", arguments.join(" ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), 3 * cases.len(), wrong.join("\n"));
}
