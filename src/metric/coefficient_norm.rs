//! The size of the coefficients: it grows without bound where no finite optimum exists.

use super::properties::{Better, Metric, Needs, Sample, Value};

/// ‖β‖₂ without the intercept.
pub const NORM: Metric = Metric {
    name: "coefficient_norm",
    about: "Euclidean norm of the coefficients, the intercept left out, on the scale of the fit",
    sample: Sample::Coefficients,
    range: (0.0, f64::INFINITY),
    better: Better::Neither,
    best: None,
    needs: Needs::Nothing,
    value: Value::OfSums(|fit| fit.norm),
};
