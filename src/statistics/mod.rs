//! Pure functions: the right test for each question an experiment asks, with its formula, assumptions and source.
//!
//! | question | answer |
//! | --- | --- |
//! | a share of random splits of this data set | [`proportion`]; [`confidence_sequence`] if the run may stop early |
//! | a mean over random splits of this data set | [`resampled_t`] with ratio 0 |
//! | a mean on new data, from random splits | [`resampled_t`] with ratio n_test/n_train |
//! | a mean on new data, from repeated cross-validation | [`repeated_k_fold`] |
//! | the expected loss on new data, from losses of rows | [`nested_cross_validation`], [`bootstrap_632`] |
//! | two solvers on the same splits | [`resampled_t`], [`bayesian`], [`sign`], [`wilcoxon`] on their differences |
//! | shares and means of two runs on different splits | [`two_shares`], [`two_means`] |
//! | several solvers over data sets | [`ranks`], [`skillings_mack`] where scores are missing, [`nemenyi`], [`wilcoxon`] with [`holm`], [`bayesian`] |
//! | who does better than whom over data sets, on one scale | [`bradley_terry`] |
//! | two solvers over data sets, by results on splits | [`hierarchical`], drawn by [`chains`] |
//! | costs of solvers over problems | [`profile`] |
//! | a number that several data sets give, in their population | [`bootstrap`] |
//! | better than chance | [`permutation`] |
//! | two classifiers on the rows of one test set | [`sign`] (McNemar), [`delong`], [`resampled_t`] with ratio 0 on row losses |
//! | quality of one classifier's predictions, beyond [`crate::metric`] | [`classification`] |
//! | whether probabilities are right, bin by bin | [`consistency`] |
//! | which numbers are equal but for rounding | [`rounding`] |
//! | power of a planned experiment | [`power`] |
//!
//! Distribution functions come from `statrs`, through [`distribution`].

pub mod bayesian;
pub mod bootstrap;
pub mod bootstrap_632;
pub mod bradley_terry;
pub mod chains;
pub mod classification;
pub mod confidence_sequence;
pub mod consistency;
pub mod delong;
pub mod distribution;
pub mod hierarchical;
pub mod holm;
pub mod nemenyi;
pub mod nested_cross_validation;
pub mod permutation;
pub mod power;
pub mod profile;
pub mod proportion;
pub mod ranks;
pub mod repeated_k_fold;
pub mod resampled_t;
pub mod rounding;
pub mod score_interval;
pub mod sign;
pub mod skillings_mack;
pub mod summary;
pub mod two_means;
pub mod two_shares;
pub mod wilcoxon;
pub mod words;
