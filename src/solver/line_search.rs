//! Shortens a step until it is accepted, or gives up.

/// Length below which a search gives up, because the step is lost in the rounding of the coefficients.
pub const SHORTEST: f64 = 1e-20;

/// Shortens a step until it is accepted. Returns the accepted length; `None` if no shorter length can be accepted.
#[inline(always)]
pub(super) fn search(
    mut length: f64,
    shortest: f64,
    direction: &[f64],
    shorten: impl Fn(f64) -> f64,
    mut accepts: impl FnMut(f64) -> bool,
) -> Option<f64> {
    while !accepts(length) {
        length = shorten(length);
        if is_lost(length, shortest, direction.iter().copied()) {
            return None;
        }
    }
    Some(length)
}

/// Whether shortening a refused step to `length` cannot mend it. Without this test a search would not end if the length is
/// infinite, the direction is NaN, or rounding has turned the direction uphill.
#[inline(always)]
pub fn is_lost(length: f64, shortest: f64, mut direction: impl Iterator<Item = f64>) -> bool {
    !length.is_finite() || !(length > shortest) || direction.any(|d| !d.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_ends_with_the_first_accepted_length_or_gives_up() {
        let halve = |length: f64| 0.5 * length;
        assert_eq!(search(1.0, SHORTEST, &[1.0], halve, |length| length < 0.2), Some(0.125));
        let mut tried = 0;
        let mut never = |_| {
            tried += 1;
            false
        };
        assert_eq!(search(1.0, 0.1, &[1.0], halve, &mut never), None);
        assert_eq!(search(f64::INFINITY, SHORTEST, &[1.0], halve, &mut never), None);
        assert_eq!(search(1.0, SHORTEST, &[f64::NAN], halve, &mut never), None);
        // 1, 1/2, 1/4, 1/8; then once each.
        assert_eq!(tried, 4 + 1 + 1);
    }
}
