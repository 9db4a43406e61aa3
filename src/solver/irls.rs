//! Iteratively reweighted least squares by the normal equations (McCullagh & Nelder, Generalized Linear Models, 2.5).

use super::irls_qr::{self, IrlsQr};
use super::method::{NO_LAPACK, SMOOTH};
use super::newton::solve;
use super::{At, BuildError, Built, Composed, Direction, Factorization, Halving, Method, Need, Unit};
use crate::linear_algebra::{Real, packed};
use crate::model::penalty::Capability;
use crate::model::{Order, Sigmoid};
use crate::parameter::{Choice, Parameter, Setting, Settings, Value, ValueKind, choices};

choices! {
    /// How the weighted least-squares problem is solved.
    enum IrlsFactorization {
        Cholesky = "cholesky",
        Qr = "qr",
        Lapack = "lapack",
    }
}

choices! {
    /// The step rules of IRLS by Cholesky.
    enum IrlsStep {
        Halving = "halving",
        Unit = "unit",
    }
}

choices! {
    /// The start of IRLS.
    enum IrlsStart {
        Glm = "glm",
        Zero = "zero",
    }
}

/// Iteratively reweighted least squares. A step by Cholesky costs as much as Newton's; by QR it costs a pass for weights and
/// responses, about 2np² multiplications for the factor (four times the normal equations), and a gradient for each length tried.
pub const METHOD: Method = Method {
    name: "irls",
    about: "iteratively reweighted least squares",
    parameters: &[
        Parameter {
            name: "factorization",
            kind: ValueKind::Choice(IrlsFactorization::NAMES),
            // As for Newton's method: the cheapest, and accurate enough if the condition number of H is far below 1e16.
            default: Some(Value::Text(IrlsFactorization::Cholesky.text())),
            about: "normal equations by Cholesky, or QR of the weighted design as R's glm.fit (lapack: QR by LAPACK)",
        },
        Parameter {
            name: "step",
            kind: ValueKind::Choice(IrlsStep::NAMES),
            // Unset, because only Cholesky has a step rule; halving there, as for Newton's method.
            default: None,
            about: "with Cholesky: halving (default) or unit; QR has glm.fit's own rule",
        },
        Parameter {
            name: "start",
            kind: ValueKind::Choice(IrlsStart::NAMES),
            // Unset, because it depends on the factorization: QR reproduces glm.fit, which starts at its own probabilities.
            default: None,
            about: "with QR: probabilities (y + 1/2)/2 as glm.fit (default), or coefficients 0; Cholesky starts at 0",
        },
    ],
    needs,
    build,
};

fn needs(settings: &Settings) -> &'static [Need] {
    const QR: &[Need] = &[
        SMOOTH,
        Need {
            capability: Capability::Quadratic,
            otherwise: "its QR fits working responses of the likelihood alone; take factorization = \"cholesky\"",
        },
    ];
    match settings.choice("factorization").unwrap_or(IrlsFactorization::Cholesky) {
        // The normal equations H β − g take their gradient from the oracle.
        IrlsFactorization::Cholesky => &[SMOOTH],
        IrlsFactorization::Qr | IrlsFactorization::Lapack => QR,
    }
}

fn build(settings: &mut Settings) -> Result<Built, BuildError> {
    let (step, start) = (settings.choice::<IrlsStep>("step"), settings.choice::<IrlsStart>("start"));
    let lapack = match settings.choice("factorization").unwrap_or(IrlsFactorization::Cholesky) {
        IrlsFactorization::Cholesky => return by_cholesky(settings, step.unwrap_or(IrlsStep::Halving), start),
        IrlsFactorization::Qr => false,
        IrlsFactorization::Lapack => true,
    };
    if step.is_some() {
        return Err(BuildError::Conflict(
            "step needs factorization = \"cholesky\": QR shortens a step only if the deviance there is not finite, as glm.fit",
        ));
    }
    if lapack && cfg!(not(feature = "lapack")) {
        return Err(NO_LAPACK);
    }
    let start = start.unwrap_or(IrlsStart::Glm);
    settings.set("start", Setting::Text(start.text().to_owned()));
    let start = match start {
        IrlsStart::Glm => irls_qr::QrStart::Glm,
        IrlsStart::Zero => irls_qr::QrStart::Zero,
    };
    Ok(Built { stop: Some(irls_qr::STOP), ..Built::new(IrlsQr { start, lapack }) })
}

fn by_cholesky(settings: &mut Settings, step: IrlsStep, start: Option<IrlsStart>) -> Result<Built, BuildError> {
    if start == Some(IrlsStart::Glm) {
        return Err(BuildError::Conflict("start = \"glm\" needs factorization = \"qr\": Cholesky starts at zero"));
    }
    settings.set("step", Setting::Text(step.text().to_owned()));
    settings.set("start", Setting::Text(IrlsStart::Zero.text().to_owned()));
    let (direction, sigmoid) = (Irls { factorization: Factorization::Cholesky }, Sigmoid::Stable);
    Ok(match step {
        IrlsStep::Halving => Built::new(Composed { direction, step_rule: Halving, sigmoid }),
        IrlsStep::Unit => Built::new(Composed { direction, step_rule: Unit, sigmoid }),
    })
}

/// The direction β⁺ − β to the weighted least-squares fit β⁺ of the working response z = Xβ + W⁻¹(y − p):
///
/// ```text
/// (X'WX + Λ) β⁺ = X'W z,     X'W z = X'WX β + X'(y − p) = H β − g.
/// ```
///
/// In exact arithmetic this is Newton's direction. It is computed from the new coefficients themselves, so that their rounding is
/// the rounding of IRLS.
#[derive(Clone, Copy, Debug)]
pub struct Irls {
    /// How the normal equations are solved.
    pub factorization: Factorization,
}

impl Direction for Irls {
    const ORDER: Order = Order::Hessian;

    fn is_newton(&self) -> bool {
        self.factorization == Factorization::Cholesky
    }

    fn in_lanes(&self) -> bool {
        self.factorization.in_lanes()
    }

    #[inline(always)]
    fn direction<R: Real>(&self, now: At<'_, R>, _: &mut [R], scratch: &mut Vec<R>, direction: &mut [R]) -> R::Mask {
        packed::multiply(now.hessian, now.coefficients, direction);
        for (right, &g) in direction.iter_mut().zip(now.gradient) {
            *right = *right - g;
        }
        let definite = solve(self.factorization, now.hessian, scratch, direction);
        for (d, &b) in direction.iter_mut().zip(now.coefficients) {
            *d = *d - b;
        }
        definite
    }
}
