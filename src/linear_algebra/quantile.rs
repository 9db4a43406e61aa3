//! Order statistics.

/// The q-quantile of sorted values by linear interpolation between order statistics (Hyndman & Fan's type 7, the default of
/// R and NumPy). NaN for an empty sample.
pub fn quantile(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = q * last as f64;
    let below = sorted[place.floor() as usize];
    let above = sorted[place.ceil() as usize];
    // The difference of two infinities would be NaN, so equal neighbours are not interpolated.
    if below == above { below } else { below + (place - place.floor()) * (above - below) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate() {
        let sorted = [1.0, 2.0, 4.0, 8.0];
        assert_eq!(quantile(&sorted, 0.0), 1.0);
        assert_eq!(quantile(&sorted, 0.5), 3.0);
        assert_eq!(quantile(&sorted, 0.25), 1.75);
        assert_eq!(quantile(&sorted, 1.0), 8.0);
        assert!(quantile(&[], 0.5).is_nan());
        assert_eq!(quantile(&[f64::INFINITY; 2], 0.5), f64::INFINITY);
    }
}
