//! Intervals by the profile likelihood: the values of a coefficient that a likelihood-ratio test does not reject.
//!
//! For a coefficient b = a'γ let F_p(c) be the infimum of F(γ) with a'γ = c. The interval of level 1 − α has the c with
//! 2 (F_p(c) − inf F) at most the 1 − α quantile of χ² with one degree of freedom (Venzon & Moolgavkar 1988, Applied
//! Statistics 37, 87-94; R's `confint`). With Firth's penalty F is the penalised objective, its determinant that of the whole
//! information matrix (Heinze & Schemper 2002; `logistf`).
//!
//! The ends are found on √(2 (F_p(c) − inf F)), which is nearly linear in c: bracketed by growing steps along the curve of least
//! points, then by the Illinois variant of false position.
//!
//! # What is proved
//!
//! A search may go wrong, so its result counts only with a proof: bounds on F_p(c) and on inf F from both sides show that the rise
//! of the deviance is the quantile within [`TOLERANCE`] of it ([`Bounds`]). Firth's penalty has no such bounds, because its
//! objective need not be convex.
//!
//! # Separated data
//!
//! F need not have a minimum: its infimum serves as well, and so does that of F_p(c) where the rows are separated with b held at c.
//! The cone of directions d with s_i x_i'd ≥ 0 for all rows decides which ends exist: along one that raises b the objective never
//! rises, so F_p never does either, and there is no upper end; if none does, F_p grows without bound, because F grows at least
//! linearly along every other direction. Data that overlap have no such directions, and both ends.

mod bounds;
mod descent;
mod ratio;

use std::sync::atomic::AtomicBool;

pub use bounds::{Bounds, OwnScale};
use descent::{Descent, Plane};
use num_bigint::{BigInt, Sign};
pub use ratio::likelihood_ratios;

use crate::linear_algebra::dot;
use crate::model::penalty::Capability;
use crate::model::separation::{SeparationDecision, decide_separation};
use crate::model::{DesignMatrix, Loss, PenaltyTerm, Problem};
use crate::record::{NoEnd, ProfileEnd};
use crate::statistics::distribution::chi_squared_quantile;

/// Largest distance of the rise of the deviance from the quantile at an end, as a share of the quantile.
pub const TOLERANCE: f64 = 1e-6;
/// Distance of √(2 (F_p − inf F)) from the quantile's root, about 2, at which the search for an end stops.
const NEAR: f64 = 1e-10;
/// Narrowest bracket, as a share of the first step; in a narrower one rounding of F decides.
const NARROWEST: f64 = 1e-12;
/// Most steps of the search for a bracket, each 1.5 times the one before: they reach 10¹⁰ standard errors.
const MOST_STEPS: usize = 80;
/// Most steps of the search in a bracket.
const MOST_REFINEMENTS: usize = 200;
/// Relative amount by which F may seem to fall below its infimum: rounding, and the gap of the estimate.
const SLACK: f64 = 1e-8;
/// Rise of the deviance, as a share of the quantile, at which searches on separated data begin: well inside all intervals, and at
/// moderate coefficients.
const BEGINNING: f64 = 0.25;

/// The fit whose intervals are asked for.
pub struct Fit<'a> {
    /// Its problem, on standardized features.
    pub problem: &'a Problem<'a>,
    /// The same rows on the data's own scale.
    pub own_scale: OwnScale<'a>,
    /// Its coefficients, on standardized features: an optimum, unless the rows are separated.
    pub coefficients: &'a [f64],
    /// For separated rows, a direction that proves it, on the data's own scale.
    pub direction: Option<&'a [BigInt]>,
}

/// The lower and the upper end of the interval at `level` of each coefficient on the data's own scale.
pub fn intervals(fit: &Fit<'_>, level: f64, interrupt: &AtomicBool) -> Vec<[ProfileEnd; 2]> {
    let count = fit.problem.unknowns();
    let quantile = chi_squared_quantile(level, 1.0);
    let Some(profile) = Profile::new(fit, quantile) else {
        return vec![[ProfileEnd::Missing(NoEnd::Search); 2]; count];
    };
    (0..count).map(|k| [-1.0, 1.0].map(|sign| profile.end(k, sign, interrupt))).collect()
}

/// What the searches for all ends have in common.
struct Profile<'a> {
    fit: &'a Fit<'a>,
    quantile: f64,
    /// Where searches begin.
    beginning: Vec<f64>,
    /// inf F, as searches compute it.
    infimum: f64,
    /// Bounds on it; `None` where nothing can be proved.
    proved: Option<Bounds>,
}

/// A least point on a plane.
struct Place {
    /// a'γ.
    value: f64,
    /// √(2 (F_p − inf F)) less the quantile's root.
    excess: f64,
    point: Vec<f64>,
}

impl<'a> Profile<'a> {
    fn new(fit: &'a Fit<'a>, quantile: f64) -> Option<Profile<'a>> {
        let mut descent = Descent::new(fit.problem);
        if !fit.problem.penalty.has(Capability::Convex) {
            descent.go_to(fit.coefficients);
            let (infimum, beginning) = (descent.here().objective, fit.coefficients.to_vec());
            return Some(Profile { fit, quantile, beginning, infimum, proved: None });
        }
        let mut way: Vec<(f64, Vec<f64>)> = Vec::new();
        let mut end =
            if fit.direction.is_some() { vec![0.0; fit.problem.unknowns()] } else { fit.coefficients.to_vec() };
        let infimum = descent.run(&mut end, None, &mut |objective, point| way.push((objective, point.to_vec())))?;
        let mut polished = end.clone();
        descent.polish(&mut polished, None);
        let bounds = fit.own_scale.bounds(&end, None).and(fit.own_scale.bounds(&polished, None));
        // The last point of a descent on separated rows is far out.
        let near = |(objective, _): &(f64, Vec<f64>)| 2.0 * (objective - infimum) <= BEGINNING * quantile;
        let early = way.into_iter().find(near).map(|(_, point)| point);
        let beginning = if fit.direction.is_some() { early? } else { end };
        Some(Profile { fit, quantile, beginning, infimum, proved: Some(bounds) })
    }

    /// The end of the interval of coefficient k below (`sign` −1) or above (+1).
    fn end(&self, k: usize, sign: f64, interrupt: &AtomicBool) -> ProfileEnd {
        let recedes = self.recedes(k, sign, interrupt);
        if recedes == Some(true) {
            return ProfileEnd::Infinite;
        }
        let plane = Plane::new(self.fit.own_scale.standardized.row(k));
        let mut search = Search { profile: self, plane: &plane, descent: Descent::new(self.fit.problem) };
        match search.end(sign) {
            // Such a rise also proves that no direction of recession leads there: along one F_p would not rise above F at the beginning.
            Ok(place) if search.is_end(k, &place) => ProfileEnd::At(place.value),
            Err(reason) if recedes.is_some() => ProfileEnd::Missing(reason),
            Ok(_) | Err(_) => ProfileEnd::Missing(NoEnd::Unproved),
        }
    }

    /// Whether a direction of recession moves coefficient k to this side; `None` where neither is proved.
    fn recedes(&self, k: usize, sign: f64, interrupt: &AtomicBool) -> Option<bool> {
        let Some(known) = self.fit.direction else { return Some(false) };
        let toward = if sign > 0.0 { Sign::Plus } else { Sign::Minus };
        if known[k].sign() == toward {
            return Some(true);
        }
        // A direction of the rows and of one more, ± the unit vector k, with as many of them strictly on their sides as any.
        let rows = &self.fit.own_scale.problem;
        let columns = rows.unknowns();
        let mut numbers = Vec::with_capacity((rows.len() + 1) * columns);
        rows.design.each_row(|_, row| numbers.extend_from_slice(row));
        numbers.extend((0..columns).map(|j| if j == k { 1.0 } else { 0.0 }));
        let signs: Vec<f64> = rows.loss.signs().iter().copied().chain([sign]).collect();
        let problem = Problem {
            design: DesignMatrix::dense(&numbers, columns),
            loss: Loss::logistic(&signs),
            penalty: PenaltyTerm::NONE,
        };
        match decide_separation(&problem, interrupt) {
            SeparationDecision::Separated { direction, .. } if sign * direction[k] > 0.0 => Some(true),
            SeparationDecision::Separated { kind: Some(_), .. } | SeparationDecision::Overlap => Some(false),
            SeparationDecision::Separated { kind: None, .. } | SeparationDecision::Undecided => None,
        }
    }
}

/// The search for an end.
struct Search<'p> {
    profile: &'p Profile<'p>,
    plane: &'p Plane,
    descent: Descent<'p>,
}

impl Search<'_> {
    /// The place where the rise of the deviance is the quantile, on this side of the beginning.
    fn end(&mut self, sign: f64) -> Result<Place, NoEnd> {
        let beginning = self.profile.beginning.clone();
        let value = dot(self.plane.functional(), &beginning);
        let curvature = |search: &Self, point: &[f64]| search.descent.tangent(search.plane, point).map(|found| found.1);
        self.descent.go_to(&beginning);
        let at_beginning = curvature(self, &beginning);
        let mut inside = self.place(value, beginning)?;
        // Of separated rows the least point on the plane may be far out, where H is singular.
        let curvature = curvature(self, &inside.point).or(at_beginning).ok_or(NoEnd::Search)?;
        let first = self.profile.quantile.sqrt() / curvature.sqrt();
        let mut step = first;
        for _ in 0..MOST_STEPS {
            match self.beside(&inside, sign * step) {
                Ok(outside) if outside.excess >= 0.0 => return self.between(inside, outside, NARROWEST * first),
                Ok(further) => (inside, step) = (further, 1.5 * step),
                Err(NoEnd::Higher) => return Err(NoEnd::Higher),
                // The step was too long.
                Err(_) => step *= 0.25,
            }
        }
        Err(NoEnd::Search)
    }

    /// The least point on the plane a step away, along the curve of least points.
    fn beside(&mut self, from: &Place, step: f64) -> Result<Place, NoEnd> {
        self.descent.go_to(&from.point);
        let mut point = from.point.clone();
        if let Some((tangent, _)) = self.descent.tangent(self.plane, &from.point) {
            point.iter_mut().zip(tangent).for_each(|(b, slope)| *b += step * slope);
        }
        self.place(from.value + step, point)
    }

    /// The place between two others where the excess is 0.
    fn between(&mut self, mut inside: Place, mut outside: Place, narrowest: f64) -> Result<Place, NoEnd> {
        let (mut below, mut above, mut last) = (inside.excess, outside.excess, 0.0);
        for _ in 0..MOST_REFINEMENTS {
            let share = below / (below - above);
            let step = share * (outside.value - inside.value);
            // A convex objective is not larger here than at both ends.
            let start = inside.point.iter().zip(&outside.point).map(|(a, b)| a + share * (b - a)).collect();
            let place = self.place(inside.value + step, start)?;
            let excess = place.excess;
            if excess.abs() <= NEAR || (outside.value - inside.value).abs() <= narrowest {
                return Ok(place);
            }
            // Illinois: the value at an end that stays for a second time is halved.
            if excess < 0.0 {
                (inside, below) = (place, excess);
                above *= if last < 0.0 { 0.5 } else { 1.0 };
            } else {
                (outside, above) = (place, excess);
                below *= if last > 0.0 { 0.5 } else { 1.0 };
            }
            last = excess;
        }
        Err(NoEnd::Search)
    }

    /// The least point on the plane a'γ = `value`, found from a point near it.
    fn place(&mut self, value: f64, mut point: Vec<f64>) -> Result<Place, NoEnd> {
        self.plane.project(&mut point, value);
        let least = self.descent.run(&mut point, Some(self.plane), &mut |_, _| ()).ok_or(NoEnd::Search)?;
        let rise = least - self.profile.infimum;
        if rise < -SLACK * self.descent.here().magnitude.max(1.0) {
            return Err(NoEnd::Higher);
        }
        Ok(Place { value, excess: (2.0 * rise.max(0.0)).sqrt() - self.profile.quantile.sqrt(), point })
    }

    /// Whether the rise of the deviance at a place is the quantile, by proof if there is one.
    fn is_end(&mut self, k: usize, place: &Place) -> bool {
        let Profile { fit, quantile, proved, .. } = self.profile;
        let is_quantile =
            |least: f64, most: f64| least >= (1.0 - TOLERANCE) * quantile && most <= (1.0 + TOLERANCE) * quantile;
        let Some(infimum) = proved else {
            let rise = (place.excess + quantile.sqrt()).powi(2);
            return is_quantile(rise, rise);
        };
        let proves = |held: Bounds| is_quantile(2.0 * (held.lower - infimum.upper), 2.0 * (held.upper - infimum.lower));
        let held = Some((self.plane, k, place.value));
        let bounds = fit.own_scale.bounds(&place.point, held);
        if proves(bounds) {
            return true;
        }
        let mut polished = place.point.clone();
        self.descent.polish(&mut polished, Some(self.plane));
        proves(bounds.and(fit.own_scale.bounds(&polished, held)))
    }
}
