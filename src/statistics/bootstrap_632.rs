//! The expected loss on new data by the bootstrap: the estimators .632 and .632+.

use super::distribution::normal_quantile;
use super::score_interval::score_interval;
use super::summary::mean_and_deviation;

/// A bootstrap draw of n rows with replacement, and the fit on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Draw {
    /// How often each of the n rows was drawn.
    pub counts: Vec<u32>,
    /// The loss of each row by the fit on the draw. Only those of rows that were not drawn are looked at.
    pub losses: Vec<f64>,
}

/// γ, the share of errors if features and labels were independent: p (1 − q) + (1 − p) q, for a share p of positive labels and a
/// share q of positive predictions by the fit on all rows (Efron & Tibshirani 1997, section 3).
pub fn no_information_error(labels: f64, predictions: f64) -> f64 {
    labels * (1.0 - predictions) + (1.0 - labels) * predictions
}

/// The bootstrap estimators .632 and .632+ (Efron & Tibshirani 1997, JASA 92, 548-560).
///
/// With E_i the mean loss of row i over the draws without it, and the apparent loss that of the fit on all rows, on these rows,
///
/// ```text
/// Err₁    = mean(E_i)                                     leave-one-out bootstrap: fits on 0.632 n distinct rows, biased upwards
/// .632    = 0.368 apparent + 0.632 Err₁
/// R       = (Err₁′ − apparent)/(γ − apparent),   Err₁′ = min(Err₁, γ);    0 unless apparent < Err₁′
/// .632+   = .632 + (Err₁′ − apparent) 0.368 · 0.632 · R/(1 − 0.368 R)
/// ```
///
/// with γ the loss without information ([`no_information_error`] for errors) and R the relative overfitting rate. 0.632 stands for
/// 1 − 1/e. Some programs compute R from Err₁ where that is above γ, whereby R exceeds 1 and .632+ may fall below 0.
///
/// The standard error of Err₁ is the delta method after the bootstrap (section 5 there): with N_i the count of row i in a draw, q
/// the sum of losses of rows that were not drawn, over n, and covariances over the B draws,
///
/// ```text
/// SE² = Σ_i D_i²,    D_i = (2 + 1/(n − 1)) (E_i − Err₁)/n + (1 − 1/n)⁻ⁿ cov(N_i, q)
/// ```
///
/// B draws add an error of their own to D_i, whose square Σ_i the jackknife over draws estimates; it is taken off SE² (equation 43
/// there). Where it is nearly all of SE², chance decides what is left: so SE is at least that of independent E_i, their standard
/// deviation over √n. The standard error of .632+ is taken in proportion: SE · .632+/Err₁.
///
/// Assumes rows that are independent draws from one population, and a normal estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bootstrap632 {
    /// Err₁.
    pub leave_one_out: f64,
    /// R, from 0 to 1.
    pub overfitting: f64,
    /// .632.
    pub estimate: f64,
    /// .632+.
    pub estimate_plus: f64,
    /// SE of Err₁ before the error of the draws is taken off.
    pub delta_error: f64,
    /// Of it, the error that the draws have brought, which more draws make smaller.
    pub internal_error: f64,
    /// The standard error of Err₁ that independent E_i would have.
    pub independent_error: f64,
}

impl Bootstrap632 {
    /// From the loss of the fit on all rows, the loss without information, and at least two draws. The draws are gone through twice,
    /// one at a time, because all of them together may exceed the memory.
    ///
    /// None if the draws have not one number of rows, at least 2; if a count is not part of n draws with replacement; if a row is in
    /// every draw; or if a loss that counts is not finite.
    pub fn new(apparent: f64, no_information: f64, draws: impl Iterator<Item = Draw> + Clone) -> Option<Bootstrap632> {
        if !(apparent.is_finite() && no_information.is_finite()) {
            return None;
        }
        let sums = Sums::of(draws.clone())?;
        let errors: Vec<f64> = (0..sums.rows()).map(|row| sums.error(row, None)).collect::<Option<_>>()?;
        let (leave_one_out, deviation) = mean_and_deviation(&errors);
        let independent_error = deviation / (sums.rows() as f64).sqrt();
        let influences = sums.influences(None)?;
        let reached = leave_one_out.min(no_information);
        let overfits = apparent < reached;
        let overfitting = if overfits { (reached - apparent) / (no_information - apparent) } else { 0.0 };
        let estimate = 0.368 * apparent + 0.632 * leave_one_out;
        let more = (reached - apparent) * (0.368 * 0.632 * overfitting / (1.0 - 0.368 * overfitting));
        let estimate_plus = if overfits { estimate + more } else { estimate };
        let delta_error = influences.iter().map(|d| d * d).sum::<f64>().sqrt();
        let internal_error = sums.internal_variance(&influences, draws)?.sqrt();
        let all_finite = estimate.is_finite() && delta_error.is_finite() && internal_error.is_finite();
        let found = Bootstrap632 {
            leave_one_out,
            overfitting,
            estimate,
            estimate_plus,
            delta_error,
            internal_error,
            independent_error,
        };
        all_finite.then_some(found)
    }

    /// The standard error of .632+; None where there is no error.
    pub fn standard_error(&self) -> Option<f64> {
        let square = self.delta_error * self.delta_error - self.internal_error * self.internal_error;
        let error = square.max(0.0).sqrt().max(self.independent_error) * self.estimate_plus / self.leave_one_out;
        (error > 0.0).then_some(error)
    }

    /// Confidence interval of the expected loss about .632+, of losses in `range`: the [`score_interval`] of Φ⁻¹((1 + level)/2)
    /// standard errors.
    pub fn interval_within(&self, range: (f64, f64), level: f64) -> Option<(f64, f64)> {
        let half = normal_quantile(0.5 * (1.0 + level)) * self.standard_error()?;
        Some(score_interval(self.estimate_plus, half, range))
    }
}

/// Sums over draws, from which those over all but one draw follow.
#[derive(Default)]
struct Sums {
    /// Per row: draws without it.
    without: Vec<f64>,
    /// Per row: its losses over those draws.
    losses: Vec<f64>,
    /// Per row: Σ N_i.
    counts: Vec<f64>,
    /// Per row: Σ N_i q.
    products: Vec<f64>,
    /// Σ q.
    left_out: f64,
    /// Number of draws.
    draws: f64,
}

impl Sums {
    /// The sums over at least two draws of one number of rows; None if these are not such.
    fn of(draws: impl Iterator<Item = Draw>) -> Option<Sums> {
        let mut sums = Sums::default();
        for draw in draws {
            let n = draw.counts.len();
            if sums.draws == 0.0 {
                for column in [&mut sums.without, &mut sums.losses, &mut sums.counts, &mut sums.products] {
                    column.resize(n, 0.0);
                }
            }
            let drawn = draw.counts.iter().map(|&count| u64::from(count)).sum::<u64>();
            if n < 2 || sums.rows() != n || draw.losses.len() != n || drawn != n as u64 {
                return None;
            }
            let left_out = draw.left_out();
            for row in 0..n {
                sums.without[row] += f64::from(u8::from(draw.counts[row] == 0));
                sums.losses[row] += draw.loss(row);
                sums.counts[row] += f64::from(draw.counts[row]);
                sums.products[row] += f64::from(draw.counts[row]) * left_out;
            }
            sums.left_out += left_out;
            sums.draws += 1.0;
        }
        (sums.draws >= 2.0).then_some(sums)
    }

    /// n.
    fn rows(&self) -> usize {
        self.without.len()
    }

    /// E_i of a row, without one draw if one is given; None if the row is in all draws that are left.
    fn error(&self, row: usize, but: Option<&Draw>) -> Option<f64> {
        let without = self.without[row] - but.map_or(0.0, |draw| f64::from(u8::from(draw.counts[row] == 0)));
        let losses = self.losses[row] - but.map_or(0.0, |draw| draw.loss(row));
        (without > 0.0).then(|| losses / without)
    }

    /// D_i of each row, without one draw if one is given.
    fn influences(&self, but: Option<&Draw>) -> Option<Vec<f64>> {
        let errors: Vec<f64> = (0..self.rows()).map(|row| self.error(row, but)).collect::<Option<_>>()?;
        let (leave_one_out, n) = (mean_and_deviation(&errors).0, errors.len() as f64);
        let draws = self.draws - f64::from(u8::from(but.is_some()));
        let scale = (1.0 - 1.0 / n).powf(-n);
        let of = but.map_or(0.0, Draw::left_out);
        let mean_left_out = (self.left_out - of) / draws;
        let influence = |(row, error): (usize, &f64)| {
            let count = but.map_or(0.0, |but| f64::from(but.counts[row]));
            let covariance =
                (self.products[row] - count * of) / draws - (self.counts[row] - count) / draws * mean_left_out;
            (2.0 + 1.0 / (n - 1.0)) * (error - leave_one_out) / n + scale * covariance
        };
        Some(errors.iter().enumerate().map(influence).collect())
    }

    /// (B − 1)/B Σ_b (D_i without draw b − its mean)², summed over the rows: equations 42 and 43 of the article. `influences` are
    /// the D_i of all draws: sums of the distances from them, which are small, lose no digits.
    fn internal_variance(&self, influences: &[f64], draws: impl Iterator<Item = Draw>) -> Option<f64> {
        let (mut sums, mut squares) = (vec![0.0; self.rows()], vec![0.0; self.rows()]);
        for draw in draws {
            for (row, without) in self.influences(Some(&draw))?.into_iter().enumerate() {
                let distance = without - influences[row];
                sums[row] += distance;
                squares[row] += distance * distance;
            }
        }
        let variance = |(sum, squares): (&f64, &f64)| (squares - sum * sum / self.draws).max(0.0);
        let all: f64 = sums.iter().zip(&squares).map(variance).sum();
        Some(all * (self.draws - 1.0) / self.draws)
    }
}

impl Draw {
    /// The loss of a row by a draw without it, 0 for other rows.
    fn loss(&self, row: usize) -> f64 {
        if self.counts[row] == 0 { self.losses[row] } else { 0.0 }
    }

    /// q.
    fn left_out(&self) -> f64 {
        (0..self.counts.len()).map(|row| self.loss(row)).sum::<f64>() / self.counts.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A loss that depends on the draw and on the row.
    fn loss_of(counts: &[u32], row: usize) -> f64 {
        let weighted: f64 = counts.iter().enumerate().map(|(at, &count)| f64::from(count) * (at * at + 1) as f64).sum();
        (weighted * (row + 2) as f64).sin().abs()
    }

    /// All nⁿ draws of n rows.
    fn all_draws(n: usize) -> Vec<Draw> {
        let draw = |mut code: usize| {
            let mut counts = vec![0; n];
            for _ in 0..n {
                counts[code % n] += 1;
                code /= n;
            }
            Draw { losses: (0..n).map(|row| loss_of(&counts, row)).collect(), counts }
        };
        (0..n.pow(n as u32)).map(draw).collect()
    }

    /// Err₁ where row i has probability p_i: Σ_i p_i E(loss of i | i was not drawn).
    fn leave_one_out(draws: &[Draw], p: &[f64]) -> f64 {
        let of_row = |row: usize| {
            let (mut sum, mut all) = (0.0, 0.0);
            for draw in draws.iter().filter(|draw| draw.counts[row] == 0) {
                // Each order of a draw is listed, so its probability has no factorials.
                let weight: f64 = draw.counts.iter().zip(p).map(|(&count, p)| p.powi(count as i32)).product();
                sum += weight * draw.losses[row];
                all += weight;
            }
            p[row] * sum / all
        };
        (0..p.len()).map(of_row).sum()
    }

    /// With all draws the delta method's D_i are derivatives of Err₁ by the weights of the rows, to the last digit that numerical
    /// derivatives have.
    #[test]
    fn influences_are_derivatives() {
        let n = 4;
        let draws = all_draws(n);
        let influences = Sums::of(draws.iter().cloned()).unwrap().influences(None).unwrap();
        for row in 0..n {
            let at = |step: f64| {
                let p: Vec<f64> =
                    (0..n).map(|other| (1.0 - step) / n as f64 + if other == row { step } else { 0.0 }).collect();
                leave_one_out(&draws, &p)
            };
            let step = 1e-5;
            let derivative = (at(step) - at(-step)) / (2.0 * step);
            assert!((influences[row] - derivative / n as f64).abs() < 1e-8, "{} {derivative}", influences[row]);
        }
        let found = Bootstrap632::new(0.1, 0.5, draws.iter().cloned()).unwrap();
        assert!((found.leave_one_out - leave_one_out(&draws, &[0.25; 4])).abs() < 1e-12);
        assert!(found.internal_error < found.delta_error && found.standard_error().unwrap() > 0.0, "{found:?}");
    }

    #[test]
    fn overfitting_moves_the_weight() {
        let draws = all_draws(3);
        let errors = Bootstrap632::new(0.0, 1.0, draws.iter().cloned()).unwrap().leave_one_out;
        let with =
            |apparent, no_information| Bootstrap632::new(apparent, no_information, draws.iter().cloned()).unwrap();
        // No overfitting: .632; as bad as no information: Err₁.
        let none = with(errors, 2.0 * errors);
        assert_eq!((none.overfitting, none.estimate_plus), (0.0, none.estimate));
        let all = with(0.0, errors);
        assert!(all.overfitting == 1.0 && (all.estimate_plus - errors).abs() < 1e-3 * errors, "{all:?}");
        let half = with(0.0, 2.0 * errors);
        assert!(half.overfitting == 0.5 && half.estimate < half.estimate_plus && half.estimate_plus < errors);
        // Worse than no information: no more than it is added.
        let worse = with(0.0, 0.5 * errors);
        assert_eq!(worse.overfitting, 1.0);
        assert_eq!(no_information_error(0.5, 0.3), 0.5);
        assert_eq!(no_information_error(1.0, 0.25), 0.75);
    }

    #[test]
    fn what_is_no_bootstrap_has_no_estimate() {
        let draws = all_draws(3);
        assert_eq!(Bootstrap632::new(f64::NAN, 0.5, draws.iter().cloned()), None);
        assert_eq!(Bootstrap632::new(0.1, 0.5, draws[..1].iter().cloned()), None);
        assert_eq!(Bootstrap632::new(0.1, 0.5, std::iter::empty()), None);
        // Draw 5 is of rows 2, 1 and 0: with only such draws no row is ever left out.
        let full: Vec<Draw> = draws.iter().filter(|draw| draw.counts == [1, 1, 1]).cloned().collect();
        assert_eq!(Bootstrap632::new(0.1, 0.5, full.iter().cloned()), None);
        let mut wrong = draws.clone();
        wrong[4].counts[0] += 1;
        assert_eq!(Bootstrap632::new(0.1, 0.5, wrong.iter().cloned()), None);
        let perfect: Vec<Draw> = draws.iter().map(|draw| Draw { losses: vec![0.0; 3], ..draw.clone() }).collect();
        let found = Bootstrap632::new(0.0, 0.5, perfect.iter().cloned()).unwrap();
        assert_eq!((found.estimate_plus, found.standard_error()), (0.0, None));
    }
}
