//! Claims against chance: labels are shuffled, and everything is done again.

mod common;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use logitbench::experiment::{Experiment, Overrides};
use logitbench::metric;
use logitbench::record::{Results, UnitRecords};
use logitbench::report::analysis;
use logitbench::report::schema::{ClaimResult, ClaimVerdict, Environment, Report};
use logitbench::run::{self, Event, Options};
use logitbench::split::Split;

fn experiment(text: &str) -> Experiment {
    Experiment::parse(text, "chance.toml", Path::new(""), Overrides::default()).unwrap()
}

fn results(experiment: &Experiment, options: Options, earlier: Vec<UnitRecords>) -> Results {
    run::resume(experiment, options, earlier, &AtomicBool::new(false), &mut |_| ()).unwrap()
}

fn report(experiment: &Experiment, results: &Results) -> Report {
    let mut report = analysis::report(experiment, results, Environment::default(), None);
    report.timings.clear();
    report
}

fn claims(text: &str) -> Vec<ClaimResult> {
    let experiment = experiment(text);
    report(&experiment, &results(&experiment, Options::default(), Vec::new())).claims
}

const IRIS: &str = r#"
seed = 4
[[dataset]]
name = "iris"
classes = ["versicolor", "virginica"]
[[dataset]]
simulate = "gaussian"
label = "noise"
rows = 60
features = 2
signal = 0.0
[split]
repeats = 30
scheme = "stratified-shuffle"
[[solver]]
method = "newton"
[[solver]]
method = "gradient-ascent"
max_iterations = 5
[[claim]]
name = "iris is learned"
dataset = "iris: versicolor / virginica"
solver = "newton"
metric = "test_accuracy"
permutations = 99
[[claim]]
name = "everywhere ranks are better than those of chance"
solver = "newton"
metric = "test_auc"
permutations = 99
permutation_splits = 4
"#;

#[test]
fn what_is_learned_is_told_from_noise() {
    let [iris, everywhere] = &claims(IRIS)[..] else { panic!("two claims") };
    assert_eq!((iris.verdict, iris.cells.len()), (ClaimVerdict::Supported, 1));
    let test = iris.cells[0].permutation.as_ref().unwrap();
    assert_eq!((test.p_value, iris.cells[0].holds, iris.cells[0].splits, test.splits), (Some(0.01), 99, 99, 10));
    assert!((0.4..0.6).contains(&test.shuffled.mean.unwrap()), "balanced classes: chance is one half");
    assert!(test.mean.unwrap() > 0.9 && test.shuffled.max.unwrap() < 0.9);
    assert!(iris.explanation.contains("0 of them do as well, so p = 0.01"), "{}", iris.explanation);

    // One of two cells is noise, so the claim about both does not hold.
    let [learned, noise] = &everywhere.cells[..] else { panic!("two cells") };
    assert_eq!((learned.verdict, everywhere.verdict), (ClaimVerdict::Supported, noise.verdict));
    assert_ne!(noise.verdict, ClaimVerdict::Supported);
    let test = noise.permutation.as_ref().unwrap();
    assert_eq!(test.p_value, Some((1 + 99 - noise.holds) as f64 / 100.0));
    assert!(everywhere.explanation.contains("on noise"), "{}", everywhere.explanation);
}

/// A p-value above the level shows neither an effect nor its absence. An effect worth a name is excluded or not.
#[test]
fn without_an_effect_worth_a_name_a_claim_is_never_refuted() {
    let text = |negligible: &str| {
        IRIS.replace(
            "metric = \"test_auc\"\npermutations = 99",
            &format!("metric = \"test_auc\"\npermutations = 199{negligible}"),
        )
    };
    let noise = |negligible: &str| claims(&text(negligible)).remove(1).cells.remove(1);
    let undecided = noise("");
    assert_eq!(undecided.verdict, ClaimVerdict::Undecided);
    assert_eq!(undecided.permutation.as_ref().unwrap().p_value_of_more, None);
    // The standard deviation of the mean AUC over four splits with shuffled labels is about 0.08.
    let small = noise("\nnegligible = 0.001");
    assert_eq!(small.verdict, ClaimVerdict::Undecided, "{small:?}");
    let large = noise("\nnegligible = 0.5");
    assert_eq!(large.verdict, ClaimVerdict::Refuted, "{large:?}");
    assert!(large.permutation.as_ref().unwrap().p_value_of_more.unwrap() <= 0.05);
    let [_, everywhere] = &claims(&text("\nnegligible = 0.5"))[..] else { panic!("two claims") };
    assert_eq!(everywhere.verdict, ClaimVerdict::Refuted);
    assert!(
        everywhere.explanation.contains("a shift of the shuffled results by 0.5 or more is excluded"),
        "{}",
        everywhere.explanation
    );
    let [_, everywhere] = &claims(&text(""))[..] else { panic!("two claims") };
    assert!(everywhere.explanation.contains("better than chance is not shown"), "{}", everywhere.explanation);
}

#[test]
fn the_observed_mean_is_that_of_the_first_splits() {
    let experiment = experiment(IRIS);
    let results = results(&experiment, Options::default(), Vec::new());
    let accuracy = &results.cells[0].records.metrics[metric::index("test_accuracy").unwrap()];
    let mean = accuracy.iter().take(10).sum::<f64>() / 10.0;
    let report = report(&experiment, &results);
    assert!((report.claims[0].cells[0].permutation.as_ref().unwrap().mean.unwrap() - mean).abs() < 1e-12);
}

/// Each labelling has the labels of the data in another order, for the same splits; features stay where they are.
#[test]
fn labels_are_shuffled_and_nothing_else() {
    let whole = experiment(&IRIS.replace("stratified-shuffle", "shuffle"));
    let shuffled = whole.shuffled(&whole.claims[0]).unwrap();
    let (source, true_data) = (&shuffled.sources[0], whole.sources[0].data(0));
    assert_eq!((shuffled.sources.len(), shuffled.solvers.len(), shuffled.fits()), (1, 1, 990));
    let mut labellings = Vec::new();
    for permutation in 0..5 {
        let first = source.data(10 * permutation);
        assert_eq!((first.positives(), first.rows()), (true_data.positives(), true_data.rows()));
        assert_eq!(first.features.row(17), true_data.features.row(17));
        let (mut dealt, mut expected) = (Split::default(), Split::default());
        for split in 0..10 {
            let index = 10 * permutation + split;
            assert_eq!(source.data(index).labels, first.labels);
            shuffled.splitters[0].split(source.dealt_as(index), &first.labels, &mut dealt);
            whole.splitters[0].split(split, &true_data.labels, &mut expected);
            assert_eq!((&dealt.train, &dealt.test), (&expected.train, &expected.test));
        }
        assert_eq!(source.next_data(10 * permutation + 3), 10 * (permutation + 1));
        labellings.push(first.labels.clone());
    }
    labellings.push(true_data.labels.clone());
    labellings.sort_unstable();
    labellings.dedup();
    assert_eq!(labellings.len(), 6, "no two are the same");
}

#[test]
fn neither_threads_nor_interruptions_nor_the_engine_change_it() {
    let experiment = experiment(IRIS);
    let with_threads = |threads| Options { threads, ..Options::default() };
    let mut units = Vec::new();
    let whole = run::run(&experiment, with_threads(1), &AtomicBool::new(false), &mut |event| {
        if let Event::UnitDone(records) = event {
            units.push(records.clone());
        }
    })
    .unwrap();
    let fits: usize = units.iter().map(|records| records.fits.len()).sum();
    assert_eq!(fits as u64, experiment.fits(), "shuffled fits are none of the experiment's");
    let expected = report(&experiment, &whole);
    assert!(report(&experiment, &results(&experiment, with_threads(3), Vec::new())) == expected);
    units.truncate(units.len() / 2);
    assert!(report(&experiment, &results(&experiment, with_threads(2), units)) == expected);

    let general = results(&experiment, Options { instruction_set: None, ..with_threads(2) }, Vec::new());
    for (lanes, general) in whole.shuffled.iter().zip(&general.shuffled) {
        assert_eq!((lanes.claim, lanes.source, lanes.means.len()), (general.claim, general.source, 99));
        let close = |(a, b): (&Option<f64>, &Option<f64>)| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-6 * b.abs(),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        assert!(lanes.means.iter().zip(&general.means).all(close), "the two engines differ by rounding");
    }
}

/// Under the null hypothesis p ≤ α has probability α at most, for every α that so many permutations know.
#[test]
fn a_true_null_is_rejected_no_more_often_than_the_level_says() {
    const EXPERIMENTS: usize = 400;
    let datasets: String = (0..EXPERIMENTS)
        .map(|place| {
            format!(
                "[[dataset]]\nsimulate = \"gaussian\"\nlabel = \"{place}\"\nrows = 40\nfeatures = 2\nsignal = 0.0\n"
            )
        })
        .collect();
    let text = format!(
        "{datasets}[split]\nrepeats = 3\n[[solver]]\nmethod = \"newton\"\n[[claim]]\nname = \"c\"\nsolver = \"newton\"\n\
         metric = \"test_log_loss\"\npermutations = 19\npermutation_splits = 3\n"
    );
    let cells = claims(&text).remove(0).cells;
    let p_values: Vec<f64> = cells.iter().map(|cell| cell.permutation.as_ref().unwrap().p_value.unwrap()).collect();
    assert_eq!(p_values.len(), EXPERIMENTS);
    for alpha in [0.05, 0.2, 0.5] {
        let share = p_values.iter().filter(|&&p| p <= alpha).count() as f64 / EXPERIMENTS as f64;
        let error = (alpha * (1.0 - alpha) / EXPERIMENTS as f64).sqrt();
        println!("p <= {alpha} in {share} of {EXPERIMENTS} data sets without signal");
        assert!((share - alpha).abs() <= 4.0 * error, "p <= {alpha} in {share}");
    }
}
