//! Fitted slopes β̂ against the true ones β, from n training rows and p features:
//!
//! ```text
//! inflation a = Σ_j β̂_j β_j / Σ_j β_j²,        deviation = √n · √(Σ_j (β̂_j − a β_j)² / p)
//! ```
//!
//! For maximum likelihood with features N(0, I), as n and p grow with p/n = κ fixed, β̂_j behaves as α*β_j + σ*Z_j/√n with
//! Z_j ~ N(0, 1): the inflation tends to α* > 1 and the deviation to σ* (Sur & Candès 2019, PNAS 116, 14516-14525).

use super::properties::{Better, Metric, Needs, Sample, Value};
use super::sums::TruthSums;

/// The factor a of the true slopes in the fitted ones. 1 is what a fit without bias has, but a single fit is not rated by it.
pub const INFLATION: Metric = Metric {
    name: "slope_inflation",
    about: "simulated data, unscaled: factor a of the true slopes b in the fitted ones, sum(fitted * b) / sum(b^2)",
    sample: Sample::Coefficients,
    range: (f64::NEG_INFINITY, f64::INFINITY),
    better: Better::Neither,
    best: None,
    needs: Needs::Truth,
    value: Value::OfSums(|fit| fit.truth.as_ref().map_or(f64::NAN, inflation)),
};

/// How far the fitted slopes are from a times the true ones.
pub const DEVIATION: Metric = Metric {
    name: "slope_deviation",
    about: "simulated data, unscaled: sqrt(n * mean((fitted - a * b)^2)) with a = slope_inflation, n training rows",
    range: (0.0, f64::INFINITY),
    value: Value::OfSums(|fit| fit.truth.as_ref().map_or(f64::NAN, deviation)),
    ..INFLATION
};

/// NaN where all true slopes are 0.
fn inflation(sums: &TruthSums) -> f64 {
    sums.products / sums.squares
}

fn deviation(sums: &TruthSums) -> f64 {
    (sums.rows * sums.residual_squares / sums.slopes).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_against_the_truth_by_hand() {
        // 3·1 + 1·1 + 5·2 = 14 over 1 + 1 + 4 = 6: the inflation is 7/3. What is left is (2/3, −4/3, 1/3), with squares
        // 4/9 + 16/9 + 1/9 = 7/3; times n/p = 12/3 the square of the deviation is 28/3.
        let sums = TruthSums::new(&[3.0, 1.0, 5.0], Some(&[1.0, 1.0, 2.0]), 12).unwrap();
        assert!((inflation(&sums) - 7.0 / 3.0).abs() < 1e-15);
        assert!((deviation(&sums) - (28.0f64 / 3.0).sqrt()).abs() < 1e-14);
        for truth in [None, Some(&[1.0, 1.0][..])] {
            assert!(TruthSums::new(&[3.0, 1.0, 5.0], truth, 12).is_none());
        }
        let without_signal = TruthSums::new(&[3.0, 1.0, 5.0], Some(&[0.0; 3]), 12).unwrap();
        assert!(inflation(&without_signal).is_nan() && deviation(&without_signal).is_nan());
    }
}
