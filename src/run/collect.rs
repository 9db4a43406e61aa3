//! Records of units, in the order of the splits, become the columns of cells.

use crate::experiment::Experiment;
use crate::record::{Bands, Cell, CellRecords, SplitRecords, UnitRecords};

/// What a run has collected so far.
pub struct Collected {
    /// A cell per source, model and runnable solver, in that order.
    pub cells: Vec<Cell>,
    /// An entry per source and model, in that order.
    pub splits: Vec<SplitRecords>,
    models: usize,
    solvers: usize,
}

impl Collected {
    /// Room for all fits of an experiment.
    pub fn new(experiment: &Experiment) -> Collected {
        let solvers: Vec<usize> = experiment.runnable().map(|(place, _)| place).collect();
        let models = experiment.models.len();
        let mut cells = Vec::new();
        let mut splits = Vec::new();
        for (source, model) in (0..experiment.sources.len()).flat_map(|source| (0..models).map(move |m| (source, m))) {
            splits.push(SplitRecords { source, model, ..SplitRecords::default() });
            cells.extend(solvers.iter().map(|&solver| Cell {
                source,
                model,
                solver,
                records: CellRecords::with_capacity(experiment.repeats as usize),
                bands: Bands::default(),
            }));
        }
        Collected { cells, splits, models, solvers: solvers.len() }
    }

    /// Takes the records of the next splits.
    pub fn add(&mut self, records: UnitRecords) {
        let (models, solvers) = (self.models, self.solvers);
        let length = records.splits.len() / models;
        let of_source = &mut self.splits[records.source * models..];
        for (place, record) in records.splits.iter().enumerate() {
            of_source[place / length].push(*record);
        }
        // Fits stand models outermost, then splits, then solvers.
        let cell_of = |place: usize| place / (length * solvers) * solvers + place % solvers;
        let cells = &mut self.cells[records.source * models * solvers..];
        for (place, cell) in cells.iter_mut().enumerate().take(models * solvers) {
            let of_model = &records.fits[place / solvers * length * solvers..][..length * solvers];
            cell.records.extend(of_model.iter().skip(place % solvers).step_by(solvers));
        }
        for (place, reason) in records.failures {
            let split = records.first + (place % (length * solvers) / solvers) as u64;
            cells[cell_of(place)].records.failures.push((split, reason));
        }
        for (place, trace) in records.traces {
            cells[cell_of(place)].records.traces.push(trace);
        }
        for (cell, bands) in cells.iter_mut().zip(&records.bands) {
            cell.bands.add_counts(bands);
        }
    }
}
