//! Every method that can be named in a file. Each is declared beside its formula.

pub use super::method::{BuildError, Built, Method, Need};
use super::{article, fixed_hessian, gradient, irls, lbfgs, newton};

/// All methods, in the order of `logitbench list solvers`.
pub const METHODS: &[&Method] =
    &[&newton::METHOD, &article::METHOD, &irls::METHOD, &gradient::METHOD, &fixed_hessian::METHOD, &lbfgs::METHOD];

impl Method {
    /// The method of this name.
    pub fn named(name: &str) -> Option<&'static Method> {
        METHODS.iter().copied().find(|method| method.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameter::{Kind, Setting, Settings};

    #[test]
    fn every_choice_of_every_parameter_builds_a_solver_or_says_why_not() {
        for method in METHODS {
            let defaults = Settings::defaults(method.parameters);
            assert!(method.build(&mut defaults.clone()).is_ok(), "{}: the defaults", method.name);
            for parameter in method.parameters {
                let Kind::Choice(names) = parameter.kind else { continue };
                for name in names {
                    let mut settings = defaults.clone();
                    settings.set(parameter.name, Setting::Text((*name).to_owned()));
                    assert!(!(method.needs)(&settings).is_empty());
                    match method.build(&mut settings) {
                        Ok(_) => assert_eq!(settings.text(parameter.name), *name, "{}", method.name),
                        Err(BuildError::Unavailable(why)) => assert!(why.contains("lapack"), "{why}"),
                        // It names what it contradicts.
                        Err(BuildError::Conflict(why)) => assert!(why.contains("need"), "{why}"),
                    }
                }
            }
        }
    }
}
