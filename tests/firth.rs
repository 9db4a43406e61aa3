//! Firth's penalised likelihood against estimates computed in 80-digit arithmetic, and what a run says of it.

mod common;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use logitbench::data::csv_file;
use logitbench::data::file::{Contents, Input};
use logitbench::engine::{Loop, Outcome, SystemClock};
use logitbench::experiment::{Experiment, Overrides};
use logitbench::linear_algebra::{cholesky, dot};
use logitbench::model::design::Transformation;
use logitbench::model::{Design, Evaluation, Evaluator, Order, PenaltyTerm, Prepared, Problem, Scaling, Serial};
use logitbench::parameter::{Setting, Settings};
use logitbench::report::schema::Environment;
use logitbench::report::{analysis, markdown};
use logitbench::run::{self, Options};
use logitbench::solver::catalogue::Method;
use logitbench::solver::{Stop, StopRules, Tolerances};
use serde_json::Value;

/// Data sets on which Newton's method from zero must reach the reference to 8 digits: all but the two that have tests of
/// their own.
fn well_behaved() -> impl Iterator<Item = &'static str> {
    common::DATA_SETS.into_iter().filter(|name| !["breast_cancer", "digits_3_8"].contains(name))
}

/// A data set with its reference estimate.
struct Case {
    design: Design,
    transformation: Transformation,
    coefficients: Vec<f64>,
    log_likelihood: f64,
}

fn number(value: &Value) -> f64 {
    value.as_str().unwrap().parse().unwrap()
}

impl Case {
    fn load(name: &str, scaling: Scaling) -> Case {
        let path = common::reference(&format!("datasets/{name}.csv"));
        let contents = Contents::of(&path).unwrap();
        let keys = csv_file::Keys::target("y");
        let data = csv_file::read(Input::new(&contents, &path), &keys).unwrap();
        let Prepared { transformation, design } = Prepared::all_rows(&data, scaling);
        let reference = &common::json(&format!("datasets/{name}.json"))["firth"];
        Case {
            design,
            transformation,
            coefficients: reference["coefficients"].as_array().unwrap().iter().map(number).collect(),
            log_likelihood: number(&reference["penalised_log_likelihood"]),
        }
    }

    fn problem(&self) -> Problem<'_> {
        self.design.problem(PenaltyTerm::FIRTH)
    }

    /// Fits from zero; the coefficients are on the data's own scale.
    fn fit(&self, method: &str, step: &str, tolerances: Tolerances, max_iterations: u32) -> (Outcome, Vec<f64>, f64) {
        let method = Method::named(method).unwrap();
        let mut settings = Settings::defaults(method.parameters);
        settings.set("step", Setting::Text(step.to_owned()));
        let built = method.build(&mut settings).unwrap();
        let mut state = built.solver.state();
        let rules = StopRules { tolerances, max_iterations, ..StopRules::default() };
        let (clock, interrupt) = (SystemClock::default(), AtomicBool::new(false));
        let fit =
            Loop { rules: &rules, clock: &clock, interrupt: &interrupt, workers: &Serial, start: &[], common: None };
        let outcome = fit.fit(&mut *state, &self.problem(), &mut |_| ()).unwrap();
        let point = state.point();
        (outcome, self.transformation.undo(&point.coefficients, true), point.evaluation.objective)
    }

    /// The smallest log relative error −log₁₀(|b − ref|/|ref|) over the coefficients.
    fn digits(&self, coefficients: &[f64]) -> f64 {
        let error = |(b, reference): (&f64, &f64)| ((b - reference) / reference).abs();
        let largest = coefficients.iter().zip(&self.coefficients).map(error).fold(0.0, f64::max);
        -largest.log10()
    }

    fn evaluate(&self, coefficients: &[f64]) -> Evaluation {
        let mut evaluation = Evaluation::default();
        Evaluator::default().evaluate(&self.problem(), coefficients, Order::Hessian, &mut evaluation);
        evaluation
    }
}

/// The scoring step −I⁻¹g, and (g'I⁻¹g)^½: the length of the adjusted score in units of standard errors.
fn scoring_step(evaluation: &Evaluation) -> (Vec<f64>, f64) {
    let mut factor = evaluation.hessian.clone();
    let mut step: Vec<f64> = evaluation.gradient.iter().map(|g| -g).collect();
    assert!(cholesky::factor(&mut factor, step.len()));
    cholesky::solve(&factor, &mut step);
    let length = (-dot(&evaluation.gradient, &step)).sqrt();
    (step, length)
}

fn small_steps() -> Tolerances {
    Tolerances { coefficient_change: Some(1e-12), ..Tolerances::default() }
}

#[test]
fn newton_reaches_the_reference_from_zero() {
    for name in well_behaved() {
        // The specific gravities of `urine` are all near 1: on the raw scale the determinant's rounding ends the fit at 7
        // digits, where a full step changes the objective by less than that.
        let scaling = if name == "urine" { Scaling::Standardize } else { Scaling::None };
        let case = Case::load(name, scaling);
        let (outcome, coefficients, _) = case.fit("newton", "halving", small_steps(), 1000);
        let digits = case.digits(&coefficients);
        println!("{name}: {digits:.2} digits after {} iterations", outcome.iterations);
        assert_eq!(outcome.stop, Stop::Converged, "{name}");
        assert!(digits > 8.0, "{name}: {digits}");
        // The determinant loses digits with the condition of X'WX, most on the specific gravities of `urine`, all near 1.
        let objective = Case::load(name, Scaling::None).evaluate(&coefficients).objective;
        let error = (objective + case.log_likelihood).abs() / case.log_likelihood.abs();
        assert!(error < if name == "urine" { 1e-10 } else { 1e-12 }, "{name}: objective off by {error:e}");
    }
}

#[test]
fn the_adjusted_score_vanishes_at_every_reference() {
    for name in common::DATA_SETS {
        let case = Case::load(name, Scaling::None);
        let here = case.evaluate(&case.coefficients);
        let (_, length) = scoring_step(&here);
        println!("{name}: adjusted score {length:e} standard errors");
        assert!(length < 1e-9, "{name}: {length:e}");
        let error = (here.objective + case.log_likelihood).abs() / case.log_likelihood.abs();
        assert!(error < 1e-9, "{name}: objective off by {error:e}");
    }
}

#[test]
fn the_gradient_is_that_of_the_objective() {
    for name in ["vaso", "iris_setosa_versicolor", "birthwt"] {
        let case = Case::load(name, Scaling::Standardize);
        let at: Vec<f64> = (0..case.design.columns).map(|j| 0.4 * (1.0 + j as f64).sin()).collect();
        let (here, h) = (case.evaluate(&at), 1e-5);
        for j in 0..at.len() {
            let moved = |by: f64| {
                let mut to = at.clone();
                to[j] += by;
                case.evaluate(&to).objective
            };
            let slope = (moved(h) - moved(-h)) / (2.0 * h);
            assert!((slope - here.gradient[j]).abs() < 1e-7, "{name} {j}: {slope} and {}", here.gradient[j]);
        }
    }
}

/// `breast_cancer` has several local maxima: which one a solver ends at is not prescribed, but it must be one.
#[test]
fn newton_reaches_a_local_maximum_where_there_are_several() {
    let case = Case::load("breast_cancer", Scaling::Standardize);
    let (outcome, coefficients, _) = case.fit("newton", "halving", small_steps(), 1000);
    println!("breast_cancer: {:.2} digits of the first after {}", case.digits(&coefficients), outcome.iterations);
    assert_eq!(outcome.stop, Stop::Converged);
    let raw = Case::load("breast_cancer", Scaling::None);
    let (_, length) = scoring_step(&raw.evaluate(&coefficients));
    assert!(length < 1e-7, "{length:e}");
}

/// In `digits_3_8` a pixel is not 0 in one row only, which has leverage 1: with the Fisher information alone in place of the
/// Hessian, full steps would go to and fro there (see `model::firth`).
#[test]
fn a_row_of_leverage_one_is_no_obstacle() {
    let case = Case::load("digits_3_8", Scaling::None);
    let (outcome, coefficients, _) = case.fit("newton", "halving", small_steps(), 20_000);
    let digits = case.digits(&coefficients);
    println!("digits_3_8, newton: {digits:.2} digits, {outcome:?}");
    assert_eq!(outcome.stop, Stop::Converged);
    assert!(digits > 8.0, "{digits}");
}

#[test]
fn a_run_on_separable_data_converges_and_proves_nothing() {
    let text = r#"
[[dataset]]
name = "iris"
classes = ["setosa", "versicolor"]
[split]
repeats = 40
[[model]]
penalty = "firth"
[[model]]
penalty = "firth"
scaling = "standardize"
[[solver]]
method = "newton"
step = ["halving", "backtracking"]
[[solver]]
method = "irls"
[[solver]]
method = "gradient-ascent"
step = "barzilai-borwein"
[stop]
coefficient_change = 1e-8
max_iterations = 20000
[[claim]]
name = "accurate"
solver = "newton"
metric = "test_accuracy"
at_least = 0.9
on_share = 0.5
"#;
    let experiment = Experiment::parse(text, "firth.toml", Path::new(""), Overrides::default()).unwrap();
    let results =
        run::run(&experiment, Options { threads: 2, ..Options::default() }, &AtomicBool::new(false), &mut |_| ())
            .unwrap();
    let report = analysis::report(&experiment, &results, Environment::default(), None);
    assert_eq!(report.models[0].penalty, "firth");
    assert_eq!(report.models[1].name, "firth, standardized");
    assert_eq!(report.cells.len(), 8);
    // Under each of the two tables, which have four cells each.
    let text = markdown::render(&report);
    let said = "undecided because: Firth's penalised likelihood need not be concave 160";
    assert_eq!(text.matches(said).count(), 2, "{text}");
    for cell in &report.cells {
        assert_eq!(cell.stops["converged"], 40, "{} {}: {:?}", cell.solver, cell.model, cell.stops);
        assert_eq!(cell.verdicts["undecided"], 40);
        assert_eq!(cell.undecided_because["Firth's penalised likelihood need not be concave"], 40);
        let norm = &cell.metrics["coefficient_norm"];
        assert!(norm.undefined == 0 && norm.distribution.max.unwrap() < 20.0, "{norm:?}");
        assert_eq!(cell.gap.mean, None, "no gap without an optimum that is known");
        // A scale changes nothing but the numbers: the estimate is equivariant.
        let other = report.cells.iter().rfind(|other| other.solver == cell.solver).unwrap();
        let loss =
            |cell: &logitbench::report::schema::CellSummary| cell.metrics["train_log_loss"].distribution.mean.unwrap();
        assert!((loss(cell) / loss(other) - 1.0).abs() < 1e-6, "{} {}", loss(cell), loss(other));
    }
}

/// Of a fit with Firth's penalty it is never proved whether a maximum exists, so no number of splits decides a claim about that.
#[test]
fn more_repeats_are_not_promised_to_decide_what_is_never_proved() {
    let folder = common::Folder::new("firth-claim");
    folder.write(
        "f.toml",
        "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[split]\nrepeats = 20\n[[model]]\npenalty = \
         \"firth\"\n[[solver]]\nmethod = \"newton\"\n[[claim]]\nname = \"c\"\nsolver = \"newton\"\nmetric = \"separated\"\nat_least = \
         1\non_share = 0.5\n",
    );
    let words = |arguments: &[&str]| {
        let (_, stdout, stderr) = common::logitbench(&folder.0, arguments);
        assert!(!stdout.is_empty(), "{stderr}");
        stdout.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let check = words(&["check", "f.toml"]);
    assert!(check.contains("with penalty = \"firth\" it is never proved whether a maximum exists"), "{check}");
    let summary = words(&["experiment", "f.toml", "--quiet"]);
    assert!(summary.contains("UNDECIDED"), "{summary}");
    let told = "on 20 of them it is not proved whether a maximum exists, and while that share stays as it is no number of repeats";
    assert!(summary.contains(told) && !summary.contains("would narrow the interval"), "{summary}");
}
