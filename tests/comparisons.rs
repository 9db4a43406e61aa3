//! Solvers against each other in the report: the right test for each question, and no failure dropped.

mod common;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use logitbench::experiment::{Experiment, Overrides};
use logitbench::metric;
use logitbench::record::{FitColumn, Results};
use logitbench::report::schema::{Comparison, Environment, Report};
use logitbench::report::{analysis, json};
use logitbench::run::{self, Options};
use logitbench::statistics::resampled_t::ResampledT;
use logitbench::statistics::sign::sign_test;
use logitbench::statistics::skillings_mack::SkillingsMack;
use logitbench::statistics::words::p_is;

fn run(text: &str) -> (Report, Results) {
    let experiment = Experiment::parse(text, "test.toml", Path::new(""), Overrides::default()).unwrap();
    let options = Options { threads: 2, ..Options::default() };
    let results = run::run(&experiment, options, &AtomicBool::new(false), &mut |_| ()).unwrap();
    (analysis::report(&experiment, &results, Environment::default(), None), results)
}

const PAIR: &str = r#"
[[dataset]]
name = "iris"
classes = ["versicolor", "virginica"]
[split]
repeats = 120
[[solver]]
method = "newton"
[[solver]]
method = "gradient-ascent"
max_iterations = 25
"#;

fn pair(text: &str) -> (Comparison, Results) {
    let (mut report, results) = run(text);
    assert_eq!(report.comparisons.len(), 1);
    (report.comparisons.remove(0), results)
}

#[test]
fn the_two_questions_have_their_own_intervals() {
    let (comparison, results) = pair(PAIR);
    let column = |cell: usize| &results.cells[cell].records.metrics[metric::index("test_accuracy").unwrap()];
    let differences: Vec<f64> = column(0).iter().zip(column(1).iter()).map(|(a, b)| a - b).collect();
    let accuracy = &comparison.test_accuracy;
    assert!((accuracy.mean_difference.unwrap() - differences.iter().sum::<f64>() / 120.0).abs() < 1e-12);
    let larger = differences.iter().filter(|difference| **difference > 1e-9).count();
    let smaller = differences.iter().filter(|difference| **difference < -1e-9).count();
    assert_eq!((accuracy.first_larger, accuracy.second_larger), (larger, smaller));
    assert_eq!((accuracy.equal, accuracy.undefined), (120 - larger - smaller, 0));
    assert_eq!(accuracy.sign_test_p.unwrap(), sign_test(larger as u64, smaller as u64));
    for (inference, ratio) in [(&accuracy.over_splits, 0.0), (&accuracy.on_new_data, 25.0 / 75.0)] {
        let (inference, test) = (inference.as_ref().unwrap(), ResampledT::new(&differences, ratio).unwrap());
        let (low, high) = test.interval(0.95);
        assert!((inference.interval[0] - low).abs() < 1e-12 && (inference.interval[1] - high).abs() < 1e-12);
        assert!((inference.p_value - test.p_two_sided()).abs() < 1e-9);
        assert_eq!(inference.p_adjusted, inference.p_value, "one pair");
    }
    let posterior = accuracy.posterior.as_ref().unwrap();
    assert!((posterior.first_larger + posterior.equivalent + posterior.second_larger - 1.0).abs() < 1e-12);
    assert!(comparison.conclusion.contains("Over all random splits of iris"), "{}", comparison.conclusion);
    assert!(
        comparison.conclusion.contains("On new data newton is shown to be more accurate"),
        "{}",
        comparison.conclusion
    );
}

/// The rope is the file's, and what is said of equivalence is said of half and twice of it, and from which on it would be shown.
#[test]
fn ropes_are_the_file_s_and_their_sensitivity_is_told() {
    let (default, _) = pair(PAIR);
    let posterior = default.test_accuracy.posterior.unwrap();
    assert_eq!(posterior.rope, 0.01);
    let ropes: Vec<f64> = posterior.at_other_ropes.iter().map(|other| other.rope).collect();
    assert_eq!(ropes, [0.005, 0.02]);
    let equivalent: Vec<f64> = posterior.at_other_ropes.iter().map(|other| other.equivalent).collect();
    assert!(equivalent[0] <= posterior.equivalent && posterior.equivalent <= equivalent[1], "{posterior:?}");
    let from = posterior.equivalent_from.unwrap();
    let words = format!(
        "(within 0.005 with {:.2}, within 0.02 with {:.2}, within {from:.4} with 0.95)",
        equivalent[0], equivalent[1]
    );
    assert!(default.conclusion.contains(&words), "{}", default.conclusion);
    let (wide, _) = pair(&format!("{PAIR}[rope]\ntest_accuracy = {from:?}\n"));
    let wide = wide.test_accuracy.posterior.unwrap();
    assert!((wide.equivalent - 0.95).abs() < 1e-9, "{wide:?}");
    assert!(wide.at_other_ropes[0].equivalent < 0.95 && wide.at_other_ropes[1].equivalent > 0.95);
}

/// Every metric of test rows that says which fit is better is compared, with a family of pairs of its own.
#[test]
fn solvers_are_compared_by_every_metric_that_rates_them() {
    let three = format!("{PAIR}[[solver]]\nmethod = \"gradient-ascent\"\nname = \"one step\"\nmax_iterations = 1\n");
    let (report, results) = run(&three);
    let usual = || metric::Selection::USUAL.metrics();
    let names = || usual().filter(|(_, metric)| metric.rates_new_data()).map(|(_, metric)| metric.name);
    for comparison in &report.comparisons {
        let compared: Vec<&str> =
            std::iter::once("test_accuracy").chain(comparison.metrics.keys().map(String::as_str)).collect();
        assert_eq!(compared, names().collect::<Vec<_>>());
    }
    let place = metric::index("test_log_loss").unwrap();
    let column = |cell: usize| &results.cells[cell].records.metrics[place];
    let differences: Vec<f64> = column(0).iter().zip(column(2).iter()).map(|(a, b)| a - b).collect();
    let loss = &report.comparisons[1].metrics["test_log_loss"];
    let test = ResampledT::new(&differences, 25.0 / 75.0).unwrap();
    let found = loss.on_new_data.as_ref().unwrap();
    assert!(
        (loss.mean_difference.unwrap() - test.mean).abs() < 1e-12 && (found.p_value - test.p_two_sided()).abs() < 1e-12
    );
    assert_eq!((loss.left_out, loss.failed, &loss.posterior), (0, 0, &None), "no rope, no posterior");
    // The largest p of three is not adjusted, the smallest three times, or as the next.
    let p: Vec<[f64; 2]> = report
        .comparisons
        .iter()
        .map(|comparison| comparison.metrics["test_log_loss"].on_new_data.as_ref().unwrap())
        .map(|test| [test.p_value, test.p_adjusted])
        .collect();
    let expected = logitbench::statistics::holm::holm(&p.iter().map(|p| p[0]).collect::<Vec<_>>());
    assert_eq!(p.iter().map(|p| p[1]).collect::<Vec<_>>(), expected);
    let (asked, _) = run(&format!("metrics = [\"test_average_precision\"]\n{three}"));
    assert!(!names().any(|name| name == "test_average_precision"));
    assert!(asked.comparisons[0].metrics.contains_key("test_average_precision"));
    let (with_rope, _) = run(&format!("{three}[rope]\ntest_log_loss = 0.05\n"));
    assert_eq!(with_rope.comparisons[1].metrics["test_log_loss"].posterior.as_ref().unwrap().rope, 0.05);
}

/// A fit without a log loss has lost, and no finite number stands for how much.
#[test]
fn a_fit_without_a_log_loss_loses_in_direction_and_is_left_out_of_the_mean() {
    let text = PAIR.replace("max_iterations = 25", "step = \"fixed\"\nlength = 1e308\nmax_iterations = 3");
    let (comparison, results) = pair(&text);
    let place = metric::index("test_log_loss").unwrap();
    let values = || results.cells[1].records.metrics[place].iter();
    let missing = values().filter(|value| value.is_nan()).count();
    // A probability of 0 for what happened is infinitely bad.
    let infinite = values().filter(|value| value.is_infinite()).count();
    assert!(missing > 0 && infinite > 0);
    let loss = &comparison.metrics["test_log_loss"];
    assert_eq!((loss.left_out, loss.failed), (missing + infinite, missing));
    assert!(loss.second_larger >= missing + infinite && loss.first_larger + loss.second_larger + loss.equal == 120);
    assert_eq!(loss.sign_test_p.unwrap(), sign_test(loss.first_larger as u64, loss.second_larger as u64));
    // The area has a worst value, which counts.
    let area = &comparison.metrics["test_auc"];
    let areas = results.cells[1].records.metrics[metric::index("test_auc").unwrap()].iter();
    assert_eq!((area.left_out, area.failed), (0, areas.filter(|value| value.is_nan()).count()));
    assert_eq!((loss.at_worst, area.at_worst), (None, Some([0, area.failed])));
    let worst = format!(
        "A fit without a value counts in every test with the worst one: gradient-ascent on {missing} splits (test balanced accuracy 0, test f1 0, \
         test matthews correlation -1 and test brier score 1); gradient-ascent on {} splits (test auc 0).",
        area.failed
    );
    assert!(comparison.conclusion.contains(&worst), "{}", comparison.conclusion);
    let words = format!(
        "On {} splits a fit has no finite test log loss: it counts as the worse one in the sign test",
        missing + infinite
    );
    assert!(comparison.conclusion.contains(&words), "{}", comparison.conclusion);
}

/// A difference of rounding is none, and one between two fits at one optimum is called what it is.
#[test]
fn at_one_optimum_log_losses_differ_by_the_tolerance_alone() {
    let text = PAIR
        .replace(
            "name = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]",
            "simulate = \"gaussian\"\nrows = 200\nfeatures = 2",
        )
        .replace(
            "max_iterations = 25",
            "step = \"barzilai-borwein\"\nmax_iterations = 20_000\ncoefficient_change = 1e-6",
        )
        .replace("repeats = 120", "repeats = 30");
    let (comparison, _) = pair(&text);
    assert_eq!(comparison.optimal.both, 30);
    let loss = &comparison.metrics["test_log_loss"];
    assert!(loss.at_one_optimum > 0 && loss.at_one_optimum == loss.first_larger + loss.second_larger, "{loss:?}");
    assert!(loss.mean_difference.unwrap().abs() < 1e-4);
    let words = "they differ only where both are proved optimal, by what tolerance and rounding leave open";
    assert!(comparison.conclusion.contains(words), "{}", comparison.conclusion);
    assert!(!comparison.conclusion.contains("better test log loss"), "{}", comparison.conclusion);
}

#[test]
fn a_fit_that_is_not_there_is_under_converged_and_has_lost() {
    let (comparison, results) = pair(PAIR);
    let optimal = comparison.optimal;
    assert!(optimal.only_first > 20 && optimal.no_optimum > 20, "{optimal:?}");
    let all = [optimal.both, optimal.only_first, optimal.only_second, optimal.neither, optimal.no_optimum];
    assert_eq!(all.iter().sum::<usize>(), 120);
    assert_eq!(results.splits[0].count(Some(logitbench::record::Separation::Overlap)), 120 - optimal.no_optimum);
    let check = comparison.same_minimiser.as_ref().unwrap();
    assert_eq!((check.splits, check.accuracy_differs, check.classes_that_differ), (0, 0, None));
    assert!(check.same_threshold && check.under_converged > 10 && check.under_converged <= optimal.only_first);
    let words = "gradient-ascent is proved not to be there. Stopping early acts like a stronger penalty";
    assert!(comparison.conclusion.contains(words), "{}", comparison.conclusion);
    assert!(comparison.conclusion.contains("On no split are both proved optimal"), "{}", comparison.conclusion);
    // Costs to the optimum are not compared where there is but one, and yet the other has lost.
    let cost = &comparison.iterations;
    assert_eq!((cost.mean_difference, cost.shift, cost.wilcoxon_p), (None, None, None));
    assert_eq!(cost.sign_test_p.unwrap(), sign_test(0, optimal.only_first as u64));
}

#[test]
fn at_the_same_optimum_solvers_agree() {
    let text = PAIR.replace("max_iterations = 25", "step = \"barzilai-borwein\"\nmax_iterations = 20_000");
    let (comparison, _) = pair(&format!("{text}[trace]\nwhole = 0\n"));
    let check = comparison.same_minimiser.unwrap();
    assert!(check.splits == comparison.optimal.both && check.splits > 50);
    assert!(check.coefficient_norm_difference.unwrap() < 1e-3, "{check:?}");
    assert_eq!(check.coefficient_difference, None, "no trace is kept");
    let (whole, results) = pair(&format!("{text}[trace]\nwhole = 120\n"));
    let largest = whole.same_minimiser.unwrap().coefficient_difference.unwrap();
    assert!(largest > 0.0 && largest < 1e-3, "{largest}");
    // Of a norm nothing more can differ than all coefficients together.
    assert!(check.coefficient_norm_difference.unwrap() <= 2.0 * largest);
    assert_eq!(results.cells[0].records.traces[0].coefficients.len(), 5);
    assert_eq!((check.accuracy_differs, check.under_converged, check.classes_that_differ), (0, 0, Some(0)));
    assert!(
        comparison.conclusion.contains("within the tolerance of the same optimum, and their test accuracies are equal")
    );
    for cost in [&comparison.iterations, &comparison.oracle_calls] {
        let [low, high] = cost.shift_interval.unwrap();
        assert!(low <= cost.shift.unwrap() && cost.shift.unwrap() <= high && high < 0.0, "{cost:?}");
        assert_eq!((cost.second_larger, cost.rank_biserial), (check.splits, Some(-1.0)));
        assert!(cost.wilcoxon_p.unwrap() < 1e-6 && cost.sign_test_p.unwrap() < 1e-6);
    }
    assert!(comparison.conclusion.contains("newton takes typically"), "{}", comparison.conclusion);
}

#[test]
fn other_thresholds_are_no_under_convergence() {
    let text = PAIR.replace(
        "method = \"gradient-ascent\"\nmax_iterations = 25",
        "method = \"newton\"\nname = \"0.05\"\nthreshold = 0.05",
    );
    let (comparison, _) = pair(&text);
    let check = comparison.same_minimiser.unwrap();
    assert!(!check.same_threshold && check.accuracy_differs > 20, "{check:?}");
    assert_eq!(comparison.thresholds, Some(["0.5".to_owned(), "0.05".to_owned()]));
    let words =
        "newton and 0.05 have different thresholds (0.5 and 0.05), so the classes that they predict are not compared. ";
    assert!(comparison.conclusion.starts_with(words), "{}", comparison.conclusion);
    assert!(
        !comparison.conclusion.contains("accura") && !comparison.conclusion.contains(" f1"),
        "{}",
        comparison.conclusion
    );
}

/// One criterion is one threshold at one optimum; and words about rows next to a boundary are not said of thresholds that may jump.
#[test]
fn thresholds_chosen_by_one_criterion_are_the_same() {
    let chosen = |criterion: &str, rest: &str| {
        let rest = format!("{rest}\nthreshold = \"{criterion}\"");
        PAIR.replace("method = \"newton\"", "method = \"newton\"\nthreshold = \"youden\"")
            .replace("max_iterations = 25", &rest)
    };
    let (comparison, _) = pair(&chosen("youden", "max_iterations = 3"));
    let check = comparison.same_minimiser.as_ref().unwrap();
    assert!(check.same_threshold && check.threshold_is_chosen && check.under_converged > 0, "{check:?}");
    assert!(comparison.conclusion.contains("Stopping early acts like"), "{}", comparison.conclusion);
    let (comparison, _) = pair(&chosen("f1", "max_iterations = 3"));
    assert!(!comparison.same_minimiser.unwrap().same_threshold);
    assert!(comparison.conclusion.contains("have different thresholds (youden and f1)"), "{}", comparison.conclusion);
    // At one optimum: each takes its threshold from almost equal probabilities.
    let text = chosen("youden", "")
        .replace("gradient-ascent", "l-bfgs")
        .replace("[split]", "[verdict]\ntolerance = 1e-3\n[split]");
    let (mut comparison, _) = pair(&text);
    let check = comparison.same_minimiser.as_mut().unwrap();
    assert!(check.same_threshold && check.splits > 50, "{check:?}");
    assert!(check.accuracy_differs == 0 || comparison.conclusion.contains("the threshold that is chosen"));
}

#[test]
fn without_spread_or_test_rows_nothing_is_said_of_new_data() {
    let same =
        PAIR.replace("method = \"gradient-ascent\"\nmax_iterations = 25", "method = \"newton\"\nname = \"again\"");
    let (comparison, _) = pair(&same);
    let accuracy = &comparison.test_accuracy;
    assert_eq!((accuracy.equal, &accuracy.on_new_data, &accuracy.posterior), (120, &None, &None));
    assert_eq!((accuracy.effect_size, accuracy.sign_test_p), (None, Some(1.0)));
    let (report, _) = run(&PAIR.replace("repeats = 120", "scheme = \"all-rows\"\nrepeats = 1"));
    let accuracy = &report.comparisons[0].test_accuracy;
    assert_eq!((accuracy.undefined, accuracy.mean_difference, &accuracy.over_splits), (1, None, &None));
    assert!(report.comparisons[0].conclusion.contains("not defined"));
    assert_eq!(report.rankings[0].left_out, ["iris: versicolor / virginica"]);

    let (report, _) = run(PAIR);
    let metrics = &report.cells[0].metrics;
    for (name, metric) in metrics {
        assert_eq!(metric.new_data_interval.is_some(), name.starts_with("test_"), "{name}");
    }
    let (over_splits, new_data) =
        (metrics["test_auc"].mean_interval.unwrap(), metrics["test_auc"].new_data_interval.unwrap());
    // The ends μ solve (mean − μ)² = h² μ(1 − μ)/(mean (1 − mean)), and h² is larger by 1 + 120/3 on new data.
    let mean = metrics["test_auc"].distribution.mean.unwrap();
    let squared = |end: f64| (mean - end).powi(2) / (end * (1.0 - end));
    for k in [0, 1] {
        let ratio = squared(new_data[k]) / squared(over_splits[k]);
        assert!((ratio - (1.0 + 120.0 / 3.0)).abs() < 1e-6, "{ratio}");
    }
    for (_, metric) in metric::Selection::USUAL.metrics() {
        let summary = &metrics[metric.name];
        for [low, high] in summary.mean_interval.into_iter().chain(summary.new_data_interval) {
            assert!(metric.range.0 <= low && high <= metric.range.1, "{}: {low} to {high}", metric.name);
        }
    }
    // All fits of setosa against versicolor are perfect: no spread.
    let (report, _) = run(&PAIR.replace("virginica", "setosa"));
    assert_eq!(report.cells[0].metrics["test_accuracy"].new_data_interval, None);
    assert!(
        report.comparisons[0]
            .conclusion
            .contains("Where no maximum exists, accuracies can depend on when a solver stops.")
    );
}

/// t = infinity with p = 0 is what a t-test says of two equal differences, and the sign test that they prove nothing.
#[test]
fn equal_differences_have_no_t_test() {
    for repeats in [1, 2, 3, 30] {
        let text = PAIR
            .replace("virginica", "setosa")
            .replace("repeats = 120", &format!("repeats = {repeats}"))
            .replace("method = \"newton\"", "method = \"newton\"\nseparated = false\nthreshold = 0.9")
            .replace("max_iterations = 25", "max_iterations = 1\nthreshold = 0.9");
        let (comparison, _) = pair(&text);
        let accuracy = &comparison.test_accuracy;
        assert_eq!(accuracy.first_larger, repeats, "every row coded 1 is put into class 0 by the second");
        assert!(accuracy.over_splits.is_none() || repeats > 2);
        if accuracy.over_splits.is_none() {
            assert_eq!((&accuracy.on_new_data, &accuracy.posterior), (&None, &None));
            assert_eq!(accuracy.sign_test_p.unwrap(), sign_test(repeats as u64, 0));
            let p = p_is(accuracy.sign_test_p.unwrap());
            let words = format!("by the exact sign test of the directions on these splits, {p}");
            assert!(comparison.conclusion.contains(&words), "{}", comparison.conclusion);
            assert!(!comparison.conclusion.contains("more accurate"), "{}", comparison.conclusion);
        }
    }
}

#[test]
fn fresh_draws_are_new_data() {
    let text = PAIR.replace(
        "name = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]",
        "simulate = \"gaussian\"\nrows = 60\nfeatures = 3\nredraw = true",
    );
    let (comparison, _) = pair(&text.replace("max_iterations = 25", "max_iterations = 1"));
    assert!(comparison.conclusion.contains("On new data") && !comparison.conclusion.contains("random splits"));
    let accuracy = comparison.test_accuracy;
    assert!(accuracy.equal < 120);
    assert_eq!(accuracy.on_new_data, accuracy.over_splits);
}

const MANY_DATA_SETS: &str = r#"
seed = 3
[[dataset]]
simulate = "gaussian"
rows = 80
features = [2, 3, 4]
condition_number = [1.0, 5.0, 20.0]
[[dataset]]
name = "iris"
classes = ["setosa", "versicolor"]
[split]
repeats = 12
[[solver]]
method = "newton"
[[solver]]
method = "gradient-ascent"
max_iterations = 3000
[[solver]]
method = "gradient-ascent"
name = "one step"
max_iterations = 1
"#;

#[test]
fn over_data_sets_failures_are_ranked_last() {
    let (report, _) = run(MANY_DATA_SETS);
    let names: Vec<&str> = report.rankings.iter().map(|ranking| ranking.measure.as_str()).collect();
    assert_eq!(names, ["test_accuracy", "iterations", "oracle_calls"]);
    let accuracy = &report.rankings[0];
    assert_eq!((accuracy.datasets.len(), accuracy.left_out.len()), (10, 0));
    for ranking in &report.rankings[1..] {
        assert_eq!((ranking.datasets.len(), &ranking.left_out[..]), (9, &["iris: setosa / versicolor".to_owned()][..]));
        assert!(ranking.scores.iter().all(|row| row[0].is_some() && row[2].is_none()), "{:?}", ranking.scores);
        let tests = ranking.tests.as_ref().unwrap();
        // Newton's method first, a single step last, and nothing in between but ties with the last.
        assert_eq!(tests.average_ranks[0], 1.0);
        assert!(tests.average_ranks[2] >= tests.average_ranks[1]);
        assert!((tests.average_ranks.iter().sum::<f64>() - 6.0).abs() < 1e-12);
        let pair = &tests.pairs[1];
        assert_eq!(pair.solvers, ["newton", "one step"]);
        assert_eq!((pair.wilcoxon_p, &pair.posterior), (2.0 * 0.5f64.powi(9), &None));
        assert!(pair.wilcoxon_p_adjusted >= pair.wilcoxon_p && pair.nemenyi_p.unwrap() < 0.01);
        assert!(tests.friedman.as_ref().unwrap().p_iman_davenport < 0.001 && tests.critical_difference.unwrap() > 0.5);
        assert!(ranking.conclusion.contains("newton before one step"), "{}", ranking.conclusion);
        // Better on all nine data sets: a finite rating, and of its win rates no spread over data sets.
        let [newton, _, step] = &ranking.ratings[..] else { panic!("{:?}", ranking.ratings) };
        assert_eq!((newton.win_rates[0], newton.win_rates[2]), (None, Some(1.0)));
        assert!(newton.points > 0.0 && newton.points.is_finite() && step.points < 0.0);
        assert!(ranking.conclusion.contains("Ranked last where no more than half of the fits"));
        assert!(ranking.conclusion.contains("one step on 9"), "{}", ranking.conclusion);
    }
    // Of a further data set: a single step is the worse. The centre is not the mean, from which iris is far away.
    let test = accuracy.tests.as_ref().unwrap().pairs[1].hierarchical.as_ref().unwrap();
    let of = &test.further_dataset;
    assert!((of.first_larger + of.equivalent + of.second_larger - 1.0).abs() < 1e-9 && test.r_hat < 1.01);
    let mean = |solver: usize| accuracy.scores.iter().map(|row| row[solver].unwrap()).sum::<f64>() / 10.0;
    assert!(mean(0) > mean(2) && of.first_larger > of.second_larger, "{test:?}");
    assert!(test.mean_interval[0] < test.mean_interval[1], "{test:?}");
    assert!(accuracy.conclusion.contains("On a further data set"), "{}", accuracy.conclusion);
    let posterior = accuracy.tests.as_ref().unwrap().pairs[0].posterior.as_ref().unwrap();
    assert!((posterior.first_larger + posterior.equivalent + posterior.second_larger - 1.0).abs() < 1e-9);
    // Monte Carlo too is the same for any number of threads.
    let experiment = Experiment::parse(MANY_DATA_SETS, "test.toml", Path::new(""), Overrides::default()).unwrap();
    let text = |threads| {
        let options = Options { threads, ..Options::default() };
        let results = run::run(&experiment, options, &AtomicBool::new(false), &mut |_| ()).unwrap();
        let mut report = analysis::report(&experiment, &results, Environment::default(), None);
        report.timings.clear();
        json::render(&report).unwrap()
    };
    assert!(text(1) == text(3));
}

#[test]
fn too_few_data_sets_are_refused_with_the_number_that_is_needed() {
    let (report, _) = run(&MANY_DATA_SETS.replace("[2, 3, 4]", "[2]"));
    for ranking in &report.rankings {
        assert_eq!((&ranking.tests, ranking.needed), (&None, 7));
        assert!(ranking.conclusion.contains("3 solvers need 7 data sets or more"), "{}", ranking.conclusion);
    }
    // Two solvers need no Friedman test, and six data sets.
    let two = MANY_DATA_SETS.split("[[solver]]\nmethod = \"gradient-ascent\"\nname").next().unwrap();
    let (report, _) = run(&two.replace("[2, 3, 4]", "[2, 3]"));
    let ranking = &report.rankings[1];
    assert_eq!((ranking.needed, ranking.datasets.len()), (6, 6));
    let tests = ranking.tests.as_ref().unwrap();
    assert_eq!((&tests.friedman, tests.critical_difference, tests.groups.len()), (&None, None, 0));
    assert_eq!(tests.pairs[0].wilcoxon_p_adjusted, 2.0 * 0.5f64.powi(6));
}

#[test]
fn a_data_set_on_which_a_solver_fails_still_ranks_the_others() {
    let experiment = Experiment::parse(MANY_DATA_SETS, "test.toml", Path::new(""), Overrides::default()).unwrap();
    let (before, mut results) = run(MANY_DATA_SETS);
    assert!(before.rankings.iter().all(|ranking| ranking.failed.is_empty()));
    assert!(before.rankings.iter().all(|ranking| ranking.tests.as_ref().unwrap().skillings_mack.is_none()));
    // All fits of gradient ascent fail on the first and the fifth data set.
    for (cell, dataset) in [(1, 0), (13, 4)] {
        let cell = &mut results.cells[cell];
        assert_eq!((cell.solver, cell.source), (1, dataset));
        cell.records.stops.fill(logitbench::solver::Stop::Failed);
        cell.records.verdicts.fill(logitbench::record::Verdict::Undecided);
    }
    let report = analysis::report(&experiment, &results, Environment::default(), None);
    for ranking in &report.rankings[1..] {
        let failed: Vec<&str> = ranking.failed.iter().map(|cell| cell.dataset.as_str()).collect();
        assert_eq!(failed, [ranking.datasets[0].as_str(), ranking.datasets[4].as_str()]);
        let present = |(dataset, row): (usize, &Vec<Option<f64>>)| {
            let score = |(solver, score): (usize, &Option<f64>)| {
                let failed = solver == 1 && [0, 4].contains(&dataset);
                (!failed).then_some(score.map_or(f64::NEG_INFINITY, |score| -score))
            };
            row.iter().enumerate().map(score).collect::<Vec<Option<f64>>>()
        };
        let scores: Vec<Vec<Option<f64>>> = ranking.scores.iter().enumerate().map(present).collect();
        let (test, expected) = (ranking.tests.as_ref().unwrap(), SkillingsMack::new(&scores).unwrap());
        let test = test.skillings_mack.as_ref().unwrap();
        assert_eq!((test.datasets, test.chi_squared), (9, expected.chi_squared));
        let (dataset, conclusion) = (&ranking.datasets[4], &ranking.conclusion);
        assert!(conclusion.contains(&format!("gradient-ascent on {dataset}; Skillings & Mack's test")), "{conclusion}");
    }
}

/// Failures that are equal are no evidence that classifiers are.
#[test]
fn data_sets_on_which_all_fits_failed_say_nothing() {
    let experiment = Experiment::parse(MANY_DATA_SETS, "test.toml", Path::new(""), Overrides::default()).unwrap();
    let (_, mut results) = run(MANY_DATA_SETS);
    // All solvers on the first data set, and the first two on the fifth.
    for cell in [0, 1, 2, 12, 13] {
        results.cells[cell].records.stops.fill(logitbench::solver::Stop::Failed);
    }
    let report = analysis::report(&experiment, &results, Environment::default(), None);
    let ranking = &report.rankings[0];
    let name = &report.cells[0].dataset;
    assert_eq!((ranking.datasets.len(), &ranking.all_failed_on, ranking.left_out.len()), (9, &vec![name.clone()], 0));
    let words = format!("Left out, since all fits of all solvers failed: {name}.");
    assert!(ranking.conclusion.ends_with(&words), "{}", ranking.conclusion);
    let pairs = &ranking.tests.as_ref().unwrap().pairs;
    let counts = |pair: usize| {
        let test = pairs[pair].hierarchical.as_ref().unwrap();
        (test.datasets, test.both_failed)
    };
    assert_eq!((counts(0), counts(1)), ((8, 2), (9, 1)));
    assert!(
        ranking.conclusion.contains("2 data sets where all fits of both failed left out"),
        "{}",
        ranking.conclusion
    );
}

/// The same accuracies in another order have another sum in floating point, and are no win.
#[test]
fn rounding_breaks_no_ties_of_scores() {
    let experiment = Experiment::parse(MANY_DATA_SETS, "test.toml", Path::new(""), Overrides::default()).unwrap();
    let (_, mut results) = run(MANY_DATA_SETS);
    let place = metric::index("test_accuracy").unwrap();
    let of_solver = [[0.1, 0.7], [0.7, 0.1], [0.1, 0.1]].map(|[early, late]| [[early; 6], [late; 6]].concat());
    let sum = |values: &[f64]| values.iter().sum::<f64>();
    assert!(sum(&of_solver[0]) != sum(&of_solver[1]));
    for cell in &mut results.cells {
        let mut column = FitColumn::with_capacity(12);
        column.extend(of_solver[cell.solver].iter().copied());
        cell.records.metrics[place] = column;
    }
    let report = analysis::report(&experiment, &results, Environment::default(), None);
    let ranking = &report.rankings[0];
    let tests = ranking.tests.as_ref().unwrap();
    assert_eq!(tests.average_ranks, [1.5, 1.5, 3.0]);
    assert_eq!((tests.pairs[0].wilcoxon_p, ranking.ratings[0].win_rates[1]), (1.0, Some(0.5)));
    // Ratings are iterated.
    assert!((ranking.ratings[0].points - ranking.ratings[1].points).abs() < 1e-6);
    // Ten differences of one size, all of one sign.
    assert_eq!(tests.pairs[1].wilcoxon_p, 2.0 * 0.5f64.powi(10));
}

#[test]
fn in_profiles_an_unproved_fit_costs_infinitely_much() {
    let (report, _) = run(MANY_DATA_SETS);
    let costs: Vec<&str> = report.profiles.iter().map(|profile| profile.cost.as_str()).collect();
    assert_eq!(costs, ["iterations", "oracle_calls"]);
    for profile in &report.profiles {
        assert_eq!(profile.problems + profile.without_optimum, 10 * 12);
        assert!(profile.without_optimum >= 12, "iris is separable");
        assert_eq!((profile.solved[0], profile.solved[2]), (1.0, 0.0));
        assert_eq!(profile.shifted_geometric_mean[2], None);
        for steps in [&profile.performance, &profile.data] {
            assert_eq!((steps.share.len(), steps.share[0].len()), (3, steps.factor.len()));
            assert!(steps.share.iter().all(|share| share.is_sorted()) && steps.factor.is_sorted());
            assert_eq!(steps.share[2].last(), Some(&0.0));
        }
        assert_eq!(profile.performance.share[0][0], 1.0, "Newton's method needs least");
        assert_eq!(profile.datasets.len(), 9, "each weighs the same");
        // The second solver does not solve equally much of each data set, the first does.
        let second = profile.data.interval.as_ref().unwrap()[1].iter().zip(&profile.data.share[1]);
        let inside = second.filter_map(|(interval, share)| interval.map(|[low, high]| low <= *share && *share <= high));
        let inside: Vec<bool> = inside.collect();
        assert!(!inside.is_empty() && inside.iter().all(|&inside| inside), "{:?}", profile.data.interval);
        assert_eq!(profile.solved_interval[0], None, "no spread");
        assert!(profile.conclusion.contains("(Gould & Scott 2016)"), "{}", profile.conclusion);
        assert!(profile.conclusion.contains("most are solved by newton"), "{}", profile.conclusion);
    }
    let (report, _) = run(PAIR);
    assert!(
        report.profiles.iter().all(|profile| profile.data.interval.is_none() && profile.solved_interval.is_empty())
    );
    assert!(report.profiles[0].conclusion.contains("too few"), "{}", report.profiles[0].conclusion);
    // A model under which no split has an optimum has no profile.
    let (report, _) = run(&PAIR.replace("virginica", "setosa"));
    assert!(report.profiles.is_empty());
}

#[test]
fn what_targets_cost_is_told_by_whole_traces() {
    let (report, results) = run(&format!("{MANY_DATA_SETS}[trace]\nwhole = 12\n"));
    for profile in &report.profiles {
        assert_eq!(profile.targets.len(), 5);
        for target in &profile.targets {
            assert_eq!(target.problems, profile.problems);
            assert!(target.share.iter().all(|share| share.is_sorted() && share.len() == target.cost.len()));
            // Whoever is proved optimal has been within a hundredth of the optimum.
            if target.objective_gap == 1e-2 {
                assert!(
                    target.share.iter().zip(&profile.solved).all(|(share, solved)| share.last().unwrap() >= solved)
                );
            }
        }
    }
    let [iterations, calls] = [0, 1].map(|place| &report.profiles[place].targets[2]);
    // A point before the first iteration has cost a call of the oracle.
    assert!(iterations.share[0].iter().zip(&calls.share[0]).all(|(a, b)| a >= b));
    // By hand: the median of Newton's iterations to 1e-6.
    let mut first: Vec<u32> = Vec::new();
    for cell in results.cells.iter().filter(|cell| cell.solver == 0) {
        let splits = results.splits.iter().find(|splits| splits.source == cell.source).unwrap();
        let with_optimum =
            |split: u64| splits.separations[split as usize] == Some(logitbench::record::Separation::Overlap);
        for trace in cell.records.traces.iter().filter(|trace| with_optimum(trace.split)) {
            first.push(trace.points.iter().find(|(_, gap)| *gap <= 1e-6).unwrap().0.iteration);
        }
    }
    for (cost, share) in iterations.cost.iter().zip(&iterations.share[0]) {
        let within = first.iter().filter(|&&count| f64::from(count) <= *cost).count();
        assert!((share - within as f64 / first.len() as f64).abs() < 1e-12, "{cost}");
    }
    // Without whole traces nothing is told.
    let without = format!("{MANY_DATA_SETS}[trace]\nwhole = 0\n");
    assert!(run(&without).0.profiles.iter().all(|profile| profile.targets.is_empty()));
}

#[test]
fn the_shares_of_fits_near_the_optimum_grow_along_the_iterations() {
    let (report, _) = run(PAIR);
    let cell = &report.cells[0];
    let trace = cell.trace.as_ref().unwrap();
    let gaps: Vec<f64> = trace.reached.iter().map(|reached| reached.objective_gap).collect();
    assert_eq!(gaps, [1e-2, 1e-4, 1e-6, 1e-8, 1e-10]);
    for (reached, harder) in trace.reached.iter().zip(&trace.reached[1..]) {
        assert_eq!(reached.share.len(), trace.iteration.len());
        assert!(reached.share.is_sorted(), "Newton's method with step-halving goes downhill");
        assert!(reached.share.iter().zip(&harder.share).all(|(share, harder)| share >= harder));
    }
    let optimal = cell.verdicts["optimal"] as f64 / cell.fits as f64;
    assert!(
        (trace.reached[3].share.last().unwrap() - optimal).abs() < 1e-5,
        "fits that stop where rows are separated are not near"
    );
}

/// What McNemar's test counts are the rows that accuracies count.
#[test]
fn predictions_agree_with_accuracies() {
    let models = "[[model]]\n[[model]]\nname = \"scaled\"\nscaling = \"standardize\"\nintercept = true\n";
    let solvers = "[[solver]]\nmethod = \"article\"\n[trace]\nwhole = 1000\n";
    let (report, results) = run(&format!("{PAIR}{models}{solvers}").replace("repeats = 120", "repeats = 40"));
    assert_eq!(report.comparisons.len(), 6);
    let (mut differ, mut predicted) = (0, 0);
    for comparison in &report.comparisons {
        let records = |name: &str| {
            let of = |cell: &&logitbench::record::Cell| {
                let summary = &report.cells[results.cells.iter().position(|other| std::ptr::eq(other, *cell)).unwrap()];
                summary.solver == name && summary.model == comparison.model
            };
            &results.cells.iter().find(of).unwrap().records
        };
        let [a, b] = [records(&comparison.solvers[0]), records(&comparison.solvers[1])];
        let accuracy = logitbench::metric::index("test_accuracy").unwrap();
        let right =
            |records: &logitbench::record::CellRecords| (25.0 * records.metrics[accuracy].get(0)).round() as i64;
        let test = comparison.mcnemar.as_ref().unwrap();
        let (first, second) = (test.only_first_right as i64, test.only_second_right as i64);
        assert_eq!(first - second, right(a) - right(b));
        assert_eq!((test.splits, test.p_value), (1, sign_test(first as u64, second as u64)));
        differ += first + second;
        let Some(check) = &comparison.same_minimiser else { continue };
        assert!(check.predictions_that_differ >= check.classes_that_differ, "{check:?}");
        predicted += usize::from(check.predictions_that_differ.is_some());
    }
    assert!(differ > 0 && predicted > 0, "something was compared");
}

/// Test rows of one split are classified by the same two fits, so rows of several splits are not independent.
#[test]
fn rows_of_several_splits_are_never_pooled() {
    let simulated = "simulate = \"gaussian\"\nrows = 60\nfeatures = 3\nredraw = true";
    let text = PAIR.replace("name = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]", simulated);
    let redrawn = pair(&format!("{text}[trace]\nwhole = 30\n")).0.mcnemar.unwrap();
    assert_eq!(redrawn.splits, 1);
    assert_eq!(pair(&format!("{PAIR}[trace]\nwhole = 30\n")).0.mcnemar.unwrap().splits, 1);
    assert!(pair(&format!("{PAIR}[trace]\nwhole = 0\n")).0.mcnemar.is_none());
    let (one, _) = pair(
        &PAIR
            .replace("repeats = 120", "repeats = 1")
            .replace("= 25", "= 1")
            .replace("\n[[solver]]\nmethod = \"newton\"", "\n[trace]\nwhole = 1\n[[solver]]\nmethod = \"newton\""),
    );
    assert!(one.conclusion.contains("McNemar's exact test"), "{}", one.conclusion);
}

/// Tests on the rows of split 0 are of the numbers that the metrics of split 0 are made of.
#[test]
fn tests_on_rows_agree_with_the_metrics_of_the_first_split() {
    let (comparison, results) = pair(PAIR);
    let rows = comparison.on_rows.as_ref().unwrap();
    let first = |name: &str| {
        let place = metric::index(name).unwrap();
        [0, 1].map(|cell: usize| results.cells[cell].records.metrics[place].get(0))
    };
    let auc = rows.auc.as_ref().unwrap();
    for (found, expected) in auc.areas.iter().zip(first("test_auc")) {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
    for (test, name) in
        [(&rows.log_loss, "test_log_loss"), (&rows.brier_score, "test_brier_score"), (&auc.test, "test_auc")]
    {
        let Some(test) = test else { continue };
        let [a, b] = first(name);
        assert!((test.difference - (a - b)).abs() < 1e-12, "{name}");
        assert!(test.interval[0] < test.difference && test.difference < test.interval[1] && test.p_value <= 1.0);
    }
    assert!(rows.log_loss.is_some() && rows.brier_score.is_some());
    assert!(
        !comparison.conclusion.contains("of the two classifiers fitted there"),
        "new data speak: {}",
        comparison.conclusion
    );
    assert!(pair(&format!("{PAIR}[trace]\nwhole = 0\n")).0.on_rows.is_none());
    let (one, _) = pair(&PAIR.replace("repeats = 120", "repeats = 1"));
    let words = "again of the two classifiers fitted there, not of the solvers";
    assert!(
        one.conclusion.contains(words) && one.conclusion.contains("by paired t-test of rows"),
        "{}",
        one.conclusion
    );
}
