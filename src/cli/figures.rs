//! The figures of a report as files.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};

use super::Failure;
use crate::report::Report;
use crate::report::drawing::{self, Look};
use crate::report::figure::Figure;
use crate::report::figures::selection::{KEYS, Selection};
use crate::report::file::{self, WriteError};

/// Dots of a scene to the inch.
const PER_INCH: f64 = 96.0;

/// The options for writing figures.
#[derive(Debug, clap::Args)]
pub struct FiguresArgument {
    /// Also write the figures of the report into this folder, each as SVG and as PNG
    #[arg(long, value_name = "DIR")]
    pub figures: Option<PathBuf>,
    /// Write these figures alone: by kind, dataset, model or solver, as kind=ranks dataset=iris
    #[arg(long, value_name = "KEY=VALUE", num_args = 1.., requires = "figures", value_parser = choice)]
    figures_of: Vec<(String, String)>,
    /// The width of figures in inches
    #[arg(long, value_name = "INCHES", default_value_t = 7.0, requires = "figures", value_parser = inches)]
    figure_width: f64,
    /// Draw no titles above figures, whose captions will have them
    #[arg(long, requires = "figures")]
    no_figure_titles: bool,
    /// Draw the letters of SVG files as outlines, which look the same where the font is missing
    #[arg(long, requires = "figures")]
    outlines: bool,
}

/// A pair of an option's value.
fn choice(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if KEYS.contains(&key) => Ok((key.to_owned(), value.to_owned())),
        _ => Err(format!("give KEY=VALUE with one of the keys {}", KEYS.join(", "))),
    }
}

/// A width of figures. Narrower ones have no room for the names of an axis; wider ones are no longer of paper.
fn inches(text: &str) -> Result<f64, String> {
    let allowed = |inches: &f64| (2.5..=40.0).contains(inches);
    text.parse().ok().filter(allowed).ok_or_else(|| "give a number of inches from 2.5 to 40".to_owned())
}

impl FiguresArgument {
    /// Checks before the work that the folder can be written to.
    pub fn check_writable(&self) -> Result<(), Failure> {
        let Some(folder) = &self.figures else { return Ok(()) };
        Ok(file::check_folder(folder).map_err(elsewhere)?)
    }

    /// Writes the figures if requested, and returns a line that says so. Writes none if a path holds a file of another kind, or if
    /// one of them cannot be written.
    pub fn write(&self, report: &Report) -> Result<String, Failure> {
        let Some(folder) = &self.figures else { return Ok(String::new()) };
        let selection = Selection { wanted: self.figures_of.clone() };
        let figures =
            selection.figures(report).map_err(|unknown| Failure::Usage(format!("--figures-of: {unknown}")))?;
        let names = drawing::file_names(&figures);
        for name in &names {
            file::check_writable(&folder.join(format!("{name}.svg")), drawing::SVG_MARK).map_err(elsewhere)?;
            file::check_writable(&folder.join(format!("{name}.png")), drawing::PNG_MARK).map_err(elsewhere)?;
        }
        let look = Look { width: PER_INCH * self.figure_width, title: !self.no_figure_titles, outlines: self.outlines };
        let beside = folder.join(format!(".figures.{}.tmp", std::process::id()));
        let files: Vec<String> = names.iter().flat_map(|name| [format!("{name}.svg"), format!("{name}.png")]).collect();
        let drawn = draw(&figures, &names, &look, &beside);
        let written = drawn.and_then(|()| file::move_all(&beside, folder, &files));
        // Nothing is left in it unless writing has failed, which is what is reported.
        file::remove_folder(&beside);
        written.map_err(elsewhere)?;
        Ok(format!("figures: {} in {}, each as SVG and PNG\n", figures.len(), folder.display()))
    }
}

/// Draws all figures into a folder of their own, and says on a terminal how many there are already.
fn draw(figures: &[Figure], names: &[String], look: &Look, folder: &Path) -> Result<(), WriteError> {
    let bar = ProgressBar::new(figures.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("figures: {pos} of {len}") {
        bar.set_style(style);
    }
    for (figure, name) in figures.iter().zip(names) {
        let svg = drawing::svg(figure, look);
        file::write(&folder.join(format!("{name}.svg")), |file| file.write_all(svg.as_bytes()))?;
        let png = |file: &mut dyn Write| file.write_all(&drawing::png(figure, look).map_err(io::Error::other)?);
        file::write(&folder.join(format!("{name}.png")), png)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

fn elsewhere(error: WriteError) -> WriteError {
    WriteError { option: "--figures", ..error }
}
