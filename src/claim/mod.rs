//! Claims: statements about a metric that an experiment decides.
//!
//! [`KINDS`] lists the kinds. A kind is a file: its keys in `[[claim]]` and how they are read, how it is decided with a fixed
//! number of splits and at looks, its statement and explanation in words, what it takes to decide it, and its JSON Schema. The
//! parser, the stopping rule, `check`, the report and the schema ask through [`ClaimKind`] and [`Statement`], so that another
//! kind is a file here and an entry of the list.

mod chance;
mod condition;
mod decide;
mod error;
mod error_rate;
mod evidence;
mod mean;
mod measure;
mod observed;
mod planned;
mod result;
mod rival;
pub mod sequential;
mod share;

pub use condition::{Condition, Relation};
pub use decide::{Subjects, decide_claim, no_maximum_because, statement, verdict_at};
pub use error::ClaimError;
pub use error_rate::{ErrorRate, chance_of_error};
pub use evidence::{Decided, Evidence};
pub use measure::{MEASURES, Measure};
pub use observed::Observed;
pub use planned::Planned;
pub use result::{BetterThan, ClaimCell, ClaimResult, ClaimVerdict, PermutationTest, SetApart};
pub use rival::{BETTER_THAN, Rival};

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use crate::parameter::{Interval, Parameter, Setting, Settings, Value, ValueKind};
use crate::record::Cell;
use crate::split::Scheme;

/// The kinds of claims. Where the keys of two kinds are mixed, the later one is meant.
pub static KINDS: [&ClaimKind; 3] = [&share::KIND, &mean::KIND, &chance::KIND];

/// A kind of claim.
pub struct ClaimKind {
    /// The name in reports.
    pub name: &'static str,
    /// A line about claims of this kind.
    pub about: &'static str,
    /// The key that makes a claim one of this kind; `None` for the kind of claims without any such key.
    pub mark: Option<Mark>,
    /// The kind's keys, the mark included, beside the keys of every claim.
    pub keys: &'static [Parameter],
    /// Why a key of another kind is refused beside the mark, and what to do.
    pub alone: &'static str,
    /// What the observed value of such a claim is, which decides how it is shown.
    pub observed: Observed,
    /// Names that `metric` may have.
    pub metrics: fn() -> Vec<&'static str>,
    /// Reads a claim whose keys are of the declared kinds and ranges.
    pub read: Read,
    /// Conditions of the JSON Schema beside the kinds and ranges of the keys. All must hold.
    pub rules: fn() -> Vec<Json>,
}

/// Reads a claim from the keys of its table.
pub type Read = fn(&Settings, &Context) -> Result<Arc<dyn Statement>, ClaimError>;

/// The key that makes a claim one of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// The key.
    pub key: &'static str,
    /// The key with a value, as it would be written.
    pub example: &'static str,
}

/// Facts of the rest of the experiment that reading a claim needs.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// The scheme by which rows are dealt to the training and test set.
    pub scheme: Scheme,
    /// Splits per data set that are made even if the run ends at the first look; the fewest where data sets differ.
    pub splits: u64,
    /// Splits of a repetition; the fewest where data sets differ.
    pub per_repetition: u64,
    /// Whether none of the data sets that the claim speaks of is drawn afresh for each split.
    pub is_fixed: bool,
    /// Number of cells of the claim.
    pub cells: u64,
    /// Most fits that an experiment may have.
    pub most_fits: u64,
}

impl Context {
    /// Whether the claim is about the splits that are made and no others: given the data, they are not independent draws from all
    /// random splits.
    pub fn is_about_these_splits(&self) -> bool {
        !self.scheme.draws_independently()
    }
}

/// The statement of a claim about each of its cells.
pub trait Statement: fmt::Debug + Send + Sync {
    /// The kind of claim.
    fn kind(&self) -> &'static ClaimKind;

    /// The measure.
    fn measure(&self) -> Measure;

    /// The number with which the measure itself is compared, if there is one.
    fn bound(&self) -> Option<f64>;

    /// Whether the claim is that the measure is large.
    fn claims_large(&self) -> bool;

    /// The statement in words.
    fn words(&self, about: &About) -> String;

    /// The fits of shuffled labels that decide the claim; by default it needs none.
    fn shuffling(&self) -> Option<Shuffling> {
        None
    }

    /// Whether more splits decide the claim. They do, unless shuffled labels decide it, because the number of these is fixed.
    fn is_decided_by_splits(&self) -> bool {
        self.shuffling().is_none()
    }

    /// Decides the claim in one cell.
    fn decide(&self, evidence: &Evidence<'_>) -> Decided;

    /// Only the verdict of [`Statement::decide`], for looks while the run goes on.
    fn verdict(&self, evidence: &Evidence<'_>) -> ClaimVerdict {
        self.decide(evidence).verdict
    }

    /// The largest chance that a verdict, `supported` or `refuted`, is wrong, as a share of 1 − level: 1/2 where only one end of an
    /// interval with two ends can lead to it.
    fn wrong_share(&self, verdict: ClaimVerdict, at_looks: bool) -> f64;

    /// Whether a claim that is decided at a level has the same verdict at every lower one.
    fn is_nested(&self) -> bool {
        true
    }

    /// The distance of a cell from the claim; larger is worse.
    fn shortfall(&self, observed: f64, level: f64) -> f64;

    /// Explains the verdict in words, by the numbers of the worst cell.
    fn explain(&self, told: &Told<'_>) -> String;

    /// Tells before the run what it takes to decide the claim.
    fn what_it_takes(&self, planned: &Planned) -> String;
}

/// The fits of shuffled labels that a claim needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shuffling {
    /// Place of the metric whose means are compared.
    pub metric: usize,
    /// Number of shuffled labellings.
    pub permutations: u64,
    /// Number of first splits over which a mean is taken.
    pub splits: u64,
}

/// The subject of a claim in words.
#[derive(Clone, Debug)]
pub struct About {
    /// The solvers.
    pub solvers: String,
    /// The data sets.
    pub sources: String,
    /// The rival, after "that": see [`Rival::words`]. Empty without one.
    pub rival: String,
}

/// The facts from which an explanation is made.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The level of the claim.
    pub level: f64,
    /// The verdict over all cells.
    pub verdict: ClaimVerdict,
    /// The deciding cell: worst verdict, then largest [`Statement::shortfall`].
    pub worst: &'a ClaimCell,
    /// Number of cells of the claim.
    pub cells: usize,
    /// Whether the claim was looked at after every [`sequential::BATCH`] splits.
    pub at_looks: bool,
    /// Whether every solver was run.
    pub is_complete: bool,
}

/// A claim: a statement about cells, and the level at which it is decided.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The claim's name.
    pub name: String,
    /// Places of its solvers in the experiment.
    pub solvers: Vec<usize>,
    /// Places of its data sets.
    pub sources: Vec<usize>,
    /// Places of its models.
    pub models: Vec<usize>,
    /// The cell that each is compared with, where the statement is about an improvement.
    pub rival: Option<Rival>,
    /// The statement about each cell.
    pub statement: Arc<dyn Statement>,
    /// The level of the interval, or of the test, that decides: the claim's own, or the one that the experiment's error rate leaves it
    /// before any other claim is decided (see [`ErrorRate`]).
    pub level: f64,
    /// The level that the file gives the claim.
    pub own_level: f64,
}

impl Claim {
    /// Whether the claim is about a cell.
    pub fn speaks_of(&self, cell: &Cell) -> bool {
        self.sources.contains(&cell.source) && self.has(cell.solver, cell.model)
    }

    /// Whether the claim is about a solver under a model. What it is compared with is none of its cells.
    pub fn has(&self, solver: usize, model: usize) -> bool {
        let is_rival = self.rival.is_some_and(|rival| rival.is_itself(solver, model));
        !is_rival && self.models.contains(&model) && self.solvers.contains(&solver)
    }
}

const fn text(name: &'static str, about: &'static str) -> Parameter {
    Parameter { name, kind: ValueKind::Text, default: None, about }
}

/// Keys for the subject of every claim.
const SUBJECT: [Parameter; 5] = [
    text("name", "the claim in a few words (default \"claim 1\", \"claim 2\", ...)"),
    text("solver", "the solver's name in the report, or its method"),
    text("dataset", "the data set's name in the report; all of them if absent"),
    text("model", "the model's name in the report; all of them if absent"),
    text("metric", "a metric of `logitbench list metrics`"),
];

/// Keys that every claim must have.
pub const REQUIRED: [&str; 2] = ["solver", "metric"];

/// The level of every claim.
const LEVEL: Parameter = Parameter {
    name: "level",
    kind: ValueKind::Number(Interval::OPEN_UNIT),
    default: Some(Value::Number(0.95)),
    about: "confidence level of the interval that decides; with permutations, 1 - the largest p-value",
};

/// All keys of `[[claim]]`, each once.
pub fn keys() -> Vec<Parameter> {
    let mut keys = SUBJECT.to_vec();
    for key in KINDS.iter().flat_map(|kind| kind.keys) {
        if keys.iter().all(|other| other.name != key.name) {
            keys.push(*key);
        }
    }
    keys.push(LEVEL);
    keys
}

/// Reads the statement of a claim from settings of [`keys()`].
///
/// # Errors
/// At the first mistake, with its key.
pub fn read(settings: &Settings, context: &Context) -> Result<Arc<dyn Statement>, ClaimError> {
    let kind = ClaimKind::meant(settings);
    for key in keys().iter().filter(|key| !kind.may_have(key.name)) {
        // A key with its default says nothing.
        if settings.get(key.name) != key.default.map(Setting::from).as_ref() {
            return Err(ClaimError::conflict(key.name, kind.refusal(key.name, settings)));
        }
    }
    (kind.read)(settings, context)
}

/// The level of a claim.
pub fn level(settings: &Settings) -> f64 {
    settings.number(LEVEL.name).unwrap_or(0.95)
}

impl Mark {
    fn is_in(&self, settings: &Settings) -> bool {
        settings.get(self.key).is_some_and(|setting| *setting != Setting::Flag(false))
    }
}

impl ClaimKind {
    /// The kind of this name.
    pub fn named(name: &str) -> Option<&'static ClaimKind> {
        KINDS.iter().copied().find(|kind| kind.name == name)
    }

    /// The kind of a claim with these settings.
    fn meant(settings: &Settings) -> &'static ClaimKind {
        let is_marked = |kind: &&&'static ClaimKind| kind.mark.is_some_and(|mark| mark.is_in(settings));
        KINDS.iter().rev().find(is_marked).unwrap_or(&KINDS[0])
    }

    /// Whether a claim of this kind may have a key.
    pub fn may_have(&self, key: &str) -> bool {
        let mut of_all = SUBJECT.iter().chain([&LEVEL]);
        of_all.any(|other| other.name == key) || self.keys.iter().any(|other| other.name == key)
    }

    /// Why a key that this kind does not have is refused.
    fn refusal(&self, key: &str, settings: &Settings) -> String {
        let owner = KINDS.iter().find(|kind| kind.keys.iter().any(|other| other.name == key));
        match owner.and_then(|kind| kind.mark) {
            Some(mark) if !mark.is_in(settings) => format!("{key} needs {}, as {}", mark.key, mark.example),
            _ => self.alone.to_owned(),
        }
    }

    /// The JSON Schema of a claim of this kind. `of_key` gives the schema of a key's values.
    pub fn json_schema(&self, of_key: impl Fn(&Parameter) -> Json) -> Json {
        let mut properties = Map::new();
        for key in keys() {
            let mut schema = of_key(&key);
            if !self.may_have(key.name) {
                // A key of another kind is allowed at its default.
                let Some(default) = key.default else { continue };
                schema["const"] = json!(Setting::from(default));
            }
            properties.insert(key.name.to_owned(), schema);
        }
        properties["metric"]["enum"] = json!((self.metrics)());
        let mut required = REQUIRED.to_vec();
        if let Some(mark) = self.mark {
            required.push(mark.key);
            let is_flag = self.keys.iter().any(|key| key.name == mark.key && matches!(key.kind, ValueKind::Flag));
            if is_flag {
                properties[mark.key]["const"] = json!(true);
            }
        }
        let mut schema = json!({
            "title": self.name,
            "description": self.about,
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        });
        let rules = (self.rules)();
        // JSON Schema does not allow an empty list here.
        if !rules.is_empty() {
            schema["allOf"] = rules.into();
        }
        schema
    }
}

/// Most splits that are listed because a claim does not hold on them.
const MOST_EXCEPTIONS: usize = 20;
