//! Newton-Raphson: H d = −g (Nocedal & Wright, Numerical Optimization, 2nd ed., 3.3). For a logistic model it is also Fisher
//! scoring, because observed and expected information are equal.

#[cfg(not(feature = "lapack"))]
use super::method::NO_LAPACK;
use super::method::SMOOTH;
use super::{At, BuildError, Built, Composed, Direction, Halving, ManyRows, Method, Need, SufficientDecrease, Unit};
use crate::linear_algebra::{Real, cholesky, lu, packed};
use crate::model::penalty::Capability;
use crate::model::{Order, Sigmoid};
use crate::parameter::{Choice, Parameter, Settings, Value, ValueKind, choices};

choices! {
    /// How the system is solved, by its name in a file.
    enum NewtonFactorization {
        Cholesky = "cholesky",
        Inverse = "inverse",
        Lapack = "lapack",
    }
}

choices! {
    /// The step rules of Newton's method.
    enum NewtonStep {
        Halving = "halving",
        Unit = "unit",
        Backtracking = "backtracking",
    }
}

choices! {
    /// How probabilities are computed.
    enum Probability {
        Stable = "stable",
        Naive = "naive",
    }
}

choices! {
    /// The point of the first full pass.
    enum NewtonStart {
        Zero = "zero",
        Subsample = "subsample",
    }
}

choices! {
    /// Whether steps reuse a Hessian.
    enum HessianOf {
        Fresh = "fresh",
        Kept = "kept",
    }
}

/// Newton-Raphson. A step costs one pass up to the Hessian, about n p²/2 multiplications, for each length tried, and p³/6 for the
/// factor. Near the optimum every step squares the error.
pub const METHOD: Method = Method {
    name: "newton",
    about: "Newton-Raphson: H d = -g",
    parameters: &[
        Parameter {
            name: "factorization",
            kind: ValueKind::Choice(NewtonFactorization::NAMES),
            // Half the work of other factorizations, backward stable, and it fails exactly if H is not definite.
            default: Some(Value::Text(NewtonFactorization::Cholesky.text())),
            about: "how the Newton system is solved (lapack: Cholesky by LAPACK, needs the feature of that name)",
        },
        Parameter {
            name: "step",
            kind: ValueKind::Choice(NewtonStep::NAMES),
            // Full steps alone can diverge from 0; halving mends that and needs no constant of sufficient decrease.
            default: Some(Value::Text(NewtonStep::Halving.text())),
            about: "full steps halved until the objective does not rise; always full; or halved to a sufficient decrease",
        },
        Parameter {
            name: "sigmoid",
            kind: ValueKind::Choice(Probability::NAMES),
            // The naive form overflows from predictors of 710 and cancels from 37.
            default: Some(Value::Text(Probability::Stable.text())),
            about: "stable, or exp(z)/(1 + exp(z)) as the article writes it",
        },
        Parameter {
            name: "start",
            kind: ValueKind::Choice(NewtonStart::NAMES),
            // Unset, which means zero: F(0) = n log 2 whatever the design, and the Hessian there bounds the curvature everywhere.
            default: None,
            about: "coefficients 0 (default), or, if rows are many, the optimum of one row in 8, itself found from one in 64",
        },
        Parameter {
            name: "hessian",
            kind: ValueKind::Choice(HessianOf::NAMES),
            // Unset, which means fresh: the textbook's method, whose convergence is quadratic.
            default: None,
            about: "at every point (default), or kept while each step divides the Newton decrement by four",
        },
    ],
    needs,
    build,
};

fn many_rows(settings: &Settings) -> ManyRows {
    let subsample = match settings.choice("start").unwrap_or(NewtonStart::Zero) {
        NewtonStart::Zero => false,
        NewtonStart::Subsample => true,
    };
    let keep = match settings.choice("hessian").unwrap_or(HessianOf::Fresh) {
        HessianOf::Fresh => false,
        HessianOf::Kept => true,
    };
    ManyRows { subsample, keep }
}

fn needs(settings: &Settings) -> &'static [Need] {
    const MANY_ROWS: &[Need] = &[
        SMOOTH,
        Need {
            capability: Capability::IndependentOfRows,
            otherwise: "Firth's penalty belongs to all rows and every Hessian; take start = \"zero\" and hessian = \"fresh\"",
        },
    ];
    let ManyRows { subsample, keep } = many_rows(settings);
    if subsample || keep { MANY_ROWS } else { &[SMOOTH] }
}

fn build(settings: &mut Settings) -> Result<Built, BuildError> {
    let solved = settings.choice("factorization").unwrap_or(NewtonFactorization::Cholesky);
    let step = settings.choice("step").unwrap_or(NewtonStep::Halving);
    let probability = settings.choice("sigmoid").unwrap_or(Probability::Stable);
    let factorization = match solved {
        NewtonFactorization::Cholesky => Factorization::Cholesky,
        NewtonFactorization::Inverse => Factorization::Inverse,
        NewtonFactorization::Lapack => Factorization::lapack_cholesky()?,
    };
    let sigmoid = match probability {
        Probability::Stable => Sigmoid::Stable,
        Probability::Naive => Sigmoid::Naive,
    };
    let many_rows = many_rows(settings);
    if many_rows.subsample || many_rows.keep {
        if (solved, step, probability) != (NewtonFactorization::Cholesky, NewtonStep::Halving, Probability::Stable) {
            return Err(BuildError::Conflict(
                "start = \"subsample\" and hessian = \"kept\" need factorization = \"cholesky\", step = \"halving\" and \
                 sigmoid = \"stable\"",
            ));
        }
        return Ok(Built::new(many_rows));
    }
    let direction = Newton { factorization };
    let built = match step {
        NewtonStep::Halving => Built::new(Composed { direction, step_rule: Halving, sigmoid }),
        NewtonStep::Unit => Built::new(Composed { direction, step_rule: Unit, sigmoid }),
        NewtonStep::Backtracking => Built::new(Composed { direction, step_rule: SufficientDecrease, sigmoid }),
    };
    Ok(Built { sigmoid, ..built })
}

/// How the Newton system is solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factorization {
    /// Cholesky factorisation of H.
    Cholesky,
    /// The explicit inverse of H by LU, multiplied by −g: the article's way.
    Inverse,
    /// Cholesky factorisation of H by LAPACK.
    #[cfg(feature = "lapack")]
    LapackCholesky,
    /// The explicit inverse of H by LAPACK.
    #[cfg(feature = "lapack")]
    LapackInverse,
}

impl Factorization {
    /// Whether lanes can use it. They cannot use LAPACK, which factors one matrix of `f64` at a time.
    pub(super) fn in_lanes(self) -> bool {
        match self {
            Factorization::Cholesky | Factorization::Inverse => true,
            #[cfg(feature = "lapack")]
            Factorization::LapackCholesky | Factorization::LapackInverse => false,
        }
    }

    /// Cholesky by LAPACK, if this build has it.
    #[cfg(feature = "lapack")]
    pub(super) fn lapack_cholesky() -> Result<Factorization, BuildError> {
        Ok(Factorization::LapackCholesky)
    }

    /// The inverse by LAPACK, if this build has it.
    #[cfg(feature = "lapack")]
    pub(super) fn lapack_inverse() -> Result<Factorization, BuildError> {
        Ok(Factorization::LapackInverse)
    }

    /// Cholesky by LAPACK, if this build has it.
    #[cfg(not(feature = "lapack"))]
    pub(super) fn lapack_cholesky() -> Result<Factorization, BuildError> {
        Err(NO_LAPACK)
    }

    /// The inverse by LAPACK, if this build has it.
    #[cfg(not(feature = "lapack"))]
    pub(super) fn lapack_inverse() -> Result<Factorization, BuildError> {
        Err(NO_LAPACK)
    }
}

/// The Newton direction d = −H⁻¹g.
#[derive(Clone, Copy, Debug)]
pub struct Newton {
    /// How the system is solved.
    pub factorization: Factorization,
}

impl Direction for Newton {
    const ORDER: Order = Order::Hessian;

    fn is_newton(&self) -> bool {
        self.factorization == Factorization::Cholesky
    }

    fn in_lanes(&self) -> bool {
        self.factorization.in_lanes()
    }

    #[inline(always)]
    fn direction<R: Real>(&self, now: At<'_, R>, _: &mut [R], scratch: &mut Vec<R>, direction: &mut [R]) -> R::Mask {
        for (d, &g) in direction.iter_mut().zip(now.gradient) {
            *d = -g;
        }
        solve(self.factorization, now.hessian, scratch, direction)
    }
}

/// Solves H v = b in place, H packed; false in lanes where H is singular.
#[inline(always)]
pub(super) fn solve<R: Real>(how: Factorization, hessian: &[R], scratch: &mut Vec<R>, vector: &mut [R]) -> R::Mask {
    let p = vector.len();
    match how {
        Factorization::Cholesky => {
            scratch.clear();
            scratch.extend_from_slice(hessian);
            let definite = cholesky::factor(scratch, p);
            cholesky::solve(scratch, vector);
            definite
        }
        Factorization::Inverse => {
            scratch.clear();
            scratch.resize(2 * p * p + p, R::splat(0.0));
            let (matrix, rest) = scratch.split_at_mut(p * p);
            let (inverse, right) = rest.split_at_mut(p * p);
            packed::unpack(hessian, p, matrix);
            let regular = lu::invert(matrix, inverse, p);
            right.copy_from_slice(vector);
            for (i, v) in vector.iter_mut().enumerate() {
                *v = crate::linear_algebra::dot(&inverse[i * p..(i + 1) * p], right);
            }
            regular
        }
        #[cfg(feature = "lapack")]
        Factorization::LapackCholesky | Factorization::LapackInverse => {
            use crate::linear_algebra::{Mask, lapack};
            let solution = match (R::single_lane(hessian), R::single_lane(vector)) {
                (Some(hessian), Some(vector)) if how == Factorization::LapackCholesky => {
                    lapack::solve_cholesky(hessian, vector)
                }
                (Some(hessian), Some(vector)) => lapack::solve_inverse(hessian, vector),
                _ => None,
            };
            for (v, &s) in vector.iter_mut().zip(solution.iter().flatten()) {
                *v = R::splat(s);
            }
            R::Mask::splat(solution.is_some())
        }
    }
}
