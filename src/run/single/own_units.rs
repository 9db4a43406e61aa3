//! A fit on the data's own scale, from that of columns in other units.

use crate::model::certificate::Refusal;
use crate::model::units::Units;
use crate::record::{ProfileEnd, SingleFit, Verdict};

/// Half the spacing of the smallest numbers, by which what leaves the normal numbers is off, generously.
const OF_SUBNORMAL: f64 = 5e-324;

/// Brings coefficients, standard errors, their errors and profile ends of a fit in `units` to the data's own scale.
///
/// Where that takes a coefficient or a standard error beyond the largest number there is none.
pub fn undo(fit: &mut SingleFit, units: &Units) {
    let intercept = fit.intercept;
    let own = |column: usize, value: f64| units.undo(column, intercept, value);
    let bound = |column: usize, value: f64| own(column, value) + OF_SUBNORMAL;
    let in_place = |values: &mut Option<Vec<Option<f64>>>, change: &dyn Fn(usize, f64) -> f64| {
        for (column, value) in values.iter_mut().flatten().enumerate() {
            *value = value.map(|value| change(column, value));
        }
    };
    in_place(&mut fit.coefficients, &own);
    in_place(&mut fit.standard_errors, &own);
    in_place(&mut fit.coefficient_errors, &bound);
    in_place(&mut fit.standard_error_errors, &bound);
    for (column, known) in fit.optimum.iter_mut().flatten().enumerate() {
        *known = known.map(|[value, error]| [own(column, value), bound(column, error)]);
    }
    for (column, ends) in fit.profile.iter_mut().flatten().enumerate() {
        for end in ends.iter_mut().flatten() {
            if let ProfileEnd::At(value) = end {
                *value = own(column, *value);
            }
        }
    }
    let are_finite =
        |values: &Option<Vec<Option<f64>>>| values.iter().flatten().flatten().all(|value| value.is_finite());
    if !(are_finite(&fit.coefficients) && are_finite(&fit.standard_errors)) {
        lose_coefficients(fit);
    }
}

/// Says of a fit that numbers of double precision do not hold its coefficients.
fn lose_coefficients(fit: &mut SingleFit) {
    (fit.verdict, fit.refusal, fit.no_bound) = (Verdict::Undecided, Some(Refusal::NotFinite), None);
    (fit.coefficients, fit.coefficient_errors, fit.optimum) = (None, None, None);
    (fit.standard_errors, fit.standard_error_errors, fit.log_likelihood) = (None, None, None);
    (fit.likelihood_ratios, fit.profile) = (None, None);
    (fit.gap, fit.gap_at_least) = (f64::INFINITY, 0.0);
    fit.hauck_donner.clear();
}
