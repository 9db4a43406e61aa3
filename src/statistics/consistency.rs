//! Consistency bars of a reliability curve: where the shares of its bins lie if the probabilities are right.

use super::distribution::binomial_lower;

/// The range of shares K/n, with K ~ Binomial(n, p), from the (1 − level)/2 quantile to the (1 + level)/2 quantile: the consistency bar
/// of a bin of n rows with mean probability p (Bröcker & Smith 2007, Weather and Forecasting 22, 651-661). It has at least `level`.
///
/// They redraw the probabilities too; here those of the rows are given, so that nothing is random but the outcomes. Where
/// probabilities differ within the bin, K has a smaller variance than binomial, and the bar is a little wider than need be
/// (Hoeffding 1956, Annals of Mathematical Statistics 27, 713-721).
///
/// Assumes that outcomes of different rows are independent. `None` for no rows, or a p that is no probability.
pub fn consistency_bar(rows: u64, probability: f64, level: f64) -> Option<[f64; 2]> {
    if rows == 0 || !(0.0..=1.0).contains(&probability) {
        return None;
    }
    let tail = (1.0 - level) / 2.0;
    Some([tail, 1.0 - tail].map(|quantile| smallest(rows, probability, quantile) as f64 / rows as f64))
}

/// The smallest k with P(K ≤ k) ≥ `quantile`.
fn smallest(rows: u64, probability: f64, quantile: f64) -> u64 {
    let (mut low, mut high) = (0, rows);
    while low < high {
        let middle = low + (high - low) / 2;
        if binomial_lower(middle, rows, probability) >= quantile {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    /// scipy 1.17.1 `binom.ppf([0.025, 0.975], n, p) / n`.
    #[test]
    fn bars_agree_with_another_program() {
        for (rows, probability, low, high) in [
            (1, 0.3, 0, 1),
            (7, 0.05, 0, 2),
            (12, 0.5, 3, 9),
            (40, 0.97, 36, 40),
            (333, 0.251, 68, 99),
            (100000, 0.75, 74731, 75268),
        ] {
            let bar = [low, high].map(|k| f64::from(k) / rows as f64);
            assert_eq!(consistency_bar(rows, probability, 0.95), Some(bar), "{rows} rows, {probability}");
        }
    }

    #[test]
    fn bars_have_at_least_their_level() {
        for (rows, probability) in [(3, 0.2), (10, 0.5), (25, 0.03), (80, 0.91), (500, 0.5)] {
            let [low, high] = consistency_bar(rows, probability, 0.95).unwrap();
            let (low, high) = ((low * rows as f64).round() as u64, (high * rows as f64).round() as u64);
            let below = if low == 0 { 0.0 } else { binomial_lower(low - 1, rows, probability) };
            assert!(binomial_lower(high, rows, probability) - below >= 0.95);
            assert!(low as f64 <= rows as f64 * probability && rows as f64 * probability <= high as f64);
        }
    }

    #[test]
    fn certain_outcomes_have_bars_without_width_and_no_rows_have_none() {
        assert_eq!(consistency_bar(7, 0.0, 0.95), Some([0.0, 0.0]));
        assert_eq!(consistency_bar(7, 1.0, 0.95), Some([1.0, 1.0]));
        assert_eq!((consistency_bar(0, 0.5, 0.95), consistency_bar(3, f64::NAN, 0.95)), (None, None));
    }
}
