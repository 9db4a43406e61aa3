//! Whether a problem has an optimum, and what its fits have shown of that.

use crate::model::Problem;
use crate::model::certificate::{Certificate, Refusal};
use crate::model::separation::{Separation, strictly_separates};

/// A certified gap, as a share of the objective, at which a fit's point is good enough to be the reference.
pub(super) const GOOD_ENOUGH: f64 = 1e-13;

/// Whether a problem has an optimum.
#[derive(Clone, Debug, PartialEq)]
pub enum Existence {
    /// It has: F(β*) is at least `objective` − `gap`, proved, rounding of `objective` included.
    Optimum {
        /// F at the reference point.
        objective: f64,
        /// Upper bound on what is left to F(β*).
        gap: f64,
    },
    /// It has, but no point near it was found.
    Somewhere,
    /// It has none.
    Separated {
        /// Whether completely; `None` if only the existence of a direction was proved.
        kind: Option<Separation>,
        /// A direction along which the objective never rises and somewhere falls.
        direction: Vec<f64>,
    },
    /// Neither was proved.
    Unknown(Refusal),
}

impl Existence {
    /// The infimum of the objective, if known: what the gap of a trace is measured against.
    pub fn infimum(&self) -> Option<f64> {
        match self {
            Existence::Optimum { objective, gap } => (*gap <= CLOSE * objective).then_some(*objective),
            // Along a direction that separates completely every loss tends to 0.
            Existence::Separated { kind: Some(Separation::Complete), .. } => Some(0.0),
            // Else the infimum is that of the rows left on the hyperplane, which no fit here looks for.
            Existence::Separated { .. } | Existence::Somewhere | Existence::Unknown(_) => None,
        }
    }

    /// Whether a fit of which no proof was tried can be judged without one: there is nothing to be near to, or the infimum is
    /// known.
    pub(super) fn judges_without_proof(&self) -> bool {
        matches!(self, Existence::Separated { .. }) || self.infimum().is_some()
    }

    /// The separation status that was proved.
    pub fn separation(&self) -> Option<Separation> {
        match self {
            Existence::Optimum { .. } | Existence::Somewhere => Some(Separation::Overlap),
            Existence::Separated { kind, .. } => *kind,
            Existence::Unknown(_) => None,
        }
    }
}

/// A gap, as a share of the objective, up to which a reference point stands for the optimum.
const CLOSE: f64 = 1e-8;

/// A certified point: F there, the gap, and what rounding of F adds to it.
#[derive(Clone, Copy, Debug)]
struct Certified {
    objective: f64,
    gap: f64,
    error: f64,
}

/// What the fits of a problem have shown of it.
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

    /// Takes note of a certificate, wherever its point is.
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

    /// What follows, if it is enough: a direction, or a gap so small that its point stands for the optimum.
    pub fn enough(&mut self) -> Option<Existence> {
        self.decided(GOOD_ENOUGH)
    }

    /// What follows, if a certified gap is at most this share of the objective.
    pub(super) fn decided(&mut self, share: f64) -> Option<Existence> {
        if let Some(direction) = self.direction.take() {
            return Some(Existence::Separated { kind: Some(Separation::Complete), direction });
        }
        let best = self.best.filter(|best| best.gap <= share * best.objective)?;
        Some(Existence::Optimum { objective: best.objective, gap: best.gap + best.error })
    }

    /// Takes note of a point that nothing is proved of, from whose residuals a bound may still follow.
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
