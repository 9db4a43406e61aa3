//! `logitbench experiment FILE`

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use clap::Args;
use sha2::{Digest, Sha256};

use super::progress::Progress;
use super::{Failure, OverrideArguments, Success, environment, find, layout, print};
use crate::data::hexadecimal;
use crate::experiment::Experiment;
use crate::report::file::Pending;
use crate::report::fits::FitsWriter;
use crate::report::schema::{ClaimVerdict, FitsFile};
use crate::report::{self, analysis, terminal};
use crate::run;

/// Arguments of `experiment`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The experiment file; a bare name is also looked for in experiments/
    file: PathBuf,
    #[command(flatten)]
    overrides: OverrideArguments,
    /// Threads [default: one per core]
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Where the report goes [default: results/NAME.json]
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Also write the record of every fit, as CSV beside the report
    #[arg(long)]
    fits: bool,
    /// Show no progress
    #[arg(long)]
    quiet: bool,
}

/// Runs an experiment.
pub fn run(arguments: &Arguments) -> Result<Success, Failure> {
    let file = find::experiment(&arguments.file)?;
    let experiment = Experiment::load(&file, arguments.overrides.into())?;
    let out = match &arguments.out {
        Some(path) => path.clone(),
        None => Path::new("results").join(file.with_extension("json").file_name().unwrap_or_default()),
    };
    // A night's work must not meet an unwritable folder at its end.
    report::file::check_writable(&out)?;
    if arguments.fits {
        report::file::check_writable(&fits_path(&out))?;
    }

    let started = SystemTime::now();
    let progress = Progress::new(arguments.quiet);
    let options = run::Options { threads: arguments.threads.unwrap_or(0).into(), ..run::Options::default() };
    let interrupt = interrupt()?;
    let mut fits = if arguments.fits { Some(FitsFileWriter::new(&experiment, &out)?) } else { None };
    let mut failed = None;
    let results = run::run(&experiment, options, &interrupt, &mut |event| {
        progress.observe(event);
        if let (run::Event::Records(records), Some(writer), None) = (event, &mut fits, &failed) {
            // The run has nothing to go on for when its records cannot be kept.
            if let Err(error) = writer.csv.write(records) {
                failed = Some(error);
                interrupt.store(true, Ordering::Relaxed);
            }
        }
    });
    progress.finish();
    if let Some(source) = failed {
        return Err(report::file::WriteError { path: fits_path(&out).display().to_string(), source }.into());
    }
    let results = results?;

    let fits = fits.map(FitsFileWriter::finish).transpose()?;
    let environment = environment::describe(started, &results);
    let report = analysis::report(&experiment, &results, environment, fits);
    let json = report::json::render(&report).map_err(|error| Failure::Internal(error.to_string()))?;
    report::file::write(&out, |file| file.write_all(json.as_bytes()))?;

    let fits = report.fits.as_ref().map(|fits| format!(", fits: {}", out.with_file_name(&fits.file).display()));
    print(&format!(
        "{}\nreport: {}{} ({} fits in {:.2} s)\n",
        terminal::render(&report, layout()),
        out.display(),
        fits.unwrap_or_default(),
        experiment.fits(),
        results.elapsed.as_secs_f64(),
    ))?;
    let refuted = report.claims.iter().any(|claim| claim.verdict == ClaimVerdict::Refuted);
    Ok(if refuted { Success::ClaimRefuted } else { Success::Done })
}

/// A flag that Ctrl-C sets. The second Ctrl-C ends the program at once.
fn interrupt() -> Result<Arc<AtomicBool>, Failure> {
    let flag = Arc::new(AtomicBool::new(false));
    let in_handler = Arc::clone(&flag);
    ctrlc::set_handler(move || {
        if in_handler.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    })
    .map_err(|error| Failure::Internal(format!("cannot listen for Ctrl-C: {error}")))?;
    Ok(flag)
}

/// Where the records of single fits go.
fn fits_path(out: &Path) -> PathBuf {
    out.with_extension("fits.csv")
}

/// The file of the records of single fits, written while the run goes on.
struct FitsFileWriter<'e> {
    csv: FitsWriter<'e, Hashed>,
    path: PathBuf,
}

impl<'e> FitsFileWriter<'e> {
    fn new(experiment: &'e Experiment, out: &Path) -> Result<FitsFileWriter<'e>, Failure> {
        let path = fits_path(out);
        let file = Hashed { file: Pending::new(&path)?, hash: Sha256::new() };
        let failed = |source| report::file::WriteError { path: path.display().to_string(), source };
        let csv = FitsWriter::new(experiment, file).map_err(failed)?;
        Ok(FitsFileWriter { csv, path })
    }

    fn finish(self) -> Result<FitsFile, Failure> {
        let failed = |source| report::file::WriteError { path: self.path.display().to_string(), source };
        let Hashed { file, hash } = self.csv.finish().map_err(failed)?;
        file.finish()?;
        Ok(FitsFile {
            file: self.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            format: "csv".to_owned(),
            digest: hexadecimal(&hash.finalize()),
        })
    }
}

/// Takes the digest of what is written.
struct Hashed {
    file: Pending,
    hash: Sha256,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}
