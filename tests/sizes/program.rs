//! The program itself, from the experiment file to the report: two thresholds on one penalised fit, so that neither solver is better.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use logitbench::experiment::{Experiment, Overrides};
use logitbench::report::analysis;
use logitbench::report::schema::{Comparison, Environment, Inference};
use logitbench::run::{self, Options};

use super::table::{Line, Promise, check, rate};

const RUNS: u64 = 500;

/// The comparison of a run; `thresholds` 0.3 and 0.7 are equally accurate, since the classes are mirror images.
fn comparison(seed: u64, [train, test]: [usize; 2], splits: usize, redraw: bool, thresholds: [f64; 2]) -> Comparison {
    let (rows, share) = (train + test, test as f64 / (train + test) as f64);
    let [first, second] = thresholds;
    let text = format!(
        "seed = {seed}\n[[dataset]]\nsimulate = \"gaussian\"\nrows = {rows}\nfeatures = 2\nsignal = 1.0\nredraw = {redraw}\n\
         [split]\nrepeats = {splits}\ntest_fraction = {share}\n[model]\npenalty = \"l2\"\nstrength = 0.1\n\
         [trace]\nbands = false\nwhole = 1\n\
         [[solver]]\nmethod = \"newton\"\nname = \"a\"\nthreshold = {first}\n\
         [[solver]]\nmethod = \"newton\"\nname = \"b\"\nthreshold = {second}\n"
    );
    let experiment = Experiment::parse(&text, "size.toml", Path::new(""), Overrides::default()).unwrap();
    let options = Options { threads: 1, ..Options::default() };
    let results = run::run(&experiment, options, &AtomicBool::new(false), &mut |_| ()).unwrap();
    analysis::report(&experiment, &results, Environment::default(), None).comparisons.remove(0)
}

#[test]
#[ignore = "half a minute"]
fn from_file_to_report() {
    let rejects = |test: Option<&Inference>| test.is_some_and(|test| test.p_value <= 0.05);
    let mut lines = Vec::new();
    for (redraw, sizes) in [(true, [30, 10]), (true, [50, 950]), (false, [30, 10]), (false, [50, 950])] {
        let of = |thresholds: [f64; 2]| {
            [2, 3, 30].map(|splits| {
                let runs = (0..RUNS).map(|seed| comparison(seed, sizes, splits, redraw, thresholds));
                runs.collect::<Vec<Comparison>>()
            })
        };
        let [null, alternative] = [[0.3, 0.7], [0.5, 0.8]].map(of);
        let rates = |of: &[Vec<Comparison>; 3], test: fn(&Comparison) -> Option<&Inference>| -> Vec<f64> {
            of.iter().map(|runs| rate(runs.iter().map(|run| rejects(test(run))))).collect()
        };
        let on_new_data: fn(&Comparison) -> Option<&Inference> = |run| run.test_accuracy.on_new_data.as_ref();
        let drawn = if redraw { "redrawn" } else { "one data set" };
        lines.push(Line {
            test: "`on_new_data` of the report",
            design: format!("{drawn}, {}/{}, thresholds, the program's fits", sizes[0], sizes[1]),
            level: 0.05,
            sizes: rates(&null, on_new_data),
            powers: rates(&alternative, on_new_data),
            repetitions: RUNS,
            promise: Promise::Holds,
        });
    }
    check(&lines);
}
