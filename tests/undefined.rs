//! Metrics without a value: splits whose rows leave them undefined are set apart, counted and said, and claims are decided on the
//! others.

mod common;

use std::sync::atomic::AtomicBool;

use common::{Folder, logitbench, root};
use logitbench::experiment::{Experiment, Overrides};
use logitbench::metric;
use logitbench::record::Results;
use logitbench::report::schema::{ClaimResult, ClaimVerdict, Environment};
use logitbench::report::{analysis, json};
use logitbench::run::{self, Options};

fn case() -> String {
    std::fs::read_to_string(root().join("tests/cases/one_class_test_sets.toml")).unwrap()
}

fn run(text: &str) -> (Experiment, Results) {
    let folder = root().join("tests/cases");
    let experiment = Experiment::parse(text, "case.toml", &folder, Overrides::default()).unwrap();
    let results = run::run(&experiment, Options::default(), &AtomicBool::new(false), &mut |_| ()).unwrap();
    (experiment, results)
}

fn claims(text: &str) -> Vec<ClaimResult> {
    let (experiment, results) = run(text);
    analysis::report(&experiment, &results, Environment::default(), None).claims
}

#[test]
fn claims_are_decided_where_the_metric_is_defined() {
    let [share, mean, chance] = &claims(&case())[..] else { panic!("three claims") };
    // The mean's bound is 0.7, which ten of the splits do not reach.
    for (claim, holds) in [(share, 303), (mean, 293)] {
        let cell = &claim.cells[0];
        assert_eq!((cell.splits, cell.holds, cell.set_apart.splits), (303, holds, 197), "{}", claim.name);
        assert_eq!(cell.set_apart.reasons["test rows of one class"], 197);
        assert_eq!(cell.exceptions.len(), 303 - holds);
        assert_eq!(claim.verdict, ClaimVerdict::Supported, "{}", claim.explanation);
        let said = "defined on 303 of 500 splits: test rows of one class on 197";
        assert!(claim.explanation.contains(said), "{}", claim.explanation);
    }
    // Training rows of one class on ten of the splits give every row one score, so the AUC is 0.5; the mean of the others is 0.984.
    let of_others = (303.0 * mean.observed.unwrap() - 10.0 * 0.5) / 293.0;
    assert!((of_others - 0.984).abs() < 5e-4, "{of_others}");
    let test = chance.cells[0].permutation.as_ref().unwrap();
    assert_eq!(test.splits + chance.cells[0].set_apart.splits, 10);
    assert!(test.mean.unwrap() > 0.9 && chance.cells[0].set_apart.splits > 0);
    assert!(chance.explanation.contains(&format!("defined on {} of 10 splits", test.splits)), "{}", chance.explanation);
    assert_eq!(chance.verdict, ClaimVerdict::Supported, "{}", chance.explanation);
}

/// A metric that rows of one class leave defined counts every split.
#[test]
fn other_metrics_count_every_split() {
    for name in ["test_accuracy", "test_brier_score", "test_log_loss"] {
        let text = case().split("[[claim]]").next().unwrap().to_owned()
            + &format!(
                "[[claim]]\nname = \"c\"\nsolver = \"newton\"\nmetric = \"{name}\"\nat_least = 0\non_share = 0.9\n"
            );
        let claim = claims(&text).remove(0);
        assert_eq!((claim.cells[0].splits, claim.cells[0].set_apart.splits), (500, 0), "{name}");
        assert!(!claim.explanation.contains("defined on"), "{}", claim.explanation);
    }
}

/// A fit that failed does not meet its claim, though it has no value either; it is not set apart.
#[test]
fn failed_fits_are_no_undefined_metrics() {
    let failing = case()
        .replace("[[claim]]\nname = \"AUC better", "[[claim]]\nname = \"unused\"\nsolver = \"newton\"\nmetric = \"test_auc\"\nat_least = 0\non_share = 0\n[[claim]]\nname = \"AUC better")
        .replace("method = \"newton\"", "method = \"gradient-ascent\"\nname = \"newton\"\nstep = \"fixed\"\nlength = 1e300");
    let (experiment, results) = run(&failing);
    let place = metric::index("test_auc").unwrap();
    let (metric, auc) = (&metric::METRICS[place], &results.cells[0].records.metrics[place]);
    let missing = auc.iter().filter(|value| value.is_nan()).count();
    let claims = analysis::report(&experiment, &results, Environment::default(), None).claims;
    let [share, mean, ..] = &claims[..] else { panic!("claims") };
    let cell = &share.cells[0];
    assert!(missing > 197, "{missing} of 500 without a value");
    assert_eq!((cell.splits, cell.set_apart.splits), (303, 197));
    assert!(cell.holds <= 500 - missing, "a failed fit meets no claim");
    assert_eq!(cell.exceptions.len(), 20);
    assert!(cell.exceptions.iter().all(|&split| results.splits[0].undefined(metric, split as usize).is_none()));
    assert_eq!(share.verdict, ClaimVerdict::Refuted);
    assert!(mean.observed.unwrap() < 0.984 && mean.verdict == ClaimVerdict::Refuted, "{}", mean.explanation);
}

#[test]
fn looks_count_splits_that_count() {
    let text = case()
        .replace("repeats = 500", "repeats = \"until-decided\"\nmost_repeats = 500")
        .replace("on_share = 0.95", "on_share = 0.8");
    let (experiment, results) = run(&text);
    let report = analysis::report(&experiment, &results, Environment::default(), None);
    let cell = &report.claims[0].cells[0];
    assert_eq!(report.claims[0].verdict, ClaimVerdict::Supported);
    assert_eq!(cell.holds, cell.splits);
    assert!(cell.splits + cell.set_apart.splits <= report.experiment.repeats as usize && cell.set_apart.splits > 0);
    let said = format!("defined on {} of {} splits", cell.splits, cell.splits + cell.set_apart.splits);
    assert!(report.claims[0].explanation.contains(&said), "{}", report.claims[0].explanation);
}

/// Without test rows of both classes on any split, nothing is decided, and the reason is told.
#[test]
fn a_claim_about_no_defined_split_is_undecided() {
    let text = case().replace("repeats = 500", "test_fraction = 0.01\nrepeats = 50");
    let (experiment, results) = run(&text);
    let report = analysis::report(&experiment, &results, Environment::default(), None);
    for claim in &report.claims {
        assert_eq!(claim.verdict, ClaimVerdict::Undecided, "{}", claim.explanation);
        assert!(claim.explanation.contains("is defined on none of"), "{}", claim.explanation);
        assert!(claim.explanation.contains("test rows of one class"), "{}", claim.explanation);
    }
    let text = json::render(&report).unwrap();
    serde_json::from_str::<logitbench::report::Report>(&text).unwrap();
}

/// The claim against chance of the case, over the first split alone.
fn chance_of_one_split(permutations: u64) -> ClaimResult {
    let text = case()
        .replace("repeats = 500", "repeats = 20")
        .replace("permutations = 99", &format!("permutations = {permutations}\npermutation_splits = 1"));
    claims(&text).remove(2)
}

/// Labels shuffled so that the test rows have one class say nothing of chance: they neither refute nor support.
#[test]
fn labellings_without_a_metric_do_not_count() {
    let claim = chance_of_one_split(99);
    let (cell, test) = (&claim.cells[0], claim.cells[0].permutation.as_ref().unwrap());
    assert_eq!((test.splits, test.undefined), (1, 40), "{}", claim.explanation);
    assert_eq!((cell.splits, cell.holds), (59, 54));
    let as_well = cell.splits - cell.holds;
    assert_eq!(test.p_value, (1 + as_well) as f64 / 60.0);
    assert!(claim.explanation.contains("99 times (40 of 99 labellings leave it undefined)"), "{}", claim.explanation);
    assert!(claim.explanation.contains(&format!("{as_well} of the others do as well")), "{}", claim.explanation);
    assert_ne!(claim.verdict, ClaimVerdict::Refuted, "{}", claim.explanation);
}

#[test]
fn too_few_labellings_with_a_metric_decide_nothing() {
    let claim = chance_of_one_split(19);
    let cell = &claim.cells[0];
    assert!(cell.splits < 19 && cell.splits + cell.permutation.as_ref().unwrap().undefined == 19);
    assert_eq!(claim.verdict, ClaimVerdict::Undecided, "{}", claim.explanation);
    let said =
        format!("95 % takes 19 labellings that leave it defined, and {} do; more permutations would tell", cell.splits);
    assert!(claim.explanation.contains(&said), "{}", claim.explanation);
}

/// A labelling of which a fit failed does as well; it is not set apart.
#[test]
fn failed_fits_of_shuffled_labels_count() {
    let text = case().replace("repeats = 500", "repeats = 20").replace(
        "method = \"newton\"",
        "method = \"gradient-ascent\"\nname = \"newton\"\nstep = \"fixed\"\nlength = 1e300",
    );
    let claim = claims(&text).remove(2);
    let (cell, test) = (&claim.cells[0], claim.cells[0].permutation.as_ref().unwrap());
    assert_eq!((cell.splits, cell.holds, test.undefined, test.p_value), (99, 0, 0, 1.0), "{}", claim.explanation);
    assert!(test.shuffled.mean.is_none(), "the fits failed");
}

/// A claim that only a solver that cannot fit a model keeps undecided: no number of splits or labellings would tell.
#[test]
fn no_advice_where_a_solver_was_not_run() {
    let text = case()
        .replace("[model]", "[[model]]\npenalty = \"firth\"\n[[model]]")
        .replace("method = \"newton\"", "method = \"fixed-hessian\"\nname = \"newton\"");
    for claim in claims(&text) {
        assert_eq!(claim.cells[0].verdict, ClaimVerdict::Supported, "{}", claim.explanation);
        assert_eq!((claim.verdict, claim.cells.len()), (ClaimVerdict::Undecided, 1), "{}", claim.explanation);
        assert!(claim.explanation.contains("; not run: newton under firth"), "{}", claim.explanation);
        assert!(!claim.explanation.contains(" would "), "{}", claim.explanation);
    }
}

#[test]
fn old_reports_have_no_splits_set_apart() {
    let text = std::fs::read_to_string(root().join("results/iris-reference.json")).unwrap();
    assert!(!text.contains("set_apart"));
    let report: logitbench::report::Report = serde_json::from_str(&text).unwrap();
    assert!(report.claims.iter().flat_map(|claim| &claim.cells).all(|cell| cell.set_apart.is_empty()));
}

#[test]
fn check_says_how_often_and_what_to_do() {
    let folder = Folder::new("undefined");
    folder.write("rareauc.csv", std::fs::read(root().join("tests/cases/rareauc.csv")).unwrap());
    folder.write("c.toml", case());
    let (code, stdout, _) = logitbench(&folder.0, &["check", "c.toml"]);
    assert_eq!(code, 0);
    let line = stdout.lines().find(|line| line.contains("will have one class")).unwrap_or_else(|| panic!("{stdout}"));
    let expected: f64 = line.split("about ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!((expected - 197.0).abs() < 40.0, "197 were: {line}");
    assert!(line.contains("stratified-shuffle"), "{line}");
    folder.write("s.toml", case().replace("generator = \"numpy\"", "scheme = \"stratified-shuffle\""));
    let (_, stdout, _) = logitbench(&folder.0, &["check", "s.toml"]);
    assert!(!stdout.contains("will have one class"), "{stdout}");
    let redrawn =
        "[[dataset]]\nsimulate = \"gaussian\"\nrows = 40\nfeatures = 2\npositives = 0.1\nredraw = true\nsignal = 0\n";
    let rest = case();
    let rest = rest.split_once("[split]").unwrap().1.split("[[claim]]").take(2).collect::<Vec<_>>().join("[[claim]]");
    folder.write("r.toml", format!("{redrawn}[split]{rest}"));
    let (_, stdout, stderr) = logitbench(&folder.0, &["check", "r.toml"]);
    // 0.9^10 + 0.1^10 = 0.3487.
    assert!(stdout.contains("on 34.87 % of the splits"), "{stdout}{stderr}");
    for metric in ["test_auc", "test_accuracy"] {
        folder.write(
            "a.toml",
            format!(
                "{redrawn}[split]\nrepeats = 20\nscheme = \"all-rows\"\n[[solver]]\nmethod = \"newton\"\n[[claim]]\n\
                 name = \"c\"\nmetric = \"{metric}\"\nat_least = 0.5\non_share = 0.5\nsolver = \"newton\"\n"
            ),
        );
        let (code, stdout, stderr) = logitbench(&folder.0, &["check", "a.toml"]);
        assert_eq!(code, 0, "{stderr}");
        assert!(stdout.contains(&format!("leaves no test rows, so {metric} will have no value")), "{stdout}");
        assert!(!stdout.contains("one class") && !stdout.contains("more rows"), "{stdout}");
    }
}
