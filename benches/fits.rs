//! One fit per solver, from start to stop, without certificate and metrics. Throughput: fits per second.

mod common;

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use logitbench::engine::{Loop, SystemClock};
use logitbench::model::Serial;
use logitbench::solver::catalogue::Variant;

/// Every method with every choice of its parameters, 100 iterations at most: first-order methods need thousands.
fn solvers() -> String {
    let data = "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n".to_owned();
    let table = |variant: &Variant| {
        let lines = variant.lines();
        format!("[[solver]]\n{lines}\nname = '{}'\nmax_iterations = 100\n", lines.replace('\n', ", ").replace('"', ""))
    };
    data + &Variant::all().iter().map(table).collect::<String>()
}

fn fits(criterion: &mut Criterion) {
    let experiment = common::parse(&solvers());
    let (clock, interrupt) = (SystemClock::default(), AtomicBool::new(false));
    for case in [common::iris(), common::gaussian(400, 31)] {
        let mut group = criterion.benchmark_group(format!("fits of {}", case.name));
        group.throughput(Throughput::Elements(1));
        let problem = case.problem();
        for (place, runnable) in experiment.runnable() {
            let mut state = runnable.solver.state();
            let fit = Loop {
                rules: &runnable.rules,
                clock: &clock,
                interrupt: &interrupt,
                workers: &Serial,
                start: &[],
                common: None,
            };
            group.bench_function(&experiment.solvers[place].name, |bencher| {
                bencher.iter(|| fit.fit(&mut *state, &problem, &mut |_| ()));
            });
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    targets = fits
}
criterion_main!(benches);
