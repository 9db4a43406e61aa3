//! Tests whether a result is better than chance, by fits of the same data with shuffled labels.

use super::proportion::clopper_pearson;

/// The p-value of a permutation test: (1 + #{permuted ≥ observed}) / (1 + m) for m results with labels shuffled.
///
/// Test 1 of Ojala & Garriga (2010, JMLR 11, 1833-1863): the null hypothesis is that features and labels are independent.
/// The observed labelling counts as one of the permutations, which keeps the level exact for every m (Phipson & Smyth
/// 2010, SAGMB 9, 39). The test assumes that all labellings are equally likely under the null hypothesis. A NaN among the
/// permuted results counts as reaching the observed one.
pub fn p_value(observed: f64, permuted: &[f64]) -> f64 {
    (1 + reaching(observed, permuted)) as f64 / (1 + permuted.len()) as f64
}

/// Confidence interval, from the m permutations drawn, of the p-value that all permutations would give.
pub fn p_value_interval(observed: f64, permuted: &[f64], level: f64) -> (f64, f64) {
    clopper_pearson(reaching(observed, permuted), permuted.len() as u64, level)
}

/// The p-value of the hypothesis that the labels shift the result by `shift` or more against that of shuffled ones:
/// (1 + #{permuted + shift ≤ observed}) / (1 + m). A small one excludes such a shift.
///
/// It inverts the permutation test for the alternative that results with the true labels are distributed as with shuffled ones, but
/// shifted. A result that is NaN counts as one below the observed, and with an observed NaN nothing is excluded.
pub fn p_value_of_shift(observed: f64, permuted: &[f64], shift: f64) -> f64 {
    let below = permuted.iter().filter(|&&result| !(result + shift > observed)).count();
    (1 + below) as f64 / (1 + permuted.len()) as f64
}

/// Number of permuted results that are not below the observed one.
fn reaching(observed: f64, permuted: &[f64]) -> u64 {
    permuted.iter().filter(|&&result| !(result < observed)).count() as u64
}

/// The fewest permutations with which a p-value of at most α is possible: ⌈1/α⌉ − 1.
pub fn fewest_permutations(alpha: f64) -> u64 {
    // Rounds a quotient next to a whole number, because an error upwards would ask for one permutation too many.
    let inverse = 1.0 / alpha;
    let whole = inverse.round();
    let ceiling = if (inverse - whole).abs() < 1e-9 * inverse { whole } else { inverse.ceil() };
    ceiling as u64 - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_observed_labelling_is_one_of_them() {
        assert_eq!(p_value(0.9, &[0.5, 0.6, 0.9, f64::NAN]), 3.0 / 5.0);
        assert_eq!(p_value(0.9, &[0.5; 19]), 0.05);
        assert_eq!(p_value(0.9, &[]), 1.0);
        assert_eq!([0.05, 0.01, 0.001, 0.3].map(fewest_permutations), [19, 99, 999, 3]);
        assert_eq!(p_value_of_shift(0.5, &[0.4, 0.5, 0.6, f64::NAN], 0.1), 3.0 / 5.0);
        assert_eq!(p_value_of_shift(0.5, &[0.5; 19], 0.0), 1.0);
        assert_eq!(p_value_of_shift(0.5, &[0.5; 19], 0.02), 0.05);
        assert_eq!(p_value_of_shift(f64::NAN, &[0.5; 19], 0.02), 1.0);
        let (low, high) = p_value_interval(0.9, &[0.5; 19], 0.95);
        assert!(low == 0.0 && (high - 0.176_466_9).abs() < 1e-6, "R: binom.test(0, 19)");
    }
}
