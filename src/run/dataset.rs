//! What is known of a data set as a whole, before it is split.

use std::sync::atomic::AtomicBool;

use serde::Serialize;

use crate::data::DataSet;
use crate::engine::reference::{Existence, ReferenceSolver};
use crate::experiment::Source;
use crate::linear_algebra::qr::LeastSquares;
use crate::model::design::Transformation;
use crate::model::{Design, Problem, Scaling};

/// A data set in the report. Members that differ from draw to draw are null for simulated data that are redrawn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Its name.
    pub name: String,
    /// Rows.
    pub rows: usize,
    /// Features, the intercept not counted.
    pub features: usize,
    /// The classes coded 0 and 1.
    pub classes: [String; 2],
    /// Rows coded 1.
    pub positives: Option<usize>,
    /// Rank of the design with an intercept.
    pub rank: Option<usize>,
    /// Whether a maximum-likelihood fit with intercept exists: `overlap` if it does, else `complete`.
    pub separation: Option<Separation>,
    /// SHA-256 of the data.
    pub digest: Option<String>,
}

/// The separation status of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Separation {
    /// A hyperplane has every row strictly on its class's side.
    Complete,
    /// The maximum exists.
    Overlap,
}

impl Summary {
    /// Describes a source.
    pub fn of(source: &Source, interrupt: &AtomicBool) -> Summary {
        match source {
            Source::Fixed(data) => Summary::of_data(data, interrupt),
            Source::Redrawn { name, gaussian, .. } => Summary {
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

    fn of_data(data: &DataSet, interrupt: &AtomicBool) -> Summary {
        let rows: Vec<u32> = (0..data.rows() as u32).collect();
        let (mut transformation, mut design) = (Transformation::default(), Design::default());
        transformation.fit(data, &rows, Scaling::None);
        design.gather(data, &rows, true, &transformation);
        let p = design.columns;
        let entry = |i: usize, j: usize| design.rows[i * p + j];
        let rank = LeastSquares::default().solve(rows.len(), p, entry, |_| 0.0, &mut vec![0.0; p]);
        let penalties = vec![0.0; p];
        let problem = Problem { rows: &design.rows, columns: p, signs: &design.signs, penalties: &penalties };
        let separation = match ReferenceSolver::default().solve(&problem, interrupt) {
            Ok(Existence::Optimum { .. }) => Some(Separation::Overlap),
            Ok(Existence::Separated) => Some(Separation::Complete),
            Ok(Existence::Unknown(_)) | Err(_) => None,
        };
        Summary {
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
}
