//! The rows of a sample one by one, for metrics that sums do not give.

use super::ordinal::ordinal;
use crate::model::{Design, Sigmoid};

/// A row as a fit sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// The linear predictor: the fitted log-odds of class 1.
    pub log_odds: f64,
    /// Whether the row is of class 1.
    pub positive: bool,
    /// How many rows the row stands for.
    pub weight: f64,
}

impl Prediction {
    /// The fitted probability of class 1.
    pub fn probability(self) -> f64 {
        Sigmoid::Stable.probability(self.log_odds)
    }

    /// 1 for class 1, −1 for class 0.
    pub fn sign(self) -> f64 {
        if self.positive { 1.0 } else { -1.0 }
    }
}

/// The rows of a sample in the order of their log-odds, of equal ones class 0 first, so that nothing depends on the order of the
/// rows. Storage is kept from fit to fit.
#[derive(Clone, Debug, Default)]
pub struct Predictions {
    rows: Vec<Prediction>,
}

impl Predictions {
    /// The predictions in order.
    pub fn rows(&self) -> &[Prediction] {
        &self.rows
    }

    /// Runs of rows with equal log-odds, the lowest first.
    pub fn ties(&self) -> impl DoubleEndedIterator<Item = &[Prediction]> {
        self.rows.chunk_by(|a, b| a.log_odds == b.log_odds)
    }

    /// How many rows the rows stand for.
    pub fn weight(&self) -> f64 {
        self.rows.iter().map(|row| row.weight).sum()
    }

    /// How many rows those of class 1 stand for.
    pub fn positives(&self) -> f64 {
        self.rows.iter().filter(|row| row.positive).map(|row| row.weight).sum()
    }

    /// Whether all log-odds are finite; else the fit has failed.
    pub fn are_finite(&self) -> bool {
        self.rows.iter().all(|row| row.log_odds.is_finite())
    }

    /// Whether rows of both classes are here, all with finite log-odds.
    pub fn are_complete(&self) -> bool {
        let has = |class: bool| self.rows.iter().any(|row| row.positive == class);
        has(false) && has(true) && self.are_finite()
    }

    /// Takes the predictions of a fit for the rows of a design.
    pub(super) fn fill(&mut self, coefficients: &[f64], rows: &Design) {
        let loss = rows.loss_by_frequency();
        self.rows.clear();
        rows.matrix().each_predictor(coefficients, |i, product| {
            let (log_odds, weight) = (loss.predictor(i, product), loss.row_weight(i));
            self.rows.push(Prediction { log_odds, positive: loss.class(i) == 1, weight });
        });
        self.rows.sort_unstable_by_key(|row| (ordinal(row.log_odds), row.positive));
    }

    /// The predictions with these log-odds and outcomes.
    #[cfg(test)]
    pub(super) fn of(rows: &[(f64, u8)]) -> Predictions {
        let (log_odds, signs) = rows.iter().map(|&(z, y)| (z, f64::from(y) * 2.0 - 1.0)).unzip();
        let mut predictions = Predictions::default();
        predictions.fill(&[1.0], &Design::new(log_odds, 1, signs));
        predictions
    }
}
