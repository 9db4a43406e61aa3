//! Whether fitted log-odds z are right on average and of the right size, by logistic regression of the outcome on them (Cox 1958,
//! Biometrika 45, 562-565; Van Calster et al. 2019, BMC Medicine 17, 230):
//!
//! ```text
//! slope b:      logit P(y = 1) = a + b z          1 is right; below 1 the probabilities are too extreme
//! intercept a:  logit P(y = 1) = a + z            0 is right; above 0 they are too low (calibration in the large)
//! ```
//!
//! The intercept is that of the second model, not of the first, so that it has a meaning of its own. It is finite wherever both
//! classes are there. The slope need not be:
//!
//! | the log-odds of the rows | slope |
//! | --- | --- |
//! | separate the classes, class 1 above | ∞, the limit of the slopes along which the likelihood rises |
//! | separate the classes, class 1 below | −∞ |
//! | are all equal | 0: every slope fits equally well, and as everywhere a column that the rows cannot tell from the intercept is left out |

use super::predictions::Predictions;
use super::properties::{Better, Metric, Needs, Sample, Value};
use crate::model::loss::loss_and_sigmoids;

/// The calibration slope on the test rows.
pub const SLOPE_TEST: Metric = Metric {
    name: "test_calibration_slope",
    about: "slope of a logistic regression of the outcome on the fitted log-odds; infinite where these separate the classes, 0 \
            where all are equal",
    sample: Sample::Test,
    range: (f64::NEG_INFINITY, f64::INFINITY),
    better: Better::Neither,
    best: None,
    needs: Needs::EveryClass,
    value: Value::OnRequest(slope),
};

/// The calibration slope on the training rows.
pub const SLOPE_TRAIN: Metric = Metric {
    name: "train_calibration_slope",
    about: "the same on the training rows, where maximum likelihood has slope 1",
    sample: Sample::Train,
    ..SLOPE_TEST
};

/// The calibration intercept on the test rows.
pub const INTERCEPT_TEST: Metric = Metric {
    name: "test_calibration_intercept",
    about: "intercept of a logistic regression of the outcome with the fitted log-odds as offset (calibration in the large)",
    value: Value::OnRequest(intercept),
    ..SLOPE_TEST
};

/// The calibration intercept on the training rows.
pub const INTERCEPT_TRAIN: Metric = Metric {
    name: "train_calibration_intercept",
    about: "the same on the training rows, where maximum likelihood with an intercept has 0",
    sample: Sample::Train,
    ..INTERCEPT_TEST
};

/// Most steps of a search. Newton's method takes about ten; a hundred where the classes all but separate.
const MOST_STEPS: usize = 1000;

/// The root of Σ (y − σ(a + z)), which falls in a: by Newton's method, and by bisection where a step would leave what is known to
/// contain the root.
fn intercept(predictions: &Predictions) -> f64 {
    if !predictions.are_complete() {
        return f64::NAN;
    }
    let rows = predictions.rows();
    let logit = logit_of_share(predictions);
    // Where all probabilities are at most the share of the positives, and where all are at least that.
    let (mut low, mut high) = (logit - rows[rows.len() - 1].log_odds, logit - rows[0].log_odds);
    let mut a = 0.0f64.clamp(low, high);
    for _ in 0..MOST_STEPS {
        let (mut gradient, mut sizes, mut curvature) = (0.0, 0.0, 0.0);
        for row in rows {
            let (_, [residual, opposite]) = loss_and_sigmoids(row.sign() * (a + row.log_odds));
            gradient += row.weight * (row.sign() * residual);
            sizes += row.weight * residual;
            curvature += row.weight * (residual * opposite);
        }
        let newton = a + gradient / curvature;
        // What is left is the rounding of the sums, or of the intercept.
        if gradient.abs() <= f64::EPSILON * sizes || (newton - a).abs() <= 2.0 * f64::EPSILON * a.abs() {
            return a;
        }
        if gradient > 0.0 {
            low = a;
        } else {
            high = a;
        }
        let next = if low < newton && newton < high { newton } else { low + (high - low) / 2.0 };
        if next == a {
            return a;
        }
        a = next;
    }
    f64::NAN
}

fn slope(predictions: &Predictions) -> f64 {
    if !predictions.are_complete() {
        return f64::NAN;
    }
    let rows = predictions.rows();
    if rows[0].log_odds == rows[rows.len() - 1].log_odds {
        return 0.0;
    }
    let [negatives, positives] = [false, true].map(|class| {
        let mut own = rows.iter().filter(|row| row.positive == class).map(|row| row.log_odds);
        let lowest = own.next().unwrap_or(f64::NAN);
        (lowest, own.next_back().unwrap_or(lowest))
    });
    if negatives.1 <= positives.0 {
        f64::INFINITY
    } else if positives.1 <= negatives.0 {
        f64::NEG_INFINITY
    } else {
        finite_slope(predictions).unwrap_or(f64::NAN)
    }
}

/// ln of positives / negatives.
fn logit_of_share(predictions: &Predictions) -> f64 {
    let positives = predictions.positives();
    (positives / (predictions.weight() - positives)).ln()
}

/// The slope where the likelihood has a maximum: Newton's method with step-halving. `None` if it does not end.
fn finite_slope(predictions: &Predictions) -> Option<f64> {
    let mut now = Fit::new(Line { level: logit_of_share(predictions), slope: 0.0, centre: 0.0 }, predictions);
    let mut last = f64::INFINITY;
    for _ in 0..MOST_STEPS {
        let (step, decrement) = now.newton_step()?;
        // Near the maximum Newton's method squares the decrement, until rounding is left.
        let is_rounding = decrement < 1e-12 && decrement >= last / 4.0;
        if is_rounding {
            return Some(now.line.slope);
        }
        let mut length = 1.0;
        now = loop {
            let next = Fit::new(now.line.moved(step, length), predictions);
            // A decrease below the rounding of the losses cannot be seen.
            let decrease = if decrement < 1e-10 * now.loss { f64::NEG_INFINITY } else { length * decrement / 4.0 };
            if next.loss <= now.loss - decrease {
                break next;
            }
            length /= 2.0;
            if length < f64::EPSILON {
                return None;
            }
        };
        last = decrement;
    }
    None
}

/// Log-odds level + slope · (z − centre).
#[derive(Clone, Copy)]
struct Line {
    level: f64,
    slope: f64,
    centre: f64,
}

impl Line {
    fn at(self, z: f64) -> f64 {
        self.level + self.slope * (z - self.centre)
    }

    /// The line with another centre, so many `steps` further.
    fn moved(self, step: Line, length: f64) -> Line {
        let level = self.at(step.centre) + length * step.level;
        Line { level, slope: self.slope + length * step.slope, centre: step.centre }
    }
}

/// A line with what its rows say of it.
struct Fit {
    line: Line,
    /// The negative log-likelihood.
    loss: f64,
    /// Of each row: z, y − p, p (1 − p); the latter times its weight.
    rows: Vec<[f64; 3]>,
}

impl Fit {
    fn new(line: Line, predictions: &Predictions) -> Fit {
        let mut losses = 0.0;
        let rows = predictions.rows().iter().map(|row| {
            let (loss, [residual, opposite]) = loss_and_sigmoids(row.sign() * line.at(row.log_odds));
            losses += row.weight * loss;
            [row.log_odds, row.weight * (row.sign() * residual), row.weight * (residual * opposite)]
        });
        let rows = rows.collect();
        Fit { line, loss: losses, rows }
    }

    /// Newton's step and the Newton decrement g'H⁻¹g; `None` where the Hessian has vanished.
    ///
    /// Level and slope are taken about the weighted mean of z, where the Hessian is diagonal: nothing cancels, however near two
    /// rows are.
    fn newton_step(&self) -> Option<(Line, f64)> {
        let sum = |of: &dyn Fn(&[f64; 3]) -> f64| self.rows.iter().map(of).sum::<f64>();
        let weights = sum(&|[_, _, w]| *w);
        let centre = sum(&|[z, _, w]| w * z) / weights;
        let (of_level, of_slope) = (sum(&|[_, r, _]| *r), sum(&|[z, r, _]| r * (z - centre)));
        let curvature = sum(&|[z, _, w]| w * (z - centre) * (z - centre));
        let step = Line { level: of_level / weights, slope: of_slope / curvature, centre };
        let decrement = of_level * step.level + of_slope * step.slope;
        decrement.is_finite().then_some((step, decrement))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows without an order, of which neither class is above the other.
    fn rows() -> Vec<(f64, u8)> {
        (0..80u32).map(|i| (f64::from(i * 37 % 61) / 9.0 - 3.0, u8::from(i * 53 % 61 + i * 37 % 61 > 60))).collect()
    }

    fn mapped(rows: &[(f64, u8)], of: impl Fn(f64, u8) -> (f64, u8)) -> Predictions {
        Predictions::of(&rows.iter().map(|&(z, y)| of(z, y)).collect::<Vec<_>>())
    }

    #[track_caller]
    fn close(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-12 * b.abs().max(1.0), "{a} and {b}");
    }

    #[test]
    fn a_shift_of_the_log_odds_moves_the_intercept_and_a_factor_divides_the_slope() {
        let rows = rows();
        let (a, b) = (intercept(&Predictions::of(&rows)), slope(&Predictions::of(&rows)));
        assert!(a.is_finite() && b.is_finite() && b != 0.0);
        close(intercept(&mapped(&rows, |z, y| (z + 0.75, y))), a - 0.75);
        for factor in [1e-8, 0.25, 3.0, 1e8, -2.0] {
            close(slope(&mapped(&rows, |z, y| (factor * z, y))) * factor, b);
            close(slope(&mapped(&rows, |z, y| (factor * z + 40.0 * factor, y))) * factor, b);
        }
    }

    #[test]
    fn other_names_of_the_classes_change_the_sign_of_the_intercept_alone() {
        let rows = rows();
        let swapped = mapped(&rows, |z, y| (-z, 1 - y));
        close(intercept(&swapped), -intercept(&Predictions::of(&rows)));
        close(slope(&swapped), slope(&Predictions::of(&rows)));
    }

    #[test]
    fn what_a_regression_has_fitted_is_calibrated() {
        let rows = rows();
        let line = |z: f64, level: f64, slope: f64| level + slope * z;
        let b = slope(&Predictions::of(&rows));
        let a = intercept(&mapped(&rows, |z, y| (b * z, y)));
        let fitted = mapped(&rows, |z, y| (line(z, a, b), y));
        close(slope(&fitted), 1.0);
        assert!(intercept(&fitted).abs() < 1e-13);
    }

    #[test]
    fn log_odds_that_separate_the_classes_have_an_infinite_slope() {
        for tied in [[0.0, 1.0], [0.5, 0.5]] {
            let rows = [(-1.0, 0), (tied[0], 0), (tied[1], 1), (2.0, 1)];
            assert_eq!(slope(&Predictions::of(&rows)), f64::INFINITY);
            assert_eq!(slope(&mapped(&rows, |z, y| (-z, y))), f64::NEG_INFINITY);
            assert!(intercept(&Predictions::of(&rows)).is_finite());
        }
        assert_eq!(slope(&Predictions::of(&[(0.3, 0), (0.3, 1), (0.3, 1)])), 0.0, "no slope is told from another");
    }

    /// Fits of all kinds of size and share: none may be left without an end.
    #[test]
    fn every_search_ends_at_a_maximum() {
        for seed in 0..2000u32 {
            let noise =
                |i: u32| f64::from((seed * 26544 + i * 40503 + 7).wrapping_mul(2654435761) >> 8) / f64::from(1 << 24);
            let size = 10f64.powi(seed as i32 % 9 - 3);
            let share = [0.5, 0.1, 0.9][seed as usize % 3];
            let rows: Vec<(f64, u8)> =
                (0..6 + seed % 50).map(|i| ((noise(i) - 0.5) * size, u8::from(noise(i + 1000) < share))).collect();
            let predictions = Predictions::of(&rows);
            if !predictions.are_complete() {
                continue;
            }
            let (a, b) = (intercept(&predictions), slope(&predictions));
            assert!(!a.is_nan() && !b.is_nan(), "{seed}: {a} {b}");
            let gradient: f64 = rows.iter().map(|&(z, y)| f64::from(y) - 1.0 / (1.0 + (-(a + z)).exp())).sum();
            assert!(gradient.abs() < 1e-10, "{seed}: {gradient}");
            if b.is_finite() {
                // Calibrated log-odds have slope 1, and intercept 0 beside it.
                let line = intercept(&Predictions::of(&rows.iter().map(|&(z, y)| (b * z, y)).collect::<Vec<_>>()));
                let residual = |z: f64, y: u8| f64::from(y) - 1.0 / (1.0 + (-(line + b * z)).exp());
                let moment: f64 = rows.iter().map(|&(z, y)| residual(z, y) * z / size).sum();
                assert!(moment.abs() < 1e-9, "{seed}: {moment}");
            }
        }
    }

    /// Two rows of distance d overlap, all others are on their side: the nearer, the larger the slope. In the limit of few others
    /// their probabilities are about ½, and the others' losses balance: slope · d stays bounded.
    #[test]
    fn all_but_separated_classes_have_a_finite_slope() {
        let mut last = 0.0;
        for exponent in 1..12 {
            let distance = 10f64.powi(-exponent);
            let rows = [(-1.0, 0), (-0.5, 0), (distance, 0), (0.0, 1), (0.4, 1), (1.0, 1)];
            let slope = slope(&Predictions::of(&rows));
            assert!(slope.is_finite() && slope > last, "{distance}: {slope} after {last}");
            last = slope;
        }
    }

    #[test]
    fn far_log_odds_do_not_stop_the_search_for_the_intercept() {
        // All but one of the rows are beyond doubt, and half of them are wrong.
        let rows = [(-3000.0, 1), (-2000.0, 0), (0.0, 1), (2000.0, 0), (2500.0, 1), (1.0, 0)];
        let a = intercept(&Predictions::of(&rows));
        let gradient: f64 = rows.iter().map(|&(z, y)| f64::from(y) - 1.0 / (1.0 + (-(a + z)).exp())).sum();
        assert!(gradient.abs() < 1e-12, "{a}: {gradient}");
    }

    #[test]
    fn without_both_classes_or_finite_log_odds_they_are_undefined() {
        for rows in [&[(0.1, 1), (0.2, 1)][..], &[], &[(f64::NAN, 0), (0.1, 1)], &[(f64::INFINITY, 0), (0.1, 1)]] {
            assert!(slope(&Predictions::of(rows)).is_nan() && intercept(&Predictions::of(rows)).is_nan());
        }
    }
}
