//! `logitbench merge SHARD… --out PATH`

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::Args;

use super::conclude::{self, FitsFileWriter, OutputArguments, Sinks};
use super::{Failure, Success, find};
use crate::experiment::{Experiment, Overrides};
use crate::run::journal::ReadOnlyJournal;
use crate::run::journal::format::Header;
use crate::run::merge::{ShardRecords, join};
use crate::run::{self, Shard};

/// Arguments of `merge`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The shards that `experiment --shard` has written, in any order
    #[arg(required = true)]
    shards: Vec<PathBuf>,
    /// Where the report goes
    #[arg(long, value_name = "PATH")]
    out: PathBuf,
    #[command(flatten)]
    outputs: OutputArguments,
    /// The experiment file, if it or its data have moved since the shards were run
    #[arg(long, value_name = "FILE")]
    experiment: Option<PathBuf>,
}

/// Joins shards into the report that one run would have written.
pub fn run(arguments: &Arguments) -> Result<Success, Failure> {
    let started = SystemTime::now();
    conclude::check_writable(&arguments.out, &arguments.outputs)?;
    let shards = arguments.shards.iter().map(|path| ReadOnlyJournal::open(path)).collect::<Result<Vec<_>, _>>()?;
    let Some(Header { seed, repeats, path, text, .. }) = shards.first().map(|shard| &shard.header) else {
        return Err(Failure::Usage("name the shards to be joined".to_owned()));
    };
    let overrides = Overrides { repeats: Some(*repeats), seed: Some(*seed), memory_limit: None };
    let experiment = match &arguments.experiment {
        Some(file) => super::load(&find::experiment(file)?, overrides, 0)?,
        None => Experiment::parse(text, path, Path::new(path).parent().unwrap_or(Path::new("")), overrides)?,
    };
    let wanted = Header::new(&experiment, Shard::WHOLE);
    let mut parts = Vec::new();
    for (shard, path) in shards.iter().zip(&arguments.shards) {
        let units = shard.units(&experiment, &wanted)?;
        parts.push(ShardRecords { path: path.display().to_string(), shard: shard.shard()?, units });
    }
    let units = join(&experiment, parts)?;
    let mut fits =
        arguments.outputs.fits.map(|format| FitsFileWriter::new(&experiment, format, &arguments.out)).transpose()?;
    let interrupt = conclude::interrupt()?;
    let mut sinks = Sinks { journal: None, fits: fits.as_mut(), interrupt: &interrupt, failed: None };
    let options = run::Options::default();
    let results = run::resume(&experiment, options, units, &interrupt, &mut |event| sinks.observe(event));
    if let Some(failure) = sinks.failed {
        return Err(failure);
    }
    conclude::conclude(&experiment, &results?, started, &arguments.out, fits, &arguments.outputs)
}
