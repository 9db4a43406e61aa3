//! The keys of each table of an experiment file, except the keys of methods, formats and claims, which stand beside their code.

use crate::claim;
use crate::data::formats::{FORMATS, NAMES};
use crate::metric::{Criterion, HEADLINE, METRICS, Metric, Selection};
use crate::model::{Scaling, penalty};
use crate::parameter::{Choice, Interval, Parameter, Value, ValueKind, choices};
use crate::solver::catalogue::METHODS;
use crate::split::Scheme;

choices! {
    /// Where fits of a list of strengths start.
    pub(super) enum ModelStart {
        Zero = "zero",
        Previous = "previous",
    }
}

const fn key(name: &'static str, kind: ValueKind, default: Option<Value>, about: &'static str) -> Parameter {
    Parameter { name, kind, default, about }
}

/// Keys at the top of the file.
pub const TOP: &[Parameter] = &[
    key("title", ValueKind::Text, Some(Value::Text("")), "what the experiment asks, in a sentence"),
    key(
        "seed",
        ValueKind::Whole(0, i64::MAX as u64),
        Some(Value::Whole(0)),
        "the one seed from which all randomness is derived",
    ),
    key(
        "error_rate",
        ValueKind::Number(Interval::OPEN_UNIT),
        None,
        "largest chance that any claim is decided wrongly; without it, each is decided at its own level",
    ),
    key(
        "metrics",
        ValueKind::Choices(&Selection::NAMES),
        None,
        "metrics on request (`logitbench list metrics`), beside those that every experiment takes and those that claims name",
    ),
];

/// `[[dataset]]` that ships in the binary.
pub const EMBEDDED: &[Parameter] = &[
    key("name", ValueKind::Text, None, "a data set of `logitbench list datasets`"),
    key("label", ValueKind::Text, None, "the data set's name in the report"),
    key("classes", ValueKind::Texts, None, "the class coded 0 and the class coded 1; \"rest\" is every other class"),
];

/// `[[dataset]]` from a file: these and the keys of its format.
pub const FILE: &[Parameter] = &[
    key("file", ValueKind::Text, None, "a file in a format of `logitbench list formats`, beside the experiment file"),
    key("label", ValueKind::Text, None, "the data set's name in the report"),
    key(
        "format",
        ValueKind::Choice(NAMES),
        None,
        "the file's format, where the end of its name does not tell (default: by the end, else csv)",
    ),
];

/// `[[dataset]]` that is simulated.
pub const SIMULATED: &[Parameter] = &[
    key("simulate", ValueKind::Choice(&["gaussian"]), None, "the distribution of the features"),
    key("label", ValueKind::Text, None, "the data set's name in the report"),
    key("rows", ValueKind::Whole(2, 100_000_000), None, "number of rows"),
    key("features", ValueKind::Whole(1, 100_000), None, "number of features"),
    key(
        "correlation",
        ValueKind::Number(Interval { low: -1.0, high: 1.0, ..Interval::ANY }),
        None,
        "AR(1): the correlation of features j and k is this ^ |j - k| (default 0)",
    ),
    key(
        "condition_number",
        ValueKind::Number(Interval { low: 1.0, low_included: true, ..Interval::ANY }),
        None,
        "condition number of the population design, instead of a correlation",
    ),
    key(
        "signal",
        ValueKind::Number(Interval::NON_NEGATIVE),
        Some(Value::Number(1.0)),
        "standard deviation of the linear predictor",
    ),
    key("positives", ValueKind::Number(Interval::OPEN_UNIT), Some(Value::Number(0.5)), "mean probability of class 1"),
    key(
        "label_noise",
        ValueKind::Number(Interval::UNIT),
        Some(Value::Number(0.0)),
        "probability that a label is flipped",
    ),
    key(
        "margin",
        ValueKind::Number(Interval::POSITIVE),
        None,
        "make the classes separable, every row at least this far from the hyperplane",
    ),
    crate::data::Storage::KEY,
    key("redraw", ValueKind::Flag, Some(Value::Flag(false)), "draw the data afresh for each repeat, instead of once"),
];

/// The value of `repeats` with which a run ends once all claims are decided.
pub const UNTIL_DECIDED: &str = "until-decided";

/// `[split]`.
pub const SPLIT: &[Parameter] = &[
    key(
        "scheme",
        ValueKind::Choice(crate::split::SCHEMES),
        Some(Value::Text("shuffle")),
        "how rows are dealt to the training and test set",
    ),
    key(
        "test_fraction",
        ValueKind::Number(Interval::OPEN_UNIT),
        Some(Value::Number(0.25)),
        "share of rows in the test set, or of groups, rounded up as scikit-learn does",
    ),
    key(
        "folds",
        ValueKind::Whole(2, 1_000_000),
        Some(Value::Whole(5)),
        "number of folds of a partition; of scheme = \"time\", number of test blocks",
    ),
    key(
        "shuffle",
        ValueKind::Flag,
        Some(Value::Flag(true)),
        "draw which rows, or groups, make a fold; else folds follow the order of the rows, and groups are dealt by size",
    ),
    key(
        "test_rows",
        ValueKind::Whole(1, u32::MAX as u64),
        None,
        "with scheme = \"time\": rows in a test block (default rows / (folds + 1), rounded down)",
    ),
    key(
        "window",
        ValueKind::Whole(1, u32::MAX as u64),
        None,
        "with scheme = \"time\": train on the last so many rows only, not on all rows before",
    ),
    key(
        "gap",
        ValueKind::Whole(0, u32::MAX as u64),
        Some(Value::Whole(0)),
        "with scheme = \"time\": rows left out between training and test rows",
    ),
    key(
        "lists",
        ValueKind::Text,
        None,
        "with scheme = \"listed\": a file of row numbers beside the experiment file, as `logitbench splits` writes it, or an OpenML task's",
    ),
    key(
        "repeats",
        ValueKind::WholeOr(1, 1_000_000_000, UNTIL_DECIDED),
        None,
        "repetitions: splits, or partitions into folds (default 1000 splits, 10 partitions, 1 where chance deals nothing); \
         \"until-decided\": as many as it takes to decide all claims",
    ),
    key(
        "most_repeats",
        ValueKind::Whole(1, 1_000_000_000),
        None,
        "with repeats = \"until-decided\": the most of them (default 10,000)",
    ),
    key(
        "generator",
        ValueKind::Choice(&["native", "numpy"]),
        Some(Value::Text("native")),
        "native: our own random streams; numpy: the splits of scikit-learn's splitters, row for row",
    ),
    key(
        "first_random_state",
        ValueKind::Whole(0, u32::MAX as u64),
        None,
        "with generator = \"numpy\": repeat i has random_state = first_random_state + i (default 0)",
    ),
    key(
        "random_state",
        ValueKind::Whole(0, u32::MAX as u64),
        None,
        "instead: all repeats come from one splitter with this random_state, as of ShuffleSplit or RepeatedKFold",
    ),
];

/// The keys of `[split]` that a scheme has.
pub fn of_scheme(name: &str) -> Vec<Parameter> {
    let own = Scheme::named(name).map_or(&[][..], Scheme::keys);
    let has = |key: &&Parameter| matches!(key.name, "scheme" | "repeats") || own.contains(&key.name);
    SPLIT.iter().filter(has).copied().collect()
}

/// `[model]` or `[[model]]`.
pub const MODEL: &[Parameter] = &[
    key("name", ValueKind::Text, None, "the model's name in the report"),
    key("intercept", ValueKind::Flag, Some(Value::Flag(true)), "whether the model has an intercept"),
    key(
        "penalty",
        ValueKind::Choice(penalty::NAMES),
        Some(Value::Text("none")),
        "none: maximum likelihood; l2: 1/2 strength times the sum of squared coefficients; firth: -1/2 log det X'WX",
    ),
    key(
        "strength",
        ValueKind::Number(Interval::POSITIVE),
        None,
        "strength of the l2 penalty, beside the loss summed over rows (scikit-learn's 1/C)",
    ),
    key(
        "start",
        ValueKind::Choice(ModelStart::NAMES),
        Some(Value::Text(ModelStart::Zero.text())),
        "with a list of strengths: each fit starts at coefficients 0, or where the same solver ended under the previous strength",
    ),
    key(
        "class_weight",
        ValueKind::NumbersOr(Interval::POSITIVE, &["balanced"]),
        None,
        "how much a training row counts in the objective, by the name of its class; balanced: n/(2 n_class) of the training rows",
    ),
    key(
        "degree",
        ValueKind::Whole(1, 5),
        None,
        "also all products of up to so many features, powers included (default 1; with interactions 2)",
    ),
    key(
        "interactions",
        ValueKind::Flag,
        Some(Value::Flag(false)),
        "products of distinct features alone, without powers",
    ),
    key(
        "bins",
        ValueKind::Whole(2, 1_000),
        None,
        "instead of each feature, indicators of so many quantile bins of its training rows; the lowest is the reference",
    ),
    key(
        "scaling",
        ValueKind::Choice(Scaling::NAMES),
        Some(Value::Text("none")),
        "by the training rows; standardize: mean 0 and standard deviation 1; min-max: from 0 to 1; robust: median 0, quartiles 1 apart",
    ),
];

/// Keys of every `[[solver]]`, beside the keys of its method and of `[stop]`.
pub const SOLVER: &[Parameter] = &[
    key("method", ValueKind::Text, None, "a method of `logitbench list solvers`"),
    key("name", ValueKind::Text, None, "the solver's name in the report"),
    key(
        "threshold",
        ValueKind::NumberOr(Interval::UNIT, Criterion::NAMES),
        None,
        "a row is predicted as class 1 if its probability is above this (default 0.5; article 0.05); a text: above the threshold at \
         which the training rows have the largest sensitivity + specificity, accuracy or F1",
    ),
];

/// `[stop]`, and the same keys in a `[[solver]]`.
pub const STOP: &[Parameter] = &[
    key(
        "coefficient_change",
        ValueKind::Number(Interval::NON_NEGATIVE),
        None,
        "converged when the Euclidean norm of the last step is at most this (default 1e-10 if no tolerance is set)",
    ),
    key(
        "gradient_norm",
        ValueKind::Number(Interval::NON_NEGATIVE),
        None,
        "converged when the Euclidean norm of the gradient is at most this",
    ),
    key(
        "objective_change",
        ValueKind::Number(Interval::NON_NEGATIVE),
        None,
        "converged when the objective changes by at most this times max(|F|, 1)",
    ),
    key(
        "deviance_change",
        ValueKind::Number(Interval::NON_NEGATIVE),
        None,
        "converged when the deviance changes by less than this times (|D| + 0.1), as R's glm",
    ),
    key(
        "gap",
        ValueKind::Number(Interval::OPEN_UNIT),
        None,
        "converged when the objective is proved to lie within this share of itself above the least; proofs are tried during the fit",
    ),
    key(
        "combine",
        ValueKind::Choice(&["any", "all"]),
        None,
        "converged when any tolerance is met, or only when all are (default any)",
    ),
    key("max_iterations", ValueKind::Whole(1, 1_000_000_000), None, "most iterations of a fit (default 100)"),
    key("time_limit", ValueKind::Number(Interval::POSITIVE), None, "most seconds of a fit, tracing not counted"),
    key(
        "separated",
        ValueKind::Flag,
        None,
        "stop once every training row is strictly on the side of its class (default true; article false)",
    ),
];

/// `[verdict]`.
pub const VERDICT: &[Parameter] = &[key(
    "tolerance",
    ValueKind::Number(Interval::OPEN_UNIT),
    Some(Value::Number(1e-8)),
    "a fit is optimal when its objective is proved to lie within this share of the optimal objective",
)];

/// `[trace]`.
pub const TRACE: &[Parameter] = &[
    key("bands", ValueKind::Flag, Some(Value::Flag(true)), "quantile bands over all fits of a cell"),
    key(
        "whole",
        ValueKind::Whole(0, 10_000),
        None,
        "number of fits per cell whose traces are kept whole (default 3; 1 if there are more than 100 cells)",
    ),
];

/// `[rope]`: a key for each metric of test rows that says which of two fits is better.
pub fn rope() -> Vec<Parameter> {
    let of = |metric: &Metric| {
        let (low, high) = metric.range;
        let default = (metric.name == METRICS[HEADLINE].name).then_some(Value::Number(ROPE));
        let kind = ValueKind::Number(Interval { high: high - low, ..Interval::POSITIVE });
        key(
            metric.name,
            kind,
            default,
            "two solvers whose means of this metric differ by at most this are equivalent in practice",
        )
    };
    METRICS.iter().filter(|metric| metric.rates_new_data()).map(of).collect()
}

/// The rope of test accuracy where the file sets none (Benavoli, Corani, Demšar & Zaffalon 2017, JMLR 18, 77). Of other metrics
/// nobody but the user can say which differences matter.
const ROPE: f64 = 0.01;

/// The one table that has a key of this name, as a file has it: `[stop]`.
pub fn table_of(name: &str) -> Option<&'static str> {
    let has = |keys: &[Parameter]| keys.iter().any(|key| key.name == name);
    let tables = [
        ("the top of the file, before the first table", has(TOP)),
        ("[[dataset]]", has(EMBEDDED) || has(FILE) || has(SIMULATED) || FORMATS.iter().any(|format| has(format.keys))),
        ("[split]", has(SPLIT)),
        ("[model]", has(MODEL)),
        ("[[solver]]", has(SOLVER) || METHODS.iter().any(|method| has(method.parameters))),
        ("[stop]", has(STOP)),
        ("[verdict]", has(VERDICT)),
        ("[trace]", has(TRACE)),
        ("[[claim]]", has(&claim::keys())),
    ];
    let mut found = tables.into_iter().filter(|(_, has)| *has).map(|(table, _)| table);
    found.next().filter(|_| found.next().is_none())
}
