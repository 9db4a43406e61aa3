//! One large fit: the Hessian's kernel against the peak of the processor. Throughput: floating-point operations per second.

mod common;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use logitbench::linear_algebra::Pack;
use logitbench::linear_algebra::lanes::{InstructionSet, Task};
use logitbench::model::panels::{self, Scratch};
use logitbench::model::{Evaluation, Order, Serial, Sigmoid};

/// Fused multiply-adds in registers, as many chains as hide their latency.
struct Peak(usize);
const CHAINS: usize = 12;

impl Task for Peak {
    type Output = f64;
    #[inline(always)]
    fn run<R: Pack>(self) -> f64 {
        let factor = R::splat(black_box(0.999_999));
        let term = R::splat(black_box(1e-9));
        let mut chains = [R::splat(1.0); CHAINS];
        for _ in 0..self.0 / (2 * CHAINS * R::LANES) {
            for chain in &mut chains {
                *chain = chain.mul_add(factor, term);
            }
        }
        chains.iter().map(|chain| chain.lanes()[0]).sum()
    }
}

fn kernels(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("large");
    for set in InstructionSet::available().into_iter().skip(1) {
        group.throughput(Throughput::Elements(24_000_000));
        group.bench_function(format!("fused multiply-adds in registers, {}", set.name()), |bencher| {
            bencher.iter(|| set.run(Peak(24_000_000)));
        });
    }
    for (rows, columns) in [(400, 31), (400, 100), (200_000, 51), (200_000, 100)] {
        let case = common::gaussian(rows, columns);
        let problem = case.problem();
        let useful = (rows * columns * (columns + 1)) as u64;
        group.throughput(Throughput::Elements(useful));
        let mut scratch = Scratch::default();
        let mut gram = vec![0.0; columns * (columns + 1) / 2];
        group.bench_function(format!("X'X, {rows} x {columns}"), |bencher| {
            bencher.iter(|| panels::gram(black_box(problem.rows), columns, &Serial, &mut scratch, &mut gram));
        });
        let coefficients = vec![0.01; columns];
        let mut evaluation = Evaluation::default();
        for (name, order, operations) in [
            ("objective", Order::Objective, 2 * rows * columns),
            ("gradient", Order::Gradient, 4 * rows * columns),
            ("Hessian", Order::Hessian, 4 * rows * columns + useful as usize),
        ] {
            group.throughput(Throughput::Elements(operations as u64));
            group.bench_function(format!("{name}, {rows} x {columns}"), |bencher| {
                bencher.iter(|| evaluation.compute(&problem, black_box(&coefficients), order, Sigmoid::Stable));
            });
        }
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(2));
    targets = kernels
}
criterion_main!(benches);
