//! The lanes engine: its kernel beside the measured peak of fused multiply-adds, and whole fits of many splits.
//!
//! Throughput is in floating-point operations for the peak and the kernel (those of the formulas: two for each entry of X'WX
//! and row, and for predictor and gradient; exponential, division and logarithm not counted), and in fits for the fits.

mod common;

use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use logitbench::linear_algebra::{InstructionSet, Task};
use logitbench::linear_algebra::{Pack, packed};
use logitbench::model::lanes::{LaneEvaluation, LaneRows, LaneScratch};
use logitbench::run::{self, Options};
use logitbench::solver::catalogue::Variant;

/// Passes over the rows of a pack of problems.
struct Passes {
    rows: usize,
    columns: usize,
    rounds: u64,
}

impl Task for Passes {
    type Output = (Duration, usize);
    fn run<R: Pack>(self) -> (Duration, usize) {
        let Passes { rows, columns, rounds } = self;
        let value = |place: usize| f64::from((place * 7919 % 2003) as u32) / 1000.0 - 1.0;
        let design: Vec<R> = (0..rows * columns).map(|place| R::splat(value(place))).collect();
        let coefficients: Vec<R> = (0..columns).map(|j| R::splat(0.3 * value(j))).collect();
        let (mut evaluation, mut scratch) = (LaneEvaluation::new(columns), LaneScratch::default());
        let started = Instant::now();
        for _ in 0..rounds {
            let rows = LaneRows { signed: black_box(&design[..]), naive_signs: None };
            evaluation.compute(rows, &[], black_box(&coefficients), true, &mut scratch);
        }
        (started.elapsed(), R::LANES)
    }
}

fn kernels(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("lanes");
    for set in InstructionSet::available().into_iter().rev() {
        if set == InstructionSet::Scalar {
            continue;
        }
        common::peak(&mut group, set);
        for (rows, columns) in [(75, 5), (300, 9), (427, 31)] {
            let flops = rows * (2 * packed::len(columns) + 4 * columns);
            group.throughput(Throughput::Elements(flops as u64));
            group.bench_function(format!("pass, {rows} x {columns}, {}", set.name()), |bencher| {
                bencher.iter_custom(|rounds| {
                    let (time, lanes) = set.run(Passes { rows, columns, rounds });
                    time / lanes as u32
                });
            });
        }
    }
    group.finish();
}

/// Fits of 1,000 splits of versicolor and virginica, from split to record, on one thread.
fn fits(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("1,000 splits of iris");
    group.sample_size(10);
    let in_lanes = |variant: &Variant| variant.build().is_ok_and(|built| built.solver.lanes().is_some());
    for method in Variant::all().into_iter().filter(in_lanes).map(|variant| variant.lines()) {
        let experiment = common::parse(&format!(
            "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[split]\nrepeats = 1000\n\
             [[solver]]\n{method}\n[trace]\nbands = false\n"
        ));
        group.throughput(Throughput::Elements(experiment.fits()));
        let name = method.replace("method = ", "").replace(['"'], "").replace('\n', ", ");
        for (engine, instruction_set) in [("lanes", Some(InstructionSet::widest())), ("general", None)] {
            group.bench_function(format!("{name}, {engine} engine"), |bencher| {
                bencher.iter(|| {
                    let options = Options { threads: 1, instruction_set, memory_limit: None };
                    run::run(&experiment, options, &AtomicBool::new(false), &mut |_| ()).expect("not interrupted")
                });
            });
        }
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(2));
    targets = kernels, fits
}
criterion_main!(benches);
