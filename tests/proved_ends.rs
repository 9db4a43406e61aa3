//! Fits that end where a proof is reached: `gap` in `[stop]`.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use logitbench::experiment::{Experiment, Overrides};
use logitbench::record::Results;
use logitbench::run::{self, Options};
use logitbench::solver::Stop;

fn run(text: &str) -> Results {
    let experiment = Experiment::parse(text, "gap.toml", Path::new(""), Overrides::default()).unwrap();
    let options = Options { threads: 1, instruction_set: None, memory_limit: None };
    run::run(&experiment, options, &AtomicBool::new(false), &mut |_| {}).unwrap()
}

const METHODS: &str = r#"
[[solver]]
method = "newton"
[[solver]]
method = "newton"
name = "kept"
hessian = "kept"
[[solver]]
method = "irls"
[[solver]]
method = "irls"
name = "qr"
factorization = "qr"
gap = GAP
[[solver]]
method = "l-bfgs"
[[solver]]
method = "gradient-ascent"
name = "nesterov"
step = "nesterov"
[[solver]]
method = "gradient-ascent"
name = "barzilai-borwein"
step = "barzilai-borwein"
[[solver]]
method = "fixed-hessian"
"#;

/// Results of all methods on simulated data, stopped by `stop`, with the verdict's tolerance at `gap`.
fn results((rows, features): (usize, usize), model: &str, stop: &str, gap: &str) -> Results {
    let text = format!(
        "seed = 1\n[[dataset]]\nsimulate = \"gaussian\"\nrows = {rows}\nfeatures = {features}\n[split]\nrepeats = 3\n[model]\n{model}\n\
         [stop]\n{stop}\nmax_iterations = 20000\n[verdict]\ntolerance = {gap}\n{}",
        if stop.starts_with("gap") {
            METHODS.replace("GAP", gap)
        } else {
            METHODS.replace("gap = GAP", "coefficient_change = 1e-10")
        }
    );
    run(&text)
}

/// With and without a penalty, in tall, wide and large shapes every fit ends with the proof that was asked for, and no later than when its
/// coefficients stand still.
#[test]
fn fits_end_optimal_and_no_later_than_their_coefficients_stand_still() {
    let l2 = "penalty = \"l2\"\nstrength = 1.0\nscaling = \"standardize\"";
    for (shape, model) in [((200, 4), ""), ((200, 4), l2), ((60, 80), l2), ((3_000, 40), l2), ((3_000, 40), "")] {
        let still = results(shape, model, "coefficient_change = 1e-10", "1e-8");
        for gap in ["1e-4", "1e-8", "1e-10"] {
            let proved = results(shape, model, &format!("gap = {gap}"), gap);
            for (cell, other) in proved.cells.iter().zip(&still.cells) {
                for k in 0..cell.records.stops.len() {
                    let place = format!("{shape:?}, {model}, gap {gap}, solver {}, fit {k}", cell.solver);
                    assert_eq!(cell.records.stops[k], Stop::Converged, "{place}");
                    assert_eq!(cell.records.verdicts[k].name(), "optimal", "{place}");
                    let limit = gap.parse::<f64>().unwrap() * cell.records.objectives[k];
                    assert!(cell.records.gaps[k] <= limit, "{place}");
                    let (iterations, most) = (cell.records.iterations[k], other.records.iterations[k]);
                    assert!(iterations <= most, "{place}: {iterations} of {most}");
                }
            }
        }
    }
}

#[test]
fn without_an_optimum_nothing_is_proved() {
    let separated = "seed = 1\n[[dataset]]\nname = \"iris\"\nclasses = [\"setosa\", \"virginica\"]\n[split]\nrepeats = 3\n[[solver]]\n\
        method = \"l-bfgs\"\n[[solver]]\nmethod = \"newton\"\n[stop]\ngap = 1e-8\n";
    for cell in run(separated).cells {
        assert!(cell.records.stops.iter().all(|stop| *stop == Stop::Separated));
    }
}
