//! Summaries of a sample.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// The q-quantile of sorted values by linear interpolation between order statistics (Hyndman & Fan's type 7, the default of
/// R and NumPy). NaN for an empty sample.
pub fn quantile(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = q * last as f64;
    let below = sorted[place.floor() as usize];
    let above = sorted[place.ceil() as usize];
    // Equal neighbours first: infinities would give NaN.
    if below == above { below } else { below + (place - place.floor()) * (above - below) }
}

/// Mean and standard deviation (divisor n − 1; 0 for one value) of a sample, in the order given.
pub fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (mean, if values.len() > 1 { (squares / (n - 1.0)).sqrt() } else { 0.0 })
}

/// Student's t interval for the mean of independent values: mean ± t(1 − α/2; n − 1) · sd/√n. None for fewer than two.
pub fn mean_interval(values: &[f64], level: f64) -> Option<(f64, f64)> {
    let degrees = values.len().checked_sub(1).filter(|&degrees| degrees > 0)?;
    let (mean, deviation) = mean_and_deviation(values);
    let quantile = StudentsT::new(0.0, 1.0, degrees as f64).ok()?.inverse_cdf(0.5 * (1.0 + level));
    let half = quantile * deviation / (values.len() as f64).sqrt();
    Some((mean - half, mean + half))
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

    #[test]
    fn t_interval_of_a_known_sample() {
        // R: t.test(c(1, 2, 4, 8))$conf.int is -1.174949 8.674949 (mean 3.75, sd 3.095696).
        let (low, high) = mean_interval(&[1.0, 2.0, 4.0, 8.0], 0.95).unwrap();
        let half = 3.182_446_305_284_263 * 3.095_695_936_834_452 / 2.0;
        assert!((low - (3.75 - half)).abs() < 1e-9 && (high - (3.75 + half)).abs() < 1e-9);
        assert_eq!(mean_interval(&[1.0], 0.95), None);
    }
}
