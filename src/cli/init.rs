//! `logitbench init DATA`

use std::path::{Component, Path, PathBuf};

use clap::Args;

use super::file_options::{FORMAT, FileOptions};
use super::{Failure, Success, print};
use crate::data::file::{Contents, Input, STANDARD_INPUT};
use crate::data::{DataError, DataSet, Roles, formats, shown};
use crate::experiment::{Experiment, Overrides, Subject, template};
use crate::parameter::Setting;
use crate::report::file as output;
use crate::report::phrases::quoted;
use crate::run::with_threads;
use crate::split::Scheme;

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A file in a format of `logitbench list formats`, as CSV, or - for standard input
    data: PathBuf,
    #[command(flatten)]
    file: FileOptions,
    /// Where the experiment file goes [default: NAME.toml beside the data]
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Write what an experiment needs and little more, without the other keys and their defaults
    #[arg(long)]
    minimal: bool,
}

/// Split schemes in the order in which they are tried, because a class may have too few rows for the first.
const SCHEMES: [Scheme; 2] = [Scheme::StratifiedShuffle, Scheme::Shuffle];

/// The schemes where rows belong to groups, which the others would put on both sides of a split.
const SCHEMES_OF_GROUPS: [Scheme; 2] = [Scheme::GroupShuffle, Scheme::LeaveOneGroupOut];

/// The schemes to be tried, the first first: that of the column that is named for one, if any is.
fn schemes(data: &DataSet) -> &'static [Scheme] {
    let Roles { test, order, groups, .. } = &data.roles;
    match (test, order, groups) {
        (Some(_), _, _) => &[Scheme::Fixed],
        (None, Some(_), _) => &[Scheme::Time],
        (None, None, Some(_)) => &SCHEMES_OF_GROUPS,
        (None, None, None) => &SCHEMES,
    }
}

/// Writes an experiment file for a data file.
pub fn run(arguments: &Arguments) -> Result<Success, Failure> {
    let out = arguments.out.clone().unwrap_or_else(|| match arguments.data == Path::new(STANDARD_INPUT) {
        true => PathBuf::from("standard-input.toml"),
        false => arguments.data.with_extension("toml"),
    });
    if out.exists() {
        let reason = format!("{} is there already: remove it, or choose another place with --out", out.display());
        return Err(Failure::Usage(reason));
    }
    let path = &arguments.data;
    let contents = Contents::of(path).map_err(|source| DataError::unreadable(path, source))?;
    let input = Input::new(&contents, path);
    let format = formats::of_input(input, arguments.file.format.as_deref())?;
    let mut settings = arguments.file.settings(format)?;
    if formats::of_file(path).name != format.name {
        settings.set(FORMAT, Setting::Text(format.name.to_owned()));
    }
    let because = format.work_out(input, &mut settings)?;
    let data = with_threads(0, |workers| format.read(Input { workers, ..input }, &settings))?;
    let data = data.with_trials_as_rows(&input.shown())?;

    // Makes the folder too, from which the path of the data must lead.
    output::check_writable(&out, "")?;
    let folder = out.parent().unwrap_or(Path::new(""));
    let from_there = relative(&arguments.data, folder)?;
    let call = call(arguments);
    let write = |scheme: Scheme| {
        let (data, settings, scheme) = (&data, &settings, scheme.name());
        let minimal = arguments.minimal;
        let subject = Subject { data, file: &from_there, format, settings, scheme, call: &call, minimal };
        let toml = template(&subject);
        Experiment::parse(&toml, &out.display().to_string(), folder, Overrides::default()).map(|_| toml)
    };
    let schemes = schemes(&data);
    let toml = write(schemes[0]).or_else(|error| schemes.get(1).map_or(Err(error), |&scheme| write(scheme)))?;
    output::write(&out, |file| file.write_all(toml.as_bytes()))?;
    let read =
        data.reading.iter().flat_map(|reading| reading.sentences()).map(|sentence| sentence + "\n").collect::<String>();
    print(&(read + &told(&out, &data, settings.text("target"), because)))?;
    Ok(Success::Done)
}

/// Tells what was chosen and what to type next.
fn told(out: &Path, data: &DataSet, target: &str, because: Option<&str>) -> String {
    let coded = |(code, class): (usize, &String)| format!("coded {code}: {}", shown(class));
    let codes: Vec<String> = data.classes.iter().enumerate().rev().map(coded).collect();
    let because = because.map_or(String::new(), |reason| format!(", {reason} (--target names another)"));
    let file = quoted(&out.to_string_lossy());
    // A format may leave no choice of the target.
    let target = if target.is_empty() { String::new() } else { format!("target: {}{because}\n", shown(target)) };
    let chooses = if data.counts().is_some() { "" } else { " (--positive chooses)" };
    format!(
        "{target}{}{chooses}\nwritten: {file}\n\n  logitbench check {file}\n  \
         logitbench experiment {file}\n",
        codes.join("; ")
    )
}

fn call(arguments: &Arguments) -> String {
    let mut call = vec!["logitbench".to_owned(), "init".to_owned(), quoted(&arguments.data.to_string_lossy())];
    call.extend(arguments.minimal.then(|| "--minimal".to_owned()));
    call.extend(arguments.file.words());
    call.join(" ")
}

/// The path of `file` from `folder`, as an experiment file in `folder` has it.
fn relative(file: &Path, folder: &Path) -> Result<String, Failure> {
    if file.is_absolute() || file == Path::new(STANDARD_INPUT) {
        return Ok(file.to_string_lossy().into_owned());
    }
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let (file, folder) = (std::path::absolute(file)?, std::path::absolute(folder)?);
    let (file, folder): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (file.components().collect(), folder.components().collect());
    let common = file.iter().zip(&folder).take_while(|(a, b)| a == b).count();
    let up = folder[common..].iter().map(|_| Component::ParentDir);
    let path: PathBuf = up.chain(file[common..].iter().copied()).collect();
    Ok(path.to_string_lossy().into_owned())
}
