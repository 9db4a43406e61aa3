//! Every sentence about statistics that the program can print, with an example, against the list that was read for truth:
//! `tests/reference/sentences.md`. Could it be false while the numbers are right? A sentence that is new or gone has to be read again;
//! `LOGITBENCH_WRITE_SENTENCES=1 cargo test --test sentences` makes the list anew.

#[path = "../common/mod.rs"]
mod common;

mod answers;
mod claims;
mod comparisons;
mod fits;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use logitbench::experiment::{Experiment, Overrides};
use logitbench::record::Results;
use logitbench::report::Report;
use logitbench::report::analysis;
use logitbench::report::schema::Environment;
use logitbench::run::{self, Options};
use serde_json::Value;

/// Paragraphs by what they are about.
pub type Said = BTreeMap<&'static str, Vec<String>>;

/// Runs a small experiment.
pub fn ran(text: &str) -> (Experiment, Results, Report) {
    let experiment = Experiment::parse(text, "test.toml", Path::new(""), Overrides::default()).unwrap();
    let results =
        run::run(&experiment, Options { threads: 2, ..Options::default() }, &AtomicBool::new(false), &mut |_| ())
            .unwrap();
    let report = analysis::report(&experiment, &results, Environment::default(), None);
    (experiment, results, report)
}

/// `base` with other values at some places.
pub fn with<T: serde::de::DeserializeOwned>(base: &Value, changes: &[(&str, Value)]) -> T {
    let mut value = base.clone();
    for (path, new) in changes {
        let (parent, key) = path.rsplit_once('/').unwrap();
        match value.pointer_mut(parent).unwrap_or_else(|| panic!("{path}")) {
            Value::Array(list) => list[key.parse::<usize>().unwrap()] = new.clone(),
            parent => parent[key] = new.clone(),
        }
    }
    serde_json::from_value(value).unwrap()
}

/// The sentence without its numbers and names.
fn template(sentence: &str) -> String {
    let mut text = sentence.to_owned();
    for (name, of) in [("ours", "SOLVER"), ("theirs", "SOLVER"), ("home", "DATA"), ("garden", "DATA")] {
        let is_name = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()) == name;
        let words: Vec<String> =
            text.split(' ').map(|word| if is_name(word) { word.replace(name, of) } else { word.to_owned() }).collect();
        text = words.join(" ");
    }
    let mut found = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let begins =
            letter.is_ascii_digit() || "+-".contains(letter) && letters.peek().is_some_and(char::is_ascii_digit);
        if !begins || found.ends_with(char::is_alphanumeric) {
            found.push(letter);
            continue;
        }
        let mut last = letter;
        while let Some(&next) = letters.peek() {
            let after = letters.clone().nth(1);
            let goes_on = next.is_ascii_digit()
                || next == '.' && after.is_some_and(|after| after.is_ascii_digit())
                || next == 'e' && after.is_some_and(|after| after == '-' || after.is_ascii_digit())
                || next == '-' && last == 'e';
            if !goes_on {
                break;
            }
            last = next;
            letters.next();
        }
        found.push('#');
    }
    found
}

/// Sentences and clauses: they end, outside of brackets, with a full stop or a semicolon before a space.
fn sentences(paragraph: &str) -> Vec<&str> {
    let (mut all, mut from, mut depth, mut last) = (Vec::new(), 0, 0, ' ');
    for (at, letter) in paragraph.char_indices() {
        if letter == ' ' && depth == 0 && (".;".contains(last) || paragraph[..at].ends_with(".)")) {
            all.push(paragraph[from..at].trim());
            from = at;
        }
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        last = letter;
    }
    all.push(paragraph[from..].trim());
    all
}

/// The words of a source file between the placeholders of its texts, three or more together.
fn phrases(source: &str, from: &str) -> BTreeSet<String> {
    let text = &source[source.find(from).unwrap_or_else(|| panic!("{from}"))..];
    let text = text.split("#[cfg(test)]").next().unwrap();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let text = lines.collect::<Vec<_>>().join("\n");
    let mut all = BTreeSet::new();
    for (place, literal) in text.replace("\\\"", "\u{1}").split('"').enumerate() {
        if place % 2 == 0 {
            continue;
        }
        let parts = literal.split("\\\n").enumerate();
        let joined: String = parts.map(|(place, part)| if place == 0 { part } else { part.trim_start() }).collect();
        let joined = joined.replace('\u{1}', "\"").replace("\\u{b2}", "\u{b2}");
        let pieces = joined.split('{').map(|piece| piece.rsplit_once('}').map_or(piece, |(_, after)| after));
        all.extend(pieces.map(|piece| piece.trim().to_owned()).filter(|piece| piece.matches(' ').count() >= 2));
    }
    all
}

const SOURCES: &[(&str, &str)] = &[
    ("report/answer/claims.rs", ""),
    ("report/answer/existence.rs", ""),
    ("report/answer/models.rs", ""),
    ("report/answer/more_data.rs", ""),
    ("report/answer/settings.rs", ""),
    ("report/answer/solvers.rs", ""),
    ("report/answer/warm_starts.rs", ""),
    ("report/comparisons/conclusions/of_models.rs", ""),
    ("report/comparisons/conclusions/by_metric.rs", ""),
    ("report/comparisons/conclusions/of_pairs.rs", ""),
    ("report/comparisons/conclusions/of_profiles.rs", ""),
    ("report/comparisons/conclusions/of_rankings.rs", ""),
    ("report/comparisons/meanings.rs", ""),
    ("report/solver_pairs.rs", ""),
    ("report/decided_claims.rs", ""),
    ("report/new_data.rs", ""),
    ("report/compare/account.rs", ""),
    ("report/compare/vanished.rs", ""),
    ("report/single/nearly_dependent.rs", ""),
    ("report/single/remarks.rs", ""),
    ("report/single/hypotheses.rs", ""),
    ("claim/share.rs", "fn explain"),
    ("claim/mean.rs", "fn explain"),
    ("claim/chance.rs", "fn explain"),
    ("claim/condition.rs", "pub fn predicate"),
    ("claim/decide.rs", "pub fn decide_claim"),
];

#[test]
fn every_sentence_is_printed_and_listed() {
    let mut said = Said::new();
    answers::say(&mut said);
    comparisons::say(&mut said);
    claims::say(&mut said);
    fits::say(&mut said);
    let all: Vec<&str> = said.values().flatten().map(String::as_str).collect();
    let all = all.join("\n");
    let mut silent = Vec::new();
    for (file, from) in SOURCES {
        let source = std::fs::read_to_string(common::root().join("src").join(file)).unwrap();
        silent.extend(phrases(&source, from).into_iter().filter(|p| !all.contains(p.as_str())).map(|p| (file, p)));
    }
    assert!(silent.is_empty(), "words that no example makes the program print: {silent:#?}");

    let mut list = String::from(
        "# Sentences about statistics\n\nEvery sentence that the program can print about statistics: without numbers (#) and names, and \
         an example.\nMade by `LOGITBENCH_WRITE_SENTENCES=1 cargo test --test sentences`. Of each was asked: could it be false while \
         the\nnumbers are right?\n",
    );
    let mut templates = BTreeSet::new();
    for (about, paragraphs) in &said {
        list += &format!("\n## {about}\n\n");
        let mut seen = BTreeMap::new();
        for sentence in paragraphs.iter().flat_map(|paragraph| sentences(paragraph)) {
            seen.entry(template(sentence)).or_insert(sentence);
        }
        for (template, example) in seen {
            list += &format!("- {template}\n  - {example}\n");
            templates.insert(format!("- {template}"));
        }
    }
    let file = common::reference("sentences.md");
    if std::env::var_os("LOGITBENCH_WRITE_SENTENCES").is_some() {
        std::fs::write(&file, list).unwrap();
        return;
    }
    let listed = std::fs::read_to_string(&file).unwrap();
    let listed: BTreeSet<String> = listed.lines().filter(|line| line.starts_with("- ")).map(str::to_owned).collect();
    let new: Vec<&String> = templates.difference(&listed).collect();
    let gone: Vec<&String> = listed.difference(&templates).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "not in the list: {new:#?}\nno longer printed: {gone:#?}\nRead them (could each be false while the numbers are right?), then \
         LOGITBENCH_WRITE_SENTENCES=1 cargo test --test sentences"
    );
}
