//! The Hauck-Donner effect: a Wald statistic that falls as the estimate moves away from 0.
//!
//! Far from 0 the standard error of a logistic coefficient grows faster than the coefficient, so z falls although the data speak ever
//! more against 0 (Hauck & Donner 1977, Journal of the American Statistical Association 72, 851-853). It is found by the sign of the
//! derivative of z (Yee 2022, ibid. 117, 1763-1774).
//!
//! Yee holds the other coefficients, which makes the answer depend on where columns have their origin. Here they follow the profile
//! likelihood, to first order β + δ H⁻¹e_k/V with V = (H⁻¹)_kk: predictor i then changes by u_i/V, u_i = (H⁻¹x_i)_k. A weight w has the
//! derivative w(1 − 2p), so with V' = −(H⁻¹ H' H⁻¹)_kk
//!
//! ```text
//! V' = −Σ_i w_i (1 − 2 p_i) u_i³ / V,      d(b/√V)/db = (1 − b V'/(2V)) / √V.
//! ```

use crate::linear_algebra::{cholesky, dot};
use crate::model::design::Transformation;
use crate::model::{Evaluation, Evaluator, Order, Problem, Sigmoid};

/// The coefficients the size of whose z falls as they move away from 0, at a point of the problem on standardized features, without
/// penalty. None is found where X'WX is singular.
pub fn falling(problem: &Problem<'_>, point: &[f64], standardized: &Transformation) -> Vec<usize> {
    let p = problem.unknowns();
    let mut evaluation = Evaluation::default();
    Evaluator::default().evaluate(problem, point, Order::Hessian, &mut evaluation);
    if !cholesky::factor(&mut evaluation.hessian, p) {
        return Vec::new();
    }
    // w_i (1 − 2 p_i).
    let mut changes = Vec::with_capacity(problem.len());
    problem.design.each_predictor(point, |i, predictor| {
        let weight = problem.loss.of_row(i, predictor, Sigmoid::Stable).weight;
        changes.push(2.0 * weight * Sigmoid::Stable.half_minus_probability(problem.loss.predictor(i, predictor)));
    });
    let falls = |k: &usize| {
        let row = standardized.row(*k);
        let coefficient = dot(&row, point);
        let mut solved = row.clone();
        cholesky::solve(&evaluation.hessian, &mut solved);
        let variance = dot(&row, &solved);
        let mut cubes = 0.0;
        problem.design.each_predictor(&solved, |i, u| cubes += changes[i] * u * u * u);
        1.0 + 0.5 * coefficient * cubes / (variance * variance) < 0.0
    };
    (0..p).filter(falls).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::DataSet;
    use crate::linear_algebra::{Storage, StoredRows};
    use crate::model::{PenaltyTerm, Prepared, Scaling};

    /// Two groups of 100, 25 of the first positive, as in Hauck & Donner's example: b = logit p₁ − logit p₀, 1/V the sum of the groups'
    /// W = 100 p (1 − p) inverted, and V' = ((1 − 2p₀)/W₀² − (1 − 2p₁)/W₁²)/V.
    #[test]
    fn two_groups() {
        let logit = |p: f64| (p / (1.0 - p)).ln();
        let mut found = Vec::new();
        for positives in [30, 60, 85, 90, 95, 97, 99] {
            // The origin of the feature does not matter.
            let origin = f64::from(positives) * 10.0;
            let data = DataSet {
                name: String::new(),
                feature_names: vec!["group".to_owned()],
                features: StoredRows::from_fn(Storage::Double, (200, 1), |(i, _)| {
                    origin + f64::from(u8::from(i >= 100))
                }),
                labels: (0..200).map(|i| u8::from(i < 25 || (100..100 + positives).contains(&i))).collect(),
                classes: vec!["0".to_owned(), "1".to_owned()],
                ..DataSet::default()
            };
            let Prepared { transformation, design } = Prepared::all_rows(&data, Scaling::Standardize);
            let (p, q) = (0.25, f64::from(positives) / 100.0);
            let (mean, deviation) = (transformation.centers()[0], transformation.scales()[0]);
            let slope = logit(q) - logit(p);
            let point = [logit(p) + slope * (mean - origin), slope * deviation];
            let (of_first, of_second) = (100.0 * p * (1.0 - p), 100.0 * q * (1.0 - q));
            let variance = 1.0 / of_first + 1.0 / of_second;
            let change =
                ((1.0 - 2.0 * p) / (of_first * of_first) - (1.0 - 2.0 * q) / (of_second * of_second)) / variance;
            let expected = 1.0 - 0.5 * slope * change / variance < 0.0;
            let problem = design.problem(PenaltyTerm::NONE);
            assert_eq!(falling(&problem, &point, &transformation).contains(&1), expected, "{positives}");
            found.push(expected);
        }
        assert_eq!((found[0], found[6]), (false, true), "{found:?}");
    }
}
