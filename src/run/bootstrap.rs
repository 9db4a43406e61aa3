//! The error rates on new data of an experiment whose splits are the draws of a bootstrap.
//!
//! No journal keeps the fits of all rows, one per cell: a resumed run makes them anew.

use rayon::prelude::*;

use super::unit::Worker;
use crate::data::DataSet;
use crate::engine::Interrupted;
use crate::experiment::Experiment;
use crate::record::{BootstrapError, Cell, NoEstimate, WrongRows};
use crate::split::{Split, Splitter};
use crate::statistics::bootstrap_632::{Bootstrap632, Draw, no_information_error};

/// Computes the estimates of all cells that have kept the wrongly classified rows of their fits, which are forgotten then.
///
/// # Errors
/// When the run is interrupted.
pub fn estimate(experiment: &Experiment, worker: &mut Worker<'_>, cells: &mut [Cell]) -> Result<(), Interrupted> {
    let pairs = experiment.layout().pairs();
    for source in experiment.bootstrapped() {
        let of_all_rows = worker.all_rows(source)?.map(|records| records.wrong_rows).unwrap_or_default();
        let (data, splitter) = (experiment.sources[source].uncoded(0), &experiment.splitters[source]);
        let cells = &mut cells[source * pairs..][..pairs];
        cells.par_iter_mut().enumerate().for_each(|(pair, cell)| {
            let of_draws = std::mem::take(&mut cell.wrong_rows);
            let of_all_rows = of_all_rows.get(pair).and_then(Option::as_ref);
            cell.bootstrap = Some(of_cell(&data, splitter, &of_draws, of_all_rows));
        });
    }
    Ok(())
}

/// The estimate of a cell, from the wrongly classified rows of the fits on its draws and of the fit on all rows.
fn of_cell(
    data: &DataSet,
    splitter: &Splitter,
    of_draws: &[Option<WrongRows>],
    of_all_rows: Option<&WrongRows>,
) -> BootstrapError {
    let rows = data.rows();
    // Dealt again, because the counts of all draws would take more memory than the rows that they leave out.
    let draw = |(split, wrong): (usize, &Option<WrongRows>)| {
        let wrong = wrong.as_ref()?;
        let mut dealt = Split::default();
        splitter.split(split as u64, &data.labels, &mut dealt);
        let mut counts = vec![0; rows];
        dealt.train.iter().for_each(|&row| counts[row as usize] += 1);
        Some(Draw { counts, losses: (0..rows).map(|row| f64::from(u8::from(wrong.has(row)))).collect() })
    };
    let draws = of_draws.iter().enumerate().filter_map(draw);
    let share = |count: usize| count as f64 / rows as f64;
    let apparent = of_all_rows.map(|wrong| share(wrong.count()));
    let no_information = of_all_rows.map(|wrong| {
        let is_positive = |row: usize| data.labels[row] == 1;
        let predicted = (0..rows).filter(|&row| is_positive(row) != wrong.has(row)).count();
        no_information_error(share(data.positives()), share(predicted))
    });
    let estimate = apparent.zip(no_information).ok_or(NoEstimate::FitOfAllRowsFailed);
    BootstrapError {
        draws: of_draws.iter().flatten().count(),
        apparent,
        no_information,
        estimate: estimate
            .and_then(|(apparent, none)| Bootstrap632::new(apparent, none, draws).ok_or(NoEstimate::TooFewDraws)),
    }
}
