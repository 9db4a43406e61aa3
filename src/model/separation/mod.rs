//! Separation: a direction along which the likelihood never falls, so that no finite maximum exists.
//!
//! For rows a_i = s_i x_i exactly one of two certificates exists, by Stiemke's theorem (Albert & Anderson 1984): a direction d
//! with a_i'd ≥ 0 for all i and > 0 for some, so that the likelihood has no maximum; or weights u_i > 0 with Σ u_i a_i = 0, so
//! that it has one. [`strictly_separates`] tests a given point, at every iteration of every fit. [`decide_separation`] finds
//! one of the two certificates with a linear programme, and checks it in exact arithmetic. Only columns without penalty matter,
//! because a penalty on a coefficient rules out directions that move it.

mod balance;
mod dual;
mod exact;
mod linear_programme;
mod modular;
mod simplex;
mod spanning;
pub mod strict_in_lanes;
mod whole;

use std::sync::atomic::AtomicBool;

use num_bigint::{BigInt, Sign};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Problem;
use balance::balance;
pub use dual::{Held, lower_bound, lower_bound_of_weights};
use exact::IntegerRows;
use linear_programme::Solution;
pub use modular::Echelon;
use spanning::spanning;
pub use whole::{WholeDirection, whole_direction};

/// Whether the likelihood has a maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Separation {
    /// No maximum: a hyperplane has every row strictly on its class's side.
    Complete,
    /// No maximum: a hyperplane has every row on its class's side or on itself, some strictly, but no hyperplane has all
    /// strictly.
    QuasiComplete,
    /// A maximum exists.
    Overlap,
}

impl Separation {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Separation::Complete => "complete",
            Separation::QuasiComplete => "quasi-complete",
            Separation::Overlap => "overlap",
        }
    }
}

/// A decision about the existence of a maximum, with its proof.
#[derive(Clone, Debug, PartialEq)]
pub enum SeparationDecision {
    /// No maximum exists.
    Separated {
        /// Whether the separation is complete; `None` if only the existence of a direction was proved.
        kind: Option<Separation>,
        /// The direction, each exact entry rounded once, the largest about 1.
        direction: Vec<f64>,
    },
    /// A maximum exists.
    Overlap,
    /// Neither certificate was found.
    Undecided,
}

/// Decides whether the likelihood has a maximum; each answer has an exact proof. Setting `interrupt` ends a long search.
///
/// Solves the linear programme for all rows. If its direction is proved, goes on with the rows that it leaves on the
/// hyperplane, until no row is left (complete separation) or the remaining rows overlap (quasi-complete separation).
pub fn decide_separation(problem: &Problem<'_>, interrupt: &AtomicBool) -> SeparationDecision {
    // Exact arithmetic has no infinities.
    if !problem.design.is_finite() {
        return SeparationDecision::Undecided;
    }
    let (free, rows) = free_rows(problem);
    if free.is_empty() {
        return SeparationDecision::Overlap;
    }
    let exact = IntegerRows::new(rows.iter().map(|row| &row[..]), free.len());
    match decide_exactly(&exact, &rows, interrupt) {
        (Some(Separation::Overlap), _) => SeparationDecision::Overlap,
        (_, None) => SeparationDecision::Undecided,
        (kind, Some(found)) => {
            let mut direction = vec![0.0; problem.unknowns()];
            for (&j, value) in free.iter().zip(exact.rounded(&found)) {
                direction[j] = value;
            }
            SeparationDecision::Separated { kind, direction }
        }
    }
}

/// The kind of separation of the rows, if it is proved, and a direction in the integers' coordinates, if there is one: with as
/// many rows strictly on their sides as any.
fn decide_exactly(
    exact: &IntegerRows,
    rows: &[Vec<f64>],
    interrupt: &AtomicBool,
) -> (Option<Separation>, Option<Vec<BigInt>>) {
    let mut open: Vec<usize> = (0..rows.len()).collect();
    let mut direction: Option<Vec<BigInt>> = None;
    loop {
        if open.is_empty() {
            return (direction.is_some().then_some(Separation::Complete), direction);
        }
        match certify_rows(exact, rows, &open, interrupt) {
            Some(RowsCertificate::Balanced) => {
                let kind = if direction.is_some() { Separation::QuasiComplete } else { Separation::Overlap };
                return (Some(kind), direction);
            }
            Some(RowsCertificate::Direction(step)) => {
                let zero: Vec<usize> = open.iter().copied().filter(|&i| exact.side(i, &step) == Sign::NoSign).collect();
                direction = Some(match direction {
                    None => step,
                    Some(before) => combine(exact, &before, &step, &zero),
                });
                open = zero;
            }
            None => return (None, direction),
        }
    }
}

/// The columns without penalty, and the inequalities of separation on them alone.
fn free_rows(problem: &Problem<'_>) -> (Vec<usize>, Vec<Vec<f64>>) {
    let free: Vec<usize> = (0..problem.unknowns()).filter(|&j| problem.penalty.is_free(j)).collect();
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(problem.len());
    problem.loss.each_inequality(problem.design, |_, a| rows.push(free.iter().map(|&j| a[j]).collect()));
    (free, rows)
}

/// A certificate for some of the rows.
enum RowsCertificate {
    /// A direction with none of the rows on its wrong side and some on its right side.
    Direction(Vec<BigInt>),
    /// Positive weights balance the rows.
    Balanced,
}

/// Finds a certificate for the rows in `open`: with the linear programme, or in exact arithmetic if rounding defeats it.
fn certify_rows(
    exact: &IntegerRows,
    rows: &[Vec<f64>],
    open: &[usize],
    interrupt: &AtomicBool,
) -> Option<RowsCertificate> {
    let of_open: Vec<Vec<f64>> = open.iter().map(|&i| rows[i].clone()).collect();
    if let Some(solution) = linear_programme::solve(&of_open, rows[0].len()) {
        if let Some(direction) = separating(exact, open, &solution) {
            return Some(RowsCertificate::Direction(direction));
        }
        if balanced(rows, open, &solution.weights) {
            return Some(RowsCertificate::Balanced);
        }
    }
    simplex::find_certificate(exact, open, interrupt).map(|certificate| match certificate {
        simplex::ExactCertificate::Direction(direction) => RowsCertificate::Direction(direction),
        simplex::ExactCertificate::Weights => RowsCertificate::Balanced,
    })
}

/// Margins that count as zero, as shares of the largest: the solver's tolerance, then more if that leads to no proof.
const ZERO_MARGINS: [f64; 3] = [1e-9, 1e-7, 1e-5];

/// An exact direction near the solver's.
fn separating(exact: &IntegerRows, open: &[usize], solution: &Solution) -> Option<Vec<BigInt>> {
    let largest = solution.margins.iter().fold(0.0, |largest: f64, &margin| largest.max(margin));
    if largest < 1e-7 {
        return None;
    }
    let near = exact.direction(&solution.direction);
    ZERO_MARGINS.into_iter().find_map(|share| {
        let is_zero = |place: &usize| solution.margins[*place] <= share * largest;
        let (zero, strict): (Vec<usize>, Vec<usize>) = (0..open.len()).partition(is_zero);
        let zero: Vec<usize> = zero.into_iter().map(|place| open[place]).collect();
        let direction = exact.project(&zero, &near);
        let proved =
            !direction.is_empty() && strict.iter().all(|&place| exact.side(open[place], &direction) == Sign::Plus);
        proved.then_some(direction)
    })
}

/// A positive combination of two directions with every row outside `zero` strictly on its class's side, if possible even after
/// rounding to binary64, as it will be printed. Every row has a positive product with `before`, or 0 and a positive one with
/// `step`.
fn combine(exact: &IntegerRows, before: &[BigInt], step: &[BigInt], zero: &[usize]) -> Vec<BigInt> {
    let strict: Vec<usize> = (0..exact.len()).filter(|i| zero.binary_search(i).is_err()).collect();
    let stands = |direction: &[BigInt]| strict.iter().all(|&i| exact.side(i, direction) == Sign::Plus);
    let size = |direction: &[BigInt]| direction.iter().map(BigInt::bits).max().unwrap_or(0);
    let (more, less) = (size(before), size(step));
    // Both directions at the same size, then ever more of `before`, up to 2^60 times as much, where rounding loses the step.
    let (mut before, step): (Vec<BigInt>, Vec<BigInt>) = (
        before.iter().map(|d| d << less.saturating_sub(more)).collect(),
        step.iter().map(|d| d << more.saturating_sub(less)).collect(),
    );
    let mut first = None;
    for doublings in 0.. {
        let sum: Vec<BigInt> = before.iter().zip(&step).map(|(b, s)| b + s).collect();
        if stands(&sum) {
            if stands(&exact.direction(&exact.rounded(&sum))) {
                return sum;
            }
            first.get_or_insert(sum);
        }
        if doublings > 60
            && let Some(sum) = first
        {
            return sum;
        }
        before.iter_mut().for_each(|d| *d <<= 1);
    }
    before
}

/// Whether positive weights near the given ones balance the rows of `open` exactly.
fn balanced(rows: &[Vec<f64>], open: &[usize], weights: &[f64]) -> bool {
    let weights: Vec<(usize, f64)> = open.iter().copied().zip(weights.iter().copied()).collect();
    balance(rows, &weights, &spanning(rows, &weights, |_, weight| weight)).is_some()
}

/// Whether every row is strictly on its class's side of `direction` in spite of rounding: s_i·x_i'd > 0 for all i.
///
/// Then the objective falls for ever along d (Albert & Anderson 1984, "complete separation") and d is the proof. With a penalty
/// it does so only if d has no penalised part. A margin counts only above the rounding error of x'd, at most (p+1)ε Σ|x_j d_j|.
pub fn strictly_separates(problem: &Problem<'_>, direction: &[f64]) -> bool {
    problem.penalty.is_free_along(direction)
        && !problem.is_empty()
        && problem.loss.all_margins(problem.design, direction, |margin, size| {
            // The smallest normal number covers underflow, which the relative bound does not.
            margin > (problem.unknowns() as f64 + 2.0) * f64::EPSILON * size + f64::MIN_POSITIVE
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DesignMatrix, Loss, PenaltyTerm};

    #[test]
    fn strict_means_strict() {
        let problem = |weights| Problem {
            design: DesignMatrix::dense(&[1.0, -1.0, 1.0, 1.0], 2),
            loss: Loss::logistic(&[-1.0, 1.0]),
            penalty: PenaltyTerm::l2(weights),
        };
        assert!(strictly_separates(&problem(&[0.0, 0.0]), &[0.0, 1.0]));
        assert!(!strictly_separates(&problem(&[0.0, 0.0]), &[1.0, 1.0]), "a row on the hyperplane");
        assert!(!strictly_separates(&problem(&[0.0, 0.0]), &[1.0, 1.0 + 2e-16]), "a margin that rounding explains");
        assert!(!strictly_separates(&problem(&[0.0, 0.1]), &[0.0, 1.0]), "the penalty stops it");
        assert!(!strictly_separates(&problem(&[0.0, 0.0]), &[f64::NAN, 1.0]));
    }
}
