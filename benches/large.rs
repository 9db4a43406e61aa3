//! One large fit: the Hessian's kernel against the peak of the processor. Throughput: floating-point operations per second.

mod common;

use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use logitbench::engine::{Loop, SystemClock};
use logitbench::linear_algebra::InstructionSet;
use logitbench::linear_algebra::Matrix;
use logitbench::model::certificate::{CertificateWorkspace, certify};
use logitbench::model::design::{Dense, DesignMatrix, PassBuffers};
use logitbench::model::{Evaluation, Evaluator, Order, Problem, Serial};
use logitbench::solver::{ManyRows, Point, Solver, StopRules, Tolerances};

fn kernels(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("large");
    for set in InstructionSet::available().into_iter().skip(1) {
        common::peak(&mut group, set);
    }
    for (rows, columns) in [(400, 31), (400, 100), (200_000, 51), (200_000, 100)] {
        let case = common::gaussian(rows, columns);
        let problem = case.problem();
        let useful = (rows * columns * (columns + 1)) as u64;
        group.throughput(Throughput::Elements(useful));
        let mut buffers = PassBuffers::default();
        let mut gram = vec![0.0; columns * (columns + 1) / 2];
        group.bench_function(format!("X'X, {rows} x {columns}"), |bencher| {
            bencher.iter(|| black_box(problem.design).gram(1, &Serial, &mut buffers, &mut gram));
        });
        let coefficients = vec![0.01; columns];
        let mut single: Vec<f32> = Vec::with_capacity(rows * columns);
        problem.design.each_row(|_, row| single.extend(row.iter().map(|&x| x as f32)));
        let design = DesignMatrix::Dense(Dense::new(Matrix::Single(&single), rows, columns));
        let problems = [("", problem), (" in single precision", Problem { design, ..problem })];
        let (mut evaluator, mut evaluation) = (Evaluator::default(), Evaluation::default());
        for (name, order, operations) in [
            ("objective", Order::Objective, 2 * rows * columns),
            ("gradient", Order::Gradient, 4 * rows * columns),
            ("Hessian", Order::Hessian, 4 * rows * columns + useful as usize),
        ] {
            group.throughput(Throughput::Elements(operations as u64));
            for (stored, problem) in &problems {
                group.bench_function(format!("{name}{stored}, {rows} x {columns}"), |bencher| {
                    bencher.iter(|| evaluator.evaluate(problem, black_box(&coefficients), order, &mut evaluation));
                });
            }
        }
    }
    group.finish();
}

/// From the start to a point within 1e-10 of the optimum, and its certificate. Throughput: rows per second.
fn fits(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("one large fit");
    let (clock, interrupt) = (SystemClock::default(), AtomicBool::new(false));
    let tolerances = Tolerances { objective_change: Some(1e-9), ..Tolerances::default() };
    let rules = StopRules { tolerances, ..StopRules::default() };
    for (rows, columns) in [(200_000, 51), (500_000, 101)] {
        let case = common::gaussian(rows, columns);
        let problem = case.problem();
        group.throughput(Throughput::Elements(rows as u64));
        for (name, subsample, keep) in [("from zero", false, false), ("few passes", true, true)] {
            let method = ManyRows { subsample, keep };
            let mut state = method.state();
            let fit = Loop {
                rules: &rules,
                clock: &clock,
                interrupt: &interrupt,
                workers: &Serial,
                start: &[],
                common: None,
            };
            let mut workspace = CertificateWorkspace::default();
            group.bench_function(format!("{name}, {rows} x {columns}"), |bencher| {
                bencher.iter(|| fit.fit(&mut *state, black_box(&problem), &mut |_| ()));
            });
            // Once more: a filter may have left the bench above out.
            fit.fit(&mut *state, &problem, &mut |_| ()).expect("not interrupted");
            let Point { coefficients, evaluation, .. } = state.point();
            group.bench_function(format!("{name}, {rows} x {columns}, certificate"), |bencher| {
                bencher.iter(|| {
                    let certificate = certify(&problem, black_box(coefficients), Some(evaluation), &mut workspace);
                    assert!(certificate.gap.is_ok_and(|gap| gap < 1e-10 * certificate.objective));
                });
            });
        }
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(2));
    targets = kernels, fits
}
criterion_main!(benches);
