//! How the cost of a fit grows: with rows, columns, repeats and threads. Prints a table with fitted exponents; criterion, which
//! times one thing at a time, does the rest of the benches.
//!
//! Each figure is the median of several runs of a whole experiment: splits, Newton fits, certificates, metrics, records.

use std::hint::black_box;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use logitbench::experiment::{Experiment, Overrides};
use logitbench::linear_algebra::InstructionSet;
use logitbench::run::{self, Options};

fn main() {
    // `cargo bench -- --test` only sees that benches run; a filter that names none of these skips them.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let quick = arguments.iter().any(|argument| argument == "--test");
    let filter = arguments.iter().find(|argument| !argument.starts_with('-'));
    if filter.is_some_and(|filter| !"scaling".contains(filter.as_str())) {
        return;
    }
    let rounds = if quick { 1 } else { 5 };
    let scale = if quick { 0.01 } else { 1.0 };
    for (engine, set) in [("lanes", Some(InstructionSet::widest())), ("general", None)] {
        let cost = |rows: usize, columns: usize, splits: u64| {
            let splits = (splits as f64 * scale).ceil() as u64;
            microseconds(&gaussian(rows, columns - 1, splits), 1, set, rounds)
        };
        print_row(engine, "rows, 5 columns", &[100, 200, 400, 800, 1600], |rows| cost(rows, 5, 2_000));
        print_row(engine, "columns, 400 rows", &[3, 5, 9, 17, 31], |columns| cost(400, columns, 500));
        print_row(engine, "repeats, iris", &[1_000, 10_000, 100_000], |splits| {
            microseconds(&iris((splits as f64 * scale).ceil() as u64), 1, set, rounds)
        });
        print_row(engine, "threads, iris", &[1, 2], |threads| {
            microseconds(&iris((20_000.0 * scale) as u64), threads, set, rounds)
        });
    }
}

/// Prints the cost per fit at each size, and the exponent b of the least-squares line log cost = a + b log size.
fn print_row(engine: &str, of: &str, sizes: &[usize], mut cost: impl FnMut(usize) -> f64) {
    let points: Vec<(f64, f64)> = sizes.iter().map(|&size| (size as f64, cost(size))).collect();
    let logs: Vec<(f64, f64)> = points.iter().map(|(size, cost)| (size.ln(), cost.ln())).collect();
    let n = logs.len() as f64;
    let (x, y) = (logs.iter().map(|p| p.0).sum::<f64>() / n, logs.iter().map(|p| p.1).sum::<f64>() / n);
    let exponent =
        logs.iter().map(|p| (p.0 - x) * (p.1 - y)).sum::<f64>() / logs.iter().map(|p| (p.0 - x).powi(2)).sum::<f64>();
    let costs: Vec<String> = points.iter().map(|(size, cost)| format!("{size}: {cost:.2} µs")).collect();
    println!("scaling, {engine} engine, {of}: {}; exponent {exponent:.2}", costs.join(", "));
}

fn gaussian(rows: usize, features: usize, splits: u64) -> Experiment {
    parse(&format!(
        "[[dataset]]\nsimulate = \"gaussian\"\nrows = {rows}\nfeatures = {features}\n[split]\nrepeats = {splits}\n{NEWTON}"
    ))
}

fn iris(splits: u64) -> Experiment {
    parse(&format!(
        "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[split]\nrepeats = {splits}\n{NEWTON}"
    ))
}

const NEWTON: &str = "[[solver]]\nmethod = \"newton\"\n[trace]\nbands = false\n";

fn parse(text: &str) -> Experiment {
    Experiment::parse(text, "bench.toml", Path::new(""), Overrides::default()).expect("a good file")
}

/// Median time per fit.
fn microseconds(experiment: &Experiment, threads: usize, set: Option<InstructionSet>, rounds: usize) -> f64 {
    let mut times: Vec<f64> = (0..rounds)
        .map(|_| {
            let started = Instant::now();
            let options = Options { threads, instruction_set: set, memory_limit: None };
            black_box(run::run(experiment, options, &AtomicBool::new(false), &mut |_| ()).expect("not interrupted"));
            started.elapsed().as_secs_f64() * 1e6 / experiment.fits() as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[rounds / 2]
}
