//! What must not change a fit, or change it in a known way: order of rows, scale and origin of features, the classes' roles.

mod common;

use std::sync::atomic::AtomicBool;

use logitbench::data::embedded::Embedded;
use logitbench::data::{DataSet, Storage};
use logitbench::engine::{Loop, SystemClock};
use logitbench::linear_algebra::StoredRows;
use logitbench::model::{PenaltyTerm, Prepared, Scaling, Serial};
use logitbench::solver::catalogue::Variant;
use logitbench::solver::{Stop, StopRules};

/// Coefficients of a fit of all rows of standardized data with a light L2 penalty on all but the intercept.
fn fit(data: &DataSet, variant: &Variant, scaling: Scaling) -> (Vec<f64>, f64) {
    let built = variant.build().unwrap();
    let design = Prepared::all_rows(data, scaling).design;
    let mut penalties = vec![0.1; design.columns];
    penalties[0] = 0.0;
    let problem = design.problem(PenaltyTerm::l2(&penalties));
    let mut state = built.solver.state();
    let mut rules = StopRules { max_iterations: 100_000, separated: false, ..StopRules::default() };
    rules.tolerances.coefficient_change = Some(1e-11);
    let (clock, interrupt) = (SystemClock::default(), AtomicBool::new(false));
    let fit = Loop { rules: &rules, clock: &clock, interrupt: &interrupt, workers: &Serial, start: &[], common: None };
    let outcome = fit.fit(&mut *state, &problem, &mut |_| ()).unwrap();
    assert!(matches!(outcome.stop, Stop::Converged | Stop::MaxIterations), "{}: {outcome:?}", variant.lines());
    (state.point().coefficients.clone(), state.point().evaluation.objective)
}

fn data() -> DataSet {
    Embedded::named("iris").unwrap().load(["versicolor", "virginica"]).unwrap()
}

fn close(a: &[f64], b: &[f64], tolerance: f64, variant: &Variant) {
    assert_eq!(a.len(), b.len(), "{}", variant.lines());
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() < tolerance * (1.0 + b.abs()), "{}: {a} and {b}", variant.lines());
    }
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let data = data();
    let mut turned = data.clone();
    let from = |row: usize| (37 * row + 5) % 100;
    turned.features = StoredRows::from_fn(Storage::Double, (100, 4), |(row, j)| data.features.at(from(row), j));
    turned.labels = (0..100).map(|row| data.labels[from(row)]).collect();
    for solver in &Variant::all() {
        let (a, b) = (fit(&data, solver, Scaling::Standardize), fit(&turned, solver, Scaling::Standardize));
        close(&a.0, &b.0, 1e-6, solver);
    }
}

#[test]
fn exchanging_the_classes_changes_signs_only() {
    let data = data();
    let mut exchanged = data.clone();
    exchanged.labels.iter_mut().for_each(|label| *label = 1 - *label);
    for solver in &Variant::all() {
        let (a, b) = (fit(&data, solver, Scaling::Standardize), fit(&exchanged, solver, Scaling::Standardize));
        let negated: Vec<f64> = b.0.iter().map(|b| -b).collect();
        close(&a.0, &negated, 1e-6, solver);
        assert!((a.1 - b.1).abs() < 1e-9 * a.1);
    }
}

#[test]
fn standardizing_forgets_the_units() {
    let data = data();
    let mut other = data.clone();
    let units = [(100.0, 0.0), (1e-3, -7.0), (2.54, 1000.0), (1.0, 1e4)];
    other.features = StoredRows::from_fn(Storage::Double, (100, 4), |(row, j)| {
        let (scale, origin) = units[j];
        origin + scale * data.features.at(row, j)
    });
    for solver in &Variant::all() {
        let (a, b) = (fit(&data, solver, Scaling::Standardize), fit(&other, solver, Scaling::Standardize));
        close(&a.0, &b.0, 1e-5, solver);
    }
}

#[test]
fn all_solvers_reach_the_same_optimum() {
    let data = data();
    let newton = fit(&data, &Variant::all()[0], Scaling::Standardize);
    for solver in &Variant::all() {
        close(&fit(&data, solver, Scaling::Standardize).0, &newton.0, 1e-6, solver);
    }
}
