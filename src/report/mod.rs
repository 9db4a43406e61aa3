//! Everything after the run: a pure function of the records gives a [`Report`], and renderers turn that into text.
//!
//! [`analysis::report`] makes it. What is said of it is in [`summary`], in blocks ([`document`]) that [`terminal`], [`markdown`]
//! and [`latex`] lay out; the HTML [`page`] has words and numbers from the same place ([`phrases`]). What is drawn of it is in
//! [`mod@figures`], which page, terminal and [`drawing`] (SVG, PNG) render. [`fits`] renders the records of single fits,
//! [`mod@compare`] two reports, and [`mod@file`] alone touches the disk. To add a renderer: a file here with a function from
//! `&Report` to text or bytes, and a call in the verbs of `cli` that offer it.

pub mod analysis;
pub mod decided_claims;
pub mod compare;
pub mod comparisons;
pub mod document;
pub mod drawing;
pub mod figure;
pub mod figures;
pub mod file;
pub mod fits;
pub mod json;
pub mod latex;
pub mod markdown;
pub mod page;
pub mod palette;
pub mod replay;
pub mod schema;
pub mod single;
pub mod summary;
pub mod tables;
pub mod terminal;
pub mod phrases;

pub use crate::statistics::proportion::percent;
pub use schema::Report;

use crate::experiment::Experiment;
use crate::record::Cell;

/// A number for the report: null where it is not finite.
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
