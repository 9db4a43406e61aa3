//! The keys of each table of an experiment file, except the keys of methods, formats and claims, which stand beside their code.

use crate::model::penalty;
use crate::parameter::{Interval, Kind, Parameter, Value};

const fn key(name: &'static str, kind: Kind, default: Option<Value>, about: &'static str) -> Parameter {
    Parameter { name, kind, default, about }
}

/// Keys at the top of the file.
pub const TOP: &[Parameter] = &[
    key("title", Kind::Text, Some(Value::Text("")), "what the experiment asks, in a sentence"),
    key(
        "seed",
        Kind::Whole(0, i64::MAX as u64),
        Some(Value::Whole(0)),
        "the one seed from which all randomness is derived",
    ),
];

/// `[[dataset]]` that ships in the binary.
pub const EMBEDDED: &[Parameter] = &[
    key("name", Kind::Text, None, "a data set of `logitbench list datasets`"),
    key("label", Kind::Text, None, "the data set's name in the report"),
    key("classes", Kind::Texts, None, "the class coded 0 and the class coded 1; \"rest\" is every other class"),
];

/// `[[dataset]]` from a file: these and the keys of its format.
pub const FILE: &[Parameter] = &[
    key("file", Kind::Text, None, "a file in a format of `logitbench list formats`, beside the experiment file"),
    key("label", Kind::Text, None, "the data set's name in the report"),
];

/// `[[dataset]]` that is simulated.
pub const SIMULATED: &[Parameter] = &[
    key("simulate", Kind::Choice(&["gaussian"]), None, "the distribution of the features"),
    key("label", Kind::Text, None, "the data set's name in the report"),
    key("rows", Kind::Whole(2, 100_000_000), None, "number of rows"),
    key("features", Kind::Whole(1, 100_000), None, "number of features"),
    key(
        "correlation",
        Kind::Number(Interval { low: -1.0, high: 1.0, ..Interval::ANY }),
        None,
        "AR(1): the correlation of features j and k is this ^ |j - k| (default 0)",
    ),
    key(
        "condition_number",
        Kind::Number(Interval { low: 1.0, low_included: true, ..Interval::ANY }),
        None,
        "condition number of the population design, instead of a correlation",
    ),
    key(
        "signal",
        Kind::Number(Interval::NON_NEGATIVE),
        Some(Value::Number(1.0)),
        "standard deviation of the linear predictor",
    ),
    key("positives", Kind::Number(Interval::OPEN_UNIT), Some(Value::Number(0.5)), "mean probability of class 1"),
    key("label_noise", Kind::Number(Interval::UNIT), Some(Value::Number(0.0)), "probability that a label is flipped"),
    key(
        "margin",
        Kind::Number(Interval::POSITIVE),
        None,
        "make the classes separable, every row at least this far from the hyperplane",
    ),
    crate::data::Storage::KEY,
    key("redraw", Kind::Flag, Some(Value::Flag(false)), "draw the data afresh for each repeat, instead of once"),
];

/// The value of `repeats` with which a run ends once all claims are decided.
pub const UNTIL_DECIDED: &str = "until-decided";

/// `[split]`.
pub const SPLIT: &[Parameter] = &[
    key(
        "scheme",
        Kind::Choice(crate::split::SCHEMES),
        Some(Value::Text("shuffle")),
        "how rows are dealt to the training and test set",
    ),
    key(
        "test_fraction",
        Kind::Number(Interval::OPEN_UNIT),
        Some(Value::Number(0.25)),
        "share of rows in the test set, rounded up as scikit-learn does",
    ),
    key(
        "repeats",
        Kind::WholeOr(1, 1_000_000_000, UNTIL_DECIDED),
        Some(Value::Whole(1000)),
        "splits per data set; \"until-decided\": as many as it takes to decide all claims",
    ),
    key(
        "most_repeats",
        Kind::Whole(1, 1_000_000_000),
        None,
        "with repeats = \"until-decided\": the most splits per data set (default 10,000)",
    ),
    key(
        "generator",
        Kind::Choice(&["native", "numpy"]),
        Some(Value::Text("native")),
        "native: our own random streams; numpy: the random numbers of scikit-learn's train_test_split",
    ),
    key(
        "first_random_state",
        Kind::Whole(0, u32::MAX as u64),
        None,
        "with generator = \"numpy\": split i has random_state = first_random_state + i (default 0)",
    ),
];

/// `[model]` or `[[model]]`.
pub const MODEL: &[Parameter] = &[
    key("name", Kind::Text, None, "the model's name in the report"),
    key("intercept", Kind::Flag, Some(Value::Flag(true)), "whether the model has an intercept"),
    key(
        "penalty",
        Kind::Choice(penalty::NAMES),
        Some(Value::Text("none")),
        "none: maximum likelihood; l2: 1/2 strength times the sum of squared coefficients; firth: -1/2 log det X'WX",
    ),
    key(
        "strength",
        Kind::Number(Interval::POSITIVE),
        None,
        "strength of the l2 penalty, beside the loss summed over rows (scikit-learn's 1/C)",
    ),
    key(
        "scaling",
        Kind::Choice(&["none", "standardize"]),
        Some(Value::Text("none")),
        "standardize: mean 0 and standard deviation 1 on the training rows",
    ),
];

/// Keys of every `[[solver]]`, beside the keys of its method and of `[stop]`.
pub const SOLVER: &[Parameter] = &[
    key("method", Kind::Text, None, "a method of `logitbench list solvers`"),
    key("name", Kind::Text, None, "the solver's name in the report"),
    key(
        "threshold",
        Kind::Number(Interval::UNIT),
        None,
        "a row is predicted as class 1 if its probability is above this (default 0.5; article 0.05)",
    ),
];

/// `[stop]`, and the same keys in a `[[solver]]`.
pub const STOP: &[Parameter] = &[
    key(
        "coefficient_change",
        Kind::Number(Interval::NON_NEGATIVE),
        None,
        "converged when the Euclidean norm of the last step is at most this (default 1e-10 if no tolerance is set)",
    ),
    key(
        "gradient_norm",
        Kind::Number(Interval::NON_NEGATIVE),
        None,
        "converged when the Euclidean norm of the gradient is at most this",
    ),
    key(
        "objective_change",
        Kind::Number(Interval::NON_NEGATIVE),
        None,
        "converged when the objective changes by at most this times max(|F|, 1)",
    ),
    key(
        "deviance_change",
        Kind::Number(Interval::NON_NEGATIVE),
        None,
        "converged when the deviance changes by less than this times (|D| + 0.1), as R's glm",
    ),
    key(
        "combine",
        Kind::Choice(&["any", "all"]),
        None,
        "converged when any tolerance is met, or only when all are (default any)",
    ),
    key("max_iterations", Kind::Whole(1, 1_000_000_000), None, "most iterations of a fit (default 100)"),
    key("time_limit", Kind::Number(Interval::POSITIVE), None, "most seconds of a fit, tracing not counted"),
    key(
        "separated",
        Kind::Flag,
        None,
        "stop once every training row is strictly on the side of its class (default true; article false)",
    ),
];

/// `[verdict]`.
pub const VERDICT: &[Parameter] = &[key(
    "tolerance",
    Kind::Number(Interval::OPEN_UNIT),
    Some(Value::Number(1e-8)),
    "a fit is optimal when its objective is proved to lie within this share of the optimal objective",
)];

/// `[trace]`.
pub const TRACE: &[Parameter] = &[
    key("bands", Kind::Flag, Some(Value::Flag(true)), "quantile bands over all fits of a cell"),
    key("whole", Kind::Whole(0, 10_000), Some(Value::Whole(3)), "number of fits per cell whose traces are kept whole"),
];
