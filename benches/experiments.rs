//! Whole experiments: splits, fits, traces, certificates, metrics and the report. Throughput: fits per second.

mod common;

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use logitbench::experiment::{Experiment, Overrides};
use logitbench::report::{analysis, json, schema::Environment};
use logitbench::run::journal::Journal;
use logitbench::run::journal::format::Header;
use logitbench::run::{self, Event, Options, Shard};

fn whole(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("whole experiments");
    group.sample_size(10).measurement_time(Duration::from_secs(12));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/iris.toml");
    for repeats in [1_000, 10_000] {
        let overrides = Overrides { repeats: Some(repeats), ..Overrides::default() };
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

/// Cost of the journal: the iris experiment with every unit appended to a file as it ends, and without a journal.
fn journal(criterion: &mut Criterion) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/iris.toml");
    let overrides = Overrides { repeats: Some(10_000), ..Overrides::default() };
    let experiment = Experiment::load(&file, overrides).expect("it ships");
    let header = Header::new(&experiment, Shard::WHOLE);
    let path = std::env::temp_dir().join(format!("logitbench-bench-{}.journal", std::process::id()));
    let mut group = criterion.benchmark_group("journal");
    group.sample_size(10).measurement_time(Duration::from_secs(12)).throughput(Throughput::Elements(experiment.fits()));
    for with in [false, true] {
        let name = if with { "iris.toml, 10000 splits, journal" } else { "iris.toml, 10000 splits, none" };
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut journal = with.then(|| Journal::open(&path, &experiment, &header, true).expect("room").0);
                let interrupt = AtomicBool::new(false);
                let results = run::run(&experiment, Options::default(), &interrupt, &mut |event| {
                    if let (Event::UnitDone(records), Some(journal)) = (event, &mut journal) {
                        journal.append(records).expect("room");
                    }
                });
                if let Some(journal) = journal {
                    journal.remove().expect("it is ours");
                }
                results.map(|results| results.cells.len())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, whole, journal);
criterion_main!(benches);
