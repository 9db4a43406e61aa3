//! The summary for the terminal, with or without plots.

use std::io::IsTerminal;

use clap::ValueEnum;

use super::layout;
use crate::report::summary::Extent;
use crate::report::{Report, figures, terminal};

/// When the summary has a plot of convergence per data set and model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Plot {
    /// At a terminal of at least 60 columns, for at most three pairs of data set and model
    #[default]
    Auto,
    /// Also into files and pipes, for any number of pairs
    Always,
    /// Never
    Never,
}

/// Largest number of plots that are shown by default.
const MOST: usize = 3;

/// Smallest width in columns at which plots are shown by default.
const NARROWEST: u16 = 60;

/// The report's summary for standard output.
pub fn summary(report: &Report, extent: Extent, plot: Plot) -> String {
    let layout = layout();
    let plots = match plot {
        Plot::Always => true,
        Plot::Never => false,
        Plot::Auto => {
            std::io::stdout().is_terminal() && layout.width >= NARROWEST && figures::gaps(report).len() <= MOST
        }
    };
    terminal::render(report, extent, plots, layout)
}
