//! What is known of a data set as a whole, before it is split.

use std::sync::atomic::AtomicBool;

use crate::data::DataSet;
use crate::engine::Interrupted;
use crate::engine::reference::{ReferenceSolver, Shown};
use crate::experiment::Source;
use crate::model::design::Transformation;
use crate::model::identifiable::{self, identifiable};
use crate::model::{Design, Problem, Scaling, Workers};
use crate::record::DataSetSummary;

/// Describes a source.
///
/// # Errors
/// When the run is interrupted.
pub fn summary(source: &Source, workers: &dyn Workers, interrupt: &AtomicBool) -> Result<DataSetSummary, Interrupted> {
    match source {
        Source::Fixed(data) => of_data(data, workers, interrupt),
        Source::Redrawn { name, gaussian, .. } => Ok(DataSetSummary {
            name: name.clone(),
            rows: gaussian.rows,
            features: gaussian.features,
            classes: ["0".to_owned(), "1".to_owned()],
            positives: None,
            rank: None,
            separation: None,
            digest: None,
        }),
    }
}

fn of_data(data: &DataSet, workers: &dyn Workers, interrupt: &AtomicBool) -> Result<DataSetSummary, Interrupted> {
    let rows: Vec<u32> = (0..data.rows() as u32).collect();
    let (mut transformation, mut design) = (Transformation::default(), Design::default());
    transformation.fit(data, &rows, Scaling::None);
    design.gather(data, &rows, true, &transformation);
    let mut kept = Vec::new();
    identifiable(&design.rows, design.columns, workers, &mut identifiable::Workspace::default(), &mut kept);
    design.keep(&kept);
    let penalties = vec![0.0; kept.len()];
    let problem = Problem {
        rows: &design.rows,
        columns: kept.len(),
        signs: &design.signs,
        penalties: &penalties,
        firth: false,
        workers,
    };
    let existence =
        ReferenceSolver::default().decide(&problem, None, Shown::default(), &mut std::iter::empty(), interrupt)?;
    Ok(DataSetSummary {
        name: data.name.clone(),
        rows: data.rows(),
        features: data.features.ncols(),
        classes: data.classes.clone(),
        positives: Some(data.positives()),
        rank: Some(kept.len()),
        separation: existence.separation(),
        digest: Some(data.digest()),
    })
}
