//! What differs in what was asked, and what a comparison of cells can therefore rest on.

use super::difference::{Asked, Basis, NotCompared};
use crate::record::DataSetSummary;
use crate::report::phrases::against;
use crate::report::schema::{ExperimentSummary, ModelSummary, Report, SolverSummary};

/// Differences in what was asked: the file, the splits, the data, the models and the solvers.
pub fn asked(old: &Report, new: &Report) -> Vec<Asked> {
    let (was, is) = (&old.experiment, &new.experiment);
    let optional = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
    let mut all = vec![
        ("experiment file (SHA-256)".to_owned(), was.digest.clone(), is.digest.clone()),
        ("seed".to_owned(), was.seed.to_string(), is.seed.to_string()),
        ("splits per data set".to_owned(), was.splits().to_string(), is.splits().to_string()),
        ("split scheme".to_owned(), was.scheme.clone(), is.scheme.clone()),
        ("parameters of the scheme".to_owned(), parameters(was), parameters(is)),
        (
            "test fraction".to_owned(),
            optional(was.test_fraction.map(|share| share.to_string())),
            optional(is.test_fraction.map(|share| share.to_string())),
        ),
        ("generator of splits".to_owned(), was.generator.clone(), is.generator.clone()),
        (
            "first random state".to_owned(),
            optional(was.first_random_state.map(|state| state.to_string())),
            optional(is.first_random_state.map(|state| state.to_string())),
        ),
        (
            "random state".to_owned(),
            optional(was.random_state.map(|state| state.to_string())),
            optional(is.random_state.map(|state| state.to_string())),
        ),
        ("tolerance of `optimal`".to_owned(), was.tolerance.to_string(), is.tolerance.to_string()),
        ("level of intervals".to_owned(), was.interval_level.to_string(), is.interval_level.to_string()),
    ];
    for (was, is) in both(&old.datasets, &new.datasets, |dataset| &dataset.name) {
        all.push((format!("data of {}", was.name), data(was), data(is)));
    }
    for (was, is) in both(&old.models, &new.models, |model| &model.name) {
        all.push((format!("model {}", was.name), model(was), model(is)));
    }
    for (was, is) in both(&old.solvers, &new.solvers, |solver| &solver.name) {
        all.extend(solver(was, is));
    }
    let differs = all.into_iter().filter(|(_, old, new)| old != new);
    differs.map(|(what, old, new)| Asked { what, old, new }).collect()
}

/// The parameters of a scheme beside the test fraction.
fn parameters(experiment: &ExperimentSummary) -> String {
    let all: Vec<String> = experiment.scheme_parameters.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}

/// Pairs of the same name; the first of a name counts.
pub fn both<'a, T>(old: &'a [T], new: &'a [T], name: impl Fn(&T) -> &String) -> Vec<(&'a T, &'a T)> {
    let mut by_name = std::collections::HashMap::new();
    for item in new {
        by_name.entry(name(item).clone()).or_insert(item);
    }
    old.iter().filter_map(|was| Some((was, by_name.remove(name(was))?))).collect()
}

fn data(dataset: &DataSetSummary) -> String {
    let DataSetSummary { rows, features, classes, digest, .. } = dataset;
    let digest = digest.as_ref().map_or("drawn afresh for each split", |digest| digest);
    format!("{rows} rows, {features} features, {}, {digest}", against(classes, |_| None))
}

fn model(model: &ModelSummary) -> String {
    let ModelSummary { intercept, penalty, strength, scaling, starts_from, .. } = model;
    let strength = strength.map_or_else(String::new, |strength| format!(" {strength}"));
    let start = starts_from.as_ref().map_or_else(String::new, |model| format!(", started from {model}"));
    format!("penalty {penalty}{strength}, intercept {intercept}, scaling {scaling}{start}")
}

/// The parameters that differ.
fn solver(was: &SolverSummary, is: &SolverSummary) -> Vec<(String, String, String)> {
    let mut all = vec![(format!("method of {}", was.name), was.method.clone(), is.method.clone())];
    let names = was.parameters.keys().chain(is.parameters.keys().filter(|name| !was.parameters.contains_key(*name)));
    for name in names {
        let value = |solver: &SolverSummary| solver.parameters.get(name).map_or("none".to_owned(), ToString::to_string);
        all.push((format!("{name} of {}", was.name), value(was), value(is)));
    }
    all
}

/// What cells of a data set and a model can be compared by; why not, if not.
pub fn basis(old: &Report, new: &Report, dataset: &str, model_name: &str) -> Result<Basis, String> {
    let model_of = |report: &Report| report.models.iter().find(|model| model.name == model_name).map(model);
    if model_of(old) != model_of(new) {
        return Err("the model of this name is another one".to_owned());
    }
    let find = |report: &'_ Report| report.datasets.iter().position(|other| other.name == dataset);
    let of = |report: &'_ Report| find(report).and_then(|place| report.datasets.get(place).cloned());
    let (Some(was), Some(is)) = (of(old), of(new)) else {
        return Err("nothing is said of the data".to_owned());
    };
    if (was.features, &was.classes) != (is.features, &is.classes) {
        return Err("the data set of this name has other features or classes".to_owned());
    }
    let is_other_file = was.read.is_some() && is.read.is_some() && was.digest.is_some() && was.digest != is.digest;
    if is_other_file && was.feature_names != is.feature_names {
        return Err("the data set of this name has other features".to_owned());
    }
    if is_other_file && deal(old) != deal(new) {
        return Err("the data set of this name has other data, and the splits are dealt otherwise".to_owned());
    }
    let (asked, asks) = (&old.experiment, &new.experiment);
    // Data that are drawn afresh have no digest; they are the same if the whole question is.
    let known = was.digest.is_some() || asked.digest == asks.digest && asked.seed == asks.seed;
    if !known || was.digest != is.digest || was.rows != is.rows {
        return Ok(Basis::OtherData);
    }
    let is_same = deal(old) == deal(new) && asked.splits() == asks.splits();
    Ok(if is_same { Basis::SameSplits } else { Basis::OtherSplits })
}

/// What decides which rows a split has, for any number of splits.
fn deal(report: &Report) -> impl PartialEq + '_ {
    let asked = &report.experiment;
    // Splits of scikit-learn's generator do not depend on the seed.
    let seed = asked.first_random_state.or(asked.random_state).map_or(asked.seed, u64::from);
    let scheme = (&asked.scheme, parameters(asked), asked.test_fraction.map(f64::to_bits));
    (seed, &asked.generator, asked.random_state.is_some(), scheme)
}

/// Data sets, models, solvers that only one of the two has, and solvers that either did not run.
pub fn only_in_one(old: &Report, new: &Report) -> Vec<NotCompared> {
    let names = |report: &Report| -> [(&'static str, Vec<String>); 3] {
        [
            ("data set", report.datasets.iter().map(|dataset| dataset.name.clone()).collect()),
            ("model", report.models.iter().map(|model| model.name.clone()).collect()),
            ("solver", report.solvers.iter().map(|solver| solver.name.clone()).collect()),
        ]
    };
    let mut found = Vec::new();
    for ((kind, was), (_, is)) in names(old).into_iter().zip(names(new)) {
        for (these, those, which) in [(&was, &is, "old"), (&is, &was, "new")] {
            let others: std::collections::HashSet<&String> = those.iter().collect();
            let only = these.iter().filter(|name| !others.contains(name));
            found.extend(only.map(|name| NotCompared {
                what: format!("{kind} {name}"),
                why: format!("only in the {which} report"),
            }));
        }
    }
    found
}
