//! The article's algorithm, as a configuration of Newton's method.

use super::method::SMOOTH;
use super::newton::Factorization;
use super::{BuildError, Built, Combine, Composed, Method, Newton, StopRules, Tolerances, Unit};
use crate::model::Sigmoid;
use crate::parameter::{Choice, Parameter, Settings, Value, ValueKind, choices};

choices! {
    /// The inverse of the Hessian.
    enum Inverse {
        /// Our own LU.
        Own = "inverse",
        /// LAPACK's LU, as NumPy's `inv`.
        Lapack = "lapack",
    }
}

/// β ← β − H⁻¹g by the explicit inverse, with p = e^z / (1 + e^z) as written and full steps. Stops after a change of at most
/// 1e-5 or 51 iterations, and predicts class 1 for a row whose probability is above 0.05.
///
/// A step costs a pass up to the Hessian and an inverse: about p³ multiplications, where a Cholesky solve takes p³/6. The
/// source is the article's code; the article's text differs (it has threshold 0.5).
pub const METHOD: Method = Method {
    name: "article",
    about: "Newton-Raphson as in the article: explicit inverse, naive sigmoid, full steps, its stopping rule and threshold 0.05",
    parameters: &[Parameter {
        name: "factorization",
        kind: ValueKind::Choice(Inverse::NAMES),
        // Our own LU, so that every build runs it.
        default: Some(Value::Text(Inverse::Own.text())),
        about: "the explicit inverse by our own LU, or LAPACK's",
    }],
    needs: |_| &[SMOOTH],
    build,
};

/// The stopping rules of the article's loop, which runs while the change is above 1e-5, ends after "more than 50" iterations,
/// and does not look for separation.
const STOP: StopRules = StopRules {
    tolerances: Tolerances { coefficient_change: Some(1e-5), ..Tolerances::NONE },
    combine: Combine::Any,
    max_iterations: 51,
    time_limit: None,
    separated: false,
};

fn build(settings: &mut Settings) -> Result<Built, BuildError> {
    let factorization = match settings.choice("factorization").unwrap_or(Inverse::Own) {
        Inverse::Own => Factorization::Inverse,
        Inverse::Lapack => Factorization::lapack_inverse()?,
    };
    let sigmoid = Sigmoid::Naive;
    let solver = Composed { direction: Newton { factorization }, step_rule: Unit, sigmoid };
    Ok(Built { stop: Some(STOP), threshold: 0.05, sigmoid, ..Built::new(solver) })
}
