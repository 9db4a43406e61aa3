//! Penalties, which are added to the negative log-likelihood, with the capabilities that methods may need of them. One file each.

pub mod firth;
mod form;
mod formula;
mod l2;
mod none;
mod row_weights;
mod term;

pub use form::{Capability, Form, Strength};
pub use formula::Formula;
pub use row_weights::{RowTerms, RowWeights};
pub use term::PenaltyTerm;

/// All penalties that can be named in a file.
pub const FORMS: &[&Form] = &[&none::FORM, &l2::FORM, &firth::FORM];

/// Names of the penalties, for the key `penalty`.
pub const NAMES: &[&str] = &{
    let mut names = [""; FORMS.len()];
    let mut place = 0;
    while place < FORMS.len() {
        names[place] = FORMS[place].name;
        place += 1;
    }
    names
};

/// The names of the penalties for which `holds` is true, as in `a or b`.
pub fn names_of(holds: impl Fn(&Form) -> bool) -> String {
    let names: Vec<&str> = FORMS.iter().filter(|form| holds(form)).map(|form| form.name).collect();
    names.join(" or ")
}

/// Whether the penalty of this name has a strength.
pub fn takes_strength(name: &str) -> bool {
    FORMS.iter().any(|form| form.name == name && matches!(form.strength, Strength::Needed { .. }))
}

/// The penalty added to the negative log-likelihood: its form, and its strength if it has one.
#[derive(Clone, Copy, Debug)]
pub struct Penalty {
    form: &'static Form,
    strength: Option<f64>,
}

impl PartialEq for Penalty {
    fn eq(&self, other: &Penalty) -> bool {
        (self.name(), self.strength) == (other.name(), other.strength)
    }
}

impl Penalty {
    /// Maximum likelihood.
    pub const NONE: Penalty = Penalty { form: &none::FORM, strength: None };
    /// −½ log det(X'WX), the intercept included: see [`firth`].
    pub const FIRTH: Penalty = Penalty { form: &firth::FORM, strength: None };

    /// The penalty of this name with this strength.
    ///
    /// # Errors
    /// The form, if it needs a strength and none is given, or has none and one is given.
    pub fn named(name: &str, strength: Option<f64>) -> Option<Result<Penalty, &'static Form>> {
        let form = FORMS.iter().copied().find(|form| form.name == name)?;
        Some(match (form.strength, strength) {
            (Strength::Needed { .. }, Some(_)) | (Strength::Refused { .. }, None) => Ok(Penalty { form, strength }),
            (Strength::Needed { .. }, None) | (Strength::Refused { .. }, Some(_)) => Err(form),
        })
    }

    /// The name in files and reports.
    pub fn name(self) -> &'static str {
        self.form.name
    }

    /// The strength λ, if the penalty has one.
    pub fn strength(self) -> Option<f64> {
        self.strength
    }

    /// The name of a model with this penalty, if the file gives it none.
    pub fn model(self) -> String {
        match self.strength {
            Some(strength) => format!("{} {strength}", self.form.model),
            None => self.form.model.to_owned(),
        }
    }

    /// The name of the estimator with this penalty.
    pub fn estimator(self) -> String {
        match self.strength {
            Some(strength) => format!("{} with strength {strength}", self.form.estimator),
            None => self.form.estimator.to_owned(),
        }
    }

    /// Whether the penalty has the capability.
    pub fn has(self, capability: Capability) -> bool {
        self.form.capabilities.contains(&capability)
    }

    /// The penalty on a problem's columns, with their weights from [`fill_weights`](Penalty::fill_weights).
    pub fn on(self, weights: &[f64]) -> PenaltyTerm<'_> {
        PenaltyTerm::new(self.form, weights)
    }

    /// The weight for a column divided by `deviation` that keeps the problem the same in other coordinates.
    pub fn rescaled(self, weight: f64, deviation: f64) -> f64 {
        self.form.formula.rescaled(weight, deviation)
    }

    /// Fills `weights` with λ_j for a design with these columns; the intercept is free.
    pub fn fill_weights(self, columns: usize, intercept: bool, weights: &mut Vec<f64>) {
        weights.clear();
        weights.resize(columns, (self.form.weight)(self.strength.unwrap_or(0.0)));
        if intercept && columns > 0 {
            weights[0] = 0.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_penalty_is_made_with_a_strength_exactly_if_it_takes_one() {
        for form in FORMS {
            let takes = matches!(form.strength, Strength::Needed { .. });
            assert_eq!(Penalty::named(form.name, Some(0.5)).unwrap().is_ok(), takes, "{}", form.name);
            assert_eq!(Penalty::named(form.name, None).unwrap().is_ok(), !takes, "{}", form.name);
        }
        assert!(Penalty::named("ridge", None).is_none());
        let l2 = Penalty::named("l2", Some(0.5)).unwrap().unwrap();
        let mut weights = Vec::new();
        l2.fill_weights(3, true, &mut weights);
        assert_eq!(weights, [0.0, 0.5, 0.5]);
        assert_eq!((l2.model(), l2 == Penalty::NONE), ("l2 0.5".to_owned(), false));
    }
}
