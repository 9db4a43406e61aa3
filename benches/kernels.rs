//! What a fit is made of: passes over the rows, factorisations, certificates, metrics, splits.

mod common;

use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use logitbench::linear_algebra::{cholesky, lu, packed, qr::LeastSquares};
use logitbench::metric::{self, Classifier, Scratch};
use logitbench::model::certificate::{CertificateWorkspace, certify};
use logitbench::model::identifiable::{self, identifiable};
use logitbench::model::separation;
use logitbench::model::{Evaluation, Evaluator, Order, Serial, Sigmoid};
use logitbench::solver::{Composed, Factorization, Halving, Newton, Oracle, Point, Solver};
use logitbench::split::{Dealing, Generator, Scheme, Split, Splitter};

fn evaluation(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("evaluation");
    for case in [common::iris(), common::gaussian(400, 31)] {
        let problem = case.problem();
        let coefficients = vec![0.01; problem.unknowns()];
        let (mut evaluator, mut evaluation) = (Evaluator::default(), Evaluation::default());
        // Rows per second.
        group.throughput(Throughput::Elements(problem.len() as u64));
        for (name, order) in
            [("objective", Order::Objective), ("gradient", Order::Gradient), ("Hessian", Order::Hessian)]
        {
            group.bench_function(format!("{name}, {}", case.name), |bencher| {
                bencher.iter(|| evaluator.evaluate(&problem, black_box(&coefficients), order, &mut evaluation));
            });
        }
    }
    group.finish();
}

fn factorizations(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("factorizations");
    for case in [common::iris(), common::gaussian(400, 31)] {
        let problem = case.problem();
        let p = problem.unknowns();
        let (mut evaluator, mut evaluation) = (Evaluator::default(), Evaluation::default());
        evaluator.evaluate(&problem, &vec![0.0; p], Order::Hessian, &mut evaluation);
        let hessian = evaluation.hessian;
        let right = vec![1.0; p];
        // Systems per second.
        group.throughput(Throughput::Elements(1));
        let (mut factor, mut solution) = (hessian.clone(), right.clone());
        group.bench_function(format!("Cholesky, {p} columns"), |bencher| {
            bencher.iter(|| {
                factor.copy_from_slice(black_box(&hessian));
                solution.copy_from_slice(&right);
                cholesky::factor(&mut factor, p);
                cholesky::solve(&factor, &mut solution);
            });
        });
        let (mut full, mut inverse) = (vec![0.0; p * p], vec![0.0; p * p]);
        group.bench_function(format!("explicit inverse, {p} columns"), |bencher| {
            bencher.iter(|| {
                packed::unpack(black_box(&hessian), p, &mut full);
                lu::invert(&mut full, &mut inverse, p)
            });
        });
        let mut least_squares = LeastSquares::<f64>::default();
        let (rows, x) = (problem.len(), problem.design);
        group.bench_function(format!("QR, {rows} x {p}"), |bencher| {
            bencher.iter(|| {
                least_squares.solve((rows, p), |i, j| x.entry(i, j), |i| problem.loss.signs()[i], &mut solution)
            });
        });
        #[cfg(feature = "lapack")]
        {
            use logitbench::linear_algebra::lapack;
            group.bench_function(format!("Cholesky by LAPACK, {p} columns"), |bencher| {
                bencher.iter(|| lapack::solve_cholesky(black_box(&hessian), &right));
            });
            group.bench_function(format!("explicit inverse by LAPACK, {p} columns"), |bencher| {
                bencher.iter(|| lapack::solve_inverse(black_box(&hessian), &right));
            });
            group.bench_function(format!("QR by LAPACK, {rows} x {p}"), |bencher| {
                bencher.iter(|| lapack::least_squares(rows, p, |i, j| x.entry(i, j), |i| problem.loss.signs()[i]));
            });
        }
    }
    group.finish();
}

/// What certificates are measured against.
static NEWTON: Composed<Newton, Halving> = Composed {
    direction: Newton { factorization: Factorization::Cholesky },
    step_rule: Halving,
    sigmoid: Sigmoid::Stable,
};

fn proofs_and_metrics(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("proofs and metrics");
    for case in [common::iris(), common::gaussian(400, 31)] {
        let problem = case.problem();
        let coefficients = vec![0.01; problem.unknowns()];
        let (mut workspace, mut scratch) = (CertificateWorkspace::default(), Scratch::default());
        group.throughput(Throughput::Elements(problem.len() as u64));
        // At the optimum, where a fit ends.
        let mut state = NEWTON.state();
        let mut oracle = Oracle::new(&problem);
        state.start(&mut oracle);
        for _ in 0..12 {
            state.step(&mut oracle);
        }
        let Point { coefficients: optimum, evaluation, .. } = state.point();
        group.bench_function(format!("one Newton iteration, {}", case.name), |bencher| {
            let started = || {
                let mut state = NEWTON.state();
                state.start(&mut Oracle::new(&problem));
                state
            };
            bencher.iter_batched_ref(started, |state| state.step(&mut Oracle::new(&problem)), BatchSize::SmallInput);
        });
        group.bench_function(format!("certificate of a Newton fit, {}", case.name), |bencher| {
            bencher.iter(|| certify(&problem, black_box(optimum), Some(evaluation), &mut workspace));
        });
        group.bench_function(format!("certificate of any other fit, {}", case.name), |bencher| {
            bencher.iter(|| certify(&problem, black_box(optimum), None, &mut workspace));
        });
        group.bench_function(format!("certificate far from the optimum, {}", case.name), |bencher| {
            bencher.iter(|| certify(&problem, black_box(&coefficients), None, &mut workspace));
        });
        let design = &case.design;
        let classifier = Classifier {
            coefficients: &coefficients,
            intercept: true,
            threshold: 0.5,
            sigmoid: Sigmoid::Stable,
            truth: None,
        };
        group.bench_function(format!("all metrics on train and test, {}", case.name), |bencher| {
            bencher.iter(|| metric::compute(black_box(classifier), design, design, &[], &Serial, &mut scratch));
        });
    }
    group.finish();
}

fn existence(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("existence of an optimum");
    group.throughput(Throughput::Elements(1)).sample_size(20);
    for case in [common::iris(), common::gaussian(400, 31)] {
        let problem = case.problem();
        group.bench_function(format!("linear programme and exact check, {}", case.name), |bencher| {
            bencher.iter(|| separation::decide_separation(black_box(&problem), &AtomicBool::new(false)));
        });
        let (mut workspace, mut kept) = (identifiable::RankWorkspace::default(), Vec::new());
        group.bench_function(format!("identifiable columns, {}", case.name), |bencher| {
            bencher.iter(|| identifiable(black_box(problem.design), &Serial, &mut workspace, &mut kept));
        });
    }
    group.finish();
}

fn splits(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("splits");
    let labels = [0, 1].repeat(50);
    group.throughput(Throughput::Elements(1));
    for (scheme, generator) in [
        (Scheme::Shuffle, Generator::Native),
        (Scheme::StratifiedShuffle, Generator::Native),
        (Scheme::Shuffle, Generator::Numpy { first_random_state: 0 }),
    ] {
        let splitter = Splitter::new(Dealing::with_test_fraction(scheme, 0.25), generator, 7, "iris");
        let (mut split, mut index) = (Split::default(), 0);
        group.bench_function(format!("{} of 100 rows, {}", scheme.name(), generator.name()), |bencher| {
            bencher.iter(|| {
                splitter.split(index, &labels, &mut split);
                index += 1;
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    targets = evaluation, factorizations, proofs_and_metrics, existence, splits
}
criterion_main!(benches);
