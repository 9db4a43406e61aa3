//! Fits of a list of strengths that start where the same solver ended under the strength before: `start = "previous"` in `[model]`.

mod common;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use common::{Folder, logitbench};
use logitbench::experiment::{Experiment, Overrides};
use logitbench::linear_algebra::InstructionSet;
use logitbench::record::{Cell, Results, UnitRecords};
use logitbench::run::{self, Event, Options, Shard};
use logitbench::solver::Stop;

fn experiment(text: &str) -> Experiment {
    Experiment::parse(text, "path.toml", Path::new(""), Overrides::default()).unwrap()
}

fn run(experiment: &Experiment, threads: usize, instruction_set: Option<InstructionSet>) -> Results {
    let options = Options { threads, instruction_set, memory_limit: None };
    run::run(experiment, options, &AtomicBool::new(false), &mut |_| ()).unwrap()
}

const DATA: &str = "seed = 3\n[[dataset]]\nsimulate = \"gaussian\"\nrows = 90\nfeatures = 5\n[split]\nrepeats = 9\n\
                    [stop]\ngradient_norm = 1e-6\nmax_iterations = 4000\n";

/// From the strongest to the weakest, each 0.6 of the one before.
fn strengths() -> String {
    let all: Vec<String> = (0..20).map(|k| format!("{:?}", 100.0 * 0.6f64.powi(k))).collect();
    format!("[{}]", all.join(", "))
}

/// Every direction with every step rule, and a chosen threshold, which lanes do not have.
const SOLVERS: &str = r#"
[[solver]]
method = "newton"
[[solver]]
method = "newton"
name = "youden"
threshold = "youden"
[[solver]]
method = "newton"
name = "kept"
hessian = "kept"
[[solver]]
method = "newton"
name = "backtracking"
step = "backtracking"
[[solver]]
method = "irls"
[[solver]]
method = "irls"
name = "qr"
factorization = "qr"
start = "zero"
gradient_norm = 1e-6
[[solver]]
method = "l-bfgs"
[[solver]]
method = "gradient-ascent"
name = "gradient"
step = ["fixed", "backtracking", "barzilai-borwein", "nesterov"]
[[solver]]
method = "fixed-hessian"
"#;

fn iterations(cell: &Cell) -> u32 {
    cell.records.iterations.iter().sum()
}

/// The cells of a model and the cells of the model of the same strength that starts otherwise, in the order of strengths.
fn by_start<'r>(experiment: &Experiment, results: &'r Results) -> Vec<(&'r Cell, &'r Cell)> {
    let model = |cell: &Cell| &experiment.models[cell.model];
    let is_warm = |cell: &&Cell| model(cell).name.ends_with("warm starts");
    let twin = |warm: &'r Cell| {
        let is_twin = |other: &&Cell| {
            !is_warm(other) && other.solver == warm.solver && model(other).penalty == model(warm).penalty
        };
        (results.cells.iter().find(is_twin).unwrap(), warm)
    };
    results.cells.iter().filter(is_warm).map(twin).collect()
}

#[test]
fn a_path_of_strengths_takes_fewer_iterations_to_the_same_proved_optima() {
    let model = format!(
        "[model]\npenalty = \"l2\"\nstrength = {}\nstart = [\"zero\", \"previous\"]\nscaling = \"standardize\"\n",
        strengths()
    );
    // In lanes and beyond them; with an intercept and without.
    for (data, sets) in [
        (DATA.to_owned(), &[None, Some(InstructionSet::widest())][..]),
        (DATA.replace("features = 5", "features = 100").replace("repeats = 9", "repeats = 1"), &[None]),
    ] {
        let solvers = if data.contains("100") {
            &SOLVERS[..SOLVERS.find("[[solver]]\nmethod = \"gradient").unwrap()]
        } else {
            SOLVERS
        };
        let experiment = experiment(&format!("{data}{model}{solvers}"));
        for &set in sets {
            let results = run(&experiment, 1, set);
            let pairs = by_start(&experiment, &results);
            assert_eq!(2 * pairs.len(), results.cells.len());
            let mut sums = vec![[0, 0]; experiment.solvers.len()];
            for (zero, warm) in pairs {
                let name = &experiment.solvers[warm.solver].name;
                assert_eq!(zero.records.verdicts, warm.records.verdicts, "{name}");
                for split in 0..warm.records.len() {
                    let [zero, warm] = [zero, warm].map(|cell| cell.records.get(split).unwrap());
                    let apart = (zero.objective - warm.objective).abs();
                    let bound = zero.gap + warm.gap + zero.objective_error + warm.objective_error;
                    assert!(apart <= bound, "{name}, {split}: {apart:e} above {bound:e}");
                }
                sums[warm.solver][0] += iterations(zero);
                sums[warm.solver][1] += iterations(warm);
            }
            for (solver, [zero, warm]) in experiment.solvers.iter().zip(sums) {
                assert!(warm < zero, "{}: {warm} iterations against {zero}", solver.name);
            }
        }
    }
}

/// The records of some splits, but for their times.
fn written(records: &UnitRecords) -> Vec<String> {
    let (splits, fits) = (records.splits.len(), &records.fits);
    let times_apart = fits.iter().map(|fit| format!("{:?}", logitbench::record::FitRecord { seconds: 0.0, ..*fit }));
    let mut all: Vec<String> = times_apart.collect();
    all.push(format!("{splits} {:?} {:?}", records.traces, records.failures));
    all
}

#[test]
fn threads_shards_instruction_sets_and_replays_give_the_same_bits() {
    let model = "[[model]]\npenalty = \"l2\"\nstrength = [30, 3, 0.3]\nstart = \"previous\"\nscaling = [\"none\", \"standardize\"]\n\
                 [trace]\nwhole = 9\n";
    let experiment = experiment(&format!("{DATA}{model}{SOLVERS}"));
    let alone: Vec<Vec<String>> = (0..9)
        .map(|split| {
            let options = Options { threads: 1, ..Options::default() };
            written(&run::replay(&experiment, options, 0, split, &AtomicBool::new(false)).unwrap()[0])
        })
        .collect();
    let mut check = |event: Event<'_>| {
        let Event::Records(records) = event else { return };
        let [splits, pairs] = [records.splits.len() / experiment.models.len(), records.fits.len()];
        let layout = experiment.layout();
        for (place, fit) in records.fits.iter().enumerate().take(pairs) {
            let (pair, split) = layout.pair_and_split(place, splits);
            let fit = format!("{:?}", logitbench::record::FitRecord { seconds: 0.0, ..*fit });
            assert_eq!(fit, alone[records.first as usize + split][pair], "{pair}");
        }
    };
    for set in InstructionSet::available() {
        for threads in [1, 2] {
            let options = Options { threads, instruction_set: Some(set), memory_limit: None };
            run::run(&experiment, options, &AtomicBool::new(false), &mut check).unwrap();
        }
    }
    for number in 1..=3 {
        let shard = Shard { number, of: 3 };
        run::shard(&experiment, Options::default(), shard, Vec::new(), &AtomicBool::new(false), &mut check).unwrap();
    }
}

#[test]
fn a_fit_without_a_finite_end_gives_no_start() {
    let model = "[model]\npenalty = \"l2\"\nstrength = [3, 1]\nstart = \"previous\"\n[[solver]]\nmethod = \"gradient-ascent\"\n";
    let experiment = experiment(&format!("{DATA}{model}length = 1e308\n"));
    for set in [None, Some(InstructionSet::widest())] {
        let results = run(&experiment, 1, set);
        assert_eq!(experiment.models[1].starts_from, Some(0));
        for cell in &results.cells {
            assert_eq!(cell.records.count_stop(Stop::NonFinite), 9);
            let trace = &cell.records.traces[0].points[0].0;
            assert!((trace.objective - 67.0 * 2f64.ln()).abs() < 1e-12, "{trace:?}");
        }
    }
}

#[test]
fn columns_of_extreme_units_start_where_fits_ended() {
    let folder = Folder::new("warm-units");
    let row = |k: u32| {
        format!("{}e100,{},{}\n", f64::from(k * 37 % 23) / 7.0 - 1.5, k * 11 % 17, u32::from(k * 13 % 29 > k % 20))
    };
    folder.write("d.csv", format!("x,z,y\n{}", (0..60).map(row).collect::<String>()));
    // The units of x depend on the strength.
    let text = "[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"\n[split]\nrepeats = 4\n[model]\npenalty = \"l2\"\n\
                strength = [1e190, 1e189]\nstart = [\"zero\", \"previous\"]\n[[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"l-bfgs\"\n";
    let experiment = Experiment::parse(text, "units.toml", &folder.0, Overrides::default()).unwrap();
    let results = run(&experiment, 1, Some(InstructionSet::widest()));
    for (zero, warm) in by_start(&experiment, &results) {
        assert_eq!(zero.records.verdicts, warm.records.verdicts);
        let first = |cell: &Cell| cell.records.traces[0].points[0].0.objective;
        if experiment.models[warm.model].starts_from.is_some() {
            assert!(first(warm) < first(zero));
        }
    }
}

#[test]
fn what_cannot_start_elsewhere_is_skipped_or_refused_with_the_reason() {
    let list =
        |strength: &str| format!("{DATA}[model]\npenalty = \"l2\"\nstrength = {strength}\nstart = \"previous\"\n");
    let newton = "[[solver]]\nmethod = \"newton\"\n";
    let skipping = experiment(&format!(
        "{}{newton}start = \"subsample\"\n[[solver]]\nmethod = \"irls\"\nfactorization = \"qr\"\n",
        list("[2, 1]")
    ));
    let skipped: Vec<_> =
        skipping.skipped().map(|of| (of.model, of.solver, of.reason.contains("start = \"zero\""))).collect();
    assert_eq!(skipped, [(1, 0, true), (1, 1, true)]);
    let refused = |text: String| {
        Experiment::parse(&text, "path.toml", Path::new(""), Overrides::default()).err().unwrap().to_string()
    };
    assert!(refused(list("1") + newton).contains("start = \"previous\" needs a list of strengths"));
    let claim = "[[claim]]\nsolver = \"newton\"\nmetric = \"test_accuracy\"\npermutations = 19\n";
    assert!(
        refused(list("[2, 1]") + newton + claim + "model = \"l2 1, warm starts\"\n")
            .contains("start from fits of another strength")
    );
    assert!(experiment(&(list("[2, 1]") + newton + claim)).claims.len() == 1);
}

#[test]
fn every_form_of_the_report_says_where_fits_start() {
    let folder = Folder::new("warm-report");
    let text = "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[split]\nrepeats = 5\n[model]\npenalty = \"l2\"\n\
                strength = [0.1, 1]\nstart = \"previous\"\n[[solver]]\nmethod = \"newton\"\n";
    folder.write("p.toml", text);
    let (code, stdout, _) = logitbench(&folder.0, &["check", "p.toml"]);
    assert_eq!(code, 0);
    assert!(stdout.contains("under l2 0.1, warm starts; list the strongest first"), "{stdout}");
    let (code, stdout, stderr) = logitbench(&folder.0, &["experiment", "p.toml", "--out", "p.json"]);
    assert_eq!(code, 0, "{stderr}");
    let sentence = "Each fit starts where the same solver ended on the same split under l2 0.1, warm starts; iterations, oracle calls and \
                    seconds are counted from there.";
    assert!(stdout.replace("\n  ", " ").replace('\n', " ").contains(sentence), "{stdout}");
    let read = |name: &str| std::fs::read_to_string(folder.0.join(name)).unwrap();
    assert!(read("p.html").contains(sentence));
    let report: serde_json::Value = serde_json::from_str(&read("p.json")).unwrap();
    assert_eq!(report["models"][0].get("starts_from"), None);
    assert_eq!(report["models"][1]["starts_from"], "l2 0.1, warm starts");
    // A fit that is made again has the fits before it made again, too.
    let (code, stdout, stderr) =
        logitbench(&folder.0, &["experiment", "p.toml", "--only", "split=2", "solver=newton", "--json"]);
    assert_eq!(code, 0, "{stderr}");
    let replayed: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(replayed[1]["trace"]["objective"], report["cells"][1]["whole_traces"][2]["objective"]);
    assert_eq!(
        [&replayed[0]["starts_from"], &replayed[1]["starts_from"]],
        [&serde_json::Value::Null, &"l2 0.1, warm starts".into()]
    );
    let (_, text, _) = logitbench(&folder.0, &["experiment", "p.toml", "--only", "split=2", "solver=newton"]);
    assert_eq!(text.matches("started where newton ended under l2 0.1, warm starts\n").count(), 1, "{text}");
}
