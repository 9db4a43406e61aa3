//! The logistic loss log(1 + exp(−m)) of a margin m = s·x'β, and the functions that come with it.

/// How the probability of a row is computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sigmoid {
    /// From exp of a non-positive number: no overflow, and residuals without cancellation.
    #[default]
    Stable,
    /// `exp(z) / (1 + exp(z))` as the article writes it: NaN for z above 709, and residuals as the difference y − p.
    Naive,
}

/// log(1 + exp(−m)), σ(−m) and σ(m)σ(−m) from one exponential, without overflow or cancellation.
#[inline(always)]
pub fn logistic(margin: f64) -> (f64, f64, f64) {
    let (loss, [residual, opposite]) = loss_and_sigmoids(margin);
    (loss, residual, residual * opposite)
}

/// log(1 + exp(−m)), and σ(−m) and σ(m), likewise.
#[inline(always)]
pub fn loss_and_sigmoids(margin: f64) -> (f64, [f64; 2]) {
    let exponential = (-margin.abs()).exp();
    let reciprocal = 1.0 / (1.0 + exponential);
    let small = exponential * reciprocal;
    let loss = exponential.ln_1p() + (-margin).max(0.0);
    let [residual, opposite] = if margin > 0.0 { [small, reciprocal] } else { [reciprocal, small] };
    // The comparisons above send a NaN margin to finite branches; the exponential carries it.
    let nan = 0.0 * exponential;
    (loss + nan, [residual + nan, opposite + nan])
}

/// The linear predictor x'β.
#[inline(always)]
pub fn predictor(row: &[f64], coefficients: &[f64]) -> f64 {
    row.iter().zip(coefficients).map(|(x, coefficient)| x * coefficient).sum()
}

/// p = e^z / (1 + e^z), evaluated literally.
#[inline(always)]
fn naive_sigmoid(predictor: f64) -> f64 {
    let exponential = predictor.exp();
    exponential / (1.0 + exponential)
}

/// The loss of a row as an evaluation needs it.
#[derive(Clone, Copy, Debug)]
pub struct RowLoss {
    /// log(1 + exp(−m)).
    pub loss: f64,
    /// The derivative of the loss by the predictor z = x'β: p − y.
    pub slope: f64,
    /// The second derivative: p (1 − p).
    pub weight: f64,
}

impl RowLoss {
    /// The loss of so many equal rows.
    #[inline(always)]
    pub fn times(self, count: f64) -> RowLoss {
        RowLoss { loss: count * self.loss, slope: count * self.slope, weight: count * self.weight }
    }
}

impl Sigmoid {
    /// The loss of a row with margin s·z. A naive sigmoid enters the derivatives; the loss itself, which the article's code does
    /// not compute, is always the stable one.
    #[inline(always)]
    pub fn row_loss(self, sign: f64, margin: f64) -> RowLoss {
        let (loss, residual, weight) = logistic(margin);
        match self {
            Sigmoid::Stable => RowLoss { loss, slope: -sign * residual, weight },
            Sigmoid::Naive => {
                let probability = naive_sigmoid(sign * margin);
                let slope = probability - if sign > 0.0 { 1.0 } else { 0.0 };
                RowLoss { loss, slope, weight: probability * (1.0 - probability) }
            }
        }
    }

    /// p, the probability of class 1, at a predictor z.
    #[inline(always)]
    pub fn probability(self, predictor: f64) -> f64 {
        match self {
            Sigmoid::Stable => logistic(-predictor).1,
            Sigmoid::Naive => naive_sigmoid(predictor),
        }
    }

    /// ½ − p at a predictor z.
    #[inline(always)]
    pub fn half_minus_probability(self, predictor: f64) -> f64 {
        match self {
            Sigmoid::Stable => -0.5 * (0.5 * predictor).tanh(),
            Sigmoid::Naive => 0.5 - naive_sigmoid(predictor),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logistic_is_accurate_at_both_ends_and_keeps_nan() {
        let (loss, residual, weight) = logistic(800.0);
        assert!((0.0..1e-300).contains(&loss) && residual < 1e-300 && weight < 1e-300);
        let (loss, residual, weight) = logistic(-800.0);
        assert_eq!((loss, residual), (800.0, 1.0));
        assert!(weight < 1e-300);
        let (loss, residual, weight) = logistic(0.0);
        assert_eq!((loss, residual, weight), (std::f64::consts::LN_2, 0.5, 0.25));
        // σ(−30) to full relative accuracy, where 1 − σ(30) has 3 digits left.
        assert!((logistic(30.0).1 / 9.357_622_968_839_3e-14 - 1.0).abs() < 1e-13);
        let (loss, residual, weight) = logistic(f64::NAN);
        assert!(loss.is_nan() && residual.is_nan() && weight.is_nan());
    }
}
