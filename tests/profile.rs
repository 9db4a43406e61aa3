//! Profile-likelihood intervals of rare events and of data that are separated or nearly so: every end by independent arithmetic.
//!
//! The check shares no code with the program: Newton's method with step-halving and Gaussian elimination, written here, gives the
//! profile deviance, and bisection its root.

mod common;
#[path = "common/random.rs"]
mod random;

use std::sync::atomic::AtomicBool;

use logitbench::data::{DataSet, Storage};
use logitbench::linear_algebra::StoredRows;
use logitbench::model::Penalty;
use logitbench::record::{NoEnd, ProfileEnd, Verdict};
use logitbench::run::single;
use logitbench::solver::catalogue::Method;
use logitbench::solver::{StopRules, Tolerances};
use random::Random;
use serde_json::Value;

/// The 0.95 quantile of χ² with one degree of freedom.
const QUANTILE: f64 = 3.841_458_820_694_124;
/// Largest relative distance of the deviance's rise from it.
const TOLERANCE: f64 = 1e-6;

/// Rows x_i with a leading 1, and classes.
struct Rows {
    x: Vec<Vec<f64>>,
    y: Vec<bool>,
}

impl Rows {
    /// The infimum of the deviance, with coefficient k held at c if `held` has k and c.
    fn deviance(&self, held: Option<(usize, f64)>) -> f64 {
        let columns = self.x[0].len();
        let free: Vec<usize> = (0..columns).filter(|&j| held.is_none_or(|(k, _)| k != j)).collect();
        let offset = |row: &[f64]| held.map_or(0.0, |(k, c)| c * row[k]);
        let loss = |b: &[f64]| -> f64 {
            let margin = |(row, &y): (&Vec<f64>, &bool)| {
                let z = offset(row) + free.iter().zip(b).map(|(&j, b)| row[j] * b).sum::<f64>();
                if y { z } else { -z }
            };
            self.x.iter().zip(&self.y).map(margin).map(|m| (-m.abs()).exp().ln_1p() + (-m).max(0.0)).sum()
        };
        let mut b = vec![0.0; free.len()];
        let mut least = loss(&b);
        for _ in 0..20_000 {
            let size = free.len();
            let mut system = vec![vec![0.0; size + 1]; size];
            for (row, &y) in self.x.iter().zip(&self.y) {
                let z = offset(row) + free.iter().zip(&b).map(|(&j, b)| row[j] * b).sum::<f64>();
                let small = (-z.abs()).exp() / (1.0 + (-z.abs()).exp());
                // σ(−m) without cancellation.
                let residual = if (z > 0.0) == y { small } else { 1.0 - small };
                for (r, &i) in free.iter().enumerate() {
                    for (s, &j) in free.iter().enumerate() {
                        system[r][s] += small * (1.0 - small) * row[i] * row[j];
                    }
                    system[r][size] += if y { residual } else { -residual } * row[i];
                }
            }
            let gradient: Vec<f64> = system.iter().map(|row| row[size]).collect();
            let largest = gradient.iter().fold(0.0, |largest: f64, g| largest.max(g.abs()));
            // Where the matrix is singular but the loss still falls, more on its diagonal makes up for it.
            let mut moved = false;
            for (share, ridge) in [(0.0, 0.0), (1e-9, 0.0), (1e-5, 0.0), (0.1, 0.0), (0.0, 1.0), (0.0, 1e3)] {
                let mut system = system.clone();
                (0..size).for_each(|j| system[j][j] += share * system[j][j] + ridge);
                let step = solve(system);
                let decrement: f64 = step.iter().zip(&gradient).map(|(s, g)| s * g).sum();
                if decrement < 1e-14 && largest < 1e-9 {
                    return 2.0 * least;
                }
                let next = |halvings| -> Vec<f64> {
                    b.iter().zip(&step).map(|(b, s)| b + 0.5f64.powi(halvings) * s).collect()
                };
                let lower = |next: Vec<f64>| Some((loss(&next), next)).filter(|(found, _)| *found < least);
                if let Some(found) = (0..40).map(next).find_map(lower) {
                    ((least, b), moved) = (found, true);
                    break;
                }
            }
            if !moved {
                assert!(largest < 1e-5, "no descent, gradient {gradient:?}");
                return 2.0 * least;
            }
        }
        panic!("no end of the descent")
    }
}

/// Gaussian elimination with the largest pivots; an unknown that nothing determines is 0.
fn solve(mut system: Vec<Vec<f64>>) -> Vec<f64> {
    let size = system.len();
    let scales: Vec<f64> = (0..size).map(|j| system[j][j].abs().sqrt().max(1e-300)).collect();
    for i in 0..size {
        for j in 0..size {
            system[i][j] /= scales[i] * scales[j];
        }
        system[i][size] /= scales[i];
    }
    let mut order: Vec<Option<usize>> = vec![None; size];
    let mut open: Vec<usize> = (0..size).collect();
    while let Some((place, column)) = open
        .iter()
        .flat_map(|&i| (0..size).map(move |j| (i, j)))
        .filter(|&(_, j)| order[j].is_none())
        .max_by(|a, b| system[a.0][a.1].abs().total_cmp(&system[b.0][b.1].abs()))
        .filter(|&(i, j)| system[i][j].abs() > 1e-15)
    {
        order[column] = Some(place);
        open.retain(|&i| i != place);
        let pivot = system[place].clone();
        for (i, row) in system.iter_mut().enumerate().filter(|(i, _)| *i != place) {
            let factor = row[column] / pivot[column];
            assert!(factor.is_finite(), "row {i}");
            row.iter_mut().zip(&pivot).for_each(|(value, p)| *value -= factor * p);
        }
    }
    (0..size).map(|j| order[j].map_or(0.0, |i| system[i][size] / system[i][j] / scales[j])).collect()
}

/// A data set of one of four kinds: rare events; classes that a threshold separates but for a row or none; a rare level; a mixture of
/// small whole numbers.
fn simulate(seed: u64) -> Rows {
    let random = &mut Random(seed);
    let (n, p) = (15 + random.below(120), 1 + random.below(3));
    let mut x: Vec<Vec<f64>> = (0..n).map(|_| (0..p).map(|_| random.normal()).collect()).collect();
    let mut y = vec![false; n];
    match seed % 4 {
        0 => (0..1 + random.below(3)).for_each(|_| y[random.below(n)] = true),
        1 => {
            let threshold = random.normal();
            y = x.iter().map(|row| row[0] > threshold).collect();
            (0..random.below(3)).for_each(|_| {
                let flipped = random.below(n);
                y[flipped] = !y[flipped];
            });
        }
        2 => {
            let share = random.uniform();
            y = (0..n).map(|_| random.uniform() < share).collect();
            let level = 1 + random.below(5);
            x.iter_mut().enumerate().for_each(|(i, row)| row.push(f64::from(u8::from(i < level))));
            let outcome = random.uniform() < 0.5;
            y[..level].fill(outcome);
        }
        _ => {
            x.iter_mut().flatten().for_each(|value| *value = (2.0 * *value).round());
            (0..1 + random.below(6)).for_each(|_| y[random.below(n)] = true);
        }
    }
    // One class alone is no problem, and a constant column no feature.
    (y[n - 1], y[n - 2]) = (true, false);
    let x = x.into_iter().map(|row| std::iter::once(1.0).chain(row).collect()).collect();
    Rows { x, y }
}

/// The fit of the program, its features times powers of two, which lose nothing.
fn fit(rows: &Rows, scales: &[f64]) -> logitbench::record::SingleFit {
    let features = rows.x[0].len() - 1;
    let data = DataSet {
        name: "simulated".to_owned(),
        feature_names: (1..=features).map(|j| format!("x{j}")).collect(),
        features: StoredRows::from_fn(Storage::Double, (rows.x.len(), features), |(i, j)| {
            rows.x[i][j + 1] * scales[j + 1]
        }),
        labels: rows.y.iter().map(|&y| u8::from(y)).collect(),
        classes: vec!["0".to_owned(), "1".to_owned()],
        ..DataSet::default()
    };
    let solver = Method::named("newton").unwrap();
    let built = solver.build(&mut logitbench::parameter::Settings::defaults(solver.parameters)).unwrap();
    let mut rules = StopRules { max_iterations: 1000, ..StopRules::default() };
    rules.tolerances = Tolerances { coefficient_change: Some(1e-11), ..rules.tolerances };
    let task = single::Task { profile_level: Some(0.95), ..single::Task::new(Penalty::NONE, &*built.solver, &rules) };
    single::fit(&data, &task, &AtomicBool::new(false)).unwrap()
}

/// What became of ends.
#[derive(Debug, Default)]
struct Tally {
    given: usize,
    infinite: usize,
    missing: usize,
    /// Coefficients without a likelihood-ratio test.
    without_test: usize,
    /// Data sets of either verdict.
    separated: usize,
    optimal: usize,
}

/// Checks every end of one simulated data set.
fn check(seed: u64, tally: &mut Tally) {
    let rows = simulate(seed);
    let scales: Vec<f64> = (0..rows.x[0].len())
        .map(|j| if seed.is_multiple_of(3) { 2f64.powi([0, -20, 15, 7, -3][j]) } else { 1.0 })
        .collect();
    let fit = fit(&rows, &scales);
    match fit.verdict {
        Verdict::Optimal => tally.optimal += 1,
        Verdict::Separated => tally.separated += 1,
        other => panic!("{seed}: {other:?}"),
    }
    if !fit.dropped.is_empty() {
        return;
    }
    let infimum = rows.deviance(None);
    for (k, test) in fit.likelihood_ratios.as_ref().unwrap().iter().enumerate() {
        match test.unwrap() {
            Ok(ratio) => {
                // The independent arithmetic is not exact either.
                let (found, error) = (rows.deviance(Some((k, 0.0))) - infimum, ratio.error.unwrap());
                assert!((found - ratio.statistic).abs() <= error + 1e-9, "{seed}, {k}: {ratio:?}, {found}");
            }
            Err(reason) => {
                println!("{seed}, {k}, likelihood ratio: {reason:?}");
                tally.without_test += 1;
            }
        }
    }
    for (k, ends) in fit.profile.as_ref().unwrap_or_else(|| panic!("{seed}: no intervals")).iter().enumerate() {
        for (end, sign) in ends.unwrap().into_iter().zip([-1.0, 1.0]) {
            let rise = |c: f64| rows.deviance(Some((k, c))) - infimum;
            match end {
                ProfileEnd::At(value) => {
                    tally.given += 1;
                    let end = value * scales[k];
                    let found = rise(end);
                    assert!((found / QUANTILE - 1.0).abs() < TOLERANCE, "{seed}, {k}: {found} at {end}");
                    let estimate = fit.coefficients.as_ref().map(|all| all[k].unwrap() * scales[k]);
                    let width = estimate.map_or(0.5 * end.abs().max(0.1), |estimate| (end - estimate).abs());
                    // Below the quantile on the inside and above it on the outside.
                    let mut inside = estimate.unwrap_or(end - sign * width);
                    let mut outside = end + sign * width;
                    assert!(sign * (end - inside) > 0.0, "{seed}, {k}: the end {end} is at the estimate {inside}");
                    while rise(inside) >= QUANTILE {
                        inside = 0.5 * (inside + end);
                    }
                    assert!(rise(outside) > QUANTILE, "{seed}, {k}: {end} is no end");
                    for _ in 0..20 {
                        let middle = 0.5 * (inside + outside);
                        if rise(middle) < QUANTILE { inside = middle } else { outside = middle }
                    }
                    assert!((end - inside).abs() < 1e-5 * width, "{seed}, {k}: {end} instead of {inside}");
                }
                ProfileEnd::Infinite => {
                    tally.infinite += 1;
                    // Along a direction of recession the deviance never rises.
                    let along = [-3.0, 0.0, 1.0, 3.0].map(|c| rise(sign * c));
                    assert!(along.is_sorted_by(|a, b| *b < a + TOLERANCE * QUANTILE), "{seed}, {k}: {along:?}");
                }
                ProfileEnd::Missing(reason) => {
                    println!("{seed}, {k}, {sign}: {reason:?}");
                    tally.missing += 1;
                }
            }
        }
    }
}

fn check_all(seeds: std::ops::Range<u64>) -> Tally {
    let mut tally = Tally::default();
    seeds.for_each(|seed| check(seed, &mut tally));
    println!("{tally:?}");
    tally
}

/// Where the objective is flat about its least point, a proof needs a gradient that is smaller than F can tell.
#[test]
fn ends_that_are_hard_to_prove_are_given() {
    for seed in [3140, 5860] {
        assert_eq!(check_all(seed..seed + 1).missing, 0);
    }
}

/// Columns of rare events, years and prices on their own scales, few rows, classes that are mostly separated: what a person's file has. The
/// searches of such sets went where all curvature vanishes, and no end was found.
#[test]
fn ends_are_given_where_columns_of_many_kinds_separate_the_classes() {
    let mut ends = Vec::new();
    let (mut separated, mut seed) = (0, 0);
    while separated < 60 {
        seed += 1;
        let random = &mut Random(90_000 + seed);
        let (n, p) = ([20, 30, 50][random.below(3)], 2 + random.below(4));
        let kinds: Vec<usize> = (0..p).map(|_| random.below(6)).collect();
        let slopes: Vec<f64> = (0..p).map(|_| 2.0 * random.normal()).collect();
        let mut rows = Rows { x: Vec::new(), y: Vec::new() };
        for _ in 0..n {
            let mut predictor = 0.0;
            let mut row = vec![1.0];
            for (kind, slope) in kinds.iter().zip(&slopes) {
                let (value, middle, spread) = match kind {
                    0 => (random.normal(), 0.0, 1.0),
                    1 => (18.0 + random.below(70) as f64, 50.0, 20.0),
                    2 => (f64::from(u8::from(random.uniform() < 0.07)), 0.0, 0.25),
                    3 => ((50_000.0 + 15_000.0 * random.normal()).round(), 50_000.0, 15_000.0),
                    4 => (1990.0 + random.below(30) as f64, 2005.0, 9.0),
                    _ => (random.below(2) as f64, 0.5, 0.5),
                };
                predictor += slope * (value - middle) / spread;
                row.push(value);
            }
            rows.x.push(row);
            rows.y.push(random.uniform() < 1.0 / (1.0 + (-predictor).exp()));
        }
        if rows.y.iter().all(|y| *y == rows.y[0]) {
            continue;
        }
        let fit = fit(&rows, &vec![1.0; p + 1]);
        if fit.verdict != Verdict::Separated || !fit.dropped.is_empty() {
            continue;
        }
        separated += 1;
        ends.extend(fit.profile.unwrap().into_iter().flatten().flatten());
    }
    let count = |is_one: fn(&ProfileEnd) -> bool| ends.iter().filter(|end| is_one(end)).count();
    let given = count(|end| matches!(end, ProfileEnd::At(_)));
    let without_end = count(|end| matches!(end, ProfileEnd::Missing(reason) if *reason != NoEnd::Unproved));
    // An end that was found may be left without a proof.
    let unproved = count(|end| matches!(end, ProfileEnd::Missing(NoEnd::Unproved)));
    assert!(without_end == 0 && unproved <= 1 && given > 150, "{without_end}, {unproved}, {given} of {}", ends.len());
}

#[test]
fn every_end_has_the_quantile_s_rise() {
    let tally = check_all(0..300);
    assert!(tally.given > 1000 && tally.infinite > 50 && tally.separated > 30 && tally.optimal > 100, "{tally:?}");
    assert_eq!((tally.missing, tally.without_test), (0, 0), "{tally:?}");
}

/// Two rows of high leverage that are nearly equal: a quarter of the ends were missing where such rows bore the corrections of weights.
/// The arithmetic of this file is not good enough for such rows; every end that is given has a proof.
#[test]
fn nearly_equal_rows_of_high_leverage_leave_every_end_proved() {
    let mut ends = Vec::new();
    for seed in 0..40 {
        let (random, gap) = (&mut Random(7000 + seed), [1e-3, 1e-6][seed as usize % 2]);
        let mut rows = Rows { x: Vec::new(), y: Vec::new() };
        for i in 0..60 {
            let far = || -> Vec<f64> { rows.x.first().map_or(vec![], |row: &Vec<f64>| row[1..].to_vec()) };
            let (scale, origin) = match i {
                0 => (1e4, vec![0.0; 2]),
                1 => (gap, far()),
                _ => (1.0, vec![0.0; 2]),
            };
            let features = origin.iter().map(|from| from + scale * random.normal());
            let row = std::iter::once(1.0).chain(features).collect();
            rows.x.push(row);
            // Half of the sets have both rows in one class.
            rows.y.push(if i < 2 { i == 0 || seed % 4 < 2 } else { random.uniform() < 0.5 });
        }
        let fit = fit(&rows, &[1.0; 3]);
        assert!(fit.likelihood_ratios.unwrap().into_iter().flatten().all(|test| test.is_ok()), "{seed}");
        ends.extend(fit.profile.unwrap().into_iter().flatten().flatten());
    }
    let missing = ends.iter().filter(|end| matches!(end, ProfileEnd::Missing(_))).count();
    assert_eq!((missing, ends.len()), (0, 240));
}

/// `cargo test --test profile -- --ignored --nocapture`.
#[test]
#[ignore = "takes minutes"]
fn every_end_of_ten_thousand_fits_has_the_quantile_s_rise() {
    let tally = std::thread::scope(|scope| {
        let parts: Vec<_> = (0..4).map(|part| scope.spawn(move || check_all(2500 * part..2500 * (part + 1)))).collect();
        parts.into_iter().map(|part| part.join().unwrap()).fold(Tally::default(), |sum, part| Tally {
            given: sum.given + part.given,
            infinite: sum.infinite + part.infinite,
            missing: sum.missing + part.missing,
            without_test: sum.without_test + part.without_test,
            separated: sum.separated + part.separated,
            optimal: sum.optimal + part.optimal,
        })
    });
    println!("{tally:?}");
    // Two in ten thousand may be missing, with their reasons.
    assert!(10_000 * tally.missing <= 2 * tally.given, "{tally:?}");
}

fn printed(file: &str, arguments: &[&str]) -> (Value, String) {
    let file = format!("tests/cases/{file}");
    let all = [&["fit", &file, "--target", "y", "--interval", "profile"], arguments].concat();
    let (code, text, stderr) = common::logitbench(&common::root(), &all);
    assert_eq!((code, stderr.as_str()), (0, ""));
    let (_, json, _) = common::logitbench(&common::root(), &[&all[..], &["--json"]].concat());
    (serde_json::from_str(&json).unwrap(), text)
}

fn close(found: &Value, expected: f64) -> bool {
    (found.as_f64().unwrap() - expected).abs() < 1e-5
}

/// One positive of 139 rows: a search that took a failed descent for the least point ended at the estimate.
#[test]
fn one_positive() {
    let (json, text) = printed("one_positive.csv", &[]);
    assert!(close(&json["intervals"][1][1], -0.87844), "{json}");
    assert_eq!(json["missing_ends"].as_array().unwrap().len(), 0);
    assert!(text.contains("-0.87844") && text.contains("to within 1e-6"), "{text}");
}

/// A level without negatives has no estimate, but its interval a lower end, which is told.
#[test]
fn a_level_of_one_class_has_a_one_sided_interval() {
    let (json, text) = printed("rare_level.csv", &[]);
    assert_eq!((&json["verdict"], &json["coefficients"]), (&"separated".into(), &Value::Null));
    assert!((json["intervals"][2][0].as_f64().unwrap() - 1.698).abs() < 5e-4, "{json}");
    assert!(json["intervals"][2][1].is_null());
    let missing = serde_json::json!([{ "term": "rare", "end": "upper", "because": "infinite" }]);
    assert_eq!(json["missing_ends"], missing);
    assert!(text.contains("No profile end for rare (upper end): however far"), "{text}");
    let line = text.lines().find(|line| line.starts_with("rare")).unwrap();
    assert!(line.ends_with("+infinity"), "{line}");
}

/// Firth's penalised likelihood has no certificate, and the page says so.
#[test]
fn ends_without_a_proof_say_so() {
    let (json, text) = printed("rare_level.csv", &["--penalty", "firth"]);
    let ends = json["intervals"].as_array().unwrap().iter().flat_map(|ends| ends.as_array().unwrap());
    assert!(ends.into_iter().all(|end| end.is_number()), "{json}");
    assert!(text.contains("That is not proved: Firth's"), "{text}");
}
