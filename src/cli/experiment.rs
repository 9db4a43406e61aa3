//! `logitbench experiment FILE`

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::Args;

use super::conclude::{self, FitsFileWriter, OutputArguments, Sinks};
use super::progress::Progress;
use super::{Failure, OverrideArguments, Success, find, print, replay, tell};
use crate::experiment::Experiment;
use crate::record::Results;
use crate::run::journal::format::Header;
use crate::run::journal::{Journal, Recovered};
use crate::run::{self, RunError, Shard};

/// Arguments of `experiment`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The experiment file; a bare name is also looked for in experiments/
    file: PathBuf,
    #[command(flatten)]
    overrides: OverrideArguments,
    /// Threads [default: one per core]
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Where the report goes [default: results/NAME.json]
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    #[command(flatten)]
    outputs: OutputArguments,
    /// Go on from the journal of an interrupted run (the default if its journal is found)
    #[arg(long)]
    resume: bool,
    /// Start anew, and discard the journal of an interrupted run
    #[arg(long, conflicts_with = "resume")]
    fresh: bool,
    /// Run part K of N only, for `merge` to join [default of --out: results/NAME.K-of-N.shard]
    #[arg(long, value_name = "K/N", value_parser = shard, conflicts_with_all = ["fits", "figures"])]
    shard: Option<Shard>,
    /// Repeat only the fits of one split, and show them in full: split=17, optionally dataset=NAME, model=NAME, solver=NAME
    #[arg(long, value_name = "KEY=VALUE", num_args = 1.., conflicts_with_all = ["shard", "fits", "figures", "out", "resume", "fresh"])]
    only: Vec<String>,
    /// With --only: print JSON
    #[arg(long, requires = "only")]
    json: bool,
    /// Show no progress (by default bars at a terminal, otherwise a line a minute)
    #[arg(long)]
    quiet: bool,
}

fn shard(text: &str) -> Result<Shard, String> {
    let numbers = text.split_once('/').and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
    match numbers {
        Some((number, of)) if 1 <= number && number <= of => Ok(Shard { number, of }),
        _ => Err("a part is K/N with K from 1 to N, such as 3/7".to_owned()),
    }
}

/// Runs an experiment, or a part of it.
pub fn run(arguments: &Arguments) -> Result<Success, Failure> {
    let file = find::experiment(&arguments.file)?;
    let experiment = super::load(&file, arguments.overrides.into(), arguments.threads.unwrap_or(0).into())?;
    if !arguments.only.is_empty() {
        return replay::run(experiment, &arguments.only, options(arguments), arguments.json);
    }
    let default_out =
        |extension: &str| Path::new("results").join(file.with_extension(extension).file_name().unwrap_or_default());
    let out = |extension: &str| arguments.out.clone().unwrap_or_else(|| default_out(extension));
    match arguments.shard {
        None => whole(arguments, &experiment, &out("json")),
        Some(_) if experiment.until_decided => Err(Failure::Usage(
            "a shard cannot know when all claims are decided: give --shard with --repeats N".to_owned(),
        )),
        Some(shard) => part(arguments, &experiment, shard, &out(&format!("{}-of-{}.shard", shard.number, shard.of))),
    }
}

fn whole(arguments: &Arguments, experiment: &Experiment, out: &Path) -> Result<Success, Failure> {
    conclude::check_writable(out, &arguments.outputs)?;
    let started = SystemTime::now();
    let path = journal_path(out);
    let (mut journal, found) = open(arguments, experiment, Shard::WHOLE, &path)?;
    // The journal is locked, so no other run is writing these files.
    conclude::remove_abandoned(out);
    let mut fits = arguments.outputs.fits.map(|format| FitsFileWriter::new(experiment, format, out)).transpose()?;
    let progress = Progress::new(experiment, Shard::WHOLE, arguments.quiet);
    let interrupt = conclude::interrupt()?;
    let mut sinks = Sinks { journal: Some(&mut journal), fits: fits.as_mut(), interrupt: &interrupt, failed: None };
    let results = run::resume(experiment, options(arguments), found.units, &interrupt, &mut |event| {
        progress.observe(event);
        sinks.observe(event);
    });
    progress.finish();
    if let Some(failure) = sinks.failed {
        return Err(failure);
    }
    let results = match results {
        // What earlier parts of the run took counts too, as their fits do.
        Ok(results) => Results { elapsed: results.elapsed + found.elapsed, ..results },
        Err(error) => return Err(interrupted(error, journal, &path)),
    };
    let success = conclude::conclude(experiment, &results, started, out, fits, &arguments.outputs)?;
    journal.remove()?;
    Ok(success)
}

fn part(arguments: &Arguments, experiment: &Experiment, shard: Shard, out: &Path) -> Result<Success, Failure> {
    let (mut journal, found) = open(arguments, experiment, shard, out)?;
    let progress = Progress::new(experiment, shard, arguments.quiet);
    let interrupt = conclude::interrupt()?;
    let mut sinks = Sinks { journal: Some(&mut journal), fits: None, interrupt: &interrupt, failed: None };
    let result = run::shard(experiment, options(arguments), shard, found.units, &interrupt, &mut |event| {
        progress.observe(event);
        sinks.observe(event);
    });
    progress.finish();
    if let Some(failure) = sinks.failed {
        return Err(failure);
    }
    if let Err(error) = result {
        return Err(interrupted(error, journal, out));
    }
    journal.sync()?;
    let Shard { number, of } = shard;
    let splits = shard.splits(experiment);
    let fits = (splits.end - splits.start) * experiment.fits_per_split();
    print(&format!("shard {number}/{of}: {fits} fits in {}; join all with logitbench merge\n", out.display()))?;
    Ok(Success::Done)
}

fn options(arguments: &Arguments) -> run::Options {
    run::Options {
        threads: arguments.threads.unwrap_or(0).into(),
        memory_limit: arguments.overrides.memory_limit,
        ..run::Options::default()
    }
}

/// The path of a report's journal.
pub fn journal_path(out: &Path) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".journal");
    out.with_file_name(name)
}

/// Opens a journal and prints the number of fits in it.
fn open(
    arguments: &Arguments,
    experiment: &Experiment,
    shard: Shard,
    path: &Path,
) -> Result<(Journal, Recovered), Failure> {
    let header = Header::new(experiment, shard);
    let (journal, found) = Journal::open(path, experiment, &header, arguments.fresh)?;
    let shown = path.display();
    let splits = shard.splits(experiment);
    let planned = (splits.end - splits.start) * experiment.fits_per_split();
    match found.fits() {
        0 if arguments.resume => tell(&format!("{shown} holds no finished fits: starting at the beginning")),
        0 => {}
        fits => tell(&format!("going on from {shown}, which has {fits} of {planned} fits")),
    }
    if found.torn > 0 {
        tell(&format!("{shown}: {} bytes dropped after the last whole record", found.torn));
    }
    Ok((journal, found))
}

/// The failure of a run that stopped early. Its finished units stay in the journal.
fn interrupted(error: RunError, journal: Journal, path: &Path) -> Failure {
    let failure = match error {
        RunError::Interrupted { done, fits } if done > 0 => {
            Failure::Interrupted { done, fits, journal: path.display().to_string() }
        }
        error => error.into(),
    };
    journal.leave().map_or_else(Failure::from, |()| failure)
}
