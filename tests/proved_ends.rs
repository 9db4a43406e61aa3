//! Fits that end where a proof is reached: `gap` in `[stop]`.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use logitbench::data::Supplies;
use logitbench::data::file::Contents;
use logitbench::experiment::{Experiment, Overrides};
use logitbench::record::Results;
use logitbench::run::{self, Options};
use logitbench::solver::Stop;

fn run(text: &str) -> Results {
    run_experiment(&Experiment::parse(text, "gap.toml", Path::new(""), Overrides::default()).unwrap())
}

fn run_experiment(experiment: &Experiment) -> Results {
    let options = Options { threads: 1, instruction_set: None, memory_limit: None };
    run::run(experiment, options, &AtomicBool::new(false), &mut |_| {}).unwrap()
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
    let robust = "penalty = \"l2\"\nstrength = 0.1\nscaling = \"robust\"\nclass_weight = \"balanced\"";
    // Curvature far above λ, where the duality gap is weak.
    let weak = "penalty = \"l2\"\nstrength = 0.001";
    let shapes = [
        ((400, 6), weak),
        ((200, 4), ""),
        ((200, 4), l2),
        ((200, 4), robust),
        ((60, 80), l2),
        ((3_000, 40), l2),
        ((3_000, 40), ""),
    ];
    for (shape, model) in shapes {
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

/// Columns in other units, whose λ_j are then far apart, change no end.
#[test]
fn proofs_are_tried_in_any_units() {
    let ends = |unit: f64| {
        let mut data = "a,b,c,y\n".to_owned();
        for i in 0..120_i32 {
            let number = |k: i32| f64::from((i * k * 7919 + 31 * i * i + k) % 1009) / 500.0 - 1.0;
            let [a, b, c] = [number(1), number(2), number(3)];
            let label = u8::from(a - b + 1.5 * number(5) > 0.0);
            data += &format!("{a:?},{b:?},{:?},{label}\n", c * unit);
        }
        let text = "seed = 1\n[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\n[split]\nrepeats = 3\n[model]\npenalty = \"l2\"\n\
            strength = 1.0\n[[solver]]\nmethod = \"l-bfgs\"\n[stop]\ngap = 1e-8\n";
        let file = |_: &Path| Ok(Contents::Memory(data.clone().into_bytes()));
        let supplies = Supplies { file: &file, ..Supplies::OF_THE_MACHINE };
        run_experiment(
            &Experiment::parse_with(text, "gap.toml", Path::new(""), Overrides::default(), supplies).unwrap(),
        )
    };
    for unit in [1.0, 2f64.powi(216), 2f64.powi(-216)] {
        let records = &ends(unit).cells[0].records;
        assert!(records.stops.iter().all(|stop| *stop == Stop::Converged), "{unit:e}");
        assert!(records.verdicts.iter().all(|verdict| verdict.name() == "optimal"), "{unit:e}");
    }
}

#[test]
fn under_firth_the_solver_is_skipped_and_told_why() {
    let text = "seed = 1\n[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[[model]]\n[[model]]\npenalty = \"firth\"\n\
        [[solver]]\nmethod = \"newton\"\ngap = 1e-8\n";
    let experiment = Experiment::parse(text, "gap.toml", Path::new(""), Overrides::default()).unwrap();
    let skipped: Vec<&str> = experiment.skipped().map(|skipped| skipped.reason).collect();
    assert!(skipped.len() == 1 && skipped[0].contains("coefficient_change instead of gap"), "{skipped:?}");
}

#[test]
fn without_an_optimum_nothing_is_proved() {
    let separated = "seed = 1\n[[dataset]]\nname = \"iris\"\nclasses = [\"setosa\", \"virginica\"]\n[split]\nrepeats = 3\n[[solver]]\n\
        method = \"l-bfgs\"\n[[solver]]\nmethod = \"newton\"\n[stop]\ngap = 1e-8\n";
    for cell in run(separated).cells {
        assert!(cell.records.stops.iter().all(|stop| *stop == Stop::Separated));
    }
}
