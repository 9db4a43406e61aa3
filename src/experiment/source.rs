//! `[[dataset]]`: an embedded data set, a CSV file, or a simulation.

use std::path::Path;

use super::document::Table;
use super::error::{ExperimentError, Mistake};
use super::{keys, with_varying};
use crate::data::embedded::{self, Embedded};
use crate::data::simulated::{Covariance, Gaussian, Labels};
use crate::data::{DataSet, Storage, csv_file};
use crate::parameter::{Settings, nearest};
use crate::split::stream::{Purpose, Streams};

/// Where the data of a split come from.
pub enum Source {
    /// The same rows for every split.
    Fixed(DataSet),
    /// Rows drawn afresh for each split.
    Redrawn {
        /// The name in the report.
        name: String,
        /// What they are drawn from.
        gaussian: Gaussian,
        /// The random streams of the draws.
        streams: Streams,
    },
}

impl Source {
    /// The name in the report.
    pub fn name(&self) -> &str {
        match self {
            Source::Fixed(data) => &data.name,
            Source::Redrawn { name, .. } => name,
        }
    }

    /// Rows and features.
    pub fn shape(&self) -> (usize, usize) {
        match self {
            Source::Fixed(data) => (data.rows(), data.features.ncols()),
            Source::Redrawn { gaussian, .. } => (gaussian.rows, gaussian.features),
        }
    }

    /// The data of one split, if they are drawn for it.
    pub fn draw(&self, index: u64) -> Option<DataSet> {
        match self {
            Source::Fixed(_) => None,
            Source::Redrawn { name, gaussian, streams } => Some(gaussian.draw(name, &mut streams.stream(index))),
        }
    }

    /// The digest of the data, if they are drawn once.
    pub fn digest(&self) -> Option<String> {
        match self {
            Source::Fixed(data) => Some(data.digest()),
            Source::Redrawn { .. } => None,
        }
    }

    /// Labels and class names that a split must be possible with. Drawn data show their first draw.
    pub fn example(&self) -> (Vec<bool>, [String; 2]) {
        match self {
            Source::Fixed(data) => (data.labels.clone(), data.classes.clone()),
            Source::Redrawn { name, gaussian, streams } => {
                let data = gaussian.draw(name, &mut streams.stream(0));
                (data.labels, data.classes)
            }
        }
    }
}

/// Reads a `[[dataset]]`: several sources if it is a grid.
pub fn read(table: &Table<'_>, folder: &Path, seed: u64) -> Result<Vec<Source>, ExperimentError> {
    let kinds: Vec<&str> = ["file", "simulate"].into_iter().filter(|key| table.has(key)).collect();
    match kinds[..] {
        ["file"] if !table.has("name") => from_csv(table, folder),
        ["simulate"] if !table.has("name") => from_simulation(table, seed),
        [] if table.has("name") => from_embedded(table),
        [] => Err(table.mistake(Mistake::Missing {
            key: "name",
            about: "name a data set of `logitbench list datasets`, or give file = \"data.csv\" or simulate = \"gaussian\"",
        })),
        _ => Err(table.mistake(Mistake::Conflict(
            "a data set has one of name (embedded), file or simulate; its name in the report is label".to_owned(),
        ))),
    }
}

fn label(settings: &Settings, varying: &[&'static str], default: &str) -> String {
    match settings.text("label") {
        "" => with_varying(default, settings, varying),
        label => with_varying(label, settings, varying),
    }
}

fn from_embedded(table: &Table<'_>) -> Result<Vec<Source>, ExperimentError> {
    let mut sources = Vec::new();
    for (settings, _) in table.grid(&[keys::EMBEDDED])? {
        let name = settings.text("name");
        let known = || embedded::ALL.iter().map(|embedded| embedded.name);
        let embedded = Embedded::named(name).ok_or_else(|| {
            let nearest = nearest(name, known()).map(str::to_owned);
            let known = known().collect::<Vec<_>>().join(", ");
            table.mistake_in("name", Mistake::UnknownName { what: "data set", name: name.to_owned(), nearest, known })
        })?;
        let all = embedded.classes();
        let written: Vec<&str> = settings.texts("classes").iter().map(String::as_str).collect();
        let classes = match (written[..].try_into(), all[..].try_into()) {
            (Ok(classes), _) => classes,
            (Err(_), Ok(both)) if written.is_empty() => both,
            _ => {
                return Err(table.mistake_in(
                    "classes",
                    Mistake::BadValue {
                        key: "classes".to_owned(),
                        found: format!("{written:?}"),
                        allowed: format!(
                            "two of {all:?}, or one of them and \"rest\", as classes = [\"{}\", \"{}\"]",
                            all[0], all[1]
                        ),
                        nearest: None,
                    },
                ));
            }
        };
        let mut data = embedded.load(classes).map_err(|error| table.mistake_in("classes", error))?;
        data.name = match settings.text("label") {
            "" if written.is_empty() => name.to_owned(),
            "" => format!("{name}: {} / {}", classes[0], classes[1]),
            label => label.to_owned(),
        };
        sources.push(Source::Fixed(data));
    }
    Ok(sources)
}

fn from_csv(table: &Table<'_>, folder: &Path) -> Result<Vec<Source>, ExperimentError> {
    let mut sources = Vec::new();
    for (settings, varying) in table.grid(&[keys::CSV])? {
        table.require(&settings, keys::CSV, "target")?;
        let positive = Some(settings.text("positive")).filter(|positive| !positive.is_empty());
        let path = folder.join(settings.text("file"));
        let mut data =
            csv_file::load(&path, settings.text("target"), positive, Storage::named(settings.text("storage")))
                .map_err(|error| table.mistake_in("file", error))?;
        let several: Vec<_> = varying.into_iter().filter(|key| *key != "file").collect();
        data.name = label(&settings, &several, &data.name);
        sources.push(Source::Fixed(data));
    }
    Ok(sources)
}

/// Most features that simulated data with a condition number may have: their axes are a features × features matrix.
const MOST_ROTATED: u64 = 2_000;

/// Most numbers a simulated design may have.
const LARGEST_SIMULATION: u64 = 1_000_000_000;

fn from_simulation(table: &Table<'_>, seed: u64) -> Result<Vec<Source>, ExperimentError> {
    let mut sources = Vec::new();
    for (settings, varying) in table.grid(&[keys::SIMULATED])? {
        table.require(&settings, keys::SIMULATED, "rows")?;
        table.require(&settings, keys::SIMULATED, "features")?;
        let conflict = |key: &str, reason: &str| Err(table.mistake_in(key, Mistake::Conflict(reason.to_owned())));
        let (rows, features) = (settings.whole("rows").unwrap_or(0), settings.whole("features").unwrap_or(0));
        if rows.saturating_mul(features) > LARGEST_SIMULATION {
            return conflict("rows", "rows times features is above 10^9, which is 8 GB: simulate fewer");
        }
        let covariance = match (settings.number("correlation"), settings.number("condition_number")) {
            (Some(_), Some(_)) => {
                return conflict("condition_number", "give a correlation or a condition_number, not both");
            }
            (None, Some(_)) if features > MOST_ROTATED => {
                return conflict(
                    "condition_number",
                    "features is above 2,000, too many for a random rotation: use a correlation",
                );
            }
            (None, Some(kappa)) => Covariance::ConditionNumber(kappa),
            (rho, None) => Covariance::Correlation(rho.unwrap_or(0.0)),
        };
        let noise = settings.number("label_noise").unwrap_or(0.0);
        let labels = match settings.number("margin") {
            Some(_) if noise > 0.0 => {
                return conflict("margin", "data with a margin are separable, so label_noise must be 0");
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
        let streams = Streams::new(seed, &name, Purpose::Data);
        sources.push(if settings.flag("redraw") {
            Source::Redrawn { name, gaussian, streams }
        } else {
            Source::Fixed(gaussian.draw(&name, &mut streams.stream(0)))
        });
    }
    Ok(sources)
}
