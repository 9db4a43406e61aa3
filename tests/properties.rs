//! What holds for every problem, on random ones: steps that go down, classes that can change their names, splits that deal
//! each row once.

#[allow(dead_code)]
#[path = "common/problems.rs"]
mod problems;

use std::sync::atomic::AtomicBool;

use logitbench::data::roles::Roles;
use logitbench::engine::{Loop, SystemClock};
use logitbench::model::{DesignMatrix, Loss, PenaltyTerm, Problem, Serial};
use logitbench::solver::catalogue::Variant;
use logitbench::solver::{Common, Solver, Stop, StopRules};
use logitbench::split::{Dealing, Generator, Scheme, Split, SplitError, Splitter};
use problems::Random;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn problem<'a>(random: &'a Random, signs: &'a [f64]) -> Problem<'a> {
    let Random { rows, columns, penalties, .. } = random;
    Problem {
        design: DesignMatrix::dense(rows, *columns),
        loss: Loss::logistic(signs),
        penalty: PenaltyTerm::l2(penalties),
    }
}

/// The objectives of 60 iterations or fewer, where they ended, and why.
fn fit(solver: &dyn Solver, problem: &Problem<'_>) -> (Vec<f64>, Vec<f64>, Stop) {
    let mut state = solver.state();
    let rules = StopRules { max_iterations: 60, separated: false, ..StopRules::default() };
    let (clock, interrupt) = (SystemClock::default(), AtomicBool::new(false));
    let mut objectives = Vec::new();
    let outcome =
        Loop { rules: &rules, clock: &clock, interrupt: &interrupt, workers: &Serial, start: &[], common: None }
            .fit(&mut *state, problem, &mut |seen| objectives.push(seen.objective))
            .unwrap();
    (objectives, state.point().coefficients.clone(), outcome.stop)
}

/// What does not promise never to go up: full steps of Newton's method and the article's, a search that allows rises, momentum.
/// All others do: by their step rule, or because L and X'X/4 bound the curvature.
const MAY_RISE: [(&str, (&str, &str)); 6] = [
    ("newton", ("step", "unit")),
    ("article", ("", "")),
    ("irls", ("step", "unit")),
    ("irls", ("factorization", "qr")),
    ("gradient-ascent", ("step", "barzilai-borwein")),
    ("gradient-ascent", ("step", "nesterov")),
];

/// The naive sigmoid knows no symmetry of the classes: p and 1 - p round differently.
const ASYMMETRIC: (&str, (&str, &str)) = ("newton", ("sigmoid", "naive"));

fn descending() -> Vec<Variant> {
    let needs_lapack = |variant: &Variant| variant.choice.is_some_and(|(_, name)| name == "lapack");
    let all = Variant::all().into_iter().filter(|variant| !needs_lapack(variant));
    let all = all.filter(|variant| !MAY_RISE.iter().any(|(method, choice)| variant.is(method, *choice)));
    all.collect()
}

/// Steps that go up by more than the rounding of a sum of losses, and all steps, over problems with outliers.
fn rises(solver: &dyn Solver) -> (usize, usize) {
    let (mut rises, mut steps) = (0, 0);
    for seed in 0..400 {
        let mut random = Random::new(seed, 40, 6);
        random.rows.iter_mut().for_each(|x| *x = x.powi(5));
        let (objectives, ..) = fit(solver, &problem(&random, &random.signs));
        steps += objectives.len() - 1;
        rises += objectives.windows(2).filter(|pair| pair[1] - pair[0] > 1e-10 * (1.0 + pair[0])).count();
    }
    (rises, steps)
}

#[test]
fn the_objective_never_rises() {
    for variant in descending() {
        let (rises, steps) = rises(&*variant.build().unwrap().solver);
        assert!(rises == 0 && steps > 2_000, "{}: {rises} of {steps} steps go up", variant.lines());
    }
    // Without a rule the same problems make Newton's method go up.
    let unit = Variant::all().into_iter().find(|variant| variant.is("newton", ("step", "unit"))).unwrap();
    let (rises, steps) = rises(&*unit.build().unwrap().solver);
    assert!(rises > 0, "0 of {steps} steps");
}

/// The classes' roles change the sign of every coefficient, and not one bit of anything else.
#[test]
fn exchanging_the_classes_negates_the_coefficients_to_the_bit() {
    for variant in descending().into_iter().filter(|variant| !variant.is(ASYMMETRIC.0, ASYMMETRIC.1)) {
        let (solver, name) = (variant.build().unwrap().solver, variant.lines());
        for seed in 0..200 {
            let random = Random::new(seed, 40, 6);
            let exchanged: Vec<f64> = random.signs.iter().map(|sign| -sign).collect();
            let (objectives, coefficients, stop) = fit(&*solver, &problem(&random, &random.signs));
            let (other_objectives, others, other_stop) = fit(&*solver, &problem(&random, &exchanged));
            assert_eq!((objectives, stop), (other_objectives, other_stop), "{name}, {}", random.kind);
            let negated: Vec<f64> = others.iter().map(|b| -b).collect();
            assert_eq!(coefficients, negated, "{name}, {}", random.kind);
        }
    }
}

#[test]
fn every_scheme_deals_each_row_once_in_the_sizes_it_says() {
    let random = &mut ChaCha8Rng::seed_from_u64(1);
    let (mut split, mut dealt) = (Split::default(), [0; 2]);
    for _ in 0..3_000 {
        let rows = random.random_range(1..=60usize);
        let share = random.random_range(0.0..=1.0);
        let labels: Vec<u8> = (0..rows).map(|_| u8::from(random.random_bool(share))).collect();
        let test_fraction = [0.25, 0.5, 1e-9, 1.0 - 1e-9, random.random_range(0.001..0.999)][random.random_range(0..5)];
        let scheme = [Scheme::Shuffle, Scheme::StratifiedShuffle, Scheme::AllRows][random.random_range(0..3)];
        let generator = match random.random_bool(0.5) {
            true => Generator::Native,
            false => Generator::Numpy { first_random_state: random.random_range(0..=u32::MAX - 5) },
        };
        let mut splitter =
            Splitter::new(Dealing::with_test_fraction(scheme, test_fraction), generator, random.random(), "x");
        let (train, test) = splitter.sizes(rows);
        let ceil = if scheme == Scheme::AllRows { 0 } else { (test_fraction * rows as f64).ceil() as usize };
        assert_eq!((train + test, test), (rows, ceil.min(rows)));
        let positives = labels.iter().filter(|&&label| label == 1).count();
        let classes = ["a", "b"].map(str::to_owned);
        let prepared = splitter.prepare(&labels, &Roles::default(), &classes, 5);
        match &prepared {
            Ok(()) => {}
            Err(SplitError::NoTrainingRows { .. }) => assert_eq!(train, 0),
            Err(SplitError::SmallClass { count, .. }) => assert!(*count < 2),
            Err(SplitError::SmallSet { .. }) => assert!(train < 2 || test < 2),
            Err(other) => panic!("{other}"),
        }
        if prepared.is_err() {
            continue;
        }
        for index in [0, 4] {
            splitter.split(index, &labels, &mut split);
            assert_eq!((split.train.len(), split.test.len()), (train, test));
            let mut all = [&split.train[..], &split.test[..]].concat();
            all.sort_unstable();
            assert!(all.into_iter().eq(0..rows as u32), "{scheme:?} of {rows}");
            if scheme == Scheme::StratifiedShuffle {
                let in_test = split.test.iter().filter(|&&row| labels[row as usize] == 1).count() as f64;
                let exact = test as f64 * positives as f64 / rows as f64;
                assert!((in_test - exact).abs() < 2.0, "{in_test} of {exact} in {test} of {rows}");
            }
            dealt[usize::from(scheme == Scheme::StratifiedShuffle)] += 1;
        }
    }
    assert!(dealt[0] > 1_000 && dealt[1] > 500, "{dealt:?}");
}

/// Fits that share what the problem gives them are those of each method alone: in rows, in columns, by products with the Hessian, from
/// a start of their own.
#[test]
fn what_the_fits_of_a_problem_have_in_common_changes_no_bit() {
    let rules = StopRules { max_iterations: 3, separated: false, ..StopRules::default() };
    let (clock, interrupt) = (SystemClock::default(), AtomicBool::new(false));
    let mut common = Common::default();
    for (rows, columns, strength) in [(30, 50, 0.5), (200, 6, 0.5), (200, 6, 0.0), (270, 260, 0.5)] {
        let number = |k: usize| ((k * 7_919 + 31) % 1_009) as f64 / 500.0 - 1.0;
        let entry = |k: usize| if k.is_multiple_of(columns) { 1.0 } else { number(k) };
        let design: Vec<f64> = (0..rows * columns).map(entry).collect();
        let signs: Vec<f64> = (0..rows).map(|i| if number(13 * i + 5) > 0.2 { 1.0 } else { -1.0 }).collect();
        let penalties: Vec<f64> = (0..columns).map(|j| if j == 0 { 0.0 } else { strength }).collect();
        let problem = Problem {
            design: DesignMatrix::dense(&design, columns),
            loss: Loss::logistic(&signs),
            penalty: PenaltyTerm::l2(&penalties),
        };
        common.reset(true);
        for variant in Variant::all() {
            let solver = match variant.build() {
                Ok(built) => built.solver,
                Err(_) => continue,
            };
            let away = vec![0.01; columns];
            for start in [&[][..], &away] {
                let fit = |common| {
                    let mut state = solver.state();
                    let (rules, clock) = (&rules, &clock);
                    let fit = Loop { rules, clock, interrupt: &interrupt, workers: &Serial, start, common };
                    let outcome = fit.fit(&mut *state, &problem, &mut |_| ()).unwrap();
                    let bits: Vec<u64> = state.point().coefficients.iter().map(|b| b.to_bits()).collect();
                    (outcome.stop, outcome.iterations, outcome.calls, bits)
                };
                let alone = fit(None);
                assert_eq!(fit(Some(&common)), alone, "{}, {rows} x {columns}", variant.lines());
                assert_eq!(fit(Some(&common)), alone, "{}, {rows} x {columns}, again", variant.lines());
            }
        }
    }
}
