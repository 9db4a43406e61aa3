//! Separated data: the separating columns, and the finite limits of the fit.

use std::sync::atomic::AtomicBool;

use super::{Task, estimate};
use crate::data::DataSet;
use crate::engine::{Interrupted, NEWTON, TO_THE_LIMIT};
use crate::model::identifiable::determined;
use crate::model::{Penalty, Prepared, Scaling, Serial};
use crate::record::{Limit, SingleFit, Verdict};

/// The limit of a quasi-completely separated fit, from the rows that lie on every separating hyperplane.
///
/// Along a direction of recession every row off its hyperplane gets probability 1 for its class, so the
/// likelihood of the rows on it remains, which overlap. Its maximum is the supremum of the likelihood, and a coefficient has a finite
/// limit where these rows determine it (Albert & Anderson 1984; Konis 2007). `None` where the maximum is not proved.
pub fn limit(
    data: &DataSet,
    intercept: bool,
    on_hyperplane: &[u32],
    interrupt: &AtomicBool,
) -> Result<Option<Limit>, Interrupted> {
    let all = data.all_rows();
    let mut prepared = Prepared::new(data, &all, intercept, Scaling::None);
    let columns = prepared.design.columns;
    let identified = prepared.independent_columns(&Serial);

    let rows = DataSet { truth: None, ..data.of_rows(on_hyperplane) };
    let task = Task { intercept, ..Task::new(Penalty::NONE, &NEWTON, &TO_THE_LIMIT) };
    let fit = estimate(&rows, &task, interrupt)?.fit;
    let SingleFit {
        verdict: Verdict::Optimal,
        coefficients: Some(values),
        coefficient_errors: of_values,
        standard_errors: Some(errors),
        standard_error_errors: of_errors,
        log_likelihood: Some(supremum),
        ..
    } = fit
    else {
        return Ok(None);
    };
    prepared.prepare(data, on_hyperplane, intercept, Scaling::None);
    prepared.design.keep(&identified);
    let determined: Vec<usize> =
        (0..identified.len()).filter(|&k| determined(prepared.design.matrix(), k)).map(|k| identified[k]).collect();
    let of_determined = |values: &[Option<f64>]| {
        (0..columns).map(|j| determined.contains(&j).then(|| values[j]).flatten()).collect::<Vec<Option<f64>>>()
    };
    let bounds = |errors: Option<Vec<Option<f64>>>| of_determined(&errors.unwrap_or_else(|| vec![None; columns]));
    Ok(Some(Limit {
        log_likelihood: supremum,
        rows: if data.counts().is_some() { rows.weight_sum() as usize } else { on_hyperplane.len() },
        coefficients: of_determined(&values),
        coefficient_errors: bounds(of_values),
        standard_errors: of_determined(&errors),
        standard_error_errors: bounds(of_errors),
    }))
}

/// Columns of the design on which a threshold alone separates the classes.
pub fn separating_columns(data: &DataSet) -> Vec<usize> {
    let separates = |j: &usize| {
        let range = |class: u8| {
            let rows = (0..data.rows()).filter(|&i| data.labels[i] == class);
            rows.map(|i| data.features.at(i, *j))
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)))
        };
        let ((low_0, high_0), (low_1, high_1)) = (range(0), range(1));
        high_0 < low_1 || high_1 < low_0
    };
    (0..data.features.ncols()).filter(separates).map(|j| j + 1).collect()
}
