//! Records of units, in the order of the splits, become the columns of cells.

use crate::experiment::Experiment;
use crate::metric::ReliabilityCounts;
use crate::record::{Bands, Cell, CellRecords, SplitRecords, UnitLayout, UnitRecords};

/// The results collected so far.
pub struct Collected {
    /// A cell per source, model and solver that is run under it, in that order.
    pub cells: Vec<Cell>,
    /// An entry per source and model, in that order.
    pub splits: Vec<SplitRecords>,
    layout: UnitLayout,
}

impl Collected {
    /// Room for all fits of an experiment.
    pub fn new(experiment: &Experiment) -> Collected {
        let models = experiment.models.len();
        let mut cells = Vec::new();
        let mut splits = Vec::new();
        for (source, model) in (0..experiment.sources.len()).flat_map(|source| (0..models).map(move |m| (source, m))) {
            splits.push(SplitRecords {
                source,
                model,
                columns: experiment.columns(source, model) as u32,
                truth_known: experiment.truth_known(source, model),
                ..SplitRecords::default()
            });
            cells.extend(experiment.runnable_under(model).map(|(solver, _)| Cell {
                source,
                model,
                solver,
                records: CellRecords::with_capacity(experiment.split_counts[source] as usize),
                bands: Bands::default(),
                reliability: ReliabilityCounts::default(),
                wrong_rows: Vec::new(),
                bootstrap: None,
            }));
        }
        Collected { cells, splits, layout: experiment.layout() }
    }

    /// Takes the records of the next splits.
    pub fn add(&mut self, records: UnitRecords) {
        let (models, pairs) = (self.layout.models(), self.layout.pairs());
        let length = records.splits.len() / models;
        let of_source = &mut self.splits[records.source * models..];
        for (place, record) in records.splits.iter().enumerate() {
            of_source[place / length].push(*record);
        }
        let cells = &mut self.cells[records.source * pairs..][..pairs];
        for model in 0..models {
            let of_model = self.layout.of_model(model);
            let solvers = of_model.len();
            let fits = &records.fits[of_model.start * length..of_model.end * length];
            for (solver, cell) in cells[of_model].iter_mut().enumerate() {
                cell.records.extend(fits.iter().skip(solver).step_by(solvers));
            }
        }
        for (fit, wrong) in records.wrong_rows.into_iter().enumerate() {
            cells[self.layout.pair_and_split(fit, length).0].wrong_rows.push(wrong);
        }
        for (fit, reason) in records.failures {
            let (pair, split) = self.layout.pair_and_split(fit, length);
            cells[pair].records.failures.push((records.first + split as u64, reason));
        }
        for (fit, trace) in records.traces {
            cells[self.layout.pair_and_split(fit, length).0].records.traces.push(trace);
        }
        for (cell, bands) in cells.iter_mut().zip(&records.bands) {
            cell.bands.add_counts(bands);
        }
        for (cell, reliability) in cells.iter_mut().zip(&records.reliability) {
            cell.reliability.add_counts(reliability);
        }
    }
}
