//! What all metrics are computed from: sums that either engine fills in while it passes over the rows.

/// Sums over the rows of one sample.
#[derive(Clone, Copy, Debug)]
pub struct RowSums {
    /// Number of rows.
    pub rows: f64,
    /// Rows of class 1.
    pub positives: f64,
    /// Rows classified rightly. A row whose probability is not a number is classified by nobody.
    pub right: f64,
    /// Rows of class 1 classified rightly.
    pub right_positives: f64,
    /// Σ −ln of the probability given to the true class.
    pub losses: f64,
    /// Σ (probability − outcome)².
    pub squares: f64,
    /// Share of the pairs of a positive and a negative in which the positive has the higher score, ties counted half. NaN if a
    /// class is missing or a score is NaN.
    pub area: f64,
}

/// Sums over the slopes of a fit and the true slopes.
#[derive(Clone, Copy, Debug)]
pub struct TruthSums {
    /// Number of slopes.
    pub slopes: f64,
    /// Training rows.
    pub rows: f64,
    /// Σ β̂_j β_j.
    pub products: f64,
    /// Σ β_j².
    pub squares: f64,
    /// Σ (β̂_j − a β_j)² with a = products / squares.
    pub residual_squares: f64,
}

/// All that the metrics of a fit are computed from.
#[derive(Clone, Copy, Debug)]
pub struct FitSums {
    /// Of the test rows.
    pub test: RowSums,
    /// Of the training rows.
    pub train: RowSums,
    /// ‖β‖₂ without the intercept.
    pub norm: f64,
    /// Of the slopes and the true ones; `None` where these are not known or not all slopes were fitted.
    pub truth: Option<TruthSums>,
}

impl RowSums {
    /// Numbers of rows of class 0 and of class 1.
    pub fn rows_by_class(&self) -> [f64; 2] {
        [self.rows - self.positives, self.positives]
    }
}

impl TruthSums {
    /// The sums of slopes fitted to so many training rows; `None` where the truth is not known, or is of other columns.
    pub fn new(fitted: &[f64], truth: Option<&[f64]>, rows: usize) -> Option<TruthSums> {
        let truth = truth.filter(|truth| truth.len() == fitted.len())?;
        let products: f64 = fitted.iter().zip(truth).map(|(fitted, b)| fitted * b).sum();
        let squares = truth.iter().map(|b| b * b).sum::<f64>();
        let inflation = products / squares;
        let residual_squares = fitted.iter().zip(truth).map(|(fitted, b)| (fitted - inflation * b).powi(2)).sum();
        Some(TruthSums { slopes: fitted.len() as f64, rows: rows as f64, products, squares, residual_squares })
    }
}
