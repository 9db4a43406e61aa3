//! Whole experiments: splits, fits, traces, certificates, metrics and the report. Throughput: fits per second.

mod common;

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use logitbench::experiment::{Experiment, Overrides};
use logitbench::report::{analysis, json, schema::Environment};
use logitbench::run::{self, Options};

fn whole(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("whole experiments");
    group.sample_size(10).measurement_time(Duration::from_secs(12));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/iris.toml");
    for repeats in [1_000, 10_000] {
        let overrides = Overrides { repeats: Some(repeats), seed: None };
        let experiment = Experiment::load(&file, overrides).expect("it ships");
        group.throughput(Throughput::Elements(experiment.fits()));
        for threads in [1, 2] {
            group.bench_function(format!("iris.toml, {repeats} splits, {threads} threads"), |bencher| {
                bencher.iter(|| {
                    let interrupt = AtomicBool::new(false);
                    let results =
                        run::run(&experiment, Options { threads, ..Options::default() }, &interrupt, &mut |_| ());
                    let report =
                        analysis::report(&experiment, &results.expect("not interrupted"), Environment::default(), None);
                    json::render(&report)
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, whole);
criterion_main!(benches);
