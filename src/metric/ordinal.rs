//! Scores as whole numbers, for sorting.

/// Maps a score to an integer of the same order, because integers sort in half the time. −0 and 0 map to one integer, and NaN
/// maps beyond the infinities.
#[inline(always)]
pub fn ordinal(score: f64) -> i64 {
    // The sum makes 0 of −0. The bits of negative numbers fall as the numbers rise.
    let bits = (score + 0.0).to_bits().cast_signed();
    bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_are_in_the_order_of_scores() {
        let rising =
            [f64::NEG_INFINITY, -1e300, -2.0, -1.5, -1e-310, 0.0, 5e-324, 1e-310, 1.5, 2.0, 1e300, f64::INFINITY];
        assert!(rising.is_sorted_by(|a, b| ordinal(*a) < ordinal(*b)));
        assert_eq!(ordinal(-0.0), ordinal(0.0));
    }
}
