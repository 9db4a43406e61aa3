//! How results on the splits of a scheme depend on each other, as evidence about the population that the rows come from.

use super::Scheme;

/// The dependence of results on two splits. Inference about new data goes by it; what is said of the data at hand does not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dependence {
    /// Each split has rows of its own, drawn afresh: its result is an independent draw.
    FreshRows,
    /// Random splits of the same rows share training and test rows. Nadeau & Bengio (2003, Machine Learning 52, 239-281) take the
    /// correlation of two results to be n_test/(n_train + n_test).
    SharedRows {
        /// n_test/n_train.
        ratio: f64,
    },
    /// Folds of random partitions share training rows. Bouckaert & Frank (2004, PAKDD, LNCS 3056, 3-12) take the correlation of two
    /// results to be 1/k, as Nadeau & Bengio do with the rows of a fold.
    Folds {
        /// k, the folds of a partition.
        folds: usize,
    },
    /// No variance of the mean result is known for splits of this scheme.
    Unknown {
        /// The scheme.
        scheme: Scheme,
    },
}

impl Dependence {
    /// What is added to 1/J in the variance of the mean of J results, in units of the variance of one: ρ/(1 − ρ) for results of
    /// correlation ρ, which is n_test/n_train, or 0. None where it is not known.
    pub fn ratio(self) -> Option<f64> {
        match self {
            Dependence::FreshRows => Some(0.0),
            Dependence::SharedRows { ratio } => Some(ratio),
            Dependence::Folds { folds } => Some(1.0 / (folds as f64 - 1.0)),
            Dependence::Unknown { .. } => None,
        }
    }

    /// The method that fits the design.
    pub fn method(self) -> &'static str {
        match self {
            Dependence::FreshRows => "Student's t",
            Dependence::SharedRows { .. } => "corrected resampled t (Nadeau & Bengio 2003)",
            Dependence::Folds { .. } => "corrected t of repeated k-fold cross-validation (Bouckaert & Frank 2004)",
            Dependence::Unknown { scheme: Scheme::Fixed } => {
                "of test_accuracy, Clopper-Pearson on the test rows, the fit given; none of others"
            }
            Dependence::Unknown { .. } => "none",
        }
    }

    /// Why that method was chosen.
    pub fn reason(self) -> &'static str {
        match self {
            Dependence::FreshRows => "each split has rows of its own, drawn afresh, so results are independent",
            Dependence::SharedRows { .. } => {
                "random splits of the same rows share training and test rows, so results are correlated, and more splits add no data"
            }
            Dependence::Folds { .. } => {
                "the folds of a partition share training rows, and partitions share all rows, so results are correlated, and more \
                 repetitions add no data"
            }
            Dependence::Unknown { scheme } => unknown(scheme),
        }
    }

    /// What the method assumes of the data and of the results.
    pub fn assumes(self) -> &'static str {
        match self {
            Dependence::FreshRows => "the mean of the results is normal",
            Dependence::SharedRows { .. } => {
                "the rows are a random sample, results on two splits have correlation n_test/(n_train + n_test), and their mean is \
                 normal; of 40 simulated rows intervals of a mean at 95 % missed it in 7 % of data sets"
            }
            Dependence::Folds { .. } => {
                "the rows are a random sample, results on two folds have correlation 1/folds, whether of one partition or of two, and \
                 their mean is normal; every fold has a result, else there is no interval"
            }
            Dependence::Unknown { scheme: Scheme::Fixed } => {
                "the test rows are independent draws from where new rows come from, none weighted or of a group with others; it is the \
                 accuracy of this fit, and nothing is said of fits to other training rows: the other members are null"
            }
            Dependence::Unknown { .. } => "nothing is computed: the members are null",
        }
    }
}

/// Why nothing is known of the mean result over splits of a scheme.
fn unknown(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::KFold | Scheme::StratifiedKFold => {
            "folds that follow the order of the rows are no random partition, so their results say nothing of other partitions; \
             shuffle = true draws partitions"
        }
        Scheme::LeaveOneOut => {
            "the fits of leave-one-out share all rows but two, and the correlation of their results is not known"
        }
        Scheme::GroupKFold | Scheme::GroupShuffle | Scheme::LeaveOneGroupOut => {
            "rows of a group depend on each other, groups differ in size, and the correlation of results over groups is not known"
        }
        Scheme::Time => {
            "later fits train on the rows that earlier ones were tested on, and rows depend on each other in time"
        }
        Scheme::Bootstrap => {
            "draws with replacement share rows, and the correlation of results on the rows left out is not known"
        }
        Scheme::Fixed => "there is one split, so results have no spread",
        Scheme::Listed => "nothing is known of how the lists were made",
        Scheme::Shuffle | Scheme::StratifiedShuffle | Scheme::AllRows => "the scheme leaves no test rows",
    }
}
