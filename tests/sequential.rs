//! `repeats = "until-decided"`: as few splits as the claims need, and the same ones whoever makes them.

mod common;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use common::{Folder, logitbench, root};
use logitbench::experiment::{Experiment, Overrides};
use logitbench::record::UnitRecords;
use logitbench::report::schema::{ClaimVerdict, Environment, Report};
use logitbench::report::{analysis, json};
use logitbench::run::{self, Event, Options, RunError};

const CLAIMS: &str = r#"
seed = 5
[[dataset]]
name = "iris"
classes = ["versicolor", "virginica"]
[[dataset]]
name = "iris"
classes = ["setosa", "virginica"]
[split]
repeats = "until-decided"
most_repeats = 1_500
[[solver]]
method = "newton"
[[claim]]
name = "rarely without an error"
dataset = "iris: versicolor / virginica"
solver = "newton"
metric = "test_accuracy"
above = 0.99
on_share = 0.5
[[claim]]
name = "often good"
solver = "newton"
metric = "test_accuracy"
at_least = 0.9
on_share = 0.7
"#;

fn experiment(text: &str) -> Experiment {
    Experiment::parse(text, "sequential.toml", Path::new(""), Overrides::default()).unwrap()
}

fn report(experiment: &Experiment, threads: usize, earlier: Vec<UnitRecords>) -> Report {
    let options = Options { threads, ..Options::default() };
    let results = run::resume(experiment, options, earlier, &AtomicBool::new(false), &mut |_| ()).unwrap();
    let mut report = analysis::report(experiment, &results, Environment::default(), None);
    report.timings.clear();
    report
}

/// The claims of the experiment that ships, each decided by as few splits as it needs.
#[test]
fn the_shipped_claims_take_fewer_than_a_thousand_splits() {
    let text = std::fs::read_to_string(root().join("experiments/iris.toml")).unwrap();
    let sequential = text.replace("repeats = 10_000", "repeats = \"until-decided\"");
    assert_ne!(text, sequential);
    let report = report(&experiment(&sequential), 2, Vec::new());
    assert!(report.claims.iter().all(|claim| claim.verdict == ClaimVerdict::Supported));
    let article = report.claims.iter().find(|claim| claim.name.starts_with("the article")).unwrap();
    assert!(article.statement.contains("at least 99 %") && article.level == 0.95);
    println!("decided after {} splits", article.cells[0].splits);
    assert_eq!(article.cells[0].splits, 700, "the first look at which it can be");
    // The run goes on for the claim about gradient ascent, whose share is nearer to its bound.
    assert!((700..10_000).contains(&report.experiment.repeats), "{}", report.experiment.repeats);
    assert_eq!(report.experiment.most_repeats, Some(10_000));
}

#[test]
fn the_end_does_not_depend_on_threads_or_interruptions() {
    let experiment = experiment(CLAIMS);
    let one = report(&experiment, 1, Vec::new());
    let text = json::render(&one).unwrap();
    assert!(one.experiment.repeats.is_multiple_of(100) && one.experiment.repeats < 1_500);
    assert_eq!(one.claims[0].verdict, ClaimVerdict::Refuted);
    assert_eq!(one.claims[1].verdict, ClaimVerdict::Supported);
    // Each claim is told as it was when it was decided, which for one of them is the end.
    let splits: Vec<usize> = one.claims.iter().flat_map(|claim| &claim.cells).map(|cell| cell.splits).collect();
    assert_eq!(splits.iter().max(), Some(&(one.experiment.repeats as usize)), "{splits:?}");
    assert!(splits.iter().min() < splits.iter().max(), "{splits:?}");
    assert!(json::render(&report(&experiment, 3, Vec::new())).unwrap() == text);

    // Interrupted in the second batch of splits, and gone on with from what was finished.
    let (interrupt, mut units) = (AtomicBool::new(false), Vec::new());
    let options = Options { threads: 2, ..Options::default() };
    let interrupted = run::run(&experiment, options, &interrupt, &mut |event| {
        if let Event::UnitDone(records) = event {
            units.push(records.clone());
            interrupt.store(units.iter().any(|unit| unit.first >= 100), Ordering::Relaxed);
        }
    });
    assert!(matches!(interrupted, Err(RunError::Interrupted { .. })));
    units.sort_by_key(|unit| (unit.source, unit.first));
    assert!(json::render(&report(&experiment, 2, units)).unwrap() == text);
}

#[test]
fn what_cannot_be_decided_ends_at_the_most_repeats() {
    let text = CLAIMS.replace("on_share = 0.5", "on_share = 0.27").replace("1_500", "250");
    let report = report(&experiment(&text), 2, Vec::new());
    assert_eq!(report.experiment.repeats, 250);
    assert!(report.cells.iter().all(|cell| cell.fits == 250));
    let claim = &report.claims[0];
    assert_eq!((claim.verdict, claim.cells[0].splits), (ClaimVerdict::Undecided, 250));
    assert!(claim.explanation.contains("a larger most_repeats would narrow the interval"), "{}", claim.explanation);
}

#[test]
fn the_command_line_knows_it() {
    let folder = Folder::new("sequential");
    folder.write("s.toml", CLAIMS);
    let (code, stdout, _) = logitbench(&folder.0, &["check", "s.toml"]);
    assert_eq!(code, 0);
    for text in [
        "as many as decide all claims, looked at after every 100 made and every 100 that count, and 1500 at most",
        "if it holds on all splits, supported after 100 splits",
    ] {
        assert!(stdout.contains(text), "{text} is not in\n{stdout}");
    }
    let (code, stdout, stderr) = logitbench(&folder.0, &["experiment", "s.toml", "--out", "s.json"]);
    assert_eq!(code, 4, "{stderr}");
    assert!(
        stdout
            .contains("however often it is looked at, which was after every 100 splits made and every 100 that count"),
        "{stdout}"
    );
    let (code, stdout, _) = logitbench(&folder.0, &["experiment", "s.toml", "--repeats", "50", "--out", "s.json"]);
    assert!(code != 1 && stdout.contains("(100 fits in"), "{stdout}");
    let (code, _, stderr) = logitbench(&folder.0, &["experiment", "s.toml", "--shard", "1/2"]);
    assert!(code == 2 && stderr.contains("a shard cannot know when all claims are decided"), "{stderr}");
    for (wrong, reason) in [
        (CLAIMS.replace("until-decided", "until-done"), "or \"until-decided\""),
        (CLAIMS.replace("\"until-decided\"", "20"), "most_repeats needs repeats = \"until-decided\""),
        (CLAIMS.split("[[claim]]").next().unwrap().to_owned(), "needs a [[claim]] that more splits decide"),
    ] {
        folder.write("w.toml", wrong);
        let (code, _, stderr) = logitbench(&folder.0, &["check", "w.toml"]);
        assert!(code == 3 && stderr.contains(reason), "{stderr}");
    }
}

/// A mean that is far from its bound is decided soon, one that is near it late, and the interval has the mean of many splits.
#[test]
fn means_are_decided_by_as_few_splits_as_they_need() {
    let with = |bound: &str, repeats: &str| {
        let text = CLAIMS
            .split("[[claim]]")
            .next()
            .unwrap()
            .replace("repeats = \"until-decided\"\nmost_repeats = 1_500", repeats);
        let claim = "[[claim]]\nname = \"c\"\ndataset = \"iris: versicolor / virginica\"\nsolver = \"newton\"\n\
                     metric = \"test_accuracy\"\non_average = true\n";
        report(&experiment(&format!("{text}{claim}{bound}\n")), 2, Vec::new())
    };
    let until_decided = "repeats = \"until-decided\"\nmost_repeats = 1_500";
    let mean = with("at_least = 0.9", "repeats = 4_000").cells[0].metrics["test_accuracy"].distribution.mean.unwrap();
    let mut needed = Vec::new();
    for (bound, verdict) in [
        ("at_least = 0.85", ClaimVerdict::Supported),
        ("above = 0.935", ClaimVerdict::Supported),
        ("below = 0.96", ClaimVerdict::Supported),
        ("at_most = 0.8", ClaimVerdict::Refuted),
        (&format!("at_least = {mean}"), ClaimVerdict::Undecided),
    ] {
        let claim = with(bound, until_decided).claims.remove(0);
        let [low, high] = claim.interval.unwrap();
        assert_eq!((claim.verdict, claim.kind.as_str()), (verdict, "mean"), "{bound}: {claim:?}");
        assert!(low < mean && mean < high && claim.observed.unwrap() > low, "{bound}: {low} to {high}");
        assert!(claim.explanation.contains("the mean over"), "{}", claim.explanation);
        needed.push(claim.cells[0].splits);
    }
    assert_eq!((needed[0], needed[3], needed[4]), (100, 100, 1_500));
    assert!(needed[1] > 100 && needed[1] < 1_500, "{needed:?}");

    let claim = with("above = 0.935", "repeats = 1_500").claims.remove(0);
    let [low, high] = claim.interval.unwrap();
    assert_eq!((claim.verdict, claim.cells[0].splits), (ClaimVerdict::Supported, 1_500));
    assert!(low > 0.935 && low < mean && mean < high && high - low < 0.01, "{low} to {high}");
}
