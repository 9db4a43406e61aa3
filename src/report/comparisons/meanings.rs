//! What the intervals and tests of a report are about, and why their methods fit the design.

use super::super::schema::IntervalMeaning;
use crate::data::Source;
use crate::experiment::Experiment;
use crate::split::Dependence;
use crate::statistics::bootstrap::FEWEST_DATASETS;

/// How results on the splits of a source depend on each other as evidence about new data; None where there are no test rows.
pub fn dependence(experiment: &Experiment, source: usize) -> Option<Dependence> {
    let own = experiment.splitters[source].dependence(experiment.sources[source].shape().0)?;
    Some(match experiment.sources[source] {
        Source::Redrawn { .. } => Dependence::FreshRows,
        Source::Fixed(_) | Source::Shuffled(_) => own,
    })
}

/// Whether the splits of a source are independent draws, given the data: only then they are a sample of all random splits.
pub fn draws_independently(experiment: &Experiment, source: usize) -> bool {
    experiment.splitters[source].scheme().draws_independently()
}

/// What corrects the variance of the mean of `results` results on the splits of a source, for the rows that splits share; None where
/// nothing is known of it. The theory of folds asks for a result on each of `splits` splits.
pub fn ratio(experiment: &Experiment, source: usize, results: usize, splits: usize) -> Option<f64> {
    match dependence(experiment, source)? {
        Dependence::Folds { .. } if results != splits => None,
        known => known.ratio(),
    }
}

/// What the intervals of the report are about: those on the splits themselves, and those on new data by each method that a data set
/// of the experiment asks for.
pub fn interval_meanings(experiment: &Experiment) -> Vec<IntervalMeaning> {
    let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let over_splits = ["interval", "mean_interval", "over_splits", "shift_interval"];
    let scheme = experiment.splitters.first().map(|splitter| splitter.scheme());
    let mut meanings = vec![match scheme.filter(|scheme| !scheme.draws_independently()) {
        Some(scheme) => IntervalMeaning {
            members: list(&over_splits),
            about: "random splits of this data set".to_owned(),
            method: "none".to_owned(),
            assumes: "nothing is computed: the members are null, as are the p-values of sign tests and Wilcoxon's test"
                .to_owned(),
            because: Some(format!(
                "given the data, the splits of scheme = \"{}\" are no independent draws, so their results are described and not \
                 taken for a sample of more",
                scheme.name()
            )),
        },
        None => IntervalMeaning {
            members: list(&over_splits),
            about: "random splits of this data set".to_owned(),
            method: "shares: Clopper-Pearson; means: Student's t, as a score interval of metrics with ends; shifts: \
                 Wilcoxon's signed ranks"
                .to_owned(),
            assumes:
                "nothing of the data: given them, random splits are independent; if the data are drawn afresh for \
                  each split, the repeats are fresh draws"
                    .to_owned(),
            because: None,
        },
    }];
    let mut designs: Vec<(Dependence, Vec<&str>)> = Vec::new();
    for (place, source) in experiment.sources.iter().enumerate() {
        let Some(own) = dependence(experiment, place) else { continue };
        match designs.iter_mut().find(|(other, _)| other.method() == own.method()) {
            Some((_, names)) => names.push(source.name()),
            None => designs.push((own, vec![source.name()])),
        }
    }
    let several = designs.len() > 1;
    meanings.extend(designs.into_iter().map(|(design, names)| IntervalMeaning {
        members: list(&["new_data_interval", "on_new_data"]),
        about: format!(
            "new data from where {} came from, with as many training rows",
            if several { names.join(", ") } else { "these".to_owned() }
        ),
        method: match design {
            Dependence::Unknown { .. } => design.method().to_owned(),
            _ => format!("{}, as a score interval of metrics with ends", design.method()),
        },
        assumes: design.assumes().to_owned(),
        because: Some(design.reason().to_owned()),
    }));
    meanings.extend(bootstrapped(experiment));
    meanings.extend(over_datasets(experiment));
    meanings
}

/// The intervals of the error rate by the bootstrap, where the splits of a data set are its draws.
fn bootstrapped(experiment: &Experiment) -> Option<IntervalMeaning> {
    experiment.bootstrapped().next().map(|_| IntervalMeaning {
        members: vec!["cells.bootstrap.interval".to_owned()],
        about: "the error rate on new data from where these came from, of the solver trained on as many rows as the data set has"
            .to_owned(),
        method: "normal, as a score interval about the estimator .632+, with the standard error of the delta method after the bootstrap \
                 (Efron & Tibshirani 1997)"
            .to_owned(),
        assumes: "the rows are independent draws from one population, none weighted or of a group with others; the standard error of \
                  .632+ is in proportion to that of the rows left out"
            .to_owned(),
        because: None,
    })
}

/// The intervals about data sets beyond those of the experiment, where there are enough to have such.
fn over_datasets(experiment: &Experiment) -> Vec<IntervalMeaning> {
    if experiment.sources.len() < FEWEST_DATASETS {
        return Vec::new();
    }
    let meaning = |members: &[&str], method: &str, assumes: &str| IntervalMeaning {
        members: members.iter().map(|name| (*name).to_owned()).collect(),
        about: "all data sets of the kind of these".to_owned(),
        method: method.to_owned(),
        assumes: assumes.to_owned(),
        because: None,
    };
    vec![
        meaning(
            &[
                "rankings.ratings.interval",
                "profiles.solved_interval",
                "profiles.performance.interval",
                "profiles.data.interval",
                "profiles.targets.interval",
            ],
            "expanded percentiles of bootstrap resamples of whole data sets (Hesterberg 2015), for each number by itself; ratings and \
             performance profiles depend on which solvers are compared",
            "the data sets are a random sample of their kind",
        ),
        meaning(
            &["rankings.tests.pairs.hierarchical.mean_interval"],
            "the equal-tailed credible interval of the mean over data sets, from the hierarchical test's posterior (Corani et al. 2017)",
            "the data sets are a random sample of their kind, and the test's priors",
        ),
    ]
}
