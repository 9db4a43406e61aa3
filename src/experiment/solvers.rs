//! `[[solver]]`: a method, its parameters, its threshold and its stopping rules.

use std::sync::Arc;

use indexmap::IndexMap;

use super::document::{Document, TomlTable};
use super::error::{ExperimentError, Mistake};
use super::{Model, keys, synonyms, with_varying};
use crate::data::{listed, shown};
use crate::metric::Threshold;
use crate::model::penalty::Capability;
use crate::parameter::{Settings, nearest};
use crate::solver::catalogue::{BuildError, METHODS, Method};
use crate::solver::{Combine, Solver, StopRules, Tolerances};

/// A solver of an experiment.
#[derive(Clone)]
pub struct SolverEntry {
    /// Its name in the report.
    pub name: String,
    /// The method.
    pub method: &'static str,
    /// The method's parameters, defaults filled in.
    pub settings: Settings,
    /// The solver, or why this build cannot run it.
    pub solver: Result<Runnable, BuildError>,
    /// Places of the models that the solver cannot fit, each with the reason.
    pub cannot_fit: Vec<(usize, String)>,
}

impl SolverEntry {
    /// The solver, if it can be run under the model at a place.
    pub fn under(&self, model: usize) -> Option<&Runnable> {
        let can_fit = self.cannot_fit.iter().all(|(other, _)| *other != model);
        self.solver.as_ref().ok().filter(|_| can_fit)
    }
}

/// A solver that is skipped under a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skipped<'e> {
    /// Place of the model.
    pub model: usize,
    /// Place of the solver.
    pub solver: usize,
    /// Why, and what to do instead.
    pub reason: &'e str,
}

/// A solver that can be run.
#[derive(Clone)]
pub struct Runnable {
    /// The method.
    pub solver: Arc<dyn Solver>,
    /// A row is predicted as class 1 if its probability is above this.
    pub threshold: Threshold,
    /// The stopping rules.
    pub rules: StopRules,
    /// How probabilities of test rows are computed.
    pub sigmoid: crate::model::Sigmoid,
}

/// Why fits that are to end by a proof cannot be made under some penalties.
const NOTHING_PROVED: &str = "its fits are to end at a proved gap, and nothing is proved under this penalty; take coefficient_change \
    instead of gap";

/// Reads a `[[solver]]`: several entries if it is a grid. Each entry lists the `models` that it cannot fit.
pub fn read(table: &TomlTable<'_>, stop: &Settings, models: &[Model]) -> Result<Vec<SolverEntry>, ExperimentError> {
    let name = table.text(&keys::SOLVER[0])?;
    let method = Method::named(name).ok_or_else(|| {
        let known = || METHODS.iter().map(|method| method.name);
        let (nearest, instead) = synonyms::value("method", name, nearest(name, known()).map(str::to_owned));
        let known = known().collect::<Vec<_>>().join(", ") + &synonyms::in_brackets(instead);
        table.mistake_in("method", Mistake::UnknownName { what: "method", name: shown(name), nearest, known })
    })?;
    let mut entries = Vec::new();
    for (settings, varying) in table.grid(&[keys::SOLVER, keys::STOP, method.parameters])? {
        let name = match settings.text("name") {
            "" => method.name,
            name => name,
        };
        let name = with_varying(name, &settings, &varying);
        let mut parameters = Settings::default();
        for parameter in method.parameters {
            if let Some(value) = settings.get(parameter.name) {
                parameters.set(parameter.name, value.clone());
            }
        }
        let wanted = parameters.clone();
        let solver = match method.build(&mut parameters) {
            Err(BuildError::Conflict(reason)) => return Err(table.mistake(Mistake::Conflict(reason.to_owned()))),
            Err(unavailable) => Err(unavailable),
            Ok(built) => Ok(Runnable {
                threshold: threshold(&settings).unwrap_or(Threshold::Number(built.threshold)),
                rules: stop_rules(&settings, stop, built.stop, StopRules::default()),
                sigmoid: built.sigmoid,
                solver: built.solver.into(),
            }),
        };
        let ends_by_proof = solver.as_ref().is_ok_and(|runnable| runnable.rules.tolerances.gap.is_some());
        let own_start = solver.as_ref().ok().and_then(|runnable: &Runnable| runnable.solver.own_start());
        let cannot_fit = models.iter().enumerate().filter_map(|(place, model)| {
            if let Some(own) = own_start.filter(|_| model.starts_from.is_some()) {
                return Some((place, format!("it cannot start where fits of the previous strength ended: {own}")));
            }
            let unproved = ends_by_proof && !model.penalty.has(Capability::Convex);
            let reason = method.cannot_fit(model.penalty, &wanted).or(unproved.then_some(NOTHING_PROVED))?;
            Some((place, format!("it cannot fit a model with penalty = \"{}\": {reason}", model.penalty.name())))
        });
        let cannot_fit = cannot_fit.collect();
        entries.push(SolverEntry { name, method: method.name, settings: parameters, solver, cannot_fit });
    }
    Ok(entries)
}

/// Refuses an experiment of which no solver can be run under any model, and gives the reason for each.
pub fn one_can_run(document: &Document<'_>, models: &[Model], solvers: &[SolverEntry]) -> Result<(), ExperimentError> {
    if solvers.iter().any(|entry| (0..models.len()).any(|model| entry.under(model).is_some())) {
        return Ok(());
    }
    let mut skipped: IndexMap<String, Vec<String>> = IndexMap::new();
    for entry in solvers {
        if let Err(unavailable) = &entry.solver {
            skipped.entry(unavailable.to_string()).or_default().push(entry.name.clone());
            continue;
        }
        for (model, reason) in &entry.cannot_fit {
            let pair = format!("{} under {}", entry.name, models[*model].name);
            skipped.entry(reason.clone()).or_default().push(pair);
        }
    }
    let skipped: Vec<String> = skipped
        .iter()
        .map(|(reason, pairs)| format!("{} skipped: {reason}", listed(pairs.iter().map(String::as_str))))
        .collect();
    let reason = format!("no solver of this file can fit any of its models; {}", skipped.join("; "));
    Err(document.mistake(Mistake::Conflict(reason)))
}

/// The threshold that a table sets.
fn threshold(settings: &Settings) -> Option<Threshold> {
    let number = settings.number("threshold").map(Threshold::Number);
    number.or_else(|| settings.choice("threshold").map(Threshold::Chosen))
}

/// The stopping rules of a solver: the keys of its table override the rules of its method, these override `[stop]`, and `[stop]`
/// overrides the defaults.
///
/// Tolerances are replaced as a group: a solver whose table or method sets a tolerance ignores the tolerances of `[stop]`.
pub fn stop_rules(own: &Settings, stop: &Settings, of_method: Option<StopRules>, defaults: StopRules) -> StopRules {
    let defaults = of_method.unwrap_or(defaults);
    // The rules of a method override all of [stop] except the time limit, because no method has one.
    let file = if of_method.is_some() { None } else { Some(stop) };
    let layers = [Some(own), file];
    let number = |key: &str| layers.iter().flatten().find_map(|layer| layer.number(key));
    let combine = layers.iter().flatten().map(|layer| layer.text("combine")).find(|text| !text.is_empty());
    let separated = layers.iter().flatten().find(|layer| layer.get("separated").is_some());
    StopRules {
        tolerances: layers.iter().flatten().find_map(|layer| tolerances(layer)).unwrap_or(defaults.tolerances),
        combine: match combine {
            Some("all") => Combine::All,
            Some(_) => Combine::Any,
            None => defaults.combine,
        },
        max_iterations: layers
            .iter()
            .flatten()
            .find_map(|layer| layer.whole("max_iterations"))
            .map_or(defaults.max_iterations, |iterations| iterations as u32),
        time_limit: number("time_limit").or(stop.number("time_limit")),
        separated: separated.map_or(defaults.separated, |layer| layer.flag("separated")),
    }
}

fn tolerances(settings: &Settings) -> Option<Tolerances> {
    let tolerances = Tolerances {
        coefficient_change: settings.number("coefficient_change"),
        gradient_norm: settings.number("gradient_norm"),
        objective_change: settings.number("objective_change"),
        deviance_change: settings.number("deviance_change"),
        gap: settings.number("gap"),
    };
    (tolerances != Tolerances::default()).then_some(tolerances)
}
