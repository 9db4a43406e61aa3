//! Metrics without a value: splits whose rows leave them undefined are set apart, counted and said, and claims are decided on the
//! others.

mod common;

use std::sync::atomic::AtomicBool;

use common::{Folder, logitbench, root};
use logitbench::claim::Evidence;
use logitbench::experiment::{Experiment, Overrides};
use logitbench::metric;
use logitbench::record::{Results, Verdict};
use logitbench::report::schema::{ClaimResult, ClaimVerdict, Environment};
use logitbench::report::summary::Extent;
use logitbench::report::terminal::{self, Layout};
use logitbench::report::{Report, analysis, json, markdown, page};
use logitbench::run::{self, Options};
use logitbench::split::{ClassesPresent, SplitClasses};

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
    let why = "(a hyperplane separates the training rows, or they are of one class)";
    assert!(
        mean.explanation
            .contains(&format!("in 10 of 303 fits the coefficients do not exist: the likelihood has no maximum {why}"))
    );
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
    let failed = missing - 197;
    assert_eq!((mean.cells[0].failed, share.cells[0].failed), (failed, 0));
    let said = format!("({failed} fits that failed count as 0, the worst value)");
    assert!(mean.explanation.contains(&said), "{}", mean.explanation);
}

/// Fits that ran off to infinity have no gap where an optimum exists, and the report says why.
#[test]
fn a_missing_gap_has_its_reason() {
    let text = case()
        .split("[[claim]]")
        .next()
        .unwrap()
        .replace("method = \"newton\"", "method = \"gradient-ascent\"\nstep = \"fixed\"\nlength = 1e300");
    let (experiment, results) = run(&text);
    let report = analysis::report(&experiment, &results, Environment::default(), None);
    let (cell, records) = (&report.cells[0], &results.cells[0].records);
    let without = records.gaps.iter().zip(&records.verdicts);
    let without = without.filter(|(gap, verdict)| gap.is_infinite() && **verdict == Verdict::Suboptimal).count();
    assert!(without > 100, "{without}");
    assert_eq!(cell.no_gap_because["coefficients not finite"], without);
    let said = format!("suboptimal without a bound on the gap because: coefficients not finite {without}");
    let page = page::render(&report).unwrap();
    assert!(terminal(&report).contains(&said) && markdown::render(&report).contains(&said), "{}", terminal(&report));
    assert!(
        page.contains("<br>suboptimal without a bound on the gap because: coefficients not finite <data"),
        "{said}"
    );
    let kept = cell.whole_traces.iter().find(|fit| fit.gap.is_none() && fit.verdict == Some(Verdict::Suboptimal));
    assert_eq!(kept.unwrap().no_gap_because.as_deref(), Some("coefficients not finite"));
}

fn terminal(report: &Report) -> String {
    terminal::render(report, Extent::Summary, false, Layout { width: 1000, colour: false })
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
        assert!(claim.explanation.contains("test rows of one class"), "{}", claim.explanation);
    }
    let json: serde_json::Value = serde_json::from_str(&json::render(&report).unwrap()).unwrap();
    let page = page::render(&report).unwrap();
    let tables: Vec<&str> = page.split("<caption>The claim in each cell").skip(1).collect();
    for (place, (claim, splits)) in report.claims.iter().zip([50, 50, 10]).enumerate() {
        let said = format!("is not defined (defined on 0 of {splits} splits: test rows of one class on {splits})");
        for text in [terminal(&report), markdown::render(&report), page.clone(), claim.explanation.clone()] {
            assert!(text.contains(&said), "{said}: {text}");
        }
        let of = &json["claims"][place];
        let cell = &of["cells"][0];
        for value in [&of["observed"], &of["interval"], &cell["observed"], &cell["interval"]] {
            assert!(value.is_null(), "{of}");
        }
        assert_eq!(cell["set_apart"]["reasons"]["test rows of one class"], splits);
        let table = tables[place].split("</table>").next().unwrap();
        assert_eq!(table.matches("<td>not defined</td>").count(), 2, "{table}");
        assert!(table.contains(&format!("</data> of {splits}: test rows of one class</td>")), "{table}");
    }
    let test = &json["claims"][2]["cells"][0]["permutation"];
    assert!(test["p_value"].is_null() && test["p_value_interval"].is_null(), "{test}");
    assert_eq!(serde_json::from_value::<Report>(json).unwrap(), report);
}

/// Labels that leave the metric undefined however they are shuffled are no test.
#[test]
fn without_a_labelling_there_is_no_p_value() {
    let shuffled = [None; 99];
    let (experiment, results) = run(&case().replace("repeats = 500", "repeats = 10"));
    let (claim, cell) = (&experiment.claims[2], &results.cells[0]);
    let splits = cell.splits_in(&results.splits);
    let evidence = Evidence {
        records: &cell.records,
        rival: None,
        splits,
        shuffled: &shuffled,
        level: 0.95,
        cells: 1,
        at_looks: false,
    };
    let decided = claim.statement.decide(&evidence);
    let test = decided.permutation.unwrap();
    assert_eq!((decided.observed, decided.interval, test.p_value, test.p_value_interval), (None, None, None, None));
    assert!(decided.verdict == ClaimVerdict::Undecided && test.mean.is_some());
}

/// Which splits are set apart is told for each cell.
#[test]
fn the_page_has_a_column_for_splits_set_apart() {
    let (experiment, results) = run(&case());
    let page = page::render(&analysis::report(&experiment, &results, Environment::default(), None)).unwrap();
    assert_eq!(page.matches(">splits set apart</th>").count(), 3);
    assert_eq!(page.matches("/set_apart/splits\">197</data> of 500: test rows of one class</td>").count(), 2);
}

/// One fit says why its metrics have no value, and that its rows have one class.
#[test]
fn one_fit_names_rows_of_one_class() {
    let (_, results) = run(case().split("[[claim]]").next().unwrap());
    let folder = Folder::new("one-class-fit");
    folder.write("rareauc.csv", std::fs::read(root().join("tests/cases/rareauc.csv")).unwrap());
    folder.write("c.toml", case());
    let show = |of: fn(&SplitClasses) -> ClassesPresent, arguments: &[&str]| {
        let split = results.splits[0].classes.iter().position(|classes| of(classes) == ClassesPresent::One).unwrap();
        let split = format!("split={split}");
        let (code, stdout, stderr) =
            logitbench(&folder.0, &[&["experiment", "c.toml", "--only", &split], arguments].concat());
        assert_eq!((code, stderr.as_str()), (0, ""));
        stdout
    };
    let test = show(|classes| classes.test, &[]);
    assert!(test.contains("all test rows have the same class") && !test.contains("all training rows"), "{test}");
    let line = test.lines().find(|line| line.trim_start().starts_with("test_auc ")).unwrap();
    assert!(line.ends_with("not defined: test rows of one class"), "{line}");
    let line = test.lines().find(|line| line.trim_start().starts_with("slope_inflation ")).unwrap();
    assert!(line.ends_with("not defined: no true coefficients"), "{line}");
    let train = show(|classes| classes.train, &[]);
    assert!(train.contains("all training rows have the same class"), "{train}");
    let json: serde_json::Value = serde_json::from_str(&show(|classes| classes.train, &["--json"])).unwrap();
    assert_eq!(json[0]["rows_of_one_class"][0], "training rows");
    assert_eq!(json[0]["undefined_because"]["train_auc"], "training rows of one class");
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
    assert_eq!(test.p_value, Some((1 + as_well) as f64 / 60.0));
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
        format!("95 % takes 19 labellings that leave it defined, and {} do; more permutations may tell", cell.splits);
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
    assert_eq!((cell.splits, cell.holds, test.undefined, test.p_value), (99, 0, 0, Some(1.0)), "{}", claim.explanation);
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
    let counted = 500.0 - expected;
    assert!(
        stdout.contains(&format!(" or more of about {counted:.0} splits on which it is defined, refuted")),
        "{stdout}"
    );
    assert!(
        stdout.contains(&format!("; the mean is over about {counted:.0} splits on which it is defined")),
        "{stdout}"
    );
    // The claim against chance compares ten splits.
    let of_ten = format!("{:.1}", counted / 50.0);
    assert!(
        stdout.contains(&format!("; the mean is over about {of_ten} of the first 10 splits, on which")),
        "{stdout}"
    );
    assert!(stdout.contains(&format!("about {:.1} of the first 10, all test rows", expected / 50.0)), "{stdout}");
    folder.write("s.toml", case().replace("generator = \"numpy\"", "scheme = \"stratified-shuffle\""));
    let (_, stdout, _) = logitbench(&folder.0, &["check", "s.toml"]);
    assert!(!stdout.contains("will have one class") && !stdout.contains("it is defined"), "{stdout}");
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

/// What `check` says of an experiment on data with so many rows of either class, with `split` as its table and `claim`.
fn check(classes: [usize; 2], split: &str, claim: &str) -> String {
    let folder = Folder::new("forecast");
    let rows = (0..classes[0] + classes[1]).map(|row| format!("{},{}\n", row % 7, usize::from(row >= classes[0])));
    folder.write("d.csv", format!("x,y\n{}", rows.collect::<String>()));
    folder.write(
        "c.toml",
        format!(
            "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\n[split]\n{split}\n[[solver]]\nmethod = \"newton\"\n[[claim]]\n\
             name = \"c\"\nmetric = \"test_auc\"\nsolver = \"newton\"\n{claim}\n"
        ),
    );
    let (code, stdout, stderr) = logitbench(&folder.0, &["check", "c.toml"]);
    assert_eq!(code, 0, "{stderr}");
    stdout
}

const SHARE: &str = "at_least = 0.5\non_share = 0.9";

/// Stratified splits too leave a class out of a sample where it has few rows, and the advice is one that would be accepted.
#[test]
fn check_knows_how_stratified_splits_deal_few_positives() {
    let stratified = "scheme = \"stratified-shuffle\"\nrepeats = 40";
    // Of two positives 1.5 are due to training: a tie, and on half of the splits the test set gets none.
    let stdout = check([58, 2], stratified, SHARE);
    assert!(stdout.contains("on 50 % of the splits, about 20 of 40, all test rows will have one class"), "{stdout}");
    assert!(stdout.contains("test_fraction = 0.3 puts rows of both classes into every sample"), "{stdout}");
    assert!(stdout.contains("about 20 splits on which it is defined cannot support it"), "{stdout}");
    assert!(stdout.contains("that takes 36 such splits, about 72 in all"), "{stdout}");
    assert!(!stdout.contains("scheme = \"stratified-shuffle\" puts"), "no advice to do what is done: {stdout}");
    let followed = check([58, 2], "scheme = \"stratified-shuffle\"\ntest_fraction = 0.3\nrepeats = 40", SHARE);
    assert!(!followed.contains("one class"), "{followed}");
    // All other splits have both.
    assert!(!check([57, 3], stratified, SHARE).contains("one class"));
}

/// A scheme that would be refused, or of no use, is not advised.
#[test]
fn check_advises_what_would_be_accepted() {
    let one = check([59, 1], "repeats = 40", SHARE);
    assert!(one.contains("That takes more rows of class \"1\", which has 1"), "{one}");
    assert!(!one.contains("scheme = \"stratified-shuffle\""), "it is refused: {one}");
    let two = check([58, 2], "repeats = 40", SHARE);
    assert!(two.contains("scheme = \"stratified-shuffle\" with test_fraction = 0.3 puts"), "{two}");
    let three = check([57, 3], "repeats = 40", SHARE);
    assert!(three.contains("scheme = \"stratified-shuffle\" puts rows of both classes into every sample"), "{three}");
    // One test row, whatever the scheme.
    let tiny = check([57, 3], "test_fraction = 0.01\nrepeats = 40", SHARE);
    assert!(
        tiny.contains("cannot be decided: all test rows will have one class, so test_auc will have no value"),
        "{tiny}"
    );
    assert!(!tiny.contains("supported if"), "{tiny}");
    assert!(tiny.contains("scheme = \"stratified-shuffle\" with test_fraction = 0."), "{tiny}");
}

/// Without test rows, or with skipped cells, nothing is said to be supported as a whole.
#[test]
fn check_says_which_claims_cannot_be_supported() {
    for claim in [SHARE, "at_least = 0.5\non_average = true"] {
        let stdout = check([30, 30], "scheme = \"all-rows\"\nrepeats = 1", claim);
        assert!(stdout.contains("cannot be decided: scheme = \"all-rows\" leaves no test rows"), "{stdout}");
        assert!(!stdout.contains("supported if"), "{stdout}");
    }
    let skipped = "[[model]]\n[[model]]\npenalty = \"firth\"\n[[solver]]\nmethod = \"fixed-hessian\"\nname = \"f\"\n";
    let stdout = check([30, 30], "repeats = 40", &format!("{SHARE}\n{skipped}"));
    assert!(!stdout.contains("cannot be supported, because"), "newton is run under both: {stdout}");
    let stdout = check(
        [30, 30],
        "repeats = 40",
        &format!("{SHARE}\n{skipped}[[claim]]\nname = \"d\"\nsolver = \"f\"\nmetric = \"test_accuracy\"\n{SHARE}"),
    );
    let said =
        "cannot be supported, because 1 of its 2 cells cannot be decided (1 skipped); it is refuted if any other is";
    assert!(stdout.contains(said), "{stdout}");
    // True slopes are known of no file.
    let slopes = "at_least = 0.5\non_share = 0.9\n[[claim]]\nname = \"d\"\nsolver = \"newton\"\nmetric = \"slope_inflation\"\nat_least = 0.5\non_share = 0.9";
    let stdout = check([30, 30], "repeats = 40", slopes);
    assert!(stdout.contains("cannot be decided: the true slopes are unknown"), "{stdout}");
}
