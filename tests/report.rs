//! Reports: every planned fit is counted, and nothing in them depends on threads.

mod common;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use logitbench::experiment::{Experiment, Overrides};
use logitbench::metric::{Needs, Selection};
use logitbench::model::separation::Separation;
use logitbench::record::Verdict;
use logitbench::report::schema::{CellSummary, ClaimVerdict, Environment, Report};
use logitbench::report::{analysis, json};
use logitbench::run::{self, Event, Options};
use logitbench::solver::catalogue::METHODS;
use logitbench::split::Split;

fn experiment(text: &str) -> Experiment {
    Experiment::parse(text, "test.toml", Path::new(""), Overrides::default()).unwrap()
}

fn run(text: &str, threads: usize) -> Report {
    let experiment = experiment(text);
    let interrupt = AtomicBool::new(false);
    let mut last = None;
    let results = run::run(&experiment, Options { threads, ..Options::default() }, &interrupt, &mut |event| {
        if let Event::Progress { done, .. } = event {
            assert!(last.is_none_or(|last| done >= last));
            last = Some(done);
        }
    })
    .unwrap();
    assert_eq!(last, Some(experiment.fits()));
    analysis::report(&experiment, &results, Environment::default(), None)
}

/// Every family of solvers on data with and without an optimum, redrawn data, two models, whole traces, a claim.
const EVERYTHING: &str = r#"
seed = 3
[[dataset]]
name = "iris"
classes = ["versicolor", "virginica"]
[[dataset]]
simulate = "gaussian"
rows = 60
features = 3
redraw = true
[split]
scheme = "stratified-shuffle"
repeats = 45
[[model]]
[[model]]
penalty = "l2"
strength = 0.5
scaling = "standardize"
[[solver]]
method = "newton"
step = ["halving", "unit", "backtracking"]
[[solver]]
method = "article"
[[solver]]
method = "irls"
factorization = ["cholesky", "qr"]
[[solver]]
method = "gradient-ascent"
step = ["fixed", "backtracking", "barzilai-borwein", "nesterov"]
max_iterations = 60
[[solver]]
method = "fixed-hessian"
max_iterations = 60
[[solver]]
method = "l-bfgs"
max_iterations = 60
[trace]
whole = 2
[[claim]]
name = "accurate"
solver = "newton (halving)"
metric = "test_accuracy"
at_least = 0.5
on_share = 0.8
"#;

fn metric(cell: &CellSummary, name: &str) -> f64 {
    cell.metrics[name].distribution.mean.unwrap()
}

#[test]
fn every_planned_fit_is_in_stops_and_in_verdicts() {
    let report = run(EVERYTHING, 2);
    assert_eq!(report.cells.len(), 2 * 2 * 12);
    let methods: Vec<&str> = report.solvers.iter().map(|solver| solver.method.as_str()).collect();
    assert!(METHODS.iter().all(|method| methods.contains(&method.name)), "every method of the catalogue: {methods:?}");
    for cell in &report.cells {
        assert_eq!(cell.fits, 45);
        assert_eq!(cell.stops.values().sum::<usize>(), 45, "{} {}", cell.solver, cell.dataset);
        assert_eq!(cell.verdicts.values().sum::<usize>(), 45);
        assert_eq!(cell.iterations.histogram.fits.iter().sum::<usize>(), 45);
        assert_eq!(cell.stops["failed"], 0);
        assert_eq!(cell.whole_traces.iter().map(|trace| trace.split).collect::<Vec<_>>(), [0, 1]);
        let trace = cell.trace.as_ref().unwrap();
        assert_eq!(trace.iteration.len(), trace.objective_gap.median.len());
        assert_eq!(cell.metrics.len(), Selection::USUAL.metrics().count(), "nobody asked for more");
        // Every test set has both classes; so a metric is undefined where coefficients are not finite, or where no truth is known.
        // Of coefficients that are no numbers there is no metric at all.
        let known = cell.dataset == "gaussian" && cell.model == "maximum likelihood";
        for (_, metric) in Selection::USUAL.metrics() {
            let undefined = match metric.name {
                _ if metric.needs == Needs::Truth && !known => 45,
                _ => cell.stops["non-finite"],
            };
            assert_eq!(
                cell.metrics[metric.name].undefined, undefined,
                "{} {}: {}",
                cell.solver, cell.dataset, metric.name
            );
        }
    }
}

#[test]
fn verdicts_are_about_the_split_and_not_the_solver() {
    let report = run(EVERYTHING, 2);
    for cells in report.cells.chunks(12) {
        for cell in cells {
            assert_eq!(cell.verdicts["separated"], cells[0].verdicts["separated"], "{}", cell.solver);
            assert_eq!(cell.verdicts["undecided"], 0);
        }
        // Only simulated data have a truth, and only unscaled fits are compared with it.
        let known = cells[0].dataset == "gaussian" && cells[0].model == "maximum likelihood";
        for metric in ["slope_inflation", "slope_deviation"] {
            assert_eq!(cells[0].metrics[metric].undefined, if known { 0 } else { 45 }, "{metric}");
        }
        // A penalty always gives an optimum.
        if cells[0].model.starts_with("l2") {
            assert_eq!(cells[0].verdicts["optimal"], 45);
        }
    }
    let newton = report.cells.iter().find(|cell| cell.solver == "newton (halving)").unwrap();
    assert!(newton.verdicts["separated"] > 5 && newton.verdicts["optimal"] > 5, "{:?}", newton.verdicts);
}

#[test]
fn threads_and_repetition_change_nothing() {
    let text = |threads| {
        let mut report = run(EVERYTHING, threads);
        report.timings.clear();
        json::render(&report).unwrap()
    };
    let one = text(1);
    assert!(one == text(1) && one == text(2) && one == text(7));
}

#[test]
fn fewer_repeats_are_a_part_of_more() {
    let part = |repeats: &str| run(&EVERYTHING.replace("repeats = 45", repeats), 2);
    let (few, many) = (part("repeats = 3"), part("repeats = 4"));
    for (few, many) in few.cells.iter().zip(&many.cells) {
        assert_eq!(few.whole_traces, many.whole_traces, "split 0 is the same split");
        assert_eq!((few.fits, many.fits), (3, 4));
    }
}

#[test]
fn a_report_reads_back_as_it_was_written() {
    let report = run(EVERYTHING, 2);
    let text = json::render(&report).unwrap();
    assert!(json::parse(&text).unwrap() == report);
}

#[test]
fn a_report_of_numbers_near_the_end_of_binary64_reads_back() {
    // One step of length 1e250: the squares that a standard deviation of losses takes are not finite.
    let text = "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[split]\nrepeats = 20\n[[solver]]\nmethod = \"gradient-ascent\"\nlength = 1e250\nmax_iterations = 1\n";
    let experiment = experiment(text);
    let results = run::run(&experiment, Options::default(), &AtomicBool::new(false), &mut |_| ()).unwrap();
    let report = analysis::report(&experiment, &results, Environment::default(), None);
    let loss = &report.cells[0].metrics["train_log_loss"];
    assert!(loss.distribution.mean.unwrap() > 1e200 && loss.mean_interval.is_none(), "{loss:?}");
    let text = json::render(&report).unwrap();
    assert!(json::parse(&text).unwrap() == report);
}

#[test]
fn the_first_of_two_equal_solvers_is_no_better() {
    let solvers = "[[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"newton\"\nname = \"again\"\n";
    let report = run(
        &format!("[[dataset]]\nname = \"iris\"\nclasses = [\"setosa\", \"rest\"]\n[split]\nrepeats = 30\n{solvers}"),
        2,
    );
    let [comparison] = &report.comparisons[..] else { panic!("one pair") };
    assert_eq!(comparison.solvers, ["newton", "again"]);
    assert_eq!((comparison.test_accuracy.equal, comparison.test_accuracy.mean_difference), (30, Some(0.0)));
    assert_eq!((comparison.iterations.first_larger, comparison.iterations.second_larger), (0, 0));
}

#[test]
fn claims_are_decided_by_their_intervals() {
    let base = "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[split]\nrepeats = 200\n[[solver]]\nmethod = \"newton\"\n";
    let claim = |share: f64, bound: &str| {
        let text = format!(
            "{base}[[claim]]\nname = \"c\"\nsolver = \"newton\"\nmetric = \"test_accuracy\"\n{bound}\non_share = {share}\n"
        );
        run(&text, 2).claims.remove(0)
    };
    // About 29 % of the splits are perfect.
    for (share, verdict) in
        [(0.15, ClaimVerdict::Supported), (0.29, ClaimVerdict::Undecided), (0.45, ClaimVerdict::Refuted)]
    {
        let result = claim(share, "at_least = 1.0");
        assert_eq!(result.verdict, verdict, "{share}: {result:?}");
        let [low, high] = result.interval.unwrap();
        let observed = result.observed.unwrap();
        assert!(low < observed && observed < high && result.cells.len() == 1);
    }
    let (above, below) = (claim(0.1, "below = 1.0"), claim(0.1, "at_least = 1.0"));
    assert_eq!(above.cells[0].holds + below.cells[0].holds, 200);
    assert!(below.explanation.contains("The accuracy holds, but in "), "{}", below.explanation);
    assert!(below.explanation.contains("of 200 fits the coefficients do not exist"), "{}", below.explanation);
}

#[test]
fn claims_about_a_share_are_decided_by_the_whole_interval() {
    let base = "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[split]\nrepeats = 200\n[[solver]]\nmethod = \"newton\"\n";
    let claim = |share: f64, within: f64| {
        let text = format!(
            "{base}[[claim]]\nname = \"c\"\nsolver = \"newton\"\nmetric = \"test_accuracy\"\nat_least = 1.0\nshare = {share}\nwithin = {within}\n"
        );
        run(&text, 2).claims.remove(0)
    };
    let [low, high] = claim(0.5, 0.1).interval.unwrap();
    let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
    for (share, within, verdict) in [
        (middle, half + 1e-6, ClaimVerdict::Supported),
        (middle, half - 1e-6, ClaimVerdict::Undecided),
        (high + 0.1, 0.1 + 1e-6, ClaimVerdict::Undecided),
        (high + 0.1, 0.1 - 1e-6, ClaimVerdict::Refuted),
        (low - 0.1, 0.1 + 1e-6, ClaimVerdict::Undecided),
        (low - 0.1, 0.1 - 1e-6, ClaimVerdict::Refuted),
    ] {
        let result = claim(share, within);
        assert_eq!(result.verdict, verdict, "{share} ± {within}: {result:?}");
    }
    let result = claim(0.3, 0.2);
    assert!(result.statement.contains("is at least 1 on 30 % ± 20 % of the splits"), "{}", result.statement);
    assert!(result.explanation.contains("and 30 % ± 20 % is claimed"), "{}", result.explanation);
}

#[test]
fn of_several_cells_the_worst_counts() {
    // About 29 % of the splits of versicolor and virginica are perfect, and all of setosa and versicolor.
    let text = "[[dataset]]\nname = \"iris\"\nclasses = [\"setosa\", \"versicolor\"]\n[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[split]\nrepeats = 100\n[[solver]]\nmethod = \"newton\"\n[[claim]]\nname = \"c\"\nsolver = \"newton\"\nmetric = \"test_accuracy\"\nat_least = 1.0\nshare = 0.3\nwithin = 0.25\n";
    let claim = run(text, 2).claims.remove(0);
    assert_eq!((claim.observed, claim.verdict), (Some(1.0), ClaimVerdict::Refuted));
    assert_eq!(claim.cells[1].verdict, ClaimVerdict::Supported);
    assert!(claim.explanation.contains("of newton on iris: setosa / versicolor"));
}

#[test]
fn a_claim_can_count_the_fits_without_a_maximum() {
    let claim = |name: &str, bound: &str| {
        format!("[[claim]]\nname = \"{name}\"\nsolver = \"newton\"\nmetric = \"separated\"\n{bound}\non_share = 0.0\n")
    };
    let base = "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[split]\nrepeats = 60\n[[solver]]\nmethod = \"newton\"\nmax_iterations = 3\n";
    let report = run(&format!("{base}{}{}", claim("none", "at_least = 1"), claim("one", "at_most = 0")), 2);
    let verdicts = &report.cells[0].verdicts;
    assert!(verdicts["suboptimal"] > 0 && verdicts["separated"] > 0);
    assert_eq!(report.claims[0].cells[0].holds, verdicts["separated"]);
    assert_eq!(report.claims[1].cells[0].holds, verdicts["optimal"] + verdicts["suboptimal"]);
}

#[test]
fn a_failed_fit_does_not_meet_a_claim() {
    // The article's method overflows on separable versicolor / virginica splits: no coefficients, no gap, no log loss.
    let text = "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[split]\nrepeats = 100\n[[solver]]\nmethod = \"article\"\n[[claim]]\nname = \"c\"\nsolver = \"article\"\nmetric = \"test_log_loss\"\nat_least = 0.0\non_share = 0.9\n";
    let report = run(text, 2);
    let failed = report.cells[0].stops["non-finite"];
    assert!(failed > 20);
    assert_eq!(report.claims[0].cells[0].holds, 100 - failed);
    assert_eq!(report.cells[0].metrics["test_log_loss"].undefined, failed);
    assert_eq!(report.claims[0].verdict, ClaimVerdict::Refuted);
}

#[test]
fn a_solver_this_build_lacks_is_skipped_with_its_reason() {
    let text = "[[dataset]]\nname = \"iris\"\nclasses = [\"setosa\", \"virginica\"]\n[split]\nrepeats = 5\n[[solver]]\nmethod = \"newton\"\nfactorization = [\"cholesky\", \"lapack\"]\n[[claim]]\nname = \"c\"\nsolver = \"newton\"\nmetric = \"test_accuracy\"\nat_least = 0.0\non_share = 0.1\n";
    let report = run(text, 1);
    if cfg!(feature = "lapack") {
        assert_eq!(report.cells.len(), 2);
        assert!(
            (metric(&report.cells[0], "coefficient_norm") / metric(&report.cells[1], "coefficient_norm") - 1.0).abs()
                < 1e-8
        );
    } else {
        assert_eq!(report.cells.len(), 1);
        assert!(report.solvers[1].skipped.as_ref().unwrap().contains("--features lapack"));
        assert_eq!(report.claims[0].verdict, ClaimVerdict::Undecided);
        assert!(report.claims[0].explanation.contains("not run: newton (lapack)"));
    }
}

#[test]
fn dependent_columns_are_left_out_for_every_solver_and_the_rank_is_said() {
    let folder = common::Folder::new("dependent");
    // The copy, the sum and the constant depend on the others; the indicator of one row is constant where that row is a
    // test row.
    let rows: String = (0..40)
        .map(|i| {
            let (x, z) = (f64::from(i * 7 % 11), f64::from(i * 5 % 13));
            format!("{x},{z},{x},{},3.5,{},{}\n", x + z, i32::from(i == 0), i32::from(i * i % 7 < 3))
        })
        .collect();
    folder.write("d.csv", format!("x,z,copy,sum,constant,first,y\n{rows}"));
    let text = r#"
[[dataset]]
file = "d.csv"
target = "y"
[split]
repeats = 40
[[model]]
[[model]]
scaling = "standardize"
[[solver]]
method = "newton"
[[solver]]
method = "article"
[[solver]]
method = "irls"
factorization = ["cholesky", "qr"]
[[solver]]
method = "gradient-ascent"
step = "barzilai-borwein"
max_iterations = 5000
"#;
    let experiment = Experiment::parse(text, "d.toml", &folder.0, Overrides::default()).unwrap();
    let results =
        run::run(&experiment, Options { threads: 2, ..Options::default() }, &AtomicBool::new(false), &mut |_| ())
            .unwrap();
    let report = analysis::report(&experiment, &results, Environment::default(), None);
    assert_eq!((report.datasets[0].features, report.datasets[0].rank), (6, Some(4)));
    for splits in &report.splits {
        assert_eq!((splits.columns, splits.rank), (7, [3, 4]), "{splits:?}");
        assert_eq!(splits.separation.values().sum::<usize>(), 40);
    }
    for cell in &report.cells {
        // The article's method breaks down where there is no maximum, and nowhere else.
        let broken = cell.stops["singular"] + cell.stops["non-finite"] + cell.stops["failed"];
        assert!(broken <= cell.verdicts["separated"], "{}: {:?}", cell.solver, cell.stops);
        assert_eq!(cell.verdicts["undecided"], 0);
        assert_eq!(cell.verdicts["optimal"] + cell.verdicts["separated"], 40, "{}: {:?}", cell.solver, cell.verdicts);
    }
    // The same fitted probabilities from every solver and on either scale, where there is an optimum.
    let loss = |cell: &CellSummary| cell.metrics_by_verdict["optimal"]["train_log_loss"].mean.unwrap();
    for cell in &report.cells {
        let difference = loss(cell) - loss(&report.cells[0]);
        assert!(difference.abs() < 1e-7, "{}: {difference:e}", cell.solver);
    }
}

#[test]
fn metrics_are_split_by_verdict() {
    let report = run(EVERYTHING, 2);
    let newton = &report.cells[0];
    let optimal = newton.metrics_by_verdict["optimal"]["train_accuracy"].mean.unwrap();
    let separated = newton.metrics_by_verdict["separated"]["train_accuracy"].mean.unwrap();
    assert_eq!(separated, 1.0, "every training row is on its side");
    assert!(optimal < 1.0);
    let (fits, shares) = (newton.fits as f64, [newton.verdicts["optimal"], newton.verdicts["separated"]]);
    let pooled = (optimal * shares[0] as f64 + separated * shares[1] as f64) / fits;
    assert!((pooled - metric(newton, "train_accuracy")).abs() < 1e-12);
    for (splits, cells) in report.splits.iter().zip(report.cells.chunks(12)) {
        assert_eq!(splits.separation["overlap"], cells[0].verdicts["optimal"] + cells[0].verdicts["suboptimal"]);
        assert_eq!(splits.separation["complete"] + splits.separation["quasi-complete"], cells[0].verdicts["separated"]);
    }
}

#[test]
fn firths_estimate_leaves_the_existence_of_a_maximum_undecided_in_claims() {
    let text = "[[dataset]]\nname = \"iris\"\nclasses = [\"setosa\", \"versicolor\"]\n[split]\nrepeats = 50\n[model]\npenalty = \"firth\"\n[[solver]]\nmethod = \"newton\"\n[[claim]]\nname = \"none\"\nsolver = \"newton\"\nmetric = \"separated\"\nat_most = 0\non_share = 0.9\n[[claim]]\nname = \"all\"\nsolver = \"newton\"\nmetric = \"separated\"\nat_least = 1\non_share = 0.9\n";
    let report = run(text, 2);
    assert_eq!(report.cells[0].verdicts["undecided"], 50);
    let verdicts: Vec<ClaimVerdict> = report.claims.iter().map(|claim| claim.verdict).collect();
    assert_eq!(verdicts, [ClaimVerdict::Undecided; 2]);
    // What is told of the rows is about maximum likelihood.
    assert_eq!(report.splits[0].separation["complete"], 50);
}

#[test]
fn designs_that_lose_all_their_columns_or_their_intercept_are_fitted() {
    let folder = common::Folder::new("no-columns");
    // Without an intercept: a column that is zero in nearly all rows, and one that centring turns into zeros.
    let rows: String = (0..20).map(|i| format!("{},7.5,{}\n", i32::from(i == 3), i % 2)).collect();
    folder.write("d.csv", format!("first,constant,y\n{rows}"));
    let text = "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\n[split]\nrepeats = 30\n[[model]]\nintercept = false\nscaling = \"standardize\"\n[[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"irls\"\nfactorization = \"qr\"\n[[solver]]\nmethod = \"gradient-ascent\"\nstep = [\"fixed\", \"backtracking\", \"barzilai-borwein\", \"nesterov\"]\n";
    let experiment = Experiment::parse(text, "d.toml", &folder.0, Overrides::default()).unwrap();
    let results =
        run::run(&experiment, Options { threads: 2, ..Options::default() }, &AtomicBool::new(false), &mut |_| ())
            .unwrap();
    let report = analysis::report(&experiment, &results, Environment::default(), None);
    assert_eq!(report.splits[0].rank, [0, 1]);
    for cell in &report.cells {
        assert_eq!(cell.verdicts["undecided"], 0, "{}: {:?}", cell.solver, cell.verdicts);
        assert_eq!(cell.stops.values().sum::<usize>(), 30);
    }
    assert_eq!(report.cells[0].stops["singular"], 0, "{:?}", report.cells[0].stops);
}

/// A fit that is kept whole has its certificate: on the training rows of its split the direction is on nobody's wrong side.
#[test]
fn directions_of_separated_fits_separate() {
    let text = "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[[dataset]]\nsimulate = \"gaussian\"\n\
                rows = 30\nfeatures = 8\nlabel = \"small\"\n[split]\nrepeats = 30\n[[model]]\n[[model]]\nintercept = false\n\
                [[model]]\nscaling = \"standardize\"\n[[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"article\"\n\
                [[solver]]\nmethod = \"irls\"\nfactorization = \"qr\"\n[trace]\nwhole = 30\n";
    let experiment = experiment(text);
    let report = run(text, 2);
    let (mut separated, mut optimal, mut split) = (0, 0, Split::default());
    for cell in &report.cells {
        let source = report.datasets.iter().position(|data| data.name == cell.dataset).unwrap();
        let model = report.models.iter().find(|model| model.name == cell.model).unwrap();
        for trace in &cell.whole_traces {
            let Some(direction) = trace.direction.as_ref() else {
                let told = model.scaling == "standardize" || trace.verdict != Some(Verdict::Separated);
                assert!(told, "{} on split {} of {}: {trace:?}", cell.solver, trace.split, cell.dataset);
                optimal += usize::from(trace.verdict == Some(Verdict::Optimal));
                continue;
            };
            assert_eq!(trace.verdict, Some(Verdict::Separated));
            let data = experiment.sources[source].data(trace.split);
            experiment.splitters[source].split(trace.split, &data.labels, &mut split);
            let margins: Vec<f64> = split
                .train
                .iter()
                .map(|&row| {
                    let intercept = model.intercept.then_some(1.0);
                    let features = data.features.row(row as usize);
                    let numbers = intercept.into_iter().chain(features.iter().copied());
                    let product: f64 = numbers.zip(direction).map(|(x, d)| x * d.unwrap_or(0.0)).sum();
                    if data.labels[row as usize] == 1 { product } else { -product }
                })
                .collect();
            let largest = margins.iter().copied().fold(0.0, f64::max);
            assert!(largest > 0.0 && margins.iter().all(|&margin| margin >= -1e-9 * largest), "{margins:?}");
            separated += 1;
        }
    }
    assert!(separated > 50 && optimal > 100, "{separated} directions, {optimal} optima");
}

/// Splits that have an optimum spare the look at all rows; a penalty makes them silent about it.
#[test]
fn all_rows_are_what_their_splits_show() {
    let folder = common::Folder::new("all-rows-of-splits");
    let rows = |third: &dyn Fn(i32) -> i32| -> String {
        let label = |i: i32| i32::from(i == 5 || i >= 12);
        (0..24).map(|i| format!("{i},{},{}\n", third(i), label(i))).collect()
    };
    // One row alone makes them overlap, so that some splits are separated; and the same with columns that depend.
    folder.write("one.csv", format!("x,z,y\n{}", rows(&|i| i * i % 7)));
    folder.write("dependent.csv", format!("x,z,y\n{}", rows(&|i| 3 * i + 1)));
    let datasets = "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n\
                    [[dataset]]\nname = \"iris\"\nclasses = [\"setosa\", \"versicolor\"]\n\
                    [[dataset]]\nfile = \"one.csv\"\ntarget = \"y\"\n[[dataset]]\nfile = \"dependent.csv\"\ntarget = \"y\"\n";
    let of = |model: &str| {
        let text = format!("{datasets}[split]\nrepeats = 30\n{model}[[solver]]\nmethod = \"newton\"\n");
        let experiment = Experiment::parse(&text, "test.toml", &folder.0, Overrides::default()).unwrap();
        run::run(&experiment, Options::default(), &AtomicBool::new(false), &mut |_| ()).unwrap()
    };
    let plain = of("");
    assert!(plain.splits[2].separations.contains(&Some(Separation::Overlap)));
    assert!(plain.splits[2].separations.contains(&Some(Separation::Complete)));
    let found: Vec<_> = plain.datasets.iter().map(|of| (of.separation, of.rank)).collect();
    let (overlap, complete) = (Some(Separation::Overlap), Some(Separation::Complete));
    let expected = [(overlap, 5), (complete, 5), (overlap, 3), (overlap, 2)];
    assert_eq!(found, expected.map(|(status, rank)| (status, Some(rank))));
    assert_eq!(plain.datasets, of("[model]\npenalty = \"l2\"\nstrength = 1\n").datasets);
}
