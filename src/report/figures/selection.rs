//! A choice among the figures of a report: by kind, data set, model and solver.

use super::super::Report;
use super::super::figure::{Colour, Figure};
use super::all;

/// What a choice goes by.
pub const KEYS: [&str; 4] = ["kind", "dataset", "model", "solver"];

/// The values of each key; a key without values chooses everything.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Pairs of key and value.
    pub wanted: Vec<(String, String)>,
}

/// A value of a choice that the report does not have.
#[derive(Debug, thiserror::Error)]
#[error("the report has no figure of {key} \"{value}\"; it has {known}")]
pub struct UnknownValue {
    key: String,
    value: String,
    known: String,
}

impl Selection {
    /// The chosen figures. A figure about several data sets or models is left out only by its kind.
    ///
    /// # Errors
    /// When the report does not have a value.
    pub fn figures(&self, report: &Report) -> Result<Vec<Figure>, UnknownValue> {
        let mut figures = all(report);
        for (key, value) in &self.wanted {
            let mut known: Vec<&str> = match key.as_str() {
                "kind" => figures.iter().map(|figure| figure.kind).collect(),
                "dataset" => report.datasets.iter().map(|dataset| dataset.name.as_str()).collect(),
                "model" => report.models.iter().map(|model| model.name.as_str()).collect(),
                _ => report.solvers.iter().map(|solver| solver.name.as_str()).collect(),
            };
            known.dedup();
            if !known.contains(&value.as_str()) {
                let known = known.join(", ");
                return Err(UnknownValue { key: key.clone(), value: value.clone(), known });
            }
        }
        if self.values("solver").next().is_some() {
            let mut chosen = report.clone();
            chosen.cells.retain(|cell| self.takes("solver", &cell.solver));
            figures = all(&chosen);
        }
        figures.retain(|figure| {
            self.takes("kind", figure.kind)
                && figure.dataset.as_ref().is_none_or(|name| self.takes("dataset", name))
                && figure.model.as_ref().is_none_or(|name| self.takes("model", name))
        });
        for figure in &mut figures {
            figure
                .series
                .retain(|series| !matches!(series.colour, Colour::Solver(_)) || self.takes("solver", &series.name));
        }
        figures.retain(|figure| !figure.series.is_empty());
        Ok(figures)
    }

    fn values(&self, key: &str) -> impl Iterator<Item = &str> {
        self.wanted.iter().filter(move |(other, _)| other == key).map(|(_, value)| value.as_str())
    }

    fn takes(&self, key: &str, value: &str) -> bool {
        self.values(key).next().is_none() || self.values(key).any(|wanted| wanted == value)
    }
}
