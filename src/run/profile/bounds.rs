//! Proved bounds on the infimum of the negative log-likelihood, over all coefficients or with one held.
//!
//! Searches run on standardized features, where arithmetic is good; what is proved is about the data's own rows. A point γ there gives
//! the predictors x_i'β = γ_0 + Σ_j γ_j (x_ij − m_j)/s_j, each term off by a few roundings of its own size. So the objective at γ
//! is an upper bound on the infimum once rounding is added, and the residuals at γ are weights that prove a lower bound
//! ([`lower_bound_of_weights`]). Neither needs an optimum to exist.

use crate::linear_algebra::{CompensatedSum, dot};
use crate::model::Problem;
use crate::model::design::Transformation;
use crate::model::loss::{RowLoss, Sigmoid};
use crate::model::separation::{Held, lower_bound_of_weights};

use super::descent::Plane;

/// An interval that contains a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// At most it.
    pub lower: f64,
    /// At least it.
    pub upper: f64,
}

impl Bounds {
    /// What both say of the same number.
    pub fn and(self, other: Bounds) -> Bounds {
        Bounds { lower: self.lower.max(other.lower), upper: self.upper.min(other.upper) }
    }
}

/// The rows on the data's own scale, without penalty, with the intercept first if there is one, and their transformation.
#[derive(Clone, Copy, Debug)]
pub struct OwnScale<'a> {
    /// The rows.
    pub problem: Problem<'a>,
    /// How features are standardized.
    pub standardized: &'a Transformation,
}

/// Residuals below this are taken for 0, one choice after the other, until the bounds are [`CLOSE`]: those of rows whose loss vanishes at
/// the infimum must be 0.
const NEGLIGIBLE: [f64; 7] = [0.0, 1e-15, 1e-13, 1e-11, 1e-9, 1e-7, 1e-5];

/// Distance of the bounds, as a share of the upper one or of 1 if it is smaller, at which no other choice of negligible residuals is tried.
const CLOSE: f64 = 1e-11;

impl OwnScale<'_> {
    /// Bounds on the infimum of F, from a point near it; with coefficient k held at c if `held` has the planes of its functional,
    /// k and c.
    pub fn bounds(&self, point: &[f64], held: Option<(&Plane, usize, f64)>) -> Bounds {
        let (upper, residuals) = self.upper(point, held);
        let held = held.map(|(plane, column, value)| self.held(plane, column, value));
        // A loss is never negative.
        let mut lower = 0.0f64;
        for least in NEGLIGIBLE {
            let is_kept = |(i, r): (usize, &f64)| if *r < least * self.problem.loss.row_weight(i) { 0.0 } else { *r };
            let kept: Vec<f64> = residuals.iter().enumerate().map(is_kept).collect();
            lower = lower_bound_of_weights(&self.problem, &kept, held).map_or(lower, |bound| bound.max(lower));
            if upper - lower <= CLOSE * upper.max(1.0) {
                break;
            }
        }
        Bounds { lower, upper }
    }

    /// The column that is held, with the partner that takes an offset of its numbers away.
    fn held(&self, plane: &Plane, column: usize, value: f64) -> Held {
        let means = self.standardized.centers();
        let partner = match (column, plane.pivot()) {
            (0, 0) => None,
            // The feature whose mean is largest beside its deviation: 1 − x/m is small.
            (0, pivot) => Some((pivot, 1.0 / means[pivot - 1])),
            (column, _) => Some((0, means[column - 1])),
        };
        Held { column, value, partner }
    }

    /// An upper bound on F at a point on the plane near the given one, and the residuals.
    fn upper(&self, point: &[f64], held: Option<(&Plane, usize, f64)>) -> (f64, Vec<f64>) {
        let terms = point.len() as f64 + 6.0;
        // The point is on the plane but for rounding; moving its pivot's coefficient by this puts it there.
        let shift = held.map_or(0.0, |(plane, _, value)| {
            let size: f64 = plane.functional().iter().zip(point).map(|(a, b)| (a * b).abs()).sum();
            let off = (value - dot(plane.functional(), point)).abs() + terms * f64::EPSILON * (size + value.abs());
            off / plane.functional()[plane.pivot()].abs()
        });
        let pivot = held.map_or(0, |(plane, ..)| plane.pivot());
        let (means, deviations) = (self.standardized.centers(), self.standardized.scales());
        let mut residuals = Vec::with_capacity(self.problem.len());
        let (mut losses, mut error, mut largest) = (CompensatedSum::default(), 0.0, 0.0f64);
        self.problem.design.each_row(|i, row| {
            // The intercept's 1; without an intercept, a feature that is not standardized.
            let first = row.first().copied().unwrap_or_default();
            let (mut predictor, mut of_pivot) = (point[0] * first, first);
            let mut size = predictor.abs() + self.problem.loss.offset(i).abs();
            for j in 1..row.len() {
                let standardized = (row[j] - means[j - 1]) / deviations[j - 1];
                predictor += point[j] * standardized;
                size += (point[j] * standardized).abs();
                of_pivot = if j == pivot { standardized } else { of_pivot };
            }
            let rounding = terms * f64::EPSILON * size + of_pivot.abs() * shift * 1.01;
            let RowLoss { loss, slope, .. } = self.problem.loss.of_row(i, predictor, Sigmoid::Stable);
            let residual = slope.abs();
            losses.add(loss);
            error += 8.0 * f64::EPSILON * loss + 1.1 * residual * rounding;
            largest = if rounding > largest { rounding } else { largest };
            residuals.push(residual);
        });
        let upper = losses.value() + (1.0 + 1e-6) * error;
        // Beyond this the factor 1.1 would not cover how a residual changes.
        (if largest <= 0.05 && upper.is_finite() { upper } else { f64::INFINITY }, residuals)
    }
}
