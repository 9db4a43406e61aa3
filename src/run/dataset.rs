//! What is known of a data set as a whole, before it is split.

use std::sync::atomic::AtomicBool;

use crate::data::DataSet;
use crate::engine::reference::{Existence, ReferenceSolver};
use crate::experiment::Source;
use crate::linear_algebra::qr::LeastSquares;
use crate::model::design::Transformation;
use crate::model::{Design, Problem, Scaling};
use crate::record::{DataSetSummary, Separation};

/// Describes a source.
pub fn summary(source: &Source, interrupt: &AtomicBool) -> DataSetSummary {
    match source {
        Source::Fixed(data) => of_data(data, interrupt),
        Source::Redrawn { name, gaussian, .. } => DataSetSummary {
            name: name.clone(),
            rows: gaussian.rows,
            features: gaussian.features,
            classes: ["0".to_owned(), "1".to_owned()],
            positives: None,
            rank: None,
            separation: None,
            digest: None,
        },
    }
}

fn of_data(data: &DataSet, interrupt: &AtomicBool) -> DataSetSummary {
    let rows: Vec<u32> = (0..data.rows() as u32).collect();
    let (mut transformation, mut design) = (Transformation::default(), Design::default());
    transformation.fit(data, &rows, Scaling::None);
    design.gather(data, &rows, true, &transformation);
    let p = design.columns;
    let entry = |i: usize, j: usize| design.rows[i * p + j];
    let rank = LeastSquares::default().solve(rows.len(), p, entry, |_| 0.0, &mut vec![0.0; p]);
    let penalties = vec![0.0; p];
    let problem = Problem { rows: &design.rows, columns: p, signs: &design.signs, penalties: &penalties, firth: false };
    let separation = match ReferenceSolver::default().solve(&problem, interrupt) {
        Ok(Existence::Optimum { .. }) => Some(Separation::Overlap),
        Ok(Existence::Separated) => Some(Separation::Complete),
        Ok(Existence::Unknown(_)) | Err(_) => None,
    };
    DataSetSummary {
        name: data.name.clone(),
        rows: data.rows(),
        features: data.features.ncols(),
        classes: data.classes.clone(),
        positives: Some(data.positives()),
        rank: Some(rank),
        separation,
        digest: Some(data.digest()),
    }
}
