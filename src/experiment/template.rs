//! A first experiment file for a user's data. It shows every key with its description and its default, from the declarations.

use serde_json::json;

use super::keys;
use crate::claim;
use crate::data::DataSet;
use crate::data::format::Format;
use crate::parameter::{Parameter, Setting, Settings, ValueKind};
use crate::solver::catalogue::Method;
use crate::statistics::words::counted;

/// The data that the file is for, and the choices made for them.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The data.
    pub data: &'a DataSet,
    /// The path of the data file, from the folder of the experiment file.
    pub file: &'a str,
    /// The format of the data file.
    pub format: &'static Format,
    /// Keys of the format with other values than their defaults.
    pub settings: &'a Settings,
    /// The split scheme.
    pub scheme: &'a str,
    /// The command that writes the file.
    pub call: &'a str,
    /// Whether the file has only what is chosen and the keys that most experiments set.
    pub minimal: bool,
}

/// Keys that most experiments set: they come behind the chosen ones.
const ESSENTIAL: [&str; 5] = ["repeats", "test_fraction", "penalty", "strength", "seed"];

/// Solvers of the file, with the keys that get other values than their defaults.
const SOLVERS: [(&str, &[(&str, &str)]); 3] =
    [("newton", &[]), ("l-bfgs", &[]), ("gradient-ascent", &[("step", "barzilai-borwein")])];

/// The text of the file.
pub fn template(subject: &Subject<'_>) -> String {
    let Subject { data, file, format, settings, scheme, call, minimal } = *subject;
    let (rows, positives) = (data.rows(), data.positives());
    let class = data.classes.last().map_or("", String::as_str);
    let text = |value: &str| json!(value).to_string();
    let mut toml = format!(
        "#:schema experiment.schema.json\n\
         # Written by `{call}`: {rows} rows, {features}, {positives} rows of class {class}.\n\
         #\n\
         # `logitbench check` explains this file, `logitbench experiment` runs it, `logitbench list` prints the names it may use.\n",
        features = features_in_words(data.feature_counts()),
        call = plain(call),
        class = plain(class),
    );
    if !minimal {
        toml += "# Editors complete its keys once `logitbench schema experiment > experiment.schema.json` has made the schema beside it.\n";
    }
    toml +=
        "# A line that begins with # sets nothing: it shows the default of a key, or ... where the key has none.\n\n";
    let table =
        |header: &str, parameters: &[Parameter], chosen: &[(&str, String)]| table(header, parameters, chosen, minimal);
    let target = match [settings.text("target"), settings.text("successes")] {
        ["", ""] => "the class",
        ["", successes] => successes,
        [target, _] => target,
    };
    toml += &table("", keys::TOP, &[("title", text(&format!("How well do solvers predict {target} of {file}?")))]);
    let mut chosen = vec![("file", text(file))];
    chosen.extend(settings.iter().map(|(key, setting)| (key, json!(setting).to_string())));
    toml += &table("[[dataset]]", &[keys::FILE, format.keys].concat(), &chosen);
    toml += &table("[split]", &keys::of_scheme(scheme), &[("scheme", text(scheme))]);
    toml += &table("[[model]]", keys::MODEL, &[("scaling", text("standardize"))]);
    let penalised = [("scaling", text("standardize")), ("penalty", text("l2")), ("strength", "1".to_owned())];
    toml += &brief("[[model]]", &penalised);
    for (place, (name, settings)) in SOLVERS.iter().enumerate() {
        let own = Method::named(name).map_or(&[][..], |method| method.parameters);
        // Only the first solver shows the keys that all solvers have.
        let common = if place == 0 { keys::SOLVER } else { &keys::SOLVER[..1] };
        let mut chosen = vec![("method", text(name))];
        chosen.extend(settings.iter().map(|(key, value)| (*key, text(value))));
        toml += &table("[[solver]]", &[common, own].concat(), &chosen);
    }
    // Of a constant prediction it is exactly 0.5 on test rows of both classes, however rare one of them is.
    let claim = [
        ("name", text("newton is better than predicting one class always (balanced accuracy 0.5)")),
        ("solver", text("newton")),
        ("metric", text("test_balanced_accuracy")),
        ("above", "0.5".to_owned()),
        ("on_share", "0.95".to_owned()),
    ];
    toml += &table("[[claim]]", &claim::keys(), &claim);
    let compared = [
        ("name", text("the penalty lowers the log loss of test rows on most splits")),
        ("solver", text("newton")),
        ("model", text("l2 1, standardized")),
        ("metric", text("test_log_loss")),
        (claim::BETTER_THAN, "{ model = \"maximum likelihood, standardized\" }".to_owned()),
        ("on_share", "0.5".to_owned()),
    ];
    toml += &brief("[[claim]]", &compared);
    for (header, keys) in [
        ("[stop]", keys::STOP.to_vec()),
        ("[verdict]", keys::VERDICT.to_vec()),
        ("[trace]", keys::TRACE.to_vec()),
        ("[rope]", keys::rope()),
    ] {
        toml += &table(header, &keys, &[]);
    }
    toml.truncate(toml.trim_end().len());
    toml + "\n"
}

/// Numbers of features of a file and of the columns that they are coded as, in words.
pub fn features_in_words((features, columns): (usize, usize)) -> String {
    let of_file = counted(features, "feature");
    if features == columns { of_file } else { format!("{of_file} (coded as {})", counted(columns, "column")) }
}

/// A table: each key below a line that describes it, and behind # unless its value is chosen; the chosen keys first, then the
/// [`ESSENTIAL`] ones, and, unless the file is to be minimal, all others.
fn table(header: &str, parameters: &[Parameter], chosen: &[(&str, String)], minimal: bool) -> String {
    let value_of = |key: &Parameter| chosen.iter().find(|(name, _)| *name == key.name).map(|(_, value)| value.as_str());
    let rank = |key: &&Parameter| match value_of(key) {
        Some(_) => 0,
        None if ESSENTIAL.contains(&key.name) => 1,
        None => 2,
    };
    let mut shown: Vec<&Parameter> = parameters.iter().filter(|key| !minimal || rank(key) < 2).collect();
    if shown.is_empty() {
        return String::new();
    }
    shown.sort_by_key(rank);
    let mut text = if header.is_empty() { String::new() } else { format!("{header}\n") };
    for parameter in shown {
        let kind = match parameter.kind {
            ValueKind::Text
            | ValueKind::Texts
            | ValueKind::TextOrTexts
            | ValueKind::Choices(_)
            | ValueKind::Names(_) => String::new(),
            kind => format!("; {kind}"),
        };
        text += &format!("# {}{kind}\n", parameter.about);
        let default =
            || parameter.default.map_or("...".to_owned(), |default| json!(Setting::from(default)).to_string());
        text += &match value_of(parameter) {
            Some(value) => format!("{} = {value}\n", parameter.name),
            None => format!("# {} = {}\n", parameter.name, default()),
        };
    }
    text + "\n"
}

/// A further table of a kind whose keys are described above: the chosen keys alone.
fn brief(header: &str, chosen: &[(&str, String)]) -> String {
    let lines: String = chosen.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
    format!("{header}\n{lines}\n")
}

/// Words on one line, as a comment needs them.
fn plain(words: &str) -> String {
    words.replace(char::is_control, " ")
}
