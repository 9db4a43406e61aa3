//! Everything after the run: a pure function of the records makes a [`Report`], and renderers turn it into text.
//!
//! [`analysis::report`] makes the report. [`summary`] says it in blocks ([`document`]), which [`terminal`], [`markdown`] and
//! [`latex`] lay out; the HTML [`page`] takes words and numbers from the same place ([`phrases`]). [`mod@figures`] makes the
//! figures, which page, terminal and [`drawing`] (SVG, PNG) render. [`fits`] renders the records of single fits, [`mod@compare`]
//! two reports, and only [`mod@file`] touches the disk. To add a renderer: a file here with a function from `&Report` to text or
//! bytes, and a call in the verbs of `cli` that offer it.

pub mod analysis;
pub mod answer;
pub mod decided_claims;
pub mod compare;
pub mod comparisons;
pub mod document;
pub mod drawing;
pub mod figure;
pub mod figures;
mod coincide;
pub mod file;
pub mod fits;
pub mod json;
pub mod latex;
pub mod markdown;
pub mod page;
mod one_screen;
pub mod palette;
pub mod reliability;
pub mod replay;
pub mod schema;
pub mod single;
pub mod solver_pairs;
pub mod summary;
pub mod tables;
pub mod terminal;
pub mod phrases;
mod bootstrap;
pub mod new_data;
mod pieces;
mod first_ranks;
mod remedies;
mod result_columns;

pub use crate::statistics::words::percent;
pub use schema::Report;

use crate::experiment::Experiment;
use crate::record::Cell;

/// A number for the report: `None`, which is null in JSON, if it is not finite.
fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// The names of a cell.
struct Names {
    pub dataset: String,
    pub solver: String,
    pub model: String,
}

impl Names {
    pub fn of(experiment: &Experiment, cell: &Cell) -> Names {
        Names {
            dataset: experiment.sources[cell.source].name().to_owned(),
            solver: experiment.solvers[cell.solver].name.clone(),
            model: experiment.models[cell.model].name.clone(),
        }
    }
}
