//! Finds experiment files.

use std::path::{Path, PathBuf};

use super::Failure;
use crate::data::did_you_mean;
use crate::parameter::nearest;

/// The folder of the experiments that ship with the sources.
const FOLDER: &str = "experiments";

/// The path of an experiment file: as it is named, or, for a bare name that is not there, in `experiments/`.
pub fn experiment(file: &Path) -> Result<PathBuf, Failure> {
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

fn shipped_names() -> Vec<String> {
    let entries = std::fs::read_dir(FOLDER).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    names.sort();
    names
}
