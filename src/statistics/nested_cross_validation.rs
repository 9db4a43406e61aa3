//! The expected loss on new data by nested cross-validation.

use super::distribution::normal_quantile;
use super::score_interval::score_interval;
use super::summary::{have_spread, mean_and_deviation};

/// The losses of rows around one outer fold.
#[derive(Clone, Debug, PartialEq)]
pub struct OuterFold {
    /// Of the rows outside of the fold, each by a fit on the rows outside of both its own fold and this one: K − 1 fits.
    pub inner: Vec<f64>,
    /// Of the fold's rows, by the fit on all rows outside of it.
    pub outer: Vec<f64>,
}

/// Nested cross-validation (Bates, Hastie & Tibshirani 2024, JASA 119, 1434-1445, algorithm 1).
///
/// Rows of several folds both train and test, so an interval from the variance of all losses is too narrow. What an inner
/// cross-validation promises of a fold that it has not seen, and what is then found there, shows how far off cross-validation is:
///
/// ```text
/// MSE  = mean((mean(inner) − mean(outer))²) − mean(var(outer)/|outer|)           over folds and repetitions
/// bias = (1 + (K − 2)/K) (NCV − CV),     NCV = mean of all inner losses, CV = mean of all outer losses
/// estimate = NCV − bias,     standard error = √((K − 1)/K · MSE)
/// ```
///
/// The factor (K − 1)/K brings the error from the rows outside of a fold to all n. As the authors do, the standard error is kept
/// between s/√n, that of independent losses with the standard deviation s of all inner ones, and √K times that.
///
/// Assumes rows that are independent draws from one population, a loss that is a mean over rows, and a normal estimate. The
/// interval is about the loss of fits on n rows that are new too; it is not a test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NestedCrossValidation {
    /// NCV − bias.
    pub estimate: f64,
    /// The bias that fits on fewer rows have brought.
    pub bias: f64,
    /// MSE of cross-validation on the rows outside of a fold; below 0 by chance at times.
    pub mean_squared_error: f64,
    /// The standard error of the estimate.
    pub standard_error: f64,
}

impl NestedCrossValidation {
    /// From the K ≥ 3 outer folds of each repetition.
    ///
    /// None without repetitions; where their numbers of folds or rows differ; where a fold has fewer than two rows, or the inner
    /// losses are not one for each row outside of it; where a loss is not finite; and where all inner losses are equal.
    pub fn new(repetitions: &[Vec<OuterFold>]) -> Option<NestedCrossValidation> {
        let first = repetitions.first()?;
        let (k, n) = (first.len(), rows(first));
        let is_whole = |folds: &Vec<OuterFold>| folds.len() == k && rows(folds) == n;
        let folds = || repetitions.iter().flatten();
        let is_usable = |fold: &OuterFold| fold.outer.len() >= 2 && fold.inner.len() + fold.outer.len() == n;
        if k < 3 || !repetitions.iter().all(is_whole) || !folds().all(is_usable) {
            return None;
        }
        let inner: Vec<f64> = folds().flat_map(|fold| &fold.inner).copied().collect();
        let outer: Vec<f64> = folds().flat_map(|fold| &fold.outer).copied().collect();
        if !inner.iter().chain(&outer).all(|loss| loss.is_finite()) || !have_spread(&inner) {
            return None;
        }
        let squared_error = |fold: &OuterFold| {
            let (outer, deviation) = mean_and_deviation(&fold.outer);
            let miss = mean_and_deviation(&fold.inner).0 - outer;
            miss * miss - deviation * deviation / fold.outer.len() as f64
        };
        let mean_squared_error = folds().map(squared_error).sum::<f64>() / folds().count() as f64;
        let (nested, deviation) = mean_and_deviation(&inner);
        let k = k as f64;
        let bias = (1.0 + (k - 2.0) / k) * (nested - mean_and_deviation(&outer).0);
        let least = deviation / (n as f64).sqrt();
        let standard_error = ((k - 1.0) / k * mean_squared_error.max(0.0)).sqrt().clamp(least, k.sqrt() * least);
        Some(NestedCrossValidation { estimate: nested - bias, bias, mean_squared_error, standard_error })
    }

    /// Confidence interval of the expected loss, of losses in `range`: the [`score_interval`] of Φ⁻¹((1 + level)/2) standard errors.
    pub fn interval_within(&self, range: (f64, f64), level: f64) -> (f64, f64) {
        score_interval(self.estimate, normal_quantile(0.5 * (1.0 + level)) * self.standard_error, range)
    }
}

fn rows(folds: &[OuterFold]) -> usize {
    folds.iter().map(|fold| fold.outer.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repetition(sizes: &[usize]) -> Vec<OuterFold> {
        let n: usize = sizes.iter().sum();
        let loss = |row: usize| (row * 7 % 5) as f64;
        let fold = |&size: &usize| OuterFold {
            inner: (0..n - size).map(loss).collect(),
            outer: (0..size).map(loss).collect(),
        };
        sizes.iter().map(fold).collect()
    }

    #[test]
    fn what_is_no_nested_cross_validation_has_no_interval() {
        let none = |repetitions: &[Vec<OuterFold>]| assert_eq!(NestedCrossValidation::new(repetitions), None);
        assert!(NestedCrossValidation::new(&[repetition(&[3, 3, 2]), repetition(&[2, 3, 3])]).is_some());
        none(&[]);
        none(&[vec![]]);
        none(&[repetition(&[4, 4])]);
        none(&[repetition(&[3, 3, 1])]);
        none(&[repetition(&[3, 3, 2]), repetition(&[3, 3, 3])]);
        none(&[repetition(&[3, 3, 2]), repetition(&[2, 2, 2, 2])]);
        let mut short = repetition(&[3, 3, 2]);
        short[1].inner.pop();
        none(&[short]);
        let mut infinite = repetition(&[3, 3, 2]);
        infinite[2].outer[0] = f64::INFINITY;
        none(&[infinite]);
        let mut equal = repetition(&[3, 3, 2]);
        equal.iter_mut().for_each(|fold| fold.inner.fill(0.1));
        none(&[equal]);
    }

    #[test]
    fn the_standard_error_is_between_that_of_independent_losses_and_k_times_the_variance() {
        // Inner and outer means agree everywhere: less than independent rows would have.
        let even = vec![OuterFold { inner: vec![0.0, 1.0, 0.0, 1.0], outer: vec![0.0, 1.0] }; 3];
        let found = NestedCrossValidation::new(&[even]).unwrap();
        let least = (12.0f64 * 0.25 / 11.0 / 6.0).sqrt();
        assert!((found.standard_error - least).abs() < 1e-15 && found.mean_squared_error < 0.0, "{found:?}");
        assert_eq!((found.estimate, found.bias), (0.5, 0.0));
        let (low, high) = found.interval_within((0.0, 1.0), 0.95);
        assert!(low > 0.0 && high < 1.0 && (low + high - 1.0).abs() < 1e-15);

        let mut apart = vec![OuterFold { inner: vec![0.0, 0.0, 0.0, 1.0], outer: vec![1.0, 1.0] }; 3];
        apart[0].outer = vec![0.0, 0.0];
        let found = NestedCrossValidation::new(&[apart]).unwrap();
        assert!((found.standard_error - (3.0f64 * (12.0 * 0.1875 / 11.0) / 6.0).sqrt()).abs() < 1e-15, "{found:?}");
    }
}
