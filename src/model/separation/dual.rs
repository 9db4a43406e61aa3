//! A lower bound on the optimum from Fenchel's dual.
//!
//! log(1 + exp(−m)) = max over 0 ≤ u ≤ 1 of h(u) − u m with the entropy h(u) = −u ln u − (1 − u) ln(1 − u). So for any
//! weights 0 ≤ u_i ≤ 1 that balance the rows a_i = s_i x_i on the columns without penalty,
//!
//! ```text
//! F(β*) ≥ Σ_i h(u_i) − P*(Σ_i u_i a_i),    P* the conjugate of the penalty: Σ_j v_j²/(2 λ_j) for ½ Σ_j λ_j β_j².
//! ```
//!
//! At the optimum the residuals σ(−m_i) are such weights, and they attain the bound. Near the optimum exact arithmetic corrects
//! them until they balance. That costs a p × p solution in integers but, unlike the bound by the Fisher information, needs no
//! well-conditioned matrix and no optimum: it also bounds an infimum that is not attained.
//!
//! With row weights c_i and offsets o_i the weights are 0 ≤ v_i ≤ c_i, h(u_i) becomes c_i h(v_i/c_i), and Σ_i v_i s_i o_i is subtracted.
//!
//! With β_k held at a value c the weights need not balance column k, and −c Σ_i u_i a_ik is added to the bound.

use super::balance::balance;
use super::free_rows;
use super::spanning::spanning;
use crate::linear_algebra::CompensatedSum;
use crate::model::Problem;

/// A lower bound on F(β*), rounding included, from the residuals at a point; `None` if they cannot be corrected.
pub fn lower_bound(problem: &Problem<'_>, coefficients: &[f64]) -> Option<f64> {
    let mut weights = problem.loss.dual_weights(problem.design, coefficients);
    if !problem.design.is_finite() || !coefficients.iter().all(|b| b.is_finite()) {
        return None;
    }
    let (free, rows) = free_rows(problem);
    if !free.is_empty() {
        let numbered: Vec<(usize, f64)> = weights.iter().copied().enumerate().collect();
        weights = balance(
            &rows,
            &numbered,
            &spanning(&rows, &numbered, |i, weight| weight.min(problem.loss.row_weight(i) - weight)),
        )?;
    }
    let (entropy, entropy_error) = problem.loss.entropy(&weights)?;
    let rounding = problem.len() as f64 + 64.0;
    let mut sums = vec![(0.0, 0.0); problem.unknowns()];
    problem.loss.each_inequality(problem.design, |i, a| {
        for ((sum, size), a) in sums.iter_mut().zip(a) {
            *sum += weights[i] * a;
            *size += (weights[i] * a).abs();
        }
    });
    // Bounds on the sizes of Σ_i u_i a_ij, which is exactly 0 on the free columns: a conjugate grows with each size.
    let size = |(j, (sum, size)): (usize, &(f64, f64))| {
        if problem.penalty.is_free(j) { 0.0 } else { sum.abs() + rounding * f64::EPSILON * size }
    };
    let sizes: Vec<f64> = sums.iter().enumerate().map(size).collect();
    let loss = problem.penalty.conjugate(&sizes)?;
    let (mut of_offset, mut size_of_offset) = (0.0, 0.0);
    if problem.loss.has_offset() {
        for (i, &weight) in weights.iter().enumerate() {
            of_offset += problem.loss.margin(i, problem.loss.offset(i)) * weight;
            size_of_offset += (problem.loss.offset(i) * weight).abs();
        }
    }
    let bound = entropy * (1.0 - rounding * f64::EPSILON)
        - entropy_error
        - loss * (1.0 + rounding * f64::EPSILON)
        - (of_offset + rounding * f64::EPSILON * size_of_offset);
    bound.is_finite().then_some(bound)
}

/// A coefficient that is held at a value.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// Its column k.
    pub column: usize,
    /// The value c.
    pub value: f64,
    /// A free column q and a number t with which x_ik − t x_iq is small beside x_ik. Weights that balance column q give both the
    /// same sum, and that of the difference has the smaller rounding error.
    pub partner: Option<(usize, f64)>,
}

/// A lower bound, rounding included, on the infimum of F without penalty over all β, or over those with one coefficient held,
/// from weights 0 ≤ v_i ≤ c_i of the rows. `None` if they cannot be corrected to balance the other columns.
pub fn lower_bound_of_weights(problem: &Problem<'_>, weights: &[f64], held: Option<Held>) -> Option<f64> {
    if !problem.design.is_finite() || !held.is_none_or(|held| held.value.is_finite()) {
        return None;
    }
    // The largest number below c_i is a weight, too, and has an entropy.
    let below = |i: usize| problem.loss.row_weight(i) * (1.0 - 0.5 * f64::EPSILON);
    let capped = weights.iter().enumerate().map(|(i, weight)| (i, weight.min(below(i))));
    let mut weights: Vec<(usize, f64)> = capped.filter(|(_, weight)| *weight > 0.0).collect();
    let free: Vec<usize> = (0..problem.unknowns()).filter(|&j| held.is_none_or(|held| held.column != j)).collect();
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(problem.len());
    problem.loss.each_inequality(problem.design, |_, a| rows.push(free.iter().map(|&j| a[j]).collect()));
    if !free.is_empty() {
        let room = |i: usize, weight: f64| weight.min(problem.loss.row_weight(i) - weight);
        let balanced = balance(&rows, &weights, &spanning(&rows, &weights, room))?;
        weights.iter_mut().zip(balanced).for_each(|(weight, balanced)| weight.1 = balanced);
    }
    let (mut bound, mut error) = (CompensatedSum::default(), 0.0);
    for &(i, u) in &weights {
        let rest = problem.loss.row_weight(i) - u;
        if rest <= 0.0 {
            return None;
        }
        let [of_u, of_rest] = problem.loss.logarithms(i, u);
        bound.add(u * of_u);
        bound.add(rest * of_rest);
        // The entropy's own rounding, and what that of u makes of it.
        let mut size = u * of_u + rest * of_rest + u * (of_u - of_rest).abs();
        if problem.loss.has_offset() {
            let of_offset = problem.loss.margin(i, problem.loss.offset(i)) * u;
            bound.add(-of_offset);
            size += of_offset.abs();
        }
        if let Some(Held { column, value, partner }) = held {
            let x = problem.design.entry(i, column);
            let difference = partner.map_or(x, |(q, t)| (-t).mul_add(problem.design.entry(i, q), x));
            bound.add(-(problem.loss.margin(i, value) * u * difference));
            size += (value * u * difference).abs();
        }
        // Weights, logarithms and products are each correct to a few units in the last place.
        error += 16.0 * f64::EPSILON * size;
    }
    let bound = bound.value() - (1.0 + 1e-6) * error;
    bound.is_finite().then_some(bound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::loss::logistic;
    use crate::model::{DesignMatrix, Loss, PenaltyTerm};

    #[test]
    fn the_bound_is_below_the_optimum_and_close_at_it() {
        // Two rows of one class and one of the other, intercept only: β* = ln 2, F(β*) = 3 ln 3 − 2 ln 2.
        let problem = Problem {
            design: DesignMatrix::dense(&[1.0; 3], 1),
            loss: Loss::logistic(&[1.0, 1.0, -1.0]),
            penalty: PenaltyTerm::NONE,
        };
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
            loss: Loss::logistic(&[-1.0, 1.0]),
            penalty: PenaltyTerm::NONE,
        };
        assert_eq!(lower_bound(&problem, &[0.0, 3.0]), None);
    }

    /// Three rows of which one decides the slope alone: as it grows, the loss of that row goes to 0 and the others' stays.
    #[test]
    fn an_infimum_that_is_not_attained_is_bounded() {
        let problem = Problem {
            design: DesignMatrix::dense(&[1.0, 0.0, 1.0, 0.0, 1.0, 1.0], 2),
            loss: Loss::logistic(&[1.0, -1.0, 1.0]),
            penalty: PenaltyTerm::NONE,
        };
        let infimum = 2.0 * 2f64.ln();
        let bound = lower_bound_of_weights(&problem, &[0.5, 0.5, 0.0], None).unwrap();
        assert!(bound <= infimum && bound > infimum * (1.0 - 1e-13));
        assert_eq!(lower_bound_of_weights(&problem, &[0.5, 0.5, 1e-3], None), None, "no balance with that row");
    }

    /// With the slope held at c the intercept alone is free, and F_p(c) is a minimum over one number.
    #[test]
    fn a_held_coefficient_is_accounted_for() {
        let rows = [1.0, 1e6, 1.0, 1e6 + 1.0, 1.0, 1e6 + 2.0];
        let signs = [-1.0, 1.0, -1.0];
        let (design, penalty) = (DesignMatrix::dense(&rows, 2), PenaltyTerm::NONE);
        let problem = Problem { design, loss: Loss::logistic(&signs), penalty };
        for c in [-0.7, 0.0, 1.3] {
            let loss = |a: f64| (0..3).map(|i| logistic(signs[i] * (a + c * (i as f64 - 1.0))).0).sum::<f64>();
            let slope = |a: f64| {
                let each = |i: usize| -signs[i] * logistic(signs[i] * (a + c * (i as f64 - 1.0))).1;
                (0..3).map(each).sum::<f64>()
            };
            let (mut low, mut high) = (-20.0, 20.0);
            for _ in 0..100 {
                let middle = 0.5 * (low + high);
                if slope(middle) < 0.0 { low = middle } else { high = middle }
            }
            let weight = |i: usize| logistic(signs[i] * (low + c * (i as f64 - 1.0))).1;
            let weights: Vec<f64> = (0..3).map(weight).collect();
            let held = Held { column: 1, value: c, partner: Some((0, 1e6 + 1.0)) };
            let bound = lower_bound_of_weights(&problem, &weights, Some(held)).unwrap();
            assert!(bound <= loss(low) && bound > loss(low) * (1.0 - 1e-13), "{c}: {bound} {}", loss(low));
        }
    }
}
