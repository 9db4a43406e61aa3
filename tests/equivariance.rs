//! No result depends on the units of columns: features times powers of two give the same bits, and coefficients times the inverse powers.

mod common;
#[path = "common/random.rs"]
mod random;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use logitbench::data::{DataSet, Storage};
use logitbench::linear_algebra::{StoredRows, times_power_of_two};
use logitbench::model::Penalty;
use logitbench::record::{ProfileEnd, SingleFit, Verdict};
use logitbench::run::single;
use logitbench::solver::StopRules;
use logitbench::solver::catalogue::Method;
use random::Random;

/// Features and classes of one of five kinds: plain; nearly equal columns; an offset; one positive; separated but for few rows or none.
fn simulate(seed: u64) -> (Vec<Vec<f64>>, Vec<bool>) {
    let random = &mut Random(seed);
    let (n, p) = (20 + random.below(40), 1 + random.below(3));
    let mut x: Vec<Vec<f64>> = (0..n).map(|_| (0..p).map(|_| random.normal()).collect()).collect();
    let mut y: Vec<bool> = (0..n).map(|_| random.uniform() < 0.5).collect();
    match seed % 5 {
        0 => {}
        1 => {
            let apart = 10f64.powf(-6.0 - 8.0 * random.uniform());
            x.iter_mut().for_each(|row| row.push(row[0] + apart * random.normal()));
        }
        2 => x.iter_mut().for_each(|row| row[0] += 1e7),
        3 => y = (0..n).map(|i| i == 3).collect(),
        _ => y = x.iter().map(|row| (row[0] > 0.1) != (random.uniform() < 0.05)).collect(),
    }
    (y[0], y[1]) = (true, false);
    (x, y)
}

fn data(x: &[Vec<f64>], y: &[bool], exponents: &[i32]) -> DataSet {
    let columns = x[0].len();
    DataSet {
        name: "simulated".to_owned(),
        feature_names: (0..columns).map(|j| format!("x{j}")).collect(),
        features: StoredRows::from_fn(Storage::Double, (x.len(), columns), |(i, j)| {
            times_power_of_two(x[i][j], exponents[j])
        }),
        labels: y.iter().map(|&y| u8::from(y)).collect(),
        classes: vec!["0".to_owned(), "1".to_owned()],
        ..DataSet::default()
    }
}

fn fit(data: &DataSet, penalty: Penalty, intercept: bool) -> SingleFit {
    let method = Method::named("newton").unwrap();
    let built = method.build(&mut logitbench::parameter::Settings::defaults(method.parameters)).unwrap();
    let rules = StopRules::default();
    let task = single::Task {
        intercept,
        profile_level: Some(0.95),
        to_the_optimum: true,
        ..single::Task::new(penalty, &*built.solver, &rules)
    };
    single::fit(data, &task, &AtomicBool::new(false)).unwrap()
}

/// Asserts that values are the plain ones times 2^−k, to the bit.
fn same_bits(what: &str, plain: &Option<Vec<Option<f64>>>, scaled: &Option<Vec<Option<f64>>>, exponents: &[i32]) {
    let expected = plain.as_ref().map(|plain| {
        let own = |(value, k): (&Option<f64>, &i32)| value.map(|value| times_power_of_two(value, -k));
        plain.iter().zip(exponents).map(own).collect::<Vec<_>>()
    });
    assert_eq!(&expected, scaled, "{what}");
}

#[test]
fn a_fit_has_the_same_bits_in_all_units() {
    let mut verdicts = BTreeMap::<Verdict, usize>::new();
    for seed in 0..120 {
        let (x, y) = simulate(seed);
        let random = &mut Random(seed + 1_000);
        let exponents: Vec<i32> = x[0].iter().map(|_| random.below(1_201) as i32 - 600).collect();
        let penalty = if seed % 7 == 0 { Penalty::FIRTH } else { Penalty::NONE };
        let intercept = seed % 4 != 0;
        let plain = fit(&data(&x, &y, &vec![0; exponents.len()]), penalty, intercept);
        let scaled = fit(&data(&x, &y, &exponents), penalty, intercept);
        let what = format!("seed {seed}: {exponents:?}");
        assert_eq!(
            (plain.verdict, plain.stop, plain.iterations),
            (scaled.verdict, scaled.stop, scaled.iterations),
            "{what}"
        );
        assert_eq!((plain.gap, plain.gap_at_least), (scaled.gap, scaled.gap_at_least), "{what}");
        assert_eq!((plain.log_likelihood, plain.separation), (scaled.log_likelihood, scaled.separation), "{what}");
        assert_eq!(plain.likelihood_ratios, scaled.likelihood_ratios, "{what}");
        let of_columns: Vec<i32> = intercept.then_some(0).into_iter().chain(exponents).collect();
        same_bits(&what, &plain.coefficients, &scaled.coefficients, &of_columns);
        same_bits(&what, &plain.standard_errors, &scaled.standard_errors, &of_columns);
        let ends = |fit: &SingleFit, place: usize| {
            let value = |end: &Option<[ProfileEnd; 2]>| end.and_then(|end| end[place].value());
            fit.profile.as_ref().map(|ends| ends.iter().map(value).collect::<Vec<_>>())
        };
        (0..2).for_each(|place| same_bits(&what, &ends(&plain, place), &ends(&scaled, place), &of_columns));
        *verdicts.entry(plain.verdict).or_default() += 1;
    }
    println!("{verdicts:?}");
    assert!(verdicts[&Verdict::Optimal] > 50 && verdicts[&Verdict::Separated] > 0, "{verdicts:?}");
}

/// Multiples of 2^-8 stay what they are when up to 1e12 is added to them.
#[test]
fn a_fit_has_the_same_verdict_wherever_columns_have_their_origin() {
    for seed in (0..60).filter(|seed| !matches!(seed % 5, 1 | 2)) {
        let (mut x, y) = simulate(seed);
        x.iter_mut().flatten().for_each(|value| *value = (*value * 256.0).round() / 256.0);
        let exponents = vec![0; x[0].len()];
        let plain = fit(&data(&x, &y, &exponents), Penalty::NONE, true);
        for offset in [1e6, -1e9, 1e12] {
            let moved: Vec<Vec<f64>> = x.iter().map(|row| row.iter().map(|value| value + offset).collect()).collect();
            let moved = fit(&data(&moved, &y, &exponents), Penalty::NONE, true);
            assert_eq!((plain.verdict, plain.separation), (moved.verdict, moved.separation), "seed {seed}, {offset:e}");
            if let (Some(plain), Some(moved)) = (plain.log_likelihood, moved.log_likelihood) {
                assert!((moved / plain - 1.0).abs() < 1e-9, "seed {seed}, {offset:e}: {plain} {moved}");
            }
        }
    }
}

/// Columns of 1e-155 to 1e±300 under a penalty whose square root is far from them.
#[test]
fn extreme_columns_under_a_penalty_are_proved() {
    let l2 = Penalty::named("l2", Some(1.0)).unwrap().unwrap();
    for seed in (0..30).step_by(5) {
        let (x, y) = simulate(seed);
        for exponent in [-990, -600, -515, 250, 664, 900] {
            let mut exponents = vec![0; x[0].len()];
            exponents[0] = exponent;
            let found = fit(&data(&x, &y, &exponents), l2, true);
            assert_eq!(found.verdict, Verdict::Optimal, "seed {seed}, 2^{exponent}: {:?}", found.refusal);
        }
    }
}

/// What Newton's method, IRLS and L-BFGS do with columns of extreme size, which are brought to ordinary ones; and Newton's method and
/// IRLS with all others too.
#[test]
fn experiments_have_the_same_bits_in_all_units() {
    let folder = common::Folder::new("equivariance");
    let fits = |x: &[Vec<f64>], y: &[bool], methods: &str| -> Vec<String> {
        let names: String = (0..x[0].len()).map(|j| format!("x{j},")).collect();
        let line = |(row, y): (&Vec<f64>, &bool)| {
            row.iter().map(|value| format!("{value:e},")).collect::<String>() + if *y { "1\n" } else { "0\n" }
        };
        folder.write("d.csv", names + "y\n" + &x.iter().zip(y).map(line).collect::<String>());
        folder.write(
            "e.toml",
            format!(
                "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\n[split]\nrepeats = 5\n[model]\n{methods}[stop]\n\
                 deviance_change = 1e-12\nmax_iterations = 200\n"
            ),
        );
        let (code, _, stderr) =
            common::logitbench(&folder.0, &["experiment", "e.toml", "--out", "e.json", "--fits=csv"]);
        assert_eq!(code, 0, "{stderr}");
        let text = std::fs::read_to_string(folder.0.join("e.fits.csv")).unwrap();
        let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let header = lines.next().unwrap();
        let kept = [
            "solver",
            "split",
            "stop",
            "verdict",
            "iterations",
            "objective",
            "objective_error",
            "gap",
            "test_log_loss",
        ];
        let places = kept.map(|name| header.iter().position(|column| *column == name).unwrap());
        lines.map(|line| places.map(|place| line[place]).join(",")).collect()
    };
    let newton = "[[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"irls\"\n";
    for seed in 0..15 {
        let (x, y) = simulate(seed);
        let random = &mut Random(seed + 2_000);
        let mut times = |exponent: &mut dyn FnMut(&mut Random) -> i32| -> Vec<Vec<f64>> {
            let exponents: Vec<i32> = x[0].iter().map(|_| exponent(random)).collect();
            let own = |row: &Vec<f64>| row.iter().zip(&exponents).map(|(x, k)| times_power_of_two(*x, *k)).collect();
            x.iter().map(own).collect()
        };
        let any = times(&mut |random| random.below(1_201) as i32 - 600);
        assert_eq!(fits(&x, &y, newton), fits(&any, &y, newton), "seed {seed}");
        let extreme = [1, 2].map(|_| times(&mut |random| [-1, 1][random.below(2)] * (250 + random.below(351) as i32)));
        let all = format!("{newton}[[solver]]\nmethod = \"l-bfgs\"\n");
        assert_eq!(fits(&extreme[0], &y, &all), fits(&extreme[1], &y, &all), "seed {seed}");
    }
}
