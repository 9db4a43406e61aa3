//! A lower bound on the optimum from Fenchel's dual.
//!
//! log(1 + exp(−m)) = max over 0 ≤ u ≤ 1 of h(u) − u m with the entropy h(u) = −u ln u − (1 − u) ln(1 − u). So for any
//! weights 0 ≤ u_i ≤ 1 that balance the rows a_i = s_i x_i on the columns without penalty,
//!
//! ```text
//! F(β*) ≥ Σ_i h(u_i) − P*(Σ_i u_i a_i),    P* the conjugate of the penalty: Σ_j v_j²/(2 λ_j) for ½ Σ_j λ_j β_j².
//! ```
//!
//! At the optimum the residuals σ(−m_i) are such weights and the bound is attained. Near it they are corrected in exact
//! arithmetic to balance, which costs a p × p solution in integers but, unlike the bound by the Fisher information, needs no
//! well-conditioned matrix.

use super::exact::IntegerRows;
use super::{free_rows, spanning};
use crate::model::Problem;
use crate::model::loss::logistic;

/// A lower bound on F(β*), rounding included, from the residuals at a point; `None` if they cannot be corrected.
pub fn lower_bound(problem: &Problem<'_>, coefficients: &[f64]) -> Option<f64> {
    let mut weights = Vec::with_capacity(problem.len());
    problem.design.each_predictor(coefficients, |i, predictor| {
        let residual = logistic(problem.signs[i] * predictor).1;
        // A residual that has underflowed is still a weight.
        weights.push(residual.max(f64::MIN_POSITIVE));
    });
    if !problem.design.is_finite() || !coefficients.iter().all(|b| b.is_finite()) {
        return None;
    }
    let (free, rows) = free_rows(problem);
    if !free.is_empty() {
        let exact = IntegerRows::new(rows.iter().map(|row| (&row[..], 1.0)), free.len());
        let numbered: Vec<(usize, f64)> = weights.iter().copied().enumerate().collect();
        weights = exact.balance(&numbered, &spanning(&rows, &numbered, |weight| weight.min(1.0 - weight)))?;
    }
    if weights.iter().any(|&weight| weight > 1.0) {
        return None;
    }
    let entropy: f64 =
        weights.iter().map(|&u| -u * u.ln() - if u < 1.0 { (1.0 - u) * (-u).ln_1p() } else { 0.0 }).sum();
    let rounding = problem.len() as f64 + 64.0;
    let mut sums = vec![(0.0, 0.0); problem.unknowns()];
    problem.design.each_row(|i, row| {
        let (u, sign) = (weights[i], problem.signs[i]);
        for ((sum, size), x) in sums.iter_mut().zip(row) {
            *sum += u * sign * x;
            *size += (u * x).abs();
        }
    });
    // Bounds on the sizes of Σ_i u_i a_ij, which is exactly 0 on the free columns: a conjugate grows with each size.
    let size = |(j, (sum, size)): (usize, &(f64, f64))| {
        if problem.penalty.is_free(j) { 0.0 } else { sum.abs() + rounding * f64::EPSILON * size }
    };
    let sizes: Vec<f64> = sums.iter().enumerate().map(size).collect();
    let loss = problem.penalty.conjugate(&sizes)?;
    let bound = entropy * (1.0 - rounding * f64::EPSILON) - loss * (1.0 + rounding * f64::EPSILON);
    bound.is_finite().then_some(bound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DesignMatrix, PenaltyTerm};

    #[test]
    fn the_bound_is_below_the_optimum_and_close_at_it() {
        // Two rows of one class and one of the other, intercept only: β* = ln 2, F(β*) = 3 ln 3 − 2 ln 2.
        let problem =
            Problem { design: DesignMatrix::dense(&[1.0; 3], 1), signs: &[1.0, 1.0, -1.0], penalty: PenaltyTerm::NONE };
        let optimum = 3.0 * 3f64.ln() - 2.0 * 2f64.ln();
        let at_optimum = lower_bound(&problem, &[2f64.ln()]).unwrap();
        assert!(at_optimum <= optimum && at_optimum > optimum * (1.0 - 1e-13));
        for b in [0.5, 0.69, 0.8] {
            assert!(lower_bound(&problem, &[b]).unwrap() <= optimum, "{b}");
        }
        let penalised = Problem { penalty: PenaltyTerm::l2(&[0.5]), ..problem };
        assert!(lower_bound(&penalised, &[0.4]).unwrap() <= optimum + 0.25 * 2f64.ln() * 2f64.ln());
    }

    #[test]
    fn separable_rows_have_no_bound() {
        let problem = Problem {
            design: DesignMatrix::dense(&[1.0, -1.0, 1.0, 1.0], 2),
            signs: &[-1.0, 1.0],
            penalty: PenaltyTerm::NONE,
        };
        assert_eq!(lower_bound(&problem, &[0.0, 3.0]), None);
    }
}
