//! The summary of a data set as a whole, before it is split.

use std::sync::atomic::AtomicBool;

use crate::data::{DataSet, Groups, Source};
use crate::engine::{Interrupted, ReferenceSolver, Shown};
use crate::model::{PenaltyTerm, Prepared, Scaling, Workers};
use crate::record::{DataSetSummary, SplitRecord, WeightSums};
use crate::split::SplitClasses;

/// Describes a source. `known` is the record of all its rows with an intercept, if a split has given it; `digest` is the digest
/// of its data, if they are drawn once.
///
/// # Errors
/// When the run is interrupted.
pub fn summary(
    source: &Source,
    known: Option<SplitRecord>,
    digest: Option<String>,
    workers: &dyn Workers,
    interrupt: &AtomicBool,
) -> Result<DataSetSummary, Interrupted> {
    match source {
        Source::Fixed(_) | Source::Shuffled(_) => of_data(&source.data(0), known, digest, workers, interrupt),
        Source::Redrawn { name, gaussian, .. } => Ok(DataSetSummary {
            name: name.clone(),
            rows: gaussian.rows,
            features: gaussian.features,
            feature_names: source.feature_names(),
            classes: vec!["0".to_owned(), "1".to_owned()],
            positives: None,
            weight_sums: None,
            has_offset: false,
            groups: None,
            rank: None,
            separation: None,
            digest: None,
            read: None,
        }),
    }
}

fn of_data(
    data: &DataSet,
    known: Option<SplitRecord>,
    digest: Option<String>,
    workers: &dyn Workers,
    interrupt: &AtomicBool,
) -> Result<DataSetSummary, Interrupted> {
    let SplitRecord { separation, rank, .. } = match known {
        Some(known) => known,
        None => of_rows(data, workers, interrupt)?,
    };
    Ok(DataSetSummary {
        name: data.name.clone(),
        rows: data.rows(),
        features: data.features.ncols(),
        feature_names: data.feature_names.clone(),
        classes: data.classes.clone(),
        positives: Some(data.positives()),
        weight_sums: data
            .roles
            .weights
            .as_ref()
            .map(|_| WeightSums { all: data.weight_sum(), positives: data.weight_of_class(1) }),
        has_offset: data.roles.offset.is_some(),
        groups: data.roles.groups.as_ref().map(Groups::count),
        rank: Some(rank as usize),
        separation,
        digest,
        read: data.reading.as_deref().cloned(),
    })
}

/// The rank of all rows with an intercept, and whether a maximum exists for them.
fn of_rows(data: &DataSet, workers: &dyn Workers, interrupt: &AtomicBool) -> Result<SplitRecord, Interrupted> {
    let mut prepared = Prepared::all_rows(data, Scaling::None);
    let kept = prepared.independent_columns(workers);
    prepared.keep(&kept);
    let problem = prepared.design.problem(PenaltyTerm::NONE);
    let existence = ReferenceSolver::new(workers).decide_existence(
        (&problem, None),
        None,
        Shown::default(),
        &mut std::iter::empty(),
        interrupt,
    )?;
    let (separation, rank) = (existence.separation(), kept.len() as u32);
    Ok(SplitRecord { separation, rank, classes: SplitClasses::default(), rows: [data.rows() as u32, 0] })
}
