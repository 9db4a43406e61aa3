//! `[[dataset]]`: an embedded data set, a file, or a simulation. Reads all tables first and loads data last, because loading takes
//! longest and a mistake anywhere in the file should be told before.

use std::path::Path;

use super::document::TomlTable;
use super::error::{ExperimentError, Mistake};
use super::{keys, with_varying};
use crate::data::embedded::{self, Embedded};
use crate::data::format::Format;
use crate::data::simulated::{Covariance, Gaussian, Labels};
use crate::data::{Origin, Source, Storage, Supplies, file, formats, listed};
use crate::parameter::{Settings, nearest};

/// A data set of the file, not loaded yet.
pub struct DataSetEntry<'d> {
    /// The name in the report.
    pub name: String,
    /// The table.
    pub table: &'d TomlTable<'d>,
    origin: Origin,
}

impl DataSetEntry<'_> {
    /// Whether every split has the same rows.
    pub fn is_fixed(&self) -> bool {
        self.origin.is_fixed()
    }

    /// Subtracts the numbers and multiplications that drawing takes from `supplies`, before anything is drawn.
    ///
    /// # Errors
    /// When too few supplies are left.
    pub fn reserve(&self, supplies: &mut Supplies<'_>) -> Result<(), ExperimentError> {
        self.origin.reserve(supplies).map_err(|error| self.table.mistake_in("rows", error))
    }

    /// Loads or draws the data.
    ///
    /// # Errors
    /// When the data cannot be read or are not allowed.
    pub fn load(&self, supplies: &Supplies<'_>, seed: u64) -> Result<Source, ExperimentError> {
        let key = match self.origin {
            Origin::Embedded { .. } => "classes",
            Origin::File { .. } => "file",
            Origin::Simulated { .. } => "simulate",
        };
        self.origin.load(&self.name, supplies, seed).map_err(|error| self.table.mistake_in(key, error))
    }
}

/// Reads a `[[dataset]]`: several data sets if it is a grid.
pub fn read<'d>(table: &'d TomlTable<'d>, folder: &Path) -> Result<Vec<DataSetEntry<'d>>, ExperimentError> {
    let kinds: Vec<&str> = ["file", "simulate"].into_iter().filter(|key| table.has(key)).collect();
    match kinds[..] {
        ["file"] if !table.has("name") => from_file(table, folder),
        ["simulate"] if !table.has("name") => from_simulation(table),
        [] if table.has("name") => from_embedded(table),
        [] => Err(table.mistake(Mistake::Missing {
            key: "name",
            about: "name a data set of `logitbench list datasets`, or give file = \"data.csv\" or simulate = \"gaussian\"",
        })),
        _ => Err(table.mistake(Mistake::Conflict(
            "a data set has exactly one of name (embedded), file and simulate: remove the others; label sets its name in the report"
                .to_owned(),
        ))),
    }
}

fn label(settings: &Settings, varying: &[&'static str], default: &str) -> String {
    match settings.text("label") {
        "" => with_varying(default, settings, varying),
        label => with_varying(label, settings, varying),
    }
}

fn from_embedded<'d>(table: &'d TomlTable<'d>) -> Result<Vec<DataSetEntry<'d>>, ExperimentError> {
    let mut entries = Vec::new();
    for (settings, _) in table.grid(&[keys::EMBEDDED])? {
        let name = settings.text("name");
        let known = || embedded::ALL.iter().map(|embedded| embedded.name);
        let embedded = Embedded::named(name).ok_or_else(|| {
            let nearest = nearest(name, known()).map(str::to_owned);
            let known = known().collect::<Vec<_>>().join(", ");
            table.mistake_in("name", Mistake::UnknownName { what: "data set", name: name.to_owned(), nearest, known })
        })?;
        let all = embedded.classes;
        let written: Vec<&str> = settings.texts("classes").iter().map(String::as_str).collect();
        let classes: [&str; 2] = match (written[..].try_into(), all.try_into()) {
            (Ok(classes), _) => classes,
            (Err(_), Ok(both)) if written.is_empty() => both,
            _ => {
                return Err(table.mistake_in(
                    "classes",
                    Mistake::BadValue {
                        key: "classes".to_owned(),
                        found: listed(written.iter().copied()),
                        allowed: format!(
                            "two of {all:?}, or one of them and \"rest\", as classes = [\"{}\", \"{}\"]",
                            all[0], all[1]
                        ),
                        nearest: None,
                    },
                ));
            }
        };
        let label = match settings.text("label") {
            "" if written.is_empty() => name.to_owned(),
            "" => format!("{name}: {} / {}", classes[0], classes[1]),
            label => label.to_owned(),
        };
        let origin = Origin::Embedded { embedded, classes: classes.map(str::to_owned) };
        entries.push(DataSetEntry { name: label, table, origin });
    }
    Ok(entries)
}

fn from_file<'d>(table: &'d TomlTable<'d>, folder: &Path) -> Result<Vec<DataSetEntry<'d>>, ExperimentError> {
    let format = format_of(table)?;
    let mut entries = Vec::new();
    for (settings, varying) in table.grid(&[keys::FILE, format.keys])? {
        if let Some(key) = format.missing(&settings) {
            table.require(&settings, format.keys, key.name)?;
        }
        let file = settings.text("file");
        let path = if file == file::STANDARD_INPUT { Path::new(file).to_owned() } else { folder.join(file) };
        let several: Vec<_> = varying.into_iter().filter(|key| *key != "file").collect();
        let name = label(&settings, &several, &file::name_of(&path));
        entries.push(DataSetEntry { name, table, origin: Origin::File { format, path, settings } });
    }
    Ok(entries)
}

/// The format of a table's files. All files of a table share one format, because the format declares keys of the table.
fn format_of(table: &TomlTable<'_>) -> Result<&'static Format, ExperimentError> {
    let named = table.texts("format");
    if let Some(format) = named.first().and_then(|name| formats::named(name)) {
        return match named.iter().all(|name| *name == format.name) {
            true => Ok(format),
            false => Err(table.mistake_in(
                "format",
                Mistake::Conflict("formats have different keys: give each a [[dataset]] of its own".to_owned()),
            )),
        };
    }
    let files = table.texts("file");
    let mut all = files.iter().map(|file| formats::of_file(Path::new(file)));
    let first = all.next().unwrap_or(&formats::FORMATS[0]);
    match all.find(|format| format.name != first.name) {
        None => Ok(first),
        Some(other) => Err(table.mistake_in(
            "file",
            Mistake::Conflict(format!(
                "files in {} and {} have different keys: give each format a [[dataset]] of its own",
                first.name, other.name
            )),
        )),
    }
}

/// Most features of simulated data with a condition number. More would take too long, because their axes form a
/// features × features matrix.
const MOST_ROTATED: u64 = 2_000;

fn from_simulation<'d>(table: &'d TomlTable<'d>) -> Result<Vec<DataSetEntry<'d>>, ExperimentError> {
    let mut entries = Vec::new();
    for (settings, varying) in table.grid(&[keys::SIMULATED])? {
        table.require(&settings, keys::SIMULATED, "rows")?;
        table.require(&settings, keys::SIMULATED, "features")?;
        let conflict = |key: &str, reason: &str| Err(table.mistake_in(key, Mistake::Conflict(reason.to_owned())));
        let (rows, features) = (settings.whole("rows").unwrap_or(0), settings.whole("features").unwrap_or(0));
        let covariance = match (settings.number("correlation"), settings.number("condition_number")) {
            (Some(_), Some(_)) => {
                return conflict(
                    "condition_number",
                    "correlation and condition_number contradict each other: remove one",
                );
            }
            (None, Some(_)) if features > MOST_ROTATED => {
                return conflict(
                    "condition_number",
                    "data with a condition_number may have at most 2,000 features: use fewer features, or a correlation",
                );
            }
            (None, Some(kappa)) => Covariance::ConditionNumber(kappa),
            (rho, None) => Covariance::Correlation(rho.unwrap_or(0.0)),
        };
        let noise = settings.number("label_noise").unwrap_or(0.0);
        let labels = match settings.number("margin") {
            Some(_) if noise > 0.0 => {
                return conflict(
                    "margin",
                    "data with a margin are separable, so label_noise must be 0: remove one of both",
                );
            }
            Some(margin) => Labels::Separable { margin },
            None => Labels::Logistic { noise },
        };
        let gaussian = Gaussian {
            rows: rows as usize,
            features: features as usize,
            covariance,
            signal: settings.number("signal").unwrap_or(1.0),
            positives: settings.number("positives").unwrap_or(0.5),
            labels,
            storage: Storage::named(settings.text("storage")),
        };
        let name = label(&settings, &varying, "gaussian");
        let origin = Origin::Simulated { gaussian, redraw: settings.flag("redraw") };
        entries.push(DataSetEntry { name, table, origin });
    }
    Ok(entries)
}
