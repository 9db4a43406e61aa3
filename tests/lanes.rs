//! The lanes engine against itself on other instruction sets and with other neighbours, to the bit, and against the general
//! engine, to rounding.

mod common;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use logitbench::experiment::{Experiment, Overrides};
use logitbench::linear_algebra::InstructionSet;
use logitbench::model::separation::Separation;
use logitbench::record::{Cell, CellRecords, Results, Verdict};
use logitbench::report::fits::{FitsFormat, FitsWriter};
use logitbench::run::{self, Event, Options};
use logitbench::solver::Stop;
use logitbench::solver::catalogue::Variant;
use logitbench::split::ClassesPresent;

/// Data with and without an optimum.
const FIXED: &str = r#"
[[dataset]]
name = "iris"
classes = ["versicolor", "virginica"]
[[dataset]]
simulate = "gaussian"
rows = 90
features = 9
signal = 3.0
"#;

/// Draws for each split: with an optimum, of one class or separated, with fewer training rows than columns, with nearly dependent columns.
const REDRAWN: &str = r#"
[[dataset]]
simulate = "gaussian"
label = "overlapping"
rows = 90
features = 4
redraw = true
[[dataset]]
simulate = "gaussian"
label = "few positives"
rows = 24
features = 2
positives = 0.1
signal = 3.0
redraw = true
[[dataset]]
simulate = "gaussian"
label = "wide"
rows = 12
features = 11
redraw = true
[[dataset]]
simulate = "gaussian"
label = "nearly dependent"
rows = 40
features = 3
condition_number = 1e10
redraw = true
"#;

/// Every method and step rule that runs in lanes, a penalty, scaling, and models of other numbers of columns than the data.
const EVERYTHING: &str = r#"
[split]
repeats = 60
[[model]]
[[model]]
penalty = "l2"
strength = 0.5
scaling = "standardize"
[[model]]
name = "without intercept"
intercept = false
[[solver]]
method = "newton"
factorization = ["cholesky", "inverse"]
step = ["halving", "unit", "backtracking"]
[[solver]]
method = "newton"
name = "naive sigmoid"
sigmoid = "naive"
[[solver]]
method = "article"
[[solver]]
method = "irls"
step = ["halving", "unit"]
[[solver]]
method = "irls"
name = "qr"
factorization = "qr"
start = ["glm", "zero"]
[[solver]]
method = "gradient-ascent"
step = ["fixed", "backtracking", "barzilai-borwein", "nesterov"]
max_iterations = 60
[[solver]]
method = "fixed-hessian"
max_iterations = 60
[[solver]]
method = "l-bfgs"
pairs = [3, 5]
max_iterations = 60
[trace]
whole = 3
"#;

fn experiment(sources: &str, repeats: Option<u64>) -> Experiment {
    let metrics = [
        "test_average_precision",
        "test_calibration_slope",
        "train_calibration_intercept",
        "test_calibration_error",
        "threshold",
    ];
    let text = format!("seed = 5\nmetrics = {metrics:?}\n{sources}{EVERYTHING}");
    Experiment::parse(&text, "test.toml", Path::new(""), Overrides { repeats, ..Overrides::default() }).unwrap()
}

/// The splits of 40 labellings drawn at random, for each method: of data that overlap, of so few positives that some training rows are of
/// one class, and of fewer training rows than columns.
fn shuffled() -> Vec<Experiment> {
    let folder = common::Folder::new("lanes-shuffled");
    let row = |i: u32| format!("{},{},{}\n", 7 * i % 24, 11 * i * i % 23, u32::from(i < 2));
    folder.write("few.csv", format!("x,z,y\n{}", (0..24).map(row).collect::<String>()));
    let gaussian = "[[dataset]]\nsimulate = \"gaussian\"\n";
    let mut text = format!(
        "{gaussian}label = \"overlapping\"\nrows = 90\nfeatures = 4\n\
         [[dataset]]\nfile = \"few.csv\"\ntarget = \"y\"\n\
         {gaussian}label = \"wide\"\nrows = 12\nfeatures = 11\n{EVERYTHING}"
    );
    for method in ["newton", "article", "irls", "gradient-ascent", "fixed-hessian", "l-bfgs"] {
        text.push_str(&format!("[[claim]]\nname = \"{method} is better than chance\"\nsolver = \"{method}\"\n"));
        text.push_str("metric = \"test_accuracy\"\npermutations = 40\npermutation_splits = 3\n");
    }
    let whole = Experiment::parse(&text, "test.toml", &folder.0, Overrides::default()).unwrap();
    whole.claims.iter().map(|claim| whole.shuffled(claim).unwrap()).collect()
}

fn run(experiment: &Experiment, threads: usize, instruction_set: Option<InstructionSet>) -> Results {
    run::run(experiment, Options { threads, instruction_set, memory_limit: None }, &AtomicBool::new(false), &mut |_| ())
        .unwrap()
}

/// Every number of every fit, and the traces.
fn everything(experiment: &Experiment, threads: usize, instruction_set: InstructionSet) -> String {
    let mut csv = FitsWriter::new(experiment, FitsFormat::Csv, Vec::new()).unwrap();
    let options = Options { threads, instruction_set: Some(instruction_set), memory_limit: None };
    let results = run::run(experiment, options, &AtomicBool::new(false), &mut |event| {
        if let Event::Records(records) = event {
            csv.write(records).unwrap();
        }
    });
    let mut text = String::from_utf8(csv.finish().unwrap()).unwrap();
    for cell in &results.unwrap().cells {
        let (iterations, bands) = cell.bands.quantiles();
        text.push_str(&format!("{:?} {iterations:?}\n", cell.records.traces));
        bands.iter().for_each(|band| text.push_str(&format!("{:?} {:?} {:?}\n", band.q10, band.median, band.q90)));
    }
    text
}

#[test]
fn every_method_and_choice_that_runs_in_lanes_is_tested_here() {
    let experiment = experiment(FIXED, None);
    for variant in Variant::all() {
        if variant.build().unwrap().solver.lanes().is_none() {
            continue;
        }
        let is_here = experiment.solvers.iter().any(|solver| {
            let has = |(key, name): (&str, &str)| solver.settings.text(key) == name;
            solver.method == variant.method.name && variant.choice.is_none_or(has)
        });
        // What is done where the key is not set at all.
        let unset = [("start", "zero"), ("hessian", "fresh")];
        let is_unset = variant.choice.is_some_and(|choice| unset.contains(&choice));
        assert!(is_here || is_unset, "{}", variant.lines());
    }
}

#[test]
fn every_instruction_set_gives_the_same_bits() {
    for experiment in shuffled().into_iter().chain([FIXED, REDRAWN].map(|sources| experiment(sources, None))) {
        let scalar = everything(&experiment, 1, InstructionSet::Scalar);
        for set in InstructionSet::available() {
            let found = everything(&experiment, 2, set);
            assert!(found == scalar, "{set:?}");
        }
    }
}

#[test]
fn a_split_has_the_same_result_whatever_its_neighbours() {
    let widest = Some(InstructionSet::widest());
    // Other numbers of threads and repeats cut the splits into other batches.
    let cuts = [(1, 1), (1, 3), (2, 37), (3, 59)];
    for (sources, (threads, repeats)) in [FIXED, REDRAWN].into_iter().flat_map(|sources| cuts.map(|cut| (sources, cut)))
    {
        let all = run(&experiment(sources, None), 1, widest);
        let few = experiment(sources, Some(repeats));
        let found = run(&few, threads, widest);
        for (cell, other) in found.cells.iter().zip(&all.cells) {
            let (a, b) = (&cell.records, &other.records);
            let repeats = repeats as usize;
            assert_eq!(a.stops[..], b.stops[..repeats]);
            assert_eq!(a.iterations[..], b.iterations[..repeats]);
            let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<u64>>();
            assert_eq!(bits(&a.objectives), bits(&b.objectives[..repeats]));
            assert_eq!(bits(&a.gaps), bits(&b.gaps[..repeats]));
            for (a, b) in a.metrics.iter().zip(&b.metrics) {
                assert!(a.iter().map(f64::to_bits).eq(b.iter().take(repeats).map(f64::to_bits)));
            }
        }
    }
}

/// What two engines made of the same fits.
#[derive(Debug, Default)]
struct Agreement {
    fits: usize,
    verdicts: usize,
    iterations: usize,
    optimal: usize,
    objectives: usize,
}

impl Agreement {
    fn add(&mut self, a: &CellRecords, b: &CellRecords) {
        for fit in 0..a.len() {
            self.fits += 1;
            self.verdicts += usize::from(a.verdicts[fit] == b.verdicts[fit]);
            self.iterations += usize::from(a.iterations[fit] == b.iterations[fit]);
            if a.verdicts[fit] == Verdict::Optimal {
                self.optimal += 1;
                let difference = (a.objectives[fit] - b.objectives[fit]).abs();
                self.objectives += usize::from(difference <= 1e-9 * a.objectives[fit]);
            }
        }
    }
}

/// The agreement of both engines on the cells that `counts`; the article's method is compared where fits end optimal.
fn agreement(experiment: &Experiment, [a, b]: [&Results; 2], counts: impl Fn(&Cell) -> bool) -> Agreement {
    let mut all = Agreement::default();
    for (a, b) in a.cells.iter().zip(&b.cells) {
        let mut cell = Agreement::default();
        cell.add(&a.records, &b.records);
        let solver = &experiment.solvers[a.solver];
        println!("source {}, model {}, {}: {cell:?}", a.source, a.model, solver.name);
        if solver.method == "article" {
            // It goes on where rows are separated, until its weights cancel and rounding decides between three ways to break down, as
            // in the article's code itself (tests/article.rs).
            assert_eq!((cell.verdicts, cell.objectives), (cell.fits, cell.optimal));
            assert!(are_alike_at_an_optimum(&a.records, &b.records));
        } else if counts(a) {
            all.add(&a.records, &b.records);
        }
    }
    all
}

#[test]
fn both_engines_agree() {
    let experiment = experiment(FIXED, Some(1000));
    let (lanes, general) = (run(&experiment, 2, Some(InstructionSet::widest())), run(&experiment, 2, None));
    let is_well_posed = |cell: &Cell| cell.source == 1 || cell.model == 1;
    // The directions of l-bfgs are made of differences of gradients: on the badly conditioned iris rounding grows from step to step,
    // and after 60 of them, which are not enough, the two engines are at different points.
    let counts = |cell: &Cell| is_well_posed(cell) || experiment.solvers[cell.solver].method != "l-bfgs";
    let all = agreement(&experiment, [&lanes, &general], counts);
    let well_posed = agreement(&experiment, [&lanes, &general], is_well_posed);
    println!("{all:?}\nwell posed: {well_posed:?}");
    assert_eq!((all.verdicts, all.objectives), (all.fits, all.optimal));
    assert!(well_posed.iterations as f64 >= 0.999 * well_posed.fits as f64);
    // Splits of iris that are all but separable have coefficients of thousands, where a step of 1e-10 is rounding: the last
    // iterations are taken until rounding happens to give a smaller one, and IRLS forms its step by subtraction.
    assert!(all.iterations as f64 >= 0.99 * all.fits as f64);
}

#[test]
fn both_engines_agree_on_drawn_data() {
    for experiment in shuffled().into_iter().chain([experiment(REDRAWN, Some(120))]) {
        let (lanes, general) = (run(&experiment, 2, Some(InstructionSet::widest())), run(&experiment, 2, None));
        assert_eq!(lanes.splits, general.splits);
        let of_plain_model =
            |source: usize| lanes.splits.iter().find(|of| (of.source, of.model) == (source, 0)).unwrap();
        let [overlapping, few_positives, wide] = [0, 1, 2].map(of_plain_model);
        assert_eq!(overlapping.count(Some(Separation::Overlap)), 120);
        let one_class = few_positives.classes.iter().filter(|classes| classes.train == ClassesPresent::One).count();
        let separated = 120 - few_positives.count(Some(Separation::Overlap));
        assert!(0 < one_class && one_class < separated && separated < 120, "{one_class} of {separated}");
        assert!(wide.ranks.iter().all(|&rank| rank == 9), "as many as training rows");
        let all = agreement(&experiment, [&lanes, &general], |_| true);
        assert_eq!((all.verdicts, all.objectives), (all.fits, all.optimal));
        assert!(all.iterations as f64 >= 0.99 * all.fits as f64, "{all:?}");
    }
}

/// Splits whose data are too large for all of them to be drawn at a time.
#[test]
fn a_redrawn_split_alone_has_the_result_that_it_has_among_others() {
    let text = "[[dataset]]\nsimulate = \"gaussian\"\nrows = [30, 2000]\nfeatures = 30\nredraw = true\n[split]\nrepeats = 100\n\
                [[model]]\n[[model]]\nscaling = \"standardize\"\n[[solver]]\nmethod = \"newton\"\n";
    let experiment = Experiment::parse(text, "large.toml", Path::new(""), Overrides::default()).unwrap();
    let results = run(&experiment, 1, Some(InstructionSet::widest()));
    let options = Options { threads: 1, ..Options::default() };
    for (source, split) in (0..2).flat_map(|source| [0, 15, 16, 17, 18, 99].map(|split| (source, split))) {
        let alone = run::replay(&experiment, options, source, split, &AtomicBool::new(false)).unwrap().remove(0);
        for (model, fit) in alone.fits.iter().enumerate() {
            let cell = results.cells.iter().find(|cell| (cell.source, cell.model) == (source, model)).unwrap();
            let (records, split) = (&cell.records, split as usize);
            assert_eq!(fit.iterations, records.iterations[split]);
            assert_eq!(fit.gap.to_bits(), records.gaps[split].to_bits());
            assert!(fit.metrics.iter().zip(&records.metrics).all(|(a, of)| a.to_bits() == of.get(split).to_bits()));
        }
    }
}

/// Whether fits that end optimal took the same number of iterations and stopped alike.
fn are_alike_at_an_optimum(a: &CellRecords, b: &CellRecords) -> bool {
    let same = |fit: usize| a.iterations[fit] == b.iterations[fit] && a.stops[fit] == b.stops[fit];
    (0..a.len()).filter(|&fit| a.verdicts[fit] == Verdict::Optimal).all(same)
}

/// Rows of one feature whose classes overlap, and one far out on its class's side: its predictor at the optimum is above 710, where
/// e^z overflows.
fn far_out() -> String {
    let row = |i: i32| {
        let (x, noise) = (f64::from(7 * i % 11 - 5) / 5.0, f64::from(5 * i % 7 - 3) / 3.0);
        format!("{x},{}\n", i32::from(x + noise > 0.0))
    };
    format!("x,y\n{}20000,1\n", (0..60).map(row).collect::<String>())
}

#[test]
fn a_sigmoid_that_overflows_ends_alike_in_both_engines() {
    let folder = common::Folder::new("lanes");
    folder.write("far.csv", far_out());
    let text = r#"
metrics = ["test_average_precision"]
[[dataset]]
file = "far.csv"
target = "y"
[split]
repeats = 400
[[model]]
[[model]]
name = "without intercept"
intercept = false
[[solver]]
method = "article"
[[solver]]
method = "newton"
step = ["halving", "unit"]
sigmoid = ["naive", "stable"]
"#;
    let experiment = Experiment::parse(text, "test.toml", &folder.0, Overrides::default()).unwrap();
    let (lanes, general) = (run(&experiment, 2, Some(InstructionSet::widest())), run(&experiment, 2, None));
    for (a, b) in lanes.cells.iter().zip(&general.cells) {
        let (name, a, b) = (&experiment.solvers[a.solver].name, &a.records, &b.records);
        assert_eq!((&a.stops, &a.verdicts, &a.iterations), (&b.stops, &b.verdicts, &b.iterations), "{name}");
        // The outlier trains in three splits of four.
        let non_finite = a.count_stop(Stop::NonFinite);
        match name.as_str() {
            "article" => assert!((200..380).contains(&non_finite) && non_finite + a.count_stop(Stop::Converged) == 400),
            _ => assert!(non_finite == 0 || name.contains("naive"), "{name}: {non_finite}"),
        }
        for (metric, (a, b)) in a.metrics.iter().zip(&b.metrics).enumerate() {
            for (fit, (a, b)) in a.iter().zip(b.iter()).enumerate() {
                let is_same = (a - b).abs() <= 1e-9 * b.abs() || a.is_nan() && b.is_nan();
                assert!(is_same, "{name}, fit {fit}, metric {metric}: {a} and {b}");
            }
        }
    }
}
