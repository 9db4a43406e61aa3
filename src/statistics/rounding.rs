//! Numbers that would be equal if sums of floating-point numbers were exact.

/// Values that agree to this share of the largest are equal: a mean or a metric is a sum of many terms, and 0.3 − 0.2 is not 0.2 − 0.1.
const ROUNDING: f64 = 1e-12;

/// The largest difference of numbers that rounding explains, from the largest finite one.
pub fn rounding(values: &[f64]) -> f64 {
    ROUNDING * values.iter().filter(|value| value.is_finite()).fold(0.0, |most: f64, value| value.abs().max(most))
}

/// The values, those that are at most `rounding` above a smaller one as that one, so that ranks have the ties that exact numbers have.
/// The order of the values does not matter. None may be NaN.
pub fn tied(values: &[f64], rounding: f64) -> Vec<f64> {
    let mut distinct = values.to_vec();
    distinct.sort_unstable_by(f64::total_cmp);
    // Two infinities are equal, whatever their difference is.
    distinct.dedup_by(|value, smaller| value == smaller || *value - *smaller <= rounding);
    let smallest = |value: &f64| distinct[distinct.partition_point(|smaller| smaller <= value).max(1) - 1];
    values.iter().map(smallest).collect()
}

/// Differences, those whose sizes agree to `rounding` with one size, and those of no more than `rounding` as 0. None may be NaN.
pub fn tied_in_size(differences: &[f64], rounding: f64) -> Vec<f64> {
    let mut sizes: Vec<f64> = differences.iter().map(|difference| difference.abs()).collect();
    sizes.push(0.0);
    let sizes = tied(&sizes, rounding);
    let sized = |(difference, size): (&f64, &f64)| if *size == 0.0 { 0.0 } else { size.copysign(*difference) };
    differences.iter().zip(&sizes).map(sized).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_in_another_order_are_ties() {
        let values = [0.572_727_272_727_272_8, 0.6, 0.572_727_272_727_272_6, f64::INFINITY, f64::INFINITY];
        let found = tied(&values, rounding(&values));
        assert_eq!(found, [values[2], 0.6, values[2], f64::INFINITY, f64::INFINITY]);
        assert_eq!(tied(&[f64::NEG_INFINITY, -1.0], 1e-12), [f64::NEG_INFINITY, -1.0]);
        assert!(tied(&[], 0.0).is_empty());
    }

    #[test]
    fn differences_tie_by_size_and_keep_their_signs() {
        let differences = [0.3 - 0.2, 0.1 - 0.2, 1e-17, -1e-17, f64::NEG_INFINITY, 0.0];
        let found = tied_in_size(&differences, rounding(&[0.3]));
        assert_eq!((found[0], &found[2..]), (-found[1], &[0.0, 0.0, f64::NEG_INFINITY, 0.0][..]));
    }
}
