//! Quality of a classifier, from its predictions.

/// The confusion matrix: numbers of rows by true and predicted class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Confusion {
    /// Rows of class 1 predicted as class 1.
    pub true_positives: u64,
    /// Rows of class 0 predicted as class 0.
    pub true_negatives: u64,
    /// Rows of class 0 predicted as class 1.
    pub false_positives: u64,
    /// Rows of class 1 predicted as class 0.
    pub false_negatives: u64,
}

impl Confusion {
    /// Counts pairs of the true and the predicted class.
    pub fn of(pairs: impl Iterator<Item = (bool, bool)>) -> Confusion {
        let mut counted = Confusion::default();
        for pair in pairs {
            let count = match pair {
                (true, true) => &mut counted.true_positives,
                (false, false) => &mut counted.true_negatives,
                (false, true) => &mut counted.false_positives,
                (true, false) => &mut counted.false_negatives,
            };
            *count += 1;
        }
        counted
    }

    /// The mean over the two classes of the share of rows classified correctly; NaN if a class is missing.
    pub fn balanced_accuracy(self) -> f64 {
        let share = |right: u64, wrong: u64| right as f64 / (right + wrong) as f64;
        0.5 * (share(self.true_positives, self.false_negatives) + share(self.true_negatives, self.false_positives))
    }

    /// Matthews' correlation coefficient (1975, Biochimica et Biophysica Acta 405, 442-451) of true and predicted classes,
    /// (TP·TN − FP·FN)/√((TP + FP)(TP + FN)(TN + FP)(TN + FN)); 0 where a factor is 0.
    pub fn matthews(self) -> f64 {
        let [tp, tn, fp, fns] = [self.true_positives, self.true_negatives, self.false_positives, self.false_negatives]
            .map(|count| count as f64);
        let product = (tp + fp) * (tp + fns) * (tn + fp) * (tn + fns);
        if product == 0.0 { 0.0 } else { (tp * tn - fp * fns) / product.sqrt() }
    }
}

/// The expected calibration error Σ_b n_b/n |mean outcome − mean probability| over bins of equal width (Naeini, Cooper &
/// Hauskrecht 2015, AAAI). Bin b is ((b − 1)/bins, b/bins]; the first bin holds 0 too. NaN without rows, or if a probability is
/// outside [0, 1].
pub fn calibration_error(probabilities: &[f64], outcomes: &[bool], bins: usize) -> f64 {
    let mut excess = vec![0.0; bins];
    for (&probability, &outcome) in probabilities.iter().zip(outcomes) {
        if !(0.0..=1.0).contains(&probability) {
            return f64::NAN;
        }
        // Compares with the bin's edge, because the product bins · probability may be rounded across a whole number.
        let bin = (1..bins).find(|&bin| probability <= bin as f64 / bins as f64).unwrap_or(bins);
        excess[bin - 1] += f64::from(u8::from(outcome)) - probability;
    }
    excess.iter().map(|excess: &f64| excess.abs()).sum::<f64>() / probabilities.len() as f64
}
