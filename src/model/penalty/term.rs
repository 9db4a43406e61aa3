//! A penalty on the columns of a problem.

use super::form::{Capability, Form};
use super::row_weights::{RowTerms, RowWeights};
use super::{firth, l2, none};
use crate::model::{DesignMatrix, Evaluation, Order};

/// The penalty P(β) of a problem: its form, and λ_j per column, 0 for a free coefficient.
#[derive(Clone, Copy, Debug)]
pub struct PenaltyTerm<'a> {
    form: &'static Form,
    weights: &'a [f64],
}

impl<'a> PenaltyTerm<'a> {
    /// P(β) = 0.
    pub const NONE: PenaltyTerm<'static> = PenaltyTerm { form: &none::FORM, weights: &[] };
    /// P(β) = −½ log det X'WX: see [`firth`].
    pub const FIRTH: PenaltyTerm<'static> = PenaltyTerm { form: &firth::FORM, weights: &[] };

    /// P(β) = ½ Σ λ_j β_j².
    pub fn l2(weights: &'a [f64]) -> PenaltyTerm<'a> {
        PenaltyTerm::new(&l2::FORM, weights)
    }

    /// A penalty of this form with λ_j per column.
    pub(super) fn new(form: &'static Form, weights: &'a [f64]) -> PenaltyTerm<'a> {
        PenaltyTerm { form, weights }
    }

    /// Whether the penalty has the capability.
    pub fn has(&self, capability: Capability) -> bool {
        self.form.capabilities.contains(&capability)
    }

    /// Whether coefficient j is free.
    pub fn is_free(&self, j: usize) -> bool {
        self.form.formula.is_free(self.weights, j)
    }

    /// Whether the penalty stays the same along `direction`, because only free coefficients change.
    pub fn is_free_along(&self, direction: &[f64]) -> bool {
        direction.iter().enumerate().all(|(j, &d)| d == 0.0 || self.is_free(j))
    }

    /// Adds P(β) to `objective`.
    pub fn add_value(&self, coefficients: &[f64], objective: &mut f64) {
        self.form.formula.add_value(self.weights, coefficients, objective);
    }

    /// Adds ∇P(β) to `gradient`.
    pub fn add_gradient(&self, coefficients: &[f64], gradient: &mut [f64]) {
        self.form.formula.add_gradient(self.weights, coefficients, gradient);
    }

    /// Adds ∇²P(β) to `hessian`, a packed lower triangle.
    pub fn add_curvature(&self, coefficients: &[f64], hessian: &mut [f64]) {
        self.form.formula.add_curvature(self.weights, coefficients, hessian);
    }

    /// Adds ∇²P(β)v to `product`.
    pub fn add_curvature_product(&self, coefficients: &[f64], vector: &[f64], product: &mut [f64]) {
        self.form.formula.add_curvature_product(self.weights, coefficients, vector, product);
    }

    /// Adds P and its derivatives up to `order`, without terms that depend on the rows.
    pub(in crate::model) fn add_to(&self, coefficients: &[f64], order: Order, into: &mut Evaluation) {
        self.add_value(coefficients, &mut into.objective);
        if order >= Order::Gradient {
            self.add_gradient(coefficients, &mut into.gradient);
        }
        if order == Order::Hessian {
            self.add_curvature(coefficients, &mut into.hessian);
        }
    }

    /// Adds the derivatives of terms that depend on the rows, if the penalty has any. `rows` has the weights of all rows of
    /// `design` at β, and `hessian` X'WX, which becomes the matrix in place of the Hessian.
    pub(in crate::model) fn add_row_terms(
        &self,
        design: DesignMatrix<'_>,
        rows: &mut RowWeights,
        hessian: &mut [f64],
        gradient: &mut [f64],
    ) -> Option<RowTerms> {
        self.form.formula.add_row_terms(design, rows, hessian, gradient)
    }

    /// The λ_j if P(β) = ½ Σ λ_j β_j², else `None`. Columns beyond the end of the list have λ_j = 0.
    pub fn quadratic(&self) -> Option<&'a [f64]> {
        self.form.formula.quadratic(self.weights)
    }

    /// Replaces v in `point` by argmin_β P(β) + ‖β − v‖²/(2t); false if no formula is known.
    #[must_use]
    pub fn proximal_step(&self, t: f64, point: &mut [f64]) -> bool {
        self.form.formula.proximal_step(self.weights, t, point)
    }

    /// P*(u) = sup_β u'β − P(β); `None` if no formula is known.
    pub fn conjugate(&self, dual: &[f64]) -> Option<f64> {
        self.form.formula.conjugate(self.weights, dual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear_algebra::packed;
    use crate::model::penalty::FORMS;

    const WEIGHTS: [f64; 3] = [0.0, 0.7, 2.5];
    const POINT: [f64; 3] = [0.3, -0.4, 1.9];

    fn terms() -> impl Iterator<Item = PenaltyTerm<'static>> {
        FORMS.iter().map(|form| PenaltyTerm::new(form, &WEIGHTS))
    }

    /// The terms that depend on coefficients alone.
    fn separate() -> impl Iterator<Item = PenaltyTerm<'static>> {
        terms().filter(|term| term.has(Capability::IndependentOfRows))
    }

    fn value(term: PenaltyTerm<'_>, coefficients: &[f64]) -> f64 {
        let mut value = 0.0;
        term.add_value(coefficients, &mut value);
        value
    }

    fn gradient(term: PenaltyTerm<'_>, coefficients: &[f64]) -> [f64; 3] {
        let mut gradient = [0.0; 3];
        term.add_gradient(coefficients, &mut gradient);
        gradient
    }

    #[test]
    fn values_match_the_formulas() {
        assert_eq!(value(PenaltyTerm::NONE, &POINT), 0.0);
        let expected = 0.5 * (0.7 * 0.4 * 0.4 + 2.5 * 1.9 * 1.9);
        assert!((value(PenaltyTerm::l2(&WEIGHTS), &POINT) - expected).abs() < 1e-15);
    }

    #[test]
    fn derivatives_match_differences_of_the_value() {
        let h = 1e-5;
        for term in separate().filter(|term| term.has(Capability::Smooth)) {
            let slopes = gradient(term, &POINT);
            let mut hessian = vec![0.0; packed::len(3)];
            term.add_curvature(&POINT, &mut hessian);
            for j in 0..3 {
                let (mut up, mut down) = (POINT, POINT);
                up[j] += h;
                down[j] -= h;
                let slope = (value(term, &up) - value(term, &down)) / (2.0 * h);
                assert!((slope - slopes[j]).abs() < 1e-9, "{term:?}, {j}");
                let (up, down) = (gradient(term, &up), gradient(term, &down));
                for k in 0..=j {
                    let curvature = (up[k] - down[k]) / (2.0 * h);
                    assert!((curvature - hessian[packed::at(j, k)]).abs() < 1e-9, "{term:?}, {j}, {k}");
                }
            }
        }
    }

    #[test]
    fn free_coefficients_do_not_change_it() {
        for term in separate() {
            for j in 0..3 {
                let mut elsewhere = POINT;
                elsewhere[j] += 1.0;
                assert_eq!(term.is_free(j), value(term, &POINT) == value(term, &elsewhere), "{term:?}, {j}");
            }
        }
        assert!((0..3).all(|j| PenaltyTerm::NONE.is_free(j) && !PenaltyTerm::FIRTH.is_free(j)));
        assert!(PenaltyTerm::l2(&WEIGHTS).is_free_along(&[1.0, 0.0, 0.0]));
        assert!(!PenaltyTerm::l2(&WEIGHTS).is_free_along(&[1.0, 0.0, f64::NAN]));
    }

    #[test]
    fn a_quadratic_penalty_equals_its_quadratic() {
        for term in terms() {
            assert_eq!(term.quadratic().is_some(), term.has(Capability::Quadratic), "{term:?}");
            if let Some(weights) = term.quadratic() {
                let expected: f64 = weights.iter().zip(POINT).map(|(weight, b)| 0.5 * weight * b * b).sum();
                assert!((value(term, &POINT) - expected).abs() < 1e-15, "{term:?}");
            }
        }
    }

    /// No point near a proximal step is better than it.
    #[test]
    fn proximal_steps_minimise() {
        let t = 0.6;
        for term in terms() {
            let mut step = POINT;
            assert_eq!(term.proximal_step(t, &mut step), term.has(Capability::ProximalStep), "{term:?}");
            if !term.has(Capability::ProximalStep) {
                assert_eq!(step, POINT, "{term:?}");
                continue;
            }
            let objective = |b: &[f64]| {
                value(term, b) + b.iter().zip(POINT).map(|(b, v)| (b - v) * (b - v)).sum::<f64>() / (2.0 * t)
            };
            for (j, distance) in (0..3).flat_map(|j| [-0.5, -1e-4, 1e-4, 0.5].map(|distance| (j, distance))) {
                let mut near = step;
                near[j] += distance;
                assert!(objective(&near) > objective(&step), "{term:?}, {j}, {distance}");
            }
        }
        let mut step = POINT;
        assert!(PenaltyTerm::l2(&WEIGHTS).proximal_step(t, &mut step));
        assert_eq!(step, [0.3, -0.4 / (1.0 + t * 0.7), 1.9 / (1.0 + t * 2.5)]);
    }

    /// Fenchel and Young: P(β) + P*(u) ≥ u'β, with equality at u = ∇P(β).
    #[test]
    fn conjugates_are_the_supremum() {
        for term in separate() {
            let conjugate = |dual: &[f64]| term.conjugate(dual).unwrap();
            let product = |u: &[f64], b: &[f64]| crate::linear_algebra::dot(u, b);
            let slopes = gradient(term, &POINT);
            assert!((value(term, &POINT) + conjugate(&slopes) - product(&slopes, &POINT)).abs() < 1e-14, "{term:?}");
            for dual in [[0.0; 3], [0.0, 0.4, -1.3], [0.0, -2.0, 0.1], [0.2, 0.0, 0.0]] {
                assert!(value(term, &POINT) + conjugate(&dual) >= product(&dual, &POINT), "{term:?}, {dual:?}");
            }
            assert_eq!(
                conjugate(&[0.2, 0.0, 0.0]),
                f64::INFINITY,
                "{term:?}: u'β has no bound along a free coefficient"
            );
        }
        let expected = 0.5 * (0.4 * 0.4 / 0.7 + 1.3 * 1.3 / 2.5);
        assert!((PenaltyTerm::l2(&WEIGHTS).conjugate(&[0.0, 0.4, -1.3]).unwrap() - expected).abs() < 1e-15);
        assert_eq!(PenaltyTerm::FIRTH.conjugate(&[0.0; 3]), None);
    }

    /// A column divided by sd has a coefficient sd times as large, and the penalty must be the same.
    #[test]
    fn a_rescaled_weight_gives_the_same_penalty() {
        let sd = 3.7;
        for term in separate() {
            let rescaled = WEIGHTS.map(|weight| term.form.formula.rescaled(weight, sd));
            let there = PenaltyTerm::new(term.form, &rescaled);
            assert!((value(there, &POINT.map(|b| sd * b)) - value(term, &POINT)).abs() < 1e-14, "{term:?}");
        }
    }

    #[test]
    fn exactly_the_penalties_that_depend_on_rows_have_terms_of_rows() {
        let rows = [1.0, 0.5, 2.0, 1.0, -1.5, 0.3, 1.0, 2.5, -0.7, 1.0, 0.1, 0.9];
        for term in terms() {
            let design = DesignMatrix::dense(&rows, 3);
            let (mut weights, mut hessian) = (RowWeights::default(), vec![0.0; packed::len(3)]);
            for row in rows.chunks_exact(3) {
                weights.push(0.25, 0.0, 1.0);
                packed::add_square(&mut hessian, 0.25, row);
            }
            let found = term.add_row_terms(design, &mut weights, &mut hessian, &mut [0.0; 3]);
            assert_eq!(found.is_none(), term.has(Capability::IndependentOfRows), "{term:?}");
        }
    }
}
