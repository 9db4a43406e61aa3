//! Error bounds of `logitbench fit`: every one contains the truth, found in fixed-point arithmetic of 500 bits, and none is wide where
//! the data are well conditioned.
//!
//! The check shares no code with the program: Newton's method and Gaussian elimination on whole numbers, written in
//! `common/fixed_point.rs`.

mod common;
#[path = "common/fixed_point.rs"]
mod fixed_point;
#[path = "common/random.rs"]
mod random;

use fixed_point::{Fixed, Model};
use random::Random;
use serde_json::Value;

/// A data set of one of five kinds: plain; classes that a threshold separates but for two rows that are almost equal; columns that are
/// almost equal; columns far from 0 and of different size; rare events.
fn simulate(seed: u64) -> (Vec<Vec<f64>>, Vec<bool>) {
    let random = &mut Random(seed);
    let (n, p) = (20 + random.below(30), 1 + random.below(3));
    let mut x: Vec<Vec<f64>> = (0..n).map(|_| (0..p).map(|_| random.normal()).collect()).collect();
    let mut y: Vec<bool> = (0..n).map(|_| random.uniform() < 0.5).collect();
    let tiny = 10f64.powf(-1.0 - 11.0 * random.uniform());
    match seed % 5 {
        0 => {}
        1 => {
            y = x.iter().map(|row| row[0] > 0.0).collect();
            // On the other class's side of its like.
            let mut row = x[0].clone();
            row[0] += if y[0] { tiny } else { -tiny };
            x.push(row);
            y.push(!y[0]);
        }
        // Down to the last digit of a double, and beyond it for some rows.
        2 => {
            let tiny = 10f64.powf(-1.0 - 14.5 * random.uniform());
            x.iter_mut().for_each(|row| row.push(row[0] + tiny * random.normal()));
        }
        3 => x.iter_mut().for_each(|row| {
            row.iter_mut().enumerate().for_each(|(j, value)| *value = (*value + 0.1 / tiny) * [1e6, 1e-5, 3.0][j]);
        }),
        _ => {
            y.fill(false);
            (0..1 + random.below(3)).for_each(|_| y[random.below(n)] = true);
        }
    }
    let last = y.len() - 1;
    (y[last - 1], y[last]) = if seed % 5 == 1 { (y[last - 1], y[last]) } else { (true, false) };
    (x, y)
}

fn csv(x: &[Vec<f64>], y: &[bool]) -> String {
    let names: String = (0..x[0].len()).map(|j| format!("x{j},")).collect();
    let line = |(row, y): (&Vec<f64>, &bool)| {
        row.iter().map(|value| format!("{value:?},")).collect::<String>() + if *y { "1\n" } else { "0\n" }
    };
    names + "y\n" + &x.iter().zip(y).map(line).collect::<String>()
}

fn fit(folder: &common::Folder, file: &str, arguments: &[&str]) -> Value {
    let all = [&["fit", file, "--target", "y", "--json"], arguments].concat();
    let (code, stdout, stderr) = common::logitbench(&folder.0, &all);
    assert_eq!((code, stderr.as_str()), (0, ""), "{file}");
    serde_json::from_str(&stdout).unwrap()
}

/// Asserts that `found` is within `error` of the truth, and returns error over size.
fn contains(what: &str, found: &Value, error: &Value, truth: &Fixed) -> f64 {
    let (found, error) = (found.as_f64().unwrap(), error.as_f64().unwrap_or_else(|| panic!("{what} has no bound")));
    let distance = (&Fixed::from(found) - truth).abs();
    assert!(
        distance <= Fixed::from(error),
        "{what}: {found} ± {error}, true {}, off by {}",
        truth.rounded(),
        distance.rounded()
    );
    error / truth.rounded().abs()
}

/// Checks every bound of a fit, and returns the largest relative one of estimates and standard errors.
fn check(what: &str, json: &Value, model: &Model) -> [f64; 2] {
    let start: Vec<f64> = numbers(&json["optimum"]["coefficients"]);
    let truth = model.optimum(&start).unwrap_or_else(|| panic!("{what}: no optimum"));
    let quantile = Fixed::parse("1.959963984540054235524594430520551527955550077869548398476952646");
    let mut widest = [0.0, 0.0];
    for (k, (b, s)) in truth.coefficients.iter().zip(&truth.standard_errors).enumerate() {
        let of = |key: &str| format!("{what}: {key} {k}");
        let optimum = &json["optimum"];
        let of_optimum = contains(&of("optimum"), &optimum["coefficients"][k], &optimum["coefficient_errors"][k], b);
        assert!(of_optimum < 1e-6, "{}: {of_optimum}", of("optimum"));
        let width = contains(&of("coefficients"), &json["coefficients"][k], &json["coefficient_errors"][k], b);
        widest[0] = f64::max(widest[0], width);
        if json["standard_errors"].is_null() {
            continue;
        }
        let width = contains(&of("standard_errors"), &json["standard_errors"][k], &json["standard_error_errors"][k], s);
        widest[1] = f64::max(widest[1], width);
        let z = b / s;
        contains(&of("z"), &json["z"][k], &json["z_errors"][k], &z);
        contains(&of("p"), &json["p"][k], &json["p_errors"][k], &z.two_sided());
        for (end, sign) in [(0, -1.0), (1, 1.0)] {
            let truth = b + &(&(&Fixed::from(sign) * &quantile) * s);
            contains(&of("intervals"), &json["intervals"][k][end], &json["interval_errors"][k][end], &truth);
        }
    }
    widest
}

fn numbers(values: &Value) -> Vec<f64> {
    values.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
}

#[test]
fn every_bound_contains_the_truth() {
    let folder = common::Folder::new("enclosure");
    let (mut checked, mut without, mut widest) = ([0; 5], 0, [[0.0f64; 2]; 5]);
    for seed in 0..400 {
        let (x, y) = simulate(seed);
        folder.write("data.csv", csv(&x, &y));
        let (strength, arguments) = match seed % 7 {
            0 => (0.5, &["--penalty", "l2", "--strength", "0.5"][..]),
            // Half-way there: what the table says of the solver's point is bounded, too.
            1 => (0.0, &["--solver", "gradient-ascent"][..]),
            _ => (0.0, &[][..]),
        };
        let json = fit(&folder, "data.csv", arguments);
        if json["verdict"] == "separated" {
            continue;
        }
        if json["optimum"].is_null() {
            println!("{seed}: {}", json["no_error_bound_because"]);
            without += 1;
            continue;
        }
        let found = check(&format!("{seed}"), &json, &Model::new(&x, &y, strength));
        let kind = seed as usize % 5;
        checked[kind] += 1;
        (0..2).filter(|_| seed % 7 != 1).for_each(|part| widest[kind][part] = widest[kind][part].max(found[part]));
    }
    println!("{checked:?} checked, {without} without bounds, widest {widest:?}");
    assert!(checked.iter().all(|count| *count > 30), "{checked:?}");
    assert!(
        widest.iter().all(|of_kind| of_kind[1] < 1e-9),
        "standard errors are known to their last digits: {widest:?}"
    );
}

/// The reference values have 20 digits; the information matrix of `urine` has condition number 4.5e11.
#[test]
fn bounds_are_narrow_on_real_data_and_contain_the_reference_values() {
    for name in common::DATA_SETS {
        let reference = common::json(&format!("datasets/{name}.json"));
        if reference["mle"]["exists"] == false {
            continue;
        }
        let file = common::root().join(format!("tests/reference/datasets/{name}.csv"));
        let json = fit(&common::Folder::new("narrow"), file.to_str().unwrap(), &[]);
        for (key, errors) in [("coefficients", "coefficient_errors"), ("standard_errors", "standard_error_errors")] {
            let mut widest = 0.0f64;
            for (k, value) in reference["mle"][key].as_array().unwrap().iter().enumerate() {
                // Half a unit in the twentieth digit is nothing beside any bound.
                let truth = Fixed::parse(value.as_str().unwrap());
                widest = widest.max(contains(&format!("{name}: {key} {k}"), &json[key][k], &json[errors][k], &truth));
            }
            println!("{name}: {key} within {widest:.1e}");
            assert!(widest < 1e-9, "{name}: {key} {widest}");
        }
    }
}

/// A slope that hangs on two rows 3e-11 apart: a solver's standard error was off by 8e-4 of itself beside six printed digits.
#[test]
fn nearly_separated_rows_are_printed_as_far_as_they_are_known() {
    let text = std::fs::read_to_string(common::root().join("tests/cases/nearly_separated.csv")).unwrap();
    let rows: Vec<(f64, bool)> = text
        .lines()
        .skip(1)
        .map(|line| line.split_once(',').map(|(x, y)| (x.parse().unwrap(), y == "1")).unwrap())
        .collect();
    let (x, y): (Vec<Vec<f64>>, Vec<bool>) = rows.into_iter().map(|(x, y)| (vec![x], y)).unzip();
    let (model, folder) = (Model::new(&x, &y, 0.0), common::Folder::new("nearly"));
    folder.write("data.csv", &text);
    let json = fit(&folder, "data.csv", &[]);
    check("nearly separated", &json, &model);
    let truth = model.optimum(&numbers(&json["optimum"]["coefficients"])).unwrap();
    let (_, page, _) = common::logitbench(&folder.0, &["fit", "data.csv", "--target", "y"]);
    let printed: Vec<&str> =
        page.lines().find_map(|line| line.strip_prefix("x0 ")).unwrap().split_whitespace().collect();
    let (b, s) = (truth.coefficients[1].rounded(), truth.standard_errors[1].rounded());
    assert_eq!((printed[1], printed[2]), (&*format!("{b:.6}"), &*format!("{s:.1}")), "{page}");
    let digits = printed[0].trim_start_matches("0.").len();
    assert_eq!(printed[0], format!("{b:.digits$}"), "{page}");
    assert!(page.contains("Digits that the proved bounds on errors leave uncertain are not printed"), "{page}");
}

/// Firth's penalised likelihood has no certificate, so nothing bounds its errors, which is said once.
#[test]
fn where_nothing_is_bounded_it_is_said() {
    let data = common::root().join("tests/reference/datasets/vaso.csv");
    let arguments = ["fit", data.to_str().unwrap(), "--target", "y", "--penalty", "firth"];
    let (_, page, _) = common::logitbench(&common::root(), &arguments);
    assert_eq!(page.matches("No error bound").count(), 1, "{page}");
    let (_, json, _) = common::logitbench(&common::root(), &[&arguments[..], &["--json"]].concat());
    let json: Value = serde_json::from_str(&json).unwrap();
    for key in ["coefficient_errors", "standard_error_errors", "z_errors", "p_errors", "interval_errors", "optimum"] {
        assert!(json[key].is_null(), "{key}");
    }
    assert!(json["no_error_bound_because"].as_str().unwrap().contains("Firth"), "{json}");
}
