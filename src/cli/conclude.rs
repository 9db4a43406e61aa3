//! The end of a run, whether run as a whole or joined from shards: report, other files, summary.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use sha2::{Digest, Sha256};

use super::figures::FiguresArgument;
use super::plot::{Plot, summary};
use super::{Failure, Success, environment, print};
use crate::data::hexadecimal;
use crate::experiment::Experiment;
use crate::record::{Results, UnitRecords};
use crate::report::file::{self, Pending, WriteError};
use crate::report::fits::{FitsFormat, FitsWriter};
use crate::report::schema::{ClaimVerdict, FitsFile};
use crate::report::summary::Extent;
use crate::report::{Report, analysis, json, page};
use crate::run::{Event, journal};

/// Options for the output of a run beside its report.
#[derive(Debug, Args)]
pub struct OutputArguments {
    /// Also write the record of every fit beside the report, in csv if no format is named
    #[arg(long, value_name = "FORMAT", num_args = 0..=1, require_equals = true, default_missing_value = "csv", value_parser = fits_format())]
    pub fits: Option<FitsFormat>,
    /// Write no page beside the report
    #[arg(long)]
    no_page: bool,
    #[command(flatten)]
    figures: FiguresArgument,
    /// Plot convergence as text, above the claims
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    plot: Plot,
}

/// Checks that all requested files can be written, so that an unwritable folder stops a run before its work and not after it.
pub fn check_writable(out: &Path, outputs: &OutputArguments) -> Result<(), Failure> {
    file::check_writable(out, json::BEGINNING)?;
    if !outputs.no_page {
        file::check_writable(&page_path(out), page::BEGINNING)?;
    }
    if let Some(format) = outputs.fits {
        file::check_writable(&fits_path(out, format), format.mark())?;
    }
    outputs.figures.check_writable()
}

/// Removes half-written files that a killed run left: report, page, fits.
pub fn remove_abandoned(out: &Path) {
    file::remove_abandoned(out);
    for format in FitsFormat::ALL {
        file::remove_abandoned(&fits_path(out, format));
    }
    file::remove_abandoned(&page_path(out));
}

/// Writes the report of a run and prints its summary.
pub fn conclude(
    experiment: &Experiment,
    results: &Results,
    started: SystemTime,
    out: &Path,
    fits: Option<FitsFileWriter<'_>>,
    outputs: &OutputArguments,
) -> Result<Success, Failure> {
    let fits = fits.map(FitsFileWriter::finish).transpose()?;
    let environment = environment::describe(started, results);
    let report = analysis::report(experiment, results, environment, fits);
    let json = json::render(&report).map_err(|error| Failure::Internal(error.to_string()))?;
    file::write(out, |file| file.write_all(json.as_bytes()))?;

    let page_path = (!outputs.no_page).then(|| page_path(out));
    if let Some(path) = &page_path {
        write_page(&report, path)?;
    }

    let page = page_path.map(|path| format!(", page: {}", path.display()));
    let fits = report.fits.as_ref().map(|fits| format!(", fits: {}", out.with_file_name(&fits.file).display()));
    print(&format!(
        "{}\nreport: {}{}{} ({} fits in {:.2} s)\n",
        summary(&report, Extent::Summary, outputs.plot),
        out.display(),
        page.unwrap_or_default(),
        fits.unwrap_or_default(),
        results.cells.iter().map(|cell| cell.records.len()).sum::<usize>(),
        results.elapsed.as_secs_f64(),
    ))?;
    print(&outputs.figures.write(&report)?)?;
    let failed = report.cells.iter().map(|cell| cell.failed_because.values().sum::<usize>()).sum();
    if failed > 0 {
        return Ok(Success::FitsFailed(failed));
    }
    let refuted = report.claims.iter().any(|claim| claim.verdict == ClaimVerdict::Refuted);
    Ok(if refuted { Success::ClaimRefuted } else { Success::Done })
}

/// The path of a report's page: beside the report, and never the same path.
pub fn page_path(out: &Path) -> PathBuf {
    let page = out.with_extension("html");
    if page == out { out.with_extension("page.html") } else { page }
}

/// Writes the page of a report.
pub fn write_page(report: &Report, path: &Path) -> Result<(), Failure> {
    let html = page::render(report).map_err(|error| Failure::Internal(error.to_string()))?;
    Ok(file::write(path, |file| file.write_all(html.as_bytes()))?)
}

/// A flag that Ctrl-C sets. The second Ctrl-C ends the program at once.
pub fn interrupt() -> Result<Arc<AtomicBool>, Failure> {
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

/// Writes records during a run, and interrupts the run if they cannot be written, because more results would be lost.
pub struct Sinks<'a, 'e> {
    /// Takes the records of units as they end.
    pub journal: Option<&'a mut journal::Journal>,
    /// Takes the records in the order of the splits.
    pub fits: Option<&'a mut FitsFileWriter<'e>>,
    /// Interrupts the run.
    pub interrupt: &'a AtomicBool,
    /// The first failure to write.
    pub failed: Option<Failure>,
}

impl Sinks<'_, '_> {
    /// Takes an event of the run.
    pub fn observe(&mut self, event: Event<'_>) {
        let result = match event {
            _ if self.failed.is_some() => Ok(()),
            Event::UnitDone(records) => {
                self.journal.as_mut().map_or(Ok(()), |journal| journal.append(records).map_err(Failure::from))
            }
            Event::Records(records) => self.fits.as_mut().map_or(Ok(()), |fits| fits.write(records)),
            _ => Ok(()),
        };
        if let Err(failure) = result {
            self.failed = Some(failure);
            self.interrupt.store(true, Ordering::Relaxed);
        }
    }
}

/// Parses the name of a format.
fn fits_format() -> impl TypedValueParser<Value = FitsFormat> {
    let named = |name: String| FitsFormat::ALL.into_iter().find(|format| format.name() == name);
    PossibleValuesParser::new(FitsFormat::ALL.map(FitsFormat::name))
        .try_map(move |name| named(name).ok_or("no such format"))
}

/// The path of the file of single fits.
fn fits_path(out: &Path, format: FitsFormat) -> PathBuf {
    out.with_extension(format!("fits.{}", format.name()))
}

/// The file of single fits, written during the run.
pub struct FitsFileWriter<'e> {
    rows: FitsWriter<'e, Hashed>,
    format: FitsFormat,
    path: PathBuf,
}

impl<'e> FitsFileWriter<'e> {
    /// Begins the file beside a report.
    pub fn new(experiment: &'e Experiment, format: FitsFormat, out: &Path) -> Result<FitsFileWriter<'e>, Failure> {
        let path = fits_path(out, format);
        let file = Hashed { file: Pending::new(&path)?, hash: Sha256::new() };
        let failed = |source| WriteError::new(&path, source);
        let rows = FitsWriter::new(experiment, format, file).map_err(failed)?;
        Ok(FitsFileWriter { rows, format, path })
    }

    fn write(&mut self, records: &UnitRecords) -> Result<(), Failure> {
        let failed = |source| WriteError::new(&self.path, source);
        Ok(self.rows.write(records).map_err(failed)?)
    }

    fn finish(self) -> Result<FitsFile, Failure> {
        let failed = |source| WriteError::new(&self.path, source);
        let Hashed { file, hash } = self.rows.finish().map_err(failed)?;
        file.finish()?;
        Ok(FitsFile {
            file: self.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            format: self.format.name().to_owned(),
            digest: hexadecimal(&hash.finalize()),
        })
    }
}

/// A file whose digest is computed as it is written.
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
