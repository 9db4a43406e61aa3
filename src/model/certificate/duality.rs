//! The proof by duality, for penalties that are quadratic in every coefficient but the intercept's: products with X and X' alone, no
//! factorisation, and a strength that does not depend on the number of columns.
//!
//! # Derivation
//!
//! With margins m_i = s_i x_i'β the logistic loss ψ(m) = log(1 + exp(−m)) has the conjugate form ψ(m) ≥ h(u) − u m for all
//! 0 ≤ u ≤ 1, h the entropy −u ln u − (1 − u) ln(1 − u). So any dual weights u_i bound the optimum from below
//! ([`lower_bound`](crate::model::separation::lower_bound)), and with v = Σ_i u_i s_i x_i the distance of F(β) from that bound is
//!
//! ```text
//! F(β) − F(β*) ≤ Σ_i (ψ(m_i) − h(u_i) + u_i m_i) + Σ_j (½ λ_j β_j² − β_j v_j + v_j²/(2 λ_j))
//!              = Σ_i KL(u_i ‖ σ(−m_i)) + Σ_j (λ_j β_j − v_j)²/(2 λ_j),
//! ```
//!
//! in which nothing cancels. KL is the Kullback-Leibler divergence of two coins, at most their χ² distance
//! (u_i − σ(−m_i))²/(σ(−m_i) σ(m_i)). The residuals σ(−m_i) themselves would make the first sum 0, and the second ‖g‖²/(2λ). But
//! along a coefficient without penalty v_j must be 0, exactly, for F*(u) to be finite. Where this is the intercept alone, the
//! weights of one class have to add up to those of the other: those of the class with the larger sum are scaled down by the ratio
//! f of both, which costs about ½ (1 − f)² Σ_i σ(−m_i).
//!
//! An optimum exists: F grows without bound along every penalised coefficient, and along the intercept if both classes have rows.
//!
//! # Rounding
//!
//! With row weights c_i the dual weights are v_i = c_i u_i, and each divergence counts c_i times.
//!
//! Weights are whole multiples of a power of two, 2⁻¹⁰⁰ without row weights, so that their sums are exact and balance exactly. A predictor is off by at most
//! δ_i = (p + 2)ε Σ_j |x_ij β_j|, or Σ_j X_j |β_j| in its place where margins are known, so σ(−m_i) by 1.1 σ(m_i)σ(−m_i) δ_i + 8ε min(σ(−m_i), σ(m_i)); and v_j by
//! (n + 4)ε X_j Σ_i u_i, X_j = max_i |x_ij|.

use super::row_lengths::length_bound;
use super::sums::EPSILON;
use crate::model::Problem;
use crate::model::loss::{RowLoss, Sigmoid};

/// Largest error of a predictor for which the factor 1.1 above covers how σ changes.
const MOST_ERROR: f64 = 0.05;

/// 2¹⁰⁰, of whose inverse dual weights are multiples if rows have no weights.
const GRID: f64 = 1_267_650_600_228_229_401_496_703_205_376.0;

/// The power of two of whose inverse dual weights are multiples: so large that the sum of all stays below 2¹²⁶, and the smallest
/// keep most of their digits.
fn grid(problem: &Problem<'_>) -> f64 {
    match problem.loss.weights() {
        None => GRID,
        Some(_) => 2f64.powi((125 - problem.loss.weight_sum().log2().ceil().clamp(-800.0, 1000.0) as i32).min(1000)),
    }
}

/// σ(m_i) below which the weight of a row is not scaled, because 1 less the scaled weight would lose its digits.
const NEAR_ONE: f64 = 1e-9;

/// Storage of [`duality_gap`].
#[derive(Clone, Debug, Default)]
pub struct DualStorage {
    rows: Vec<DualRow>,
    slopes: Vec<f64>,
    gradient: Vec<f64>,
}

/// A row at the point.
#[derive(Clone, Copy, Debug)]
struct DualRow {
    /// σ(−m_i).
    residual: f64,
    /// σ(m_i).
    opposite: f64,
    /// δ_i.
    error: f64,
    /// The sign of the derivative of the loss by the predictor: −s_i.
    sign: f64,
    /// c_i, how many rows the row stands for.
    count: f64,
    /// The dual weight v_i = c_i u_i, in units of 1/[`grid`].
    weight: i128,
    /// The largest that it may be.
    most: i128,
}

/// Whether a problem with these λ_j has a duality gap: every coefficient is penalised, or all but the first, whose column is of ones.
pub fn has_duality_gap(problem: &Problem<'_>, quadratic: &[f64]) -> bool {
    let is_penalised = |weight: &f64| *weight > 0.0;
    match quadratic {
        [] => false,
        [first, rest @ ..] if rest.iter().all(is_penalised) => {
            is_penalised(first) || problem.design.column(0).all(|x| x == 1.0)
        }
        _ => false,
    }
}

/// A bound on F(β) − F(β*), rounding included, of a problem that [has one](has_duality_gap); `largest` has X_j, and the margins of the
/// rows, if they are known, spare a pass over X. `None` where the bound is infinite, as where all rows are of one class.
pub fn duality_gap(
    problem: &Problem<'_>,
    (coefficients, margins): (&[f64], &[f64]),
    quadratic: &[f64],
    largest: &[f64],
    storage: &mut DualStorage,
) -> Option<f64> {
    let DualStorage { rows, slopes, gradient } = storage;
    let terms = problem.unknowns() as f64 + 2.0;
    let grid = grid(problem);
    rows.clear();
    let mut add = |i: usize, predictor: f64, size: f64| {
        let RowLoss { slope, weight, .. } = problem.loss.of_unit(i, predictor, Sigmoid::Stable);
        let (residual, error) = (slope.abs(), terms * EPSILON * (size + problem.loss.offset(i).abs()));
        let opposite = if residual > 0.0 { weight / residual } else { 1.0 };
        let count = problem.loss.row_weight(i);
        let (weight, most) = on_grid(residual, opposite, count * grid);
        rows.push(DualRow { residual, opposite, error, sign: slope.signum(), count, weight, most });
        // A NaN must not pass.
        error <= MOST_ERROR
    };
    let are_exact = if margins.is_empty() {
        problem.design.all_predictors(coefficients, add)
    } else {
        let size = length_bound(coefficients, largest);
        margins.iter().enumerate().all(|(i, &margin)| add(i, problem.loss.margin(i, margin), size))
    };
    if !are_exact || quadratic.first() == Some(&0.0) && !balance(rows) {
        return None;
    }
    let mut gap: f64 = rows.iter().map(|row| row.divergence(grid)).sum();
    slopes.clear();
    slopes.extend(rows.iter().map(|row| row.sign * row.weight as f64 / grid));
    gradient.clear();
    gradient.resize(problem.unknowns(), 0.0);
    problem.penalty.add_gradient(coefficients, gradient);
    problem.design.add_transpose_product(slopes, gradient);
    let sum: f64 = slopes.iter().map(|slope| slope.abs()).sum();
    let rounding = (problem.len() as f64 + 4.0) * EPSILON;
    for ((&g, &weight), (&size, &b)) in gradient.iter().zip(quadratic).zip(largest.iter().zip(coefficients)) {
        if weight > 0.0 {
            let most = g.abs() + rounding * (1.1 * size * sum + (weight * b).abs());
            gap += most * most / (2.0 * weight);
        }
    }
    gap *= 1.0 + 1e-6;
    gap.is_finite().then_some(gap)
}

/// c σ(−m) and c in units of the grid, in which c is `count`, by the smaller of σ(−m) and σ(m), whose digits are all there.
fn on_grid(residual: f64, opposite: f64, count: f64) -> (i128, i128) {
    let most = count as i128;
    (if residual <= 0.5 { (residual * count) as i128 } else { most - (opposite * count) as i128 }, most)
}

/// Scales the weights of the class with the larger sum down to the other's; whether that is possible.
fn balance(rows: &mut [DualRow]) -> bool {
    let sum =
        |rows: &[DualRow], sign: f64| rows.iter().filter(|row| row.sign == sign).map(|row| row.weight).sum::<i128>();
    let (of_zeros, of_ones) = (sum(rows, 1.0), sum(rows, -1.0));
    let (smaller, larger, sign) = if of_zeros < of_ones { (of_zeros, of_ones, -1.0) } else { (of_ones, of_zeros, 1.0) };
    let is_scaled = |row: &DualRow| row.sign == sign && row.opposite >= NEAR_ONE;
    let unscaled: i128 = rows.iter().filter(|row| row.sign == sign && !is_scaled(row)).map(|row| row.weight).sum();
    let (target, scaled) = (smaller - unscaled, larger - unscaled);
    if smaller == larger {
        return smaller > 0;
    }
    if target <= 0 || scaled <= 0 {
        return false;
    }
    let factor = target as f64 / scaled as f64;
    let mut rest = target;
    for row in rows.iter_mut().filter(|row| is_scaled(row)) {
        row.weight = (row.weight as f64 * factor) as i128;
        rest -= row.weight;
    }
    // What rounding leaves goes to the row that it changes least.
    let steepest = rows.iter_mut().filter(|row| is_scaled(row)).max_by(|a, b| a.room().total_cmp(&b.room()));
    match steepest {
        Some(row) => {
            row.weight += rest;
            (0..=row.most).contains(&row.weight)
        }
        None => false,
    }
}

impl DualRow {
    /// σ(m)σ(−m).
    fn curvature(&self) -> f64 {
        self.residual * self.opposite
    }

    /// c σ(m)σ(−m), how much the weight may change at how little cost.
    fn room(&self) -> f64 {
        self.count * self.curvature()
    }

    /// An upper bound on c times the χ² distance of u = v/c from σ(−m); infinite where nothing bounds it.
    fn divergence(&self, grid: f64) -> f64 {
        let curvature = self.curvature();
        if curvature == 0.0 {
            // The smallest number stands for a residual that has underflowed.
            let is_zero = self.weight == 0 && self.residual < 0.5;
            return if is_zero { self.count * f64::MIN_POSITIVE } else { f64::INFINITY };
        }
        // One unit of the grid is a share of the weight's own unit c.
        let share = |units: i128| units as f64 / grid / self.count;
        let distance = if self.residual <= 0.5 {
            (share(self.weight) - self.residual).abs() + 9.0 * EPSILON * self.residual
        } else {
            (share(self.most - self.weight) - self.opposite).abs() + 9.0 * EPSILON * self.opposite
        };
        let distance = distance + 1.1 * curvature * self.error + share(1);
        self.count * (distance * distance / (0.9 * curvature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DesignMatrix, Loss, PenaltyTerm};

    fn gap(design: DesignMatrix<'_>, signs: &[f64], weights: &[f64], coefficients: &[f64]) -> Option<f64> {
        let problem = Problem { design, loss: Loss::logistic(signs), penalty: PenaltyTerm::l2(weights) };
        assert!(has_duality_gap(&problem, weights));
        let mut largest = vec![0.0; weights.len()];
        design.column_sizes(&mut largest);
        duality_gap(&problem, (coefficients, &[]), weights, &largest, &mut DualStorage::default())
    }

    /// One penalised coefficient, x = 1, one row: F(b) = log(1 + exp(−b)) + b²/2 has its minimum where b = σ(−b).
    #[test]
    fn one_coefficient_by_hand() {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..60 {
            let b: f64 = 0.5 * (low + high);
            if b < 1.0 / (1.0 + b.exp()) { low = b } else { high = b }
        }
        let value = |b: f64| (-b).exp().ln_1p() + 0.5 * b * b;
        for b in [-3.0, 0.0, 0.3, 0.4, 1.0, 5.0] {
            let bound = gap(DesignMatrix::dense(&[1.0], 1), &[1.0], &[1.0], &[b]).unwrap();
            let truth = value(b) - value(low);
            assert!(bound >= truth && bound <= 1.3 * truth + 1e-15, "{b}: {bound} {truth}");
        }
        assert!(gap(DesignMatrix::dense(&[1.0], 1), &[1.0], &[1.0], &[low]).unwrap() < 1e-29);
    }

    #[test]
    fn a_free_intercept_needs_both_classes() {
        let rows = [1.0, 0.5, 1.0, -0.3, 1.0, 2.0];
        let design = DesignMatrix::dense(&rows, 2);
        assert_eq!(gap(design, &[1.0; 3], &[0.0, 1.0], &[3.0, 0.1]), None);
        assert!(gap(design, &[1.0, -1.0, 1.0], &[0.0, 1.0], &[0.7, 0.1]).is_some());
        assert_eq!(gap(design, &[1.0, -1.0, 1.0], &[0.0, 1.0], &[f64::NAN, 0.1]), None);
        assert_eq!(gap(design, &[1.0, -1.0, 1.0], &[0.0, 1.0], &[1e20, 0.1]), None);
    }

    #[test]
    fn only_an_intercept_may_be_free() {
        for (weights, has) in [([1.0, 1.0], true), ([0.0, 1.0], false), ([1.0, 0.0], false), ([0.0, 0.0], false)] {
            let problem = Problem {
                design: DesignMatrix::dense(&[1.0, 0.5, 2.0, -0.3], 2),
                loss: Loss::logistic(&[1.0, -1.0]),
                penalty: PenaltyTerm::l2(&weights),
            };
            assert_eq!(has_duality_gap(&problem, &weights), has, "{weights:?}");
        }
    }

    /// Rows far on the wrong side of the point, whose residuals are 1 but for 1e-13 or less, do not spoil the bound.
    #[test]
    fn rows_far_on_the_wrong_side_are_exact() {
        let rows = [1.0, 30.0, 1.0, -30.0, 1.0, 1.0, 1.0, -1.0];
        let signs = [-1.0, 1.0, 1.0, -1.0];
        let bound = gap(DesignMatrix::dense(&rows, 2), &signs, &[0.0, 59.0], &[0.0, 1.0]).unwrap();
        // By symmetry the intercept is 0: F(b) = 2 log(1 + exp(30 b)) + 2 log(1 + exp(−b)) + 29.5 b².
        let value = |b: f64| 2.0 * ((30.0 * b).exp().ln_1p() + (-b).exp().ln_1p()) + 29.5 * b * b;
        let least = (0..200_001).map(|k| value(-1.0 + 1e-5 * f64::from(k))).fold(f64::INFINITY, f64::min);
        assert!(bound >= value(1.0) - least, "{bound} {}", value(1.0) - least);
        assert!(bound < 10.0 * (value(1.0) - least), "{bound} {}", value(1.0) - least);
    }
}
