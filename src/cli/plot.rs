//! When a summary has plots.

use std::io::IsTerminal;

use clap::ValueEnum;

use super::layout;
use crate::report::summary::Extent;
use crate::report::{Report, figures, terminal};

/// When the summary has a plot of convergence per data set and model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Plot {
    /// At a terminal of 60 columns or more, for three data sets and models or fewer
    #[default]
    Auto,
    /// Into files and pipes too, however many they are
    Always,
    /// Never
    Never,
}

/// Plots that are shown without being asked for.
const MOST: usize = 3;

/// Columns below which none is.
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
