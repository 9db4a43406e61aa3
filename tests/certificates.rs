//! Proofs: of separation, of optima and their gaps, against exact and high-precision answers.

mod common;
#[allow(dead_code)]
#[path = "common/problems.rs"]
mod problems;
#[path = "common/rational.rs"]
mod rational;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use logitbench::data::csv_file;
use logitbench::data::file::{Contents, Input};
use logitbench::engine::{Existence, Judged, Loop, ReferenceSolver, Shown, SystemClock, judge};
use logitbench::model::certificate::{CertificateWorkspace, certify};
use logitbench::model::identifiable::{self, identifiable};
use logitbench::model::separation::{self, Separation, SeparationDecision};
use logitbench::model::{DesignMatrix, Evaluation, Evaluator, Loss, Order, PenaltyTerm, Problem, Serial};
use logitbench::parameter::Settings;
use logitbench::record::Verdict;
use logitbench::solver::catalogue::Method;
use logitbench::solver::{Combine, StopRules, Tolerances};
use problems::Random;
use serde_json::Value;

/// A reference data set with an intercept, on its raw scale.
struct Reference {
    rows: Vec<f64>,
    columns: usize,
    signs: Vec<f64>,
    values: Value,
}

impl Reference {
    fn new(name: &str) -> Reference {
        let path = common::reference(&format!("datasets/{name}.csv"));
        let contents = Contents::of(&path).unwrap();
        let keys = csv_file::Keys::target("y");
        let data = csv_file::read(Input::new(&contents, &path), &keys).unwrap();
        let columns = data.features.ncols() + 1;
        let row = |i: usize| std::iter::once(1.0).chain(data.features.row(i).to_vec());
        Reference {
            rows: (0..data.rows()).flat_map(row).collect(),
            columns,
            signs: data.labels.iter().map(|&label| if label == 1 { 1.0 } else { -1.0 }).collect(),
            values: common::json(&format!("datasets/{name}.json")),
        }
    }

    fn all() -> impl Iterator<Item = (&'static str, Reference)> {
        common::DATA_SETS.into_iter().map(|name| (name, Reference::new(name)))
    }

    /// Penalties λ on all coefficients but the intercept.
    fn penalties(&self, strength: f64) -> Vec<f64> {
        let mut penalties = vec![strength; self.columns];
        penalties[0] = 0.0;
        penalties
    }

    fn problem<'a>(&'a self, penalties: &'a [f64]) -> Problem<'a> {
        Problem {
            design: DesignMatrix::dense(&self.rows, self.columns),
            loss: Loss::logistic(&self.signs),
            penalty: PenaltyTerm::l2(penalties),
        }
    }

    fn status(&self) -> Separation {
        serde_json::from_value(self.values["separation"]["status"].clone()).unwrap()
    }
}

fn number(value: &Value) -> f64 {
    value.as_str().unwrap().parse().unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

/// −log₁₀ of the largest relative error: the digits that agree, at most 16.
fn digits(values: &[f64], expected: &[f64]) -> f64 {
    assert_eq!(values.len(), expected.len());
    let error = |(value, expected): (&f64, &f64)| ((value - expected) / expected).abs();
    -values.iter().zip(expected).map(error).fold(1e-16, f64::max).log10()
}

fn existence(problem: &Problem<'_>) -> Existence {
    ReferenceSolver::default()
        .decide_existence((problem, None), None, Shown::default(), &mut std::iter::empty(), &AtomicBool::new(false))
        .unwrap()
}

/// Every point of a fit of Newton's method with step-halving, the last one last.
fn newton_path(problem: &Problem<'_>, rules: &StopRules) -> Vec<Vec<f64>> {
    let method = Method::named("newton").unwrap();
    let built = method.build(&mut Settings::defaults(method.parameters)).unwrap();
    let mut state = built.solver.state();
    let (clock, interrupt) = (SystemClock::default(), AtomicBool::new(false));
    let mut path = vec![vec![0.0; problem.unknowns()]];
    for most in 1..=rules.max_iterations {
        let rules = StopRules { max_iterations: most, ..*rules };
        let outcome =
            Loop { rules: &rules, clock: &clock, interrupt: &interrupt, workers: &Serial, start: &[], common: None }
                .fit(&mut *state, problem, &mut |_| ())
                .unwrap();
        if outcome.iterations < most {
            break;
        }
        path.push(state.point().coefficients.clone());
    }
    path
}

fn signed_rows(problem: &Problem<'_>) -> Vec<Vec<f64>> {
    let mut rows = Vec::new();
    problem.design.each_row(|i, row| rows.push(row.iter().map(|x| problem.loss.signs()[i] * x).collect()));
    rows
}

#[test]
fn reference_data_have_their_recorded_status() {
    for (name, data) in Reference::all() {
        let penalties = data.penalties(0.0);
        let problem = data.problem(&penalties);
        assert_eq!(existence(&problem).separation(), Some(data.status()), "{name}");
        // And by the linear programme alone.
        match separation::decide_separation(&problem, &AtomicBool::new(false)) {
            SeparationDecision::Overlap => assert_eq!(data.status(), Separation::Overlap, "{name}"),
            SeparationDecision::Separated { kind, direction } => {
                assert_eq!(kind, Some(data.status()), "{name}");
                // The printed direction is itself a proof, in exact arithmetic.
                let sides = rational::sides(&signed_rows(&problem), &direction);
                assert!(
                    !sides.contains(&Ordering::Less) && sides.contains(&Ordering::Greater),
                    "{name}: {direction:?}"
                );
                assert_eq!(sides.contains(&Ordering::Equal), data.status() == Separation::QuasiComplete, "{name}");
            }
            SeparationDecision::Undecided => panic!("{name}"),
        }
    }
}

#[test]
fn certified_fits_have_the_digits_of_the_reference() {
    for (name, data) in Reference::all() {
        let fit = |strength: f64, expected: &Value| {
            let penalties = data.penalties(strength);
            let problem = data.problem(&penalties);
            let point = newton_path(&problem, &StopRules::default()).pop().unwrap();
            let certificate = certify(&problem, &point, None, &mut CertificateWorkspace::default());
            let judgement = judge(&certificate, &existence(&problem), 1e-8);
            assert_eq!(judgement.verdict, Verdict::Optimal, "{name}, {strength}: {certificate:?}");
            let penalty: f64 = penalties.iter().zip(&point).map(|(penalty, b)| 0.5 * penalty * b * b).sum();
            let log_likelihood = penalty - certificate.objective;
            (
                digits(&point, &numbers(&expected["coefficients"])),
                digits(&[log_likelihood], &[number(&expected["log_likelihood"])]),
            )
        };
        if data.status() == Separation::Overlap {
            let (coefficients, log_likelihood) = fit(0.0, &data.values["mle"]);
            println!("{name}: maximum likelihood, {coefficients:.1} and {log_likelihood:.1} digits");
            // The information matrix of urine has condition number 4.5e11.
            assert!(coefficients >= if name == "urine" { 6.0 } else { 10.0 }, "{name}: {coefficients}");
            assert!(log_likelihood >= 12.0, "{name}: {log_likelihood}");
        }
        for expected in data.values["l2"].as_array().unwrap() {
            let strength = number(&expected["lam"]);
            let (coefficients, log_likelihood) = fit(strength, expected);
            println!("{name}: l2 {strength}, {coefficients:.1} and {log_likelihood:.1} digits");
            assert!(coefficients >= if name == "urine" { 6.0 } else { 10.0 }, "{name}, {strength}: {coefficients}");
            assert!(log_likelihood >= 12.0, "{name}, {strength}: {log_likelihood}");
        }
    }
}

#[test]
fn the_certified_gap_is_never_below_the_true_gap() {
    let (mut certified, mut beyond) = (0, 0);
    for (name, data) in Reference::all() {
        let mut problems: Vec<(f64, f64)> = data.values["l2"]
            .as_array()
            .unwrap()
            .iter()
            .map(|expected| (number(&expected["lam"]), number(&expected["objective"])))
            .collect();
        if data.status() == Separation::Overlap {
            problems.push((0.0, -number(&data.values["mle"]["log_likelihood"])));
        }
        for (strength, optimum) in problems {
            let penalties = data.penalties(strength);
            let problem = data.problem(&penalties);
            let known = existence(&problem);
            let path = newton_path(&problem, &StopRules::default());
            // Points between those of the path too.
            let between =
                path.windows(2).map(|pair| pair[0].iter().zip(&pair[1]).map(|(a, b)| 0.3 * a + 0.7 * b).collect());
            for point in path.iter().cloned().chain(between.collect::<Vec<Vec<f64>>>()) {
                let certificate = certify(&problem, &point, None, &mut CertificateWorkspace::default());
                let own = certificate.gap.unwrap_or(f64::INFINITY);
                let Judged { gap: judged, gap_at_least, verdict } = judge(&certificate, &known, 1e-8);
                // What rounding of the objective itself leaves open.
                let rounding = (problem.len() as f64 + 8.0) * f64::EPSILON * optimum.abs();
                let truth = certificate.objective - optimum;
                for gap in [own, judged] {
                    assert!(gap >= truth - rounding, "{name}, {strength}: {gap:e} is below {truth:e}");
                }
                assert!(gap_at_least <= truth + rounding, "{name}, {strength}: {gap_at_least:e} is above {truth:e}");
                beyond += usize::from(verdict == Verdict::Suboptimal);
                certified += usize::from(own.is_finite());
            }
        }
    }
    assert!(certified > 150 && beyond > 150, "{certified} gaps are certified, {beyond} proved too large");
}

/// Endless steps, sentinels at the ends of binary64, and columns whose mean is far above their spread.
#[test]
fn extremes_end_and_prove_nothing_false() {
    // x = ±1 labelled by sign: margins grow by ln 2 a step, every doubled step is accepted, and lengths overflow.
    let problem = Problem {
        design: DesignMatrix::dense(&[1.0, -1.0], 1),
        loss: Loss::logistic(&[1.0, -1.0]),
        penalty: PenaltyTerm::NONE,
    };
    let method = Method::named("gradient-ascent").unwrap();
    for step in ["backtracking", "barzilai-borwein"] {
        let mut settings = Settings::defaults(method.parameters);
        settings.set("step", logitbench::parameter::Setting::Text(step.to_owned()));
        let built = method.build(&mut settings).unwrap();
        let mut state = built.solver.state();
        let rules = StopRules {
            max_iterations: 5_000,
            separated: false,
            tolerances: Tolerances::default(),
            ..StopRules::default()
        };
        let (clock, interrupt) = (SystemClock::default(), AtomicBool::new(false));
        let fit =
            Loop { rules: &rules, clock: &clock, interrupt: &interrupt, workers: &Serial, start: &[], common: None };
        let outcome = fit.fit(&mut *state, &problem, &mut |_| ()).unwrap();
        println!("{step}: {outcome:?}");
        assert!(existence(&problem).separation() == Some(Separation::Complete));
    }
    // Not finite: nothing can be said.
    let broken = Problem {
        design: DesignMatrix::dense(&[1.0, f64::NAN, 1.0, 2.0, 1.0, 0.5], 2),
        loss: Loss::logistic(&[1.0, -1.0, 1.0]),
        penalty: PenaltyTerm::NONE,
    };
    assert_eq!(separation::decide_separation(&broken, &AtomicBool::new(false)), SeparationDecision::Undecided);
    assert_eq!(existence(&broken).separation(), None);
    assert_eq!(separation::lower_bound(&broken, &[0.0, 0.0]), None);
}

#[test]
fn standardizing_keeps_the_classes_apart_at_the_ends_of_binary64() {
    for size in [1e160, 1e200, 8e307] {
        let folder = common::Folder::new("extreme");
        let rows: String =
            (0..12).map(|i| format!("{:e},{}\n", if i % 2 == 0 { size } else { -size }, i % 2)).collect();
        folder.write("d.csv", format!("x,y\n{rows}"));
        folder.write(
            "m.toml",
            "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\n[split]\nrepeats = 20\n[model]\nscaling = \"standardize\"\n[[solver]]\nmethod = \"newton\"\n",
        );
        let (code, stdout, stderr) = common::logitbench(&folder.0, &["experiment", "m.toml"]);
        assert_eq!((code, stderr.as_str()), (0, ""));
        assert!(stdout.contains("separated 20") && !stdout.contains("optimal"), "{size:e}\n{stdout}");
    }
}

#[test]
fn a_bound_far_from_the_origin_allows_for_the_rounding_of_predictors() {
    // A year-like column, unscaled: predictors are sums of terms a thousand times their size.
    let rows: Vec<f64> = (0..60).flat_map(|i| [1.0, 1e6 + f64::from(i * 7 % 13) * 0.1]).collect();
    let signs: Vec<f64> = (0..60).map(|i| if i * i % 5 < 2 { 1.0 } else { -1.0 }).collect();
    let problem =
        Problem { design: DesignMatrix::dense(&rows, 2), loss: Loss::logistic(&signs), penalty: PenaltyTerm::NONE };
    let point = newton_path(&problem, &StopRules::default()).pop().unwrap();
    let certificate = certify(&problem, &point, None, &mut CertificateWorkspace::default());
    let relative = certificate.objective_error / certificate.objective;
    assert!(relative > 1e-14 * 100.0 / 60.0 && relative < 1e-6, "{relative:e}");
    let judged = judge(&certificate, &existence(&problem), 1e-8);
    assert_eq!(judged.verdict, Verdict::Optimal, "{judged:?}");
}

/// The problem on its identifiable columns, as a run has it.
fn identified(random: &Random) -> (Vec<f64>, Vec<f64>) {
    let mut kept = Vec::new();
    if random.penalties.iter().any(|&penalty| penalty > 0.0) {
        kept.extend(0..random.columns);
    } else {
        identifiable(
            DesignMatrix::dense(&random.rows, random.columns),
            &Serial,
            &mut identifiable::RankWorkspace::default(),
            &mut kept,
        );
    }
    let rows = random.rows.chunks_exact(random.columns).flat_map(|row| kept.iter().map(|&j| row[j])).collect();
    (rows, kept.iter().map(|&j| random.penalties[j]).collect())
}

/// Decides random problems and checks every answer; `oracle` says which are decided again in rational numbers.
fn survey(seeds: std::ops::Range<u64>, rows: usize, columns: usize, oracle: impl Fn(usize, usize) -> bool) {
    let (mut counts, mut checked): (BTreeMap<String, usize>, usize) = (BTreeMap::new(), 0);
    let all = seeds.end - seeds.start;
    for seed in seeds {
        let random = Random::new(seed, rows, columns);
        let (rows, penalties) = identified(&random);
        let problem = Problem {
            design: DesignMatrix::dense(&rows, penalties.len()),
            loss: Loss::logistic(&random.signs),
            penalty: PenaltyTerm::l2(&penalties),
        };
        let answer = existence(&problem);
        let free: Vec<usize> = (0..penalties.len()).filter(|&j| penalties[j] == 0.0).collect();
        let signed: Vec<Vec<f64>> =
            signed_rows(&problem).iter().map(|row| free.iter().map(|&j| row[j]).collect()).collect();
        if !free.is_empty() && oracle(problem.len(), free.len()) {
            let separable = rational::separable(&signed);
            assert_eq!(separable, matches!(answer, Existence::Separated { .. }), "{}: {answer:?}", random.kind);
            checked += 1;
        }
        if let Existence::Separated { kind: Some(Separation::Complete), direction } = &answer {
            let direction: Vec<f64> = free.iter().map(|&j| direction[j]).collect();
            let strict = rational::sides(&signed, &direction).iter().all(|side| *side == Ordering::Greater);
            // A direction combined from several may need more than 53 bits.
            *counts.entry(format!("complete, direction exact: {strict}")).or_default() += 1;
        }
        check_gaps(&problem, &answer, &random.kind);
        *counts.entry(answer.separation().map_or("undecided", Separation::name).to_owned()).or_default() += 1;
    }
    println!("{counts:?}, {checked} decided again");
    assert!(counts.get("undecided").copied().unwrap_or(0) as f64 <= 0.001 * all as f64, "{counts:?}");
    assert!(counts["complete"] > 0 && counts["quasi-complete"] > 0 && counts["overlap"] > 0);
    assert!(checked as u64 > all / 8, "{checked}");
}

/// No bound along a Newton path may be below the distance to the best point that a fit run to its end finds.
fn check_gaps(problem: &Problem<'_>, answer: &Existence, kind: &str) {
    let rules = StopRules {
        tolerances: Tolerances { objective_change: Some(0.0), ..Tolerances::default() },
        combine: Combine::Any,
        max_iterations: 12,
        time_limit: None,
        separated: true,
    };
    let path = newton_path(problem, &rules);
    let objectives: Vec<f64> = path
        .iter()
        .map(|point| {
            let mut evaluation = Evaluation::default();
            Evaluator::default().evaluate(problem, point, Order::Objective, &mut evaluation);
            evaluation.objective
        })
        .collect();
    let best = objectives.iter().fold(f64::INFINITY, |best, &objective| best.min(objective));
    for (point, objective) in path.iter().zip(&objectives) {
        let certificate = certify(problem, point, None, &mut CertificateWorkspace::default());
        if let Ok(gap) = certificate.gap {
            assert!(!matches!(answer, Existence::Separated { .. }), "{kind}: a false certificate, {gap:e}");
            let rounding = (problem.len() as f64 + 8.0) * f64::EPSILON * objective;
            assert!(gap >= objective - best - rounding, "{kind}: {gap:e} is below {:e}", objective - best);
        }
    }
}

#[test]
fn random_problems_are_decided_without_a_false_certificate() {
    survey(0..1_500, 40, 6, |rows, columns| rows * columns <= 120);
}

/// All sizes: `cargo test --test certificates -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn ten_thousand_random_problems_are_decided_without_a_false_certificate() {
    survey(0..10_000, 200, 20, |rows, columns| rows * columns <= 300);
}
