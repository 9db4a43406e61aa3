//! Input and output of a penalty that depends on the rows.

/// c_i w_i, c_i and ½ − p_i of each row, and storage that is reused from evaluation to evaluation.
#[derive(Clone, Debug, Default)]
pub struct RowWeights {
    /// c_i w_i; the penalty may overwrite it.
    pub(super) weights: Vec<f64>,
    /// c_i: how many rows the row stands for.
    pub(super) counts: Vec<f64>,
    /// ½ − p_i; the penalty may overwrite it.
    pub(super) slopes: Vec<f64>,
    pub(super) factor: Vec<f64>,
    pub(super) vector: Vec<f64>,
}

/// The value of a penalty that depends on the rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RowTerms {
    /// P(β); +∞ if it is not defined numerically.
    pub value: f64,
    /// Sum of the sizes of its terms, to which the rounding of `value` is relative.
    pub magnitude: f64,
}

impl RowWeights {
    /// Forgets the rows of the last evaluation.
    pub fn clear(&mut self) {
        self.weights.clear();
        self.slopes.clear();
        self.counts.clear();
    }

    /// Takes the next row's c_i w_i, ½ − p_i and c_i.
    #[inline(always)]
    pub fn push(&mut self, weight: f64, half_minus_probability: f64, count: f64) {
        self.weights.push(weight);
        self.slopes.push(half_minus_probability);
        self.counts.push(count);
    }
}
