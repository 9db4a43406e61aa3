//! `logitbench fit DATA`

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};

use super::feature_options::{FeatureOptions, Made};
use super::file_options::FileOptions;
use super::{Failure, Success, layout, print};
use crate::data::columns::{self, FileColumn, hint_at_counts};
use crate::data::embedded::{self, Embedded};
use crate::data::file::{Contents, Input};
use crate::data::format::Format;
use crate::data::reading::LeftOutRows;
use crate::data::{DataError, DataSet, STORAGES, did_you_mean, formats, listed, shown};
use crate::experiment::keys::{MODEL, STOP};
use crate::experiment::{class_weight, stop_rules};
use crate::model::Penalty;
use crate::model::penalty::{self, Capability, Form, Strength};
use crate::parameter::{Parameter, Setting, Settings, nearest};
use crate::record::Verdict;
use crate::report::phrases::quoted;
use crate::report::single::{IntervalMethod, Question, ScaledColumns, SingleFitReport, text};
use crate::run::{single, with_threads};
use crate::solver::catalogue::{METHODS, Method};
use crate::solver::{StopRules, Tolerances};

/// Arguments of `fit`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A file in a format of `logitbench list formats`, as CSV, or - for standard input; or the name of a data set that ships, with --classes
    data: PathBuf,
    #[command(flatten)]
    file: FileOptions,
    /// Of a data set that ships: the class coded 0 and the class coded 1, as setosa,versicolor
    #[arg(long, value_name = "A,B", conflicts_with = "FileOptions", value_delimiter = ',')]
    classes: Vec<String>,
    /// Numbers of the data in single precision take half the memory; they are rounded to about 7 digits, arithmetic is not
    #[arg(long, default_value = DEFAULT_STORAGE, value_parser = PossibleValuesParser::new(STORAGES))]
    storage: String,
    /// What is added to the negative log-likelihood
    #[arg(long, default_value = "none", value_parser = PossibleValuesParser::new(penalty::NAMES))]
    penalty: String,
    /// Strength of the l2 penalty, on the sum scale (scikit-learn's 1/C)
    #[arg(long, value_name = "LAMBDA", allow_negative_numbers = true, value_parser = positive_number, required_if_eq_any(penalties_with_strength()))]
    strength: Option<f64>,
    #[command(flatten)]
    features: FeatureOptions,
    /// How much rows count in the objective, by class: balanced, or as no=1,yes=3; not for standard errors
    #[arg(long, value_name = "WEIGHTS", value_parser = weights_of_classes)]
    class_weight: Option<Setting>,
    /// Fit a model without an intercept
    #[arg(long)]
    no_intercept: bool,
    /// The method. With an intercept it works on standardized columns inside, and the estimates are brought back to their own scale
    #[arg(long, default_value = DEFAULT_SOLVER, value_parser = PossibleValuesParser::new(METHODS.iter().map(|m| m.name)))]
    solver: String,
    /// A key of the method or of the table stop, as step=unit or gradient_norm=1e-8; `logitbench list solvers` has them. Without one fit
    /// stops at coefficient_change=1e-11, and at 1e-10 without a tolerance in an experiment
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_and_value)]
    set: Vec<(String, String)>,
    /// Most iterations of the method, more than the 100 of an experiment because some fits need them: under Firth's penalty Newton's method
    /// converges linearly, and first-order methods do everywhere
    #[arg(long, value_name = "N", default_value_t = RULES.max_iterations, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..))]
    max_iterations: u32,
    /// How intervals of the coefficients are made
    #[arg(long, default_value = "wald")]
    interval: IntervalChoice,
    /// Confidence level of the intervals
    #[arg(long, value_name = "LEVEL", default_value = "0.95", allow_negative_numbers = true, value_parser = level)]
    level: f64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Exit with code 4 unless the verdict is `optimal`
    #[arg(long)]
    strict: bool,
}

const DEFAULT_SOLVER: &str = "newton";
const DEFAULT_STORAGE: &str = "double";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum IntervalChoice {
    /// Estimate plus and minus a normal quantile times the standard error
    Wald,
    /// By the profile likelihood, as R's confint; with Firth's penalty by the penalised one
    Profile,
}

fn needs_strength(form: &Form) -> bool {
    matches!(form.strength, Strength::Needed { .. })
}

/// The values of --penalty that need --strength.
fn penalties_with_strength() -> impl Iterator<Item = (&'static str, &'static str)> {
    penalty::FORMS.iter().filter(|form| needs_strength(form)).map(|form| ("penalty", form.name))
}

fn positive_number(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value.is_finite() => Ok(value),
        _ => Err("must be a number above 0".to_owned()),
    }
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("must be KEY=VALUE, as step=unit")?;
    Ok((key.trim().to_owned(), value.trim().trim_matches('"').to_owned()))
}

fn weights_of_classes(text: &str) -> Result<Setting, String> {
    let key = MODEL.iter().find(|key| key.name == "class_weight").ok_or("no such key")?;
    key.parse(text).ok_or_else(|| "must be balanced, or a number above 0 for each class, as no=1,yes=3".to_owned())
}

fn level(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value < 1.0 => Ok(value),
        Ok(value) if value > 1.0 && value < 100.0 => Err(format!("{value} % is {}", value / 100.0)),
        _ => Err("must be a number above 0 and below 1".to_owned()),
    }
}

/// Stopping rules with more iterations than an experiment gives, because Newton's method converges linearly under Firth's
/// penalty, and first-order methods do everywhere.
const RULES: StopRules = StopRules {
    tolerances: Tolerances {
        coefficient_change: Some(1e-11),
        gradient_norm: None,
        objective_change: None,
        deviance_change: None,
        gap: None,
    },
    combine: crate::solver::Combine::Any,
    max_iterations: 10_000,
    time_limit: None,
    separated: true,
};

/// Fits one data set.
pub fn run(arguments: &Arguments) -> Result<Success, Failure> {
    let penalty = match Penalty::named(&arguments.penalty, arguments.strength) {
        Some(Ok(penalty)) => penalty,
        Some(Err(_)) => {
            return Err(Failure::Usage(format!("--strength needs --penalty {}", penalty::names_of(needs_strength))));
        }
        None => return Err(Failure::Usage(format!("--penalty {} is unknown", arguments.penalty))),
    };
    let interval = match arguments.interval {
        IntervalChoice::Wald => IntervalMethod::Wald,
        IntervalChoice::Profile if !penalty.has(Capability::StandardErrors) => {
            return Err(Failure::Usage(format!(
                "--interval profile: there are no intervals with --penalty {}, whose estimates are biased by an unknown \
                 amount; take --penalty {}",
                penalty.name(),
                penalty::names_of(|form| form.capabilities.contains(&Capability::StandardErrors))
            )));
        }
        IntervalChoice::Profile if arguments.class_weight.is_some() => {
            let reason = "--interval profile: there are no intervals with --class-weight, whose objective is no likelihood of the data; \
                          leave one of them out";
            return Err(Failure::Usage(reason.to_owned()));
        }
        IntervalChoice::Profile => IntervalMethod::Profile,
    };
    let method = Method::named(&arguments.solver)
        .ok_or_else(|| Failure::Internal(format!("the method {} is not in the catalogue", arguments.solver)))?;
    let (mut settings, stop) = settings(arguments, method)?;
    if let Some(reason) = method.cannot_fit(penalty, &settings) {
        return Err(Failure::Usage(format!(
            "--solver {} with --penalty {}: {reason}; with this penalty take one of {}",
            arguments.solver,
            arguments.penalty,
            solvers_for(penalty).join(", ")
        )));
    }
    let built = method.build(&mut settings).map_err(|error| Failure::Usage(error.to_string()))?;
    let Made { data, scaling } = arguments.features.make(load(arguments)?, &arguments.data.to_string_lossy())?;
    let weights = class_weight(arguments.class_weight.as_ref());
    if let Some(stranger) = weights.stranger(&data.classes) {
        let known = crate::data::listed(data.classes.iter().map(String::as_str));
        return Err(Failure::Usage(format!("--class-weight: \"{stranger}\" is no class; the classes are {known}")));
    }
    let class_factors = weights.factors(&data.classes, [0, 1].map(|class| data.weight_of_class(class)));
    let rules = stop_rules(&stop, &Settings::default(), built.stop, RULES);
    let profile_level = (interval == IntervalMethod::Profile).then_some(arguments.level);
    let (intercept, solver) = (!arguments.no_intercept, &*built.solver);
    // Who chooses a solver or its keys asks what it makes of the problem.
    let to_the_optimum = arguments.solver == DEFAULT_SOLVER && arguments.set.is_empty();
    let task = single::Task { penalty, intercept, solver, rules: &rules, class_factors, profile_level, to_the_optimum };
    let fit =
        single::fit(&data, &task, &AtomicBool::new(false)).map_err(|_| Failure::Internal("interrupted".to_owned()))?;
    let solver_for_firth =
        if method.cannot_fit(Penalty::FIRTH, &settings).is_some() { DEFAULT_SOLVER } else { &arguments.solver };
    let question = Question {
        data: &data,
        penalty,
        solver: method.name,
        interval,
        level: arguments.level,
        class_weight: weights.words(),
        scaled: scaling.as_ref().map(|(scaling, of_columns)| ScaledColumns {
            scaling: *scaling,
            centers: of_columns.centers(),
            scales: of_columns.scales(),
        }),
        call: call(arguments, &arguments.penalty, &arguments.solver),
        firth_call: call(arguments, "firth", solver_for_firth),
    };
    let report = SingleFitReport::new(&fit, &question);
    if arguments.json {
        let json = serde_json::to_string(&report).map_err(|error| Failure::Internal(error.to_string()))?;
        print(&(json + "\n"))?;
    } else {
        print(&text::render(&report, layout().width))?;
    }
    let is_proved = report.verdict == Verdict::Optimal;
    Ok(if arguments.strict && !is_proved { Success::NotProved } else { Success::Done })
}

/// The keys of the method, with their defaults, and those of `[stop]`.
fn settings(arguments: &Arguments, method: &Method) -> Result<(Settings, Settings), Failure> {
    let (mut of_method, mut stop) = (Settings::defaults(method.parameters), Settings::default());
    for (name, value) in &arguments.set {
        let find = |keys: &'static [Parameter]| keys.iter().find(|key| key.name == name);
        let (key, settings) = match (find(method.parameters), find(STOP)) {
            (Some(key), _) => (key, &mut of_method),
            (None, Some(key)) => (key, &mut stop),
            (None, None) => {
                let known: Vec<&str> = method.parameters.iter().chain(STOP).map(|key| key.name).collect();
                return Err(Failure::Usage(format!(
                    "--set {name}={value}: {} has no key \"{name}\"{}; known keys: {}",
                    method.name,
                    did_you_mean(&nearest(name, known.iter().copied()).map(str::to_owned)),
                    known.join(", ")
                )));
            }
        };
        let setting = key
            .parse(value)
            .ok_or_else(|| Failure::Usage(format!("--set {name}={value}: {name} must be {}", key.kind)))?;
        settings.set(key.name, setting);
    }
    if arguments.max_iterations != RULES.max_iterations {
        stop.set("max_iterations", Setting::Whole(arguments.max_iterations.into()));
    }
    Ok((of_method, stop))
}

/// The methods that can fit a penalty with their default parameters.
fn solvers_for(penalty: Penalty) -> Vec<&'static str> {
    let can = |method: &&Method| method.cannot_fit(penalty, &Settings::defaults(method.parameters)).is_none();
    METHODS.iter().copied().filter(can).map(|method| method.name).collect()
}

fn load(arguments: &Arguments) -> Result<DataSet, Failure> {
    let name = arguments.data.to_string_lossy();
    match (Embedded::named(&name), &arguments.classes[..]) {
        (Some(embedded), [negative, positive]) => Ok(embedded.load([negative, positive])?),
        (Some(embedded), []) if arguments.file.target.is_none() && embedded.classes.len() == 2 => {
            Ok(embedded.load([embedded.classes[0], embedded.classes[1]])?)
        }
        (Some(embedded), _) if arguments.file.target.is_none() => {
            let classes = embedded.classes;
            Err(Failure::Usage(format!(
                "{name} ships with the classes {}: name the one coded 0 and the one coded 1, as --classes {},{} (rest is \
                 every other class); if it is a file, name its column to predict with --target",
                classes.join(", "),
                classes[0],
                classes[1]
            )))
        }
        (_, []) => from_file(arguments),
        (_, _) => {
            let known: Vec<&str> = embedded::ALL.iter().map(|embedded| embedded.name).collect();
            let reason = format!(
                "--classes is for a data set that ships ({}); a file needs the column to predict, as --target y",
                known.join(", ")
            );
            Err(Failure::Usage(reason))
        }
    }
}

fn from_file(arguments: &Arguments) -> Result<DataSet, Failure> {
    let path = &arguments.data;
    let contents = Contents::of(path).map_err(|source| DataError::unreadable(path, source))?;
    let format = formats::of_input(Input::new(&contents, path), arguments.file.format.as_deref())?;
    let mut settings = arguments.file.settings(format)?;
    if let (true, Some(key)) = (arguments.storage != DEFAULT_STORAGE, format.key("storage")) {
        settings.set(key.name, Setting::Text(arguments.storage.clone()));
    }
    if let Some(key) = format.missing(&settings) {
        let columns = (format.columns)(Input::new(&contents, path), &settings)?;
        return Err(Failure::Usage(needs(format, key, &columns)));
    }
    let data = with_threads(0, |workers| format.read(Input { workers, ..Input::new(&contents, path) }, &settings))?;
    let data = without_test_rows(data, &path.to_string_lossy(), &arguments.file)?;
    // All rows are training rows.
    Ok(if data.coding.is_some() { data.coded_by_all_rows() } else { data })
}

/// That a file needs a key which is not written, with the columns that it could name.
fn needs(format: &Format, key: &Parameter, columns: &[FileColumn]) -> String {
    let names = || columns.iter().map(|column| column.name.as_str());
    let example = columns::target(columns, "").map_or("y", |chosen| &chosen.column.name);
    let (format, about, key, example) = (format.name, key.about, key.name, quoted(example));
    let names_of_columns = listed(names());
    format!(
        "a {format} file needs {about}, as --{key} {example}; its columns are {names_of_columns}{}",
        hint_at_counts(names())
    )
}

/// The data without the rows that a column names test rows, because a fit that saw them could not be tested on them.
fn without_test_rows(data: DataSet, path: &str, options: &FileOptions) -> Result<DataSet, Failure> {
    let Some(is_test) = &data.roles.test else { return Ok(data) };
    if data.counts().is_some() {
        let reason = "--test-set leaves out whole rows, and what is said of --successes is about all rows of the file: write the training \
                      rows into a file of their own";
        return Err(Failure::Usage(reason.to_owned()));
    }
    let training: Vec<u32> = (0..).zip(is_test).filter(|(_, is_test)| !**is_test).map(|(row, _)| row).collect();
    let test_rows = (data.rows() - training.len()) as u64;
    let mut data = data.of_rows(&training);
    let column = shown(options.test_set.as_deref().unwrap_or_default());
    let left_out = LeftOutRows { rows: test_rows, because: format!("column \"{column}\" names them test rows") };
    if let Some(class) = data.class_sizes().iter().position(|size| *size == 0) {
        return Err(Failure::Data(DataError::OneClassLeft {
            path: path.to_owned(),
            column: shown(options.target.as_deref().unwrap_or_default()),
            value: shown(&data.classes[1 - class]),
            rows: data.rows(),
            left_out: format!("{} because {}", left_out.rows, left_out.because),
        }));
    }
    data.reading.get_or_insert_default().rows_left_out.push(left_out);
    Ok(data)
}

/// The command that fits these data with this penalty and solver. Options at their defaults are left out.
fn call(arguments: &Arguments, penalty: &str, solver: &str) -> String {
    let mut words = vec!["logitbench".to_owned(), "fit".to_owned(), quoted(&arguments.data.to_string_lossy())];
    words.extend(arguments.file.words());
    let mut option = |name: &str, value: &str, default: &str| {
        if value != default {
            words.push(format!("--{name}"));
            words.push(quoted(value));
        }
    };
    option("classes", &arguments.classes.join(","), "");
    option("storage", &arguments.storage, DEFAULT_STORAGE);
    option("penalty", penalty, "none");
    if let Some(strength) = arguments.strength {
        option("strength", &strength.to_string(), "");
    }
    if let Some(weights) = &arguments.class_weight {
        option("class-weight", &weights.to_string().replace(", ", ","), "");
    }
    option("solver", solver, DEFAULT_SOLVER);
    for (key, value) in arguments.set.iter().filter(|_| solver == arguments.solver) {
        option("set", &format!("{key}={value}"), "");
    }
    option("max-iterations", &arguments.max_iterations.to_string(), &RULES.max_iterations.to_string());
    option("interval", if arguments.interval == IntervalChoice::Profile { "profile" } else { "wald" }, "wald");
    option("level", &arguments.level.to_string(), "0.95");
    words.extend(arguments.features.words());
    if arguments.no_intercept {
        words.push("--no-intercept".to_owned());
    }
    words.join(" ")
}
