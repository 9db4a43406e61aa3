//! Statistics and metrics against high-precision values: every entry of `tests/reference/statistics.json`.

mod common;

use logitbench::metric::{self, Classifier, Scratch};
use logitbench::model::{Design, Serial, Sigmoid};
use logitbench::random::stream::{Purpose, Streams};
use logitbench::statistics::bootstrap_632::{Bootstrap632, Draw, no_information_error};
use logitbench::statistics::classification::{Confusion, calibration_error};
use logitbench::statistics::delong::{Area, AreaDifference, covariance};
use logitbench::statistics::distribution::{
    beta_quantile, chi_squared_quantile, f_quantile, normal_quantile, student_t_quantile, student_t_upper,
};
use logitbench::statistics::holm::holm;
use logitbench::statistics::nemenyi::{critical_difference, nemenyi_p, studentised_range_quantile};
use logitbench::statistics::nested_cross_validation::{NestedCrossValidation, OuterFold};
use logitbench::statistics::proportion::{clopper_pearson, wilson};
use logitbench::statistics::ranks::FriedmanTest;
use logitbench::statistics::repeated_k_fold::repeated_k_fold_t;
use logitbench::statistics::resampled_t::ResampledT;
use logitbench::statistics::two_means::{Moments, PooledT};
use logitbench::statistics::two_shares::{Binomial, fisher_exact, newcombe};
use logitbench::statistics::wilcoxon::{SignedRanks, hodges_lehmann};
use logitbench::statistics::{bayesian, power, sign};
use serde_json::Value;

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| value.as_str().unwrap().parse().unwrap())
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

fn entry(name: &str) -> Value {
    common::json("statistics.json")["entries"][name].clone()
}

/// The cases of an entry, of which there are so many.
fn cases(name: &str, count: usize) -> Vec<Value> {
    let cases = entry(name)["cases"].as_array().unwrap().clone();
    assert_eq!(cases.len(), count);
    cases
}

/// What a statistic may be off, and what a p-value or an end of an interval may.
const STATISTIC: f64 = 1e-8;
const PROBABILITY: f64 = 1e-6;

#[track_caller]
fn near(value: f64, expected: &Value, tolerance: f64) {
    let expected = number(expected);
    assert!((value - expected).abs() <= tolerance * expected.abs().max(1.0), "{value} and {expected}");
}

#[test]
fn clopper_pearson_and_wilson_intervals() {
    for (name, interval) in
        [("clopper_pearson", clopper_pearson as fn(u64, u64, f64) -> (f64, f64)), ("wilson", wilson)]
    {
        for case in &cases(name, 12) {
            let count = |key: &str| number(&case[key]) as u64;
            let (low, high) = interval(count("k"), count("n"), number(&case["level"]));
            // Far nearer than asked for.
            near(low, &case["lower"], 1e-11);
            near(high, &case["upper"], 1e-11);
        }
    }
}

#[test]
fn intervals_shrink_and_contain_the_share() {
    for interval in [clopper_pearson, wilson] {
        for (successes, trials) in
            [(0, 1), (1, 1), (3, 10), (30, 100), (300, 1000), (9_999, 10_000), (500_000, 1_000_000)]
        {
            let share = successes as f64 / trials as f64;
            let (low, high) = interval(successes, trials, 0.95);
            let (wide_low, wide_high) = interval(successes, trials, 0.999);
            assert!(0.0 <= wide_low && wide_low <= low && low <= share);
            assert!(share <= high && high <= wide_high && wide_high <= 1.0);
        }
        assert_eq!(interval(0, 0, 0.95), (0.0, 1.0));
    }
}

#[test]
fn mcnemar_and_sign_tests() {
    for case in &cases("mcnemar", 11) {
        let (b, c) = (number(&case["b"]) as u64, number(&case["c"]) as u64);
        near(sign::sign_test(b, c), &case["p_value"], PROBABILITY);
        near(sign::mid_p(b, c), &case["mid_p"], PROBABILITY);
        for (key, corrected) in [("chi2", false), ("chi2_corrected", true)] {
            if b + c > 0 {
                let (statistic, p) = sign::mcnemar_chi_squared(b, c, corrected);
                near(statistic, &case[key]["statistic"], STATISTIC);
                near(p, &case[key]["p_value"], PROBABILITY);
            }
        }
    }
}

#[test]
fn corrected_resampled_t_tests() {
    for case in &cases("corrected_resampled_t", 4) {
        let results = numbers(&case["differences"]);
        let test = ResampledT::new(&results, number(&case["n_test"]) / number(&case["n_train"])).unwrap();
        for (value, key) in [
            (test.mean, "mean"),
            (test.variance, "variance"),
            (test.standard_error, "corrected_se"),
            (test.t(), "t"),
            (test.degrees, "df"),
            (ResampledT::new(&results, 0.0).unwrap().t(), "uncorrected_t"),
        ] {
            near(value, &case[key], STATISTIC);
        }
        near(test.p_two_sided(), &case["p_two_sided"], PROBABILITY);
        near(test.p_greater(), &case["p_greater"], PROBABILITY);
        for (level, key) in [(0.95, "ci_0.95"), (0.99, "ci_0.99")] {
            let (low, high) = test.interval(level);
            near(low, &case[key][0], PROBABILITY);
            near(high, &case[key][1], PROBABILITY);
        }
    }
}

#[test]
fn repeated_k_fold_t_tests() {
    for case in common::json("new_data.json")["repeated_k_fold"].as_array().unwrap() {
        let (results, folds) = (numbers(&case["results"]), number(&case["folds"]) as usize);
        let test = repeated_k_fold_t(&results, folds).unwrap();
        near(test.t(), &case["t"], STATISTIC);
        near(test.p_two_sided(), &case["p_two_sided"], PROBABILITY);
        assert_eq!(repeated_k_fold_t(&results[1..], folds), None, "a repetition has a fold for every row");
    }
    assert_eq!(repeated_k_fold_t(&[0.1, 0.2, 0.3], 1), None);
}

#[test]
fn nested_cross_validation_intervals() {
    for case in common::json("new_data.json")["nested"].as_array().unwrap() {
        let fold = |fold: &Value| OuterFold { inner: numbers(&fold["inner"]), outer: numbers(&fold["outer"]) };
        let folds = |repetition: &Value| repetition.as_array().unwrap().iter().map(fold).collect();
        let repetitions: Vec<Vec<OuterFold>> = case["repetitions"].as_array().unwrap().iter().map(folds).collect();
        let found = NestedCrossValidation::new(&repetitions).unwrap();
        near(found.estimate, &case["estimate"], STATISTIC);
        near(found.bias, &case["bias"], STATISTIC);
        near(found.mean_squared_error, &case["mean_squared_error"], STATISTIC);
        near(found.standard_error, &case["standard_error"], STATISTIC);
        let (low, high) = found.interval_within((f64::NEG_INFINITY, f64::INFINITY), 0.95);
        near(low, &case["interval"][0], PROBABILITY);
        near(high, &case["interval"][1], PROBABILITY);
    }
}

#[test]
fn bootstrap_estimates_of_the_error_on_new_data() {
    for case in common::json("new_data.json")["bootstrap"].as_array().unwrap() {
        let of_draws = |key: &str| case[key].as_array().unwrap().iter().map(numbers).collect::<Vec<_>>();
        let draw = |(counts, losses): (Vec<f64>, Vec<f64>)| Draw {
            counts: counts.into_iter().map(|count| count as u32).collect(),
            losses,
        };
        let draws: Vec<Draw> = of_draws("counts").into_iter().zip(of_draws("losses")).map(draw).collect();
        let no_information = no_information_error(number(&case["labels"]), number(&case["predictions"]));
        let found = Bootstrap632::new(number(&case["apparent"]), no_information, draws.into_iter()).unwrap();
        near(found.leave_one_out, &case["leave_one_out"], STATISTIC);
        near(found.delta_error, &case["delta_error"], STATISTIC);
        near(found.internal_error, &case["internal_error"], STATISTIC);
        match &case["estimate_plus"] {
            Value::Null => assert!(found.overfitting == 1.0 && found.leave_one_out > no_information),
            expected => near(found.estimate_plus, expected, STATISTIC),
        }
    }
}

#[test]
fn t_tests_of_samples_without_spread() {
    assert_eq!(ResampledT::new(&[1.0], 0.5), None);
    assert_eq!(ResampledT::new(&[1.0, f64::INFINITY], 0.5), None);
    assert_eq!(ResampledT::new(&[0.4, 0.5], 0.5), None, "two results have one difference");
    assert!(ResampledT::new(&[0.4, 0.5, 0.4], 0.5).is_some());
    for equal in [0.5, 0.1 + 0.2, 0.0] {
        assert_eq!(ResampledT::new(&[equal; 9], 0.3), None, "no spread to measure the mean by");
    }
    // R: t.test(c(1, 2, 4, 8))$conf.int is -1.175943 8.675943.
    let (low, high) = ResampledT::new(&[1.0, 2.0, 4.0, 8.0], 0.0).unwrap().interval(0.95);
    let half = 3.182_446_305_284_263 * 3.095_695_936_834_452 / 2.0;
    assert!((low - (3.75 - half)).abs() < 1e-9 && (high - (3.75 + half)).abs() < 1e-9);
}

#[test]
fn intervals_stay_in_the_range_of_the_results() {
    let unit = (0.0, 1.0);
    // Of zeros and ones with J large it is Wilson's interval: 8 of 10, R: prop.test(8, 10, correct = FALSE) has 0.4901625 to
    // 0.9433178 for z = 1.959964; here z is t(0.975; 9) · √(10/9).
    let results: Vec<f64> = (0..10).map(|i| f64::from(i % 5 != 0)).collect();
    let z = 2.262_157_162_798_205 * (10.0f64 / 9.0).sqrt();
    let (n, p) = (10.0, 0.8);
    let centre = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let (low, high) = ResampledT::new(&results, 0.0).unwrap().interval_within(unit, 0.95);
    assert!((low - (centre - half)).abs() < 1e-9 && (high - (centre + half)).abs() < 1e-9, "{low} {high}");
    // One error among a hundred results, on new data: next to the end the interval is not nearly the whole range.
    let mut results = vec![1.0; 100];
    results[7] = 0.96;
    for (range, results) in [
        (unit, results.clone()),
        (unit, results.iter().map(|result| 1.0 - result).collect()),
        ((0.0, f64::INFINITY), results.iter().map(|result| 1.0 - result).collect()),
        ((0.0, f64::INFINITY), vec![1e-34, 3e-33, 2e-40]),
        ((f64::NEG_INFINITY, f64::INFINITY), vec![-3.0, 5.0, 0.1]),
    ] {
        let test = ResampledT::new(&results, 1.0 / 3.0).unwrap();
        let (low, high) = test.interval_within(range, 0.95);
        assert!(range.0 <= low && low < test.mean && test.mean < high && high <= range.1, "{low} {high}");
        if range == unit {
            assert!(high - low < 0.1, "{low} {high}");
        }
    }
}

#[test]
fn wilcoxon_signed_rank_tests() {
    for case in &cases("wilcoxon_signed_rank", 5) {
        let ranks = SignedRanks::of(&numbers(&case["differences"]));
        assert_eq!(ranks.nonzero() as f64, number(&case["n_nonzero"]));
        assert_eq!(ranks.zeros as f64, number(&case["zeros_dropped"]));
        near(ranks.plus, &case["w_plus"], STATISTIC);
        near(ranks.minus, &case["w_minus"], STATISTIC);
        near(ranks.z(), &case["z_normal"], STATISTIC);
        let (greater, two_sided) = ranks.exact();
        near(two_sided, &case["p_exact_two_sided"], PROBABILITY);
        near(greater, &case["p_exact_greater"], PROBABILITY);
        near(ranks.p_normal(false), &case["p_normal"], PROBABILITY);
        near(ranks.p_normal(true), &case["p_normal_continuity"], PROBABILITY);
        assert_eq!(ranks.p_two_sided(), two_sided);
    }
}

#[test]
fn signed_ranks_of_nothing_and_of_failures() {
    let none = SignedRanks::of(&[0.0; 4]);
    assert_eq!((none.nonzero(), none.zeros, none.p_two_sided(), none.p_normal(true)), (0, 4, 1.0, 1.0));
    assert_eq!((none.z(), none.rank_biserial()), (0.0, 0.0));
    // A failure costs infinitely much and is the largest difference.
    let failed = SignedRanks::of(&[f64::INFINITY, -1.0, 2.0, f64::INFINITY]);
    assert_eq!((failed.plus, failed.minus), (2.0 + 3.5 + 3.5, 1.0));
    assert!((failed.rank_biserial() - 0.8).abs() < 1e-15);
    // From 51 differences on the p-value is the normal one, close to the exact one.
    let many = SignedRanks::of(&(0..60).map(|i| f64::from(i * 17 % 61) - 24.5).collect::<Vec<_>>());
    assert!(many.p_two_sided() == many.p_normal(true) && (many.p_normal(true) - many.exact().1).abs() < 2e-3);
    let shift = hodges_lehmann(&[4.0], 0.95).unwrap();
    assert_eq!((shift.estimate, shift.interval), (4.0, None));
    assert_eq!(hodges_lehmann(&[4.0, f64::INFINITY], 0.95), None);
}

#[test]
fn friedman_iman_davenport_and_nemenyi_tests() {
    for case in &cases("friedman", 4) {
        let scores: Vec<Vec<f64>> = case["scores"].as_array().unwrap().iter().map(numbers).collect();
        let test = FriedmanTest::new(&scores).unwrap();
        let solvers = test.average_ranks.len();
        assert_eq!((test.datasets as f64, solvers as f64), (number(&case["N"]), number(&case["k"])));
        for (rank, expected) in test.average_ranks.iter().zip(case["average_ranks"].as_array().unwrap()) {
            near(*rank, expected, STATISTIC);
        }
        near(test.chi_squared, &case["chi2"], STATISTIC);
        near(test.f, &case["iman_davenport_F"], STATISTIC);
        near(test.p_chi_squared(), &case["p_chi2"], PROBABILITY);
        near(test.p_iman_davenport(), &case["p_iman_davenport"], PROBABILITY);
        assert_eq!(test.degrees().to_vec(), numbers(&case["df"]));
        for (first, row) in test.average_ranks.iter().zip(case["nemenyi_p"].as_array().unwrap()) {
            for (second, expected) in test.average_ranks.iter().zip(row.as_array().unwrap()) {
                near(nemenyi_p(*first, *second, solvers, test.datasets), expected, PROBABILITY);
            }
        }
    }
}

#[test]
fn ranks_without_differences_and_without_exceptions() {
    let tied = FriedmanTest::new(&vec![vec![0.7; 3]; 5]).unwrap();
    assert_eq!((tied.chi_squared, tied.p_chi_squared(), tied.p_iman_davenport()), (0.0, 1.0, 1.0));
    let unanimous = FriedmanTest::new(&vec![vec![0.9, 0.8, f64::NEG_INFINITY]; 5]).unwrap();
    assert_eq!((&unanimous.average_ranks[..], unanimous.f), (&[1.0, 2.0, 3.0][..], f64::INFINITY));
    assert_eq!((unanimous.chi_squared, unanimous.p_iman_davenport()), (10.0, 0.0));
    for bad in [vec![], vec![vec![1.0]], vec![vec![1.0, 2.0], vec![1.0]], vec![vec![1.0, f64::NAN]]] {
        assert_eq!(FriedmanTest::new(&bad), None);
    }
}

#[test]
fn critical_differences() {
    for case in &cases("nemenyi_cd", 18) {
        let (k, n, alpha) = (number(&case["k"]) as usize, number(&case["N"]) as usize, number(&case["alpha"]));
        near(studentised_range_quantile(1.0 - alpha, k), &case["studentized_range_inf"], STATISTIC);
        near(critical_difference(k, n, alpha), &case["cd"], STATISTIC);
    }
}

#[test]
fn holms_adjustment() {
    for case in &cases("holm", 5) {
        for (value, expected) in holm(&numbers(&case["p_values"])).iter().zip(case["adjusted"].as_array().unwrap()) {
            near(*value, expected, 1e-12);
        }
    }
}

#[test]
fn bayesian_correlated_t_tests() {
    for case in &cases("bayesian_correlated_t", 4) {
        let (x, y) = (numbers(&case["x"]), numbers(&case["y"]));
        let differences: Vec<f64> = x.iter().zip(&y).map(|(x, y)| y - x).collect();
        let correlation = 1.0 / number(&case["folds"]);
        let ratio = correlation / (1.0 - correlation);
        let posterior = bayesian::correlated_t(&differences, ratio, number(&case["rope"])).unwrap();
        near(posterior.below, &case["p_left"], PROBABILITY);
        near(posterior.within, &case["p_rope"], PROBABILITY);
        near(posterior.above, &case["p_right"], PROBABILITY);
        near(ResampledT::new(&differences, ratio).unwrap().standard_error, &case["scale"], STATISTIC);
    }
    assert_eq!(bayesian::correlated_t(&[0.02; 5], 0.3, 0.01), None, "no spread to go by");
}

#[test]
fn bayesian_signed_rank_tests() {
    let test = |differences: &[f64], rope: f64| {
        let mut generator = Streams::new(1, "signed rank", Purpose::Data).stream(0);
        bayesian::signed_rank(differences, rope, 20_000, &mut generator)
    };
    // With one difference above the region, θ_within = w_0² and w_0 ~ Beta(½, 1): above is the largest if w_0 < 1/√2,
    // which has probability 2^(−1/4).
    let one = test(&[1.0], 0.1);
    assert!((one.above - 0.5f64.powf(0.25)).abs() < 0.011, "{one:?}");
    assert!(one.below == 0.0 && (one.within + one.above - 1.0).abs() < 1e-12);
    let better = test(&[0.03, 0.05, 0.02, 0.08, 0.04, 0.06, 0.03, 0.05], 0.01);
    assert!(better.above > 0.99, "{better:?}");
    let turned = test(&[-0.03, -0.05, -0.02, -0.08, -0.04, -0.06, -0.03, -0.05], 0.01);
    assert!((turned.below - better.above).abs() < 0.01, "{turned:?}");
    let equal = test(&[0.001, -0.002, 0.003, 0.0, -0.001, 0.002], 0.01);
    assert_eq!((equal.below, equal.within, equal.above), (0.0, 1.0, 0.0));
    assert_eq!(test(&[0.03, -0.01], 0.0), test(&[-0.01, 0.03], 0.0), "the order of the data sets does not matter");
}

#[test]
fn quantiles() {
    let quantiles = entry("quantiles")["cases"].clone();
    let cases = |name: &str, count: usize| {
        let cases = quantiles[name].as_array().unwrap().clone();
        assert_eq!(cases.len(), count, "{name}");
        cases
    };
    #[track_caller]
    fn close(value: f64, case: &Value) {
        let expected = number(&case["value"]);
        assert!((value - expected).abs() <= STATISTIC * expected.abs(), "{case} gives {value}");
    }
    let of = |case: &Value, key: &str| number(&case[key]);
    for case in cases("student_t", 7) {
        close(student_t_quantile(of(&case, "p"), of(&case, "df")), &case);
    }
    for case in cases("beta", 6) {
        close(beta_quantile(of(&case, "a"), of(&case, "b"), of(&case, "p")), &case);
    }
    for case in cases("f", 5) {
        close(f_quantile(of(&case, "p"), of(&case, "df1"), of(&case, "df2")), &case);
    }
    for case in cases("normal", 4) {
        close(normal_quantile(of(&case, "p")), &case);
    }
    for case in cases("chi2", 3) {
        close(chi_squared_quantile(of(&case, "p"), of(&case, "df")), &case);
    }
    for case in cases("student_t_cdf", 4) {
        let (t, degrees) = (of(&case, "t"), of(&case, "df"));
        near(student_t_upper(t, degrees), &case["sf"], STATISTIC);
        near(student_t_upper(-t, degrees), &case["cdf"], STATISTIC);
    }
}

/// Standard errors of the true mean, results, α, power.
const POWERS: [(f64, u64, f64, f64); 7] = [
    (0.0, 10, 0.05, 0.050000000000),
    (1.0, 2, 0.05, 0.072988894470),
    (3.0, 2, 0.05, 0.186132061607),
    (2.5, 5, 0.01, 0.164098616580),
    (2.23606797749979, 20, 0.05, 0.564504418439),
    (2.8, 1000, 0.05, 0.798801174458),
    (4.0, 10000, 0.001, 0.760648568637),
];

#[test]
fn power_of_t_tests() {
    // 1 − nct.cdf(c, J − 1, δ) + nct.cdf(−c, J − 1, δ) by scipy 1.17.
    for (effect, results, alpha, expected) in POWERS {
        let value = power::t_test_power(effect, results, alpha);
        assert!((value - expected).abs() < 1e-6, "{effect} {results}: {value} and {expected}");
    }
    for (results, ratio) in [(2, 0.0), (10, 1.0 / 3.0), (1_000, 0.0), (100_000, 1.0 / 9.0)] {
        let difference = power::smallest_difference(results, ratio, 0.05, 0.8);
        let effect = difference / (1.0 / results as f64 + ratio).sqrt();
        assert!((power::t_test_power(effect, results, 0.05) - 0.8).abs() < 1e-9);
    }
    // As J grows the smallest difference tends to (1.96 + 0.84)/√J, or to 2.80 √ratio.
    let limit = power::smallest_difference_of_any_number(1.0, 0.05, 0.8);
    assert!((limit - 2.801_585_2).abs() < 1e-6);
    assert!((power::smallest_difference(1_000_000, 0.0, 0.05, 0.8) * 1e3 / limit - 1.0).abs() < 1e-4);
    let half = power::smallest_difference_of_any_number(0.25, 0.05, 0.8);
    assert!((power::smallest_difference(1_000_000, 0.25, 0.05, 0.8) / half - 1.0).abs() < 1e-4);
    assert!(power::smallest_difference(1, 0.0, 0.05, 0.8).is_nan());
}

#[test]
fn fewer_data_sets_cannot_tell_solvers_apart() {
    for solvers in 2..12 {
        let fewest = power::fewest_datasets(solvers, 0.05);
        let pairs = (solvers * (solvers - 1) / 2) as f64;
        let best = |datasets: usize| pairs * SignedRanks::of(&vec![1.0; datasets]).p_two_sided();
        assert!(best(fewest) <= 0.05 && best(fewest - 1) > 0.05, "{solvers}: {fewest}");
    }
}

#[test]
fn the_smallest_share_that_is_found() {
    // P(X ≥ 990 | n = 1000, p) = 0.8.
    let share = power::smallest_share(990, 1_000, 0.8);
    let tail: f64 = 1.0 - logitbench::statistics::distribution::binomial_lower(989, 1_000, share);
    assert!((tail - 0.8).abs() < 1e-9 && share > 0.99, "{share}");
    assert_eq!(power::smallest_share(0, 10, 0.8), 0.0);
    assert!(power::smallest_share(11, 10, 0.8).is_nan());
}

#[test]
fn metrics_of_given_probabilities() {
    let mut compared = 0;
    for case in &cases("metrics", 5) {
        let probabilities = numbers(&case["p"]);
        let outcomes: Vec<bool> = numbers(&case["y"]).iter().map(|y| *y == 1.0).collect();
        let confusion = Confusion::of(outcomes.iter().copied().zip(probabilities.iter().map(|p| *p >= 0.5)));
        let counts = |key: &str| number(&case["confusion"][key]) as u64;
        assert_eq!((confusion.true_positives, confusion.true_negatives), (counts("tp"), counts("tn")));
        assert_eq!((confusion.false_positives, confusion.false_negatives), (counts("fp"), counts("fn")));
        near(confusion.matthews(), &case["mcc"], STATISTIC);
        near(confusion.balanced_accuracy(), &case["balanced_accuracy"], STATISTIC);
        near(calibration_error(&probabilities, &outcomes, 10), &case["ece10"], STATISTIC);
        // One column with the logits and coefficient 1 gives these probabilities back.
        let logits = probabilities.iter().map(|p| (p / (1.0 - p)).ln()).collect();
        let signs = case["y"].as_array().unwrap().iter().map(|y| 2.0 * number(y) - 1.0).collect();
        let design = Design::new(logits, 1, signs);
        if !design.matrix().is_finite() {
            continue;
        }
        compared += 1;
        // The reference puts p = 0.5 into class 1, we into class 0.
        let threshold = 0.5f64.next_down();
        let classifier =
            Classifier { coefficients: &[1.0], intercept: false, threshold, sigmoid: Sigmoid::Stable, truth: None };
        let values = metric::compute(classifier, &design, &design, &[], &Serial, &mut Scratch::default());
        for (name, key) in [
            ("test_auc", "auc"),
            ("test_log_loss", "log_loss"),
            ("test_brier_score", "brier"),
            ("test_accuracy", "accuracy"),
        ] {
            let (value, expected) = (values[metric::index(name).unwrap()], number(&case[key]));
            assert!((value - expected).abs() < 1e-12, "{name}: {value} and {expected}");
        }
    }
    assert!(compared >= 4);
}

/// scipy 1.17.1 `fisher_exact`; statsmodels 0.15.0 `confint_proportions_2indep(…, method="newcomb", compare="diff")`.
#[test]
fn two_shares_of_independent_trials() {
    for (k1, n1, k2, n2, p, interval) in [
        (4, 60, 1, 60, 0.3643611290670113, [-0.1435977172777679, 0.03247805386354127]),
        (0, 10, 10, 10, 1.082508822446903e-05, [0.6075093504305241, 1.0]),
        (9990, 10000, 9970, 10000, 0.0021995283424723084, [-0.0033584804596813547, -0.0007706123645331198]),
        (34, 60, 38, 60, 0.5763820061476748, [-0.10606160129583894, 0.23395183864493732]),
        (3, 7, 3, 7, 1.0, [-0.41965682040757163, 0.41965682040757163]),
        (200_000, 1_000_000, 201_000, 1_000_000, 0.0776734467541902, [-0.00010976172012672246, 0.0021097593274743602]),
        (1, 2, 5, 1000, 0.01194613769464069, [-0.9004788981268865, -0.08947666117630743]),
        (0, 5, 0, 9, 1.0, [-0.43448246478317487, 0.29914504841954415]),
        (500, 1000, 5, 1000, 3.3873661709047785e-177, [-0.5260625711145441, -0.4633626039509032]),
    ] {
        let (first, second) = (Binomial { successes: k1, trials: n1 }, Binomial { successes: k2, trials: n2 });
        let own = fisher_exact(first, second).unwrap();
        assert!((own - p).abs() <= 1e-9 * p, "{first:?} {second:?}: {own} and {p}");
        assert_eq!(fisher_exact(second, first).map(|p| (1e9 * p).round()), Some((1e9 * own).round()));
        for (own, end) in newcombe(first, second, 0.95).unwrap().into_iter().zip(interval) {
            assert!((own - end).abs() <= 1e-9, "{first:?} {second:?}: {own} and {end}");
        }
    }
    for (k, n) in [(0, 0), (3, 2), (1, u64::MAX), (u64::MAX, u64::MAX)] {
        assert_eq!(fisher_exact(Binomial { successes: k, trials: n }, Binomial { successes: 1, trials: 2 }), None);
    }
}

/// scipy 1.17.1 `ttest_ind_from_stats(…, equal_var=True)`; the corrected one from `scipy.stats.t` and the formula.
#[test]
fn two_means_of_independent_samples() {
    let sample = |mean, sd: f64, count| Moments { count, mean, variance: sd * sd };
    for (first, second, p) in [
        (sample(0.95, 0.04, 60.0), sample(0.93, 0.05, 70.0), 0.014074433309797253),
        (sample(0.9, 0.01, 5.0), sample(0.95, 0.2, 1000.0), 0.5764658542522275),
        (sample(1.0, 0.0, 10.0), sample(0.99, 0.02, 40.0), 0.12323392147262717),
    ] {
        let own = PooledT::new(first, second, 0.0).unwrap().p_two_sided();
        assert!((own - p).abs() <= 1e-7 * p, "{own} and {p}");
    }
    let corrected = PooledT::new(sample(0.95, 0.04, 60.0), sample(0.9, 0.05, 70.0), 1.0 / 3.0).unwrap();
    assert!((corrected.p_two_sided() - 0.19221621795894972).abs() < 1e-8, "{corrected:?}");
    let [low, high] = corrected.interval(0.95);
    assert!((low + 0.12546612015991304).abs() < 1e-8 && (high - 0.02546612015991319).abs() < 1e-8, "{low} {high}");
    assert_eq!(PooledT::new(sample(0.9, 0.0, 9.0), sample(0.8, 0.0, 9.0), 0.0), None, "no spread to go by");
    assert_eq!(PooledT::new(sample(0.9, 0.1, 1.0), sample(0.8, 0.1, 9.0), 0.0), None, "one result");
    assert_eq!(PooledT::new(sample(0.9, 0.0, 9.0), sample(0.9, 0.0, 9.0), 0.0), None, "nor a difference");
}

/// DeLong's variances, intervals and test by the R package pROC; the paired t of row losses by R's `t.test`.
#[test]
fn areas_on_one_set_of_rows() {
    let cases = common::json("delong.json");
    let numbers = |value: &Value| value.as_array().unwrap().iter().map(number).collect::<Vec<f64>>();
    for case in cases.as_array().unwrap() {
        let positive: Vec<bool> = numbers(&case["y"]).iter().map(|y| *y == 1.0).collect();
        let areas = ["first", "second"].map(|which| Area::new(&numbers(&case[which]), &positive).unwrap());
        for (k, area) in areas.iter().enumerate() {
            near(area.area, &case["areas"][k], 1e-12);
            near(area.variance(), &case["variances"][k], 1e-12);
            for end in [0, 1] {
                // pROC cuts its intervals off at 0 and 1.
                near(area.interval(0.95).unwrap()[end].clamp(0.0, 1.0), &case["plain"][k][end], 1e-9);
                near(area.logit_interval(0.95).unwrap()[end], &case["logit"][k][end], 1e-9);
            }
        }
        near(covariance(&areas[0], &areas[1]), &case["covariance"], 1e-12);
        let test = AreaDifference::new(&areas[0], &areas[1]).unwrap();
        near(test.difference / test.standard_error, &case["z"], 1e-9);
        near(test.p_two_sided(), &case["p"], 1e-9);
    }
    // No row tells the two apart, or one row of a class, or no order.
    let (scores, positive) = ([0.1, 0.4, 0.2, 0.9], [false, true, false, true]);
    let perfect = Area::new(&scores, &positive).unwrap();
    assert_eq!((perfect.area, perfect.interval(0.95), perfect.logit_interval(0.95)), (1.0, None, None));
    assert_eq!(AreaDifference::new(&perfect, &perfect), None);
    assert_eq!(Area::new(&scores[1..], &positive[1..]), None);
    assert_eq!(Area::new(&[0.1, f64::NAN, 0.2, 0.9], &positive), None);
}
