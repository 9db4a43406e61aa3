//! Row weights and offsets: a row of weight c fits as c equal rows do, whatever the method and the penalty, and an offset moves the
//! predictors by what it says.

#[path = "common/random.rs"]
mod random;

use std::sync::atomic::AtomicBool;

use logitbench::data::{DataSet, Roles};
use logitbench::engine::{NEWTON, TO_THE_LIMIT};
use logitbench::linear_algebra::{Storage, StoredRows};
use logitbench::model::Penalty;
use logitbench::parameter::{Setting, Settings};
use logitbench::record::{SingleFit, Verdict};
use logitbench::run::single::{Task, fit};
use logitbench::solver::catalogue::Variant;
use logitbench::solver::{Solver, StopRules};
use random::Random;

/// Rows with weights and perhaps an offset.
struct Weighted {
    x: Vec<Vec<f64>>,
    y: Vec<u8>,
    weights: Vec<f64>,
    offset: Option<Vec<f64>>,
}

impl Weighted {
    /// Of one of four kinds: plain, separated, quasi-completely separated, with two columns that depend on each other.
    fn simulate(seed: u64) -> Weighted {
        let random = &mut Random(seed);
        let (n, p) = (12 + random.below(40), 1 + random.below(3));
        let mut x: Vec<Vec<f64>> = (0..n).map(|_| (0..p).map(|_| random.normal()).collect()).collect();
        let mut y: Vec<u8> = x.iter().map(|row| u8::from(row[0] + 2.0 * random.normal() > 0.0)).collect();
        match seed % 8 {
            5 => y = x.iter().map(|row| u8::from(row[0] > 0.0)).collect(),
            6 => {
                x.iter_mut().for_each(|row| row[0] = f64::from(u8::from(row[0] > 0.7)));
                y.iter_mut().zip(&x).filter(|(_, row)| row[0] == 1.0).for_each(|(y, _)| *y = 1);
            }
            7 => x.iter_mut().for_each(|row| {
                let double = 2.0 * row[0];
                row.push(double);
            }),
            _ => {}
        }
        (y[0], y[1]) = if seed % 8 == 5 { (y[0], y[1]) } else { (0, 1) };
        let weights = (0..n).map(|_| random.below(5) as f64 + 1.0).collect();
        let offset = (seed % 3 == 0).then(|| (0..n).map(|_| random.normal()).collect());
        Weighted { x, y, weights, offset }
    }

    /// The data set of some rows; with weights, or without.
    fn of(&self, rows: &[usize], weights: Option<Vec<f64>>) -> DataSet {
        let columns = self.x[0].len();
        let offset = self.offset.as_ref().map(|offset| rows.iter().map(|&i| offset[i]).collect());
        DataSet {
            name: "data".to_owned(),
            feature_names: (0..columns).map(|j| format!("x{j}")).collect(),
            features: StoredRows::from_fn(Storage::Double, (rows.len(), columns), |(i, j)| self.x[rows[i]][j]),
            labels: rows.iter().map(|&i| self.y[i]).collect(),
            classes: vec!["0".to_owned(), "1".to_owned()],
            truth: None,
            reading: None,
            roles: Roles { weights, offset, ..Roles::default() },
        }
    }

    fn weighted(&self) -> DataSet {
        self.of(&(0..self.y.len()).collect::<Vec<_>>(), Some(self.weights.clone()))
    }

    /// Each row as often as its weight says.
    fn repeated(&self) -> DataSet {
        let copies = |i: usize| std::iter::repeat_n(i, self.weights[i] as usize);
        self.of(&(0..self.y.len()).flat_map(copies).collect::<Vec<_>>(), None)
    }
}

fn fitted(data: &DataSet, penalty: Penalty, intercept: bool, solver: &dyn Solver, rules: &StopRules) -> SingleFit {
    let task = Task { penalty, intercept, solver, rules, profile_level: None };
    fit(data, &task, &AtomicBool::new(false)).unwrap()
}

/// Asserts that numbers are equal to a share of their size, or of 1.
fn assert_near(what: &str, found: Option<f64>, expected: Option<f64>, share: f64) {
    match (found, expected) {
        (Some(found), Some(expected)) => {
            assert!((found - expected).abs() <= share * expected.abs().max(1.0), "{what}: {found} and {expected}");
        }
        (found, expected) => assert_eq!(found, expected, "{what}"),
    }
}

fn assert_all_near(what: &str, found: &Option<Vec<Option<f64>>>, expected: &Option<Vec<Option<f64>>>, share: f64) {
    assert_eq!(found.is_some(), expected.is_some(), "{what}");
    for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
        assert_near(what, *found, *expected, share);
    }
}

fn penalties() -> [Penalty; 3] {
    ["none", "l2", "firth"].map(|name| {
        let strength = (name == "l2").then_some(0.7);
        Penalty::named(name, strength).unwrap().unwrap()
    })
}

#[test]
fn weighted_rows_fit_as_their_copies_do() {
    let mut verdicts = [0; 4];
    for seed in 0..300 {
        let random = Weighted::simulate(seed);
        let (weighted, repeated) = (random.weighted(), random.repeated());
        for penalty in penalties() {
            let intercept = seed % 4 != 1;
            let what = format!("{seed}, {penalty:?}");
            let [found, expected] =
                [&weighted, &repeated].map(|data| fitted(data, penalty, intercept, &NEWTON, &TO_THE_LIMIT));
            assert_eq!(found.verdict, expected.verdict, "{what}");
            assert_eq!((found.separation, found.rank), (expected.separation, expected.rank), "{what}");
            verdicts[found.verdict as usize] += 1;
            assert_all_near(&what, &found.coefficients, &expected.coefficients, 1e-12);
            assert_all_near(&what, &found.standard_errors, &expected.standard_errors, 1e-12);
            assert_near(&what, found.log_likelihood, expected.log_likelihood, 1e-12);
            assert_near(&what, Some(found.null_log_likelihood), Some(expected.null_log_likelihood), 1e-12);
            assert_eq!(found.hauck_donner, expected.hauck_donner, "{what}");
            let ratios = |fit: &SingleFit| -> Option<Vec<Option<f64>>> {
                let statistic = |found: &Option<Result<logitbench::record::LikelihoodRatio, _>>| {
                    found.as_ref().and_then(|found| found.as_ref().ok()).map(|ratio| ratio.statistic)
                };
                fit.likelihood_ratios.as_ref().map(|all| all.iter().map(statistic).collect())
            };
            // A fit under Firth's penalty that rounding lets end otherwise has none.
            if ratios(&found).is_some() == ratios(&expected).is_some() || penalty.name() != "firth" {
                assert_all_near(&what, &ratios(&found), &ratios(&expected), 1e-7);
            }
            let limit = |fit: &SingleFit| fit.limit.as_ref().map(|limit| limit.log_likelihood);
            assert_near(&what, limit(&found), limit(&expected), 1e-11);
        }
    }
    println!("{verdicts:?}");
    assert!(verdicts[Verdict::Optimal as usize] > 400 && verdicts[Verdict::Separated as usize] > 50, "{verdicts:?}");
}

#[test]
fn every_method_reaches_the_optimum_of_the_copies() {
    let mut optimal = 0;
    for variant in Variant::all() {
        let built = variant.build().unwrap();
        let mut settings = Settings::defaults(variant.method.parameters);
        variant.choice.iter().for_each(|(key, name)| settings.set(key, Setting::Text((*name).to_owned())));
        for seed in 0..24 {
            let random = Weighted::simulate(seed);
            let (weighted, repeated) = (random.weighted(), random.repeated());
            for penalty in penalties() {
                if variant.method.cannot_fit(penalty, &settings).is_some() {
                    continue;
                }
                let rules = StopRules { max_iterations: 300, ..StopRules::default() };
                let [found, expected] =
                    [&weighted, &repeated].map(|data| fitted(data, penalty, true, &*built.solver, &rules));
                let what = format!("{}, {seed}, {penalty:?}", variant.lines());
                assert_eq!(found.verdict, expected.verdict, "{what}");
                if found.verdict == Verdict::Optimal {
                    optimal += 1;
                    assert_all_near(&what, &found.coefficients, &expected.coefficients, 1e-4);
                    let optimum = |fit: &SingleFit| -> Option<Vec<Option<f64>>> {
                        fit.optimum.as_ref().map(|all| all.iter().map(|found| found.map(|[b, _]| b)).collect())
                    };
                    assert_all_near(&what, &optimum(&found), &optimum(&expected), 1e-13);
                }
            }
        }
    }
    println!("{optimal} optimal");
    assert!(optimal > 300, "{optimal}");
}
