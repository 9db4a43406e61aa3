//! The list of all methods that experiment files can name. Each method is declared beside its formula.

pub use super::method::{BuildError, Built, Method, Need};
use super::{article, fixed_hessian, gradient, irls, lbfgs, newton};
use crate::parameter::{Setting, Settings, ValueKind};

/// All methods, in the order of `logitbench list solvers`.
pub const METHODS: &[&Method] =
    &[&newton::METHOD, &article::METHOD, &irls::METHOD, &gradient::METHOD, &fixed_hessian::METHOD, &lbfgs::METHOD];

impl Method {
    /// The method of this name.
    pub fn named(name: &str) -> Option<&'static Method> {
        METHODS.iter().copied().find(|method| method.name == name)
    }
}

/// A method at its defaults, or with one parameter at another choice. Tests and benches that say "every solver" iterate
/// [`Variant::all`].
#[derive(Clone, Copy)]
pub struct Variant {
    /// The method.
    pub method: &'static Method,
    /// The key that is not at its default, with its value.
    pub choice: Option<(&'static str, &'static str)>,
}

impl Variant {
    /// Every method at its defaults, and with every other choice of one parameter that this build supports.
    pub fn all() -> Vec<Variant> {
        let choices = |method: &'static Method| {
            method.parameters.iter().flat_map(|parameter| match parameter.kind {
                ValueKind::Choice(names) => names.iter().map(|name| (parameter.name, *name)).collect(),
                ValueKind::Flag
                | ValueKind::Whole(..)
                | ValueKind::WholeOr(..)
                | ValueKind::Number(_)
                | ValueKind::NumberOr(..)
                | ValueKind::NumbersOr(..)
                | ValueKind::Text
                | ValueKind::Texts
                | ValueKind::TextOrTexts
                | ValueKind::Choices(_)
                | ValueKind::Names(_) => vec![],
            })
        };
        let of = |method| {
            std::iter::once(None).chain(choices(method).map(Some)).map(move |choice| Variant { method, choice })
        };
        let all = METHODS.iter().copied().flat_map(of);
        let is_default = |variant: &Variant| {
            let defaults = Settings::defaults(variant.method.parameters);
            variant.choice.is_some_and(|(key, name)| defaults.text(key) == name)
        };
        all.filter(|variant| !is_default(variant) && variant.build().is_ok()).collect()
    }

    /// Makes the solver.
    ///
    /// # Errors
    /// As for [`Method::build`].
    pub fn build(&self) -> Result<Built, BuildError> {
        let mut settings = Settings::defaults(self.method.parameters);
        if let Some((key, name)) = self.choice {
            settings.set(key, Setting::Text(name.to_owned()));
        }
        self.method.build(&mut settings)
    }

    /// The lines of a `[[solver]]` table, without its header.
    pub fn lines(&self) -> String {
        let choice = self.choice.map(|(key, name)| format!("\n{key} = \"{name}\"")).unwrap_or_default();
        format!("method = \"{}\"{choice}", self.method.name)
    }

    /// Whether the variant is this method with this choice (`("", "")` for the defaults).
    pub fn is(&self, method: &str, choice: (&str, &str)) -> bool {
        self.method.name == method && self.choice.unwrap_or(("", "")) == choice
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_of_every_parameter_builds_a_solver_or_says_why_not() {
        for method in METHODS {
            let defaults = Settings::defaults(method.parameters);
            assert!(method.build(&mut defaults.clone()).is_ok(), "{}: the defaults", method.name);
            for parameter in method.parameters {
                let ValueKind::Choice(names) = parameter.kind else { continue };
                for name in names {
                    let mut settings = defaults.clone();
                    settings.set(parameter.name, Setting::Text((*name).to_owned()));
                    assert!(!(method.needs)(&settings).is_empty());
                    match method.build(&mut settings) {
                        Ok(_) => assert_eq!(settings.text(parameter.name), *name, "{}", method.name),
                        Err(BuildError::Unavailable(why)) => assert!(why.contains("lapack"), "{why}"),
                        // The message names the settings that the choice needs.
                        Err(BuildError::Conflict(why)) => assert!(why.contains("need"), "{why}"),
                    }
                }
            }
        }
    }
}
