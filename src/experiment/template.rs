//! A first experiment file for somebody's data: every key with what it is about and its default, from the declarations.

use serde_json::json;

use super::keys;
use crate::claim;
use crate::data::DataSet;
use crate::data::format::Format;
use crate::metric::{HEADLINE, METRICS};
use crate::parameter::{Kind, Parameter, Setting, Settings};
use crate::solver::catalogue::Method;

/// What the file is for.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The data.
    pub data: &'a DataSet,
    /// Where the file with the data is, from the experiment file's folder.
    pub file: &'a str,
    /// The file's format.
    pub format: &'static Format,
    /// The keys of the format that are not left at their defaults.
    pub settings: &'a Settings,
    /// The split scheme.
    pub scheme: &'a str,
    /// The command that writes it.
    pub call: &'a str,
}

/// Solvers of the file, with what is not left at its default.
const SOLVERS: [(&str, &[(&str, &str)]); 3] =
    [("newton", &[]), ("l-bfgs", &[]), ("gradient-ascent", &[("step", "barzilai-borwein")])];

/// The text of the file.
pub fn template(subject: &Subject<'_>) -> String {
    let Subject { data, file, format, settings, scheme, call } = *subject;
    let (rows, positives) = (data.rows(), data.positives());
    let [_, class] = &data.two_classes();
    let text = |value: &str| json!(value).to_string();
    let mut toml = format!(
        "#:schema experiment.schema.json\n\
         # Written by `{call}`: {rows} rows, {features} features, {positives} rows of class {class}.\n\
         #\n\
         # `logitbench check` explains this file, `logitbench experiment` runs it, `logitbench list` prints what it can name.\n\
         # With `logitbench schema experiment > experiment.schema.json` beside it, editors complete it.\n\
         # A key behind # has the default that is shown, or none (...).\n\n",
        features = data.feature_names.len(),
        call = plain(call),
        class = plain(class),
    );
    let target = match settings.text("target") {
        "" => "the class",
        target => target,
    };
    toml += &table("", keys::TOP, &[("title", text(&format!("How well do solvers predict {target} of {file}?")))]);
    let mut chosen = vec![("file", text(file))];
    chosen.extend(settings.iter().map(|(key, setting)| (key, json!(setting).to_string())));
    toml += &table("[[dataset]]", &[keys::FILE, format.keys].concat(), &chosen);
    toml += &table("[split]", keys::SPLIT, &[("scheme", text(scheme))]);
    toml += &table("[model]", keys::MODEL, &[("scaling", text("standardize"))]);
    for (place, (name, settings)) in SOLVERS.iter().enumerate() {
        let own = Method::named(name).map_or(&[][..], |method| method.parameters);
        // What every solver has is told once.
        let common = if place == 0 { keys::SOLVER } else { &keys::SOLVER[..1] };
        let mut chosen = vec![("method", text(name))];
        chosen.extend(settings.iter().map(|(key, value)| (*key, text(value))));
        toml += &table("[[solver]]", &[common, own].concat(), &chosen);
    }
    toml += &table("[stop]", keys::STOP, &[]);
    toml += &table("[verdict]", keys::VERDICT, &[]);
    toml += &table("[trace]", keys::TRACE, &[]);
    let larger = positives.max(rows - positives) as f64 / rows as f64;
    let claim = [
        ("name", text("newton is better than always answering the larger class")),
        ("solver", text("newton")),
        ("metric", text(METRICS[HEADLINE].name)),
        ("above", format!("{larger:.4}")),
        ("on_share", "0.95".to_owned()),
    ];
    toml += &table("[[claim]]", &claim::keys(), &claim);
    toml.truncate(toml.trim_end().len());
    toml + "\n"
}

/// A table: each key below a line about it, behind # where it is not chosen.
fn table(header: &str, parameters: &[Parameter], chosen: &[(&str, String)]) -> String {
    let mut text = if header.is_empty() { String::new() } else { format!("{header}\n") };
    for parameter in parameters {
        let kind = match parameter.kind {
            Kind::Text | Kind::Texts => String::new(),
            kind => format!("; {kind}"),
        };
        text += &format!("# {}{kind}\n", parameter.about);
        let value = chosen.iter().find(|(name, _)| *name == parameter.name).map(|(_, value)| value.as_str());
        let default =
            || parameter.default.map_or("...".to_owned(), |default| json!(Setting::from(default)).to_string());
        text += &match value {
            Some(value) => format!("{} = {value}\n", parameter.name),
            None => format!("# {} = {}\n", parameter.name, default()),
        };
    }
    text + "\n"
}

/// Words that may stand in a comment.
fn plain(words: &str) -> String {
    words.replace(char::is_control, " ")
}
