//! `logitbench list [solvers|penalties|datasets|formats|metrics|splits|claims|tables]`

use std::fmt::Write;

use clap::{Args, ValueEnum};

use super::{Failure, Success, print};
use crate::claim::{self, MEASURES};
use crate::data::embedded;
use crate::data::formats::FORMATS;
use crate::experiment::keys;
use crate::metric::METRICS;
use crate::model::penalty::{FORMS, Strength};
use crate::parameter::{Parameter, Setting, ValueKind};
use crate::solver::catalogue::METHODS;
use crate::split::Scheme;

/// Arguments of `list`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// What to list [default: everything]
    what: Option<What>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// Methods of `[[solver]]` and their parameters
    Solvers,
    /// Penalties of `[model]` and `fit`, and their keys
    Penalties,
    /// Data sets of `[[dataset]]` that ship, and the keys of simulations
    Datasets,
    /// Formats of the files that `[[dataset]]`, `fit` and `init` read, and their keys
    Formats,
    /// Metrics that a `[[claim]]` can speak of
    Metrics,
    /// Schemes of `[split]` and their keys
    Splits,
    /// Kinds of `[[claim]]` and their keys
    Claims,
    /// Keys of the other tables
    Tables,
}

/// Lists names.
pub fn run(arguments: &Arguments) -> Result<Success, Failure> {
    let chosen = arguments.what.map_or_else(|| What::value_variants().to_vec(), |what| vec![what]);
    let sections: Vec<String> = chosen.into_iter().map(section).collect();
    print(&sections.join("\n"))?;
    Ok(Success::Done)
}

fn section(what: What) -> String {
    let mut text = String::new();
    match what {
        What::Solvers => {
            for method in METHODS {
                item(&mut text, "", method.name, method.about);
                parameters(&mut text, method.parameters);
            }
            item(&mut text, "", "every [[solver]] takes", "and overrides the keys of [stop]");
            parameters(&mut text, &keys::SOLVER[1..]);
            parameters(&mut text, keys::STOP);
        }
        What::Penalties => {
            for form in FORMS {
                item(&mut text, "", form.name, form.about);
                if matches!(form.strength, Strength::Needed { .. }) {
                    let of_strength: Vec<Parameter> =
                        keys::MODEL.iter().filter(|key| key.name == "strength").copied().collect();
                    parameters(&mut text, &of_strength);
                }
            }
            item(
                &mut text,
                "",
                "a fit minimises",
                "F(b) = sum of log(1 + exp(-s_i x_i'b)) over the rows, s_i = +1 or -1, plus P(b)",
            );
        }
        What::Datasets => {
            for dataset in embedded::ALL {
                item(&mut text, "", &format!("name = \"{}\"", dataset.name), dataset.about);
                item(&mut text, "    ", "classes", &dataset.classes.join(", "));
                item(&mut text, "    ", "source", dataset.provenance);
            }
            item(&mut text, "", "file = \"data.csv\"", keys::FILE[0].about);
            parameters(&mut text, &keys::FILE[1..]);
            item(
                &mut text,
                "",
                "simulate = \"gaussian\"",
                "Gaussian features, labels from a logistic model or separable",
            );
            parameters(&mut text, &keys::SIMULATED[1..]);
        }
        What::Formats => {
            for (place, format) in FORMATS.iter().enumerate() {
                item(&mut text, "", format.name, format.about);
                let names: Vec<String> = format.extensions.iter().map(|end| format!("*.{end}")).collect();
                let others = if place == 0 { ", and every file that no other format claims" } else { "" };
                item(&mut text, "    ", "files", &format!("{}{others}", names.join(", ")));
                parameters(&mut text, format.keys);
            }
        }
        What::Metrics => {
            for metric in METRICS {
                item(&mut text, "", metric.name, metric.about);
                item(&mut text, "    ", "measured on", metric.sample.words());
                item(&mut text, "    ", "range", &metric.range_in_words());
                item(&mut text, "    ", "better", metric.better.words());
                item(&mut text, "    ", "undefined", metric.needs.undefined_when());
                if metric.is_on_request() {
                    item(&mut text, "    ", "on request", "taken if the key `metrics` or a claim names it");
                }
            }
            for (name, _, about) in MEASURES {
                item(&mut text, "", name, about);
            }
        }
        What::Splits => {
            for scheme in Scheme::ALL {
                item(&mut text, "", &format!("scheme = \"{}\"", scheme.name()), scheme.about());
                let keys = ["repeats"].into_iter().chain(scheme.keys().iter().copied()).collect::<Vec<_>>();
                item(&mut text, "    ", "keys", &keys.join(", "));
            }
            parameters(&mut text, &keys::SPLIT[1..]);
        }
        What::Claims => {
            for kind in claim::KINDS {
                item(&mut text, "", kind.name, kind.about);
            }
            item(&mut text, "", "every [[claim]] takes", "one of these kinds, by its keys");
            parameters(&mut text, &claim::keys());
        }
        What::Tables => {
            for (header, keys) in [
                ("at the top", keys::TOP.to_vec()),
                ("[model]", keys::MODEL.to_vec()),
                ("[verdict]", keys::VERDICT.to_vec()),
                ("[trace]", keys::TRACE.to_vec()),
                ("[rope]", keys::rope()),
            ] {
                item(&mut text, "", header, "keys");
                parameters(&mut text, &keys);
            }
        }
    }
    text
}

fn parameters(text: &mut String, parameters: &[Parameter]) {
    for parameter in parameters {
        let kind = match parameter.kind {
            ValueKind::Choice(names) => names.join(" | "),
            kind => kind.to_string(),
        };
        let default = parameter.default.map(|default| format!("; default {}", Setting::from(default)));
        let about = format!("{} ({kind}{})", parameter.about, default.unwrap_or_default());
        item(text, "    ", parameter.name, &about);
    }
}

fn item(text: &mut String, indent: &str, name: &str, about: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{indent}{name}: {about}");
}
