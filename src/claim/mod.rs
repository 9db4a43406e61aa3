//! Claims: statements about a metric that an experiment decides.
//!
//! [`KINDS`] lists the kinds. A kind is a file: its keys in `[[claim]]` and how they are read, how it is decided with a fixed number
//! of splits and at looks, its statement and explanation in words, what it takes to decide it, and its JSON Schema. The parser,
//! the stopping rule, `check`, the report and the schema ask through [`Kind`] and [`Statement`], so that another kind is a file
//! here and an entry of the list.

mod chance;
mod condition;
mod decide;
mod error;
mod mean;
mod observed;
mod result;
pub mod sequential;
mod share;

pub use condition::{Condition, MEASURES, Measure, Relation};
pub use decide::{Subjects, decide_claim, statement};
pub use error::ClaimError;
pub use observed::Observed;
pub use result::{ClaimCell, ClaimResult, ClaimVerdict, PermutationTest, SetApart};

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use crate::metric::{METRICS, Undefined};
use crate::parameter::{Interval, Kind as Values, Parameter, Setting, Settings, Value};
use crate::record::{Cell, CellRecords, SplitRecords};
use crate::split::Scheme;

/// The kinds of claims. Where the keys of two kinds are mixed, the later one is meant.
pub static KINDS: [&Kind; 3] = [&share::KIND, &mean::KIND, &chance::KIND];

/// A kind of claim.
pub struct Kind {
    /// The name in reports.
    pub name: &'static str,
    /// What such a claim says, in a line.
    pub about: &'static str,
    /// The key that makes a claim one of this kind; `None` for the kind that is meant where no other is.
    pub mark: Option<Mark>,
    /// The keys beside those of every claim, the mark among them.
    pub keys: &'static [Parameter],
    /// Why a key of another kind is refused beside the mark, and what to do.
    pub alone: &'static str,
    /// What the observed value of such a claim is, and so how it is shown.
    pub observed: Observed,
    /// Names that `metric` may have.
    pub metrics: fn() -> Vec<&'static str>,
    /// Reads a claim whose keys are of the declared kinds and ranges.
    pub read: Read,
    /// What the JSON Schema demands beside the kinds and ranges of the keys, all to be met.
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

/// What the rest of the experiment gives a claim to go by.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// How rows are dealt out.
    pub scheme: Scheme,
    /// Splits that are sure to be made.
    pub repeats: u64,
    /// Whether none of the data sets that the claim speaks of is drawn afresh for each split.
    pub is_fixed: bool,
    /// Cells that the claim speaks of.
    pub cells: u64,
    /// The most fits that an experiment may have.
    pub most_fits: u64,
}

/// What a claim says of each cell.
pub trait Statement: fmt::Debug + Send + Sync {
    /// The kind of claim.
    fn kind(&self) -> &'static Kind;

    /// What is measured.
    fn measure(&self) -> Measure;

    /// What the measure is compared with, if it is compared with a number.
    fn bound(&self) -> Option<f64>;

    /// Whether it is claimed that the measure is large.
    fn claims_large(&self) -> bool;

    /// The statement in words, about these solvers on these data sets.
    fn words(&self, solvers: &str, sources: &str) -> String;

    /// The fits of shuffled labels that decide it, if any do; none by default.
    fn shuffling(&self) -> Option<Shuffling> {
        None
    }

    /// Whether more splits decide it: they do unless shuffled labels do, whose number is fixed.
    fn is_decided_by_splits(&self) -> bool {
        self.shuffling().is_none()
    }

    /// Decides it in one cell.
    fn decide(&self, evidence: &Evidence<'_>) -> Decided;

    /// The verdict of [`Statement::decide`] alone, for looks while the run goes on.
    fn verdict(&self, evidence: &Evidence<'_>) -> ClaimVerdict {
        self.decide(evidence).verdict
    }

    /// How far a cell is from the claim; larger is worse.
    fn shortfall(&self, observed: f64, level: f64) -> f64;

    /// The verdict in words, by the numbers of the worst cell.
    fn explain(&self, told: &Told<'_>) -> String;

    /// What it takes to decide it, before the run.
    fn what_it_takes(&self, planned: &Planned) -> String;
}

/// The fits of shuffled labels that a claim needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shuffling {
    /// Place of the metric whose means are compared.
    pub metric: usize,
    /// How often labels are shuffled.
    pub permutations: u64,
    /// Splits over which a mean is taken, the first ones.
    pub splits: u64,
}

/// What decides a claim in one cell.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The fits of the cell.
    pub records: &'a CellRecords,
    /// The splits they were made on.
    pub splits: Option<&'a SplitRecords>,
    /// For each labelling, the mean of the metric with shuffled labels, `None` where no split leaves it defined; empty where no
    /// labels are shuffled.
    pub shuffled: &'a [Option<f64>],
    /// The level of the claim.
    pub level: f64,
    /// Cells that the claim speaks of.
    pub cells: usize,
    /// Whether the claim is looked at after every [`sequential::BATCH`] splits, instead of once at the end.
    pub at_looks: bool,
}

impl<'a> Evidence<'a> {
    /// Why the rows of a split leave a measure without a value, whatever the solver. A fit without a value has failed where this
    /// is `None`; where it is not, the split says nothing about the claim and is set apart.
    pub fn undefined(&self, measure: Measure, split: usize) -> Option<Undefined> {
        match measure {
            Measure::Metric(place) if self.records.metrics[place].get(split).is_nan() => {
                self.splits?.undefined(&METRICS[place], split)
            }
            Measure::Metric(_) | Measure::Iterations | Measure::OracleCalls | Measure::Gap | Measure::Separated => None,
        }
    }

    /// The splits whose rows leave a measure defined, in their order.
    pub fn defined(self, measure: Measure) -> impl Iterator<Item = usize> + use<'a> {
        (0..self.records.len()).filter(move |&split| self.undefined(measure, split).is_none())
    }

    /// Splits up to the one at which so many count, or all of them where no more do: what a look has seen.
    pub fn looked_at(&self, measure: Measure, counted: usize) -> usize {
        // A look comes with a split that counts; the last one comes at the end.
        match self.defined(measure).nth(counted) {
            None => self.records.len(),
            Some(_) => self.defined(measure).nth(counted - 1).map_or(0, |last| last + 1),
        }
    }

    /// How many of the first splits are set apart, and why.
    pub fn set_apart(&self, measure: Measure, first: usize) -> SetApart {
        let mut reasons = BTreeMap::new();
        for reason in (0..first).filter_map(|split| self.undefined(measure, split)) {
            *reasons.entry(reason.to_string()).or_insert(0) += 1;
        }
        SetApart { splits: reasons.values().sum(), reasons }
    }

    /// The level of an interval that refutes: one cell among m is easily refuted by chance, so each takes 1 − (1 − level)/m.
    pub fn refuting_level(&self) -> f64 {
        1.0 - (1.0 - self.level) / self.cells as f64
    }
}

/// A claim decided in one cell: the numbers of a [`ClaimCell`].
#[derive(Clone, Debug)]
pub struct Decided {
    /// Splits, or labellings, on which it holds.
    pub holds: usize,
    /// All splits, or labellings, that count.
    pub splits: usize,
    /// The value that the kind's [`Kind::observed`] tells of; `None` where nothing counts.
    pub observed: Option<f64>,
    /// Its interval; `None` where nothing counts.
    pub interval: Option<[f64; 2]>,
    /// The verdict.
    pub verdict: ClaimVerdict,
    /// The first splits on which it does not hold.
    pub exceptions: Vec<u64>,
    /// The permutation test that decides it.
    pub permutation: Option<PermutationTest>,
    /// Splits that are set apart.
    pub set_apart: SetApart,
    /// Fits without a value that count in a mean, because they failed.
    pub failed: usize,
}

/// What an explanation is made from.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The level of the claim.
    pub level: f64,
    /// The verdict over all cells.
    pub verdict: ClaimVerdict,
    /// The deciding cell: worst verdict, then largest [`Statement::shortfall`].
    pub worst: &'a ClaimCell,
    /// Cells that the claim speaks of.
    pub cells: usize,
    /// Whether the claim was looked at after every [`sequential::BATCH`] splits.
    pub at_looks: bool,
    /// Whether every solver was run.
    pub is_complete: bool,
}

/// What is planned, for telling what it takes to decide a claim.
#[derive(Clone, Copy, Debug)]
pub struct Planned {
    /// The level of the claim.
    pub level: f64,
    /// Splits of each data set, or the most of them.
    pub repeats: u64,
    /// Whether the claim is looked at after every [`sequential::BATCH`] splits.
    pub at_looks: bool,
    /// Cells of the claim that will be run.
    pub cells: u64,
    /// The share of splits on which the measure is expected to be defined.
    pub defined: f64,
}

impl Planned {
    /// How many of so many splits are expected to count, 1 at least.
    pub fn counted(&self, splits: u64) -> u64 {
        ((self.defined * splits as f64).round() as u64).max(1)
    }

    /// The splits that are expected to count, in words: `500 splits`, or `about 303 splits on which it is defined`.
    pub fn splits_in_words(&self) -> String {
        match self.counted(self.repeats) {
            all if all == self.repeats => format!("{all} splits"),
            counted => format!("about {counted} splits on which it is defined"),
        }
    }

    /// So many splits that count, and how many are made until there are so many: `368`, or `368 such splits, about 607 in all`.
    pub fn made_in_words(&self, counted: u64) -> String {
        if self.counted(self.repeats) == self.repeats {
            return counted.to_string();
        }
        format!("{counted} such splits, about {} in all", (counted as f64 / self.defined).ceil())
    }
}

/// A statement about some cells, and how sure it must be.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What is claimed.
    pub name: String,
    /// The solvers it speaks of, as places in the experiment.
    pub solvers: Vec<usize>,
    /// The data sets it speaks of.
    pub sources: Vec<usize>,
    /// The models it speaks of.
    pub models: Vec<usize>,
    /// What it says of each cell.
    pub statement: Arc<dyn Statement>,
    /// The level of the interval, or of the test, that decides.
    pub level: f64,
}

impl Claim {
    /// Whether a cell is one that the claim speaks of.
    pub fn speaks_of(&self, cell: &Cell) -> bool {
        self.sources.contains(&cell.source) && self.models.contains(&cell.model) && self.solvers.contains(&cell.solver)
    }
}

const fn text(name: &'static str, about: &'static str) -> Parameter {
    Parameter { name, kind: Values::Text, default: None, about }
}

/// Keys that say what every claim is about.
const SUBJECT: [Parameter; 5] = [
    text("name", "what is claimed"),
    text("solver", "the solver's name in the report, or its method"),
    text("dataset", "the data set's name in the report; all of them if absent"),
    text("model", "the model's name in the report; all of them if absent"),
    text("metric", "a metric of `logitbench list metrics`"),
];

/// Keys that every claim must have.
pub const REQUIRED: [&str; 3] = ["name", "solver", "metric"];

/// How sure every claim must be.
const LEVEL: Parameter = Parameter {
    name: "level",
    kind: Values::Number(Interval::OPEN_UNIT),
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

/// Reads what a claim says, from settings of [`keys()`].
///
/// # Errors
/// At the first mistake, with its key.
pub fn read(settings: &Settings, context: &Context) -> Result<Arc<dyn Statement>, ClaimError> {
    let kind = Kind::meant(settings);
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

impl Kind {
    /// The kind of this name.
    pub fn named(name: &str) -> Option<&'static Kind> {
        KINDS.iter().copied().find(|kind| kind.name == name)
    }

    /// The kind that settings are meant as.
    fn meant(settings: &Settings) -> &'static Kind {
        let is_marked = |kind: &&&'static Kind| kind.mark.is_some_and(|mark| mark.is_in(settings));
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
                // A key of another kind may be there if it says nothing.
                let Some(default) = key.default else { continue };
                schema["const"] = json!(Setting::from(default));
            }
            properties.insert(key.name.to_owned(), schema);
        }
        properties["metric"]["enum"] = json!((self.metrics)());
        let mut required = REQUIRED.to_vec();
        if let Some(mark) = self.mark {
            required.push(mark.key);
            let is_flag = self.keys.iter().any(|key| key.name == mark.key && matches!(key.kind, Values::Flag));
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

/// Splits that are listed because a claim does not hold on them.
const MOST_EXCEPTIONS: usize = 20;
