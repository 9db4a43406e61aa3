//! The figures of a report as files.

use std::io::{self, Write};
use std::path::PathBuf;

use super::Failure;
use crate::report::file::{self, WriteError};
use crate::report::{Report, drawing, figures};

/// The option for writing figures.
#[derive(Debug, clap::Args)]
pub struct FiguresArgument {
    /// Also write each figure of the report into this folder, as SVG and as PNG
    #[arg(long, value_name = "DIR")]
    pub figures: Option<PathBuf>,
}

impl FiguresArgument {
    /// Checks before the work that the folder can be written to.
    pub fn check_writable(&self) -> Result<(), Failure> {
        let Some(folder) = &self.figures else { return Ok(()) };
        Ok(file::check_folder(folder).map_err(elsewhere)?)
    }

    /// Writes the figures if requested, and returns a line that says so. Writes none if a path holds a file of another kind.
    pub fn write(&self, report: &Report) -> Result<String, Failure> {
        let Some(folder) = &self.figures else { return Ok(String::new()) };
        let figures = figures::all(report);
        let path = |name: &str, extension: &str| folder.join(format!("{name}.{extension}"));
        let names = drawing::file_names(&figures);
        for name in &names {
            file::check_writable(&path(name, "svg"), drawing::SVG_MARK).map_err(elsewhere)?;
            file::check_writable(&path(name, "png"), drawing::PNG_MARK).map_err(elsewhere)?;
        }
        for (figure, name) in figures.iter().zip(&names) {
            let svg = drawing::svg(figure);
            file::write(&path(name, "svg"), |file| file.write_all(svg.as_bytes())).map_err(elsewhere)?;
            let draw = |file: &mut dyn Write| file.write_all(&drawing::png(figure).map_err(io::Error::other)?);
            file::write(&path(name, "png"), draw).map_err(elsewhere)?;
        }
        Ok(format!("figures: {} in {}, each as SVG and PNG\n", figures.len(), folder.display()))
    }
}

fn elsewhere(error: WriteError) -> WriteError {
    WriteError { option: "--figures", ..error }
}
