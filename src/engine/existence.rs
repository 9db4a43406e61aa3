//! Whether a problem has an optimum, and the evidence that its fits give.

use crate::model::Problem;
use crate::model::certificate::{Certificate, Refusal};
use crate::model::separation::{Separation, strictly_separates};

/// Relative certified gap up to which a fit's point serves as the reference: some hundred roundings of the objective, and far
/// below every useful tolerance.
pub(super) const GOOD_ENOUGH: f64 = 1e-13;

/// Whether a problem has an optimum.
#[derive(Clone, Debug, PartialEq)]
pub enum Existence {
    /// An optimum exists, and `objective` − `gap` ≤ F(β*) ≤ `at_most` is proved, rounding of `objective` included.
    Optimum {
        /// F at the reference point.
        objective: f64,
        /// Upper bound on `objective` − F(β*).
        gap: f64,
        /// Upper bound on F(β*).
        at_most: f64,
    },
    /// An optimum exists, but no point near it was found.
    Somewhere {
        /// Upper bound on F(β*): the lowest objective that was seen, rounding included.
        at_most: f64,
    },
    /// No optimum exists.
    Separated {
        /// The kind of separation; `None` if only the existence of a direction was proved.
        kind: Option<Separation>,
        /// A direction along which the objective never rises and somewhere falls.
        direction: Vec<f64>,
    },
    /// Neither existence nor absence was proved.
    Unknown(Refusal),
}

impl Existence {
    /// The infimum of the objective, if known. Gaps of traces are measured from it.
    pub fn infimum(&self) -> Option<f64> {
        match self {
            Existence::Optimum { objective, gap, .. } => (*gap <= CLOSE * objective).then_some(*objective),
            // Along a direction that separates completely every loss tends to 0.
            Existence::Separated { kind: Some(Separation::Complete), .. } => Some(0.0),
            // Otherwise the infimum is the minimum over the rows on the hyperplane alone, which no fit computes.
            Existence::Separated { .. } | Existence::Somewhere { .. } | Existence::Unknown(_) => None,
        }
    }

    /// Whether a fit without a proof can be judged: no optimum exists, or the infimum is known.
    pub(super) fn judges_without_proof(&self) -> bool {
        matches!(self, Existence::Separated { .. }) || self.infimum().is_some()
    }

    /// The separation status that was proved.
    pub fn separation(&self) -> Option<Separation> {
        match self {
            Existence::Optimum { .. } | Existence::Somewhere { .. } => Some(Separation::Overlap),
            Existence::Separated { kind, .. } => *kind,
            Existence::Unknown(_) => None,
        }
    }
}

/// Relative gap up to which the objective of a reference point counts as the infimum.
pub(super) const CLOSE: f64 = 1e-8;

/// A certified point: F there, the gap, and the rounding error of F.
#[derive(Clone, Copy, Debug)]
struct Certified {
    objective: f64,
    gap: f64,
    error: f64,
}

/// The evidence that the fits of a problem give: the best certificate, a separating direction, the lowest point.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    best: Option<Certified>,
    direction: Option<Vec<f64>>,
    pub(super) lowest: Option<(f64, Vec<f64>)>,
}

impl Shown {
    /// Takes note of a point and its certificate.
    pub fn see(&mut self, problem: &Problem<'_>, coefficients: &[f64], certificate: &Certificate) {
        if certificate.gap.is_ok() {
            self.see_certificate(certificate);
        } else if self.direction.is_none() && strictly_separates(problem, coefficients) {
            self.see_direction(coefficients);
        }
    }

    /// Takes note of a certificate alone.
    pub fn see_certificate(&mut self, certificate: &Certificate) {
        let Certificate { objective, objective_error: error, gap: Ok(gap), .. } = *certificate else { return };
        if self.best.is_none_or(|best| gap + error < best.gap + best.error) {
            self.best = Some(Certified { objective, gap, error });
        }
    }

    /// Takes note of a direction that is known to separate all rows strictly.
    pub fn see_direction(&mut self, direction: &[f64]) {
        self.direction.get_or_insert_with(|| normalized(direction));
    }

    /// Decides existence if the evidence is enough: a direction, or a certified gap small enough for a reference point.
    pub fn enough(&mut self) -> Option<Existence> {
        self.decided(GOOD_ENOUGH)
    }

    /// Decides existence by a direction, or by a certified gap of at most this share of the objective.
    pub(super) fn decided(&mut self, share: f64) -> Option<Existence> {
        if let Some(direction) = self.direction.take() {
            return Some(Existence::Separated { kind: Some(Separation::Complete), direction });
        }
        let Certified { objective, gap, error } = self.best.filter(|best| best.gap <= share * best.objective)?;
        Some(Existence::Optimum { objective, gap: gap + error, at_most: objective + error })
    }

    /// Takes note of a point without proof, whose residuals may still give a bound.
    pub(super) fn remember(&mut self, coefficients: &[f64], objective: f64) {
        if objective.is_finite() && self.lowest.as_ref().is_none_or(|(lowest, _)| objective < *lowest) {
            self.lowest = Some((objective, coefficients.to_vec()));
        }
    }
}

/// A direction with largest entry about 1; divided by a power of two, which changes no digit of it.
pub(super) fn normalized(direction: &[f64]) -> Vec<f64> {
    let largest = direction.iter().fold(0.0, |largest: f64, d| largest.max(d.abs()));
    let power = 2f64.powi(largest.log2().floor() as i32);
    direction.iter().map(|d| d / power).collect()
}
