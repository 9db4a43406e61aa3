//! The mean of results on the folds of repeated cross-validation, as evidence about new data.

use super::resampled_t::ResampledT;

/// n_test/n_train of a split into k folds: 1/(k − 1).
pub fn ratio(folds: usize) -> f64 {
    1.0 / (folds as f64 - 1.0)
}

/// The corrected t of r repetitions of cross-validation with k folds.
///
/// ```text
/// t = mean / √(s² (1/(rk) + 1/(k − 1))),   rk − 1 degrees of freedom
/// ```
///
/// Bouckaert & Frank (2004, PAKDD, LNCS 3056, 3-12): the correction of Nadeau & Bengio ([`ResampledT`]) with n_test/n_train of a
/// fold. It assumes that two results have correlation 1/k, those of one partition, whose test rows differ, and those of two
/// partitions alike, and that their mean is normal. The folds of one partition have the same size, or sizes that differ by one row:
/// the formula takes all for n/k rows.
///
/// None unless `results` has r ≥ 1 whole repetitions of k ≥ 2 folds, and where [`ResampledT::new`] is.
pub fn repeated_k_fold_t(results: &[f64], folds: usize) -> Option<ResampledT> {
    let whole = folds >= 2 && results.len().is_multiple_of(folds);
    if whole { ResampledT::new(results, ratio(folds)) } else { None }
}
