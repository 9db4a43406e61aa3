//! `[[claim]]`: a statement about a metric that the experiment decides.

mod above_chance;
mod on_average;
mod on_share;

pub use above_chance::{AboveChance, Splitting};
pub use on_average::OnAverage;
pub use on_share::{Comparison, MEASURES, Measure, OnShare, Share};

use super::document::Table;
use super::error::{ExperimentError, Mistake};
use super::source::Described;
use super::{Entry, Model, keys};
use crate::data::{listed, shown};
use crate::parameter::nearest;
use crate::record::Cell;

/// A statement about some cells, and how sure it must be.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What is claimed.
    pub name: String,
    /// The solvers it speaks of, as places in the experiment.
    pub solvers: Vec<usize>,
    /// The data sets it speaks of.
    pub sources: Vec<usize>,
    /// The models it speaks of.
    pub models: Vec<usize>,
    /// What it says of each cell.
    pub statement: Statement,
    /// The level of the interval, or of the test, that decides.
    pub level: f64,
}

/// What a claim says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Statement {
    /// A measure compares so with a bound on such a share of the splits.
    OnShare(OnShare),
    /// The mean of a metric over all random splits compares so with a bound.
    OnAverage(OnAverage),
    /// A metric is better than chance.
    AboveChance(AboveChance),
}

impl Claim {
    /// Whether a cell is one that the claim speaks of.
    pub fn speaks_of(&self, cell: &Cell) -> bool {
        self.sources.contains(&cell.source) && self.models.contains(&cell.model) && self.solvers.contains(&cell.solver)
    }

    /// Whether more splits decide it.
    pub fn is_about_splits(&self) -> bool {
        matches!(self.statement, Statement::OnShare(_) | Statement::OnAverage(_))
    }

    /// What it says against chance, if that is what it speaks of.
    pub fn above_chance(&self) -> Option<&AboveChance> {
        match &self.statement {
            Statement::AboveChance(above_chance) => Some(above_chance),
            Statement::OnShare(_) | Statement::OnAverage(_) => None,
        }
    }
}

/// Reads a `[[claim]]`.
pub fn read(
    table: &Table<'_>,
    splitting: Splitting,
    sources: &[Described<'_>],
    models: &[Model],
    solvers: &[Entry],
) -> Result<Claim, ExperimentError> {
    let settings = table.settings(keys::CLAIM)?;
    for key in ["name", "solver", "metric"] {
        table.require(&settings, keys::CLAIM, key)?;
    }
    let select = |key: &'static str, what: &'static str, names: &[(&str, &str)]| {
        let wanted = settings.text(key);
        // A name comes before a method of the same name, so that one entry can be meant.
        let by_name: Vec<usize> = (0..names.len()).filter(|&i| wanted.is_empty() || names[i].0 == wanted).collect();
        let by_method = || (0..names.len()).filter(|&i| names[i].1 == wanted).collect();
        let found: Vec<usize> = if by_name.is_empty() { by_method() } else { by_name };
        if found.is_empty() {
            let known: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
            let nearest = nearest(wanted, known.iter().copied()).map(shown);
            let known = listed(known);
            return Err(table.mistake_in(key, Mistake::UnknownName { what, name: shown(wanted), nearest, known }));
        }
        Ok(found)
    };
    let solver_names: Vec<_> = solvers.iter().map(|entry| (entry.name.as_str(), entry.method)).collect();
    let source_names: Vec<_> = sources.iter().map(|data| (data.name.as_str(), data.name.as_str())).collect();
    let model_names: Vec<_> = models.iter().map(|model| (model.name.as_str(), model.name.as_str())).collect();

    let level = settings.number("level").unwrap_or(0.95);
    let statement = if table.has("permutations") {
        Statement::AboveChance(above_chance::read(table, &settings, level, splitting)?)
    } else {
        if table.has("permutation_splits") {
            let reason = "permutation_splits needs permutations, as permutations = 999".to_owned();
            return Err(table.mistake_in("permutation_splits", Mistake::Conflict(reason)));
        }
        match settings.flag("on_average") {
            true => Statement::OnAverage(on_average::read(table, &settings)?),
            false => Statement::OnShare(on_share::read(table, &settings)?),
        }
    };
    let claim = Claim {
        name: settings.text("name").to_owned(),
        solvers: select("solver", "solver", &solver_names)?,
        sources: select("dataset", "data set", &source_names)?,
        models: select("model", "model", &model_names)?,
        statement,
        level,
    };
    above_chance::check(table, &claim, |place| sources[place].is_fixed())?;
    Ok(claim)
}
