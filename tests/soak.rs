//! Random experiments, run through the library: each ends, loses no fit, and contradicts itself nowhere.

#[path = "common/random_experiments.rs"]
mod random_experiments;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use logitbench::data::file::Contents;
use logitbench::data::{Source, Supplies};
use logitbench::experiment::{Experiment, Overrides};
use logitbench::linear_algebra::InstructionSet;
use logitbench::record::{Cell, Results, Separation, Verdict};
use logitbench::report::schema::Environment;
use logitbench::report::single::{IntervalMethod, Question, SingleFitReport, text};
use logitbench::report::summary::Extent;
use logitbench::report::terminal::{self, Layout};
use logitbench::report::{Report, analysis, json};
use logitbench::run::{self, Event, Options, single};
use logitbench::solver::Stop;
use random_experiments::RandomExperiment;

/// Runs experiment `seed` and checks what came of it; false if it is one that is refused, as many are.
fn survives(seed: u64) -> bool {
    let random = RandomExperiment::new(seed);
    let file = |_: &Path| Ok(Contents::Memory(random.data.clone().into_bytes()));
    let supplies = Supplies { file: &file, ..Supplies::OF_THE_MACHINE };
    let parsed = Experiment::parse_with(&random.text, "m.toml", Path::new(""), Overrides::default(), supplies);
    let Ok(experiment) = parsed else { return false };
    let sets = InstructionSet::available();
    let set = sets[seed as usize % sets.len()];
    let run = |threads, instruction_set| {
        let (mut done, mut finished) = (0, false);
        let options = Options { threads, instruction_set, memory_limit: None };
        let results = run::run(&experiment, options, &AtomicBool::new(false), &mut |event| match event {
            Event::Progress { done: now, .. } => done = now,
            Event::Finished => finished = true,
            _ => {}
        })
        .unwrap();
        assert!(finished && done == experiment.fits(), "{done} of {} fits", experiment.fits());
        let mut report = analysis::report(&experiment, &results, Environment::default(), None);
        report.timings.clear();
        (results, report)
    };
    let checked = catch_unwind(AssertUnwindSafe(|| {
        let (results, report) = run(1 + seed as usize % 3, Some(set));
        nothing_is_lost(&experiment, &results, &report);
        verdicts_agree(&experiment, &results);
        let (_, again) = run(2, Some(InstructionSet::widest()));
        assert!(json::render(&again).unwrap() == json::render(&report).unwrap(), "other lanes, other results");
        let (results, report) = run(1, None);
        nothing_is_lost(&experiment, &results, &report);
        verdicts_agree(&experiment, &results);
        single_fits_are_told(&experiment);
    }));
    assert!(checked.is_ok(), "experiment {seed}:\n{}\n{}", random.text, random.data);
    true
}

fn nothing_is_lost(experiment: &Experiment, results: &Results, report: &Report) {
    let splits = experiment.repeats as usize;
    assert_eq!(results.cells.len() as u64 * experiment.repeats, experiment.fits());
    for (cell, summary) in results.cells.iter().zip(&report.cells) {
        let records = &cell.records;
        let lengths = [records.len(), records.verdicts.len(), records.iterations.len(), records.gaps.len()];
        assert_eq!((lengths, summary.fits), ([splits; 4], splits));
        assert_eq!(summary.stops.values().sum::<usize>(), splits);
        assert_eq!(summary.verdicts.values().sum::<usize>(), splits);
        assert_eq!(summary.undecided_because.values().sum::<usize>(), summary.verdicts["undecided"]);
        assert_eq!(records.count_stop(Stop::Failed), 0, "a solver's own failure");
        let rules = &experiment.solvers[cell.solver].solver.as_ref().ok().unwrap().rules;
        assert!(records.iterations.iter().all(|&iterations| iterations <= rules.max_iterations));
        let kept = experiment.trace.whole.min(experiment.repeats) as usize;
        assert_eq!((records.traces.len(), summary.whole_traces.len()), (kept, kept));
    }
    for splits in &report.splits {
        assert_eq!(splits.separation.values().sum::<usize>(), splits.splits);
    }
    let written = json::render(report).unwrap();
    assert!(json::parse(&written).unwrap() == *report, "what was written reads back");
    assert!(
        terminal::render(report, Extent::Summary, true, Layout { width: 100, colour: false })
            .contains(&report.experiment.title)
    );
}

/// The verb `fit` on the same rows.
fn single_fits_are_told(experiment: &Experiment) {
    for source in &experiment.sources {
        let Source::Fixed(data) = source else { continue };
        for model in &experiment.models {
            for (_, runnable) in experiment.runnable() {
                let never = AtomicBool::new(false);
                let (level, interval) = (0.9, IntervalMethod::Profile);
                let profile_level = Some(level).filter(|_| data.features.ncols() < 6);
                let task = single::Task {
                    intercept: model.intercept,
                    profile_level,
                    ..single::Task::new(model.penalty, &*runnable.solver, &runnable.rules)
                };
                let fit = single::fit(data, &task, &never);
                let (call, firth_call) = (String::new(), String::new());
                let (penalty, solver) = (model.penalty, "any");
                let question = Question {
                    data,
                    penalty,
                    solver,
                    interval,
                    level,
                    call,
                    firth_call,
                    class_weight: None,
                    scaled: None,
                };
                let report = SingleFitReport::new(&fit.unwrap(), &question);
                let written = serde_json::to_value(&report).unwrap();
                assert!(Verdict::ALL.iter().any(|verdict| written["verdict"] == verdict.name()), "{written}");
                assert!(text::render(&report, 80).contains("Verdict: "), "{written}");
            }
        }
    }
}

/// What is proved about one split under one model is a proof for every solver.
fn verdicts_agree(experiment: &Experiment, results: &Results) {
    for splits in &results.splits {
        let here = |cell: &&Cell| (cell.source, cell.model) == (splits.source, splits.model);
        let cells: Vec<&Cell> = results.cells.iter().filter(here).collect();
        if cells.is_empty() {
            // No solver of the file can fit this model.
            continue;
        }
        let penalised = experiment.models[cells[0].model].penalty != logitbench::model::Penalty::NONE;
        for split in 0..experiment.repeats as usize {
            let verdicts: Vec<Verdict> = cells.iter().map(|cell| cell.records.verdicts[split]).collect();
            let any = |verdict| verdicts.contains(&verdict);
            let exists = any(Verdict::Optimal) || any(Verdict::Suboptimal);
            assert!(!(any(Verdict::Separated) && exists), "split {split}: {verdicts:?}");
            if !penalised {
                match splits.separations[split] {
                    // A fit may be proved neither within the tolerance of the optimum nor beyond it.
                    Some(Separation::Overlap) => assert!(!any(Verdict::Separated), "{verdicts:?}"),
                    Some(_) => assert!(verdicts.iter().all(|verdict| *verdict == Verdict::Separated), "{verdicts:?}"),
                    None => assert!(!any(Verdict::Separated) && !exists, "{verdicts:?}"),
                }
            }
            for cell in &cells {
                gap_bounds_the_gap_to_every_other(cell, &cells, split, experiment.tolerance);
            }
        }
    }
}

/// F of no fit is farther below that of this one than its certified gap.
fn gap_bounds_the_gap_to_every_other(cell: &Cell, cells: &[&Cell], split: usize, tolerance: f64) {
    let (gap, objective) = (cell.records.gaps[split], cell.records.objectives[split]);
    if cell.records.verdicts[split] == Verdict::Optimal {
        assert!(gap <= tolerance * objective, "optimal with gap {gap:e} at {objective:e}");
    }
    for other in cells {
        // The rounding of the other objective is in its gap, but for that of a point that is its own proof.
        let (best, rounding) = (other.records.objectives[split], other.records.gaps[split] + 1e-9 * objective.abs());
        assert!(!(objective - best > gap + rounding), "split {split}: {objective:e} is {gap:e} above {best:e} at most");
    }
}

#[test]
fn random_experiments_end_and_lose_no_fit() {
    let run = (0..400).filter(|&seed| survives(seed)).count();
    assert!(run > 100, "only {run} experiments were no mistakes");
}

#[test]
#[ignore = "takes a minute"]
fn random_experiments_for_a_minute() {
    let started = Instant::now();
    let mut seeds = 1_000_000..;
    let mut run = 0;
    // Longer on a machine that takes longer: few experiments would show little.
    while started.elapsed() < Duration::from_secs(60) || run < 100 {
        run += usize::from(seeds.next().is_some_and(survives));
    }
    println!("{run} experiments of {}", seeds.start - 1_000_000);
}
