//! Finds experiment files.

use std::path::{Path, PathBuf};

use super::Failure;
use crate::data::did_you_mean;
use crate::data::formats::FORMATS;
use crate::parameter::nearest;
use crate::report::phrases::quoted;

/// The folder of the experiments that ship with the sources.
const FOLDER: &str = "experiments";

/// The path of an experiment file: as it is named, or, for a bare name that is not there, in `experiments/`.
pub fn experiment(file: &Path) -> Result<PathBuf, Failure> {
    if let Some(reason) = why_data(file, "an experiment file") {
        return Err(Failure::Usage(format!("{}: {reason}", file.display())));
    }
    if file.exists() {
        return Ok(file.to_owned());
    }
    let bare = file.parent().is_none_or(|folder| folder.as_os_str().is_empty());
    let shipped = Path::new(FOLDER).join(file);
    if bare && shipped.exists() {
        return Ok(shipped);
    }
    let known = shipped_names();
    let name = file.display().to_string();
    Err(Failure::NoExperiment {
        nearest: did_you_mean(&nearest(&name, known.iter().map(String::as_str)).map(str::to_owned)),
        known: if known.is_empty() {
            "name a TOML file, or go to a folder that has experiments/".to_owned()
        } else {
            format!("{FOLDER}/ has {}", known.join(", "))
        },
        name,
    })
}

/// Why a file, by the end of its name, is no `wanted` but a file of data, with the verbs that read such; `None` for other names.
pub fn why_data(file: &Path, wanted: &str) -> Option<String> {
    let format = FORMATS.iter().find(|format| format.claims(file))?;
    let name = quoted(&file.to_string_lossy());
    Some(format!(
        "it is named as a file of data ({}), and {wanted} is needed: `logitbench init {name}` writes an experiment about it, and \
         `logitbench fit {name}` fits it",
        format.name
    ))
}

/// Why a file, by the end of its name, is no report but an experiment file; `None` for other names.
pub fn why_experiment(file: &Path) -> Option<String> {
    file.extension().filter(|end| end.eq_ignore_ascii_case("toml"))?;
    let name = quoted(&file.to_string_lossy());
    Some(format!(
        "it is named as an experiment file, and a report is needed: `logitbench experiment {name}` runs it and writes one"
    ))
}

/// Why a file, by the end of its name, is no report but the page of one; `None` for other names.
pub fn why_page(file: &Path) -> Option<String> {
    file.extension().filter(|end| end.eq_ignore_ascii_case("html") || end.eq_ignore_ascii_case("htm"))?;
    let beside = file.with_extension("json");
    Some(match beside.exists() {
        true => format!(
            "it is named as a page, and a report is needed: give {}, which is beside it",
            quoted(&beside.to_string_lossy())
        ),
        false => "it is named as a page, and a report is needed: give the .json that was written with it".to_owned(),
    })
}

fn shipped_names() -> Vec<String> {
    let entries = std::fs::read_dir(FOLDER).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    names.sort();
    names
}
