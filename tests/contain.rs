//! What goes wrong in a solver costs the fit it goes wrong in, and the report tells.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use logitbench::data::Storage;
use logitbench::experiment::{Experiment, Overrides, Runnable};
use logitbench::linear_algebra::StoredRows;
use logitbench::metric::Threshold;
use logitbench::model::{Order, Sigmoid};
use logitbench::record::{Results, UnitRecords, Verdict};
use logitbench::report::schema::{CellSummary, ClaimVerdict, Environment, Report};
use logitbench::report::{analysis, json, markdown, page};
use logitbench::run::journal::format;
use logitbench::run::{self, Event, Options};
use logitbench::solver::{Oracle, Point, Solver, State, Step, Stop, StopRules};

const FITS: usize = 60;

/// What a solver of these tests does wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    PanicsAtStart,
    /// On splits whose first sign sum is even, at its second step.
    PanicsNowAndThen,
    Sleeps,
    ReturnsNan,
    Allocates,
}

#[derive(Clone, Copy, Debug)]
struct Faulty(Fault);

struct Walk {
    fault: Fault,
    steps: usize,
    odd: bool,
    point: Point,
}

impl Solver for Faulty {
    fn state(&self) -> Box<dyn State + '_> {
        Box::new(Walk { fault: self.0, steps: 0, odd: false, point: Point::default() })
    }

    fn memory(&self, _rows: u64, _columns: u64) -> u64 {
        if self.0 == Fault::Allocates { 1 << 50 } else { 0 }
    }
}

impl State for Walk {
    fn start(&mut self, oracle: &mut Oracle<'_>) {
        self.steps = 0;
        let positives =
            oracle.pass(Order::Objective, |problem| problem.loss.signs().iter().filter(|sign| **sign > 0.0).count());
        self.odd = positives % 2 == 1;
        self.point.coefficients = vec![0.0; oracle.columns()];
        oracle.evaluate(&self.point.coefficients, Order::Gradient, &mut self.point.evaluation);
        if self.fault == Fault::Allocates {
            // Not reached: the memory it asks for is refused.
            self.point.coefficients = vec![1.0; 1 << 47];
        }
        assert!(self.fault != Fault::PanicsAtStart, "no start for {} columns", oracle.columns());
    }

    fn step(&mut self, oracle: &mut Oracle<'_>) -> Step {
        self.steps += 1;
        match self.fault {
            Fault::PanicsNowAndThen if self.odd && self.steps == 2 => panic!("two steps are too many"),
            Fault::Sleeps => std::thread::sleep(Duration::from_millis(20)),
            Fault::ReturnsNan => self.point.coefficients.fill(f64::NAN),
            _ => {
                // A small step against the gradient, so that there is something to see.
                let gradient = self.point.evaluation.gradient.clone();
                self.point.coefficients.iter_mut().zip(gradient).for_each(|(b, g)| *b -= 1e-4 * g);
            }
        }
        oracle.evaluate(&self.point.coefficients, Order::Gradient, &mut self.point.evaluation);
        self.point.step_norm = 1.0;
        self.point.step_length = 1.0;
        Step::Moved
    }

    fn point(&self) -> &Point {
        &self.point
    }
}

/// Two sound solvers around faulty ones.
fn experiment(faults: &[Fault]) -> Experiment {
    let solver = "[[solver]]\nmethod = \"newton\"\n";
    let named = |k: usize| format!("[[solver]]\nmethod = \"irls\"\nname = \"faulty {k}\"\n");
    let text = format!(
        "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[split]\nrepeats = {FITS}\n{solver}{}\
         [[solver]]\nmethod = \"gradient-ascent\"\nmax_iterations = 5\n[trace]\nwhole = 3\n",
        (0..faults.len()).map(named).collect::<String>()
    );
    let mut experiment = Experiment::parse(&text, "faults.toml", Path::new(""), Overrides::default()).unwrap();
    for (entry, &fault) in experiment.solvers[1..].iter_mut().zip(faults) {
        let rules = StopRules {
            max_iterations: 4,
            time_limit: (fault == Fault::Sleeps).then_some(0.03),
            ..StopRules::default()
        };
        entry.solver = Ok(Runnable {
            solver: std::sync::Arc::new(Faulty(fault)),
            threshold: Threshold::Number(0.5),
            rules,
            sigmoid: Sigmoid::Stable,
        });
    }
    experiment
}

fn run(experiment: &Experiment, threads: usize, memory_limit: Option<u64>) -> Results {
    let options = Options { threads, memory_limit, ..Options::default() };
    // What is contained is told by the report; the default hook would print a page of it.
    std::panic::set_hook(Box::new(|panic| {
        assert!(logitbench::contain::is_contained(), "{panic}");
    }));
    run::run(experiment, options, &AtomicBool::new(false), &mut |_| ()).unwrap()
}

fn report(experiment: &Experiment, results: &Results) -> Report {
    let report = analysis::report(experiment, results, Environment::default(), None);
    for cell in &report.cells {
        assert_eq!(cell.fits, FITS, "every planned fit is in the report");
        assert_eq!(cell.stops.values().sum::<usize>(), FITS);
        assert_eq!(cell.verdicts.values().sum::<usize>(), FITS);
    }
    let again = json::parse(&json::render(&report).unwrap()).unwrap();
    assert_eq!(again, report);
    report
}

#[test]
fn every_planned_fit_is_in_the_report() {
    let faults = [Fault::PanicsAtStart, Fault::PanicsNowAndThen, Fault::Sleeps, Fault::ReturnsNan, Fault::Allocates];
    let experiment = experiment(&faults);
    let results = run(&experiment, 2, Some(1 << 30));
    let report = report(&experiment, &results);
    assert_eq!(report.cells.len(), 7);
    let [newton, at_start, now_and_then, sleeps, nan, allocates, gradient] = &report.cells[..] else { panic!() };

    assert_eq!(at_start.stops["failed"], FITS);
    assert_eq!(at_start.failed_because["panicked: no start for 5 columns"], FITS);
    assert_eq!(at_start.failures.len(), 20, "the first are listed");
    assert_eq!(now_and_then.stops["failed"], now_and_then.failed_because["panicked: two steps are too many"]);
    assert!((1..FITS).contains(&now_and_then.stops["failed"]), "some fail and some do not");
    assert_eq!(now_and_then.stops["failed"] + now_and_then.stops["max-iterations"], FITS);
    assert_eq!(sleeps.stops["time-limit"], FITS);
    assert_eq!(nan.stops["non-finite"], FITS);
    assert_eq!(allocates.stops["failed"], FITS);
    let reason = allocates.failed_because.keys().next().unwrap();
    assert!(reason.starts_with("needs about 1.0 PiB of memory, and the limit leaves 51"), "{reason}");

    // In comparisons it has classified no row rightly.
    let newton_against_at_start = &report.comparisons[0];
    let accuracy = &newton_against_at_start.test_accuracy;
    assert_eq!((accuracy.failed, accuracy.undefined, accuracy.first_larger), (FITS, 0, FITS));
    let of_newton = newton.metrics["test_accuracy"].distribution.mean.unwrap();
    assert!((accuracy.mean_difference.unwrap() - of_newton).abs() < 1e-12);
    assert!(newton_against_at_start.conclusion.contains("a fit failed, which counts as none right"));

    // In rankings too: a data set with test rows is not left out, and the solver whose fits all failed has accuracy 0.
    let by_accuracy = &report.rankings[0];
    assert_eq!((by_accuracy.measure.as_str(), by_accuracy.left_out.len()), ("test_accuracy", 0));
    assert_eq!((by_accuracy.scores[0][0], by_accuracy.scores[0][1]), (Some(of_newton), Some(0.0)));

    // A fit that failed proves nothing of itself, but its split is known by the others.
    assert_eq!(at_start.verdicts["separated"], newton.verdicts["separated"]);
    assert_eq!(at_start.verdicts["optimal"] + at_start.verdicts["undecided"], 0);
    // The trace up to the panic is kept.
    let (fit, cell) = (&results.cells[2].records.traces[0], &results.cells[2].records);
    let failed = cell.stops[fit.split as usize] == Stop::Failed;
    assert_eq!(fit.points.len(), if failed { 3 } else { 5 });

    // The sound solvers are as if they had been alone.
    let alone = run(&self::experiment(&[]), 1, None);
    let same = |a: &logitbench::record::CellRecords, b: &logitbench::record::CellRecords| {
        let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        assert_eq!(a.stops, b.stops);
        assert_eq!(bits(&a.objectives), bits(&b.objectives));
        assert_eq!(bits(&a.gaps), bits(&b.gaps));
        assert_eq!(a.verdicts, b.verdicts);
    };
    same(&results.cells[0].records, &alone.cells[0].records);
    same(&results.cells[6].records, &alone.cells[1].records);
    assert_eq!(gradient.stops["failed"], 0);
}

#[test]
fn failures_do_not_depend_on_threads() {
    let experiment = experiment(&[Fault::PanicsNowAndThen, Fault::PanicsAtStart]);
    let text = |threads| {
        let mut report = report(&experiment, &run(&experiment, threads, None));
        report.timings.clear();
        json::render(&report).unwrap()
    };
    assert_eq!(text(1), text(3));
}

/// A panic in the harness itself: no solver is to blame, so all fits of the split fail. Here the data break a promise that
/// their loader keeps.
#[test]
fn a_split_that_the_harness_fails_on_is_in_the_report() {
    let mut experiment = experiment(&[]);
    experiment.data_digest(0);
    // The splitter believes in more rows than there are.
    let labels = experiment.sources[0].data(0).labels.clone();
    if let logitbench::data::Source::Fixed(data) = &mut experiment.sources[0] {
        data.features = StoredRows::from_fn(Storage::Double, (labels.len() / 2, 4), |(i, j)| (i * j) as f64);
        assert_eq!(data.labels, labels);
    }
    // The summary of all rows would meet the same broken data: only the fits are run.
    let mut fits = Vec::new();
    std::panic::set_hook(Box::new(|_| ()));
    let options = Options { threads: 2, ..Options::default() };
    run::shard(&experiment, options, run::Shard::WHOLE, Vec::new(), &AtomicBool::new(false), &mut |event| {
        if let run::Event::Records(records) = event {
            fits.extend(records.fits.iter().map(|fit| (fit.stop, fit.verdict)));
            assert_eq!(records.failures.len(), records.fits.len());
        }
    })
    .unwrap();
    assert_eq!(fits, [(Stop::Failed, Verdict::Undecided)].repeat(2 * FITS));
}

#[test]
fn a_time_limit_holds_to_within_an_iteration() {
    let experiment = experiment(&[Fault::Sleeps]);
    let results = run(&experiment, 2, None);
    let records = &results.cells[1].records;
    assert_eq!(records.stops, [Stop::TimeLimit; FITS]);
    // A step sleeps for at least 20 ms, so the limit of 30 ms has passed after the second of four, or before on a busy machine.
    assert!(records.iterations.iter().all(|&iterations| iterations <= 2), "{:?}", records.iterations);
}

#[test]
fn a_limit_below_the_records_is_refused_before_the_run() {
    let experiment = experiment(&[]);
    let options = Options { memory_limit: Some(10_000), ..Options::default() };
    let Err(error) = run::run(&experiment, options, &AtomicBool::new(false), &mut |_| ()) else { panic!() };
    let text = error.to_string();
    assert!(text.contains("the limit is 9.8 KiB") && text.contains("--memory-limit"), "{text}");
}

#[test]
fn a_split_beyond_the_limit_fails_without_being_drawn() {
    let text = "[[dataset]]\nsimulate = \"gaussian\"\nrows = 2000\nfeatures = 20\nredraw = true\n[split]\nrepeats = 6\n\
                [[solver]]\nmethod = \"newton\"\n";
    let experiment = Experiment::parse(text, "large.toml", Path::new(""), Overrides::default()).unwrap();
    let with = |limit| run(&experiment, 1, Some(limit)).cells.remove(0).records;
    // Three copies of 2000 x 21 numbers of 8 bytes are 984 KiB.
    assert_eq!(with(900 << 10).stops, [Stop::Failed; 6]);
    let records = with(16 << 20);
    assert!(records.failures.is_empty() && records.count_verdict(Verdict::Optimal) == 6);
}

/// Models under which unequal numbers of solvers run, with a model in their midst under which one runs.
const UNEQUAL: &str = "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[split]\nrepeats = 40\n\
                       [[model]]\n[[model]]\npenalty = \"firth\"\n[[model]]\npenalty = \"l2\"\nstrength = 1.0\n";

/// Runs a file; gives its report and the records of its units, each in the journal's bytes and back.
fn run_text(text: &str) -> (Report, Vec<UnitRecords>) {
    let experiment = Experiment::parse(text, "t.toml", Path::new(""), Overrides::default()).unwrap();
    let mut units = Vec::new();
    let results = run::run(&experiment, Options::default(), &AtomicBool::new(false), &mut |event| {
        if let Event::Records(records) = event {
            let bytes = format::encode(records).unwrap();
            let back = format::decode(&bytes, &experiment).unwrap();
            assert_eq!(format::encode(&back).unwrap(), bytes);
            units.push(back);
        }
    });
    (analysis::report(&experiment, &results.unwrap(), Environment::default(), None), units)
}

#[test]
fn a_solver_that_cannot_fit_a_model_is_skipped_under_it_and_nothing_else_is() {
    let solver = |method: &str| format!("[[solver]]\nmethod = \"{method}\"\n");
    let claim = "[[claim]]\nname = \"c\"\nmetric = \"test_accuracy\"\nat_least = 0.1\non_share = 0.5\nsolver = \"fixed-hessian\"\n";
    let all: String = ["newton", "fixed-hessian", "irls"].into_iter().map(solver).collect();
    let (report, units) = run_text(&(UNEQUAL.to_owned() + &all + claim));
    let place = |cell: &CellSummary| (cell.model.clone(), cell.solver.clone());
    let places: Vec<(String, String)> = report.cells.iter().map(place).collect();
    let run = |solvers: &[&'static str], model: &'static str| {
        solvers.iter().map(|solver| (model.to_owned(), (*solver).to_owned())).collect::<Vec<_>>()
    };
    let three = ["newton", "fixed-hessian", "irls"];
    let expected = [run(&three, "maximum likelihood"), run(&["newton", "irls"], "firth"), run(&three, "l2 1")].concat();
    assert_eq!(places, expected);
    assert_eq!(units.iter().map(|unit| unit.fits.len()).sum::<usize>(), 40 * expected.len());

    let [skipped] = &report.skipped[..] else { panic!("{:?}", report.skipped) };
    assert_eq!((skipped.model.as_str(), skipped.solver.as_str()), ("firth", "fixed-hessian"));
    assert!(skipped.reason.contains("curvature"), "{}", skipped.reason);
    let [claim] = &report.claims[..] else { panic!() };
    assert_eq!((claim.verdict, claim.cells.len()), (ClaimVerdict::Undecided, 2));
    assert!(claim.explanation.contains("not run: fixed-hessian under firth"), "{}", claim.explanation);
    let said = [markdown::render(&report), page::render(&report).unwrap()];
    assert!(said.iter().all(|text| text.contains("fixed-hessian") && text.contains("under firth")));

    // Each fit is where it belongs: a solver alone in the file has the same.
    for solver_name in three {
        let (alone, _) = run_text(&(UNEQUAL.to_owned() + &solver(solver_name)));
        for cell in &alone.cells {
            let same = report.cells.iter().find(|other| place(other) == place(cell)).unwrap();
            assert_eq!((&same.stops, &same.iterations), (&cell.stops, &cell.iterations), "{:?}", place(cell));
            assert_eq!(same.metrics, cell.metrics, "{:?}", place(cell));
        }
    }

    // Reports from before this member are read as reports without skipped cells.
    let mut old: serde_json::Value = serde_json::from_str(&json::render(&report).unwrap()).unwrap();
    assert!(old.as_object_mut().unwrap().remove("skipped").is_some());
    assert_eq!(serde_json::from_value::<Report>(old).unwrap().skipped, []);
}
